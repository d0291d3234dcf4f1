"""The facts of an article become exactly the triples that the ontology promises."""

from __future__ import annotations

import dataclasses
import re

import pytest
from edtf import parse_edtf
from rdflib import Graph, Literal, URIRef
from rdflib.compare import graph_diff, to_isomorphic

from kgbuild.errors import KgbuildError
from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, Copy, Event, PartialDate, Span, TimeSpan
from kgbuild.graph.literals import confidence_literal, date_literal
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.vocabulary import DCTERMS, DIP, OA, RDF, SCHEMA, SKOS, iri
from sample import BASE, MARCH, SampleIdentities, march_facts, may_facts

# what the hand-made facts say, without their evidence
EXPECTED = """
@prefix dip: <https://w3id.org/kgbuild/diplomacy#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix actor: <https://example.org/id/actor/> .
@prefix treaty: <https://example.org/id/treaty/> .
@prefix : <ARTICLE/> .

<ARTICLE> a dip:Article, schema:NewsArticle ; dcterms:title "Norway ready for river pact, envoy says" ;
    schema:datePublished "2024-03-12"^^xsd:date ; schema:publisher "Fjord Courier" ; schema:author "Liv Dahl" ;
    schema:url "https://example.org/river-pact" ; schema:articleBody "BODY" .

actor:marta-olsen a dip:Person ; skos:altLabel "Marta Olsen", "Olsen" ; dip:affiliation actor:norway .
actor:norway a dip:State ; skos:altLabel "Norway" .
actor:chile a dip:State ; skos:altLabel "Chile", "Chilean" .
actor:jonas-berg a dip:Person ; skos:altLabel "Jonas Berg" ; dip:affiliation actor:norway .
actor:reporters a dip:Group ; skos:altLabel "reporters" .
actor:two-diplomats a dip:Group ; skos:altLabel "two diplomats" .
# its canonical name comes from an authority, so only the name that the article uses was read there
actor:ministry-of-foreign-affairs-of-chile a dip:GovernmentBody ; skos:altLabel "Chilean foreign ministry" ;
    dip:affiliation actor:chile .

:ROLE0 a dip:Role ; dip:holder actor:marta-olsen ; dip:title "ambassador" ; dip:tenure "current" ;
    dip:represents actor:norway ; dip:accreditedTo actor:chile .
:ROLE1 a dip:Role ; dip:holder actor:jonas-berg ; dip:title "foreign minister" ; dip:tenure "current" ;
    dip:represents actor:norway .

treaty:river-pact a dip:Treaty ; skos:altLabel "river pact", "accord" ; dip:party actor:norway, actor:chile ;
    dip:treatyKind dip:Boundary ; dip:status dip:Proposed ; dip:confidence "0.9"^^xsd:decimal .
<ARTICLE/stage/river-pact-Proposed-240> a dip:TreatyStage ; dip:stageOf treaty:river-pact ; dip:status dip:Proposed ;
    dip:agent actor:norway ; dip:date "2024-02"^^xsd:gYearMonth ; dip:realis dip:Actual .
<ARTICLE/stage/river-pact-Signed-101> a dip:TreatyStage ; dip:stageOf treaty:river-pact ; dip:status dip:Signed ;
    dip:realis dip:Planned .

:outer a dip:Statement ; dip:speaker actor:marta-olsen ; dip:cue "said" ; dip:quotation dip:Mixed ;
    dip:content "Foreign Minister Jonas Berg believes the river pact \\"will calm the border\\"" ;
    dip:about treaty:river-pact, actor:jonas-berg ; dip:statedOn "2024-03-12"^^xsd:date ;
    dip:confidence "0.87"^^xsd:decimal .
:inner a dip:Statement ; dip:speaker actor:jonas-berg ; dip:cue "believes" ; dip:quotation dip:Mixed ;
    dip:content "the river pact \\"will calm the border\\"" ; dip:partOf :outer ; dip:about treaty:river-pact ;
    dip:confidence "1"^^xsd:decimal .
:glad a dip:Statement ; dip:speaker actor:marta-olsen ; dip:cue "told" ; dip:quotation dip:Direct ;
    dip:content "We are glad to sign it" ; dip:addressee actor:reporters ; dip:about treaty:river-pact ;
    dip:madeAt :talks ; dip:confidence "1"^^xsd:decimal .
:doubt a dip:Statement ; dip:speaker actor:two-diplomats ; dip:cue "said" ; dip:quotation dip:Indirect ;
    dip:content "Chile may still reject the accord" ; dip:denial true ; dip:about treaty:river-pact, actor:chile ;
    dip:confidence "1"^^xsd:decimal .
:silence a dip:Refusal ; dip:speaker actor:ministry-of-foreign-affairs-of-chile ; dip:cue "declined to comment" ;
    dip:confidence "1"^^xsd:decimal .

:POSITION0 a dip:Position ; dip:holder actor:jonas-berg ; dip:target treaty:river-pact ; dip:polarity dip:Supports ;
    dip:accordingTo actor:marta-olsen ; dip:expressedIn :inner ; dip:heldOn "2024-03-12"^^xsd:date ;
    dip:confidence "0.8"^^xsd:decimal .
:POSITION1 a dip:Position ; dip:holder actor:marta-olsen ; dip:target treaty:river-pact ; dip:polarity dip:Supports ;
    dip:expressedIn :glad ; dip:confidence "1"^^xsd:decimal .
:POSITION2 a dip:Position ; dip:holder actor:chile ; dip:target treaty:river-pact ; dip:polarity dip:Opposes ;
    dip:accordingTo actor:two-diplomats ; dip:expressedIn :doubt ; dip:hedged true ; dip:confidence "1"^^xsd:decimal .

:talks a dip:Negotiation ; rdfs:label "Oslo talks" ; dip:agent actor:norway ; dip:recipient actor:chile ;
    dip:participant actor:reporters ; dip:date "2024-03"^^xsd:gYearMonth ; dip:place "Oslo", actor:norway ;
    dip:concerns treaty:river-pact ; dip:realis dip:Actual ; dip:reportedIn :glad ; dip:confidence "1"^^xsd:decimal .
:rejection a dip:Rejection ; rdfs:label "Chile may reject the accord" ; dip:agent actor:chile ;
    dip:startDate "2024"^^xsd:gYear ; dip:endDate "2025"^^xsd:gYear ; dip:concerns treaty:river-pact ;
    dip:dateEDTF "2024/2025"^^<http://id.loc.gov/datatypes/edtf/EDTF> ;
    dip:realis dip:Possible ; dip:expressedIn :doubt ; dip:confidence "0.5"^^xsd:decimal .
"""

