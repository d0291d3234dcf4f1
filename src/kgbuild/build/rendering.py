"""The texts of what is of no single article, some at a time: any process can make them, of what it is told alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kgbuild.build.entities import entity_line, identity_lines, identity_pairs

if TYPE_CHECKING:
    from kgbuild.identity import Entity


def entities_order(base: str, rows: Iterable[str], *, others: bool) -> bytes:
    """What is needed to write entities.

    Args:
        base: base IRI of the resources.
        rows: of :class:`kgbuild.identity.entity_table.EntityTable`.
        others: whether TriG and JSON-LD are wanted.
    """
    return f'["entities",{json.dumps([base, others])},[{",".join(rows)}]]'.encode()


def subjects_order(base: str, subjects: Iterable[tuple[str, Sequence[str], str | None]]) -> bytes:
    """What is needed to write subjects of the merged view.

    Args:
        base: base IRI of the resources.
        subjects: each with what articles say of it, as :func:`kgbuild.build.finished.shared_subjects` gives that, and
            with its row if it is an entity.
    """
    told = (f"[{json.dumps([subject, *said])},{row or 'null'}]" for subject, said, row in subjects)
    return f'["subjects",{json.dumps([base])},[{",".join(told)}]]'.encode()


def rendered(order: bytes) -> list[bytes]:
    """The texts, one after the other: of an entity four, of a subject one.

    They are, of an entity, N-Quads, TriG, JSON-LD, and a line of the table of entities; TriG and JSON-LD are empty if
    they are not wanted. Of a subject it is Turtle.
    """
    from kgbuild.identity.entity_table import entity_with

    kind, options, told = json.loads(order)
    if kind == "entities":
        base, others = options
        return [text for row in told for text in _entity(entity_with(row), base, others=others)]
    return [_subject(subject, said, entity_with(row) if row else None, options[0]) for (subject, *said), row in told]


def _entity(entity: Entity, base: str, *, others: bool) -> list[bytes]:
    from kgbuild.graph.texts import subject_texts

    lines = identity_lines(entity, base)
    texts = subject_texts(lines, base) if others else ("\n".join((*lines, "")), "", "")
    return [*(text.encode() for text in texts), entity_line(entity).encode()]


def _subject(subject: str, said: Iterable[str], entity: Entity | None, base: str) -> bytes:
    from kgbuild.graph.texts import turtle_text

    pairs = identity_pairs(entity) if entity is not None else set()
    pairs.update(pair for one in said for pair in one.split("\n"))
    return f"\n{turtle_text(subject, sorted(pairs), base)}".encode()
