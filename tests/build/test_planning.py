"""A plan tells what a build would do, and watching does it again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from changing import TEXTS, article, four_articles

import kgbuild
from kgbuild.articles import ReadingLimits
from kgbuild.build import BuildOptions, plan, watch
from kgbuild.build.run import make_setup
from kgbuild.errors import KgbuildError


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return four_articles(tmp_path)


def test_a_plan_tells_what_would_be_done_and_why(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    setup = make_setup(corpus, output, BuildOptions())
    assert "no graph has been built here yet" in plan(setup).reasons[0]
    assert not output.exists()
    kgbuild.build(corpus, output)
    assert plan(setup).unchanged
    assert plan(setup, force=True).extracted
    article(corpus, 3, TEXTS[4])
    article(corpus, 5, "Peru and Chile met.")
    (corpus / "0.json").unlink()
    told = plan(setup)
    assert dict(told.extracted) == {"3.json": "has changed", "5.json": "is new"}
    assert (told.kept, told.removed, told.reasons) == (2, ("0.json",), ())
    other = make_setup(corpus, output, BuildOptions(limits=ReadingLimits(article_bytes=99_999)))
    assert plan(other).reasons == ("the limits has changed",)


def test_watching_builds_after_each_change(corpus: Path, tmp_path: Path) -> None:
    setup = make_setup(corpus, tmp_path / "output", BuildOptions())
    changes: Iterator[Callable[[], None]] = iter([lambda: article(corpus, 7, TEXTS[4]), (corpus / "7.json").unlink])
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) in (2, 6):
            next(changes)()

    outcomes = watch(setup, lambda: kgbuild.build(corpus, tmp_path / "output"), interval=0.1, sleep=sleep)
    counts = []
    for _ in range(3):
        built = next(outcomes)
        assert isinstance(built, kgbuild.BuildResult)
        counts.append(built.manifest["counts"]["articles"])
    assert counts == [4, 5, 4]
    with pytest.raises(KgbuildError, match="standard input"):
        next(watch(make_setup("-", None, BuildOptions()), lambda: kgbuild.build("-")))
