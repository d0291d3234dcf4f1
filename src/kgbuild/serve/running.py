"""Runs the server until it is told to stop."""

from __future__ import annotations

import json
import signal
import socket
import tempfile
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import KgbuildError
from kgbuild.graph.vocabulary import DEFAULT_BASE
from kgbuild.serve.index import make_index
from kgbuild.serve.settings import ServeSettings

if TYPE_CHECKING:
    import uvicorn

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def serve(
    output: Path, host: str, port: int, settings: ServeSettings, *, log: str = "", ready: Callable[[str], None] = print
) -> None:
    """Serves a built graph; returns when interrupted or told to end (SIGINT, SIGTERM).

    Args:
        output: the folder that ``kgbuild build`` wrote.
        host: the address to listen on.
        port: 0 for a free one.
        settings: limits and openness. Without names of hosts, a server on loopback answers to loopback's names only.
        log: ``-`` or a file for the access log.
        ready: is called with the address once the server listens.

    Raises:
        KgbuildError: there is no graph, the address is taken, or what serving needs is not installed.
    """
    try:
        import uvicorn

        from kgbuild.serve.app import create_app
        from kgbuild.serve.connection import PatientProtocol
        from kgbuild.serve.middleware import open_log
    except ImportError as error:
        raise KgbuildError(
            f"serving needs {error.name}, which is not installed; install it with: pip install 'kgbuild[serve]'"
        ) from error
    # a plain SIGTERM would leave the store's folder behind
    signal.signal(signal.SIGTERM, _interrupt)
    if not settings.hosts and is_loopback(host):
        settings = replace(settings, hosts=tuple(dict.fromkeys((*_LOOPBACK, host.lower()))))
    with tempfile.TemporaryDirectory(prefix="kgbuild-serve-") as folder:
        store = Path(folder) / "store"
        quads = make_index(output, store)
        try:
            stream = open_log(log)
        except OSError as error:
            raise KgbuildError(f"--log {log}: cannot be written: {error.strerror}") from error
        app = create_app(store, settings, quads=quads, base=base_of(output), log=stream)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=PatientProtocol,
            ws="none",
            lifespan="on",
            log_level="error",
            access_log=False,
            server_header=False,
            limit_concurrency=settings.connections,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=settings.query_bytes + 16_000,
        )
        server = _announcing(config, host, ready)
        try:
            listening = config.bind_socket()
        except (SystemExit, OSError) as error:
            raise KgbuildError(
                f"{host}:{port}: cannot listen there; is the port taken? Choose another with --port"
            ) from error
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            pass
        finally:
            listening.close()
        if not server.started:
            raise KgbuildError("the server did not start; see the messages above")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _announcing(config: uvicorn.Config, host: str, ready: Callable[[str], None]) -> uvicorn.Server:
    """A server that says where it is once it can be asked."""
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and sockets:
                name = f"[{host}]" if ":" in host else host
                ready(f"http://{name}:{sockets[0].getsockname()[1]}/")

    return Announcing(config)


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def base_of(output: Path) -> str:
    """The base IRI that a build was made with."""
    try:
        manifest = json.loads((output / "manifest.json").read_text("utf-8"))
        return str(manifest["options"]["base"])
    except (OSError, ValueError, KeyError, TypeError):
        return DEFAULT_BASE
