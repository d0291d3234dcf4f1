"""Units, their likely pairs, and the actors that they are, kept on the disk: a change costs what it touches.

What :mod:`kgbuild.identity.units` and :mod:`kgbuild.identity.joining` decide depends on little: the units of a name on
the observations of that name, an edge on the two units and on how many share their blocks, and what is joined on the
units that a chain of edges connects. So each of these is worked out again where something of that has changed, and
nothing depends on what was there before: the tables are the same whatever the order of the changes.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from kgbuild.database import make_tables, taken
from kgbuild.identity.connected import Connected
from kgbuild.identity.describing import Describer, actor_joins, cluster_path
from kgbuild.identity.entities import Entity, Join
from kgbuild.identity.entity_table import EntityTable
from kgbuild.identity.joining import Edge, blocks_of, edge_of, join_edges, judged_names, spelt_out, telling
from kgbuild.identity.judgements import Judgements
from kgbuild.identity.observation_codec import content_text
from kgbuild.identity.observations import ArticleObservations, Observation
from kgbuild.identity.same_units import OldUnits, SameUnits
from kgbuild.identity.unit_rows import (
    KnownUnit,
    content_of,
    counts_of,
    gist_of,
    observation_of,
    unit_of,
)
from kgbuild.identity.units import Group, Unit, distinct_id, groups_of, units_of

_TABLES = """
CREATE TABLE IF NOT EXISTS content (id INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS observed (article INTEGER, place INTEGER, key TEXT, path TEXT, target TEXT, content INTEGER,
    unit INTEGER, PRIMARY KEY (article, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS observed_target ON observed (target);
CREATE INDEX IF NOT EXISTS observed_unit ON observed (unit);
CREATE TABLE IF NOT EXISTS unit (uid INTEGER PRIMARY KEY, target TEXT, base TEXT, full TEXT, id TEXT, gist TEXT,
    counts TEXT, cluster TEXT);
CREATE INDEX IF NOT EXISTS unit_target ON unit (target);
CREATE INDEX IF NOT EXISTS unit_base ON unit (base);
CREATE TABLE IF NOT EXISTS block (block TEXT, uid INTEGER, spelt INTEGER, PRIMARY KEY (block, uid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS block_uid ON block (uid);
CREATE TABLE IF NOT EXISTS block_state (block TEXT PRIMARY KEY, telling INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edge (low INTEGER, high INTEGER, score REAL, why TEXT, decision TEXT,
    PRIMARY KEY (low, high)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_high ON edge (high);
CREATE TABLE IF NOT EXISTS judged (uid INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS todo_target (target TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS todo_base (base TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS todo_block (block TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS todo_edges (uid INTEGER PRIMARY KEY);
"""
#: rows that are worked on together
_AT_ONCE = 200
_EDGES_OF = "SELECT high FROM edge WHERE low = ?1 UNION ALL SELECT low FROM edge WHERE high = ?1"

#: a unit with its number
_Numbered = tuple[KnownUnit, int]


class _Member(NamedTuple):
    """A unit among those that edges connect: its number, what it was last, and in how many articles it is."""

    uid: int
    unit: KnownUnit
    cluster: str
    articles: int


class _Joined(NamedTuple):
    """What some units are: entities by path, joins with their owners, and the path of each unit."""

    entities: list[tuple[str, Entity]]
    joins: list[tuple[Join, str]]
    placed: list[tuple[_Member, str]]


def _place(one: Observation) -> tuple[int, int]:
    return int(one.article), int(one.key)


class UnitIndex:
    """The units of a corpus.

    Args:
        database: to keep them in.
        describer: which knows what the authority adds.
        judgements: of the user, with paths.
        entities: where what the units are is kept.
    """

    def __init__(
        self, database: sqlite3.Connection, describer: Describer, judgements: Judgements, entities: EntityTable
    ) -> None:
        self._database = database
        self._run = database.execute
        self._many = database.executemany
        self._describer = describer
        self._judgements = judgements
        self._judged = {name for one in judgements.decisions for name in (one.left, one.right)}
        self._entities = entities
        make_tables(database, _TABLES)
        self._todo: Connected[int] = Connected(database, "todo_unit", "INTEGER", self._near)

    def observe(self, article: int, seen: ArticleObservations) -> None:
        """Takes in the actors of an article."""
        rows = []
        for place, one in enumerate(seen.actors):
            # an observation that a judgement names is a unit of its own
            alone = one.target[0] == "local" or one.path in self._judged
            target = json.dumps((*(("peeled", one.path) if alone else ()), *one.target))
            rows.append((article, place, one.key, one.path, target, content_text(one)))
        self._many("INSERT OR IGNORE INTO content (text) VALUES (?)", (row[-1:] for row in rows))
        self._many("INSERT INTO observed SELECT ?, ?, ?, ?, ?, id, NULL FROM content WHERE text = ?", rows)
        self._many("INSERT OR IGNORE INTO todo_target VALUES (?)", (row[-2:-1] for row in rows))

    def forget(self, article: int) -> None:
        """Takes an article's actors out again."""
        self._run("INSERT OR IGNORE INTO todo_target SELECT target FROM observed WHERE article = ?", (article,))
        self._run("DELETE FROM observed WHERE article = ?", (article,))

    def settling(self) -> Iterator[None]:
        """Works out again what the changes touch, in small steps; notes the articles that this is new to."""
        for target in taken(self._database, "todo_target", "target"):
            self._regroup(target)
            yield
        self._rename()
        yield from self._pair()
        # what the units are that edges connect with one that has changed
        joined = _Joined([], [], [])
        for uids in self._todo.parts(self._retract):
            self._join(uids, joined)
            if len(joined.placed) > _AT_ONCE:
                self._put_joined(joined)
                joined = _Joined([], [], [])
                yield
        self._put_joined(joined)

    def _regroup(self, target: str) -> None:
        """The units of the observations of one target."""
        kind: tuple[str, ...] = tuple(json.loads(target))
        if kind[0] in ("authority", "body"):
            self._regroup_known(target, kind)
            return
        rows = self._run(
            "SELECT article, place, path, text, unit FROM observed JOIN content ON id = content WHERE target = ?",
            (target,),
        ).fetchall()
        group, unit_before = [], {}
        peeled = kind[0] == "peeled"
        real = kind[2:] if peeled else kind
        for article, place, path, text, unit in rows:
            group.append(observation_of(article, place, path, real, text))
            unit_before[article, place] = unit
        old = self._old_units(target)
        if not group:
            groups = []
        elif peeled:
            groups = [Group(one.path, [one], shared=False) for one in group]
        else:
            groups = groups_of(real, group, self._describer.path_of)
        same = SameUnits(real, old)
        units = [
            one.unit(real)
            for one in groups
            if len(one.observations) > 1 or not same.take(one, unit_before[_place(one.observations[0])])
        ]
        old = same.left()
        for unit in sorted(units, key=lambda unit: (unit.id, distinct_id(unit))):
            uid = self._put(target, unit, counts_of(unit, Counter(one.name for one in unit.observations)), old)
            places = [_place(one) for one in unit.observations]
            moved = [(uid, *where) for where in places if unit_before[where] != uid]
            self._many("UPDATE observed SET unit = ? WHERE article = ? AND place = ?", moved)
            self._entities.touch(article for _, article, _ in moved)
            if moved:
                self._todo.add(uid)
        self._remove_left(old)

    def _regroup_known(self, target: str, kind: tuple[str, ...]) -> None:
        """As :meth:`_regroup`, where all observations are one unit whatever they say: equal ones are counted in SQL.

        States are in a good part of all articles; to hold all that is said of one would take memory for each of them.
        """
        old = self._old_units(target)
        query = "SELECT text, COUNT(*) FROM observed JOIN content ON id = content WHERE target = ? GROUP BY id"
        counted = [(content_of(text), count) for text, count in self._run(query, (target,))]
        if counted:
            (path,) = self._run("SELECT MIN(path) FROM observed WHERE target = ?", (target,)).fetchone()
            # the first by path is what an id that several units would have is made distinct by
            (unit,) = units_of(kind, [replace(one, path=path) for one, _ in counted], self._describer.path_of)
            canonical: Counter[str] = Counter()
            unit.names, unit.types = Counter(), Counter()
            for one, count in counted:
                canonical[one.name] += count
                unit.types[one.type] += count
                for name in one.names:
                    unit.names[name] += count
            uid = self._put(target, unit, counts_of(unit, canonical), old)
            moved = "FROM observed WHERE target = ? AND unit IS NOT ?"
            self._entities.touch_articles(f"SELECT DISTINCT article {moved}", target, uid)
            update = "UPDATE observed SET unit = ?2 WHERE target = ?1 AND unit IS NOT ?2"
            if self._run(update, (target, uid)).rowcount:
                self._todo.add(uid)
        self._remove_left(old)

    def _put(self, target: str, unit: Unit, counts: str, old: OldUnits) -> int:
        """Writes a unit, in place of one of the same id where there is one left; gives its number.

        Very many units may have one target, so those of which nothing has changed are not looked at again. That one of
        the same counts has other articles shows in that its observations are new to it.
        """
        full, gist = distinct_id(unit), gist_of(unit)
        same = old.get(unit.id)
        if same:
            uid, old_full, old_gist, old_counts = same.pop()
            if (full, gist, counts) == (old_full, old_gist, old_counts):
                return uid
            if (full, gist) != (old_full, old_gist):
                self._run("INSERT OR IGNORE INTO todo_edges VALUES (?)", (uid,))
            update = "UPDATE unit SET full = ?, gist = ?, counts = ? WHERE uid = ?"
            self._run(update, (full, gist, counts, uid))
        else:
            made = self._run(
                "INSERT INTO unit (target, base, full, id, gist, counts, cluster) VALUES (?, ?, ?, ?, ?, ?, '')",
                (target, unit.id, full, unit.id, gist, counts),
            )
            assert made.lastrowid is not None
            uid = made.lastrowid
            self._run("INSERT OR IGNORE INTO todo_edges VALUES (?)", (uid,))
        self._run("INSERT OR IGNORE INTO todo_base VALUES (?)", (unit.id,))
        self._todo.add(uid)
        return uid

    def _old_units(self, target: str) -> OldUnits:
        """The units that a target had: for each id their numbers and what their rows tell."""
        old: OldUnits = {}
        known = "SELECT base, uid, full, gist, counts FROM unit WHERE target = ? ORDER BY full DESC"
        for base, *rest in self._run(known, (target,)):
            old.setdefault(base, []).append(tuple(rest))
        return old

    def _remove_left(self, old: OldUnits) -> None:
        """Removes the units that are left of those that a target had."""
        for base, left_over in old.items():
            for uid, *_ in left_over:
                self._run("INSERT OR IGNORE INTO todo_base VALUES (?)", (base,))
                self._remove(uid)

    def _remove(self, uid: int) -> None:
        self._unlink(uid)
        self._run("INSERT OR IGNORE INTO todo_block SELECT block FROM block WHERE uid = ?", (uid,))
        self._run("DELETE FROM block WHERE uid = ?", (uid,))
        self._retract(f"SELECT {uid} AS id")
        self._todo.discard(uid)
        for table in ("unit", "judged", "todo_edges"):
            self._run(f"DELETE FROM {table} WHERE uid = ?", (uid,))

    def _retract(self, uids: str) -> None:
        """What the units that a query gives were part of is not known any more."""
        self._entities.remove_all(f"SELECT cluster FROM unit WHERE uid IN ({uids})", f"SELECT 'u' || id FROM ({uids})")

    def _unlink(self, uid: int) -> None:
        """Takes a unit's edges away; those at their other ends have to be looked at again."""
        self._todo.add_all(_EDGES_OF, uid)
        self._run("DELETE FROM edge WHERE low = ?", (uid,))
        self._run("DELETE FROM edge WHERE high = ?", (uid,))

    def _rename(self) -> None:
        """Ids that several units would have are made distinct."""
        changed = "SELECT base FROM todo_base"
        shared = f"SELECT base, COUNT(*) > 1 AS several FROM unit WHERE base IN ({changed}) GROUP BY base"
        renamed = self._run(
            "SELECT CASE WHEN several THEN full ELSE base END AS wanted, uid "
            f"FROM ({shared}) JOIN unit USING (base) WHERE wanted <> id"
        ).fetchall()
        self._many("UPDATE unit SET id = ? WHERE uid = ?", renamed)
        self._many("INSERT OR IGNORE INTO todo_edges VALUES (?)", (row[1:] for row in renamed))
        self._todo.add(*(uid for _, uid in renamed))
        self._run("DELETE FROM todo_base")

    def _pair(self) -> Iterator[None]:
        """The edges of units that have changed, or whose blocks now tell something else."""
        changed = "SELECT uid FROM todo_edges"
        self._run(f"INSERT OR IGNORE INTO todo_block SELECT block FROM block WHERE uid IN ({changed})")
        self._run(f"DELETE FROM block WHERE uid IN ({changed})")
        self._run(f"DELETE FROM judged WHERE uid IN ({changed})")
        for units in self._changed():
            rows = [
                (json.dumps(block), uid, spelt_out(unit)) for unit, uid in units for block in sorted(blocks_of(unit))
            ]
            self._many("INSERT INTO block VALUES (?, ?, ?)", rows)
            self._many("INSERT OR IGNORE INTO todo_block VALUES (?)", (row[:1] for row in rows))
            if self._judged:
                named = ((uid,) for unit, uid in units if self._judged & judged_names(unit))
                self._many("INSERT INTO judged VALUES (?)", named)
            yield
        self._weigh_blocks()
        self._todo.add_all(f"SELECT high FROM edge WHERE low IN ({changed})")
        self._todo.add_all(f"SELECT low FROM edge WHERE high IN ({changed})")
        self._todo.add_all(changed)
        self._run(f"DELETE FROM edge WHERE low IN ({changed})")
        self._run(f"DELETE FROM edge WHERE high IN ({changed})")
        near = (
            "SELECT DISTINCT other.uid FROM block mine JOIN block_state state ON state.block = mine.block "
            "JOIN block other ON other.block = mine.block WHERE mine.uid = ?1 AND state.telling AND other.uid <> ?1 "
            f"AND NOT (other.uid < ?1 AND other.uid IN ({changed}))"
        )
        others = f"SELECT uid, id, gist, counts FROM unit WHERE uid IN ({near})"
        for units in self._changed():
            for unit, uid in units:
                near_by = self._run(others, (uid,)).fetchall()
                self._add_edges(
                    ((unit, uid), (unit_of(name, gist, counts), other)) for other, name, gist, counts in near_by
                )
            yield
        self._run("DELETE FROM todo_edges")

    def _weigh_blocks(self) -> None:
        """Works out again which of the blocks that have changed tell something of the units in them."""
        query = (
            "SELECT todo.block, COUNT(uid), SUM(spelt), telling "
            "FROM (SELECT block FROM todo_block WHERE block > ? ORDER BY block LIMIT ?) todo "
            "LEFT JOIN block USING (block) LEFT JOIN block_state USING (block) GROUP BY todo.block ORDER BY todo.block"
        )
        last = ""
        while rows := self._run(query, (last, _AT_ONCE)).fetchall():
            last = rows[-1][0]
            empty, other = [], []
            for block, members, spelt, before in rows:
                if not members:
                    empty.append((block,))
                    continue
                now = telling(tuple(json.loads(block)), members, spelt)
                if before is None or bool(before) != now:
                    other.append((block, now))
            self._many("DELETE FROM block_state WHERE block = ?", empty)
            self._many("INSERT OR REPLACE INTO block_state VALUES (?, ?)", other)
            again = "INSERT OR IGNORE INTO todo_edges SELECT uid FROM block WHERE block = ?"
            self._many(again, (row[:1] for row in other))
        self._run("DELETE FROM todo_block")

    def _add_edges(self, pairs: Iterable[tuple[_Numbered, _Numbered]]) -> None:
        rows = []
        for ends in pairs:
            (one, low), (other, high) = sorted(ends, key=lambda end: end[0].id)
            edge = edge_of(one, other, 0, 1)
            if edge is not None:
                rows.append((low, high, edge.score, edge.why, edge.decision))
        self._many("INSERT OR REPLACE INTO edge VALUES (?, ?, ?, ?, ?)", rows)
        self._todo.add(*(uid for row in rows for uid in row[:2]))

    def _changed(self) -> Iterator[list[_Numbered]]:
        """The units whose edges have to be worked out again, which stay on that list; some at a time."""
        query = "SELECT uid, id, gist, counts FROM todo_edges JOIN unit USING (uid) WHERE uid > ? ORDER BY uid LIMIT ?"
        last = -1
        while rows := self._run(query, (last, _AT_ONCE)).fetchall():
            last = rows[-1][0]
            yield [(unit_of(*row), uid) for uid, *row in rows]

    def _near(self, uid: int) -> list[int]:
        """What may be one with a unit: at the other end of an edge, or named by judgements as it is."""
        near = [other for (other,) in self._run(_EDGES_OF, (uid,))]
        if self._judged and self._run("SELECT 1 FROM judged WHERE uid = ?", (uid,)).fetchone():
            near += [other for (other,) in self._run("SELECT uid FROM judged")]
        return near

    def _join(self, uids: list[int], joined: _Joined) -> None:
        """What connected units are."""
        members = sorted(map(self._member, uids), key=lambda one: one.unit.id)
        place = {one.uid: number for number, one in enumerate(members)}
        edges = [
            Edge(score, why, place[low], place[high], decision)
            for uid in (uids if len(uids) > 1 else ())
            for low, high, score, why, decision in self._run("SELECT * FROM edge WHERE low = ?", (uid,))
        ]
        clusters = join_edges([one.unit for one in members], edges, self._judgements)
        member_of = {one.unit.id: one for one in members}
        paths: dict[str, str] = {}
        for group in clusters.members():
            path = cluster_path(group)
            paths.update((unit.id, path) for unit in group)
            some = [member_of[unit.id] for unit in group]
            canonical: Counter[str] = Counter()
            for one in some:
                canonical.update(one.unit.canonical)
            joined.entities.append((path, self._describer.actor(group, path, canonical, self._articles(some))))
            joined.placed.extend((one, path) for one in some)
        for join in actor_joins(clusters, paths, self._describer.base):
            joined.joins.append((join, f"u{member_of[join.left].uid}"))

    def _member(self, uid: int) -> _Member:
        query = (
            "SELECT cluster, (SELECT COUNT(DISTINCT article) FROM observed WHERE unit = uid), id, gist, counts "
            "FROM unit WHERE uid = ?"
        )
        cluster, articles, *row = self._run(query, (uid,)).fetchone()
        return _Member(uid, unit_of(*row), cluster, articles)

    def _articles(self, members: list[_Member]) -> int:
        """In how many articles some units are."""
        if len(members) == 1:
            return members[0].articles
        found = (self._run("SELECT article FROM observed WHERE unit = ?", (one.uid,)) for one in members)
        return len({article for rows in found for (article,) in rows})

    def _put_joined(self, joined: _Joined) -> None:
        """Keeps what units are; their articles have to be looked at again if that is new to them."""
        self._entities.put_all(joined.entities)
        self._entities.put_joins(joined.joins)
        moved = ((path, one.uid) for one, path in joined.placed if one.cluster != path)
        self._many("UPDATE unit SET cluster = ? WHERE uid = ?", moved)
        new = ((one.uid,) for one, path in joined.placed if one.cluster != path or self._entities.differs(path))
        self._many("INSERT OR IGNORE INTO touched_article SELECT article FROM observed WHERE unit = ?", new)
