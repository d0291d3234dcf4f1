"""An HTTP front before a real Oxigraph server, with the addresses and the moods of other stores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx


@dataclass
class Front:
    """What the front does, and what came by.

    Attributes:
        address: where it listens.
        route: from method, path and content type to a path of Oxigraph; None for "not found".
        refusals: statuses to be answered instead of passing a request on, one after the other; a negative one breaks
            the connection off, after the store has got the request.
        authorization: what the header has to be, or anything.
        requests: method, path and size of all that came.
    """

    address: str
    route: Callable[[str, str, str], str | None]
    refusals: list[int] = field(default_factory=list)
    authorization: str = ""
    requests: list[tuple[str, str, int]] = field(default_factory=list)


@contextmanager
def front(store: str, route: Callable[[str, str, str], str | None]) -> Iterator[Front]:
    """Runs a front before a store."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            parts = urlsplit(self.path)
            told.requests.append((self.command, parts.path, len(body)))
            media = (self.headers.get("content-type") or "").partition(";")[0]
            path = told.route(self.command, parts.path, media)
            if told.authorization and self.headers.get("authorization") != told.authorization:
                return self._answer(401, b"who are you?")
            refusal = told.refusals.pop(0) if told.refusals else 0
            if refusal > 0:
                return self._answer(refusal, b"not now")
            if path is None:
                return self._answer(404, b"nothing here")
            kept = {key: self.headers[key] for key in ("content-type", "accept") if self.headers.get(key)}
            answer = client.request(
                self.command, f"{store}{path}?{parts.query}".rstrip("?"), content=body, headers=kept
            )
            if refusal < 0:
                self.close_connection = True
                return None
            return self._answer(answer.status_code, answer.content)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status == 503:
                self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

    client = httpx.Client(timeout=60)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Front(f"http://127.0.0.1:{server.server_port}", route)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        client.close()
