"""Chooses a consistent set of attributions among weighed candidates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView

#: how much being right to the letter counts beside being right, between variants of one cue
_EXACT_WEIGHT = 0.5
#: an overlap below this share of the weaker candidate's content is cut off; above it the candidate falls
_TOLERATED_OVERLAP = 0.34
#: lines that make a transcript, and how sure each of them is
_LEAST_LINES = 2
_TRANSCRIPT_SCORE = 0.9
#: mean probability of the words of an attribution that was left out, the tagger's own or any other that is long
_SURE_CONTENT = 0.6
_FAIR_CONTENT = 0.5
_LEAST_TAGGED_SCORE = 0.05
_LEAST_LONG_SCORE = 0.15
_LONG = 10
#: probability below which a token is no content
_RULED_OUT = 0.1
#: below this score the tagger has a say in each token of the source, which it must give this probability
_SURE_SCORE = 0.9
_LEAST_SOURCE = 0.2


def choose(candidates: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """The best candidate of each cue, if it is likely enough and none that is likelier claims its words.

    Args:
        candidates: weighed.
        threshold: the least score.

    Returns:
        Candidates whose contents do not overlap, by the place of their cues.
    """
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.score < threshold:
            continue
        rival = best.get(candidate.anchor)
        if rival is None or _rank(candidate) > _rank(rival):
            best[candidate.anchor] = candidate
    kept: list[Candidate] = []
    content: set[int] = set()
    cues: set[int] = set()
    # ties fall to the earlier cue, so that the same text always gives the same choice
    for candidate in sorted(best.values(), key=lambda c: (-c.score, c.anchor)):
        if candidate.anchor in content or candidate.content & cues or candidate.cue & cues:
            continue
        overlap = candidate.content & content
        chosen = candidate
        if overlap:
            if len(overlap) > _TOLERATED_OVERLAP * len(candidate.content):
                continue
            chosen = replace(candidate, content=candidate.content - overlap)
        kept.append(chosen)
        content |= chosen.content
        cues |= {chosen.anchor}
    return sorted(kept, key=lambda c: c.anchor)


def trust_transcripts(candidates: Sequence[Candidate]) -> None:
    """Where several lines begin with a name and a colon, each is what that name says, whatever the net has learnt."""
    lines: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.pattern == "transcript":
            # the rule's own candidate comes before its variants
            lines.setdefault(candidate.anchor, candidate)
    if len(lines) >= _LEAST_LINES:
        for candidate in lines.values():
            candidate.score = max(candidate.score, _TRANSCRIPT_SCORE)
            candidate.exact = max(candidate.exact, _TRANSCRIPT_SCORE)


def _rank(candidate: Candidate) -> tuple[float, float, int]:
    return (candidate.score + _EXACT_WEIGHT * candidate.exact, candidate.exact, len(candidate.content))


def leftovers(candidates: Sequence[Candidate], kept: Sequence[Candidate], content: NDArray[Any]) -> list[Candidate]:
    """Attributions that the choice left out, where the tagger is sure of the words though nobody is of their source.

    A corpus that is measured token by token wants them; a graph, which asks who said it, does not.

    Args:
        candidates: weighed.
        kept: what was chosen.
        content: for each token the tagger's probability that it belongs to a content.
    """
    taken = {i for c in kept for i in c.content}
    cues = {i for c in kept for i in (c.anchor, *c.cue)}
    tagged = [c for c in candidates if c.pattern.startswith("tagged") and c.score >= _LEAST_TAGGED_SCORE]
    long = [c for c in candidates if c.score >= _LEAST_LONG_SCORE and len(c.content) >= _LONG]
    found: list[Candidate] = []
    for spare, least in ((tagged, _SURE_CONTENT), (long, _FAIR_CONTENT)):
        for candidate in sorted(spare, key=lambda c: (-c.score, c.anchor)):
            left = candidate.content - taken
            if candidate.anchor in taken or candidate.anchor in cues or left & cues or candidate.cue & taken:
                continue
            if 2 * len(left) < len(candidate.content) or float(content[sorted(left)].mean()) < least:
                continue
            found.append(replace(candidate, content=left))
            taken |= left
            cues |= {candidate.anchor, *candidate.cue}
    return found


def fitted(view: TokenView, kept: Sequence[Candidate], content: NDArray[Any]) -> list[Candidate]:
    """Fits contents to the tagger's word: drops tokens that it rules out, takes in neighbours that it is sure of."""
    taken = {i for c in kept for i in (c.anchor, *c.content, *c.cue, *c.source)}
    result = []
    for candidate in kept:
        tokens = {i for i in candidate.content if content[i] >= _RULED_OUT}
        if 2 * len(tokens) < len(candidate.content):
            tokens = set(candidate.content)
        for first, step in ((max(tokens) + 1, 1), (min(tokens) - 1, -1)):
            i = first
            while (
                0 <= i < view.n
                and i not in taken
                and view.paragraph[i] == view.paragraph[candidate.anchor]
                and (view.space[i] or content[i] > _SURE_CONTENT)
            ):
                if not view.space[i]:
                    tokens.add(i)
                    taken.add(i)
                i += step
        result.append(replace(candidate, content=frozenset(tokens)))
    return result


