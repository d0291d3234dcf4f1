"""Quotations whose speaker stands beside them so that English leaves no doubt: “Ask them,” the envoy shot back.

The verbs that may stand there are too many for a list, and a net has seen most of them too seldom to trust them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import phrase
from kgbuild.extraction.attribution.judgement import is_negated
from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.attribution.refusers import is_actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView
    from kgbuild.extraction.document import Region

_CERTAIN = 0.6
_LEADS_OVER = frozenset(",?!—–-")
_FINITE = frozenset(("VBD", "VBZ", "VBP"))
_SPEAKERS = frozenset(("PERSON", "ORG", "GPE", "NORP"))
_PRONOUNS = frozenset(("he", "she", "they"))
_LIGHT = frozenset(("be", "have", "do"))
_LEAST_WORDS = 2


def trust_speakers(view: TokenView, candidates: Sequence[Candidate], threshold: float) -> None:
    """Raises the score of a quotation that a speaker and a finite verb follow at once, if no other has its cue.

    Args:
        view: the document.
        candidates: weighed; those of the grammar come before their variants.
        threshold: the score from which a candidate needs no help.
    """
    doubted: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.pattern == "quotation" and candidate.source_kind in ("own", "none"):
            doubted.setdefault(candidate.anchor, candidate)
    if not doubted:
        return
    for candidate in candidates:
        if candidate.score >= threshold:
            doubted.pop(candidate.anchor, None)
    for candidate in doubted.values():
        verb, subject = candidate.anchor, candidate.source_head
        if subject < 0:
            # “Let us wait,” smiled the envoy: to the parser she is what was smiled
            behind = view.child(verb, "dobj")
            subject = behind if behind is not None else -1
        if subject < 0 or not _may_speak(view, subject):
            continue
        source = candidate.source or frozenset(phrase(view, subject, (verb,)))
        if _follows_its_words(view, candidate, subject, min((*source, *candidate.cue))):
            candidate.source, candidate.source_head, candidate.source_kind = source, subject, "own"
            candidate.score = candidate.exact = _CERTAIN


def _follows_its_words(view: TokenView, candidate: Candidate, subject: int, first: int) -> bool:
    """Whether the cue and its source, which begin at the token ``first``, stand at once behind their quotation."""
    verb = candidate.anchor
    before = [n for n in candidate.regions if view.regions[n].end <= first]
    if view.tag[verb] not in _FINITE or view.lemma[verb] in _LIGHT:
        return False
    if not before or is_negated(view, verb):
        return False
    region = view.regions[max(before)]
    between = [i for i in range(region.end, first) if not view.space[i]]
    if between and view.text[between[0]] == ",":
        leads = True
        between = between[1:]
    else:
        leads = view.text[region.end - 2] in _LEADS_OVER
    if [view.lemma[i] for i in between] == ["be", "how"]:
        return view.lemma[verb] in cue_lexicon().putting and _is_said(view, region)
    return leads and not between and _tells(view, verb, subject) and _begins(view, region) and _is_said(view, region)


def _tells(view: TokenView, verb: int, subject: int) -> bool:
    """Whether a verb has no object but whom it tells: ““Why us?” She sold her house” is no telling."""
    if view.lemma[verb] in cue_lexicon().sayings:
        return True
    return all(
        c == subject or view.pos[c] == "PRON" or is_actor(view, c)
        for c in view.children[verb]
        if view.dep[c] in ("dobj", "attr", "ccomp") and view.region[c] < 0
    )


def _may_speak(view: TokenView, subject: int) -> bool:
    return view.entity[subject] in _SPEAKERS or view.lower[subject] in _PRONOUNS or is_actor(view, subject)


def _begins(view: TokenView, region: Region) -> bool:
    """Whether nothing stands before a quotation that it could belong to: “In “Hamlet,” he plays the king”."""
    before = region.start - 1
    while before >= 0 and view.space[before]:
        before -= 1
    if before < 0 or view.paragraph[before] != view.paragraph[region.start]:
        return True
    return not view.word[before]


def _is_said(view: TokenView, region: Region) -> bool:
    """Whether a quotation has words and is no title, of which all begin with capitals."""
    words = [view.text[i] for i in range(region.start, region.end) if view.word[i]]
    return region.closed and len(words) >= _LEAST_WORDS and any(word[:1].islower() for word in words[1:])
