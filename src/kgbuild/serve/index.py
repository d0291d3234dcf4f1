"""Puts a built graph into a store on the disk that several processes can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    import pyoxigraph


def make_index(output: Path, folder: Path) -> int:
    """Writes the store that a server reads: the named graphs of a build, and all of them together as default graph.

    Args:
        output: the folder that ``kgbuild build`` wrote.
        folder: where to; an empty or missing folder.

    Returns:
        The number of quads in named graphs.

    Raises:
        KgbuildError: there is no graph in the output folder, or it cannot be read.
    """
    import pyoxigraph

    graph = output / "graph.nq"
    if not graph.is_file():
        raise KgbuildError(
            f"{output}: no graph.nq in it, so it is no output of kgbuild; make one with: "
            f"kgbuild build ARTICLES... --output {output}"
        )
    files = [graph, *(path for path in [output / "inferred.nq"] if path.is_file())]
    store = pyoxigraph.Store(folder)
    path = graph
    try:
        for path in files:
            store.bulk_load(path=path)
        count = len(store)
        for path in files:
            store.bulk_extend(_merged(path))
    except SyntaxError as error:
        raise KgbuildError(f"{path}: broken at line {error.lineno}: {error.msg}; build the graph again") from error
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{path}: cannot be read: {error}") from error
    store.flush()
    return count


def _merged(path: Path) -> Iterator[pyoxigraph.Quad]:
    import pyoxigraph

    for quad in pyoxigraph.parse(path=path):
        yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)
