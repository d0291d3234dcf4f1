"""How a command uses the processor: numpy's OpenBLAS reads it from the environment when it is loaded."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
_CORE = "OPENBLAS_CORETYPE"
#: what OpenBLAS's kernels named SkylakeX are made of
_AVX512 = frozenset(("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"))


def set_up(environment: MutableMapping[str, str], cpuinfo: Path = _CPUINFO) -> None:
    """Chooses threads and kernels for this process and its children, unless the user has.

    The products are small: two threads take three times the processor time of one for them, and no less time by the
    clock; all cores are used by ``--workers``. And AMD's processors with AVX-512 run at half their speed under the
    AVX2 kernels that OpenBLAS takes for those that it does not know.

    Args:
        environment: of the process, before numpy is imported.
        cpuinfo: what Linux says of the processor; nothing is done about kernels where it is not there.
    """
    if not any(name in environment for name in _THREADS):
        environment.update(dict.fromkeys(_THREADS, "1"))
    if _CORE not in environment and _is_amd_with_avx512(cpuinfo):
        environment[_CORE] = "SkylakeX"


def _is_amd_with_avx512(cpuinfo: Path) -> bool:
    try:
        with cpuinfo.open(encoding="ascii", errors="replace") as lines:
            first = dict(_entry(line) for line in iter(lambda: lines.readline().strip(), ""))
    except OSError:
        return False
    return first.get("vendor_id") == "AuthenticAMD" and set(first.get("flags", "").split()) >= _AVX512


def _entry(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
