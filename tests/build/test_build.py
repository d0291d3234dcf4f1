"""From articles to files: the same bytes from the same input, and one article's trouble costs that article."""

from __future__ import annotations

import filecmp
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

import kgbuild
from kgbuild.build import steps
from kgbuild.build.manifest import read_articles
from kgbuild.build.run import GRAPH_FILES
from kgbuild.errors import KgbuildError
from kgbuild.facts import ArticleFacts

ARTICLES = Path(__file__).parents[2] / "examples" / "articles"
NAMES = ("congo-luanda-truce.md", "paris-moscow-call.html", "trade-and-climate.jsonl")
OUTPUT = {
    *GRAPH_FILES,
    "inferred.nq",
    "articles.jsonl",
    "validation.ttl",
    "validation.txt",
    "identity.json",
    "manifest.json",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files with four articles, a duplicate, and a broken file."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in NAMES:
        shutil.copy(ARTICLES / name, folder / name)
    (folder / "again").mkdir()
    shutil.copy(ARTICLES / NAMES[0], folder / "again" / "copy.md")
    (folder / "broken.json").write_text("{")
    return folder


@pytest.fixture(scope="module")
def result(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> kgbuild.BuildResult:
    return kgbuild.build(corpus, output=tmp_path_factory.mktemp("result") / "output")


def folder_of(result: kgbuild.BuildResult) -> Path:
    assert result.output is not None
    return result.output


def test_the_output_is_complete_and_agrees_with_itself(result: kgbuild.BuildResult) -> None:
    output = folder_of(result)
    assert {path.name for path in output.iterdir()} == {*OUTPUT, ".cache"}
    manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == result.manifest
    assert manifest["counts"]["articles"] == 4
    assert manifest["counts"]["duplicates"] == 1
    quads = set(pyoxigraph.parse(path=output / "graph.nq"))
    assert len(quads) == manifest["counts"]["quads"] == len(result)
    assert quads == set(pyoxigraph.parse(path=output / "graph.trig"))
    assert quads == set(pyoxigraph.parse(path=output / "graph.jsonld", format=pyoxigraph.RdfFormat.JSON_LD))
    merged = {(q.subject, q.predicate, q.object) for q in pyoxigraph.parse(path=output / "graph.ttl")}
    assert merged == {(q.subject, q.predicate, q.object) for q in quads}
    assert sum(1 for _ in pyoxigraph.parse(path=output / "inferred.nq")) == manifest["counts"]["inferred"] > 0
    iris = {str(q.graph_name)[1:-1] for q in quads}
    assert {article["iri"] for article in read_articles(output)} <= iris
    assert len(iris) == 5


def test_every_fact_stands_in_its_article(result: kgbuild.BuildResult) -> None:
    rows = list(
        result.query(
            "SELECT ?text ?exact ?start ?end { ?e a dip:Evidence ; oa:exact ?exact ; oa:start ?start ; oa:end ?end ;"
            " oa:hasSource/schema:articleBody ?text }"
        )
    )
    assert len(rows) > 50
    for row in rows:
        assert row["text"][int(row["start"]) : int(row["end"])] == row["exact"]


def test_what_cannot_be_read_is_told_without_the_place_of_the_folder(result: kgbuild.BuildResult, corpus: Path) -> None:
    (failure,) = result.failures
    assert (failure.source, failure.stage) == ("broken.json", "read")
    manifest = (folder_of(result) / "manifest.json").read_text()
    assert str(corpus) not in manifest
    sources = {article["iri"]: article["sources"] for article in read_articles(folder_of(result))}
    assert ["again/copy.md", "congo-luanda-truce.md"] in sources.values()


def test_the_same_input_gives_the_same_bytes(result: kgbuild.BuildResult, corpus: Path, tmp_path: Path) -> None:
    program = "import sys; from kgbuild.cli import main; sys.exit(main(sys.argv[1:]))"
    paths = [str(corpus / name) for name in (*NAMES, "broken.json")] + [str(corpus / "again")]
    outputs = []
    for seed in ("1", "4711"):
        random.Random(seed).shuffle(paths)
        output = tmp_path / seed
        outputs.append(output)
        done = subprocess.run(
            [sys.executable, "-c", program, "build", *paths, "-o", str(output), "--quiet"],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"},
            check=False,
        )
        assert done.returncode == 1
    assert set(filecmp.cmpfiles(outputs[0], outputs[1], OUTPUT, shallow=False)[0]) == OUTPUT
    # how the articles were given shows in the sources of the manifest alone
    rest = OUTPUT - {"manifest.json", "articles.jsonl"}
    assert set(filecmp.cmpfiles(outputs[0], folder_of(result), rest, shallow=False)[0]) == rest


def test_without_an_output_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    graph = kgbuild.build([ARTICLES / NAMES[0]])
    assert graph.output is None
    assert list(tmp_path.iterdir()) == []
    assert list(graph.query("SELECT ?s { ?s a dip:Statement }"))
    assert len(graph.dataset()) == len({(s, p, o) for s, p, o, _ in (*graph.quads, *graph.inferred)})
    with pytest.raises(KgbuildError, match="no query"):
        graph.query("nosuchquery")


def test_an_article_that_cannot_be_mapped_is_set_aside(
    corpus: Path, result: kgbuild.BuildResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.graph import mapping

    real = mapping.article_quads

    def failing(facts: ArticleFacts, identities: Any) -> Any:
        if "Luanda" in facts.article.title:
            raise RuntimeError("cannot be done")
        return real(facts, identities)

    monkeypatch.setattr(mapping, "article_quads", failing)
    rest = kgbuild.build(corpus)
    assert [(failure.stage, failure.source) for failure in rest.failures] == [
        ("map", "again/copy.md"),
        ("read", "broken.json"),
    ]
    assert rest.manifest["counts"]["articles"] == 3
    # what only that article tells of is in no graph, the identity graph included
    assert not list(rest.query('SELECT ?s { ?s rdfs:label ?l FILTER(CONTAINS(?l, "Alliance for the Hills")) }'))
    assert list(result.query('SELECT ?s { ?s rdfs:label ?l FILTER(CONTAINS(?l, "Alliance for the Hills")) }'))


def test_an_article_that_violates_a_shape_is_set_aside_with_its_report(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.graph import literals, mapping
    from kgbuild.graph.vocabulary import OA

    real = mapping.article_quads

    def shifted(facts: ArticleFacts, identities: Any) -> Any:
        quads = real(facts, identities)
        if "Luanda" not in facts.article.title:
            return quads
        return [(s, p, literals.plain("other words") if p == OA.exact else o, g) for s, p, o, g in quads]

    monkeypatch.setattr(mapping, "article_quads", shifted)
    built = kgbuild.build(corpus, output=tmp_path)
    assert [failure.stage for failure in built.failures] == ["validate", "read"]
    assert built.manifest["counts"]["articles"] == 3
    assert "VIOLATION" in (tmp_path / "validation.txt").read_text()
    assert "luanda" not in (tmp_path / "graph.nq").read_text().lower()
    assert kgbuild.build(corpus, fail_on="never").manifest["counts"]["articles"] == 4


def test_an_article_that_breaks_extraction_is_set_aside(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.extraction import assemble

    real = assemble.facts_of

    def failing(doc: Any, article: Any) -> ArticleFacts:
        if "Luanda" in article.title:
            raise IndexError("out of range")
        return real(doc, article)

    monkeypatch.setattr(assemble, "facts_of", failing)
    built = kgbuild.build(corpus)
    assert [failure.stage for failure in built.failures] == ["extract", "read"]
    assert built.manifest["counts"]["articles"] == 3
    # a build in which nothing came through does not replace a graph
    (tmp_path / "graph.nq").write_text("the old graph")
    with pytest.raises(KgbuildError, match="nothing was written"):
        kgbuild.build(corpus / NAMES[0], output=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.nq"]


def test_a_confidence_leaves_out_what_is_below_it(corpus: Path, result: kgbuild.BuildResult) -> None:
    built = kgbuild.build(corpus, min_confidence=1.0)
    assert len(built) < len(result)
    confidences = {row["c"] for row in built.query("SELECT DISTINCT ?c { ?s dip:confidence ?c }")}
    assert confidences <= {"1", "1.0"}


def test_base_iri_is_that_of_every_resource(corpus: Path, tmp_path: Path) -> None:
    built = kgbuild.build(corpus / NAMES[0], output=tmp_path, base="https://news.example/kg/")
    for quad in pyoxigraph.parse(path=tmp_path / "graph.nq"):
        assert str(quad.subject).startswith("<https://news.example/kg/")
        assert str(quad.graph_name).startswith("<https://news.example/kg/")
    assert not built.failures


def test_a_pipeline_is_loaded_once() -> None:
    assert steps.pipeline(None, ()) is steps.pipeline(None, ())


def test_the_package_can_be_called_however_it_was_imported() -> None:
    program = "import kgbuild.build.folder; import kgbuild; print(callable(kgbuild.build), kgbuild.build.BuildResult)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True")
