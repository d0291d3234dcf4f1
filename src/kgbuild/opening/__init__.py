"""A built graph, opened to be asked from Python: ``kgbuild.open("output/").positions(treaty="nadi")``."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.graph_files import GraphFiles, graph_files, of_one_build, opened
from kgbuild.opening.questions import Questions
from kgbuild.store import open_store

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib
    from pandas import DataFrame

    from kgbuild.opening.frames import Library
    from kgbuild.query import Result


class BuiltGraph(Questions):
    """A built graph. Its files are read when it is first asked.

    Args:
        output: the folder that ``kgbuild build`` wrote, or one file of N-Quads or TriG.
        frames: the library of the data frames that answers come as, ``pandas`` or ``polars``.

    Attributes:
        files: that the graph stands in.

    Raises:
        KgbuildError: there is no such graph.

    Examples:
        >>> import kgbuild
        >>> graph = kgbuild.open("output/")
        >>> graph.positions(treaty="river pact", actor="berg")[["polarity", "according_to", "date"]].fillna("")
           polarity according_to        date
        0  supports  Marta Olsen  2024-03-12
        1   opposes                  2024-05
    """

    def __init__(self, output: Path | str, *, frames: Library = "pandas") -> None:
        self.files = graph_files(Path(output)).all
        self._output = Path(output)
        self._frames = frames

    def query(self, query: str, /, **parameters: str) -> Result:
        """Answers a canned query, or SPARQL; the prefixes of the graph need no declaration.

        Args:
            query: the name of a canned query (see ``kgbuild.query.list_queries``), or SPARQL.
            parameters: what a canned query can be asked for, such as ``treaty="NATO"``.

        Returns:
            The answer; its rows are dictionaries of text.

        Raises:
            KgbuildError: there is no such query or parameter, or the SPARQL is malformed.

        Examples:
            >>> sorted(row["name"] for row in graph.query("SELECT * { ?who a dip:State ; rdfs:label ?name }"))
            ['Chile', 'Norway']
        """
        from kgbuild.query import run_query

        return run_query(self._store, query, parameters)

    def run(self, name: str, /, **parameters: str) -> Result:
        """Answers a canned query; the same as :meth:`query`."""
        return self.query(name, **parameters)

    def frame(self, query: str, /, **parameters: str) -> DataFrame:
        """Answers a canned query, or SPARQL, as a data frame.

        Args:
            query: as for :meth:`query`.
            parameters: as for :meth:`query`. One that is empty does not narrow the answer.

        Returns:
            A column for each variable. Numbers are numbers; dates are text, since they may be as coarse as a year.

        Raises:
            KgbuildError: as for :meth:`query`; or the library of data frames is not installed.

        Examples:
            >>> graph.frame("SELECT ?kind (COUNT(*) AS ?n) { ?p dip:polarity ?kind } GROUP BY ?kind")["n"].sum().item()
            5
        """
        from kgbuild.opening.frames import to_frame

        return to_frame(self.query(query, **{name: value for name, value in parameters.items() if value}), self._frames)

    def store(self) -> pyoxigraph.Store:
        """The graph as a pyoxigraph Store, whose default graph is the merged view. Do not change it.

        Raises:
            KgbuildError: the files cannot be read.

        Examples:
            >>> graph.store().query("ASK { GRAPH ?article { ?article a ?class } }")
            <QueryBoolean true>
        """
        return self._store

    @cached_property
    def _store(self) -> pyoxigraph.Store:
        return open_store(self._output)

    def dataset(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset, read from its files: every literal as it was written.

        Examples:
            >>> len(list(graph.dataset().graphs())) - 1  # without the default graph, which is empty
            3
        """
        import rdflib

        def read(files: GraphFiles) -> rdflib.Dataset:
            dataset = rdflib.Dataset()
            for path in files.all:
                with opened(path) as stream:
                    dataset.parse(stream, format="trig" if path.suffix == ".trig" else "nquads")
            return dataset

        return of_one_build(self._output, read)

    def __len__(self) -> int:
        """Distinct triples."""
        import pyoxigraph

        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))

    def __bool__(self) -> bool:
        """An opened graph is one, however little stands in it."""
        return True

    def __repr__(self) -> str:
        return f"kgbuild.open({str(self._output)!r})"
