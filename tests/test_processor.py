"""Threads and kernels are chosen where the user has not, and the kernels only where the processor has them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.processor import set_up

AVX512 = "fpu sse2 avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16"


def cpuinfo(folder: Path, vendor: str, flags: str) -> Path:
    path = folder / "cpuinfo"
    one = f"processor\t: 0\nvendor_id\t: {vendor}\nflags\t\t: {flags}\nbogomips\t: 1.0\n\n"
    path.write_text(one + one.replace(": 0", ": 1"))
    return path


@pytest.mark.parametrize(
    ("vendor", "flags", "core"),
    [
        ("AuthenticAMD", AVX512, "SkylakeX"),
        ("AuthenticAMD", "fpu sse2 avx2", None),
        ("AuthenticAMD", AVX512.replace("avx512vl", ""), None),
        ("GenuineIntel", AVX512, None),  # OpenBLAS knows these
    ],
)
def test_kernels(tmp_path: Path, vendor: str, flags: str, core: str | None) -> None:
    environment: dict[str, str] = {}
    set_up(environment, cpuinfo(tmp_path, vendor, flags))
    assert environment.get("OPENBLAS_CORETYPE") == core
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


def test_what_the_user_chose_stays(tmp_path: Path) -> None:
    environment = {"OMP_NUM_THREADS": "4", "OPENBLAS_CORETYPE": "Haswell"}
    set_up(environment, cpuinfo(tmp_path, "AuthenticAMD", AVX512))
    assert environment == {"OMP_NUM_THREADS": "4", "OPENBLAS_CORETYPE": "Haswell"}


def test_elsewhere_than_on_linux(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    set_up(environment, tmp_path / "missing")
    assert "OPENBLAS_CORETYPE" not in environment


def test_numpy_multiplies_rightly_with_what_was_chosen_here() -> None:
    chosen: dict[str, str] = {}
    set_up(chosen)
    program = "import numpy as n; a = n.ones((300, 200), 'f'); print((a @ a.T == 200).all())"
    run = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **chosen}, capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("True\n", "")
