"""Spreads the work on articles over processes. A process that dies costs its batch's time: the batch is done again."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from kgbuild.build.work import Choices, Work
from kgbuild.errors import KgbuildError

#: articles that a worker gets at once
BATCH = 16

#: how often a worker may die of a batch before its articles are tried one by one, and of an article before it fails
_DEATHS = 2

_DIED = "the process that worked on it died, twice: it may need more memory than there is"

#: what one worker uses as threads of its own would be missing to its neighbours
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def cores() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class _Batch:
    keys: list[Any]
    items: list[bytes]
    deaths: int = 0


class Pool:
    """Works on articles in several processes, or in this one.

    Args:
        choices: of the user.
        workers: how many processes; 1 is this one.
        apart: even one is a process of its own, which keeps limits where this one cannot, outside its main thread.
    """

    def __init__(self, choices: Choices, workers: int, *, apart: bool = False) -> None:
        self._choices = choices
        self._workers = [_Worker(choices) for _ in range(workers)] if workers > 1 or apart else []
        self._here = Work(choices)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def run(self, kind: str, work: Iterable[tuple[Any, bytes]]) -> Iterator[tuple[Any, bytes | str]]:
        """Does the work on articles.

        Args:
            kind: see :meth:`kgbuild.build.work.Work.do`.
            work: for each article something to know it by, and what is known of it. Read a few batches ahead.

        Yields:
            What each article is known by, with its outcome; in any order.
        """
        batches = _batches(work)
        if self._workers:
            yield from self._spread(kind, batches)
            return
        for batch in batches:
            yield from zip(batch.keys, self._here.do(kind, batch.items), strict=True)

    def _spread(self, kind: str, batches: Iterator[_Batch]) -> Iterator[tuple[Any, bytes | str]]:
        todo: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[_Batch, list[bytes | str] | BaseException | None]] = queue.SimpleQueue()

        def serve(worker: _Worker) -> None:
            while (batch := todo.get()) is not None:
                try:
                    done.put((batch, worker.do(kind, batch.items)))
                except BaseException as error:  # it is raised again where the outcomes are read
                    done.put((batch, error))

        threads = [threading.Thread(target=serve, args=(worker,), daemon=True) for worker in self._workers]
        for thread in threads:
            thread.start()
        waiting = 0
        try:
            ended = False
            while True:
                while not ended and waiting < 2 * len(threads):
                    batch = next(batches, None)
                    if batch is None:
                        ended = True
                        break
                    todo.put(batch)
                    waiting += 1
                if not waiting:
                    return
                batch, outcomes = done.get()
                waiting -= 1
                if isinstance(outcomes, BaseException):
                    raise outcomes
                if outcomes is None:
                    outcomes = []
                    for again in _divided(batch):
                        todo.put(again)
                        waiting += 1
                    if batch.deaths >= _DEATHS and len(batch.items) == 1:
                        outcomes = [_DIED]
                yield from zip(batch.keys, outcomes, strict=False)
        finally:
            for _ in threads:
                todo.put(None)


def _batches(work: Iterable[tuple[Any, bytes]]) -> Iterator[_Batch]:
    batch = _Batch([], [])
    for key, item in work:
        batch.keys.append(key)
        batch.items.append(item)
        if len(batch.items) == BATCH:
            yield batch
            batch = _Batch([], [])
    if batch.items:
        yield batch


def _divided(batch: _Batch) -> list[_Batch]:
    """What to do of a batch whose worker died."""
    batch.deaths += 1
    if batch.deaths < _DEATHS:
        return [batch]
    if len(batch.items) == 1:
        return []
    return [_Batch([key], [item]) for key, item in zip(batch.keys, batch.items, strict=True)]


class _Worker:
    """One process, started when there is work for it, and again when it has died."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, kind: str, items: list[bytes]) -> list[bytes | str] | None:
        """The outcomes, or None if the process died."""
        if self._process is None:
            self._process = self._started()
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            _send(process.stdin, (kind, items))
            answer = _received(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            self.stop()
            return None
        if isinstance(answer, BaseException):
            raise answer
        outcomes: list[bytes | str] = answer
        return outcomes

    def _started(self) -> subprocess.Popen[bytes]:
        # it finds modules where this process does, and not in whatever folder it is started in
        program = f"import sys; sys.path[:] = {sys.path!r}; from kgbuild.build.pool import serve; serve()"
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
        )
        assert process.stdin is not None
        # if it has died already, that is found when it is asked
        with contextlib.suppress(OSError):
            _send(process.stdin, self._choices)
        return process

    def stop(self) -> None:
        """Ends the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    # what was not sent yet is not needed any more
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process.wait()
            self._process = None


def _send(stream: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def _received(stream: IO[bytes]) -> Any:
    size = stream.read(8)
    data = stream.read(int.from_bytes(size, "big")) if len(size) == 8 else b""
    if not size or len(data) < int.from_bytes(size, "big"):
        raise EOFError
    return pickle.loads(data)


def serve() -> None:
    """What a worker does: takes batches from standard input and writes outcomes to standard output, until it closes."""
    import signal

    # Ctrl-C goes to all processes of a terminal; the one that started this one ends it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming = sys.stdin.buffer
    outgoing = os.fdopen(os.dup(1), "wb")
    # what a library prints must not stand between the outcomes
    os.dup2(2, 1)
    try:
        choices = _received(incoming)
        work = Work(choices)
        while True:
            kind, items = _received(incoming)
            try:
                answer: object = work.do(kind, items)
            except KgbuildError as error:
                answer = error
            except Exception as error:  # an error of the program is told where it would be told without workers
                answer = RuntimeError(f"{type(error).__name__}: {error}")
            _send(outgoing, answer)
    except (EOFError, BrokenPipeError):
        return
