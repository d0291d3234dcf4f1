"""What follows from data: by the compiled rules, or by owlrl with its noise taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeAlias
from typing import Literal as Choice

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from kgbuild.errors import KgbuildError
from kgbuild.graph.reading import read_quads
from kgbuild.inference.closure import Closure, as_triple
from kgbuild.inference.rules import Rules, UnknownConstructError, compile_rules
from kgbuild.resources import resource

Mode: TypeAlias = Choice["compiled", "owlrl"]
Triple: TypeAlias = tuple[Node, Node, Node]

_SCHEMA = (str(OWL), str(RDFS))
_ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy}
_VOCABULARIES = (str(OWL), str(RDF), str(RDFS), str(XSD))
_TYPE = RDF.type
_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"


class InconsistencyError(KgbuildError):
    """Data that contradicts the ontology.

    Attributes:
        findings: what contradicts it, one sentence each, sorted.
    """

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("the data contradicts the ontology: " + "; ".join(findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Entailment:
    """What follows from data and an ontology.

    Attributes:
        triples: what follows and was neither asserted nor follows from the ontology alone, sorted. Without blank nodes,
            literals as subjects, and triples that hold of everything.
        findings: what contradicts the ontology, one sentence each, sorted.
    """

    triples: tuple[Triple, ...]
    findings: tuple[str, ...]


def entail(
    data: Graph | Iterable[Triple | tuple[Node, Node, Node, Any]],
    *,
    mode: Mode = "compiled",
    ontology: Graph | None = None,
) -> list[Triple]:
    """What follows from data and the ontology.

    Args:
        data: a graph, triples, or quads, of which the fourth term is left out. It is not changed.
        mode: ``"compiled"`` rules, or ``"owlrl"`` to have owlrl do it.
        ontology: the package's own with its schemes and alignments, if not given.

    Returns:
        New triples, sorted, in a form that every store loads.

    Raises:
        InconsistencyError: the data contradicts the ontology; :func:`infer` returns the findings instead.
        UnknownConstructError: the compiler does not know a construct of the ontology or of the data.

    Examples:
        >>> from rdflib import RDF, URIRef
        >>> from kgbuild.graph.vocabulary import DIP
        >>> talks = URIRef("https://example.org/talks")
        >>> (talks, RDF.type, DIP.Event) in entail([(talks, RDF.type, DIP.Negotiation)])
        True
    """
    entailment = infer(data, mode=mode, ontology=ontology)
    if entailment.findings:
        raise InconsistencyError(entailment.findings)
    return list(entailment.triples)


def infer(
    data: Graph | Iterable[Triple | tuple[Node, Node, Node, Any]],
    *,
    mode: Mode = "compiled",
    ontology: Graph | None = None,
) -> Entailment:
    """As :func:`entail`, but with contradictions returned beside what follows.

    Raises:
        UnknownConstructError: the compiler does not know a construct of the ontology or of the data.
    """
    rows: list[Triple] = [row if len(row) == 3 else row[:3] for row in data]
    if mode == "owlrl":
        return _by_owlrl(rows, ontology)
    _refuse_schema(rows)
    closure = Closure(rows, load_rules() if ontology is None else compile_rules(ontology))
    triples = [triple for fact in closure.derived if (triple := as_triple(fact)) is not None]
    return Entailment(tuple(sorted(triples, key=_order)), tuple(closure.findings()))


@cache
def load_ontology() -> Graph:
    """The ontology that travels with the package, with its schemes and alignments; read once, not to be changed."""
    graph = Graph(bind_namespaces="none")
    for file in sorted(resource("ontology").glob("*.ttl")):
        for subject, predicate, value, _ in read_quads(file):
            graph.add((subject, predicate, value))
    return graph


@cache
def load_rules() -> Rules:
    """The rules of the ontology that travels with the package, compiled once in a process."""
    return compile_rules(load_ontology())


def _refuse_schema(rows: Iterable[Triple]) -> None:
    # the set knows what it does not hold without comparing terms, which costs more
    kinds = {_TYPE}
    for subject, predicate, value in rows:
        if _is_schema(predicate) or (predicate in kinds and str(value).startswith(_SCHEMA)):
            raise UnknownConstructError(
                f"the data says {subject} {predicate} {value}, which belongs in an ontology; "
                'the compiled rules do not look for it there (mode="owlrl" does)'
            )


@lru_cache(maxsize=4096)
def _is_schema(predicate: Node) -> bool:
    return str(predicate).startswith(_SCHEMA) and predicate not in _ANNOTATIONS


def _by_owlrl(rows: list[Triple], ontology: Graph | None) -> Entailment:
    schema = load_ontology() if ontology is None else ontology
    alone, _ = _owlrl_closure(schema) if ontology is not None else _own_closure()
    closed, errors = _owlrl_closure((*schema, *rows))
    given = set(rows)
    new = sorted((triple for triple in closed - alone - given if not _is_noise(triple, given)), key=_order)
    if not errors:
        return Entailment(tuple(new), ())
    # owlrl's own words are kept where the compiled rules have no clearer ones for the same contradictions
    clearer = Closure(rows, load_rules() if ontology is None else compile_rules(ontology)).findings()
    return Entailment(tuple(new), tuple(clearer or sorted(errors)))


@cache
def _own_closure() -> tuple[frozenset[Triple], frozenset[str]]:
    return _owlrl_closure(load_ontology())


def _owlrl_closure(triples: Iterable[Triple]) -> tuple[frozenset[Triple], frozenset[str]]:
    """All that owlrl derives, and its messages of inconsistency."""
    from owlrl import DeductiveClosure, OWLRL_Semantics

    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    errors = frozenset(str(value) for _, predicate, value in graph if str(predicate) == _ERROR)
    return frozenset(graph), errors


def _is_noise(triple: Triple, given: set[Triple]) -> bool:
    """Whether a triple says nothing of the data: it holds of everything, or no store would load it."""
    subject, predicate, value = triple
    if not isinstance(subject, URIRef) or not isinstance(predicate, URIRef) or isinstance(value, BNode):
        return True
    if str(subject).startswith(_VOCABULARIES) or (subject == value and str(predicate).startswith(_SCHEMA)):
        return True
    if predicate in (RDF.type, RDFS.subClassOf, RDFS.subPropertyOf) and str(value).startswith(_VOCABULARIES):
        return True
    if not isinstance(value, Literal):
        return False
    # where two literals have the same value in other words ("0.5", "0.50"), owlrl puts each where the other stands
    stated = [other for one, name, other in given if one == subject and name == predicate]
    return any(isinstance(other, Literal) and other.datatype == value.datatype and other.eq(value) for other in stated)


def _order(triple: Triple) -> tuple[str, ...]:
    subject, predicate, value = triple
    if type(value) is not URIRef and isinstance(value, Literal):
        return str(subject), str(predicate), "1", str(value), str(value.datatype or ""), value.language or ""
    return str(subject), str(predicate), "0", str(value)
