"""How a command uses the processor: numpy's OpenBLAS reads it from the environment when it is loaded."""

from __future__ import annotations

from collections.abc import MutableMapping

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def set_up(environment: MutableMapping[str, str]) -> None:
    """Chooses one thread for the products of this process and its children, unless the user has chosen.

    The products are small: two threads take three times the processor time of one for them, and no less time by the
    clock. All cores are used by ``--workers``.

    Args:
        environment: of the process, before numpy is imported.
    """
    if not any(name in environment for name in _THREADS):
        environment.update(dict.fromkeys(_THREADS, "1"))
