"""What kind of act an attribution is: a statement or an attitude, a denial or not, direct speech or indirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.facts import QuotationType, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView

_MARKS = "\"“”„‟«»‹›‘’‚‛'`"
_CLAUSAL = frozenset(
    ("clause after", "clause before", "clause and clause", "quotation", "parenthesis", "as", "rest after", "rest before", "transcript",
     "clause around", "phrase around", "sentence around", "tagged without cue", "noun ccomp", "noun acl")
)  # fmt: skip
_MOSTLY = 0.5
_NEGATIONS = ("neg",)


def quotation_type(view: TokenView, content: frozenset[int]) -> QuotationType:
    """How much of the content's words stands in quotation marks."""
    words = [i for i in content if view.text[i][0].isalnum()]
    inside = sum(view.region[i] >= 0 for i in words)
    if words and inside == len(words):
        return QuotationType.DIRECT
    return QuotationType.MIXED if inside else QuotationType.INDIRECT


def is_statement(view: TokenView, candidate: Candidate) -> bool:
    """Whether the source says, writes or publicly thinks the content, rather than wants, plans or does it."""
    lexicon = cue_lexicon()
    pattern = candidate.pattern.removeprefix("passive ")
    lemma = candidate.lemma.split(" ")[0]
    anchor = candidate.anchor
    if pattern in ("clause around", "phrase around", "sentence around", "transcript", "tagged without cue"):
        return True
    if lemma in lexicon.prepositional and view.pos[anchor] not in ("VERB", "NOUN"):
        return True
    if _unreal(view, anchor):
        return False
    finite = _finite(view, candidate)
    if view.pos[anchor] in ("NOUN", "PROPN"):
        return lemma in lexicon.saying_nouns and (finite or candidate.quoted > 0)
    if view.pos[anchor] == "ADJ" or pattern.startswith("adjective"):
        return lemma in lexicon.saying_adjectives and finite
    if lemma in lexicon.sayings and (finite or candidate.quoted > _MOSTLY):
        return not _crowd(view, candidate) or candidate.quoted > 0
    if lemma in lexicon.thoughts:
        return finite and not _crowd(view, candidate)
    if any(
        lemma in verbs and _fits(view, candidate, frame) for frame, verbs in lexicon.frames.items() if frame == pattern
    ):
        return True
    if pattern == "tagged" or pattern not in _CLAUSAL:
        frames = [frame for frame, verbs in lexicon.frames.items() if lemma in verbs]
        if frames and (candidate.quoted > 0 or lemma in lexicon.sayings):
            return True
    return candidate.quoted > _MOSTLY and lemma not in lexicon.attitudes


def _fits(view: TokenView, candidate: Candidate, frame: str) -> bool:
    # "welcomed the truce" is a deed; "welcomed the truce as overdue" is a statement through its quotation or predicate
    if frame.startswith("object and ") and frame not in ("object and of", "object and as"):
        return candidate.quoted > 0
    return True


def _finite(view: TokenView, candidate: Candidate) -> bool:
    """Whether the content has a verb with a subject of its own: a clause, not a thing."""
    return any(
        view.is_verb(i)
        and any(view.dep[c] in ("nsubj", "nsubjpass", "expl") and c in candidate.content for c in view.children[i])
        for i in candidate.content
    )


def _unreal(view: TokenView, anchor: int) -> bool:
    """A cue that tells of no act: "may say", "if he says", "to say that"."""
    return any(view.dep[c] == "mark" and view.lower[c] in ("if", "unless") for c in view.children[anchor]) and any(
        view.dep[c] == "mark" for c in view.children[anchor]
    )


def _crowd(view: TokenView, candidate: Candidate) -> bool:
    head = candidate.source_head
    return (
        head >= 0
        and view.lower[head] in cue_lexicon().crowds
        and not any(view.dep[c] in ("prep", "relcl", "acl") for c in view.children[head])
    )


def is_denial(view: TokenView, candidate: Candidate) -> bool:
    """Whether the source says that the content is not so; "did not say that" is none."""
    lexicon = cue_lexicon()
    first, _, second = candidate.lemma.partition(" ")
    if first in lexicon.denial_verbs or first in lexicon.denial_nouns:
        return not any(view.dep[c] in _NEGATIONS for c in view.children[candidate.anchor])
    if first not in lexicon.rejecting:
        return False
    things = [second] if second else [view.lemma[c] for c in view.children[candidate.anchor] if view.dep[c] == "dobj"]
    return any(thing in lexicon.rejected for thing in things)


def denied(view: TokenView, candidate: Candidate) -> frozenset[int]:
    """The content of a denial: the clause behind "rejected suggestions that", else the content as it is."""
    for c in view.children[candidate.anchor]:
        if view.dep[c] == "dobj" and view.lemma[c] in cue_lexicon().rejected:
            clause = view.child(c, "acl", "ccomp", "relcl")
            if clause is not None:
                return frozenset(i for i in view.subtree(clause) if not view.space[i])
    return candidate.content


def words_of(view: TokenView, spans: Sequence[Span], tokens: frozenset[int]) -> tuple[Span, ...]:
    """The content as a reader would copy it: no leading "that", no marks around all of a stretch."""
    text = view.doc.text
    first = min(tokens, default=-1)
    words: list[Span] = []
    for k, span in enumerate(spans):
        start, end = span.start, span.end
        if not k and first >= 0 and view.lower[first] == "that" and view.dep[first] == "mark" and len(tokens) > 1:
            start = min(end, start + len(view.text[first]))
        while start < end and (text[start].isspace() or text[start] in ","):
            start += 1
        if end - start > 2 and text[start] in _MARKS and not any(c in '“”"«»' for c in text[start + 2 : end - 2]):
            inner_start, inner_end = start, end
            while inner_start < inner_end and text[inner_start] in _MARKS:
                inner_start += 1
            while inner_end > inner_start and text[inner_end - 1] in _MARKS:
                inner_end -= 1
            if text[end - 1] in _MARKS or inner_end == end:
                start, end = inner_start, inner_end
        if start < end:
            words.append(Span(start, end))
    return tuple(words)
