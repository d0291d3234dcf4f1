"""Brings a store to what the files hold: changed graphs are replaced, vanished ones removed, and all are counted."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build.progress import Progress, Silence
from kgbuild.errors import KgbuildError
from kgbuild.graph.vocabulary import DEFAULT_BASE
from kgbuild.graph_files import GraphFiles, build_stamp, of_one_build, opened
from kgbuild.loading.graphs import NamedGraph, normalized, read_graphs
from kgbuild.loading.record import Loaded, Record, batches, count_triples
from kgbuild.loading.stores import Addresses, StoreError

if TYPE_CHECKING:
    from kgbuild.loading.client import Store

#: bytes of N-Triples in a request
CHUNK = 4_000_000
#: graphs after which what is loaded is counted and recorded, so that a load that is broken off goes on there
_STEP = 50


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, and what the store holds now.

    Attributes:
        loaded, removed, unchanged: IRIs of graphs.
        triples: that were sent.
        graphs, total: graphs of the files, and the triples in them.
        wrong: graphs in which the store holds another number of triples than the files: IRI, wanted, and found.
        planned: nothing was done; it tells what would be.
    """

    loaded: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    triples: int
    graphs: int
    total: int
    wrong: tuple[tuple[str, int, int], ...] = ()
    planned: bool = False

    def lines(self) -> list[str]:
        """The report to read."""
        would = "would be " if self.planned else ""
        lines = [
            f"{len(self.loaded)} {_graphs(len(self.loaded))} {would}loaded ({self.triples:,} triples), "
            f"{len(self.removed)} {would}removed, {len(self.unchanged)} unchanged"
        ]
        for graph, wanted, found in self.wrong:
            lines.append(f"{graph}: the store holds {found:,} triples, the files {wanted:,}")
        if not self.planned and not self.wrong:
            lines.append(
                f"the store holds {self.total:,} triples in {self.graphs} {_graphs(self.graphs)}, as the files do"
            )
        return lines


def load(
    output: Path | str,
    addresses: Addresses,
    *,
    base: str | None = None,
    chunk: int = CHUNK,
    timeout: float = 300.0,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
    pause: float = 0.5,
) -> LoadReport:
    """Loads a built graph into a store.

    A graph is sent if the store has no record of it, or one of another content, or holds another number of its
    triples. Graphs that the record knows and the files do not are removed. Others are left alone.

    Args:
        output: the folder that ``kgbuild build`` wrote, or a file of N-Quads or TriG.
        addresses: of the store; see :func:`~kgbuild.loading.stores.addresses_of`.
        base: base IRI, under which the record stands; by default that of the build.
        chunk: bytes of a request, apart from triples that cannot be divided.
        timeout: seconds to wait for an answer.
        force: send every graph.
        dry_run: find out what would be done, and do nothing.
        progress: is told of every graph.
        environment: where credentials are looked for; see :class:`~kgbuild.loading.client.Store`.
        pause: seconds before a request is tried again; it doubles from try to try.

    Returns:
        What was done. Its ``wrong`` is to be looked at.

    Raises:
        KgbuildError: there is no graph, or the store cannot be reached or refuses it.
    """
    try:
        from kgbuild.loading.client import Store
    except ImportError as error:
        raise KgbuildError(
            f"loading needs {error.name}, which is not installed; install it with: pip install 'kgbuild[load]'"
        ) from error
    output = Path(output)
    with tempfile.TemporaryDirectory(prefix="kgbuild-load-") as folder:

        def read(files: GraphFiles) -> dict[str, NamedGraph]:
            if output.is_file():
                normalized(output, Path(folder) / "graph.nq")
                return read_graphs([Path(folder) / "graph.nq"])
            return read_graphs(_plain(path, Path(folder)) for path in files.all)

        wanted, built = of_one_build(output, lambda files: (read(files), build_stamp(output)))
        with Store(addresses, timeout=timeout, environment=environment, pause=pause) as store:
            record = Record(store, base or _base(output))
            if record.graph in wanted:
                raise KgbuildError(f"{output}: holds a graph {record.graph}, where the record of the load is to stand")
            report = _Load(store, record, wanted, chunk, progress or Silence()).run(force, dry_run)
        if build_stamp(output) != built:
            raise KgbuildError(f"{output}: was built again while it was loaded; load it again")
        return report


