"""A graph served for a measurement."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(output: Path, *options: str) -> Iterator[str]:
    """Runs ``kgbuild serve`` on a free port of loopback, and ends it.

    Args:
        output: the folder that ``kgbuild build`` wrote.
        options: more options of the command.

    Returns:
        The address, without a slash at its end.
    """
    command = [sys.executable, "-m", "kgbuild", "serve", str(output), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if " at http://" not in line:
                sys.exit("the server did not start")
            yield line.rsplit(" ", 1)[1].strip().rstrip("/")
        finally:
            process.terminate()