def with_sure_sources(kept: Iterable[Candidate], source: NDArray[Any]) -> list[Candidate]:
    """Takes from unsure attributions the tokens of the source that the tagger does not believe in."""
    return [
        c if c.score >= _SURE_SCORE else replace(c, source=frozenset(i for i in c.source if source[i] > _LEAST_SOURCE))
        for c in kept
    ]


def nested_in(candidates: Iterable[Candidate], outer: Candidate) -> list[Candidate]:
    """Candidates that lie wholly in the content of another: cue, source and content."""
    return [
        c
        for c in candidates
        if c.anchor in outer.content
        and c.content <= outer.content
        and c.source <= outer.content
        and c.anchor != outer.anchor
    ]


def with_follow_ons(view: TokenView, chosen: Sequence[Candidate], taken: frozenset[int]) -> list[Candidate]:
    """Joins quotations that nobody owns to the attribution before them: "…," he said. "…"

    A quotation follows on if nothing but the end of the cue's own sentence lies between, or if it fills the next
    paragraph and the
    attribution before is itself a quotation.

    Args:
        view: the document.
        chosen: attributions in the order of the text.
        taken: tokens of any attribution.
    """
    result = list(chosen)
    ends = [max(c.content | c.cue | c.source) for c in result]
    order = sorted(range(len(result)), key=lambda k: ends[k])
    for number, region in enumerate(view.regions):
        inside = range(region.start, region.end)
        if not taken.isdisjoint(inside) or any(number in c.regions for c in result):
            continue
        words = sum(view.word[region.start : region.end])
        if words < 3:
            continue
        before = [k for k in order if ends[k] < region.start]
        if not before:
            continue
        k = max(before, key=lambda k: ends[k])
        if not _follows(view, result[k], ends[k], region.start, region.end):
            continue
        result[k] = replace(
            result[k],
            content=result[k].content | {i for i in inside if not view.space[i]},
            regions=result[k].regions | {number},
        )
        ends[k] = region.end - 1
    return result


def _follows(view: TokenView, before: Candidate, last: int, start: int, end: int) -> bool:
    gap = [j for j in range(last + 1, start) if not view.space[j]]
    words = [j for j in gap if view.text[j][0].isalnum()]
    ends = sum(view.ends_sentence(j) for j in gap)
    first = next((view.text[i] for i in range(start, end) if view.text[i][0].isalnum()), "")
    begins_anew = first[:1].isupper() or view.text[start - 1] in (",", ":")
    paragraphs = view.paragraph[start] - view.paragraph[last]
    if not begins_anew or before.quoted == 0:
        return False
    if paragraphs == 0:
        return len(words) <= 25 and ends <= 1 and (ends == 1 or view.text[start - 1] in (",", ":") or not words)
    paragraph = view.paragraphs[view.paragraph[start]]
    fills = start == paragraph.start and end >= paragraph.end - 1
    return paragraphs == 1 and fills and len(words) <= 12
