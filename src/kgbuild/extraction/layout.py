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

if TYPE_CHECKING:
    from collections.abc import Sequence

register_extensions()

_LINE_BREAK = frozenset(LINE_BREAKS)
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽ"
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
    if doc._.layout is None:
        doc._.layout = find_layout(doc)
    layout: Layout = doc._.layout
    return layout


def find_layout(doc: Doc) -> Layout:
    """Paragraphs and quoted regions of a tokenised text.

    Args:
        doc: any document; no annotation is needed.

    Returns:
        The layout; empty for an empty document.
    """
    paragraphs, paragraph_of = _paragraphs(doc)
    regions, region_of = _regions(doc)
    return Layout(paragraphs, regions, paragraph_of, region_of)


def _regions(doc: Doc) -> tuple[tuple[Region, ...], tuple[int, ...]]:
    starts = [token.idx for token in doc]
    region_of = [-1] * len(doc)
    regions: list[Region] = []
    for quotation in find_quotations(doc.text):
        # a token that holds both a mark and letters ("'S") begins before the mark
        first = max(0, bisect.bisect_right(starts, quotation.start) - 1)
        last = bisect.bisect_left(starts, quotation.end)
        while first < last and (doc[first].is_space or region_of[first] >= 0):
            first += 1
        while last > first and doc[last - 1].is_space:
            last -= 1
        if first == last:
            continue
        for i in range(first, last):
            region_of[i] = len(regions)
        regions.append(Region(first, last, quotation.closed))
    return tuple(regions), tuple(region_of)


def _paragraphs(doc: Doc) -> tuple[tuple[Paragraph, ...], tuple[int, ...]]:
    texts = [token.text for token in doc]
    space = [text.isspace() or not text for text in texts]
    bounds: list[tuple[int, int]] = []
    paragraph_of: list[int] = []
    start, size = 0, len(texts)
    for i in range(size + 1):
        if i < size:
            paragraph_of.append(len(bounds))
            if not space[i] or _LINE_BREAK.isdisjoint(texts[i]) or _is_soft(texts, space, i):
                continue
        words = [k for k in range(start, i) if not space[k]]
        if words:
            bounds.append((words[0], words[-1] + 1))
        start = i + 1
    # white space behind the last paragraph belongs to it
    last = max(0, len(bounds) - 1)
    return tuple(_classified(doc, bounds)), tuple(min(number, last) for number in paragraph_of)


def _is_soft(texts: Sequence[str], space: Sequence[bool], i: int) -> bool:
    """A single line break inside a sentence, as in text wrapped to a width: the next line goes on in lower case."""
    if sum(c in _LINE_BREAK for c in texts[i]) != 1 or not 0 < i < len(texts) - 1:
        return False
    return not space[i - 1] and texts[i - 1][-1] not in ".!?…" and texts[i + 1][:1].islower()


def _classified(doc: Doc, bounds: Sequence[tuple[int, int]]) -> list[Paragraph]:
    lexicon = layout_lexicon()
    string = doc.text
    texts = [string[doc[start].idx : doc[end - 1].idx + len(doc[end - 1])] for start, end in bounds]
    kinds: list[Literal["headline", "body", "boilerplate"]] = [
        "boilerplate"
        if end - start <= lexicon["boilerplate_words"] and any(p.match(text) for p in _patterns("boilerplate"))
        else "body"
        for (start, end), text in zip(bounds, texts, strict=True)
    ]
    body = next(
        (k for k, (start, end) in enumerate(bounds) if kinds[k] == "body" and not _is_headline(doc, start, end)), None
    )
    if body is not None and body <= lexicon["headline_lines"]:
        for k in range(body):
            if kinds[k] == "body":
                kinds[k] = "headline"
    speakers = sum(any(p.match(text) for p in _patterns("colon_datelines")) for text in texts)
    paragraphs = []
    open_for_dateline = True
    for (start, end), kind, text in zip(bounds, kinds, texts, strict=True):
        dateline_end = 0
        if kind == "body" and open_for_dateline:
            offset = _dateline(text, colon=speakers == 1)
            open_for_dateline = False
            if offset:
                dateline_end = next((i for i in range(start, end) if doc[i].idx >= doc[start].idx + offset), 0)
        paragraphs.append(Paragraph(start, end, kind, dateline_end))
    return paragraphs


def _is_headline(doc: Doc, start: int, end: int) -> bool:
    lexicon = layout_lexicon()
    if end - start > lexicon["headline_words"] or _dateline(doc[start:end].text, colon=True):
        return False
    last = end - 1
    while last > start and doc[last].text[-1] in _CLOSING:
        last -= 1
    if doc[last].text[-1] not in _SENTENCE_END:
        return True
    longer = [doc[i] for i in range(start, end) if len(doc[i]) >= _CONTENT_WORD_LENGTH and doc[i].text[0].isalpha()]
    capitals = sum(token.text[0].isupper() for token in longer)
    # one short sentence of names alone proves nothing
    return len(longer) > 3 and capitals >= lexicon["headline_capitals"] * len(longer)


def _dateline(text: str, *, colon: bool) -> int:
    """Length of the dateline that opens the text, or 0."""
    for pattern in _patterns("datelines") + (_patterns("colon_datelines") if colon else ()):
        match = pattern.match(text)
        if match:
            return match.start("end")
    return 0


@functools.cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    flags = re.IGNORECASE if kind == "boilerplate" else re.NOFLAG
    return tuple(re.compile(pattern.replace("{U}", _UPPER), flags) for pattern in layout_lexicon()[kind])
