"""The spaCy component ``kgbuild_attribution``: who said what, as spans, with confidence, nesting and refusals."""

from __future__ import annotations

import bisect
import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from spacy.tokens import Span as DocSpan

from kgbuild.extraction.attribution.bounds import bounded
from kgbuild.extraction.attribution.candidates import Candidate, Source
from kgbuild.extraction.attribution.choice import (
    choose,
    fitted,
    leftovers,
    trust_transcripts,
    with_follow_ons,
    with_sure_sources,
)
from kgbuild.extraction.attribution.completion import completed, completed_source, denied, words_of
from kgbuild.extraction.attribution.coordination import with_coordinated_cues, with_own_sources
from kgbuild.extraction.attribution.features import TENSOR_WIDTH
from kgbuild.extraction.attribution.finder import all_candidates, grammar_candidates
from kgbuild.extraction.attribution.formulas import with_formulas
from kgbuild.extraction.attribution.framing import with_framing_cues
from kgbuild.extraction.attribution.judgement import is_denial, is_statement, quotation_type
from kgbuild.extraction.attribution.levels import (
    Thresholds,
    nested_statements,
    outer_statements,
    spare_statements,
    with_framed_statements,
)
from kgbuild.extraction.attribution.refusals import Refusal, find_refusals
from kgbuild.extraction.attribution.refusers import antecedent
from kgbuild.extraction.attribution.speech import trust_speakers
from kgbuild.extraction.attribution.tagger import Marks, Tagger
from kgbuild.extraction.attribution.turns import with_whole_turns
from kgbuild.extraction.attribution.value import Attribution
from kgbuild.extraction.attribution.view import TokenView
from kgbuild.extraction.attribution.weigher import Evidence, Weigher
from kgbuild.extraction.document import register_extensions
from kgbuild.extraction.written import written_of
from kgbuild.facts import QuotationType
from kgbuild.resources import resource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

register_extensions()

#: span groups that the component fills
SPAN_GROUPS = {"source": "kgbuild_source", "cue": "kgbuild_cue", "content": "kgbuild_content"}

_THRESHOLD = 0.3
_SPARE_THRESHOLD = 0.15
_NESTED_THRESHOLD = 0.3
_REFUSAL_CONFIDENCE = 0.9
_RELATIVE_TAGS = ("WDT", "WP")


@Language.factory(
    "kgbuild_attribution",
    default_config={
        "threshold": _THRESHOLD,
        "spare_threshold": _SPARE_THRESHOLD,
        "nested_threshold": _NESTED_THRESHOLD,
        "span_groups": True,
    },
    requires=["token.pos", "token.tag", "token.dep", "token.head", "token.lemma"],
    assigns=["doc._.attributions"],
)
def create_attribution(
    nlp: Language, name: str, *, threshold: float, spare_threshold: float, nested_threshold: float, span_groups: bool
) -> AttributionFinder:
    """The factory of ``kgbuild_attribution``.

    Args:
        nlp, name: as spaCy gives them.
        threshold: the least probability of an attribution to be kept.
        spare_threshold: the same for a plain statement whose words nothing else claims.
        nested_threshold: the same for one around or inside the content of another.
        span_groups: also fill the groups ``SPAN_GROUPS`` of ``doc.spans``.
    """
    return AttributionFinder(threshold, spare_threshold, nested_threshold, span_groups=span_groups)


@functools.cache
def _tagger() -> Tagger:
    return Tagger(resource("models", "attribution-tagger.npz"))


@functools.cache
def _weigher(kind: str) -> Weigher:
    return Weigher(resource("models", f"attribution-{kind}.npz"))


