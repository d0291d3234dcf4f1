"""Every shape is shown a graph that conforms, and one that fails for just that reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SKOS

from kgbuild.inference import load_ontology
from kgbuild.resources import resource
from kgbuild.validation import Shapes, load_shapes, validate
from kgbuild.validation.shapes import SH, TARGETS, prepare
from shape_cases import ALTERNATIVES, CASES, TOGETHER

CONFORMING = Path(__file__).parent / "shapes" / "conforming.ttl"
DIP = Namespace("https://w3id.org/kgbuild/diplomacy#")
DIPS = Namespace("https://w3id.org/kgbuild/shapes#")

#: properties of a shape that constrain nothing by themselves
DESCRIPTION = {RDF.type, SH.name, SH.description, SH.message, SH.severity, SH.path, SH.property, *TARGETS}


def head() -> str:
    """The prefixes and base of the conforming graph, for the lines of the cases."""
    return "\n".join(line for line in CONFORMING.read_text(encoding="utf-8").splitlines() if line.startswith("@"))


def read(lines: str) -> Graph:
    return Graph(bind_namespaces="none").parse(data=f"{head()}\n{lines}", format="turtle")


def changed(less: str, more: str) -> Graph:
    """The conforming graph without some triples, which must be in it, and with others."""
    graph = Graph().parse(CONFORMING, format="turtle")
    for triple in read(less):
        assert triple in graph, f"the conforming graph has no {triple}"
        graph.remove(triple)
    for triple in read(more):
        graph.add(triple)
    return graph


@pytest.fixture(scope="module")
def shapes_graph() -> Graph:
    graph = Graph()
    for file in resource("shapes").glob("*.ttl"):
        graph.parse(file)
    return graph


def all_shapes(graph: Graph) -> set[str]:
    found = set(graph.subjects(RDF.type, SH.NodeShape)) | set(graph.subjects(RDF.type, SH.PropertyShape))
    return {str(shape).removeprefix(DIPS) for shape in found}


def test_the_conforming_graph_conforms_and_every_shape_looks_at_it() -> None:
    report = validate(Graph().parse(CONFORMING, format="turtle"))
    assert report.results == ()
    assert report.unmatched == ()


def test_every_property_shape_finds_values_in_the_conforming_graph(shapes_graph: Graph) -> None:
    data = Graph().parse(CONFORMING, format="turtle")
    used = set(data.predicates())
    forbidden = {DIPS["refusal-content"], DIPS["refusal-quotation"], DIPS["state-affiliation"]}
    paths = {shape: path for shape, path in shapes_graph.subject_objects(SH.path) if shape not in forbidden}
    assert len(paths) > 60
    assert {shape for shape, path in paths.items() if path not in used} == set()


@pytest.mark.parametrize(("shape", "less", "more"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_a_shape_fails_for_just_its_reason(shape: str, less: str, more: str) -> None:
    report = validate(changed(less, more))
    assert {result.shape for result in report.results} == {DIPS[shape]}


@pytest.mark.parametrize(("shapes", "less", "more"), TOGETHER)
def test_shapes_that_fail_together(shapes: set[str], less: str, more: str) -> None:
    report = validate(changed(less, more))
    assert {result.shape for result in report.results} == {DIPS[shape] for shape in shapes}


@pytest.mark.parametrize("shape", ALTERNATIVES)
def test_an_alternative_takes_one_node_and_not_another(shape: str, shapes_graph: Graph) -> None:
    data = Graph().parse(CONFORMING, format="turtle")
    for good, text in zip((True, False), ALTERNATIVES[shape], strict=True):
        (node,) = read(f":x :x {text} .").objects()
        alone = Graph()
        alone += shapes_graph
        for kind in TARGETS:
            alone.remove((None, kind, None))
        alone.add((DIPS[shape], SH.targetNode, node))
        report = validate(data, shapes=prepare(alone, load_ontology()))
        assert report.focus_counts == {DIPS[shape]: 1}
        assert (not report.results) == good, f"{shape}: {text}"


def test_no_shape_is_without_its_pair(shapes_graph: Graph) -> None:
    tested = {case[0] for case in CASES} | set(ALTERNATIVES) | {shape for case in TOGETHER for shape in case[0]}
    containers = {
        shape
        for shape in all_shapes(shapes_graph)
        if not set(shapes_graph.predicates(DIPS[shape])) - DESCRIPTION
        and (DIPS[shape], SH.property, None) in shapes_graph
    }
    assert containers <= {"StateShape", "RefusalShape", "HasNoInterval"}
    assert all_shapes(shapes_graph) - containers - tested == set()
    assert tested - all_shapes(shapes_graph) == set()


def test_every_shape_has_a_name_a_message_and_a_severity(shapes_graph: Graph) -> None:
    shapes = set(shapes_graph.subjects(SH.name, None))
    assert {str(shape).removeprefix(DIPS) for shape in shapes} == all_shapes(shapes_graph)
    for shape in shapes:
        assert isinstance(shape, URIRef)
        assert len(list(shapes_graph.objects(shape, SH.name))) == 1, shape
        message = shapes_graph.value(shape, SH.message, any=False)
        assert isinstance(message, Literal) and str(message).endswith("."), shape
        assert shapes_graph.value(shape, SH.severity, any=False) in (SH.Violation, SH.Warning), shape


def test_shapes_are_open_and_their_paths_are_plain(shapes_graph: Graph) -> None:
    assert (None, SH.closed, None) not in shapes_graph
    assert all(isinstance(path, URIRef) for path in shapes_graph.objects(None, SH.path))


def test_every_shape_is_reached_by_a_target(shapes_graph: Graph) -> None:
    reached = {shape for kind in TARGETS for shape in shapes_graph.subjects(kind)}
    ahead = list(reached)
    while ahead:
        shape = ahead.pop()
        parts = set(shapes_graph.objects(shape, SH.property))
        for choice in (SH["or"], SH.xone, SH["and"]):
            for first in shapes_graph.objects(shape, choice):
                parts |= set(Collection(shapes_graph, first))
        ahead += parts - reached
        reached |= parts
    assert {DIPS[shape] for shape in all_shapes(shapes_graph)} - reached == set()


def test_the_shapes_name_only_what_the_ontology_or_another_vocabulary_defines(shapes_graph: Graph) -> None:
    ontology = load_ontology()
    defined = set(ontology.subjects(RDF.type))
    borrowed = (
        "http://purl.org/dc/terms/",
        "http://www.w3.org/ns/oa#",
        "https://schema.org/",
        *map(str, (SKOS, RDF, RDFS)),
    )
    used = {
        *shapes_graph.objects(None, SH.path),
        *shapes_graph.objects(None, SH["class"]),
        *(term for kind in TARGETS for term in shapes_graph.objects(None, kind)),
        *(item for first in shapes_graph.objects(None, SH["in"]) for item in Collection(shapes_graph, first)),
    }
    own = {term for term in used if str(term).startswith(str(DIP))}
    assert len(own) > 80
    assert own - defined == set()
    others = {str(term) for term in used - own if isinstance(term, URIRef)}
    assert {name for name in others if not name.startswith(borrowed)} == set()


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("statement-quotation", "QuotationScheme"),
        ("position-polarity", "PolarityScheme"),
        ("treaty-treatyKind", "TreatyKindScheme"),
        ("treaty-status", "TreatyStatusScheme"),
        ("event-realis", "RealisScheme"),
    ],
)
def test_the_shapes_allow_the_concepts_of_the_schemes(shape: str, scheme: str, shapes_graph: Graph) -> None:
    first = shapes_graph.value(DIPS[shape], SH["in"])
    assert first is not None
    concepts = set(load_ontology().subjects(SKOS.inScheme, DIP[scheme]))
    assert concepts and set(Collection(shapes_graph, first)) == concepts


def test_the_shapes_allow_the_classes_of_events(shapes_graph: Graph) -> None:
    first = shapes_graph.value(DIPS["event-type"], SH["in"])
    assert first is not None
    assert set(Collection(shapes_graph, first)) == set(load_ontology().subjects(RDFS.subClassOf, DIP.Event))


@pytest.mark.parametrize("numbers", [slice(start, None, 12) for start in range(12)], ids=str)
def test_the_shapes_made_ready_find_what_the_shapes_as_written_find(numbers: slice, shapes_graph: Graph) -> None:
    ontology = Graph().parse(resource("ontology", "diplomacy.ttl"))
    written: Shapes = prepare(shapes_graph, ontology, rewrite=False)
    ready = load_shapes()
    assert ready.unions and len(ready.targets) > 15
    for _, less, more in CASES[numbers]:
        graph = changed(less, more)
        assert validate(graph, shapes=written) == validate(graph, shapes=ready)
