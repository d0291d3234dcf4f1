"""Does the builds that the command line asks for, and tells what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from kgbuild.cli.output import clean, complain, print_table, progress_bar

if TYPE_CHECKING:
    from kgbuild.build import BuildOptions, BuildResult, Failure
    from kgbuild.build.run import Setup

#: so many failures are printed one by one; all of them stand in the manifest
_FAILURES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Runner:
    """Does builds with the options of the command line."""

    articles: list[str]
    output: Path
    base: str
    authority: list[Path] | None
    lexicon: list[Path] | None
    judgements: Path | None
    fail_on: str
    min_confidence: float
    model: str | None
    max_bytes: int
    max_time: float
    max_memory: int
    column: list[str] | None
    layout: str
    merged_turtle: str
    workers: str
    cache: Path | Literal[False] | None
    quiet: bool

    def setup(self) -> Setup:
        """What is to be built."""
        from kgbuild.build.run import make_setup

        return make_setup(list(self.articles), self.output, self.options(), self.cache)

    def options(self) -> BuildOptions:
        """What the graph depends on."""
        from kgbuild.articles import ReadingLimits
        from kgbuild.build import BuildOptions

        return BuildOptions(
            base=self.base,
            authority_files=tuple(self.authority or ()),
            lexicons=tuple(self.lexicon or ()),
            judgements=self.judgements,
            model=self.model,
            fail_on=self.fail_on,  # type: ignore[arg-type]  # checked where the options are made
            min_confidence=self.min_confidence,
            limits=ReadingLimits(
                seconds=self.max_time, memory_bytes=self.max_memory * 1_000_000, article_bytes=self.max_bytes
            ),
            columns=chosen_columns(self.column),
            layout=self.layout,  # type: ignore[arg-type]
            merged_turtle=self.merged_turtle,  # type: ignore[arg-type]
        )

    def run_on_cluster(self, cluster: str, output: str, partition_bytes: int, unused: list[str]) -> int:
        """Does a build on a cluster, and tells what came of it; gives how many articles failed."""
        from kgbuild.cluster import build_on_cluster
        from kgbuild.errors import KgbuildError

        if self.workers != "1":
            unused.append("--workers")
        if self.layout != "auto":
            unused.append("--layout")
        if unused:
            raise KgbuildError(f"{unused[0]} has no meaning with --cluster; leave it out")
        with progress_bar(self.quiet) as progress:
            result = build_on_cluster(
                self.articles, output, cluster, self.options(), partition_bytes=partition_bytes, progress=progress
            )
        _tell_failures(result.failures)
        if not self.quiet:
            _tell_counts(result.manifest, output, result.warnings)
            typer.echo(f"partitions worked on: {result.worked[0]:,} for facts, {result.worked[1]:,} for graphs")
        return len(result.failures)

    def run(self, force: bool = False, *, lasting: bool = False) -> BuildResult:
        """Does a build; ``lasting`` if others follow."""
        from kgbuild.garbage import searched_seldom

        workers, ahead = self._workers(), None
        if not lasting:
            from kgbuild.beside import started_early

            ahead = started_early(self.articles, self.output, self.cache, workers=workers, force=force)
        with searched_seldom():  # importing makes much that stays
            from kgbuild.build.run import build_setup
        with progress_bar(self.quiet) as progress, searched_seldom():
            return build_setup(
                self.setup(), workers=workers, force=force, lasting=lasting, ahead=ahead, progress=progress
            )

    def _workers(self) -> int:
        """How many processes are to work on articles."""
        from kgbuild.beside import cores
        from kgbuild.errors import KgbuildError

        if self.workers == "auto":
            return cores()
        if not self.workers.isdecimal():
            raise KgbuildError(f"--workers {self.workers}: give a number from 1, or auto")
        return int(self.workers)

    def tell(self, result: BuildResult) -> None:
        """Prints what came of it."""
        _tell_failures(result.failures)
        if not self.quiet:
            warnings = result.report_data["omitted"].get("Warning", 0) + len(result.report.warnings)
            _tell_counts(result.manifest, str(self.output), warnings, result.unchanged)


def chosen_columns(given: list[str] | None) -> dict[str, str]:
    """The columns that the user chose.

    Raises:
        KgbuildError: one is not given as FIELD=NAME, or a field twice.
    """
    from kgbuild.errors import KgbuildError

    columns: dict[str, str] = {}
    for one in given or ():
        field, equals, name = one.partition("=")
        if not (field and equals and name) or field in columns:
            raise KgbuildError(f"--column {one}: give each field once, as FIELD=NAME, such as text=body")
        columns[field] = name
    return columns


def _tell_failures(failures: Sequence[Failure]) -> None:
    for failure in failures[:_FAILURES_SHOWN]:
        complain(str(failure))
    rest = len(failures) - _FAILURES_SHOWN
    if rest > 0:
        complain(f"and {rest:,} more, which the manifest lists")


def _tell_counts(manifest: Mapping[str, Any], output: str, warnings: int, unchanged: bool = False) -> None:
    counts = manifest["counts"]
    print_table(("class", "count"), [(name, f"{count:,}") for name, count in counts["classes"].items()])
    parts = [f"{counts['articles']:,} articles", f"{counts['quads']:,} quads", f"{counts['inferred']:,} inferred"]
    if counts["duplicates"]:
        parts.append(f"{counts['duplicates']:,} duplicates left out")
    if manifest["failures"]:
        parts.append(f"{len(manifest['failures']):,} set aside")
    if warnings:
        parts.append(f"{warnings:,} warnings of validation")
    typer.echo(f"{'nothing to do: ' if unchanged else ''}{', '.join(parts)}: {clean(output)}")
    for name, why in manifest.get("left_out", {}).items():
        typer.echo(f"{name} was left out: {why}")
