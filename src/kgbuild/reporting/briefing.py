"""A briefing before it is written: what is known of a treaty or an actor, every line with its words and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

#: longer quotations are shortened in the middle of a line; the whole stands in the graph
QUOTATION_LENGTH = 400
#: of more words, a link names the first and the last ones
_LONG_FRAGMENT = 12


@dataclass(frozen=True, slots=True)
class Source:
    """An article that a briefing rests on.

    Attributes:
        number: by which lines refer to it, from 1.
        title, date, publisher: as given; empty if not.
        url: where it can be read, if that is on the web; else empty.
        text: of the article.
    """

    number: int
    title: str
    date: str = ""
    publisher: str = ""
    url: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One finding.

    Attributes:
        text: what was found, in plain words.
        words: the exact words that it was read from.
        source: the article that they stand in.
        start, end: where, in characters of the article's text.
        date: of what was found, as fine as it is known; empty if not.
        reported: whether ``date`` is only that of the article.
        mark: ``supports``, ``opposes``, ``conditional`` or ``neutral`` for a position, else empty.
    """

    text: str
    words: str
    source: Source
    start: int
    end: int
    date: str = ""
    reported: bool = False
    mark: str = ""

    @property
    def link(self) -> str:
        """The article on the web, opened at these words where the browser can (URL Fragment Text Directives); or ""."""
        if not self.source.url:
            return ""
        words = self.words.split()
        if not words:
            return self.source.url
        long = len(words) > _LONG_FRAGMENT
        target = f"{_fragment(words[:5])},{_fragment(words[-5:])}" if long else _fragment(words)
        return f"{self.source.url.partition('#')[0]}#:~:text={target}"

    @property
    def shown(self) -> str:
        """The words in one line, shortened where they are long."""
        words = " ".join(self.words.split())
        if len(words) <= QUOTATION_LENGTH:
            return words
        return f"{words[: QUOTATION_LENGTH - 100].rsplit(' ', 1)[0]} […] {words[-90:].split(' ', 1)[-1]}"


def _fragment(words: Sequence[str]) -> str:
    """Words as a text directive wants them: dashes separate its parts."""
    return quote(" ".join(words), safe="").replace("-", "%2D")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with findings.

    Attributes:
        title: of the section.
        lines: in the order they are to be read in.
        note: what the reader should know of all of them, or nothing.
        picture: SVG, or nothing.
    """

    title: str
    lines: tuple[Line, ...] = ()
    note: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Briefing:
    """What is to be handed on.

    Attributes:
        title: what it is about.
        kind: such as ``Treaty`` or ``person``.
        facts: names of facts and their values, for the head of the page.
        sections: those that have something to tell.
        sources: the articles that any line refers to, by number.
    """

    title: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]


class Sources:
    """Numbers articles as lines first refer to them.

    Args:
        rows: an ``article``, its ``text``, and what else :class:`Source` has, for each article; of several rows for one
            article, the first counts.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._rows: dict[str, Mapping[str, str]] = {}
        for row in rows:
            self._rows.setdefault(row["article"], row)
        self._used: dict[str, Source] = {}

    def line(self, row: Mapping[str, Any], text: str, *, date: tuple[str, bool], mark: str = "") -> Line:
        """A line for a row with ``article``, ``start`` and ``end``.

        Args:
            row: of an answer.
            text: what was found.
            date: and whether it is the finding's own.
            mark: see :class:`Line`.
        """
        source = self._source(row["article"])
        start, end = int(row["start"]), int(row["end"])
        when, own = date
        return Line(text, source.text[start:end], source, start, end, when, bool(when) and not own, mark)

    def _source(self, article: str) -> Source:
        if article not in self._used:
            row = self._rows[article]
            url = row.get("url", "")
            self._used[article] = Source(
                len(self._used) + 1,
                row.get("title") or "untitled article",
                row.get("date", ""),
                row.get("publisher", ""),
                url if url.startswith(("https://", "http://")) else "",
                row["text"],
            )
        return self._used[article]

    @property
    def used(self) -> tuple[Source, ...]:
        """Those that lines refer to."""
        return tuple(self._used.values())
