"""The words that an attribution is of: the content with its object, the source as a phrase, what is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import phrase
from kgbuild.extraction.attribution.judgement import called, content_shape
from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.quotations import without_outer_marks
from kgbuild.facts import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView

_OBJECT_REACH = 12
_SOURCE_CLIMBS = 3
_WITHIN_NOUN = ("det", "amod", "compound", "nummod", "nmod")


def completed(view: TokenView, candidate: Candidate) -> frozenset[int]:
    """The content with the object that it is said of: "called *the plan* a farce", "urged *both sides* to go"."""
    content = candidate.content
    if not view.is_verb(candidate.anchor) or view.lemma[candidate.anchor] not in cue_lexicon().framed:
        return content
    if content_shape(view, candidate) == "clause" and not called(view, candidate.anchor):
        return content
    thing = view.child(candidate.anchor, "dobj")
    if (
        thing is not None
        and thing < candidate.anchor
        and view.tag[thing] in ("WDT", "WP")
        and view.lemma[candidate.anchor] in cue_lexicon().frames["predicate"]
    ):
        return content | {thing}  # "which he called a farce"
    if (
        thing is None
        or thing in content
        or thing in candidate.source
        or thing in candidate.cue
        or thing < candidate.anchor
    ):
        return content
    first = min(content)
    heads = {view.head[i] for i in content if view.head[i] not in content}
    linked = candidate.anchor in heads or any(view.head[h] == candidate.anchor and view.dep[h] == "prep" for h in heads)
    if not linked or not thing < first <= thing + _OBJECT_REACH:
        return content
    between = range(min(view.subtree(thing)), first)
    wider = frozenset(i for i in between if not view.space[i] and i not in candidate.cue and i > candidate.anchor)
    return content | wider


def completed_source(view: TokenView, candidate: Candidate) -> tuple[frozenset[int], int]:
    """The source as a whole noun phrase, with its head: the tagger may have marked only the article of it."""
    head = candidate.source_head
    if head < 0 or view.dep[head] not in _WITHIN_NOUN:
        return candidate.source, head
    taken = candidate.content | candidate.cue
    for _ in range(_SOURCE_CLIMBS):
        if view.dep[head] not in _WITHIN_NOUN or view.head[head] in taken:
            break
        head = view.head[head]
    if head == candidate.source_head:
        return candidate.source, head
    return candidate.source | (frozenset(phrase(view, head)) - taken), head


def denied(view: TokenView, candidate: Candidate) -> frozenset[int]:
    """The content of a denial: the clause behind "rejected suggestions that", else the content as it is."""
    for c in view.children[candidate.anchor]:
        if view.dep[c] == "dobj" and view.lemma[c] in cue_lexicon().rejected:
            clause = view.child(c, "acl", "ccomp", "relcl")
            if clause is not None:
                return frozenset(i for i in view.subtree(clause) if not view.space[i])
    return candidate.content


def words_of(view: TokenView, spans: Sequence[Span], tokens: frozenset[int], *, direct: bool) -> tuple[Span, ...]:
    """The content as a reader would copy it: no leading "that", no outer quotation marks.

    Args:
        view: the document.
        spans: of the content.
        tokens: of the content.
        direct: all of the content stands in quotation marks.
    """
    text = view.string
    first = min(tokens, default=-1)
    words: list[Span] = []
    for k, span in enumerate(spans):
        start = span.start
        if not k and view.lower[first : first + 2] == ["only", "that"] and first + 1 in tokens:
            start = view.start[first + 1]  # "saying only that"
            first += 1
        if not k and first >= 0 and view.lower[first] == "that" and view.dep[first] == "mark" and len(tokens) > 1:
            start = min(span.end, start + len(view.text[first]))
        while start < span.end and (text[start].isspace() or text[start] == ","):
            start += 1
        trimmed = without_outer_marks(text, Span(start, span.end), direct=direct)
        if trimmed is not None:
            words.append(trimmed)
    return tuple(words)
