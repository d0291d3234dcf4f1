"""The picture of who has to do with whom: springs pull those together who have, all push each other away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kgbuild.serve.explorer.drawing import STYLES, Picture

_WIDTH, _HEIGHT = 1000.0, 720.0
#: room for names at the sides, and above and below
_MARGIN = np.array([120.0, 40.0])
_STEPS = 300


@dataclass(frozen=True, slots=True)
class Tie:
    """One kind of relation between two things, both given by IRI, and how many facts say so."""

    kind: str
    source: str
    target: str
    count: int


def strongest(ties: Sequence[Tie], limit: int) -> list[str]:
    """The things with the most facts about them, the most important first.

    Args:
        ties: all of them.
        limit: how many things at most.
    """
    weights: Counter[str] = Counter()
    for tie in ties:
        weights[tie.source] += tie.count
        weights[tie.target] += tie.count
    return [iri for iri, _ in sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]]


def layout(nodes: Sequence[str], ties: Sequence[Tie]) -> dict[str, tuple[float, float]]:
    """Places for the things: force-directed (Fruchterman and Reingold 1991), from a circle, without chance.

    Args:
        nodes: what to place.
        ties: between them; others are passed over.

    Returns:
        Coordinates within the picture.
    """
    count = len(nodes)
    if not count:
        return {}
    index = {node: number for number, node in enumerate(nodes)}
    pairs = Counter(
        tuple(sorted((index[tie.source], index[tie.target])))
        for tie in ties
        if tie.source in index and tie.target in index
    )
    angles = np.arange(count) * 2.399963  # the golden angle: neighbours in the list start far apart
    radii = np.sqrt((np.arange(count) + 0.5) / count)
    places = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
    ideal = 2.0 / count**0.5
    ends = np.array(sorted(pairs), dtype=int).reshape(-1, 2)
    for step in range(_STEPS):
        apart = places[:, None, :] - places[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-3)
        push = (apart / distance[:, :, None] * (ideal**2 / distance)[:, :, None]).sum(axis=1)
        if len(ends):
            along = places[ends[:, 0]] - places[ends[:, 1]]
            pull = along * np.sqrt((along**2).sum(axis=1))[:, None] / ideal
            np.add.at(push, ends[:, 0], -pull)
            np.add.at(push, ends[:, 1], pull)
        push -= places * 2.0  # those who know nobody stay in the picture
        size = np.maximum(np.sqrt((push**2).sum(axis=1)), 1e-9)[:, None]
        places += push / size * np.minimum(size, 0.12 * (1 - step / _STEPS))
    low, high = places.min(axis=0), places.max(axis=0)
    scaled = (places - low) / np.maximum(high - low, 1e-9)
    if count == 1:
        scaled[:] = 0.5
    spread = _MARGIN + scaled * (np.array([_WIDTH, _HEIGHT]) - 2 * _MARGIN)
    return {node: (float(spread[number, 0]), float(spread[number, 1])) for node, number in index.items()}


@lru_cache(maxsize=64)
def _places(nodes: tuple[str, ...], ties: tuple[Tie, ...]) -> tuple[tuple[str, tuple[float, float]], ...]:
    return tuple(layout(nodes, ties).items())


def draw(
    nodes: Sequence[str], ties: Sequence[Tie], names: dict[str, str], link: Callable[[str], str], treaties: set[str]
) -> str:
    """The network as SVG.

    Args:
        nodes: what is shown.
        ties: between them.
        names: of the things.
        link: the address of a thing's page.
        treaties: those of the things that are treaties, drawn in another colour.
    """
    places = dict(_places(tuple(nodes), tuple(ties)))
    picture = Picture(_WIDTH, _HEIGHT, f"Network of {len(nodes)} actors and treaties")
    weights: Counter[str] = Counter()
    for tie in sorted(ties, key=lambda tie: (tie.kind, tie.source, tie.target)):
        if tie.source not in places or tie.target not in places:
            continue
        weights[tie.source] += tie.count
        weights[tie.target] += tie.count
        words = f"{names[tie.source]} {tie.kind} {names[tie.target]} ({tie.count})"
        kind = tie.kind if tie.kind in STYLES else "acts towards"
        width = 1 + min(tie.count, 8) * 0.45
        picture.arrow(places[tie.source], places[tie.target], kind, width=width, title=words)
    taken: list[tuple[float, float, float, float]] = []
    for node in nodes:
        x, y = places[node]
        radius = 5 + min(weights[node], 40) ** 0.5
        name, colour = ("n-treaty", "#9a5b00") if node in treaties else ("n-actor", "#33475b")
        picture.circle(x, y, radius, name=name, colour=colour, href=link(node), title=names[node])
        taken.append((x - radius, y - radius, x + radius, y + radius))
    for node in nodes:
        _label(picture, taken, places[node], 5 + min(weights[node], 40) ** 0.5, names[node])
    return picture.done()


def _label(
    picture: Picture,
    taken: list[tuple[float, float, float, float]],
    place: tuple[float, float],
    radius: float,
    name: str,
) -> None:
    """Writes a name where it covers least: right, left, below or above its disc."""
    x, y = place
    text = name if len(name) <= 28 else name[:27] + "…"
    width = len(text) * 6.4
    spots = (
        (x + radius + 3, y + 4, "start", x + radius + 3),
        (x - radius - 3, y + 4, "end", x - radius - 3 - width),
        (x, y + radius + 13, "middle", x - width / 2),
        (x, y - radius - 5, "middle", x - width / 2),
    )

    def cover(spot: tuple[float, float, str, float]) -> float:
        left, top, right, bottom = spot[3], spot[1] - 11, spot[3] + width, spot[1] + 3
        outside = max(0.0, -left) + max(0.0, right - _WIDTH) + max(0.0, bottom - _HEIGHT) + max(0.0, -top)
        hidden = sum(
            max(0.0, min(right, r) - max(left, lf)) * max(0.0, min(bottom, b) - max(top, t)) for lf, t, r, b in taken
        )
        return hidden + outside * 100

    best = min(spots, key=cover)
    taken.append((best[3], best[1] - 11, best[3] + width, best[1] + 3))
    picture.text(best[0], best[1], text, anchor=best[2], halo=True)
