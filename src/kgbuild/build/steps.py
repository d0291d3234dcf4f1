"""The steps between a corpus and a graph that can be written, each article's work taken from the cache where it is
done; each costs an article that fails, never its neighbours."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kgbuild.build.cache import Cache
from kgbuild.build.confidence import confident
from kgbuild.build.corpus import Corpus, Failure, packed
from kgbuild.build.fingerprint import Fingerprints, data_hash
from kgbuild.build.options import BuildOptions
from kgbuild.build.pool import Pool
from kgbuild.build.progress import Progress
from kgbuild.build.work import head_of, inferred_of, lines_of, order, pipeline, slice_bytes

if TYPE_CHECKING:
    from kgbuild.authority import Authority
    from kgbuild.graph.nquads import Block
    from kgbuild.identity import Entity, Identities, Judgements
    from kgbuild.identity.observations import ArticleObservations

__all__ = ["Assembled", "Assembly", "facts_key", "pipeline"]


def facts_key(prints: Fingerprints, sha256: str) -> str:
    """Under what the facts of an article are kept.

    Args:
        prints: what they depend on besides the article.
        sha256: of the article.
    """
    return data_hash("facts", prints.extraction, sha256)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A graph of which every article holds to the shapes and to the ontology.

    Attributes:
        cache: where the graphs of the articles are.
        identities: who is who.
        graphs: of each article the IRI of its graph, its place in the corpus and its key in the cache, sorted by IRI.
        report: what validation says, also of the articles that were set aside, as plain data.
        failures: why articles were set aside.
        classes: how many things of each class there are, over all articles.
        quads: how many there are in the graphs of the articles.
    """

    cache: Cache
    identities: Identities
    graphs: list[tuple[str, int, str]]
    report: dict[str, Any]
    failures: list[Failure]
    classes: dict[str, int]
    quads: int

    def blocks(self) -> Iterator[Block]:
        """The lines of each graph, in the order of their IRIs."""
        from kgbuild.graph.vocabulary import IDENTITY_GRAPH

        identity = f"{self.identities.base}graph/{IDENTITY_GRAPH}"
        keys = {iri: key for iri, _, key in self.graphs}
        for iri in sorted((*keys, identity), key=lambda iri: f"<{iri}>"):
            yield identity_lines(self.identities) if iri == identity else lines_of(_kept(self.cache, keys[iri]))

    def inferred_lines(self) -> Iterator[str]:
        """What follows, each triple once, sorted, as lines of N-Quads."""
        from kgbuild.graph.vocabulary import INFERRED_GRAPH

        end = f" <{self.identities.base}graph/{INFERRED_GRAPH}> ."
        for (line,) in self.cache.database.execute("SELECT DISTINCT line FROM temp.inferred ORDER BY line"):
            yield f"{line}{end}"


def identity_lines(identities: Identities) -> Block:
    """The identity graph as sorted lines."""
    from kgbuild.graph.mapping import identity_quads
    from kgbuild.graph.nquads import quad_line

    lines: set[str] = set()
    entities = identities.entities
    for start in range(0, len(entities), 1000):
        some = replace(identities, entities=entities[start : start + 1000])
        lines.update(quad_line(*quad) for quad in identity_quads(some))
    return sorted(lines)


def _kept(cache: Cache, key: str) -> bytes:
    data = cache.get(key)
    if data is None:
        raise LookupError(f"the cache has lost {key}")
    return data


