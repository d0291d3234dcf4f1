"""Reads the events of a text for tests: class, participants, date and realis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.facts import Article, ArticleFacts, Event, PartialDate

if TYPE_CHECKING:
    from spacy.language import Language


PUBLISHED = PartialDate(2022, 9, 15)  # a Thursday


def read(nlp: Language, text: str) -> ArticleFacts:
    """The facts of a text that was published on PUBLISHED."""
    (facts,) = extract(nlp, [Article(text, published=PUBLISHED)])
    assert not isinstance(facts, ExtractionFailure), facts
    return facts


def told(facts: ArticleFacts, event: Event) -> tuple[str, set[str], str, str]:
    """An event as its class, the names of its participants, its date, and its realis."""
    names = {actor.key: actor.name for actor in facts.actors}
    when = ""
    if event.when:
        when = str(event.when.single) if event.when.single else f"{event.when.start or ''}/{event.when.end or ''}"
    keys = (*event.agents, *event.recipients, *event.participants)
    return event.type, {names[key] for key in keys}, when, str(event.realis)


def dates(facts: ArticleFacts) -> dict[str, str]:
    """The date of each class of event."""
    return {kind: when for kind, _, when, _ in (told(facts, event) for event in facts.events)}
