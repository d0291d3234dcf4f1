"""Files that are put together from parts in a fixed order, of which most are the same as in the file before.

The table says how long each part is in the old files, so that what stands between two parts that have changed is copied
as it is, without being looked at.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

#: most files that one kind of parts goes into
_LENGTHS = 6

_TABLES = (
    "CREATE TABLE IF NOT EXISTS part (kind TEXT, id TEXT, todo INTEGER, "
    f"{', '.join(f'length{number} INTEGER' for number in range(_LENGTHS))}, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS part_todo ON part (kind, id) WHERE todo <> 0",
)
_COLUMNS = ", ".join(f"length{number}" for number in range(_LENGTHS))
_SET = ", ".join(f"length{number} = ?" for number in range(_LENGTHS))
#: a part that is as it was, one that has to be written anew, and one that has gone
_SAME, _NEW, _GONE = 0, 1, 2
_CHUNK = 1 << 20
#: bytes that are copied at once: what fits into the caches of a processor
_BLOCK = 1 << 18

#: gives for the ids of parts, which it reads as far ahead as it likes, the texts of each, one for each file that its
#: kind goes into
Texts = Callable[[Iterable[str]], Iterator[Sequence[bytes]]]


class Parts:
    """The table of parts.

    Args:
        database: to keep it in.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._run = database.execute
        self._many = database.executemany
        for statement in _TABLES:
            self._run(statement)

    def change(self, kind: str, *identifiers: str) -> None:
        """Parts have to be written anew, or for the first time."""
        self._many(
            f"INSERT INTO part (kind, id, todo) VALUES (?, ?, {_NEW}) ON CONFLICT DO UPDATE SET todo = {_NEW}",
            ((kind, identifier) for identifier in identifiers),
        )

    def remove(self, kind: str, *identifiers: str) -> None:
        """Parts have gone."""
        self._many(
            f"UPDATE part SET todo = {_GONE} WHERE kind = ? AND id = ?",
            ((kind, identifier) for identifier in identifiers),
        )

    def forget(self, kind: str) -> None:
        """All parts of a kind have gone, and so have the files that they were in."""
        self._run("DELETE FROM part WHERE kind = ?", (kind,))

    def change_all(self) -> None:
        """Nothing is known of the old files, so that everything has to be written anew."""
        self._run(f"DELETE FROM part WHERE todo = {_GONE}")
        self._run(f"UPDATE part SET todo = {_NEW}, {', '.join(f'length{n} = NULL' for n in range(_LENGTHS))}")

    def renew(self, kind: str, columns: Iterable[int], low: str, high: str | None) -> None:
        """Parts have to be written anew to some of their files, of which the old ones are not there any more.

        Args:
            kind: of the parts.
            columns: the numbers of these files.
            low, high: the first of the parts, and the first that is not meant; None for all that come.
        """
        condition, values = _between(kind, low, high)
        lengths = ", ".join(f"length{number} = NULL" for number in columns)
        self._run(f"UPDATE part SET {lengths} WHERE {condition}", values)
        self._run(f"UPDATE part SET todo = {_NEW} WHERE {condition} AND todo = {_SAME}", values)

    def changed(self, kind: str) -> Iterator[tuple[str, bool]]:
        """The parts of a kind that are not as they were, in their order, and whether they are there."""
        last = ""
        query = (
            "SELECT id, todo FROM part INDEXED BY part_todo WHERE kind = ? AND id > ? AND todo <> 0 "
            "ORDER BY id LIMIT 1000"
        )
        while rows := self._run(query, (kind, last)).fetchall():
            last = rows[-1][0]
            for identifier, todo in rows:
                yield identifier, todo != _GONE

    def any_changed(self, kind: str, low: str = "", high: str | None = None) -> bool:
        """Whether a part of a kind, from one on and before another, is not as it was."""
        condition, values = _between(kind, low, high)
        query = f"SELECT 1 FROM part INDEXED BY part_todo WHERE {condition} AND todo <> 0 LIMIT 1"
        return self._run(query, values).fetchone() is not None

    def first(self, kind: str) -> str | None:
        """The first part of a kind in the new files; None if there are none."""
        query = f"SELECT id FROM part WHERE kind = ? AND todo <> {_GONE} ORDER BY id LIMIT 1"
        row = self._run(query, (kind,)).fetchone()
        return row[0] if row is not None else None

    def any_old(self, kind: str) -> bool:
        """Whether there were parts of a kind in the old files."""
        return (
            self._run("SELECT 1 FROM part WHERE kind = ? AND length0 NOTNULL LIMIT 1", (kind,)).fetchone() is not None
        )

    def any_new(self, kind: str) -> bool:
        """Whether there are parts of a kind in the new files."""
        query = f"SELECT 1 FROM part WHERE kind = ? AND todo <> {_GONE} LIMIT 1"
        return self._run(query, (kind,)).fetchone() is not None

    def write(
        self,
        kind: str,
        files: Sequence[PartFile | None],
        separator: Sequence[bytes],
        texts: Texts,
        *,
        low: str = "",
        high: str | None = None,
    ) -> None:
        """Writes the parts of a kind, in the order of their ids.

        Args:
            kind: of the parts.
            files: to write to; the first text of a part goes to the first one, and so on. None for one that is not
                wanted.
            separator: for each file what stands between two parts.
            texts: gives the texts of parts.
            low, high: the first of the parts, and the first that is not meant; None for all that come. Where parts are
                written in several pieces, nothing may stand between two of them in a file that gets more than one.
        """
        runs = [_Sequence(file, mark) for file, mark in zip(files, separator, strict=True)]
        condition, values = _between(kind, low, high)
        query = f"SELECT 1 FROM part WHERE {condition} AND todo = {_SAME} LIMIT 1"
        same = self._run(query, values).fetchone() is not None
        last: str | None = None
        coming = texts(self._new(kind, low, high))
        for some in self._todo(kind, low, high):
            gone = [(kind, identifier) for identifier, todo, *_ in some if todo == _GONE]
            written: list[tuple[int | str, ...]] = []
            rows: list[tuple[Any, ...]] = []
            new: list[Sequence[bytes]] = []
            size = 0
            for row in some:
                if same:
                    self._copy(kind, low if last is None else _after(last), row[0], runs)
                last = row[0]
                rows.append(row)
                if row[1] == _NEW:
                    parts = next(coming)
                    lengths = [*map(len, parts)]
                    written.append((*lengths, *(0,) * (_LENGTHS - len(parts)), kind, row[0]))
                    new.append(parts)
                    size += sum(lengths)
                # with nothing to be copied between them, as many are written at once as memory is not worth a word for
                if same or size >= _CHUNK or row is some[-1]:
                    for number, run in enumerate(runs):
                        run.take([one[2 + number] for one in rows], [parts[number] for parts in new])
                    rows, new, size = [], [], 0
            self._many("DELETE FROM part WHERE kind = ? AND id = ?", gone)
            self._many(f"UPDATE part SET todo = {_SAME}, {_SET} WHERE kind = ? AND id = ?", written)
        # there are no more, which lets what makes them end
        next(coming, None)
        if same:
            self._copy(kind, low if last is None else _after(last), high, runs)

    def _todo(self, kind: str, low: str, high: str | None) -> Iterator[list[tuple[Any, ...]]]:
        """The id of each part that is not as it was, what is to be done, and its lengths; some at a time."""
        while True:
            condition, values = _between(kind, low, high)
            query = f"SELECT id, todo, {_COLUMNS} FROM part INDEXED BY part_todo WHERE {condition} AND todo <> 0"
            rows = self._run(f"{query} ORDER BY id LIMIT 100", values).fetchall()
            if not rows:
                return
            low = _after(rows[-1][0])
            yield rows

    def _new(self, kind: str, low: str, high: str | None) -> Iterator[str]:
        """The parts that are to be written anew, in their order."""
        while True:
            condition, values = _between(kind, low, high)
            query = f"SELECT id, todo FROM part INDEXED BY part_todo WHERE {condition} AND todo <> 0"
            rows = self._run(f"{query} ORDER BY id LIMIT 500", values).fetchall()
            if not rows:
                return
            low = _after(rows[-1][0])
            yield from (identifier for identifier, todo in rows if todo == _NEW)

    def _copy(self, kind: str, low: str, high: str | None, runs: list[_Sequence]) -> None:
        """Copies the parts from one on and before another, which are all as they were."""
        condition, values = _between(kind, low, high)
        wanted = [(number, run) for number, run in enumerate(runs) if run.file is not None]
        sums = "".join(f", SUM(length{number})" for number, _ in wanted)
        count, *totals = self._run(f"SELECT COUNT(*){sums} FROM part WHERE {condition}", values).fetchone()
        if count:
            for total, (_, run) in zip(totals, wanted, strict=True):
                run.copy(count, total)


