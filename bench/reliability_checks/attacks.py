"""Tries a list of attacks on a server and on builds, and tells what each got.

The graph holds an article whose title, text and names try to break out; beside the server listens a port that nobody
must ask. Each attack is sent as bytes over a connection of its own, so that no client mends it on the way.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx

import kgbuild
from reliability_checks.common import served, write_articles

_INSIDE = re.compile(r"Traceback|File \"|site-packages|/src/kgbuild|pyoxigraph|starlette|uvicorn", re.IGNORECASE)
_SCRIPT = "<script>alert(1)</script>"
_EVIL = {
    "title": f'"><img src=x onerror=alert(1)>{_SCRIPT}\r\nX-Evil: 1',
    "author": "=HYPERLINK(1)",
    "url": "javascript:alert(1)",
    "published": "2023-05-04",
    "text": f'President Mara {_SCRIPT} Lund of Chile said that she backs the "><svg onload=alert(1)> treaty. '
    "Norway signed the treaty, Lund said.",
}


@dataclass
class _Target:
    """What is attacked.

    Attributes:
        address: of the server.
        port: of it.
        trap: a port that the server must not ask.
        asked: whether it was.
        process: of the server.
    """

    address: str
    port: int
    trap: int
    asked: threading.Event
    process: subprocess.Popen[str]

    def send(self, data: bytes, wait: float = 30) -> bytes:
        """Sends bytes, and gives the first part of what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            received = b""
            with suppress(OSError):
                connection.sendall(data)
                while len(received) < 100_000 and (piece := connection.recv(65536)):
                    received += piece
            return received

    def get(self, path: str, headers: str = "", method: str = "GET", body: bytes = b"") -> tuple[int, str]:
        """Sends a request as it is given; status (0 for none) and the whole answer."""
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        host = "" if "host:" in headers.lower() else "Host: localhost\r\n"
        head = (
            f"{method} {path} HTTP/1.1\r\n{host}{headers}{length}Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
        )
        answer = self.send(head.encode("latin-1", "replace") + body).decode("utf-8", "replace")
        status = re.match(r"HTTP/1\.1 (\d{3})", answer)
        return (int(status[1]) if status else 0), answer

    def query(self, text: str) -> tuple[int, str]:
        """Posts a query."""
        return self.get("/sparql", "Content-Type: application/sparql-query\r\n", "POST", text.encode())


