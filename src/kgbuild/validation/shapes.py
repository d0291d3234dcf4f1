"""The shapes, read once and made ready for pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from kgbuild.errors import KgbuildError
from kgbuild.graph.reading import read_quads
from kgbuild.resources import resource

SH = Namespace("http://www.w3.org/ns/shacl#")
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
_CLASS = SH["class"]
_UNION = "https://w3id.org/kgbuild/shapes#union-of-"


@dataclass(frozen=True, eq=False)
class Shapes:
    """Shapes, and what an engine needs to know of them.

    Attributes:
        graph: the shapes as the engine gets them (see :func:`prepare`).
        targets: for each shape with a target, its targets: pairs of SHACL's target property and a term.
        hierarchy: pairs of class and superclass, without which SHACL does not know that a Person is an Actor.
        unions: shapes whose choice of classes was turned into one class; they report as the ``sh:or`` that they are.
    """

    graph: Graph
    targets: Mapping[URIRef, tuple[tuple[URIRef, Node], ...]]
    hierarchy: tuple[tuple[URIRef, URIRef], ...]
    unions: frozenset[URIRef]


@cache
def load_shapes() -> Shapes:
    """The shapes and class hierarchy that travel with the package, read once in a process."""
    files = sorted(resource("shapes").glob("*.ttl"))
    if not files:
        raise KgbuildError("the installation of kgbuild has no shapes; install it again")
    ontology = _read([resource("ontology", "diplomacy.ttl")])
    return prepare(_read(files), ontology)


def _read(files: Iterable[Path]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for file in files:
        for subject, predicate, value, _ in read_quads(file):
            graph.add((subject, predicate, value))
    return graph


def prepare(shapes: Graph, ontology: Graph, *, rewrite: bool = True) -> Shapes:
    """Makes shapes ready for an engine that pays for every shape, every node and every alternative.

    Two rewritings that change no outcome (the tests hold them to that) halve the time that pySHACL takes. A property
    shape of a node shape with targets gets the targets itself, so that it looks at all the nodes at once instead of
    one at a time. A choice between classes (``sh:or`` of shapes with nothing but a ``sh:class``) becomes one
    ``sh:class`` of their common superclass, made up for the purpose.

    Args:
        shapes: any SHACL shapes.
        ontology: whose ``rdfs:subClassOf`` is to be known.
        rewrite: False leaves the shapes as they are.

    Returns:
        The shapes, to be used for many graphs.
    """
    named = {shape for kind in (SH.NodeShape, SH.PropertyShape) for shape in shapes.subjects(RDF.type, kind)}
    targets = {
        shape: tuple(sorted((kind, term) for kind in TARGETS for term in shapes.objects(shape, kind)))
        for shape in sorted(shape for shape in named if isinstance(shape, URIRef))
    }
    hierarchy = {
        (lower, upper)
        for lower, upper in ontology.subject_objects(RDFS.subClassOf)
        if isinstance(lower, URIRef) and isinstance(upper, URIRef)
    }
    # the simpler store answers faster; the data's graph cannot have it, since pySHACL wants named graphs there
    graph = Graph("SimpleMemory", bind_namespaces="none")
    for triple in shapes:
        graph.add(triple)
    unions: set[URIRef] = set()
    if rewrite:
        _retarget(graph)
        unions = _unite(graph, hierarchy)
    return Shapes(
        graph=graph,
        targets={shape: found for shape, found in targets.items() if found},
        hierarchy=tuple(sorted(hierarchy)),
        unions=frozenset(unions),
    )


def _retarget(graph: Graph) -> None:
    """Gives the targets of node shapes to their property shapes, but leaves nested property shapes where they are."""
    for shape, part in sorted(graph.subject_objects(SH.property)):
        found = [(kind, term) for kind in TARGETS for term in graph.objects(shape, kind)]
        shared = len(set(graph.subjects(SH.property, part))) > 1
        deactivated = (shape, SH.deactivated, None) in graph
        # what has no path is left for the engine to complain of; what belongs to a property looks at its values
        broken = (part, SH.path, None) not in graph
        if not found or shared or deactivated or broken or (shape, SH.path, None) in graph:
            continue
        for kind, term in found:
            graph.add((part, kind, term))
        graph.remove((shape, SH.property, part))


def _unite(graph: Graph, hierarchy: set[tuple[URIRef, URIRef]]) -> set[URIRef]:
    """Turns choices between classes into classes, adding them to the hierarchy. Returns the shapes it changed."""
    changed: set[URIRef] = set()
    for shape, first in sorted(graph.subject_objects(SH["or"])):
        several = len(list(graph.objects(shape, SH["or"]))) > 1
        if not isinstance(shape, URIRef) or several or (shape, _CLASS, None) in graph:
            continue
        classes = [_only_class(graph, choice) for choice in Collection(graph, first)]
        if not all(classes):
            continue
        names = sorted(str(name).rpartition("#")[2].rpartition("/")[2] for name in classes)
        union = URIRef(_UNION + "-".join(names))
        hierarchy.update((name, union) for name in classes if name is not None)
        graph.remove((shape, SH["or"], first))
        graph.add((shape, _CLASS, union))
        changed.add(shape)
    return changed


def _only_class(graph: Graph, shape: Node) -> URIRef | None:
    """The class that a shape asks for, if it asks for nothing else."""
    harmless = {RDF.type, SH.name, SH.description, SH.message, SH.severity}
    classes = [value for predicate, value in graph.predicate_objects(shape) if predicate == _CLASS]
    others = {predicate for predicate in graph.predicates(shape) if predicate != _CLASS} - harmless
    return classes[0] if len(classes) == 1 and not others and isinstance(classes[0], URIRef) else None
