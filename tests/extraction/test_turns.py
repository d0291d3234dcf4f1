"""Turns of transcripts: where their words begin, and who only asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy

from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.extraction.turns import turns_of
from kgbuild.facts import Article, ArticleFacts, PartialDate

if TYPE_CHECKING:
    from spacy.language import Language

blank = spacy.blank("en")

CONFERENCE = """Hua Mei: The Foreign Minister of Serbia will visit Peru next week.

Reuters: The Peruvian defence minister, Ana Ruiz, said on Tuesday that Lima would not sign the pact. Is that so?

Hua Mei: I have seen the report. We hope that Peru will honour its word.

China Daily: Kenya's trade ministry says that Nairobi will join the accord. Has Beijing been told?

Hua Mei: I am not aware of that."""


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["MS. OYELARAN", "QUESTION", "MS. OYELARAN"], 3),
        (["Q", "A", "Q", "A"], 4),
        (["Reuters", "Lu Wanqing", "NK News", "Lu Wanqing"], 4),
        (["SPEAKER PELHAM", "Sir Tom Reed (Labour)", "Ana de la Cruz"], 3),
        (["Editor's note", "Peru"], 0),  # two make no transcript
        (["Lima"], 0),
    ],
)
def test_a_sentence_begins_behind_the_label_of_a_turn(labels: list[str], words: int) -> None:
    doc = blank("\n\n".join(f"{label}: Talks go on." for label in labels))
    assert [doc[i].text for i in turns_of(doc)] == ["Talks"] * words


def test_colons_inside_of_lines_are_no_labels() -> None:
    doc = blank("He named three: Peru, Chile and Cuba.\n\nOf these: one.\n\nThen it was 12:30.\n\nSo: no.")
    assert turns_of(doc) == []


def told(facts: ArticleFacts) -> list[tuple[str, str]]:
    names = {actor.key: actor.name for actor in facts.actors}
    return [(names[s.speakers[0]], s.content) for s in facts.statements if s.speakers and not s.refusal]


def test_media_that_ask_say_nothing_and_whom_they_quote_does(nlp: Language) -> None:
    (facts,) = extract(nlp, [Article(CONFERENCE, published=PartialDate(2022, 9, 15))])
    assert not isinstance(facts, ExtractionFailure), facts
    speakers = {speaker for speaker, _ in told(facts)}
    assert speakers == {"Hua Mei", "Ana Ruiz", "Kenya's trade ministry"}
    assert ("Ana Ruiz", "Lima would not sign the pact") in told(facts)
    assert ("Kenya's trade ministry", "Nairobi will join the accord") in told(facts)


def test_a_parsed_document_is_left_alone(nlp: Language) -> None:
    doc = nlp(CONFERENCE)
    before = [token.is_sent_start for token in doc]
    assert [token.is_sent_start for token in nlp.get_pipe("kgbuild_turns")(doc)] == before


def test_a_party_may_stand_behind_who_speaks(nlp: Language) -> None:
    text = (
        "The House met at noon on Tuesday and took the pact with Norway first.\n\n"
        "Ann Moore (Labour): The pact is a gift to the fleets of Bergen.\n\n"
        "Tom Reed (Con): It has been read by nobody on that side.\n\n"
        "Ann Moore (Labour): We have read it twice."
    )
    (facts,) = extract(nlp, [Article(text, published=PartialDate(2022, 9, 15))])
    assert not isinstance(facts, ExtractionFailure), facts
    assert [speaker for speaker, _ in told(facts)] == ["Ann Moore", "Tom Reed", "Ann Moore"]
