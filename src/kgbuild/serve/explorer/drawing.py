"""Pictures as SVG, drawn on the server: colours as attributes, so that a saved picture keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

#: kind -> colour on white, and a shape that tells it apart without colour
STYLES = {
    "supports": ("#1a7f37", "up"),
    "opposes": ("#c62828", "down"),
    "conditional": ("#9a5b00", "diamond"),
    "neutral": ("#57606a", "circle"),
    "statement": ("#0b5cad", "square"),
    "event": ("#6f42c1", "circle"),
    "speaks about": ("#0b5cad", ""),
    "meets": ("#6f42c1", ""),
    "acts towards": ("#57606a", ""),
}
_SHAPES = {
    "up": "M0,-6 L6,5 L-6,5 Z",
    "down": "M0,6 L6,-5 L-6,-5 Z",
    "diamond": "M0,-6.5 L6.5,0 L0,6.5 L-6.5,0 Z",
    "square": "M-5,-5 H5 V5 H-5 Z",
    "circle": "M-5.5,0 a5.5,5.5 0 1,0 11,0 a5.5,5.5 0 1,0 -11,0 Z",
}
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Picture:
    """An SVG picture under construction.

    Args:
        width, height: in pixels.
        title: what it shows, for those who cannot see it.
    """

    def __init__(self, width: float, height: float, title: str) -> None:
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="group" aria-label="{escape(title)}" font-family="system-ui, sans-serif" '
            f'font-size="12"><rect class="paper" width="100%" height="100%" fill="#ffffff"/>'
        ]

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A thin line to see by."""
        self._parts.append(
            f'<line class="rule" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#d0d7de"/>'
        )

    def arrow(
        self, start: tuple[float, float], end: tuple[float, float], kind: str, *, width: float, title: str
    ) -> None:
        """A curve with a head at its end, in the colour of a kind."""
        (x1, y1), (x2, y2) = start, end
        colour = STYLES[kind][0]
        middle_x, middle_y = (x1 + x2) / 2 - (y2 - y1) * 0.12, (y1 + y2) / 2 + (x2 - x1) * 0.12
        length = max(((x2 - middle_x) ** 2 + (y2 - middle_y) ** 2) ** 0.5, 1e-6)
        along_x, along_y = (x2 - middle_x) / length, (y2 - middle_y) / length
        tip_x, tip_y = x2 - along_x * 10, y2 - along_y * 10
        left = f"{tip_x - along_x * 8 - along_y * 4:.1f},{tip_y - along_y * 8 + along_x * 4:.1f}"
        right = f"{tip_x - along_x * 8 + along_y * 4:.1f},{tip_y - along_y * 8 - along_x * 4:.1f}"
        head = (
            ""
            if kind == "meets"
            else f'<path class="head" d="M{tip_x:.1f},{tip_y:.1f} L{left} L{right} Z" fill="{colour}"/>'
        )
        dashes = ' stroke-dasharray="5 3"' if kind in ("opposes", "acts towards") else ""
        self._parts.append(
            f'<g class="k-{kind.replace(" ", "-")}" opacity="0.75"><title>{escape(title)}</title>'
            f'<path d="M{x1:.1f},{y1:.1f} Q{middle_x:.1f},{middle_y:.1f} {tip_x:.1f},{tip_y:.1f}" fill="none" '
            f'stroke="{colour}" stroke-width="{width:.1f}"{dashes}/>{head}</g>'
        )

    def mark(self, x: float, y: float, kind: str, href: str = "", title: str = "") -> None:
        """A small shape that stands for a fact, leading to it."""
        colour, shape = STYLES[kind]
        drawn = (
            f'<path class="k-{kind.replace(" ", "-")}" d="{_SHAPES[shape]}" transform="translate({x:.1f} {y:.1f})" '
            f'fill="{colour}"><title>{escape(title)}</title></path>'
        )
        self._parts.append(_linked(drawn, href, title))

    def text(
        self, x: float, y: float, text: str, *, anchor: str = "start", colour: str = "#1f2328", href: str = "",
        halo: bool = False,
    ) -> None:  # fmt: skip
        """A line of text; with a halo where it stands before lines."""
        around = ' paint-order="stroke" stroke="#ffffff" stroke-width="3"' if halo else ""
        name = "ink halo" if halo else "ink"
        drawn = f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{around}>'
        self._parts.append(_linked(f"{drawn}{escape(text)}</text>", href, ""))

    def circle(self, x: float, y: float, radius: float, *, name: str, colour: str, href: str, title: str) -> None:
        """A disc that leads somewhere."""
        drawn = (
            f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" stroke="#ffffff" '
            f'stroke-width="1.5"><title>{escape(title)}</title></circle>'
        )
        self._parts.append(_linked(drawn, href, title))

    def done(self) -> str:
        """The picture."""
        return "".join([*self._parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class Moment:
    """Something with a date, to be shown on a timeline.

    Attributes:
        when: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; else it is left out.
        kind: one of :data:`STYLES`.
        text: what it is.
        href: where it leads.
    """

    when: str
    kind: str
    text: str
    href: str


def timeline(moments: Iterable[Moment], title: str) -> str:
    """A timeline with a lane each for positions, statements and events; empty without dates."""
    lanes = {"positions": 0, "statements": 1, "events": 2}
    dated = sorted(
        ((day, moment) for moment in moments if (day := _ordinal(moment.when)) is not None),
        key=lambda entry: (entry[0], entry[1].kind, entry[1].text),
    )
    if not dated:
        return ""
    first, last = dated[0][0], max(dated[-1][0], dated[0][0] + 14)
    left, right = 100.0, 930.0

    def place(day: float) -> float:
        return left + 12 + (day - first) / (last - first) * (right - left - 24)

    # what would overlap is stacked
    columns: dict[tuple[int, int], int] = {}
    spots = []
    for day, moment in dated:
        lane = lanes[{"event": "events", "statement": "statements"}.get(moment.kind, "positions")]
        column = (lane, round(place(day) / 14))
        level = columns[column] = columns.get(column, -1) + 1
        spots.append((lane, level, day, moment))
    heights = [max((level + 1 for at, level, *_ in spots if at == lane), default=1) * 14 + 22 for lane in range(3)]
    tops = [sum(heights[:lane]) + 14 for lane in range(3)]
    bottom = sum(heights) + 14
    picture = Picture(960, bottom + 34, title)
    for name, lane in lanes.items():
        picture.rule(left, tops[lane] + heights[lane], right, tops[lane] + heights[lane])
        picture.text(left - 12, tops[lane] + heights[lane] - 8, name, anchor="end")
    for day, label in _ticks(first, last):
        picture.rule(place(day), 14, place(day), bottom + 6)
        picture.text(place(day), bottom + 22, label, anchor="middle")
    for lane, level, day, moment in spots:
        y = tops[lane] + heights[lane] - 11 - level * 14
        picture.mark(place(day), y, moment.kind, moment.href, f"{moment.when}: {moment.text}")
    return picture.done()


def _linked(drawn: str, href: str, title: str) -> str:
    if not href:
        return drawn
    name = f' aria-label="{escape(title)}"' if title else ""
    return f'<a href="{escape(href)}"{name}>{drawn}</a>'


def _ordinal(text: str) -> int | None:
    found = _DATE.match(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)).toordinal()
    except ValueError:
        return None


def _ticks(first: int, last: int) -> list[tuple[int, str]]:
    """Up to about ten days with labels: first days of months or of years, or plain days."""
    if last - first < 45:
        step = max(1, (last - first) // 6)
        return [(day, date.fromordinal(day).isoformat()) for day in range(first, last + 1, step)]
    start, end = date.fromordinal(first), date.fromordinal(last)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if months <= 24:
        step = -(-months // 9)
        numbers = range(start.year * 12 + start.month, end.year * 12 + end.month, step)
        return [(date(n // 12, n % 12 + 1, 1).toordinal(), f"{n // 12}-{n % 12 + 1:02}") for n in numbers]
    step = max(1, -(-(end.year - start.year) // 9))
    return [(date(year, 1, 1).toordinal(), str(year)) for year in range(start.year + 1, end.year + 1, step)]
