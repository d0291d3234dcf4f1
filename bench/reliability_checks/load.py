"""Puts the server under load: good and hostile queries, pages, slow clients, bursts of connections.

Builds the graph of the examples, serves it on loopback with a time limit of 2 seconds, and asks it from one
asynchronous client: so many good clients one request after the other, hostile ones beside them, hundreds of connections
that begin a request and never end it or never read the answer, and every ten seconds a burst of a thousand connections.
Every answer of 200 has to be the right one (what the same store gives without a server), everything else an announced
limit, and the memory of the server flat.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import math
import random
import statistics
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

import kgbuild
from endpoint import ATTACKS, PAGES
from kgbuild.query import list_queries
from reliability_checks.common import served

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples/articles"
#: announced limits: too large an answer, too long a query, too many at once, too much time or memory
_LIMITS = (403, 413, 422, 503)
_QUERY = {"content-type": "application/sparql-query", "accept": "application/sparql-results+json"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this check."""
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--hostile", type=int, default=4)
    parser.add_argument("--slow", type=int, default=300)
    parser.add_argument("--burst", type=int, default=1000)


@dataclass
class _Load:
    """One run.

    Attributes:
        address: of the server.
        end: when it ends, by the monotonic clock.
        expected: the right answer to each canned query, as sorted rows.
        pages: the first answer for each page.
        times: seconds of each request, by kind.
        statuses: what came back, by kind.
        wrong: what must not have come back.
        burst: when the last burst of connections began and ended; above 1,000 the server closes new ones.
    """

    address: str
    end: float
    expected: dict[str, list[str]]
    pages: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: Counter[str] = field(default_factory=Counter)
    burst: tuple[float, float] = (0.0, 0.0)

    async def ask(self, http: httpx.AsyncClient, kind: str, query: str = "", page: str = "") -> httpx.Response | None:
        """Makes one request and notes what came of it."""
        start = time.perf_counter()
        response = None
        try:
            response = await (http.get(page) if page else http.post("/sparql", content=query, headers=_QUERY))
            status = str(response.status_code)
        except httpx.TransportError as error:
            status = type(error).__name__
            if start <= self.burst[1] and time.perf_counter() >= self.burst[0]:
                response = httpx.Response(503)
        self.times[kind].append(time.perf_counter() - start)
        self.statuses[kind][status] += 1
        return response

    def judge(self, key: str, response: httpx.Response | None) -> None:
        """Notes an answer that is not the right one, and a refusal that nobody announced."""
        if response is None:
            self.wrong[f"{key}: no answer"] += 1
        elif response.status_code != 200:
            if response.status_code not in _LIMITS:
                self.wrong[f"{key}: status {response.status_code}"] += 1
        elif key in self.expected:
            if _rows(response.content) != self.expected[key]:
                self.wrong[f"{key}: a wrong answer"] += 1
        elif self.pages.setdefault(key, response.content) != response.content:
            self.wrong[f"{key}: another answer than before"] += 1


def run(options: argparse.Namespace) -> int:
    """Runs the check."""
    with tempfile.TemporaryDirectory(prefix="kgbuild-load-") as name:
        output = Path(name) / "output"
        built = kgbuild.build(_EXAMPLES, output)
        expected = {}
        for query in list_queries():
            answer = io.BytesIO()
            built.query(query.name).serialize(answer, "json")
            expected[query.name] = _rows(answer.getvalue())
        with served(output, "--timeout", "2") as (address, process):
            load = _Load(address, time.monotonic() + options.seconds, expected)
            memory = asyncio.run(_loaded(load, process, options))
            return _reported(load, memory)


def _rows(content: bytes) -> list[str]:
    bindings = json.loads(content)["results"]["bindings"]
    return sorted(json.dumps(row, sort_keys=True) for row in bindings)


