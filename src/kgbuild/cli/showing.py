"""``kgbuild show``: what is found in an article."""

from __future__ import annotations

from typing import Annotated

import typer

from kgbuild.cli.build_runner import chosen_columns
from kgbuild.cli.building import AuthorityFiles, Columns, Lexicon, MaxBytes, Model
from kgbuild.cli.output import SOMETHING_FAILED, complain, on_terminal


def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="A file with articles, or - for standard input.")],
    authority: AuthorityFiles = None,
    lexicon: Lexicon = None,
    model: Model = None,
    max_bytes: MaxBytes = 10_000_000,
    column: Columns = None,
) -> None:
    """Print an article with what is found in it marked.

    Actors, statements with their speakers, statements within statements, refusals to comment, positions, treaties and
    events are marked in the text, by colours on a terminal and by [brackets] in a pipe, and listed below it. Nothing is
    written.

    \b
    Examples:
      kgbuild show articles/summit.md
      kgbuild show - < draft.txt
      kgbuild show articles/summit.md > marked.txt
    """
    from kgbuild.articles import ReadFailure, ReadingLimits, read_articles
    from kgbuild.build.steps import pipeline
    from kgbuild.errors import KgbuildError
    from kgbuild.extraction.assemble import ExtractionFailure, extract
    from kgbuild.show import plain, styled

    outcomes = list(
        read_articles([article], limits=ReadingLimits(article_bytes=max_bytes), columns=chosen_columns(column))
    )
    found = [outcome for outcome in outcomes if not isinstance(outcome, ReadFailure)]
    failures = [str(outcome) for outcome in outcomes if isinstance(outcome, ReadFailure)]
    if not found:
        raise KgbuildError("; ".join(failures[:3]))
    first = True
    for facts in extract(pipeline(model, tuple(authority or ()), tuple(lexicon or ())), found):
        if isinstance(facts, ExtractionFailure):
            failures.append(f"{facts.article.source}: {facts.reason}")
            continue
        if not first:
            typer.echo()
        first = False
        if on_terminal():
            from rich.console import Console

            Console(highlight=False).print(styled(facts))
        else:
            typer.echo(plain(facts), nl=False)
    for failure in failures:
        complain(failure)
    if failures:
        raise typer.Exit(SOMETHING_FAILED)
