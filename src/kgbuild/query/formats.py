"""Writes answers: a table to read, CSV, TSV and JSON as SPARQL defines them, CSV for spreadsheets, Turtle."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from kgbuild.errors import KgbuildError
from kgbuild.graph.turtle import TermWriter
from kgbuild.graph.vocabulary import DEFAULT_BASE, DIP, PREFIXES
from kgbuild.query.running import term_text

if TYPE_CHECKING:
    from kgbuild.query.running import Result

#: width of a table that is not written to a terminal
PLAIN_WIDTH = 120

# what a terminal would obey instead of showing, C1 controls and overrides of the writing direction included
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# what a spreadsheet would compute instead of showing
_FORMULA = re.compile(r"[=+\-@\t\r]")


def write_result(result: Result, form: str, stream: IO[str]) -> int:
    """Writes an answer.

    Args:
        result: the answer; it may be written several times.
        form: one of :data:`FORMATS`.
        stream: a text stream. A table is plain unless this is a terminal.

    Returns:
        The number of rows, where they were counted (``table`` and ``spreadsheet``), else -1.

    Raises:
        KgbuildError: there is no such format, or it does not suit the answer.
    """
    writer = FORMATS.get(form)
    if writer is None:
        raise KgbuildError(f"unknown format {form!r}; choose one of {', '.join(FORMATS)}")
    if form == "ttl" and not result.triples:
        raise KgbuildError("only a CONSTRUCT or DESCRIBE query gives triples; choose another format than ttl")
    if form in ("csv", "tsv", "json") and result.triples:
        raise KgbuildError(f"a CONSTRUCT or DESCRIBE query gives triples; choose ttl or table instead of {form}")
    return writer(result, stream)


def _write_table(result: Result, stream: IO[str]) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if result.answer is not None:
        stream.write("yes\n" if result.answer else "no\n")
        return 1
    terms = TermWriter({**PREFIXES, "id": DEFAULT_BASE})
    terminal = stream.isatty()
    console = Console(
        file=stream,
        width=None if terminal else PLAIN_WIDTH,
        no_color=not terminal,
        force_terminal=terminal,
        highlight=False,
        emoji=False,
        markup=False,
    )
    rows = [[_cell(term, terms) for term in row] for row in result.rows()]
    headers = [column.replace("_", " ") for column in result.columns]
    widths = _widths(headers, rows, console.width)
    wrapped = any(len(cell) > width for row in rows for cell, width in zip(row, widths, strict=True))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), leading=1 if wrapped else 0)
    for header, width in zip(headers, widths, strict=True):
        table.add_column(header, overflow="fold", width=width)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    if not rows:
        console.print("(nothing found)")
    return len(rows)


def _widths(headers: list[str], rows: list[list[str]], total: int) -> list[int]:
    """Widths of columns so that rows take few lines: what is left goes to the column that wraps the most.

    Args:
        headers: one for each column.
        rows: the cells.
        total: width of the table; between two columns stand three characters.
    """
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in headers]
    natural = [max(map(len, (header, *cells))) for header, cells in zip(headers, columns, strict=True)]
    longest = [
        max((len(word) for text in (header, *cells) for word in text.split()), default=1)
        for header, cells in zip(headers, columns, strict=True)
    ]
    room = total - 3 * (len(headers) - 1)
    widths = [max(1, min(word, 16)) for word in longest]
    names = [max(width, min(most, 14)) for width, most in zip(widths, natural, strict=True)]
    if sum(names) <= room:
        # most names stay in one line
        widths = names
    means = [sum(map(len, cells)) / max(1, len(cells)) for cells in columns]
    for _ in range(max(0, room - sum(widths))):
        wants = [column for column, width in enumerate(widths) if width < natural[column]]
        if not wants:
            break
        widths[max(wants, key=lambda column: (means[column] / widths[column], -column))] += 1
    return widths


def _cell(term: Any, terms: TermWriter) -> str:
    if term is None:
        return ""
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        short = terms.iri(str(term))
        return short.removeprefix("dip:") if term.value.startswith(str(DIP)) else short.strip("<>")
    return _CONTROL.sub("\ufffd", term_text(term))


def _write_bytes(media: str) -> Callable[[Result, IO[str]], int]:
    def write(result: Result, stream: IO[str]) -> int:
        import io

        binary = getattr(stream, "buffer", None)
        if binary is not None:
            stream.flush()
            result.serialize(binary, media)
        else:
            held = io.BytesIO()
            result.serialize(held, media)
            stream.write(held.getvalue().decode())
        if media == "json":
            stream.write("\n")
        return -1

    return write


def _write_spreadsheet(result: Result, stream: IO[str]) -> int:
    # spreadsheets take a file for UTF-8 only by this mark
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(result.columns or ("answer",))
    count = 0
    for row in result.rows():
        count += 1
        cells = ["" if term is None else term_text(term) for term in row]
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return count


def _write_turtle(result: Result, stream: IO[str]) -> int:
    terms = TermWriter({**PREFIXES, "id": DEFAULT_BASE})
    triples = sorted((str(subject), str(predicate), str(value)) for subject, predicate, value in result.rows())
    stream.write(terms.head())
    for text in terms.subjects(dict.fromkeys(triples)):
        stream.write("\n" + text)
    return len(triples)


#: what an answer can be written as
FORMATS: dict[str, Callable[[Result, IO[str]], int]] = {
    "table": _write_table,
    "csv": _write_bytes("csv"),
    "tsv": _write_bytes("tsv"),
    "json": _write_bytes("json"),
    "spreadsheet": _write_spreadsheet,
    "ttl": _write_turtle,
}
