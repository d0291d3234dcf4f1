"""Very long texts, such as a book or a year's transcript in one file, are worked on slice by slice.

What the components need in memory grows with the text, and some of what they do with its square. A slice is longer
than any article, so hardly anything is lost: pronouns and descriptions are not followed from one slice to the next.
Names are: an actor of the same name is the same one, and a surname alone is the one person of that surname named
before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, Span, Treaty

#: characters of a text that are worked on at once, which no news article is longer than
SLICE = 100_000

#: fields of facts that hold keys
REFERENCES = frozenset(
    {
        "key",
        *("affiliation", "holder", "represents", "accredited_to", "by", "parties"),
        *("speakers", "part_of", "addressees", "about", "made_at"),
        *("target", "according_to", "expressed_in"),
        *("agents", "recipients", "participants", "place_actor", "concerns", "reported_in"),
    }
)

_Fact = TypeVar("_Fact")
_Named = TypeVar("_Named", bound=Actor | Treaty)


def parts_of(text: str, limit: int) -> Iterator[str]:
    """Cuts a text into parts of at most ``limit`` characters, between paragraphs where it can, else between words."""
    start = 0
    while len(text) - start > limit:
        end = start + limit
        for separator in ("\n\n", "\n", ". ", " "):
            found = text.rfind(separator, start + limit // 2, end)
            if found > 0:
                end = found + len(separator)
                break
        yield text[start:end]
        start = end
    yield text[start:]


def joined(article: Article, slices: Iterable[ArticleFacts]) -> ArticleFacts:
    """The facts of an article from those of its slices.

    Args:
        article: the whole.
        slices: the facts of each, in text order; their texts together are the article's.
    """
    start = 0
    actors: dict[str, Actor] = {}
    treaties: dict[str, Treaty] = {}
    rest: dict[str, list[Any]] = {name: [] for name in ("roles", "statements", "positions", "events", "issues")}
    for number, facts in enumerate(slices):
        keys = _keys(number, facts, actors.values(), treaties.values())
        for actor in facts.actors:
            _add(actors, moved(actor, start, keys))
        for treaty in facts.treaties:
            _add(treaties, moved(treaty, start, keys))
        for name, found in rest.items():
            found.extend(moved(fact, start, keys) for fact in getattr(facts, name))
        start += len(facts.article.text)
    return ArticleFacts(
        article,
        actors=tuple(actors.values()),
        treaties=tuple(treaties.values()),
        **{k: tuple(v) for k, v in rest.items()},
    )


def moved(fact: _Fact, start: int, keys: Mapping[str, str]) -> _Fact:
    """A fact of a slice as one of the whole text.

    Args:
        fact: of any kind.
        start: where the slice begins.
        keys: for each key in the slice the one in the whole.
    """
    changes: dict[str, Any] = {}
    for field in fields(fact):  # type: ignore[arg-type]  # facts are dataclasses
        value = getattr(fact, field.name)
        if field.name in REFERENCES:
            changes[field.name] = keys.get(value, value) if isinstance(value, str) else _mapped(value, keys)
        elif isinstance(value, tuple) and value and isinstance(value[0], Span):
            changes[field.name] = tuple(Span(span.start + start, span.end + start) for span in value)
        elif field.name == "history":
            changes[field.name] = tuple(moved(step, start, keys) for step in value)
    return replace(fact, **changes)  # type: ignore[type-var]


def _mapped(values: Sequence[str], keys: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys.get(value, value) for value in values))


def _keys(number: int, facts: ArticleFacts, actors: Iterable[Actor], treaties: Iterable[Treaty]) -> dict[str, str]:
    """For each key of a slice the key in the whole: that of the same actor or treaty before, or one of its own."""
    keys: dict[str, str] = {}
    for kind in (facts.actors, facts.treaties, facts.statements, facts.events, facts.issues):
        for fact in kind:
            keys[fact.key] = f"{number}.{fact.key}"
    so_far: tuple[Actor | Treaty, ...] = (*actors, *treaties)
    known = {identity: one.key for one in so_far for identity in _identities(one)}
    surnames: dict[str, set[str]] = {}
    for one in actors:
        if one.type is ActorType.PERSON and " " in one.name:
            surnames.setdefault(one.name.rpartition(" ")[2], set()).add(one.key)
    belonged_to = {key for actor in facts.actors for key in actor.affiliation}
    belonged_to.update(key for role in facts.roles for key in (*role.represents, *role.accredited_to))
    belonged_to.update(key for treaty in facts.treaties for key in treaty.parties)
    belonged_to.update(event.place_actor for event in facts.events)
    named: tuple[Actor | Treaty, ...] = (*facts.actors, *facts.treaties)
    for each in named:
        before = [known[identity] for identity in _identities(each) if identity in known]
        # a surname alone may pass for the name of an organisation, which a person cannot be where others belong to it
        if not before and isinstance(each, Actor) and not each.authority and each.key not in belonged_to:
            before = list(surnames.get(each.name, ()))
        if len(before) == 1:
            (keys[each.key],) = before
    return keys


def _identities(one: Actor | Treaty) -> Iterator[tuple[str, ...]]:
    """By what an actor or a treaty is known again; unnamed groups and described treaties are not."""
    if one.authority:
        yield "authority", one.authority
    elif isinstance(one, Actor) and one.type is not ActorType.GROUP and one.name != one.name.lower():
        yield "name", str(one.type), one.name


def _add(found: dict[str, _Named], one: _Named) -> None:
    """Takes in what a slice tells of an actor or a treaty, which slices before may have told of."""
    first = found.get(one.key)
    if first is None:
        found[one.key] = one
        return
    names = dict.fromkeys((*first.other_names, one.name, *one.other_names))
    changes: dict[str, Any] = {
        "mentions": first.mentions + one.mentions,
        "other_names": tuple(name for name in names if name != first.name),
    }
    for name in ("affiliation", "parties", "history"):
        if hasattr(first, name):
            changes[name] = tuple(dict.fromkeys((*getattr(first, name), *getattr(one, name))))
    if isinstance(one, Treaty) and one.status:
        changes["status"] = one.status
    found[one.key] = replace(first, **changes)
