"""Every IRI of the graph, once: the diplomacy ontology's own terms and those it borrows from other vocabularies.

A misspelt term raises where it is used, so that no triple with a property that nobody defined can be written.
``ontology/diplomacy.ttl`` says what the terms mean.
"""

# ruff: noqa: N815 - terms are spelled as their vocabularies spell them
from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeVar, cast

import rdflib.namespace
from pyoxigraph import NamedNode
from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace

from kgbuild.errors import KgbuildError

__all__ = [
    "DCTERMS",
    "DEFAULT_BASE",
    "DIP",
    "EDTF",
    "IDENTITY_GRAPH",
    "INFERRED_GRAPH",
    "OA",
    "PREFIXES",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SKOS",
    "WIKIDATA",
    "XSD",
    "graph_iri",
    "iri",
    "own_term",
]

Term = TypeVar("Term")

#: base IRI of the resources of a graph, unless the user sets one
DEFAULT_BASE = "https://w3id.org/kgbuild/id/"

#: the datatype of dates in the Extended Date/Time Format, as the Library of Congress names it
EDTF = URIRef("http://id.loc.gov/datatypes/edtf/EDTF")

#: names, below the base, of the graphs that hold for all articles together
IDENTITY_GRAPH = "identity"
INFERRED_GRAPH = "inferred"


class _Kept(type(DefinedNamespace)):  # type: ignore[misc]  # the class of rdflib's namespaces has no name in its stubs
    """Makes each term of a namespace once: rdflib makes it anew at every access, and compares two letter by letter."""

    def __getattr__(cls, name: str) -> Any:
        term = super().__getattr__(name)
        if isinstance(term, URIRef):
            setattr(cls, name, term)
        return term

    @lru_cache(maxsize=4096)  # noqa: B019 - namespaces live as long as the program
    def __getitem__(cls, name: str, default: Any = None) -> Any:
        return super().__getitem__(name, default)


class DCTERMS(rdflib.namespace.DCTERMS, metaclass=_Kept):
    """DCMI metadata terms."""


class RDF(rdflib.namespace.RDF, metaclass=_Kept):
    """RDF's own vocabulary."""


class RDFS(rdflib.namespace.RDFS, metaclass=_Kept):
    """RDF Schema."""


class SKOS(rdflib.namespace.SKOS, metaclass=_Kept):
    """Simple knowledge organization system."""


class XSD(rdflib.namespace.XSD, metaclass=_Kept):
    """The datatypes of XML Schema."""


class DIP(DefinedNamespace, metaclass=_Kept):
    """The diplomacy ontology. Indexing (``DIP["Meeting"]``) and attributes both refuse what it does not define."""

    _NS = Namespace("https://w3id.org/kgbuild/diplomacy#")
    _fail = True

    # what facts are about, and what carries them
    Article: URIRef
    Actor: URIRef
    Person: URIRef
    State: URIRef
    Organization: URIRef
    GovernmentBody: URIRef
    InternationalOrganization: URIRef
    Group: URIRef
    Role: URIRef
    Treaty: URIRef
    TreatyStage: URIRef
    Statement: URIRef
    Refusal: URIRef
    Position: URIRef
    Event: URIRef
    Issue: URIRef
    Evidence: URIRef

    # classes of events
    Accusation: URIRef
    Agreement: URIRef
    Aid: URIRef
    Appointment: URIRef
    Attack: URIRef
    Coercion: URIRef
    Concession: URIRef
    Conference: URIRef
    DiplomaticBreak: URIRef
    DiplomaticCooperation: URIRef
    Election: URIRef
    MaterialCooperation: URIRef
    Mediation: URIRef
    Meeting: URIRef
    Mobilization: URIRef
    Negotiation: URIRef
    PhoneCall: URIRef
    Protest: URIRef
    Ratification: URIRef
    Rejection: URIRef
    Request: URIRef
    Sanction: URIRef
    Signing: URIRef
    Threat: URIRef
    TroopWithdrawal: URIRef
    Visit: URIRef
    Vote: URIRef

    # properties, by what they say something about
    evidence: URIRef
    confidence: URIRef
    affiliation: URIRef
    holder: URIRef
    title: URIRef
    represents: URIRef
    accreditedTo: URIRef
    tenure: URIRef
    speaker: URIRef
    addressee: URIRef
    content: URIRef
    cue: URIRef
    quotation: URIRef
    denial: URIRef
    partOf: URIRef
    madeAt: URIRef
    statedOn: URIRef
    about: URIRef
    target: URIRef
    polarity: URIRef
    accordingTo: URIRef
    expressedIn: URIRef
    hedged: URIRef
    heldOn: URIRef
    party: URIRef
    treatyKind: URIRef
    status: URIRef
    stageOf: URIRef
    participant: URIRef
    agent: URIRef
    recipient: URIRef
    date: URIRef
    startDate: URIRef
    endDate: URIRef
    dateEDTF: URIRef
    place: URIRef
    concerns: URIRef
    realis: URIRef
    reportedIn: URIRef

    # concepts: quotation, polarity, realis
    Direct: URIRef
    Indirect: URIRef
    Mixed: URIRef
    Supports: URIRef
    Opposes: URIRef
    Conditional: URIRef
    Neutral: URIRef
    Actual: URIRef
    Planned: URIRef
    Possible: URIRef
    Denied: URIRef

    # concepts: kinds of treaties
    MutualDefence: URIRef
    Peace: URIRef
    Trade: URIRef
    ArmsControl: URIRef
    Ceasefire: URIRef
    Boundary: URIRef
    Environment: URIRef
    HumanRights: URIRef
    Security: URIRef
    Cooperation: URIRef
    Other: URIRef

    # concepts: the life of a treaty
    Proposed: URIRef
    UnderNegotiation: URIRef
    Agreed: URIRef
    Signed: URIRef
    Ratified: URIRef
    InForce: URIRef
    Suspended: URIRef
    Withdrawn: URIRef
    Rejected: URIRef
    Expired: URIRef


