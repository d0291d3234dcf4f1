"""What validation reports, how reports are put together, and what they look like."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node

from kgbuild.errors import KgbuildError
from kgbuild.inference import load_ontology
from kgbuild.validation import (
    Severity,
    ValidationReport,
    ValidationResult,
    article_scopes,
    load_shapes,
    validate,
)
from kgbuild.validation.engine import count_focus_nodes
from kgbuild.validation.shapes import SH, prepare

CONFORMING = Path(__file__).parent / "shapes" / "conforming.ttl"
ARTICLE = URIRef("https://w3id.org/kgbuild/id/article/one")
DIP = Namespace("https://w3id.org/kgbuild/diplomacy#")
DIPS = Namespace("https://w3id.org/kgbuild/shapes#")
OA = Namespace("http://www.w3.org/ns/oa#")
EX = Namespace("https://example.org/")

HEAD = """
    @prefix : <https://example.org/> .
    @prefix dip: <https://w3id.org/kgbuild/diplomacy#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix sh: <http://www.w3.org/ns/shacl#> .
"""


@pytest.fixture
def graph() -> Graph:
    return Graph().parse(CONFORMING, format="turtle")


@pytest.fixture
def broken(graph: Graph) -> Graph:
    """With one violation (a position without holder) and one warning (a statement without speaker)."""
    graph.remove((EX.stance, DIP.holder, None))
    graph.remove((EX.inner, DIP.speaker, None))
    return graph


def test_a_graph_that_conforms(graph: Graph) -> None:
    report = validate(graph)
    assert report.conforms
    assert not report.fails("violation") and not report.fails("warning", unmatched=True) and not report.fails("never")
    assert report.focus_counts[DIPS.StatementShape] == 3


def test_results_say_what_is_wrong_and_where(broken: Graph) -> None:
    report = validate(broken, graph=ARTICLE)
    violation, warning = report.results
    assert violation == ValidationResult(
        shape=DIPS["position-holder"],
        focus=EX.stance,
        path=DIP.holder,
        value=None,
        severity=Severity.VIOLATION,
        message="A position must have exactly one holder, a dip:Actor.",
        component=SH.MinCountConstraintComponent,
        graph=ARTICLE,
    )
    assert (warning.shape, warning.severity) == (DIPS["statement-speaker-known"], Severity.WARNING)
    assert report.violations == (violation,) and report.warnings == (warning,)


@pytest.mark.parametrize(
    ("on", "both", "warning_only"), [("violation", True, False), ("warning", True, True), ("never", False, False)]
)
def test_what_counts_as_failure_can_be_chosen(on: str, both: bool, warning_only: bool, graph: Graph) -> None:
    graph.remove((EX.inner, DIP.speaker, None))
    thin = validate(graph)
    graph.remove((EX.stance, DIP.holder, None))
    assert not thin.conforms
    assert thin.fails(on) == warning_only  # type: ignore[arg-type]
    assert validate(graph).fails(on) == both  # type: ignore[arg-type]


def test_triples_and_quads_are_taken_as_well_as_graphs(broken: Graph) -> None:
    expected = validate(broken)
    assert validate(list(broken)) == expected
    assert validate((*triple, ARTICLE) for triple in broken) == expected


def test_data_are_left_as_they_are(broken: Graph) -> None:
    before = set(broken)
    validate(broken)
    assert set(broken) == before


def test_nothing_is_inferred_before_validation(graph: Graph) -> None:
    """A word where an actor belongs stays wrong, whatever an inference could make of it."""
    graph.add((EX.inner, DIP.speaker, Literal("a source")))
    assert [result.value for result in validate(graph).violations] == [Literal("a source")]


def test_evidence_is_counted_in_characters_not_in_bytes() -> None:
    text = 'Žižková said: “Čas běží” 🕊 — and left. A \\1 {?value} "quote".'
    words = '🕊 — and left. A \\1 {?value} "quote"'
    node = URIRef(f"{ARTICLE}#char={text.index(words)},{text.index(words) + len(words)}")
    data = Graph()
    data.add((ARTICLE, RDF.type, DIP.Article))
    data.add((ARTICLE, URIRef("https://schema.org/articleBody"), Literal(text)))
    for predicate, value in (
        (RDF.type, DIP.Evidence),
        (OA.exact, Literal(words)),
        (OA.start, Literal(text.index(words))),
        (OA.end, Literal(text.index(words) + len(words))),
        (OA.hasSource, ARTICLE),
    ):
        data.add((node, predicate, value))
    assert validate(data).violations == ()
    data.set((node, OA.exact, Literal(words.replace("left", "right"))))
    (violation,) = validate(data).violations
    assert violation.shape == DIPS.EvidenceTextShape
    assert violation.value == node
    assert str(node) in violation.message


def test_a_date_with_a_time_cut_off_is_seen_by_its_form(graph: Graph) -> None:
    late = Literal("2021-05-03T10:00:00", datatype=XSD.date, normalize=False)
    triples: list[tuple[Node, Node, Node]] = [t for t in graph if t[:2] != (EX.meeting, DIP.date)]
    triples.append((EX.meeting, DIP.date, late))
    report = validate(triples)
    assert [result.shape for result in report.violations] == [DIPS["event-date"]]
    assert '  value  "2021-05-03T10:00:00"^^xsd:date\n' in report.to_text()


def test_a_shape_that_looks_at_nothing_is_told() -> None:
    shapes = Graph().parse(
        data=HEAD
        + ":S a sh:NodeShape ; sh:targetClass dip:Treety ; sh:property [ sh:path dip:party ; sh:minCount 1 ] .",
        format="turtle",
    )
    report = validate([(EX.pact, RDF.type, DIP.Treaty)], shapes=prepare(shapes, Graph()))
    assert report.conforms
    assert report.unmatched == (EX.S,)
    assert report.fails("warning", unmatched=True) and not report.fails("warning")
    assert "WARNING  <https://example.org/S> looked at no node" in report.to_text()


def test_a_class_of_the_users_own_is_held_to_the_shapes_of_its_superclass(graph: Graph) -> None:
    own = [(EX.Ally, RDFS.subClassOf, DIP.State), (EX.atlantis, RDF.type, EX.Ally)]
    report = validate([*graph, *own])
    assert {result.shape for result in report.results} == {DIPS["actor-label"], DIPS["actor-evidence"]}
    assert {result.focus for result in report.results} == {EX.atlantis}
    assert report.focus_counts[DIPS.StateShape] == 2


@pytest.mark.parametrize(
    ("target", "number"),
    [
        ("sh:targetClass dip:Actor", 5),
        ("sh:targetClass dip:Person", 2),
        ("sh:targetSubjectsOf dip:partOf", 1),
        ("sh:targetObjectsOf dip:partOf", 1),
        ("sh:targetNode :nowhere", 1),
        ("sh:targetClass dip:Treaty ; sh:targetSubjectsOf dip:party", 1),
    ],
)
def test_the_nodes_counted_are_those_that_the_engine_looks_at(target: str, number: int, graph: Graph) -> None:
    lines = f"{HEAD} :S a sh:NodeShape ; {target} ; sh:property [ sh:path :missing ; sh:minCount 1 ] ."
    shapes = prepare(Graph().parse(data=lines, format="turtle"), load_ontology())
    report = validate(graph, shapes=shapes)
    assert report.focus_counts == {EX.S: number}
    assert len({result.focus for result in report.results}) == number
    assert count_focus_nodes(list(graph), shapes) == {EX.S: number}


def test_queries_are_prepared_once_and_answer_the_same(broken: Graph) -> None:
    from kgbuild.validation.engine import _prepared, _PreparingGraph

    plain, preparing = Graph(), _PreparingGraph()
    for triple in broken:
        plain.add(triple)
        preparing.add(triple)
    query = "SELECT ?this ?inner WHERE { ?inner <https://w3id.org/kgbuild/diplomacy#partOf> ?this }"
    for bindings in ({}, {"this": EX.outer}, {"this": EX.inner}):
        assert set(preparing.query(query, initBindings=bindings)) == set(plain.query(query, initBindings=bindings))
    before = _prepared.cache_info()
    preparing.query(query)
    after = _prepared.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 1)


@pytest.mark.parametrize(
    "wrong",
    [
        "sh:property [ sh:minCount 1 ]",
        'sh:sparql [ sh:select "SELECT $this WHERE { $this" ]',
        'sh:sparql [ sh:select "SELECT $this WHERE { $this no:prefix ?x }" ]',
        'sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o MINUS { ?o ?p $this } }" ]',
    ],
)
def test_shapes_that_cannot_be_applied_are_told(wrong: str, graph: Graph) -> None:
    lines = f"{HEAD} :S a sh:NodeShape ; sh:targetClass dip:Actor ; {wrong} ."
    with pytest.raises(KgbuildError, match="the shapes cannot be applied"):
        validate(graph, shapes=prepare(Graph().parse(data=lines, format="turtle"), load_ontology()))


def test_reports_are_merged_in_any_order(graph: Graph, broken: Graph) -> None:
    first = validate(Graph().parse(CONFORMING, format="turtle"), graph=URIRef("urn:x:1"))
    second = validate(broken, graph=URIRef("urn:x:2"))
    third = validate(broken, graph=URIRef("urn:x:3"))
    merged = ValidationReport.merge([first, second, third])
    assert merged == ValidationReport.merge([third, first, second])
    assert len(merged.results) == 4
    assert merged.focus_counts[DIPS.ActorShape] == 15
    assert ValidationReport.merge([]) == ValidationReport()


def test_the_text_is_for_a_reader(broken: Graph) -> None:
    text = validate(broken, graph=ARTICLE).to_text()
    assert text.startswith("Found: 1 violation, 1 warning.\n\nin <https://w3id.org/kgbuild/id/article/one>\n")
    assert (
        "VIOLATION  A position must have exactly one holder, a dip:Actor.\n  node   <https://example.org/stance>"
        in text
    )
    assert "  path   dip:holder\n" in text
    assert "          5  dips:ActorShape\n" in text


def test_nothing_in_the_text_commands_a_terminal(graph: Graph) -> None:
    graph.add((EX.ruiz, DIP.affiliation, Literal("\x1b[31mred\x07\r\n" + "x" * 500)))
    text = validate(graph).to_text()
    assert "[31mred" in text
    assert not {"\x1b", "\x07", "\r"} & set(text)
    assert max(len(line) for line in text.splitlines()) < 200


def test_the_report_is_shacl_without_blank_nodes(broken: Graph) -> None:
    import pyoxigraph

    report = validate(broken, graph=ARTICLE)
    turtle = report.to_turtle()
    read = Graph().parse(data=turtle, format="turtle")
    (node,) = read.subjects(RDF.type, SH.ValidationReport)
    assert read.value(node, SH.conforms) == Literal(False)
    assert all(isinstance(subject, URIRef) for subject in read.subjects())
    results = set(read.objects(node, SH.result))
    assert len(results) == 2
    for result in results:
        assert (result, RDF.type, SH.ValidationResult) in read
        for predicate in (SH.focusNode, SH.resultSeverity, SH.sourceShape, SH.sourceConstraintComponent, SH.resultPath):
            assert isinstance(read.value(result, predicate, any=False), URIRef)
        assert str(read.value(result, SH.resultMessage)).endswith(".")
    counts = {
        read.value(coverage, DIP.coveredShape): int(str(read.value(coverage, DIP.focusNodes)))
        for coverage in read.objects(node, DIP.coverage)
    }
    assert counts == report.focus_counts
    other = list(pyoxigraph.parse(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE))
    assert len(other) == len(read)


def test_the_report_is_written_the_same_whatever_the_hash_seed(broken: Graph, tmp_path: Path) -> None:
    data = tmp_path / "broken.ttl"
    broken.serialize(data, format="turtle")
    script = (
        "import sys; from rdflib import Graph; from kgbuild.validation import validate\n"
        "report = validate(Graph().parse(sys.argv[1])); print(report.to_turtle() + report.to_text())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(data)],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert "sh:resultSeverity" in outputs.pop()


def test_a_dataset_is_cut_up_by_article(graph: Graph) -> None:
    identity, inferred = URIRef("https://w3id.org/kgbuild/id/graph/identity"), URIRef("https://x.org/graph/inferred")
    labels = [triple for triple in graph if triple[1] == RDFS.label and triple[0] in (EX.ruiz, EX.pact)]
    assert len(labels) == 2
    quads: list[tuple[Node, Node, Node, Node]] = [(*t, ARTICLE) for t in graph if t not in labels]
    quads += [(*triple, identity) for triple in labels]
    quads += [(EX.stranger, RDFS.label, Literal("Stranger"), identity), (EX.ruiz, RDF.type, DIP.Treaty, inferred)]
    second = URIRef("https://w3id.org/kgbuild/id/article/a")
    quads += [(second, RDF.type, DIP.Article, second), (second, DIP.mentions, EX.stranger, second)]
    a, one = article_scopes(quads)
    assert (a.graph, one.graph) == (second, ARTICLE)
    assert set(one.triples) == set(graph)
    assert (EX.stranger, RDFS.label, Literal("Stranger")) in a.triples
    assert validate(one.triples, graph=one.graph).conforms


def test_data_without_article_graphs_are_one_scope(graph: Graph) -> None:
    (scope,) = article_scopes((*triple, None) for triple in graph)
    assert scope.graph is None and set(scope.triples) == set(graph)
    dataset = Dataset()
    for triple in graph:
        dataset.add((*triple, dataset.graph(ARTICLE)))
    (scope,) = article_scopes(dataset.quads())
    assert scope.graph == ARTICLE and set(scope.triples) == set(graph)


def test_shapes_are_read_once() -> None:
    assert load_shapes() is load_shapes()
