"""Candidates whose cue is no verb: "according to", "his claim that", "the accusation of", and a name before a colon."""

from __future__ import annotations

import bisect
import functools
import re
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import NO_SOURCE, Candidate, Source, make, phrase, subject_of
from kgbuild.extraction.attribution.lexicon import cue_lexicon

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from kgbuild.extraction.attribution.view import TokenView

_SOURCE_PREPOSITIONS = ("by", "from", "of")


def nominal_candidates(view: TokenView, anchors: Iterable[int]) -> Iterator[Candidate]:
    """Candidates of nouns with a clause, an infinitive or a phrase that tells their content."""
    for noun in anchors:
        source = _source(view, noun)
        cue = frozenset((noun,))
        if source.kind == "light verb":
            verb = view.head[noun]
            if 0 < noun - verb < 6:
                cue = frozenset(range(verb, noun + 1))
        for g in view.children[noun]:
            dep = view.dep[g]
            if dep == "ccomp" or (dep == "acl" and any(view.lower[k] in ("to", "that") for k in view.children[g])):
                candidate = make(view, noun, view.lemma[noun], f"noun {dep}", view.subtree(g), source=source, cue=cue)
                if candidate is not None:
                    yield candidate
            elif dep == "prep" and source.kind != view.lower[g]:
                inner = view.child(g, "pobj", "pcomp")
                if inner is None:
                    continue
                wide = cue | {g} if g == noun + 1 else cue
                name = f"noun prep {view.lower[g]}"
                candidate = make(view, noun, view.lemma[noun], name, view.subtree(inner), source=source, cue=wide)
                if candidate is not None:
                    yield candidate


def _source(view: TokenView, noun: int) -> Source:
    owner = view.child(noun, "poss")
    if owner is not None:
        return Source(tuple(i for i in phrase(view, owner) if view.tag[i] != "POS"), owner, "possessive")
    above = view.head[noun]
    if view.dep[noun] in ("dobj", "attr") and view.is_verb(above):
        subject, kind = subject_of(view, above)
        if subject >= 0 and kind in ("own", "inherited"):
            return Source(phrase(view, subject, (noun,)), subject, "light verb")
    for g in view.children[noun]:
        if view.dep[g] == "prep" and view.lower[g] in _SOURCE_PREPOSITIONS:
            inner = view.child(g, "pobj")
            if inner is not None:
                return Source(phrase(view, inner), inner, view.lower[g])
    return NO_SOURCE


def according_candidates(view: TokenView, anchors: Container[int] | None = None) -> Iterator[Candidate]:
    """ "According to" and the like: the clause around it is the content, what follows is the source.

    Args:
        view: the document.
        anchors: the words to look at, or None for all.
    """
    starters = cue_lexicon().prepositional
    for i in view.lower_at.of(starters.keys()):
        if anchors is not None and i not in anchors:
            continue
        word = view.lower[i]
        rest = next((words for words in starters[word] if tuple(view.lower[i + 1 : i + 1 + len(words)]) == words), None)
        if rest is None:
            continue
        last = i + len(rest)
        if word == "per" and last + 1 < view.n and view.lemma[last + 1] in cue_lexicon().rates:
            continue
        cue = frozenset(range(i, last + 1))
        head = next(
            (c for j in range(last, i - 1, -1) for c in view.children[j] if c > last and view.dep[c] == "pobj"), -1
        )
        source = Source(phrase(view, head), head, "own") if head >= 0 else NO_SOURCE
        below = set(view.subtree(i)) | cue | set(source.tokens)
        clause = view.head[i]
        seen = 0
        while not view.is_verb(clause) and view.head[clause] != clause and seen < view.n:
            clause = view.head[clause]
            seen += 1
        while i and view.text[i - 1] == "," and view.dep[clause] == "ccomp" and view.is_verb(view.head[clause]):
            # behind a comma it frames the whole sentence, not the clause within
            clause = view.head[clause]
        sentence = [j for j in view.subtree(clause) if j not in below and view.paragraph[j] == view.paragraph[i]]
        yield from _made(view, i, "clause around", sentence, source=source, cue=cue)
        if view.head[i] != clause and view.head[i] not in below:
            near = [j for j in view.subtree(view.head[i]) if j not in below]
            yield from _made(view, i, "phrase around", near, source=source, cue=cue)
        yield from _made(view, i, "sentence around", _sentence(view, i, below), source=source, cue=cue)
        behind = max((*source.tokens, last)) + 1
        if behind < view.n and view.text[behind] == ":":
            # "Not so, according to the minister: the talks would go on."
            later = [j for j in _sentence(view, behind, below) if j > behind]
            yield from _made(view, i, "colon after", later, source=source, cue=cue)


def _sentence(view: TokenView, i: int, without: set[int]) -> list[int]:
    start, end = view.sentence(i)
    return [j for j in range(start, end) if j not in without]


def _made(
    view: TokenView, i: int, pattern: str, content: Iterable[int], *, source: Source, cue: frozenset[int]
) -> Iterator[Candidate]:
    candidate = make(view, i, view.lower[i], pattern, content, source=source, cue=cue)
    if candidate is not None:
        yield candidate


def transcript_candidates(view: TokenView) -> Iterator[Candidate]:
    """A name before a colon at the start of a line, as in transcripts."""
    starts = view.start
    for match in _speaker_line().finditer(view.string):
        first = bisect.bisect_left(starts, match.start("name"))
        last = bisect.bisect_left(starts, match.end("name"))
        colon = bisect.bisect_right(starts, match.start("colon")) - 1
        if not view.text[colon].endswith(":") or first >= last:
            continue
        paragraph = view.paragraphs[view.paragraph[colon]]
        if colon < paragraph.dateline_end:
            continue
        source = Source(tuple(range(first, last)), last - 1, "own")
        yield from _made(
            view, colon, "transcript", range(colon + 1, paragraph.end), source=source, cue=frozenset((colon,))
        )


@functools.cache
def _speaker_line() -> re.Pattern[str]:
    return re.compile(cue_lexicon().speaker_line)
