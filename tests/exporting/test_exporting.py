"""A built graph in the formats of other tools, read back by readers that are not ours."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import networkx
import pytest

from kgbuild.errors import KgbuildError
from kgbuild.exporting import FORMS, export
from sample import write_sample


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample graph: Norway, Chile and a river pact."""
    return write_sample(tmp_path_factory.mktemp("exporting") / "output")


def named(graph: networkx.MultiDiGraph, name: str) -> str:
    """The node with a label."""
    return next(str(node) for node, label in graph.nodes(data="label") if label == name)


def test_a_network_has_positions_as_ties_with_their_words(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "network.graphml"
    export(output, "graphml", path)
    graph = networkx.read_graphml(path)
    edges = graph.get_edge_data(named(graph, "Jonas Berg"), named(graph, "river pact")).values()
    stances = {edge["polarity"]: edge for edge in edges if edge["relation"] == "HOLDS_POSITION_ON"}
    assert stances["supports"]["according_to"] == "Marta Olsen"
    assert "according_to" not in stances["opposes"]
    assert stances["opposes"]["words"] == "I can no longer back the river pact"
    assert stances["opposes"]["article"] == "Berg turns against the river pact"
    assert graph.nodes[named(graph, "Jonas Berg")]["kind"] == "Person"
    assert graph.nodes[named(graph, "Jonas Berg")]["post"] == "foreign minister"


def test_who_speaks_about_whom_is_a_tie(output: Path, tmp_path: Path) -> None:
    export(output, "gexf", tmp_path / "network.gexf")
    graph = networkx.read_gexf(tmp_path / "network.gexf")
    edges = graph.get_edge_data(named(graph, "Marta Olsen"), named(graph, "Jonas Berg")).values()
    said = next(edge for edge in edges if edge["relation"] == "SPEAKS_ABOUT")
    assert said["content"].startswith("Foreign Minister Jonas Berg believes")
    assert {kind for _, kind in graph.nodes(data="kind")}.isdisjoint({"Statement", "Refusal", "Article"})


def test_both_formats_of_networks_hold_the_same(output: Path, tmp_path: Path) -> None:
    export(output, "gexf", tmp_path / "network.gexf")
    export(output, "graphml", tmp_path / "network.graphml")
    one, other = networkx.read_gexf(tmp_path / "network.gexf"), networkx.read_graphml(tmp_path / "network.graphml")
    assert sorted(one) == sorted(other)
    assert Counter(one.edges()) == Counter(other.edges())


def test_csv_for_neo4j_refers_only_to_nodes_that_are_there(output: Path, tmp_path: Path) -> None:
    done = export(output, "neo4j", tmp_path / "neo4j")
    nodes: dict[str, str] = {}
    for path in (tmp_path / "neo4j").glob("*_nodes.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            nodes |= {row["iri:ID"]: row[":LABEL"] for row in csv.DictReader(file)}
        assert f"--nodes={path.name}" in done.advice
    relations: Counter[str] = Counter()
    for path in (tmp_path / "neo4j").glob("*_relationships.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row[":START_ID"] in nodes
                assert row[":END_ID"] in nodes
                relations[row[":TYPE"]] += 1
        assert f"--relationships={path.name}" in done.advice
    assert len(nodes) == done.things
    assert relations.total() == done.ties
    assert Counter(nodes.values())["Refusal;Statement"] == 1
    assert {"Person;Actor", "State;Actor", "Treaty", "Event", "Article"} <= set(nodes.values())
    assert relations["HOLDS_POSITION_ON"] >= 5
    assert relations["PARTY_TO"] == 2


def test_followthemoney_entities_refer_only_to_entities_that_are_there(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "entities.jsonl"
    export(output, "ftm", path)
    entities = {entity["id"]: entity for entity in map(json.loads, path.read_text("utf-8").splitlines())}
    for entity in entities.values():
        for key, values in entity["properties"].items():
            assert all(value in entities for value in values if value.startswith("kgbuild-")), key
    berg = next(e["id"] for e in entities.values() if e["properties"].get("name") == ["Jonas Berg"])
    stances = [e["properties"] for e in entities.values() if e["properties"].get("subject") == [berg]]
    assert sorted(stance["role"][0] for stance in stances) == ["opposes", "supports according to Marta Olsen"]
    assert {entity["schema"] for entity in entities.values()} >= {"Person", "PublicBody", "Project", "Occupancy"}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_graph_gives_the_same_bytes(output: Path, tmp_path: Path, form: str) -> None:
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "kgbuild", "export", str(output), "--to", form, "-o", str(tmp_path / seed / form)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.DEVNULL,
        )
    ours, theirs = (
        {file.name: file.read_bytes() for file in sorted((tmp_path / seed).rglob("*")) if file.is_file()}
        for seed in ("1", "2")
    )
    assert ours == theirs


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path) -> None:
    line = '<urn:x> <{}> "{}" <urn:g> .\n'
    classes = "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/kgbuild/diplomacy#State> .\n"
    label = line.format("http://www.w3.org/2000/01/rdf-schema#label", "Nor\\u0001way & <Chile>")
    (tmp_path / "odd.nq").write_text(classes + label, "utf-8")
    export(tmp_path / "odd.nq", "graphml", tmp_path / "odd.graphml")
    assert networkx.read_graphml(tmp_path / "odd.graphml").nodes["urn:x"]["label"] == "Nor way & <Chile>"


def test_a_format_that_there_is_not_is_told(output: Path) -> None:
    with pytest.raises(KgbuildError, match=r"no format 'gephi'; choose graphml"):
        export(output, "gephi")


def test_a_folder_where_a_file_should_be_is_told(output: Path, tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="is a folder; give the name of a file"):
        export(output, "gexf", tmp_path)
    (tmp_path / "taken").write_text("")
    with pytest.raises(KgbuildError, match="neo4j needs a folder"):
        export(output, "neo4j", tmp_path / "taken")
