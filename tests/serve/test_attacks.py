"""Attacks that a server on a network meets; ``bench/reliability attacks`` tries more of them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from kgbuild.serve.description import openapi
from serve.conftest import Served

CALLS = (
    "SELECT * { SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { sErViCe SILENT <TRAP> {} }",
    "PREFIX e: <TRAP> SELECT * { SERVICE e: {} }",
    "ASK { FILTER EXISTS { SERVICE <TRAP> {} } }",
    "LOAD <TRAP>",
    "SELECT * FROM <TRAP> { ?s ?p ?o }",
    "SELECT * FROM NAMED <TRAP> { GRAPH ?g { ?s ?p ?o } }",
)
TRAVERSALS = (
    "../app.py",
    "%2e%2e/app.py",
    "..%2f..%2fapp.py",
    "/etc/passwd",
    "%00",
    "..\\..\\app.py",
    "%252e%252e/app.py",
)
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A port that nobody must ask."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def sent(served: Served, data: bytes) -> bytes:
    """What comes back for bytes that no client has mended."""
    with socket.create_connection(("127.0.0.1", httpx.URL(served.address).port or 0), timeout=30) as connection:
        connection.sendall(data)
        received = b""
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                received += piece
        return received


@pytest.mark.parametrize("query", CALLS)
def test_the_server_asks_nobody_else(served: Served, trap: socket.socket, query: str) -> None:
    there = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    assert served.sparql(query.replace("TRAP", there)).status_code in (200, 400, 403)
    served.sparql("ASK {}", **{"default-graph-uri": there, "named-graph-uri": there})
    assert served.get("/thing", id=there).status_code == 404
    with pytest.raises(BlockingIOError):
        trap.accept()


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out_of_the_static_files(served: Served, path: str) -> None:
    answer = sent(served, f"GET /static/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert re.match(rb"HTTP/1.1 40[04]", answer)
    assert b"root:" not in answer
    assert b"import" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500,
    ],
    ids=["two hosts", "negative length", "header of a megabyte", "endless address", "TLS"],
)
def test_a_malformed_request_is_refused_and_the_next_one_answered(served: Served, request_: bytes) -> None:
    with suppress(ConnectionError):
        assert sent(served, request_)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"")
    assert served.get("/health").status_code == 200


class Inline(HTMLParser):
    """Scripts, styles and handlers in the markup."""

    found = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += tag == "style" or (tag == "script" and "src" not in given)
        self.found += sum(name.startswith("on") or name == "style" for name in given)
        self.found += (given.get("href") or "").lower().startswith(("javascript:", "data:"))


def test_no_page_has_script_of_its_own_and_every_answer_has_the_policy(served: Served) -> None:
    evil = {"q": SCRIPT, "id": SCRIPT, "query": SCRIPT, "run": "1", "name": SCRIPT, "treaty": SCRIPT, "at": SCRIPT}
    for path in (*openapi()["paths"], f"/{quote(SCRIPT)}"):
        for answer in (served.get(path), served.get(path, **evil)):
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            if "html" in answer.headers["content-type"]:
                page = Inline()
                page.feed(answer.text)
                assert not page.found, path
                assert SCRIPT not in answer.text


def test_errors_tell_nothing_of_the_inside(served: Served) -> None:
    inside = re.compile(r"Traceback|site-packages|/kgbuild/|pyoxigraph|starlette", re.IGNORECASE)
    for path in (
        "/nothing",
        "/sparql?query=%ff",
        "/sparql?query=SELECT",
        "/thing?id=%3E",
        "/article?id=a&at=9-1",
        "/static/x",
    ):
        answer = served.get(path)
        assert answer.status_code in (400, 404), path
        assert not inside.search(answer.text)


def test_hundreds_of_slow_clients_keep_nobody_from_an_answer(served: Served) -> None:
    port = httpx.URL(served.address).port
    with ExitStack() as held:
        for number in range(300):
            one = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(b"GET /actors HTTP/1.1\r\nHost: localhost\r\n" + (b"\r\n" if number % 2 else b"X: "))
        for _ in range(5):
            assert served.sparql("ASK {}").status_code == 200


def test_more_connections_than_allowed_are_sent_away_and_then_all_is_well(served: Served) -> None:
    port = httpx.URL(served.address).port
    with ExitStack() as held:
        for _ in range(600):
            with suppress(OSError):
                held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
        assert served.get("/health").status_code in (200, 503)
    for _ in range(300):  # the server learns of the closed connections one by one
        if served.get("/health").status_code == 200:
            break
    assert served.get("/health").status_code == 200


def test_metrics_do_not_grow_with_made_up_paths(served: Served) -> None:
    for number in range(20):
        served.get(f"/made-up-{number}")
    assert "made-up" not in served.get("/metrics").text


def test_a_client_that_leaves_and_a_server_that_ends_leave_no_traceback(built: Path) -> None:
    """The error of a query that nobody waits for any more, and a worker ended while it was started, were told once."""
    command = [sys.executable, "-m", "kgbuild", "serve", str(built), "--port", "0", "--timeout", "0.5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1].strip().rstrip("/"))
        product = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        for query in ("DROP ALL", "SELECT", product) * 8:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(
                    f"GET /sparql?query={quote(query, safe='%')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
                )
                client.shutdown(socket.SHUT_WR)
        httpx.get(f"http://127.0.0.1:{port}/sparql?query={product}", timeout=30)
        process.terminate()
        _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert told == ""


def test_a_page_shows_no_answer_that_would_keep_the_server_from_all_else(served: Served) -> None:
    """To read an answer of 50 MB for a page stopped all others for two seconds."""
    query = "SELECT ?a ?b ?c ?d ?e ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
    assert served.sparql(query).status_code == 200
    page = served.get("/ask", run="1", query=query)
    assert page.status_code == 422
    assert "longer than the 5,000,000 bytes" in page.text
    assert "/sparql gives longer answers" in page.text
