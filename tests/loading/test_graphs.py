"""Graphs are read from files without being held in memory, and divided without tearing blank nodes apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kgbuild.errors import KgbuildError
from kgbuild.loading.graphs import NamedGraph, normalized, read_graphs

G, H = "<https://example.org/g>", "<https://example.org/h>"
P = "<https://example.org/p>"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "graph.nq"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def only(path: Path) -> NamedGraph:
    (graph,) = read_graphs([path]).values()
    return graph


def test_graphs_have_their_names_counts_and_hashes(output: Path) -> None:
    graphs = read_graphs([output / "graph.nq"])
    lines = (output / "graph.nq").read_text("utf-8").splitlines()
    assert len(graphs) == 3
    assert sum(graph.triples for graph in graphs.values()) == len(lines)
    for iri, graph in graphs.items():
        mine = [line for line in lines if line.endswith(f" <{iri}> .")]
        assert graph.triples == len(mine) > 0
        assert graph.size == sum(len(line.encode()) + 1 for line in mine)
    assert len({graph.sha256 for graph in graphs.values()}) == 3


def test_another_word_is_another_hash(tmp_path: Path) -> None:
    one = only(written(tmp_path, f'<urn:a> {P} "x" {G} .'))
    other = only(written(tmp_path, f'<urn:a> {P} "y" {G} .'))
    assert (one.iri, one.triples) == (other.iri, other.triples) and one.sha256 != other.sha256


def test_triples_that_stand_twice_or_apart_are_one(tmp_path: Path) -> None:
    line, other = f'<urn:b> {P} "x" {G} .', f'<urn:a> {P} "x" {G} .'
    graphs = read_graphs([written(tmp_path, line, other, f'<urn:c> {P} "x" {H} .', line)])
    assert {graph.iri[-1]: graph.triples for graph in graphs.values()} == {"g": 2, "h": 1}


@given(data=st.data())
def test_pieces_together_are_the_graph(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    node = st.sampled_from(["<urn:a>", "<urn:b>", *(f"_:n{n}" for n in range(8))])
    value = node | st.text(st.characters(exclude_categories=["C"]), max_size=12).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )
    triples = sorted(data.draw(st.sets(st.tuples(node, value), min_size=1, max_size=30)))
    limit = data.draw(st.integers(1, 400))
    path = written(tmp_path_factory.mktemp("pieces"), *(f"{s} {P} {o} {G} ." for s, o in triples))
    graph = only(path)
    assert graph.triples == len(triples)
    pieces = list(graph.chunks(limit))
    # each piece is a document of its own: the same label in two of them would be two nodes
    merged = Graph()
    for serial, piece in enumerate(pieces):
        merged.parse(data=piece.decode().replace("_:n", f"_:piece{serial}n"), format="nt")
    whole = Graph().parse(data="".join(f"{s} {P} {o} .\n" for s, o in triples), format="nt")
    assert isomorphic(merged, whole)
    plain = [piece for piece in pieces if b"_:" not in piece]
    assert all(len(piece) <= limit or piece.count(b"\n") == 1 for piece in plain)


def test_a_long_literal_makes_a_piece_of_its_own(tmp_path: Path) -> None:
    long = "x" * 5000
    graph = only(written(tmp_path, f'<urn:a> {P} "1" {G} .', f'<urn:a> {P} "{long}" {G} .', f'<urn:b> {P} "2" {G} .'))
    assert [len(piece) > 1000 for piece in graph.chunks(1000)] == [False, True, False]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f'<urn:a> {P} "x" .', "line 2 is no quad of a named graph"),
        (f"<urn:a> {P} <urn:b> .", "line 2 is no quad of a named graph"),
        ("nonsense", "line 2 is no quad"),
        (f"<urn:c> {P} _:shared {H} .", "_:shared stands in two graphs"),
    ],
)
def test_what_cannot_be_loaded_graph_by_graph_is_refused(line: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"<urn:a> {P} _:shared {G} .", line)
    with pytest.raises(KgbuildError, match=message):
        read_graphs([path])


def test_anybodys_trig_is_read_the_same_every_time(tmp_path: Path) -> None:
    path = tmp_path / "their.trig"
    path.write_text('@prefix e: <https://example.org/> . e:g { e:a e:p [ e:q "x\\u00e9", 1.50 ] , "b"@en . }', "utf-8")
    hashes = set()
    for name in ("one.nq", "two.nq"):
        normalized(path, tmp_path / name)
        graph = only(tmp_path / name)
        hashes.add(graph.sha256)
        assert graph.triples == 4 and graph.blank
    assert len(hashes) == 1
    path.write_text('<https://example.org/a> <https://example.org/p> "x" .', "utf-8")
    with pytest.raises(KgbuildError, match="triples outside of named graphs"):
        normalized(path, tmp_path / "three.nq")