XSD = "http://www.w3.org/2001/XMLSchema#"

# every property of the ontology's contract that stands in an article's graph
CONTRACT = """
    affiliation holder title represents accreditedTo speaker addressee content cue quotation partOf madeAt statedOn
    about target polarity accordingTo expressedIn hedged party treatyKind status agent recipient date startDate
    endDate place concerns realis evidence confidence
"""


@pytest.fixture(scope="module")
def identities() -> SampleIdentities:
    return SampleIdentities((march_facts(), may_facts()))


@pytest.fixture(scope="module")
def march(identities: SampleIdentities) -> Graph:
    graph = Graph()
    for subject, predicate, value, _ in article_quads(march_facts(), identities):
        graph.add((subject, predicate, value))
    return graph


def test_every_fact_becomes_its_triples(march: Graph, identities: SampleIdentities) -> None:
    article = identities.article_iri(MARCH)
    turtle = EXPECTED.replace("BODY", MARCH.text.replace('"', '\\"').replace("\n", "\\n")).replace("ARTICLE", article)
    for number, role in enumerate(march_facts().roles):
        turtle = turtle.replace(f":ROLE{number}", f"<{identities.role_iri(article, role)}>")
    for number, position in enumerate(march_facts().positions):
        turtle = turtle.replace(f":POSITION{number}", f"<{identities.position_iri(article, position)}>")
    expected = Graph().parse(data=turtle, format="turtle")

    places = set(march.subjects(RDF.type, DIP.Evidence))
    found = Graph()
    for triple in march:
        if triple[0] not in places and triple[1] != DIP.evidence:
            found.add(triple)
    _, missing, unexpected = graph_diff(to_isomorphic(expected), to_isomorphic(found))
    assert (set(missing), set(unexpected)) == (set(), set())


