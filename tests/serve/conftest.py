"""Two servers for the tests: processes of their own, over the sample graph, one of them with tight limits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sample import BASE, write_sample


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def sparql(self, query: str, accept: str = "application/sparql-results+json", **more: str) -> httpx.Response:
        """Asks the endpoint."""
        parameters = {"query": query, **more}
        return httpx.get(f"{self.address}sparql", params=parameters, headers={"accept": accept}, timeout=30)

    def free(self) -> None:
        """Waits until a worker is free again; on a busy machine a new one takes its time."""
        for _ in range(200):
            if self.sparql("ASK {}").status_code == 200:
                return
        raise AssertionError("no worker is free")

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """Fetches a page."""
        return httpx.get(self.address + path.lstrip("/"), params=parameters or None, timeout=30)


@contextmanager
def serving(output: Path, *options: str, **environment: str) -> Iterator[Served]:
    """Runs ``kgbuild serve`` on a free port."""
    log = output.parent / f"log-{len(list(output.parent.iterdir()))}.jsonl"
    with subprocess.Popen(
        [sys.executable, "-m", "kgbuild", "serve", str(output), "--port", "0", "--log", str(log), *options],
        stdout=subprocess.PIPE,
        text=True,
        env=None if not environment else {**os.environ, **environment},
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert " at http://" in line, f"the server did not start: {line!r}"
            yield Served(line.rsplit(" ", 1)[1].strip(), process, log)
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as an output folder: two articles of our own, without inference."""
    output = write_sample(tmp_path_factory.mktemp("served") / "output")
    (output / "manifest.json").write_text(f'{{"options": {{"base": "{BASE}"}}}}', "utf-8")
    return output


@pytest.fixture(scope="session")
def served(built: Path) -> Iterator[Served]:
    """A server with the usual limits."""
    with serving(built, "--cors", "https://pages.example") as one:
        yield one


@pytest.fixture(scope="session")
def strict(built: Path) -> Iterator[Served]:
    """A server with one worker and limits that tests can reach."""
    limits = ("--timeout", "2", "--max-rows", "50", "--max-bytes", "20000", "--max-memory", "300", "--workers", "1")
    with serving(built, *limits) as one:
        yield one
