"""Starts a process that loads what a build will need, before this one has even imported what it builds with.

To load the model takes longer than all else that a rebuild of one article does, and where others work on the articles
they have nothing to do until it is loaded. So whether a file looks changed is asked first, from outside: a guess, on
which nothing rests but whether the other process has something to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import socket

#: what one worker uses as threads of its own would be missing to its neighbours
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Server:
    """A process that forks workers, to be told through its standard input; see :mod:`kgbuild.build.workers`.

    Attributes:
        process: the process.
        control: a socket that keeps messages apart, through which workers are asked for.
    """

    process: subprocess.Popen[bytes]
    control: socket.socket


def can_fork() -> bool:
    """Whether workers can be forked: elsewhere than on Linux, systems' own libraries do not allow for it."""
    return sys.platform == "linux"


def cores() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


def started_server(function: str = "serve_forks") -> Server:
    """A process that forks workers.

    Args:
        function: ``serve_forks``, or ``serve_forks_soon`` of this module.
    """
    import socket

    module = __name__ if function == "serve_forks_soon" else "kgbuild.build.workers"
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        number = its.fileno()
        return Server(started(module, function, number, stdin=subprocess.PIPE, pass_fds=(number,)), ours)


def started_early(
    paths: Iterable[str | Path],
    output: Path,
    cache: Path | Literal[False] | None,
    *,
    workers: int = 1,
    force: bool = False,
) -> subprocess.Popen[bytes] | Server | None:
    """A process that has begun to load, if it is likely to be needed: one that works on articles, or that forks others.

    With one worker that is where a file has changed since the last build: without one, this process may as well load.

    Args:
        paths: of the articles.
        output: a folder to pass over.
        cache: what the user chose as the folder of the cache; None for the one in the output folder, False for none.
        workers: processes that are to work on articles; 1 is this one.
        force: everything is to be worked out again.
    """
    moment = _built(output, cache)
    if workers == 1 and not force and moment is not None and _any_newer(paths, moment, output):
        return started_worker("serve_soon")
    if workers > 1 and can_fork() and (force or moment is None or _any_newer(paths, moment, output)):
        return started_server("serve_forks_soon")
    return None


def _built(output: Path, cache: Path | Literal[False] | None) -> int | None:
    """When the last build ended, by the clock of the files; None if there was none."""
    if cache is False:
        return None
    try:
        # the last build ended by writing it
        return ((cache or output / ".cache") / ".state.sqlite").stat().st_mtime_ns
    except OSError:
        return None


def _any_newer(paths: Iterable[str | Path], moment: int, output: Path) -> bool:
    skipped = os.path.realpath(output)
    return any(_newer(str(path), moment, skipped) for path in paths)


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


def end(ahead: subprocess.Popen[bytes] | Server) -> None:
    """Ends a process for which there turned out to be nothing to do."""
    process = ahead
    if isinstance(process, Server):
        process.control.close()
        process = process.process
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()


def serve_soon() -> None:
    """What a process that works does: imports what takes longest, then what a worker does."""
    from kgbuild.garbage import searched_seldom

    with searched_seldom():  # importing makes much that stays
        _import_first()
        from kgbuild.build.workers import serve

        serve()


def serve_forks_soon(descriptor: int) -> None:
    """What a process that forks others does: imports what takes longest, then what a fork server does.

    Args:
        descriptor: of its control.
    """
    from kgbuild.garbage import searched_seldom

    with searched_seldom():  # importing makes much that stays
        _import_first()
        from kgbuild.build.workers import serve_forks

        serve_forks(descriptor)


def _import_first() -> None:
    from kgbuild.extraction.lean import import_spacy

    import_spacy()
