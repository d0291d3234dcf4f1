"""Gathers observations that have one name into units, and keeps homonyms apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kgbuild.authority import slug
from kgbuild.facts import ActorType
from kgbuild.identity.minting import digest, name_path
from kgbuild.identity.names import person_name
from kgbuild.identity.observations import Observation, Target

_FOLDERS = {"person": "person", "state": "state", "organization": "organization", "body": "organization"}


@dataclass(slots=True)
class Unit:
    """Observations that are one actor for certain: of one name, and of one state where the name has several bearers.

    Attributes:
        id: the path that it has if it is joined with no other unit.
        target: what it is identified by.
        observations: at least one.
        shared: whether other articles can speak of it.
    """

    id: str
    target: Target
    observations: list[Observation]
    shared: bool = True
    states: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()
    generations: frozenset[str] = frozenset()
    names: Counter[str] = field(default_factory=Counter)
    types: Counter[ActorType] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        seen = self.observations
        self.states = frozenset().union(*(one.states for one in seen))
        self.certain = frozenset().union(*(one.certain for one in seen))
        self.posts = frozenset().union(*(one.posts for one in seen))
        self.initials = frozenset(one.initials for one in seen if one.initials)
        self.genders = frozenset(one.gender for one in seen if one.gender)
        self.generations = frozenset(one.generation for one in seen if one.generation)
        for one in seen:
            self.names.update(one.names)
            self.types[one.type] += 1

    @property
    def name(self) -> str:
        """The most frequent of its canonical names, for messages."""
        return min(Counter(one.name for one in self.observations).items(), key=lambda item: (-item[1], item[0]))[0]


def gather(observations: Iterable[Observation], peeled: frozenset[str], path_of: Callable[[Target], str]) -> list[Unit]:
    """Gathers the observations of a corpus into units.

    Args:
        observations: of all articles; their order does not matter.
        peeled: paths of observations that a judgement names one by one, each of which becomes a unit of its own.
        path_of: the path of a target that the authority knows.

    Returns:
        Sorted by id; ids are distinct.
    """
    groups: dict[Target, list[Observation]] = {}
    units: list[Unit] = []
    for one in observations:
        if one.path in peeled or one.target[0] == "local":
            units.append(Unit(one.path, one.target, [one], shared=False))
        else:
            groups.setdefault(one.target, []).append(one)
    for target, group in groups.items():
        units += units_of(target, group, path_of)
    return _distinct(units)


class Group(NamedTuple):
    """The observations that are one unit, with its id, and whether it is shared; see :class:`Unit`."""

    id: str
    observations: list[Observation]
    shared: bool = True

    def unit(self, target: Target) -> Unit:
        """The unit, with what its observations tell."""
        return Unit(self.id, target, self.observations, self.shared)


def units_of(target: Target, group: list[Observation], path_of: Callable[[Target], str]) -> list[Unit]:
    """The units of observations with one target, which is no local one; see :func:`groups_of`."""
    return [one.unit(target) for one in groups_of(target, group, path_of)]


def groups_of(target: Target, group: list[Observation], path_of: Callable[[Target], str]) -> list[Group]:
    """Which observations with one target, which is no local one, are one unit.

    Args:
        target: that all of them have.
        group: in any order; it is sorted.
        path_of: the path of a target that the authority knows.

    Returns:
        At least one; two may have one id, and so may units of other targets: see :func:`distinct_id`.
    """
    group.sort(key=lambda one: one.path)
    if target[0] == "authority":
        return [Group(path_of(target), group)]
    if target[0] == "body":
        state = path_of(("authority", target[1])).rpartition("/")[2]
        return [Group(name_path("organization", state, target[2]), group)]
    return _homonyms(target, group, path_of)


def distinct_id(unit: Unit) -> str:
    """The id of a unit that is not the only one of its id: made distinct by what it is identified by."""
    return f"{unit.id}-{digest(*unit.target, *(one.path for one in unit.observations[:1]))}"


def _distinct(units: list[Unit]) -> list[Unit]:
    """The units sorted by id, those with one id made distinct by what they are identified by."""
    counts = Counter(unit.id for unit in units)
    for unit in units:
        if counts[unit.id] > 1:
            unit.id = distinct_id(unit)
    return sorted(units, key=lambda unit: unit.id)


def _homonyms(target: Target, group: list[Observation], path_of: Callable[[Target], str]) -> list[Group]:
    """One unit for each bearer of a name, as far as the articles tell them apart."""
    path = name_path(_FOLDERS[target[0]], _full_name(target, group))
    parts = [part for states in _by_state(group) for part in _by_trait(states)]
    if len(parts) == 1:
        return [Group(path, parts[0])]

    @lru_cache(maxsize=1000)
    def marked(certain: frozenset[str], others: frozenset[str]) -> str:
        marks = [path_of(("authority", state)).rpartition("/")[2] for state in sorted(certain)]
        marks += sorted(others - {""})
        return "-".join((path, *(slug(mark, 30) for mark in marks))) if marks else ""

    groups = []
    for part in parts:
        certain = frozenset().union(*(one.certain or one.states for one in part))
        unit_id = marked(certain, frozenset(one.generation or one.initials or one.gender for one in part))
        # a bearer of whom nothing is told that would tell him from the others stays with his article
        groups.append(Group(unit_id or part[0].path, part, bool(unit_id)))
    return groups


def _full_name(target: Target, group: list[Observation]) -> str:
    """The words of a name, of a person's with the particles that the identification leaves out."""
    if target[0] != "person":
        return " ".join(target[1:])
    parsed = {person_name(name) for one in group for name in one.names}
    names = [" ".join(name.words) for name in parsed if name.core == target[1:]] or [" ".join(target[1:])]
    return min(names, key=lambda name: (-name.count(" "), name))


