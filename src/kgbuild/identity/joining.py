"""Joins units that are one actor under two names, and remembers why; only likely pairs are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from kgbuild.authority import fold
from kgbuild.identity.bodies import generic
from kgbuild.identity.judgements import Judgements
from kgbuild.identity.minting import name_path
from kgbuild.identity.names import NameMatch, compare, given_name_groups, same_word, skeleton
from kgbuild.identity.units import Unit

#: more units than this share a block only if the block tells nothing; comparing them all would not be linear
_BLOCK = 200
#: posts that many people of one name may hold tell less than a state does
_POST = 0.03
_STATE = 0.05


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Two units that may be one: their places in the list of units."""

    score: float
    why: str
    left: int
    right: int
    decision: Literal["joined", "apart", "merge", "split"]


@dataclass(slots=True)
class Clusters:
    """Which units are one."""

    units: Sequence[Unit]
    edges: list[Edge] = field(default_factory=list)
    _leaders: list[int] = field(init=False)
    _members: dict[int, list[int]] = field(init=False)
    _apart: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._leaders = list(range(len(self.units)))
        self._members = {index: [index] for index in self._leaders}

    def leader(self, index: int) -> int:
        """The first of the units that are one with this one."""
        while self._leaders[index] != index:
            self._leaders[index] = self._leaders[self._leaders[index]]
            index = self._leaders[index]
        return index

    def members(self) -> Iterator[list[Unit]]:
        """The units of each cluster, sorted by id."""
        for leader in sorted(self._members):
            yield [self.units[index] for index in sorted(self._members[leader])]

    def keep_apart(self, left: int, right: int) -> None:
        """Two units that must not become one."""
        self._apart.setdefault(left, set()).add(right)
        self._apart.setdefault(right, set()).add(left)

    def join(self, left: int, right: int) -> None:
        """Makes two units one."""
        low, high = sorted((self.leader(left), self.leader(right)))
        if low != high:
            self._leaders[high] = low
            self._members[low] += self._members.pop(high)

    def conflict(self, left: int, right: int) -> str:
        """Why two clusters cannot be one; empty if they can."""
        first, second = self._members[self.leader(left)], self._members[self.leader(right)]
        others = set(second)
        if any(self._apart.get(index, frozenset()) & others for index in first):
            return "judged to be two"
        for one in first:
            for other in second:
                if reason := contradiction(self.units[one], self.units[other]):
                    return reason
        return ""


def contradiction(left: Unit, right: Unit) -> str:
    """What the articles tell of two units that cannot be true of one; empty if nothing."""
    if left.certain and right.certain and not left.states & right.states:
        return "posts of different states"
    for first, second, what in (
        (left.genders, right.genders, "gender"),
        (left.generations, right.generations, "generation"),
        (left.initials, right.initials, "middle initials"),
    ):
        if first and second and not first & second:
            return f"different {what}"
    return ""


def join_units(units: Sequence[Unit], judgements: Judgements) -> Clusters:
    """Joins units by judgements first, then by the likeliest pair first.

    Args:
        units: as :func:`kgbuild.identity.units.gather` gives them.
        judgements: of the user; each names units by id, or by the path of one of their observations.
    """
    return join_edges(units, _candidates(units), judgements)


def join_edges(units: Sequence[Unit], edges: Iterable[Edge], judgements: Judgements) -> Clusters:
    """As :func:`join_units`, where it is known already which pairs may be one.

    Units that no chain of edges or judgements connects have nothing to do with each other: each connected part can be
    worked on alone, with the same outcome.

    Args:
        units: sorted by id.
        edges: between them.
        judgements: of the user.
    """
    clusters = Clusters(units)
    _judge(clusters, judgements)
    # the likeliest first; ties by place, and units are sorted, so no other order can come about
    for edge in sorted(edges, key=lambda edge: (-edge.score, edge.left, edge.right)):
        if clusters.leader(edge.left) == clusters.leader(edge.right):
            continue
        reason = edge.why if edge.decision == "apart" else clusters.conflict(edge.left, edge.right)
        if edge.decision == "apart" or reason:
            why = reason if edge.decision == "apart" else f"{edge.why}, but {reason}"
            clusters.edges.append(Edge(edge.score, why, edge.left, edge.right, "apart"))
            continue
        clusters.join(edge.left, edge.right)
        clusters.edges.append(edge)
    return clusters


def _judge(clusters: Clusters, judgements: Judgements) -> None:
    """Applies a user's decisions: what must be apart is noted before anything is joined."""
    named: dict[str, list[int]] = {}
    for index, unit in enumerate(clusters.units):
        for name in sorted(judged_names(unit)):
            named.setdefault(name, []).append(index)
    for one in judgements.latest():
        for left in named.get(one.left, ()):
            for right in named.get(one.right, ()):
                if left == right:
                    continue
                if one.decision == "split":
                    clusters.keep_apart(left, right)
                else:
                    clusters.join(left, right)
                low, high = sorted((left, right))
                clusters.edges.append(Edge(1.0, one.why or "judged", low, high, one.decision))