class OA(DefinedNamespace, metaclass=_Kept):
    """What is used of the Web Annotation vocabulary."""

    _NS = Namespace("http://www.w3.org/ns/oa#")
    _fail = True

    exact: URIRef
    start: URIRef
    end: URIRef
    hasSource: URIRef


class SCHEMA(DefinedNamespace, metaclass=_Kept):
    """What is used of schema.org, by its ``https`` names."""

    _NS = Namespace("https://schema.org/")
    _fail = True

    NewsArticle: URIRef
    articleBody: URIRef
    author: URIRef
    datePublished: URIRef
    publisher: URIRef
    url: URIRef


WIKIDATA = Namespace("http://www.wikidata.org/entity/")

#: prefixes declared in every file and known to every query
PREFIXES: dict[str, str] = {
    "dcterms": str(DCTERMS),
    "dip": str(DIP),
    "oa": str(OA),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SCHEMA),
    "skos": str(SKOS),
    "wd": str(WIKIDATA),
    "xsd": str(XSD),
}

# a dot segment ("/../") is refused too: some readers resolve it, and then it is another IRI
_IRI = re.compile(r"(?!.*/\.\.?(?:[/?#]|$))[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\udfff]+")


_OWN = (RDF, RDFS, XSD, DIP, OA, DCTERMS, SCHEMA, SKOS)


def own_term(term: Term) -> Term:
    """The object that stands for a term of a vocabulary everywhere else, so that the two need not be compared.

    Args:
        term: from a file. What is no term of a vocabulary is given back as it is.
    """
    if isinstance(term, URIRef):
        if term == EDTF:
            return cast(Term, EDTF)
        for namespace in _OWN:
            if term in namespace:
                return cast(Term, namespace[term.removeprefix(str(namespace._NS))])
    return term


@lru_cache(maxsize=4096)
def iri(text: str) -> URIRef:
    """The IRI with this text.

    Args:
        text: an absolute IRI (RFC 3987).

    Raises:
        KgbuildError: it is relative, or holds a character that no store would read back.
    """
    try:
        # the stores' parser knows RFC 3987 in full; the pattern adds what it lets pass ("urn:", control characters)
        if _IRI.fullmatch(text):
            return URIRef(NamedNode(text).value)
    except ValueError:
        pass
    raise KgbuildError(f"not an absolute IRI: {text!r}; check the base IRI and the authority file")


def graph_iri(base: str, name: str) -> URIRef:
    """The IRI of a graph that holds for all articles: ``IDENTITY_GRAPH`` or ``INFERRED_GRAPH``.

    Args:
        base: base IRI of the resources.
        name: name of the graph.
    """
    return iri(f"{base}graph/{name}")
