"""Reads anybody's RDF files as quads of rdflib's terms: literals as they were written, nothing over the network."""

from __future__ import annotations

import gzip
import io
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from rdflib.term import Node

#: endings of the files that can be read -> the format they announce
SUFFIXES = {
    ".ttl": "TURTLE",
    ".trig": "TRIG",
    ".nq": "N_QUADS",
    ".nt": "N_TRIPLES",
    ".jsonld": "JSON_LD",
    ".json": "JSON_LD",
    ".rdf": "RDF_XML",
    ".owl": "RDF_XML",
    ".xml": "RDF_XML",
}

#: an entity of XML that stands for a short text: the beginning of a namespace
_PLAIN_ENTITY = re.compile(rb"""<!ENTITY\s+[\w.-]+\s+(?:"[^"&%<]{0,200}"|'[^'&%<]{0,200}')\s*>""")


def read_quads(path: Path) -> Iterator[tuple[Node, Node, Node, Node | None]]:
    """The quads of a file.

    Args:
        path: Turtle, TriG, N-Quads, N-Triples, JSON-LD (with its context in the file) or RDF/XML, by its ending; also
            compressed (``.gz``).

    Yields:
        Subject, predicate, object, and the graph's name; None for the default graph.

    Raises:
        KgbuildError: the file is not there, is of another kind, or is broken; the message gives the line.
    """
    import pyoxigraph

    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    if suffix not in SUFFIXES:
        raise KgbuildError(f"{path}: not a kind of RDF file that is known; the endings are {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise KgbuildError(f"{path}: there is no such file")
    # what is wrong with a value is the shapes' to say, not a log's
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    convert = _Converter()
    form = getattr(pyoxigraph.RdfFormat, SUFFIXES[suffix])
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as opened:
            stream = cast("IO[bytes]", opened)
            if SUFFIXES[suffix] == "RDF_XML":
                stream = io.BytesIO(_without_growing_entities(stream.read()))
            for quad in pyoxigraph.parse(stream, format=form, base_iri=path.resolve().as_uri()):
                graph = quad.graph_name
                yield (
                    convert(quad.subject),
                    convert(quad.predicate),
                    convert(quad.object),
                    None if isinstance(graph, pyoxigraph.DefaultGraph) else convert(graph),
                )
    except SyntaxError as error:
        where = f" at line {error.lineno}" if error.lineno else ""
        raise KgbuildError(f"{path}: is not {suffix[1:]} that can be read{where}: {error.msg}") from None
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise KgbuildError(f"{path}: cannot be read: {error}") from None


def _without_growing_entities(data: bytes) -> bytes:
    """The same data.

    Raises:
        ValueError: it is XML with an entity that stands for others, or for much text: some lines of it fill a memory.
    """
    if b"\0" in data[:100]:
        raise ValueError("is not in UTF-8")
    if data.count(b"<!ENTITY") != len(_PLAIN_ENTITY.findall(data)):
        raise ValueError("has an entity that stands for other entities, for a file, or for much text")
    return data


class _Converter:
    """Turns terms of pyoxigraph into rdflib's."""

    def __init__(self) -> None:
        import pyoxigraph
        import rdflib

        self._named, self._blank = pyoxigraph.NamedNode, pyoxigraph.BlankNode
        self._literal = pyoxigraph.Literal
        self._rdflib = rdflib

    def __call__(self, term: Any) -> Node:
        if isinstance(term, self._named):
            return self._rdflib.URIRef(term.value)
        if isinstance(term, self._blank):
            return self._rdflib.BNode(term.value)
        if not isinstance(term, self._literal):
            raise ValueError("a triple within a triple, which is not supported")
        if term.language:
            return self._rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
            return self._rdflib.Literal(term.value)
        datatype = self._rdflib.URIRef(term.datatype.value)
        return self._rdflib.Literal(term.value, datatype=datatype, normalize=False)
