"""Starts a process that loads what a rebuild will need, before this one has even imported what it builds with.

To load the model takes longer than all else that a rebuild of one article does. So whether a file looks changed is
asked first, from outside: a guess, on which nothing rests but whether the other process has something to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

#: what one worker uses as threads of its own would be missing to its neighbours
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def started(module: str, function: str, *arguments: int, **how: Any) -> subprocess.Popen[bytes]:
    """A process that calls a function.

    Args:
        module, function: where it is, and its name.
        arguments: for the function.
        how: for :class:`subprocess.Popen`.
    """
    call = f"from {module} import {function}; {function}(*{arguments!r})"
    # it finds modules where this process does, and not in whatever folder it is started in
    # Ctrl-C goes to all processes of a terminal; the one that starts this one ends it
    ignore = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    program = f"{ignore}; import sys; sys.path[:] = {sys.path!r}; {call}"
    return subprocess.Popen([sys.executable, "-P", "-c", program], env={**os.environ, **_ONE_THREAD}, **how)


def started_worker(function: str = "serve") -> subprocess.Popen[bytes]:
    """A process that works on articles, to be told through its standard input; see :mod:`kgbuild.build.workers`.

    Args:
        function: ``serve``, or ``serve_soon`` of this module.
    """
    module = __name__ if function == "serve_soon" else "kgbuild.build.workers"
    return started(module, function, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def started_if_changed(
    paths: Iterable[str | Path], output: Path, cache: Path | Literal[False] | None
) -> subprocess.Popen[bytes] | None:
    """A process that will work on articles and has begun to load, if a file has changed since the last build.

    Args:
        paths: of the articles.
        output: a folder to pass over.
        cache: what the user chose as the folder of the cache; None for the one in the output folder, False for none.
    """
    if cache is False:
        return None
    try:
        # the last build ended by writing it
        moment = ((cache or output / ".cache") / ".state.sqlite").stat().st_mtime_ns
    except OSError:
        return None
    skipped = os.path.realpath(output)
    return started_worker("serve_soon") if any(_newer(str(path), moment, skipped) for path in paths) else None


def _newer(path: str, moment: int, skipped: str) -> bool:
    """Whether a file or folder was changed, or moved, after a moment."""
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - strings are enough for so many
            return os.stat(path).st_ctime_ns > moment  # noqa: PTH116
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if os.path.realpath(entry.path) != skipped and _newer(entry.path, moment, skipped):
                        return True
                elif entry.stat().st_ctime_ns > moment:
                    return True
    except (OSError, ValueError):
        # whatever is wrong is told where the file is read
        pass
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process for which there turned out to be nothing to do."""
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()


def serve_soon() -> None:
    """What the process does: imports what takes longest, then what a worker does."""
    from kgbuild.garbage import searched_seldom

    with searched_seldom():  # importing makes much that stays
        from kgbuild.extraction.lean import import_spacy

        import_spacy()
        from kgbuild.build.workers import serve

        serve()
