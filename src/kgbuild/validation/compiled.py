"""Shapes compiled to plain Python: what an article's graph is held to first, in a fraction of pySHACL's time.

pySHACL stays the judge. The compiled shapes are the stricter ones: whatever they find broken goes to pySHACL, whose
report it is; they report by themselves only where nothing is found, or warnings of constraints that say nothing but
what the shape says. Shapes with a construct that is not known here are not compiled at all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Identifier, Node

from kgbuild.graph.vocabulary import EDTF, RDF, RDFS, XSD, own_term
from kgbuild.validation.report import Severity, ValidationReport, ValidationResult
from kgbuild.validation.shapes import SH, TARGETS, Shapes
from kgbuild.validation.sparql import CompiledQuery, compile_query

Triple: TypeAlias = tuple[Node, Node, Node]

_UNNAMED = URIRef("https://w3id.org/kgbuild/shapes#unnamed")
#: what says nothing about nodes
_DESCRIPTIVE = {RDF.type, SH.name, SH.description, SH.message, SH.severity, SH.order, SH.group, SH.path, *TARGETS}
_DESCRIPTIVE |= {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy}
_LEXICAL = {
    XSD.decimal: re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"),
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.nonNegativeInteger: re.compile(r"[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
    XSD.gYearMonth: re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"),
    XSD.gYear: re.compile(r"(?!0000)[0-9]{4}"),
    EDTF: re.compile(r"[0-9X.~?/%-]{3,}"),
}
_NUMBERS = (XSD.decimal, XSD.integer, XSD.nonNegativeInteger)
_STRING, _DATE, _TYPE, _SUBCLASS = XSD.string, XSD.date, RDF.type, RDFS.subClassOf
_TARGET_CLASS, _TARGET_NODE, _TARGET_SUBJECTS = SH.targetClass, SH.targetNode, SH.targetSubjectsOf
_MIN_COUNT = SH.MinCountConstraintComponent


class UnknownConstraintError(ValueError):
    """The shapes use a construct that is not compiled."""


class Data:
    """The triples of one validation, for looking up.

    Args:
        triples: each once.
        upper: for each class its superclasses, itself included.
    """

    def __init__(self, triples: Iterable[Triple], upper: Mapping[Node, frozenset[Node]]) -> None:
        self.by_predicate: dict[Node, dict[Node, list[Node]]] = {}
        for subject, predicate, value in triples:
            self.by_predicate.setdefault(predicate, {}).setdefault(subject, []).append(value)
        self._classes: dict[Node, set[Node]] = {}
        self._instances: dict[Node, list[Node]] = {}
        for node, names in self.by_predicate.get(_TYPE, {}).items():
            found: set[Node] = set()
            for name in names:
                found |= upper.get(name, frozenset((name,)))
            self._classes[node] = found
            for name in found:
                self._instances.setdefault(name, []).append(node)

    def values(self, node: Node, predicate: Node) -> Sequence[Node]:
        """The values of a property of a node."""
        return self.by_predicate.get(predicate, {}).get(node, ())

    def is_a(self, node: Node, name: Node) -> bool:
        """Whether a node is an instance of a class."""
        return name in self._classes.get(node, ())

    def targets(self, kind: Node, term: Node) -> Iterable[Node]:
        """The nodes that one target of a shape means."""
        if kind == _TARGET_CLASS:
            return self._instances.get(term, ())
        if kind == _TARGET_NODE:
            return (term,)
        ends = self.by_predicate.get(term, {})
        return ends if kind == _TARGET_SUBJECTS else {value: None for some in ends.values() for value in some}


#: gives the values that are wrong (None: it is not about one value) of a focus node's value nodes
Check: TypeAlias = Callable[[Data, Node, Sequence[Node]], Sequence["Node | None"]]


@dataclass(slots=True)
class CompiledShape:
    """One shape."""

    name: URIRef
    path: Node | None
    severity: Severity
    message: str | None
    targets: tuple[tuple[Node, Node], ...]
    checks: list[tuple[URIRef, Check]] = field(default_factory=list)
    #: those of them that have something to say of a node without values
    of_none: list[tuple[URIRef, Check]] = field(default_factory=list)
    nested: list[CompiledShape] = field(default_factory=list)
    queries: list[CompiledQuery] = field(default_factory=list)

    def conforms(self, data: Data, node: Node) -> bool:
        """Whether a node holds to it."""
        if self.queries:
            raise UnknownConstraintError("a query within an alternative")
        values = (node,) if self.path is None else data.values(node, self.path)
        if any(check(data, node, values) for _, check in self.checks):
            return False
        return all(shape.conforms(data, value) for shape in self.nested for value in values)

    def has_results(self, data: Data, node: Node) -> bool:
        """Whether :meth:`results` has any, which is seldom so, and cheaper to be found out."""
        values = (node,) if self.path is None else data.values(node, self.path)
        for _, check in self.checks if values else self.of_none:
            if check(data, node, values):
                return True
        for shape in self.nested:
            if shape.nested:
                if any(shape.has_results(data, value) for value in values):
                    return True
                continue
            # nearly all shapes end here, so that it is not worth calling this method once more
            of_path = data.by_predicate.get(shape.path, {}) if shape.path is not None else {}
            for value in values:
                found = of_path.get(value, ())
                for _, check in shape.checks if found else shape.of_none:
                    if check(data, value, found):
                        return True
        return False

    def results(self, data: Data, node: Node, graph: URIRef | None) -> Iterator[ValidationResult | None]:
        """What is wrong with a node; None for what the judge has to say."""
        values = (node,) if self.path is None else data.values(node, self.path)
        for component, check in self.checks if values else self.of_none:
            for value in check(data, node, values):
                plain = isinstance(node, Identifier) and (value is None or isinstance(value, Identifier))
                if self.severity is Severity.VIOLATION or self.message is None or not plain:
                    yield None
                else:
                    yield ValidationResult(
                        shape=self.name,
                        focus=node,  # type: ignore[arg-type]  # seen above
                        path=self.path if isinstance(self.path, URIRef) else None,
                        value=value,  # type: ignore[arg-type]
                        severity=self.severity,
                        message=self.message,
                        component=component,
                        graph=graph,
                    )
        for shape in self.nested:
            for value in values:
                yield from shape.results(data, value, graph)


@dataclass(frozen=True, slots=True)
class Compiled:
    """All shapes.

    Attributes:
        shapes: those with targets.
        upper: for each class its superclasses, itself included.
        counted: the targets of the shapes for which it is told how many nodes they look at.
    """

    shapes: tuple[CompiledShape, ...]
    upper: Mapping[Node, frozenset[Node]]
    counted: Mapping[URIRef, tuple[tuple[URIRef, Node], ...]]

    def validate(self, triples: Sequence[Triple], graph: URIRef | None) -> ValidationReport | None:
        """What the shapes find, or None if the judge has to say.

        Args:
            triples: the data, each once.
            graph: to be noted in the results.
        """
        data = Data(triples, self.upper)
        if _SUBCLASS in data.by_predicate:
            return None
        found: list[ValidationResult] = []
        for shape in self.shapes:
            nodes = {node: None for kind, term in shape.targets for node in data.targets(kind, term)}
            if nodes and any(query.finds(data.by_predicate, nodes) for query in shape.queries):
                return None
            for node in nodes:
                for result in shape.results(data, node, graph) if shape.has_results(data, node) else ():
                    if result is None:
                        return None
                    found.append(result)
        counts = {
            shape: len({node: None for kind, term in pairs for node in data.targets(kind, term)})
            for shape, pairs in self.counted.items()
        }
        return ValidationReport(tuple(found), counts)


@lru_cache(maxsize=8)
def compile_shapes(shapes: Shapes) -> Compiled | None:
    """The shapes, compiled; None if they use a construct that is not known here."""
    try:
        return _Compiler(shapes).compiled()
    except ValueError:  # the compiler's own, or of a number that is none, of which the judge will complain
        return None


class _Compiler:
    def __init__(self, shapes: Shapes) -> None:
        self._given = shapes
        self._graph: Graph = shapes.graph
        self._known: dict[Node, CompiledShape] = {}

    def compiled(self) -> Compiled:
        graph = self._graph
        found = {node for kind in TARGETS for node in graph.subjects(kind)}
        shapes = [self._shape(node) for node in sorted(found, key=str)]
        hierarchy = [(own_term(lower), own_term(upper)) for lower, upper in self._given.hierarchy]
        counted = {
            shape: tuple((kind, own_term(term)) for kind, term in pairs) for shape, pairs in self._given.targets.items()
        }
        return Compiled(tuple(shapes), _closure(hierarchy), counted)

    def _shape(self, node: Node) -> CompiledShape:
        if node in self._known:
            return self._known[node]
        graph = self._graph
        severity = str(graph.value(node, SH.severity) or SH.Violation).removeprefix(str(SH))
        messages = sorted(str(message) for message in graph.objects(node, SH.message))
        path = own_term(graph.value(node, SH.path))
        if severity not in set(Severity) or (path is not None and not isinstance(path, URIRef)):
            raise UnknownConstraintError(str(node))
        targets = tuple(sorted((kind, own_term(term)) for kind in TARGETS for term in graph.objects(node, kind)))
        name = node if isinstance(node, URIRef) else _UNNAMED
        shape = CompiledShape(name, path, Severity(severity), " ".join(messages) or None, targets)
        self._known[node] = shape
        for predicate, value in sorted(graph.predicate_objects(node)):
            if predicate not in _DESCRIPTIVE:
                self._constrain(shape, node, predicate, value)
        return shape

    def _constrain(self, shape: CompiledShape, node: Node, predicate: Node, value: Node) -> None:
        if predicate == SH.property:
            nested = self._shape(value)
            if nested.path is None:
                raise UnknownConstraintError(str(value))
            shape.nested.append(nested)
            return
        if predicate == SH.sparql:
            query = compile_query(self._graph, value)
            if query is None or shape.path is not None:
                raise UnknownConstraintError(str(node))
            shape.queries.append(query)
            return
        local = str(predicate).removeprefix(str(SH))
        component = URIRef(f"{SH}{local[:1].upper()}{local[1:]}ConstraintComponent")
        if predicate == SH["class"] and node in self._given.unions:
            component = SH.OrConstraintComponent
        check = self._check(predicate, value)
        shape.checks.append((component, check))
        if component == _MIN_COUNT:
            shape.of_none.append((component, check))

    def _check(self, predicate: Node, value: Node) -> Check:
        value = own_term(value)
        if predicate in (SH["or"], SH.xone):
            choices = [self._shape(choice) for choice in Collection(self._graph, value)]
            least, most = 1, len(choices) if predicate == SH["or"] else 1
            return lambda data, _, values: [
                one for one in values if not least <= sum(shape.conforms(data, one) for shape in choices) <= most
            ]
        if predicate == SH["class"]:
            return lambda data, _, values: [one for one in values if not data.is_a(one, value)]
        if predicate == SH["in"]:
            allowed = frozenset(Collection(self._graph, value))
            return lambda _, __, values: [one for one in values if one not in allowed]
        if predicate == SH.disjoint:
            return lambda data, node, values: [one for one in values if one in data.values(node, value)]
        if predicate == SH.lessThan:
            return lambda data, node, values: [
                one for one in values for other in data.values(node, value) if not _less(one, other)
            ]
        if predicate == SH.datatype and value == _STRING:
            return lambda _, __, values: [one for one in values if not _is_string(one)]
        if predicate == SH.datatype:
            return lambda _, __, values: [one for one in values if not _of_type(one, value)]
        if predicate == SH.nodeKind and value in (SH.IRI, SH.Literal):
            kind = URIRef if value == SH.IRI else Literal
            return lambda _, __, values: [one for one in values if not isinstance(one, kind)]
        if not isinstance(value, Literal):
            raise UnknownConstraintError(str(predicate))
        if predicate == SH.pattern:
            pattern = re.compile(str(value))
            return lambda _, __, values: [
                one for one in values if isinstance(one, BNode) or not pattern.search(str(one))
            ]
        return _counted(predicate, int(str(value)))


def _counted(predicate: Node, limit: int) -> Check:
    """The check of a constraint that is given by a whole number."""
    if predicate == SH.minCount:
        return lambda _, __, values: [None] if len(values) < limit else ()
    if predicate == SH.maxCount:
        return lambda _, __, values: [None] if len(values) > limit else ()
    if predicate == SH.minLength:
        return lambda _, __, values: [one for one in values if isinstance(one, BNode) or len(str(one)) < limit]
    if predicate == SH.minInclusive:
        return lambda _, __, values: [one for one in values if (number := _number(one)) is None or number < limit]
    if predicate == SH.maxInclusive:
        return lambda _, __, values: [one for one in values if (number := _number(one)) is None or number > limit]
    raise UnknownConstraintError(str(predicate))


def _closure(pairs: Iterable[tuple[Node, Node]]) -> dict[Node, frozenset[Node]]:
    direct: dict[Node, set[Node]] = {}
    for lower, upper in pairs:
        direct.setdefault(lower, set()).add(upper)
    closed = {}
    for name in direct:
        found = {name}
        ahead = [name]
        while ahead:
            new = direct.get(ahead.pop(), set()) - found
            found |= new
            ahead += new
        closed[name] = frozenset(found)
    return closed


def _is_string(term: Node) -> bool:
    """Whether a term is surely a plain string."""
    if not isinstance(term, Literal) or term.language:
        return False
    return term.datatype is None or term.datatype == _STRING


@lru_cache(maxsize=4096)
def _of_type(term: Node, datatype: Node) -> bool:
    """Whether a term is surely a well-formed literal of a datatype other than strings."""
    if not isinstance(term, Literal) or term.language:
        return False
    if term.datatype != datatype or not isinstance(datatype, URIRef):
        return False
    if datatype == _DATE:
        try:
            return len(term) == 10 and bool(datetime.date.fromisoformat(str(term)))
        except ValueError:
            return False
    pattern = _LEXICAL.get(datatype)
    return pattern is not None and pattern.fullmatch(str(term)) is not None


@lru_cache(maxsize=4096)
def _number(term: Node) -> float | None:
    """The value of a literal that is surely a number."""
    if not isinstance(term, Literal) or not any(_of_type(term, datatype) for datatype in _NUMBERS):
        return None
    return float(str(term))


def _less(first: Node, second: Node) -> bool:
    left, right = _number(first), _number(second)
    return left is not None and right is not None and left < right
