"""Reads a date of publication in the forms that articles give it in. Never guesses: what is ambiguous is refused."""

from __future__ import annotations

import datetime
import re

from kgbuild.articles.failures import UnreadableError
from kgbuild.facts import PartialDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month_name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR = r"(?P<year>\d{4,9})"
#: a time zone or a time of day behind a day; left out
_TIME = r"(?:Z|[+-]\d\d:?\d\d|[T,\s].*)?"

#: forms of a date, tried in this order
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE | re.DOTALL)
    for form in (
        _YEAR + r"[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})" + _TIME,
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _TIME,
        _YEAR + r"-(?P<month>\d{1,2})",
        r"(?P<year>\d{4})",
        _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?" + _MONTH + r",?[\s-]+" + _YEAR + _TIME,
        _WEEKDAY + _MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+" + _YEAR + _TIME,
        _MONTH + r",?\s+" + _YEAR,
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\." + _YEAR + _TIME,
    )
)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _TIME, re.ASCII | re.DOTALL)
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?", re.ASCII)


def read_date(value: str) -> PartialDate | None:
    """A date of publication, no finer than it is given.

    Args:
        value: ISO 8601 ("2019-11-22", "2019-11-22T10:00:00Z", "20191122", "2019-11", "2019"), a mail header's or an
            English date ("Fri, 22 Nov 2019 10:00:00 GMT", "November 22, 2019"), "22.11.2019", "22/11/2019" where only
            one reading is possible, or seconds or milliseconds since 1970 (UTC).

    Returns:
        The day as it is written, whatever its time zone; None for an empty value.

    Raises:
        UnreadableError: another form, two possible readings, or no such day.
    """
    value = value.strip()
    if not value:
        return None
    if len(value) > 200:
        raise UnreadableError(f"has {len(value)} characters where a date should stand")
    shown = value if len(value) <= 40 else value[:37] + "…"
    for form in _FORMS:
        match = form.fullmatch(value)
        if match is None:
            continue
        parts = match.groupdict()
        month = parts.get("month")
        name = parts.get("month_name")
        number = _MONTHS.index(name[:3].lower()) + 1 if name else int(month) if month else None
        return _date(shown, int(parts["year"]), number, int(parts["day"]) if parts.get("day") else None)
    slashed = _SLASHED.fullmatch(value)
    if slashed:
        first, second, year = (int(part) for part in slashed.groups())
        if first <= 12 and second <= 12 and first != second:
            raise UnreadableError(f"has the date {shown!r}, which can be read in two ways; write it as YYYY-MM-DD")
        day, month_number = (first, second) if first > 12 else (second, first)
        return _date(shown, year, month_number, day)
    if _EPOCH.fullmatch(value):
        seconds = float(value)
        moment = datetime.datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, datetime.UTC)
        return PartialDate(moment.year, moment.month, moment.day)
    raise UnreadableError(f"has the date {shown!r}, which is not in a form that can be read; write it as YYYY-MM-DD")


def _date(shown: str, year: int, month: int | None, day: int | None) -> PartialDate:
    try:
        return PartialDate(year, month, day)
    except (ValueError, OverflowError):
        raise UnreadableError(f"has the date {shown!r}, and there is no such date; write it as YYYY-MM-DD") from None
