"""What the commands print: messages, tables, and a progress bar where somebody is there to see it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from kgbuild.build.progress import Progress

SOMETHING_FAILED = 1
USER_ERROR = 2
UNEXPECTED = 3
INTERRUPTED = 130


def complain(message: str) -> None:
    """A message to the user on standard error."""
    typer.echo(f"kgbuild: {clean(message)}", err=True)


def clean(text: str) -> str:
    """Text without what a terminal would obey: control characters and marks of writing direction become spaces."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def on_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """A table: drawn by rich on a terminal, in plain columns in a pipe."""
    if on_terminal():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*headers, title=title or None, title_justify="left")
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        Console().print(table)
        return
    cells = [[clean(cell).replace("\n", " ") for cell in row] for row in (headers, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headers))]
    if title:
        typer.echo(title)
    for row in cells:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """A bar on standard error if that is a terminal, else nothing."""
    from kgbuild.build.progress import Silence

    if quiet or not sys.stderr.isatty():
        yield Silence()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: list[Any] = [
        TextColumn("{task.description:<11}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)


class _Bar:
    """Shows each step as a task of rich's progress bar."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task: Any = None

    def start(self, step: str, total: int | None) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(step, total=total)

    def advance(self, count: int = 1) -> None:
        self._bar.advance(self._task, count)
