"""Quads as lines of N-Quads, the one form in which a graph is kept, sorted and handed from writer to writer.

The same quad always gives the same line, so lines can be compared, and sorted lines keep a subject's quads together.
Escapes are those that JSON strings share, so that the other writers can take over a literal as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

#: sorted, distinct lines of one graph, without line ends
Block: TypeAlias = list[str]
#: a subject, with the values of each of its predicates, as N-Triples writes them
Subject: TypeAlias = tuple[str, list[tuple[str, list[str]]]]

_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPES = str.maketrans(
    {**{chr(code): f"\\u{code:04X}" for code in (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)}, **_SHORT_ESCAPES}
)
_NEEDS_ESCAPE = re.compile(r"[\x00-\x1f\"\\\x7f-\x9f\ufffe\uffff]")
_STRING = XSD.string
_BAD_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


def quad_line(subject: Node, predicate: Node, value: Node, graph: Node) -> str:
    """One quad as a line of N-Quads, without the line end.

    Raises:
        ValueError: a term is a blank node, or an IRI that cannot be written.
    """
    (line,) = quad_lines([(subject, predicate, value, graph)])
    return line


def quad_lines(quads: Iterable[tuple[Node, Node, Node, Node]]) -> Iterator[str]:
    """Quads as lines of N-Quads, without the line ends, in their order.

    Raises:
        ValueError: a term is a blank node, or an IRI that cannot be written.
    """
    # an IRI stands in many quads
    iris: dict[Node, str] = {}
    for subject, predicate, value, graph in quads:
        first, second, last = iris.get(subject), iris.get(predicate), iris.get(graph)
        if first is None:
            first = iris[subject] = iri_term(subject)
        if second is None:
            second = iris[predicate] = iri_term(predicate)
        if last is None:
            last = iris[graph] = iri_term(graph)
        if isinstance(value, URIRef):
            third = iris.get(value)
            if third is None:
                third = iris[value] = iri_term(value)
        else:
            third = _literal(value)
        yield f"{first} {second} {third} {last} ."


def nquads_blocks(quads: Iterable[tuple[Node, Node, Node, Node]]) -> Iterator[Block]:
    """Quads as blocks of lines, one block a graph, in the order of the graphs' IRIs.

    Args:
        quads: in any order, repetitions allowed; they are all held in memory.

    Yields:
        For each graph its distinct lines, sorted.
    """
    for _, block in groupby(sorted(sorted(set(quad_lines(quads))), key=graph_of), key=graph_of):
        yield list(block)


def graph_of(line: str) -> str:
    """The graph of a line, in angle brackets."""
    return line[line.rindex(" ", 0, -2) + 1 : -2]


def triple_of(line: str) -> tuple[str, str, str]:
    """Subject, predicate and object of a line, as N-Triples writes them."""
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest[: rest.rindex(" ", 0, -2)]


def grouped(triples: Iterable[Sequence[str]]) -> Iterator[Subject]:
    """Triples, of which those of a subject follow each other, and in them those of a predicate."""
    subject = predicate = None
    groups: list[tuple[str, list[str]]] = []
    for one, name, value in triples:
        if one != subject:
            if subject is not None:
                yield subject, groups
            subject, predicate, groups = one, name, [(name, [value])]
        elif name != predicate:
            predicate = name
            groups.append((name, [value]))
        else:
            groups[-1][1].append(value)
    if subject is not None:
        yield subject, groups


def subjects_of(block: Block) -> Iterator[Subject]:
    """The subjects of a block, with what is said of them."""
    if not block:
        return iter(())
    # all lines of a block end in its graph
    end = -len(graph_of(block[0])) - 3
    return grouped(line[:end].split(" ", 2) for line in block)


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
    text, datatype = quoted(str(term)), term.datatype
    if datatype is None:
        return f"{text}@{term.language}" if term.language else text
    return text if datatype == _STRING else f"{text}^^{iri_term(datatype)}"
