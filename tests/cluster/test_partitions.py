"""Input is divided into partitions: small files together, large ones in shares, each record in exactly one of them."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.articles import ReadingLimits
from kgbuild.articles.reading import Reading, Share, read_input
from kgbuild.articles.sources import find_inputs
from kgbuild.cluster.partitions import Partition, divide
from kgbuild.cluster.storage import Store, read_records, write_gzip, write_record
from kgbuild.errors import KgbuildError


def divided(folder: Path, size: int, *prints: str) -> list[Partition]:
    return list(divide(find_inputs([folder]), size, *prints))


def write(folder: Path, sizes: dict[str, int]) -> None:
    for name, size in sizes.items():
        (folder / name).write_bytes(b"x" * size)


def test_small_files_are_put_together_and_large_ones_are_shared(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": 40, "b.txt": 40, "c.txt": 40, "d.jsonl": 250, "e.txt": 300, "f.txt": 10})
    names = [[(source.name, share.number, share.of) for source, share in one.pieces] for one in divided(tmp_path, 100)]
    assert names == [
        [("a.txt", 0, 1), ("b.txt", 0, 1)],
        [("c.txt", 0, 1)],
        [("d.jsonl", 0, 3)],
        [("d.jsonl", 1, 3)],
        [("d.jsonl", 2, 3)],
        [("e.txt", 0, 1)],
        [("f.txt", 0, 1)],
    ]


def test_a_key_depends_on_what_is_in_the_files_and_on_what_the_work_depends(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": 40, "b.txt": 80})
    first = [one.key for one in divided(tmp_path, 100, "model 1")]
    assert [one.key for one in divided(tmp_path, 100, "model 1")] == first
    assert not {one.key for one in divided(tmp_path, 100, "model 2")} & set(first)
    (tmp_path / "b.txt").write_bytes(b"y" * 80)
    again = [one.key for one in divided(tmp_path, 100, "model 1")]
    assert (again[0] == first[0], again[1] == first[1]) == (True, False)


LINE = st.sampled_from([json.dumps({"text": "One word"}), "{", "", '{"text": 1}'])
CONTENT = st.one_of(
    st.lists(LINE, max_size=9).map(lambda lines: ("a.jsonl", "\n".join(lines).encode())),
    st.lists(LINE, max_size=6).map(lambda lines: ("a.tar", _tarred(lines))),
    st.sampled_from([("a.txt", b"A word"), ("a.txt", b""), ("a.zip", b"no zip"), ("a.tar", b"cut" * 300)]),
)


def _tarred(texts: list[str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number, text in enumerate(texts):
            name = ("{}.txt", "{}.jsonl", "{}.pdf")[number % 3].format(number)
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return stream.getvalue()


@given(CONTENT, st.integers(1, 5))
def test_shares_together_give_what_the_file_gives(content: tuple[str, bytes], count: int) -> None:
    name, data = content

    def told(readings: list[Reading]) -> list[tuple[str, str]]:
        return sorted((reading.name, str(reading.outcome)) for reading in readings)

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        (source,) = find_inputs([Path(folder) / name])
        whole = list(read_input(source, ReadingLimits()))
        shares = [list(read_input(source, ReadingLimits(), share=Share(number, count))) for number in range(count)]
    assert told([one for share in shares for one in share]) == told(whole)


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_records_come_back_as_they_were_written(records: list[bytes]) -> None:
    stream = io.BytesIO()
    for record in records:
        write_record(stream, record)
    assert list(read_records(io.BytesIO(stream.getvalue()))) == records
    if records:
        with pytest.raises(KgbuildError, match="is cut off"):
            list(read_records(io.BytesIO(stream.getvalue()[:-1])))


@pytest.mark.parametrize("address", ["memory://kept", ""])
def test_a_store_keeps_files(tmp_path: Path, address: str) -> None:
    store = Store.at(address or str(tmp_path))
    store.write("a/b.txt", b"first")
    store.write("a/b.txt", io.BytesIO(b"second"))
    assert store.read("a/b.txt") == b"second"
    assert (store.has("a/b.txt"), store.has("a/c.txt")) == (True, False)
    assert (store.names("a"), store.names("c")) == ({"b.txt"}, set())
    write_gzip(store, "a/c.gz", [b"x" * 1000])
    once = store.read("a/c.gz")
    write_gzip(store, "a/c.gz", [b"x" * 500, b"x" * 500])
    assert store.read("a/c.gz") == once
    store.remove("a/b.txt")
    assert store.names("a") == {"c.gz"}
