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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    import pyoxigraph

#: graphs above this size, in bytes of N-Quads (some hundred thousand quads), are indexed on the disk
CACHE_ABOVE = 16_000_000

#: changes when the content of an index changes
_INDEX_VERSION = "1"


def open_store(output: Path | str) -> pyoxigraph.Store:
    """Opens a built graph as a pyoxigraph store.

    Args:
        output: the folder that ``kgbuild build`` wrote, with ``graph.nq`` and, if there was inference,
            ``inferred.nq``; or one file of N-Quads or TriG.

    Returns:
        A store whose named graphs are those of the files, and whose default graph holds the triples of all of them.
        Do not change it: it may be open elsewhere.

    Raises:
        KgbuildError: there is no such graph, or it cannot be read.
    """
    files = graph_files(Path(output))
    if sum(path.stat().st_size for path in files) <= CACHE_ABOVE:
        return _load(files)
    return _cached(files)


def graph_files(output: Path) -> list[Path]:
    """The files that hold a built graph.

    Args:
        output: the folder that ``kgbuild build`` wrote, or one file of N-Quads or TriG.

    Returns:
        ``graph.nq`` and, if there was inference, ``inferred.nq``; or the one file.

    Raises:
        KgbuildError: there is no such graph.
    """
    if output.is_file():
        if output.suffix not in (".nq", ".trig"):
            raise KgbuildError(f"{output}: give the output folder of kgbuild build, or a file of N-Quads or TriG")
        return [output]
    if not output.exists():
        raise KgbuildError(f"{output}: no such folder; make it with: kgbuild build ARTICLES... --output {output}")
    graph, inferred = output / "graph.nq", output / "inferred.nq"
    if not graph.is_file() and (output / "graph").is_dir():
        raise KgbuildError(
            f"{output}: holds shards of a build on a cluster; put them together with: kgbuild gather {output} -o FOLDER"
        )
    if not graph.is_file():
        raise KgbuildError(
            f"{output}: no graph.nq in it, so it is no output of kgbuild; make one with: "
            f"kgbuild build ARTICLES... --output {output}"
        )
    return [graph, inferred] if inferred.is_file() else [graph]


def index_store(files: Sequence[Path], folder: Path) -> int:
    """Writes a store to the disk that several processes can read: the named graphs, and all together as default graph.

    Args:
        files: what :func:`graph_files` gives.
        folder: where to; an empty or missing folder.

    Returns:
        The number of quads in named graphs.

    Raises:
        KgbuildError: a file cannot be read.
    """
    import pyoxigraph

    store = pyoxigraph.Store(folder)
    count = _fill(store, files)
    store.flush()
    return count


def _load(files: Sequence[Path]) -> pyoxigraph.Store:
    import pyoxigraph

    store = pyoxigraph.Store()
    _fill(store, files)
    return store


def _fill(store: pyoxigraph.Store, files: Sequence[Path]) -> int:
    """Loads files into an empty store, and the merged view of them; gives the number of quads in named graphs."""
    path = files[0]
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
    return count


def _merged(path: Path) -> Iterator[pyoxigraph.Quad]:
    import pyoxigraph

    for quad in pyoxigraph.parse(path=path):
        yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)


def _cached(files: Sequence[Path]) -> pyoxigraph.Store:
    """The store of a large graph, from its index in the cache folder, which is made first if it is not there."""
    import pyoxigraph

    stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    stamp = hashlib.sha256(repr((_INDEX_VERSION, pyoxigraph.__version__, stamps)).encode()).hexdigest()[:16]
    place = hashlib.sha256(str(files[0].resolve()).encode()).hexdigest()[:16]
    folder = cache_folder() / place
    index = folder / stamp
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not index.is_dir():
            _make_index(files, index)
        return pyoxigraph.Store.read_only(str(index))
    except OSError:
        # no room or no right to keep an index: slower, but the same answers
        return _load(files)


def _make_index(files: Sequence[Path], index: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="making-", dir=index.parent) as making:
        index_store(files, Path(making) / "store")
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
