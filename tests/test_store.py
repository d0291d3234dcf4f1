"""A built graph is opened from its files, and answers as the files say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rdflib import Dataset, URIRef

from kgbuild import store
from kgbuild.errors import KgbuildError
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from kgbuild.opening import BuiltGraph
from kgbuild.store import open_store
from sample import BASE, MARCH, SampleIdentities, march_facts, may_facts

# rdflib warns of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    articles = (march_facts(), may_facts())
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)]
    folder = tmp_path / "output"
    folder.mkdir()
    write_quads([*quads, *identity_quads(identities)], [folder / "graph.nq", folder / "graph.trig"], base=BASE)
    return folder


def infer(output: Path) -> None:
    berg, actor = f"<{BASE}actor/jonas-berg>", "<https://w3id.org/kgbuild/diplomacy#Actor>"
    (output / "inferred.nq").write_text(f"{berg} <{TYPE}> {actor} <{BASE}graph/inferred> .\n")


def test_a_triple_that_two_articles_hold_counts_once(output: Path) -> None:
    graph = BuiltGraph(output)
    named = list(graph.query("SELECT * { GRAPH ?g { ?s a dip:State } }"))
    merged = list(graph.query("SELECT * { ?s a dip:State }"))
    # Norway and Chile in the identity graph, both in March, Chile in May
    assert (len(named), len(merged)) == (5, 2)


def test_what_is_inferred_is_in_the_merged_view_and_can_be_told_apart(output: Path) -> None:
    without = len(BuiltGraph(output))
    infer(output)
    graph = BuiltGraph(output)
    assert len(graph) == without + 1
    assert list(graph.query("SELECT ?g { GRAPH ?g { ?who a dip:Actor } }")) == [{"g": f"{BASE}graph/inferred"}]


def test_one_file_is_a_graph_too(output: Path) -> None:
    assert len(BuiltGraph(output / "graph.trig")) == len(BuiltGraph(output / "graph.nq")) == len(BuiltGraph(output))


def test_the_dataset_holds_the_article_graphs(output: Path) -> None:
    dataset = BuiltGraph(output).dataset()
    assert isinstance(dataset, Dataset)
    article = SampleIdentities(()).article_iri(MARCH)
    graph = dataset.graph(URIRef(article))
    offsets = {o.n3() for o in graph.objects(None, URIRef("http://www.w3.org/ns/oa#start"))}
    assert '"0"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>' in offsets


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nothing", None, r"nothing: no such folder; make it with: kgbuild build"),
        ("empty", "", r"empty: no graph.nq in it"),
        ("broken", "<http://a/s> <http://a/p> .\n", r"graph.nq: broken at line 1"),
    ],
)
def test_a_graph_that_cannot_be_opened_is_the_users_to_mend(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    folder = tmp_path / name
    if content is not None:
        folder.mkdir()
        if content:
            (folder / "graph.nq").write_text(content)
    with pytest.raises(KgbuildError, match=message):
        open_store(folder)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no graph")
    with pytest.raises(KgbuildError, match="N-Quads or TriG"):
        open_store(tmp_path / "notes.txt")


def test_a_large_graph_is_indexed_once_and_again_when_it_changes(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = len(BuiltGraph(output))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "CACHE_ABOVE", 0)

    assert len(BuiltGraph(output)) == expected
    (place,) = store.cache_folder().iterdir()
    (first,) = place.iterdir()

    monkeypatch.setattr(store, "load", lambda *_: pytest.fail("loaded again"))
    assert len(BuiltGraph(output)) == expected
    monkeypatch.undo()

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "CACHE_ABOVE", 0)
    infer(output)
    assert len(BuiltGraph(output)) == expected + 1
    (second,) = place.iterdir()
    assert second != first


@pytest.mark.skipif(os.name == "nt", reason="needs a path that is no folder")
def test_without_room_for_an_index_the_answers_are_the_same(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = len(BuiltGraph(output))
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    monkeypatch.setattr(store, "CACHE_ABOVE", 0)
    assert len(BuiltGraph(output)) == expected
