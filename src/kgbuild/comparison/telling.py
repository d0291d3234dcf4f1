"""Tells what two builds differ in: as text to read, JSON for programs, CSV for spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import IO

from kgbuild.comparison.compare import Comparison, Difference
from kgbuild.comparison.facts import KINDS
from kgbuild.errors import KgbuildError
from kgbuild.tables import write_table

_MARKS = {"added": "+", "removed": "-", "changed": "~"}
_WIDTH = 100


def write_comparison(comparison: Comparison, form: str, stream: IO[str]) -> None:
    """Writes a comparison.

    Args:
        comparison: of two builds.
        form: ``text``, ``json`` or ``csv``.
        stream: where to.

    Raises:
        KgbuildError: there is no such format.
    """
    writer = FORMATS.get(form)
    if writer is None:
        raise KgbuildError(f"--format {form}: choose one of {', '.join(FORMATS)}")
    writer(comparison, stream)


def _write_text(comparison: Comparison, stream: IO[str]) -> None:
    if not comparison.differences:
        stream.write(f"no fact differs; {sum(comparison.same.values())} are the same\n")
        return
    for kind in KINDS:
        counts = {change: comparison.of(kind, change) for change in ("removed", "changed", "added")}
        if not any(counts.values()):
            continue
        told = ", ".join(f"{len(some)} {change}" for change, some in counts.items() if some)
        stream.write(f"{kind}s: {told}, {comparison.same[kind]} the same\n")
        for change, some in counts.items():
            for one in some:
                if not one.whole:
                    stream.write(_told(one))
            whole = sum(one.whole for one in some)
            if whole:
                stream.write(f"  {_MARKS[change]} and {whole} of {change} articles\n")


def _told(one: Difference) -> str:
    fact = one.fact
    lines = [f"  {_MARKS[one.change]} {_short(fact.told())}"]
    lines += [
        f"      {name}: {_short(old) or 'nothing'} -> {_short(new) or 'nothing'}"
        for name, (old, new) in one.fields.items()
    ]
    if fact.words and fact.kind not in ("statement", "actor", "treaty") and "words" not in one.fields:
        lines.append(f"      “{_short(fact.words)}”")
    if fact.article:
        lines.append(f"      in: {_short(fact.article)}")
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _write_json(comparison: Comparison, stream: IO[str]) -> None:
    counts = {
        kind: {
            "same": comparison.same[kind],
            **{change: len(comparison.of(kind, change)) for change in ("added", "removed", "changed")},
        }
        for kind in KINDS
    }
    differences = [
        {
            "change": one.change,
            "kind": one.fact.kind,
            "fact": one.fact.told(),
            "iri": one.fact.iri,
            "article": one.fact.article,
            "words": one.fact.words,
            "fields": {name: {"old": old, "new": new} for name, (old, new) in one.fields.items()},
        }
        for one in comparison.differences
    ]
    json.dump({"counts": counts, "differences": differences}, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def _write_csv(comparison: Comparison, stream: IO[str]) -> None:
    rows = []
    for one in comparison.differences:
        head = (one.change, one.fact.kind, one.fact.told())
        tail = (one.fact.words, one.fact.article, one.fact.iri)
        rows += [(*head, name, old, new, *tail) for name, (old, new) in one.fields.items()] or [
            (*head, "", "", "", *tail)
        ]
    write_table(stream, ("change", "kind", "fact", "field", "old", "new", "words", "article", "iri"), rows)


#: what a comparison can be written as
FORMATS: dict[str, Callable[[Comparison, IO[str]], None]] = {
    "text": _write_text,
    "json": _write_json,
    "csv": _write_csv,
}
