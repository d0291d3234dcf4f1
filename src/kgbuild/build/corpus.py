"""Reads all articles of a build into an order that does not depend on the order of the files, each article once.

The articles are kept in the database of the build's cache, so that memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.articles import ReadFailure, ReadingLimits, read_inputs
from kgbuild.build.cache import Cache
from kgbuild.build.progress import Progress
from kgbuild.facts import Article, PartialDate

_TABLES = (
    "DROP TABLE IF EXISTS temp.readings",
    "DROP TABLE IF EXISTS temp.kept",
    "CREATE TEMP TABLE readings (id INTEGER PRIMARY KEY, same BLOB, undated INTEGER, published BLOB, unknown INTEGER, "
    "url BLOB, title BLOB, publisher BLOB, author BLOB, text_hash TEXT, name TEXT, data BLOB)",
    "CREATE TEMP TABLE kept (place INTEGER PRIMARY KEY, reading INTEGER)",
)
#: of articles with the same text the first by this is kept
_PREFERENCE = "undated, published, unknown, url, title, publisher, author, text_hash, id"
_ORDER = "published, url, title, publisher, author, text_hash"


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
        place: its number in the corpus, from 0.
        article: what was read.
        names: the files that it stands in, sorted; several where it was given more than once.
        sha256: of all that was read, text and what is known about it.
    """

    place: int
    article: Article
    names: tuple[str, ...]
    sha256: str

    def failure(self, stage: str, reason: str) -> Failure:
        """What is said if it fails."""
        return Failure(self.names[0], stage, reason, self.article.source)


class Corpus:
    """What was read: each text once, by date, address and title.

    Attributes:
        duplicates: how many articles were left out since another has the same text.
        failures: what could not be read, sorted.
    """

    def __init__(self, cache: Cache, failures: Iterable[Failure]) -> None:
        self._database = cache.database
        self.failures = tuple(sorted(failures))
        (read,) = self._database.execute("SELECT COUNT(*) FROM temp.readings").fetchone()
        self.duplicates = read - len(self)

    def __len__(self) -> int:
        (count,) = self._database.execute("SELECT COUNT(*) FROM temp.kept").fetchone()
        return int(count)

    def __iter__(self) -> Iterator[Source]:
        """The articles in their order."""
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> Source:
        """The article with this number."""
        row = self._database.execute(
            "SELECT r.same, r.data FROM temp.kept k JOIN temp.readings r ON r.id = k.reading WHERE k.place = ?",
            (place,),
        ).fetchone()
        if row is None:
            raise IndexError(place)
        same, data = row
        names = self._database.execute("SELECT DISTINCT name FROM temp.readings WHERE same = ?", (same,))
        article, sha256 = _unpacked(data)
        return Source(place, article, tuple(sorted(name for (name,) in names)), sha256)


def read_corpus(
    paths: Iterable[str | Path],
    limits: ReadingLimits,
    cache: Cache,
    *,
    exclude: Path | None = None,
    progress: Progress,
) -> Corpus:
    """Reads the articles, and keeps one of those that have the same text.

    Two articles are the same if their texts are, but for white space. Of these the one with a date is kept, then the
    earliest, then the one of which most is known, then the first by address, title, author and publisher: nothing of
    this depends on where the files stand.

    Args:
        paths: files, folders, or ``-``.
        limits: what one input may cost.
        cache: which holds what was read, until the next corpus is read.
        exclude: a folder to pass over.
        progress: is told of each article.
    """
    database = cache.database
    for statement in _TABLES:
        database.execute(statement)
    failures: list[Failure] = []
    progress.start("Reading", None)
    for number, reading in enumerate(read_inputs(paths, limits=limits, exclude=exclude)):
        outcome = reading.outcome
        if isinstance(outcome, ReadFailure):
            failures.append(Failure(reading.name, "read", outcome.reason, outcome.source))
        else:
            database.execute(
                f"INSERT INTO temp.readings VALUES ({', '.join('?' * 12)})", _row(number, outcome, reading.input.name)
            )
        progress.advance()
    database.execute("CREATE INDEX temp.by_text ON readings (same)")
    database.execute(
        "INSERT INTO temp.kept SELECT ROW_NUMBER() OVER (ORDER BY "
        f"{_ORDER}) - 1, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY same ORDER BY {_PREFERENCE}) AS rank "
        "FROM temp.readings) WHERE rank = 1"
    )
    return Corpus(cache, failures)


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def article_hash(article: Article) -> str:
    """SHA-256 of all that was read of an article, but for where it stands."""
    given = (article.title, str(article.published or ""), article.publisher, article.author, article.url, article.text)
    return text_hash(json.dumps(given, ensure_ascii=False))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _row(number: int, article: Article, name: str) -> tuple[Any, ...]:
    known = sum(map(bool, (article.title, article.url, article.publisher, article.author)))
    return (
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
        name,
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
    return zlib.compress(_bytes(json.dumps([*fields, article_hash(article)], ensure_ascii=False)), 1)


def unpacked(data: bytes) -> Article:
    """What :func:`packed` packed."""
    return _unpacked(data)[0]


def _unpacked(data: bytes) -> tuple[Article, str]:
    fields = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    text, title, published, publisher, author, url, source, sha256 = fields
    date = PartialDate.parse(published) if published else None
    return Article(text, title, date, publisher, author, url, source), sha256
