"""Virtuoso and Jena as Debian has them, and the bulk-load commands run as they are printed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from kgbuild.cli import main
from kgbuild.errors import KgbuildError
from kgbuild.loading import LoadReport, addresses_of, bulk_commands, load
from kgbuild.query import read_query, run_query
from kgbuild.store import open_store
from loading.conftest import write_output
from loading.jena import class_path, jena
from loading.servers import oxigraph_program

DBA = {"NETRC": "/dev/null", "KGBUILD_STORE_USER": "dba", "KGBUILD_STORE_PASSWORD": "dba"}


def answer_of(output: Path, query: str) -> list[list[str]]:
    """What ``kgbuild query`` answers, as rows of text in ascending order."""
    rows = run_query(open_store(output), query).rows()
    return sorted(["" if term is None else term.value for term in row] for row in rows)


def rows_of(table: str) -> list[list[str]]:
    return sorted(list(csv.reader(io.StringIO(table)))[1:])


def test_virtuoso_is_loaded_and_answers_the_same(tmp_path: Path, virtuoso_server: tuple[str, int, Path]) -> None:
    address, _, _ = virtuoso_server
    output = write_output(tmp_path / "output", "march", "may")

    def run(folder: Path, **options: int) -> LoadReport:
        return load(folder, addresses_of(address, "virtuoso"), environment=DBA, **options)  # type: ignore[arg-type]

    assert not run(output, chunk=3000).wrong
    assert not run(output).loaded
    query = read_query("disagreements").text
    answer = httpx.post(f"{address}/sparql", data={"query": query}, headers={"accept": "text/csv"}, timeout=60).text
    assert rows_of(answer) == answer_of(output, "disagreements") != []
    report = run(write_output(tmp_path / "less", "may"))
    assert len(report.removed) == 1 and not report.wrong
    odd = tmp_path / "odd.nq"
    odd.write_text(
        f'<urn:long> <urn:p> "{"long " * 50_000}" <urn:g> .\n'
        '<urn:s> <urn:p> "caf\u00e9 \\\\u0041 \\"q\\"\\n" <urn:g> .\n'
        + "".join(f"_:n{n} <urn:next> _:n{n + 1} <urn:g> .\n" for n in range(50)),
        "utf-8",
    )
    assert not run(odd, chunk=1000).wrong
    chained = "SELECT (COUNT(*) AS ?n) { GRAPH <urn:g> { ?a <urn:next> ?b . ?b <urn:next> ?c } }"
    count = httpx.post(f"{address}/sparql", data={"query": chained}, headers={"accept": "text/csv"}, timeout=60).text
    assert count.split()[-1] == "49"


def test_virtuosos_own_loader_reads_the_files(virtuoso_server: tuple[str, int, Path]) -> None:
    address, port, readable = virtuoso_server
    isql = shutil.which("isql-vt")
    if isql is None:
        pytest.skip("isql-vt is not installed (it comes with Debian's virtuoso-opensource)")
    output = write_output(readable / "it's output", "march")
    (command,) = bulk_commands(output, "virtuoso")
    shell = command.command.replace("isql 1111 dba PASSWORD", f"{isql} {port} dba dba")
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)
    assert "Error" not in done.stdout + done.stderr
    article = "<https://w3id.org/kgbuild/diplomacy#Article>"
    graph = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?article {{ ?s ?p ?o . ?article a {article} }} }}"
    count = httpx.post(f"{address}/sparql", data={"query": graph}, headers={"accept": "text/csv"}, timeout=60).text
    lines = (output / "graph.nq").read_text("utf-8").splitlines()
    assert int(count.split()[-1]) >= sum("/article/" in line.rsplit(" ", 2)[1] for line in lines) > 100


def test_jena_reads_the_files_and_answers_the_same(tmp_path: Path) -> None:
    classes = class_path(tmp_path / "classes")
    output = write_output(tmp_path / "output", "march", "may")
    quads = len((output / "graph.nq").read_text("utf-8").splitlines())
    assert f"Quads = {quads}" in jena(classes, "riotcmd.riot", "--count", output / "graph.nq").replace(",", "")
    (command,) = bulk_commands(output, "fuseki")
    tool, *arguments = command.command.replace("DATABASE", str(tmp_path / "tdb")).split()
    jena(classes, tool, *arguments)
    path = tmp_path / "query.rq"
    path.write_text(read_query("disagreements").text, "utf-8")
    union = ("--set", "tdb2:unionDefaultGraph=true")
    answer = jena(classes, "tdb2.tdbquery", f"--loc={tmp_path / 'tdb'}", *union, "--results=CSV", "--query", path)
    assert rows_of(answer) == answer_of(output, "disagreements") != []


def test_oxigraphs_own_loader_reads_the_files(tmp_path: Path) -> None:
    program = oxigraph_program()
    if program is None:
        pytest.skip("the oxigraph server is not installed (pip install oxigraph)")
    output = write_output(tmp_path / "it's output", "march", "may")
    (command,) = bulk_commands(output, "oxigraph")
    environment = {**os.environ, "PATH": f"{Path(program).parent}:{os.environ['PATH']}"}
    shell = command.command.replace("DATABASE", str(tmp_path / "data"))
    subprocess.run(["sh", "-c", shell], env=environment, check=True, capture_output=True)
    ask = [program, "query", "--location", str(tmp_path / "data"), "--union-default-graph", "--results-format", "csv"]
    done = subprocess.run(
        [*ask, "--query", read_query("disagreements").text], capture_output=True, text=True, check=True
    )
    assert rows_of(done.stdout) == answer_of(output, "disagreements") != []


def test_every_store_has_its_command_with_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = write_output(tmp_path / "output", "march")
    (output / "inferred.nq").write_text("")
    assert main(["load", str(output), "--files"]) == 0
    told = capsys.readouterr().out
    for title in ("Fuseki", "GraphDB", "Virtuoso", "Oxigraph", "QLever", "Blazegraph", "RDF4J", "Stardog"):
        assert title in told
    for one in bulk_commands(output):
        assert "graph.nq" in one.command and "inferred.nq" in one.command
    with pytest.raises(KgbuildError, match="no command of its own"):
        bulk_commands(output, "sparql11")
    assert main(["load", str(output)]) == 2
    assert "give either --to URL" in capsys.readouterr().err
