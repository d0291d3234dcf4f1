"""Puts the endpoint under load, cheap questions with hostile ones among them, and looks whether it holds.

    bench/endpoint OUTPUT [--seconds 60] [--clients 16] [--hostile 2]

Starts ``kgbuild serve`` on loopback with a time limit of 2 seconds. Each client asks canned queries and opens pages,
one after the other; each hostile client sends what is meant to bring the server down; one more opens connections and
says nothing. Prints, for each kind of request, how many were answered with which status and how long that took, and
the memory of all of the server's processes through the run. Fails if a client gets anything but 200 or an announced
limit, if an answer differs from the first one, or if the server is gone at the end.
"""

from __future__ import annotations

import argparse
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx

from kgbuild.query import list_queries

#: announced limits: too large, or too busy, too long, too much memory
_LIMITS = (422, 503)
_PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ATTACKS = {
    "endless product": f"SELECT (COUNT(*) AS ?n) {{ {_PRODUCT} }}",
    "endless rows": f"SELECT * {{ {_PRODUCT} }}",
    "sorted product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "growing strings": "SELECT ?x9 { BIND ('0123456789' AS ?x0) "
    + " ".join(f"BIND (CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(9))
    + " }",
    "slow pattern": "SELECT * { ?s ?p ?o FILTER (REGEX(STR(?o), '(.*a){25}')) ?a ?b ?c }",
    "endless path": "SELECT * { ?a (!<urn:x>|^(!<urn:x>))* ?b . ?c (!<urn:x>|^(!<urn:x>))* ?d }",
    "other server": "SELECT * { SERVICE <http://169.254.169.254/latest/meta-data/> { ?s ?p ?o } }",
    "file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "update": "DROP ALL",
    "nested brackets": "SELECT * { " + "{" * 40_000 + "}" * 40_000 + " }",
    "many escapes": "SELECT * { ?service ?p " + '\\"' * 30_000 + " }",
    "long query": "ASK {} #" + "x" * 99_000,
}
PAGES = ("/", "/treaties", "/actors", "/network", "/find?q=minister", "/question?name=positions", "/articles")


class Tally:
    """What came back, by kind of request."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.wrong: list[str] = []
        self._lock = threading.Lock()

    def ask(self, kind: str, call: Callable[[], httpx.Response]) -> httpx.Response | None:
        """Makes one request and notes what came of it."""
        start = time.perf_counter()
        try:
            response = call()
            status = str(response.status_code)
        except httpx.HTTPError as error:
            response, status = None, type(error).__name__
        with self._lock:
            self.times[kind].append(time.perf_counter() - start)
            self.statuses[kind][status] += 1
        return response


def main() -> int:
    """Runs the load; 1 if the server did not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--hostile", type=int, default=2)
    options = parser.parse_args()
    command = [sys.executable, "-m", "kgbuild", "serve", str(options.output), "--port", "0", "--timeout", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if " at http://" not in line:
                sys.exit("the server did not start")
            address = line.rsplit(" ", 1)[1].strip().rstrip("/")
            return _load(address, process, options)
        finally:
            process.terminate()


def _load(address: str, process: subprocess.Popen[str], options: argparse.Namespace) -> int:
    tally = Tally()
    expected: dict[str, bytes] = {}
    end = time.monotonic() + options.seconds

    def client(number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=address, timeout=30) as http:
            while time.monotonic() < end:
                if chance.random() < 0.5:
                    query = chance.choice(list_queries())
                    response = tally.ask("canned query", partial(_posted, http, query.text))
                    key = query.name
                else:
                    key = chance.choice(PAGES)
                    response = tally.ask("page", partial(http.get, key))
                if response is not None and response.status_code == 200:
                    if expected.setdefault(key, response.content) != response.content:
                        tally.wrong.append(f"{key}: another answer than before")
                elif response is None or response.status_code not in _LIMITS:
                    tally.wrong.append(f"{key}: {response.status_code if response else 'no answer'}")

    def attacker(number: int) -> None:
        chance = random.Random(-number - 1)
        with httpx.Client(base_url=address, timeout=30) as http:
            while time.monotonic() < end:
                name = chance.choice(list(ATTACKS))
                tally.ask(name, partial(_posted, http, ATTACKS[name]))

    def dawdler() -> None:
        """Opens connections that never say anything, or never read."""
        port = httpx.URL(address).port or 0
        held: list[socket.socket] = []
        while time.monotonic() < end:
            with suppress(OSError):
                one = socket.create_connection(("127.0.0.1", port), timeout=2)
                one.sendall(b"GET /actors HTTP/1.1\r\nHost: localhost\r\n" + (b"\r\n" if len(held) % 2 else b""))
                held.append(one)
            if len(held) > 100:
                held.pop(0).close()
            time.sleep(0.05)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(options.clients)]
    threads += [threading.Thread(target=attacker, args=(n,)) for n in range(options.hostile)]
    threads.append(threading.Thread(target=dawdler))
    for thread in threads:
        thread.start()
    memory = []
    while time.monotonic() < end:
        memory.append(_memory(process.pid))
        time.sleep(1)
    for thread in threads:
        thread.join()
    return _reported(address, tally, memory)


def _reported(address: str, tally: Tally, memory: list[float]) -> int:
    """Prints what happened; 1 if the server did not hold."""
    start = time.perf_counter()
    alive = httpx.get(f"{address}/health", timeout=10).status_code == 200
    after = time.perf_counter() - start
    print(f"{'request':<18} {'count':>7} {'p50 ms':>8} {'p99 ms':>8}  statuses")
    for kind in sorted(tally.times, key=lambda kind: (kind in ATTACKS, kind)):
        times = sorted(tally.times[kind])
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses[kind].items()))
        print(f"{kind:<18} {len(times):>7} {statistics.median(times) * 1000:>8.1f} {p99 * 1000:>8.1f}  {statuses}")
    quarter = max(1, len(memory) // 4)
    print(
        f"memory of all processes: {statistics.mean(memory[:quarter]):.0f} MB in the first quarter, "
        f"{statistics.mean(memory[-quarter:]):.0f} MB in the last, at most {max(memory):.0f} MB"
    )
    print(f"alive at the end: {alive}, after {after * 1000:.0f} ms; wrong: {len(tally.wrong)}")
    for wrong, count in Counter(tally.wrong).most_common(10):
        print(f"    {wrong} ({count})")
    return int(not alive or bool(tally.wrong))


def _posted(http: httpx.Client, query: str) -> httpx.Response:
    return http.post("/sparql", content=query, headers={"content-type": "application/sparql-query"})


def _memory(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    total = 0
    for one in (pid, *_children(pid)):
        with suppress(OSError, ValueError, IndexError):
            pages = int(Path(f"/proc/{one}/statm").read_text("ascii").split()[1])
            total += pages * 4096
    return total / 1e6


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return []


if __name__ == "__main__":
    sys.exit(main())
