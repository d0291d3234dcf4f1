"""The entities and joins of a corpus on the disk, and what of them the last changes have touched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from kgbuild.database import make_tables
from kgbuild.identity.entities import Entity, Join

_TABLES = """
CREATE TABLE IF NOT EXISTS entity (path TEXT PRIMARY KEY, shared INTEGER, shown TEXT, row TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joined (id TEXT PRIMARY KEY, owner TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS joined_owner ON joined (owner);
CREATE TEMP TABLE IF NOT EXISTS old_entity (path TEXT PRIMARY KEY, shown TEXT) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS touched_entity (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS touched_join (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS touched_article (article INTEGER PRIMARY KEY);
"""
#: what the graph of an article, and the judgement on it, take from an entity
SHOWN = ("shared", "iri", "sort", "type", "label", "other_names", "exact_match")


class EntityTable:
    """Entities by path, joins, and lists of what was touched since :meth:`rest`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._run = database.execute
        self._many = database.executemany
        make_tables(database, _TABLES)

    def put(self, path: str, entity: Entity) -> None:
        """Keeps an entity; see :meth:`remove_all`."""
        self.put_all([(path, entity)])

    def put_all(self, entities: Sequence[tuple[str, Entity]]) -> None:
        """Keeps entities by path."""
        self._many("INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?)", (_row(*one) for one in entities))
        self._many("INSERT OR IGNORE INTO touched_entity VALUES (?)", (one[:1] for one in entities))

    def remove_all(self, paths: str, owners: str, *values: str) -> None:
        """Takes out entities, which may be put in again, and joins; :meth:`differs` still knows what entities were.

        Args:
            paths: a query for the paths of entities.
            owners: a query for the owners of joins.
            values: of each of the queries.
        """
        there = f"FROM entity WHERE path IN ({paths})"
        self._run(f"INSERT OR IGNORE INTO old_entity SELECT path, shown {there}", values)
        self._run(f"INSERT OR IGNORE INTO touched_entity SELECT path {there}", values)
        self._run(f"DELETE {there}", values)
        owned = f"FROM joined WHERE owner IN ({owners})"
        self._run(f"INSERT OR IGNORE INTO touched_join SELECT id {owned}", values)
        self._run(f"DELETE {owned}", values)

    def differs(self, path: str) -> bool:
        """Whether articles see something else in an entity than before it was taken out."""
        (now,) = self._run("SELECT shown FROM entity WHERE path = ?", (path,)).fetchone()
        before = self._run("SELECT shown FROM old_entity WHERE path = ?", (path,)).fetchone()
        return before is None or before[0] != now

    def put_join(self, join: Join, owner: str) -> None:
        """Keeps why two names were joined, or were not, until the joins of this owner are removed."""
        self.put_joins([(join, owner)])

    def put_joins(self, joins: Iterable[tuple[Join, str]]) -> None:
        """Keeps joins with their owners; see :meth:`put_join`."""
        rows = [(json.dumps(_values(join)), owner) for join, owner in joins]
        self._many("INSERT OR IGNORE INTO joined VALUES (?, ?)", rows)
        self._many("INSERT OR IGNORE INTO touched_join VALUES (?)", (row[:1] for row in rows))

    def touch_article(self, article: int) -> None:
        """Notes that something has changed for an article."""
        self.touch([article])

    def touch(self, articles: Iterable[int]) -> None:
        """Notes that something has changed for some articles."""
        self._many("INSERT OR IGNORE INTO touched_article VALUES (?)", ((article,) for article in articles))

    def touch_articles(self, query: str, *keys: Any) -> None:
        """Notes it for all articles that a query gives."""
        self._run(f"INSERT OR IGNORE INTO touched_article {query}", keys)

    def get(self, path: str) -> Entity | None:
        """The entity with this path."""
        row = self._run("SELECT row FROM entity WHERE path = ?", (path,)).fetchone()
        return entity_of(row[0]) if row is not None else None

    def rows(self, paths: Iterable[str]) -> dict[str, str]:
        """The rows of the entities among some paths, by path; see :func:`entity_of`."""
        query = "SELECT path, row FROM entity WHERE path IN (SELECT value FROM json_each(?))"
        return dict(self._run(query, (json.dumps([*paths]),)))

    def shown(self, paths: Iterable[str]) -> list[str]:
        """What articles see in the entities among some paths, in their order; see :func:`shown`."""
        query = "SELECT shown FROM entity WHERE path IN (SELECT value FROM json_each(?)) ORDER BY path"
        return [one for (one,) in self._run(query, (json.dumps([*paths]),))]

    def all(self) -> Iterator[tuple[str, Entity]]:
        """Every entity with its path, in the order of their IRIs in N-Quads."""
        for path, row in self._run("SELECT path, row FROM entity ORDER BY path || '>'"):
            yield path, entity_of(row)

    def joins(self) -> Iterator[Join]:
        """Every join, sorted."""
        for (identifier,) in self._run("SELECT id FROM joined ORDER BY id"):
            yield join_of(identifier)

    def settled(self) -> None:
        """Ends one round of changes: what entities are now is what :meth:`differs` compares with."""
        self._run("DELETE FROM old_entity")


def _row(path: str, entity: Entity) -> tuple[str, bool, str, str]:
    return path, entity.shared, shown(entity), json.dumps(_values(entity), separators=(",", ":"))


def shown(entity: Entity) -> str:
    """What articles see in an entity: the values of :data:`SHOWN`, as JSON."""
    return json.dumps([getattr(entity, name) for name in SHOWN])


def _values(one: Entity | Join) -> list[Any]:
    """The fields, of which none holds another dataclass: dataclasses.asdict would copy all that they hold."""
    return [getattr(one, field.name) for field in fields(one)]


def entity_of(row: str) -> Entity:
    """The entity of a row of the table."""
    return entity_with(json.loads(row))


def entity_with(values: Iterable[Any]) -> Entity:
    """The entity of a row of the table that was read as JSON."""
    found: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
    return Entity(*found)


def join_of(row: str) -> Join:
    """The join of a row of the table."""
    return Join(*json.loads(row))
