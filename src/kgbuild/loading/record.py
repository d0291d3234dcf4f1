"""What a store knows of its own loading: a small graph in it, with the hash and the count of every graph loaded.

The record stands in the store, not beside the files, because it speaks of the store: a store that somebody wiped has
no record either and is loaded anew, and two machines that load into one store see the same. Where somebody changed a
graph by hand, its count differs from the record in most cases, and it is loaded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from kgbuild.graph.vocabulary import iri

if TYPE_CHECKING:
    from kgbuild.loading.client import Store

#: name of the record's graph, after the base IRI
RECORD_GRAPH = "loaded"
_SHA256 = "https://schema.org/sha256"
_TRIPLES = "http://rdfs.org/ns/void#triples"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
#: rows of an answer that are asked for at once; Virtuoso cuts answers at 10,000 unless it is told otherwise
_PAGE = 2000
#: graphs that are counted in one question
_COUNTED = 100

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A graph that was loaded: the hash of its lines, and its triples."""

    sha256: str
    triples: int


class Record:
    """The record of one collection of graphs in a store.

    Args:
        store: where it stands.
        base: base IRI of the graphs; the collections of different bases do not know of each other.
    """

    def __init__(self, store: Store, base: str) -> None:
        self._store = store
        self.graph = str(iri(f"{base}graph/{RECORD_GRAPH}"))

    def read(self) -> dict[str, Loaded]:
        """The graphs that were loaded, by their IRIs."""
        found: dict[str, Loaded] = {}
        last = ""
        while True:
            rows = self._store.select(
                f"SELECT ?graph ?sha256 ?triples {{ GRAPH <{self.graph}> {{ ?graph <{_SHA256}> ?sha256 ; "
                f'<{_TRIPLES}> ?triples }} FILTER (STR(?graph) > "{last}") }} ORDER BY STR(?graph) LIMIT {_PAGE}'
            )
            found.update((str(iri(row["graph"])), Loaded(row["sha256"], int(row["triples"]))) for row in rows)
            if len(rows) < _PAGE:
                return found
            last = max(row["graph"] for row in rows)

    def write(self, entries: Iterable[tuple[str, Loaded]]) -> None:
        """Makes these entries all that is in the record."""
        lines = list(_lines(entries))
        if not lines:
            self._store.graphs.delete(self.graph)
        for number, part in enumerate(batches(lines, 4000)):
            (self._store.graphs.add if number else self._store.graphs.replace)(self.graph, b"".join(part))

    def add(self, entries: Iterable[tuple[str, Loaded]]) -> None:
        """Adds entries of graphs that are not in the record."""
        for part in batches(list(_lines(entries)), 4000):
            self._store.graphs.add(self.graph, b"".join(part))


def count_triples(store: Store, graphs: Iterable[str]) -> dict[str, int]:
    """How many triples a store holds in each of some graphs; nothing for those that are not there."""
    counts: dict[str, int] = {}
    for some in batches(list(graphs), _COUNTED):
        names = " ".join(f"<{graph}>" for graph in some)
        rows = store.select(
            f"SELECT ?graph (COUNT(*) AS ?triples) {{ VALUES ?graph {{ {names} }} GRAPH ?graph {{ ?s ?p ?o }} }} "
            "GROUP BY ?graph"
        )
        counts.update((row["graph"], int(row["triples"])) for row in rows if int(row["triples"]))
    return counts


def batches(items: Sequence[_T], size: int) -> Iterator[list[_T]]:
    """The items, so many at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _lines(entries: Iterable[tuple[str, Loaded]]) -> Iterator[bytes]:
    for graph, loaded in entries:
        yield (
            f'<{graph}> <{_SHA256}> "{loaded.sha256}" .\n<{graph}> <{_TRIPLES}> "{loaded.triples}"^^<{_INTEGER}> .\n'
        ).encode()
