"""Which files of an output folder hold the graph, and what follows from it: two files, or two folders of shards.

A small graph is ``graph.nq`` and ``inferred.nq``. A large one is shards below ``graph/`` and ``inferred/``, which the
manifest lists; those of a cluster are compressed. Everything that reads a built graph asks here.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    import pyoxigraph

GRAPH_FILE = "graph.nq"
INFERRED_FILE = "inferred.nq"

#: folders of shards
GRAPH_FOLDER = "graph"
INFERRED_FOLDER = "inferred"

_MANIFEST = "manifest.json"

#: how often a graph is read that is built anew meanwhile
_TRIES = 3

_T = TypeVar("_T")


class GraphFiles(NamedTuple):
    """The files that a graph stands in, N-Quads or TriG, by name; the named graphs of two files are to be put together.

    Attributes:
        graph: the named graphs of the articles, and that of identities.
        inferred: what follows from them; empty where there was no inference.
    """

    graph: tuple[Path, ...]
    inferred: tuple[Path, ...] = ()

    @property
    def all(self) -> tuple[Path, ...]:
        """All of them."""
        return self.graph + self.inferred


def graph_files(output: Path) -> GraphFiles:
    """The files that hold a built graph.

    A build that was killed while its files were moved into place is finished first, so that no old file stands beside
    a new one.

    Args:
        output: the folder that ``kgbuild build`` wrote, or one file of N-Quads or TriG.

    Raises:
        KgbuildError: there is no such graph.
    """
    if output.is_file():
        if output.suffix not in (".nq", ".trig"):
            raise KgbuildError(f"{output}: give the output folder of kgbuild build, or a file of N-Quads or TriG")
        return GraphFiles((output,))
    if not output.exists():
        raise KgbuildError(f"{output}: no such folder; make it with: kgbuild build ARTICLES... --output {output}")
    if (output / ".complete").is_dir():
        from kgbuild.build.folder import settle

        settle(output)
    if (output / GRAPH_FOLDER).is_dir() and (shards := shards_of(_manifest(output))) is not None:
        found = GraphFiles(*(tuple(output / name for name in names) for names in shards))
        for path in found.all:
            if not path.is_file():
                raise KgbuildError(f"{path}: is missing, though {_MANIFEST} lists it; build the graph again")
        return found
    graph, inferred = output / GRAPH_FILE, output / INFERRED_FILE
    if not graph.is_file():
        raise KgbuildError(
            f"{output}: no {GRAPH_FILE} in it, so it is no output of kgbuild; make one with: "
            f"kgbuild build ARTICLES... --output {output}"
        )
    return GraphFiles((graph,), (inferred,) if inferred.is_file() else ())


def shards_of(manifest: Mapping[str, Any]) -> tuple[list[str], list[str]] | None:
    """The names of the shards that a manifest lists: of the graph, and of what follows; None if there are none."""
    try:
        listed = [*manifest["shards"]["graph"], *manifest["shards"]["inferred"]]
    except (KeyError, TypeError):
        files = manifest.get("files")
        listed = list(files) if isinstance(files, dict) else []
    # names of other folders would be no output of a build, whoever wrote them into the manifest
    # articles come first, as they do in one file
    order = sorted(listed, key=lambda name: ("/part-" not in name, name))
    graph, inferred = (
        [name for name in order if str(Path(name).parent) == folder] for folder in (GRAPH_FOLDER, INFERRED_FOLDER)
    )
    return (graph, inferred) if graph else None


def _manifest(output: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((output / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def build_stamp(output: Path) -> tuple[int, ...] | None:
    """Something that is another one after a build, and None while it moves its files into place.

    So what was read between two that are the same, and not None, is of one build.

    Args:
        output: the folder that ``kgbuild build`` wrote, or one file.
    """
    # in this order: the manifest is the last file to be moved, and stands there before .complete goes
    path = output if output.is_file() else output / _MANIFEST
    try:
        found = path.stat()
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
    except OSError:
        stamp = (0, 0, 0)
    return None if (output / ".complete").is_dir() else stamp


def of_one_build(output: Path, read: Callable[[GraphFiles], _T]) -> _T:
    """What is read of the files of a graph; it is read again if a build has replaced some of them meanwhile.

    Args:
        output: the folder that ``kgbuild build`` wrote, or one file of N-Quads or TriG.
        read: reads the files.

    Raises:
        KgbuildError: there is no such graph, it cannot be read, or it was built again each time.
    """
    for _ in range(_TRIES):
        # finishes what an interrupted build has left, which changes the stamp
        graph_files(output)
        before = build_stamp(output)
        try:
            made = read(graph_files(output))
        except (OSError, KgbuildError):
            if before == build_stamp(output):
                raise
            continue
        if before is not None and before == build_stamp(output):
            return made
    raise KgbuildError(f"{output}: was built again whenever it was read; try again when the build has ended")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file of N-Quads or TriG to be read, decompressed if its name ends with ``.gz``."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        yield cast("IO[bytes]", stream)


@contextmanager
def joined(paths: Sequence[Path]) -> Iterator[IO[bytes]]:
    """Files of N-Quads read as one, which a store loads in less time than one by one; a single file may be TriG.

    What it gives is read with ``read``, which raises an OSError where a file cannot be read or decompressed.
    """
    with ExitStack() as stack:
        yield cast("IO[bytes]", _Joined(paths, stack))


class _Joined:
    """Reads files one after the other.

    Args:
        paths: of the files, compressed or not.
        stack: closes what is open.
    """

    def __init__(self, paths: Sequence[Path], stack: ExitStack) -> None:
        self._waiting = list(reversed(paths))
        self._stack = stack
        self._stream: IO[bytes] | None = None
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, of one file; none at the end of all."""
        if size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        while self._stream is not None or self._waiting:
            if self._stream is None:
                self._stream = self._stack.enter_context(opened(self._waiting.pop()))
                self._last = b""
            try:
                data = self._stream.read(size)
            except (EOFError, zlib.error) as error:
                raise OSError(str(error)) from error
            if data:
                self._last = data[-1:]
                return data
            self._stack.close()
            self._stream = None
            if self._last not in (b"", b"\n"):
                # a file may end without the end of a line
                return b"\n"
        return b""


def format_of(path: Path) -> pyoxigraph.RdfFormat:
    """The format of a file that holds a graph."""
    import pyoxigraph

    return pyoxigraph.RdfFormat.TRIG if path.suffix == ".trig" else pyoxigraph.RdfFormat.N_QUADS
