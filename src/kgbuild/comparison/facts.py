"""The facts of a built graph in plain words: names instead of IRIs, the words that they were read from, their article.

What was inferred is left out, and so is the confidence: a number that moves a little is no other fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdflib.namespace import DCTERMS, RDF, RDFS

from kgbuild.graph.vocabulary import DIP, INFERRED_GRAPH, OA, SCHEMA

if TYPE_CHECKING:
    import pyoxigraph

#: the kinds of facts, in the order in which they are told
KINDS = ("article", "actor", "role", "treaty", "statement", "refusal", "position", "event")

_ACTORS = frozenset(
    ("Person", "State", "Organization", "GovernmentBody", "InternationalOrganization", "Group")
)  # fmt: skip
_CLASSES = {
    **dict.fromkeys(_ACTORS, "actor"),
    "Article": "article",
    "Position": "position",
    "Refusal": "refusal",
    "Role": "role",
    "Statement": "statement",
    "Treaty": "treaty",
}
#: kind -> field -> property
_FIELDS: dict[str, dict[str, str]] = {
    "article": {"name": str(DCTERMS.title), "published": str(SCHEMA.datePublished), "publisher": str(SCHEMA.publisher)},
    "actor": {"name": str(RDFS.label), "affiliation": str(DIP.affiliation)},
    "role": {
        "holder": str(DIP.holder),
        "title": str(DIP.title),
        "represents": str(DIP.represents),
        "accredited to": str(DIP.accreditedTo),
        "tenure": str(DIP.tenure),
    },
    "treaty": {
        "name": str(RDFS.label),
        "treaty kind": str(DIP.treatyKind),
        "status": str(DIP.status),
        "parties": str(DIP.party),
    },
    "statement": {
        "speaker": str(DIP.speaker),
        "content": str(DIP.content),
        "cue": str(DIP.cue),
        "quotation": str(DIP.quotation),
        "about": str(DIP.about),
        "addressee": str(DIP.addressee),
        "denial": str(DIP.denial),
        "stated on": str(DIP.statedOn),
    },
    "refusal": {"speaker": str(DIP.speaker), "cue": str(DIP.cue), "about": str(DIP.about)},
    "position": {
        "holder": str(DIP.holder),
        "target": str(DIP.target),
        "polarity": str(DIP.polarity),
        "according to": str(DIP.accordingTo),
        "hedged": str(DIP.hedged),
        "held on": str(DIP.heldOn),
    },
    "event": {
        "name": str(RDFS.label),
        "agent": str(DIP.agent),
        "recipient": str(DIP.recipient),
        "participant": str(DIP.participant),
        "date": str(DIP.date),
        "start": str(DIP.startDate),
        "end": str(DIP.endDate),
        "place": str(DIP.place),
        "concerns": str(DIP.concerns),
        "realis": str(DIP.realis),
    },
}
_ONE_OF_MANY = frozenset(("actor", "treaty", "article"))


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in plain words.

    Attributes:
        kind: one of :data:`KINDS`.
        iri: of the fact.
        type: class of an actor or event; else empty.
        fields: name -> values, in ascending order, several joined by ``"; "``; what is not known is left out.
        article: title of the article, or its IRI if it has none; empty for what stands in many.
        words: that it was read from.
        start: where the first of them begins.
    """

    kind: str
    iri: str
    type: str
    fields: dict[str, str]
    article: str
    words: str
    start: int

    def value(self, name: str) -> str:
        """A field, or one of ``iri``, ``type``, ``article`` and ``words``."""
        return (
            self.fields.get(name, "") if name not in ("iri", "type", "article", "words") else str(getattr(self, name))
        )

    def told(self) -> str:
        """The fact in a line."""
        got = self.fields.get
        match self.kind:
            case "position":
                source = f", according to {got('according to')}" if got("according to") else ""
                hedged = " (hedged)" if got("hedged") else ""
                return f"{got('holder', '?')} {got('polarity', '?')} {got('target', '?')}{source}{hedged}"
            case "statement":
                return f"{got('speaker') or 'somebody'} {got('cue') or 'said'}: {got('content', '')}"
            case "refusal":
                return f"{got('speaker') or 'somebody'} {got('cue') or 'would not comment'}"
            case "role":
                represents = f" of {got('represents')}" if got("represents") else ""
                to = f" to {got('accredited to')}" if got("accredited to") else ""
                return f"{got('holder', '?')}: {got('title', '?')}{represents}{to}"
            case "event":
                return f"{self.type}: {got('name', self.words)} ({got('realis', '?')})"
            case _:
                return f"{got('name') or self.iri}" + (f" ({self.type})" if self.type else "")


