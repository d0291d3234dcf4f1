"""What happened, is planned, or is denied: the component ``kgbuild_events``.

Words that mean an event are found by a table (``data/lexicon/event_triggers.tsv``), not by code; see "Adding an event
pattern" in ``docs/extending.md``. What one article tells of one event in several places is brought together.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.errors import KgbuildError
from kgbuild.extraction.document import register_extensions, span_of
from kgbuild.extraction.events.candidates import CandidateFinder
from kgbuild.extraction.events.lexicon import SPEECH_DEEDS, index_triggers, parse_triggers, triggers
from kgbuild.extraction.events.mention import Candidate
from kgbuild.extraction.events.merge import merge
from kgbuild.extraction.events.narrative import Narrative
from kgbuild.extraction.tokens import tokens_of
from kgbuild.facts import Event, Span, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.extraction.events.lexicon import Trigger

register_extensions()


@Language.factory(
    "kgbuild_events",
    default_config={"patterns": []},
    assigns=["doc._.events"],
    requires=["token.dep", "token.tag", "token.lemma", "doc.ents"],
)
def create_events(nlp: Language, name: str, patterns: list[str]) -> EventFinder:
    """The factory of ``kgbuild_events``; ``patterns`` lists files of the user's own triggers."""
    rows: list[Trigger] = []
    for file in patterns:
        try:
            rows += parse_triggers(Path(file).read_text(encoding="utf-8").splitlines(), file)
        except OSError as error:
            raise KgbuildError(f"the event patterns {file} cannot be read: {error}") from error
    return EventFinder(rows)


class EventFinder:
    """The component ``kgbuild_events``.

    Args:
        rows: triggers that come before the built-in ones.
    """

    def __init__(self, rows: list[Trigger] | None = None) -> None:
        own: Mapping[tuple[str, bool], tuple[Trigger, ...]] = index_triggers(rows or ())
        built_in = triggers()
        self._table = {
            key: (*own.get(key, ()), *built_in.get(key, ())) for key in dict.fromkeys([*own, *built_in])
        } if own else built_in  # fmt: skip
        self._lemmas = frozenset(lemma for lemma, _ in self._table)

    def __call__(self, doc: Doc) -> Doc:
        """Fills ``doc._.events``."""
        finder = CandidateFinder(doc, tokens_of(doc), self._table, self._lemmas, doc._.published)
        found = merge(finder.find(), finder.arguments.state)
        finder.context.assemble(found)
        finder.context.pair(found)
        Narrative(doc, tokens_of(doc), doc._.published).date(found)
        statements: list[Statement] = doc._.statements
        doc._.events = [_freeze(doc, f"e{number}", candidate, statements) for number, candidate in enumerate(found)]
        return doc


def _freeze(doc: Doc, key: str, candidate: Candidate, statements: list[Statement]) -> Event:
    parts = sorted([candidate, *candidate.merged], key=lambda part: part.trigger)
    mentions = tuple(span for part in parts for span in span_of(doc, part.at)[:1])
    offsets = [doc[part.trigger].idx for part in parts]
    expressed = [s.key for s in statements if candidate.type in SPEECH_DEEDS and _covers(s.cue_spans, offsets)]
    reported = [s.key for s in statements if s.key not in expressed and _covers(s.content_spans, offsets)]
    label = next((part for part in parts if not part.verb), candidate)
    words = span_of(doc, label.at)[0].text(tokens_of(doc).source)
    return Event(
        key=key,
        type=candidate.type,
        label=" ".join(words.split()),
        mentions=tuple(dict.fromkeys(mentions)),
        agents=tuple(referent.key for referent in candidate.agents),
        recipients=tuple(referent.key for referent in candidate.recipients),
        participants=tuple(referent.key for referent in candidate.participants),
        when=candidate.when,
        place=candidate.place,
        place_actor=candidate.place_actor,
        concerns=tuple(treaty.key for treaty in candidate.treaties),
        realis=candidate.realis,
        expressed_in=tuple(expressed),
        reported_in=tuple(reported),
        confidence=_confidence(candidate),
    )


def _covers(spans: tuple[Span, ...], offsets: list[int]) -> bool:
    for span in spans:
        for offset in offsets:
            if span.start <= offset < span.end:
                return True
    return False


def _confidence(candidate: Candidate) -> float:
    """How sure the words make an event: what is named by a verb, with a date and participants, is surest."""
    score = 0.5 + 0.15 * candidate.verb + 0.15 * bool(candidate.everybody) + 0.1 * (candidate.when is not None)
    score += 0.05 * bool(candidate.merged) - 0.2 * (not candidate.asserted) - 0.1 * (candidate.flag == "weak")
    return round(max(0.1, min(score, 0.95)), 2)
