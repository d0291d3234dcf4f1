"""Writes a graph to files: N-Quads, TriG, JSON-LD, and Turtle for the merged view.

The same quads give the same bytes, whatever their order. Graphs are streamed one by one, so that only the merged view,
which needs the triples of a subject together, ever sorts all of them, and it does so on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeAlias

from rdflib.term import Node

from kgbuild.errors import KgbuildError
from kgbuild.graph.jsonld import JsonLdWriter
from kgbuild.graph.nquads import Block, graph_of, nquads_blocks
from kgbuild.graph.turtle import TrigWriter, TurtleWriter
from kgbuild.graph.vocabulary import DEFAULT_BASE, PREFIXES


class GraphWriter(Protocol):
    """Writes blocks of N-Quads to a stream in one format."""

    def write(self, block: Block) -> None:
        """Takes the lines of one graph."""

    def close(self) -> None:
        """Writes what is left."""


class NQuadsWriter:
    """Writes blocks of N-Quads as they are."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, block: Block) -> None:
        """Writes the lines of a block."""
        self._stream.writelines(f"{line}\n" for line in block)

    def close(self) -> None:
        """Nothing is left to write."""


_Factory: TypeAlias = Callable[[IO[str], dict[str, str], Path], GraphWriter]

#: the formats, by the ending of their files
FORMATS: dict[str, _Factory] = {
    "nq": lambda stream, prefixes, folder: NQuadsWriter(stream),
    "trig": lambda stream, prefixes, folder: TrigWriter(stream, prefixes),
    "ttl": TurtleWriter,
    "jsonld": lambda stream, prefixes, folder: JsonLdWriter(stream, prefixes),
}


@dataclass(frozen=True, slots=True)
class GraphCounts:
    """What was written: named graphs, and the quads in them."""

    graphs: int
    quads: int


def prefixes_for(base: str = DEFAULT_BASE) -> dict[str, str]:
    """The prefixes that are declared in every file.

    Args:
        base: base IRI of the resources.
    """
    return {**PREFIXES, "id": base}


def write_blocks(blocks: Iterable[Block], paths: Iterable[Path], *, base: str = DEFAULT_BASE) -> GraphCounts:
    """Writes blocks of N-Quads to several files in one pass.

    Args:
        blocks: one for each graph, in ascending order of the graphs' IRIs; see
            :func:`~kgbuild.graph.nquads.nquads_blocks`.
        paths: files, whose endings name their formats: ``.nq``, ``.trig``, ``.ttl`` (the merged view), ``.jsonld``.
        base: base IRI of the resources, for the prefixes.

    Returns:
        How much was written.

    Raises:
        KgbuildError: a file has another ending or cannot be written.
        ValueError: the blocks are out of order.
    """
    prefixes = prefixes_for(base)
    graphs = quads = 0
    previous = ""
    with ExitStack() as files:
        writers = [_open_writer(path, prefixes, files) for path in paths]
        for block in blocks:
            if not block:
                continue
            graph = graph_of(block[0])
            if graph <= previous:
                raise ValueError(f"the graph {graph} must come before {previous}, and only once")
            previous = graph
            graphs += 1
            quads += len(block)
            for writer in writers:
                writer.write(block)
        for writer in writers:
            writer.close()
    return GraphCounts(graphs, quads)


def write_quads(
    quads: Iterable[tuple[Node, Node, Node, Node]], paths: Iterable[Path], *, base: str = DEFAULT_BASE
) -> GraphCounts:
    """Writes quads, in any order, to several files; see :func:`write_blocks`.

    Args:
        quads: subject, predicate, object and graph; repetitions are left out.
        paths: files, whose endings name their formats.
        base: base IRI of the resources, for the prefixes.

    Returns:
        How much was written.
    """
    return write_blocks(nquads_blocks(quads), paths, base=base)


def _open_writer(path: Path, prefixes: dict[str, str], files: ExitStack) -> GraphWriter:
    factory = FORMATS.get(path.suffix.removeprefix("."))
    if factory is None:
        raise KgbuildError(f"{path}: unknown format; the file name must end in one of .{', .'.join(sorted(FORMATS))}")
    try:
        stream = files.enter_context(path.open("w", encoding="utf-8", newline="\n"))
    except OSError as error:
        raise KgbuildError(f"{path}: cannot be written: {error.strerror}") from error
    writer = factory(stream, prefixes, path.parent)
    if isinstance(writer, TurtleWriter):
        files.enter_context(writer)
    return writer
