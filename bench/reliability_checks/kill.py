"""Kills builds with SIGKILL at random moments, resumes each, and compares the result with an undisturbed build.

A process that has loaded the model is forked for each build, so a build costs what its articles cost. Every other build
is killed within the phase in which it writes; every third one starts from an older graph, which after the kill has to
be there whole unless the new one is.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from kgbuild.build.folder import settle, unsettled
from kgbuild.build.run import build
from reliability_checks.common import contents, write_articles


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this check."""
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=3600, help="stop after this time, whatever was done")
    parser.add_argument("--seed", type=int, default=1)


class _Telling:
    """Tells through a pipe, as soon as it has happened, which step of a build has begun."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def start(self, step: str, total: int | None) -> None:
        """A step begins."""
        if step == "Writing":
            os.write(self._descriptor, b"w")

    def advance(self, count: int = 1) -> None:
        """Is of no interest."""


def _forked(articles: Path, output: Path) -> tuple[int, int]:
    """Starts a build in a copy of this process; gives its process and the pipe through which it tells."""
    incoming, outgoing = os.pipe()
    process = os.fork()
    if process:
        os.close(outgoing)
        return process, incoming
    os.close(incoming)
    code = 1
    try:
        build(articles, output, progress=_Telling(outgoing))
        code = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(code)


def _ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _killed(articles: Path, output: Path, wait: float, writing: bool) -> bool:
    """Starts a build and kills it so many seconds after its start, or after it has begun to write.

    Returns:
        Whether it was still at work.
    """
    process, told = _forked(articles, output)
    if writing:
        os.read(told, 1)
    time.sleep(wait)
    os.kill(process, signal.SIGKILL)
    os.close(told)
    return _ended(process) == -signal.SIGKILL


def _durations(articles: Path, folder: Path) -> tuple[float, float]:
    """Seconds of a whole build in a forked process, and of its writing."""
    start = time.perf_counter()
    process, told = _forked(articles, folder)
    os.read(told, 1)
    writing = time.perf_counter()
    _ended(process)
    os.close(told)
    end = time.perf_counter()
    return end - start, end - writing


def run(options: argparse.Namespace) -> int:
    """Runs the check."""
    chance = random.Random(options.seed)
    end = time.monotonic() + options.seconds
    outcomes: Counter[str] = Counter()
    done = equal = whole = 0
    with tempfile.TemporaryDirectory(prefix="kgbuild-kill-") as name:
        folder = Path(name)
        articles = write_articles(folder / "articles", own="Chile and Peru signed a treaty on water in Lima.")
        before = write_articles(folder / "before", only=3)
        build(articles, folder / "reference")
        build(before, folder / "old")
        reference, old = contents(folder / "reference"), contents(folder / "old")
        total, writing = _durations(articles, folder / "timed")
        print(f"an undisturbed build takes {total:.2f} s, of which it writes for {writing:.2f} s", flush=True)
        while done < options.kills and time.monotonic() < end:
            output = folder / "output"
            from_old = done % 3 == 0
            if from_old:
                shutil.copytree(folder / "old", output)
            in_writing = done % 2 == 0
            wait = chance.random() * (writing if in_writing else total)
            if _killed(articles, output, wait, in_writing):
                done += 1
                state, kept = _state(output, old if from_old else {}, reference)
                outcomes[state] += 1
                whole += kept
                process, told = _forked(articles, output)
                code = _ended(process)
                os.close(told)
                same = code == 0 and contents(output) == reference
                equal += same
                if not (same and kept):
                    print(f"kill {done}: {state}; resumed with code {code}, equal: {same}", flush=True)
            shutil.rmtree(output, ignore_errors=True)
    for state, count in outcomes.most_common():
        print(f"{count:>5}  {state}")
    print(f"{done} builds killed; {whole} left the old graph or the new one whole; {equal} resumed to the same bytes")
    return int(not done == whole == equal == options.kills)


def _state(output: Path, old: dict[str, bytes], new: dict[str, bytes]) -> tuple[str, bool]:
    """What a killed build left, and whether that is one graph, whole."""
    moving = output.is_dir() and unsettled(output)
    if moving:
        settle(output)
    found: dict[str, Any] = contents(output) if output.is_dir() else {}
    found = {name: data for name, data in found.items() if not name.startswith(".building/")}
    if found == new:
        return ("the new graph, once its files were moved into place" if moving else "the new graph"), True
    if found == old:
        return ("the old graph" if old else "no graph, as before"), True
    return "something else", False
