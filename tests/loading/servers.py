"""Real triplestores for the tests: on free ports of loopback, in folders of their own, ended by their pid."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

#: seconds after which a server that does not answer is given up
PATIENCE = 120


def oxigraph_program() -> str | None:
    """The server of Oxigraph: the one beside this Python, or on PATH."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.is_file() else shutil.which("oxigraph")


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[str]:
    """Runs Oxigraph with its data in a folder; gives its address."""
    program = oxigraph_program()
    assert program is not None
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    command = [program, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}", *options]
    with _running(command, folder, address):
        yield address


@contextmanager
def virtuoso(folder: Path, *readable: Path) -> Iterator[tuple[str, int]]:
    """Runs Virtuoso with its database in a folder; gives its address, and the port of its SQL interface.

    The user is dba, the password dba. It may read the folders that are given.
    """
    http, sql = free_ports(2)
    folder.mkdir(parents=True, exist_ok=True)
    names = {"DatabaseFile": "db", "ErrorLogFile": "log", "LockFile": "lck", "TransactionFile": "trx"}
    database = "\n".join(f"{key} = {folder}/virtuoso.{ending}" for key, ending in names.items())
    (folder / "virtuoso.ini").write_text(
        f"[Database]\n{database}\nxa_persistent_file = {folder}/virtuoso.pxa\n"
        f"[TempDatabase]\nDatabaseFile = {folder}/temporary.db\nTransactionFile = {folder}/temporary.trx\n"
        f"[Parameters]\nServerPort = 127.0.0.1:{sql}\nDirsAllowed = {', '.join(map(str, (folder, *readable)))}\n"
        f"NumberOfBuffers = 10000\n[HTTPServer]\nServerPort = 127.0.0.1:{http}\n"
    )
    address = f"http://127.0.0.1:{http}"
    command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with _running(command, folder, f"{address}/sparql?query=ASK%7B%7D"):
        yield address, sql


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def _running(command: Sequence[str], folder: Path, address: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, (folder / "server.log").read_text("utf-8", "replace")
            try:
                if httpx.get(address, timeout=5).status_code < 500:
                    break
            except httpx.TransportError:
                assert time.monotonic() < end, f"{command[0]} does not answer"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
