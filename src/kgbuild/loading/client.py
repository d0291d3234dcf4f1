"""Speaks to a triplestore over HTTP: changes graphs, asks questions, tries again, or explains what failed."""

from __future__ import annotations

import netrc
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import httpx
import tenacity

from kgbuild import __version__
from kgbuild.errors import KgbuildError
from kgbuild.loading.stores import StoreError

if TYPE_CHECKING:
    from kgbuild.loading.stores import Addresses

#: tries of a request, the first one included
TRIES = 6
#: statuses of a store that is busy or just starting
_PASSING = (408, 425, 429, 502, 503, 504)
_TURTLE = {"content-type": "text/turtle; charset=utf-8"}
_UPDATE = {"content-type": "application/sparql-update; charset=utf-8"}
_RESULTS = {"accept": "application/sparql-results+json"}
_ESCAPE = re.compile(rb"\\\\[uU]|\\.")


class _PassingError(Exception):
    """A failure that may be gone at the next try.

    Attributes:
        wait: seconds for which the store asks to be left alone.
        reached: whether the store may have done what it was asked for.
    """

    def __init__(self, told: str, *, wait: float = 0.0, reached: bool = True) -> None:
        super().__init__(told)
        self.wait = wait
        self.reached = reached


class Graphs(Protocol):
    """A way to change the named graphs of a store."""

    def replace(self, graph: str, triples: bytes) -> None:
        """Makes these triples (N-Triples) all that is in a graph."""

    def add(self, graph: str, triples: bytes) -> None:
        """Adds triples to a graph."""

    def delete(self, graph: str) -> None:
        """Removes a graph, if it is there."""


class Store:
    """A triplestore.

    Args:
        addresses: its endpoints.
        timeout: seconds to wait for an answer.
        environment: where credentials are looked for; by default that of the process. ``KGBUILD_STORE_TOKEN`` is sent
            as a bearer token, ``KGBUILD_STORE_USER`` and ``KGBUILD_STORE_PASSWORD`` as Basic or Digest
            authentication; else the line of the host in ``NETRC`` or ``~/.netrc`` is taken.
        pause: seconds before the second try; it doubles from try to try.
    """

    def __init__(
        self,
        addresses: Addresses,
        *,
        timeout: float = 300.0,
        environment: Mapping[str, str] | None = None,
        pause: float = 0.5,
    ) -> None:
        self.addresses = addresses
        environment = os.environ if environment is None else environment
        headers = {"user-agent": f"kgbuild/{__version__}"}
        token = environment.get("KGBUILD_STORE_TOKEN", "")
        if token:
            headers["authorization"] = f"Bearer {token}"
        auth = None if token else _credentials(addresses, environment)
        self._pause = pause
        self._http = httpx.Client(headers=headers, auth=auth, timeout=httpx.Timeout(timeout, connect=15.0))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def graphs(self) -> Graphs:
        """The way in which this store takes graphs."""
        return _GraphStore(self) if self.addresses.way == "graph-store" else _Update(self)

    def select(self, query: str) -> list[dict[str, str]]:
        """Asks a SELECT query.

        Returns:
            The rows: the plain text of each bound variable.

        Raises:
            StoreError: the store refuses the query, or answers in no way that can be read.
        """
        response = self.send("POST", self.addresses.query, data={"query": query}, headers=_RESULTS)
        try:
            rows = response.json()["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StoreError(
                f"{self.addresses.query}: answers a query with something else than SPARQL results in JSON; "
                "is this the address of a SPARQL endpoint, and --type right?"
            ) from None

    def send(
        self, method: str, url: str, *, again: bool = True, missing: bool = False, **request: Any
    ) -> httpx.Response:
        """Sends a request, again and again where the failure may pass.

        Args:
            method, url, request: for httpx.
            again: whether the request may be done twice; only if the second time changes nothing.
            missing: whether "not found" is a good answer.

        Raises:
            StoreError: the store cannot be reached, or refuses the request.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(TRIES),
            wait=self._wait,
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, _PassingError) and (again or not e.reached)),
            reraise=True,
        )
        try:
            for attempt in retrying:
                with attempt:
                    return self._once(method, url, missing, request)
        except _PassingError as error:
            raise StoreError(
                f"{url}: {error}; tried {retrying.statistics['attempt_number']} times"
            ) from error.__cause__
        raise AssertionError("every try ends with an answer or an error")

    def _once(self, method: str, url: str, missing: bool, request: dict[str, Any]) -> httpx.Response:
        try:
            response = self._http.request(method, url, **request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _PassingError(f"cannot be reached ({error}); is the store running there?", reached=False) from error
        except httpx.TimeoutException as error:
            raise _PassingError("gives no answer in time; --timeout gives it more, --chunk smaller pieces") from error
        except httpx.TransportError as error:
            raise _PassingError(f"broke off ({error or type(error).__name__})") from error
        except httpx.HTTPError as error:
            raise StoreError(f"{url}: {error}") from error
        status = response.status_code
        if response.is_success or (missing and status == 404):
            return response
        if status in _PASSING:
            raise _PassingError(f"answers {status} {_reason(response)}", wait=_retry_after(response))
        raise StoreError(f"{url}: {_advice(status, _reason(response))}")

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        asked = error.wait if isinstance(error, _PassingError) else 0.0
        return max(min(asked, 60.0), self._pause * 2.0 ** (state.attempt_number - 1))


class _GraphStore:
    """Graphs through the SPARQL 1.1 Graph Store HTTP Protocol."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._url = store.addresses.graph_store or ""

    def replace(self, graph: str, triples: bytes) -> None:
        short, long = self._divided(triples)
        if short:
            self._store.send("PUT", self._url, params={"graph": graph}, content=short, headers=_TURTLE)
        else:
            self.delete(graph)
        for part in long:
            _Update(self._store).add(graph, part)

    def add(self, graph: str, triples: bytes) -> None:
        short, long = self._divided(triples)
        if short:
            again = b"_:" not in short
            self._store.send("POST", self._url, params={"graph": graph}, content=short, headers=_TURTLE, again=again)
        for part in long:
            _Update(self._store).add(graph, part)

    def delete(self, graph: str) -> None:
        self._store.send("DELETE", self._url, params={"graph": graph}, missing=True)

    def _divided(self, triples: bytes) -> tuple[bytes, list[bytes]]:
        """What this protocol takes of some triples, and what must go by update: blank nodes are not torn apart."""
        longest = self._store.addresses.longest
        if not longest or len(triples) <= longest:
            return triples, []
        lines = triples.splitlines(keepends=True)
        long = [line for line in lines if len(line) > longest]
        if long and b"_:" in triples:
            return b"", [triples]
        return b"".join(line for line in lines if len(line) <= longest), long


