"""What an attribution may be: a cue with the words and the source that the grammar, or the tagger, gives it.

Candidates are many, and most are wrong; ``weigher`` says how likely each is, ``choice`` picks a consistent set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.extraction.attribution.view import TokenView
    from kgbuild.extraction.document import Region

#: stripped from the ends of a content outside quotations
_EDGE_PUNCTUATION = frozenset(",.;:–—―-…")
_MARKS = frozenset(('"', "“", "”", "''", "``", "'", "‘", "’", ")"))
_AUXILIARIES = ("aux", "auxpass", "neg")
_SUBJECT_DEPTH = 4


@dataclass(slots=True)
class Candidate:
    """A possible attribution, as token indices.

    Attributes:
        anchor: the cue's head.
        lemma: of the cue's head, or of verb and object for "makes the claim".
        pattern: which rule proposes it.
        source_kind: where the source comes from: the verb's own subject, an inherited one, a possessive, …
        cue, source, content: the tokens.
        source_head: the head of the source, or -1.
        quoted: share of the content's tokens that stand in quotation marks.
        score: probability that it is right, once weighed.
        exact: probability that its content is right to the letter, once weighed.
        regions: numbers of the quotations that the content has tokens of.
        states: whether it is a statement, once ``judgement`` has been asked.
    """

    anchor: int
    lemma: str
    pattern: str
    source_kind: str
    cue: frozenset[int]
    source: frozenset[int]
    content: frozenset[int]
    source_head: int = -1
    quoted: float = 0.0
    score: float = 0.0
    exact: float = 0.0
    regions: frozenset[int] = field(default_factory=frozenset)
    states: bool | None = field(default=None, init=False, repr=False, compare=False)


class Source(NamedTuple):
    """A possible source: its tokens, its head, and how it was found."""

    tokens: tuple[int, ...]
    head: int
    kind: str


NO_SOURCE = Source((), -1, "none")


def subject_of(view: TokenView, verb: int, depth: int = 0) -> tuple[int, str]:
    """The subject of a verb, its own or one that it inherits from the verb it depends on.

    Returns:
        The subject's head and ``own``, ``inherited``, ``object`` (of the verb above: "asked him to say") or ``noun``
        (that
        the verb modifies: "a letter saying"); or -1 and ``none``.
    """
    subject = view.child(verb, "nsubj", "csubj", "expl")
    if subject is not None and view.dep[subject] != "expl":
        return subject, "own"
    above, dep = view.head[verb], view.dep[verb]
    if depth > _SUBJECT_DEPTH or above == verb:
        return -1, "none"
    if dep in ("acl", "relcl"):
        return above, "noun"
    if dep == "conj" and not view.is_verb(above):
        return -1, "none"
    if dep not in ("conj", "xcomp", "advcl", "pcomp", "prep"):
        return -1, "none"
    if dep == "xcomp":
        thing = view.child(above, "dobj")
        if thing is not None:
            return thing, "object"
    while view.dep[above] == "prep" and view.head[above] != above:
        above = view.head[above]
    found, _ = subject_of(view, above, depth + 1)
    if found < 0:
        passive = view.child(above, "nsubjpass")
        found = passive if passive is not None else -1
    return found, "inherited" if found >= 0 else "none"


def phrase(view: TokenView, head: int, without: Iterable[int] = ()) -> tuple[int, ...]:
    """The tokens of a noun phrase in text order, without marks and white space at its edges."""
    tokens = sorted(view.subtree(head, frozenset(without)))
    while tokens and (
        view.space[tokens[-1]] or (view.pos[tokens[-1]] == "PUNCT" and view.text[tokens[-1]] not in _MARKS)
    ):
        tokens.pop()
    while tokens and (view.space[tokens[0]] or view.pos[tokens[0]] == "PUNCT"):
        tokens.pop(0)
    return tuple(tokens)


def cue_tokens(view: TokenView, verb: int, also: Iterable[int] = ()) -> frozenset[int]:
    """The verb with its auxiliaries, negation, particle and an adverb close before it, as one stretch."""
    chosen = {verb, *also}
    for c in view.children[verb]:
        dep = view.dep[c]
        if (c < verb and (dep in _AUXILIARIES or (dep == "advmod" and verb - c <= 2))) or dep == "prt":
            chosen.add(c)
    first = last = verb
    while first - 1 in chosen:
        first -= 1
    while last + 1 in chosen:
        last += 1
    lowest, highest = min(chosen), max(chosen)
    if verb - lowest <= 4 and all(j in chosen or view.dep[j] in (*_AUXILIARIES, "advmod") for j in range(lowest, verb)):
        first = lowest
    if highest - verb <= 4:
        last = highest
    return frozenset(range(first, last + 1))


def may_be_content(view: TokenView, tokens: Iterable[int], likely: frozenset[int] | None) -> bool:
    """Whether a content made of tokens may have one of those that are likely, if any are given.

    Where a token is quoted the whole quotation may become part of the content.
    """
    if likely is None or not likely.isdisjoint(tokens):
        return True
    return bool(view.regions) and not view.quoted.isdisjoint(tokens)


def begins_or_ends_in(content: frozenset[int], likely: frozenset[int] | None) -> bool:
    """Whether the first or the last token of a content is one of those that are likely, if any are given."""
    return likely is None or min(content) in likely or max(content) in likely


def make(
    view: TokenView,
    anchor: int,
    lemma: str,
    pattern: str,
    content: Iterable[int],
    *,
    source: Source,
    cue: frozenset[int],
    likely: frozenset[int] | None = None,
) -> Candidate | None:
    """A candidate with its roles kept apart and its content fitted to quotations.

    Returns:
        None if no word is left of the content, or neither its first nor its last token is likely.
    """
    if source.head in view.dateline:
        # "COLOMBO: The minister said": the place does not speak
        return None
    tokens = set(content)
    tokens -= cue
    source_tokens = frozenset(source.tokens) - cue
    # taking away costs as much as there is to take: all white space of a document, to find none
    if not tokens.isdisjoint(view.dateline):
        tokens -= view.dateline
    if not tokens.isdisjoint(source_tokens):
        if source.kind in ("noun", "tagged"):
            source_tokens -= tokens
        else:
            tokens -= source_tokens
    if not tokens.isdisjoint(view.blanks):
        tokens -= view.blanks
    region_of = view.region
    if view.according and lemma != "according":
        # whoever the words are according to speaks of the whole sentence
        for i in view.according:
            if i in tokens and region_of[i] < 0:
                tokens.difference_update(view.subtree(i))
    inside = tokens & view.quoted
    quoted = {region_of[i] for i in inside} if inside else None
    if quoted:
        for number in quoted:
            # most contents have the whole of a quotation already
            if not tokens.issuperset(view.quotations[number]) and anchor not in view.quotations[number]:
                _fit_quotation(view, tokens, view.regions[number], cue | source_tokens)
        stopped = [view.regions[number] for number in quoted & view.stopped]
        if stopped:
            _cut_stopped(view, tokens, stopped, min((anchor, *cue, *source_tokens)))
    kept = trim(view, tokens)
    if view.wordless.issuperset(kept) or not begins_or_ends_in(kept, likely):
        return None
    regions = [region_of[i] for i in kept & view.quoted] if quoted else []
    return Candidate(
        anchor,
        lemma,
        pattern,
        source.kind,
        cue,
        source_tokens,
        kept,
        source.head,
        len(regions) / len(kept),
        regions=frozenset(regions),
    )


def _cut_stopped(view: TokenView, tokens: set[int], stopped: Iterable[Region], first: int) -> None:
    """Takes away a quotation that ends in a full stop before a sentence with words of its own to report."""
    before = [region for region in stopped if region.end <= first]
    if before and any(i > first and view.region[i] < 0 and view.word[i] for i in tokens):
        for region in before:
            tokens.difference_update(range(region.start, region.end))


def _fit_quotation(view: TokenView, tokens: set[int], region: Region, taken: frozenset[int]) -> None:
    """A quotation that lies mostly in a content is taken whole, without what is taken by cue and source."""
    whole = range(region.start, region.end)
    inside = len(tokens.intersection(whole))
    begins = region.start in tokens or region.start + 1 in tokens
    if inside * 2 >= len(whole) or (begins and inside >= 3):
        tokens.update(set(whole) - taken - view.blanks)


def trim(view: TokenView, tokens: Iterable[int]) -> frozenset[int]:
    """Takes punctuation off both ends of each stretch of tokens, unless it closes a quotation."""
    ordered = sorted(tokens)
    if not ordered:
        return frozenset()
    if ordered[-1] - ordered[0] == len(ordered) - 1:
        if view.word[ordered[0]] and view.word[ordered[-1]]:
            return frozenset(tokens)
        return frozenset(_trimmed(view, ordered))
    kept: list[int] = []
    first, previous = 0, ordered[0]
    for k, i in enumerate(ordered):
        if i > previous + 1 and any(not view.space[j] and view.text[j] != "," for j in range(previous + 1, i)):
            kept += _trimmed(view, ordered[first:k])
            first = k
        previous = i
    return frozenset(kept + _trimmed(view, ordered[first:]))


def _trimmed(view: TokenView, run: list[int]) -> list[int]:
    start, end = 0, len(run)
    while end > start and view.text[run[end - 1]] in _EDGE_PUNCTUATION and view.region[run[end - 1]] < 0:
        end -= 1
    while start < end and view.text[run[start]] in _EDGE_PUNCTUATION:
        start += 1
    return run[start:end]
