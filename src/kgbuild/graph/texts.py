"""Pieces of files: the texts of single graphs and of single subjects, from which whole files are put together.

What stands between pieces is the caller's: nothing in N-Quads and TriG, ``,\\n`` in JSON-LD; a blank line between the
subjects of a graph in TriG. Whole files made so are those of :func:`kgbuild.graph.serialization.write_blocks`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from kgbuild.graph.jsonld import JsonLdWriter
from kgbuild.graph.nquads import Block, graph_of, grouped, subjects_of
from kgbuild.graph.serialization import prefixes_for
from kgbuild.graph.turtle import TermWriter, TrigWriter

#: how many terms the writers of one process remember before they begin anew
_REMEMBERED = 2000

#: subjects that are grouped at once
_AT_ONCE = 1000


class _Writers:
    """The writers for one base IRI; they remember terms, of which there is no end, so they are made anew at times."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._made()

    def _made(self) -> None:
        prefixes = prefixes_for(self._base)
        heads = [io.StringIO(), io.StringIO()]
        self._trig = TrigWriter(heads[0], prefixes)
        self._jsonld = JsonLdWriter(heads[1], prefixes)
        self.heads = tuple(head.getvalue() for head in heads)
        self._terms = TermWriter(prefixes)
        self._used = 0

    def writers(self) -> tuple[TrigWriter, JsonLdWriter]:
        self._count()
        return self._trig, self._jsonld

    def terms(self) -> TermWriter:
        self._count()
        return self._terms

    def _count(self) -> None:
        self._used += 1
        if self._used > _REMEMBERED:
            self._made()


@lru_cache(maxsize=4)
def _writers(base: str) -> _Writers:
    return _Writers(base)


def graph_name(base: str, name: str) -> str:
    """The IRI of a graph of the build's own, in angle brackets."""
    return f"<{base}graph/{name}>"


def file_heads(base: str) -> tuple[str, str, str]:
    """What TriG, JSON-LD and Turtle files begin with."""
    trig, jsonld = _writers(base).heads
    return trig, jsonld, TermWriter(prefixes_for(base)).head()


def block_texts(block: Block, base: str) -> tuple[str, str, str]:
    """One graph as N-Quads, TriG and JSON-LD.

    Args:
        block: sorted lines of one graph.
        base: base IRI of the resources, for the prefixes.
    """
    trig, jsonld = _writers(base).writers()
    name, subjects = graph_of(block[0]), subjects_of(block)
    in_trig: list[str] = []
    in_jsonld: list[str] = []
    # some at a time: there are very many in the graph of a very long text
    while some := list(islice(subjects, _AT_ONCE)):
        in_trig += trig.subjects(some)
        in_jsonld += jsonld.subjects(some)
    return (
        "\n".join((*block, "")),
        trig.head(name) + "\n".join(in_trig) + "}\n",
        jsonld.head(name) + ",\n".join(in_jsonld) + "\n ]}",
    )


def subject_texts(block: Block, base: str) -> tuple[str, str, str]:
    """One subject, without the graph around it, as N-Quads, TriG and JSON-LD."""
    trig, jsonld = _writers(base).writers()
    subjects = list(subjects_of(block))
    (trig_text,), (jsonld_text,) = trig.subjects(subjects), jsonld.subjects(subjects)
    return "\n".join((*block, "")), trig_text, jsonld_text


def graph_frames(base: str, name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """What stands before and after the subjects of a graph, in TriG and in JSON-LD."""
    trig, jsonld = _writers(base).writers()
    graph = graph_name(base, name)
    return (trig.head(graph), "}\n"), (jsonld.head(graph), "\n ]}")


def turtle_subjects(trig: str) -> list[tuple[str, str]]:
    """The subjects of one graph as :func:`block_texts` wrote it, with their texts in Turtle.

    Args:
        trig: the text of a graph.

    Returns:
        Each subject, as an IRI in angle brackets or with its prefix, and its text.
    """
    body = trig[trig.index("{\n") + 2 : -2]
    texts = [text.removeprefix("    ").replace("\n    ", "\n") for text in body.split("\n\n")]
    return [(text.partition("\n")[0], text if text.endswith("\n") else f"{text}\n") for text in texts]


def turtle_text(subject: str, said: Iterable[str], base: str) -> str:
    """One subject as Turtle.

    Args:
        subject: an IRI in angle brackets.
        said: predicates and objects of its triples as N-Triples writes them, sorted.
        base: base IRI of the resources, for the prefixes.
    """
    (whole,) = grouped((subject, *pair.split(" ", 1)) for pair in said)
    return _writers(base).terms().subject(whole)
