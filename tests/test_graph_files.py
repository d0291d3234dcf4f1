"""A graph is read the same from one file and from shards, plain or compressed."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph
import pytest

from kgbuild import store
from kgbuild.errors import KgbuildError
from kgbuild.graph.reading import read_quads
from kgbuild.graph_files import build_stamp, graph_files, joined, of_one_build, shards_of
from kgbuild.loading.bulk import bulk_commands
from kgbuild.loading.graphs import read_graphs
from kgbuild.loading.run import _plain
from kgbuild.opening import BuiltGraph
from kgbuild.store import index_store, open_store
from loading.conftest import write_output
from loading.servers import oxigraph_program

# rdflib warns of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The sample graph in one file, and what follows in another."""
    folder = write_output(tmp_path / "whole", "march", "may")
    (folder / "inferred.nq").write_text(f"<http://a/s> <{TYPE}> <http://a/C> <http://a/graph/inferred> .\n")
    return folder


def in_shards(whole: Path, folder: Path, ending: str, pieces: int = 3) -> Path:
    """The same graph as shards, which the manifest lists as a build (``.nq``) or a cluster (``.nq.gz``) does."""
    manifest = json.loads((whole / "manifest.json").read_text())
    names: dict[str, list[str]] = {"graph": [], "inferred": []}
    for kind, last in (("graph", "identity"), ("inferred", "shared")):
        lines = (whole / f"{kind}.nq").read_bytes().splitlines(keepends=True)
        size = -(-len(lines) // pieces)
        for number in range(pieces + 1):
            name = f"{kind}/{last if number == pieces else f'part-{number}'}{ending}"
            names[kind].append(name)
            (folder / kind).mkdir(parents=True, exist_ok=True)
            data = b"".join(lines[number * size : (number + 1) * size])
            (folder / name).write_bytes(gzip.compress(data) if ending.endswith(".gz") else data)
    if ending.endswith(".gz"):
        manifest["shards"] = names
    else:
        manifest["files"] = {name: {} for name in ("articles.jsonl", *names["graph"], *names["inferred"])}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(params=[".nq", ".nq.gz"])
def shards(whole: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return in_shards(whole, tmp_path / "it's in shards", request.param)


def quads_of(output: Path) -> list[pyoxigraph.Quad]:
    return sorted(open_store(output), key=str)


def test_shards_hold_what_the_file_holds(whole: Path, shards: Path, tmp_path: Path) -> None:
    assert len(graph_files(shards).graph) == len(graph_files(shards).inferred) == 4
    assert quads_of(shards) == quads_of(whole)
    assert len(BuiltGraph(shards)) == len(BuiltGraph(whole))
    assert set(BuiltGraph(shards).dataset()) == set(BuiltGraph(whole).dataset())
    assert index_store(shards, tmp_path / "one") == index_store(whole, tmp_path / "other") > 100
    read = [quad for path in graph_files(shards).all for quad in read_quads(path)]
    assert read == [quad for path in graph_files(whole).all for quad in read_quads(path)]


def test_shards_that_the_manifest_does_not_list_are_no_part_of_the_graph(whole: Path, shards: Path) -> None:
    (shards / "graph" / "part-old.nq").write_text("<http://a/s> <http://a/p> <http://a/o> <http://a/g> .\n")
    (shards / "graph.nq").write_text("<http://a/s> <http://a/p> <http://a/o> <http://a/g> .\n")
    assert quads_of(shards) == quads_of(whole)


def test_a_manifest_reads_no_files_elsewhere() -> None:
    names = ["../graph/part-0.nq", "graph/../../part-0.nq", "/graph/part-0.nq", "graph.nq", "graph/part-1.nq"]
    assert shards_of({"files": dict.fromkeys(names)}) == (["graph/part-1.nq"], [])
    assert shards_of({"files": dict.fromkeys(names[:-1])}) is None
    assert shards_of({"files": None}) is None


def test_a_missing_shard_is_told(shards: Path) -> None:
    missing = graph_files(shards).graph[1]
    missing.unlink()
    with pytest.raises(KgbuildError, match=f"{missing.name}: is missing, though manifest.json lists it"):
        open_store(shards)


def test_a_broken_shard_is_told_with_its_line(whole: Path, tmp_path: Path) -> None:
    shards = in_shards(whole, tmp_path / "shards", ".nq")
    broken = graph_files(shards).graph[2]
    broken.write_bytes(broken.read_bytes() + b"<http://a/s> nothing\n")
    line = broken.read_bytes().count(b"\n")
    with pytest.raises(KgbuildError, match=f"{broken.name}: broken at line {line}"):
        open_store(shards)
    shards = in_shards(whole, tmp_path / "compressed", ".nq.gz")
    broken = graph_files(shards).graph[2]
    broken.write_bytes(broken.read_bytes()[:-20])
    with pytest.raises(KgbuildError, match=f"{broken.name}: cannot be read"):
        open_store(shards)


def test_files_are_joined_even_where_one_has_no_end_of_line(tmp_path: Path) -> None:
    texts = [b"", b"one", b"two\n", b"", b"three"]
    paths = [tmp_path / str(number) for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text)
    with joined(paths) as stream:
        assert stream.read() == b"one\ntwo\nthree\n"
    with joined(paths) as stream:
        assert b"".join(iter(lambda: stream.read(2), b"")) == b"one\ntwo\nthree\n"


def test_a_graph_that_is_built_anew_while_it_is_read_is_read_again(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_output(tmp_path / "other", "march")
    expected = quads_of(other)
    real = store.load
    done: list[pyoxigraph.Store] = []

    def disturbed(files: Sequence[Path]) -> pyoxigraph.Store:
        found = real(files)
        if not done:
            done.append(found)
            (whole / "inferred.nq").unlink()
            for name in ("graph.nq", "manifest.json"):
                (other / name).replace(whole / name)
        return found

    monkeypatch.setattr(store, "load", disturbed)
    assert quads_of(whole) == expected
    assert len(done) == 1


def test_a_graph_that_is_built_again_and_again_is_told(whole: Path) -> None:
    def read(files: object) -> None:
        manifest = whole / "manifest.json"
        text = manifest.read_text()
        manifest.unlink()
        manifest.write_text(f"{text} ")

    with pytest.raises(KgbuildError, match="was built again whenever it was read"):
        of_one_build(whole, read)


def test_what_is_read_while_a_build_ends_is_of_no_build(whole: Path) -> None:
    before = build_stamp(whole)
    assert before is not None
    (whole / ".complete").mkdir()
    assert build_stamp(whole) is None
    (whole / ".complete").rmdir()
    assert build_stamp(whole) == before
    (whole / "manifest.json").write_text("{}")
    assert build_stamp(whole) not in (before, None)


def test_loading_sees_the_same_graphs_in_shards(whole: Path, shards: Path, tmp_path: Path) -> None:
    def graphs(output: Path) -> dict[str, tuple[str, int]]:
        files = [_plain(path, tmp_path) for path in graph_files(output).all]
        return {iri: (graph.sha256, graph.triples) for iri, graph in read_graphs(files).items()}

    assert graphs(shards) == graphs(whole)


@pytest.mark.parametrize("pieces", [3, 12])
def test_a_stores_own_loader_reads_many_shards(whole: Path, tmp_path: Path, pieces: int) -> None:
    shards = in_shards(whole, tmp_path / "it's in shards", ".nq.gz", pieces)
    commands = {one.kind: one.command for one in bulk_commands(shards)}
    assert ("*.nq.gz" in commands["oxigraph"]) == (pieces > 10)
    assert commands["qlever"].startswith("zcat ") and "Content-Encoding: gzip" in commands["rdf4j"]
    assert "graph" in commands["virtuoso"] and "inferred" in commands["virtuoso"]
    program = oxigraph_program()
    if program is None:
        pytest.skip("the oxigraph server is not installed (pip install oxigraph)")
    shell = commands["oxigraph"].replace("oxigraph load", f"{program} load").replace("DATABASE", str(tmp_path / "data"))
    subprocess.run(["sh", "-c", shell], check=True, capture_output=True)
    assert sorted(map(str, pyoxigraph.Store.read_only(str(tmp_path / "data")))) == sorted(
        str(quad) for quad in open_store(whole) if not isinstance(quad.graph_name, pyoxigraph.DefaultGraph)
    )


def test_files_of_any_folder_are_named_by_what_the_shell_finds(whole: Path, tmp_path: Path) -> None:
    shards = in_shards(whole, tmp_path / "it's in shards", ".nq", 12)
    (command,) = bulk_commands(shards, "qlever")
    listed = command.command.removeprefix("cat ").partition(" |")[0]
    done = subprocess.run(["sh", "-c", f"cat {listed} | sort"], check=True, capture_output=True)
    files = [whole / "graph.nq", whole / "inferred.nq"]
    assert done.stdout.splitlines() == sorted(line for path in files for line in path.read_bytes().splitlines())
    shutil.rmtree(shards)