def _by_state(group: list[Observation]) -> list[list[Observation]]:
    """The observations of each bearer of a name who has posts of other states than the next one of that name.

    Those that share a state are one bearer. Where no posts contradict each other, all are one. Where they do, those of
    which the article tells no state cannot be given to one of the bearers, and each stands alone.
    """
    leaders: dict[str, str] = {}

    def find(state: str) -> str:
        while leaders.setdefault(state, state) != state:
            leaders[state] = leaders[leaders[state]]
            state = leaders[state]
        return state

    for one in group:
        first, *others = sorted(one.states) or [""]
        for other in others:
            low, high = sorted((find(first), find(other)))
            leaders[high] = low
    parts: dict[str, list[Observation]] = {}
    for one in group:
        parts.setdefault(find(min(one.states)) if one.states else "", []).append(one)
    sure = [key for key, part in parts.items() if any(one.certain for one in part)]
    if len(sure) < 2:
        return [group]
    told = [parts[key] for key in sorted(sure)]
    untold = [one for key, part in parts.items() if key not in sure for one in part]
    return told + [[one] for one in sorted(untold, key=lambda one: one.path)]


def _by_trait(group: list[Observation]) -> list[list[Observation]]:
    """Divides by generation, middle initial and gender where they differ; the untold go with the most frequent."""
    parts = [group]
    if len(group) == 1:
        return parts
    traits: tuple[Callable[[Observation], str], ...] = (
        lambda one: one.generation,
        lambda one: one.initials,
        lambda one: one.gender,
    )
    for trait in traits:
        divided = []
        for part in parts:
            counts = Counter(trait(one) for one in part if trait(one))
            if len(counts) < 2:
                divided.append(part)
                continue
            usual = min(counts, key=lambda value: (-counts[value], value))
            by_value: dict[str, list[Observation]] = {}
            for one in part:
                by_value.setdefault(trait(one) or usual, []).append(one)
            divided += [by_value[value] for value in sorted(by_value)]
        parts = divided
    return parts