_Attack = Callable[[_Target], tuple[bool, str]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this check."""
    parser.add_argument("--slow", type=int, default=400, help="connections that never end a request")


def run(options: argparse.Namespace) -> int:
    """Runs the check."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="kgbuild-attacks-") as name:
        folder = Path(name)
        articles = write_articles(folder / "articles")
        (articles / "evil.json").write_text(json.dumps(_EVIL))
        with socket.create_server(("127.0.0.1", 0)) as trap:
            asked = threading.Event()
            threading.Thread(target=_trapping, args=(trap, asked), daemon=True).start()
            trapped = trap.getsockname()[1]
            (articles / "remote.html").write_text(_remote_page(trapped))
            built = kgbuild.build(articles, folder / "output")
            print(f"{built.manifest['counts']['articles']} articles, {len(built.failures)} set aside")
            bad += _tell(
                "page that names a remote entity, image and style", (not asked.is_set(), "nothing was fetched")
            )
            bad += _tell("RDF file that names a remote context", _remote_context(folder, trapped, asked))
            with served(folder / "output", "--timeout", "2", "--log", str(folder / "log")) as (address, process):
                target = _Target(address, httpx.URL(address).port or 0, trapped, asked, process)
                for title, attack in _attacks(options.slow).items():
                    bad += _tell(title, attack(target))
                bad += _tell("log forged by a path", _log(folder / "log"))
    return int(bad > 0)


def _tell(title: str, outcome: tuple[bool, str]) -> int:
    held, got = outcome
    print(f"{'held  ' if held else 'BROKEN'}  {title:<58} {got}", flush=True)
    return int(not held)


def _trapping(trap: socket.socket, asked: threading.Event) -> None:
    with suppress(OSError):
        while True:
            connection, _ = trap.accept()
            asked.set()
            connection.close()


def _remote_page(port: int) -> str:
    there = f"http://127.0.0.1:{port}/"
    return (
        f'<!DOCTYPE html SYSTEM "{there}dtd" [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "{there}">]>'
        f'<html><head><link rel="stylesheet" href="{there}"><base href="{there}"></head><body><img src="{there}">'
        "<p>Norway signed the treaty with Peru, the minister said in Oslo. &x; &y;</p></body></html>"
    )


def _remote_context(folder: Path, port: int, asked: threading.Event) -> tuple[bool, str]:
    there = f"http://127.0.0.1:{port}/"
    (folder / "a.jsonld").write_text(f'{{"@context": "{there}", "name": "x"}}')
    (folder / "a.rdf").write_text(
        f'<!DOCTYPE x [<!ENTITY y SYSTEM "{there}"><!ENTITY z SYSTEM "file:///etc/passwd">]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:x">'
        "<rdf:value>&y;&z;</rdf:value></rdf:Description></rdf:RDF>"
    )
    codes = []
    for name in ("a.jsonld", "a.rdf"):
        command = [sys.executable, "-m", "kgbuild", "validate", str(folder / name)]
        codes.append(subprocess.run(command, check=False, capture_output=True).returncode)
    return not asked.is_set() and codes == [2, 2], f"nothing was fetched, exit codes {codes}"


def _log(path: Path) -> tuple[bool, str]:
    lines = path.read_text("utf-8").splitlines()
    sound = all(set(json.loads(line)) >= {"time", "client", "method", "path", "status"} for line in lines)
    return sound, f"{len(lines)} lines, each one object of JSON"


def _status(*allowed: int, path: str = "", without: str = "", **request: str) -> _Attack:
    """An attack by one request, to be answered with one of these statuses and without some words."""

    def attack(target: _Target) -> tuple[bool, str]:
        filled = path.replace("TRAP", quote(f"http://127.0.0.1:{target.trap}/", safe=""))
        body = request.get("body", "").encode()
        status, answer = target.get(filled, request.get("headers", ""), request.get("method", "GET"), body)
        told = _INSIDE.search(answer)
        fine = status in allowed and not told and not (without and without in answer) and not target.asked.is_set()
        return fine, f"{status}{f', tells {told[0]!r}' if told else ''}"

    return attack


def _query(text: str, *allowed: int) -> _Attack:
    def attack(target: _Target) -> tuple[bool, str]:
        status, answer = target.query(text.replace("TRAP", f"http://127.0.0.1:{target.trap}/"))
        told = _INSIDE.search(answer)
        fine = status in allowed and not told and not target.asked.is_set()
        return fine, f"{status}{' and a request to elsewhere' if target.asked.is_set() else ''}"

    return attack


def _attacks(slow: int) -> dict[str, _Attack]:
    """The attacks on the server, by name."""
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    evil = quote(_SCRIPT)
    traversals = (
        *("/static/../../../../etc/passwd", "/static/%2e%2e/%2e%2e/app.py", "/static/..%2f..%2fapp.py"),
        *("/static//etc/passwd", "/static/%00", "/static/....//....//app.py", "/static/..\\..\\app.py"),
    )
    writes = (
        *("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DROP ALL", "CLEAR DEFAULT", "LOAD <TRAP>"),
        *("CREATE GRAPH <urn:g>", "DELETE WHERE { ?s ?p ?o }", "COPY DEFAULT TO <urn:g>"),
    )
    calls = (
        *("SELECT * { SERVICE <TRAP> { ?s ?p ?o } }", "SELECT * { SERVICE SILENT <TRAP> {} }"),
        *("SELECT * {sErViCe<TRAP>{}}", "PREFIX e: <TRAP> SELECT * { SERVICE e: {} }"),
        *("SELECT * { VALUES ?x { <TRAP> } SERVICE ?x {} }", "SELECT * { { SELECT * { SERVICE <TRAP> {} } } }"),
        *("ASK { FILTER EXISTS { SERVICE <TRAP> {} } }", "SELECT * {#\nSERVICE#\n<TRAP>{}}"),
    )
    found: dict[str, _Attack] = {f"update: {text}": _query(text, 400) for text in writes}
    found |= {f"call elsewhere: {text!r}": _query(text, 400, 403) for text in calls}
    found |= {f"FROM elsewhere: {text}": _query(text, 200) for text in ("SELECT * FROM <TRAP> { ?s ?p ?o }",)}
    found |= {f"traversal: {path}": _status(400, 404, path=path, without="root:") for path in traversals}
    found |= {
        "update by form": _status(403, path="/sparql", method="POST", headers=form, body="update=DROP+ALL"),
        "default graph elsewhere": _status(200, path="/sparql?query=ASK%7B%7D&default-graph-uri=TRAP"),
        "thing elsewhere": _status(404, path="/thing?id=TRAP"),
        "thing in a file": _status(404, path="/thing?id=file:///etc/passwd", without="root:"),
        "IRI that closes itself": _status(404, path=f"/actor?id={quote('urn:x> } ; DROP ALL #')}"),
        "words that close a string": _status(200, path=f"/find?q={quote(chr(34) + ' } UNION { ?s ?p ?o } #')}"),
        "parameter that closes a string": _status(
            200, path=f"/question?name=positions&treaty={quote(chr(34) + ') } #')}"
        ),
        "script in a search": _status(200, path=f"/find?q={evil}", without=_SCRIPT),
        "script in a query": _status(200, 400, path=f"/ask?run=1&query={evil}", without=_SCRIPT),
        "script in a name": _status(404, path=f"/treaty?id={evil}", without=_SCRIPT),
        "script in a path": _status(404, path=f"/{evil}", without=_SCRIPT),
        "script in the title of an article": _status(200, path="/articles", without="<img src=x"),
        "script in actors' names": _status(200, path="/actors", without=_SCRIPT),
        "host of another name": _status(400, path="/", headers="Host: evil.example\r\n"),
        "no host": _status(400, path="/", headers="Host:\r\n"),
        "two hosts": _status(400, path="/", headers="Host: localhost\r\nHost: evil.example\r\n"),
        "whole address as target": _status(200, 400, 404, path="http://evil.example/metrics"),
        "method TRACE": _status(405, path="/", method="TRACE"),
        "method PUT": _status(405, path="/sparql", method="PUT"),
        "method CONNECT": _status(400, 404, 405, path="evil.example:80", method="CONNECT"),
        "change to a web socket": _status(200, path="/", headers="Connection: Upgrade\r\nUpgrade: websocket\r\n"),
        "length and chunks at once": _status(
            400, 403, 415, path="/sparql", method="POST", headers="Transfer-Encoding: chunked\r\n", body="0\r\n\r\n"
        ),
        "negative length": _status(400, path="/sparql", method="POST", headers="Content-Length: -1\r\n"),
        "header of a megabyte": _status(0, 400, 431, path="/", headers=f"X: {'x' * 1_000_000}\r\n"),
        "ten thousand headers": _status(0, 200, 400, 431, path="/", headers="X: y\r\n" * 10_000),
        "address of 200 kB": _status(0, 400, 413, 414, path=f"/sparql?query={'x' * 200_000}"),
        "body of 10 MB": _status(0, 413, path="/sparql", method="POST", headers=form, body="query=" + "x" * 10_000_000),
        "a thousand parameters": _status(400, path="/sparql?" + "a=b&" * 1000),
        "ten thousand graphs": _status(400, path="/sparql?query=ASK%7B%7D" + "&named-graph-uri=urn:x" * 3000),
        "bytes that are no text": _status(400, path="/sparql?query=%ff%fe"),
        "NUL in a query": _status(200, 400, path="/sparql?query=ASK%7B%7D%00"),
        "range of a file": _status(200, 206, 400, 416, path="/static/explorer.css", headers="Range: bytes=9-2,-1\r\n"),
        "many ranges": _status(
            200, 206, 400, 416, 404, path="/static/explorer.css", headers=f"Range: bytes={'0-,' * 2000}0-\r\n"
        ),
        "number without end": _status(200, path=f"/actors?page={'9' * 5000}"),
        "number in other digits": _status(200, path=f"/actors?page={quote('²٣')}"),
        "dates that are none": _status(200, path=f"/network?since={quote(chr(34) + '}')}&until=99999-99-99&limit=-5"),
        "form of another kind": _status(200, path="/actors?as=../../etc/passwd"),
        "endless product": _query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 503),
        "endless rows": _query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 422, 503),
        "growing strings": _query(
            "SELECT ?x8 { BIND ('0123456789' AS ?x0) "
            + " ".join(f"BIND (CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(8))
            + " }",
            422,
            503,
        ),
        "pattern that backtracks": _query(
            "SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), '(a|a)*b(a*)*$') }", 200, 400, 503
        ),
        "pattern that is huge": _query("ASK { FILTER REGEX('x', '((((x{99}){99}){99}){99})') }", 200, 400, 503),
        "40,000 brackets": _query("SELECT * { " + "{" * 40_000 + "}" * 40_000 + " }", 400, 503),
        "40,000 operators": _query("ASK { FILTER (" + "!" * 40_000 + "true) }", 200, 400, 503),
        "40,000 unions": _query("ASK { " + " UNION ".join(["{}"] * 10_000) + " }", 200, 400, 503),
        "page headers": _headers,
        "download named by an article": _download,
        "metrics of made-up paths": _metrics,
        f"{slow} requests that never end": lambda target: _slow(target, slow),
        "health after all that": _status(200, path="/health"),
    }
    return found


