"""Units and observations as the tables of :mod:`kgbuild.identity.unit_index` keep them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from kgbuild.facts import ActorType
from kgbuild.identity.observation_codec import observation
from kgbuild.identity.observations import Observation
from kgbuild.identity.units import Unit

#: contents and units that are kept in memory
_REMEMBERED = 512


class KnownUnit(Unit):
    """A unit as its row tells it, without its observations."""

    __slots__ = ("canonical", "usual_name")

    canonical: Counter[str]
    usual_name: str

    def __post_init__(self) -> None:
        """Leaves what the row tells."""

    @property
    def name(self) -> str:
        """The most frequent of its canonical names."""
        return self.usual_name


@lru_cache(maxsize=_REMEMBERED)
def content_of(text: str) -> Observation:
    """What an observation says, whoever it is of; ``text`` is of :mod:`kgbuild.identity.observation_codec`."""
    return observation("", "", "", (), text)


def observation_of(article: int, place: int, path: str, target: tuple[str, ...], text: str) -> Observation:
    """The observation of a row.

    Args:
        article, place: its number, and which of the article's observations it is.
        path: of what it may be.
        target: what it may be one with.
        text: what it says.
    """
    # its place stands for its key, which the units do not look at
    same = content_of(text)
    return Observation(
        str(article),
        str(place),
        path,
        target,
        same.name,
        same.names,
        same.type,
        same.states,
        same.certain,
        same.posts,
        same.initials,
        same.gender,
        same.generation,
    )


def content_fields(one: Observation) -> tuple[object, ...]:
    """What an observation says, whoever it is of."""
    return (
        one.name,
        one.names,
        one.type,
        one.states,
        one.certain,
        one.posts,
        one.initials,
        one.gender,
        one.generation,
    )


def gist_of(unit: Unit) -> str:
    """What an edge depends on."""
    traits: Iterable[frozenset[str]]
    traits = (unit.states, unit.certain, unit.posts, unit.initials, unit.genders, unit.generations)
    return json.dumps([unit.target, unit.shared, *map(sorted, traits), sorted(unit.names)], separators=(",", ":"))


def counts_of(unit: Unit, canonical: Counter[str]) -> str:
    """What else a row tells of a unit: how often it has which name and type, and its most frequent canonical name."""
    counters = [sorted(counter.items()) for counter in (unit.names, unit.types, canonical)]
    name = min(canonical.items(), key=lambda item: (-item[1], item[0]))[0]
    return json.dumps([*counters, name], separators=(",", ":"))


@lru_cache(maxsize=_REMEMBERED)
def unit_of(unit_id: str, gist: str, counts: str) -> KnownUnit:
    """The unit of a row.

    Args:
        unit_id: its id.
        gist: of :func:`gist_of`.
        counts: of :func:`counts_of`.
    """
    target, shared, *listed, _ = json.loads(gist)
    names, types, canonical, name = json.loads(counts)
    traits: list[Any] = [frozenset(values) for values in listed]
    unit = KnownUnit(unit_id, tuple(target), [], shared, *traits)
    unit.names = Counter(dict(names))
    unit.types = Counter({ActorType(kind): count for kind, count in types})
    unit.canonical, unit.usual_name = Counter(dict(canonical)), name
    return unit
