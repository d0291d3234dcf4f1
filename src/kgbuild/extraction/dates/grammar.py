"""Finds time expressions in a sequence of tokens, by ``dates.yaml`` and ``dates_patterns.tsv`` in ``data/lexicon``.

Every word that the patterns know belongs to a set of classes; each such set gets one character, so a text becomes a
short string over that alphabet, and a pattern becomes a regular expression over it. Matching is then a matter of
microseconds, and the patterns can be read, and extended, without touching code.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgbuild.errors import KgbuildError
from kgbuild.resources import resource, yaml_table

#: the character of a word that no pattern knows
UNKNOWN = "."
#: the class of an expression that was already found, in the patterns called frames
DATE = "date"
_COLUMNS = 3
#: words whose characters are kept
_REMEMBERED = 5000

_SYMBOLS = re.compile(r"<(?:(?P<name>\w+)=)?(?P<cls>\w+)>|(?P<op>[()|?*])|(?P<word>[^\s()|?*<>]+)")
_GROUP = re.compile(r"\(\?P<\w+>")
_INTEGER = re.compile(r"\d{1,4}\Z")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)\Z")
_DECADE = re.compile(r"(?:(?P<mid>mid|early|late)[-–])?(\d{4}|\d{2})s\Z")
_YEARS = re.compile(r"(\d{4})[-–/](\d{4}|\d{2})\Z")
_MID_YEAR = re.compile(r"(?:mid|late|early)[-–](\d{4})\Z")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_NUMERIC_CLASSES = (
    {"number"},
    {"number", "day"},
    {"number", "year"},
    {"ordinal"},
    {"ordinal", "day"},
    {"decade"},
    {"years"},
    {"mid"},
    {"iso"},
)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to write a time expression: the rule that gives it a meaning, and what the rule needs to know."""

    rule: str
    regex: re.Pattern[str]
    slots: Mapping[str, tuple[str, str]]
    settings: Mapping[str, Any]
    source: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A time expression, tokens ``start`` to ``end`` (exclusive), as its rule and the values of the pattern's slots.

    ``parts`` are the expressions within a frame ("from **March** to **May**"), in text order.
    """

    start: int
    end: int
    rule: str
    values: Values
    parts: tuple[Expression, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Opening:
    """What can begin with a character: its patterns, and all of them as one expression, which mostly does not match."""

    patterns: list[Pattern]
    screen: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Index:
    """Patterns by the characters that they can begin with; ``starts`` matches any of these characters."""

    openings: Mapping[str, Opening]
    starts: re.Pattern[str]


class Grammar:
    """The words and patterns of a lexicon file, ready to match."""

    def __init__(self, lexicon: Mapping[str, Any], rows: Iterable[tuple[str, Values, str]], name: str) -> None:
        """Compiles a lexicon.

        Args:
            lexicon: ``words``, ``capitalised`` and ``ambiguous``, as in ``dates.yaml``.
            rows: rule, settings and pattern, as in ``dates_patterns.tsv``.
            name: of the file of patterns, for messages.

        Raises:
            KgbuildError: a pattern cannot be read, or names a class that has no words.
        """
        self._name = name
        self._values: dict[str, Values] = {}
        self._capitalised = frozenset(lexicon.get("capitalised", ()))
        self.ambiguous = frozenset(lexicon.get("ambiguous", ()))
        for cls, words in lexicon["words"].items():
            for word, value in words.items():
                self._values.setdefault(str(word), {})[cls] = word if value is None else value
        self._alphabet: dict[frozenset[str], str] = {}
        rows = list(rows)
        for _, _, source in rows:
            for symbol in _SYMBOLS.finditer(source):
                if symbol["word"]:
                    self._values.setdefault(symbol["word"], {})["=" + symbol["word"]] = None
        for values in self._values.values():
            self._letter(frozenset(values))
            self._letter(frozenset(values) - self._capitalised)
        for classes in ({DATE}, *_NUMERIC_CLASSES):
            self._letter(frozenset(classes))
        self._date_letter = self._alphabet[frozenset({DATE})]
        self._patterns = self._index(row for row in rows if f"<{DATE}>" not in row[2])
        self._frames = self._index(row for row in rows if f"<{DATE}>" in row[2])
        self._codes: dict[str, tuple[str, Values]] = {}

    def _letter(self, classes: frozenset[str]) -> str:
        if not classes:
            return UNKNOWN
        return self._alphabet.setdefault(classes, chr(0x4E00 + len(self._alphabet)))

    def _index(self, rows: Iterable[tuple[str, Values, str]]) -> Index:
        index: dict[str, list[Pattern]] = {}
        for rule, settings, source in rows:
            regex, slots, first = _Compiler(source, self._letters, self._name).result()
            pattern = Pattern(rule, re.compile(regex), slots, settings, source)
            for letter in sorted(first):
                index.setdefault(letter, []).append(pattern)
        openings = {letter: Opening(patterns, _screen(patterns)) for letter, patterns in index.items()}
        return Index(openings, re.compile(f"[{''.join(index)}]" if index else "(?!)"))

    def _letters(self, cls: str) -> str:
        return "".join(letter for classes, letter in self._alphabet.items() if cls in classes)

    def _encode(self, text: str) -> tuple[str, Values]:
        word = text.lower()
        values = self._values.get(word)
        if values is None and len(word) > 1 and word[-1] == ".":
            values = self._values.get(word[:-1])
        if values is None:
            values = _numeric_values(word)
        elif not text[0].isupper():
            values = {cls: value for cls, value in values.items() if cls not in self._capitalised}
        return (self._letter(frozenset(values)), values) if values else (UNKNOWN, {})

    def encode(self, words: Iterable[str]) -> list[tuple[str, Values]]:
        """For each word its character, and its value in each of its classes."""
        words = list(words)
        if len(self._codes) > _REMEMBERED:
            self._codes = {}  # memory is not to grow with the corpus
        codes = self._codes
        for word in set(words).difference(codes):
            codes[word] = self._encode(word)
        return [codes[word] for word in words]

    def find(self, encoded: list[tuple[str, Values]]) -> list[Expression]:
        """The time expressions in a sequence of encoded words: the longest first from the left, none overlapping.

        Args:
            encoded: what :meth:`encode` gives for the tokens of a text.
        """
        letters = "".join([letter for letter, _ in encoded])
        return [
            Expression(start, end, pattern.rule, self._slots(pattern, match, encoded))
            for start, end, pattern, match in self._scan(letters, self._patterns)
        ]

    def frame(self, encoded: list[tuple[str, Values]], found: list[Expression]) -> list[Expression]:
        """Puts expressions together with the words around them: "since", "by the end of", "from … to …".

        Args:
            encoded: what :meth:`encode` gives for the tokens of a text.
            found: some of what :meth:`find` found there, in text order.

        Returns:
            The frames, in text order; what stands in no frame is left out.
        """
        words = "".join([letter for letter, _ in encoded])
        letters: list[str] = []
        starts: list[int] = []
        inside: dict[int, Expression] = {}
        position = 0
        for expression in found:
            letters.append(words[position : expression.start])
            starts.extend(range(position, expression.start))
            inside[len(starts)] = expression
            letters.append(self._date_letter)
            starts.append(expression.start)
            position = expression.end
        letters.append(words[position:])
        starts.extend(range(position, len(encoded) + 1))
        frames = []
        for first, last, pattern, _ in self._scan("".join(letters), self._frames):
            parts = tuple(inside[index] for index in range(first, last) if index in inside)
            values = {**pattern.settings, "word": starts[first]}
            frames.append(Expression(starts[first], starts[last], pattern.rule, values, parts))
        return frames

    @staticmethod
    def _scan(letters: str, index: Index) -> Iterator[tuple[int, int, Pattern, re.Match[str]]]:
        position = 0
        for start in index.starts.finditer(letters):
            if start.start() < position:
                continue
            position = start.start()
            opening = index.openings[start.group()]
            if not opening.screen.match(letters, position):
                continue
            best: tuple[int, int, Pattern, re.Match[str]] | None = None
            for pattern in opening.patterns:
                match = pattern.regex.match(letters, position)
                if match and match.end() > (best[1] if best else position):
                    best = (position, match.end(), pattern, match)
            if best:
                yield best
                position = best[1]

    @staticmethod
    def _slots(pattern: Pattern, match: re.Match[str], encoded: list[tuple[str, Values]]) -> Values:
        values: Values = dict(pattern.settings)
        for group, (name, cls) in pattern.slots.items():
            if match.start(group) >= 0:
                values[name] = encoded[match.start(group)][1][cls]
        return values


def _screen(patterns: Iterable[Pattern]) -> re.Pattern[str]:
    """One expression that matches wherever any of the patterns does, without their slots."""
    return re.compile("|".join(_GROUP.sub("(?:", pattern.regex.pattern) for pattern in patterns))


class _Compiler:
    """Reads one pattern and writes it as a regular expression over the alphabet."""

    def __init__(self, source: str, letters: Any, name: str) -> None:
        self._source = source
        self._letters = letters
        self._name = name
        self._symbols = list(_SYMBOLS.finditer(source))
        self._position = 0
        self._slots: dict[str, tuple[str, str]] = {}

    def result(self) -> tuple[str, dict[str, tuple[str, str]], set[str]]:
        """The expression, its slots (group -> name, class), and the letters that it can begin with."""
        regex, first, optional = self._alternatives()
        if self._position < len(self._symbols) or optional:
            raise self._error("unbalanced, or matches nothing at all")
        return regex, self._slots, first

    def _alternatives(self) -> tuple[str, set[str], bool]:
        regexes, first, optional = [], set(), False
        while True:
            regex, begins, empty = self._sequence()
            regexes.append(regex)
            first |= begins
            optional |= empty
            if not self._accept("|"):
                return "|".join(regexes), first, optional

    def _sequence(self) -> tuple[str, set[str], bool]:
        regex, first, optional = "", set(), True
        while self._position < len(self._symbols) and self._symbols[self._position]["op"] not in ("|", ")"):
            piece, begins, empty = self._item()
            regex += piece
            if optional:
                first |= begins
            optional &= empty
        return regex, first, optional

    def _item(self) -> tuple[str, set[str], bool]:
        symbol = self._symbols[self._position]
        self._position += 1
        optional = False
        if symbol["op"] == "(":
            inner, first, optional = self._alternatives()
            if not self._accept(")"):
                raise self._error("a bracket is not closed")
            regex = f"(?:{inner})"
        elif symbol["op"]:
            raise self._error(f"{symbol['op']!r} is out of place")
        else:
            cls = symbol["cls"] or "=" + symbol["word"]
            letters = self._letters(cls)
            if not letters:
                raise self._error(f"<{cls}> has no words")
            first = set(letters)
            regex = f"[{letters}]"
            if symbol["cls"]:
                group = f"g{len(self._slots)}"
                self._slots[group] = (symbol["name"] or cls, cls)
                regex = f"(?P<{group}>{regex})"
        for mark in ("?", "*"):
            if self._accept(mark):
                return f"(?:{regex}){mark}", first, True
        return regex, first, optional

    def _accept(self, mark: str) -> bool:
        if self._position < len(self._symbols) and self._symbols[self._position]["op"] == mark:
            self._position += 1
            return True
        return False

    def _error(self, reason: str) -> KgbuildError:
        return KgbuildError(f"{self._name}: the pattern {self._source!r} cannot be read: {reason}")


def _numeric_values(word: str) -> Values:
    """The classes and values of a word that begins with a figure, or mixes figures and letters."""
    if not (word[:1].isdigit() or word[-1:].isdigit() or word[-1:] == "s"):
        return {}
    if not word.isascii() and not re.search("[0-9]", word):
        return {}
    if _INTEGER.match(word):
        number = int(word)
        values: Values = {"number": number}
        if 1 <= number <= 31 and len(word) <= 2:
            values["day"] = number
        elif 1000 <= number < 2200:
            values["year"] = number
        return values
    if match := _ORDINAL.match(word):
        number = int(match[1])
        return {"ordinal": number, "day": number} if 1 <= number <= 31 else {"ordinal": number}
    if match := _DECADE.match(word):
        return {"decade": int(match[2])}
    if match := _YEARS.match(word):
        return {"years": (int(match[1]), int(match[2]))}
    if match := _MID_YEAR.match(word):
        return {"mid": int(match[1])}
    if match := _ISO.match(word):
        return {"iso": (int(match[1]), int(match[2]), int(match[3]))}
    return {}


@functools.cache
def date_grammar(*files: str) -> Grammar:
    """The grammar of ``data/lexicon``: words of ``dates.yaml``, patterns of ``dates_patterns.tsv``.

    Args:
        files: of further patterns, which come before the built-in ones.

    Raises:
        KgbuildError: a file cannot be read, or a pattern in it.
    """
    words = yaml_table("lexicon", "dates.yaml")
    rows = []
    for path in (*(Path(file) for file in files), resource("lexicon", "dates_patterns.tsv")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise KgbuildError(f"the date patterns {path} cannot be read: {error}") from error
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                columns = line.split("\t")
                if len(columns) != _COLUMNS:
                    raise KgbuildError(f"{path}:{number}: a date pattern has three columns: rule, settings, pattern")
                pairs = (pair.partition("=") for pair in columns[1].split())
                rows.append((columns[0], {key: _setting(value) for key, _, value in pairs}, columns[2]))
    return Grammar(words, rows, "the date patterns" if files else "dates_patterns.tsv")


def _setting(value: str) -> Any:
    return int(value) if re.fullmatch(r"-?\d+", value) else value
