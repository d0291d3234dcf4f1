"""Paragraphs, headlines, datelines and quoted regions."""

from __future__ import annotations

import itertools
import sys

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.extraction.layout import find_layout
from kgbuild.extraction.quotations import find_quotations

blank = spacy.blank("en")


def quoted(text: str) -> list[str]:
    return [text[q.inner_start : q.inner_end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We will sign,” she said. “Not today.”", ["We will sign,", "Not today."]),
        ('"We will sign," she said.', ["We will sign,"]),
        ("``We will sign,'' she said.", ["We will sign,"]),
        ("''We will sign,'' she said.", ["We will sign,"]),
        ("« Nous signerons », a dit la ministre.", ["Nous signerons"]),
        ("Der Minister sagte: „Wir unterschreiben.“ Dann ging er.", ["Wir unterschreiben."]),
        ("»Wir unterschreiben«, sagte er.", ["Wir unterschreiben"]),
        ("'We will sign,' she said. 'It's the envoys' wish.'", ["We will sign,", "It's the envoys' wish."]),
        (
            "‘We will sign,’ she said. ‘It’s the countries’ wish to do so.’",
            ["We will sign,", "It’s the countries’ wish to do so."],
        ),
        ("The countries’ envoys met in the ’90s, and the ministers' aides didn't.", []),
        ("He asked 'em in the '90s about the ministers' plan.", []),
        ("“She called it ‘a farce’ twice,” he said.", ["She called it ‘a farce’ twice,"]),
        ("“He told us “no” and left,” she said.", ["He told us “no” and left,"]),
        ("It is “good“ and “cheap“ too.", ["good", "cheap"]),
        ("It was 6'2\" long.", []),
        ("“”", []),
    ],
)
def test_pairs_of_marks(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_a_mark_left_open_stops_with_its_paragraph() -> None:
    text = "“We waited all night.\n\n“Then the door opened,” she said.\n\nNobody else spoke."
    first, second = find_quotations(text)
    assert (text[first.start : first.end], first.closed) == ("“We waited all night.", False)
    assert (text[second.start : second.end], second.closed) == ("“Then the door opened,”", True)


def test_a_mark_left_open_stops_where_the_next_quotation_begins() -> None:
    assert quoted("He spoke of “a good day. She spoke of “a bad day.”") == ["a good day. She spoke of", "a bad day."]


def test_headline_dateline_and_boilerplate() -> None:
    doc = blank(
        "Ministers agree on the river\n\nBy Ana Ruiz\n\nPARAMARIBO, March 14 - The ministers met on Tuesday.\n\n"
        "They will meet again.\n\nOriginally published in The Example."
    )
    headline, byline, body, more, notice = find_layout(doc).paragraphs
    assert [p.kind for p in (headline, byline, body, more, notice)] == [
        "headline",
        "boilerplate",
        "body",
        "body",
        "boilerplate",
    ]
    assert doc[body.start : body.dateline_end].text == "PARAMARIBO, March 14 -"
    assert more.dateline_end == 0


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("UNITED NATIONS (Reuters) - The council met.", "UNITED NATIONS (Reuters) -"),
        ("LA PAZ — The senate voted.", "LA PAZ —"),
        ("COLOMBO: The minister spoke.", "COLOMBO:"),
        ("Kathmandu, June 3 (AP) — The king left.", "Kathmandu, June 3 (AP) —"),
        ("GENEVA, Switzerland, Jan. 3, 2021 — Talks began.", "GENEVA, Switzerland, Jan. 3, 2021 —"),
        ("The talks - in Geneva - began.", ""),
        ("Not so, according to Ruiz: the talks go on.", ""),
        ("RUIZ: We will sign.\n\nROUX: We will not.", ""),
    ],
)
def test_datelines(text: str, dateline: str) -> None:
    doc = blank(text)
    first = find_layout(doc).paragraphs[0]
    assert doc[first.start : first.dateline_end].text == dateline if dateline else first.dateline_end == 0


def test_text_wrapped_to_a_width_is_one_paragraph() -> None:
    layout = find_layout(blank("The ministers met in the\ncapital on Tuesday.\nThey left early."))
    assert len(layout.paragraphs) == 2


