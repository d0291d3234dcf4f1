"""Small articles for the tests of identity, written as facts: who is in them, of what state, in which post."""

from __future__ import annotations

from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, Event, PartialDate, Role, Span, TimeSpan, Treaty

_TYPES = {
    "P": "Person",
    "S": "State",
    "O": "Organization",
    "B": "GovernmentBody",
    "I": "InternationalOrganization",
    "G": "Group",
}


def article(
    title: str,
    *actors: str,
    treaties: tuple[Treaty, ...] = (),
    events: tuple[Event, ...] = (),
    published: str = "2024-05-01",
    url: str = "",
) -> ArticleFacts:
    """The facts of an article.

    Args:
        title: of the article; its text is made of it.
        actors: ``"P Ana Ruiz/Ruiz = foreign minister @ Spain"``: type, name and other names, post, and state; states
            are added as actors. Keys are the names.
        treaties, events: refer to actors by name.
        published, url: of the article.
    """
    made: dict[str, Actor] = {}
    roles = []
    for place, line in enumerate(actors):
        names, _, rest = line[2:].partition(" = ")
        post, _, state = rest.partition(" @ ") if rest else ("", "", "")
        if not rest:
            names, _, state = names.partition(" @ ")
        name, *others = names.strip().split("/")
        key, state = name.strip(), state.strip()
        if state and state not in made:
            made[state] = Actor(state, state, ActorType.STATE, (Span(900 + place, 901 + place),))
        affiliation = (state,) if state and not post.strip() else ()
        kind = ActorType(_TYPES[line[0]])
        made[key] = Actor(key, key, kind, (Span(place * 9, place * 9 + 5),), tuple(others), affiliation)
        if post.strip():
            roles.append(Role(key, post.strip(), (Span(place, place + 1),), (state,) if state else ()))
    text = f"{title}. The text of this article is not read by the tests of identity."
    told = Article(text, title, PartialDate.parse(published), url=url)
    return ArticleFacts(told, tuple(made.values()), tuple(roles), treaties, (), (), events)


def treaty(key: str, name: str, *parties: str, kind: str = "Other", others: tuple[str, ...] = ()) -> Treaty:
    """A treaty between actors that are named."""
    return Treaty(key, name, (Span(1, 2),), others, parties, kind)


def event(key: str, kind: str, date: str, *agents: str, label: str = "talks") -> Event:
    """An event on a date."""
    return Event(key, kind, label, (Span(3, 4),), agents, when=TimeSpan.on(PartialDate.parse(date)))