class _Inline(HTMLParser):
    """Finds scripts, styles, handlers and addresses of scripts in the markup of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Looks at a tag."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        addresses = (given.get(name) or "" for name in ("href", "src", "action"))
        self.found += [one for one in addresses if one.strip().lower().startswith(("javascript:", "data:"))]


def _headers(target: _Target) -> tuple[bool, str]:
    """Every page has the policy, and no script, style or handler of its own in the markup."""
    wrong = []
    for path in (
        "/",
        "/actors",
        "/articles",
        "/treaties",
        "/network",
        "/find?q=norway",
        "/questions",
        "/ask",
        "/nothing",
    ):
        _, answer = target.get(path)
        head, _, page = answer.partition("\r\n\r\n")
        policy = next((line for line in head.splitlines() if line.lower().startswith("content-security-policy:")), "")
        inline = _Inline()
        inline.feed(page)
        if "script-src 'self'" not in policy or "unsafe" in policy or "nosniff" not in head or inline.found:
            wrong.append(f"{path}: {inline.found or 'headers'}")
    return not wrong, "; ".join(wrong) or "policy without inline script, none in the markup"


def _download(target: _Target) -> tuple[bool, str]:
    _, page = target.get("/articles")
    links = re.findall(r'href="(/article\?id=[^"]+)"', page)
    heads = [target.get(f"{link.replace('&amp;', '&')}&as=csv")[1].partition("\r\n\r\n")[0] for link in links]
    return bool(heads) and not any(
        "\nx-evil" in head.lower() for head in heads
    ), f"{len(heads)} downloads, no header of it"


def _metrics(target: _Target) -> tuple[bool, str]:
    for number in range(50):
        target.get(f"/made-up-{number}")
    _, text = target.get("/metrics")
    return "made-up" not in text, "counted as one"


def _slow(target: _Target, count: int) -> tuple[bool, str]:
    """Opens requests that never end; the server answers others meanwhile, and cuts these off."""
    connections = []
    for number in range(count):
        with suppress(OSError):
            one = socket.create_connection(("127.0.0.1", target.port), timeout=5)
            one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + (b"X: y\r\n" * (number % 3)))
            connections.append(one)
    start = time.perf_counter()
    status, _ = target.get("/health")
    took = time.perf_counter() - start
    cut = 0
    for one in connections:
        one.settimeout(40)
        with suppress(TimeoutError):
            try:
                cut += one.recv(1) == b""
            except ConnectionError:
                cut += 1
        one.close()
    return status == 200 and cut == count, f"others are answered in {took * 1000:.0f} ms; {cut} of {count} cut off"