@dataclass(slots=True)
class Assembly:
    """Holds what each step of one build needs.

    Attributes:
        keys: the key of each article's facts in the cache, by place.
        used: keys of all that the graph rests on.
        failures: why articles were set aside.
    """

    corpus: Corpus
    cache: Cache
    pool: Pool
    prints: Fingerprints
    options: BuildOptions
    progress: Progress
    keys: dict[int, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)

    def extract(self) -> int:
        """Finds the facts of the articles for which they are not in the cache yet.

        Returns:
            For how many articles there are facts.
        """
        missing = []
        for source in self.corpus:
            key = facts_key(self.prints, source.sha256)
            self.keys[source.place] = key
            if not self.cache.has(key):
                missing.append(source.place)
        self.used.update(self.keys.values())
        if not missing:
            return len(self.keys)
        self.progress.start("Extracting", len(missing))
        work = ((place, packed(self.corpus[place].article)) for place in missing)
        for place, outcome in self.pool.run("extract", work):
            if isinstance(outcome, str):
                self._set_aside(place, "extract", outcome)
            else:
                self.cache.put(self.keys[place], outcome)
            self.progress.advance()
        self.cache.commit()
        return len(self.keys)

    def assemble(self, authority: Authority, judgements: Judgements) -> Assembled:
        """Maps facts to a graph with what follows from it; sets aside what violates a shape or the ontology.

        Once an article is set aside the identities are worked out again without it, since what it alone says of an
        actor must not stay behind in the identity graph. This ends: each round has fewer articles than the one before.

        Args:
            authority: what is known of actors and treaties.
            judgements: what the user has decided about who is the same.
        """
        from kgbuild.identity.resolution import resolve

        refused: list[dict[str, Any]] = []
        while True:
            marks: dict[int, str] = {}
            self.progress.start("Identifying", None)
            observed = self._observations(authority, marks)
            identities = resolve(observed, authority, base=self.options.base, judgements=judgements)
            before = len(self.keys)
            graphs = self._graphs(identities, marks)
            finished = self._finished(identities, graphs, marks)
            gathered = _Gathered(self.cache)
            for _, place, key in finished:
                data = _kept(self.cache, key)
                stage, problem, *_, report = head_of(data)
                if problem:
                    self._set_aside(place, stage, problem)
                    if stage == "validate":
                        refused.append(report)
                else:
                    gathered.take(data)
            if len(self.keys) < before:
                continue
            for report in refused:
                gathered.take_report(report)
            self.used.update(key for _, _, key in finished)
            return gathered.assembled(identities, finished, sorted(self.failures))

    def _set_aside(self, place: int, stage: str, reason: str) -> None:
        self.failures.append(self.corpus[place].failure(stage, reason))
        self.used.discard(self.keys.pop(place))

    def _observations(self, authority: Authority, marks: dict[int, str]) -> Iterator[ArticleObservations]:
        """What each article tells for identity; notes the fingerprint of each article."""
        from kgbuild.facts_codec import decode
        from kgbuild.identity.observations import Observer

        observer = Observer(authority)
        for place, key in self.keys.items():
            facts = confident(decode(_kept(self.cache, key)), self.options.min_confidence)
            seen = observer.observe(replace(facts, article=self.corpus[place].article))
            marks[place] = seen.fingerprint
            yield seen

    def _graphs(self, identities: Identities, marks: dict[int, str]) -> list[tuple[str, int]]:
        """The IRI of each article's graph, with its place, sorted."""
        of_iri: dict[str, int] = {}
        for place, mark in marks.items():
            other = of_iri.setdefault(identities.graph_of(mark), place)
            if other != place:
                name = self.corpus[other].names[0]
                self._set_aside(place, "map", f"has the same IRI as {name}, but another text")
        return sorted(of_iri.items())

    def _finished(
        self, identities: Identities, graphs: list[tuple[str, int]], marks: dict[int, str]
    ) -> list[tuple[str, int, str]]:
        """Has the graphs of the articles made that are not in the cache yet; gives the key of each."""
        entities = {entity.iri: entity for entity in identities.entities}
        keys: dict[int, str] = {}
        self.progress.start("Validating", len(graphs))

        def missing() -> Iterator[tuple[int, bytes]]:
            for _, place in graphs:
                slice_ = slice_bytes(identities, marks[place], _spoken_of(identities, marks[place], entities))
                own = self.keys[place]
                key = hashlib.sha256(f"{self.prints.finishing} {own} ".encode() + slice_).hexdigest()
                keys[place] = key
                if self.cache.has(key):
                    self.progress.advance()
                else:
                    yield place, order(packed(self.corpus[place].article), _kept(self.cache, own), slice_)

        for place, outcome in self.pool.run("finish", missing()):
            if isinstance(outcome, str):
                self._set_aside(place, "map", outcome)
                del keys[place]
            else:
                self.cache.put(keys[place], outcome)
            self.progress.advance()
        self.cache.commit()
        return [(iri, place, keys[place]) for iri, place in graphs if place in keys]


def _spoken_of(identities: Identities, mark: str, entities: dict[str, Entity]) -> list[Entity]:
    iris = {identities.base + path for path in identities.keys_of(mark).values()}
    return [entities[iri] for iri in sorted(iris) if iri in entities]


class _Gathered:
    """Counts and reports over all articles, and what follows from them."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._database = cache.database
        for table in ("things (class TEXT, iri TEXT, PRIMARY KEY (class, iri)) WITHOUT ROWID", "inferred (line TEXT)"):
            self._database.execute(f"DROP TABLE IF EXISTS temp.{table.partition(' ')[0]}")
            self._database.execute(f"CREATE TEMP TABLE {table}")
        self._classes: Counter[str] = Counter()
        self._quads = 0
        self._results: list[Any] = []
        self._counts: Counter[str] = Counter()

    def take(self, data: bytes) -> None:
        """Takes in the graph of an article."""
        _, _, quads, classes, shared, report = head_of(data)
        self._quads += quads
        self._classes.update(classes)
        self._database.executemany("INSERT OR IGNORE INTO temp.things VALUES (?, ?)", shared)
        self._database.executemany("INSERT INTO temp.inferred VALUES (?)", ((line,) for line in inferred_of(data)))
        self.take_report(report)

    def take_report(self, report: dict[str, Any]) -> None:
        """Takes in what validation says of an article."""
        self._results += report["results"]
        self._counts.update(report["counts"])

    def assembled(
        self, identities: Identities, graphs: list[tuple[str, int, str]], failures: list[Failure]
    ) -> Assembled:
        """All of it, with the identity graph."""
        things = ((entity.type, entity.iri) for entity in identities.entities)
        self._database.executemany("INSERT OR IGNORE INTO temp.things VALUES (?, ?)", things)
        counted = dict(self._database.execute("SELECT class, COUNT(*) FROM temp.things GROUP BY class"))
        self._classes.update(counted)
        return Assembled(
            cache=self._cache,
            identities=identities,
            graphs=graphs,
            report={"results": self._results, "counts": dict(sorted(self._counts.items()))},
            failures=failures,
            classes=dict(sorted(self._classes.items())),
            quads=self._quads,
        )
