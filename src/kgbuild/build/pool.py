"""Spreads the work on articles over processes. A process that dies costs its batch's time: the batch is done again."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kgbuild.beside import Server, can_fork
from kgbuild.build.work import Choices, Work
from kgbuild.build.workers import ForkServer, Worker
from kgbuild.errors import KgbuildError

#: articles that a worker gets at once
BATCH = 16

#: how often a worker may die of a batch before its articles are tried one by one, and of an article before it fails
_DEATHS = 2

_DIED = "the process that worked on it died, twice: it may need more memory than there is"


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
        ahead: a process that was started already, of :mod:`kgbuild.beside`: one that forks workers, or where there are
            none one for :meth:`foresee`.
    """

    def __init__(
        self,
        choices: Choices,
        workers: int,
        *,
        apart: bool = False,
        ahead: subprocess.Popen[bytes] | Server | None = None,
    ) -> None:
        self._ahead = ahead if not isinstance(ahead, Server) else None
        forks = ahead if isinstance(ahead, Server) else None
        self._server = ForkServer(choices, forks) if workers > 1 and can_fork() else None
        self._workers = [Worker(choices, self._server) for _ in range(workers)] if workers > 1 or apart else []
        self._here = Work(choices)
        self._choices = choices

    def __enter__(self) -> Pool:
        return self

    def dismiss(self) -> None:
        """Lets processes end that are not needed any more, without waiting for them; :meth:`run` starts others."""
        for worker in self._workers:
            worker.stop()

    def __exit__(self, *_: object) -> None:
        self.dismiss()
        if self._server is not None:
            self._server.stop()

    @property
    def workers(self) -> int:
        """How many processes work beside this one."""
        return len(self._workers)

    def run(
        self, kind: str, work: Iterable[tuple[Any, bytes]], meanwhile: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[Any, bytes | str]]:
        """Does the work on articles.

        Args:
            kind: see :meth:`kgbuild.build.work.Work.do`.
            work: for each article something to know it by, and what is known of it. Read a few batches ahead.
            meanwhile: does a little of something else, while all that can be done is to wait for other processes; gives
                whether there was anything.

        Yields:
            What each article is known by, with its outcome; in any order.
        """
        yield from self._spread(kind, iter(work), meanwhile) if self._workers else self._do_here(kind, work)

    def _do_here(self, kind: str, work: Iterable[tuple[Any, bytes]]) -> Iterator[tuple[Any, bytes | str]]:
        for batch in _batches(work):
            yield from zip(batch.keys, self._here.do(kind, batch.items), strict=True)

    def in_order(self, kind: str, items: Iterable[bytes]) -> Iterator[bytes]:
        """Does work that does not fail, in other processes if there are several that have loaded, else in this one.

        Args:
            kind: see :meth:`kgbuild.build.work.Work.do`.
            items: to work on. Read a few batches ahead.

        Yields:
            The outcomes, in the order of the items.

        Raises:
            KgbuildError: the process that worked on an item died, twice.
        """
        apart = sum(worker.pid is not None for worker in self._workers) > 1
        outcomes = (self._spread if apart else self._do_here)(kind, enumerate(items))
        early: dict[int, bytes | str] = {}
        place = 0
        for number, outcome in outcomes:
            early[number] = outcome
            while (one := early.pop(place, None)) is not None:
                if isinstance(one, str):
                    raise KgbuildError(one)
                yield one
                place += 1

    def start(self, kind: str) -> None:
        """Lets processes load what a kind of work needs before there is any, without waiting for them."""
        if self._server is not None:
            self._server.start(kind)

    def foresee(self, kind: str) -> None:
        """As :meth:`start`, where there may be little work: what this process would have to load, another one does.

        So that is done while this one looks at the files. One that has loaded already goes on by itself.
        """
        if not self._workers and not self._here.is_loaded():
            self._workers = [Worker(self._choices, ahead=self._ahead)]
            self._ahead = None
            self._workers[0].start(kind)
        self.start(kind)

    def _spread(
        self, kind: str, work: Iterator[tuple[Any, bytes]], meanwhile: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[Any, bytes | str]]:
        todo = _Todo(len(self._workers))
        done: queue.SimpleQueue[tuple[_Batch, list[bytes | str] | BaseException | None]] = queue.SimpleQueue()

        def serve(worker: Worker) -> None:
            while (batch := todo.take()) is not None:
                try:
                    done.put((batch, worker.do(kind, batch.items)))
                except BaseException as error:  # it is raised again where the outcomes are read
                    done.put((batch, error))

        threads = [threading.Thread(target=serve, args=(worker,), daemon=True) for worker in self._workers]
        for thread in threads:
            thread.start()
        left = 0
        try:
            while True:
                left += todo.fill(work)
                if not left:
                    return
                while done.empty() and meanwhile():
                    pass
                batch, outcomes = done.get()
                if isinstance(outcomes, BaseException):
                    raise outcomes
                if outcomes is None:
                    outcomes = []
                    if batch.deaths + 1 >= _DEATHS and len(batch.items) == 1:
                        outcomes = [_DIED]
                    todo.again(_divided(batch))
                left -= len(outcomes)
                yield from zip(batch.keys, outcomes, strict=False)
        finally:
            todo.end()


class _Todo:
    """Articles that wait for a worker: a few batches of them, the last of which are small, so that all end together."""

    def __init__(self, workers: int) -> None:
        self._shares = 2 * workers
        self._most = self._shares * BATCH
        self._waiting: deque[tuple[Any, bytes]] = deque()
        self._again: deque[_Batch] = deque()
        self._ended = False
        self._changed = threading.Condition()

    def fill(self, work: Iterator[tuple[Any, bytes]]) -> int:
        """Reads more articles where there is room; gives how many."""
        number = 0
        while len(self._waiting) < self._most and (one := next(work, None)) is not None:
            number += 1
            with self._changed:
                self._waiting.append(one)
                self._changed.notify()
        return number

    def again(self, batches: Iterable[_Batch]) -> None:
        """Takes in what has to be done again."""
        with self._changed:
            self._again.extend(batches)
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing more is to be taken."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def take(self) -> _Batch | None:
        """What a worker is to do next, as soon as there is something; None when all is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._again or self._waiting)
            if self._ended:
                return None
            if self._again:
                return self._again.popleft()
            number = min(BATCH, -(-len(self._waiting) // self._shares))
            some = [self._waiting.popleft() for _ in range(number)]
            return _Batch([key for key, _ in some], [item for _, item in some])


def _batches(work: Iterable[tuple[Any, bytes]]) -> Iterator[_Batch]:
    stream = iter(work)
    while some := list(islice(stream, BATCH)):
        yield _Batch([key for key, _ in some], [item for _, item in some])


def _divided(batch: _Batch) -> list[_Batch]:
    """What to do of a batch whose worker died."""
    batch.deaths += 1
    if batch.deaths < _DEATHS:
        return [batch]
    if len(batch.items) == 1:
        return []
    return [_Batch([key], [item]) for key, item in zip(batch.keys, batch.items, strict=True)]
