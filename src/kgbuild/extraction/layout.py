"""How an article is laid out: paragraphs, headlines, datelines, boilerplate and quoted regions, as token ranges.

The component ``kgbuild_layout`` fills ``doc._.layout``; it needs the tokens alone, so it can stand anywhere.
"""

from __future__ import annotations

import bisect
import functools
import re
from typing import TYPE_CHECKING, Literal

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.extraction.document import Layout, Paragraph, Region, register_extensions
from kgbuild.extraction.quotations import LINE_BREAKS, find_quotations, layout_lexicon
from kgbuild.extraction.written import Written, written_of

if TYPE_CHECKING:
    from collections.abc import Sequence

register_extensions()

_LINE_BREAK = frozenset(LINE_BREAKS)
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽ"
_MONTHS = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?)\\.?"
)
_WEEKDAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
#: so many paragraphs that open with a date or a time make a timeline or a live blog
_ENTRIES = 2
_SENTENCE_END = frozenset(".!?…:;")
_CLOSING = frozenset("\"”’'»)]*")
_CONTENT_WORD_LENGTH = 4


@Language.factory("kgbuild_layout", assigns=["doc._.layout"])
def create_layout(nlp: Language, name: str) -> LayoutFinder:
    """The factory of ``kgbuild_layout``."""
    return LayoutFinder()


class LayoutFinder:
    """The component ``kgbuild_layout``."""

    def __call__(self, doc: Doc) -> Doc:
        """Fills ``doc._.layout``."""
        doc._.layout = find_layout(doc)
        return doc


def layout_of(doc: Doc) -> Layout:
    """The layout of a document, found now if no component has yet."""
    layout: Layout | None = doc._.layout
    if layout is None:
        layout = doc._.layout = find_layout(doc)
    return layout


def find_layout(doc: Doc) -> Layout:
    """Paragraphs and quoted regions of a tokenised text.

    Args:
        doc: any document; no annotation is needed.

    Returns:
        The layout; empty for an empty document.
    """
    words = written_of(doc)
    paragraphs, paragraph_of = _paragraphs(words)
    regions, region_of = _regions(words)
    return Layout(paragraphs, regions, paragraph_of, region_of)


def _regions(words: Written) -> tuple[tuple[Region, ...], tuple[int, ...]]:
    starts, blank = words.offset, words.blank
    region_of = [-1] * len(starts)
    regions: list[Region] = []
    for quotation in find_quotations(words.source):
        # a token that holds both a mark and letters ("'S") begins before the mark
        first = max(0, bisect.bisect_right(starts, quotation.start) - 1)
        last = bisect.bisect_left(starts, quotation.end)
        while first < last and (blank[first] or region_of[first] >= 0):
            first += 1
        while last > first and blank[last - 1]:
            last -= 1
        if first == last:
            continue
        region_of[first:last] = [len(regions)] * (last - first)
        regions.append(Region(first, last, quotation.closed))
    return tuple(regions), tuple(region_of)


def _paragraphs(words: Written) -> tuple[tuple[Paragraph, ...], tuple[int, ...]]:
    blank = words.blank
    size = len(blank)
    breaks = [i for i, text in enumerate(words.text) if blank[i] and not _LINE_BREAK.isdisjoint(text)]
    bounds: list[tuple[int, int]] = []
    paragraph_of: list[int] = []
    start = 0
    for end in (*(i for i in breaks if not _is_soft(words, i)), size):
        # the break itself belongs to the paragraph before it
        paragraph_of += [len(bounds)] * (min(end + 1, size) - start)
        first, last = start, end
        while first < last and blank[first]:
            first += 1
        while last > first and blank[last - 1]:
            last -= 1
        if first < last:
            bounds.append((first, last))
        start = end + 1
    # white space behind the last paragraph belongs to it
    last_paragraph = max(0, len(bounds) - 1)
    if paragraph_of and paragraph_of[-1] > last_paragraph:
        paragraph_of = [min(number, last_paragraph) for number in paragraph_of]
    return tuple(_classified(words, bounds)), tuple(paragraph_of)


