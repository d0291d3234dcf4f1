"""What is inferred, that both engines infer the same, and what is refused or contradicted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from kgbuild.inference import (
    InconsistencyError,
    UnknownConstructError,
    compile_rules,
    entail,
    infer,
    load_ontology,
)
from kgbuild.inference.closure import Closure, as_triple

CONFORMING = Path(__file__).parent / "shapes" / "conforming.ttl"
DIP = Namespace("https://w3id.org/kgbuild/diplomacy#")
EX = Namespace("https://example.org/")
PROV = Namespace("http://www.w3.org/ns/prov#")
PLOVER = Namespace("https://w3id.org/kgbuild/plover#")
CAMEO = Namespace("https://w3id.org/kgbuild/cameo#")

HEAD = """
    @prefix : <https://example.org/> .
    @prefix dip: <https://w3id.org/kgbuild/diplomacy#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def turtle(lines: str) -> Graph:
    return Graph().parse(data=HEAD + lines, format="turtle")


@pytest.fixture(scope="module")
def article() -> Graph:
    return Graph().parse(CONFORMING, format="turtle")


@pytest.fixture(scope="module")
def entailed(article: Graph) -> set[tuple[Node, Node, Node]]:
    return set(entail(article))


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        # classes
        (EX.ruiz, RDF.type, DIP.Actor),
        (EX.ruiz, RDF.type, PROV.Agent),
        (EX.ministry, RDF.type, DIP.Organization),
        (EX.ministry, RDF.type, DIP.Actor),
        (EX.silence, RDF.type, DIP.Statement),
        (EX.silence, RDF.type, PROV.Entity),
        (EX.talks, RDF.type, DIP.Event),
        # who takes part, and for whom
        (EX.meeting, DIP.participant, EX.ruiz),
        (EX.meeting, DIP.participant, EX.officials),
        (EX.meeting, DIP.involves, EX.spain),
        (EX.officials, DIP.participantIn, EX.meeting),
        (EX.ruiz, DIP.hasActedFor, EX.spain),
        # who says, relays and reports
        (EX.roux, DIP.speakerOf, EX.inner),
        (EX.outer, DIP.hasPart, EX.inner),
        (EX.inner, DIP.relayedBy, EX.ruiz),
        (EX.stance, DIP.voicedBy, EX.ruiz),
        (EX.meeting, DIP.reportedBy, EX.ruiz),
        (EX.outer, DIP.reports, EX.meeting),
        (EX.outer, DIP.expresses, EX.stance),
        (EX.inner, PROV.wasAttributedTo, EX.roux),
        (EX.stance, PROV.wasAttributedTo, EX.ruiz),
        # the rest
        (EX.spain, DIP.partyTo, EX.pact),
        (EX.ruiz, DIP.holds, EX.envoy),
        (EX.talks, DIP.ploverCategory, PLOVER.CONSULT),
        (EX.talks, DIP.cameoRoot, CAMEO["04"]),
        (EX.outer, URIRef("https://schema.org/about"), EX.pact),
    ],
)
def test_what_follows(
    subject: URIRef, predicate: URIRef, value: URIRef, entailed: set[tuple[Node, Node, Node]]
) -> None:
    assert (subject, predicate, value) in entailed


def test_what_is_reported_is_not_made_true(entailed: set[tuple[Node, Node, Node]]) -> None:
    """Ruiz says that Roux supports the pact: nobody becomes a holder, speaker or party by it."""
    predicates = {predicate for _, predicate, _ in entailed}
    assert not predicates & {DIP.holder, DIP.speaker, DIP.party, DIP.agent, DIP.recipient, DIP.polarity, DIP.target}
    assert (EX.ruiz, DIP.holds, EX.stance) not in entailed


def test_there_is_no_noise(article: Graph, entailed: set[tuple[Node, Node, Node]]) -> None:
    assert not entailed & set(article)
    assert not entailed & set(load_ontology())
    for subject, predicate, value in entailed:
        assert isinstance(subject, URIRef) and isinstance(predicate, URIRef) and isinstance(value, URIRef)
        assert subject != value
        assert not str(predicate).startswith(str(OWL))
        assert not str(value).startswith((str(OWL), str(RDFS), str(XSD)))


