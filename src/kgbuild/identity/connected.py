"""Lists of what has to be looked at again, together with all that is connected to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from kgbuild.database import make_tables

Id = TypeVar("Id", int, str)


class Connected(Generic[Id]):
    """A list of things, kept on the disk.

    Args:
        database: to keep it in, as long as it is open.
        name: of the list, which is the table of it.
        kind: of SQL that its things have: ``INTEGER`` or ``TEXT``.
        near: gives what is connected to a thing directly.
    """

    def __init__(self, database: sqlite3.Connection, name: str, kind: str, near: Callable[[Id], Iterable[Id]]) -> None:
        self._run = database.execute
        self._many = database.executemany
        self._name = name
        self._near: Callable[[Id], Iterable[Id]] = near
        rowid = "" if kind == "INTEGER" else "WITHOUT ROWID"
        make_tables(
            database,
            f"CREATE TEMP TABLE IF NOT EXISTS {name} (id {kind} PRIMARY KEY) {rowid};"
            f"CREATE TEMP TABLE IF NOT EXISTS {name}_part (part INTEGER, id {kind}, PRIMARY KEY (part, id)) "
            "WITHOUT ROWID",
        )

    def add(self, *things: Id) -> None:
        """Puts things on the list."""
        self._many(f"INSERT OR IGNORE INTO {self._name} VALUES (?)", ((one,) for one in things))

    def add_all(self, query: str, *values: Any) -> None:
        """Puts all that a query gives on the list."""
        self._run(f"INSERT OR IGNORE INTO {self._name} {query}", values)

    def discard(self, thing: Id) -> None:
        """Takes a thing off the list, since there is no such thing any more."""
        self._run(f"DELETE FROM {self._name} WHERE id = ?", (thing,))

    def parts(self, take_apart: Callable[[str], None]) -> Iterator[list[Id]]:
        """Takes everything off the list, each thing with all that is connected to it.

        Args:
            take_apart: is called with a query for all of them, as ``id``, before the first part is given, so that
                nothing of what was before is taken for something that stays.

        Yields:
            What belongs together, in ascending order.
        """
        parts = 0
        while rows := self._run(f"SELECT id FROM {self._name} LIMIT 200").fetchall():
            found: set[Id] = set()
            for (one,) in rows:
                if one not in found:
                    parts += 1
                    together = self._connected(one)
                    found |= together
                    self._many(f"INSERT INTO {self._name}_part VALUES (?, ?)", ((parts, other) for other in together))
            self._many(f"DELETE FROM {self._name} WHERE id = ?", ((one,) for one in found))
        take_apart(f"SELECT id FROM {self._name}_part")
        for part in range(1, parts + 1):
            yield [one for (one,) in self._run(f"SELECT id FROM {self._name}_part WHERE part = ?", (part,))]
        self._run(f"DELETE FROM {self._name}_part")

    def _connected(self, start: Id) -> set[Id]:
        found, ahead = {start}, [start]
        while ahead:
            for other in self._near(ahead.pop()):
                if other not in found:
                    found.add(other)
                    ahead.append(other)
        return found
