"""The queries of SPARQL constraints, asked once for all nodes instead of once for each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from kgbuild.validation.shapes import SH

#: a query with one of these may say something of what is not there, so that part of the data would not do
_NOT_CONJUNCTIVE = re.compile(
    r"\b(?:OPTIONAL|UNION|MINUS|NOT|EXISTS|GRAPH|SERVICE|VALUES|BIND|GROUP|ORDER|LIMIT|OFFSET|HAVING|COUNT|FROM)\b",
    re.I,
)
_LOCAL = re.compile(r"\w[\w-]*")
_OFFSET = re.compile(r"[0-9]{1,15}")
#: the query for parts of a text that are not what they say, and what its predicates lead to
_PART_NAMES = ("text", "whole", "start", "end", "exact")
_PARTS = re.compile(
    r"\{\s*\$this\s+\S+\s+\?text\s+\.\s+\?value\s+\S+\s+\$this\s*;\s*\S+\s+\?start\s*;\s*\S+\s+\?end\s*;"
    r"\s*\S+\s+\?exact\s+\.\s+"
    r"FILTER\s*\(\s*SUBSTR\(\s*\?text\s*,\s*\?start\s*\+\s*1\s*,\s*\?end\s*-\s*\?start\s*\)\s*!=\s*\?exact\s*\)\s*\}"
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query of triple patterns and filters.

    Attributes:
        text: with its prefixes.
        predicates: of its patterns; where one of them is nowhere, there is no answer.
        parts: if the query asks for parts that are not what stands between their offsets in a text, the predicates from
            the whole to its text, from the part to the whole, and from the part to its start, end and words; else
            empty. Whatever is not plainly right is taken for an answer.
    """

    text: str
    predicates: tuple[URIRef, ...]
    parts: tuple[URIRef, ...] = ()

    def finds(self, by_predicate: Mapping[Node, Mapping[Node, Sequence[Node]]], nodes: Collection[Node]) -> bool:
        """Whether there is an answer for one of some nodes.

        Args:
            by_predicate: the data: predicate, subject, values.
            nodes: what ``$this`` may be.
        """
        if any(predicate not in by_predicate for predicate in self.predicates):
            return False
        if self.parts:
            texts, sources, *rest = (by_predicate[predicate] for predicate in self.parts)
            return any(
                _part_differs(text, *(values.get(part, ()) for values in rest))
                for part, wholes in sources.items()
                for whole in wholes
                if whole in nodes
                for text in texts.get(whole, ())
            )
        import pyoxigraph

        store = pyoxigraph.Store()
        store.extend(
            pyoxigraph.Quad(_subject(subject), pyoxigraph.NamedNode(str(predicate)), _value(value))
            for predicate in self.predicates
            for subject, values in by_predicate[predicate].items()
            for value in values
        )
        wanted = {_subject(node) for node in nodes if not isinstance(node, Literal)}
        solutions: Any = store.query(self.text)
        return any(solution["this"] in wanted for solution in solutions)


@lru_cache(maxsize=4096)
def _subject(term: Node) -> Any:
    import pyoxigraph

    return pyoxigraph.BlankNode(str(term)) if isinstance(term, BNode) else pyoxigraph.NamedNode(str(term))


def _value(term: Node) -> Any:
    import pyoxigraph

    if not isinstance(term, Literal):
        return _subject(term)
    if term.language:
        return pyoxigraph.Literal(str(term), language=term.language)
    return pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype or XSD.string)))


def compile_query(shapes: Graph, constraint: Node) -> CompiledQuery | None:
    """The query of a SPARQL constraint; None if it is of a kind that cannot be asked of all nodes at once.

    Args:
        shapes: with the prefixes that the constraint names.
        constraint: an ``sh:SPARQLConstraint``.
    """
    select = shapes.value(constraint, SH.select)
    if select is None or (constraint, SH.deactivated, None) in shapes:
        return None
    body = str(select)
    bare = _STRING.sub('""', body)
    if _NOT_CONJUNCTIVE.search(bare) or not re.match(r"\s*SELECT\s+\$this\b", bare) or bare.count("SELECT") > 1:
        return None
    namespaces = {
        str(shapes.value(declaration, SH.prefix)): str(shapes.value(declaration, SH.namespace))
        for owner in shapes.objects(constraint, SH.prefixes)
        for declaration in shapes.objects(owner, SH.declare)
    }
    patterns = re.sub(r"FILTER.*|\}.*", "", bare.partition("{")[2], flags=re.S)
    predicates = []
    for name in dict.fromkeys(_names(patterns)):
        prefix, _, local = name.partition(":")
        if name != "a" and (prefix not in namespaces or not _LOCAL.fullmatch(local)):
            return None
        predicates.append(
            URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type" if name == "a" else namespaces[prefix] + local)
        )
    head = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(namespaces.items()))
    if not predicates:
        return None
    parts = tuple(predicates) if len(predicates) == len(_PART_NAMES) and _PARTS.search(bare) else ()
    return CompiledQuery(head + body, tuple(predicates), parts)


def _part_differs(text: Node, starts: Sequence[Node], ends: Sequence[Node], words: Sequence[Node]) -> bool:
    """Whether the words of a part are not plainly those that stand between its offsets."""
    for terms in product(starts, ends, words):
        if not isinstance(text, Literal) or text.language:
            return True
        if not all(isinstance(term, Literal) and not term.language for term in terms):
            return True
        start, end, exact = map(str, terms)
        if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end)):
            return True
        # the text is not made a plain string of first: it may be long, and there may be many such parts
        if str.__getitem__(text, slice(int(start), int(end))) != exact:
            return True
    return False


def _names(patterns: str) -> list[str]:
    """The predicates of triple patterns, as they are written; an empty name where the patterns are not plain ones."""
    names: list[str] = []
    for statement in re.split(r"\s\.(?:\s|$)", f" {patterns.strip()} "):
        for number, part in enumerate(statement.split(";")):
            terms = part.split()
            if terms:
                # one or more in a row need the same triples as one
                names.append(terms[-2].removesuffix("+") if len(terms) == (3 if number == 0 else 2) else "")
    return names