def test_every_store_loads_what_is_inferred(article: Graph, tmp_path: Path) -> None:
    import pyoxigraph

    triples = entail(article)
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    graph.serialize(tmp_path / "inferred.nt", format="nt", encoding="utf-8")
    store = pyoxigraph.Store()
    store.load(path=tmp_path / "inferred.nt", format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert len(store) == len(triples) > 80


def test_both_engines_infer_the_same(article: Graph) -> None:
    assert infer(article, mode="owlrl") == infer(article)


def test_what_is_asserted_is_not_inferred_again(article: Graph) -> None:
    closed = [*article, *entail(article)]
    assert entail(closed) == []


def test_data_are_left_as_they_are(article: Graph) -> None:
    before = set(article)
    entail(article)
    assert set(article) == before


def test_quads_are_taken_as_well(article: Graph) -> None:
    assert entail((*triple, EX.graph) for triple in article) == entail(article)


def test_chains_reach_over_levels_within_an_article() -> None:
    chain = [(EX[f"s{n + 1}"], DIP.partOf, EX[f"s{n}"]) for n in range(4)]
    speakers = [(EX[f"s{n}"], DIP.speaker, EX[f"a{n}"]) for n in range(5)]
    found = set(entail(chain + speakers))
    assert {value for subject, predicate, value in found if (subject, predicate) == (EX.s4, DIP.relayedBy)} == {
        EX.a0,
        EX.a1,
        EX.a2,
        EX.a3,
    }
    assert sum(predicate == DIP.partOfTransitively for _, predicate, _ in found) == 10
    assert set(entail(chain + speakers, mode="owlrl")) == found


def test_two_forms_of_a_number_are_not_mixed_up() -> None:
    data = [
        (EX.a, DIP.confidence, Literal("0.5", datatype=XSD.decimal, normalize=False)),
        (EX.b, DIP.confidence, Literal("0.50", datatype=XSD.decimal, normalize=False)),
        (EX.a, RDF.type, DIP.Treaty),
    ]
    assert entail(data, mode="owlrl") == entail(data)
    assert not any(isinstance(value, Literal) for _, _, value in entail(data))


def test_blank_nodes_lead_on_but_are_not_written() -> None:
    node = BNode()
    data = [(EX.talks, DIP.reportedIn, node), (node, DIP.speaker, EX.ruiz), (node, RDF.type, DIP.Statement)]
    found = entail(data)
    assert found == [(EX.talks, DIP.reportedBy, EX.ruiz)]
    assert entail(data, mode="owlrl") == found


def test_literals_never_become_subjects() -> None:
    data = [(EX.s, DIP.speaker, Literal("a source")), (EX.s, DIP.partOf, EX.t)]
    found = entail(data)
    assert (EX.s, PROV.wasAttributedTo, Literal("a source")) in found
    assert all(isinstance(subject, URIRef) for subject, _, _ in found)
    assert entail(data, mode="owlrl") == found


# A small vocabulary with every kind of rule, in which chance finds the combinations that examples miss.
RULES = turtle("""
    :A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class ; rdfs:subClassOf :C,
        [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] . :C a owl:Class .
    :D a owl:Class ; owl:disjointWith :A .
    :p a owl:ObjectProperty ; rdfs:subPropertyOf :q . :q a owl:ObjectProperty, owl:TransitiveProperty .
    :r a owl:ObjectProperty ; owl:inverseOf :p . :m a owl:ObjectProperty, owl:SymmetricProperty .
    :c a owl:ObjectProperty ; owl:propertyChainAxiom ( :p :m :r ) .
    :d a owl:ObjectProperty ; owl:propertyChainAxiom ( :c :c ) ; rdfs:subPropertyOf :m .
    :i a owl:ObjectProperty, owl:IrreflexiveProperty, owl:AsymmetricProperty .
""")
NODES = st.sampled_from([EX[name] for name in "uvwxyz"])
LINKS = st.tuples(NODES, st.sampled_from([EX[name] for name in "pqrmcdin"]), NODES)
TYPES = st.tuples(NODES, st.just(RDF.type), st.sampled_from([EX[name] for name in "ABCD"]))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(LINKS, LINKS, TYPES), max_size=7, unique=True))
def test_both_engines_infer_the_same_from_anything(data: list[tuple[Node, Node, Node]]) -> None:
    compiled, judged = infer(data, ontology=RULES), infer(data, ontology=RULES, mode="owlrl")
    assert set(compiled.triples) == set(judged.triples)
    assert compiled.findings == judged.findings


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (":a a dip:Person, dip:State .", "<https://example.org/a> is both"),
        (":a a dip:GovernmentBody, dip:Group .", "<https://example.org/a> is both"),
        (":a a dip:Meeting, dip:Refusal .", "<https://example.org/a> is both"),
        (":a dip:partOf :a .", "to itself"),
        (":a dip:partOf :b . :b dip:partOf :a .", "to each other"),
    ],
)
def test_contradictions_are_told(lines: str, words: str) -> None:
    data = turtle(lines)
    with pytest.raises(InconsistencyError, match=words) as caught:
        entail(data)
    assert caught.value.findings == infer(data).findings == infer(data, mode="owlrl").findings
    assert infer(data).triples


