"""The named graphs of files of N-Quads: which there are, whether one has changed, and its triples in pieces.

Files are read in passes and never held in memory; what is kept of a graph is where its lines stand. Two things ask for
more: a graph whose lines are not sorted (nobody's but a stranger's) needs a short hash of each line, to count repeated
ones once, and the lines with blank nodes are held together, so that what hangs together is sent in one piece.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.errors import KgbuildError

# subject, predicate, object, graph: the greedy object leaves the last IRI to the graph
_QUAD = re.compile(rb"\S+ <[^ ]+> .+ <(?P<graph>[^\x00-\x20<>\"{}|^`\\]+)> \.")
_BLANK = re.compile(rb"_:[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of one graph that stand together in a file: ``length`` bytes from ``start``."""

    path: Path
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """A named graph as it stands in files.

    Attributes:
        iri: its name.
        sha256: of its lines in the order in which they stand.
        triples: how many distinct ones there are.
        runs: where its lines stand.
        blank: whether there are blank nodes in it.
    """

    iri: str
    sha256: str
    triples: int
    runs: tuple[Run, ...]
    blank: bool

    @property
    def size(self) -> int:
        """Bytes of N-Quads."""
        return sum(run.length for run in self.runs)

    def chunks(self, limit: int) -> Iterator[bytes]:
        """The triples as N-Triples, in pieces.

        Args:
            limit: bytes of a piece. One triple that is longer, and triples that hang together by blank nodes, make a
                longer piece: a blank node that is sent in two pieces becomes two nodes.
        """
        yield from _packed(self._units(), limit)

    def _units(self) -> Iterator[bytes]:
        linked: list[bytes] = []
        for line in _lines(self.runs):
            triple = line[: line.rindex(b" ", 0, -2)] + b" .\n"
            if self.blank and _blanks(triple):
                linked.append(triple)
            else:
                yield triple
        yield from _hanging_together(linked)


@dataclass(slots=True)
class _Reading:
    """What is known of a graph while its file is read."""

    runs: list[Run] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    triples: int = 0
    last: bytes = b""
    sorted: bool = True
    blank: bool = False


def read_graphs(files: Iterable[Path]) -> dict[str, NamedGraph]:
    """The named graphs of files of N-Quads.

    Args:
        files: as ``kgbuild build`` writes them, or as :func:`normalized` does: a quad a line, single spaces.

    Returns:
        The graphs by their IRIs, in ascending order.

    Raises:
        KgbuildError: a file cannot be read, a line is no quad of a named graph, or two graphs share a blank node.
    """
    graphs: dict[bytes, _Reading] = {}
    owners: dict[bytes, bytes] = {}
    for path in files:
        try:
            _read(path, graphs, owners)
        except OSError as error:
            raise KgbuildError(f"{path}: cannot be read: {error.strerror}") from error
    found = {}
    for iri, reading in sorted(graphs.items()):
        triples = reading.triples if reading.sorted else _distinct(reading.runs)
        runs = tuple(reading.runs)
        found[iri.decode()] = NamedGraph(iri.decode(), reading.digest.hexdigest(), triples, runs, reading.blank)
    return found


def normalized(path: Path, target: Path) -> None:
    """Writes anybody's N-Quads or TriG as N-Quads of one form, its blank nodes numbered as they come.

    Raises:
        KgbuildError: the file is broken, or holds triples outside of named graphs.
    """
    from rdflib import BNode

    from kgbuild.graph.reading import read_quads

    labels: dict[str, str] = {}
    import pyoxigraph

    def term(node: object) -> object:
        import rdflib

        if isinstance(node, BNode):
            return pyoxigraph.BlankNode(labels.setdefault(str(node), f"b{len(labels)}"))
        if isinstance(node, rdflib.Literal):
            datatype = None if node.datatype is None else pyoxigraph.NamedNode(node.datatype)
            return pyoxigraph.Literal(str(node), datatype=datatype, language=node.language)
        return pyoxigraph.NamedNode(str(node))

    with target.open("wb") as stream:
        for subject, predicate, value, graph in read_quads(path):
            if graph is None or isinstance(graph, BNode):
                raise KgbuildError(
                    f"{path}: has triples outside of named graphs ({subject} {predicate} …); "
                    "give every triple a graph with an IRI, since a store is loaded graph by graph"
                )
            quad = [str(term(node)) for node in (subject, predicate, value, graph)]
            stream.write(" ".join((*quad, ".")).encode() + b"\n")


def _read(path: Path, graphs: dict[bytes, _Reading], owners: dict[bytes, bytes]) -> None:
    current, reading, start, offset = b"", _Reading(), 0, 0

    def end() -> None:
        if current:
            reading.runs.append(Run(path, start, offset - start))

    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            bare = line.rstrip(b"\r\n")
            if not bare:
                offset += len(line)
                continue
            quad = _QUAD.fullmatch(bare)
            if quad is None:
                raise KgbuildError(f"{path}: line {number} is no quad of a named graph; build the graph again")
            if quad["graph"] != current:
                end()
                current, start = quad["graph"], offset
                reading = graphs.setdefault(current, _Reading())
            reading.digest.update(bare + b"\n")
            reading.triples += 1
            reading.sorted = reading.sorted and reading.last < bare
            reading.last = bare
            if b"_:" in bare:
                for label in _blanks(bare):
                    reading.blank = True
                    if owners.setdefault(label, current) != current:
                        raise KgbuildError(
                            f"{path}: line {number}: the blank node {label.decode()} stands in two graphs; "
                            "a store that is loaded graph by graph would make two of it"
                        )
            offset += len(line)
    end()


def _blanks(line: bytes) -> list[bytes]:
    """The labels of the blank nodes of a line: its subject, and its object."""
    subject, _, rest = line.split(b" ", 2)
    return [found[0] for part in (subject, rest) if (found := _BLANK.match(part))]


def _lines(runs: Iterable[Run]) -> Iterator[bytes]:
    for run in runs:
        with run.path.open("rb") as stream:
            stream.seek(run.start)
            read = 0
            while read < run.length:
                line = stream.readline()
                if not line:
                    raise KgbuildError(f"{run.path}: has changed while it was read; load it again")
                read += len(line)
                bare = line.rstrip(b"\r\n")
                if bare:
                    yield bare


def _distinct(runs: Iterable[Run]) -> int:
    return len({hashlib.blake2b(line, digest_size=16).digest() for line in _lines(runs)})


def _hanging_together(triples: list[bytes]) -> Iterator[bytes]:
    """Triples with blank nodes, joined to units that share no blank node."""
    parents: dict[bytes, bytes] = {}

    def root(label: bytes) -> bytes:
        parents.setdefault(label, label)
        while parents[label] != label:
            parents[label] = parents[parents[label]]
            label = parents[label]
        return label

    for triple in triples:
        first, *others = _blanks(triple)
        for other in others:
            parents[root(other)] = root(first)
    units: dict[bytes, list[bytes]] = {}
    for triple in triples:
        units.setdefault(root(_blanks(triple)[0]), []).append(triple)
    for unit in units.values():
        yield b"".join(unit)


def _packed(units: Iterable[bytes], limit: int) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for unit in units:
        if held and size + len(unit) > limit:
            yield b"".join(held)
            held, size = [], 0
        held.append(unit)
        size += len(unit)
    if held:
        yield b"".join(held)
