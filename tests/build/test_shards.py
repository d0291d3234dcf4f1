"""A large graph stands in shards: a change touches one or two, and all are those of a build from nothing."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from changing import TEXTS, article, contents, four_articles

import kgbuild
from kgbuild.build import shards as module
from kgbuild.build import writing
from kgbuild.build.assembled import Assembled
from kgbuild.build.folder import replaced
from kgbuild.build.parts import PartFile, Parts
from kgbuild.build.shards import OldFiles, ShardWriter, Written, begins_shard
from kgbuild.doctor import check_output
from kgbuild.errors import KgbuildError
from kgbuild.graph_files import graph_files

BASE = "https://a.example/"


class Texts:
    """Articles, their parts, and nothing else of what :class:`Assembled` knows."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        self.parts = Parts(self.database)
        self.conclusions: set[str] = set()
        self.content: dict[str, str] = {}
        self.rendered = 0

    def article_texts(
        self, parts: Iterable[str], threads: Executor, wanted: Sequence[bool]
    ) -> Iterator[Sequence[bytes]]:
        for part in parts:
            self.rendered += 1
            yield [f"{number} {part} {self.content[part]}\n".encode() * wanted[number] for number in range(6)]

    def put(self, name: str, content: str) -> None:
        self.content[f"<{BASE}article/{name}>"] = content
        self.parts.change("article", f"<{BASE}article/{name}>")

    def conclusion_texts(self, names: Iterable[str]) -> Iterator[Sequence[bytes]]:
        for name in names:
            self.rendered += 1
            yield [f"{name}\n".encode()]

    def turn(self, name: str) -> None:
        """Puts a conclusion in, or takes it out."""
        (self.parts.remove if name in self.conclusions else self.parts.change)("conclusion", name)
        self.conclusions ^= {name}

    def remove(self, name: str) -> None:
        del self.content[f"<{BASE}article/{name}>"]
        self.parts.remove("article", f"<{BASE}article/{name}>")

    def write(self, folder: Path, old: OldFiles | None) -> Written:
        written = Written()
        for name in (".", "graph", "inferred"):
            (folder / name).mkdir(exist_ok=True)
        if old is None:
            self.parts.change_all()
        with ThreadPoolExecutor(2) as threads, ExitStack() as stack:
            files = [
                PartFile(folder / name, old.folder / name if old is not None else None, stack, threads)
                for name in ("articles", "turtle")
            ]
            graph = cast("Assembled", self)
            writer = ShardWriter(folder, graph, old, threads, written)
            writer.articles(*files)
            writer.conclusions()
            for file in files:
                file.finish()
        return written


