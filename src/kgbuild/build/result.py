"""What a build gives back: where the graph is, what it was made of, and answers to questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

    from kgbuild.build.corpus import Failure
    from kgbuild.graph.mapping import Quad
    from kgbuild.graph_files import GraphFiles
    from kgbuild.query import Result
    from kgbuild.validation import ValidationReport


@dataclass(frozen=True, eq=False)
class BuildResult:
    """A graph that was built, to be asked: ``kgbuild.build(["articles/"]).query("positions", treaty="ceasefire")``.

    The graph is read from its files when it is first asked for, so a build itself needs no memory for it.

    Attributes:
        failures: the articles that are not in the graph, and why.
        manifest: what stands in ``manifest.json``.
        output: the folder that it was written to, if one was given.
        unchanged: nothing had changed since the build before, so nothing was done.
        files: the folder that holds the graph: ``output``, or a temporary one that goes with this result.
        report_data: what validation says, as plain data; see ``report``.
    """

    failures: tuple[Failure, ...]
    manifest: Mapping[str, Any]
    output: Path | None
    unchanged: bool
    files: Path
    report_data: dict[str, Any]

    @cached_property
    def report(self) -> ValidationReport:
        """What validation says."""
        from kgbuild.build.reports import report_of

        return report_of(self.report_data)

    @cached_property
    def quads(self) -> list[Quad]:
        """The named graphs of the articles and the identity graph, as rdflib terms.

        Raises:
            KgbuildError: the output folder has been built anew since.
        """
        return self._read(self._files().graph)

    @cached_property
    def inferred(self) -> list[Quad]:
        """What follows from them.

        Raises:
            KgbuildError: the output folder has been built anew since.
        """
        return self._read(self._files().inferred)

    def _read(self, paths: Iterable[Path]) -> list[Quad]:
        from kgbuild.graph.reading import read_quads

        return cast("list[Quad]", [quad for path in paths for quad in read_quads(path)])

    def _files(self) -> GraphFiles:
        from kgbuild.build.manifest import read_manifest
        from kgbuild.graph_files import graph_files

        if self.output is not None and read_manifest(self.output) != self.manifest:
            raise KgbuildError(
                f"{self.output}: the graph has been built anew since; open it with kgbuild.open({self.output})"
            )
        return graph_files(self.files)

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The graph as a store, with the inferred triples. Its default graph is the merged view; do not change it.

        Raises:
            KgbuildError: the output folder has been built anew since.
        """
        from kgbuild.store import load

        return load(self._files().all)

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
        return int(self.manifest["counts"]["quads"])
