"""Finds what stands in quotation marks: typographic, straight, doubled, angled, low-high, and British single ones.

Works on the raw text, paragraph by paragraph, in one pass. A mark left open runs to the end of its paragraph (the next
paragraph of such a quotation opens with a mark of its own) or to the mark that must begin another quotation.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kgbuild.facts import Span
from kgbuild.resources import yaml_table

#: what ends a line, wherever the text comes from
LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"

_LINE = re.compile(f"[^{LINE_BREAKS}]+")
_MARK = re.compile(r"''|``|‘‘|’’|‚‚|[“”„‟\"«»‹›‘’‚‛'`]")

_ALL_MARKS = "\"“”„‟«»‹›‘’‚‛'`"

#: opening mark -> the marks that close it
_PAIRS = {
    "“": '”“"',
    "„": '“”‟"',
    "‟": '”"',
    '"': '"”',
    "``": ("''", "’’", '"'),
    "''": ("''",),
    "‘‘": ("’’", "''"),
    "‚‚": ("‘‘", "’’"),
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "‘": "’'",
    "‛": "’'",
    "‚": "‘’",
    "'": "'’",
    "`": "'",
    "”": "”",
}
_SINGLE = frozenset("‘‛‚'`")
_BEFORE_OPENING = frozenset('([{<-–—―/…“”"«»„:,;=|*_')
_AMBIGUOUS_OPENERS = frozenset(("»", "›", "”"))


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted stretch ``text[start:end]`` with its marks.

    Attributes:
        start: offset of the opening mark.
        end: offset behind the closing mark, or where the quotation stops for want of one.
        inner_start, inner_end: the words without the marks.
        closed: whether it has a closing mark.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    text: str
    start: int
    end: int
    before: str
    after: str

    @property
    def may_open(self) -> bool:
        """A word follows, and none stands directly before."""
        return bool(self.after) and not self.after.isspace() and (not self.before or not self.before.isalnum())

    @property
    def must_open(self) -> bool:
        """A word follows, and a space or nothing stands before."""
        return self.may_open and (not self.before or self.before.isspace())

    @property
    def may_close(self) -> bool:
        """A word or a stop stands directly before."""
        return bool(self.before) and not self.before.isspace()


@functools.cache
def layout_lexicon() -> dict[str, Any]:
    """The table of layout patterns, ``data/lexicon/layout.yaml``."""
    table: dict[str, Any] = yaml_table("lexicon", "layout.yaml")
    return table


def find_quotations(text: str) -> list[Quotation]:
    """What stands in quotation marks.

    Quotations within quotations are left out, and so are marks without a word between them.

    Args:
        text: any text.

    Returns:
        The outermost quotations, in text order; they do not overlap.
    """
    found: list[Quotation] = []
    for line in _LINE.finditer(text):
        found.extend(_in_line(text, line.start(), line.end()))
    return found


def _in_line(text: str, start: int, end: int) -> Iterator[Quotation]:
    marks = list(_marks(text, start, end))
    # how many marks that can only close, less those that can only open, follow: tells nesting from a lost mark
    surplus = [0] * (len(marks) + 1)
    for k in range(len(marks) - 1, -1, -1):
        surplus[k] = surplus[k + 1] + (marks[k].text == "”") - (marks[k].text == "“")
    possessives = _possessives(marks)
    opened: _Mark | None = None
    depth = 0
    for k, mark in enumerate(marks):
        if opened is None:
            if _opens(text, mark, marks, k, possessives):
                opened, depth = mark, 1
            continue
        closes = _closes(opened, mark, k, possessives)
        if mark.text == opened.text and mark.text == "“" and not closes and surplus[k + 1] > depth:
            depth += 1
        elif (
            mark.text == opened.text
            and mark.must_open
            and not (closes and mark.text == "“")
            and mark.text not in _SINGLE
            and not _plays_close(mark)
        ):
            yield from _quotation(text, opened.start, opened.end, mark.start, None)
            opened, depth = mark, 1
        elif closes:
            depth -= 1
            if not depth:
                yield from _quotation(text, opened.start, opened.end, mark.start, mark.end)
                opened = None
    if opened is not None:
        yield from _quotation(text, opened.start, opened.end, end, None)


def _marks(text: str, start: int, end: int) -> Iterator[_Mark]:
    for match in _MARK.finditer(text, start, end):
        s, e = match.span()
        yield _Mark(match.group(), s, e, text[s - 1] if s > start else "", text[e] if e < end else "")


def _plays_close(mark: _Mark) -> bool:
    """A straight mark set off by a space on its wrong side, as in ``"He left. "``: nothing but space follows."""
    return not mark.after or mark.after.isspace()


def _possessives(marks: list[_Mark]) -> frozenset[int]:
    """Marks that may close but more likely are the apostrophe of a plural: ``the countries' envoys``.

    An apostrophe between an s and a space closes nothing if another single mark further on can, before one opens.
    """
    found: set[int] = set()
    closer_follows = False
    for k in range(len(marks) - 1, -1, -1):
        mark = marks[k]
        if mark.text not in "’'":
            continue
        if mark.must_open:
            closer_follows = False
        elif mark.may_close and not mark.after.isalnum():
            if closer_follows and mark.before in "sS" and mark.after.isspace():
                found.add(k)
            closer_follows = True
    return frozenset(found)


def _opens(text: str, mark: _Mark, marks: list[_Mark], k: int, possessives: frozenset[int]) -> bool:
    kind = mark.text
    if kind not in _PAIRS:
        return False
    if kind in _SINGLE:
        return _opens_single(text, mark, marks, k, possessives)
    if kind in ('"', "''"):
        # 6'2" and a stray closing mark open nothing
        return mark.may_open or (not mark.before and bool(mark.after)) or (mark.before.isspace() and bool(mark.after))
    if kind in _AMBIGUOUS_OPENERS:
        return mark.must_open and any(other.text in _PAIRS[kind] for other in marks[k + 1 : k + 12])
    return bool(mark.after)


def _opens_single(text: str, mark: _Mark, marks: list[_Mark], k: int, possessives: frozenset[int]) -> bool:
    """Single marks are read only in pairs: most are apostrophes."""
    if mark.before and not mark.before.isspace() and mark.before not in _BEFORE_OPENING:
        return False
    if not mark.after or mark.after.isspace():
        return False
    word = re.compile(r"\w*").match(text, mark.end)
    opening = word.group().lower() if word else ""
    if opening in layout_lexicon()["apostrophe_words"] or (opening[:2].isdigit() and opening.endswith("s")):
        return False
    # bounded look-ahead keeps the pass linear; a single-quoted stretch has few marks inside
    for j in range(k + 1, min(len(marks), k + 40)):
        if _closes(mark, marks[j], j, possessives):
            return True
        if marks[j].text == mark.text and marks[j].must_open:
            return False
    return False


def _closes(opened: _Mark, mark: _Mark, k: int, possessives: frozenset[int]) -> bool:
    if mark.text not in _PAIRS[opened.text]:
        return False
    if mark.text == "“" and opened.text == "“":
        # a slip of the keyboard: “like this“
        return mark.may_close and not mark.after.isalnum()
    if opened.text in _SINGLE:
        return mark.may_close and not mark.after.isalnum() and k not in possessives
    if mark.text == '"' and opened.text != '"':
        return mark.may_close and not mark.after.isalnum()
    return True


def _quotation(text: str, start: int, inner: int, inner_end: int, end: int | None) -> Iterator[Quotation]:
    words = text[inner:inner_end]
    if not any(c.isalnum() for c in words):
        return
    stop = inner + len(words.rstrip())
    first = inner + len(words) - len(words.lstrip())
    yield Quotation(start, end if end is not None else stop, first, stop, end is not None)


def without_outer_marks(text: str, span: Span, *, direct: bool) -> Span | None:
    """Trims white space and outer quotation marks off a span of content.

    Args:
        text: the article's text.
        span: a stretch of content.
        direct: all of the content is quoted, so that any mark at its edges is an outer one. Otherwise a mark is an
            outer one only if its partner is missing or stands at the other edge.

    Returns:
        The trimmed span, or None if nothing is left.
    """
    start, end = span.start, span.end
    while True:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start >= end:
            return None
        first, last = text[start], text[end - 1]
        inner = text[start + 1 : end - 1]
        if direct and first in _ALL_MARKS:
            start += 1
        elif direct and last in _ALL_MARKS and not (last in "'’" and end - start > 1 and text[end - 2] == "s"):
            end -= 1
        elif first in _PAIRS and last in _PAIRS[first] and not set(_PAIRS[first]) & set(inner):
            start, end = start + 1, end - 1
        else:
            return Span(start, end)
