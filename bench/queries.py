"""Asks all canned queries of a large graph: by ``kgbuild query``, at the endpoint, and with rdflib's engine.

    bench/queries OUTPUT [--triples 1000000] [--runs 5] [--limit 60] [--no-rdflib] [--only NAME ...]

Makes a graph of so many triples out of the articles of OUTPUT, again and again as if more had been written about the
same states (see ``multiplied.py``). Asks each query whole, and narrowed to the actor or treaty that there is most
about, RUNS times. rdflib is asked once for each whole query, in a process that is ended after LIMIT seconds; the ratio
is rdflib's time by the median of ``kgbuild query``. Both run on one core: their times are seconds of the processor,
which other work on the machine changes little; the endpoint's are by the clock. Prints a table in Markdown. Fails if
two answers differ.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import rdflib

from kgbuild.graph_files import graph_files, opened
from kgbuild.query import Query, list_queries, run_query
from kgbuild.store import open_store
from multiplied import multiply
from served import served

#: how the server is told not to stop what is measured
_GENEROUS = ("--timeout", "600", "--max-rows", "10000000", "--max-bytes", "2000000000", "--max-memory", "0")
_NAMES = """SELECT ?name (COUNT(?fact) AS ?count) WHERE {{
  {pattern} . ?one rdfs:label ?name . FILTER (STRLEN(?name) > 3)
}}
GROUP BY ?name ORDER BY DESC(?count) ?name LIMIT 1"""


def main() -> int:
    """Asks; 1 if answers differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60, help="seconds of the processor for one answer of rdflib")
    parser.add_argument("--no-rdflib", action="store_true")
    parser.add_argument("--only", nargs="+", metavar="NAME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = multiply(options.output, folder, options.triples)
        start = time.perf_counter()
        store = open_store(folder)
        print(f"{count:,} triples; indexed and opened in {time.perf_counter() - start:.1f} s", flush=True)
        theirs = None if options.no_rdflib else _rdflib(folder)
        cases = _cases(store, options.only)
        print("| query | rows | kgbuild query p50 | p95 | endpoint p50 | p95 | rdflib | ratio |")
        print("|---|---|---|---|---|---|---|---|")
        wrong = 0
        with served(folder, *_GENEROUS) as address, httpx.Client(timeout=None) as client:
            for query, values in cases:
                bound = query.bound(values)
                ours, rows = _timed(options.runs, partial(_asked, store, bound), time.process_time)
                web, tsv = _timed(
                    options.runs, partial(_posted, client, f"{address}/sparql", bound.text), time.perf_counter
                )
                wrong += int(tsv.count("\n") - 1 != len(rows))
                cells = [f"{second:.2f} s" for second in (*_quantiles(ours), *_quantiles(web))]
                cells += ["", ""]
                if theirs is not None and not values:
                    seconds, answer = _limited(theirs, query.text, options.limit)
                    many = seconds / statistics.median(ours)
                    cells[-2:] = [f"{seconds:.1f} s", f"{many:,.0f}"]
                    if answer is None:
                        cells[-2:] = [f"> {options.limit:.0f} s", f"> {options.limit / statistics.median(ours):,.0f}"]
                    elif answer != rows:
                        wrong += 1
                        cells[-1] += " (another answer)"
                narrowed = ", ".join(f"{key}: {value}" for key, value in values.items())
                print(f"| {query.name} {narrowed} | {len(rows):,} | {' | '.join(cells)} |", flush=True)
    print(f"{wrong} answers differ")
    return int(wrong > 0)


def _asked(store: Any, query: Query) -> list[tuple[str, ...]]:
    return _rows(run_query(store, query).rows())


def _posted(client: httpx.Client, endpoint: str, text: str) -> str:
    return client.post(endpoint, data={"query": text}, headers={"accept": "text/tab-separated-values"}).text


def _cases(store: Any, only: list[str] | None) -> list[tuple[Query, dict[str, str]]]:
    """Each query whole, and where it can be asked for an actor or a treaty, narrowed to one."""

    def most(pattern: str) -> str:
        return str(next(iter(run_query(store, _NAMES.format(pattern=pattern))))["name"])

    treaty, actor = most("?fact dip:target ?one . ?one a dip:Treaty"), most("?fact dip:speaker|dip:holder ?one")
    values = {"treaty": treaty, "about": treaty, "fact": treaty, "actor": actor, "speaker": actor}
    cases: list[tuple[Query, dict[str, str]]] = []
    for query in list_queries():
        if only and query.name not in only:
            continue
        cases.append((query, {}))
        known = next((one.name for one in query.parameters if one.name in values), None)
        if known is not None:
            cases.append((query, {known: values[known]}))
    return cases


def _timed(runs: int, call: Callable[[], Any], clock: Callable[[], float]) -> tuple[list[float], Any]:
    seconds, answer = [], None
    for _ in range(runs):
        start = clock()
        answer = call()
        seconds.append(clock() - start)
    return seconds, answer


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def _rows(rows: Any) -> list[tuple[str, ...]]:
    return sorted(tuple("" if term is None else term.value for term in row) for row in rows)


def _rdflib(folder: Path) -> rdflib.Dataset:
    start = time.perf_counter()
    dataset = rdflib.Dataset(default_union=True)
    for path in graph_files(folder).all:
        with opened(path) as stream:
            dataset.parse(stream, format="nquads")
    print(f"rdflib has read the same files in {time.perf_counter() - start:.1f} s", flush=True)
    return dataset


def _limited(dataset: rdflib.Dataset, text: str, limit: float) -> tuple[float, list[tuple[str, ...]] | None]:
    """rdflib's answer and its time; no answer above the limit."""
    context = multiprocessing.get_context("fork")  # the data set is shared, not copied
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(dataset, text, limit, sending))
    process.start()
    sending.close()
    try:
        seconds, rows = receiving.recv()
        return seconds, rows
    except EOFError:
        return limit, None
    finally:
        process.kill()
        process.join()


def _answer(dataset: rdflib.Dataset, text: str, limit: float, sending: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limit), math.ceil(limit)))
    start = time.process_time()
    rows = sorted(tuple("" if term is None else str(term) for term in row) for row in dataset.query(text))  # type: ignore[union-attr]
    sending.send((time.process_time() - start, rows))


if __name__ == "__main__":
    sys.exit(main())
