"""Cues that share the subject of another: "said the road was shut *and urged* both sides to open it".

The parser often hangs the second verb on the last one of the words reported, which makes them too long and the cue
nobody's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import Candidate, Source, make, trim
from kgbuild.extraction.attribution.choice import choose
from kgbuild.extraction.attribution.judgement import is_statement
from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.attribution.verbal import verbal_candidates
from kgbuild.extraction.attribution.weigher import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.extraction.attribution.view import TokenView
    from kgbuild.extraction.attribution.weigher import Weigher

_FINITE = frozenset(("VBD", "VBZ", "VBP"))
_SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj")
_SURE = 0.6
#: how many coordinated verbs a clause is followed along
_CHAIN = 3


def with_coordinated_cues(view: TokenView, found: Sequence[Candidate], weigher: Weigher) -> list[Candidate]:
    """Attributions without the cues that were taken for a part of their words, and with those cues' own statements.

    Args:
        view: the document.
        found: what has been chosen.
        weigher: of the grammar's candidates, to pick the best for a cue.
    """
    anchors = {c.anchor for c in found} | {i for c in found for i in c.cue}
    claimed = frozenset().union(*(c.content for c in found))
    result: list[Candidate] = []
    added: list[Candidate] = []
    for candidate in found:
        kept: Candidate | None = candidate
        if candidate.source and view.is_verb(candidate.anchor):
            for verb in _beside(view, candidate):
                if verb in candidate.content:
                    # "told the house on Tuesday, but said the road was shut": nothing is told before the second cue
                    inner = _own_statement(view, verb, candidate, weigher)
                    rest = _without(view, candidate.content, verb)
                    if inner is not None and not any(view.is_verb(i) or view.region[i] >= 0 for i in rest):
                        kept = None
                        added.append(inner)
                        anchors.add(verb)
                        break
            for verb in _swallowed(view, candidate):
                inner = _own_statement(view, verb, candidate, weigher)
                rest = _without(view, candidate.content, verb)
                if inner is not None and rest and kept is not None:
                    kept = replace(kept, content=rest)
                    added.append(inner)
                    break
            for verb in _beside(view, candidate):
                if verb not in anchors and verb not in claimed:
                    inner = _own_statement(view, verb, candidate, weigher)
                    if inner is not None and not inner.content & claimed:
                        added.append(inner)
                        anchors.add(verb)
        if kept is not None:
            result.append(kept)
    taken = {c.anchor for c in added}
    return [c for c in result if c.anchor not in taken] + added


def _swallowed(view: TokenView, candidate: Candidate) -> Iterator[int]:
    """The verbs of saying in a content that the cue's own subject says."""
    lexicon = cue_lexicon()
    tag = view.tag[candidate.anchor]
    if tag not in _FINITE:
        return
    for clause in view.children[candidate.anchor]:
        if view.dep[clause] != "ccomp" or clause not in candidate.content:
            continue
        remark = next((c for c in view.children[clause] if _is_remark(view, c, clause)), None)
        if remark is not None and remark in candidate.content and not _is_actor(view, clause):
            yield remark
            return
        verb = clause
        for _ in range(_CHAIN):
            second = next((c for c in view.children[verb] if view.dep[c] == "conj" and c > verb), None)
            if second is None:
                break
            if (
                second in candidate.content
                and view.region[second] < 0
                and view.tag[second] == tag
                and view.lemma[second] in lexicon.addressing
                and view.child(second, *_SUBJECTS) is None
                and not any(view.dep[c] in ("aux", "auxpass", "mark") for c in view.children[second])
                and not _may_share_subject(view, verb, clause, tag)
            ):
                yield second
                return
            verb = second


def _is_remark(view: TokenView, verb: int, clause: int) -> bool:
    """ "Said the line was safe *while warning* that ...": a participle of saying behind the words."""
    return (
        view.dep[verb] == "advcl"
        and view.tag[verb] == "VBG"
        and verb > clause
        and view.region[verb] < 0
        and view.lemma[verb] in cue_lexicon().addressing
    )


