"""The articles of a build come in an order, and once each, whatever the order of the files."""

from __future__ import annotations

import json
import random
from pathlib import Path

from kgbuild.articles import ReadingLimits
from kgbuild.build.cache import Cache
from kgbuild.build.corpus import Corpus, read_corpus
from kgbuild.build.progress import Silence


def read(*paths: Path) -> Corpus:
    return read_corpus(paths, ReadingLimits(), Cache(None), progress=Silence())


def record(number: int, **more: str) -> str:
    return json.dumps({"title": f"Title {number}", "published": "2020-01-02", "text": f"Text {number} here.", **more})


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    paths = []
    for number in range(8):
        path = tmp_path / f"{number}.json"
        path.write_text(record(number % 6, url=f"https://a.example/{number}"))
        paths.append(path)
    (tmp_path / "broken.json").write_text("{")
    paths.append(tmp_path / "broken.json")
    corpora = []
    for seed in range(5):
        random.Random(seed).shuffle(paths)
        corpora.append(read(*paths))
    assert all(list(corpus) == list(corpora[0]) and corpus.failures == corpora[0].failures for corpus in corpora)
    assert len(corpora[0]) == len(list(corpora[0])) == 6
    assert corpora[0].duplicates == 2
    assert [failure.source for failure in corpora[0].failures] == ["broken.json"]


def test_of_articles_with_the_same_text_the_best_known_and_earliest_is_kept(tmp_path: Path) -> None:
    text = {"text": "The same   text."}
    records = [
        {"text": "The same text.", "title": "No date"},
        {**text, "published": "2020-01-05", "title": "Later", "url": "https://a.example/later"},
        {**text, "published": "2020-01-02"},
        {**text, "published": "2020-01-02", "title": "Kept", "url": "https://a.example/kept"},
    ]
    for number, item in enumerate(records):
        (tmp_path / f"{number}.json").write_text(json.dumps(item))
    corpus = read(tmp_path)
    assert [source.article.title for source in corpus] == ["Kept"]
    assert corpus[0].names == ("0.json", "1.json", "2.json", "3.json")


def test_sources_are_relative_to_what_the_user_gave(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.jsonl").write_text(record(1) + "\n{\n")
    for given, name in ((tmp_path, "a/x.jsonl"), (tmp_path / "a", "x.jsonl"), (tmp_path / "a" / "x.jsonl", "x.jsonl")):
        corpus = read(given)
        assert [source.names for source in corpus] == [(name,)]
        assert [failure.source for failure in corpus.failures] == [f"{name}:2"]
        assert str(corpus.failures[0]).startswith(f"{tmp_path}/a/x.jsonl:2: ")
