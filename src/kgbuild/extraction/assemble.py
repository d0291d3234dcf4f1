"""Runs the pipeline over articles and freezes what its components found into :class:`~kgbuild.facts.ArticleFacts`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from kgbuild.extraction.document import Referent
from kgbuild.extraction.slices import SLICE, joined, parts_of
from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, Event, Issue, Position, Role, Statement, Treaty
from kgbuild.garbage import searched_seldom

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: the batch size at which spaCy's pass measured fastest in the least memory
BATCH_SIZE = 16

#: characters of a slice that spaCy parses at once: what it needs in memory grows with it
PART = 25_000

#: an event at which words can be said
_OF_TREATIES = frozenset({"Rejection", "Signing", "Ratification", "Agreement", "Negotiation", "DiplomaticCooperation"})
_OCCASIONS = frozenset({"Meeting", "Visit", "PhoneCall", "Conference", "Negotiation", "Signing", "Mediation"})


@dataclass(frozen=True, slots=True)
class ExtractionFailure:
    """An article that a component could not work on, and why. It costs that article alone."""

    article: Article
    reason: str


def extract(nlp: Language, articles: Iterable[Article]) -> Iterator[ArticleFacts | ExtractionFailure]:
    """Finds the facts of articles, in their order.

    Args:
        nlp: what :func:`kgbuild.extraction.pipeline.load_pipeline` gives.
        articles: a stream; it is read a batch at a time.

    Yields:
        For each article its facts, or why there are none.
    """
    stream = iter(articles)
    while batch := list(islice(stream, BATCH_SIZE)):
        # the zone frees what the vocabulary learnt from the batch: without it memory grows with the corpus
        with nlp.memory_zone(), searched_seldom():
            results = list(_extract_batch(nlp, batch))
        yield from results


def _extract_batch(nlp: Language, batch: list[Article]) -> Iterator[ArticleFacts | ExtractionFailure]:
    short = [article for article in batch if len(article.text) <= SLICE]
    try:
        docs = list(nlp.pipe([_make_doc(nlp, article) for article in short], batch_size=BATCH_SIZE))
    except Exception:  # whichever article it was is found below, one by one, and reported
        docs = []
    parsed = iter(docs)
    for article in batch:
        try:
            if len(article.text) > SLICE:
                yield _extract_in_slices(nlp, article)
            elif docs:
                yield _taken_from(next(parsed), article)
            else:
                yield _taken_from(nlp(_make_doc(nlp, article)), article)
        except Exception as error:  # the article is set aside with the reason; its neighbours go on
            yield ExtractionFailure(article, f"extraction failed: {type(error).__name__}: {error}")


def _taken_from(doc: Doc, article: Article) -> ArticleFacts:
    """The facts of a document that nobody needs after them."""
    facts = facts_of(doc, article)
    # what the components left on it leads back to it: without this only the search for garbage would find it
    doc.user_data.clear()
    return facts


def _extract_in_slices(nlp: Language, article: Article) -> ArticleFacts:
    """The facts of a text that is too long to be worked on at once; see :mod:`kgbuild.extraction.slices`."""
    texts = parts_of(article.text, SLICE)
    slices = (replace(article, text=text) for text in texts)
    return joined(article, (_taken_from(_parse_in_parts(nlp, one), one) for one in slices))


def _parse_in_parts(nlp: Language, article: Article) -> Doc:
    """Runs spaCy's components over the parts of a slice, and ours over the whole of it."""
    from spacy.tokens import Doc

    ours = [name for name in nlp.pipe_names if name.startswith("kgbuild_")]
    with nlp.select_pipes(disable=ours):
        parts = list(nlp.pipe(parts_of(article.text, PART), batch_size=1))
    doc = Doc.from_docs(parts, ensure_whitespace=False)
    doc._.published = article.published
    doc._.article = article
    for name in ours:
        doc = nlp.get_pipe(name)(doc)
    return doc


def _make_doc(nlp: Language, article: Article) -> Doc:
    doc = nlp.make_doc(article.text)
    doc._.published = article.published
    doc._.article = article
    return doc


