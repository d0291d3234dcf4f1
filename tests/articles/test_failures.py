"""What cannot be read is reported with its name and reason, and never hurts its neighbours."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import time
from pathlib import Path

import pytest

from kgbuild.articles import ReadFailure, ReadingLimits, read_articles, read_inputs
from kgbuild.facts import Article

GOOD = "The minister spoke in Valletta."
FRONT = "---\n{}\n---\nThe minister spoke.\n"

BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.txt", b"", "no text"),
    "no words": ("a.txt", b"... 1234 ---", "no text"),
    "binary": ("a.txt", b"\x7fELF\x00\x01\x02", "binary"),
    "latin-1": ("a.txt", "Québec spoke".encode("latin-1"), "UTF-8 (byte 0xe9 at offset 2); save it as UTF-8"),
    "unknown kind": ("a.pdf", b"%PDF-1.7", "is of a kind that is not read"),
    "broken gzip": ("a.txt.gz", b"not gzip", "cannot be read"),
    "cut gzip": ("a.txt.gz", gzip.compress(GOOD.encode() * 9)[:-9], "cannot be read"),
    "too long": ("a.txt", b"word " * 300, "longer than the limit"),
    "zip bomb": ("a.txt.gz", gzip.compress(b"a" * 1_000_000), "longer than the limit"),
    "not json": ("a.json", b'{"text": ', "is not JSON"),
    "json number": ("a.json", b"3", "neither an object nor a list"),
    "json no text": ("a.json", b'{"title": "x"}', 'has no text: "text"'),
    "json empty list": ("a.json", b"[]", "without any articles"),
    "json item": ("a.json", b'["x"]', "is not an object"),
    "double key": ("a.json", b'{"text": "One word", "text": "Another"}', "has the key 'text' twice"),
    "lone surrogate": ("a.json", b'{"text": "Half \\ud83d a character"}', "lone surrogate"),
    "NUL": ("a.json", b'{"text": "A \\u0000 NUL"}', "NUL"),
    "deep json": ("a.json", b"[" * 100_000, "nested too deeply"),
    "huge number": ("a.json", b'{"text": "x", "n": ' + b"9" * 900 + b"}", ""),
    "endless number": ("a.jsonl", b'{"text": "x", "n": ' + b"9" * 5000 + b"}", "limit"),
    "year 0": ("a.md", FRONT.format("date: 0000-01-01").encode(), "no such date"),
    "year 99999": ("a.md", FRONT.format("date: 99999-01-01").encode(), "no such date"),
    "no day": ("a.json", b'{"text": "A word", "date": "2021-02-30"}', "no such date"),
    "no date": ("a.json", b'{"text": "A word", "date": "yesterday"}', "write it as YYYY-MM-DD"),
    "two readings": ("a.json", b'{"text": "A word", "date": "03/04/2021"}', "two ways"),
    "yaml tag": ("a.md", FRONT.format("title: !!python/object/apply:os.getcwd []").encode(), "not plain YAML (line 2"),
    "yaml list": ("a.md", FRONT.format("- a\n- b").encode(), "keys and values"),
    "yaml broken": ("a.md", FRONT.format('title: "x').encode(), "not plain YAML"),
    "yaml double": ("a.md", FRONT.format("title: a\ntitle: b").encode(), "stands twice"),
    "page without article": ("a.html", b"<html><head><title>x</title></head><body></body></html>", "no article"),
    "page in unknown encoding": ("a.html", b"<html><meta charset=klingon><p>Hi there</p></html>", "'klingon'"),
    "page not as declared": ("a.html", b"<html><meta charset=utf-8><p>Caf\xe9</p></html>", "not in the encoding UTF-8"),
    "empty page": ("a.html", b" ", "is empty"),
}


def read(*paths: Path, limits: ReadingLimits | None = None) -> list[Article | ReadFailure]:
    return list(read_articles(paths, limits=limits))


@pytest.mark.parametrize("case", BROKEN)
def test_broken_input_is_a_failure_between_good_neighbours(tmp_path: Path, case: str) -> None:
    name, data, reason = BROKEN[case]
    limits = ReadingLimits(article_bytes=1000, list_bytes=200_000)
    (tmp_path / "0.txt").write_text(GOOD)
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text(GOOD)
    before, failure, after = read(tmp_path, limits=limits)
    assert isinstance(before, Article)
    assert isinstance(after, Article)
    if reason:
        assert isinstance(failure, ReadFailure)
        assert failure.source.startswith(str(tmp_path / name))
        assert reason in failure.reason
        assert "\n" not in str(failure)


def test_a_broken_line_costs_that_line(tmp_path: Path) -> None:
    lines = [json.dumps({"text": GOOD}), "{", "", '["x"]', json.dumps({"text": GOOD * 100}), json.dumps({"text": "Z"})]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    results = read(tmp_path, limits=ReadingLimits(article_bytes=500))
    assert [r.source.rpartition(":")[2] for r in results] == ["1", "2", "4", "5", "6"]
    assert [isinstance(r, Article) for r in results] == [True, False, False, False, True]


def test_a_compressed_line_without_an_end_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"x" * 10_000_000))
    results = read(tmp_path, limits=ReadingLimits(article_bytes=1000))
    assert [str(r).partition(": ")[2] for r in results if isinstance(r, ReadFailure)] == [
        "is longer than the limit of 1,000 bytes (see --max-bytes)",
        "is a line without an end; the file is not read any further",
    ]


def test_a_compressed_stream_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": f"{GOOD} {os.urandom(40).hex()}"}).encode() + b"\n" for _ in range(500))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-2000])
    *articles, failure = read(tmp_path)
    assert len(articles) > 100
    assert isinstance(failure, ReadFailure)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    (failure,) = read(tmp_path / "none.txt")
    assert str(failure) == f"{tmp_path}/none.txt: there is no such file or folder"
    (failure,) = read(tmp_path)
    assert "without any articles" in str(failure)
    (failure,) = read(Path("a\x00.txt"))
    assert "no file name" in str(failure)


@pytest.mark.parametrize("address", ["https://press.example/a", "https://press.example/a.html"])
def test_nothing_is_fetched_from_the_web(address: str) -> None:
    (failure,) = read_articles([address])
    assert "is an address of the web, and nothing is fetched" in str(failure)
    assert str(failure).startswith(address)


def test_an_address_that_became_a_path_is_told_to_be_one() -> None:
    (failure,) = read(Path("s3://bucket/a.jsonl"))
    assert "is an address, not a path" in str(failure)


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    for path in (tmp_path, tmp_path / "a.txt"):
        (failure,) = read(path)
        assert "not a regular file" in str(failure)


def test_a_folder_named_like_an_article_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.html").mkdir()
    (failure,) = read(tmp_path)
    assert "a.html: is a folder" in str(failure)
    (tmp_path / "a.html" / "b.txt").write_text(GOOD)
    (article,) = read(tmp_path)
    assert isinstance(article, Article)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The secret is out.")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "b.txt").symlink_to(tmp_path / "nothing.txt")
    (folder / "c.txt").symlink_to(folder / "c.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "real.txt").write_text(GOOD)
    (folder / "same.txt").symlink_to(folder / "real.txt")
    results = {Path(r.source).name: r for r in read(folder)}
    assert "leads out of the folder" in str(results["a.txt"])
    assert "broken link" in str(results["b.txt"])
    assert "broken link" in str(results["c.txt"])
    assert "link to a folder" in str(results["up"])
    assert isinstance(results["real.txt"], Article)
    assert isinstance(results["same.txt"], Article)
    # a link that the user names is followed: that is what was asked for
    assert isinstance(read(folder / "a.txt")[0], Article)


def test_file_names_of_any_bytes_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(GOOD)
    (tmp_path / "red\x1b[31m\n.txt").write_text(GOOD)
    names = [reading.name for reading in read_inputs([tmp_path])]
    assert names == ["caf\\xe9.txt", "red\\x1b[31m\\n.txt"]


def test_a_file_that_may_not_be_opened_is_reported(unprivileged_folder: Path) -> None:
    (unprivileged_folder / "a.txt").write_text(GOOD)
    (unprivileged_folder / "a.txt").chmod(0)
    (failure,) = read(unprivileged_folder)
    assert "Permission denied" in str(failure)


def test_the_folder_that_is_written_to_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "manifest.json").write_text("{}")
    (tmp_path / "a.txt").write_text(GOOD)
    readings = list(read_inputs([tmp_path], exclude=tmp_path / "output"))
    assert [reading.name for reading in readings] == ["a.txt"]


STANDARD_INPUT = {
    "text": (GOOD.encode(), 1),
    "jsonl": (b'{"text": "One word"}\n{"text": "Two words"}\n', 2),
    "jsonl.gz": (gzip.compress(b'{"text": "One word"}\n{"text": "Two words"}\n'), 2),
    "json": (b'{\n  "text": "One word"\n}\n', 1),
    "json list": (b'[{"text": "One word"}, {"text": "Two words"}, {"text": "Three"}]', 3),
    "markdown": (b"---\ntitle: A title\n---\nOne word\n", 1),
    "html": (b"<!doctype html><html><body><p>The minister spoke in Valletta.</p></body></html>", 1),
}


@pytest.mark.parametrize("kind", STANDARD_INPUT)
def test_standard_input_is_told_by_its_first_line(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, count = STANDARD_INPUT[kind]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    results = list(read_articles(["-"]))
    assert [type(result) for result in results] == [Article] * count


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>" + b"<div>" * 1_000_000 + b"<p>The minister spoke.</p>",
        b"<html><body><p>" + b"The minister spoke. " * 200_000,
        b"<" * 4_000_000,
        b"<html><body><p>x" + b" " * 4_000_000 + b"x</p></body></html>",
    ],
    ids=["a million nested tags", "one long paragraph", "only brackets", "only spaces"],
)
def test_hostile_pages_take_bounded_time(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.html").write_bytes(data)
    started = time.process_time()
    assert len(read(tmp_path)) == 1
    assert time.process_time() - started < 60


@pytest.mark.parametrize(
    "unit", ["# ", "<!--", "[a](", "![", "**a", "*a ", "_a", " ", "\n", "- - ", "> ", "\\", "---\n", "#\t#"]
)
def test_hostile_markdown_takes_bounded_time(tmp_path: Path, unit: str) -> None:
    (tmp_path / "a.md").write_text("Word " + unit * (1_000_000 // len(unit)) + " end")
    started = time.process_time()
    assert len(read(tmp_path)) == 1
    assert time.process_time() - started < 60
