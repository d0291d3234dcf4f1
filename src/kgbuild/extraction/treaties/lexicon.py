"""The words of treaties, read from the tables under ``data/lexicon``; see docs/extending.md for how to add to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.resources import resource


def read_table(name: str, columns: int, files: tuple[str, ...] = ()) -> list[list[str]]:
    """The rows of a tab-separated lexicon, without comments and the header; missing last cells are empty.

    Args:
        name: file name under ``data/lexicon``.
        columns: how many each row has.
        files: tables of the user's own in the same form; their rows come first.

    Raises:
        KgbuildError: a file cannot be read, or a row has too many columns.
    """
    path = resource("lexicon", name)
    header = next(line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#"))
    rows: list[list[str]] = []
    for source in (*(Path(file) for file in files), path):
        try:
            lines = source.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise KgbuildError(f"{source}: the table cannot be read ({error})") from error
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#") or line.strip() == header.strip():
                continue
            cells = [cell.strip() for cell in line.split("\t")]
            if len(cells) > columns:
                found = f"{len(cells)} columns where {columns} are expected"
                raise KgbuildError(f"{source}, line {number}: {found}; check the tabs")
            rows.append(cells + [""] * (columns - len(cells)))
    return rows


def plural(noun: str) -> str:
    """The regular plural of a noun: "treaty" gives "treaties"."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("um"):
        return noun[:-2] + "a"
    return noun + "s"


_WORDS = re.compile(r"\w+|-")


@dataclass(frozen=True, slots=True)
class TreatyNoun:
    """What an agreement can be called.

    Attributes:
        phrase: one word or more ("memorandum of understanding").
        opens: ``"yes"``, ``"sign"`` (only with a sign of diplomacy near it) or ``"no"`` (it only refers back).
        kind: the kind that the noun alone implies, or empty.
    """

    phrase: tuple[str, ...]
    opens: str
    kind: str


@dataclass(frozen=True, slots=True)
class KindRule:
    """Words of a description and the kind of treaty they show."""

    phrase: tuple[str, ...]
    kind: str
    weak: bool
    domain: str


@dataclass(frozen=True, slots=True)
class StatusCue:
    """What a word that governs a treaty says of its stage."""

    lemma: str
    particle: str
    slot: str
    status: str
    otherwise: str
    weight: int
    otherwise_weight: int = 0


@cache
def treaty_nouns(files: tuple[str, ...] = ()) -> dict[str, tuple[tuple[TreatyNoun, bool], ...]]:
    """First word of each noun, singular and plural -> the nouns, longest first, and whether it is the plural."""
    table: dict[str, list[tuple[TreatyNoun, bool]]] = {}
    for noun, opens, kind in read_table("treaty_nouns.tsv", 3, files):
        entry = TreatyNoun(tuple(_WORDS.findall(noun)), opens, kind)
        first = entry.phrase[0]
        table.setdefault(first, []).append((entry, False))
        if len(entry.phrase) == 1 and opens != "no":
            table.setdefault(plural(first), []).append((entry, True))
            if plural(first) != first + "s":
                table.setdefault(first + "s", []).append((entry, True))
    return {word: tuple(sorted(entries, key=lambda e: -len(e[0].phrase))) for word, entries in table.items()}


@cache
def kind_rules(files: tuple[str, ...] = ()) -> tuple[KindRule, ...]:
    """In the order in which they apply."""
    return tuple(
        KindRule(
            tuple(singular(word) for word in phrase.replace("-", " ").split()),
            kind,
            sign == "weak",
            "" if domain == "-" else domain,
        )
        for phrase, kind, sign, domain in read_table("treaty_kinds.tsv", 4, files)
    )


@cache
def kind_index(files: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """First word of each rule's phrase -> the numbers of the rules."""
    index: dict[str, list[int]] = {}
    for number, rule in enumerate(kind_rules(files)):
        index.setdefault(rule.phrase[0], []).append(number)
    return {word: tuple(numbers) for word, numbers in index.items()}


def kinds_of(words: Iterable[str], files: tuple[str, ...] = ()) -> list[KindRule]:
    """The rules that match somewhere in a run of lower-case words, in the order of the table.

    Args:
        words: of a name or description.
        files: the user's own tables of kinds.
    """
    rules = kind_rules(files)
    run = [singular(word) for word in words]
    # "cross-border" tells nothing of a boundary
    run = [word for before, word in zip(["", *run], run, strict=False) if (before, word) != ("cross", "border")]
    index = kind_index(files)
    found: set[int] = set()
    for position, word in enumerate(run):
        for number in index.get(word, ()):
            phrase = rules[number].phrase
            if tuple(run[position : position + len(phrase)]) == phrase:
                found.add(number)
    return [rules[number] for number in sorted(found)]


def singular(word: str) -> str:
    """A rough singular, good enough to compare words: "fisheries" gives "fishery", "forces" "force"."""
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "customs")) and len(word) > 3:
        return word[:-1]
    return word


@cache
def word_class(name: str) -> frozenset[tuple[str, ...]]:
    """The words of one class of ``treaty_words.tsv``, each as a tuple of its parts."""
    return frozenset(tuple(word.split()) for word, kind in read_table("treaty_words.tsv", 2) if kind == name)


@cache
def single_words(name: str) -> frozenset[str]:
    """Those of one class of ``treaty_words.tsv`` that are one word."""
    return frozenset(words[0] for words in word_class(name) if len(words) == 1)


def in_class(word: str, name: str) -> bool:
    """Whether a single lower-case word belongs to a class of ``treaty_words.tsv``."""
    return (word,) in word_class(name)


@cache
def status_cues(files: tuple[str, ...] = ()) -> dict[str, tuple[StatusCue, ...]]:
    """Lemma -> its cues."""
    table: dict[str, list[StatusCue]] = {}
    for cue, slot, status, otherwise, weight in read_table("treaty_status.tsv", 5, files):
        lemma, _, particle = cue.partition("+")
        told, _, to_come = weight.partition("/")
        cue_read = StatusCue(lemma, particle, slot, status, otherwise, int(told or "0"), int(to_come or "0"))
        table.setdefault(lemma, []).append(cue_read)
    return {lemma: tuple(cues) for lemma, cues in table.items()}


@dataclass(frozen=True, slots=True)
class TreatyTables:
    """The tables that a user can add to; each field holds the paths of the user's own files.

    Attributes:
        nouns: in the form of ``treaty_nouns.tsv``.
        kinds: in the form of ``treaty_kinds.tsv``.
        stages: in the form of ``treaty_status.tsv``.
    """

    nouns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


BUILT_IN = TreatyTables()
