"""Who held a post when, asked of a small corpus in which one post changes hands."""

from __future__ import annotations

import pytest
from rdflib import Dataset

from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, PartialDate, Role, Span
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from kgbuild.opening import BuiltGraph
from kgbuild.query import read_query
from sample import BASE, SampleIdentities

# rdflib warns of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

#: title and date; for each post the words before the name, the name, the title, for whom, sent to whom, the tenure
CORPUS = (
    ("Lake talks open", "2021-03-02", (
        ("Zoran Foreign Minister", "Pia Lund", "foreign minister", "Zora", "", "current"),
        ("former Zoran foreign minister", "Jan Oyen", "foreign minister", "Zora", "", "former"),
        ("Zoran envoy to Vela", "Omar Haddad", "envoy", "Zora", "Vela", "current"),
    )),
    ("Lund to leave office", "2021-09-20", (
        ("Foreign Minister", "Pia Lund", "foreign minister", "Zora", "", "current"),
        ("incoming foreign minister", "Omar Haddad", "foreign minister", "Zora", "", "designate"),
        ("acting foreign minister", "Rita Sandoval", "foreign minister", "Zora", "", "acting"),
    )),
    ("A new face in Zora", "2022-01", (
        ("Foreign Minister", "Omar Haddad", "foreign minister", "Zora", "", "current"),
        ("former minister", "Pia Lund", "foreign minister", "Zora", "", "former"),
        ("minister-designate", "Eva Brok", "foreign minister", "Zora", "", "designate"),
        ("Velan Foreign Minister", "Ilse Maar", "foreign minister", "Vela", "", "current"),
    )),
    ("Lund looks back", "2023", (
        ("ex-minister", "Pia Lund", "foreign minister", "Zora", "", "former"),
    )),
    ("From the archive", "", (
        ("Zoran defence chief", "Tom Weld", "defence chief", "Zora", "", "current"),
    )),
)  # fmt: skip

Given = tuple[str, str, str, str, str, str]


def facts_of(title: str, date: str, given: tuple[Given, ...]) -> ArticleFacts:
    text = ""
    people, roles = [], []
    states: dict[str, list[Span]] = {"Zora": [], "Vela": []}
    for words, name, post, represented, receiving, tenure in given:
        where = Span(len(text), len(text) + len(words))
        text += f"{words} {name} spoke of {represented}. "
        named = Span(where.end + 1, where.end + 1 + len(name))
        people.append(Actor(name, name, ActorType.PERSON, (named,), (name.split()[-1],)))
        states[represented].append(Span(len(text) - 2 - len(represented), len(text) - 2))
        if receiving:
            start = text.index(receiving, where.start)
            states[receiving].append(Span(start, start + len(receiving)))
        hosts = (receiving,) if receiving else ()
        roles.append(Role(name, post, (where, named), (represented,), hosts, tenure))
    actors = [Actor(name, name, ActorType.STATE, tuple(spans)) for name, spans in states.items() if spans]
    article = Article(text, title, PartialDate.parse(date) if date else None)
    return ArticleFacts(article, (*people, *actors), tuple(roles))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> BuiltGraph:
    articles = tuple(facts_of(*article) for article in CORPUS)
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)
    folder = tmp_path_factory.mktemp("posts")
    write_quads(quads, [folder / "graph.nq"], base=BASE)
    return BuiltGraph(folder)


def rows(graph: BuiltGraph, *columns: str, **parameters: str) -> list[tuple[str, ...]]:
    return [tuple(row.get(column, "") for column in columns) for row in graph.query("posts", **parameters)]


def test_a_post_that_changes_hands_reads_as_a_sequence(graph: BuiltGraph) -> None:
    names = ("holder", "tenure", "first", "last", "articles")
    assert rows(graph, *names, post="foreign minister", of="zora") == [
        ("Jan Oyen", "former (2021-03-02)", "", "", "1"),
        ("Pia Lund", "current, former (2022-01)", "2021-03-02", "2021-09-20", "4"),
        ("Rita Sandoval", "acting (2021-09-20)", "2021-09-20", "2021-09-20", "1"),
        ("Omar Haddad", "designate (2021-09-20), current", "2022-01", "2022-01", "2"),
        ("Eva Brok", "designate (2022-01)", "", "", "1"),
    ]


def test_posts_of_different_states_and_hosts_are_different_posts(graph: BuiltGraph) -> None:
    assert rows(graph, "post", "holder", of="vela") == [
        ("envoy of Zora to Vela", "Omar Haddad"),
        ("foreign minister of Vela", "Ilse Maar"),
    ]
    assert rows(graph, "post", holder="haddad") == [("envoy of Zora to Vela",), ("foreign minister of Zora",)]


def test_the_words_are_those_of_the_first_and_the_last_article(graph: BuiltGraph) -> None:
    assert rows(graph, "words", "article", holder="lund") == [
        ("Zoran Foreign Minister ... Pia Lund ... ex-minister ... Pia Lund", "Lake talks open ... Lund looks back")
    ]
    assert rows(graph, "words", "article", holder="oyen") == [
        ("former Zoran foreign minister ... Jan Oyen", "Lake talks open")
    ]


def test_only_articles_between_the_dates_count(graph: BuiltGraph) -> None:
    names = ("holder", "tenure", "first", "last", "articles")
    assert rows(graph, *names, post="foreign minister of zora", since="2021-09", until="2021") == [
        ("Pia Lund", "current", "2021-09-20", "2021-09-20", "1"),
        ("Rita Sandoval", "acting (2021-09-20)", "2021-09-20", "2021-09-20", "1"),
        ("Omar Haddad", "designate (2021-09-20)", "", "", "1"),
    ]


def test_an_article_without_a_date_still_shows_who_is_in_office(graph: BuiltGraph) -> None:
    names = ("holder", "tenure", "first", "last", "articles", "article")
    assert rows(graph, *names, post="defence") == [("Tom Weld", "current", "", "", "1", "From the archive")]


def test_another_engine_gives_the_same_answer(graph: BuiltGraph) -> None:
    dataset = Dataset(default_union=True)
    for path in graph.files:
        dataset.parse(path, format="nquads")
    result = graph.query("posts")
    theirs = [
        tuple("" if term is None else str(term) for term in row)  # type: ignore[union-attr]
        for row in dataset.query(read_query("posts").text)
    ]
    assert theirs == rows(graph, *result.columns)
    assert len(theirs) == 8