class AttributionFinder:
    """The component ``kgbuild_attribution``.

    Without spaCy's token vectors of the right width (another model than the small English one) the grammar decides
    alone.
    """

    def __init__(
        self,
        threshold: float = _THRESHOLD,
        spare_threshold: float = _SPARE_THRESHOLD,
        nested_threshold: float = _NESTED_THRESHOLD,
        *,
        span_groups: bool = True,
    ) -> None:
        self.thresholds = Thresholds(threshold, spare_threshold, nested_threshold)
        self._span_groups = span_groups

    def __call__(self, doc: Doc) -> Doc:
        """Fills ``doc._.attributions`` and, unless they are not wanted, the span groups."""
        doc._.attributions = self.find(doc)
        if self._span_groups:
            fill_span_groups(doc)
        return doc

    def find(self, doc: Doc) -> list[Attribution]:
        """The attributions of a parsed document, in text order of their cues.

        Args:
            doc: tagged, parsed and lemmatised; what is missing is taken as empty.
        """
        if all(written_of(doc).blank):
            return []
        view = TokenView(doc)
        candidates, flat = self._flat(view)
        grammar = _weigher("grammar")
        spare = spare_statements(view, candidates, flat, self.thresholds)
        outer = outer_statements(view, candidates, [*flat, *spare], grammar, self.thresholds)
        holders = [c for c in with_formulas(view, [*flat, *spare, *outer]) if not _in_boilerplate(view, c)]
        holders = with_whole_turns(view, holders)
        holders = with_framed_statements(view, with_coordinated_cues(view, holders, grammar), grammar)
        holders = with_framing_cues(view, with_own_sources(view, holders))
        inner = nested_statements(view, holders, grammar, self.thresholds)
        return _assembled(view, bounded(view, [*holders, *inner]), find_refusals(view), nested=True)

    def find_flat(self, doc: Doc) -> list[Attribution]:
        """One level only: every word belongs to at most one attribution, and refusals keep what they refuse as content.

        Also keeps what the tagger is sure is said, though not by whom.
        This is how corpora of attributions such as PolNeAR are marked; ``find`` adds the levels above and below.
        """
        if all(written_of(doc).blank):
            return []
        view = TokenView(doc)
        candidates, marks = self._weighed(view)
        chosen = choose(candidates, self.thresholds.flat)
        if marks is not None:
            chosen += leftovers(candidates, chosen, marks.content)
            chosen = with_sure_sources(fitted(view, chosen, marks.content), marks.source)
        return _assembled(view, _followed(view, chosen), (), nested=False)

    def _flat(self, view: TokenView) -> tuple[list[Candidate], list[Candidate]]:
        candidates, _ = self._weighed(view)
        return candidates, _followed(view, choose(candidates, self.thresholds.flat))

    def _weighed(self, view: TokenView) -> tuple[list[Candidate], Marks | None]:
        if view.tensor().shape[1] != TENSOR_WIDTH:
            candidates = grammar_candidates(view)
            _weigher("grammar").weigh(Evidence(view, None, ()), candidates)
            return candidates, None
        marks = _tagger().marks(view)
        candidates, linked = all_candidates(view, marks)
        _weigher("weigher").weigh(Evidence(view, marks, linked), candidates)
        trust_transcripts(candidates)
        trust_speakers(view, candidates, self.thresholds.flat)
        return candidates, marks


def _followed(view: TokenView, chosen: Sequence[Candidate]) -> list[Candidate]:
    ordered = sorted(chosen, key=lambda c: c.anchor)
    taken = frozenset().union(*(part for c in ordered for part in (c.content, c.cue, c.source)))
    return with_follow_ons(view, ordered, taken)


def _in_boilerplate(view: TokenView, candidate: Candidate) -> bool:
    return view.paragraphs[view.paragraph[candidate.anchor]].kind == "boilerplate"


def _assembled(
    view: TokenView, found: Sequence[Candidate], refusals: Sequence[Refusal], *, nested: bool
) -> list[Attribution]:
    candidates = sorted(found, key=lambda c: (c.anchor, -len(c.content)))
    by_anchor = {r.anchor: r for r in refusals}
    entries: list[tuple[int, Candidate | None, Refusal | None]] = []
    seen: set[int] = set()
    for candidate in candidates:
        if candidate.anchor not in seen:
            seen.add(candidate.anchor)
            # the tagger may see the head of "declined to comment" in "comment"
            refusal = by_anchor.get(candidate.anchor) or next((r for r in refusals if candidate.anchor in r.cue), None)
            if refusal is not None:
                by_anchor.pop(refusal.anchor, None)
            entries.append((candidate.anchor, candidate, refusal))
    entries += [(anchor, None, refusal) for anchor, refusal in by_anchor.items()]
    entries = [(anchor, c, _spoken_by(r, found)) for anchor, c, r in sorted(entries, key=lambda entry: entry[0])]
    holders = [(k, c.content) for k, (_, c, r) in enumerate(entries) if c is not None and r is None]
    reported = {(r.source.head, r.anchor) for r in refusals}
    return [
        _attribution(view, anchor, c, r, parent=_parent(k, anchor, holders), reported=reported, nested=nested)
        for k, (anchor, c, r) in enumerate(entries)
    ]


