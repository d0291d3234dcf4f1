"""The notebook of the examples runs, shows tables, a chart, a network and the words behind a position."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed (make notebook)")
pytest.importorskip("ipykernel", reason="ipykernel is not installed (make notebook)")
pytest.importorskip("matplotlib", reason="matplotlib is not installed (make notebook)")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples/notebook.ipynb"
sys.path.insert(0, str(ROOT / "tools/site"))

from notebook import run, write_page  # noqa: E402  (tools/site is a program, not a package)


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) >= 6
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


def test_the_notebook_runs_and_becomes_a_page(tmp_path: Path) -> None:
    page = tmp_path / "notebook.md"
    write_page(run(NOTEBOOK), page)
    text = page.read_text(encoding="utf-8")
    assert text.count("<table") >= 3
    assert "<mark>" in text
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["notebook-1.png", "notebook-2.png"]


def test_a_cell_that_fails_is_told(tmp_path: Path) -> None:
    broken = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cell = next(cell for cell in broken["cells"] if cell["cell_type"] == "code")
    broken["cells"] = [{**cell, "source": "1 / 0"}]
    (tmp_path / "broken.ipynb").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="ZeroDivisionError"):
        run(tmp_path / "broken.ipynb")