def read_facts(store: pyoxigraph.Store) -> list[Fact]:
    """The facts of a graph.

    Args:
        store: what :func:`kgbuild.store.open_store` gives.

    Returns:
        The facts by kind, article and place in it.
    """
    reader = _Reader(store)
    return sorted(
        reader.facts(), key=lambda fact: (KINDS.index(fact.kind), fact.article, fact.start, fact.told(), fact.iri)
    )


class _Reader:
    """Looks at a store property by property; what the inferred graph says is not looked at."""

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store
        self._labels = {subject: value for subject, value, _ in self._values(str(RDFS.label))}
        self._titles = {subject: value for subject, value, _ in self._values(str(DCTERMS.title))}

    def _values(self, prop: str) -> Iterator[tuple[str, str, bool]]:
        """Subject, value, and whether that is a literal; each once."""
        import pyoxigraph

        found = set()
        for quad in self._store.quads_for_pattern(None, pyoxigraph.NamedNode(prop), None, None):
            graph = quad.graph_name
            if isinstance(graph, pyoxigraph.NamedNode) and not graph.value.endswith(f"/graph/{INFERRED_GRAPH}"):
                value: Any = quad.object
                subject: Any = quad.subject
                found.add((subject.value, value.value, isinstance(value, pyoxigraph.Literal)))
        yield from sorted(found)

    def facts(self) -> Iterator[Fact]:
        kinds, types = self._kinds()
        fields: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for prop in sorted({prop for some in _FIELDS.values() for prop in some.values()}):
            for subject, value, literal in self._values(prop):
                fields[subject][prop].append(value if literal else self._name(value))
        places = self._places()
        for iri, kind in kinds.items():
            own = {
                name: "; ".join(sorted(set(fields[iri][prop])))
                for name, prop in _FIELDS[kind].items()
                if prop in fields[iri]
            }
            article, start, words = ("", 0, "") if kind in _ONE_OF_MANY else places.get(iri, ("", 0, ""))
            yield Fact(kind, iri, types.get(iri, ""), own, article, words, start)

    def _kinds(self) -> tuple[dict[str, str], dict[str, str]]:
        """The kind of each fact, and the class of actors and events."""
        kinds: dict[str, str] = {}
        types: dict[str, str] = {}
        happening = {subject for subject, _, _ in self._values(str(DIP.realis))}
        for subject, value, _ in self._values(str(RDF.type)):
            name = value.removeprefix(str(DIP))
            kind = _CLASSES.get(name, "")
            if not kind and subject in happening and name != "TreatyStage" and value.startswith(str(DIP)):
                kind = "event"
            if not kind or kinds.get(subject) == "refusal":
                continue
            kinds[subject] = kind
            if kind in ("actor", "event"):
                types[subject] = name
        return dict(sorted(kinds.items())), types

    def _places(self) -> dict[str, tuple[str, int, str]]:
        """For each fact its article, where its first words begin, and its words in the order of the text."""
        exact = {subject: value for subject, value, _ in self._values(str(OA.exact))}
        start = {subject: int(value) for subject, value, _ in self._values(str(OA.start))}
        source = {subject: value for subject, value, _ in self._values(str(OA.hasSource))}
        found: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
        for subject, evidence, _ in self._values(str(DIP.evidence)):
            if evidence in exact and evidence in source:
                article = source[evidence]
                where = (self._titles.get(article) or article, start.get(evidence, 0), exact[evidence])
                found[subject].append(where)
        places = {}
        for subject, some in found.items():
            some.sort()
            places[subject] = (some[0][0], some[0][1], " … ".join(dict.fromkeys(words for _, _, words in some)))
        return places

    def _name(self, iri: str) -> str:
        """The name of what an IRI stands for; a concept of the ontology by its own name, in lower case."""
        if iri.startswith(str(DIP)):
            return iri.removeprefix(str(DIP)).lower()
        return self._labels.get(iri) or self._titles.get(iri) or iri
