"""Puts the shards of a cluster build together to the folder that the other commands work on."""

from __future__ import annotations

import gzip
import heapq
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from kgbuild.build import manifest as manifests
from kgbuild.build.entities import ENTITIES_FILE
from kgbuild.build.folder import MANIFEST, replaced
from kgbuild.build.manifest import ARTICLES_FILE
from kgbuild.build.shards import IDENTITY_SHARD
from kgbuild.build.writing import GRAPH_FILES
from kgbuild.cluster.storage import Store
from kgbuild.errors import KgbuildError
from kgbuild.graph_files import GRAPH_FILE, INFERRED_FILE

#: files that are merged at once
_AT_ONCE = 200
#: shards that are of no partition: they come last, as they are
_OWN = ("identity.nq.gz", "shared.nq.gz")


def gather(source: str | Path, output: str | Path) -> dict[str, Any]:
    """Writes ``graph.nq``, ``inferred.nq`` and all else that is told of a graph into one folder.

    ``graph.nq`` is byte for byte that of a build on one machine. The other formats are left out.

    Args:
        source: what a cluster build has written to, a folder or an address.
        output: the folder to write to.

    Returns:
        The manifest.

    Raises:
        KgbuildError: there is no finished build, or the folder cannot be written to.
    """
    store = Store.at(str(source))
    store.check(writable=False)
    try:
        manifest: dict[str, Any] = json.loads(store.read(MANIFEST))
        shards = manifest.pop("shards")
    except (OSError, ValueError, KeyError):
        if (Path(source) / IDENTITY_SHARD).is_file():
            raise KgbuildError(
                f"{source}: holds shards of a build on this machine; for single files build with: --layout single"
            ) from None
        raise KgbuildError(f"{source}: no build on a cluster has finished there") from None
    with replaced(Path(output)) as new, tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
        for kind, name, key in (("graph", GRAPH_FILE, _by_graph), ("inferred", INFERRED_FILE, _by_line)):
            paths = [_fetched(store, shard, Path(folder)) for shard in shards[kind] if not shard.endswith(_OWN)]
            with (new / name).open("wb") as stream:
                stream.writelines(_merged(paths, key, Path(folder)))
                for shard in shards[kind]:
                    if shard.endswith(_OWN):
                        stream.writelines(_lines(store, shard))
        for name in (ENTITIES_FILE, ARTICLES_FILE):
            with (new / name).open("wb") as stream:
                stream.writelines(_lines(store, f"{name}.gz"))
        for name in ("validation.txt", "validation.ttl"):
            (new / name).write_bytes(store.read(name))
        manifest["left_out"] = {
            name: "put together from the shards of a cluster" for name in GRAPH_FILES if name != GRAPH_FILE
        }
        manifest["files"] = manifests.files_entry(new)
        (new / MANIFEST).write_text(manifests.manifest_text(manifest), encoding="utf-8", newline="\n")
    return manifest


def _by_graph(line: bytes) -> tuple[bytes, bytes]:
    """Articles stand in the order of the IRIs of their graphs, which end their lines."""
    return line.rsplit(b" ", 2)[1], line


def _by_line(line: bytes) -> tuple[bytes, bytes]:
    return line, b""


def _fetched(store: Store, name: str, folder: Path) -> Path:
    """A shard on the local disk, for the time of merging; what follows is sorted by line, which it is not in shards."""
    path = folder / name.replace("/", "-")
    lines: Iterable[bytes] = _lines(store, name)
    if name.startswith("inferred/"):
        lines = sorted(lines)
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for line in lines:
            stream.write(line)
    return path


def _lines(store: Store, name: str) -> Iterator[bytes]:
    with store.open(name) as stream, gzip.GzipFile(fileobj=stream) as lines:
        yield from io.BufferedReader(cast("io.RawIOBase", lines), 1 << 20)


def _merged(paths: list[Path], key: Callable[[bytes], Any], folder: Path) -> Iterator[bytes]:
    """The lines of sorted files in one order, a bounded number of files at once."""
    while len(paths) > _AT_ONCE:
        first, paths = paths[:_AT_ONCE], paths[_AT_ONCE:]
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".nq.gz", delete=False) as made:
            with gzip.GzipFile(fileobj=made, mode="wb", compresslevel=1) as stream:
                for line in _merge(first, key):
                    stream.write(line)
            paths.append(Path(made.name))
        for path in first:
            path.unlink()
    yield from _merge(paths, key)


def _merge(paths: list[Path], key: Callable[[bytes], Any]) -> Iterator[bytes]:
    with ExitStack() as stack:
        files = [stack.enter_context(gzip.open(path, "rb")) for path in paths]
        yield from heapq.merge(*files, key=key)
