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


REFUSALS = [
    *("I have nothing for you on that.", "I have no information to offer on the visit.", "No comment."),
    *("I don't have anything for you on that.", "I don't have anything to share on this.", "I have nothing to add."),
    *("I'd refer you to the White House.", "I'm not going to get into that.", "I won't speculate."),
    *("I'm not in a position to confirm that.", "I don't have a readout for you.", "I've got nothing for you there."),
    *("I would not want to prejudge that.", "I don't have any details to give you.", "I will not discuss that."),
    *("I will leave that to the Ministry of Defence.", "I'm not going to get ahead of the President."),
]
ANSWERS = [
    *("I have nothing against the treaty.", "I have nothing to hide.", "We have no information that they crossed."),
    *("We have no further information that they crossed.", "I have no details of their plan that worry me."),
    *("I will leave Peru for Kenya.", "We will leave it in force.", "We are not in a position of weakness."),
    *("I would like to speculate less.", "We got nothing from Peru.", "We would like to give you the details."),
]


def refuses(nlp: Language, answers: list[str]) -> list[str]:
    """Those of the answers of a briefing that are read as refusals."""
    text = (
        "Ana Moore: Good afternoon. Kenya will sign the accord next week.\n\nQUESTION: Will Peru come to the talks?\n\n"
        "Ana Moore: {}\n\nQUESTION: And Chile?\n\nAna Moore: Chile has been invited. We hope that it will come."
    )
    found = extract(nlp, [Article(text.format(answer)) for answer in answers])
    return [
        answer
        for answer, facts in zip(answers, found, strict=True)
        if isinstance(facts, ArticleFacts) and any(statement.refusal for statement in facts.statements)
    ]


def test_what_briefers_say_instead_of_an_answer(nlp: Language) -> None:
    assert refuses(nlp, REFUSALS) == REFUSALS


def test_what_only_sounds_like_it(nlp: Language) -> None:
    assert refuses(nlp, ANSWERS) == []
