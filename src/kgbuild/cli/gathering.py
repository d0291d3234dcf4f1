"""``kgbuild gather``: from the shards of a cluster build to one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.output import clean


def gather(
    source: Annotated[
        str, typer.Argument(metavar="SHARDS", help="What kgbuild build --cluster wrote to: a folder, or an address.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write the graph.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but failures.")] = False,
) -> None:
    """Put the shards of a cluster build together.

    The folder then holds graph.nq, byte for byte as a build on one machine writes it, what follows from it, and the
    tables of articles and of who is who: all that the other commands need. Triplestores load the shards themselves.

    Needs: pip install 'kgbuild[remote]', and for S3 'kgbuild[s3]'

    \b
    Examples:
      kgbuild gather s3://graphs/2021 -o graph/
      kgbuild gather shards/ -o graph/
    """
    from kgbuild.cluster.gathering import gather as run

    counts = run(source, output)["counts"]
    if not quiet:
        told = f"{counts['articles']:,} articles, {counts['quads']:,} quads, {counts['inferred']:,} inferred"
        typer.echo(clean(f"{told}: {output}"))
