"""What ``import kgbuild`` offers, and what it costs."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import kgbuild


def test_public_names_are_there() -> None:
    for name in ("BuildResult", "BuiltGraph", "KgbuildError", "build", "open", "read_articles"):
        assert name in dir(kgbuild)
        assert callable(getattr(kgbuild, name))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kgbuild.nothing


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = "import sys, kgbuild; print(sorted({'spacy', 'rdflib', 'numpy', 'pyoxigraph'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="hatchling, which builds it, is not installed"
)
def test_wheel_and_source_are_built_to_the_same_bytes(tmp_path: Path) -> None:
    """Wherever and whenever they are built."""
    root, made = Path(__file__).parents[1], []
    for number, name in enumerate(("a", "another/place")):
        folder = tmp_path / name
        for part in ("src", "ontology", "shapes", "examples"):
            shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("README.md", "LICENSE", "CHANGELOG.md", "Makefile", "SECURITY.md", "pyproject.toml"):
            shutil.copy(root / part, folder)
        root = folder
        for path in folder.rglob("*"):
            os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path / f"dist-{number}")],
            cwd=folder,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
            check=True,
            capture_output=True,
        )
        made.append({path.name: path.read_bytes() for path in (tmp_path / f"dist-{number}").iterdir()})
    assert sorted(name.rpartition(".")[2] for name in made[0]) == ["gz", "whl"]
    assert made[0] == made[1]


def test_the_lock_file_suits_what_the_package_asks_for() -> None:
    """``make lock`` brings it up to date."""
    root = Path(__file__).parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    text = (root / "requirements" / "dev.txt").read_text("utf-8")
    # a library may have one version for each of several Pythons
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        locked.setdefault(name.replace("_", "-").lower(), []).append(version)
    extras = project["optional-dependencies"]
    wanted = [Requirement(line) for line in (*project["dependencies"], *extras["dev"])]
    for requirement in wanted:
        if requirement.name == "kgbuild":
            wanted += [Requirement(line) for extra in sorted(requirement.extras) for line in extras[extra]]
        else:
            name = requirement.name.replace("_", "-").lower()
            versions = locked.get(name, ["0"])
            assert all(requirement.specifier.contains(version, prereleases=True) for version in versions), (
                f"{requirement}: make lock"
            )
    pins = re.findall(r"^[\w.-]+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pins) == sum(map(len, locked.values()))
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
