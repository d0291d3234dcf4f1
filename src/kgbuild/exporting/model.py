"""A built graph as a property graph: things with properties, and ties between them that carry their words.

RDF gives every position and every piece of evidence a node of its own. Tools for networks want ties instead: who
opposes what, said where, in which words. Here each position is a tie from its holder to its target, and each post one
from a person to whom it is held for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.query import run_query

if TYPE_CHECKING:
    import pyoxigraph

#: the most telling class first: an article may call a body an organisation, another one a government body
KINDS = (
    "Article",
    "Refusal",
    "Statement",
    "Treaty",
    "Issue",
    "Person",
    "State",
    "GovernmentBody",
    "InternationalOrganization",
    "Group",
    "Organization",
)
#: kinds of :data:`KINDS` that are actors
ACTORS = KINDS[KINDS.index("Person") :]

_QUERIES = Path(__file__).parent / "queries"
#: relations whose ends the ontology names the other way round than a reader of networks would
_TURNED = {
    "HAS_PARTY": "PARTY_TO",
    "HAS_AGENT": "AGENT_IN",
    "HAS_RECIPIENT": "RECIPIENT_IN",
    "HAS_PARTICIPANT": "PARTICIPANT_IN",
    "HAS_SPEAKER": "SAID",
}


@dataclass(slots=True)
class Thing:
    """A node.

    Attributes:
        iri: of the thing.
        kind: one of :data:`KINDS`, or ``Event``.
        values: by property, in order; ``name`` first of all.
    """

    iri: str
    kind: str
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What to show: its name, or the words of a refusal, which has no other."""
        for key in ("name", "cue"):
            if self.values.get(key):
                return self.values[key][0]
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge.

    Attributes:
        source, target: IRIs of things.
        relation: in upper case, such as ``HOLDS_POSITION_ON``.
        values: what is known of it, such as ``polarity``, ``words``, ``article``, ``start``, ``end``.
    """

    source: str
    target: str
    relation: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PropertyGraph:
    """Things by IRI, and ties whose ends are among them, both in the order of IRIs."""

    things: dict[str, Thing]
    ties: list[Tie]


def property_graph(store: pyoxigraph.Store) -> PropertyGraph:
    """Reads a built graph as a property graph.

    Args:
        store: what :func:`kgbuild.store.open_store` gives.

    Returns:
        All articles, statements, treaties, issues, events and actors, and what ties them. Every position is a tie
        ``HOLDS_POSITION_ON`` with its ``polarity``, ``according_to`` and ``words``.
    """
    things = {thing.iri: thing for name in ("things", "articles", "statements") for thing in _things(store, name)}
    ties = [
        tie
        for found in (_positions(store), _roles(store, things), _links(store), _mentions(store))
        for tie in found
        if tie.source in things and tie.target in things
    ]
    return PropertyGraph(dict(sorted(things.items())), sorted(ties, key=_order))


def _order(tie: Tie) -> tuple[str, str, str, str]:
    return tie.source, tie.relation, tie.target, repr(sorted(tie.values.items()))


@cache
def _query(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text("utf-8")


def _ask(store: pyoxigraph.Store, name: str) -> Iterator[dict[str, str]]:
    return iter(run_query(store, _query(name)))


def _things(store: pyoxigraph.Store, query: str) -> Iterator[Thing]:
    found: dict[str, dict[str, list[str]]] = {}
    for row in _ask(store, query):
        found.setdefault(row["thing"], {}).setdefault(row["property"], []).append(row["value"])
    for iri, values in found.items():
        classes = set(values.pop("class", []))
        if query == "articles":
            kind = "Article"
        elif query == "statements":
            kind = "Refusal" if values.pop("refusal", None) else "Statement"
        else:
            kind = next((kind for kind in KINDS if kind in classes), "Event")
            if kind == "Event":
                # its own class, such as Meeting, without those above it
                values["type"] = sorted(classes - {"Event"})[:1] or ["Event"]
        yield Thing(iri, kind, values)


def _once(rows: Iterator[dict[str, str]], *key: str) -> Iterator[dict[str, str]]:
    """One row for each fact and its ends: that of its first words, the words of the others joined to them."""
    facts: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        known = facts.setdefault(tuple(row.get(name, "") for name in key), row)
        if row["words"] not in known["words"]:
            known["words"] += f" … {row['words']}"
    return iter(facts.values())


def _positions(store: pyoxigraph.Store) -> Iterator[Tie]:
    for row in _once(_ask(store, "positions"), "fact", "source", "target", "according_to"):
        yield Tie(row.pop("source"), row.pop("target"), "HOLDS_POSITION_ON", row)


def _roles(store: pyoxigraph.Store, things: Mapping[str, Thing]) -> Iterator[Tie]:
    """Ties to whom posts are held for; a post for nobody known stands only among the values of its holder."""
    for row in _once(_ask(store, "roles"), "fact", "source", "represents", "accredited_to"):
        source, represents, host = row.pop("source"), row.pop("represents", ""), row.pop("accredited_to", "")
        if source in things:
            posts = things[source].values.setdefault("post", [])
            if row["title"] not in posts:
                posts.append(row["title"])
        if represents:
            yield Tie(source, represents, "REPRESENTS", row)
        if host:
            yield Tie(source, host, "ACCREDITED_TO", row)


def _links(store: pyoxigraph.Store) -> Iterator[Tie]:
    for row in _ask(store, "links"):
        source, relation, target = row["source"], row["relation"], row["target"]
        if relation in _TURNED:
            source, relation, target = target, _TURNED[relation], source
        yield Tie(source, target, relation)


def _mentions(store: pyoxigraph.Store) -> Iterator[Tie]:
    for row in _ask(store, "mentions"):
        yield Tie(row.pop("source"), row.pop("target"), "STANDS_IN", row)


_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _UNSAFE.sub(" ", text)
