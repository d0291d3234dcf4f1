"""Short passages in the English of many newsrooms: the events that a reader would list, and texts that tell none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbuild.authority import fold
from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.extraction.events.lexicon import CATEGORIES
from kgbuild.facts import Article, ArticleFacts, Event, PartialDate

if TYPE_CHECKING:
    from spacy.language import Language

TABLE = Path(__file__).parent / "event_passages.tsv"
PASSAGES = [
    line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
]
PUBLISHED = PartialDate(2025, 5, 20)  # a Tuesday


def plain(name: str) -> str:
    """A name by which names are compared: without article, marks, case and accents."""
    words = fold(name.replace("’", "'")).replace(".", "").split()
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)


def fits(facts: ArticleFacts, event: Event, want: str) -> bool:
    """Whether an event is the one that is written as "Class date realis names"."""
    kinds, date, realis, *rest = want.removeprefix("?").split(" ", 3)
    if CATEGORIES[event.type] not in {CATEGORIES[kind] for kind in kinds.split("/")} or str(event.realis) != realis:
        return False
    told = {str(day) for day in (event.when.start, event.when.end) if day} if event.when else set()
    if date != "-" and not any(date == day or (len(day) < 10 and date.startswith(day)) for day in told):
        return False
    actors = {actor.key: actor for actor in facts.actors}
    keys = (*event.agents, *event.recipients, *event.participants)
    known = [{plain(name) for name in (actors[key].name, *actors[key].other_names)} for key in keys]
    names = [name.strip() for name in rest[0].split(",")] if rest else []
    found = sum(any(plain(name) in other for other in known) for name in names)
    return not names or found * 2 >= len(names)


def surprises(facts: ArticleFacts, answer: str) -> list[str]:
    """What is missing, and what was found besides; a "?" marks what may be listed and need not be."""
    wanted = [want.strip() for want in answer.split("|")] if answer != "none" else []
    left = list(facts.events)
    wrong = []
    for want in sorted(wanted, key=lambda want: want.startswith("?")):
        hit = next((event for event in left if fits(facts, event, want)), None)
        if hit is not None:
            left.remove(hit)
        elif want.startswith("?"):
            kinds = {CATEGORIES[kind] for kind in want[1:].split(" ")[0].split("/")}
            hit = next((event for event in left if CATEGORIES[event.type] in kinds), None)
            if hit is not None:
                left.remove(hit)
        else:
            wrong.append(f"missing: {want}")
    names = {actor.key: actor.name for actor in facts.actors}
    for event in left:
        keys = (*event.agents, *event.recipients, *event.participants)
        when = f"{event.when.start}/{event.when.end}" if event.when else "-"
        wrong.append(f"besides: {event.type} {when} {event.realis} {[names[key] for key in keys]}")
    return wrong


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage[0][:60])
def test_a_passage_gives_its_events(nlp: Language, passage: list[str]) -> None:
    text, answer = passage
    (facts,) = extract(nlp, [Article(text, published=PUBLISHED)])
    assert not isinstance(facts, ExtractionFailure), facts
    assert not surprises(facts, answer)