def judged_names(unit: Unit) -> set[str]:
    """The names by which a judgement may mean a unit. An observation that one names has a unit of its own."""
    known = {unit.id}
    if unit.target[0] == "person":
        known.add(name_path("person", " ".join(unit.target[1:])))
    return known


def _candidates(units: Sequence[Unit]) -> Iterator[Edge]:
    """Pairs of units that share a block and may be one."""
    blocks: dict[tuple[str, ...], list[int]] = {}
    for index, unit in enumerate(units):
        for block in blocks_of(unit):
            blocks.setdefault(block, []).append(index)
    seen: set[tuple[int, int]] = set()
    for block in sorted(blocks):
        indices = blocks[block]
        if not telling(block, len(indices), sum(spelt_out(units[index]) for index in indices)):
            continue
        for pair in combinations(indices, 2):
            if pair in seen:
                continue
            seen.add(pair)
            edge = edge_of(units[pair[0]], units[pair[1]], *pair)
            if edge is not None:
                yield edge


def telling(block: tuple[str, ...], members: int, spelt: int) -> bool:
    """Whether units that share a block are to be compared.

    Args:
        block: one of those of :func:`blocks_of`.
        members: how many units share it.
        spelt: how many of them are spelt out somewhere, see :func:`spelt_out`.

    Returns:
        False for a block of too many, and for an abbreviation, such as "NDF", of several organisations.
    """
    if members > _BLOCK:
        return False
    return block[0] != "organization" or " " in block[1] or spelt < 2


def spelt_out(unit: Unit) -> bool:
    """Whether one of the names is one of several words."""
    return any(" " in organization_name(name) for name in unit.names)


def blocks_of(unit: Unit) -> frozenset[tuple[str, ...]]:
    """Keys that units which may be one share at least one of."""
    return frozenset(_blocks(unit))


def _blocks(unit: Unit) -> Iterator[tuple[str, ...]]:
    kind, *words = unit.target
    if kind == "person":
        keys = [skeleton(word) for word in words[:6]]
        for pair in combinations(keys, 2):
            yield ("person", *sorted(pair))
        yield "initial", words[0][0], keys[-1]
        for group in given_name_groups(words[0]):
            yield "short", str(group), keys[-1]
    elif kind in ("organization", "body"):
        for name in unit.names:
            folded = organization_name(name)
            if folded:
                yield "organization", folded
        if kind == "organization":
            yield "spelling", *(skeleton(word) for word in words[0].split())


def organization_name(name: str) -> str:
    """The key of an organisation's name; empty for one that is too common to join by."""
    return "" if generic(name) or name == name.lower() else fold(name)


def edge_of(one: Unit, other: Unit, left: int, right: int) -> Edge | None:
    """How two units may be one; None if nothing speaks for it.

    Args:
        one, other: of which ``one`` comes first by id.
        left, right: their places, for the edge.
    """
    match: NameMatch | None
    if one.target[0] == other.target[0] == "person":
        match = compare(one.target[1:], other.target[1:]) if one.target != other.target else None
    elif one.target[0] == "person" or other.target[0] == "person":
        match = None
    else:
        match = _organizations(one, other)
    if match is None:
        return None
    agreed = _agreement(one, other)
    score = min(1.0, round(match.score + agreed[0], 2))
    why = f"{match.why}; {agreed[1]}" if agreed[1] else match.why
    if reason := contradiction(one, other):
        return Edge(score, f"{match.why}, but {reason}", left, right, "apart")
    joined = match.alone or agreed[0] >= _STATE or (agreed[0] >= _POST and match.score >= 0.85)
    return Edge(score, why if joined else f"{why}; nothing else agrees", left, right, "joined" if joined else "apart")


def _agreement(one: Unit, other: Unit) -> tuple[float, str]:
    """What else than the name speaks for two units being one."""
    score, reasons = 0.0, []
    if one.states & other.states:
        score += _STATE
        reasons.append("of the same state")
    if one.posts & other.posts:
        score += _POST
        reasons.append(f"both {sorted(one.posts & other.posts)[0]}")
    return score, ", ".join(reasons)


def _organizations(one: Unit, other: Unit) -> NameMatch | None:
    """How two units of organisations may be one by their names."""
    first = {key for name in one.names if (key := organization_name(name))}
    second = {key for name in other.names if (key := organization_name(name))}
    shared = sorted(first & second, key=lambda key: (-len(key), key))
    if shared and " " in shared[0]:
        return NameMatch(0.95, f"both called {shared[0]!r}", True)
    if shared:
        # one word may be an abbreviation of several: it joins only what the article spelt out
        spelt = any(" " in key for key in first) != any(" " in key for key in second)
        return NameMatch(0.82, f"both called {shared[0]!r}", spelt)
    if one.target[0] == other.target[0] == "organization":
        words, others = one.target[1].split(), other.target[1].split()
        if len(words) == len(others) > 1 and all(same_word(a, b) for a, b in zip(words, others, strict=True)):
            return NameMatch(0.86, "same name in another spelling", True)
    return None
