"""Counts over all articles, kept on the disk: what an article adds is taken away again when it changes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kgbuild.build.finished import Head
from kgbuild.database import make_tables

if TYPE_CHECKING:
    from kgbuild.identity import Entity

_TABLES = """
CREATE TABLE IF NOT EXISTS tally (kind TEXT, name TEXT, number INTEGER, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS thing (class TEXT, iri TEXT, number INTEGER, PRIMARY KEY (class, iri)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entity_thing (path TEXT PRIMARY KEY, class TEXT, iri TEXT, quads INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS follows (name TEXT, said TEXT, number INTEGER, PRIMARY KEY (name, said)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (name TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (article TEXT, rank TEXT, data TEXT);
CREATE INDEX IF NOT EXISTS result_article ON result (article);
CREATE INDEX IF NOT EXISTS result_rank ON result (rank);
CREATE TEMP TABLE IF NOT EXISTS touched_conclusion (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""

#: results of validation that the report lists; it counts all of them
RESULTS_LISTED = 1000


class Tallies:
    """The counts.

    Args:
        database: to keep them in.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._run = database.execute
        self._many = database.executemany
        make_tables(database, _TABLES)

    def add(self, article: str, head: Head) -> None:
        """Takes in what is said of an article."""
        self._count(head, 1)
        self.add_report(article, head.report)

    def remove(self, article: str, head: Head) -> None:
        """Takes it out again."""
        self._count(head, -1)
        self.remove_report(article, head.report)

    def _count(self, head: Head, sign: int) -> None:
        self._tally("quads", {"": head.quads}, sign)
        self._tally("inferred", {"": head.inferred}, sign)
        self._tally("class", head.classes, sign)
        self.things(head.shared, sign)
        self._many(
            "INSERT INTO follows VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
            ((*one, sign) for one in head.follows),
        )
        self._many("INSERT OR IGNORE INTO touched_conclusion VALUES (?)", (one[:1] for one in head.follows))

    def things(self, things: Sequence[Sequence[str]], sign: int) -> None:
        """Takes in, or out, things that several may tell of: class and IRI."""
        self._many(
            "INSERT INTO thing VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
            ((*thing, sign) for thing in things),
        )
        if sign < 0:
            self._many("DELETE FROM thing WHERE class = ? AND iri = ? AND number = 0", (tuple(one) for one in things))

    def add_report(self, article: str, report: dict[str, Any]) -> None:
        """Takes in what validation says of an article."""
        self._tally("focus", report["counts"], 1)
        for row in report["results"]:
            self._tally("severity", {row[4]: 1}, 1)
            self._run("INSERT INTO result VALUES (?, ?, ?)", (article, _rank(row), json.dumps(row)))

    def remove_report(self, article: str, report: dict[str, Any]) -> None:
        """Takes it out again."""
        self._tally("focus", report["counts"], -1)
        for row in report["results"]:
            self._tally("severity", {row[4]: 1}, -1)
        self._run("DELETE FROM result WHERE article = ?", (article,))

    def _tally(self, kind: str, counts: dict[str, int], sign: int) -> None:
        self._many(
            "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
            ((kind, name, sign * count) for name, count in counts.items()),
        )

    def _named(self, kind: str) -> dict[str, int]:
        return dict(self._run("SELECT name, number FROM tally WHERE kind = ? ORDER BY name", (kind,)))

    @property
    def quads(self) -> int:
        """How many quads are in the graphs of the articles."""
        return self._named("quads").get("", 0)

    @property
    def identity_quads(self) -> int:
        """How many quads are in the identity graph."""
        return self._named("identity").get("", 0)

    @property
    def inferred(self) -> int:
        """How many triples follow, as of the last :meth:`settled_conclusions`."""
        # there may be very many, so they are not counted anew
        return self._named("inferred").get("", 0) + self._named("follows").get("", 0)

    @property
    def classes(self) -> dict[str, int]:
        """How many things there are of each class, sorted."""
        counts = {name: count for name, count in self._named("class").items() if count}
        for name, count in self._run("SELECT class, COUNT(*) FROM thing GROUP BY class"):
            counts[name] = counts.get(name, 0) + count
        return dict(sorted(counts.items()))

    def settled_conclusions(self) -> Iterator[list[tuple[str, bool]]]:
        """Of what follows of shared things, the pieces that are other ones than when they were last asked for.

        Yields:
            Names of pieces as :func:`kgbuild.build.finished.conclusions` gives them, some at a time, each with whether
            it is there.
        """
        # what articles say is put together by lines, since these have no line ends in them
        query = (
            "SELECT name, (SELECT group_concat(follows.said, char(10)) FROM follows "
            "WHERE follows.name = touched_conclusion.name AND number > 0), told.said "
            "FROM touched_conclusion LEFT JOIN told USING (name) LIMIT 500"
        )
        while rows := self._run(query).fetchall():
            now = [(name, _united(said) if said is not None else None, before) for name, said, before in rows]
            other = [row for row in now if row[1] != row[2]]
            yield [(name, said is not None) for name, said, _ in other]
            self._tally("follows", {"": sum(_count_lines(said) - _count_lines(old) for _, said, old in other)}, 1)
            self._many("INSERT OR REPLACE INTO told VALUES (?, ?)", (row[:2] for row in other if row[1] is not None))
            self._many("DELETE FROM told WHERE name = ?", (row[:1] for row in other if row[1] is None))
            self._many("DELETE FROM follows WHERE name = ? AND number = 0", (row[:1] for row in rows))
            self._many("DELETE FROM touched_conclusion WHERE name = ?", (row[:1] for row in rows))

    def conclusion(self, name: str) -> str:
        """What is said in a piece of what follows, as of the last :meth:`settled_conclusions`."""
        (said,) = self._run("SELECT said FROM told WHERE name = ?", (name,)).fetchone()
        return str(said)

    def conclusions(self) -> Iterator[tuple[str, str]]:
        """All pieces of what follows of shared things, by name, as of the last :meth:`settled_conclusions`."""
        yield from self._run("SELECT name, said FROM told ORDER BY name")

    def entity(self, path: str, entity: Entity | None) -> None:
        """Takes in an entity in place of what it was; None if it has gone."""
        before = self._run("SELECT class, iri, quads FROM entity_thing WHERE path = ?", (path,)).fetchone()
        now = (entity.type, entity.iri, _quads(entity)) if entity is not None else None
        if before == now:
            return
        for row, sign in ((before, -1), (now, 1)):
            if row is not None:
                self.things([row[:2]], sign)
                self._tally("identity", {"": row[2]}, sign)
        self._run("DELETE FROM entity_thing WHERE path = ?", (path,))
        if now is not None:
            self._run("INSERT INTO entity_thing VALUES (?, ?, ?, ?)", (path, *now))

    def report(self) -> dict[str, Any]:
        """What validation says of all articles, as plain data: all counts, and the worst results."""
        listed = [
            json.loads(data)
            for (data,) in self._run(f"SELECT data FROM result ORDER BY rank, data LIMIT {RESULTS_LISTED}")
        ]
        omitted = {name: count for name, count in self._named("severity").items() if count}
        for row in listed:
            omitted[row[4]] -= 1
        return {
            "results": listed,
            "counts": self._named("focus"),
            "omitted": {name: count for name, count in omitted.items() if count},
        }


def _united(said: str) -> str:
    """What several articles say in a piece of what follows."""
    return "\n".join(sorted(set(said.split("\n"))))


def _count_lines(said: str | None) -> int:
    return said.count("\n") + 1 if said is not None else 0


def _quads(entity: Entity) -> int:
    """How many quads :func:`kgbuild.graph.mapping.identity_quads` makes of an entity: class, label, names and links."""
    return 2 + len(set(entity.other_names) - {"", entity.label}) + len(set(entity.exact_match))


def _rank(row: list[Any]) -> str:
    """Sorts results as a report does: by severity, then by graph."""
    order = {"Violation": "0", "Warning": "1"}.get(row[4], "2")
    return f"{order} {json.dumps([row[7], row[0], row[1], row[2], row[3], row[6], row[5]])}"
