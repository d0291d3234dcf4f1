"""When events are: the day of the narrative, the entries of timelines and live blogs, what comes before or after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.extraction.events.merge import bounds, overlap
from kgbuild.facts import PartialDate, TimeSpan

if TYPE_CHECKING:
    from spacy.language import Language
from event_reading import dates, read, told


def test_the_narrative_goes_on_with_its_day(nlp: Language) -> None:
    text = "On Monday students of the Green League blocked a road in Quito. Police detained nine of its members."
    assert dates(read(nlp, text)) == {"Protest": "2022-09-12", "Coercion": "2022-09-12"}


@pytest.mark.parametrize(
    "later",
    [
        "Police had detained nine of its members.",  # before
        "“Police detained nine of our members,” said its leader, Ana Ruiz.",  # in words that somebody says
        "Police detained nine of its members in May.",  # at its own time
        "Police once detained nine of its members.",
    ],
)
def test_what_leaves_the_narrative_has_not_its_day(nlp: Language, later: str) -> None:
    text = f"On Monday students of the Green League blocked a road in Quito. {later}"
    assert dates(read(nlp, text)).get("Coercion", "") in ("", "2022-05")


def test_a_deed_of_words_is_of_the_day_that_the_report_is_about(nlp: Language) -> None:
    text = (
        "Peru recalled its ambassador from Bolivia on Tuesday.\n\nThe row has grown for weeks.\n\n"
        "Bolivia accused Peru of piracy. Chile has urged Bolivia to talk."
    )
    found = dates(read(nlp, text))
    assert found["Accusation"] == "2022-09-13"
    assert found["Request"] == "", "the perfect tells no day"


def test_what_is_done_by_saying_so_is_done_when_it_is_said(nlp: Language) -> None:
    assert dates(read(nlp, "“We call on Iran to free the crew,” Ana Paz said on Tuesday.")) == {"Request": "2022-09-13"}
    turns = "QUESTION: And Iran?\n\nMS. PAZ: We urge Iran to free the crew.\n\nQUESTION: Thank you.\n\nMS. PAZ: Thanks."
    assert dates(read(nlp, turns)) == {"Request": "2022-09-15"}


def test_an_entry_of_a_live_blog_is_of_the_day_of_publication(nlp: Language) -> None:
    text = "Truce talks in Juba\n\n18:05 Shells have hit the port of Kismayo, Somalia says.\n\n17:20 Silence."
    assert dates(read(nlp, text))["Attack"] == "2022-09-15"


TIMELINE = """May 2, 2010 – Kenya and Uganda initial the text of a water treaty. Sudan had rejected the draft.

November 6, 2019 – Washington hosts the foreign ministers of Egypt and Sudan.

January 3 – Chile recalls its ambassador to Peru. Bolivia will sign the accord.

February 4 – Ethiopian foreign minister Sameh Adel visits Kenya.

June 2021

Peru and Chile meet in Lima.

They sign a fishing accord.

Monday: Kenya accuses Uganda of stalling."""


@pytest.mark.parametrize(
    ("kind", "who", "when"),
    [
        ("Signing", {"Kenya", "Uganda"}, "2010-05-02"),
        ("Rejection", {"Sudan"}, ""),  # it had before
        ("Meeting", {"United States", "Egypt", "Sudan", "foreign ministers of Egypt"}, "2019-11-06"),
        ("DiplomaticBreak", {"Chile", "Peru"}, "2020-01-03"),  # the year goes on from the entry before
        ("Signing", {"Bolivia"}, ""),  # it is to come
        ("Visit", {"Sameh Adel", "Kenya"}, "2020-02-04"),
        ("Meeting", {"Peru", "Chile"}, "2021-06"),
        ("Signing", {"Peru", "Chile"}, "2021-06"),
        ("Accusation", {"Kenya", "Uganda"}, "2022-09-12"),
    ],
)
def test_an_entry_of_a_timeline_is_of_the_date_it_begins_with(
    nlp: Language, kind: str, who: set[str], when: str
) -> None:
    facts = read(nlp, TIMELINE)
    assert (kind, who, when) in [told(facts, event)[:3] for event in facts.events]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Kenya recalled its envoy on Monday, hours after Sudan freed two journalists.", "2022-09-12"),
        ("Peru signed the accord two months after Chile freed its fishermen.", "2022-07"),
        ("Peru's Senate debated it three years after Chile freed its fishermen.", "2019"),
        ("Peru recalled its envoy on Monday, two days after Chile freed its fishermen.", "2022-09-10"),
        ("Peru recalled its envoy days after Chile freed its fishermen.", ""),  # no finer than the text
    ],
)
def test_what_happened_a_while_before_something_else(nlp: Language, text: str, want: str) -> None:
    assert dates(read(nlp, text))["Concession"] == want


def test_what_happens_outside_is_of_the_day_of_the_news(nlp: Language) -> None:
    text = "Laos and Thailand met in Lima on Tuesday.\n\nOutside, Ana Paz's students held a vigil."
    facts = read(nlp, text)
    assert [told(facts, event)[2] for event in facts.events if event.type == "Protest"] == ["2022-09-13"]


def test_the_day_of_what_is_done_to_something_is_that_of_the_deed(nlp: Language) -> None:
    text = "Ministers went ahead with a separate accord on Tuesday. Ana Paz and Luis Roca signed a protocol on fish."
    facts = read(nlp, text)
    assert [(event.type, told(facts, event)[2]) for event in facts.events] == [("Signing", "2022-09-13")]


DATES = st.builds(
    lambda day, fine: PartialDate(day.year, *(day.month, day.day)[:fine]), st.dates(), st.sampled_from([0, 1, 2])
)


@given(DATES, DATES)
def test_overlap_is_symmetric_and_holds_for_a_coarser_date(first: PartialDate, second: PartialDate) -> None:
    one, other = TimeSpan.on(first), TimeSpan.on(second)
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, TimeSpan.on(PartialDate(first.year)))
    assert bounds(one)[0] <= bounds(one)[1]