def _spoken_by(refusal: Refusal | None, found: Sequence[Candidate]) -> Refusal | None:
    """A refusal in the first person is that of whoever is quoted: "“I cannot comment,” the minister said"."""
    if refusal is None or refusal.source.kind != "first person":
        return refusal
    around = [c for c in found if refusal.anchor in c.content and c.source]
    if not around:
        return refusal
    nearest = min(around, key=lambda c: len(c.content))
    return replace(refusal, source=Source(tuple(sorted(nearest.source)), nearest.source_head, "quoted"))


def _parent(own: int, anchor: int, holders: Iterable[tuple[int, frozenset[int]]]) -> int | None:
    """The smallest content that the cue lies in."""
    around = [(len(content), k) for k, content in holders if k != own and anchor in content]
    return min(around)[1] if around else None


def _attribution(
    view: TokenView,
    anchor: int,
    candidate: Candidate | None,
    refusal: Refusal | None,
    *,
    parent: int | None,
    reported: Collection[tuple[int, int]],
    nested: bool,
) -> Attribution:
    if refusal is not None:
        source = refusal.source
        return Attribution(
            source=view.spans(source.tokens),
            cue=view.spans(refusal.cue),
            content=view.spans(candidate.content - refusal.cue - set(source.tokens)) if candidate is not None else (),
            quotation=None,
            parent=parent,
            refusal=True,
            confidence=_REFUSAL_CONFIDENCE,
            source_head=source.head,
            cue_head=refusal.anchor,
            cue_lemma=view.lemma[refusal.anchor],
        )
    assert candidate is not None
    # "said the firm does not comment on rumours" is a refusal, and no statement besides
    refused = candidate.quoted == 0 and any(
        head == candidate.source_head and at in candidate.content for head, at in reported
    )
    denial = is_denial(view, candidate)
    tokens = denied(view, candidate) if denial else completed(view, candidate) if nested else candidate.content
    spans = view.spans(tokens)
    source_tokens, source_head = (
        completed_source(view, candidate) if nested else (candidate.source, candidate.source_head)
    )
    # a transcript gives the words as they were spoken, without marks
    transcript = candidate.pattern == "transcript"
    quotation = QuotationType.DIRECT if transcript else quotation_type(view, tokens)
    return Attribution(
        source=view.spans(source_tokens),
        cue=view.spans(candidate.cue),
        content=spans,
        quotation=quotation,
        words=words_of(view, spans, tokens, direct=quotation is QuotationType.DIRECT),
        parent=parent,
        denial=denial,
        statement=is_statement(view, candidate) and not refused,
        confidence=round(candidate.score, 4),
        source_head=_antecedent(view, source_head),
        cue_head=anchor if candidate.cue else -1,
        cue_lemma=candidate.lemma,
    )


def _antecedent(view: TokenView, head: int) -> int:
    """For a relative pronoun the noun that it stands for."""
    if head >= 0 and view.tag[head] in _RELATIVE_TAGS:
        clause = view.head[head]
        for _ in range(6):
            if view.dep[clause] == "relcl":
                return antecedent(view, clause)
            if view.head[clause] == clause:
                break
            clause = view.head[clause]
    return head


def fill_span_groups(doc: Doc) -> None:
    """Puts the spans of ``doc._.attributions`` into ``doc.spans``: ``kgbuild_source``, ``kgbuild_cue``,
    ``kgbuild_content``."""
    starts = written_of(doc).offset
    for role, name in SPAN_GROUPS.items():
        spans = []
        label = doc.vocab.strings.add(role.upper())
        for attribution in doc._.attributions:
            for span in getattr(attribution, role):
                first = max(0, bisect.bisect_right(starts, span.start) - 1)
                spans.append(DocSpan(doc, first, bisect.bisect_left(starts, span.end), label=label))
        doc.spans[name] = SpanGroup(doc, name=name, spans=spans)