def test_data_without_contradictions_have_no_findings(article: Graph) -> None:
    assert infer(article).findings == ()


@pytest.mark.parametrize(
    "lines",
    [
        ":p rdfs:range :A .",
        ":p rdfs:domain :A .",
        ":p a owl:FunctionalProperty .",
        ":A owl:equivalentClass :B .",
        ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :B :C ) ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
        ':A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue "x" ] .',
        "[ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] rdfs:subClassOf :A .",
        ":p owl:inverseOf [ owl:inverseOf :q ] .",
        ":p owl:propertyChainAxiom () .",
        ":a owl:sameAs :b .",
        "[] :p :x .",
        ":q a owl:TransitiveProperty . :p rdfs:subPropertyOf :q . :x :p :y .",
        ":c owl:propertyChainAxiom ( :p :q ) . :r owl:inverseOf :q . :x :r :y .",
    ],
)
def test_an_ontology_with_an_unknown_construct_is_refused(lines: str) -> None:
    with pytest.raises(UnknownConstructError):
        compile_rules(turtle(lines))


def test_schema_in_the_data_is_refused_by_compiled_rules_and_used_by_owlrl() -> None:
    data = [(EX.Ally, RDFS.subClassOf, DIP.State), (EX.x, RDF.type, EX.Ally)]
    with pytest.raises(UnknownConstructError, match="belongs in an ontology"):
        entail(data)
    assert (EX.x, RDF.type, DIP.Actor) in entail(data, mode="owlrl")


def test_a_users_own_classes_come_with_the_ontology() -> None:
    ontology = Graph()
    ontology += load_ontology()
    ontology.add((EX.Ally, RDF.type, OWL.Class))
    ontology.add((EX.Ally, RDFS.subClassOf, DIP.State))
    assert (EX.x, RDF.type, PROV.Agent) in entail([(EX.x, RDF.type, EX.Ally)], ontology=ontology)


def test_only_rules_in_the_ontology_make_predicates_that_matter(article: Graph) -> None:
    rules = compile_rules(load_ontology())
    assert str(DIP.content) not in rules.predicates and str(SKOS.altLabel) not in rules.predicates
    assert {str(DIP.partOf), str(DIP.speaker), str(DIP.relayedBy), str(RDF.type)} <= rules.predicates
    facts = Closure(article, rules).derived
    assert len(facts) == len(set(facts)) == len([fact for fact in facts if as_triple(fact)])


def test_the_order_is_the_same_whatever_the_hash_seed() -> None:
    script = (
        "import sys; from rdflib import Graph; from kgbuild.inference import entail\n"
        "for triple in entail(Graph().parse(sys.argv[1])): print(*triple)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(CONFORMING)],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) > 80
