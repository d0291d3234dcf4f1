"""Writes TriG and the merged Turtle view from lines of N-Quads: sorted, grouped by subject, with prefixes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kgbuild.graph.nquads import Block, Subject, graph_of, grouped, subjects_of
from kgbuild.graph.vocabulary import RDF, XSD

#: lines that the merged view holds in memory before it sorts them onto the disk
RUN_LENGTH = 500_000

#: IRIs of which a writer remembers how it writes them
MOST_KNOWN = 200_000

# a subset of what Turtle allows, which every reader agrees on
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_SHORTHAND = {
    str(XSD.boolean): re.compile(r"true|false"),
    str(XSD.integer): re.compile(r"[+-]?[0-9]+"),
    str(XSD.decimal): re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
_TYPE = f"<{RDF.type}>"


class TermWriter:
    """Writes N-Triples terms as Turtle does, with prefixes.

    Args:
        prefixes: prefix to namespace.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._known: dict[str, str] = {}

    def head(self) -> str:
        """The declarations of the prefixes."""
        declared = sorted((prefix, namespace) for namespace, prefix in self._prefixes.items())
        return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in declared)

    def iri(self, term: str) -> str:
        """An IRI in angle brackets, shortened if a prefix fits."""
        known = self._known.get(term)
        if known is None:
            cut = max(term.rfind("#"), term.rfind("/")) + 1
            prefix, local = self._prefixes.get(term[1:cut]), term[cut:-1]
            known = f"{prefix}:{local}" if prefix is not None and _LOCAL_NAME.fullmatch(local) else term
            if len(self._known) < MOST_KNOWN:
                self._known[term] = known
        return known

    def value(self, term: str) -> str:
        """An IRI or a literal; a number or a boolean bare where Turtle reads it back as it was."""
        # a string; all else ends in an IRI, or in the tag of a language
        if term.endswith('"'):
            return term
        return self._known.get(term) or (self.iri(term) if term.startswith("<") else self._literal(term))

    def _literal(self, term: str) -> str:
        if not term.endswith(">"):
            return term
        close = term.rindex('"')
        lexical, datatype = term[1:close], term[close + 4 : -1]
        shorthand = _SHORTHAND.get(datatype)
        if shorthand is not None and shorthand.fullmatch(lexical):
            return lexical
        written = f"{term[: close + 1]}^^{self.iri(term[close + 3 :])}"
        if len(self._known) < MOST_KNOWN:
            self._known[term] = written
        return written

    def subjects(self, triples: Iterable[tuple[str, str, str]]) -> Iterator[str]:
        """The text of each subject's triples, which must follow each other; its classes come first."""
        return map(self.subject, grouped(triples))

    def subject(self, subject: Subject, indent: str = "") -> str:
        """The text of a subject; its classes come first."""
        name, groups = subject
        known, value = self._known, self.value
        classes, lines = [], []
        for predicate, values in groups:
            text = value(values[0]) if len(values) == 1 else " , ".join(map(value, values))
            if predicate == _TYPE:
                classes.append(f"a {text}")
            else:
                lines.append(f"{known.get(predicate) or self.iri(predicate)} {text}")
        return f"{indent}{self.iri(name)}\n{indent}    " + f" ;\n{indent}    ".join(classes + lines) + " .\n"


class TrigWriter:
    """Writes blocks of N-Quads as TriG, one after the other.

    Args:
        stream: a text stream, UTF-8, with ``\\n`` line ends.
        prefixes: prefix to namespace.
    """

    def __init__(self, stream: IO[str], prefixes: Mapping[str, str]) -> None:
        self._stream = stream
        self._terms = TermWriter(prefixes)
        stream.write(self._terms.head())

    def write(self, block: Block) -> None:
        """Writes the graph of a block."""
        if not block:
            return
        self._stream.write(self.head(graph_of(block[0])))
        self._stream.write("\n".join(self.subjects(subjects_of(block))))
        self._stream.write("}\n")

    def head(self, graph: str) -> str:
        """What stands before the subjects of a graph, which is given in angle brackets."""
        return f"\n{self._terms.iri(graph)} {{\n"

    def subjects(self, subjects: Iterable[Subject]) -> Iterator[str]:
        """The text of each subject."""
        return (self._terms.subject(one, "    ") for one in subjects)

    def close(self) -> None:
        """Nothing is left to write."""


class TurtleWriter:
    """Writes the merged view: the triples of all graphs, each once, sorted by subject.

    Since a subject may stand in many graphs, nothing is written before :meth:`close`. More lines than ``run_length``
    are kept on the disk as sorted runs, so memory stays bounded.

    Args:
        stream: a text stream, UTF-8, with ``\\n`` line ends.
        prefixes: prefix to namespace.
        folder: for the sorted runs; the system's temporary folder if None.
        run_length: lines held in memory.
    """

    def __init__(
        self, stream: IO[str], prefixes: Mapping[str, str], folder: Path | None = None, run_length: int = RUN_LENGTH
    ) -> None:
        self._stream = stream
        self._terms = TermWriter(prefixes)
        self._folder = folder
        self._run_length = run_length
        self._pending: set[str] = set()
        self._files = ExitStack()
        self._runs: list[IO[str]] = []
        #: distinct triples written
        self.triples = 0

    def write(self, block: Block) -> None:
        """Takes in the triples of a block."""
        self._pending.update(line[: line.rindex(" ", 0, -2)] for line in block)
        if len(self._pending) >= self._run_length:
            self._spill()

    def close(self) -> None:
        """Writes the file and removes the sorted runs."""
        with self._files:
            runs: list[Iterable[str]] = [(line[:-1] for line in run) for run in self._runs]
            self._stream.write(self._terms.head())
            for text in self._terms.subjects(self._distinct(merge(*runs, sorted(self._pending)))):
                self._stream.write("\n" + text)

    def _distinct(self, triples: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        for triple, _ in groupby(triples):
            self.triples += 1
            subject, predicate, value = triple.split(" ", 2)
            yield subject, predicate, value

    def _spill(self) -> None:
        run = self._files.enter_context(
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=self._folder)  # noqa: SIM115
        )
        run.writelines(f"{line}\n" for line in sorted(self._pending))
        run.seek(0)
        self._runs.append(run)
        self._pending = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
