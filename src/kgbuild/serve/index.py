"""Puts a built graph into a store on the disk that the processes of a server can read."""

from __future__ import annotations

from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.store import index_store


def make_index(output: Path, folder: Path) -> int:
    """Writes the store that a server reads: the named graphs of a build, and all of them together as default graph.

    Args:
        output: the folder that ``kgbuild build`` wrote. A single file is refused: the pages need the whole output.
        folder: where to; an empty or missing folder.

    Returns:
        The number of quads in named graphs.

    Raises:
        KgbuildError: there is no graph in the output folder, or it cannot be read.
    """
    if output.is_file():
        raise KgbuildError(f"{output}: give the output folder of kgbuild build, not a file in it")
    return index_store(output, folder)
