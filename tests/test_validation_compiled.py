"""The compiled shapes report what pySHACL reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from kgbuild.build import build
from kgbuild.validation import article_scopes, load_shapes, validate
from kgbuild.validation.compiled import compile_shapes
from kgbuild.validation.shapes import prepare
from shape_cases import CASES
from test_shapes import changed

ARTICLES = Path(__file__).parents[1] / "examples" / "articles"
SH = Namespace("http://www.w3.org/ns/shacl#")
EX = Namespace("https://example.org/")
DIP = Namespace("https://w3id.org/kgbuild/diplomacy#")
DATE = URIRef("https://schema.org/datePublished")


def test_the_shapes_of_the_package_are_compiled() -> None:
    compiled = compile_shapes(load_shapes())
    assert compiled is not None
    assert sum(len(shape.checks) for shape in compiled.shapes) > 100
    assert sum(len(shape.queries) for shape in compiled.shapes) == 4


@pytest.mark.parametrize(("shape", "removed", "added"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_each_shape_reports_the_same(shape: str, removed: str, added: str) -> None:
    graph = changed(removed, added)
    report, judged = validate(graph), validate(graph, judge_only=True)
    assert report == judged
    assert report.results


def test_what_conforms_needs_no_judge() -> None:
    compiled = compile_shapes(load_shapes())
    assert compiled is not None
    graph = changed("", "")
    assert compiled.validate(list(graph), None) == validate(graph, judge_only=True)


def test_articles_report_the_same() -> None:
    built = build(ARTICLES)
    scopes = list(article_scopes(built.quads))
    assert len(scopes) == 12
    compiled = compile_shapes(load_shapes())
    assert compiled is not None
    for scope in scopes:
        assert compiled.validate(scope.triples, scope.graph) is not None
        report = validate(scope.triples, graph=scope.graph)
        assert report == validate(scope.triples, graph=scope.graph, judge_only=True)
        # the report of an article of which the date and the speakers are lost
        bare = [triple for triple in scope.triples if triple[1] not in (DATE, DIP.speaker)]
        assert validate(bare) == validate(bare, judge_only=True)
        assert len(validate(bare).results) > len(report.results)


@pytest.mark.parametrize(
    ("predicate", "value"),
    [(SH.languageIn, EX.x), (SH.uniqueLang, Literal(True)), (SH.node, EX.x), (SH.deactivated, Literal(True))],
)
def test_what_is_not_known_is_left_to_the_judge(predicate: URIRef, value: URIRef | Literal) -> None:
    shapes = Graph()
    shapes.add((EX.shape, RDF.type, SH.NodeShape))
    shapes.add((EX.shape, SH.targetClass, EX.Thing))
    assert compile_shapes(prepare(shapes, Graph())) is not None
    shapes.add((EX.shape, predicate, value))
    assert compile_shapes(prepare(shapes, Graph())) is None


def test_data_with_classes_of_its_own_is_left_to_the_judge() -> None:
    compiled = compile_shapes(load_shapes())
    assert compiled is not None
    assert compiled.validate([(EX.Envoy, RDFS.subClassOf, DIP.Person)], None) is None


ARTICLE, PART = (
    URIRef("https://w3id.org/kgbuild/id/article/a"),
    URIRef("https://w3id.org/kgbuild/id/article/a#char=1,4"),
)
OA = Namespace("http://www.w3.org/ns/oa#")


@pytest.mark.parametrize(
    ("start", "end", "exact", "found"),
    [
        (Literal(1), Literal(4), Literal("éta"), False),
        (Literal(1), Literal(4), Literal("eta"), True),
        (Literal(1), Literal(9), Literal("état"), False),
        (Literal(3), Literal(1), Literal(""), False),
        (Literal(1), Literal(4), Literal("éta", lang="fr"), True),
        (Literal("one"), Literal(4), Literal("éta"), True),
        (ARTICLE, Literal(4), Literal("éta"), True),
    ],
)
def test_the_words_of_evidence_are_looked_up_without_a_store(start: Node, end: Node, exact: Node, found: bool) -> None:
    compiled = compile_shapes(load_shapes())
    assert compiled is not None
    (query,) = (query for shape in compiled.shapes for query in shape.queries if query.parts)
    data: dict[Node, dict[Node, list[Node]]] = {
        URIRef("https://schema.org/articleBody"): {ARTICLE: [Literal("létat")]},
        OA.hasSource: {PART: [ARTICLE]},
        OA.start: {PART: [start]},
        OA.end: {PART: [end]},
        OA.exact: {PART: [exact]},
    }
    assert query.finds(data, [ARTICLE]) is found
    assert query.finds(data, [PART]) is False
    # what the store says is right, or right by what is no number to it
    in_store = replace(query, parts=()).finds(data, [ARTICLE])
    assert in_store in (found, False)