def _between(kind: str, low: str, high: str | None) -> tuple[str, tuple[str, ...]]:
    """A condition for the parts of a kind from one on and before another, and its values."""
    if high is None:
        return "kind = ? AND id >= ?", (kind, low)
    return "kind = ? AND id >= ? AND id < ?", (kind, low, high)


def _after(identifier: str) -> str:
    """The first that comes after an id."""
    return identifier + "\0"


@dataclass(slots=True)
class _Sequence:
    """Parts of one kind in one file: how far the new one is written, and the old one is read."""

    file: PartFile | None
    separator: bytes
    any_old: bool = False
    any_new: bool = False

    def take(self, old: Sequence[int | None], new: Sequence[bytes]) -> None:
        """The next parts: their lengths in the old file, if they are there, and the new texts of those that stay."""
        if self.file is None:
            return
        there = [length for length in old if length is not None]
        if there:
            self.file.skip(sum(there) + (len(there) - (not self.any_old)) * len(self.separator))
            self.any_old = True
        if new:
            self.file.write((self.separator if self.any_new else b"") + self.separator.join(new))
            self.any_new = True

    def copy(self, count: int, length: int) -> None:
        """The next parts, which are in the old file as they are."""
        if self.file is None:
            return
        self.file.skip(self.any_old * len(self.separator))
        if self.any_new:
            self.file.write(self.separator)
        self.file.copy(length + (count - 1) * len(self.separator))
        self.any_old = self.any_new = True


