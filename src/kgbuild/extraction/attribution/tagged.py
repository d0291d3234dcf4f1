"""Candidates made of the tagger's own spans: each cue with the nearest source and the contents nearest to it."""

from __future__ import annotations

import bisect
import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kgbuild.extraction.attribution.candidates import NO_SOURCE, Candidate, Source, make
from kgbuild.extraction.attribution.verbal import speaking_verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.extraction.attribution.tagger import Marks
    from kgbuild.extraction.attribution.view import TokenView

#: what a sentence end and a paragraph end between two spans cost, in tokens
_SENTENCE_COST = 24
_PARAGRAPH_COST = 60
_SOURCE_REACH = 80
_CONTENT_REACH = 180
#: a source behind its cue is a little less likely than one before
_BEHIND = 2
#: a quotation that ends in a full stop leads over to no cue behind it
_STOPPED = 20
#: names of the roles in the order of the labels; the first is none
_ROLES = "OSCN"


class TaggedSpan(NamedTuple):
    """Tokens ``start`` to ``end`` (exclusive) that the tagger gives one role: ``S``, ``C`` or ``N`` (content)."""

    start: int
    end: int
    role: str

    def tokens(self) -> range:
        """Its tokens."""
        return range(self.start, self.end)


class TaggedAttribution(NamedTuple):
    """The tagger's spans linked by nearness.

    Attributes:
        cue, source, contents: the spans.
        cue_tokens, source_tokens: the tokens of the first two, none where there is no span.
        said: the tokens of the contents.
    """

    cue: TaggedSpan | None
    source: TaggedSpan | None
    contents: tuple[TaggedSpan, ...]
    cue_tokens: frozenset[int]
    source_tokens: tuple[int, ...]
    said: frozenset[int]


def tagged_spans(view: TokenView, marks: Marks) -> list[TaggedSpan]:
    """The stretches of like labels, in text order."""
    counted = np.ones(view.n, bool)
    counted[list(view.blanks - view.dateline)] = False
    labels = marks.labels.copy()
    # words go on over the end of a paragraph, but not into the next entry of a live blog
    labels[list(view.dateline)] = 0
    places = np.flatnonzero(counted)
    labels = labels[places]
    roles = (labels + 1) // 2
    begins = np.flatnonzero((np.diff(roles, prepend=0) != 0) | (labels % 2 == 1))
    lasts = np.append(begins[1:], len(places))[: len(begins)] - 1
    stretches = zip(roles[begins].tolist(), places[begins].tolist(), places[lasts].tolist(), strict=True)
    return [TaggedSpan(first, last + 1, _ROLES[role]) for role, first, last in stretches if role]


class Linker:
    """Links spans by their distance, with penalties for sentence and paragraph ends between them."""

    def __init__(self, view: TokenView) -> None:
        self._closing = {r.end - 1 for r in view.regions if r.end - r.start > 2 and view.text[r.end - 2] == "."}
        self._stops = view.stops
        self._paragraph = view.paragraph

    def cost(self, one: TaggedSpan, other: TaggedSpan) -> int:
        """The distance of two spans in tokens, penalties included."""
        first, second = (one, other) if one.start <= other.start else (other, one)
        gap = max(0, second.start - first.end)
        # the first span's own last token may be the mark that ends its sentence
        # “… left.” ends a sentence, “… left,” does not
        stops, start = self._stops, second.start
        sentences = bisect.bisect_left(stops, start) - bisect.bisect_left(stops, min(first.end, start))
        paragraphs = self._paragraph[second.start] - self._paragraph[first.end - 1]
        return gap + _SENTENCE_COST * sentences + _PARAGRAPH_COST * paragraphs

    def is_stopped(self, span: TaggedSpan) -> bool:
        """Whether the span ends in a full stop and a closing mark."""
        return span.end - 1 in self._closing

    def nearest(self, span: TaggedSpan, others: Sequence[TaggedSpan], reach: int, behind: int = 0) -> TaggedSpan | None:
        """The nearest of other spans, sorted by place, within reach."""
        best: TaggedSpan | None = None
        least = reach + 1
        # only a few neighbours on either side can be the nearest
        place = bisect.bisect_left(others, (span.start,))
        for other in others[max(0, place - 3) : place + 3]:
            more = behind if other.start > span.start else 0
            # no cost is lower than the gap alone
            nearer = least - more
            if other.start - span.end < nearer and span.start - other.end < nearer:
                cost = self.cost(span, other) + more
                if cost < least:
                    best, least = other, cost
        return best


