"""``kgbuild load``: a graph into a triplestore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.output import SOMETHING_FAILED, clean, complain, progress_bar
from kgbuild.errors import KgbuildError

_GRAPHS_SHOWN = 20


def load(
    output: Annotated[
        Path, typer.Argument(metavar="OUTPUT", help="The folder of a build, or a file of N-Quads or TriG.")
    ],
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The address of the store.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--type",
            "-t",
            metavar="STORE",
            help="fuseki, graphdb, virtuoso, oxigraph, qlever, blazegraph, rdf4j, stardog, or sparql11 for any other.",
        ),
    ] = "",
    files: Annotated[
        bool, typer.Option("--files", help="Print the commands with which stores load the files themselves.")
    ] = False,
    through: Annotated[
        str, typer.Option(metavar="WAY", help="graph-store or update, instead of the way that suits the store.")
    ] = "",
    query_url: Annotated[str, typer.Option(metavar="URL", help="Where to ask, if not at the usual place.")] = "",
    update_url: Annotated[str, typer.Option(metavar="URL", help="Where to send updates, likewise.")] = "",
    graph_store_url: Annotated[str, typer.Option(metavar="URL", help="Where to send graphs, likewise.")] = "",
    base: Annotated[
        str, typer.Option(metavar="IRI", help="Base IRI under which the store remembers; that of the build.")
    ] = "",
    chunk: Annotated[float, typer.Option(metavar="MB", min=0.001, help="Size of a request.")] = 4.0,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=1, help="How long to wait for an answer.")] = 300.0,
    force: Annotated[bool, typer.Option("--force", help="Send every graph, changed or not.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but failures.")] = False,
) -> None:
    """Load a graph into a triplestore.

    Sends each named graph in pieces, counts afterwards, and fails if a count does not agree. The store remembers what
    was loaded, in a graph of its own (BASE/graph/loaded): the next time only graphs that changed are sent, and those of
    articles that are gone are removed. Graphs of others are left alone.

    Who is there is told by KGBUILD_STORE_USER and KGBUILD_STORE_PASSWORD, by KGBUILD_STORE_TOKEN, or by the line of the
    host in ~/.netrc.

    Needs: pip install 'kgbuild[load]'

    \b
    Examples:
      kgbuild load output/ --to http://localhost:7878 --type oxigraph
      kgbuild load output/ --to http://localhost:3030/news --type fuseki --dry-run
      kgbuild load output/ --to https://store.example.org/sparql
      kgbuild load output/ --files --type virtuoso
    """
    if files == bool(to):
        raise KgbuildError("give either --to URL, to load, or --files, for the commands of the stores")
    if files:
        from kgbuild.loading.bulk import bulk_commands

        for one in bulk_commands(output, kind or None):
            typer.echo(f"# {one.title}. {one.note}\n{one.command}\n")
        return
    from kgbuild.loading import addresses_of
    from kgbuild.loading import load as run

    addresses = addresses_of(
        to,
        kind or "sparql11",
        query=query_url or None,
        update=update_url or None,
        graph_store=graph_store_url or None,
        way=through or None,
    )
    with progress_bar(quiet) as progress:
        report = run(
            output,
            addresses,
            base=base or None,
            chunk=int(chunk * 1_000_000),
            timeout=timeout,
            force=force,
            dry_run=dry_run,
            progress=progress,
        )
    told = report.lines()
    if dry_run:
        changes = [f"  load    {graph}" for graph in report.loaded] + [f"  remove  {graph}" for graph in report.removed]
        told += changes[:_GRAPHS_SHOWN]
        if len(changes) > _GRAPHS_SHOWN:
            told.append(f"  and {len(changes) - _GRAPHS_SHOWN} more")
    if report.wrong:
        typer.echo(clean(told[0]))
        for line in told[1:]:
            complain(line)
        complain("the counts do not agree; load again, and look at what the store says of these graphs")
        raise typer.Exit(SOMETHING_FAILED)
    if not quiet:
        for line in told:
            typer.echo(clean(line))