class _Load:
    """One load into one store."""

    def __init__(
        self, store: Store, record: Record, wanted: Mapping[str, NamedGraph], chunk: int, progress: Progress
    ) -> None:
        self._store = store
        self._record = record
        self._wanted = wanted
        self._chunk = chunk
        self._progress = progress

    def run(self, force: bool, dry_run: bool) -> LoadReport:
        known = self._record.read()
        counts = self._count(self._wanted)
        changed = [
            graph
            for iri, graph in self._wanted.items()
            if force or known.get(iri) != _entry(graph) or counts.get(iri) != graph.triples
        ]
        names = {graph.iri for graph in changed}
        gone = sorted(known.keys() - self._wanted.keys())
        if not dry_run:
            if names & known.keys() or gone:
                # no record may speak of what is about to change
                self._record.write((iri, one) for iri, one in known.items() if iri in self._wanted and iri not in names)
            self._remove(gone)
            self._send(changed)
            counts = self._count(self._wanted)
        wrong = [
            (iri, one.triples, counts.get(iri, 0))
            for iri, one in self._wanted.items()
            if counts.get(iri) != one.triples
        ]
        return LoadReport(
            loaded=tuple(graph.iri for graph in changed),
            removed=tuple(gone),
            unchanged=tuple(iri for iri in self._wanted if iri not in names),
            triples=sum(graph.triples for graph in changed),
            graphs=len(self._wanted),
            total=sum(graph.triples for graph in self._wanted.values()),
            wrong=() if dry_run else tuple(wrong),
            planned=dry_run,
        )

    def _remove(self, graphs: list[str]) -> None:
        self._progress.start("removing", len(graphs))
        for graph in graphs:
            self._store.graphs.delete(graph)
            self._progress.advance()

    def _send(self, graphs: list[NamedGraph]) -> None:
        self._progress.start("loading", sum(graph.size for graph in graphs))
        for some in batches(graphs, _STEP):
            for graph in some:
                self._send_one(graph)
            counts = count_triples(self._store, [graph.iri for graph in some])
            self._record.add((graph.iri, _entry(graph)) for graph in some if counts.get(graph.iri) == graph.triples)

    def _send_one(self, graph: NamedGraph) -> None:
        try:
            self._send_chunks(graph)
        except StoreError:
            if not graph.blank:
                raise
            # a piece with blank nodes cannot be sent twice, but the whole graph can
            self._send_chunks(graph)

    def _send_chunks(self, graph: NamedGraph) -> None:
        for number, triples in enumerate(graph.chunks(self._chunk)):
            (self._store.graphs.add if number else self._store.graphs.replace)(graph.iri, triples)
            self._progress.advance(len(triples))

    def _count(self, graphs: Iterable[str]) -> dict[str, int]:
        return count_triples(self._store, graphs)


def _entry(graph: NamedGraph) -> Loaded:
    return Loaded(graph.sha256, graph.triples)


def _graphs(count: int) -> str:
    return "graph" if count == 1 else "graphs"


def _plain(path: Path, folder: Path) -> Path:
    """A file in which lines can be found by where they stand: a compressed one is decompressed into the folder."""
    if path.suffix != ".gz":
        return path
    plain = folder / f"{path.parent.name}-{path.stem}"
    try:
        with opened(path) as stream, plain.open("wb") as target:
            shutil.copyfileobj(stream, target)
    except (OSError, EOFError, zlib.error) as error:
        raise KgbuildError(f"{path}: cannot be read: {error}") from error
    return plain


def _base(output: Path) -> str:
    """The base IRI of a build: its manifest's, or the default one where there is no manifest."""
    if not (output / "manifest.json").is_file():
        return DEFAULT_BASE
    from kgbuild.build.manifest import read_manifest

    return str(read_manifest(output)["options"]["base"])
