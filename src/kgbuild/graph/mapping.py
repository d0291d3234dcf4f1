"""Turns the facts of an article, and the identities found in them, into quads.

What was read from an article stands in a named graph whose IRI is the article's, and nothing else stands there. What
holds across articles (canonical names, classes, links to authorities) stands in the identity graph.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from rdflib import Literal, URIRef
from rdflib.term import Identifier

from kgbuild.facts import (
    Actor,
    Article,
    ArticleFacts,
    Copy,
    Event,
    Issue,
    PartialDate,
    Position,
    Role,
    Span,
    Statement,
    TimeSpan,
    Treaty,
    TreatyStage,
)
from kgbuild.graph.identified import Identities
from kgbuild.graph.literals import TRUE, confidence_literal, date_literal, edtf, offset_literal, plain
from kgbuild.graph.vocabulary import (
    DCTERMS,
    DIP,
    EDTF,
    IDENTITY_GRAPH,
    OA,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    graph_iri,
    iri,
)

#: subject, predicate, object, and the IRI of the graph
Quad: TypeAlias = tuple[URIRef, URIRef, Identifier, URIRef]


def article_quads(facts: ArticleFacts, identities: Identities) -> list[Quad]:
    """The named graph of one article.

    Args:
        facts: what was found in the article.
        identities: which knows an IRI for every key in ``facts``.

    Returns:
        Each quad once, in the order of the facts. Where identity makes one thing of two facts, it keeps the first
        value of what can have but one.

    Raises:
        KgbuildError: an IRI is malformed.
        KeyError: a fact refers to a key that the article has no fact for.
    """
    mapper = _ArticleMapper(facts, identities)
    graph = mapper.article
    return [(subject, predicate, value, graph) for subject, predicate, value in _settled(mapper.triples())]


def identity_quads(identities: Identities) -> list[Quad]:
    """The graph of what holds across articles: class, canonical name, other names and links of each entity.

    Args:
        identities: as found over all articles.

    Returns:
        Each quad once, sorted by entity.
    """
    graph = graph_iri(identities.base, IDENTITY_GRAPH)
    quads: list[Quad] = []
    for entity in identities.entities:
        node = iri(entity.iri)
        quads.append((node, RDF.type, DIP[entity.type], graph))
        quads.append((node, RDFS.label, plain(entity.label), graph))
        names = sorted(name for name in set(entity.other_names) if name and name != entity.label)
        quads += [(node, SKOS.altLabel, plain(name), graph) for name in names]
        quads += [(node, SKOS.exactMatch, iri(match), graph) for match in sorted(set(entity.exact_match))]
    return list(dict.fromkeys(quads))


_Triple: TypeAlias = tuple[URIRef, URIRef, Identifier]

#: of which a thing has one value in an article
_SINGLE = frozenset((RDFS.label, DIP.confidence, DIP.status, DIP.treatyKind))


def _settled(triples: Iterable[_Triple]) -> list[_Triple]:
    kept: dict[_Triple, None] = {}
    single: dict[tuple[URIRef, URIRef], _Triple] = {}
    for triple in triples:
        subject, predicate, value = triple
        if predicate in _SINGLE:
            first = single.setdefault((subject, predicate), triple)
            if first[2] == DIP.Other:
                # a kind that one mention leaves open, and another tells
                kept.pop(first, None)
                single[subject, predicate] = triple
            elif first[2] != value:
                continue
        kept[triple] = None
    return list(kept)


class _ArticleMapper:
    """Holds what every fact of one article needs: its facts, the identities, and the article's IRI."""

    def __init__(self, facts: ArticleFacts, identities: Identities) -> None:
        self._facts = facts
        self._text = facts.article.text
        self._lowered = self._text.lower()
        self._identities = identities
        self._article_iri = identities.article_iri(facts.article)
        self.article = iri(self._article_iri)

    def triples(self) -> Iterator[_Triple]:
        facts = self._facts
        yield from self._article(facts.article)
        for actor in facts.actors:
            yield from self._actor(actor)
        for role in facts.roles:
            yield from self._role(role)
        for treaty in facts.treaties:
            yield from self._treaty(treaty)
        for statement in facts.statements:
            yield from self._statement(statement)
        for position in facts.positions:
            yield from self._position(position)
        for event in facts.events:
            yield from self._event(event)
        for issue in facts.issues:
            yield from self._issue(issue)

    def _article(self, article: Article) -> Iterator[_Triple]:
        node = self.article
        yield node, RDF.type, DIP.Article
        yield node, RDF.type, SCHEMA.NewsArticle
        given = (
            (DCTERMS.title, article.title),
            (SCHEMA.publisher, article.publisher),
            (SCHEMA.author, article.author),
            (SCHEMA.url, article.url),
            (SCHEMA.articleBody, article.text),
        )
        for predicate, text in given:
            if text:
                yield node, predicate, plain(text)
        if article.published is not None:
            yield node, SCHEMA.datePublished, date_literal(article.published)
        for copy in article.copies:
            yield from self._copy(copy)

    def _copy(self, copy: Copy) -> Iterator[_Triple]:
        """Another place where the article's text was published: what the graph was read from as well."""
        node = iri(self._identities.copy_iri(self._article_iri, copy))
        yield self.article, DCTERMS.source, node
        yield node, RDF.type, SCHEMA.NewsArticle
        given = (
            (SCHEMA.url, copy.url),
            (SCHEMA.publisher, copy.publisher),
            (SCHEMA.author, copy.author),
            (DCTERMS.title, copy.title),
        )
        for predicate, text in given:
            if text:
                yield node, predicate, plain(text)
        if copy.published:
            yield node, SCHEMA.datePublished, date_literal(PartialDate.parse(copy.published))

    def _actor(self, actor: Actor) -> Iterator[_Triple]:
        node = self._node(actor.key)
        yield node, RDF.type, DIP[self._class(actor, node)]
        yield from self._names(node, actor.name, actor.other_names, actor.mentions)
        for key in actor.affiliation:
            if (other := self._node(key)) != node:
                yield node, DIP.affiliation, other
        yield from self._evidence(node, actor.mentions)

    def _role(self, role: Role) -> Iterator[_Triple]:
        node = iri(self._identities.role_iri(self._article_iri, role))
        yield node, RDF.type, DIP.Role
        yield node, DIP.holder, self._node(role.holder)
        yield node, DIP.title, plain(role.title)
        yield node, DIP.tenure, plain(role.tenure)
        yield from self._links(node, DIP.represents, role.represents)
        yield from self._links(node, DIP.accreditedTo, role.accredited_to)
        yield from self._evidence(node, role.evidence)

    def _treaty(self, treaty: Treaty) -> Iterator[_Triple]:
        node = self._node(treaty.key)
        yield node, RDF.type, DIP.Treaty
        yield from self._names(node, treaty.name, treaty.other_names, treaty.mentions)
        yield node, DIP.treatyKind, DIP[treaty.kind]
        if treaty.status:
            yield node, DIP.status, DIP[treaty.status]
        yield from self._links(node, DIP.party, treaty.parties)
        yield node, DIP.confidence, confidence_literal(treaty.confidence)
        yield from self._evidence(node, treaty.mentions)
        for step in treaty.history:
            yield from self._stage(node, step)

    def _stage(self, treaty: URIRef, step: TreatyStage) -> Iterator[_Triple]:
        name = str(treaty).rpartition("/")[2]
        node = iri(f"{self._article_iri}/stage/{name}-{step.status}-{step.evidence[0].start}")
        yield node, RDF.type, DIP.TreatyStage
        yield node, DIP.stageOf, treaty
        yield node, DIP.status, DIP[step.status]
        yield from self._links(node, DIP.agent, step.by)
        yield from _dates(node, step.when)
        yield node, DIP.realis, DIP[step.realis.value]
        yield from self._evidence(node, step.evidence)

    def _statement(self, statement: Statement) -> Iterator[_Triple]:
        node = self._node(statement.key)
        yield node, RDF.type, DIP.Refusal if statement.refusal else DIP.Statement
        yield from self._links(node, DIP.speaker, statement.speakers)
        yield from self._links(node, DIP.addressee, statement.addressees)
        yield from self._links(node, DIP.about, statement.about)
        for predicate, text in ((DIP.content, statement.content), (DIP.cue, statement.cue)):
            if text:
                yield node, predicate, plain(text)
        if statement.quotation is not None:
            yield node, DIP.quotation, DIP[statement.quotation.value]
        if statement.denial:
            yield node, DIP.denial, TRUE
        for predicate, key in ((DIP.partOf, statement.part_of), (DIP.madeAt, statement.made_at)):
            if key:
                yield node, predicate, self._node(key)
        if statement.stated_on is not None:
            yield node, DIP.statedOn, date_literal(statement.stated_on)
        yield node, DIP.confidence, confidence_literal(statement.confidence)
        yield from self._evidence(node, statement.evidence)

    def _position(self, position: Position) -> Iterator[_Triple]:
        node = iri(self._identities.position_iri(self._article_iri, position))
        holder = self._node(position.holder)
        yield node, RDF.type, DIP.Position
        yield node, DIP.holder, holder
        yield node, DIP.target, self._node(position.target)
        yield node, DIP.polarity, DIP[position.polarity.value]
        # identity may find that the attributor is the holder, who then speaks for himself
        if position.according_to and (attributor := self._node(position.according_to)) != holder:
            yield node, DIP.accordingTo, attributor
        yield from self._links(node, DIP.expressedIn, position.expressed_in)
        if position.hedged:
            yield node, DIP.hedged, TRUE
        if position.held_on is not None:
            yield node, DIP.heldOn, date_literal(position.held_on)
        yield node, DIP.confidence, confidence_literal(position.confidence)
        yield from self._evidence(node, position.evidence)

    def _event(self, event: Event) -> Iterator[_Triple]:
        node = self._node(event.key)
        yield node, RDF.type, DIP[event.type]
        label = self._identities.label(str(node)) or event.label
        yield node, RDFS.label, plain(label)
        if label != event.label:
            yield node, SKOS.altLabel, plain(event.label)
        yield from self._links(node, DIP.agent, event.agents)
        yield from self._links(node, DIP.recipient, event.recipients)
        yield from self._links(node, DIP.participant, event.participants)
        yield from _dates(node, event.when)
        if event.place:
            yield node, DIP.place, plain(event.place)
        if event.place_actor:
            yield node, DIP.place, self._node(event.place_actor)
        yield from self._links(node, DIP.concerns, event.concerns)
        yield node, DIP.realis, DIP[event.realis.value]
        yield from self._links(node, DIP.expressedIn, event.expressed_in)
        yield from self._links(node, DIP.reportedIn, event.reported_in)
        yield node, DIP.confidence, confidence_literal(event.confidence)
        yield from self._evidence(node, event.mentions)

    def _issue(self, issue: Issue) -> Iterator[_Triple]:
        node = self._node(issue.key)
        yield node, RDF.type, DIP.Issue
        yield node, RDFS.label, plain(issue.name)
        for name in issue.other_names:
            yield node, SKOS.altLabel, plain(name)
        yield from self._evidence(node, issue.mentions)

    def _node(self, key: str) -> URIRef:
        return iri(self._identities.iri(self._article_iri, key))

    def _class(self, actor: Actor, node: URIRef) -> str:
        """The class that all articles together give the actor: with two classes it could be nothing of sense."""
        entities = self._identities.entities
        place = bisect_left(entities, str(node), key=lambda entity: entity.iri)
        found = place < len(entities) and entities[place].iri == str(node)
        return entities[place].type if found else actor.type.value

    def _links(self, node: URIRef, predicate: URIRef, keys: Iterable[str]) -> Iterator[_Triple]:
        for key in keys:
            yield node, predicate, self._node(key)

    def _names(self, node: URIRef, name: str, others: tuple[str, ...], mentions: tuple[Span, ...]) -> Iterator[_Triple]:
        # a canonical name may come from an authority; only what the article has was read from it
        read = [form for form in dict.fromkeys((*others, *self._own(name, mentions))) if form]
        # "Government", "French": where an article never names it, what stands there is no name that others may use
        for form in read or [name]:
            yield node, SKOS.altLabel, plain(form)

    def _own(self, name: str, mentions: tuple[Span, ...]) -> Iterator[str]:
        """The name, if the article has it: in a mention, as a rule, so that long texts need not be searched for it."""
        lowered = name.lower()
        mentioned = any(lowered in span.text(self._text).lower() for span in mentions)
        if mentioned or name in self._text or lowered in self._lowered:
            yield name

    def _evidence(self, node: URIRef, spans: Iterable[Span]) -> Iterator[_Triple]:
        for span in spans:
            place = iri(self._identities.evidence_iri(self._article_iri, span))
            yield node, DIP.evidence, place
            yield place, RDF.type, DIP.Evidence
            yield place, OA.exact, plain(span.text(self._text))
            yield place, OA.start, offset_literal(span.start)
            yield place, OA.end, offset_literal(span.end)
            yield place, OA.hasSource, self.article


def _dates(node: URIRef, when: TimeSpan | None) -> Iterator[_Triple]:
    if when is None:
        return
    if text := edtf(when):
        yield node, DIP.dateEDTF, Literal(text, datatype=EDTF)
    if when.single is not None:
        yield node, DIP.date, date_literal(when.single)
        return
    if when.start is not None:
        yield node, DIP.startDate, date_literal(when.start)
    if when.end is not None:
        yield node, DIP.endDate, date_literal(when.end)
