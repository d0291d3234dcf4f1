"""Sentences and short articles of our own with the treaties and positions in them, and what counts as finding these.

The articles were written before looking at what the program makes of them.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.authority import fold
from kgbuild.extraction.document import Referent
from kgbuild.facts import PartialDate, Position

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

HERE = Path(__file__).parent / "extraction"


def read(nlp: Language, text: str, published: str = "2022-03-04") -> Doc:
    doc = nlp.make_doc(text)
    doc._.published = PartialDate.parse(published)
    return nlp(doc)


def names(referent: Referent) -> set[str]:
    return {fold(name) for name in (referent.name, *referent.other_names)}


def parties(doc: Doc, treaty: Referent) -> set[str]:
    by_key = {actor.key: actor.name for actor in doc._.actors}
    return {by_key[key] for key in treaty.detail.parties}


def alike(expected: list[str], found: set[str]) -> bool:
    """Whether a name is the same, or shares half of its words."""

    def overlap(one: str, other: str) -> float:
        mine, theirs = set(one.split()), set(other.split())
        return len(mine & theirs) / len(mine | theirs)

    return any(overlap(fold(name), other) >= 0.5 for name in expected for other in found)


def treaty_fits(doc: Doc, treaty: Referent, expected: dict[str, Any]) -> bool:
    if not alike(expected["names"], names(treaty)) or not set(expected["parties"]) <= parties(doc, treaty):
        return False
    status = expected["status"]
    allowed = set(status) if isinstance(status, list) else {status}
    return bool(allowed & {"", treaty.detail.status})


def rows(name: str) -> list[list[str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if not row[0].startswith("#")]


def articles() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / "treaty_articles.jsonl").read_text("utf-8").splitlines()]


def passages() -> list[dict[str, Any]]:
    """A few sentences each, with their treaties; a status is any of several, and any at all where one is empty."""
    return [json.loads(line) for line in (HERE / "treaty_passages.jsonl").read_text("utf-8").splitlines()]


def tellings() -> list[dict[str, Any]]:
    """A few sentences each, in the form of :func:`passages`; all their treaties, and what the passage is about."""
    return [json.loads(line) for line in (HERE / "treaty_tellings.jsonl").read_text("utf-8").splitlines()]


def stance_passages() -> list[dict[str, Any]]:
    """A few sentences each, with the stances on treaties in them."""
    return [json.loads(line) for line in (HERE / "stance_passages.jsonl").read_text("utf-8").splitlines()]


def name_set(doc: Doc, key: str) -> set[str]:
    """The folded names of an actor, a treaty, an event or an issue."""
    for referent in (*doc._.actors, *doc._.treaties, *doc._.issues):
        if referent.key == key:
            return names(referent)
    return {fold(event.label) for event in doc._.events if event.key == key}


def position_fits(doc: Doc, position: Position, expected: dict[str, Any], targets: list[str]) -> bool:
    """Whether a position has the expected holder, target, polarity and attributor."""
    if position.polarity != expected["polarity"] or not alike([expected["holder"]], name_set(doc, position.holder)):
        return False
    if not alike(targets, name_set(doc, position.target)):
        return False
    if not expected["according_to"]:
        return not position.according_to
    return alike([expected["according_to"]], name_set(doc, position.according_to))


def stance_ways() -> dict[str, list[tuple[str, list[dict[str, Any]]]]]:
    """Short passages by the way in which they tell stances, with all the stances in each."""
    ways: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {}
    for way, text, told in rows("stance_ways.tsv"):
        stances = []
        for one in told.split(" & ") if told != "-" else ():
            holder, polarity, target, attributor = [*one.split("="), ""][:4]
            stances.append(
                {
                    "holders": holder.split("/"),
                    "targets": target.split("/"),
                    "polarity": polarity,
                    "according_to": attributor,
                }
            )
        ways.setdefault(way, []).append((text, stances))
    return ways
