"""What the input files hold, each text once, whatever the order of the files: kept on the disk, so that only files that
have changed are read, and memory does not grow with their number."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from kgbuild.articles import ReadFailure, ReadingLimits
from kgbuild.articles.reading import Reading, read_input
from kgbuild.articles.records import NO_COLUMNS, Columns
from kgbuild.articles.sources import Input
from kgbuild.build.cache import Cache
from kgbuild.build.progress import Progress
from kgbuild.database import make_tables
from kgbuild.facts import Article, Copy, PartialDate

_TABLES = """
CREATE TABLE IF NOT EXISTS source_file (name TEXT, shown TEXT, count INTEGER, digest TEXT, path BLOB, id INTEGER,
    PRIMARY KEY (name, shown, count)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reading (id INTEGER PRIMARY KEY, file INTEGER, same BLOB, undated INTEGER, published BLOB,
    unknown INTEGER, url BLOB, title BLOB, publisher BLOB, author BLOB, text_hash TEXT, name TEXT, shown TEXT,
    sha256 TEXT, reason TEXT, data BLOB);
CREATE INDEX IF NOT EXISTS reading_file ON reading (file);
CREATE INDEX IF NOT EXISTS reading_same ON reading (same);
CREATE INDEX IF NOT EXISTS reading_failed ON reading (id) WHERE same IS NULL;
CREATE TABLE IF NOT EXISTS kept (same BLOB PRIMARY KEY, reading INTEGER, sha256 TEXT, names TEXT, copies TEXT)
    WITHOUT ROWID;
"""
_SCRATCH = (
    "CREATE TEMP TABLE IF NOT EXISTS todo_same (same BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TEMP TABLE IF NOT EXISTS todo_file (name TEXT, shown TEXT, count INTEGER)",
    "DELETE FROM todo_file",
)
#: of articles with the same text the first by this is kept
PREFERENCE = "undated, published, unknown, url, title, publisher, author, text_hash, name, shown"
_SAME_FILE = "old.name = new.name AND old.shown = new.shown AND old.count = new.count"


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """An article that is not in the graph, or not as it was.

    Attributes:
        source: the file relative to the folder that the user gave, with the line: the same wherever the folder stands.
        stage: what went wrong: ``read``, ``extract``, ``map`` or ``validate``.
        reason: why, in words for the user.
        shown: the file as the user wrote it.
    """

    source: str
    stage: str
    reason: str
    shown: str = ""

    def __str__(self) -> str:
        """One line for the user."""
        return f"{self.shown or self.source}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Source:
    """An article of the corpus.

    Attributes:
        article: what was read.
        names: the files that it stands in, sorted; several where it was given more than once.
        sha256: of all that was read, text and what is known about it.
        data: the article packed, without its copies.
        copies: where else its text was published, as JSON: for each copy the list of its fields.
    """

    article: Article
    names: tuple[str, ...]
    sha256: str
    data: bytes
    copies: str

    def failure(self, stage: str, reason: str) -> Failure:
        """What is said if it fails."""
        return Failure(self.names[0], stage, reason, self.article.source)


class Corpus:
    """The articles of the input files. Of those with the same text, but for white space, one is kept: one with a date,
    then the earliest, then the one of which most is known, then the first by address, title, publisher and author.

    Args:
        database: to keep them in; it has the table ``input`` of :func:`kgbuild.build.fingerprint.scan`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._run = database.execute
        make_tables(database, _TABLES)
        for statement in _SCRATCH:
            self._run(statement)
        (self._last,) = self._run("SELECT COALESCE(MAX(file), 0) FROM reading").fetchone()

    def read(self, limits: ReadingLimits, cache: Cache, progress: Progress, *, columns: Columns = NO_COLUMNS) -> None:
        """Reads the files that are new or have changed, and forgets those that have gone.

        Args:
            limits: what one input may cost.
            cache: which need not know the files that have gone any more.
            progress: is told of each article.
            columns: for some fields the only column or key that they are read from.
        """
        run = self._run
        progress.start("Reading", None)
        gone = f"SELECT 1 FROM input new WHERE {_SAME_FILE} AND new.digest = old.digest AND new.digest <> ''"
        for name, shown, count, path, number in run(
            f"SELECT name, shown, count, path, id FROM source_file old WHERE NOT EXISTS ({gone})"
        ).fetchall():
            run("INSERT OR IGNORE INTO todo_same SELECT same FROM reading WHERE file = ? AND same NOTNULL", (number,))
            run("DELETE FROM reading WHERE file = ?", (number,))
            run("DELETE FROM source_file WHERE name = ? AND shown = ? AND count = ?", (name, shown, count))
            if path and run("SELECT 1 FROM input WHERE path = ?", (path,)).fetchone() is None:
                cache.forget_files([path])
        run(
            "INSERT INTO todo_file SELECT name, shown, count FROM input new "
            f"WHERE NOT EXISTS (SELECT 1 FROM source_file old WHERE {_SAME_FILE})"
        )
        last = 0
        while row := run("SELECT rowid, * FROM todo_file WHERE rowid > ? LIMIT 1", (last,)).fetchone():
            last, *key = row
            self._read(key, limits, columns, progress)
        while row := run("SELECT same FROM todo_same LIMIT 1").fetchone():
            run("DELETE FROM todo_same WHERE same = ?", row)
            self._choose(row[0])

    def _read(self, key: list[Any], limits: ReadingLimits, columns: Columns, progress: Progress) -> None:
        query = "SELECT digest, path, source FROM input WHERE name = ? AND shown = ? AND count = ?"
        digest, path, source = self._run(query, key).fetchone()
        self._last += 1
        number = self._last
        self._run("INSERT INTO source_file VALUES (?, ?, ?, ?, ?, ?)", (*key, digest, path, number))
        for reading in read_input(Input.from_bytes(source), limits, columns):
            row = reading_row(number, reading)
            self._run(f"INSERT INTO reading VALUES ({', '.join('?' * 16)})", row)
            if row[2] is not None:
                self._run("INSERT OR IGNORE INTO todo_same VALUES (?)", (row[2],))
            progress.advance()

    def _choose(self, same: bytes) -> None:
        """Chooses which of the articles with one text is kept."""
        best = f"SELECT id, sha256, url, publisher FROM reading WHERE same = ? ORDER BY {PREFERENCE} LIMIT 1"
        row = self._run(best, (same,)).fetchone()
        if row is None:
            self._run("DELETE FROM kept WHERE same = ?", (same,))
            return
        *row, url, publisher = row
        names = [name for (name,) in self._run("SELECT DISTINCT name FROM reading WHERE same = ?", (same,))]
        copies = copies_text(self._run, same, url, publisher)
        self._run("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", (same, *row, json.dumps(sorted(names)), copies))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be read, sorted."""
        rows = self._run("SELECT name, reason, shown FROM reading WHERE same IS NULL")
        return tuple(sorted(Failure(name, "read", reason, shown) for name, reason, shown in rows))

    @property
    def duplicates(self) -> int:
        """How many articles were left out since another has the same text."""
        (read,) = self._run("SELECT COUNT(*) FROM reading WHERE same NOTNULL").fetchone()
        return int(read) - len(self)

    def __len__(self) -> int:
        return int(self._run("SELECT COUNT(*) FROM kept").fetchone()[0])

    def __iter__(self) -> Iterator[Source]:
        """The articles, by the hashes of their texts."""
        last = b""
        while row := self._run("SELECT same FROM kept WHERE same > ? ORDER BY same LIMIT 1", (last,)).fetchone():
            last = row[0]
            yield self[last]

    def data(self, same: bytes) -> bytes:
        """The packed article with this hash of its text; see :attr:`Source.data`."""
        query = "SELECT data FROM kept JOIN reading ON reading.id = kept.reading WHERE kept.same = ?"
        row = self._run(query, (same,)).fetchone()
        if row is None:
            raise KeyError(same)
        return bytes(row[0])

    def __getitem__(self, same: bytes) -> Source:
        """The article with this hash of its text."""
        query = "SELECT sha256, names, reading, copies FROM kept WHERE same = ?"
        row = self._run(query, (same,)).fetchone()
        if row is None:
            raise KeyError(same)
        sha256, names, reading, copies = row
        (data,) = self._run("SELECT data FROM reading WHERE id = ?", (reading,)).fetchone()
        article = with_copies(unpacked(data), json.loads(copies))
        return Source(article, tuple(json.loads(names)), sha256, data, copies)


def copies_text(run: Callable[..., sqlite3.Cursor], same: bytes, url: bytes, publisher: bytes) -> str:
    """Where else a text was published: of the articles that are not kept those with another address or publisher.

    Each address and publisher once, told by the article that would have been kept; one of which only less is known
    than of the one that is kept, and nothing else, is no other source.

    Args:
        run: executes a query on a database with the table ``reading``.
        same: hash of the text.
        url, publisher: of the article that is kept.

    Returns:
        As :attr:`Source.copies`.
    """
    query = (
        "SELECT url, publisher, published, author, title FROM reading WHERE same = ? AND NOT "
        f"(url IN (x'', ?) AND publisher IN (x'', ?)) ORDER BY {PREFERENCE}"
    )
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in run(query, (same, url, publisher)):
        fields = tuple(field.decode("utf-8", "surrogatepass") for field in row)
        found.setdefault(fields[:2], fields)
    return json.dumps([found[key] for key in sorted(found)])


def with_copies(article: Article, copies: Iterable[Iterable[str]]) -> Article:
    """An article with what :attr:`Source.copies` tells."""
    return replace(article, copies=tuple(Copy(*fields) for fields in copies))


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def article_hash(article: Article) -> str:
    """SHA-256 of all that was read of an article, but for where it stands."""
    given = (article.title, str(article.published or ""), article.publisher, article.author, article.url, article.text)
    return text_hash(json.dumps(given, ensure_ascii=False))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def reading_row(number: int, reading: Reading) -> tuple[Any, ...]:
    """A row of the table ``reading``: what was read, and by what it is preferred to another article of the same text.

    Args:
        number: of the file.
        reading: an article or a failure.
    """
    article = reading.outcome
    if isinstance(article, ReadFailure):
        return (None, number, *[None] * 9, reading.name, article.source, None, article.reason, None)
    known = sum(map(bool, (article.title, article.url, article.publisher, article.author)))
    return (
        None,
        number,
        hashlib.sha256(_bytes(" ".join(article.text.split()))).digest(),
        article.published is None,
        _bytes(str(article.published or "")),
        -known,
        _bytes(article.url),
        _bytes(article.title),
        _bytes(article.publisher),
        _bytes(article.author),
        text_hash(article.text),
        reading.input.name,
        article.source,
        article_hash(article),
        None,
        packed(article),
    )


def packed(article: Article) -> bytes:
    """An article as bytes, for the disk and for other processes."""
    fields = [
        article.text,
        article.title,
        str(article.published or ""),
        article.publisher,
        article.author,
        article.url,
        article.source,
    ]
    return zlib.compress(_bytes(json.dumps(fields, ensure_ascii=False)), 1)


def unpacked(data: bytes) -> Article:
    """What :func:`packed` packed."""
    fields = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    text, title, published, publisher, author, url, source = fields
    date = PartialDate.parse(published) if published else None
    return Article(text, title, date, publisher, author, url, source)
