"""Tables that spreadsheets open as text: the words of articles are written by others, and could be formulas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import IO

# what a spreadsheet would compute instead of showing
_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def safe_cell(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would compute it."""
    return f"'{text}" if _FORMULA.match(text) else text


def write_table(stream: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes CSV (RFC 4180) that a spreadsheet shows as it stands.

    Args:
        stream: where to, opened with ``newline=""``.
        columns: the header.
        rows: numbers stay numbers; texts are made safe; None is an empty cell.

    Returns:
        The number of rows.
    """
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(["" if cell is None else safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
        count += 1
    return count
