"""Loads a graph into real triplestores, counts, and asks each a canned question that ``kgbuild query`` answers too.

    bench/load [OUTPUT] [--question disagreements]

Starts Oxigraph (pip install oxigraph), Virtuoso (Debian: virtuoso-opensource) and Jena's TDB2, the database of Fuseki
(Debian: libapache-jena-java), as far as they are installed, on free ports of loopback, and prints what it does and what
comes of it. Then it asks every canned question, and prints which answers are the same. Fails if a count or the answer
to the question differs.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx

from kgbuild.loading import addresses_of, bulk_commands, load
from kgbuild.query import list_queries, run_query
from kgbuild.store import open_store

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from loading.jena import class_path, jena  # noqa: E402
from loading.servers import oxigraph, oxigraph_program, virtuoso  # noqa: E402

#: asks a store a query; rows of text in ascending order, or why there are none
Ask = Callable[[str], list[list[str]]]


def main() -> int:
    """Loads, counts, asks; 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, nargs="?", default=ROOT / "output")
    parser.add_argument("--question", default="disagreements")
    options = parser.parse_args()
    os.environ.update(KGBUILD_STORE_USER="dba", KGBUILD_STORE_PASSWORD="dba")
    store = open_store(options.output)
    ours = {query.name: _text(run_query(store, query).rows()) for query in list_queries()}
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if oxigraph_program():
            with oxigraph(folder / "oxigraph", "--union-default-graph") as address:
                wrong += _over_http("oxigraph", options.output, f"{address}/query", ours, options.question)
        if shutil.which("virtuoso-t"):
            with virtuoso(folder / "virtuoso") as (address, _):
                wrong += _over_http("virtuoso", options.output, f"{address}/sparql", ours, options.question)
        if shutil.which("java") and Path("/usr/share/java/jena-core.jar").is_file():
            wrong += _tdb(options.output, folder, ours, options.question)
    return int(wrong > 0)


def _over_http(kind: str, output: Path, endpoint: str, ours: dict[str, list[list[str]]], question: str) -> int:
    address = endpoint.rpartition("/")[0]
    print(f"$ kgbuild load {output.name}/ --to {address} --type {kind}")
    wrong = 0
    for _ in range(2):
        report = load(output, addresses_of(address, kind))
        wrong += len(report.wrong)
        print("\n".join(report.lines()))

    def ask(query: str) -> list[list[str]]:
        answer = httpx.post(endpoint, data={"query": query}, headers={"accept": "text/csv"}, timeout=300)
        return _rows(answer.text) if answer.is_success else [["refused", answer.text[:80]]]

    return wrong + _compared(ask, ours, question)


def _tdb(output: Path, folder: Path, ours: dict[str, list[list[str]]], question: str) -> int:
    classes = class_path(folder / "classes")
    command = bulk_commands(output, "fuseki")[0].command.replace("DATABASE", str(folder / "tdb"))
    print(f"$ {command}")
    tool, *arguments = command.split()
    print(jena(classes, tool, *arguments).strip().splitlines()[-1])

    def ask(query: str) -> list[list[str]]:
        (folder / "query.rq").write_text(query, "utf-8")
        options = (f"--loc={folder / 'tdb'}", "--set", "tdb2:unionDefaultGraph=true", "--results=CSV")
        try:
            return _rows(jena(classes, "tdb2.tdbquery", *options, "--query", folder / "query.rq"))
        except AssertionError as error:
            return [["refused", str(error)[:80]]]

    return _compared(ask, ours, question)


def _compared(ask: Ask, ours: dict[str, list[list[str]]], question: str) -> int:
    answers = {query.name: ask(query.text) for query in list_queries()}
    print(f"{question}: {len(answers[question])} rows from the store, {len(ours[question])} from kgbuild query")
    for row in answers[question]:
        print("  " + " | ".join(row))
    same = [name for name, rows in answers.items() if rows == ours[name]]
    listed = [name for name, rows in answers.items() if name not in same and _unordered(rows) == _unordered(ours[name])]
    other = [name for name in answers if name not in same and name not in listed]
    print(f"the same answer to {len(same)} of {len(answers)} canned questions: {', '.join(same)}")
    if listed:
        print(f"the same but for the order in which a cell lists words or names: {', '.join(listed)}")
    if other:
        print(f"another answer to: {', '.join(other)}")
    print()
    return int(question not in same or not ours[question])


def _unordered(rows: list[list[str]]) -> list[list[list[str]]]:
    """Rows whose cells are what they list: SPARQL leaves the order of GROUP_CONCAT open."""
    return sorted([sorted(re.split(r"[ ,]*\.\.\. |, ", cell)) for cell in row] for row in rows)


def _rows(table: str) -> list[list[str]]:
    # what Jena logs stands before and after the table, in brackets
    lines = "".join(line for line in io.StringIO(table.replace("\r\n", "\n")) if not line.startswith("["))
    return sorted(list(csv.reader(io.StringIO(lines)))[1:])


def _text(rows: object) -> list[list[str]]:
    return sorted(["" if term is None else term.value for term in row] for row in rows)  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
