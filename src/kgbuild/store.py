"""The built graph as an embedded store: opened from its files, kept ready on the disk where loading would be slow.

The store's default graph is the merged view, in which each triple stands once, whoever reported it; ``GRAPH ?article``
tells the articles apart. A large graph is indexed once, into the user's cache folder, and opened from there until its
files change.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import KgbuildError
from kgbuild.graph_files import GraphFiles, format_of, joined, of_one_build

if TYPE_CHECKING:
    import pyoxigraph

#: graphs above this size, in bytes of N-Quads (some hundred thousand quads), are indexed on the disk
CACHE_ABOVE = 16_000_000

#: changes when the content of an index changes
_INDEX_VERSION = "1"


def open_store(output: Path | str) -> pyoxigraph.Store:
    """Opens a built graph as a pyoxigraph store.

    Args:
        output: the folder that ``kgbuild build`` wrote; or one file of N-Quads or TriG.

    Returns:
        A store whose named graphs are those of the files, and whose default graph holds the triples of all of them.
        Do not change it: it may be open elsewhere.

    Raises:
        KgbuildError: there is no such graph, or it cannot be read.
    """
    return of_one_build(Path(output), lambda files: _opened(Path(output), files))


def _opened(output: Path, files: GraphFiles) -> pyoxigraph.Store:
    if sum(path.stat().st_size for path in files.all) <= CACHE_ABOVE:
        return load(files.all)
    return _cached(output, files.all)


def index_store(output: Path, folder: Path) -> int:
    """Writes a store to the disk that several processes can read: the named graphs, and all together as default graph.

    Args:
        output: the folder that ``kgbuild build`` wrote, or one file of N-Quads or TriG.
        folder: where to; a missing folder.

    Returns:
        The number of quads in named graphs.

    Raises:
        KgbuildError: there is no such graph, or a file cannot be read.
    """

    def write(files: GraphFiles) -> int:
        # what an earlier try may have left
        shutil.rmtree(folder, ignore_errors=True)
        return _index(files.all, folder)

    return of_one_build(output, write)


def _index(files: Sequence[Path], folder: Path) -> int:
    import pyoxigraph

    store = pyoxigraph.Store(folder)
    count = _fill(store, files)
    store.flush()
    return count


def load(files: Sequence[Path]) -> pyoxigraph.Store:
    """A store in memory, as :func:`open_store` gives it.

    Args:
        files: that hold a graph.

    Raises:
        KgbuildError: a file cannot be read.
    """
    import pyoxigraph

    store = pyoxigraph.Store()
    _fill(store, files)
    return store


def _fill(store: pyoxigraph.Store, files: Sequence[Path]) -> int:
    """Loads files into an empty store, and the merged view of them; gives the number of quads in named graphs."""
    import pyoxigraph

    form = format_of(files[0])
    try:
        with joined(files) as stream:
            store.bulk_load(input=stream, format=form)
        count = len(store)
        with joined(files) as stream:
            store.bulk_extend(
                pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)
                for quad in pyoxigraph.parse(stream, format=form)
            )
    except (OSError, ValueError, SyntaxError) as error:
        for path in files:
            _check(path)
        raise KgbuildError(f"{files[0].parent}: cannot be read: {error}") from error
    return count


def _check(path: Path) -> None:
    """Finds what is wrong with a file, if anything is.

    Raises:
        KgbuildError: it cannot be read, with the line.
    """
    import pyoxigraph

    try:
        with joined([path]) as stream:
            for _ in pyoxigraph.parse(stream, format=format_of(path)):
                pass
    except SyntaxError as error:
        raise KgbuildError(f"{path}: broken at line {error.lineno}: {error.msg}; build the graph again") from error
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{path}: cannot be read: {error}") from error


def _cached(output: Path, files: Sequence[Path]) -> pyoxigraph.Store:
    """The store of a large graph, from its index in the cache folder, which is made first if it is not there."""
    import pyoxigraph

    stamp = _stamp(files)
    place = hashlib.sha256(str(output.resolve()).encode()).hexdigest()[:16]
    folder = cache_folder() / place
    index = folder / stamp
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not index.is_dir():
            _make_index(files, index, stamp)
        return pyoxigraph.Store.read_only(str(index))
    except OSError:
        # no room or no right to keep an index: slower, but the same answers
        return load(files)


def _stamp(files: Sequence[Path]) -> str:
    import pyoxigraph

    stamps = [(path.name, found.st_size, found.st_mtime_ns) for path in files if (found := path.stat())]
    return hashlib.sha256(repr((_INDEX_VERSION, pyoxigraph.__version__, stamps)).encode()).hexdigest()[:16]


def _make_index(files: Sequence[Path], index: Path, stamp: str) -> None:
    with tempfile.TemporaryDirectory(prefix="making-", dir=index.parent) as making:
        _index(files, Path(making) / "store")
        if _stamp(files) != stamp:
            raise KgbuildError(f"{files[0].parent}: was built again while it was read")
        for outdated in index.parent.iterdir():
            if not outdated.name.startswith("making-") and outdated != index:
                shutil.rmtree(outdated, ignore_errors=True)
        try:
            (Path(making) / "store").rename(index)
        except OSError:
            # somebody else made the same index meanwhile
            if not index.is_dir():
                raise


def cache_folder() -> Path:
    """Where indexes of large graphs are kept; it may be removed at any time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kgbuild" / "stores"
