"""Two builds are compared by their facts."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from kgbuild.cli import main
from kgbuild.comparison import Comparison, compare, write_comparison
from kgbuild.errors import KgbuildError
from kgbuild.facts import ArticleFacts, Polarity
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from kgbuild.graph.vocabulary import INFERRED_GRAPH, graph_iri
from kgbuild.inference import entail
from sample import BASE, SampleIdentities, march_facts, may_facts


def write(folder: Path, *articles: ArticleFacts, inferred: bool = False) -> Path:
    folder.mkdir()
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)
    write_quads(quads, [folder / "graph.nq"], base=BASE)
    if inferred:
        graph = graph_iri(BASE, INFERRED_GRAPH)
        write_quads([(*triple, graph) for triple in entail(quads)], [folder / "inferred.nq"], base=BASE)
    return folder


def told(comparison: Comparison, form: str = "text") -> str:
    stream = io.StringIO(newline="")
    write_comparison(comparison, form, stream)
    return stream.getvalue()


def turned(facts: ArticleFacts) -> ArticleFacts:
    """Olsen opposes now, the talks are planned, a statement has gone, and the ambassador has another post."""
    _, olsen, _ = facts.positions
    talks, rejection = facts.events
    return replace(
        facts,
        positions=(facts.positions[0], replace(olsen, polarity=Polarity.OPPOSES), facts.positions[2]),
        events=(replace(talks, place="Bergen"), rejection),
        roles=(replace(facts.roles[0], title="consul"), *facts.roles[1:]),
        treaties=(replace(facts.treaties[0], status="Signed"),),
    )


def test_a_build_does_not_differ_from_itself_whatever_was_inferred(tmp_path: Path) -> None:
    one = write(tmp_path / "one", march_facts(), may_facts())
    other = write(tmp_path / "other", march_facts(), may_facts(), inferred=True)
    comparison = compare(one, other)
    assert comparison.differences == ()
    assert comparison.same == {
        "article": 2, "actor": 7, "role": 2, "treaty": 1, "statement": 6, "refusal": 1, "position": 5, "event": 2,
    }  # fmt: skip
    assert told(comparison) == "no fact differs; 26 are the same\n"


def test_what_changed_in_a_fact_is_told(tmp_path: Path) -> None:
    old = write(tmp_path / "old", march_facts(), may_facts())
    new = write(tmp_path / "new", turned(march_facts()), may_facts())
    comparison = compare(old, new)
    found = {(one.change, one.fact.kind): one.fields for one in comparison.differences}
    assert found == {
        ("changed", "position"): {"polarity": ("supports", "opposes")},
        ("changed", "event"): {"place": ("Norway; Oslo", "Bergen; Norway")},
        ("changed", "role"): {"title": ("ambassador", "consul")},
        ("changed", "treaty"): {"status": ("proposed", "signed")},
    }
    text = told(comparison)
    assert (
        "positions: 1 changed, 4 the same\n  ~ Marta Olsen opposes river pact\n      polarity: supports -> opposes\n"
        in text
    )
    back = compare(new, old)
    assert {name: pair[::-1] for one in back.differences for name, pair in one.fields.items()} == {
        name: pair for one in comparison.differences for name, pair in one.fields.items()
    }


def test_an_article_that_came_brings_its_facts(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", march_facts()), write(tmp_path / "new", march_facts(), may_facts())
    comparison = compare(old, new)
    (article,) = comparison.of("article", "added")
    assert article.fact.told() == "Berg turns against the river pact"
    added = comparison.of("position", "added")
    assert [one.fact.told() for one in added] == [
        "Jonas Berg opposes river pact", "Chile supports river pact, according to two diplomats",
    ]  # fmt: skip
    assert all(one.whole for one in added)
    assert {one.change for one in comparison.differences} == {"added"}
    assert "positions: 2 added, 3 the same\n  + and 2 of added articles\n" in told(comparison)
    assert {one.change for one in compare(new, old).differences} == {"removed"}


def test_programs_and_spreadsheets_get_the_same(tmp_path: Path) -> None:
    may = may_facts()
    wild = replace(may.statements[0], cue="=1+1")
    old = write(tmp_path / "old", march_facts(), may)
    new = write(tmp_path / "new", turned(march_facts()), replace(may, statements=(wild, *may.statements[1:])))
    comparison = compare(old, new)
    data = json.loads(told(comparison, "json"))
    assert data["counts"]["position"] == {"same": 4, "added": 0, "removed": 0, "changed": 1}
    rows = list(csv.DictReader(io.StringIO(told(comparison, "csv"), newline="")))
    assert [row["kind"] for row in rows] == [one["kind"] for one in data["differences"]]
    (cue,) = (row for row in rows if row["field"] == "cue")
    assert (cue["old"], cue["new"]) == ("said", "'=1+1")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = write(tmp_path / "old", march_facts()), write(tmp_path / "new", turned(march_facts()))
    assert main(["diff", str(old), str(new)]) == 0
    assert "polarity: supports -> opposes" in capsys.readouterr().out
    assert main(["diff", str(old), str(new), "--exit-code", "-f", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["differences"]
    assert main(["diff", str(old), str(old), "--exit-code"]) == 0
    assert main(["diff", str(old), str(tmp_path / "none")]) == 2
    assert main(["diff", str(old), str(new), "-f", "xml"]) == 2
    with pytest.raises(KgbuildError, match="choose one of text, json, csv"):
        told(compare(old, new), "xml")
