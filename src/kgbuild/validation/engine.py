"""Runs pySHACL over one graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Identifier, Node

from kgbuild.errors import KgbuildError
from kgbuild.validation.compiled import compile_shapes
from kgbuild.validation.report import Severity, ValidationReport, ValidationResult
from kgbuild.validation.shapes import SH, Shapes, load_shapes

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result

Triple: TypeAlias = tuple[Node, Node, Node]

_UNNAMED = URIRef("https://w3id.org/kgbuild/shapes#unnamed")


def validate(
    data: Graph | Iterable[Triple | tuple[Node, Node, Node, Any]],
    *,
    shapes: Shapes | None = None,
    graph: URIRef | None = None,
    judge_only: bool = False,
    distinct: bool = False,
) -> ValidationReport:
    """Holds a graph to shapes, without inferring anything first.

    Args:
        data: the triples of one article together with what the identity graph says of the entities in it, as a graph
            or as triples (of quads, the fourth term is left out). It is not changed.
        shapes: from :func:`~kgbuild.validation.shapes.prepare`; the package's own if not given.
        graph: IRI of the article's graph, to be noted in the results.
        judge_only: let pySHACL do all of it. The report is the same: it is otherwise asked where
            :mod:`~kgbuild.validation.compiled` finds something broken, or does not know a construct of the shapes.
        distinct: no triple is there more often than once, which need not be found out then.

    Returns:
        The report; results are findings, not errors.

    Raises:
        KgbuildError: the shapes cannot be applied (a query that is no SPARQL, a shape without a path), or the graph has
            a chain too long to be followed.

    Examples:
        >>> from kgbuild.graph.vocabulary import DIP
        >>> stance = URIRef("https://example.org/stance")
        >>> report = validate([(stance, RDF.type, DIP.Position), (stance, DIP.polarity, DIP.Supports)])
        >>> report.fails("violation")
        True
    """
    shapes = shapes or load_shapes()
    triples: list[Triple] = [row if len(row) == 3 else row[:3] for row in data]
    if not judge_only and (compiled := compile_shapes(shapes)) is not None:
        report = compiled.validate(triples if distinct else list(dict.fromkeys(triples)), graph)
        if report is not None:
            return report
    store = _PreparingGraph(bind_namespaces="none")
    store.addN((subject, predicate, value, store) for subject, predicate, value in triples)
    store.addN((lower, RDFS.subClassOf, upper, store) for lower, upper in shapes.hierarchy)
    from pyshacl import validate as judge
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure

    try:
        conforms, found, _ = judge(store, shacl_graph=shapes.graph, inference="none", inplace=True)
    except (ReportableRuntimeError, ShapeLoadError, ValidationFailure) as error:
        raise KgbuildError(f"the shapes cannot be applied: {error}") from error
    except RecursionError as error:
        raise KgbuildError(
            "the graph cannot be judged: things in it are part of each other over too many steps"
        ) from error
    if not isinstance(found, Graph):
        raise KgbuildError(f"the shapes cannot be applied: {found}")
    results = () if conforms else tuple(_results(found, shapes, graph))
    return ValidationReport(results, count_focus_nodes(triples, shapes))


class _PreparingGraph(Graph):
    """A graph that parses each query once.

    pySHACL asks the query of a SPARQL constraint anew for each node, and rdflib would parse it anew each time, which
    costs twenty times what answering it costs.
    """

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> Result:
        """As :meth:`rdflib.Graph.query`."""
        if isinstance(query_object, str):
            query_object = _prepared(query_object)
        return super().query(query_object, *args, **options)


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    # the text declares its own prefixes, as pySHACL writes them before it, so that it is complete as a key
    from rdflib.plugins.sparql import prepareQuery

    try:
        return prepareQuery(text)
    except Exception as error:  # pyparsing's errors, and whatever rdflib raises for an unknown prefix
        raise KgbuildError(f"the shapes cannot be applied: a query of theirs is no SPARQL: {error}") from error


def count_focus_nodes(triples: Sequence[Triple], shapes: Shapes) -> dict[URIRef, int]:
    """How many nodes each shape with a target looks at.

    Args:
        triples: the data.
        shapes: whose targets are wanted.

    Returns:
        A number for each shape with a target.
    """
    lower: dict[Node, set[Node]] = {}
    schema = [(subject, value) for subject, predicate, value in triples if predicate == RDFS.subClassOf]
    for below, above in (*shapes.hierarchy, *schema):
        lower.setdefault(above, set()).add(below)
    asked = {pair for pairs in shapes.targets.values() for pair in pairs}
    instances: dict[Node, set[Node]] = {}
    ends: dict[tuple[URIRef, Node], set[Node]] = {}
    for subject, predicate, value in triples:
        if predicate == RDF.type:
            instances.setdefault(value, set()).add(subject)
        for kind, node in ((SH.targetSubjectsOf, subject), (SH.targetObjectsOf, value)):
            if (kind, predicate) in asked:
                ends.setdefault((kind, predicate), set()).add(node)
    counts: dict[URIRef, int] = {}
    for shape, pairs in shapes.targets.items():
        nodes: set[Node] = set()
        for kind, term in pairs:
            if kind == SH.targetClass:
                for name in _with_subclasses(term, lower):
                    nodes |= instances.get(name, set())
            elif kind == SH.targetNode:
                nodes.add(term)
            else:
                nodes |= ends.get((kind, term), set())
        counts[shape] = len(nodes)
    return counts


def _with_subclasses(name: Node, lower: dict[Node, set[Node]]) -> set[Node]:
    found = {name}
    ahead = [name]
    while ahead:
        for below in lower.get(ahead.pop(), ()):
            if below not in found:
                found.add(below)
                ahead.append(below)
    return found


def _results(found: Graph, shapes: Shapes, graph: URIRef | None) -> Iterable[ValidationResult]:
    for node in found.objects(None, SH.result):
        shape = _iri(found.value(node, SH.sourceShape)) or _UNNAMED
        component = _iri(found.value(node, SH.sourceConstraintComponent)) or _UNNAMED
        if shape in shapes.unions and component == SH.ClassConstraintComponent:
            component = SH.OrConstraintComponent
        messages = sorted(str(message) for message in found.objects(node, SH.resultMessage))
        severity = str(found.value(node, SH.resultSeverity)).removeprefix(str(SH))
        focus, value = found.value(node, SH.focusNode), found.value(node, SH.value)
        if not isinstance(focus, Identifier):
            raise KgbuildError(f"pySHACL gave a result without a node, for {shape}; please report this")
        yield ValidationResult(
            shape=shape,
            focus=focus,
            path=_iri(found.value(node, SH.resultPath)),
            value=value if isinstance(value, Identifier) else None,
            severity=Severity(severity) if severity in set(Severity) else Severity.VIOLATION,
            message=" ".join(messages),
            component=component,
            graph=graph,
        )


def _iri(term: Node | None) -> URIRef | None:
    return term if isinstance(term, URIRef) else None
