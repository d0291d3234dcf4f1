"""Cues that stand behind or within the sentence that they report: "The talks are dead, the envoy said on Monday".

The parser often makes such a sentence a heap of clauses; the commas tell better than its arcs where the words end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import Candidate, Source, cue_tokens, make, phrase
from kgbuild.extraction.attribution.judgement import is_negated
from kgbuild.extraction.attribution.lexicon import cue_lexicon, refusal_lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.view import TokenView

_FINITE = frozenset(("VBD", "VBZ", "VBP"))
_FINITE_OR_MODAL = _FINITE | {"MD"}
_FINITE_OR_PARTICIPLE = _FINITE | {"VBN"}
_CERTAIN = 0.75
#: tokens of whoever speaks with the cue, and of what stands between the cue and the next comma
_LONGEST_SOURCE = 24
_LONGEST_TAIL = 16
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Remark:
    """A cue with its source between commas or at the end, ``first`` to ``last``, in a sentence ``start`` to ``end``."""

    verb: int
    subject: int
    first: int
    last: int
    start: int
    end: int


def with_framing_cues(view: TokenView, found: Sequence[Candidate]) -> list[Candidate]:
    """Attributions in which a cue behind or within a sentence has the whole of it as its words.

    Args:
        view: the document.
        found: what has been chosen.
    """
    remarks = [remark for verb in _verbs(view) if (remark := _remark(view, verb)) is not None]
    if not remarks:
        return list(found)
    result = list(found)
    for remark in remarks:
        content = _words(view, remark)
        if content is None:
            continue
        own = next((k for k, c in enumerate(result) if c.anchor == remark.verb), None)
        if own is None:
            made = _made(view, remark, content)
            if made is not None:
                result = [c for c in (_without(view, c, remark) for c in result) if c is not None]
                result.append(made)
        elif _fits(view, result[own], remark, content):
            result[own] = replace(result[own], content=content, pattern="framing", quoted=_quoted(view, content))
    return result


def _verbs(view: TokenView) -> list[int]:
    """Finite verbs of saying outside quotations behind a comma in their sentence."""
    sayings, tag, region = cue_lexicon().framing, view.tag, view.region
    return [i for i in view.lemma_at.of(sayings) if tag[i] in _FINITE_OR_PARTICIPLE and region[i] < 0]


def _remark(view: TokenView, verb: int) -> _Remark | None:
    """The cue with its source, if commas part it from the words before it and nothing it governs follows."""
    if view.tag[verb] == "VBN" and view.child(verb, "aux") is None:
        return None
    subjects = [c for c in view.children[verb] if view.dep[c] == "nsubj"]
    subject = min(subjects, key=lambda c: abs(c - verb), default=None)
    if subject is None or view.tag[subject] in ("WDT", "WP") or is_negated(view, verb):
        return None
    thing = view.child(verb, "dobj")
    if thing is not None and thing > verb and view.lemma[verb] not in cue_lexicon().telling:
        return None  # "Uganda recalled its envoy"
    tokens = phrase(view, subject, (verb,))
    cue = cue_tokens(view, verb)
    start, end = view.sentence(verb)
    start = max(start, view.paragraphs[view.paragraph[verb]].dateline_end)
    if subject < verb:
        first = min((*tokens, *cue))
        tail = max(cue) + 1
    else:
        first = min(cue)
        tail = max((*tokens, *cue)) + 1
        if any(view.text[i] == "," for i in tokens if i < subject):
            return None
    if first - start < 2 or verb - first > _LONGEST_SOURCE or view.text[first - 1] != ",":
        return None
    last = tail
    while last < end and view.text[last] not in (",", "—", "–", "(") and last - tail <= _LONGEST_TAIL:
        stop = view.text[last] == ":" or view.region[last] >= 0
        if stop or view.tag[last] in _FINITE_OR_MODAL or view.lower[last] in ("that", "whether"):
            return None
        last += 1
    if last - tail > _LONGEST_TAIL:
        return None
    return _Remark(verb, subject, first, last, start, end)


def _words(view: TokenView, remark: _Remark) -> frozenset[int] | None:
    """What the cue reports: all before it, and what follows if that goes on with it."""
    before = [i for i in range(remark.start, remark.first) if not view.space[i]]
    while before and (not view.word[before[-1]] and view.region[before[-1]] < 0):
        before.pop()
    while before and not view.word[before[0]] and view.region[before[0]] < 0:
        before.pop(0)
    if not before or not _plain(view, before):
        return None
    goes_on = any(view.word[i] for i in range(remark.last, remark.end))
    if view.tag[before[-1]] in ("WDT", "WP", "CC") or (
        goes_on and view.lower[before[-1]] in cue_lexicon().subordinating
    ):
        return None  # "who, she said, had called him": the clause behind is the content
    asking = refusal_lexicon()["asking"]
    if any(view.tag[i] == "VBN" and view.lemma[i] in asking for i in before[:6]):
        return None  # "Asked whether it would sign, the ministry said no"
    finite = [i for i in before if view.tag[i] in _FINITE_OR_MODAL]
    after = [i for i in range(remark.last, remark.end) if not view.space[i]]
    words = [i for i in after if view.word[i]]
    joined = bool(words) and view.text[after[0]] == "," and _goes_on(view, remark, words[0], bool(finite))
    if not joined and len(before) < _LEAST_WORDS:
        return None
    if joined:
        while after and not view.word[after[-1]] and view.region[after[-1]] < 0:
            after.pop()
        comma = [remark.first - 1]
        return frozenset((*before, *comma, *(i for i in after if i > after[0])))
    if view.lower[before[0]] in cue_lexicon().subordinating or view.tag[before[0]] in ("IN", "VBG", "VBN"):
        return None
    if not finite and (remark.subject < remark.verb or len(before) <= _LEAST_WORDS):
        return None
    return frozenset(before)


def _plain(view: TokenView, before: list[int]) -> bool:
    """Whether the words before are no quotation as a whole and hold no mark that parts sentences."""
    return any(view.region[i] < 0 and view.word[i] for i in before) and not any(view.text[i] == ":" for i in before)


def _goes_on(view: TokenView, remark: _Remark, first: int, finite: bool) -> bool:
    """Whether what follows the cue belongs to what is said before it."""
    tag, word = view.tag[first], view.lower[first]
    if not finite:
        # "The treaty, the minister said, was the best of all"; "Because it floods, he said, the line is on the hills"
        if remark.subject > remark.verb or tag in ("VBG", "WDT", "WP", "WP$"):
            return False
        if view.lower[remark.start] in cue_lexicon().subordinating:
            return True
        return (tag in _FINITE_OR_MODAL or view.region[first] >= 0) and view.tag[remark.start] not in (
            "IN",
            "RB",
            "RBR",
            "UH",
        )
    if word in cue_lexicon().conditions or f"{word} " in " ".join(cue_lexicon().conditions):
        return True
    if remark.subject > remark.verb:
        return False
    if view.lower[remark.start] in cue_lexicon().subordinating:
        return tag not in ("VBG", "WDT", "WP", "WP$")
    if word in cue_lexicon().subordinating:
        return True
    if tag == "CC" and word in ("and", "or", "nor"):
        # "…, he said, and the rest would follow": with a subject of its own; "but it was not clear" is the author's
        for i in range(first + 1, min(first + 12, remark.end)):
            if view.tag[i] in _FINITE_OR_MODAL:
                return any(view.dep[k] in ("nsubj", "nsubjpass", "expl") for k in range(first + 1, i))
            if view.region[i] >= 0:
                return True
    return False


def _made(view: TokenView, remark: _Remark, content: frozenset[int]) -> Candidate | None:
    cue = cue_tokens(view, remark.verb)
    source = Source(phrase(view, remark.subject, (remark.verb,)), remark.subject, "own")
    made = make(view, remark.verb, view.lemma[remark.verb], "framing", content, source=source, cue=cue)
    if made is None or made.source_head in view.dateline:
        return None
    made.score = _CERTAIN
    return replace(made, content=content)


def _without(view: TokenView, candidate: Candidate, remark: _Remark) -> Candidate | None:
    """Another attribution of the sentence without the cue and its source among its words."""
    own = range(remark.first, remark.last)
    if candidate.content.isdisjoint(own) or not remark.start <= candidate.anchor < remark.first:
        return candidate
    left = candidate.content.difference(own)
    return replace(candidate, content=left) if any(view.word[i] for i in left) else None


def _quoted(view: TokenView, content: frozenset[int]) -> float:
    """The share of a content that stands in quotation marks."""
    return sum(view.region[i] >= 0 for i in content) / len(content)


def _fits(view: TokenView, candidate: Candidate, remark: _Remark, content: frozenset[int]) -> bool:
    """Whether an attribution's own words are a part of what the commas tell, or badly cut out of it."""
    if candidate.pattern in ("transcript", "colon after", "label"):
        return False
    inside = [i for i in candidate.content if view.word[i]]
    lies = sum(remark.start <= i < remark.end for i in inside)
    if lies < len(inside):
        return False  # a quotation of the sentence before or after belongs to it too
    tail = sum(remark.first <= i < remark.last for i in inside)
    if tail:
        return tail < len(inside)  # "said on condition of anonymity"
    return not content <= candidate.content
