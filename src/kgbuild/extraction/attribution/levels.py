"""Builds the levels above and below the flat choice: whose words stand in whose.

The net learnt from articles in which every word belongs to at most one attribution. "According to the ministry, the
envoy told him that …"
has two, one in the other; grammar finds the one that the flat choice leaves out.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.choice import choose, nested_in
from kgbuild.extraction.attribution.finder import inner_candidates
from kgbuild.extraction.attribution.judgement import is_negated, is_statement
from kgbuild.extraction.attribution.lexicon import cue_lexicon, refusal_lexicon
from kgbuild.extraction.attribution.weigher import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView
    from kgbuild.extraction.attribution.weigher import Weigher

#: the parser's clause before a cue may leave out a word or two of what it frames
_LEAST_SHARE = 0.9
#: "in the words of" can be nothing else, however rare
_CERTAIN_CUE = 0.02
_CERTAIN_SCORE = 0.7
#: inside somebody's words they name nobody that the article could tell
_NOBODY_NAMED = frozenset(("i", "we", "you", "they", "it", "one"))


#: what tells of no speaker
_NOBODY = frozenset(("i", "we", "you", "one", "that", "this", "which", "there"))
_LEAST_FRAMED = 0.2
#: a demand by somebody named needs this share of the threshold
_NEARLY = 0.85


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least scores: of the flat choice, of plain statements it leaves out, and of other levels."""

    flat: float
    spare: float
    nested: float


def spare_statements(
    view: TokenView, candidates: Sequence[Candidate], flat: Sequence[Candidate], thresholds: Thresholds
) -> list[Candidate]:
    """Plain statements that the flat choice left out for a low score, where nothing else claims their words.

    The net's training data are wider than statements, so its threshold is a compromise; a verb of saying deserves a
    lower one.
    """
    taken = frozenset().union(*(c.content for c in flat), *(c.cue for c in flat))
    free = [
        c
        for c in candidates
        if c.score >= (_CERTAIN_CUE if c.lemma in cue_lexicon().prepositional else thresholds.spare)
        and c.anchor not in taken
        and c.source
        and not c.content & taken
        and _says(view, c)
        and is_statement(view, c)
    ]
    prepositional = cue_lexicon().prepositional
    return [
        replace(c, score=max(c.score, _CERTAIN_SCORE)) if c.lemma in prepositional else c
        for c in choose(free, _CERTAIN_CUE)
    ]


def outer_statements(
    view: TokenView,
    candidates: Sequence[Candidate],
    flat: Sequence[Candidate],
    weigher: Weigher,
    thresholds: Thresholds,
) -> list[Candidate]:
    """Statements around attributions of the flat choice: each holds some of them wholly, and cuts none."""
    taken = frozenset().union(*(c.content for c in flat))
    anchors = {c.anchor for c in flat}
    around = [
        c
        for c in candidates
        if c.anchor not in taken
        and c.anchor not in anchors
        and c.source
        and not c.content.isdisjoint(anchors)
        and _says(view, c)
        and is_statement(view, c)
        and all(_holds(c, f) or not c.content & (f.content | f.cue) for f in flat)
    ]
    weigher.weigh(Evidence(view, None, ()), around)
    return choose(around, thresholds.nested)


def _holds(outer: Candidate, inner: Candidate) -> bool:
    everything = inner.content | inner.cue
    return inner.anchor in outer.content and len(everything & outer.content) >= _LEAST_SHARE * len(everything)


def nested_statements(
    view: TokenView, holders: Sequence[Candidate], weigher: Weigher, thresholds: Thresholds
) -> list[Candidate]:
    """Statements inside the contents of others, to any depth, each with its own cue and source."""
    held_words = frozenset().union(*(c.content for c in holders))
    inside = {i for i in view.lemma_at.of(_cue_words()) if i in held_words and _may_say(view, i)}
    if not inside:
        return []
    candidates = [c for c in inner_candidates(view, inside) if c.source_head >= 0 and c.anchor in inside]
    candidates = [
        c
        for c in candidates
        if view.lower[c.source_head] not in _NOBODY_NAMED and _says(view, c) and is_statement(view, c)
    ]
    weigher.weigh(Evidence(view, None, ()), candidates)
    for c in candidates:
        beside = [k for k in view.children[c.source_head] if view.dep[k] == "appos"]
        named = view.region[c.anchor] < 0 and any(view.pos[k] == "PROPN" for k in (c.source_head, *beside))
        if c.pattern == "prep for" and named and c.score >= thresholds.flat * _NEARLY:
            c.score = max(c.score, thresholds.nested)
        if named and c.score >= _LEAST_FRAMED * thresholds.nested and _tells_a_clause(view, c):
            c.score = max(c.score, thresholds.nested)
    groups: dict[int, list[Candidate]] = {}
    for holder in holders:
        for candidate in nested_in(candidates, holder):
            groups.setdefault(candidate.anchor, []).append(candidate)
    held = {c.anchor for c in holders}
    return [
        best for anchor in sorted(groups) if anchor not in held for best in choose(groups[anchor], thresholds.nested)
    ]


