"""``kgbuild diff``: what two builds differ in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.output import SOMETHING_FAILED


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The folder of a build, or a file of N-Quads or TriG.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another one.")],
    form: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text, json or csv.")] = "text",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with exit code 1 if a fact differs.")] = False,
) -> None:
    """Tell what two builds differ in.

    Compares facts, not triples: articles, actors, roles, treaties, statements, refusals, positions and events that
    came, went, or changed, with what changed in them and the words they were read from. What was inferred, and how
    confident the reading is, makes no difference.

    \b
    Examples:
      kgbuild diff monday/ tuesday/
      kgbuild diff monday/ tuesday/ --format csv > changes.csv
    """
    from kgbuild.comparison import FORMATS, compare, write_comparison
    from kgbuild.errors import KgbuildError

    if form not in FORMATS:
        raise KgbuildError(f"--format {form}: choose one of {', '.join(FORMATS)}")
    comparison = compare(old, new)
    write_comparison(comparison, form, sys.stdout)
    if exit_code and comparison.differences:
        raise typer.Exit(SOMETHING_FAILED)
