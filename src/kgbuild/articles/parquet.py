"""Parquet files, row by row, of which only the columns that an article can use are read."""

from __future__ import annotations

import datetime
import functools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.opening import Expansion
from kgbuild.articles.records import FIELDS, Columns, fold_key, known_keys

#: rows that are in memory at once
_ROWS = 32


def parquet_rows(
    stream: BinaryIO, limit: int, columns: Columns, bounded: Callable[[Callable[[], Any]], Any]
) -> Iterator[tuple[int, Mapping[str, object] | UnreadableError]]:
    """The rows of a file as records, numbered from 1.

    Args:
        stream: the file, in which one can seek.
        limit: bytes that a row may have.
        columns: for some fields the column that they stand in.
        bounded: does one step of reading within the limit of memory.

    Yields:
        Each row; and an error for each group of rows of which the rest cannot be read.

    Raises:
        UnreadableError: it is no Parquet file, lacks a column that was asked for, or pyarrow is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError:
        raise UnreadableError("is a Parquet file, which needs: pip install 'kgbuild[parquet]'") from None

    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    try:
        # columns are read as they are needed; a whole group of rows may be larger than memory
        file = bounded(lambda: pyarrow.parquet.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False))
        names = list(dict.fromkeys(file.schema_arrow.names))
        groups = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise UnreadableError(f"cannot be read as Parquet ({_told(error)})") from None
    wanted = _wanted(names, columns)
    expansion = Expansion(lambda: size)
    before = 0
    for group, count in enumerate(groups):
        done = 0
        try:
            batches = file.iter_batches(_ROWS, row_groups=[group], columns=wanted, use_threads=False)
            step = functools.partial(next, batches, None)
            while (batch := bounded(step)) is not None:
                expansion.take(batch.nbytes)
                for row in range(batch.num_rows):
                    done += 1
                    yield before + done, _row(batch.slice(row, 1), limit)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            last = before + count
            yield before + done + 1, UnreadableError(f"cannot be read up to row {last:,} ({_told(error)})")
        before += count


def _wanted(names: list[str], columns: Columns) -> list[str]:
    """The columns that may say something of an article.

    Raises:
        UnreadableError: there is none for the text, or none of a name that was asked for.
    """
    shown = ", ".join(ascii(name[:30]) for name in names[:12]) or "none"
    for field, column in columns.items():
        if column not in names:
            raise UnreadableError(f"has no column {column[:30]!a} for {field} (columns: {shown})")
    known = {key for field in FIELDS if field not in columns for key in known_keys()[field]}
    if "text" not in columns and not any(fold_key(name) in known_keys()["text"] for name in names):
        raise UnreadableError(f"has no column for the text (columns: {shown}); say which it is by --column text=COLUMN")
    return [name for name in names if name in columns.values() or fold_key(name) in known]


def _row(row: Any, limit: int) -> Mapping[str, object] | UnreadableError:
    if row.nbytes > limit:
        return UnreadableError(f"is longer than the limit of {limit:,} bytes (see --max-bytes)")
    try:
        (record,) = row.to_pylist()
        return {name: _plain(value) for name, value in record.items()}
    except (UnicodeDecodeError, ValueError, OverflowError) as error:
        # text in Parquet is UTF-8, but no writer has to look
        return UnreadableError(f"has a value that cannot be read ({_told(error)})")


def _plain(value: object) -> object:
    """A value as JSON would have it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def _told(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