def with_framed_statements(
    view: TokenView, holders: Sequence[Candidate], weigher: Weigher, least: float = _LEAST_FRAMED
) -> list[Candidate]:
    """Adds what the grammar alone is sure of: a finite verb of saying with its subject, and words in its frame.

    The net has seen too few "accused them of", "branded it a farce" and "asked for a seat" to trust each of them.

    Args:
        view: the document.
        holders: what has been found; the words of its statements are left alone.
        weigher: of the grammar's candidates.
        least: the score below which even these are left out.
    """
    addressing = cue_lexicon().addressing
    statements = [c for c in holders if is_statement(view, c)]
    taken = {c.anchor for c in statements}.union(*(c.content for c in statements), *(c.cue for c in statements))
    anchors = [i for i in view.lemma_at.of(addressing) if i not in taken and _tells_a_deed(view, i)]
    if not anchors:
        return list(holders)
    texts = refusal_lexicon()["texts"]
    candidates = [
        c
        for c in inner_candidates(view, anchors)
        if c.source_head >= 0
        and c.source_kind in ("own", "inherited")
        and not c.pattern.startswith("rest")
        and view.lemma[c.source_head] not in texts
        and view.lower[c.source_head] not in _NOBODY
        and not c.content & taken
        and is_statement(view, c)
    ]
    weigher.weigh(Evidence(view, None, ()), candidates)
    for c in candidates:
        of = c.pattern == "object and of" and view.lemma[c.anchor] in cue_lexicon().frames["thing of"]
        if c.pattern == "prep for" or of:
            c.score = max(c.score, least)  # nothing else can be meant, however rare
    chosen = [replace(c, score=max(c.score, _CERTAIN_SCORE)) for c in choose(candidates, least)]
    cues = {i for c in chosen for i in (*c.cue, c.anchor)}
    return [c for c in holders if is_statement(view, c) or (c.anchor not in cues and not c.cue & cues)] + chosen


def _tells_a_clause(view: TokenView, candidate: Candidate) -> bool:
    """ "Paris had assured her it would wait": a finite verb of telling with whom it tells and a clause behind."""
    verb = candidate.anchor
    if view.lemma[verb] not in cue_lexicon().telling or not _tells_a_deed(view, verb):
        return False
    told = view.child(verb, "dobj", "dative")
    return candidate.pattern in ("clause after", "object and of", "prep of") and told is not None and told > verb


def _tells_a_deed(view: TokenView, verb: int) -> bool:
    """Whether a verb tells what somebody did or does: no infinitive, no wish, no condition, no noun in disguise."""
    if view.pos[verb] != "VERB" or view.dep[verb] in ("amod", "compound", "csubj"):
        return False
    if view.dep[verb] == "pcomp":
        # "quoted him as saying"
        above = view.head[verb]
        return view.lower[above] == "as" and view.lemma[view.head[above]] in cue_lexicon().relaying
    helpers = {view.lemma[c] for c in view.children[verb] if view.dep[c] in ("aux", "auxpass")}
    if not helpers <= {"have", "be", "do"} or is_negated(view, verb):
        return False
    tag = view.tag[verb]
    if tag == "VBN":
        return bool(helpers)
    if tag == "VBG":
        return "be" in helpers or view.dep[verb] == "advcl"
    return tag in ("VBD", "VBZ", "VBP") or "do" in helpers


@functools.cache
def _cue_words() -> frozenset[str]:
    lexicon = cue_lexicon()
    return lexicon.sayings | lexicon.framed | lexicon.saying_nouns


def _may_say(view: TokenView, i: int) -> bool:
    lexicon = cue_lexicon()
    if view.is_verb(i):
        lemma = view.lemma[i]
        return lemma not in lexicon.not_nested and (lemma in lexicon.sayings or lemma in lexicon.framed)
    return view.pos[i] == "NOUN" and view.lemma[i] in lexicon.saying_nouns


def _says(view: TokenView, candidate: Candidate) -> bool:
    lexicon = cue_lexicon()
    lemma = view.lemma[candidate.anchor]
    if candidate.lemma in lexicon.prepositional or lemma == ":":
        return True
    return lemma in lexicon.sayings or lemma in lexicon.framed
