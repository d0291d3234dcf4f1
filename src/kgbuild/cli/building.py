"""``kgbuild build`` and ``kgbuild show``: from articles to a graph, and to what is found in one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgbuild.cli.output import SOMETHING_FAILED, clean, complain, on_terminal, print_table, progress_bar

if TYPE_CHECKING:
    from kgbuild.build import BuildResult

#: so many failures are printed one by one; all of them stand in the manifest
_FAILURES_SHOWN = 20

_Authority = Annotated[
    list[Path] | None,
    typer.Option(
        "--authority",
        metavar="FILE",
        help="Your own knowledge of actors and treaties, as a CSV table or SKOS Turtle. Can be given several times.",
    ),
]
_Model = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="An installed English spaCy pipeline, or a path to one, instead of the default."),
]
_MaxBytes = Annotated[
    int, typer.Option(metavar="N", min=1, help="The size up to which an article is read, in bytes, decompressed.")
]


def build(
    articles: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLES", help="Files, folders, or - for standard input.", show_default=False),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write the graph.")] = Path(
        "output"
    ),
    base: Annotated[
        str, typer.Option(metavar="IRI", help="What the IRIs of the graph begin with; ends in /.")
    ] = "https://w3id.org/kgbuild/id/",
    authority: _Authority = None,
    judgements: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your decisions about who is the same; see kgbuild identity."),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="SEVERITY",
            help="Which results of validation set an article aside: violation, warning (and violations), or never.",
        ),
    ] = "violation",
    min_confidence: Annotated[
        float, typer.Option(metavar="X", min=0.0, max=1.0, help="Leave out facts of less confidence, from 0 to 1.")
    ] = 0.0,
    model: _Model = None,
    max_bytes: _MaxBytes = 5_000_000,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but failures.")] = False,
) -> None:
    """Build a graph from articles.

    Articles are read from text (.txt), Markdown with YAML front matter (.md), web pages (.html), JSON (.json) and JSON
    Lines (.jsonl), each also with .gz, from folders of these, and from standard input (-). What cannot be read, or
    violates a shape, is set aside and reported; the rest is built.

    The output folder holds the merged view (graph.ttl), the named graphs (graph.trig, graph.nq, graph.jsonld), what
    follows from them (inferred.nq), the report of validation (validation.ttl, validation.txt) and what went in and how
    much came out (manifest.json). The same articles always give the same bytes.

    \b
    Examples:
      kgbuild build articles/ -o output/
      kgbuild build monday.jsonl.gz tuesday.jsonl.gz -o output/ --authority ministers.csv
      curl -s https://news.example/feed.jsonl | kgbuild build - -o output/
    """
    from kgbuild.articles import ReadingLimits
    from kgbuild.build import build as run

    with progress_bar(quiet) as progress:
        result = run(
            articles,
            output=output,
            base=base,
            authority_files=authority or (),
            judgements=judgements,
            model=model,
            fail_on=fail_on,  # type: ignore[arg-type]  # checked where the options are made
            min_confidence=min_confidence,
            limits=ReadingLimits(article_bytes=max_bytes),
            progress=progress,
        )
    _tell_failures(result)
    if not quiet:
        _tell_result(result, output)
    if result.failures:
        raise typer.Exit(SOMETHING_FAILED)


def _tell_failures(result: BuildResult) -> None:
    for failure in result.failures[:_FAILURES_SHOWN]:
        complain(str(failure))
    rest = len(result.failures) - _FAILURES_SHOWN
    if rest > 0:
        complain(f"and {rest:,} more, which the manifest lists")


def _tell_result(result: BuildResult, output: Path) -> None:
    counts = result.manifest["counts"]
    rows = [(name, f"{count:,}") for name, count in counts["classes"].items()]
    print_table(("class", "count"), rows)
    parts = [f"{counts['articles']:,} articles", f"{counts['quads']:,} quads", f"{counts['inferred']:,} inferred"]
    if counts["duplicates"]:
        parts.append(f"{counts['duplicates']:,} duplicates left out")
    if result.failures:
        parts.append(f"{len(result.failures):,} set aside")
    if result.report.warnings:
        parts.append(f"{len(result.report.warnings):,} warnings of validation")
    typer.echo(f"{', '.join(parts)}: {clean(str(output))}")


def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="A file with articles, or - for standard input.")],
    authority: _Authority = None,
    model: _Model = None,
    max_bytes: _MaxBytes = 5_000_000,
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

    outcomes = list(read_articles([article], limits=ReadingLimits(article_bytes=max_bytes)))
    found = [outcome for outcome in outcomes if not isinstance(outcome, ReadFailure)]
    failures = [str(outcome) for outcome in outcomes if isinstance(outcome, ReadFailure)]
    if not found:
        raise KgbuildError("; ".join(failures[:3]))
    first = True
    for facts in extract(pipeline(model, tuple(authority or ())), found):
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
