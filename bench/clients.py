"""Asks a served graph through clients that others wrote, and compares what they get with ``kgbuild query``.

    bench/clients OUTPUT

Starts ``kgbuild serve`` on loopback and asks all canned queries, a yes-or-no question and two for triples through
SPARQLWrapper (GET, both POSTs, and each format), rdflib's SPARQLStore, and Comunica. Prints for each client how many
answers are the same, and fails if one is not. YASGUI is asked by ``bench/explorer``, in a browser.

Needs npm: Comunica, and a Node.js that it runs on, are fetched once into the user's cache.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.Wrapper import GET, POST, POSTDIRECTLY, URLENCODED

from kgbuild.query import Result, list_queries, run_query
from kgbuild.store import open_store
from served import served

#: rows in ascending order; yes or no; or how many triples
Answer: TypeAlias = list[tuple[str, ...]] | bool | int
_NPM = Path(__file__).parent / "clients_npm"
_DIP = "PREFIX dip: <https://w3id.org/kgbuild/diplomacy#>\n"
_EXTRA = {
    "ask": _DIP + "ASK { ?treaty a dip:Treaty }",
    "construct": _DIP + "CONSTRUCT { ?who a dip:Actor } WHERE { ?position dip:holder ?who }",
    "describe": _DIP + "DESCRIBE ?treaty WHERE { ?treaty a dip:Treaty }",
}


def main() -> int:
    """Asks; 1 if an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    queries = {query.name: query.text for query in list_queries()} | _EXTRA
    store = open_store(options.output)
    results = {name: run_query(store, text) for name, text in queries.items()}
    columns = {name: result.columns for name, result in results.items()}
    expected = {name: _answer(result) for name, result in results.items()}
    wrong = 0
    with served(options.output) as address:
        endpoint = f"{address}/sparql"
        clients = _wrappers(endpoint) | {"rdflib SPARQLStore": _rdflib(endpoint), **_comunica(endpoint, queries)}
        for client, ask in clients.items():
            answers = {name: ask(text, columns[name]) for name, text in queries.items()}
            asked = [name for name, answer in answers.items() if answer is not None]
            differing = [f"{name}: {str(answers[name])[:200]}" for name in asked if answers[name] != expected[name]]
            same = len(asked) - len(differing)
            print(f"{client:<28} {same} of {len(asked)} answers as kgbuild query gives them", flush=True)
            print("".join(f"    {line}\n" for line in differing), end="")
            wrong += len(differing)
    return int(wrong > 0)


def _answer(result: Result) -> Answer:
    if result.triples:
        return len(list(result.rows()))
    return _rows(list(result), result.columns) if result.answer is None else result.answer


def _rows(rows: list[dict[str, str]], columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(tuple(row.get(column, "") for column in columns) for row in rows)


_Ask: TypeAlias = Callable[[str, tuple[str, ...]], Answer | None]


def _wrappers(endpoint: str) -> dict[str, _Ask]:
    """SPARQLWrapper by each way of asking, and in each format."""

    def client(text: str, media: str, method: str, how: str) -> Any:
        wrapper = SPARQLWrapper(endpoint)
        wrapper.setQuery(text)
        wrapper.setMethod(method)
        wrapper.setRequestMethod(how)
        wrapper.setReturnFormat(media)
        return wrapper

    def ask(media: str, method: str = GET, how: str = URLENCODED) -> _Ask:
        def asked(text: str, columns: tuple[str, ...]) -> Answer | None:
            if "CONSTRUCT" in text or "DESCRIBE" in text:
                return len(rdflib.Graph().parse(client(text, TURTLE, method, how).query().response, format="turtle"))
            content = client(text, media, method, how).query().response.read().decode()
            if media == JSON:
                read = json.loads(content)
                if "boolean" in read:
                    return bool(read["boolean"])
                bindings = read["results"]["bindings"]
                return _rows([{key: term["value"] for key, term in row.items()} for row in bindings], columns)
            if media == XML:
                parsed = rdflib.query.Result.parse(io.BytesIO(content.encode()), format="xml")
                return bool(parsed.askAnswer) if parsed.type == "ASK" else _of_rdflib(parsed, columns)
            if "ASK {" in text:
                return None  # neither CSV nor TSV can say yes or no
            if media == CSV:
                return _rows(list(csv.DictReader(io.StringIO(content))), columns)
            parsed = rdflib.query.Result.parse(io.BytesIO(content.encode()), format="tsv")
            return _of_rdflib(parsed, columns)

        return asked

    return {
        "SPARQLWrapper GET, JSON": ask(JSON),
        "SPARQLWrapper form, JSON": ask(JSON, POST),
        "SPARQLWrapper POST, JSON": ask(JSON, POST, POSTDIRECTLY),
        "SPARQLWrapper GET, XML": ask(XML),
        "SPARQLWrapper GET, CSV": ask(CSV),
        "SPARQLWrapper GET, TSV": ask(TSV),
    }


def _of_rdflib(result: Any, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    rows = [{str(name): str(term) for name, term in row.items() if term is not None} for row in result.bindings]
    return _rows(rows, columns)


def _rdflib(endpoint: str) -> _Ask:
    graph = rdflib.Graph(SPARQLStore(endpoint, method="POST"))

    def ask(text: str, columns: tuple[str, ...]) -> Answer:
        result = graph.query(text)
        if result.type == "ASK":
            return bool(result.askAnswer)
        return len(result) if result.type in ("CONSTRUCT", "DESCRIBE") else _of_rdflib(result, columns)

    return ask


def _comunica(endpoint: str, queries: dict[str, str]) -> dict[str, _Ask]:
    """Comunica asked in one process for all; what it says by query."""
    folder = Path.home() / ".cache" / "kgbuild" / "clients"
    folder.mkdir(parents=True, exist_ok=True)
    for file in _NPM.iterdir():
        shutil.copy(file, folder)
    if not (folder / "node_modules" / ".bin" / "node").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
    run = subprocess.run(
        [folder / "node_modules" / ".bin" / "node", "ask.mjs", endpoint],
        cwd=folder, input=json.dumps(list(queries.values())), capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers = dict(zip(queries.values(), json.loads(run.stdout), strict=True))

    def ask(text: str, columns: tuple[str, ...]) -> Any:
        answer = answers[text]
        return _rows(answer, columns) if isinstance(answer, list) else answer

    return {"Comunica": ask}


if __name__ == "__main__":
    sys.exit(main())
