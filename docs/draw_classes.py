"""Draws classes and the properties between them as an SVG, without any other program.

The classes stand on an ellipse, so that no line between two of them crosses a third, in the order in which the lines
cross each other least.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import combinations, permutations

WIDTH, HEIGHT = 1080, 860
BOX = 168
COMMON = 5  # a property of so many classes is told below the picture, not drawn from each
LISTED = 6  # subclasses that a box names
APART = 15  # from the middle, where two lines run side by side

STYLE = """
.back { fill: #ffffff } .box { fill: #e0f2f1; stroke: #00796b } .line { stroke: #78909c; fill: none }
text { font: 13px sans-serif; fill: #263238 } .class { font-weight: bold; font-size: 15px }
.label { fill: #37474f; font-size: 12px }
.label { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round }
.head { fill: #78909c }
@media (prefers-color-scheme: dark) {
.back { fill: #1e2129 } .box { fill: #10403c; stroke: #4db6ac } .line { stroke: #90a4ae } text { fill: #eceff1 }
.label { fill: #cfd8dc; stroke: #1e2129 } .head { fill: #90a4ae }
}"""

Point = tuple[float, float]


def draw(ties: Sequence[tuple[str, str, str]], subclasses: dict[str, list[str]]) -> str:
    """Draws classes.

    Args:
        ties: class, property, class.
        subclasses: of each class, to be named in its box.

    Returns:
        SVG; the same for the same arguments.
    """
    domains: dict[str, set[str]] = {}
    for source, name, _ in ties:
        domains.setdefault(name, set()).add(source)
    common = {name for name, sources in domains.items() if len(sources) >= COMMON}
    drawn: dict[tuple[str, str], list[str]] = {}
    for source, name, target in ties:
        if name not in common:
            drawn.setdefault((source, target), []).append(name)
    names = list(dict.fromkeys(name for pair in drawn for name in pair))
    places = _places(names, [pair for pair in drawn if pair[0] != pair[1]])
    heights = {name: 34 + 17 * len(_lines(subclasses.get(name, []))) for name in names}
    lines = [_line(pair, drawn, places, heights) for pair in drawn]
    boxes = [_box(name, places[name], heights[name], _lines(subclasses.get(name, []))) for name in names]
    notes = [
        f"{name}: from each of these to {target}"
        for name in sorted(common)
        for target in dict.fromkeys(end for _, other, end in ties if other == name)
    ]
    foot = "".join(f'<text x="24" y="{HEIGHT - 16 - 18 * i}">{escape(note)}</text>\n' for i, note in enumerate(notes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Classes of the ontology and the properties between them">\n<style>{STYLE}\n</style>\n'
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="head" d="M0 0 10 5 0 10z"/></marker></defs>\n'
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}" rx="8"/>\n'
        + "".join(path for path, _ in lines)
        + "".join(boxes)
        + "".join(label for _, label in lines)
        + f"{foot}</svg>\n"
    )


def _places(names: list[str], pairs: list[tuple[str, str]]) -> dict[str, Point]:
    """Where each class stands: of all orders, the one with fewest crossings, then the shortest lines."""
    edges = list(dict.fromkeys(tuple(sorted(pair)) for pair in pairs))
    count = len(names)

    def cost(order: tuple[str, ...]) -> tuple[int, int]:
        at = {name: i for i, name in enumerate(order)}
        chords = [tuple(sorted((at[a], at[b]))) for a, b in edges]
        crossings = sum(a < c < b < d or c < a < d < b for (a, b), (c, d) in combinations(chords, 2))
        return crossings, sum(min(b - a, count - b + a) for a, b in chords)

    order = min(((names[0], *rest) for rest in permutations(names[1:])), key=cost)
    turn = 2 * math.pi / count
    return {
        name: (
            WIDTH / 2 + (WIDTH / 2 - BOX / 2 - 30) * math.sin(i * turn),
            HEIGHT / 2 - 14 - (HEIGHT / 2 - 92) * math.cos(i * turn),
        )
        for i, name in enumerate(order)
    }


def _lines(subclasses: list[str]) -> list[str]:
    """The subclasses as lines that fit a box."""
    if len(subclasses) <= LISTED:
        return subclasses
    return [*subclasses[: LISTED - 1], f"and {len(subclasses) - LISTED + 1} more"]


def _box(name: str, place: Point, height: int, lines: list[str]) -> str:
    x, y = place[0] - BOX / 2, place[1] - height / 2
    rows = "".join(
        f'<text x="{place[0]:.1f}" y="{y + 42 + 17 * i:.1f}" text-anchor="middle">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return (
        f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{BOX}" height="{height}" rx="6"/>'
        f'<text class="class" x="{place[0]:.1f}" y="{y + 22:.1f}" text-anchor="middle">{escape(name)}</text>{rows}\n'
    )


def _line(
    pair: tuple[str, str],
    drawn: dict[tuple[str, str], list[str]],
    places: dict[str, Point],
    heights: dict[str, int],
) -> tuple[str, str]:
    """The line of a pair and its label."""
    source, target = pair
    label = ", ".join(drawn[pair])
    (x, y), (u, v) = places[source], places[target]
    if source == target:  # a loop on the side that faces outwards
        side = 1 if x >= WIDTH / 2 - 1 else -1
        edge = x + side * BOX / 2
        path = f"M{edge:.1f} {y - 10:.1f}c{side * 34} -22 {side * 34} 42 0 20"
        anchor = "start" if side > 0 else "end"
        return (
            f'<path class="line" d="{path}" marker-end="url(#tip)"/>\n',
            _label(label, edge + side * 32, y + 4, anchor),
        )
    # two lines between the same two run side by side
    dx, dy = u - x, v - y
    length = math.hypot(dx, dy)
    shift = APART if (target, source) in drawn else 0
    aside = (-dy / length * shift, dx / length * shift)
    start = _border((x, y), aside, (dx, dy), heights[source])
    end = _border((u, v), aside, (-dx, -dy), heights[target])
    at = 0.5 if shift else 0.42
    middle = (start[0] + (end[0] - start[0]) * at, start[1] + (end[1] - start[1]) * at)
    return (
        f'<path class="line" d="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" marker-end="url(#tip)"/>\n',
        _label(label, middle[0], middle[1] + 4),
    )


def _label(label: str, x: float, y: float, anchor: str = "middle") -> str:
    return f'<text class="label" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(label)}</text>\n'


def _border(middle: Point, aside: Point, direction: Point, height: int) -> Point:
    """Where a line that starts beside the middle of a box leaves it."""
    shares = [
        (math.copysign(half, way) - off) / way
        for half, off, way in zip((BOX / 2, height / 2), aside, direction, strict=True)
        if way
    ]
    share = min(shares)
    return middle[0] + aside[0] + direction[0] * share, middle[1] + aside[1] + direction[1] * share
