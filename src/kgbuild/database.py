"""What all that is kept in tables of SQLite has in common."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any


def make_tables(database: sqlite3.Connection, statements: str) -> None:
    """Makes tables and indexes, within the transaction that is going on.

    Args:
        database: to make them in.
        statements: of SQL, separated by semicolons, of which there are none within them.
    """
    # one by one: executescript would end the transaction
    for statement in filter(str.strip, statements.split(";")):
        database.execute(statement)


def taken(database: sqlite3.Connection, table: str, column: str) -> Iterator[Any]:
    """The values of a list of things to do, each taken off it; more may come while it is read.

    Args:
        database: where it is.
        table: its name.
        column: the one that holds the values.
    """
    while rows := database.execute(f"SELECT {column} FROM {table} LIMIT 200").fetchall():
        # what comes again while it is worked on is worked on again
        database.executemany(f"DELETE FROM {table} WHERE {column} = ?", rows)
        for (value,) in rows:
            yield value
