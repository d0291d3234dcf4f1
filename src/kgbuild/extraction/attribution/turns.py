"""The turns of a transcript: each runs to the next label, over as many paragraphs as it takes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import trim
from kgbuild.extraction.attribution.nominal import transcript_candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView

#: fewer labelled lines make no transcript
_LEAST_TURNS = 4
#: more paragraphs without a label are no longer the turn of whoever spoke before
_LONGEST = 5
_OWN = frozenset(("i", "we"))


def with_whole_turns(view: TokenView, found: Sequence[Candidate]) -> list[Candidate]:
    """Attributions in which a turn of several paragraphs is one, and "we welcome" in it no statement besides.

    Args:
        view: the document.
        found: what has been chosen.
    """
    turns = {c.anchor: c for c in found if c.pattern == "transcript"}
    if not turns:
        return list(found)
    labels = sorted(transcript_candidates(view), key=lambda c: c.anchor)
    if len(labels) == 1:
        # a headline, "Minister: no deal", is nobody's own words
        return [replace(c, pattern="label") if c.pattern == "transcript" else c for c in found]
    if len(labels) < _LEAST_TURNS:
        return list(found)
    longer: dict[int, Candidate] = {}
    inside: set[int] = set()
    for label, after in itertools.pairwise(labels):
        turn = turns.get(label.anchor)
        if turn is None:
            continue
        own = view.paragraph[turn.anchor]
        following = range(own + 1, view.paragraph[after.anchor])
        plain = all(view.paragraphs[p].kind == "body" for p in following)
        if 0 < len(following) <= _LONGEST and plain:
            more = range(view.paragraphs[own].end, view.paragraphs[following[-1]].end)
            content = turn.content | trim(view, [i for i in more if not view.space[i]])
            turn = longer[label.anchor] = replace(turn, content=content)
        inside |= turn.content
    kept = []
    for candidate in found:
        own = not candidate.source or (candidate.source_head >= 0 and view.lower[candidate.source_head] in _OWN)
        if candidate.pattern == "transcript":
            kept.append(longer.get(candidate.anchor, candidate))
        elif not (own and candidate.anchor in inside):
            kept.append(candidate)
    return kept
