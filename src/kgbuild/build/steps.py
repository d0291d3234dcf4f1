"""The steps between a corpus and a graph that can be written: what has changed is worked out, each article's work is
taken from the cache where it is done, and each step costs an article that fails, never its neighbours."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from kgbuild.build.assembled import Assembled, kept
from kgbuild.build.cache import Cache
from kgbuild.build.corpus import Corpus, Failure
from kgbuild.build.fingerprint import Fingerprints, data_hash
from kgbuild.build.finished import Head, head_of
from kgbuild.build.options import BuildOptions
from kgbuild.build.pool import Pool
from kgbuild.build.progress import Progress
from kgbuild.build.state import State
from kgbuild.build.work import frame, framed, order, pipeline, slice_bytes

if TYPE_CHECKING:
    from kgbuild.identity.index import IdentityIndex

__all__ = ["Assembly", "facts_key", "pipeline"]

#: articles from which on it is worth while to settle who is who twice, first among most of them
_MANY = 64
#: what it costs to settle who is who, as a share of the work on the same articles
_SETTLING = 0.08
#: articles that are worth while to settle by themselves while the last ones are worked on
_ROUND = 16

_TABLE = (
    "CREATE TABLE IF NOT EXISTS article (number INTEGER PRIMARY KEY, same BLOB UNIQUE, sha256 TEXT, names TEXT, "
    "copies TEXT, part TEXT, finish TEXT)",
    "CREATE UNIQUE INDEX IF NOT EXISTS article_part ON article (part)",
    "CREATE TEMP TABLE IF NOT EXISTS arrived (number INTEGER PRIMARY KEY, identified INTEGER DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS refused (article TEXT PRIMARY KEY, report TEXT)",
)


def facts_key(prints: Fingerprints, sha256: str) -> str:
    """Under what the facts of an article are kept.

    Args:
        prints: what they depend on besides the article.
        sha256: of the article.
    """
    return data_hash("facts", prints.extraction, sha256)


def _observed_key(prints: Fingerprints, sha256: str) -> str:
    return data_hash("observed", prints.observing, sha256)


class Assembly:
    """Brings the graph of the last build up to date.

    Attributes:
        failures: why articles were set aside.
    """

    def __init__(
        self,
        corpus: Corpus,
        cache: Cache,
        state: State,
        pool: Pool,
        prints: Fingerprints,
        *,
        index: IdentityIndex,
        options: BuildOptions,
        progress: Progress,
    ) -> None:
        self._corpus = corpus
        self._cache = cache
        self._run = state.database.execute
        self._pool = pool
        self._prints = prints
        self._index = index
        self._options = options
        self._progress = progress
        for statement in _TABLE:
            self._run(statement)
        self.graph = Assembled(state, cache, options.base, partial(pool.in_order, "render"))
        self.failures: list[Failure] = []
        #: articles of which only the copies have changed
        self._copied: list[int] = []

    def compare(self) -> list[int]:
        """Notes which articles have come; gives the numbers of those that have gone."""
        changed = (
            "SELECT number, part, article.copies <> kept.copies, kept.names, kept.copies "
            "FROM article JOIN kept USING (same, sha256) WHERE article.names <> kept.names "
            "OR article.copies <> kept.copies"
        )
        for number, part, copied, names, copies in self._run(changed).fetchall():
            self._run("UPDATE article SET names = ?, copies = ? WHERE number = ?", (names, copies, number))
            self.graph.parts.change("article", part)
            if copied:
                self._copied.append(number)
        gone = "SELECT number FROM article LEFT JOIN kept USING (same, sha256) WHERE kept.reading IS NULL"
        numbers = [number for (number,) in self._run(gone)]
        come = (
            "SELECT kept.same, kept.sha256, kept.names, kept.copies FROM kept LEFT JOIN article USING (same, sha256) "
            "WHERE article.number IS NULL"
        )
        self._run("DELETE FROM arrived")
        self._run("CREATE TEMP TABLE IF NOT EXISTS came (same BLOB, sha256 TEXT, names TEXT, copies TEXT)")
        self._run("DELETE FROM came")
        self._run(f"INSERT INTO came {come}")
        return numbers

    def extract(self, gone: list[int]) -> int:
        """Finds the facts of the articles for which they are not in the cache yet.

        Args:
            gone: what :meth:`compare` gave.

        Returns:
            For how many articles there are facts.
        """
        for number in gone:
            self._leave(number)
            self._index.remove(number)
        (last,) = self._run("SELECT COALESCE(MAX(number), 0) FROM article").fetchone()
        # a number is not given again while identity may still know it
        last = max(last, *gone, 0) if gone else last
        for row in self._each("SELECT rowid, * FROM came WHERE rowid > ? ORDER BY rowid LIMIT 1"):
            last += 1
            insert = "INSERT INTO article (number, same, sha256, names, copies) VALUES (?, ?, ?, ?, ?)"
            self._run(insert, (last, *row[1:]))
            self._run("INSERT INTO arrived (number) VALUES (?)", (last,))
        self._work("extract", "Extracting", lambda sha256: not self._cache.has(facts_key(self._prints, sha256)))
        self._work("observe", "Observing", lambda sha256: not self._cache.has(_observed_key(self._prints, sha256)))
        return int(self._run("SELECT COUNT(*) FROM article").fetchone()[0])

    def _each(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query for the row after the one with the given number, which stands first."""
        last = 0
        while row := self._run(query, (last,)).fetchone():
            last = row[0]
            yield row

    def _arrived(self) -> Iterator[tuple[int, bytes, str]]:
        query = (
            "SELECT number, same, sha256 FROM arrived JOIN article USING (number) WHERE number > ? "
            "ORDER BY number LIMIT 1"
        )
        yield from self._each(query)

    def _work(self, kind: str, step: str, is_missing: Callable[[str], bool]) -> None:
        missing = sum(is_missing(sha256) for _, _, sha256 in self._arrived())
        if not missing:
            return
        self._progress.start(step, missing)

        def items() -> Iterator[tuple[tuple[int, str], bytes]]:
            for number, same, sha256 in self._arrived():
                if is_missing(sha256):
                    data = self._corpus.data(same)
                    if kind == "observe":
                        data = frame(data, self._kept(facts_key(self._prints, sha256)))
                    yield (number, sha256), data

        settling = _Early(self._index, missing, self._pool.workers)
        for (number, sha256), outcome in self._pool.run(kind, items(), settling.step):
            if isinstance(outcome, str):
                self._set_aside(number, "extract", outcome)
            else:
                observed = outcome
                if kind == "extract":
                    facts, observed = framed(outcome)
                    self._cache.put(facts_key(self._prints, sha256), facts)
                self._cache.put(_observed_key(self._prints, sha256), observed)
                self._identify(number, observed)
                settling.count()
            self._progress.advance()
        settling.finish()
        self._cache.commit()

    def _identify(self, number: int, observed: bytes) -> None:
        self._index.add(number, zlib.decompress(observed))
        self._run("UPDATE arrived SET identified = 1 WHERE number = ?", (number,))

    def assemble(self) -> Assembled:
        """Maps facts to a graph with what follows from it; sets aside what violates a shape or the ontology.

        Once an article is set aside the identities are worked out again without it, since what it alone says of an
        actor must not stay behind in the identity graph. This ends: each round has fewer articles than the one before.
        What was set aside in an earlier build is tried again, since it may have been for the sake of other articles.
        """
        self._progress.start("Identifying", None)
        index = self._index
        for article, report in self._run("SELECT * FROM refused").fetchall():
            self.graph.tallies.remove_report(article, json.loads(report))
        self._run("DELETE FROM refused")
        for number, _, sha256 in self._arrived():
            keys = facts_key(self._prints, sha256), _observed_key(self._prints, sha256)
            self._cache.use(*keys)
            if not self._run("SELECT identified FROM arrived WHERE number = ?", (number,)).fetchone()[0]:
                self._identify(number, self._kept(keys[1]))
        for number in self._copied:
            index.change(number)
        while True:
            index.settle()
            refused = self._collided(index)
            if not refused:
                refused = self._finish(index)
            for number, stage, reason in refused:
                index.remove(number)
                self._set_aside(number, stage, reason)
            if not refused:
                break
        self.graph.settle(index)
        return self.graph

    def _collided(self, index: IdentityIndex) -> list[tuple[int, str, str]]:
        return [
            (number, "map", "has the same IRI as another article, but another text") for number in index.collisions()
        ]

    def _finish(self, index: IdentityIndex) -> list[tuple[int, str, str]]:
        """Has the graphs made of the articles of which something has changed; gives those that must not stay."""
        self._progress.start("Validating", None)
        refused: list[tuple[int, str, str]] = []

        def take(number: int, key: str, part: str, head: Head) -> None:
            if head.problem:
                self._cache.leave(key)
                if head.stage == "validate":
                    self._run(
                        "INSERT OR REPLACE INTO refused VALUES (?, ?)", (f"refused {part}", json.dumps(head.report))
                    )
                    self.graph.tallies.add_report(f"refused {part}", head.report)
                refused.append((number, head.stage, head.problem))
            else:
                self._accept(number, key, part, head)
            self._progress.advance()

        def missing() -> Iterator[tuple[tuple[int, str, str], bytes]]:
            for number in index.changed():
                mark, path, keys, entities = index.article(number)
                part = f"<{self._options.base}{path}>"
                query = "SELECT same, sha256, copies, part, finish FROM article WHERE number = ?"
                same, sha256, copies, part_before, finish = self._run(query, (number,)).fetchone()
                slice_ = frame(copies.encode(), slice_bytes(self._options.base, mark, path, keys, entities))
                own = facts_key(self._prints, sha256)
                key = hashlib.sha256(f"{self._prints.finishing} {own} ".encode() + slice_).hexdigest()
                if key == finish and part == part_before:
                    self._progress.advance()
                elif (known := self._cache.get(key)) is not None:
                    take(number, key, part, head_of(known))
                else:
                    yield (number, key, part), order(self._corpus.data(same), self._kept(own), slice_)

        steps = self.graph.settling(index)
        for (number, key, part), outcome in self._pool.run("finish", missing(), lambda: _advanced(steps)):
            if isinstance(outcome, str):
                refused.append((number, "map", outcome))
            else:
                self._cache.put(key, outcome)
                take(number, key, part, head_of(outcome))
        self._cache.commit()
        return sorted(refused)

    def _accept(self, number: int, key: str, part: str, head: Head) -> None:
        """Takes the graph of an article in, in place of the one that it had."""
        self._retract(number)
        self._run("UPDATE article SET part = ?, finish = ? WHERE number = ?", (part, key, number))
        self._cache.use(key)
        self.graph.add(part, head, key)

    def _retract(self, number: int) -> None:
        part, finish = self._run("SELECT part, finish FROM article WHERE number = ?", (number,)).fetchone()
        if finish is not None:
            self.graph.remove(part, head_of(self._kept(finish)), finish)
            self._cache.leave(finish)
            self._run("UPDATE article SET part = NULL, finish = NULL WHERE number = ?", (number,))

    def _leave(self, number: int) -> None:
        """Forgets an article, which identity has to forget as well."""
        self._retract(number)
        (sha256,) = self._run("SELECT sha256 FROM article WHERE number = ?", (number,)).fetchone()
        self._cache.leave(facts_key(self._prints, sha256), _observed_key(self._prints, sha256))
        self._run("DELETE FROM article WHERE number = ?", (number,))
        self._run("DELETE FROM arrived WHERE number = ?", (number,))

    def _set_aside(self, number: int, stage: str, reason: str) -> None:
        (same,) = self._run("SELECT same FROM article WHERE number = ?", (number,)).fetchone()
        self.failures.append(self._corpus[same].failure(stage, reason))
        self._leave(number)

    def _kept(self, key: str) -> bytes:
        return kept(self._cache, key)


class _Early:
    """Settles who is who among the articles that are there while other processes work on the last of them.

    What is settled then need not be settled when nothing else is left to do. It begins as late as lets it end in time,
    and goes on with what has come meanwhile.
    """

    def __init__(self, index: IdentityIndex, articles: int, workers: int) -> None:
        self._index = index
        self._left = int(articles / (1 + workers * _SETTLING)) if workers and articles >= _MANY else articles + 1
        #: articles of which nothing is settled yet
        self._new = 0
        self._steps: Iterator[None] = iter(())

    def count(self) -> None:
        """One more article is there."""
        self._left -= 1
        self._new += 1

    def step(self) -> bool:
        """Does a little; gives whether there was anything to do."""
        if self._left > 0:
            return False
        if _advanced(self._steps):
            return True
        if self._new < _ROUND:
            return False
        self._new = 0
        self._steps = self._index.settling()
        return _advanced(self._steps)

    def finish(self) -> None:
        """Does what is left of what was begun."""
        for _ in self._steps:
            pass


def _advanced(steps: Iterator[None]) -> bool:
    """Takes one step; gives whether there was any left."""
    for _ in steps:
        return True
    return False