def test_other_places_where_a_text_was_published_are_its_sources(identities: SampleIdentities) -> None:
    copy = Copy("https://example.org/again", "Other Courier", "2024-03", "Liv Dahl", "River pact near")
    facts = dataclasses.replace(
        march_facts(), article=dataclasses.replace(MARCH, copies=(copy, Copy(publisher="Third Courier")))
    )
    graph = Graph()
    for subject, predicate, value, _ in article_quads(facts, identities):
        graph.add((subject, predicate, value))
    article = URIRef(identities.article_iri(MARCH))
    others = sorted(graph.objects(article, DCTERMS.source), key=lambda node: str(graph.value(node, SCHEMA.publisher)))
    told = [{str(value) for _, value in graph.predicate_objects(node)} for node in others]
    assert told[0] == {str(SCHEMA.NewsArticle), *(copy.url, copy.publisher, copy.published, copy.author, copy.title)}
    assert told[1] == {str(SCHEMA.NewsArticle), "Third Courier"}
    assert [str(value) for value in graph.objects(article, SCHEMA.url)] == [MARCH.url]


def test_no_property_of_the_contract_is_left_out(march: Graph) -> None:
    assert [name for name in CONTRACT.split() if not list(march.subject_objects(DIP[name]))] == []


def test_evidence_gives_the_exact_words(march: Graph, identities: SampleIdentities) -> None:
    places = list(march.subjects(RDF.type, DIP.Evidence))
    assert len(places) > 20
    for place in places:
        start, end = (int(str(march.value(place, offset))) for offset in (OA.start, OA.end))
        assert str(march.value(place, OA.exact)) == MARCH.text[start:end]
        assert march.value(place, OA.hasSource) == URIRef(identities.article_iri(MARCH))


def test_every_fact_has_evidence(march: Graph) -> None:
    anchored = set(march.subjects(DIP.evidence, None))
    facts = {s for s, kind in march.subject_objects(RDF.type) if kind not in (DIP.Evidence, DIP.Article)}
    facts -= set(march.subjects(RDF.type, SCHEMA.NewsArticle))
    assert facts == anchored
    assert len(facts) == 22


def test_a_graph_holds_its_own_article_alone(identities: SampleIdentities) -> None:
    for facts in (march_facts(), may_facts()):
        article = iri(identities.article_iri(facts.article))
        quads = article_quads(facts, identities)
        assert {graph for *_, graph in quads} == {article}
        assert [s for s, p, _, _ in quads if p == SCHEMA.articleBody] == [article]
        assert len(quads) == len(set(quads))


def test_a_date_is_no_finer_than_the_text(march: Graph) -> None:
    assert date_literal(PartialDate(2019)).n3() == f'"2019"^^<{XSD}gYear>'
    assert date_literal(PartialDate(2019, 9)).n3() == f'"2019-09"^^<{XSD}gYearMonth>'
    assert date_literal(PartialDate(2019, 9, 17)).n3() == f'"2019-09-17"^^<{XSD}date>'
    assert date_literal(PartialDate(987, 1)).n3() == f'"0987-01"^^<{XSD}gYearMonth>'


def test_an_open_time_span_has_one_end(identities: SampleIdentities) -> None:
    for when, predicate in (
        (TimeSpan(PartialDate(2024, 1), None), DIP.startDate),
        (TimeSpan(None, PartialDate(2024, 1)), DIP.endDate),
    ):
        facts = dataclasses.replace(march_facts(), events=(Event("talks", "Visit", "x", (Span(0, 5),), when=when),))
        quads = article_quads(dataclasses.replace(facts, statements=(), positions=(), treaties=()), identities)
        dates = [p for _, p, _, _ in quads if p in (DIP.date, DIP.startDate, DIP.endDate)]
        assert dates == [predicate]


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (TimeSpan.on(PartialDate(2024, 1)), ""),  # the plain date says it all
        (TimeSpan(PartialDate(2024, 1), None), "2024-01/.."),
        (TimeSpan(None, PartialDate(2024, 1, 5)), "../2024-01-05"),
        (TimeSpan(PartialDate(2024), PartialDate(2025)), "2024/2025"),
        (TimeSpan(PartialDate(2024), PartialDate(2024), "2024-21"), "2024-21"),
    ],
)
def test_a_time_in_the_extended_format_says_more_than_the_dates(
    identities: SampleIdentities, when: TimeSpan, text: str
) -> None:
    facts = dataclasses.replace(march_facts(), events=(Event("talks", "Visit", "x", (Span(0, 5),), when=when),))
    quads = article_quads(dataclasses.replace(facts, statements=(), positions=(), treaties=()), identities)
    written = [str(o) for _, p, o, _ in quads if p == DIP.dateEDTF]
    assert written == ([text] if text else [])
    if text:
        parse_edtf(text)  # raises for what is not in the format


