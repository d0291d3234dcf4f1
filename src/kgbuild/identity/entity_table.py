"""The entities and joins of a corpus on the disk, and what of them the last changes have touched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
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
SHOWN = ("iri", "sort", "type", "label", "other_names", "exact_match")


class EntityTable:
    """Entities by path, joins, and lists of what was touched since :meth:`rest`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._run = database.execute
        make_tables(database, _TABLES)

    def put(self, path: str, entity: Entity) -> None:
        """Keeps an entity; see :meth:`remove`."""
        shown = json.dumps([entity.shared, *(getattr(entity, name) for name in SHOWN)])
        values = (path, entity.shared, shown, json.dumps(_values(entity), separators=(",", ":")))
        self._run("INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?)", values)
        self._run("INSERT OR IGNORE INTO touched_entity VALUES (?)", (path,))

    def remove(self, path: str) -> None:
        """Takes an entity out, which may be put in again; what it was is remembered for :meth:`differs`."""
        self._run("INSERT OR IGNORE INTO old_entity SELECT path, shown FROM entity WHERE path = ?", (path,))
        self._run("INSERT OR IGNORE INTO touched_entity SELECT path FROM entity WHERE path = ?", (path,))
        self._run("DELETE FROM entity WHERE path = ?", (path,))

    def differs(self, path: str) -> bool:
        """Whether articles see something else in an entity than before it was taken out."""
        (now,) = self._run("SELECT shown FROM entity WHERE path = ?", (path,)).fetchone()
        before = self._run("SELECT shown FROM old_entity WHERE path = ?", (path,)).fetchone()
        return before is None or before[0] != now

    def put_join(self, join: Join, owner: str) -> None:
        """Keeps why two names were joined, or were not, until the joins of this owner are removed."""
        text = json.dumps(_values(join))
        self._run("INSERT OR IGNORE INTO joined VALUES (?, ?)", (text, owner))
        self._run("INSERT OR IGNORE INTO touched_join VALUES (?)", (text,))

    def remove_joins(self, owner: str) -> None:
        """Takes out the joins of one owner."""
        self._run("INSERT OR IGNORE INTO touched_join SELECT id FROM joined WHERE owner = ?", (owner,))
        self._run("DELETE FROM joined WHERE owner = ?", (owner,))

    def touch_article(self, article: int) -> None:
        """Notes that something has changed for an article."""
        self._run("INSERT OR IGNORE INTO touched_article VALUES (?)", (article,))

    def touch_articles(self, query: str, *keys: Any) -> None:
        """Notes it for all articles that a query gives."""
        self._run(f"INSERT OR IGNORE INTO touched_article {query}", keys)

    def get(self, path: str) -> Entity | None:
        """The entity with this path."""
        row = self._run("SELECT row FROM entity WHERE path = ?", (path,)).fetchone()
        return entity_of(row[0]) if row is not None else None

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


def _values(one: Entity | Join) -> list[Any]:
    """The fields, of which none holds another dataclass: dataclasses.asdict would copy all that they hold."""
    return [getattr(one, field.name) for field in fields(one)]


def entity_of(row: str) -> Entity:
    """The entity of a row of the table."""
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in json.loads(row)]
    return Entity(*values)


def join_of(row: str) -> Join:
    """The join of a row of the table."""
    return Join(*json.loads(row))
