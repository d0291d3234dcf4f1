"""A built graph in other people's tools: networks for Gephi, CSV for Neo4j, entities for FollowTheMoney."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.exporting.model import PropertyGraph, property_graph

__all__ = ["FORMS", "Exported", "PropertyGraph", "export", "property_graph"]

#: the formats, and the name that a file has where none is given
FORMS = {"graphml": "graph.graphml", "gexf": "graph.gexf", "neo4j": "neo4j", "ftm": "entities.ftm.jsonl"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: the file, or the folder for ``neo4j``.
        things, ties: how many there are in the graph.
        advice: what to do with it, or nothing.
    """

    path: Path
    things: int
    ties: int
    advice: str = ""


def export(output: Path | str, form: str, path: Path | str | None = None) -> Exported:
    """Writes a built graph in a format of another tool.

    Args:
        output: the folder that ``kgbuild build`` wrote, or a file of N-Quads or TriG.
        form: ``graphml``, ``gexf``, ``neo4j`` (a folder of CSV files) or ``ftm``.
        path: the file or folder to write; without one, that of :data:`FORMS` in the working directory.

    Raises:
        KgbuildError: there is no such graph or format, a library is missing, or nothing can be written there.

    Examples:
        >>> import kgbuild.exporting
        >>> kgbuild.exporting.export("output/", "gexf", "graph.gexf").things
        19
    """
    if form not in FORMS:
        raise KgbuildError(f"no format {form!r}; choose {', '.join(FORMS)}")
    from kgbuild.store import open_store

    target = Path(path) if path is not None else Path(FORMS[form])
    if form == "neo4j" and target.exists() and not target.is_dir():
        raise KgbuildError(f"{target}: is a file; neo4j needs a folder, for it has a file for each kind of thing")
    if form != "neo4j" and target.is_dir():
        raise KgbuildError(f"{target}: is a folder; give the name of a file, such as {target / FORMS[form]}")
    graph = property_graph(open_store(output))
    advice = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if form == "neo4j":
            from kgbuild.exporting.neo4j import write_neo4j

            advice = f"in that folder, with the database stopped: {shlex.join(write_neo4j(graph, target))}"
        elif form == "ftm":
            from kgbuild.exporting.followthemoney import write_followthemoney

            write_followthemoney(graph, target)
        else:
            from kgbuild.exporting.networks import write_network

            write_network(graph, target, form)
    except OSError as error:
        raise KgbuildError(f"{target}: cannot be written: {error.strerror or error}") from error
    return Exported(target, len(graph.things), len(graph.ties), advice)
