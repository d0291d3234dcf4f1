"""A graph as the parts of its files: what a change adds and takes away, and how each part is written."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import islice
from typing import TYPE_CHECKING

from kgbuild.build.cache import Cache
from kgbuild.build.entities import join_line
from kgbuild.build.finished import Head, lines_of, shared_subjects, texts_of
from kgbuild.build.manifest import article_line
from kgbuild.build.options import MergedTurtle
from kgbuild.build.parts import Parts
from kgbuild.build.rendering import entities_order, subjects_order
from kgbuild.build.state import State
from kgbuild.build.tallies import Tallies
from kgbuild.build.work import framed
from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from kgbuild.identity.index import IdentityIndex

#: articles of which the merged view is small enough to be written
_SURELY_MERGED = 1000

#: articles whose texts may be in the making at a time
_AHEAD = 4
#: other parts that are written at once
_AT_ONCE = 32

_TABLES = (
    "CREATE TABLE IF NOT EXISTS spoken (subject TEXT, part TEXT, said TEXT)",
    "CREATE INDEX IF NOT EXISTS spoken_subject ON spoken (subject, part)",
    "CREATE TEMP TABLE IF NOT EXISTS touched_subject (subject TEXT PRIMARY KEY) WITHOUT ROWID",
)


def kept(cache: Cache, key: str) -> bytes:
    """A piece of work that is there."""
    data = cache.get(key)
    if data is None:
        raise KgbuildError(f"{cache.folder}: the cache has lost a piece of work; build again with --force")
    return data


class Assembled:
    """A graph of which every article holds to the shapes and to the ontology.

    Args:
        state: where it is kept.
        cache: where the graphs of the articles are.
        base: base IRI of the resources.
        render: does what :func:`kgbuild.build.rendering.rendered` does for one order after the other, and gives the
            texts framed.

    Attributes:
        parts: of its files.
        tallies: what is counted in it.
    """

    def __init__(
        self, state: State, cache: Cache, base: str, render: Callable[[Iterable[bytes]], Iterator[bytes]]
    ) -> None:
        self.database = state.database
        self.base = base
        self._state = state
        self._cache = cache
        self._render = render
        self._run = state.database.execute
        self._many = state.database.executemany
        self.parts = Parts(state.database)
        self.tallies = Tallies(state.database)
        for statement in _TABLES:
            self._run(statement)
        self._index: IdentityIndex | None = None

    def __len__(self) -> int:
        """How many articles there are."""
        return int(self._run("SELECT COUNT(*) FROM article").fetchone()[0])

    def add(self, part: str, head: Head, key: str) -> None:
        """Takes an article in.

        Args:
            part: the IRI of its graph in angle brackets.
            head: what is said of it.
            key: under which its graph is in the cache.
        """
        self.tallies.add(part, head)
        self.parts.change("article", part)
        if self._merged:
            self._speak(part, key)

    def remove(self, part: str, head: Head, key: str) -> None:
        """Takes an article out; see :meth:`add`."""
        self.tallies.remove(part, head)
        self.parts.remove("article", part)
        if self._merged:
            subjects = [subject for subject, _ in shared_subjects(kept(self._cache, key))]
            self._many("DELETE FROM spoken WHERE subject = ? AND part = ?", ((subject, part) for subject in subjects))
            self._touch_subjects(subjects)

    def settle(self, index: IdentityIndex) -> None:
        """Takes in what has changed in identity and in what follows.

        Args:
            index: of the articles that are in the graph.
        """
        for _ in self.settling(index):
            pass
        for conclusions in self.tallies.settled_conclusions():
            self._changed("conclusion", conclusions)
        self._settle_subjects()

    def settling(self, index: IdentityIndex) -> Iterator[None]:
        """Takes in what has changed in identity, in small steps, which may end early: :meth:`settle` does the rest."""
        self._index = index
        for paths in self._taken("touched_entity", "path"):
            entities = [(path, index.entities.get(path)) for path in paths]
            for path, entity in entities:
                self.tallies.entity(path, entity)
            # as IRIs are sorted in N-Quads, with what ends them
            self._changed("entity", ((f"{path}>", entity is not None) for path, entity in entities))
            if self._merged:
                self._touch_subjects(f"<{self.base}{path}>" for path in paths)
            yield
        for joins in self._taken("touched_join", "id"):
            self._changed("join", ((one, self._there("joined", "id", one)) for one in joins))
            yield

    def _changed(self, kind: str, parts: Iterable[tuple[str, bool]]) -> None:
        """Notes of parts that they have changed, or have gone if they are not there."""
        there: dict[bool, list[str]] = {True: [], False: []}
        for identifier, is_there in parts:
            there[is_there].append(identifier)
        self.parts.change(kind, *there[True])
        self.parts.remove(kind, *there[False])

    def _there(self, table: str, column: str, value: str) -> bool:
        return self._run(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (value,)).fetchone() is not None

    def _taken(self, table: str, column: str) -> Iterator[list[str]]:
        """What is on a list of things to do, some at a time, taken off it."""
        while rows := self._run(f"SELECT {column} FROM {table} LIMIT 200").fetchall():
            yield [value for (value,) in rows]
            self._many(f"DELETE FROM {table} WHERE {column} = ?", rows)

    # the merged view: of subjects of which several graphs may tell is kept what each of them says

    @property
    def _merged(self) -> bool:
        return bool(self._state.get("merged"))

    def expect_merged(self, wanted: MergedTurtle) -> None:
        """Keeps what the merged view needs from the first article on if it will be written, as far as can be told."""
        (articles,) = self._run("SELECT COUNT(*) FROM article").fetchone()
        any_there = self._run("SELECT 1 FROM article WHERE finish NOTNULL LIMIT 1").fetchone() is not None
        if not any_there and (wanted == "always" or (wanted == "auto" and articles <= _SURELY_MERGED)):
            self.merge(True)

    def merge(self, wanted: bool) -> None:
        """Sees to it that the merged view can be written, or that nothing is kept for it."""
        if wanted == self._merged:
            return
        self._state.note("merged", "1" if wanted else "")
        if not wanted:
            self._run("DELETE FROM spoken")
            self.parts.forget("subject")
            return
        last = ""
        query = "SELECT part, finish FROM article WHERE part > ? ORDER BY part LIMIT 1"
        while row := self._run(query, (last,)).fetchone():
            last, key = row
            self._speak(last, key)
        self._run("INSERT OR IGNORE INTO touched_subject SELECT '<' || ? || path || '>' FROM entity", (self.base,))
        self._settle_subjects()

    def _speak(self, part: str, key: str) -> None:
        """Takes in what an article says of things of which others may tell too."""
        told = shared_subjects(kept(self._cache, key))
        self._many("INSERT INTO spoken VALUES (?, ?, ?)", ((subject, part, said) for subject, said in told))
        self._touch_subjects(subject for subject, _ in told)

    def _touch_subjects(self, subjects: Iterable[str]) -> None:
        self._many("INSERT OR IGNORE INTO touched_subject VALUES (?)", ((subject,) for subject in subjects))

    def _settle_subjects(self) -> None:
        for subjects in self._taken("touched_subject", "subject"):
            self._changed("subject", ((subject, self._is_told_of(subject)) for subject in subjects))

    def _is_told_of(self, subject: str) -> bool:
        """Whether there are any triples of a subject of which several graphs may tell."""
        return self._there("spoken", "subject", subject) or self._there("entity", "path", self._path(subject))

    def _path(self, subject: str) -> str:
        return subject[1:-1].removeprefix(self.base)

    # the texts of the parts, as kgbuild.build.writing puts them into files

    def article_texts(
        self, parts: Iterable[str], threads: Executor, wanted: Sequence[bool]
    ) -> Iterator[Sequence[bytes]]:
        """Of articles N-Quads, TriG, JSON-LD, inferred N-Quads, a line of the list of articles, and Turtle.

        Args:
            parts: of articles.
            threads: that unpack what is kept.
            wanted: for each text whether it is; others are empty.
        """
        query = (
            "SELECT finish, article.sha256, article.names, reading.title FROM article JOIN kept USING (same) "
            "JOIN reading ON reading.id = kept.reading WHERE part = ?"
        )
        coming: deque[Future[list[bytes]]] = deque()
        for part in parts:
            finish, sha256, names, title = self._run(query, (part,)).fetchone()
            line = article_line(part[1:-1], title.decode("utf-8", "surrogatepass"), json.loads(names), sha256)
            coming.append(threads.submit(_with_line, kept(self._cache, finish), line, wanted))
            if len(coming) > _AHEAD:
                yield coming.popleft().result()
        yield from (one.result() for one in coming)

    def entity_texts(self, parts: Iterable[str], *, others: bool = True) -> Iterator[Sequence[bytes]]:
        """Of entities N-Quads, TriG, JSON-LD, and a line of the table of entities.

        Args:
            parts: of entities.
            others: whether TriG and JSON-LD are wanted; else they are empty.
        """

        def orders() -> Iterator[bytes]:
            for some in _some(parts):
                paths = [part.removesuffix(">") for part in some]
                rows = self._rows(paths)
                yield entities_order(self.base, (rows[path] for path in paths), others=others)

        for data in self._render(orders()):
            texts = framed(data)
            yield from (texts[start : start + 4] for start in range(0, len(texts), 4))

    def join_texts(self, identifiers: Iterable[str]) -> Iterator[Sequence[bytes]]:
        """Lines of the table of joins."""
        from kgbuild.identity.entity_table import join_of

        return ([join_line(join_of(identifier)).encode()] for identifier in identifiers)

    def conclusion_texts(self, names: Iterable[str]) -> Iterator[Sequence[bytes]]:
        """What follows, in pieces."""
        from kgbuild.graph.texts import graph_name
        from kgbuild.graph.vocabulary import INFERRED_GRAPH

        end = f" {graph_name(self.base, INFERRED_GRAPH)} .\n"
        for name in names:
            yield ["".join(line + end for line in lines_of(name, self.tallies.conclusion(name))).encode()]

    def subject_turtle(self, subjects: Iterable[str]) -> Iterator[Sequence[bytes]]:
        """Subjects of the merged view."""
        query = "SELECT subject, said FROM spoken WHERE subject IN (SELECT value FROM json_each(?))"

        def orders() -> Iterator[bytes]:
            for some in _some(subjects):
                said: dict[str, list[str]] = {subject: [] for subject in some}
                for subject, one in self._run(query, (json.dumps(some),)):
                    said[subject].append(one)
                rows = self._rows(map(self._path, some))
                yield subjects_order(self.base, ((one, said[one], rows.get(self._path(one))) for one in some))

        for data in self._render(orders()):
            yield from ([text] for text in framed(data))

    def _rows(self, paths: Iterable[str]) -> dict[str, str]:
        assert self._index is not None
        return self._index.entities.rows(paths)


def _some(parts: Iterable[str]) -> Iterator[list[str]]:
    """Parts, as many at a time as are written at once."""
    stream = iter(parts)
    while some := list(islice(stream, _AT_ONCE)):
        yield some


def _with_line(data: bytes, line: bytes, wanted: Sequence[bool]) -> list[bytes]:
    *texts, turtle = texts_of(data, [*wanted[:4], wanted[5]])
    return [*texts, line, turtle]
