"""What a build gives back: the graph in memory, what it was made of, and answers to questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

    from kgbuild.build.corpus import Failure
    from kgbuild.graph.mapping import Quad
    from kgbuild.query import Result
    from kgbuild.validation import ValidationReport


@dataclass(frozen=True, eq=False)
class BuildResult:
    """A graph that was built, to be asked: ``kgbuild.build(["articles/"]).query("positions", treaty="ceasefire")``.

    Attributes:
        quads: the named graphs of the articles and the identity graph, as rdflib terms.
        inferred: what follows from them.
        report: what validation says.
        failures: the articles that are not in the graph, and why.
        manifest: what stands in ``manifest.json``.
        output: the folder that it was written to, if one was given.
    """

    quads: list[Quad]
    inferred: list[Quad]
    report: ValidationReport
    failures: tuple[Failure, ...]
    manifest: Mapping[str, Any]
    output: Path | None = None

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The graph as a store, with the inferred triples. Its default graph is the merged view; do not change it."""
        import pyoxigraph

        from kgbuild.graph.nquads import nquads_blocks

        store = pyoxigraph.Store()
        for block in nquads_blocks([*self.quads, *self.inferred]):
            named = list(pyoxigraph.parse("\n".join(block), format=pyoxigraph.RdfFormat.N_QUADS))
            store.extend(named)
            store.extend(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in named)
        return store

    def query(self, query: str, **parameters: str) -> Result:
        """Asks the graph.

        Args:
            query: the name of a canned query (see ``kgbuild.query.list_queries``), or SPARQL.
            parameters: what a canned query can be asked for, such as ``treaty="ceasefire"``.

        Returns:
            The answer; its rows are dictionaries.

        Raises:
            KgbuildError: there is no such query or parameter, or the SPARQL is malformed.
        """
        from kgbuild.query import run_query

        return run_query(self.store, query, parameters)

    def dataset(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset: a named graph for each article, one for identities, one for inferences."""
        import rdflib

        dataset = rdflib.Dataset()
        for subject, predicate, value, graph in (*self.quads, *self.inferred):
            dataset.graph(graph).add((subject, predicate, value))
        return dataset

    def __len__(self) -> int:
        """The number of quads that were read from the articles, without what follows from them."""
        return len(self.quads)
