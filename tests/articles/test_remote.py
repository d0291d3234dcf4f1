"""Articles in other stores than the disk: a real S3 server on loopback, and fsspec's own store in memory."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow
import pyarrow.parquet
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from kgbuild.articles import ReadFailure, read_articles, read_inputs
from kgbuild.facts import Article
from object_store import object_store

GOOD = "The minister spoke in Valletta."
LINES = b'{"text": "One word"}\n{"text": "Two words"}\n'
FILES = {"a.txt": GOOD.encode(), "2021/b.jsonl.gz": gzip.compress(LINES), "2021/c.pdf": b"%PDF", ".hidden.txt": b"x"}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with object_store(monkeypatch, "news") as client:
        yield client


def read(*addresses: str) -> list[Article | ReadFailure]:
    return list(read_articles(addresses))


def put(s3: Any) -> None:
    for name, data in FILES.items():
        s3.put_object(Bucket="news", Key=f"in/{name}", Body=data)


def test_a_bucket_is_read_like_a_folder(s3: Any) -> None:
    put(s3)
    readings = list(read_inputs(["s3://news/in"]))
    assert [reading.name for reading in readings] == ["2021/b.jsonl.gz:1", "2021/b.jsonl.gz:2", "2021/c.pdf", "a.txt"]
    assert [type(reading.outcome) for reading in readings] == [Article, Article, ReadFailure, Article]
    assert readings[0].outcome.source == "s3://news/in/2021/b.jsonl.gz:1"


def test_wildcards_choose_files(s3: Any) -> None:
    put(s3)
    assert [one.source for one in read("s3://news/in/*.txt")] == ["s3://news/in/a.txt"]
    assert [one.source for one in read("s3://news/in/**/*.gz")] == [
        "s3://news/in/2021/b.jsonl.gz:1",
        "s3://news/in/2021/b.jsonl.gz:2",
    ]


def test_what_is_not_there_is_reported(s3: Any) -> None:
    assert "there is no such file" in str(read("s3://news/in/none.txt")[0])
    assert "there is no such file" in str(read("s3://news/in/*.txt")[0])
    (failure,) = read("s3://no-such-bucket/a.txt")
    assert str(failure).startswith("s3://no-such-bucket/a.txt: ")


def test_a_server_that_does_not_answer_is_reported(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.filesystem("s3").clear_instance_cache()
    (failure,) = read("s3://news/a.txt")
    assert "cannot be looked at" in str(failure)


def test_a_store_in_memory_and_the_disk_can_be_addressed(tmp_path: Path) -> None:
    with fsspec.open("memory://news/a.jsonl", "wb") as stream:
        stream.write(LINES)
    assert [one.source for one in read("memory://news/a.jsonl")] == [
        "memory:///news/a.jsonl:1",
        "memory:///news/a.jsonl:2",
    ]
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "b.txt").write_text("Another text.")
    for address in (f"file://{tmp_path}", f"file://{tmp_path}/*.txt"):
        assert [isinstance(one, Article) for one in read(address)] == [True, True]
    # such an address means the path, with all that holds for paths
    (tmp_path / "c.txt").symlink_to("/etc/hostname")
    assert "leads out of the folder" in str(read(f"file://{tmp_path}")[-1])


def test_the_host_in_an_address_is_kept() -> None:
    class Hosted(MemoryFileSystem):  # type: ignore[misc]
        """As HDFS and SFTP do, leaves the host out of its paths."""

        protocol = "hosted"
        cachable = True

        def __init__(self, host: str = "", **options: Any) -> None:
            super().__init__(**options)
            self.host = host

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return "/" + path.removeprefix("hosted://").partition("/")[2] if "://" in path else path

        @staticmethod
        def _get_kwargs_from_urls(path: str) -> dict[str, str]:
            return {"host": path.removeprefix("hosted://").partition("/")[0]}

        def open(self, path: str, *arguments: Any, **options: Any) -> Any:
            assert self.host == "here"
            return super().open(path, *arguments, **options)

    fsspec.register_implementation("hosted", Hosted, clobber=True)
    Hosted(host="here").pipe("/hosted/a.txt", GOOD.encode())
    (article,) = read("hosted://here/hosted")
    assert isinstance(article, Article)
    assert article.source == "hosted://here/hosted/a.txt"


def test_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "pip install 'kgbuild[gs]'" in str(read("gs://news/a.txt")[0])
    assert "cannot be reached (ValueError: Protocol not known: nonesuch)" in str(read("nonesuch://news/a.txt")[0])
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    assert "pip install 'kgbuild[remote]'" in str(read("s3://news/a.txt")[0])


def test_an_address_in_an_address_is_not_read() -> None:
    assert "an address within an address" in str(read("zip://a.txt::s3://news/a.zip")[0])


def test_archives_in_a_store_are_read(s3: Any, tmp_path: Path) -> None:
    packed, table = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/a.json", json.dumps({"text": GOOD}))
    pyarrow.parquet.write_table(pyarrow.table({"text": [GOOD]}), table)
    s3.put_object(Bucket="news", Key="a.zip", Body=packed.getvalue())
    s3.put_object(Bucket="news", Key="b.parquet", Body=table.getvalue())
    first, second = read("s3://news")
    assert (first.source, second.source) == ("s3://news/a.zip/in/a.json", "s3://news/b.parquet:1")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
