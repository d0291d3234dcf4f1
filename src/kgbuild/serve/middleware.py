"""What happens to every request before and after it is answered: who may ask, what is logged, what browsers may do."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import IO

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: nothing from elsewhere, nothing inline; forms go home
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
#: upper ends of the classes of durations in the metrics, in seconds
_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0)


class SecurityHeaders:
    """Tells browsers to load nothing from elsewhere and to run no script but the server's own files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class KnownHost:
    """Answers only to the server's own names, so that no page elsewhere can have a browser ask by a name of its own.

    Args:
        app: what is guarded.
        hosts: the names, without port; empty for all.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] == "http" and self._hosts:
            address = Headers(scope=scope).get("host", "").lower()
            name = address.partition("]")[0].strip("[") if address.startswith("[") else address.partition(":")[0]
            if name not in self._hosts:
                await PlainTextResponse("unknown host\n", 400)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Token:
    """Lets in only who shows the token: as bearer, or as the password that a browser asks for.

    Args:
        app: what is guarded.
        token: the token.
        open_paths: what needs none.
    """

    def __init__(self, app: ASGIApp, token: str, open_paths: tuple[str, ...] = ("/health",)) -> None:
        self._app, self._token, self._open = app, token.encode(), open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] != "http" or scope["path"] in self._open or self._shown(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        headers = {"www-authenticate": 'Basic realm="kgbuild", charset="UTF-8"'}
        await PlainTextResponse("this server asks for a token\n", 401, headers)(scope, receive, send)

    def _shown(self, headers: Headers) -> bool:
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            shown = credentials.strip().encode()
        elif scheme.lower() == "basic":
            try:
                shown = base64.b64decode(credentials, validate=True).partition(b":")[2]
            except (binascii.Error, ValueError):
                return False
        else:
            return False
        return hmac.compare_digest(shown, self._token)


class Metrics:
    """Counts requests by route and status, and their durations, for ``/metrics`` and the log.

    Args:
        app: what is measured.
        log: where a line of JSON goes for each request; None for nowhere.
        counts: what is counted.
    """

    def __init__(self, app: ASGIApp, log: IO[str] | None, counts: Counts) -> None:
        self._app, self._log, self._counts = app, log, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and notes how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, size = time.perf_counter(), 500, 0

        async def noting(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - start
            self._counts.note(scope, status, seconds, size)
            if self._log is not None:
                client = scope.get("client") or ("", 0)
                line = {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "client": client[0],
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "bytes": size,
                    "milliseconds": round(seconds * 1000, 1),
                }
                # JSON escapes line breaks and control characters, so that one request is one line
                self._log.write(json.dumps(line) + "\n")
                self._log.flush()


class Counts:
    """What the metrics are made of."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.buckets: Counter[float] = Counter()
        self.seconds = 0.0
        self.bytes = 0

    def note(self, scope: Scope, status: int, seconds: float, size: int) -> None:
        """Counts one request, under its route: paths that nobody thought of would never end."""
        route = scope.get("route")
        self.requests[str(getattr(route, "path", "other")), status] += 1
        self.seconds += seconds
        self.bytes += size
        for bucket in _BUCKETS:
            if seconds <= bucket:
                self.buckets[bucket] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """The metrics in the text format of Prometheus."""
        lines = ["# TYPE kgbuild_requests_total counter"]
        for (route, status), count in sorted(self.requests.items()):
            lines.append(f'kgbuild_requests_total{{route="{route}",status="{status}"}} {count}')
        lines.append("# TYPE kgbuild_request_seconds histogram")
        lines += [f'kgbuild_request_seconds_bucket{{le="{bucket:g}"}} {self.buckets[bucket]}' for bucket in _BUCKETS]
        total = sum(self.requests.values())
        lines.append(f'kgbuild_request_seconds_bucket{{le="+Inf"}} {total}')
        lines.append(f"kgbuild_request_seconds_sum {self.seconds:.6f}")
        lines.append(f"kgbuild_request_seconds_count {total}")
        lines += ["# TYPE kgbuild_answer_bytes_total counter", f"kgbuild_answer_bytes_total {self.bytes}"]
        for name, value in gauges.items():
            lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"


def open_log(target: str) -> IO[str] | None:
    """Opens the access log: ``-`` for standard error, nothing for none, else a file to append to."""
    if not target:
        return None
    return sys.stderr if target == "-" else open(target, "a", encoding="utf-8")  # noqa: PTH123 - open for good
