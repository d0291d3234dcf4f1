"""Time expressions: the hand-made table, the rules on the calendar, and what must never happen."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import KgbuildError
from kgbuild.extraction.dates.calendar import RULES, Moment, resolve
from kgbuild.extraction.dates.component import create_dates, find_dates
from kgbuild.extraction.dates.grammar import Grammar, date_grammar
from kgbuild.extraction.document import DateMention
from kgbuild.facts import PartialDate, TimeSpan

if TYPE_CHECKING:
    from spacy.language import Language

TABLE = Path(__file__).parents[1] / "gold" / "dates.tsv"
ROWS = [
    line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
]
PUBLISHED = PartialDate(2021, 2, 11)  # a Thursday


def dates(nlp: Language, text: str, published: PartialDate | None = PUBLISHED) -> dict[str, DateMention]:
    """The time expressions of a text by their words."""
    doc = nlp(text)
    return {doc[mention.start : mention.end].text: mention for mention in find_dates(doc, published)}


def form(span: TimeSpan | None) -> str:
    """A time span as text: "2020", "2020/", "/2020-05", "2020/2021", or "-"."""
    if span is None:
        return "-"
    return str(span.single) if span.single else f"{span.start or ''}/{span.end or ''}"


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[4]}@{row[0]}" for row in ROWS])
def test_the_table_of_expressions(stock_nlp: Language, row: list[str]) -> None:
    published, frame, start, end, expression, sentence = row
    doc = stock_nlp(sentence)
    at = sentence.index(expression)
    found = [
        mention
        for mention in find_dates(doc, PartialDate.parse(published) if published else None)
        if doc[mention.start].idx < at + len(expression) and doc[mention.end - 1].idx + len(doc[mention.end - 1]) > at
    ]
    first, last = (PartialDate.parse(d) if d not in ("", "-") else None for d in (start, end))
    want = "-" if start == "-" else form(TimeSpan(first, last))
    assert (frame, want) in {(mention.frame, form(mention.when)) for mention in found}


def test_the_component_reads_the_day_of_publication_when_it_runs(stock_nlp: Language) -> None:
    from kgbuild.extraction.dates.component import DateFinder

    doc = stock_nlp("The envoy left on Tuesday.")
    assert [mention.when for mention in DateFinder()(doc)._.dates] == [None]
    doc._.published = PUBLISHED
    assert [form(mention.when) for mention in DateFinder()(doc)._.dates] == ["2021-02-09"]


def test_a_dateline_is_what_weekdays_refer_to(stock_nlp: Language) -> None:
    text = "LIMA, Feb. 9 - Peru on Tuesday recalled its ambassador to Ecuador for consultations."
    assert form(dates(stock_nlp, text)["Tuesday"].when) == "2021-02-09"


def test_a_documents_own_date_line_stands_in_for_publication(stock_nlp: Language) -> None:
    text = "Accra, 6 March 2019\n\nThe ministers met last month and will meet again in May."
    found = dates(stock_nlp, text, None)
    assert form(found["last month"].when) == "2019-02"
    assert form(found["May"].when) == "2019-05"


def test_the_day_before_something_unknown_stays_unknown(stock_nlp: Language) -> None:
    text = "The envoy left on 3 February. Her deputy had resigned the day before the hearing."
    assert form(dates(stock_nlp, text)["the day before"].when) == "-"


def test_today_in_a_quotation_is_the_day_of_speaking(stock_nlp: Language) -> None:
    text = '"Today we signed," the minister said on Tuesday.'
    assert form(dates(stock_nlp, text)["Today"].when) == "2021-02-09"
    assert form(dates(stock_nlp, '"Today we signed," the minister said.')["Today"].when) == "2021-02"


@pytest.mark.parametrize(
    "text",
    [
        "Theresa May met April Summers, and they may march.",
        "The council sent 2000 soldiers and 1900 police.",
        "The 61-year-old diplomat read Resolution 2231 aloud.",
        "Spring water from Fall River was served.",
    ],
)
def test_names_verbs_and_counts_are_no_dates(stock_nlp: Language, text: str) -> None:
    assert dates(stock_nlp, text) == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("They met in the spring of 2019.", "2019-21"),
        ("They met last winter.", "2020-24"),
        ("They met in the third quarter of 2019.", "2019-35"),
        ("They met in the first half of 2019.", "2019-40"),
        ("They met in the 1990s.", "199X"),
        ("They met in the 19th century.", "18XX"),
        ("They met about two years ago.", "2019~"),
        ("They met two years ago.", ""),
        ("They met in May 2019.", ""),
    ],
)
def test_what_dates_cannot_say_is_told_in_the_extended_format(stock_nlp: Language, text: str, code: str) -> None:
    (mention,) = find_dates(stock_nlp(text), PartialDate(2021, 5, 20))
    assert mention.when is not None
    assert mention.when.edtf == code
    if code:
        # a library that knows the format reads it as a time that overlaps ours
        parsed = parse_edtf(code)
        assert mention.when.start is not None
        assert mention.when.end is not None
        assert parsed.lower_strict().tm_year <= mention.when.end.year
        assert parsed.upper_strict().tm_year >= mention.when.start.year - 1


def test_a_day_that_does_not_exist_has_no_date(stock_nlp: Language) -> None:
    assert form(dates(stock_nlp, "They met on February 30, 2019.")["February 30, 2019"].when) == "-"


@settings(max_examples=25, deadline=None)
@given(
    st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 12, 31)),
    st.sampled_from(["{:%B} {d}, {y}", "{d} {:%B} {y}"]),
)
def test_a_full_date_is_read_whatever_the_day_of_publication(
    stock_nlp: Language, day: datetime.date, style: str
) -> None:
    written = style.format(day, d=day.day, y=day.year)
    for published in (None, PUBLISHED):
        doc = stock_nlp.make_doc(f"The accord of {written} holds.")
        assert [form(mention.when) for mention in find_dates(doc, published)] == [day.isoformat()]


VALUES = st.fixed_dictionaries(
    {
        **{
            unit: st.sampled_from(["day", "week", "month", "year", "decade", "century"])
            for unit in ("unit_one", "unit_many")
        },
        **{month: st.integers(1, 12) for month in ("month", "season")},
        **{steps: st.integers(-12, 12) for steps in ("steps", "days", "direction")},
        "number": st.integers(0, 400),
        "weekday": st.integers(0, 6),
        "which": st.sampled_from(["last", "next", "this"]),
        "parts": st.sampled_from([2, 4]),
        "nth": st.integers(1, 4),
        "decade": st.sampled_from([20, 90, 1990]),
        "day": st.integers(1, 31),
        "day2": st.integers(1, 31),
        "year": st.integers(1000, 2199),
        "year2": st.integers(0, 2199),
    }
)


@given(st.sampled_from(sorted(RULES)), st.dates(), st.sampled_from([-12, 0, 4, 12]), VALUES)
def test_rules_give_ordered_spans_and_never_raise(
    rule: str, day: datetime.date, bias: int, values: dict[str, object]
) -> None:
    published = PartialDate(day.year, day.month, day.day)
    span = resolve(rule, values, Moment(published, bias, (published,)))
    if span and span.start and span.end:
        assert span.start.year <= span.end.year


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)), st.integers(0, 6), st.sampled_from([-12, 0, 12]))
def test_a_weekday_lies_within_a_week_on_the_side_of_the_tense(day: datetime.date, weekday: int, bias: int) -> None:
    span = resolve("weekday", {"weekday": weekday}, Moment(PartialDate(day.year, day.month, day.day), bias))
    assert span is not None and span.single is not None
    found = datetime.date.fromisoformat(str(span.single))
    assert found.weekday() == weekday
    assert 0 <= (found - day).days * (1 if bias > 0 else -1) < 7


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("0123456789 -–/.,'’abmMJFsSTthyn\n\u200b")), max_size=60))
def test_odd_text_never_raises(stock_nlp: Language, text: str) -> None:
    doc = stock_nlp.make_doc(text)
    for mention in find_dates(doc, PUBLISHED):
        assert 0 <= mention.start < mention.end <= len(doc)


def test_a_user_can_add_words_and_patterns() -> None:
    lexicon = {"words": {"month": {"january": 1, "enero": 1}}, "capitalised": ["month"]}
    grammar = Grammar(lexicon, [("calendar", {}, "<day> de <month> ( de <year> )?")], "mine.tsv")
    (found,) = grammar.find(grammar.encode(["el", "6", "de", "Enero", "de", "2019"]))
    assert (found.start, found.end, found.values) == (1, 6, {"day": 6, "month": 1, "year": 2019})


def test_a_user_adds_a_date_pattern_without_touching_code(stock_nlp: Language, tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text("calendar\tmonth=6 day=12\tdemocracy day\n", encoding="utf-8")
    doc = stock_nlp("The leaders will meet on Democracy Day.")
    doc._.published = PUBLISHED
    assert [form(mention.when) for mention in create_dates(stock_nlp, "", [str(file)])(doc)._.dates] == ["2021-06-12"]


def test_a_date_pattern_without_its_columns_is_named(stock_nlp: Language, tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text("# ours\ncalendar democracy day\n", encoding="utf-8")
    with pytest.raises(KgbuildError, match=r"mine\.tsv:2: .*three columns"):
        create_dates(stock_nlp, "", [str(file)])
    with pytest.raises(KgbuildError, match="cannot be read"):
        create_dates(stock_nlp, "", [str(tmp_path / "none.tsv")])


@pytest.mark.parametrize("pattern", ["( <month>", "<moon>", "<month>?", "| )"])
def test_a_pattern_that_cannot_be_read_is_named(pattern: str) -> None:
    with pytest.raises(KgbuildError, match=r"mine\.tsv: the pattern"):
        Grammar({"words": {"month": {"january": 1}}}, [("calendar", {}, pattern)], "mine.tsv")


def test_the_built_in_grammar_loads_once() -> None:
    assert date_grammar() is date_grammar()
