"""Processes that work on articles beside the one that builds.

Where it is safe they are forked from one process, the fork server, that has loaded the pipeline: they share its memory,
and one that has died is replaced at once. It is a fresh process without other threads, which no fork would take along.
Elsewhere each process is started for itself, and loads for itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import IO, Any

from kgbuild.beside import Server, started_server, started_worker
from kgbuild.build.work import Choices, Work
from kgbuild.errors import KgbuildError
from kgbuild.garbage import searched_seldom

#: what the numbers that are sent to and from a fork server are written in
_NUMBER = 8


class Worker:
    """One process, started when there is work for it, and again when it has died.

    Args:
        choices: of the user.
        server: forks it; None to start it for itself.
        ahead: a process that was started already, of :mod:`kgbuild.beside`.
    """

    def __init__(
        self, choices: Choices, server: ForkServer | None = None, ahead: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._choices = choices
        self._ahead = ahead
        self._server = server
        self._connection: _Connection | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, if there is one."""
        return self._connection.pid if self._connection is not None else None

    def do(self, kind: str, items: list[bytes]) -> list[bytes | str] | None:
        """Has work done, see :meth:`kgbuild.build.work.Work.do`; gives the outcomes, or None if the process died."""
        try:
            if self._connection is None:
                self._connection = self._connected(kind)
            _send(self._connection.outgoing, (kind, items))
            answer = _received(self._connection.incoming)
        except (OSError, EOFError, pickle.UnpicklingError):
            self.stop()
            return None
        if isinstance(answer, BaseException):
            raise answer
        outcomes: list[bytes | str] = answer
        return outcomes

    def start(self, kind: str) -> None:
        """Starts the process, which loads what a kind of work needs, without waiting for it."""
        self._connection = self._connected(kind)
        # if it has died already, that is found when it is asked
        with contextlib.suppress(OSError):
            _send(self._connection.outgoing, (kind, None))

    def _connected(self, kind: str) -> _Connection:
        if self._server is not None and (forked := self._server.fork(kind)) is not None:
            return forked
        process, self._ahead = self._ahead or started_worker(), None
        assert process.stdin is not None and process.stdout is not None
        connection = _Connection(process.pid, process.stdout, process.stdin, process=process)
        # if it has died already, that is found when it is asked
        with contextlib.suppress(OSError):
            _send(process.stdin, self._choices)
        return connection

    def stop(self) -> None:
        """Ends the process, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._server is not None:
                self._server.end(connection.pid)
            connection.close()


class _Connection:
    """What is sent to a process and received from it.

    Args:
        pid: of the process.
        incoming, outgoing: the streams.
        process: if it is this one's child.
        connected: what the streams go through if it is not.
    """

    def __init__(
        self,
        pid: int,
        incoming: IO[bytes],
        outgoing: IO[bytes],
        *,
        process: subprocess.Popen[bytes] | None = None,
        connected: socket.socket | None = None,
    ) -> None:
        self.pid = pid
        self.incoming = incoming
        self.outgoing = outgoing
        self._process = process
        self._connected = connected

    def close(self) -> None:
        """Ends a child; another process ends by itself when it looks for more to do."""
        if self._process is not None:
            self._process.kill()
        # what was not sent yet is not needed any more
        with contextlib.suppress(OSError), contextlib.ExitStack() as all_:
            all_.callback(self.incoming.close)
            all_.callback(self.outgoing.close)
            if self._connected is not None:
                all_.callback(self._connected.close)
                # another thread may wait for an answer; closing would wait for that thread
                self._connected.shutdown(socket.SHUT_RDWR)
        if self._process is not None:
            self._process.wait()


class ForkServer:
    """A process that loads what the work needs, and forks workers. It may be used by several threads.

    Args:
        choices: of the user.
        ahead: a process that was started already, of :mod:`kgbuild.beside`.
    """

    def __init__(self, choices: Choices, ahead: Server | None = None) -> None:
        self._choices = choices
        self._ahead = ahead
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        #: whether it has forked, so that it has loaded and listens
        self._listens = False
        self._ended = False

    def start(self, kind: str) -> None:
        """Lets it load what a kind of work needs, without waiting for it; nothing if it has been started already."""
        with self._lock:
            self._start(kind)

    def _start(self, kind: str) -> socket.socket:
        if self._ended:
            raise EOFError
        if self._control is None:
            server, self._ahead = self._ahead or started_server(), None
            self._control, self._process = server.control, server.process
            assert self._process.stdin is not None
            # if it has died already, that is found when it is asked
            with contextlib.suppress(OSError), self._process.stdin as stream:
                _send(stream, (self._choices, kind))
        return self._control

    def fork(self, kind: str) -> _Connection | None:
        """A new worker; None if it cannot be forked safely.

        Args:
            kind: of the work that it is for.

        Raises:
            OSError, EOFError: the server has died; the next call starts another one.
        """
        with self._lock:
            control = self._start(kind)
            ours, its = socket.socketpair()
            with its:
                try:
                    socket.send_fds(control, [bytes(_NUMBER)], [its.fileno()])
                    answer = control.recv(_NUMBER)
                    if not answer:
                        raise EOFError
                except (OSError, EOFError):
                    ours.close()
                    self._stop()
                    raise
                self._listens = True
            if pid := int.from_bytes(answer, "big"):
                return _Connection(pid, ours.makefile("rb"), ours.makefile("wb"), connected=ours)
            ours.close()
            return None

    def end(self, pid: int) -> None:
        """Ends a worker; also one that has died already is told of by this, so that it is cleared away."""
        with self._lock, contextlib.suppress(OSError):
            # a server that has died knows of none: its workers end where their connections are closed
            if self._control is not None:
                self._control.send(pid.to_bytes(_NUMBER, "big"))

    def stop(self) -> None:
        """Ends it for good, with all of its workers."""
        self._ended = True
        process = self._process
        if process is not None and not self._listens:
            # somebody may hold the lock, waiting for it to load
            process.kill()
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._process is None or self._control is None:
            return
        self._control.close()
        if not self._listens:
            self._process.kill()
        self._process.wait()
        self._process = self._control = None
        self._listens = False


def _send(stream: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_NUMBER, "big") + data)
    stream.flush()


def _received(stream: IO[bytes]) -> Any:
    size = stream.read(_NUMBER)
    data = stream.read(int.from_bytes(size, "big")) if len(size) == _NUMBER else b""
    if not size or len(data) < int.from_bytes(size, "big"):
        raise EOFError
    return pickle.loads(data)


def serve() -> None:
    """What a worker does: takes batches from standard input and writes outcomes to standard output, until it closes."""
    outgoing = os.fdopen(os.dup(1), "wb")
    # what a library prints must not stand between the outcomes
    os.dup2(2, 1)
    with contextlib.suppress(EOFError), searched_seldom():
        choices = _received(sys.stdin.buffer)
        _answer(Work(choices), sys.stdin.buffer, outgoing)


def _answer(work: Work, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            kind, items = _received(incoming)
            if items is None:
                # whatever is wrong is found, and told, when there is work
                with contextlib.suppress(Exception):
                    work.load(kind)
                continue
            try:
                answer: object = work.do(kind, items)
            except KgbuildError as error:
                answer = error
            except Exception as error:  # an error of the program is told where it would be told without workers
                answer = RuntimeError(f"{type(error).__name__}: {error}")
            _send(outgoing, answer)
            if kind == "extract":
                # what comes next is loaded while nobody waits for it
                with contextlib.suppress(Exception):
                    work.prepare()


def serve_forks(descriptor: int) -> None:
    """What a fork server does, until its control closes: forks a worker for each connection, ends those it is told.

    Args:
        descriptor: of the control, a socket that keeps messages apart: a zero with a connection asks for a worker, and
            its id is answered, or a zero if it cannot be forked; the id of a worker ends that one.
    """
    # what a library prints must not stand between what this command prints
    os.dup2(2, 1)
    workers: set[int] = set()
    with socket.socket(fileno=descriptor) as control, searched_seldom():
        try:
            choices, kind = _received(sys.stdin.buffer)
        except EOFError:  # there turned out to be nothing to do
            return
        work = Work(choices)
        # whatever is wrong, the worker finds too, where it is told
        with contextlib.suppress(Exception):
            work.load(kind)
            work.warm(kind)
        # what all share is not searched for garbage, which would copy it
        gc.freeze()
        alone = threads() == 1
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, _NUMBER, 1)
            if not message:
                break
            if not descriptors:
                _ended(int.from_bytes(message, "big"), workers)
                continue
            pid = os.fork() if alone else 0
            if alone and not pid:
                _work_on(work, control, descriptors[0])
            os.close(descriptors[0])
            if pid:
                workers.add(pid)
            control.send(pid.to_bytes(_NUMBER, "big"))
    for pid in tuple(workers):
        _ended(pid, workers)
    # all that it has loaded need not be taken apart
    sys.stderr.flush()
    os._exit(0)


def _work_on(work: Work, control: socket.socket, descriptor: int) -> None:
    """What a forked process does, which must not come back to what its parent goes on with."""
    code = 1
    try:
        control.close()
        with socket.socket(fileno=descriptor) as connection:
            _answer(work, connection.makefile("rb"), connection.makefile("wb"))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _ended(pid: int, workers: set[int]) -> None:
    """Ends a worker that is there, or that has died and was not cleared away; so its id is no other process's yet."""
    if pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        workers.remove(pid)


def threads() -> int:
    """How many threads this process has, also those that Python does not know of."""
    return len(list(Path("/proc/self/task").iterdir()))
