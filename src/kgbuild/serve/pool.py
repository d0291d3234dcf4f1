"""Workers that answer queries side by side, each ended and replaced when a query goes over a limit."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kgbuild.errors import KgbuildError
from kgbuild.graph.vocabulary import DEFAULT_BASE, PREFIXES
from kgbuild.serve.settings import ServeSettings

#: seconds in which a worker has to open the store
_START = 60.0
#: seconds for which a query waits for a worker at least, however little time it may then take
_PATIENCE = 10.0
#: what a worker needs of the environment; nothing secret goes along
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "LANG")


class QueryError(Exception):
    """A query that was not answered.

    Attributes:
        status: ``malformed``, ``refused``, ``unacceptable``, ``too large``, ``time``, ``memory``, ``busy`` or
            ``failed``.
        message: for the client.
    """

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True, slots=True)
class Question:
    """A query and how it is to be answered; see :func:`kgbuild.serve.worker.answer`.

    Attributes:
        answer_bytes: how long the answer may be, where that is less than the server's limit.
    """

    query: str
    formats: Sequence[str] = ("json",)
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    answer_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in the format (a short name as in :mod:`kgbuild.serve.media`) that suited best."""

    form: str
    rows: int
    content: bytes


class Answering(Protocol):
    """Whatever answers questions: a pool of workers, or a store in this process."""

    async def ask(self, question: Question) -> Answer:
        """The answer to a question."""
        ...


class _Worker:
    """One process, started when it is needed."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "kgbuild.serve.worker", json.dumps(self._config)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            await asyncio.wait_for(self._receive(), _START)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self.end()
            raise KgbuildError("a process for queries does not start; is there memory and room on the disk?") from error

    async def ask(self, question: Question) -> tuple[dict[str, Any], bytes]:
        await self.start()
        assert self._process is not None and self._process.stdin is not None
        request = json.dumps(
            {
                "query": question.query,
                "formats": list(question.formats),
                "default_graphs": None if question.default_graphs is None else list(question.default_graphs),
                "named_graphs": None if question.named_graphs is None else list(question.named_graphs),
                "answer_bytes": question.answer_bytes,
            }
        ).encode()
        self._process.stdin.write(struct.pack(">I", len(request)) + request)
        await self._process.stdin.drain()
        return await self._receive()

    async def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            # not process.kill(): that reaps a process that has just died, and whoever waits for it is told nothing
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        # its pipes are closed at once, not when nobody remembers it: then the loop may be gone
        process._transport.close()  # type: ignore[attr-defined]

    async def _receive(self) -> tuple[dict[str, Any], bytes]:
        assert self._process is not None and self._process.stdout is not None
        stdout = self._process.stdout
        (length,) = struct.unpack(">I", await stdout.readexactly(4))
        about: dict[str, Any] = json.loads(await stdout.readexactly(length))
        return about, await stdout.readexactly(about["size"])


class WorkerPool:
    """Several workers over one store.

    Args:
        store: the folder of the store; see :func:`kgbuild.serve.index.make_index`.
        settings: the limits.
        workers: how many; those of the settings if not given.
    """

    def __init__(self, store: Path, settings: ServeSettings, workers: int | None = None) -> None:
        self._settings = settings
        self._config = {
            "store": str(store),
            "seconds": settings.seconds,
            "rows": settings.rows,
            "answer_bytes": settings.answer_bytes,
            "memory_bytes": settings.memory_bytes,
            "prefixes": {**PREFIXES, "id": DEFAULT_BASE},
        }
        self._workers = [_Worker(self._config) for _ in range(settings.workers if workers is None else workers)]
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting = 0
        self.ended = 0

    async def start(self) -> None:
        """Starts all workers.

        Raises:
            KgbuildError: that does not work.
        """
        for worker in self._workers:
            await worker.start()
            self._idle.put_nowait(worker)

    async def stop(self) -> None:
        """Ends all workers."""
        replacing = list(self._tasks)
        for task in replacing:
            task.cancel()
        # a worker that is just being started is not to be ended twice at once
        await asyncio.gather(*replacing, return_exceptions=True)
        for worker in self._workers:
            await worker.end()

    async def ask(self, question: Question) -> Answer:
        """Answers a query.

        Raises:
            QueryError: there is no answer, or none within the limits.
        """
        if self.waiting >= self._settings.waiting:
            raise QueryError("busy", "too many queries are waiting; try again later")
        self.waiting += 1
        try:
            worker = await asyncio.wait_for(self._idle.get(), max(_PATIENCE, self._settings.seconds))
        except TimeoutError:
            raise QueryError("busy", "all workers are busy; try again later") from None
        finally:
            self.waiting -= 1
        healthy = False
        try:
            await worker.start()
            about, content = await asyncio.wait_for(worker.ask(question), self._settings.seconds)
            healthy = about["status"] != "memory"
        except TimeoutError:
            raise QueryError(
                "time", f"the query was ended after {self._settings.seconds:g} seconds, the limit of this server"
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            about, content = {"status": "memory"}, b""
        except KgbuildError as error:
            raise QueryError("failed", "the query could not be run") from error
        finally:
            self._return(worker, healthy)
        if about["status"] == "memory":
            raise QueryError("memory", "the query needed more memory than this server gives to one")
        if about["status"] != "ok":
            raise QueryError(about["status"], about["message"])
        return Answer(form=about["format"], rows=about["rows"], content=content)

    def _return(self, worker: _Worker, healthy: bool) -> None:
        if healthy:
            self._idle.put_nowait(worker)
            return
        self.ended += 1
        task = asyncio.get_running_loop().create_task(self._replace(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self, worker: _Worker) -> None:
        await worker.end()
        # should it not start now, the next query tries again
        with contextlib.suppress(KgbuildError, OSError):
            await worker.start()
        self._idle.put_nowait(worker)
