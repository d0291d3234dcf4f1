"""Questions over time and disagreement, asked of a small corpus in which the answers are known."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kgbuild.facts import (
    Actor,
    ActorType,
    Article,
    ArticleFacts,
    PartialDate,
    Polarity,
    Position,
    QuotationType,
    Span,
    Statement,
    Treaty,
)
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from kgbuild.opening import BuiltGraph
from sample import BASE, SampleIdentities

#: who says; whose position; which; what was said. Groups are those whose names begin with a small letter
CORPUS = (
    ("Lake treaty talks open", "2021-03-02", (
        ("Pia Lund", "Pia Lund", Polarity.SUPPORTS, "the lake treaty is the best we will get"),
        ("Omar Haddad", "Omar Haddad", Polarity.OPPOSES, "the lake treaty sells our water"),
        ("Pia Lund", "Omar Haddad", Polarity.SUPPORTS, "Haddad will sign the lake treaty in the end"),
        ("three engineers", "Zora", Polarity.OPPOSES, "Zora has already turned the lake treaty down"),
    )),
    ("Lund changes her mind", "2021-09-20", (
        ("Pia Lund", "Pia Lund", Polarity.OPPOSES, "the lake treaty has become a trap"),
        ("Omar Haddad", "Omar Haddad", Polarity.OPPOSES, "I have not changed my mind on the lake treaty"),
    )),
    ("A date to come", "2022", (
        ("Omar Haddad", "Omar Haddad", Polarity.CONDITIONAL, "with a fair share the lake treaty may pass"),
    )),
)  # fmt: skip


@dataclass
class _Writer:
    """Writes an article around what is said in it, and the facts with it."""

    text: str = ""

    def add(self, words: str) -> Span:
        start = len(self.text)
        self.text += words
        return Span(start, len(self.text))


def facts_of(title: str, date: str, said: tuple[tuple[str, str, Polarity, str], ...]) -> ArticleFacts:
    writer = _Writer()
    mentions: dict[str, list[Span]] = {}
    statements, positions = [], []
    for number, (speaker, holder, polarity, words) in enumerate(said):
        mentions.setdefault(speaker, []).append(writer.add(speaker))
        writer.add(" ")
        cue = writer.add("said")
        writer.add(": ")
        span = writer.add(words)
        writer.add(".\n\n")
        if holder != speaker:
            first = holder.split()[-1]
            start = writer.text.index(first, span.start)
            mentions.setdefault(holder, []).append(Span(start, start + len(first)))
        kind = QuotationType.INDIRECT if speaker[0].islower() else QuotationType.DIRECT
        source = (mentions[speaker][-1],)
        statements.append(
            Statement(f"s{number}", (speaker,), words, (span,), "said", (cue,), source, kind, about=("treaty",))
        )
        other = speaker if speaker != holder else ""
        positions.append(Position(holder, "treaty", polarity, (span,), other, (f"s{number}",)))
    actors = tuple(
        Actor(name, name, ActorType.GROUP if name[0].islower() else ActorType.PERSON, tuple(spans))
        for name, spans in mentions.items()
    )
    start = writer.text.index("lake treaty")
    treaty = Treaty("treaty", "lake treaty", (Span(start, start + len("lake treaty")),))
    article = Article(writer.text, title, PartialDate.parse(date), publisher="Lakeside Mail")
    return ArticleFacts(article, actors, (), (treaty,), tuple(statements), tuple(positions), ())


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> BuiltGraph:
    articles = tuple(facts_of(*article) for article in CORPUS)
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)
    folder = tmp_path_factory.mktemp("lake")
    write_quads(quads, [folder / "graph.nq"], base=BASE)
    return BuiltGraph(folder)


def rows(graph: BuiltGraph, name: str, *columns: str, **parameters: str) -> list[tuple[str, ...]]:
    return [tuple(row.get(column, "") for column in columns) for row in graph.query(name, **parameters)]


def test_who_changed_position_from_what_to_what_when_in_which_words(graph: BuiltGraph) -> None:
    names = ("holder", "earlier_polarity", "earlier_date", "later_polarity", "later_date", "later_words")
    assert rows(graph, "changes", *names) == [
        ("Omar Haddad", "opposes", "2021-09-20", "conditional", "2022", "with a fair share the lake treaty may pass"),
        ("Pia Lund", "supports", "2021-03-02", "opposes", "2021-09-20", "the lake treaty has become a trap"),
    ]


def test_who_contradicts_whom_or_an_earlier_self(graph: BuiltGraph) -> None:
    names = ("speaker", "polarity", "date", "contradicts", "their_polarity", "their_date", "their_words")
    best = "the lake treaty is the best we will get"
    expected = [
        ("Omar Haddad", "opposes", "2021-03-02", "Pia Lund", "supports", "2021-03-02", best),
        ("Omar Haddad", "opposes", "2021-09-20", "Pia Lund", "supports", "2021-03-02", best),
        ("Pia Lund", "opposes", "2021-09-20", "earlier self", "supports", "2021-03-02", best),
    ]
    # what others say of Haddad and Zora is no contradiction of theirs, and a condition is none
    assert rows(graph, "contradictions", *names) == expected
    assert rows(graph, "contradictions", *names, actor="lund") == expected[2:]
    assert rows(graph, "contradictions", *names, other="lund", treaty="lake") == expected
    assert rows(graph, "contradictions", *names, other="haddad") == []


def test_what_one_says_that_another_wants_against_what_he_says(graph: BuiltGraph) -> None:
    names = ("holder", "according_to", "polarity", "or_according_to", "or_polarity")
    assert set(rows(graph, "disagreements", *names)) == {
        ("Omar Haddad", "Pia Lund", "supports", "", "opposes"),
        ("Omar Haddad", "Pia Lund", "supports", "", "conditional"),
    }


def test_what_only_unnamed_people_claim(graph: BuiltGraph) -> None:
    assert rows(graph, "anonymous", "source", "kind", "claim") == [
        ("three engineers", "position", "Zora opposes lake treaty"),
        ("three engineers", "statement", "Zora has already turned the lake treaty down"),
    ]


def test_whom_nobody_quotes(graph: BuiltGraph) -> None:
    assert rows(graph, "unquoted", "actor", "according_to") == [("Zora", "three engineers")]
