"""Finds which fact of one build is which of the other, and what differs: added, removed, changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kgbuild.comparison.facts import KINDS, Fact, read_facts
from kgbuild.store import open_store

#: by what a fact is known again, the surest first; each is tried on what the ones before left over
_KNOWN_BY: dict[str, tuple[tuple[str, ...], ...]] = {
    "article": (("iri",), ("name", "published"), ("name",)),
    "actor": (("iri",), ("name", "type"), ("name",)),
    "role": (("article", "holder", "title", "represents"), ("article", "holder", "title"), ("article", "words")),
    "treaty": (("iri",), ("name",)),
    "statement": (("article", "speaker", "content"), ("article", "content"), ("article", "words")),
    "refusal": (("article", "speaker", "words"), ("article", "words"), ("article", "speaker")),
    "position": (
        ("article", "holder", "target", "according to", "polarity", "words"),
        ("article", "holder", "target", "according to", "polarity"),
        ("article", "holder", "target", "according to"),
        ("article", "words", "holder"),
        ("article", "words", "target"),
    ),
    "event": (
        ("article", "type", "name", "words"), ("article", "type", "words"), ("article", "words"), ("article", "name"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that differs.

    Attributes:
        change: ``added``, ``removed`` or ``changed``.
        fact: as the new build has it; for ``removed`` as the old one had it.
        fields: what changed: name -> old value, new value.
        whole: the fact came or went with its whole article.
    """

    change: Literal["added", "removed", "changed"]
    fact: Fact
    fields: dict[str, tuple[str, str]]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two builds differ in.

    Attributes:
        differences: by kind, then removed, changed and added, in the order of the articles.
        same: how many facts of each kind did not change.
    """

    differences: tuple[Difference, ...]
    same: dict[str, int]

    def of(self, kind: str, change: str) -> list[Difference]:
        """The differences of one kind and one change."""
        return [one for one in self.differences if one.fact.kind == kind and one.change == change]


def compare(old: Path | str, new: Path | str) -> Comparison:
    """Compares two builds.

    Args:
        old: an output folder of ``kgbuild build``, or a file of N-Quads or TriG.
        new: another.

    Raises:
        KgbuildError: there is no graph, or it cannot be read.

    Examples:
        >>> compare("output/", "output/").differences
        ()
    """
    return compare_facts(read_facts(open_store(old)), read_facts(open_store(new)))


def compare_facts(old: Sequence[Fact], new: Sequence[Fact]) -> Comparison:
    """Compares the facts of two graphs; see :func:`compare`."""
    differences: list[Difference] = []
    same = dict.fromkeys(KINDS, 0)
    gone: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    for kind in KINDS:
        before = [fact for fact in old if fact.kind == kind]
        after = [fact for fact in new if fact.kind == kind]
        pairs = list(_paired(kind, before, after))
        found: dict[str, list[Difference]] = {"removed": [], "changed": [], "added": []}
        for one, other in pairs:
            if other is None and one is not None:
                found["removed"].append(Difference("removed", one, {}, one.article in gone))
            elif one is None and other is not None:
                found["added"].append(Difference("added", other, {}, other.article in fresh))
            elif one is not None and other is not None:
                fields = _changes(one, other)
                if fields:
                    found["changed"].append(Difference("changed", other, fields))
                else:
                    same[kind] += 1
        if kind == "article":
            titles_before, titles_after = {_title(fact) for fact in before}, {_title(fact) for fact in after}
            gone = frozenset(titles_before - titles_after)
            fresh = frozenset(titles_after - titles_before)
        differences += [*found["removed"], *found["changed"], *found["added"]]
    return Comparison(tuple(differences), same)


def _title(article: Fact) -> str:
    return article.value("name") or article.iri


def _paired(kind: str, old: list[Fact], new: list[Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Each old fact with the new one that it is known again in, or None; then the new ones that are left."""
    partner: dict[int, int] = {}
    left = dict.fromkeys(range(len(new)))
    for names in _KNOWN_BY[kind]:
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number in left:
            key = tuple(new[number].value(name) for name in names)
            if any(key):
                places[key].append(number)
        for number, fact in enumerate(old):
            candidates = [] if number in partner else places.get(tuple(fact.value(name) for name in names), [])
            if candidates:
                partner[number] = candidates.pop(0)
                del left[partner[number]]
    for number, fact in enumerate(old):
        yield fact, new[partner[number]] if number in partner else None
    for number in left:
        yield None, new[number]


def _changes(old: Fact, new: Fact) -> dict[str, tuple[str, str]]:
    names = [*dict.fromkeys([*old.fields, *new.fields])]
    changes = {name: (old.value(name), new.value(name)) for name in names if old.value(name) != new.value(name)}
    if old.type != new.type:
        changes["type"] = (old.type, new.type)
    if old.words != new.words:
        changes["words"] = (old.words, new.words)
    return changes
