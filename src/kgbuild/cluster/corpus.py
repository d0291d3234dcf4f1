"""What all partitions together tell: each text once, who is who, and what the graph of each article takes from that.

This is the one step in which articles depend on each other. It is done on the machine that starts the build, from
observations of a few kilobytes for each article, in a database on its disk.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build.corpus import PREFERENCE, Failure, copies_text
from kgbuild.build.manifest import article_line
from kgbuild.build.work import frame, framed, slice_bytes
from kgbuild.cluster.storage import Store, read_records, spooled, write_record
from kgbuild.cluster.tasks import WORK, stored_row
from kgbuild.database import make_tables
from kgbuild.identity.index import IdentityIndex

if TYPE_CHECKING:
    from kgbuild.authority import Authority
    from kgbuild.identity import Judgements

_TABLES = """
CREATE TABLE reading (id INTEGER PRIMARY KEY, part INTEGER, same BLOB, undated INTEGER, published BLOB,
    unknown INTEGER, url BLOB, title BLOB, publisher BLOB, author BLOB, text_hash TEXT, name TEXT, shown TEXT,
    sha256 TEXT, reason TEXT, place INTEGER, problem TEXT);
CREATE TABLE kept (id INTEGER PRIMARY KEY, part INTEGER, place INTEGER, slice BLOB);
CREATE TABLE touched (part INTEGER PRIMARY KEY);
"""


class ClusterCorpus:
    """The articles of all partitions.

    Args:
        path: of a new file for the database.
        store: of the output.
        keys: of the partitions.

    Attributes:
        database: which also holds who is who.
        failures: what is not in the graph, and why.
    """

    def __init__(self, path: Path, store: Store, keys: list[str]) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -64000"):
            self.database.execute(f"PRAGMA {pragma}")
        self._run = self.database.execute
        self._store = store
        self._keys = keys
        self.failures: list[Failure] = []
        self._run("BEGIN")
        make_tables(self.database, _TABLES)

    def __len__(self) -> int:
        """How many articles there are."""
        return int(self._run("SELECT COUNT(*) FROM kept").fetchone()[0])

    def close(self) -> None:
        """Gives the database back."""
        self.database.close()

    def read(self) -> Iterator[None]:
        """Takes in what was read, partition by partition, and chooses one of the articles with the same text."""
        insert = f"INSERT INTO reading VALUES ({', '.join('?' * 17)})"
        for part, key in enumerate(self._keys):
            with self._store.open(f"{WORK}/{key}.seen") as stream:
                for record in read_records(stream):
                    self._run(insert, (None, part, *stored_row(json.loads(framed(record)[0]))))
            yield
        self._run("CREATE INDEX reading_same ON reading (same)")
        chosen = (
            f"SELECT *, ROW_NUMBER() OVER (PARTITION BY same ORDER BY {PREFERENCE}) AS rank FROM reading "
            "WHERE same NOTNULL"
        )
        self._run(f"INSERT INTO kept SELECT id, part, place, NULL FROM ({chosen}) WHERE rank = 1")
        rows = self._run("SELECT name, shown, reason FROM reading WHERE same IS NULL")
        self.failures += [Failure(name, "read", reason, shown) for name, shown, reason in rows]
        for number, problem in self._run(
            "SELECT id, problem FROM kept JOIN reading USING (id) WHERE kept.place IS NULL"
        ).fetchall():
            self._fail(number, "extract", problem)

    @property
    def duplicates(self) -> int:
        """How many articles were left out since another has the same text."""
        (read,) = self._run("SELECT COUNT(*) FROM reading WHERE same NOTNULL").fetchone()
        (texts,) = self._run("SELECT COUNT(DISTINCT same) FROM reading").fetchone()
        return int(read) - int(texts)

    def identify(self, authority: Authority, base: str, judgements: Judgements) -> IdentityIndex:
        """Takes in what the articles tell for identity; :meth:`settle` finds who is who."""
        index = IdentityIndex(self.database, authority, base, judgements)
        for part, key in enumerate(self._keys):
            numbers = dict(self._run("SELECT place, id FROM kept WHERE part = ?", (part,)))
            place = -1
            with self._store.open(f"{WORK}/{key}.seen") as stream:
                for record in read_records(stream):
                    observed = framed(record)[1]
                    if not observed:
                        continue
                    place += 1
                    if place in numbers:
                        index.add(numbers[place], zlib.decompress(observed))
        return index

    def settle(self, index: IdentityIndex) -> list[int]:
        """Works out who is who, and what each article takes from it.

        Returns:
            The partitions of which an article takes something else than before.
        """
        while True:
            index.settle()
            collided = index.collisions()
            for number in collided:
                self.refuse(index, number, "map", "has the same IRI as another article, but another text")
            if not collided:
                break
        for number in index.changed():
            query = "SELECT same, url, publisher FROM reading WHERE id = ?"
            copies = copies_text(self._run, *self._run(query, (number,)).fetchone())
            data = zlib.compress(frame(copies.encode(), slice_bytes(index.base, *index.article(number))), 1)
            self._run("UPDATE kept SET slice = ? WHERE id = ? AND slice IS NOT ?", (data, number, data))
            self._run("INSERT OR IGNORE INTO touched SELECT part FROM kept WHERE id = ?", (number,))
        parts = [part for (part,) in self._run("SELECT part FROM touched ORDER BY part").fetchall()]
        self._run("DELETE FROM touched")
        return parts

    def number(self, part: int, place: int) -> int:
        """The article at a place in a partition."""
        return int(self._run("SELECT id FROM kept WHERE part = ? AND place = ?", (part, place)).fetchone()[0])

    def refuse(self, index: IdentityIndex, number: int, stage: str, reason: str) -> None:
        """Sets an article aside; who is who has to be settled again."""
        index.remove(number)
        self._fail(number, stage, reason)

    def _fail(self, number: int, stage: str, reason: str) -> None:
        query = "SELECT part, reading.same, shown FROM kept JOIN reading USING (id, part) WHERE id = ?"
        part, same, shown = self._run(query, (number,)).fetchone()
        self._run("INSERT OR IGNORE INTO touched VALUES (?)", (part,))
        self._run("DELETE FROM kept WHERE id = ?", (number,))
        self.failures.append(Failure(self._names(same)[0], stage, reason, shown))

    def _names(self, same: bytes) -> list[str]:
        return sorted(name for (name,) in self._run("SELECT DISTINCT name FROM reading WHERE same = ?", (same,)))

    def order(self, part: int, finishing: str) -> str:
        """Keeps what identity says of the articles of a partition where the workers find it.

        Args:
            part: number of the partition.
            finishing: what the graph of an article depends on besides its facts and identity.

        Returns:
            A hash of all that the partition's graphs depend on; empty if none of its articles is kept.
        """
        query = "SELECT place, slice FROM kept WHERE part = ? ORDER BY place"
        digest = hashlib.sha256(f"finish {finishing} {self._keys[part]}".encode())
        any_kept = False
        with spooled() as stream:
            for place, slice_ in self._run(query, (part,)):
                any_kept = True
                # what it says counts, not how it is compressed
                digest.update(frame(str(place).encode(), zlib.decompress(slice_)))
                write_record(stream, frame(str(place).encode(), slice_))
            if not any_kept:
                return ""
            finish = digest.hexdigest()[:40]
            if not self._store.has(f"{WORK}/{finish}.json"):
                stream.seek(0)
                self._store.write(f"{WORK}/{finish}.slices", stream)  # type: ignore[arg-type]
        return finish

    def article_lines(self, index: IdentityIndex) -> Iterator[bytes]:
        """The list of the articles, sorted by IRI; see :func:`kgbuild.build.manifest.article_line`."""
        query = (
            "SELECT seen.path, same, title, sha256 FROM kept JOIN reading USING (id) JOIN seen ON seen.article = id "
            "ORDER BY seen.path || '>'"
        )
        for path, same, title, sha256 in self._run(query):
            text = title.decode("utf-8", "surrogatepass")
            yield article_line(index.base + path, text, self._names(same), sha256)
