"""The ontology defines the whole contract, stays in OWL 2 RL, and contradicts neither itself nor the code."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import chain
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from kgbuild import facts
from kgbuild.graph import vocabulary
from kgbuild.inference import compile_rules, load_ontology
from kgbuild.resources import resource

DIP = Namespace("https://w3id.org/kgbuild/diplomacy#")
SCHEMA = Namespace("https://schema.org/")
ONTOLOGY = URIRef("https://w3id.org/kgbuild/diplomacy")


def words(text: str) -> list[str]:
    return text.split()


CLASSES = words(
    """
    Actor Person State Organization GovernmentBody InternationalOrganization Group Statement Refusal Treaty
    Event Article Role Position Evidence
    """
)

PROPERTIES = words(
    """
    affiliation holder title represents accreditedTo tenure speaker addressee content cue quotation denial
    partOf madeAt statedOn about target polarity accordingTo expressedIn hedged heldOn party treatyKind status
    participant agent recipient date startDate endDate place concerns realis reportedIn evidence confidence
    """
)

CONCEPTS = {
    "QuotationScheme": "Direct Indirect Mixed",
    "PolarityScheme": "Supports Opposes Conditional Neutral",
    "RealisScheme": "Actual Planned Possible Denied",
    "TreatyKindScheme": """MutualDefence Peace Trade ArmsControl Ceasefire Boundary Environment HumanRights Security
        Cooperation Other""",
    "TreatyStatusScheme": """Proposed UnderNegotiation Agreed Signed Ratified InForce Suspended Withdrawn Rejected
        Expired""",
}

EVENTS = {
    "CONSULT": "Meeting Visit PhoneCall Conference Negotiation Mediation",
    "AGREE": "Agreement",
    "SUPPORT": "Signing Ratification DiplomaticCooperation",
    "COOPERATE": "MaterialCooperation",
    "AID": "Aid",
    "CONCEDE": "Concession",
    "RETREAT": "TroopWithdrawal",
    "REQUEST": "Request",
    "ACCUSE": "Accusation",
    "REJECT": "Rejection",
    "THREATEN": "Threat",
    "PROTEST": "Protest",
    "SANCTION": "Sanction DiplomaticBreak",
    "MOBILIZE": "Mobilization",
    "COERCE": "Coercion",
    "ASSAULT": "Attack",
    "": "Election Appointment Vote",
}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return load_ontology()


def own_terms(graph: Graph) -> set[Node]:
    return {term for term in graph.subjects(RDF.type) if isinstance(term, URIRef) and term.startswith(DIP)}


@pytest.mark.parametrize("name", CLASSES)
def test_the_contract_has_this_class(name: str, ontology: Graph) -> None:
    assert (DIP[name], RDF.type, OWL.Class) in ontology


@pytest.mark.parametrize("name", PROPERTIES)
def test_the_contract_has_this_property(name: str, ontology: Graph) -> None:
    kinds = set(ontology.objects(DIP[name], RDF.type))
    assert kinds & {OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property}
    assert not {OWL.ObjectProperty, OWL.DatatypeProperty} <= kinds


@pytest.mark.parametrize("scheme", CONCEPTS)
def test_the_contract_has_these_concepts(scheme: str, ontology: Graph) -> None:
    assert (DIP[scheme], RDF.type, SKOS.ConceptScheme) in ontology
    expected = {DIP[name] for name in CONCEPTS[scheme].split()}
    assert set(ontology.subjects(SKOS.inScheme, DIP[scheme])) == expected
    assert all((concept, RDF.type, SKOS.Concept) in ontology for concept in expected)


@pytest.mark.parametrize("category", EVENTS)
def test_the_contract_has_these_events(category: str, ontology: Graph) -> None:
    for name in EVENTS[category].split():
        assert (DIP[name], RDFS.subClassOf, DIP.Event) in ontology
        given = list(ontology.objects(DIP[name], DIP.ploverCategory))
        roots = list(ontology.objects(DIP[name], DIP.cameoRoot))
        assert [str(ontology.value(concept, SKOS.notation)) for concept in given] == ([category] if category else [])
        assert len(roots) == len(given)
        for concept, root in zip(given, roots, strict=True):
            linked = {link for match in MAPPINGS for link in ontology.objects(concept, match)}
            assert root in linked, f"{name} has a root code that its category does not"


MAPPINGS = (SKOS.closeMatch, SKOS.narrowMatch, SKOS.broadMatch)


def test_the_contract_has_no_other_class_of_events(ontology: Graph) -> None:
    expected = {DIP[name] for names in EVENTS.values() for name in names.split()}
    assert set(ontology.subjects(RDFS.subClassOf, DIP.Event)) == expected


def test_events_inherit_the_codes_of_their_class(ontology: Graph) -> None:
    values = compile_rules(ontology).values
    checked = 0
    for name in chain.from_iterable(names.split() for names in EVENTS.values()):
        for code in (DIP.ploverCategory, DIP.cameoRoot):
            stated = {str(value) for value in ontology.objects(DIP[name], code)}
            assert {value for key, value in values.get(str(DIP[name]), ()) if key == str(code)} == stated
            checked += len(stated)
    assert checked == 48


def test_all_twenty_root_codes_of_cameo_and_sixteen_categories_of_plover_are_there(ontology: Graph) -> None:
    cameo = ontology.subjects(SKOS.inScheme, URIRef("https://w3id.org/kgbuild/cameo"))
    assert sorted(str(ontology.value(code, SKOS.notation)) for code in cameo) == [f"{n:02d}" for n in range(1, 21)]
    plover = set(ontology.subjects(SKOS.inScheme, URIRef("https://w3id.org/kgbuild/plover")))
    assert len(plover) == 16
    # CAMEO's public statements (01) are statements here, and have no place in PLOVER
    reached = {code for match in MAPPINGS for concept in plover for code in ontology.objects(concept, match)}
    assert {str(ontology.value(code, SKOS.notation)) for code in reached} == {f"{n:02d}" for n in range(2, 21)}


def test_the_code_names_only_what_the_ontology_defines(ontology: Graph) -> None:
    names = set(vocabulary.DIP.__annotations__) - {"_NS", "_fail"}
    assert len(names) > 90
    assert {name for name in names if DIP[name] not in own_terms(ontology)} == set()


@pytest.mark.parametrize(
    ("values", "scheme"),
    [
        (facts.QuotationType, "QuotationScheme"),
        (facts.Polarity, "PolarityScheme"),
        (facts.Realis, "RealisScheme"),
    ],
)
def test_facts_take_the_values_of_the_schemes(
    values: type[facts.QuotationType | facts.Polarity | facts.Realis], scheme: str, ontology: Graph
) -> None:
    assert {DIP[value.value] for value in values} == set(ontology.subjects(SKOS.inScheme, DIP[scheme]))


def test_every_field_of_a_fact_has_a_term(ontology: Graph) -> None:
    #: fields whose term is not the field's name in camel case; None where a field never reaches the graph
    named = {
        "mentions": "evidence",
        "parties": "party",
        "kind": "treatyKind",
        "speakers": "speaker",
        "addressees": "addressee",
        "agents": "agent",
        "recipients": "recipient",
        "participants": "participant",
        "when": "date",
        "place_actor": "place",
        "refusal": "Refusal",
        "content_spans": "evidence",
        "cue_spans": "evidence",
        "source_spans": "evidence",
        "history": "stageOf",
        "by": "agent",
    }
    elsewhere = {"key", "authority", "name", "other_names", "label", "type"}
    checked = 0
    for fact in (
        facts.Actor,
        facts.Role,
        facts.Treaty,
        facts.TreatyStage,
        facts.Statement,
        facts.Position,
        facts.Event,
    ):
        for field in fields(fact):
            if field.name in elsewhere:
                continue
            first, *rest = field.name.split("_")
            term = named.get(field.name, first + "".join(part.title() for part in rest))
            assert DIP[term] in own_terms(ontology), f"{fact.__name__}.{field.name}"
            checked += 1
    assert checked > 40


def test_every_term_says_what_it_is(ontology: Graph) -> None:
    terms = own_terms(ontology) | set(ontology.subjects(RDF.type, SKOS.Concept))
    assert len(terms) > 170
    for term in terms:
        for predicate in (RDFS.label, RDFS.comment):
            values = list(ontology.objects(term, predicate))
            assert len(values) == 1 and isinstance(values[0], Literal) and values[0].language == "en", (term, predicate)
        assert str(ontology.value(term, RDFS.comment)).endswith("."), term
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY], term


def test_the_ontology_names_only_what_it_defines(ontology: Graph) -> None:
    used = {term for triple in ontology for term in triple if isinstance(term, URIRef) and term.startswith(DIP)}
    assert used - own_terms(ontology) == set()


def test_domains_and_ranges_are_documented_not_asserted(ontology: Graph) -> None:
    assert (None, RDFS.domain, None) not in ontology
    assert (None, RDFS.range, None) not in ontology
    assert (None, RDF.type, OWL.FunctionalProperty) not in ontology
    assert (None, RDF.type, OWL.InverseFunctionalProperty) not in ontology
    properties = {
        term
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property)
        for term in ontology.subjects(RDF.type, kind)
        if str(term).startswith(str(DIP))
    }
    assert len(properties) > 50
    for term in properties:
        assert list(ontology.objects(term, SCHEMA.domainIncludes)), term
        assert list(ontology.objects(term, SCHEMA.rangeIncludes)), term


def test_object_properties_point_to_things_and_datatype_properties_to_literals(ontology: Graph) -> None:
    for term in set(ontology.subjects(RDF.type, OWL.ObjectProperty)):
        assert not any(str(kind).startswith(str(XSD)) for kind in ontology.objects(term, SCHEMA.rangeIncludes)), term
    for term in set(ontology.subjects(RDF.type, OWL.DatatypeProperty)):
        kinds = set(ontology.objects(term, SCHEMA.rangeIncludes)) - {vocabulary.EDTF}
        assert all(str(kind).startswith(str(XSD)) for kind in kinds), term


def test_the_ontology_carries_a_version_and_no_date(ontology: Graph) -> None:
    assert ontology.value(ONTOLOGY, OWL.versionInfo) is not None
    assert isinstance(ontology.value(ONTOLOGY, OWL.versionIRI), URIRef)
    dated = {XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
    assert not any(isinstance(value, Literal) and value.datatype in dated for value in ontology.objects())


def test_the_ontology_stays_in_owl_2_rl(ontology: Graph) -> None:
    """The syntax of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL), for the constructs in use."""
    vocabulary_used = {
        term
        for triple in ontology
        for term in (triple[1], triple[2])
        if isinstance(term, URIRef) and term.startswith(str(OWL))
    }
    allowed = words(
        """
    Ontology Class ObjectProperty DatatypeProperty AnnotationProperty TransitiveProperty IrreflexiveProperty
    AsymmetricProperty Restriction AllDisjointClasses versionIRI versionInfo inverseOf propertyChainAxiom
    onProperty hasValue members
    """
    )
    assert vocabulary_used <= {OWL[name] for name in allowed}
    # a superclass is a class with a name, or what has a value of a property
    for upper in ontology.objects(None, RDFS.subClassOf):
        if isinstance(upper, BNode):
            assert (upper, RDF.type, OWL.Restriction) in ontology
            assert set(ontology.predicates(upper)) == {RDF.type, OWL.onProperty, OWL.hasValue}
    # OWL 2 wants properties that are irreflexive or asymmetric to be simple: neither transitive nor made by a chain
    composed = set(ontology.subjects(RDF.type, OWL.TransitiveProperty)) | set(ontology.subjects(OWL.propertyChainAxiom))
    for kind in (OWL.IrreflexiveProperty, OWL.AsymmetricProperty):
        for name in set(ontology.subjects(RDF.type, kind)):
            assert not set(ontology.transitive_subjects(RDFS.subPropertyOf, name)) & composed
    # chains and inverses are of object properties
    links = {link for head in ontology.objects(None, OWL.propertyChainAxiom) for link in Collection(ontology, head)}
    both = {term for pair in ontology.subject_objects(OWL.inverseOf) for term in pair}
    assert links and both
    assert all((term, RDF.type, OWL.ObjectProperty) in ontology for term in links | both | composed)


def test_owlrl_finds_nothing_wrong_with_the_ontology(ontology: Graph) -> None:
    from owlrl import DeductiveClosure, OWLRL_Semantics

    closed = Graph()
    for triple in ontology:
        closed.add(triple)
    DeductiveClosure(OWLRL_Semantics).expand(closed)
    assert [str(value) for value in closed.objects() if "rror" in str(value)] == []
    assert (None, RDF.type, OWL.Nothing) not in closed
    assert (DIP.GovernmentBody, RDFS.subClassOf, DIP.Actor) in closed


def test_an_event_is_no_entity_of_prov(ontology: Graph) -> None:
    entity = URIRef("http://www.w3.org/ns/prov#Entity")
    rules = compile_rules(ontology)
    below = {name for name, uppers in rules.superclasses.items() if str(entity) in uppers}
    assert str(DIP.Statement) in below
    assert not below & {str(DIP[name]) for names in EVENTS.values() for name in (*names.split(), "Event")}
    assert not any("prov#Activity" in upper for uppers in rules.superclasses.values() for upper in uppers)


@pytest.mark.parametrize("name", ["diplomacy.ttl", "schemes.ttl", "alignments.ttl"])
def test_each_file_reads_by_another_parser(name: str) -> None:
    import pyoxigraph

    path = resource("ontology", name)
    quads = list(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE))
    assert len(quads) == len(Graph().parse(path)) > 50


def test_the_contract_is_the_one_of_the_design(shared: object) -> None:
    """Every name in code font after ``dip:`` in the contract is defined."""
    contract = Path(str(shared), "design", "ontology-contract.md")
    if not contract.is_file():
        pytest.skip("the contract is not among the shared material")
    names = set(re.findall(r"dip:([A-Za-z]+)", contract.read_text(encoding="utf-8")))
    assert len(names) > 100
    assert {name for name in names if DIP[name] not in own_terms(load_ontology())} == set()


def test_the_examples_of_the_guide_run() -> None:
    guide = Path(__file__).parents[1] / "docs" / "ontology.md"
    examples = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        exec(example, {})


def test_the_guide_names_only_terms_that_exist(ontology: Graph) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "ontology.md").read_text(encoding="utf-8")
    names = set(re.findall(r"\bdip:([A-Za-z]+)", guide))
    assert len(names) > 40
    assert {name for name in names if DIP[name] not in own_terms(ontology)} == set()
