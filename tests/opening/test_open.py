"""A graph opened from Python answers as data frames; every example in the documentation of the methods is run."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kgbuild
from kgbuild import opening
from kgbuild.errors import KgbuildError
from kgbuild.opening import BuiltGraph, frames, questions
from kgbuild.query import list_queries
from sample import write_sample

pandas = pytest.importorskip("pandas", reason="pandas is not installed (pip install 'kgbuild[pandas]')")


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample graph in the folder output/ of the working directory."""
    folder = write_sample(tmp_path / "output")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize("module", [opening, questions], ids=lambda module: module.__name__)
@pytest.mark.usefixtures("output")
def test_the_examples_are_right(module: object) -> None:
    pandas.set_option("display.width", 120)
    parser = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    tried = 0
    for test in parser.find(module, extraglobs={"graph": kgbuild.open("output/")}):
        result = runner.run(test)
        assert result.failed == 0, test.name
        tried += result.attempted
    assert tried >= 6


def test_every_canned_query_is_a_method_with_its_parameters() -> None:
    for query in list_queries():
        method = getattr(BuiltGraph, query.name, None)
        assert method is not None, f"kgbuild.opening.questions has no method {query.name}"
        parameters = [name for name in inspect.signature(method).parameters if name != "self"]
        assert parameters == [parameter.name for parameter in query.parameters], query.name
        assert method.__doc__ is not None and method.__doc__.startswith(query.title)


def test_a_method_answers_as_its_query_does(output: Path) -> None:
    graph = kgbuild.open(output)
    for query in list_queries():
        frame = getattr(graph, query.name)()
        result = graph.query(query.name)
        assert list(frame.columns) == list(result.columns)
        assert len(frame) == len(list(result.rows()))
    counts = graph.articles()["statements"]
    assert counts.dtype.kind == "i" and counts.sum() == 6


def test_frames_of_polars_are_the_same(output: Path) -> None:
    pytest.importorskip("polars", reason="polars is not installed (pip install 'kgbuild[polars]')")
    theirs = kgbuild.open(output, frames="polars").positions()
    ours = kgbuild.open(output).positions()
    assert theirs.rows() == [tuple(None if pandas.isna(v) else v for v in row) for row in ours.itertuples(index=False)]


def test_nothing_is_read_before_it_is_asked_for(output: Path) -> None:
    graph = kgbuild.open(output)
    assert graph and repr(graph).startswith("kgbuild.open(")
    (output / "graph.nq").write_text("nonsense")
    with pytest.raises(KgbuildError, match="broken at line 1"):
        graph.positions()
    with pytest.raises(KgbuildError, match="no such folder"):
        kgbuild.open(output / "nowhere")


def test_without_the_library_the_message_tells_what_to_install(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KgbuildError, match=r"pip install 'kgbuild\[pandas\]'"):
        kgbuild.open(output).positions()
    with pytest.raises(KgbuildError, match="choose pandas or polars"):
        frames.to_frame(kgbuild.open(output).query("ASK {}"), "spark")  # type: ignore[arg-type]


def test_opening_imports_nothing_heavy(output: Path) -> None:
    program = (
        f"import sys, kgbuild; kgbuild.open({str(output)!r}); print({{'pandas', 'rdflib', 'spacy'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