def _is_actor(view: TokenView, clause: int) -> bool:
    """Whether the subject of a clause may be somebody who speaks."""
    subject = view.child(clause, *_SUBJECTS)
    return subject is not None and (view.pos[subject] in ("PROPN", "PRON") or bool(view.entity[subject]))


def _may_share_subject(view: TokenView, verb: int, clause: int, tag: str) -> bool:
    """Whether the second verb may as well be that of whom the words are about: "said Tehran broke off and accused"."""
    auxiliaries = {view.lemma[c] for c in view.children[verb] if view.dep[c] in ("aux", "auxpass")}
    if auxiliaries - {"have"} or (not auxiliaries and view.tag[verb] != tag):
        return False
    subject = view.child(clause, *_SUBJECTS)
    if subject is None or view.lemma[verb] == "be":
        return False
    return (
        view.pos[subject] == "PROPN"
        or view.lower[subject] in ("he", "she", "they", "who")
        or bool(view.entity[subject])
    )


def _without(view: TokenView, content: frozenset[int], verb: int) -> frozenset[int]:
    """A content up to the conjunction before a verb."""
    above = view.head[verb]
    joined = [c for c in view.children[above] if view.dep[c] == "cc" and c < verb and view.dep[verb] == "conj"]
    first = max(joined, default=min(view.subtree(verb)))
    return trim(view, [i for i in content if i < first])


def _beside(view: TokenView, candidate: Candidate) -> Iterator[int]:
    """The verbs of saying that are coordinated with a cue."""
    lexicon = cue_lexicon()
    for c in view.children[candidate.anchor]:
        if (
            view.dep[c] in ("conj", "advcl")
            and c > candidate.anchor
            and view.region[c] < 0
            and (view.dep[c] == "conj" or view.tag[c] == "VBG")
            and view.lemma[c] in lexicon.addressing
            and view.child(c, *_SUBJECTS) is None
        ):
            yield c


def _own_statement(view: TokenView, verb: int, first: Candidate, weigher: Weigher) -> Candidate | None:
    """The best statement of a second cue, said by whoever says the first."""
    source = Source(tuple(sorted(first.source)), first.source_head, first.source_kind)
    best: dict[tuple[frozenset[int], str], Candidate] = {}
    for candidate in verbal_candidates(view, {}, [verb]):
        own = make(view, verb, candidate.lemma, candidate.pattern, candidate.content, source=source, cue=candidate.cue)
        if own is not None and not own.content & first.cue and is_statement(view, own):
            best.setdefault((own.content, own.pattern), own)
    candidates = list(best.values())
    if not candidates:
        return None
    weigher.weigh(Evidence(view, None, ()), candidates)
    chosen = choose(candidates, 0.0)
    return replace(chosen[0], score=max(chosen[0].score, _SURE)) if chosen else None


def with_own_sources(view: TokenView, found: Sequence[Candidate]) -> list[Candidate]:
    """Attributions in which whoever is quoted speaks, no agency that quotes and no label of a line."""
    result = []
    for candidate in found:
        tokens = _quoted_person(view, candidate)
        label = candidate.source_head
        if not tokens and 0 <= label < view.n - 1 and view.text[label + 1] == ":" and candidate.anchor > label + 1:
            subject = next(
                (c for c in view.children[candidate.anchor] if view.dep[c] == "nsubj" and c > label + 1), None
            )
            tokens = (subject, frozenset(view.subtree(subject))) if subject is not None else None
        if tokens:
            result.append(replace(candidate, source=tokens[1], source_head=tokens[0], source_kind="object"))
        else:
            result.append(candidate)
    return result


def _quoted_person(view: TokenView, candidate: Candidate) -> tuple[int, frozenset[int]] | None:
    """ "The agency quoted *the minister* as saying": the head and the tokens, if the cue is such a "saying"."""
    above = view.head[candidate.anchor]
    verb = view.head[above]
    if (
        view.dep[candidate.anchor] != "pcomp"
        or view.lower[above] != "as"
        or view.lemma[verb] not in cue_lexicon().relaying
    ):
        return None
    person = view.child(verb, "dobj")
    if person is None or person in candidate.source or person > candidate.anchor:
        return None
    return person, frozenset(i for i in view.subtree(person) if i < above)
