"""Zip and tar files: each member is read as the file it is, and nothing is ever unpacked to the disk."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.articles import ReadFailure, ReadingLimits, read_articles, read_inputs
from kgbuild.facts import Article

GOOD = b"The minister spoke in Valletta."
LINES = b'{"text": "One word"}\n{"text": 2}\n{"text": "Three words"}\n'
Pack = Callable[[dict[str, bytes]], bytes]
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def compressed(suffix: str) -> Pack:
    return lambda files: COMPRESS[suffix](tarred(files))


PACKED: dict[str, Pack] = {
    "a.zip": zipped,
    "stored.zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    "lzma.zip": lambda files: zipped(files, zipfile.ZIP_LZMA),
    "gnu.tar": lambda files: tarred(files, tarfile.GNU_FORMAT),
    "a.tgz": compressed(".gz"),
    **{f"a.tar{suffix}": compressed(suffix) for suffix in COMPRESS},
}


def read(path: Path, data: bytes, **options: Any) -> list[Article | ReadFailure]:
    path.write_bytes(data)
    return list(read_articles([path], **options))


def told(results: list[Article | ReadFailure], path: Path) -> dict[str, str]:
    """What came of each member, by its name."""
    return {
        one.source.removeprefix(f"{path}/"): one.text if isinstance(one, Article) else one.reason for one in results
    }


@pytest.mark.parametrize("name", PACKED)
def test_each_member_is_read_as_the_file_it_is(tmp_path: Path, name: str) -> None:
    table = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"text": ["In a column"]}), table)
    files = {
        "2021/may/a.txt": GOOD,
        "b.md": b"---\ntitle: A title\n---\nIn Markdown\n",
        "c.jsonl.gz": gzip.compress(LINES),
        "d.parquet": table.getvalue(),
        "e.html.xz": lzma.compress(b"<html><body><p>The minister spoke on a page.</p></body></html>"),
        "f.pdf": b"%PDF",
        ".hidden.txt": GOOD,
        "__MACOSX/a.txt": GOOD,
        "g" * 150 + ".txt": b"A long name",
    }
    path = tmp_path / name
    results = told(read(path, PACKED[name](files)), path)
    assert "of a kind that is not read" in results.pop("f.pdf")
    assert "has no text" in results.pop("c.jsonl.gz:2")
    assert results == {
        "2021/may/a.txt": GOOD.decode(),
        "b.md": "In Markdown",
        "c.jsonl.gz:1": "One word",
        "c.jsonl.gz:3": "Three words",
        "d.parquet:1": "In a column",
        "e.html.xz": "The minister spoke on a page.",
        "g" * 150 + ".txt": "A long name",
    }
    (name, *_) = [reading.name for reading in read_inputs([tmp_path])]
    assert name == f"{path.name}/2021/may/a.txt"


@pytest.mark.parametrize("suffix", COMPRESS)
def test_a_file_may_be_compressed_in_several_ways(tmp_path: Path, suffix: str) -> None:
    pack = COMPRESS[suffix]
    assert len(read(tmp_path / f"a.jsonl{suffix}", pack(LINES[:21]) + pack(LINES[21:]))) == 3


@pytest.mark.parametrize("suffix", [suffix for suffix in COMPRESS if suffix])
def test_damaged_compression_is_reported(tmp_path: Path, suffix: str) -> None:
    lines = b"".join(json.dumps({"text": f"Word {os.urandom(40).hex()}"}).encode() + b"\n" for _ in range(200))
    data = COMPRESS[suffix](lines)
    for broken in (data[: len(data) // 2], data[:100] + b"\xff" * 100 + data[200:], b"no such thing", data[:2]):
        *_, last = read(tmp_path / f"a.jsonl{suffix}", broken)
        assert isinstance(last, ReadFailure)
        assert "cannot be read" in last.reason


def test_what_a_member_is_called_leads_nowhere(tmp_path: Path) -> None:
    names = ["../../etc/a.txt", "/etc/b.txt", "C:\\c.txt", "d\x1b[31m\n.txt", "x/../e.txt"]
    folder = tmp_path / "in"
    folder.mkdir()
    for name, pack in (("a.zip", zipped), ("a.tar", tarred)):
        results = read(folder / name, pack(dict.fromkeys(names, GOOD)))
        assert [type(one) for one in results] == [Article] * 5
        assert all(one.source.isprintable() for one in results)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.tar", "a.zip", "in"]


def test_links_and_devices_in_archives_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"The secret is out.")
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)):
            info = tarfile.TarInfo(f"{number}.txt")
            info.type, info.linkname = kind, str(tmp_path / "secret.txt")
            archive.addfile(info)
    results = told(read(tmp_path / "a.tar", stream.getvalue()), tmp_path / "a.tar")
    assert "links in archives are not followed" in results["0.txt"]
    assert "links in archives are not followed" in results["1.txt"]
    assert results["2.txt"] == results["3.txt"] == "is not a regular file"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, str(tmp_path / "secret.txt"))
    (failure,) = read(tmp_path / "a.zip", stream.getvalue())
    assert "links in archives are not followed" in str(failure)


def test_an_archive_in_an_archive_is_not_read(tmp_path: Path) -> None:
    inner = zipped({"a.txt": GOOD})
    for name, pack in (("a.zip", zipped), ("a.tar", tarred)):
        results = told(read(tmp_path / name, pack({"b.zip": inner, "c.tar.gz": inner, "d.txt": GOOD})), tmp_path / name)
        assert "is an archive within an archive" in results["b.zip"]
        assert "is an archive within an archive" in results["c.tar.gz"]
        assert results["d.txt"] == GOOD.decode()


def test_a_damaged_member_costs_that_member(tmp_path: Path) -> None:
    files = {f"{number}.txt": GOOD * 5 + str(number).encode() for number in range(3)}
    data = bytearray(zipped(files, zipfile.ZIP_STORED))
    at = data.index(b"1.txt") + 20
    data[at : at + 4] = b"XXXX"
    results = told(read(tmp_path / "a.zip", bytes(data)), tmp_path / "a.zip")
    assert list(results) == ["0.txt", "1.txt", "2.txt"]
    assert "cannot be read (Bad CRC-32" in results["1.txt"]


def test_an_encrypted_member_is_reported(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": GOOD}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (failure,) = read(tmp_path / "a.zip", bytes(data))
    assert "is encrypted; unpack the archive with its password" in str(failure)


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_that_is_cut_off_is_reported(tmp_path: Path, name: str) -> None:
    data = PACKED[name]({f"{number}.txt": os.urandom(900).hex().encode() for number in range(20)})
    *_, last = read(tmp_path / name, data[: len(data) // 2])
    assert isinstance(last, ReadFailure)


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_with_nothing_in_it_is_reported(tmp_path: Path, name: str) -> None:
    (failure,) = read(tmp_path / name, PACKED[name]({}))
    assert "is an archive without any articles" in str(failure)


def test_members_that_grow_out_of_proportion_are_given_up(tmp_path: Path) -> None:
    bomb = {f"{number}.jsonl": b'{"text": "a"}' + b" " * 4_000_000 for number in range(50)}
    for name, pack in (("a.zip", zipped), ("a.tar.gz", PACKED["a.tar.gz"]), ("a.tar.zst", PACKED["a.tar.zst"])):
        results = read(tmp_path / name, pack(bomb))
        assert "grows to more than 200 times its size" in str(results[-1])
        assert sum(isinstance(one, Article) for one in results) < 40


def test_a_long_header_of_a_tar_file_is_not_taken_into_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 8_000_000_000
    data = tarred({"a.txt": GOOD})[:1024] + header.tobuf(tarfile.GNU_FORMAT) + b"a" * 100_000
    article, failure = read(tmp_path / "a.tar", data)
    assert isinstance(article, Article)
    assert "a header is longer than any name" in str(failure)


def test_a_limit_holds_for_members(tmp_path: Path) -> None:
    results = read(
        tmp_path / "a.zip", zipped({"a.txt": b"word " * 300, "b.txt": GOOD}), limits=ReadingLimits(article_bytes=1000)
    )
    assert [isinstance(one, Article) for one in results] == [False, True]


def test_an_archive_is_not_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (zipped({"a.txt": GOOD}), tarred({"a.txt": GOOD}), gzip.compress(tarred({"a.txt": GOOD}))):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        (failure,) = read_articles(["-"])
        assert "is not read from standard input; give the file" in str(failure)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.tar.zst"]),
    st.integers(0, 10**6),
    st.binary(max_size=6),
)
def test_any_damage_gives_articles_or_failures(name: str, at: int, new: bytes) -> None:
    data = bytearray(PACKED[name]({"a.txt": GOOD, "b.jsonl": LINES, "c.txt": GOOD * 40}))
    at %= len(data)
    data[at : at + len(new)] = new
    with tempfile.TemporaryDirectory() as folder:
        results = read(Path(folder) / name, bytes(data))
    assert results
    assert all("Traceback" not in str(one) for one in results)