class PartFile:
    """A new file, and the old one that it is to take the place of.

    What is long is hashed and written, or copied, in the background.

    Args:
        new: to be written.
        old: to copy from; None if nothing can be.
        files: closes both.
        threads: that do so; None to do that at once.
    """

    def __init__(self, new: Path, old: Path | None, files: ExitStack, threads: Executor | None = None) -> None:
        self._new: IO[bytes] = files.enter_context(new.open("wb", buffering=_CHUNK))
        self._old: IO[bytes] | None = files.enter_context(old.open("rb")) if old is not None else None
        self._at = 0
        self._threads = threads
        self._working: Future[None] | None = None
        self._waiting: list[bytes] = []
        self._size = 0
        # what is written is hashed at once, while the processor has it at hand
        self._hash = hashlib.sha256()
        # what goes on must not lose its files
        files.callback(self._wait, quietly=True)

    def write(self, data: bytes) -> None:
        """Writes something new."""
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= _CHUNK:
            self._put()

    def skip(self, length: int) -> None:
        """Passes over something in the old file."""
        self._at += length

    def text(self, new: str, old: str | None = None) -> None:
        """Writes what stands between parts; ``old`` is what stood there before if that was something else."""
        self.skip(len((new if old is None else old).encode()))
        self.write(new.encode())

    def copy(self, length: int) -> None:
        """Copies from the old file."""
        if self._old is None:
            raise ValueError("there is no file to copy from")
        self._put()
        start = self._at
        self._at += length
        self._do(length, self._copy, self._old, start, length)

    def finish(self) -> str:
        """Ends the file, which can be closed then; gives its SHA-256 in hexadecimal digits."""
        self._put()
        self._wait()
        self._new.flush()
        return self._hash.hexdigest()

    def _put(self) -> None:
        """Writes what waits to be written."""
        pieces, size = self._waiting, self._size
        self._waiting, self._size = [], 0
        if pieces:
            self._do(size, self._write, pieces)

    def _do(self, size: int, work: Callable[..., None], *arguments: Any) -> None:
        """Does some work after what was begun before, in the background if it is long."""
        self._wait()
        if self._threads is None or size < _CHUNK:
            work(*arguments)
        else:
            self._working = self._threads.submit(work, *arguments)

    def _wait(self, *, quietly: bool = False) -> None:
        working, self._working = self._working, None
        if working is not None and (working.exception() is None or not quietly):
            working.result()

    def _write(self, pieces: list[bytes]) -> None:
        data = b"".join(pieces)
        self._hash.update(data)
        self._new.write(data)

    def _copy(self, old: IO[bytes], start: int, length: int) -> None:
        self._new.flush()
        source, target = old.fileno(), self._new.fileno()
        block = memoryview(bytearray(min(_BLOCK, length)))
        while length:
            count = os.preadv(source, [block[: min(length, len(block))]], start)
            if not count:
                raise OSError(f"{old.name} is shorter than it was when it was written")
            data = block[:count]
            self._hash.update(data)
            while data:
                data = data[os.write(target, data) :]
            start += count
            length -= count
