"""Quads as lines of N-Quads, the one form in which a graph is kept, sorted and handed from writer to writer.

The same quad always gives the same line, so lines can be compared, and sorted lines keep a subject's quads together.
Escapes are those that JSON strings share, so that the other writers can take over a literal as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

#: sorted, distinct lines of one graph, without line ends
Block: TypeAlias = list[str]

_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPES = str.maketrans(
    {**{chr(code): f"\\u{code:04X}" for code in (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)}, **_SHORT_ESCAPES}
)
_NEEDS_ESCAPE = re.compile(r"[\x00-\x1f\"\\\x7f-\x9f\ufffe\uffff]")
_BAD_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


def quad_line(subject: Node, predicate: Node, value: Node, graph: Node) -> str:
    """One quad as a line of N-Quads, without the line end.

    Raises:
        ValueError: a term is a blank node, or an IRI that cannot be written.
    """
    last = iri_term(value) if isinstance(value, URIRef) else _literal(value)
    return f"{iri_term(subject)} {iri_term(predicate)} {last} {iri_term(graph)} ."


def nquads_blocks(quads: Iterable[tuple[Node, Node, Node, Node]]) -> Iterator[Block]:
    """Quads as blocks of lines, one block a graph, in the order of the graphs' IRIs.

    Args:
        quads: in any order, repetitions allowed; they are all held in memory.

    Yields:
        For each graph its distinct lines, sorted.
    """
    lines = sorted({quad_line(*quad) for quad in quads}, key=lambda line: (graph_of(line), line))
    for _, block in groupby(lines, key=graph_of):
        yield list(block)


def graph_of(line: str) -> str:
    """The graph of a line, in angle brackets."""
    return line[line.rindex(" ", 0, -2) + 1 : -2]


def triple_of(line: str) -> tuple[str, str, str]:
    """Subject, predicate and object of a line, as N-Triples writes them."""
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest[: rest.rindex(" ", 0, -2)]


def quoted(text: str) -> str:
    """A text as a string literal."""
    return f'"{text.translate(_ESCAPES) if _NEEDS_ESCAPE.search(text) else text}"'


@lru_cache(maxsize=4096)
def iri_term(term: Node) -> str:
    """An IRI in angle brackets.

    Raises:
        ValueError: it is another term, or an IRI that cannot be written.
    """
    if not isinstance(term, URIRef):
        kind = "blank node" if isinstance(term, BNode) else type(term).__name__
        raise ValueError(f"a {kind} where an IRI is needed: {term!r}")
    if _BAD_IRI.search(term):
        raise ValueError(f"not an IRI that can be written: {str(term)!r}")
    return f"<{term}>"


def _literal(term: Node) -> str:
    if not isinstance(term, Literal):
        raise ValueError(f"neither an IRI nor a literal: {term!r}")
    text = quoted(str(term))
    if term.language:
        return f"{text}@{term.language}"
    if term.datatype is None or term.datatype == XSD.string:
        return text
    return f"{text}^^{iri_term(term.datatype)}"