def facts_of(doc: Doc, article: Article) -> ArticleFacts:
    """Freezes what the components left on a document; every fact in text order.

    Args:
        doc: annotated by the whole pipeline.
        article: what the document was made from.
    """
    roles: list[Role] = doc._.roles
    events: list[Event] = doc._.events
    positions: list[Position] = doc._.positions
    statements = _with_occasions(doc._.statements, events)
    treaties = [_freeze_treaty(doc, referent) for referent in doc._.treaties]
    needed = _needed_actors(roles, events, positions, statements, treaties)
    by_key = {referent.key: referent for referent in doc._.actors}
    kept = [r for r in doc._.actors if r.key in needed or not r.tentative]
    # an affiliation is part of what is known of an actor, so it keeps the state that so far was only a place
    for referent in kept:
        kept += [by_key[k] for k in referent.affiliation if k in by_key and by_key[k] not in kept]
    known = {referent.key for referent in kept}
    kept.sort(key=lambda referent: (referent.mentions[0].start if referent.mentions else len(doc), referent.key))
    about = known | {treaty.key for treaty in treaties} | {event.key for event in events}
    targets = {position.target for position in positions}
    return ArticleFacts(
        article=article,
        actors=tuple(_freeze_actor(doc, referent, known) for referent in kept),
        roles=tuple(roles),
        treaties=tuple(treaties),
        statements=tuple(replace(s, about=tuple(key for key in s.about if key in about)) for s in statements),
        positions=tuple(_dated(position, statements) for position in positions),
        events=tuple(_with_treaty(event, treaties) for event in events),
        issues=tuple(_freeze_issue(doc, referent) for referent in doc._.issues if referent.key in targets),
    )


def _with_treaty(event: Event, treaties: list[Treaty]) -> Event:
    """The event with the treaty that its words leave out, where they tell a step in the life of one: "pulled out"."""
    if event.concerns or event.type not in _OF_TREATIES:
        return event
    concerned = [
        treaty.key
        for treaty in treaties
        if any(
            mention.start <= step.evidence[0].start < mention.end
            for step in treaty.history
            for mention in event.mentions
        )
    ]
    return replace(event, concerns=tuple(concerned[:1]))


def _dated(position: Position, statements: list[Statement]) -> Position:
    """The position with the day on which it was expressed, where the text tells one."""
    if position.held_on is not None:
        return position
    days = {s.stated_on for s in statements if s.key in position.expressed_in and s.stated_on is not None}
    return replace(position, held_on=min(days)) if days else position


def _needed_actors(
    roles: list[Role],
    events: list[Event],
    positions: list[Position],
    statements: list[Statement],
    treaties: list[Treaty],
) -> set[str]:
    """Keys of the actors that some fact refers to; being spoken about alone does not count."""
    needed: set[str] = set()
    for role in roles:
        needed.update((role.holder, *role.represents, *role.accredited_to))
    for event in events:
        needed.update((*event.agents, *event.recipients, *event.participants, event.place_actor))
    for position in positions:
        needed.update((position.holder, position.target, position.according_to))
    for statement in statements:
        needed.update((*statement.speakers, *statement.addressees))
    for treaty in treaties:
        needed.update(treaty.parties)
        needed.update(key for step in treaty.history for key in step.by)
    return needed


def _with_occasions(statements: list[Statement], events: list[Event]) -> list[Statement]:
    """Statements with the event at which they were made, where the event stands between the cue and the content."""
    out = []
    for statement in statements:
        occasion = ""
        if statement.cue_spans and not statement.refusal:
            cue = statement.cue_spans[0]
            for event in events:
                if event.type not in _OCCASIONS:
                    continue
                for mention in event.mentions:
                    inside = any(c.start <= mention.start < c.end for c in statement.content_spans)
                    first = min(span.start for span in (*statement.content_spans, cue))
                    last = max(span.end for span in (*statement.content_spans, cue))
                    if not inside and first <= mention.start < last:
                        occasion = event.key
        out.append(replace(statement, made_at=occasion) if occasion else statement)
    return out


def _freeze_actor(doc: Doc, referent: Referent, known: set[str]) -> Actor:
    mentions = [mention.span(doc) for mention in referent.mentions if mention.kind != "pronoun"]
    if not mentions:
        mentions = [mention.span(doc) for mention in referent.mentions]
    return Actor(
        key=referent.key,
        name=referent.name,
        type=referent.type or ActorType.GROUP,
        mentions=tuple(dict.fromkeys(sorted(mentions))),
        other_names=tuple(name for name in dict.fromkeys(referent.other_names) if name != referent.name),
        affiliation=tuple(key for key in dict.fromkeys(referent.affiliation) if key in known),
        authority=referent.authority,
    )


def _freeze_treaty(doc: Doc, referent: Referent) -> Treaty:
    detail = referent.detail
    mentions = [mention.span(doc) for mention in referent.mentions if mention.kind != "pronoun"]
    return Treaty(
        key=referent.key,
        name=referent.name,
        mentions=tuple(dict.fromkeys(sorted(mentions))),
        other_names=tuple(name for name in dict.fromkeys(referent.other_names) if name != referent.name),
        parties=tuple(dict.fromkeys(detail.parties)),
        kind=detail.kind,
        status=detail.status,
        authority=referent.authority,
        confidence=detail.confidence,
        history=detail.history,
    )


def _freeze_issue(doc: Doc, referent: Referent) -> Issue:
    return Issue(
        key=referent.key,
        name=referent.name,
        mentions=tuple(dict.fromkeys(sorted(mention.span(doc) for mention in referent.mentions))),
        other_names=tuple(name for name in dict.fromkeys(referent.other_names) if name != referent.name),
    )
