"""What many tests share: the real spaCy pipelines, loaded once, and the shared material where it is present."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from spacy.language import Language

# The same examples in every run, however slow the machine, so that a failure is the change's own. New ones are looked
# for by ``pytest --hypothesis-profile explore`` and, in bulk, by ``bench/reliability``.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None)
settings.load_profile("steady")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def stock_nlp() -> Language:
    """The spaCy model alone, without our components; add the ones under test to a copy of its output."""
    from kgbuild.extraction.pipeline import load_pipeline

    return load_pipeline(components=(), accelerated=False)


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The whole extraction pipeline. Not to be changed by a test."""
    from kgbuild.extraction.pipeline import load_pipeline

    return load_pipeline()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the repository; the test skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared material (../shared) is not beside this checkout")
    return SHARED


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """A folder in which the test is no superuser, for whom no permission would be missing."""
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        os.chown(folder, nobody, nobody)
        os.seteuid(nobody)
        try:
            yield folder
        finally:
            os.seteuid(0)
