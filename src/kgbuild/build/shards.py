"""A large graph as shards: files of some articles each, of which a change touches one or two.

A shard begins with the first article of all, and with every article whose IRI has a SHA-256 of a certain form, as one
in :data:`ARTICLES` has. So where shards begin and end depends on the articles alone, not on what stood there before,
and an article that comes or goes moves at most one border. What follows of shared things is divided in the same way.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kgbuild.build.assembled import Assembled
from kgbuild.build.parts import PartFile, Parts
from kgbuild.graph_files import GRAPH_FOLDER, INFERRED_FOLDER

#: articles of a shard, and pieces of what follows of shared things, on average
ARTICLES = 64
CONCLUSIONS = 1024

#: who is who, which is of no single article
IDENTITY_SHARD = f"{GRAPH_FOLDER}/identity.nq"

#: the texts of an article, as :meth:`kgbuild.build.assembled.Assembled.article_texts` gives them, that go into shards
_COLUMNS = (0, 3)

#: the shards of the files that the parts were written to last
_TABLE = "CREATE TABLE IF NOT EXISTS shard (kind TEXT, first TEXT, PRIMARY KEY (kind, first)) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Shard:
    """The parts from one on up to the next shard.

    Attributes:
        first: the part that it begins with.
        low, high: the parts from ``low`` on and before ``high``; None for all that come.
        touched: whether they have to be written.
        copied: whether something can be copied from the old file of the same first part.
    """

    first: str
    low: str
    high: str | None
    touched: bool
    copied: bool


def begins_shard(part: str, size: int) -> bool:
    """Whether a shard begins with a part, whatever others there are.

    Args:
        part: the IRI of an article's graph in angle brackets, or a name.
        size: parts of a shard, on average.
    """
    return int.from_bytes(hashlib.sha256(part.encode()).digest()[:4], "big") % size == 0


def shards(parts: Parts, kind: str, size: int, columns: Iterable[int], old: Iterable[str]) -> Iterator[Shard]:
    """The shards of the parts of a kind, in their order.

    Parts that cannot be copied, since they were in a shard that began elsewhere, are marked to be written anew.

    Args:
        parts: of the graph.
        kind: of the parts.
        size: parts of a shard, on average.
        columns: the numbers of the texts of a part that go into shards.
        old: the first parts of the shards that the parts were written to last.
    """
    before = sorted(old)
    now = {first for first in before if begins_shard(first, size)}
    for part, there in parts.changed(kind):
        if not there:
            now.discard(part)
        elif begins_shard(part, size):
            now.add(part)
    if (first_of_all := parts.first(kind)) is None:
        return
    firsts = sorted(now | {first_of_all})
    ends: dict[str, str | None] = dict(zip(before, [*before[1:], None], strict=True)) if before else {}
    low = ""
    for first, high in zip(firsts, [*firsts[1:], None], strict=True):
        # what a part that began a shard within this one was written to is another file
        copied = before[bisect_left(before, low) : None if high is None else bisect_left(before, high)] == [first]
        touched = not copied or ends[first] != high or parts.any_changed(kind, low, high)
        if not copied:
            parts.renew(kind, columns, low, high)
        yield Shard(first, low, high, touched, copied)
        low = high or ""


@dataclass(frozen=True, slots=True)
class OldFiles:
    """The files that the parts of a graph were written to last.

    Attributes:
        folder: that they are in.
        entries: what the manifest says of each.
    """

    folder: Path
    entries: Mapping[str, dict[str, Any]]


@dataclass(slots=True)
class Written:
    """What became of the files.

    Attributes:
        hashes: the SHA-256 of each that was written, in hexadecimal digits.
        kept: what the manifest says of each that is as it was, and stays where it is.
    """

    hashes: dict[str, str] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)


class ShardWriter:
    """Writes the shards in which something has changed.

    Args:
        folder: an existing one, with folders for the shards.
        graph: to be written.
        old: the files that the parts were written to last, if they are still there.
        threads: which write, and unpack what is kept.
        written: is told of the shards.
    """

    def __init__(
        self, folder: Path, graph: Assembled, old: OldFiles | None, threads: Executor, written: Written
    ) -> None:
        self._folder = folder
        self._graph = graph
        self._old = old
        self._threads = threads
        self._written = written
        self._run = graph.database.execute
        self._many = graph.database.executemany
        self._run(_TABLE)

    def articles(self, articles: PartFile, turtle: PartFile | None) -> None:
        """Writes what is of single articles: their shards, and all of two other files.

        Args:
            articles: the list of articles.
            turtle: the merged view, if it is wanted.
        """
        rest = {4: articles, 5: turtle}

        def write(files: Mapping[int, PartFile | None], low: str, high: str | None) -> None:
            placed = [files.get(number) for number in range(6)]
            wanted = [file is not None for file in placed]
            texts = partial(self._graph.article_texts, threads=self._threads, wanted=wanted)
            self._graph.parts.write("article", placed, (b"",) * 6, texts, low=low, high=high)

        def names(first: str) -> list[str]:
            local = first[1:-1].rpartition("/")[2]
            return [f"{folder}/part-{local}.nq" for folder in (GRAPH_FOLDER, INFERRED_FOLDER)]

        self._write(
            "article",
            ARTICLES,
            _COLUMNS,
            names,
            lambda files, low, high: write({**dict(zip(_COLUMNS, files, strict=False)), **rest}, low, high),
        )

    def conclusions(self) -> None:
        """Writes what follows of shared things."""

        def write(files: list[PartFile], low: str, high: str | None) -> None:
            if files:
                self._graph.parts.write("conclusion", files, (b"",), self._graph.conclusion_texts, low=low, high=high)

        def names(first: str) -> list[str]:
            return [f"{INFERRED_FOLDER}/shared-{hashlib.sha256(first.encode()).hexdigest()[:16]}.nq"]

        self._write("conclusion", CONCLUSIONS, (0,), names, write)

    def _write(
        self,
        kind: str,
        size: int,
        columns: tuple[int, ...],
        names: Callable[[str], list[str]],
        write: Callable[[list[PartFile], str, str | None], None],
    ) -> None:
        """Writes the parts of a kind.

        Args:
            kind: of the parts.
            size: of a shard.
            columns: the numbers of the texts of a part that go into shards.
            names: gives the names of the files of a shard by its first part.
            write: writes parts; to no shard where they are as they were.
        """
        query = "SELECT first FROM shard WHERE kind = ?"
        before = [first for (first,) in self._run(query, (kind,))] if self._old is not None else []
        now: list[tuple[str, str]] = []
        untouched: str | None = None
        for shard in shards(self._graph.parts, kind, size, columns, before):
            now.append((kind, shard.first))
            if self._old is not None and not shard.touched:
                self._written.kept.update((name, self._old.entries[name]) for name in names(shard.first))
                untouched = shard.low if untouched is None else untouched
                continue
            if untouched is not None:
                write([], untouched, shard.low)
                untouched = None
            old = self._old.folder if self._old is not None and shard.copied else None
            with ExitStack() as stack:
                files = {
                    name: PartFile(self._folder / name, old / name if old is not None else None, stack, self._threads)
                    for name in names(shard.first)
                }
                write(list(files.values()), shard.low, shard.high)
                self._written.hashes.update((name, file.finish()) for name, file in files.items())
        if untouched is not None:
            write([], untouched, None)
        self._run("DELETE FROM shard WHERE kind = ?", (kind,))
        self._many("INSERT INTO shard VALUES (?, ?)", now)
