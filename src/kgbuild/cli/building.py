"""``kgbuild build`` and ``watch``: from articles to a graph."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kgbuild.cli.build_runner import Runner
from kgbuild.cli.output import SOMETHING_FAILED, clean, complain

AuthorityFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--authority",
        metavar="FILE",
        help="Your own knowledge of actors and treaties, as a CSV table or SKOS Turtle. Can be given several times.",
    ),
]
Lexicon = Annotated[
    list[Path] | None,
    typer.Option(
        "--lexicon",
        metavar="FOLDER",
        help="Your own tables of words, named as the built-in ones (docs/extending.md). Can be given several times.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="An installed English spaCy pipeline, or a path to one, instead of the default."),
]
MaxBytes = Annotated[
    int, typer.Option(metavar="N", min=1, help="The size up to which an article is read, in bytes, decompressed.")
]
_MaxTime = Annotated[
    float,
    typer.Option(
        "--max-article-time",
        metavar="SECONDS",
        min=0.0,
        help="Processor time that an article may take in each step, for each 100,000 characters; 0 for no limit.",
    ),
]
_MaxMemory = Annotated[
    int,
    typer.Option(
        "--max-article-memory",
        metavar="MB",
        min=0,
        help="Memory that an article may take in each step; 0 for no limit.",
    ),
]

_Articles = Annotated[
    list[str],
    typer.Argument(
        metavar="ARTICLES",
        help="Files, folders, addresses such as s3://bucket/news/*.warc.gz, or - for standard input.",
        show_default=False,
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=NAME",
        help="The column of Parquet, or key of JSON, that a field is read from, such as text=body. Fields: text, "
        "title, published, publisher, author, url. Can be given several times.",
    ),
]
_Output = Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write the graph.")]
_Base = Annotated[str, typer.Option(metavar="IRI", help="What the IRIs of the graph begin with; ends in /.")]
_Judgements = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your decisions about who is the same; see kgbuild identity."),
]
_FailOn = Annotated[
    str,
    typer.Option(
        metavar="SEVERITY",
        help="Which results of validation set an article aside: violation, warning (and violations), or never.",
    ),
]
_MinConfidence = Annotated[
    float, typer.Option(metavar="X", min=0.0, max=1.0, help="Leave out facts of less confidence, from 0 to 1.")
]
_MergedTurtle = Annotated[
    str,
    typer.Option(
        metavar="WHEN",
        help="Whether to write graph.ttl, the merged view: always, never, or auto, if it is not too large.",
    ),
]
_Layout = Annotated[
    str,
    typer.Option(
        metavar="FORM",
        help="single: one file of each format; sharded: N-Quads in files of some articles each, of which a rebuild "
        "writes those that have changed; auto: single files if the graph is not too large.",
    ),
]
_Workers = Annotated[str, typer.Option(metavar="N", help="Processes that work on articles; auto for one on each core.")]
_Cache = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Where to keep what was worked out, instead of .cache in the output folder.",
    ),
]
_NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep nothing for the next build, and use nothing kept.")]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but failures.")]


def build(
    articles: _Articles,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Where to write the graph; with --cluster also an address such as s3://bucket/graph.",
        ),
    ] = "output",
    base: _Base = "https://w3id.org/kgbuild/id/",
    authority: AuthorityFiles = None,
    lexicon: Lexicon = None,
    judgements: _Judgements = None,
    fail_on: _FailOn = "violation",
    min_confidence: _MinConfidence = 0.0,
    model: Model = None,
    max_bytes: MaxBytes = 10_000_000,
    max_time: _MaxTime = 60.0,
    max_memory: _MaxMemory = 2000,
    column: Columns = None,
    layout: _Layout = "auto",
    merged_turtle: _MergedTurtle = "auto",
    workers: _Workers = "1",
    cache: _Cache = None,
    no_cache: _NoCache = False,
    force: Annotated[bool, typer.Option("--force", help="Work everything out again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done and why, and do nothing.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Work on a Dask cluster: the address of its scheduler, the file that it wrote, or local.",
        ),
    ] = None,
    partition_size: Annotated[
        int, typer.Option(metavar="MB", min=1, help="With --cluster, the size of the parts that workers get.")
    ] = 128,
    quiet: _Quiet = False,
) -> None:
    """Build a graph from articles.

    Articles are read from text (.txt), Markdown with YAML front matter (.md), web pages (.html), JSON (.json), JSON
    Lines (.jsonl), web archives (.warc), each also with .gz, .bz2, .xz or .zst, Parquet (.parquet), .zip and .tar files
    of these, from folders, other stores (s3://, gs://, hdfs://), and standard input (-). What cannot be read, or
    violates a shape, is set aside and reported; the rest is built.

    The output folder holds the merged view (graph.ttl), the named graphs (graph.trig, graph.nq, graph.jsonld), what
    follows from them (inferred.nq), the report of validation (validation.ttl, validation.txt) and what went in and how
    much came out (manifest.json). The same articles always give the same bytes. Above a million quads the graph is
    N-Quads alone, in files of some articles each (graph/, inferred/): see --layout.

    What was worked out is kept in .cache, so that the next build costs what has changed. A build that was killed goes
    on where it stopped.

    With --cluster the same facts are worked out on many machines, and written as shards of compressed, sorted N-Quads;
    see the page on clusters.

    \b
    Examples:
      kgbuild build articles/ -o output/
      kgbuild build monday.jsonl.gz tuesday.jsonl.gz -o output/ --authority ministers.csv
      kgbuild build archive/ -o output/ --workers auto
      kgbuild build archive/ -o output/ --dry-run
      kgbuild build 's3://crawl/2021/*.warc.gz' -o output/ --workers auto
      kgbuild build 's3://crawl/2021/*.warc.gz' -o s3://graphs/2021 --cluster tcp://10.0.0.1:8786
      kgbuild build table.parquet -o output/ --column text=body --column title=headline
      curl -s https://news.example/feed.jsonl | kgbuild build - -o output/
    """
    runner = Runner(
        articles, Path(output), base, authority, lexicon, judgements, fail_on, min_confidence, model, max_bytes,
        max_time, max_memory, column, layout, merged_turtle,
        workers, False if no_cache else cache, quiet,
    )  # fmt: skip
    if cluster is not None:
        unused = [name for name, given in (("--force", force), ("--dry-run", dry_run), ("--cache", cache)) if given]
        failures = runner.run_on_cluster(cluster, output, partition_size * 1_000_000, unused)
        if failures:
            raise typer.Exit(SOMETHING_FAILED)
        return
    if "://" in output:
        from kgbuild.errors import KgbuildError

        raise KgbuildError(f"--output {output}: only --cluster writes to addresses; give a folder")
    if dry_run:
        from kgbuild.build import plan

        for line in plan(runner.setup(), force=force).lines():
            typer.echo(clean(line))
        return
    result = runner.run(force)
    runner.tell(result)
    if result.failures:
        raise typer.Exit(SOMETHING_FAILED)


def watch(
    articles: _Articles,
    output: _Output = Path("output"),
    interval: Annotated[float, typer.Option(metavar="S", min=0.1, help="Seconds between two looks.")] = 2.0,
    base: _Base = "https://w3id.org/kgbuild/id/",
    authority: AuthorityFiles = None,
    lexicon: Lexicon = None,
    judgements: _Judgements = None,
    fail_on: _FailOn = "violation",
    min_confidence: _MinConfidence = 0.0,
    model: Model = None,
    max_bytes: MaxBytes = 10_000_000,
    max_time: _MaxTime = 60.0,
    max_memory: _MaxMemory = 2000,
    column: Columns = None,
    layout: _Layout = "auto",
    merged_turtle: _MergedTurtle = "auto",
    workers: _Workers = "1",
    cache: _Cache = None,
    quiet: _Quiet = False,
) -> None:
    """Build a graph, and build it again whenever an article changes.

    Looks at the articles, the authority files and the judgements every few seconds, until it is interrupted (Ctrl-C).
    A build costs what has changed.

    \b
    Examples:
      kgbuild watch articles/ -o output/
      kgbuild watch inbox/ -o output/ --interval 30 --quiet
    """
    from kgbuild.build import watch as watching
    from kgbuild.errors import KgbuildError

    runner = Runner(
        articles, output, base, authority, lexicon, judgements, fail_on, min_confidence, model, max_bytes,
        max_time, max_memory, column, layout, merged_turtle,
        workers, cache, quiet,
    )  # fmt: skip
    for outcome in watching(runner.setup(), partial(runner.run, lasting=True), interval=interval):
        if isinstance(outcome, KgbuildError):
            complain(str(outcome))
        else:
            runner.tell(outcome)
