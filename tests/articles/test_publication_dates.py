"""Dates of publication are read as they are written, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.articles.dates import read_date
from kgbuild.articles.failures import UnreadableError
from kgbuild.facts import PartialDate

DAY = PartialDate(2019, 11, 22)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2019-11-22", DAY),
        ("2019-11-22T23:59:59-05:00", DAY),
        ("2019-11-22Z", DAY),
        ("2019/11/22 10:00", DAY),
        ("20191122", DAY),
        ("20191122T100000Z", DAY),
        ("Fri, 22 Nov 2019 10:00:00 GMT", DAY),
        ("November 22, 2019", DAY),
        ("Nov. 22nd, 2019, 10:15 a.m.", DAY),
        ("Friday, 22 November 2019", DAY),
        ("22.11.2019", DAY),
        ("22/11/2019", DAY),
        ("11/22/2019", DAY),
        ("1574380800", DAY),
        ("1574380800000", DAY),
        ("05/05/2021", PartialDate(2021, 5, 5)),
        ("2019-11", PartialDate(2019, 11)),
        ("November 2019", PartialDate(2019, 11)),
        ("2019", PartialDate(2019)),
        ("", None),
    ],
)
def test_forms(value: str, date: PartialDate | None) -> None:
    assert read_date(value) == date


@pytest.mark.parametrize(
    "value", ["0000-01-01", "99999-01-01", "2019-13-01", "2019-02-29", "03/04/2021", "today", "9" * 5000, "2019 or so"]
)
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(UnreadableError):
        read_date(value)


@pytest.mark.parametrize("value", ["2023-0-07", "2023-00", "2023-05-00", "00 May 2023", "20230007"])
def test_a_month_or_day_of_zero_is_refused(value: str) -> None:
    with pytest.raises(UnreadableError, match="no such date"):
        read_date(value)


@given(st.dates())
def test_every_day_comes_back(day: object) -> None:
    assert str(read_date(str(day))) == str(day)


@given(st.text(st.sampled_from("0123456789-/.:, TZJanMaymberof")))
def test_any_text_is_a_date_or_refused(value: str) -> None:
    try:
        date = read_date(value)
    except UnreadableError:
        return
    assert date is None or PartialDate.parse(str(date)) == date
