"""Two articles of our own with facts made by hand, for the tests of the graph and of what is asked of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.facts import (
    Actor,
    ActorType,
    Article,
    ArticleFacts,
    Copy,
    Event,
    PartialDate,
    Polarity,
    Position,
    QuotationType,
    Realis,
    Role,
    Span,
    Statement,
    TimeSpan,
    Treaty,
    TreatyStage,
)
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads

BASE = "https://example.org/id/"

MARCH = Article(
    title="Norway ready for river pact, envoy says",
    published=PartialDate(2024, 3, 12),
    publisher="Fjord Courier",
    author="Liv Dahl",
    url="https://example.org/river-pact",
    text=(
        "Marta Olsen, Norway's ambassador to Chile, said on Tuesday that Foreign Minister Jonas Berg "
        'believes the river pact "will calm the border".\n\n'
        '"We are glad to sign it," Olsen told reporters at the Oslo talks in March.\n\n'
        "Chile may still reject the accord, two diplomats said. The Chilean foreign ministry declined to comment."
    ),
)

MAY = Article(
    title="Berg turns against the river pact",
    published=PartialDate(2024, 5),
    publisher="Santiago Post",
    text='"I can no longer back the river pact," said Jonas Berg. Two diplomats claimed that Chile welcomes it.',
)


def at(article: Article, words: str, occurrence: int = 0) -> Span:
    """Where these words stand in an article."""
    start = -1
    for _ in range(occurrence + 1):
        start = article.text.index(words, start + 1)
    return Span(start, start + len(words))


def march_facts() -> ArticleFacts:
    """Of every kind one, and every property of the contract at least once."""
    inner = 'the river pact "will calm the border"'
    return ArticleFacts(
        article=MARCH,
        actors=(
            Actor("olsen", "Marta Olsen", ActorType.PERSON, (at(MARCH, "Marta Olsen"),), ("Olsen",), ("norway",)),
            Actor("norway", "Norway", ActorType.STATE, (at(MARCH, "Norway"),), authority="state/NO"),
            Actor("chile", "Chile", ActorType.STATE, (at(MARCH, "Chile"), at(MARCH, "Chile", 1)), ("Chilean",)),
            Actor("berg", "Jonas Berg", ActorType.PERSON, (at(MARCH, "Jonas Berg"),), (), ("norway",)),
            Actor("reporters", "reporters", ActorType.GROUP, (at(MARCH, "reporters"),)),
            Actor("diplomats", "two diplomats", ActorType.GROUP, (at(MARCH, "two diplomats"),)),
            Actor(
                "ministry",
                "Ministry of Foreign Affairs of Chile",
                ActorType.GOVERNMENT_BODY,
                (at(MARCH, "Chilean foreign ministry"),),
                ("Chilean foreign ministry",),
                ("chile",),
            ),
        ),
        roles=(
            Role("olsen", "ambassador", (at(MARCH, "Norway's ambassador to Chile"),), ("norway",), ("chile",)),
            Role("berg", "foreign minister", (at(MARCH, "Foreign Minister"),), ("norway",)),
        ),
        treaties=(
            Treaty(
                "pact",
                "river pact",
                (at(MARCH, "the river pact"), at(MARCH, "the accord")),
                ("accord",),
                ("norway", "chile"),
                "Boundary",
                "Proposed",
                confidence=0.9,
                history=(
                    TreatyStage("Proposed", (at(MARCH, "the accord"),), ("norway",), TimeSpan.on(PartialDate(2024, 2))),
                    TreatyStage("Signed", (at(MARCH, "the river pact"),), realis=Realis.PLANNED),
                ),
            ),
        ),
        statements=(
            Statement(
                "outer",
                ("olsen",),
                f"Foreign Minister Jonas Berg believes {inner}",
                (at(MARCH, f"Foreign Minister Jonas Berg believes {inner}"),),
                "said",
                (at(MARCH, "said"),),
                (at(MARCH, "Marta Olsen"),),
                QuotationType.MIXED,
                about=("pact", "berg"),
                stated_on=PartialDate(2024, 3, 12),
                confidence=0.87,
            ),
            Statement(
                "inner",
                ("berg",),
                inner,
                (at(MARCH, inner),),
                "believes",
                (at(MARCH, "believes"),),
                (at(MARCH, "Foreign Minister Jonas Berg"),),
                QuotationType.MIXED,
                part_of="outer",
                about=("pact",),
            ),
            Statement(
                "glad",
                ("olsen",),
                "We are glad to sign it",
                (at(MARCH, "We are glad to sign it"),),
                "told",
                (at(MARCH, "told"),),
                (at(MARCH, "Olsen", 1),),
                QuotationType.DIRECT,
                addressees=("reporters",),
                about=("pact",),
                made_at="talks",
            ),
            Statement(
                "doubt",
                ("diplomats",),
                "Chile may still reject the accord",
                (at(MARCH, "Chile may still reject the accord"),),
                "said",
                (at(MARCH, "said", 1),),
                (at(MARCH, "two diplomats"),),
                QuotationType.INDIRECT,
                denial=True,
                about=("pact", "chile"),
            ),
            Statement(
                "silence",
                ("ministry",),
                "",
                (),
                "declined to comment",
                (at(MARCH, "declined to comment"),),
                (at(MARCH, "The Chilean foreign ministry"),),
                None,
                refusal=True,
            ),
        ),
        positions=(
            Position(
                "berg",
                "pact",
                Polarity.SUPPORTS,
                (at(MARCH, inner),),
                according_to="olsen",
                expressed_in=("inner",),
                held_on=PartialDate(2024, 3, 12),
                confidence=0.8,
            ),
            Position("olsen", "pact", Polarity.SUPPORTS, (at(MARCH, "glad to sign it"),), expressed_in=("glad",)),
            Position(
                "chile",
                "pact",
                Polarity.OPPOSES,
                (at(MARCH, "Chile may still reject the accord"),),
                according_to="diplomats",
                expressed_in=("doubt",),
                hedged=True,
            ),
        ),
        events=(
            Event(
                "talks",
                "Negotiation",
                "Oslo talks",
                (at(MARCH, "the Oslo talks"),),
                agents=("norway",),
                recipients=("chile",),
                participants=("reporters",),
                when=TimeSpan.on(PartialDate(2024, 3)),
                place="Oslo",
                place_actor="norway",
                concerns=("pact",),
                realis=Realis.ACTUAL,
                reported_in=("glad",),
            ),
            Event(
                "rejection",
                "Rejection",
                "Chile may reject the accord",
                (at(MARCH, "Chile may still reject the accord"),),
                agents=("chile",),
                when=TimeSpan(PartialDate(2024), PartialDate(2025)),
                concerns=("pact",),
                realis=Realis.POSSIBLE,
                expressed_in=("doubt",),
                confidence=0.5,
            ),
        ),
    )


def may_facts() -> ArticleFacts:
    """Berg has changed his mind since March, and what unnamed people claim of Chile has changed too."""
    words = "I can no longer back the river pact"
    claim = "Chile welcomes it"
    return ArticleFacts(
        article=MAY,
        actors=(
            Actor("berg", "Jonas Berg", ActorType.PERSON, (at(MAY, "Jonas Berg"),)),
            Actor("diplomats", "two diplomats", ActorType.GROUP, (at(MAY, "Two diplomats"),)),
            Actor("chile", "Chile", ActorType.STATE, (at(MAY, "Chile"),)),
        ),
        treaties=(Treaty("pact", "river pact", (at(MAY, "the river pact"),), kind="Boundary"),),
        statements=(
            Statement(
                "no",
                ("berg",),
                words,
                (at(MAY, words),),
                "said",
                (at(MAY, "said"),),
                (at(MAY, "Jonas Berg"),),
                QuotationType.DIRECT,
                about=("pact",),
            ),
            Statement(
                "claim",
                ("diplomats",),
                claim,
                (at(MAY, claim),),
                "claimed",
                (at(MAY, "claimed"),),
                (at(MAY, "Two diplomats"),),
                QuotationType.INDIRECT,
                about=("pact", "chile"),
            ),
        ),
        positions=(
            Position("berg", "pact", Polarity.OPPOSES, (at(MAY, words),), expressed_in=("no",)),
            Position("chile", "pact", Polarity.SUPPORTS, (at(MAY, claim),), "diplomats", ("claim",)),
        ),
    )


@dataclass(frozen=True)
class SampleEntity:
    """An entity of the identity graph."""

    iri: str
    type: str
    label: str
    other_names: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()


@dataclass
class SampleIdentities:
    """Identities in which equal names are the same thing: enough to test the mapping by itself."""

    articles: tuple[ArticleFacts, ...]
    base: str = BASE
    entities: list[SampleEntity] = field(init=False)

    def __post_init__(self) -> None:
        self._iris: dict[tuple[str, str], str] = {}
        entities: dict[str, SampleEntity] = {}
        for facts in self.articles:
            article = self.article_iri(facts.article)
            named: tuple[Actor | Treaty, ...] = (*facts.actors, *facts.treaties)
            for one in named:
                kind = one.type.value if isinstance(one, Actor) else "Treaty"
                sort = "actor" if isinstance(one, Actor) else "treaty"
                iri = f"{self.base}{sort}/{one.name.lower().replace(' ', '-')}"
                self._iris[article, one.key] = iri
                links = ("http://www.wikidata.org/entity/Q20",) if one.name == "Norway" else ()
                names = ("Kingdom of Norway",) if one.name == "Norway" else ()
                entities[iri] = SampleEntity(iri, kind, one.name, names, links)
            self._iris.update(((article, event.key), f"{article}/{event.key}") for event in facts.events)
            self._iris.update(((article, said.key), f"{article}/{said.key}") for said in facts.statements)
        self.entities = [entities[iri] for iri in sorted(entities)]

    def article_iri(self, article: Article) -> str:
        return f"{self.base}article/{_digest(article.title, article.text)}"

    def iri(self, article_iri: str, key: str) -> str:
        return self._iris[article_iri, key]

    def label(self, iri: str) -> str | None:
        return {entity.iri: entity.label for entity in self.entities}.get(iri)

    def role_iri(self, article_iri: str, role: Role) -> str:
        return f"{article_iri}/role-{_digest(repr(role))}"

    def position_iri(self, article_iri: str, position: Position) -> str:
        return f"{article_iri}/position-{_digest(repr(position))}"

    def evidence_iri(self, article_iri: str, span: Span) -> str:
        return f"{article_iri}#char={span.start},{span.end}"

    def copy_iri(self, article_iri: str, copy: Copy) -> str:
        return f"{article_iri}/source/{_digest(copy.url, copy.publisher)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:12]


def write_sample(folder: Path) -> Path:
    """Writes the graph of both articles, without inference, into a new folder, as kgbuild build would."""
    folder.mkdir()
    articles = (march_facts(), may_facts())
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)
    write_quads(quads, [folder / "graph.nq"], base=BASE)
    return folder
