"""Cuts an article's text where facts begin and end, so that each piece can show what it is part of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that a fact points to.

    Attributes:
        start, end: offsets in characters, the end exclusive.
        kind: what it is shown as: ``actor``, ``treaty``, ``event``, ``role``, ``statement`` or ``position``.
        fact: identifies the fact on the page.
        detail: a refinement of the kind, such as a polarity, or how deep a statement is nested.
        href: where a click on it leads.
        label: what it became, in words.
    """

    start: int
    end: int
    kind: str
    fact: str
    detail: str = ""
    href: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with the same marks from end to end.

    Attributes:
        anchors: ids, of the marks that begin here, by which addresses lead here.
        link: the shortest mark with an address of its own, if there is one.
    """

    text: str
    marks: tuple[Mark, ...]
    anchors: tuple[str, ...]
    link: Mark | None

    @property
    def classes(self) -> str:
        """For the style sheet: the kinds and details of the marks."""
        names = {f"m-{mark.kind}" for mark in self.marks} | {f"d-{mark.detail}" for mark in self.marks if mark.detail}
        return " ".join(sorted(names))

    @property
    def facts(self) -> str:
        """The facts that this is part of."""
        return " ".join(dict.fromkeys(mark.fact for mark in self.marks))

    @property
    def title(self) -> str:
        """What the marks became, in words."""
        return "; ".join(dict.fromkeys(mark.label for mark in self.marks if mark.label))


def anchor(start: int | str, end: int | str) -> str:
    """The id of the place where a stretch of text begins."""
    return f"c{start}-{end}"


def cut(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """Cuts a text at every beginning and end of a mark.

    Args:
        text: the article's.
        marks: in any order; what does not lie within the text is left out.

    Returns:
        Pieces that together are the text.
    """
    fitting = sorted(
        (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)),
        key=lambda mark: (mark.start, -mark.end, mark.kind, mark.fact),
    )
    beginning: dict[int, list[Mark]] = defaultdict(list)
    ending: dict[int, list[Mark]] = defaultdict(list)
    for mark in fitting:
        beginning[mark.start].append(mark)
        ending[mark.end].append(mark)
    places = sorted({0, len(text), *beginning, *ending})
    active: dict[Mark, None] = {}
    pieces = []
    for start, end in pairwise(places):
        for mark in ending[start]:
            active.pop(mark, None)
        active.update(dict.fromkeys(beginning[start]))
        linked = [mark for mark in active if mark.href]
        pieces.append(
            Piece(
                text=text[start:end],
                marks=tuple(active),
                anchors=tuple(dict.fromkeys(anchor(mark.start, mark.end) for mark in beginning[start])),
                link=min(linked, key=lambda mark: (mark.end - mark.start, mark.fact)) if linked else None,
            )
        )
    return pieces
