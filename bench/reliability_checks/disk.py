"""Fills the disk, and forbids writing, at every stage of a build: the old graph has to stay, the message to be clear.

The output folder lies on a file system of its own in memory (tmpfs), of which a file takes away all but so many bytes:
none for the first build, a little more for each next one, until a build comes through. Where mounting is not allowed,
the same is done through the largest size that a file of the process may have (RLIMIT_FSIZE), and reading alone through
the permissions of the folder.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kgbuild.build.folder import settle
from reliability_checks.common import contents, write_articles

_SIZE = 24_000_000


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this check."""
    parser.add_argument("--steps", type=int, default=40, help="how many builds on an ever less full disk")


def run(options: argparse.Namespace) -> int:
    """Runs the check."""
    with tempfile.TemporaryDirectory(prefix="kgbuild-disk-") as name:
        folder = Path(name)
        articles = write_articles(folder / "articles", own="Chile and Peru signed a treaty on water in Lima.")
        before = write_articles(folder / "before", only=3)
        for source, target in ((articles, "reference"), (before, "old")):
            _built(source, folder / target)
        with _small_disk(folder / "disk") as mounted:
            if mounted:
                print("a tmpfs of its own, filled but for so many bytes")
                full = _on_full_disk(folder, options.steps)
            else:
                print("mounting is not allowed here: files of limited size instead (RLIMIT_FSIZE)")
                full = _with_small_files(folder, options.steps)
            closed = _read_only(folder, mounted)
    return int(not (full and closed))


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _built(articles: Path, output: Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a build by the command line; its files may have at most so many bytes."""

    def limited() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "kgbuild", "build", str(articles), "-o", str(output), "-q"]
    return subprocess.run(command, check=False, capture_output=True, text=True, preexec_fn=limited)


def _on_full_disk(folder: Path, steps: int) -> bool:
    disk = folder / "disk"
    output, filler = disk / "output", disk / "filler"
    needed = sum(map(len, contents(folder / "reference").values())) + 500_000
    tally: Counter[str] = Counter()
    good = True
    for step in range(steps):
        shutil.rmtree(output, ignore_errors=True)
        filler.unlink(missing_ok=True)
        shutil.copytree(folder / "old", output)
        room = needed * step // (steps - 1)
        free = shutil.disk_usage(disk).free
        with suppress(OSError), filler.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, max(free - room, 1))
        done = _built(folder / "articles", output)
        good &= _judged(done, output, folder, tally, f"{room:,} bytes free")
        # with room again, the next build gives what it should
        filler.unlink(missing_ok=True)
        again = _built(folder / "articles", output)
        if again.returncode or contents(output) != contents(folder / "reference"):
            print(f"{room:,} bytes free: the build after it has code {again.returncode}: {again.stderr}")
            good = False
    filler.unlink(missing_ok=True)
    _print(tally)
    return good and len(tally) > 1


def _with_small_files(folder: Path, steps: int) -> bool:
    largest = max(map(len, contents(folder / "reference").values()))
    tally: Counter[str] = Counter()
    good = True
    for step in range(steps):
        output = folder / f"limited-{step}"
        shutil.copytree(folder / "old", output)
        limit = largest * step // (steps - 2)
        good &= _judged(_built(folder / "articles", output, limit), output, folder, tally, f"{limit:,} bytes a file")
    _print(tally)
    return good and len(tally) > 1


def _judged(done: subprocess.CompletedProcess[str], output: Path, folder: Path, tally: Counter[str], what: str) -> bool:
    """Whether a build that may have failed left one graph, whole, and said clearly why."""
    settle(output)
    found = contents(output)
    reference, old = contents(folder / "reference"), contents(folder / "old")
    told = done.stderr.strip().replace(str(folder), "…")
    tally[f"code {done.returncode}: {told or 'built'}"] += 1
    whole = found == (reference if done.returncode == 0 else old)
    clear = done.returncode == 0 or (
        done.returncode == 2 and "Traceback" not in told and "unexpected" not in told and "cannot be" in told
    )
    if not (whole and clear):
        print(f"{what}: code {done.returncode}, graph whole: {whole}, said: {told}")
    return whole and clear


def _print(tally: Counter[str]) -> None:
    for told, count in tally.items():
        print(f"{count:>4}  {told}")


def _read_only(folder: Path, mounted: bool) -> bool:
    """An output folder that may only be read."""
    output = folder / "disk" / "output" if mounted else folder / "closed"
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(folder / "old", output)
    if mounted:
        subprocess.run(["mount", "-o", "remount,ro", str(folder / "disk")], check=True)
    elif os.geteuid() == 0:
        print("the superuser may write everywhere: reading alone is not tried")
        return True
    else:
        output.chmod(0o500)
    tally: Counter[str] = Counter()
    try:
        return _judged(_built(folder / "articles", output), output, folder, tally, "read-only")
    finally:
        _print(tally)
        if mounted:
            subprocess.run(["mount", "-o", "remount,rw", str(folder / "disk")], check=True)
        else:
            output.chmod(0o700)