async def _loaded(
    load: _Load, process: subprocess.Popen[str], options: argparse.Namespace
) -> list[tuple[float, float]]:
    """Runs all clients to the end; gives the memory of the server, and of it with its workers, each second."""
    tasks = [asyncio.create_task(_client(load, number)) for number in range(options.clients)]
    tasks += [asyncio.create_task(_attacker(load, number)) for number in range(options.hostile)]
    tasks += [asyncio.create_task(_slow(load, number)) for number in range(options.slow)]
    tasks.append(asyncio.create_task(_bursts(load, options.burst)))
    memory = []
    while time.monotonic() < load.end:
        memory.append((_memory(process.pid), _memory(process.pid) + sum(map(_memory, _children(process.pid)))))
        await asyncio.sleep(1)
    await asyncio.gather(*tasks)
    return memory


def _http(load: _Load) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=load.address, timeout=30)


async def _client(load: _Load, number: int) -> None:
    chance = random.Random(number)
    async with _http(load) as http:
        while time.monotonic() < load.end:
            if chance.random() < 0.5:
                query = chance.choice(list_queries())
                load.judge(query.name, await load.ask(http, "canned query", query.text))
            else:
                page = chance.choice(PAGES)
                load.judge(page, await load.ask(http, "page", page=page))


async def _attacker(load: _Load, number: int) -> None:
    chance = random.Random(-number - 1)
    async with _http(load) as http:
        while time.monotonic() < load.end:
            kind = chance.choice(list(ATTACKS))
            response = await load.ask(http, kind, ATTACKS[kind])
            if response is None or response.status_code not in (200, 400, *_LIMITS):
                load.wrong[f"{kind}: {response.status_code if response else 'no answer'}"] += 1


async def _slow(load: _Load, number: int) -> None:
    """Begins requests and does not end them, or does not read the answers."""
    request = b"GET /actors HTTP/1.1\r\nHost: localhost\r\n" + (b"\r\n" if number % 2 else b"X: ")
    port = httpx.URL(load.address).port
    while time.monotonic() < load.end:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(request)
            await asyncio.sleep(max(0.1, min(20, load.end - time.monotonic())))
            writer.close()
        await asyncio.sleep(0.5)


async def _bursts(load: _Load, size: int) -> None:
    """Opens very many connections at once, and closes them after a second."""
    port = httpx.URL(load.address).port
    while time.monotonic() < load.end - 10:
        await asyncio.sleep(9)
        load.burst = (time.perf_counter(), math.inf)
        made = await asyncio.gather(
            *(asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 5) for _ in range(size)),
            return_exceptions=True,
        )
        await asyncio.sleep(1)
        opened = [one for one in made if not isinstance(one, BaseException)]
        load.statuses["burst of connections"]["opened"] += len(opened)
        for _, writer in opened:
            writer.close()
        await asyncio.sleep(1)
        load.burst = (load.burst[0], time.perf_counter())


def _reported(load: _Load, memory: list[tuple[float, float]]) -> int:
    """Prints what happened; 1 if the server did not hold."""
    start = time.perf_counter()
    # the time limit of a query, for those that are still running
    alive = httpx.get(f"{load.address}/health", timeout=15).status_code == 200
    after = time.perf_counter() - start
    print(f"{'request':<22} {'count':>7} {'p50 ms':>8} {'p99 ms':>8}  statuses")
    for kind in sorted(load.statuses, key=lambda kind: (kind in ATTACKS, kind)):
        times = sorted(load.times[kind]) or [0.0]
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(load.statuses[kind].items()))
        print(f"{kind:<22} {len(times):>7} {statistics.median(times) * 1000:>8.1f} {p99 * 1000:>8.1f}  {statuses}")
    half = len(memory) // 2
    first, last = (statistics.mean(one for one, _ in part) for part in (memory[half // 2 : half], memory[-half // 2 :]))
    flat = last < first * 1.2 + 20
    print(
        f"memory of the server: {first:.0f} MB in the second quarter, {last:.0f} MB in the last (flat: {flat}); "
        f"with its workers at most {max(total for _, total in memory):.0f} MB"
    )
    print(f"alive at the end: {alive}, after {after * 1000:.0f} ms; wrong: {load.wrong.total()}")
    for wrong, count in load.wrong.most_common(10):
        print(f"    {wrong} ({count})")
    return int(not alive or not flat or bool(load.wrong))


def _memory(pid: int) -> float:
    """Resident memory of a process, in MB."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4096 / 1e6
    return 0.0


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return []