def test_every_token_has_a_paragraph_and_regions_agree() -> None:
    doc = blank("He said “yes.”\n\nShe said 'no' to that.")
    layout = find_layout(doc)
    assert [doc[r.start : r.end].text for r in layout.regions] == ["“yes.”", "'no'"]
    for number, region in enumerate(layout.regions):
        assert all(layout.region_of[i] == number for i in range(region.start, region.end))
    assert len(layout.paragraph_of) == len(layout.region_of) == len(doc)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab Z.,’‘'\"“”„«»``\n\t-:1s"), max_size=60) | st.text(max_size=60))
def test_odd_text_gives_consistent_layout(text: str) -> None:
    quotations = find_quotations(text)
    assert all(0 <= q.start < q.inner_start <= q.inner_end <= q.end <= len(text) for q in quotations)
    assert all(a.end <= b.start for a, b in itertools.pairwise(quotations))
    doc = blank(text)
    layout = find_layout(doc)
    assert len(layout.paragraph_of) == len(doc)
    assert all(a.end <= b.start for a, b in itertools.pairwise(layout.paragraphs))
    assert all(0 <= number < max(1, len(layout.paragraphs)) for number in layout.paragraph_of)


def test_work_grows_with_the_text_alone() -> None:
    """The look-ahead for single marks is bounded, so a text of nothing but marks costs no more for each of them."""

    def calls(text: str) -> int:
        count = 0

        def count_call(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(count_call)
        try:
            find_quotations(text)
        finally:
            sys.setprofile(None)
        return count

    unit = "'a ‘b “c "
    assert calls(unit * 400) < 2.5 * calls(unit * 200)


def test_a_sentence_about_a_report_is_no_boilerplate() -> None:
    doc = blank("The report, published on Monday, blamed both sides.\n\nThis article first appeared in The Example.")
    assert [p.kind for p in find_layout(doc).paragraphs] == ["body", "boilerplate"]


ENTRIES = [
    *("May 1929 – ", "April 2, 2011 – ", "2 April 2011: ", "1999: ", "2014 - ", "• March 10, 2020: "),
    *("Monday, March 9: ", "Monday: ", "June 2018. ", "**June 12, 2018** – ", "12.06.2018 – ", "2018-06-12: "),
    *("Early 2019 – ", "1994-1995: ", "1994–95 – ", "September 1993 | ", "Dec. 8, 1987 — ", "8-9 May 2018 – "),
    *("20:15 ", "8.41pm ", "6:30 p.m. ET — ", "14:05 BST: ", "[20:15] ", "16h30 – ", "8pm: ", "09:05 GMT "),
    *("Spring 2015: ", "May 2nd: ", "- 12 June 2018 — "),
]


@pytest.mark.parametrize("opening", ENTRIES)
def test_entries_of_a_timeline_or_live_blog_open_with_a_date_or_time(opening: str) -> None:
    doc = blank(f"{opening}Egypt and Britain sign an accord.\n\n{opening}Ethiopia protests.")
    found = [doc[p.start : p.dateline_end].text.strip() for p in find_layout(doc).paragraphs]
    assert found == [opening.strip()] * 2


@pytest.mark.parametrize(
    "opening",
    [
        *("In March 2015 – as agreed – ", "March 10 was a Tuesday when ", "May – who resigned – said ", "Mr. March: "),
        *("2019 was a bad year, and ", "Tuesday's vote: ", "3.5 million tonnes – a record – ", "20 States voted: "),
        *("1967 borders – the old ones – ", "8 people ", "19:15 votes to nine, ", "Decision 3 – "),
    ],
)
def test_other_openings_with_figures_or_months_are_no_entries(opening: str) -> None:
    doc = blank(f"{opening}Egypt and Britain sign an accord.\n\n{opening}Ethiopia protests.")
    assert [p.dateline_end for p in find_layout(doc).paragraphs] == [0, 0]


def test_one_opening_alone_makes_no_entries() -> None:
    doc = blank("May 1929 – Egypt and Britain sign an accord.\n\nEthiopia protests.")
    assert [p.dateline_end for p in find_layout(doc).paragraphs] == [0, 0]