@pytest.mark.parametrize("size", [1, 2, 4])
def test_any_changes_give_the_shards_of_writing_everything(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ARTICLES", size)
    monkeypatch.setattr(module, "CONCLUSIONS", size)
    chance = random.Random(size)
    texts, old, folder = Texts(), None, tmp_path / "output"
    folder.mkdir()
    for number in range(60):
        changes = chance.randrange(4) if number else 9
        for _ in range(changes):
            name = f"{chance.choice('abcdefgh')}-{chance.randrange(4)}"
            if f"<{BASE}article/{name}>" in texts.content and chance.random() < 0.5:
                texts.remove(name)
            else:
                texts.put(name, "é" * chance.randrange(9))
            texts.turn(f"line {chance.randrange(30)}")
        new = tmp_path / "new"
        written = texts.write(new, old)
        assert not written.hashes.keys() & written.kept.keys()
        names = sorted(written.hashes.keys() | written.kept.keys())
        if not changes:
            assert not written.hashes
        # what a build does with them
        for path in folder.rglob("*.nq"):
            if path.relative_to(folder).as_posix() not in written.kept:
                path.unlink()
        shutil.copytree(new, folder, dirs_exist_ok=True)
        shutil.rmtree(new)
        found = {name: (folder / name).read_bytes() for name in names}
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
        assert hashes == {**written.hashes, **{name: entry["sha256"] for name, entry in written.kept.items()}}
        old = OldFiles(folder, {name: {"sha256": digest} for name, digest in hashes.items()})
        for kind, column in (("graph", 0), ("inferred", 3)):
            joined = b"".join(data for name, data in found.items() if name.startswith(f"{kind}/part-"))
            assert joined.decode() == "".join(
                f"{column} {part} {texts.content[part]}\n" for part in sorted(texts.content)
            )
        for name, column in (("articles", 4), ("turtle", 5)):
            wanted = "".join(f"{column} {part} {texts.content[part]}\n" for part in sorted(texts.content))
            assert (folder / name).read_text() == wanted
        lines = [data for name, data in found.items() if name.startswith("inferred/shared-")]
        assert sorted(b"".join(lines).decode().splitlines()) == sorted(texts.conclusions)
        fresh = Texts()
        for line in texts.conclusions:
            fresh.turn(line)
        for part, content in texts.content.items():
            fresh.put(part.rpartition("/")[2][:-1], content)
        assert fresh.write(tmp_path / "fresh", None).hashes == hashes
        shutil.rmtree(tmp_path / "fresh")


def test_a_change_touches_the_shards_of_its_article_alone(tmp_path: Path) -> None:
    texts = Texts()
    for number in range(3000):
        texts.put(f"news-{number:04d}", "so it was")
    (tmp_path / "new").mkdir()
    first = texts.write(tmp_path / "new", None)
    shards = len(first.hashes) // 2
    assert 3000 / module.ARTICLES / 1.5 < shards < 3000 / module.ARTICLES * 1.5
    old = OldFiles(tmp_path / "new", {name: {"sha256": digest} for name, digest in first.hashes.items()})
    texts.rendered = 0
    texts.put("news-1000", "so it was not")
    second = texts.write(tmp_path / "newer", old)
    assert len(second.hashes) == 2 and len(second.kept) == 2 * (shards - 1) and texts.rendered == 1
    third = texts.write(tmp_path / "newest", OldFiles(tmp_path / "newer", old.entries))
    assert not third.hashes and len(third.kept) == 2 * shards


def test_a_border_that_goes_joins_two_shards_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ARTICLES", 4)
    texts = Texts()
    for number in range(200):
        texts.put(f"news-{number:04d}", "so it was")
    first = texts.write(tmp_path / "new", None)
    border = [part for part in sorted(texts.content) if begins_shard(part, 4)][10]
    texts.remove(border.rpartition("/")[2][:-1])
    old = OldFiles(tmp_path / "new", {name: {"sha256": digest} for name, digest in first.hashes.items()})
    second = texts.write(tmp_path / "newer", old)
    assert (len(second.hashes), len(second.kept)) == (2, len(first.hashes) - 4)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return four_articles(tmp_path)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "corpus" in request.fixturenames:
        monkeypatch.setattr(module, "ARTICLES", 2)
        monkeypatch.setattr(module, "CONCLUSIONS", 8)


def test_shards_are_the_files_of_one_piece_cut_up(corpus: Path, tmp_path: Path) -> None:
    whole = kgbuild.build(corpus, tmp_path / "whole", layout="single")
    cut = kgbuild.build(corpus, tmp_path / "cut", layout="sharded")
    one, other = contents(tmp_path / "whole"), contents(tmp_path / "cut")
    for kind in ("graph", "inferred"):
        shards = [data for name, data in sorted(other.items()) if name.startswith(f"{kind}/part-")]
        assert len(shards) > 1 and all(shards)
        files = getattr(graph_files(tmp_path / "cut"), kind)
        joined = b"".join(path.read_bytes() for path in files)
        assert sorted(joined.splitlines()) == sorted(one[f"{kind}.nq"].splitlines())
        assert joined.startswith(b"".join(shards)) and one[f"{kind}.nq"].startswith(b"".join(shards))
    assert b"".join(path.read_bytes() for path in graph_files(tmp_path / "cut").graph) == one["graph.nq"]
    same = ("articles.jsonl", "identity.json", "graph.ttl", "validation.ttl", "validation.txt")
    assert {name: one[name] for name in same} == {name: other[name] for name in same}
    assert cut.manifest["counts"] == whole.manifest["counts"]
    assert cut.quads == whole.quads and sorted(cut.inferred) == sorted(whole.inferred)
    assert list(cut.query("positions")) == list(whole.query("positions")) != []
    assert [one.what for one in check_output(tmp_path / "cut") if one.state != "ok"] == []
    assert set(cut.manifest["left_out"]) == {"graph.jsonld", "graph.nq", "graph.trig", "inferred.nq"}
    assert {name: entry["bytes"] for name, entry in cut.manifest["files"].items()} == {
        name: len(data) for name, data in other.items() if name != "manifest.json"
    }


def test_a_large_graph_is_in_shards_unless_the_user_says_otherwise(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "output"
    monkeypatch.setattr(writing, "MERGED_AT_MOST", 10)
    assert kgbuild.build(corpus, output).manifest["left_out"]["graph.nq"].startswith("more than 10 quads")
    assert (output / "graph" / "identity.nq").is_file() and not (output / "graph.nq").exists()
    assert not (output / "graph.ttl").exists()
    kgbuild.build(corpus, output, layout="single")
    assert (output / "graph.nq").is_file() and (output / "graph.trig").is_file()
    assert not (output / "graph").exists() and not (output / "inferred").exists()
    kgbuild.build(corpus, output, merged_turtle="always")
    assert not (output / "graph.nq").exists() and (output / "graph.ttl").is_file()


def test_what_a_rebuild_does_not_touch_stays_the_file_that_it_was(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output, layout="sharded")

    def files() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in (output / "graph").iterdir()}

    before = files()
    article(corpus, 3, f"{TEXTS[3]} The talks went on.")
    kgbuild.build(corpus, output, layout="sharded")
    same = {name for name, inode in files().items() if before.get(name) == inode}
    assert len(before) > 2 and len(same) >= len(before) - 2 and same
    kgbuild.build(corpus, tmp_path / "fresh", cache=False, layout="sharded")
    assert contents(output) == contents(tmp_path / "fresh")


def test_a_shard_that_was_changed_or_removed_is_written_again(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output, layout="sharded")
    before = contents(output)
    for change in (Path.unlink, lambda path: path.write_text("nothing")):
        change(sorted((output / "graph").iterdir())[1])
        assert not kgbuild.build(corpus, output, layout="sharded").unchanged
        assert contents(output) == before


def test_a_full_disk_leaves_the_old_shards(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output, layout="sharded")
    before = contents(output)
    real = PartFile.finish

    def full(self: PartFile) -> str:
        if "inferred" in str(self._new.name):
            raise OSError(28, "No space left on device")
        return real(self)

    article(corpus, 3, f"{TEXTS[3]} The talks went on.")
    with monkeypatch.context() as patched:
        patched.setattr(PartFile, "finish", full)
        with pytest.raises(KgbuildError, match="No space left"):
            kgbuild.build(corpus, output, layout="sharded")
    assert contents(output) == before
    kgbuild.build(corpus, output, layout="sharded")
    assert contents(output) != before


def test_an_unknown_layout_is_told(corpus: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"layout": "folders"}
    with pytest.raises(KgbuildError, match="--layout folders: choose one of auto, single, sharded"):
        kgbuild.build(corpus, tmp_path / "output", **options)


def test_a_folder_in_place_of_a_shard_is_no_endless_try(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("a file where a folder of shards should be")
    with pytest.raises(KgbuildError, match="cannot be written"), replaced(tmp_path) as new:
        (new / "graph").mkdir()
        (new / "graph" / "part-a.nq").write_text("")
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]
