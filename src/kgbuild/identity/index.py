"""Who is who in a corpus, kept on the disk: articles come and go, and only what they touch is worked out again.

The tables depend on the articles alone, not on the order in which they came; what they say is what
:func:`kgbuild.identity.resolution.resolve` finds in memory. Memory is bounded by what belongs together, not by the
corpus.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator

from kgbuild.authority import Authority
from kgbuild.database import make_tables, taken
from kgbuild.identity.describing import Describer, relative
from kgbuild.identity.entity_table import EntityTable
from kgbuild.identity.events import event_paths
from kgbuild.identity.judgements import Judgements
from kgbuild.identity.minting import check_base
from kgbuild.identity.observation_codec import decode_observations
from kgbuild.identity.observations import ArticleObservations
from kgbuild.identity.treaty_index import TreatyIndex
from kgbuild.identity.unit_index import UnitIndex

_TABLES = """
CREATE TABLE IF NOT EXISTS seen (article INTEGER PRIMARY KEY, own TEXT, other TEXT, path TEXT, mark TEXT, keys TEXT,
    data BLOB);
CREATE INDEX IF NOT EXISTS seen_own ON seen (own);
CREATE INDEX IF NOT EXISTS seen_path ON seen (path);
CREATE TEMP TABLE IF NOT EXISTS todo_own (own TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS changed_article (article INTEGER PRIMARY KEY);
"""


class IdentityIndex:
    """An IRI for everything in a corpus that changes.

    Args:
        database: to keep it in; with each other authority, base or judgements it has to be another, empty one.
        authority: what is known of actors and treaties.
        base: base IRI of the resources.
        judgements: of the user.
    """

    def __init__(self, database: sqlite3.Connection, authority: Authority, base: str, judgements: Judgements) -> None:
        self.base = check_base(base)
        self._database = database
        self._run = database.execute
        describer = Describer(authority, base)
        judgements = relative(judgements, base)
        self.entities = EntityTable(database)
        self._describer = describer
        self._units = UnitIndex(database, describer, judgements, self.entities)
        self._treaties = TreatyIndex(database, describer, judgements, self.entities)
        make_tables(database, _TABLES)

    def remove(self, article: int) -> None:
        """Takes an article out; see :meth:`settle`."""
        (own,) = self._run("SELECT own FROM seen WHERE article = ?", (article,)).fetchone()
        self._run("INSERT OR IGNORE INTO todo_own VALUES (?)", (own,))
        self._run("DELETE FROM seen WHERE article = ?", (article,))
        self._run("DELETE FROM changed_article WHERE article = ?", (article,))
        self._units.forget(article)
        self._treaties.forget(article)

    def add(self, article: int, data: bytes) -> None:
        """Takes an article in; see :meth:`settle`.

        Args:
            article: its number.
            data: of :func:`kgbuild.identity.observation_codec.encode_observations`.
        """
        seen = decode_observations(data)
        values = (article, seen.path, seen.other_path(), seen.fingerprint, zlib.compress(data, 1))
        self._run("INSERT INTO seen VALUES (?, ?, ?, NULL, ?, '', ?)", values)
        self._run("INSERT OR IGNORE INTO todo_own VALUES (?)", (seen.path,))

    def change(self, article: int) -> None:
        """Notes that something has changed about an article that identity does not look at; see :meth:`changed`."""
        self._run("INSERT OR IGNORE INTO changed_article VALUES (?)", (article,))

    def settle(self) -> None:
        """Works out what the articles that came and went have changed; see :meth:`changed`."""
        for _ in self.settling():
            pass

    def settling(self) -> Iterator[None]:
        """As :meth:`settle`, in small steps, which have to be taken to the end; between them articles may be added.

        What is said of these then is worked out by the next call at the latest.
        """
        for own in taken(self._database, "todo_own", "own"):
            self._settle_path(own)
            yield
        yield from self._units.settling()
        for article in self._touched():
            seen = self._seen(article)
            paths = self._actor_paths(article)
            shared = {path for path, is_shared in paths.values() if is_shared}
            keys = {key: path for key, (path, _) in paths.items()}
            self._treaties.observe(article, self._describer.views(seen, keys, shared.__contains__))
            yield
        yield from self._treaties.settling()
        for article in self._touched():
            text = json.dumps(self._keys(article), separators=(",", ":"))
            self._run("UPDATE seen SET keys = ? WHERE article = ?", (text, article))
            self._run("INSERT OR IGNORE INTO changed_article VALUES (?)", (article,))
            yield
        self._run("DELETE FROM touched_article")
        self.entities.settled()

    def _settle_path(self, own: str) -> None:
        """Gives articles that share a URL but not their text a path of their own."""
        rows = self._run("SELECT article, other, path FROM seen WHERE own = ?", (own,)).fetchall()
        for article, other, before in rows:
            path = own if len(rows) == 1 else other
            if path == before:
                continue
            if before is not None:
                self._units.forget(article)
                self._treaties.forget(article)
            self._run("UPDATE seen SET path = ? WHERE article = ?", (path, article))
            self._units.observe(article, self._seen(article))
            self.entities.touch_article(article)

    def _touched(self) -> Iterator[int]:
        last = -1
        next_one = "SELECT article FROM touched_article WHERE article > ? ORDER BY article LIMIT 1"
        while row := self._run(next_one, (last,)).fetchone():
            last = row[0]
            # one that has gone is not there to be looked at again
            if self._run("SELECT 1 FROM seen WHERE article = ?", (last,)).fetchone():
                yield last

    def _seen(self, article: int) -> ArticleObservations:
        path, data = self._run("SELECT path, data FROM seen WHERE article = ?", (article,)).fetchone()
        seen = decode_observations(zlib.decompress(data))
        return seen if seen.path == path else seen.moved(path)

    def _actor_paths(self, article: int) -> dict[str, tuple[str, bool]]:
        query = (
            "SELECT key, cluster, shared FROM observed JOIN unit ON uid = unit JOIN entity ON entity.path = cluster "
            "WHERE article = ?"
        )
        return {key: (path, bool(shared)) for key, path, shared in self._run(query, (article,))}

    def _keys(self, article: int) -> dict[str, str]:
        """The path of everything that an article speaks of, by key, sorted."""
        seen = self._seen(article)
        paths = self._actor_paths(article)
        query = "SELECT key, cluster, shared FROM view JOIN entity ON entity.path = cluster WHERE article = ?"
        paths.update((key, (path, bool(shared))) for key, path, shared in self._run(query, (article,)))

        def shared_path(key: str) -> str | None:
            path, shared = paths.get(key, ("", False))
            return path if shared else None

        keys = {key: f"{seen.path}/{path}" for key, path in seen.local.items()}
        keys.update((key, path) for key, (path, _) in paths.items())
        keys.update(event_paths(seen.events, seen.local, shared_path))
        return dict(sorted(keys.items()))

    def changed(self) -> Iterator[int]:
        """The articles of which something has changed since it was last asked for, in the order of their paths."""
        rows = "SELECT article FROM changed_article JOIN seen USING (article) ORDER BY path, mark"
        self._run("CREATE TEMP TABLE IF NOT EXISTS asked (place INTEGER PRIMARY KEY, article INTEGER)")
        self._run("DELETE FROM asked")
        self._run(f"INSERT INTO asked (article) {rows}")
        self._run("DELETE FROM changed_article")
        place = 0
        while row := self._run("SELECT place, article FROM asked WHERE place > ? LIMIT 1", (place,)).fetchone():
            place, article = row
            yield article

    def collisions(self) -> list[int]:
        """Articles whose IRI another one has as well: all but the first of each, by fingerprint."""
        doubled = "SELECT path FROM seen GROUP BY path HAVING COUNT(*) > 1"
        rows = self._run(f"SELECT path, article FROM seen WHERE path IN ({doubled}) ORDER BY path, mark").fetchall()
        return [article for (path, article), before in zip(rows[1:], rows, strict=False) if before[0] == path]

    def path(self, article: int) -> str:
        """The path of an article's IRI."""
        return str(self._run("SELECT path FROM seen WHERE article = ?", (article,)).fetchone()[0])

    def article(self, article: int) -> tuple[str, str, dict[str, str], list[str]]:
        """What the graph of an article takes from identity.

        Returns:
            Its fingerprint, its path, for each key the path of what it stands for, and of the entities among these, in
            the order of their IRIs, what articles see in them; see :func:`kgbuild.identity.entity_table.shown`.
        """
        mark, path, keys = self._run("SELECT mark, path, keys FROM seen WHERE article = ?", (article,)).fetchone()
        of_key: dict[str, str] = json.loads(keys)
        return mark, path, of_key, self.entities.shown(of_key.values())


def index_of(
    database: sqlite3.Connection,
    authority: Authority,
    base: str,
    judgements: Judgements,
    articles: Iterable[tuple[int, bytes]],
) -> IdentityIndex:
    """An index of some articles; see :meth:`IdentityIndex.add`."""
    index = IdentityIndex(database, authority, base, judgements)
    for number, data in articles:
        index.add(number, data)
    index.settle()
    return index