def link(view: TokenView, spans: Sequence[TaggedSpan]) -> list[TaggedAttribution]:
    """Attributions made of spans: every content goes to its nearest cue, every cue to its nearest source.

    Returns:
        One for each cue, then those of contents that have no cue in reach.
    """
    linker = Linker(view)
    sources = [s for s in spans if s.role == "S"]
    cues = [s for s in spans if s.role == "C"]
    by_cue: dict[TaggedSpan, list[TaggedSpan]] = {cue: [] for cue in cues}
    without: list[TaggedSpan] = []
    for content in (s for s in spans if s.role == "N"):
        cue = linker.nearest(content, cues, _CONTENT_REACH, _STOPPED if linker.is_stopped(content) else 0)
        if cue is None:
            without.append(content)
        else:
            by_cue[cue].append(content)
    found = [
        _linked(cue, linker.nearest(cue, sources, _SOURCE_REACH, _BEHIND), contents) for cue, contents in by_cue.items()
    ]
    found += [_linked(None, linker.nearest(content, sources, _CONTENT_REACH), [content]) for content in without]
    return found


def _linked(cue: TaggedSpan | None, source: TaggedSpan | None, contents: Sequence[TaggedSpan]) -> TaggedAttribution:
    cue_tokens = frozenset(cue.tokens()) if cue is not None else frozenset()
    source_tokens = tuple(source.tokens()) if source is not None else ()
    said = frozenset(itertools.chain.from_iterable(span.tokens() for span in contents))
    return TaggedAttribution(cue, source, tuple(contents), cue_tokens, source_tokens, said)


def head_of(view: TokenView, tokens: Sequence[int]) -> int:
    """The token of a stretch whose head lies outside it; the first such, -1 for an empty stretch."""
    inside = frozenset(tokens)
    return next(
        (
            i
            for i in tokens
            if (view.head[i] not in inside or view.head[i] == i) and view.pos[i] not in ("PUNCT", "SPACE")
        ),
        tokens[0] if tokens else -1,
    )


def cue_head(view: TokenView, cue: TaggedSpan) -> int:
    """The head of a cue: its last full verb if it has one ("was forced to concede"), else its syntactic head."""
    verbs = [i for i in cue.tokens() if view.pos[i] == "VERB"]
    return verbs[-1] if verbs else head_of(view, list(cue.tokens()))


def tagged_candidates(view: TokenView, attributions: Sequence[TaggedAttribution]) -> Iterator[Candidate]:
    """One candidate for each of the tagger's attributions that has a content."""
    for attribution in attributions:
        if not attribution.contents:
            continue
        cue = attribution.cue
        source = NO_SOURCE
        if attribution.source is not None:
            tokens = attribution.source_tokens
            source = Source(tokens, head_of(view, tokens), "tagged")
        content = [i for span in attribution.contents for i in span.tokens()]
        anchor = speaking_verb(view, cue_head(view, cue)) if cue is not None else content[0]
        lemma = view.lemma[anchor] if cue is not None else ""
        candidate = make(
            view,
            anchor,
            lemma,
            "tagged" if cue is not None else "tagged without cue",
            content,
            source=source,
            cue=attribution.cue_tokens,
        )
        if candidate is not None:
            yield candidate
