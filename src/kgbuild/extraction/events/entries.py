"""The dates of a timeline's entries: "March 10, 2015 – The two **sign** a declaration".

What an entry tells in the present or the simple past is of the date that it begins with, so that there the present is
no habit. The entries of a live blog, which begin with the time of the clock, are of the day of publication.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Doc

from kgbuild.extraction.document import Paragraph
from kgbuild.extraction.events.lexicon import SPEECH_DEEDS
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import PartialDate, Statement, TimeSpan

_CLIMB = 8
#: a bullet and a mark may stand before the date of an entry
_BULLET = 2
_CLOCK = re.compile(r"\d{1,2}([:.h]\d{2}|\s?[AaPp]\.?[Mm])")
_YEAR = re.compile(r"\b\d{4}\b")
#: with one of them a verb tells of what was before the entry, or is to come
_OTHER_TIMES = frozenset({"has", "have", "had", "'ve", "’ve", "to", "would", "will", "may", "might", "could", "should"})
_FINITE = frozenset({"VBZ", "VBP", "VBD"})


class Entries:
    """The entries of one document.

    Args:
        doc: with its layout and dates.
        tokens: its tokens.
        published: the day of publication, if known.
    """

    def __init__(self, doc: Doc, tokens: Tokens, published: PartialDate | None) -> None:
        self._doc = doc
        self._tokens = tokens
        self._published = published
        self._spans = self._found()

    def date_of(self, i: int, kind: str) -> TimeSpan | None:
        """The date of the entry that tells of an event.

        Args:
            i: the event's trigger.
            kind: its class.

        Returns:
            None outside of entries, and for what the entry reports from before or expects.
        """
        span = self._spans.get(self._tokens.paragraph[i])
        if span is None or not self._tells(i, speech=kind in SPEECH_DEEDS and kind != "Agreement"):
            return None
        return span

    def _found(self) -> dict[int, TimeSpan]:
        """The date of each paragraph that is an entry; a date on a line of its own holds until the next."""
        paragraphs = layout_of(self._doc).paragraphs
        openings = [p for p in paragraphs if p.dateline_end > p.start]
        if len(openings) < 2:  # a dateline
            return {}
        found: dict[int, TimeSpan] = {}
        current: TimeSpan | None = None
        previous: TimeSpan | None = None
        for number, paragraph in enumerate(paragraphs):
            if paragraph.dateline_end > paragraph.start:
                span = self._opening(paragraph, previous)
                previous = span or previous
                current = span if paragraph.dateline_end == paragraph.end else None
                if span is not None:
                    found[number] = span
            elif current is not None:
                found[number] = current
        return found

    def _opening(self, paragraph: Paragraph, previous: TimeSpan | None) -> TimeSpan | None:
        tokens = self._tokens
        words = tokens.words(paragraph.start, paragraph.dateline_end)
        if _CLOCK.match(words.lstrip("[*• ")):
            day = self._published
            # no word tells it: the date stays uncertain
            return replace(TimeSpan.on(day), edtf=f"{day}?") if day is not None else None
        for mention in self._doc._.dates:
            if not paragraph.start <= mention.start < paragraph.dateline_end:
                continue
            if mention.when is None or mention.start > paragraph.start + _BULLET:
                return None
            when: TimeSpan = mention.when
            if _YEAR.search(words) or when.single is None:
                return when
            return TimeSpan.on(self._in_year(when.single, previous))
        return None

    def _in_year(self, date: PartialDate, previous: TimeSpan | None) -> PartialDate:
        """The year of a date without one: that of the entry before or the next, if not after the publication."""
        before = previous.single if previous is not None else None
        published = str(self._published or "9")
        if before is not None:
            same = replace(date, year=before.year)
            for candidate in (same, replace(date, year=before.year + 1)):
                if str(before) <= str(candidate) <= published:
                    return candidate
        return replace(date, year=date.year - 1) if str(date) > published else date

    def _tells(self, i: int, *, speech: bool) -> bool:
        tokens = self._tokens
        if tokens.region[i] >= 0 or (not speech and self._is_reported(i)):
            return False
        for _ in range(_CLIMB):
            if tokens.pos[i] in ("VERB", "AUX"):
                helpers = {tokens.lower[c] for c in tokens.children[i] if tokens.dep[c] in ("aux", "auxpass")}
                if helpers & _OTHER_TIMES or tokens.dep[i] in ("relcl", "ccomp", "pcomp"):
                    return False
                if tokens.tag[i] in _FINITE and tokens.dep[i] in ("ROOT", "conj"):
                    return True
            if tokens.head[i] == i:
                return _helped(tokens, i)
            i = tokens.head[i]
        return False

    def _is_reported(self, i: int) -> bool:
        offset = self._tokens.offset[i]
        statements: list[Statement] = self._doc._.statements
        return any(span.start <= offset < span.end for s in statements for span in s.content_spans)


def _helped(tokens: Tokens, i: int) -> bool:
    """Whether a root is finite by its helper ("is asked", "are meeting"), or no verb at all, as in a note."""
    if tokens.pos[i] not in ("VERB", "AUX"):
        return True
    return any(tokens.dep[c] in ("aux", "auxpass") and tokens.tag[c] in _FINITE for c in tokens.children[i])
