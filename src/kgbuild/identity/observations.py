"""What one article tells for identity: each actor with its names, states and posts; so little that a corpus fits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kgbuild.authority import Authority, fold, slug
from kgbuild.facts import Actor, ActorType, ArticleFacts, Event, Issue, PartialDate, Role, Statement, Treaty
from kgbuild.identity.bodies import Bodies
from kgbuild.identity.minting import article_path, digest, distinct, fingerprint, first_words
from kgbuild.identity.names import person_name

#: what an actor can be identified by: an entry of the authority, a name, or nothing beyond its article
Target = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """One actor in one article.

    Attributes:
        article: path of the article.
        key: of the actor in the article.
        path: the path that it has if it is identified with nothing outside the article.
        target: ``("authority", id)``, ``("state", name)``, ``("person", *core)``, ``("organization", name)``,
            ``("body", state, name)``, or ``("local", path)``.
        name, names: its name, and all its names.
        type: class of the actor.
        states: of what states it is, by an authority's id or a folded name; ``certain``: those that a post tells.
        posts: folded titles of its posts.
        initials, gender, generation: of a person.
    """

    article: str
    key: str
    path: str
    target: Target
    name: str
    names: tuple[str, ...]
    type: ActorType
    states: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    initials: str = ""
    gender: str = ""
    generation: str = ""


@dataclass(frozen=True, slots=True)
class ArticleObservations:
    """What one article tells.

    Attributes:
        path: of the article's IRI; ``fingerprint`` tells it from another with the same path.
        day: when it was published, in days; None if unknown.
        actors: in the order of the facts.
        treaties, events: as facts, for which the identities of actors are needed.
        local: path below the article for each key of a treaty, event and statement.
    """

    path: str
    fingerprint: str
    day: int | None
    actors: tuple[Observation, ...]
    treaties: tuple[Treaty, ...]
    events: tuple[Event, ...]
    local: dict[str, str]

    def other_path(self) -> str:
        """The path that it has where another article has the same."""
        return f"{self.path}-{self.fingerprint[:8]}"

    def moved(self, path: str) -> ArticleObservations:
        """The same with another path of the article."""
        actors = []
        for actor in self.actors:
            own = path + actor.path.removeprefix(self.path)
            target = ("local", own) if actor.target[0] == "local" else actor.target
            actors.append(replace(actor, article=path, path=own, target=target))
        return replace(self, path=path, actors=tuple(actors))


class Observer:
    """Takes from an article's facts what identity needs.

    Args:
        authority: which knows states, organisations and treaties.
    """

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._bodies = Bodies(authority)

    def observe(self, facts: ArticleFacts) -> ArticleObservations:
        """What one article tells."""
        path = article_path(facts.article)
        states = self._states(facts)
        actors = [self._actor(actor, path, states) for actor in facts.actors]
        marks = distinct((actor.path, _offset(fact)) for actor, fact in zip(actors, facts.actors, strict=True))
        actors = [
            replace(actor, path=mark, target=("local", mark) if actor.target[0] == "local" else actor.target)
            for actor, mark in zip(actors, marks, strict=True)
        ]
        return ArticleObservations(
            path,
            fingerprint(facts.article),
            _day(facts.article.published),
            tuple(_within_article(self._with_evidence(actors, facts, states))),
            facts.treaties,
            facts.events,
            _local_paths(facts),
        )

    def _states(self, facts: ArticleFacts) -> dict[str, str]:
        """For each key of an actor the state that it stands for, or to which the body with this key belongs."""
        states: dict[str, str] = {}
        for actor in facts.actors:
            state = self._state_of(actor.authority)
            if not state and actor.type is ActorType.STATE:
                entries = [
                    entry for entry in self._authority.named(actor.name, "actor") if entry.type == ActorType.STATE
                ]
                state = entries[0].id if entries else fold(actor.name)
            states[actor.key] = state
        return states

    def _state_of(self, identifier: str) -> str:
        """The state that an entry of the authority is, or belongs to; empty if it is none and belongs to none."""
        entry = self._authority.get(identifier) if identifier else None
        if entry is None:
            return ""
        if entry.type == ActorType.STATE:
            return entry.id
        above = self._authority.get(entry.affiliation) if entry.affiliation else None
        return above.id if above is not None and above.type == ActorType.STATE else ""

    def _actor(self, actor: Actor, path: str, states: dict[str, str]) -> Observation:
        """The actor with what identifies it, before its posts are known."""
        names = tuple(dict.fromkeys((actor.name, *actor.other_names)))
        local = f"{path}/actor/{slug(actor.name, 60) or 'x-' + digest(actor.name)}"
        observation = Observation(path, actor.key, local, ("local", local), actor.name, names, actor.type)
        if actor.authority and self._authority.get(actor.authority):
            return replace(observation, target=("authority", actor.authority))
        if actor.type is ActorType.GROUP:
            return observation
        if actor.type is ActorType.PERSON:
            return self._person(observation)
        if actor.type is ActorType.STATE:
            state = states[actor.key]
            if self._authority.get(state):
                return replace(observation, target=("authority", state))
            named = bool(state) and actor.name != actor.name.lower()
            return replace(observation, target=("state", state)) if named else observation
        affiliated = {states.get(key, "") for key in actor.affiliation} - {""}
        target = self._bodies.target(
            names, affiliated.pop() if len(affiliated) == 1 else "", frozenset(states.values())
        )
        return replace(observation, target=target) if target else observation

    def _person(self, observation: Observation) -> Observation:
        """The person with what the forms of the name tell."""
        parsed = [person_name(name) for name in observation.names]
        observation = replace(
            observation,
            gender=next((name.gender for name in parsed if name.gender), ""),
            generation=next((name.generation for name in parsed if name.generation), ""),
            initials=max((name.initials for name in parsed), key=lambda initials: (len(initials), initials)),
        )
        fullest = parsed[0] if parsed[0].full else max(parsed, key=lambda name: len(name.core))
        for entry in self._authority.named(observation.name, "actor"):
            if entry.type == ActorType.PERSON and fullest.full:
                return replace(observation, target=("authority", entry.id))
        return replace(observation, target=("person", *fullest.core)) if fullest.full else observation

    def _with_evidence(
        self, actors: list[Observation], facts: ArticleFacts, states: dict[str, str]
    ) -> list[Observation]:
        """The actors with the states and posts that the article tells."""
        for actor in actors:
            if actor.target[0] == "body":
                states.setdefault(actor.key, "")
                states[actor.key] = states[actor.key] or actor.target[1]
            elif actor.target[0] == "authority":
                states[actor.key] = self._state_of(actor.target[1])
        roles: dict[str, list[Role]] = {}
        for role in facts.roles:
            roles.setdefault(role.holder, []).append(role)
        made = []
        for actor, fact in zip(actors, facts.actors, strict=True):
            held = roles.get(actor.key, [])
            certain = {states.get(key, "") for role in held for key in role.represents} - {""}
            near = {states.get(key, "") for key in fact.affiliation} - {""}
            posts = frozenset(fold(role.title) for role in held)
            made.append(replace(actor, certain=frozenset(certain), states=frozenset(certain | near), posts=posts))
        return made


def _day(published: PartialDate | None) -> int | None:
    """A number that grows by one a day, about; enough to tell whether two articles are months or years apart."""
    return None if published is None else published.year * 372 + (published.month or 1) * 31 + (published.day or 1)


def _offset(fact: Actor | Treaty | Event | Issue) -> str:
    return str(min((span.start for span in fact.mentions), default=0))


def _within_article(actors: list[Observation]) -> list[Observation]:
    """Gives a person with one name the full name of the one person in the article who can be meant."""
    full: dict[str, list[Observation]] = {}
    for actor in actors:
        if actor.target[0] == "person":
            full.setdefault(actor.target[-1], []).append(actor)
    made = []
    for actor in actors:
        core = person_name(actor.name).core if actor.type is ActorType.PERSON and actor.target[0] == "local" else ()
        fits = {one.target for one in full.get(core[-1], ()) if _genders_agree(actor, one)} if core else set()
        made.append(replace(actor, target=fits.pop()) if len(fits) == 1 else actor)
    return made


def _genders_agree(first: Observation, second: Observation) -> bool:
    return not first.gender or not second.gender or first.gender == second.gender


def _local_paths(facts: ArticleFacts) -> dict[str, str]:
    """Paths below the article's for its treaties, events, issues and statements."""
    keys: list[str] = []
    paths: list[tuple[str, str]] = []
    for treaty in facts.treaties:
        keys.append(treaty.key)
        paths.append((f"treaty/{slug(treaty.name, 60) or 'x-' + digest(treaty.name)}", _offset(treaty)))
    for event in facts.events:
        keys.append(event.key)
        label = slug(f"{event.type}-{event.label}", 60)
        when = "" if event.when is None else f"{event.when.start}/{event.when.end}"
        paths.append((f"event/{label}-{digest(event.label, when, event.realis, _offset(event))}", _offset(event)))
    for issue in facts.issues:
        keys.append(issue.key)
        paths.append((f"issue/{slug(issue.name, 60) or 'x-' + digest(issue.name)}", _offset(issue)))
    for statement in facts.statements:
        keys.append(statement.key)
        paths.append((_statement_path(statement), statement.key))
    return dict(zip(keys, distinct(paths), strict=True))


def _statement_path(statement: Statement) -> str:
    words = first_words(statement.content) or first_words(statement.cue) or "x"
    place = ",".join(f"{span.start}-{span.end}" for span in statement.evidence)
    folder = "refusal" if statement.refusal else "statement"
    return f"{folder}/{words}-{digest(statement.content, statement.cue, place)}"
