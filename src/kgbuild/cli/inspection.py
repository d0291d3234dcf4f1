"""``kgbuild query``, ``validate`` and ``doctor``: what is in a graph, and whether all is well with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.output import SOMETHING_FAILED, clean, complain, on_terminal, print_table
from kgbuild.errors import KgbuildError


def query(
    graph: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The folder that a graph was built in.")],
    question: Annotated[
        str,
        typer.Argument(
            metavar="[NAME|FILE|-]",
            help="A canned query, a file of SPARQL, or - for standard input.",
            show_default=False,
        ),
    ] = "",
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help="table, csv, tsv, json, spreadsheet, or ttl.")
    ] = "table",
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="NAME=VALUE", help="Sets a parameter. Can be given several times."),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", "-l", help="List the canned queries and their parameters.")
    ] = False,
) -> None:
    """Ask a graph.

    The question is the name of a canned query, a file of SPARQL, or - for SPARQL on standard input. The prefixes of the
    graph need no declaration. The default graph is the merged view; GRAPH ?article tells the articles apart.

    The format spreadsheet is CSV in which no cell is taken for a formula; ttl is for CONSTRUCT and DESCRIBE.

    \b
    Examples:
      kgbuild query output/ --list
      kgbuild query output/ positions --param treaty=ceasefire
      kgbuild query output/ statements --format csv > said.csv
      echo 'SELECT ?name { ?a a dip:Person ; rdfs:label ?name }' | kgbuild query output/ -
    """
    from kgbuild.query import list_queries, read_query, run_query, write_result

    if listing:
        rows = []
        for canned in list_queries():
            rows.append((canned.name, "", canned.title))
            rows += [("", f"{p.name}={p.default}", p.description) for p in canned.parameters]
        print_table(("query", "parameter", "what it answers"), rows)
        return
    if not question:
        raise KgbuildError("give a query: kgbuild query OUTPUT --list tells which there are")
    asked = read_query(question)
    parameters = {}
    for setting in param or ():
        name, equals, value = setting.partition("=")
        if not equals:
            raise KgbuildError(f"--param {setting}: write NAME=VALUE")
        parameters[name] = value
    from kgbuild.store import open_store

    write_result(run_query(open_store(graph), asked, parameters), form, sys.stdout)


def validate(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="The folder of a build, or a file of RDF.")],
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help="text, or ttl for SHACL's own terms.")
    ] = "text",
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="What counts as a failure: violation, warning, or never.")
    ] = "violation",
) -> None:
    """Hold a graph to the shapes.

    The graph is a folder of kgbuild build or any RDF file: Turtle, TriG, N-Quads, N-Triples, JSON-LD or RDF/XML, from
    anybody. Each article's graph is held to the shapes with what the identity graph says of the entities in it. The
    report tells how many nodes each shape looked at.

    \b
    Examples:
      kgbuild validate output/
      kgbuild validate somebody-elses.ttl --fail-on warning
      kgbuild validate output/ --format ttl > report.ttl
    """
    if form not in ("text", "ttl"):
        raise KgbuildError(f"--format {form}: choose text or ttl")
    if fail_on not in ("violation", "warning", "never"):
        raise KgbuildError(f"--fail-on {fail_on}: choose violation, warning or never")
    from kgbuild.graph.reading import read_quads
    from kgbuild.graph_files import GraphFiles, of_one_build
    from kgbuild.validation import ValidationReport, article_scopes
    from kgbuild.validation import validate as judge

    def judged(files: GraphFiles) -> ValidationReport:
        quads = (quad for path in files.graph for quad in read_quads(path))
        return ValidationReport.merge(judge(scope.triples, graph=scope.graph) for scope in article_scopes(quads))

    # one file may be of any kind of RDF
    report = of_one_build(graph, judged) if graph.is_dir() else judged(GraphFiles((graph,)))
    typer.echo(report.to_text() if form == "text" else report.to_turtle(), nl=False)
    if report.fails(fail_on):  # type: ignore[arg-type]  # checked above
        raise typer.Exit(SOMETHING_FAILED)


def doctor(
    output: Annotated[
        Path | None,
        typer.Argument(metavar="[OUTPUT]", help="The folder of a build to check as well.", show_default=False),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The spaCy pipeline to check instead of the default.")
    ] = None,
) -> None:
    """Check the installation, the model, and a built graph.

    Checks that everything kgbuild needs is installed in a version that suits, that the model is there and its weights
    are those of its makers, that extraction works, and, if an output folder is given, that its files are as they were
    written. Says what to do about what is not in order.

    \b
    Examples:
      kgbuild doctor
      kgbuild doctor output/
    """
    from kgbuild.doctor import examine

    findings = list(examine(output, model))
    for finding in findings:
        mark = {"ok": "ok     ", "warning": "warning", "failure": "FAILED "}[finding.state]
        if on_terminal():
            colour = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "failure": typer.colors.RED}
            mark = typer.style(mark, fg=colour[finding.state])
        typer.echo(f"{mark}  {clean(finding.what)}")
        if finding.advice:
            typer.echo(f"         {clean(finding.advice)}")
    failed = sum(finding.state == "failure" for finding in findings)
    if failed:
        complain(f"{failed} of {len(findings)} checks failed")
        raise typer.Exit(SOMETHING_FAILED)
