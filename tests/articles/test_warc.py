"""Web archives, as crawlers write them: their pages become articles, and damage costs what is damaged."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kgbuild.articles import ReadFailure, ReadingLimits, read_articles
from kgbuild.articles.warc import warc_pages
from kgbuild.facts import Article, PartialDate

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Talks {0}</title></head>
<body><article><h1>Talks {0}</h1><p>Envoys of Malta and Tunisia met in Valletta for round {0} of their talks.</p>
<p>“We are close,” the Maltese minister said after the meeting, which lasted for hours.</p></article></body></html>"""


class Archive:
    """Writes an archive with warcio."""

    def __init__(self, gzipped: bool = True) -> None:
        self.stream = io.BytesIO()
        self.writer = WARCWriter(self.stream, gzip=gzipped)
        self.writer.write_record(self.writer.create_warcinfo_record("a.warc.gz", {"software": "a crawler"}))
        self.offsets: list[int] = []

    def add(
        self,
        number: int,
        body: bytes | None = None,
        *,
        kind: str = "text/html; charset=utf-8",
        status: str = "200 OK",
        record: str = "response",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.offsets.append(self.stream.tell())
        http = StatusAndHeaders(status, [("Content-Type", kind), *headers], protocol="HTTP/1.1")
        self.writer.write_record(
            self.writer.create_warc_record(
                f"https://harbour.example/{number}",
                record,
                payload=io.BytesIO(PAGE.format(number).encode() if body is None else body),
                http_headers=None if record == "resource" else http,
                warc_content_type=kind if record == "resource" else "",
                warc_headers_dict={"WARC-Date": "2021-05-04T23:59:59Z"},
            )
        )

    def data(self) -> bytes:
        return self.stream.getvalue()


def archive(count: int, gzipped: bool = True) -> Archive:
    made = Archive(gzipped)
    for number in range(count):
        made.add(number)
    return made


def read(path: Path, data: bytes, **options: Any) -> list[Article | ReadFailure]:
    path.write_bytes(data)
    return list(read_articles([path], **options))


def urls(results: list[Article | ReadFailure]) -> list[str]:
    """The number in each article's address, and the words of each failure."""
    return [one.url.rpartition("/")[2] if isinstance(one, Article) else str(one).partition(": ")[2] for one in results]


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_page_becomes_an_article(tmp_path: Path, gzipped: bool) -> None:
    path = tmp_path / ("a.warc.gz" if gzipped else "a.warc")
    first, second = read(path, archive(2, gzipped).data())
    assert isinstance(first, Article)
    assert first.title == "Talks 0"
    assert first.text.startswith("Envoys of Malta and Tunisia met in Valletta for round 0")
    assert first.url == "https://harbour.example/0"
    assert first.published == PartialDate(2021, 5, 4)  # the day of the archive, since the page has none
    assert first.source == f"{path}:2"
    assert second.source == f"{path}:3"


def test_the_page_knows_its_date_better_than_the_archive(tmp_path: Path) -> None:
    made = Archive()
    meta = '<meta property="article:published_time" content="2021-05-02T09:00:00Z">'
    made.add(1, PAGE.format(1).replace("<title>", meta + "<title>").encode())
    (article,) = read(tmp_path / "a.warc.gz", made.data())
    assert isinstance(article, Article)
    assert article.published == PartialDate(2021, 5, 2)


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    made = Archive()
    made.add(1, b"\x89PNG", kind="image/png")
    made.add(2, status="404 Not Found")
    made.add(3, b"User-agent: *", kind="text/plain")
    made.add(4, record="resource", kind="text/html")
    made.add(5, b"\x00" * 3_000_000, kind="video/mp4")
    made.add(6)
    assert urls(read(tmp_path / "a.warc.gz", made.data(), limits=ReadingLimits(article_bytes=10_000))) == ["4", "6"]
    assert urls(read(tmp_path / "b.warc.gz", Archive().data())) == ["holds no web pages"]


def test_a_page_is_decoded_as_its_server_says(tmp_path: Path) -> None:
    made = Archive()
    page = PAGE.format(1).replace('<meta charset="utf-8">', "")
    made.add(1, page.encode("cp1252"), kind="text/html;charset=ISO-8859-1")
    made.add(2, page.encode(), kind="text/html; charset=klingon")
    made.add(3, page.encode("cp1252"), kind="text/html; charset=utf-8")
    first, second, third = read(tmp_path / "a.warc.gz", made.data())
    for article in (first, second):
        assert isinstance(article, Article)
        assert "“We are close,”" in article.text
    assert "is not in the encoding UTF-8" in str(third)


def test_a_page_may_be_compressed_and_in_chunks(tmp_path: Path) -> None:
    made = Archive()
    body = gzip.compress(PAGE.format(1).encode())
    chunks = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (50, body[:50], len(body) - 50, body[50:])
    made.add(1, chunks, headers=(("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")))
    made.add(2, body[:60] + b"\xff" * 60, headers=(("Content-Encoding", "gzip"),))
    made.add(3, gzip.compress(b"a" * 100_000_000), headers=(("Content-Encoding", "gzip"),))
    made.add(4)
    results = read(tmp_path / "a.warc.gz", made.data(), limits=ReadingLimits(article_bytes=100_000))
    assert urls(results) == [
        "1",
        "is a page that cannot be decompressed",
        "is longer than the limit of 100,000 bytes (see --max-bytes)",
        "4",
    ]


def test_a_page_that_is_too_long_is_reported(tmp_path: Path) -> None:
    made = archive(1)
    made.add(8, PAGE.encode() + b" " * 1_000_000)
    made.add(9)
    results = read(tmp_path / "a.warc.gz", made.data(), limits=ReadingLimits(article_bytes=10_000))
    assert urls(results) == ["0", "is longer than the limit of 10,000 bytes (see --max-bytes)", "9"]


def test_a_page_without_an_article_is_reported_with_its_record(tmp_path: Path) -> None:
    made = Archive()
    made.add(1, b"<html><head><title>x</title></head><body></body></html>")
    made.add(2)
    failure, _ = read(tmp_path / "a.warc.gz", made.data())
    assert str(failure) == f"{tmp_path}/a.warc.gz:2: is a web page on which no article can be found"


def overwritten(made: Archive, number: int, at: int, new: bytes) -> bytes:
    data = bytearray(made.data())
    start = made.offsets[number] + at
    data[start : start + len(new)] = new
    return bytes(data)


def with_length(made: Archive, number: int, length: int) -> bytes:
    data = made.data()
    start = made.offsets[number]
    return data[:start] + re.sub(rb"(?m)^Content-Length: \d+", b"Content-Length: %d" % length, data[start:], count=1)


PLAIN, ZIPPED = archive(5, gzipped=False), archive(5)
DAMAGED = {
    "deflated data": (overwritten(ZIPPED, 2, 300, b"\xff" * 60), "is damaged"),
    "checksum": (overwritten(ZIPPED, 2, ZIPPED.offsets[3] - ZIPPED.offsets[2] - 8, b"\0\0\0\0"), "is damaged"),
    "gzip header": (overwritten(ZIPPED, 2, 0, b"junk"), "no record begins"),
    "first line": (overwritten(PLAIN, 2, 0, b"GARBAGE!"), "no record begins"),
    "no length": (overwritten(PLAIN, 2, PLAIN.data()[PLAIN.offsets[2] :].index(b"Content-Length"), b"X"), "no Content"),
    "length too small": (with_length(PLAIN, 2, 40), "not as long as"),
    "length too large": (with_length(PLAIN, 2, 1500), "not as long as"),
    "length beyond the file": (with_length(PLAIN, 2, 40_000), "not as long as"),
    "length beyond all limits": (with_length(PLAIN, 2, 99_999_999_999), "longer than the limit"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_record_costs_that_record(tmp_path: Path, case: str) -> None:
    data, reason = DAMAGED[case]
    results = read(tmp_path / "a.warc", data)
    articles = [one.url[-1] for one in results if isinstance(one, Article)]
    assert articles == ["0", "1", "3", "4"]
    assert [reason in one for one in urls(results)] == [False, False, True, False, False]


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_file_that_is_cut_off_keeps_what_came_before(tmp_path: Path, gzipped: bool) -> None:
    made = archive(3, gzipped)
    *articles, failure = urls(read(tmp_path / "a.warc.gz", made.data()[: made.offsets[2] + 400]))
    assert articles == ["0", "1"]
    assert "the file is cut off" in failure


def test_an_archive_that_is_gzipped_as_a_whole_is_read(tmp_path: Path) -> None:
    data = gzip.compress(archive(3, gzipped=False).data())
    assert urls(read(tmp_path / "a.warc.gz", data)) == ["0", "1", "2"]
    assert urls(read(tmp_path / "a.warc", data)) == ["0", "1", "2"]
    *articles, failure = urls(read(tmp_path / "b.warc.gz", data[:-20]))
    assert articles == ["0", "1"]
    assert "cut off" in failure


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.booleans(),
    st.integers(1, 10**6),
    st.sampled_from([b"\xff", b"\r\n", b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", b"Content-Length: 9\r\n", b"\0" * 50]),
    st.booleans(),
)
def test_any_damage_costs_few_records_and_never_the_run(gzipped: bool, at: int, new: bytes, instead: bool) -> None:
    data = bytearray((ZIPPED if gzipped else PLAIN).data())
    at %= len(data)
    data[at : at + len(new) * instead] = new
    with tempfile.TemporaryDirectory() as folder:
        results = read(Path(folder) / "a.warc.gz", bytes(data))
    articles = [one for one in results if isinstance(one, Article)]
    # a boundary that is hit costs the record before it and the one behind it
    assert len(articles) >= 3
    assert len({article.url for article in articles}) == len(articles)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from([b"WARC/1.0", b"\r\n", b"Content-Length: ", b"5", b"\r\n\r\n", b"x", b"\x1f\x8b\x08"])))
def test_any_bytes_give_articles_or_failures(pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        results = read(Path(folder) / "a.warc", b"WARC/1.0\r\n" + b"".join(pieces))
    assert results
    assert all(isinstance(one, ReadFailure) for one in results)


class Endless(io.RawIOBase):
    """A long stream that is nowhere in memory: the same data, again and again."""

    def __init__(self, data: bytes, times: int) -> None:
        self.blocks = iter([data] * times)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self.rest = self.rest or next(self.blocks, b"")
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_large_archive_takes_no_more_memory_than_a_small_one(gzipped: bool) -> None:
    made = Archive(gzipped)
    made.add(1, PAGE.format(1).encode() + os.urandom(100_000))
    made.add(2, os.urandom(400_000), kind="video/mp4")
    peaks = []
    for times in (4, 100):
        stream = io.BufferedReader(Endless(made.data(), times))
        tracemalloc.start()
        assert sum(1 for _ in warc_pages(stream, 200_000)) == times
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_a_web_archive_can_be_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    data = archive(2).data()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert urls(list(read_articles(["-"]))) == ["0", "1"]


def test_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "warcio.recordloader", None)
    (failure,) = read(tmp_path / "a.warc.gz", archive(1).data())
    assert "pip install 'kgbuild[warc]'" in str(failure)


def test_records_and_lines_are_numbered_alike(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "The minister spoke."}))
    results = read(tmp_path / "a.warc.gz", archive(1).data()) + list(read_articles([tmp_path / "b.jsonl"]))
    assert [Path(one.source).name for one in results] == ["a.warc.gz:2", "b.jsonl:1"]
