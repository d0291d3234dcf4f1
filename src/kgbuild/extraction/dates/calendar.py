"""What a time expression means on the calendar: the rules that ``data/lexicon/dates.yaml`` names.

Every rule takes the values of an expression and the :class:`Moment` at which it was written, and gives a
:class:`~kgbuild.facts.TimeSpan` no finer than the words, or None where they do not determine one. "Last week" is a
month, "three days ago" a day, "two years ago" a year, "several years ago" nothing.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.easter import easter

from kgbuild.facts import PartialDate, TimeSpan

Values = Mapping[str, Any]
DAYS = {"day": 1, "week": 7, "fortnight": 14}
MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200}
#: years outside of which a four-figure number is not read as a year
FIRST_YEAR, LAST_YEAR = 1000, 2199
#: how long before something "days before" it can be, in days
_FEW_DAYS = 10
#: EDTF writes seasons as months 21 to 24, quarters as 33 to 36, halves of a year as 40 and 41
_BEFORE_SPRING, _BEFORE_QUARTERS, _BEFORE_HALVES = 20, 32, 39
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """When, and in which direction, an expression is to be read.

    Attributes:
        reference: the day of publication, or the date line's; None if unknown.
        bias: 0 if the clause does not tell past from future, below 0 for the past and above it for the future; its size
            says how many times farther away a date on that side may lie and still be preferred to one on the other.
        anchors: the dates last spoken of, latest first.
    """

    reference: PartialDate | None
    bias: float = 0
    anchors: tuple[PartialDate, ...] = ()

    @property
    def day(self) -> datetime.date | None:
        """The reference as a day of the calendar, if it is known that well."""
        return _day(self.reference)

    def nearest(self, candidates: list[tuple[datetime.date, PartialDate]]) -> TimeSpan | None:
        """The candidate that is nearest to the reference, the direction considered."""
        if self.reference is None or self.reference.month is None:
            return None
        today = datetime.date(self.reference.year, self.reference.month, self.reference.day or 15)

        def cost(candidate: tuple[datetime.date, PartialDate]) -> tuple[float, datetime.date]:
            days = (candidate[0] - today).days
            against = (days > 0 > self.bias) or (days < 0 < self.bias)
            return abs(days) * (abs(self.bias) if against else 1), candidate[0]

        return TimeSpan.on(min(candidates, key=cost)[1]) if candidates else None


def resolve(rule: str, values: Values, moment: Moment) -> TimeSpan | None:
    """Resolves an expression.

    Args:
        rule: name of the rule, as in the lexicon.
        values: of the expression's slots.
        moment: when it was written.

    Returns:
        None if the expression means no date, or none that can be known; also for days that do not exist.
    """
    try:
        return RULES[rule](values, moment)
    except (ValueError, OverflowError):
        return None


def _day(date: PartialDate | None) -> datetime.date | None:
    return datetime.date(date.year, date.month, date.day) if date and date.month and date.day else None


def partial(day: datetime.date, unit: str = "day") -> PartialDate:
    """A day at the precision of a unit: weeks are given by their month, decades by their year."""
    if unit == "day":
        return PartialDate(day.year, day.month, day.day)
    return PartialDate(day.year, day.month) if unit in ("week", "fortnight", "month") else PartialDate(day.year)


def add(date: PartialDate, steps: int, unit: str) -> PartialDate | None:
    """A date so many units later (or earlier, if negative), at the unit's precision; None if it is too coarse."""
    if unit in DAYS:
        day = _day(date)
        return partial(day + datetime.timedelta(days=steps * DAYS[unit]), unit) if day else None
    months = steps * MONTHS[unit]
    if unit != "month":
        return PartialDate(date.year + months // 12)
    if date.month is None:
        return None
    total = date.year * 12 + date.month - 1 + months
    return PartialDate(total // 12, total % 12 + 1)


def _on(date: PartialDate | None) -> TimeSpan | None:
    return TimeSpan.on(date) if date else None


def _calendar(values: Values, moment: Moment) -> TimeSpan | None:
    if "iso" in values:
        return TimeSpan.on(PartialDate(*values["iso"]))
    year = values.get("year", values.get("mid"))
    month, day = values.get("month"), values.get("day")
    if year is None and "shift" in values:
        if moment.reference is None:
            return None
        year = moment.reference.year + values["shift"]
    if year is not None:
        return TimeSpan.on(PartialDate(year, month, day))
    return moment.nearest(_years_around(moment, month, day)) if month else None


def _years_around(moment: Moment, month: int, day: int | None) -> list[tuple[datetime.date, PartialDate]]:
    """A day or month of the years around the reference, each with the day that stands for it."""
    if moment.reference is None:
        return []
    found = []
    for year in range(moment.reference.year - 4, moment.reference.year + 5):
        if day is None or day <= calendar.monthrange(year, month)[1]:
            within = moment.reference.month == month and moment.reference.year == year
            representative = (moment.reference.day or 15) if day is None and within else day or 15
            found.append((datetime.date(year, month, representative), PartialDate(year, month, day)))
    return found


def _days(values: Values, moment: Moment) -> TimeSpan | None:
    last = _calendar({**values, "day": values["day2"]}, moment)
    if last is None or last.end is None or last.end.month is None or values["day"] >= values["day2"]:
        return None
    return TimeSpan(PartialDate(last.end.year, last.end.month, values["day"]), last.end)


def _weekday(values: Values, moment: Moment) -> TimeSpan | None:
    today = moment.day
    if today is None:
        return None
    ahead = (values["weekday"] - today.weekday()) % 7
    in_week = values["weekday"] - today.weekday()
    shift = {
        "last": ahead - 7,
        "next": ahead or 7,
        "this": in_week,
        "lastweek": in_week - 7,
        "nextweek": in_week + 7,
        "weekafter": (ahead or 7) + 7,
        "": ahead if moment.bias > 0 or ahead == 0 else ahead - 7,
    }[values.get("week", "")]
    return TimeSpan.on(partial(today + datetime.timedelta(days=shift)))


def _today(values: Values, moment: Moment) -> TimeSpan | None:
    return _on(add(moment.reference, values["days"], "day")) if moment.reference else None


def _month(values: Values, moment: Moment) -> TimeSpan | None:
    if moment.reference is None or moment.reference.month is None:
        return None
    year, this = moment.reference.year, moment.reference.month
    shift = {"last": -(values["month"] >= this), "next": int(values["month"] <= this), "this": 0}[values["which"]]
    return TimeSpan.on(PartialDate(year + shift, values["month"]))


def _years(values: Values, moment: Moment) -> TimeSpan | None:
    first, last = values["years"] if "years" in values else (values["year"], values["year2"])
    if last < 100:
        last += first // 100 * 100
    return TimeSpan(PartialDate(first), PartialDate(last)) if last > first else None


def _period(values: Values, moment: Moment) -> TimeSpan | None:
    unit, steps = values["unit_one"], values["steps"]
    if moment.reference is None or unit == "day":
        return None
    if unit == "decade":
        first = moment.reference.year // 10 * 10 + steps * 10
        return TimeSpan(PartialDate(first), PartialDate(first + 9))
    if unit == "century":
        return _century({"nth": (moment.reference.year - 1) // 100 + 1 + steps}, moment)
    return _on(add(moment.reference, steps, unit))


def _weekend(values: Values, moment: Moment) -> TimeSpan | None:
    today = moment.day
    if today is None:
        return None
    coming = (5 - today.weekday()) % 7
    ahead = values["steps"] > 0 or (values["steps"] == 0 and moment.bias > 0)
    saturday = today + datetime.timedelta(days=coming if ahead else coming - 7)
    sunday = saturday + datetime.timedelta(days=1)
    return TimeSpan(partial(saturday, "month"), partial(sunday, "month"))


def _season(values: Values, moment: Moment) -> TimeSpan | None:
    first = values.get("season", values.get("season_us"))
    if "year" in values:
        return _in_season(values["year"], first)
    if moment.reference is None or moment.reference.month is None:
        return None
    year, month = moment.reference.year, moment.reference.month
    which = values.get("which")
    if which == "this":
        return _in_season(year, first)
    # a season is over two months after the month that it begins in
    starts = [(candidate, candidate * 12 + first - 1) for candidate in range(year - 2, year + 3)]
    now = year * 12 + month - 1
    if which == "last":
        found = max(start for _, start in starts if start + 2 < now)
    elif which == "next":
        found = min(start for _, start in starts if start > now)
    else:
        nearest = moment.nearest([(datetime.date(y, first, 15), PartialDate(y)) for y, _ in starts])
        return _in_season(nearest.start.year, first) if nearest is not None and nearest.start is not None else None
    begins = found // 12
    return TimeSpan(PartialDate(begins), PartialDate((found + 2) // 12), _season_code(begins, first))


def _in_season(year: int, first: int) -> TimeSpan:
    return TimeSpan(PartialDate(year), PartialDate(year), _season_code(year, first))


def _season_code(year: int, first: int) -> str:
    """A season as EDTF: 21 is spring, 24 winter."""
    return f"{year:04d}-{_BEFORE_SPRING + first // 3}"


def _fraction(values: Values, moment: Moment) -> TimeSpan | None:
    length = 12 // values["parts"]
    nth = min(values.get("nth", 1), values["parts"])
    first = (nth - 1) * length + 1
    year = values.get("year")
    if year is None:
        if "shift" in values and moment.reference:
            year = moment.reference.year + values["shift"]
        else:
            nearest = moment.nearest(_years_around(moment, first + length // 2, None))
            if nearest is None or nearest.start is None:
                return None
            year = nearest.start.year
    code = (_BEFORE_QUARTERS if values["parts"] == _QUARTERS else _BEFORE_HALVES) + nth
    return TimeSpan(PartialDate(year, first), PartialDate(year, first + length - 1), f"{year:04d}-{code}")


def _decade(values: Values, moment: Moment) -> TimeSpan | None:
    first = values["decade"]
    if first < 100:
        this = moment.reference.year if moment.reference else FIRST_YEAR
        first += 2000 if 2000 + first <= this else 1900
    return TimeSpan(PartialDate(first), PartialDate(first + 9), f"{first // 10:03d}X")


def _century(values: Values, moment: Moment) -> TimeSpan | None:
    return TimeSpan(
        PartialDate((values["nth"] - 1) * 100 + 1), PartialDate(values["nth"] * 100), f"{values['nth'] - 1:02d}XX"
    )


def _count(values: Values) -> int | None:
    number = values.get("number")
    return None if number is None or "vague" in values else int(number) + int(values.get("ones", 0))


def _ago(values: Values, moment: Moment) -> TimeSpan | None:
    unit = values.get("unit") or values.get("unit_many")
    count = _count(values)
    if count is None or unit is None or moment.reference is None:
        return None
    date = add(moment.reference, values["direction"] * count, unit)
    if date is None:
        return None
    return TimeSpan(date, date, f"{date}~" if values.get("approximately") else "")


def _window(values: Values, moment: Moment) -> TimeSpan | None:
    unit = values.get("unit_many") or values["unit_one"]
    count = 1 if "unit_one" in values else _count(values)
    if count is None or moment.reference is None or unit == "day" or (unit == "century" and count > 1):
        return None
    other = add(moment.reference, values["direction"] * count, unit)
    now = add(moment.reference, 0, unit)
    if other is None or now is None:
        return None
    return TimeSpan(min(other, now), max(other, now))


def _anchored(values: Values, moment: Moment) -> TimeSpan | None:
    unit = values.get("unit_one") or values.get("unit_many") or "day"
    count = _count(values)
    steps = values["direction"] * (1 if count is None else count)
    for anchor in moment.anchors:
        found = add(anchor, steps, unit)
        if found:
            return TimeSpan.on(found)
    if values.get("fallback") and _day(moment.reference) is not None:
        return _on(moment.reference)
    return None


def offset(values: Values, target: TimeSpan | None) -> TimeSpan | None:
    """What lies a while before or after something: "two days before **March 10**", "days before" it, "hours after" it.

    Args:
        values: of an expression with the rule "offset".
        target: when the other thing was; its start counts.
    """
    if target is None or target.start is None:
        return None
    if "clock" in values:
        return TimeSpan.on(target.start)
    unit = values.get("unit_many") or values["unit_one"]
    count = _count(values)
    if count is None and "unit_one" in values:
        count = 1
    if count is not None:
        return _on(add(target.start, values["direction"] * count, unit))
    if unit != "day" or target.start.day is None:
        return None
    months = [add(target.start, values["direction"] * days, "day") for days in (1, _FEW_DAYS)]
    first, last = sorted(PartialDate(date.year, date.month) for date in months if date)
    return TimeSpan(first, last)


def _that(values: Values, moment: Moment) -> TimeSpan | None:
    """ "That December", "that spring": the first one that is not over by the moment last spoken of."""
    month = values.get("month", values.get("season", values.get("season_us")))
    for anchor in moment.anchors:
        if "month" not in values:
            return _in_season(anchor.year, month)
        return TimeSpan.on(PartialDate(anchor.year + (anchor.month is not None and month < anchor.month), month))
    return None


def _feast(values: Values, moment: Moment) -> TimeSpan | None:
    """A day that moves with Easter, told by its distance from it; Easter itself, told without a day, is a month."""
    if moment.reference is None:
        return None
    found = []
    for year in range(moment.reference.year - 1, moment.reference.year + 2):
        day = easter(year) + datetime.timedelta(days=values.get("days", 0))
        found.append((day, partial(day, "day" if "days" in values else "month")))
    return moment.nearest(found)


def _nothing(values: Values, moment: Moment) -> TimeSpan | None:
    return None


RULES: dict[str, Callable[[Values, Moment], TimeSpan | None]] = {
    "calendar": _calendar,
    "days": _days,
    "weekday": _weekday,
    "today": _today,
    "month": _month,
    "years": _years,
    "period": _period,
    "weekend": _weekend,
    "season": _season,
    "fraction": _fraction,
    "decade": _decade,
    "century": _century,
    "ago": _ago,
    "window": _window,
    "anchored": _anchored,
    "that": _that,
    "feast": _feast,
    "offset": _nothing,
    "duration": _nothing,
    "set": _nothing,
}
