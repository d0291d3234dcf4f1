"""The history of treaties: which step was taken, by whom, when, and whether it was taken at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.extraction.assemble import facts_of
from kgbuild.facts import Article, PartialDate, Realis, TreatyStage
from treaty_cases import read

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

LIFE = (
    "The Treaty of Friendship between Hungary and Romania was signed in Timisoara on 16 September 1996 and ratified by "
    "both parliaments in 1997. It entered into force in March 1998.\n\n"
    "Hungary suspended the treaty in 2019. In 2022 the two countries agreed to revive it. It expires in 2030."
)


def steps(doc: Doc, number: int = 0) -> list[tuple[str, str, set[str], str]]:
    """Status, date, who, and realis of each step of one of the treaties."""
    by_key = {actor.key: actor.name for actor in doc._.actors}

    def row(step: TreatyStage) -> tuple[str, str, set[str], str]:
        date = str(step.when.start) if step.when is not None else ""
        return step.status, date, {by_key[key] for key in step.by}, step.realis.value

    return [row(step) for step in doc._.treaties[number].detail.history]


def test_the_life_of_a_treaty_is_told_in_order(nlp: Language) -> None:
    both = {"Hungary", "Romania"}
    assert steps(read(nlp, LIFE, "2025-06-04")) == [
        ("Signed", "1996-09-16", set(), "Actual"),
        ("Ratified", "1997", both, "Actual"),
        ("InForce", "1998-03", set(), "Actual"),
        ("Suspended", "2019", {"Hungary"}, "Actual"),
        ("Agreed", "2022", both, "Actual"),
        ("Expired", "2030", set(), "Planned"),
    ]


def test_the_status_is_where_the_steps_have_led(nlp: Language) -> None:
    (treaty,) = read(nlp, LIFE, "2025-06-04")._.treaties
    assert treaty.detail.status == "InForce"  # suspended in 2019, revived in 2022
    (treaty,) = read(nlp, LIFE.partition(" In 2022")[0], "2025-06-04")._.treaties
    assert treaty.detail.status == "Suspended"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kenya pulled out of the Nile Basin Compact in 2014. Uganda ratified last year. Rwanda withdrew in May.",
            [
                ("Withdrawn", "2014", {"Kenya"}, "Actual"),
                ("Ratified", "2024", {"Uganda"}, "Actual"),
                ("Withdrawn", "2025-05", {"Rwanda"}, "Actual"),
            ],
        ),
        (
            "Peru signed the Lima Tuna Treaty with Chile in 2018 but never ratified it.",
            [("Signed", "2018", {"Peru"}, "Actual"), ("Ratified", "", {"Peru"}, "Denied")],
        ),
        (
            "Malta and Tunisia will sign the Sfax Rescue Protocol on 3 July 2025.",
            [("Signed", "2025-07-03", {"Malta", "Tunisia"}, "Planned")],
        ),
    ],
)
def test_who_took_which_step(nlp: Language, text: str, expected: list[tuple[str, str, set[str], str]]) -> None:
    assert steps(read(nlp, text, "2025-06-04")) == expected


def test_an_old_year_in_a_name_is_not_when_it_lapsed(nlp: Language) -> None:
    doc = read(nlp, "The 1994 water accord between Jordan and Israel has lapsed.", "2025-06-04")
    assert steps(doc) == [("Expired", "", set(), "Actual")]


@pytest.mark.parametrize(
    ("second", "event_type"),
    [("Kenya withdrew from the compact in 2014.", "Rejection"), ("Uganda ratified in May.", "Ratification")],
)
def test_an_event_gets_the_treaty_also_where_its_words_leave_it_out(
    nlp: Language, second: str, event_type: str
) -> None:
    text = f"Kenya and Ethiopia signed the Nile Basin Compact in 2009. {second}"
    facts = facts_of(read(nlp, text, "2025-06-04"), Article(text=text, published=PartialDate(2025, 6, 4)))
    (treaty,) = facts.treaties
    assert [event.concerns for event in facts.events if event.type == event_type] == [(treaty.key,)]
    assert {step.realis for step in treaty.history} == {Realis.ACTUAL}
    assert [step.evidence[0].text(text).split()[0] for step in treaty.history] == ["signed", second.split()[1]]


def test_a_withdrawal_that_names_no_treaty_is_from_the_one_spoken_of(nlp: Language) -> None:
    treaty = "Kenya and Ethiopia signed the Nile Basin Compact in 2009. "
    left = ("Withdrawn", "2014", {"Kenya"}, "Actual")
    assert left in steps(read(nlp, treaty + "Kenya's withdrawal in 2014 angered Egypt.", "2025-06-04"))
    assert left not in steps(read(nlp, treaty + "Kenya's withdrawal of its troops in 2014 was slow.", "2025-06-04"))