class _Update:
    """Graphs through SPARQL 1.1 Update."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._url = store.addresses.update or ""

    def replace(self, graph: str, triples: bytes) -> None:
        self._send(b"DROP SILENT GRAPH <%b> ;\n%b" % (graph.encode(), _insert(graph, triples)))

    def add(self, graph: str, triples: bytes) -> None:
        self._send(_insert(graph, triples), again=b"_:" not in triples)

    def delete(self, graph: str) -> None:
        self._send(b"DROP SILENT GRAPH <%b>" % graph.encode())

    def _send(self, update: bytes, *, again: bool = True) -> None:
        self._store.send("POST", self._url, content=update, headers=_UPDATE, again=again)


def _insert(graph: str, triples: bytes) -> bytes:
    # SPARQL reads \uXXXX before anything else, even behind an escaped backslash; N-Triples does not
    text = _ESCAPE.sub(lambda found: {b"u": b"\\\\\\u0075", b"U": b"\\\\\\u0055"}.get(found[0][2:], found[0]), triples)
    return b"INSERT DATA { GRAPH <%b> {\n%b} }" % (graph.encode(), text)


def _credentials(addresses: Addresses, environment: Mapping[str, str]) -> httpx.Auth | None:
    user = environment.get("KGBUILD_STORE_USER", "")
    password = environment.get("KGBUILD_STORE_PASSWORD", "")
    if not user:
        path = Path(environment.get("NETRC") or Path.home() / ".netrc")
        host = urlsplit(addresses.graph_store or addresses.update or addresses.query).hostname or ""
        if not path.is_file():
            return None
        try:
            entry = netrc.netrc(path).authenticators(host)
        except (OSError, netrc.NetrcParseError) as error:
            raise KgbuildError(f"{path}: cannot be read: {error}") from error
        if entry is None:
            return None
        user, password = entry[0], entry[2] or ""
    return httpx.DigestAuth(user, password) if addresses.digest else httpx.BasicAuth(user, password)


def _reason(response: httpx.Response) -> str:
    """What the store says of its refusal, in a line, without what a terminal would obey."""
    text = re.sub(r"<(?:title|h1|/?html|head|body|!)[^>]*>|</?\w+>", " ", response.text[:5000])
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
    return line or response.reason_phrase


def _retry_after(response: httpx.Response) -> float:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else 0.0


def _advice(status: int, reason: str) -> str:
    if status in (401, 403):
        return (
            f"asks who is there, or does not let you ({status}); set KGBUILD_STORE_USER and KGBUILD_STORE_PASSWORD, or "
            "KGBUILD_STORE_TOKEN, or write a line into ~/.netrc"
        )
    if status in (404, 405):
        return f"is no such endpoint of this store ({status} {reason}); look at the address and at --type"
    if status in (301, 302, 303, 307, 308):
        return f"leads elsewhere ({status}); give the address that it leads to"
    if status == 413:
        return "takes no request of this size; send smaller pieces with --chunk"
    return f"refuses the request ({status}): {reason}"