@pytest.mark.parametrize(("value", "lexical"), [(0.87, "0.87"), (0.5, "0.5"), (1.0, "1"), (0.0, "0"), (0.999, "1")])
def test_confidence_is_written_as_stores_write_it(value: float, lexical: str) -> None:
    from pyoxigraph import Literal as StoreLiteral
    from pyoxigraph import NamedNode, Quad, Store

    literal = confidence_literal(value)
    assert (str(literal), literal.datatype) == (lexical, URIRef(f"{XSD}decimal"))
    store = Store()
    node = NamedNode("http://example.org/x")
    store.add(Quad(node, node, StoreLiteral(str(literal), datatype=NamedNode(f"{XSD}decimal"))))
    assert [quad.object.value for quad in store] == [lexical]


def test_identity_graph_holds_canonical_names_and_links(identities: SampleIdentities) -> None:
    quads = identity_quads(identities)
    assert {graph for *_, graph in quads} == {URIRef(f"{BASE}graph/identity")}
    graph = Graph()
    for subject, predicate, value, _ in quads:
        graph.add((subject, predicate, value))
    norway = URIRef(f"{BASE}actor/norway")
    assert set(graph.predicate_objects(norway)) == {
        (RDF.type, DIP.State),
        (URIRef("http://www.w3.org/2000/01/rdf-schema#label"), Literal("Norway")),
        (SKOS.altLabel, Literal("Kingdom of Norway")),
        (SKOS.exactMatch, URIRef("http://www.wikidata.org/entity/Q20")),
    }
    labelled = [s for s, p, _, _ in identity_quads(identities) if p.endswith("#label")]
    assert sorted(labelled) == sorted(set(labelled))
    assert len(labelled) == 8


def test_half_a_surrogate_pair_keeps_its_place() -> None:
    text = "Ana \ud83d said yes"
    facts = ArticleFacts(Article(text, title="x"), (Actor("a", "Ana", ActorType.PERSON, (Span(0, 5),)),))
    quads = article_quads(facts, SampleIdentities((facts,)))
    body = next(str(o) for _, p, o, _ in quads if p == SCHEMA.articleBody)
    exact = next(str(o) for _, p, o, _ in quads if p == OA.exact)
    assert body == "Ana ? said yes"
    assert body[0:5] == exact


def test_a_fact_that_refers_to_nothing_is_a_bug_and_raises(identities: SampleIdentities) -> None:
    facts = march_facts()
    broken = dataclasses.replace(facts, roles=(dataclasses.replace(facts.roles[0], holder="nobody"),))
    with pytest.raises(KeyError, match="nobody"):
        article_quads(broken, identities)


def test_a_class_that_the_ontology_does_not_have_raises(identities: SampleIdentities) -> None:
    facts = march_facts()
    broken = dataclasses.replace(facts, events=(dataclasses.replace(facts.events[0], type="Party"),))
    with pytest.raises(AttributeError, match="Party"):
        article_quads(broken, identities)


@pytest.mark.parametrize(
    "text",
    [
        "actor/x",
        "https://example.org/a b",
        "https://example.org/<x>",
        "",
        "https:",
        'urn:x:"',
        "http://a/\n",
        "http://a/[x]",
        "http://a/../x",
        "http://a/.",
        "http://a/%zz",
    ],
)
def test_a_malformed_iri_is_refused_when_it_is_minted(text: str) -> None:
    with pytest.raises(KgbuildError, match=re.escape(repr(text))):
        iri(text)


def test_iris_of_any_script_are_kept() -> None:
    assert str(iri("https://example.org/id/actor/léa-öz")) == "https://example.org/id/actor/léa-öz"
