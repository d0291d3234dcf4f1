"""All candidates of a document, grammar's and tagger's together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kgbuild.extraction.attribution.candidates import Candidate, Source, begins_or_ends_in, make
from kgbuild.extraction.attribution.nominal import according_candidates, nominal_candidates, transcript_candidates
from kgbuild.extraction.attribution.tagged import (
    TaggedAttribution,
    head_of,
    link,
    tagged_candidates,
    tagged_spans,
)
from kgbuild.extraction.attribution.verbal import owners_of_quotations, verbal_candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.extraction.attribution.tagger import Marks
    from kgbuild.extraction.attribution.view import TokenView

#: a verb or noun is looked at if it may be a cue, by the tagger's word
_LEAST_CUE = 0.05
#: a candidate is weighed if the first or the last of its words may be content
_LEAST_CONTENT = 0.05


def grammar_candidates(
    view: TokenView, anchors: Iterable[int] | None = None, likely: frozenset[int] | None = None
) -> list[Candidate]:
    """What the grammar proposes.

    Args:
        view: the document.
        anchors: the verbs and nouns to look at, or None for all.
        likely: the tokens that may be content, or None for all; what neither begins nor ends with one of them may be
            left out.
    """
    found = _of_words(view, range(view.n) if anchors is None else anchors, likely)
    found += according_candidates(view)
    found += transcript_candidates(view)
    return _distinct(found)


def inner_candidates(view: TokenView, anchors: Iterable[int]) -> list[Candidate]:
    """What the grammar proposes of these cues alone, which stand in somebody's words."""
    anchors = frozenset(anchors)
    return _distinct([*_of_words(view, anchors, None, framed=True), *according_candidates(view, anchors)])


def _of_words(
    view: TokenView, anchors: Iterable[int], likely: frozenset[int] | None, *, framed: bool = False
) -> list[Candidate]:
    """The candidates of verbs and nouns."""
    chosen = sorted(anchors)
    verbs = [i for i in chosen if view.is_verb(i)]
    nouns = [i for i in chosen if view.pos[i] == "NOUN"]
    return [
        *verbal_candidates(view, owners_of_quotations(view), verbs, likely, framed=framed),
        *nominal_candidates(view, nouns),
    ]


def all_candidates(view: TokenView, marks: Marks) -> tuple[list[Candidate], list[TaggedAttribution]]:
    """What grammar and tagger propose, and the tagger's own attributions.

    A grammar candidate that the tagger's spans contradict a little comes in variants: with the tagger's source, with
    the
    content that both see, and with what either sees.
    """
    linked = link(view, tagged_spans(view, marks))
    cue = marks.cue
    nearby = np.maximum(cue, np.maximum(np.append(cue[1:], 0), np.append(0, cue[:-1])))
    promising = [i for i in np.flatnonzero(nearby >= _LEAST_CUE).tolist() if view.pos[i] in ("VERB", "AUX", "NOUN")]
    owned = owners_of_quotations(view)
    promising = sorted({*promising, *owned})
    by_token: dict[int, TaggedAttribution] = {}
    for attribution in linked:
        if attribution.cue is not None:
            by_token.update(dict.fromkeys(attribution.cue.tokens(), attribution))
    found: list[Candidate] = []
    made: set[_Inputs] = set()
    likely = frozenset(np.flatnonzero(marks.content >= _LEAST_CONTENT).tolist())
    for candidate in grammar_candidates(view, promising, likely):
        # much of what grammar proposes is plainly no content: not worth weighing
        if candidate.pattern != "transcript" and not begins_or_ends_in(candidate.content, likely):
            continue
        found.append(candidate)
        near = by_token.get(candidate.anchor) or next(
            (by_token[i] for i in sorted(candidate.cue) if i in by_token), None
        )
        if near is not None:
            found += _variants(view, candidate, near, made)
    found += tagged_candidates(view, linked)
    return _distinct(found), linked


#: of what a candidate is made, but for how it was found
_Inputs = tuple[int, frozenset[int], tuple[int, ...], bool, frozenset[int], str]


def _variants(
    view: TokenView, candidate: Candidate, tagged: TaggedAttribution, made: set[_Inputs]
) -> Iterator[Candidate]:
    """Variants of a grammar candidate by the tagger's word.

    Args:
        view: the document.
        candidate: of the grammar.
        tagged: the tagger's attribution at its cue.
        made: what other variants were made of, which would come out the same; filled.
    """
    for content, source, cue in _mixtures(view, candidate, tagged):
        apart = source.kind in ("noun", "tagged")
        inputs = (candidate.anchor, content, source.tokens, apart, cue, candidate.lemma)
        if inputs in made:
            continue
        variant = make(view, candidate.anchor, candidate.lemma, candidate.pattern, content, source=source, cue=cue)
        if variant is not None:
            made.add(inputs)
            yield variant


def _mixtures(
    view: TokenView, candidate: Candidate, tagged: TaggedAttribution
) -> Iterator[tuple[frozenset[int], Source, frozenset[int]]]:
    """Content, source and cue of the variants."""
    cue, spoken_by = tagged.cue_tokens, tagged.source_tokens
    source_tokens = tuple(sorted(candidate.source))
    source = Source(source_tokens, candidate.source_head, candidate.source_kind)
    agreed = candidate.source_head in spoken_by
    if agreed:
        source = Source(spoken_by, candidate.source_head, candidate.source_kind)
    if cue != candidate.cue or source.tokens != source_tokens:
        yield candidate.content, source, cue
    seen = tagged.said
    if not seen:
        return
    joined = candidate.content | seen
    if seen & candidate.content and joined not in (seen, candidate.content):
        yield joined, source, cue
    if candidate.source_head >= 0 and seen != candidate.content:
        yield seen, source, cue
    if spoken_by and not agreed:
        yield candidate.content, Source(spoken_by, head_of(view, spoken_by), "tagged"), cue


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    kept: dict[tuple[int, frozenset[int], frozenset[int], frozenset[int]], Candidate] = {}
    for candidate in candidates:
        kept.setdefault((candidate.anchor, candidate.content, candidate.source, candidate.cue), candidate)
    return list(kept.values())
