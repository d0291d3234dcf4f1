"""The articles of a build come in an order, and once each, whatever the order of the files."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgbuild.articles import ReadingLimits
from kgbuild.articles.reading import Reading, read_input
from kgbuild.articles.records import Columns
from kgbuild.articles.sources import Input
from kgbuild.build import corpus as corpus_module
from kgbuild.build.cache import Cache
from kgbuild.build.corpus import Corpus
from kgbuild.build.fingerprint import scan
from kgbuild.build.progress import Silence
from kgbuild.facts import Copy


def read(*paths: Path, database: sqlite3.Connection | None = None) -> Corpus:
    database = database or sqlite3.connect("", isolation_level=None)
    cache = Cache(None)
    scan(paths, None, cache, database)
    corpus = Corpus(database)
    corpus.read(ReadingLimits(), cache, Silence())
    return corpus


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
    assert next(iter(corpus)).names == ("0.json", "1.json", "2.json", "3.json")


def test_copies_tell_where_else_a_text_was_published(tmp_path: Path) -> None:
    text = {"text": "The same text.", "published": "2020-01-03"}
    records = [
        {**text, "url": "https://b.example/2", "publisher": "B", "published": "2020-01-04"},
        {**text, "url": "https://a.example/1", "publisher": "A", "title": "Kept"},
        {**text, "url": "https://a.example/1", "title": "Less is known of the same"},
        {**text, "publisher": "A"},
        {**text, "url": "https://b.example/2", "publisher": "B", "title": "Earlier, so this one tells of it"},
        {**text, "publisher": "C"},
        {**text},
    ]
    for number, item in enumerate(records):
        (tmp_path / f"{number}.json").write_text(json.dumps(item))
    (source,) = read(tmp_path)
    assert source.article.title == "Kept"
    assert source.article.copies == (
        Copy(publisher="C", published="2020-01-03"),
        Copy("https://b.example/2", "B", "2020-01-03", title="Earlier, so this one tells of it"),
    )


def test_sources_are_relative_to_what_the_user_gave(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.jsonl").write_text(record(1) + "\n{\n")
    for given, name in ((tmp_path, "a/x.jsonl"), (tmp_path / "a", "x.jsonl"), (tmp_path / "a" / "x.jsonl", "x.jsonl")):
        corpus = read(given)
        assert [source.names for source in corpus] == [(name,)]
        assert [failure.source for failure in corpus.failures] == [f"{name}:2"]
        assert str(corpus.failures[0]).startswith(f"{tmp_path}/a/x.jsonl:2: ")


def test_files_that_come_change_and_go_leave_what_reading_all_of_them_leaves(tmp_path: Path) -> None:
    chance = random.Random(3)
    database = sqlite3.connect("", isolation_level=None)
    for _ in range(30):
        path = tmp_path / f"{chance.randrange(5)}.json"
        if path.exists() and chance.random() < 0.3:
            path.unlink()
        else:
            path.write_text(chance.choice(("{", record(chance.randrange(4), url=chance.choice(("a", "b"))))))
        changed, fresh = read(tmp_path, database=database), read(tmp_path)
        assert list(changed) == list(fresh)
        assert (changed.failures, changed.duplicates, len(changed)) == (fresh.failures, fresh.duplicates, len(fresh))


def test_files_that_look_as_they_did_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        (tmp_path / f"{number}.json").write_text(record(number))
    database = sqlite3.connect("", isolation_level=None)
    assert len(read(tmp_path, database=database)) == 4
    opened: list[str] = []
    real = read_input

    def noted(source: Input, limits: ReadingLimits, columns: Columns) -> Iterator[Reading]:
        opened.append(source.name)
        return real(source, limits, columns)

    monkeypatch.setattr(corpus_module, "read_input", noted)
    (tmp_path / "2.json").write_text(record(9))
    assert len(read(tmp_path, database=database)) == 4
    assert opened == ["2.json"]
