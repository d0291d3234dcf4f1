"""Compiles an ontology into the few kinds of rules that it needs, and refuses an ontology that needs more.

Rule names are those of the OWL 2 RL/RDF rules (https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from kgbuild.errors import KgbuildError

#: IRIs as plain strings: rdflib's terms are slow to compare
Iri: TypeAlias = str

_ANNOTATIONS = {
    RDFS.label,
    RDFS.comment,
    RDFS.seeAlso,
    RDFS.isDefinedBy,
    OWL.versionInfo,
    OWL.versionIRI,
    OWL.deprecated,
}
_AXIOMS = {
    RDF.type,
    RDF.first,
    RDF.rest,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    OWL.inverseOf,
    OWL.propertyChainAxiom,
    OWL.onProperty,
    OWL.hasValue,
    OWL.members,
    OWL.disjointWith,
}
_TYPES = {
    OWL.Ontology,
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.NamedIndividual,
    OWL.TransitiveProperty,
    OWL.SymmetricProperty,
    OWL.IrreflexiveProperty,
    OWL.AsymmetricProperty,
    OWL.Restriction,
    OWL.AllDisjointClasses,
    RDF.Property,
    RDF.List,
}
_VOCABULARIES = (str(OWL), str(RDF), str(RDFS))


class UnknownConstructError(KgbuildError):
    """The ontology uses a construct that the compiler does not know."""


@dataclass(frozen=True)
class Rules:
    """An ontology as rules on instances.

    Attributes:
        superclasses: all the superclasses of a class (cax-sco, scm-sco).
        values: what the instances of a class have, as pairs of property and value (cls-hv1), inherited ones included.
        superproperties: all the superproperties of a property (prp-spo1, scm-spo).
        inverses: the inverses of a property, itself if it is symmetric (prp-inv1, prp-inv2, prp-symp).
        chains: properties that follow from two or more in a row (prp-spo2), transitive ones among them (prp-trp).
        disjoint: pairs of classes without common instances (cax-dw, cax-adc).
        irreflexive: properties that nothing has to itself (prp-irp).
        asymmetric: properties that hold one way only (prp-asyp).
    """

    superclasses: Mapping[Iri, tuple[Iri, ...]]
    values: Mapping[Iri, tuple[tuple[Iri, Iri], ...]]
    superproperties: Mapping[Iri, tuple[Iri, ...]]
    inverses: Mapping[Iri, tuple[Iri, ...]]
    chains: tuple[tuple[Iri, tuple[Iri, ...]], ...]
    disjoint: frozenset[tuple[Iri, Iri]]
    irreflexive: frozenset[Iri]
    asymmetric: frozenset[Iri]

    @cached_property
    def places(self) -> dict[Iri, list[tuple[Iri, tuple[Iri, ...], int]]]:
        """Where a property stands in chains: what the chain gives, its links, and which of them the property is."""
        places: dict[Iri, list[tuple[Iri, tuple[Iri, ...], int]]] = {}
        for target, links in self.chains:
            for place, link in enumerate(links):
                places.setdefault(link, []).append((target, links, place))
        return places

    @cached_property
    def predicates(self) -> frozenset[Iri]:
        """The predicates that some rule looks at, or gives."""
        looked_at = {*self.superproperties, *self.inverses, *self.irreflexive, *self.asymmetric, *self.places}
        given = {
            *(upper for uppers in self.superproperties.values() for upper in uppers),
            *(other for others in self.inverses.values() for other in others),
            *(target for target, _ in self.chains),
            *(name for pairs in self.values.values() for name, _ in pairs),
        }
        return frozenset({str(RDF.type)} | looked_at | given)


def compile_rules(ontology: Graph) -> Rules:
    """The rules of an ontology.

    Args:
        ontology: with all that it imports.

    Returns:
        Rules from which everything follows for instances that follows by OWL 2 RL, noise aside.

    Raises:
        UnknownConstructError: it uses a construct that has no place here, such as ``rdfs:range`` or ``owl:unionOf``.
    """
    _refuse_unknown(ontology)
    superclasses = _closed(_iri_pairs(ontology, RDFS.subClassOf))
    own_values = _own_values(ontology)
    values = {
        name: tuple(sorted(pairs))
        for name in {*superclasses, *own_values}
        if (pairs := {pair for one in (name, *superclasses.get(name, ())) for pair in own_values.get(one, ())})
    }
    inverses: dict[Iri, set[Iri]] = {}
    for left, right in _iri_pairs(ontology, OWL.inverseOf):
        inverses.setdefault(left, set()).add(right)
        inverses.setdefault(right, set()).add(left)
    for name in _instances(ontology, OWL.SymmetricProperty):
        inverses.setdefault(name, set()).add(name)
    chains: set[tuple[Iri, tuple[Iri, ...]]] = {
        (name, (name, name)) for name in _instances(ontology, OWL.TransitiveProperty)
    }
    for subject, head in ontology.subject_objects(OWL.propertyChainAxiom):
        links = tuple(str(link) for link in Collection(ontology, head))
        if not links:
            raise UnknownConstructError(f"the ontology has an empty property chain for {subject}")
        chains.add((str(subject), links))
    rules = Rules(
        superclasses=superclasses,
        values=values,
        superproperties=_closed(_iri_pairs(ontology, RDFS.subPropertyOf)),
        inverses={name: tuple(sorted(others)) for name, others in inverses.items()},
        chains=tuple(sorted(chains)),
        disjoint=_disjoint(ontology),
        irreflexive=frozenset(_instances(ontology, OWL.IrreflexiveProperty)),
        asymmetric=frozenset(_instances(ontology, OWL.AsymmetricProperty)),
    )
    _refuse_joined_facts(ontology, rules)
    return rules


def _refuse_unknown(ontology: Graph) -> None:
    for subject, predicate, value in ontology:
        if not isinstance(subject, URIRef) and predicate not in _AXIOMS:
            raise UnknownConstructError(f"the ontology says {predicate} of a blank node; give it an IRI")
        if str(predicate).startswith(_VOCABULARIES) and predicate not in _ANNOTATIONS | _AXIOMS:
            raise UnknownConstructError(
                f"the ontology uses {predicate} for {subject}, which the compiler does not know; "
                "leave it out, or document it with schema:domainIncludes, schema:rangeIncludes or a comment"
            )
        if predicate == RDF.type and str(value).startswith(_VOCABULARIES) and value not in _TYPES:
            raise UnknownConstructError(
                f"the ontology makes {subject} a {value}, which the rule compiler does not know"
            )
        if predicate in (RDFS.subPropertyOf, OWL.inverseOf, OWL.disjointWith) and not isinstance(value, URIRef):
            raise UnknownConstructError(f"{predicate} of {subject} is no IRI; the compiler knows only named terms")
        if predicate in (RDFS.subClassOf, OWL.disjointWith) and not isinstance(subject, URIRef):
            raise UnknownConstructError(
                f"{predicate} of a class without a name; the rule compiler knows only named ones"
            )
        if predicate == RDFS.subClassOf and not isinstance(value, URIRef):
            _restriction(ontology, value)


def _restriction(ontology: Graph, node: Node) -> tuple[Iri, Iri]:
    """Property and value of a class without a name, which must be the class of things that have a value."""
    properties, values = set(ontology.objects(node, OWL.onProperty)), set(ontology.objects(node, OWL.hasValue))
    if len(properties) != 1 or len(values) != 1:
        raise UnknownConstructError("the ontology has a superclass without a name that is no owl:hasValue restriction")
    (name,), (value,) = properties, values
    if isinstance(value, Literal):
        raise UnknownConstructError(
            f"the owl:hasValue restriction on {name} has a literal; the compiler knows only IRIs"
        )
    return str(name), str(value)


def _own_values(ontology: Graph) -> dict[Iri, set[tuple[Iri, Iri]]]:
    values: dict[Iri, set[tuple[Iri, Iri]]] = {}
    for name, upper in ontology.subject_objects(RDFS.subClassOf):
        if not isinstance(upper, URIRef):
            values.setdefault(str(name), set()).add(_restriction(ontology, upper))
    return values


def _refuse_joined_facts(ontology: Graph, rules: Rules) -> None:
    """Refuses facts of the ontology that could make a chain with facts of an article: the articles are closed alone."""
    for subject, predicate, _ in ontology:
        reached = {str(predicate)}
        ahead = [str(predicate)]
        while ahead:
            name = ahead.pop()
            new = {*rules.superproperties.get(name, ()), *rules.inverses.get(name, ())} - reached
            reached |= new
            ahead += new
        if reached & rules.places.keys():
            raise UnknownConstructError(
                f"the ontology states {predicate} of {subject}; property chains are followed in data alone"
            )


def _disjoint(ontology: Graph) -> frozenset[tuple[Iri, Iri]]:
    pairs = set(_iri_pairs(ontology, OWL.disjointWith))
    for axiom in ontology.subjects(RDF.type, OWL.AllDisjointClasses):
        for head in ontology.objects(axiom, OWL.members):
            pairs |= set(combinations([str(name) for name in Collection(ontology, head)], 2))
    return frozenset((min(pair), max(pair)) for pair in pairs)


def _iri_pairs(ontology: Graph, predicate: URIRef) -> list[tuple[Iri, Iri]]:
    pairs = ontology.subject_objects(predicate)
    return sorted((str(left), str(right)) for left, right in pairs if isinstance(right, URIRef))


def _instances(ontology: Graph, name: URIRef) -> list[Iri]:
    return sorted(str(subject) for subject in ontology.subjects(RDF.type, name))


def _closed(pairs: Iterable[tuple[Iri, Iri]]) -> dict[Iri, tuple[Iri, ...]]:
    """For each lower term, all the terms above it."""
    direct: dict[Iri, set[Iri]] = {}
    for lower, upper in pairs:
        direct.setdefault(lower, set()).add(upper)
    closed: dict[Iri, tuple[Iri, ...]] = {}
    for name in direct:
        found: set[Iri] = set()
        ahead = [name]
        while ahead:
            new = direct.get(ahead.pop(), set()) - found
            found |= new
            ahead += new
        closed[name] = tuple(sorted(found - {name}))
    return closed
