"""Who was taken for whom can be seen, and decided otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgbuild.cli import main

ARTICLES = {
    "one.json": {
        "title": "Ministers meet",
        "published": "2021-03-01",
        "text": "Spain's foreign minister, Ana Ruiz, met French officials in Madrid. “We agree,” Ruiz said.",
    },
    "two.json": {
        "title": "A visit",
        "published": "2021-03-02",
        "text": "Foreign Minister Ana Maria Ruiz of Spain said on Tuesday that the treaty would be signed in Paris.",
    },
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, record in ARTICLES.items():
        (folder / name).write_text(json.dumps(record))
    return folder


def people(output: Path) -> set[str]:
    table = json.loads((output / "identity.json").read_text(encoding="utf-8"))
    return {entity["iri"].removeprefix(table["base"]) for entity in table["entities"] if entity["type"] == "Person"}


def test_a_judgement_changes_who_is_who(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["build", str(corpus), "-o", "output", "-q"]) == 0
    before = people(tmp_path / "output")
    assert main(["identity", "list", "output", "--search", "RUIZ"]) == 0
    listed = capsys.readouterr().out
    assert all(path in listed for path in before)
    assert "Spain" not in listed.splitlines()[1]
    assert main(["identity", "list", "output", "--joins"]) == 0
    assert "why" in capsys.readouterr().out

    decision = "split" if len(before) == 1 else "merge"
    left, right = "person/ana-ruiz", "person/ana-maria-ruiz"
    assert main(["identity", decision, left, right, "--why", "as the ministry told us"]) == 0
    assert "1 decision" in capsys.readouterr().out
    assert "as the ministry told us" in (tmp_path / "judgements.yaml").read_text()
    assert main(["build", str(corpus), "-o", "output", "-q", "--judgements", "judgements.yaml"]) == 0
    after = people(tmp_path / "output")
    assert len(after) == 3 - len(before)
    manifest = json.loads((tmp_path / "output" / "manifest.json").read_text())
    assert manifest["options"]["judgements"]["file"] == "judgements.yaml"


def test_mistakes_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "list", str(tmp_path)]) == 2
    assert "identity.json" in capsys.readouterr().err
    assert main(["identity", "merge", "person/a", "person/a", "-j", str(tmp_path / "j.yaml")]) == 2
    assert main(["identity", "merge", "person/a", "person/b", "-j", str(tmp_path / "j.txt")]) == 2
    assert "YAML" in capsys.readouterr().err
    (tmp_path / "identity.json").write_text("[]")
    assert main(["identity", "list", str(tmp_path)]) == 2
    assert "another version" in capsys.readouterr().err
