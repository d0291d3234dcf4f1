"""The words of stances, read from the tables under ``data/lexicon``; see docs/extending.md for how to add to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kgbuild.errors import KgbuildError
from kgbuild.extraction.treaties.lexicon import read_table
from kgbuild.facts import Polarity
from kgbuild.resources import resource

#: words that make a noun phrase definite
DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "his", "her", "their", "such"})
_POS = frozenset({"verb", "noun", "person", "adjective", "preposition"})
_HOLDERS = frozenset({"subject", "own", "self", "speaker"})
_CONDITIONS = frozenset(
    {
        "future",
        "deed",
        "weak",
        "treaty",
        "any",
        "event",
        "control",
        "negated",
        "conditional",
        "denied",
        "main",
        "bare",
        "asserted",
    }
)
#: the built-in tables of stances: single words, and phrases
_TABLES = ("stance.tsv", "stance_phrases.tsv")


@dataclass(frozen=True, slots=True)
class StanceCue:
    """A word or phrase that shows a stance, and where its holder and its target stand; see ``stance.tsv``.

    Attributes:
        parts: the words of a phrase behind its first, each with its alternatives; "*" where its object may stand.
    """

    lemma: str
    parts: tuple[frozenset[str], ...]
    particle: str
    pos: str
    holder: str
    targets: tuple[str, ...]
    polarity: Polarity
    when: frozenset[str]
    before: frozenset[str]
    hedged: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A word with which a speaker judges a treaty; see ``evaluations.tsv``."""

    words: tuple[str, ...]
    pos: str
    polarity: Polarity


def _polarity(name: str, path: str) -> Polarity:
    try:
        return Polarity(name)
    except ValueError as error:
        known = ", ".join(Polarity)
        raise KgbuildError(f"{path}: {name!r} is no polarity; write one of {known}") from error


@cache
def stance_cues(files: tuple[str, ...] = ()) -> dict[str, tuple[StanceCue, ...]]:
    """Lemma (for a phrase its first word) -> its cues: phrases first, then those with a particle.

    Args:
        files: tables of the user's own; their rows come before the built-in ones.

    Raises:
        KgbuildError: a line of the table cannot be read.
    """
    table: dict[str, list[StanceCue]] = {}
    rows = [row for name in _TABLES for row in read_table(name, 7, files if name == _TABLES[0] else ())]
    for cue, pos, holder, targets, polarity, when, hedged in rows:
        if pos not in _POS or holder not in _HOLDERS:
            raise KgbuildError(
                f"{resource('lexicon', _TABLES[0])}: {cue!r} has an unknown pos or holder: {pos}, {holder}"
            )
        lemma, _, particle = cue.partition("+")
        conditions = frozenset(filter(None, when.split("|")))
        first, *rest = lemma.split()
        for word in first.split("|"):
            entry = StanceCue(
                " ".join((word, *rest)),
                tuple(frozenset(part.split("|")) for part in rest),
                particle,
                pos,
                holder,
                tuple(targets.split("|")),
                _polarity(polarity, _TABLES[0]),
                conditions & _CONDITIONS,
                conditions - _CONDITIONS,
                hedged == "yes",
            )
            table.setdefault(word, []).append(entry)
    return {word: tuple(sorted(cues, key=lambda c: (-len(c.parts), not c.particle))) for word, cues in table.items()}


@cache
def evaluations(pos: str, files: tuple[str, ...] = ()) -> dict[str, tuple[Evaluation, ...]]:
    """First word -> the judgements of one kind ("verb" or "predicate"), phrases first."""
    table: dict[str, list[Evaluation]] = {}
    for words, kind, polarity in read_table("evaluations.tsv", 3, files):
        if kind == pos:
            parts = tuple(words.split())
            table.setdefault(parts[0], []).append(Evaluation(parts, kind, _polarity(polarity, "evaluations.tsv")))
    return {word: tuple(sorted(found, key=lambda e: -len(e.words))) for word, found in table.items()}


@cache
def words_of(name: str) -> frozenset[str]:
    """The words and phrases of one class of ``stance_words.tsv``."""
    return frozenset(word for word, kind in read_table("stance_words.tsv", 2) if kind == name)


@cache
def conditions() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word -> the phrases that open a condition, longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in words_of("condition"):
        parts = tuple(phrase.split())
        table.setdefault(parts[0], []).append(parts)
    return {word: tuple(sorted(found, key=lambda parts: (-len(parts), parts))) for word, found in table.items()}


def times(outer: Polarity, inner: Polarity) -> Polarity:
    """The stance towards a thing of somebody who has the outer stance towards a deed with the inner one.

    To oppose the rejection of a treaty is to support it; what is conditional or neutral stays so.
    """
    for polarity in (outer, inner):
        if polarity in {Polarity.CONDITIONAL, Polarity.NEUTRAL}:
            return polarity
    return Polarity.SUPPORTS if outer == inner else Polarity.OPPOSES


def opposite(polarity: Polarity) -> Polarity:
    """The stance that somebody has towards a thing who wants the contrary: not to leave a treaty is to support it."""
    if polarity == Polarity.SUPPORTS:
        return Polarity.OPPOSES
    return Polarity.SUPPORTS if polarity == Polarity.OPPOSES else polarity


def denied(polarity: Polarity) -> Polarity:
    """The stance that is left when one is denied: not to support is to oppose, not to oppose is to be neutral."""
    if polarity == Polarity.SUPPORTS:
        return Polarity.OPPOSES
    if polarity == Polarity.OPPOSES:
        return Polarity.NEUTRAL
    return polarity
