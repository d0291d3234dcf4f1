"""A Dask cluster of our own: a scheduler and workers as processes that talk over TCP on loopback."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil


class Cluster:
    """The processes, each known by the process that was started.

    Args:
        folder: for files of the scheduler and the workers.
        workers: how many.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        self.file = folder / "scheduler.json"
        self._folder = folder
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        self._scheduler = self._started("scheduler", *options)
        waited = 0.0
        while not self.file.exists():
            assert self._scheduler.poll() is None
            assert waited < 60
            time.sleep(0.1)
            waited += 0.1
        self.workers = [self.add_worker() for _ in range(workers)]

    def _started(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        with (self._folder / "log.txt").open("ab") as log:
            return subprocess.Popen(program, stdout=log, stderr=log)

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Starts a worker, without a nanny that would start it again when it is killed."""
        options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
        local = ("--local-directory", str(self._folder))
        return self._started("worker", *options, *local, "--scheduler-file", str(self.file))

    def kill(self, worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
        """Kills a worker as the system does when memory runs out; gives the processes that it had started."""
        children: list[psutil.Process] = psutil.Process(worker.pid).children(recursive=True)
        worker.kill()
        worker.wait()
        return children

    def log(self) -> str:
        """What all of them have printed."""
        return (self._folder / "log.txt").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Ends all of it."""
        for process in (*self.workers, self._scheduler):
            process.terminate()
        for process in (*self.workers, self._scheduler):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


@contextlib.contextmanager
def cluster_in(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    cluster = Cluster(folder, workers)
    try:
        yield cluster
    finally:
        cluster.stop()
