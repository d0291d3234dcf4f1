"""Applies compiled rules to the triples of one article until nothing new follows (semi-naive forward chaining)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias, TypeGuard

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from kgbuild.inference.rules import Iri, Rules

#: an IRI or blank node as a plain string, a literal as itself
Term: TypeAlias = "str | Literal"
Fact: TypeAlias = tuple[str, Iri, Term]

_TYPE = str(RDF.type)


class Closure:
    """What follows from some triples by some rules.

    Attributes:
        derived: what follows and was not given, in the order of derivation.
    """

    def __init__(self, triples: Iterable[tuple[Node, Node, Node]], rules: Rules) -> None:
        self._rules = rules
        self._after: dict[tuple[str, Iri], list[str]] = {}
        self._before: dict[tuple[str, Iri], list[str]] = {}
        self._known: set[Fact] = set()
        self._queue: deque[Fact] = deque()
        for subject, predicate, value in triples:
            name = _term(predicate)
            if name in rules.predicates:
                self._add((_term(subject), name, value if _is_literal(value) else _term(value)))
        self.derived: list[Fact] = []
        while self._queue:
            self._follow(self._queue.popleft())

    def _add(self, fact: Fact) -> None:
        if fact not in self._known:
            self._known.add(fact)
            self._queue.append(fact)

    def _derive(self, subject: str, predicate: Iri, value: Term) -> None:
        fact = (subject, predicate, value)
        if fact not in self._known:
            self._known.add(fact)
            self._queue.append(fact)
            self.derived.append(fact)

    def _follow(self, fact: Fact) -> None:
        subject, predicate, value = fact
        rules = self._rules
        if predicate == _TYPE:
            if _is_literal(value):
                return
            for upper in rules.superclasses.get(value, ()):
                self._derive(subject, _TYPE, upper)
            for name, given in rules.values.get(value, ()):
                self._derive(subject, name, given)
        for upper in rules.superproperties.get(predicate, ()):
            self._derive(subject, upper, value)
        if _is_literal(value):
            return
        for inverse in rules.inverses.get(predicate, ()):
            self._derive(value, inverse, subject)
        places = rules.places.get(predicate)
        if places:
            self._after.setdefault((subject, predicate), []).append(value)
            self._before.setdefault((value, predicate), []).append(subject)
            for target, links, place in places:
                self._chain(subject, value, target, links, place)

    def _chain(self, subject: str, value: str, target: Iri, links: tuple[Iri, ...], place: int) -> None:
        """Derives what a new fact in one place of a chain completes."""
        starts = [subject]
        for link in reversed(links[:place]):
            starts = [start for end in starts for start in self._before.get((end, link), ())]
        ends = [value]
        for link in links[place + 1 :]:
            ends = [end for start in ends for end in self._after.get((start, link), ())]
        for start in starts:
            for end in ends:
                self._derive(start, target, end)

    def findings(self) -> list[str]:
        """What contradicts the ontology, in words, sorted."""
        classes: dict[str, set[str]] = {}
        found: set[str] = set()
        for subject, predicate, value in self._known:
            if _is_literal(value):
                continue
            if predicate == _TYPE:
                classes.setdefault(subject, set()).add(value)
            if predicate in self._rules.irreflexive and subject == value:
                found.add(f"<{subject}> has <{predicate}> to itself, which nothing can")
            if predicate in self._rules.asymmetric and subject < value and (value, predicate, subject) in self._known:
                found.add(f"<{subject}> and <{value}> have <{predicate}> to each other, which holds one way only")
        for subject, names in classes.items():
            if len(names) > 1:
                for left, right in self._rules.disjoint:
                    if left in names and right in names:
                        found.add(f"<{subject}> is both <{left}> and <{right}>, which nothing can be")
        return sorted(found)


def _is_literal(term: Node | str) -> TypeGuard[Literal]:
    """Whether a term is a literal. Its class is asked first: rdflib's are abstract ones, which take their time."""
    kind = type(term)
    return kind is Literal or (kind is not URIRef and kind is not str and isinstance(term, Literal))


@lru_cache(maxsize=4096)
def _term(term: Node) -> str:
    return f"_:{term}" if isinstance(term, BNode) else str(term)


def as_triple(fact: Fact) -> tuple[URIRef, URIRef, Node] | None:
    """A fact as a triple that every store loads; None where it has a blank node."""
    subject, predicate, value = fact
    if _is_literal(value):
        return None if subject.startswith("_:") else (_named(subject), _named(predicate), value)
    if subject.startswith("_:") or value.startswith("_:"):
        return None
    return _named(subject), _named(predicate), _named(value)


@lru_cache(maxsize=4096)
def _named(text: str) -> URIRef:
    return URIRef(text)
