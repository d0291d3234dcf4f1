"""``kgbuild export`` and ``kgbuild report``: a graph for other people's tools, and for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.output import clean


def export(
    output: Annotated[
        Path, typer.Argument(metavar="OUTPUT", help="The folder of a build, or a file of N-Quads or TriG.")
    ],
    to: Annotated[str, typer.Option("--to", "-t", metavar="FORMAT", help="graphml, gexf, neo4j, or ftm.")],
    path: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PATH", help="The file to write; for neo4j, the folder."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but failures.")] = False,
) -> None:
    """Write a graph in a format of another tool.

    graphml and gexf hold the network of actors, treaties and events for Gephi, yEd or Cytoscape: positions, posts and
    who speaks about whom are its ties, each with its words. neo4j is a folder of CSV files for neo4j-admin, with
    statements and articles too. ftm is JSON lines of FollowTheMoney entities for Aleph and its kin.

    Needs for graphml and gexf: pip install 'kgbuild[export]'

    \b
    Examples:
      kgbuild export output/ --to gexf -o network.gexf
      kgbuild export output/ --to neo4j -o neo4j-import/
      kgbuild export output/ --to ftm -o entities.jsonl
    """
    from kgbuild.exporting import export as run

    done = run(output, to, path)
    if not quiet:
        typer.echo(clean(f"{done.path}: {done.things} things, {done.ties} ties"))
        if done.advice:
            typer.echo(clean(done.advice))


def report(
    output: Annotated[
        Path, typer.Argument(metavar="OUTPUT", help="The folder of a build, or a file of N-Quads or TriG.")
    ],
    path: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write: .html, .md or .pdf.")
    ],
    treaty: Annotated[str, typer.Option(metavar="NAME", help="A treaty: words of its name, or its IRI.")] = "",
    actor: Annotated[str, typer.Option(metavar="NAME", help="An actor, likewise.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but failures.")] = False,
) -> None:
    """Write a briefing that can be handed on.

    A treaty's tells who stands where and according to whom, what changed, what was said and what happened; an actor's
    tells its posts, what it wants and what others say it wants. Without either, it is about the treaties with most
    positions. Every line has its words, and a link to where they stand. HTML is one file; Markdown has its pictures
    beside it, as SVG.

    Needs: pip install 'kgbuild[report]', and for PDF 'kgbuild[pdf]'

    \b
    Examples:
      kgbuild report output/ --treaty moratorium -o moratorium.html
      kgbuild report output/ --actor "Jadwiga Krol" -o krol.pdf
      kgbuild report output/ -o overview.md
    """
    from kgbuild.reporting import report as run

    for written in run(output, path, treaty=treaty, actor=actor):
        if not quiet:
            typer.echo(clean(str(written)))
