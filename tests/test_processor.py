"""A command runs numpy with one thread, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.processor import set_up

PROGRAM = "import os; from kgbuild.processor import set_up; set_up(os.environ); import numpy; print({threads})"
THREADS = 'len(os.listdir("/proc/self/task"))'


def test_one_thread() -> None:
    environment: dict[str, str] = {}
    set_up(environment)
    assert environment == {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@pytest.mark.parametrize("name", ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"])
def test_what_the_user_chose_stays(name: str) -> None:
    environment = {name: "4"}
    set_up(environment)
    assert environment == {name: "4"}


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted as Linux shows them")
def test_numpy_listens() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    program = PROGRAM.format(threads=THREADS)
    run = subprocess.run([sys.executable, "-c", program], env=bare, capture_output=True, text=True, check=True)
    assert run.stdout == "1\n"
