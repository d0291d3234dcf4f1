"""IRIs: readable, stable, and valid whatever the text they are made from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kgbuild.errors import KgbuildError
from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, PartialDate, Span
from kgbuild.identity.minting import DEFAULT_BASE, article_path, check_base, distinct, evidence_iri, name_path

anything = st.text(st.characters(exclude_categories=()), max_size=200)


def test_articles_are_named_by_their_title_and_told_apart_by_their_url() -> None:
    one = Article("Text.", "Ministers agree: a truce", url="https://example.org/1")
    other = Article("Text.", "Ministers agree: a truce", url="https://example.org/2")
    assert article_path(one).startswith("article/ministers-agree-a-truce-")
    assert article_path(one) != article_path(other)
    assert article_path(one) == article_path(Article("Corrected text.", one.title, url=one.url))


def test_articles_without_url_are_told_apart_by_date_and_text() -> None:
    paths = {
        article_path(Article("One.", "News", PartialDate(2024))),
        article_path(Article("Two.", "News", PartialDate(2024))),
        article_path(Article("One.", "News", PartialDate(2023))),
        article_path(Article("One.", "News")),
    }
    assert len(paths) == 4


@given(anything, anything, anything)
def test_any_text_gives_a_valid_iri(title: str, text: str, name: str) -> None:
    for path in (article_path(Article(text, title)), name_path("person", name), name_path("treaty", name, text)):
        iri = DEFAULT_BASE + path
        assert NamedNode(iri).value == iri
        assert iri.isascii()
        assert " " not in iri


@given(anything)
def test_a_name_gives_the_same_path_every_time(name: str) -> None:
    assert name_path("person", name) == name_path("person", name)


def test_names_in_other_scripts_are_hashed_and_told_apart() -> None:
    assert name_path("person", "王毅").startswith("person/x-")
    assert name_path("person", "王毅") != name_path("person", "李强")


def test_evidence_is_a_fragment_of_its_article() -> None:
    assert evidence_iri("https://example.org/a", Span(3, 17)) == "https://example.org/a#char=3,17"


def test_equal_paths_in_an_article_are_made_distinct() -> None:
    assert distinct([("a", "1"), ("a", "7"), ("a", "7"), ("b", "9")]) == ["a", "a-7", "a-7-2", "b"]


@pytest.mark.parametrize("base", ["", "id/", "https://example.org/id", "https://example.org/my id/", "https://x/<>/"])
def test_a_bad_base_is_refused(base: str) -> None:
    with pytest.raises(KgbuildError, match="base IRI"):
        check_base(base)


@settings(deadline=None)
@given(st.lists(anything, min_size=1, max_size=5), st.sampled_from(ActorType))
def test_actors_of_any_name_get_valid_iris(names: list[str], kind: ActorType) -> None:
    from kgbuild.authority import Authority
    from kgbuild.identity import identify

    actors = tuple(Actor(f"a{n}", name, kind, (Span(n, n + 1),)) for n, name in enumerate(names))
    facts = ArticleFacts(Article("Text.", "Title"), actors)
    identities = identify([facts], Authority.load())
    article = identities.article_iri(facts.article)
    for actor in actors:
        iri = identities.iri(article, actor.key)
        assert NamedNode(iri).value == iri
        assert iri.isascii()
    assert {identities.iri(article, actor.key) for actor in actors} == {entity.iri for entity in identities.entities}