def _is_soft(words: Written, i: int) -> bool:
    """A single line break inside a sentence, as in text wrapped to a width: the next line goes on in lower case."""
    texts = words.text
    if sum(c in _LINE_BREAK for c in texts[i]) != 1 or not 0 < i < len(texts) - 1:
        return False
    return not words.blank[i - 1] and texts[i - 1][-1] not in ".!?…" and texts[i + 1][:1].islower()


def _classified(words: Written, bounds: Sequence[tuple[int, int]]) -> list[Paragraph]:
    lexicon = layout_lexicon()
    texts = [words.between(start, end) for start, end in bounds]
    kinds: list[Literal["headline", "body", "boilerplate"]] = [
        "boilerplate"
        if end - start <= lexicon["boilerplate_words"] and any(p.match(text) for p in _patterns("boilerplate"))
        else "body"
        for (start, end), text in zip(bounds, texts, strict=True)
    ]
    entries = [_opening(text, "entries") if kind == "body" else 0 for text, kind in zip(texts, kinds, strict=True)]
    if sum(map(bool, entries)) < _ENTRIES:
        entries = [0] * len(texts)
    body = next(
        (
            k
            for k, (start, end) in enumerate(bounds)
            if kinds[k] == "body" and (entries[k] or not _is_headline(words, start, end))
        ),
        None,
    )
    if body is not None and body <= lexicon["headline_lines"]:
        for k in range(body):
            if kinds[k] == "body":
                kinds[k] = "headline"
    speakers = sum(any(p.match(text) for p in _patterns("colon_datelines")) for text in texts)
    paragraphs = []
    open_for_dateline = True
    for (start, end), kind, text, entry in zip(bounds, kinds, texts, entries, strict=True):
        dateline_end = 0
        length = entry
        if kind == "body" and open_for_dateline:
            length = entry or _dateline(text, colon=speakers == 1)
            open_for_dateline = False
        if length:
            behind = words.offset[start] + length
            dateline_end = next((i for i in range(start, end) if words.offset[i] >= behind), end)
        paragraphs.append(Paragraph(start, end, kind, dateline_end))
    return paragraphs


def _is_headline(words: Written, start: int, end: int) -> bool:
    lexicon = layout_lexicon()
    if end - start > lexicon["headline_words"] or _dateline(words.between(start, end), colon=True):
        return False
    last = end - 1
    while last > start and words.text[last][-1] in _CLOSING:
        last -= 1
    if words.text[last][-1] not in _SENTENCE_END:
        return True
    longer = [text for text in words.text[start:end] if len(text) >= _CONTENT_WORD_LENGTH and text[0].isalpha()]
    capitals = sum(text[0].isupper() for text in longer)
    # one short sentence of names alone proves nothing
    return len(longer) > 3 and capitals >= lexicon["headline_capitals"] * len(longer)


def _dateline(text: str, *, colon: bool) -> int:
    """Length of the dateline that opens the text, or 0."""
    return _opening(text, "datelines") or (_opening(text, "colon_datelines") if colon else 0)


def _opening(text: str, kind: str) -> int:
    """Length of what opens the text by one of the patterns of a kind, or 0."""
    matches = (pattern.match(text) for pattern in _patterns(kind))
    return next((match.start("end") for match in matches if match), 0)


@functools.cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    flags = re.IGNORECASE if kind == "boilerplate" else re.NOFLAG
    patterns = layout_lexicon()[kind]
    for sign, names in (("{U}", _UPPER), ("{M}", _MONTHS), ("{D}", _WEEKDAYS)):
        patterns = [pattern.replace(sign, names) for pattern in patterns]
    return tuple(re.compile(pattern, flags) for pattern in patterns)
