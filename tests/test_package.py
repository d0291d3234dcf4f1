"""What ``import kgbuild`` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
