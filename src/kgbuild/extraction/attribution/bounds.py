"""Where a content begins and ends, told by the attributions around it and by the clauses that the cue governs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import trim
from kgbuild.extraction.attribution.judgement import is_statement
from kgbuild.extraction.attribution.lexicon import cue_lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView

_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
#: tokens of a cue with its source between commas, and of what stands before it
_LONGEST_REMARK = 14
_LONGEST_HALF = 30
#: words behind a comma that make a clause
_LEAST_REST = 3
#: the patterns of cues that frame a whole sentence or paragraph
_FRAMES = frozenset(("transcript", "colon after"))


def bounded(view: TokenView, found: Sequence[Candidate]) -> list[Candidate]:
    """Attributions with contents that hold no words of whoever reports them, begin at "that", and go on to a condition.

    Args:
        view: the document.
        found: what has been chosen, on all levels.
    """
    changed = []
    anchors = frozenset(c.anchor for c in found)
    statements = frozenset(c.anchor for c in found if is_statement(view, c))
    for candidate in found:
        content = candidate.content
        if not anchors.isdisjoint(content):
            content = _without_reporters(candidate, found)
        content = _without_other_sentences(view, candidate, content)
        if candidate.pattern not in _FRAMES and view.is_verb(candidate.anchor):
            content = _up_to_that(view, candidate, _whole_object(view, candidate, content), found)
            content = _to_the_end(view, candidate, content, statements)
            content = _from_that(view, candidate, content)
            content = _without_the_clause_around(view, candidate, content)
            content = _and_that(view, candidate, content, anchors)
            content = _to_condition(view, candidate, content)
        if candidate.pattern not in _FRAMES:
            content = _around_remark(view, candidate, content, anchors)
        fits = content != candidate.content and any(view.word[i] for i in content)
        changed.append(replace(candidate, content=content) if fits else candidate)
    return changed


def _without_reporters(candidate: Candidate, found: Sequence[Candidate]) -> frozenset[int]:
    """The content without "…, a source said" of whoever reports both it and who says it."""
    content = candidate.content
    for other in found:
        reports = other.anchor in candidate.content and candidate.anchor in other.content
        if other is not candidate and reports and len(other.content) > 1:
            content -= other.cue | other.source
    return content if content == candidate.content else _first_run(content)


def _without_other_sentences(view: TokenView, candidate: Candidate, content: frozenset[int]) -> frozenset[int]:
    """A quotation without the unquoted rest of a sentence or headline before: what is quoted alone goes over a stop."""
    if candidate.pattern in _FRAMES or not candidate.regions or view.region[candidate.anchor] >= 0:
        return content
    start, end = view.sentence(candidate.anchor)
    stray = {i for i in content if view.region[i] < 0 and not start <= i < end}
    if any(view.region[i] >= 0 and start <= i < end for i in content):
        # a headline in quotation marks says it first
        stray |= {i for i in content if i < start and view.paragraphs[view.paragraph[i]].kind == "headline"}
    if not stray or len(stray) == len(content):
        return content
    return trim(view, content - stray)


def _around_remark(
    view: TokenView, candidate: Candidate, content: frozenset[int], anchors: frozenset[int]
) -> frozenset[int]:
    """Both halves of a clause that the cue stands in: "Moscow, says the analyst, is bluffing"."""
    own = candidate.cue | candidate.source
    if not own or not content:
        return content
    first, last = min(own), max(own)
    if last - first > _LONGEST_REMARK or first < 2 or last + 2 >= view.n:
        return content
    if view.text[first - 1] != "," or view.text[last + 1] != ",":
        return content
    start, end = view.sentence(candidate.anchor)
    before, after = range(start, first - 1), range(last + 2, end)
    other = anchors - {candidate.anchor}
    if not before or not after or len(before) > _LONGEST_HALF or not other.isdisjoint((*before, *after)):
        return content
    verbless = not any(view.tag[i] in _FINITE for i in before)
    goes_on = view.tag[after[0]] in _FINITE
    if verbless and goes_on and (content.issubset(before) or content.issubset(after)):
        # the comma stays, as in the text
        return trim(view, [i for i in (*before, first - 1, *after) if not view.space[i]])
    return content


def _first_run(content: frozenset[int]) -> frozenset[int]:
    """The tokens up to the first gap of more than a mark."""
    kept: list[int] = []
    for i in sorted(content):
        if kept and i - kept[-1] > 2:
            break
        kept.append(i)
    return frozenset(kept)


def _whole_object(view: TokenView, candidate: Candidate, content: frozenset[int]) -> frozenset[int]:
    """All of "the importance of an early vote" and "to sue if the accord was ratified", not the last part alone."""
    frames, lemma = cue_lexicon().frames, view.lemma[candidate.anchor]
    pattern = candidate.pattern
    if pattern == "object prep" and lemma in frames["thing"]:
        whole = view.child(candidate.anchor, "dobj")
    elif pattern in ("infinitive dobj", "infinitive ccomp", "infinitive attr") and lemma in frames["infinitive"]:
        whole = view.child(candidate.anchor, "xcomp")
    else:
        return content
    if whole is None or whole < candidate.anchor or view.lemma[whole] in cue_lexicon().sayings:
        return content
    below = frozenset(view.subtree(whole))
    return trim(view, [i for i in below if not view.space[i]]) if content <= below else content


def _up_to_that(
    view: TokenView, candidate: Candidate, content: frozenset[int], found: Sequence[Candidate]
) -> frozenset[int]:
    """Inner words without the rest of those around: "said that Minsk had demanded an end, *and that* Riga refused"."""
    for i in sorted(content)[1:]:
        if view.lower[i] == "that" and view.dep[i] == "mark" and view.lower[i - 1] in ("and", "but"):
            around = (c for c in found if c is not candidate and candidate.anchor in c.content and i in c.content)
            if any(view.lower[min(c.content)] == "that" for c in around):
                return trim(view, [k for k in content if k < i - 1])
    return content


def _to_the_end(
    view: TokenView, candidate: Candidate, content: frozenset[int], statements: frozenset[int]
) -> frozenset[int]:
    """All of "said his party, the Alliance, *backs the accord*", where the parser takes no verb for one."""
    if view.lemma[candidate.anchor] != "say" or candidate.regions or not content or min(content) < candidate.anchor:
        return content
    if any(view.tag[i] in _FINITE for i in content) or view.text[min(max(content) + 1, view.n - 1)] != ",":
        return content
    _, end = view.sentence(candidate.anchor)
    rest = [i for i in range(max(content) + 1, end) if not view.space[i]]
    if sum(view.word[i] for i in rest) < _LEAST_REST or not statements.isdisjoint(rest):
        return content
    return trim(view, [*content, *rest])


def _without_the_clause_around(view: TokenView, candidate: Candidate, content: frozenset[int]) -> frozenset[int]:
    """The content without the verb of the main clause: "who threatened to quit the bloc, *arrives* in Lima"."""
    if view.dep[candidate.anchor] != "relcl" or not content or candidate.regions:
        return content
    for i in sorted(content):
        comma = view.text[i - 1] == "," and i - 1 > candidate.anchor
        if comma and view.tag[i] in _FINITE and min(content) < i - 1:
            return trim(view, [k for k in content if k < i - 1])
    return content


def _and_that(
    view: TokenView, candidate: Candidate, content: frozenset[int], anchors: frozenset[int]
) -> frozenset[int]:
    """The content with its second half: "told them that the deal was fair, *and that* it would be signed"."""
    if not content or min(content) < candidate.anchor or candidate.pattern.startswith("tagged"):
        return content
    last = max(content)
    if "and" not in view.lower[last + 1 : last + 5]:
        return content
    _, end = view.sentence(candidate.anchor)
    following = [i for i in range(last + 1, min(last + 5, end)) if view.word[i]][:2]
    if [view.lower[i] for i in following] != ["and", "that"] or view.dep[following[1]] == "det":
        return content
    stop = next((i for i in range(following[1], end) if i in anchors and view.text[i - 1] == ","), end)
    return trim(view, [i for i in (*content, *range(last + 1, stop)) if not view.space[i]])


def _from_that(view: TokenView, candidate: Candidate, content: frozenset[int]) -> frozenset[int]:
    """The clause behind "that" of "told his colleague in a call on Monday that …"."""
    told = view.child(candidate.anchor, "dobj")
    # "informed the meeting that": the parser may take the clause for one about the meeting
    clauses = [c for c in view.children[told] if view.dep[c] == "relcl"] if told is not None else []
    for verb in (*view.children[candidate.anchor], *clauses):
        if view.dep[verb] not in ("ccomp", "relcl") or verb not in content:
            continue
        mark = next((c for c in view.children[verb] if view.dep[c] == "mark" and view.lower[c] == "that"), None)
        if mark is None or mark not in content or mark < candidate.anchor:
            continue
        before = [i for i in content if candidate.anchor < i < mark]
        plain = not any(view.region[i] >= 0 or view.is_verb(i) for i in before)
        if before and plain and min(content) > candidate.anchor:
            return trim(view, content - set(before))
    return content


def _to_condition(view: TokenView, candidate: Candidate, content: frozenset[int]) -> frozenset[int]:
    """The content with the condition that follows: "They would go, he said, unless the road was closed"."""
    if not content:
        return content
    if view.relations(candidate.anchor).isdisjoint(("advcl", "prep")):
        return content
    last = max(content)
    taken = candidate.cue | candidate.source
    for clause in view.children[candidate.anchor]:
        if view.dep[clause] not in ("advcl", "prep") or clause <= candidate.anchor or clause in content:
            continue
        below = sorted(view.subtree(clause))
        if not view.anonymity.isdisjoint(below):
            continue  # "said on condition of anonymity"
        opening = " ".join(view.lower[i] for i in below[:3])
        if not opening.startswith(cue_lexicon().conditions) or taken & set(below) or below[0] < last:
            continue
        if all(i in taken or not view.word[i] for i in range(last + 1, below[0])):
            return content | trim(view, [i for i in below if not view.space[i]])
    return content
