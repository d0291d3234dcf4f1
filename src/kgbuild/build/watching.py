"""Builds again whenever the articles, or the files of the options, change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.remote import stamp_of
from kgbuild.articles.sources import STANDARD_INPUT, Input, find_inputs
from kgbuild.build.result import BuildResult
from kgbuild.build.run import Setup
from kgbuild.errors import KgbuildError
from kgbuild.extraction.user_tables import table_files


def watch(
    setup: Setup, run: Callable[[], BuildResult], *, interval: float = 2.0, sleep: Callable[[float], None] = time.sleep
) -> Iterator[BuildResult | KgbuildError]:
    """Builds, then builds again after each change; never ends by itself.

    A change is waited out: the build begins once nothing has changed for one interval.

    Args:
        setup: whose files are watched.
        run: does a build.
        interval: seconds between two looks at the files.
        sleep: waits so many seconds.

    Yields:
        The outcome of each build.

    Raises:
        KgbuildError: standard input is among the paths.
    """
    if any(str(path) == STANDARD_INPUT for path in setup.paths):
        raise KgbuildError("standard input cannot be watched; give files or folders")
    built: tuple[str, ...] | None = None
    while True:
        seen = _look(setup)
        if seen != built:
            built = seen
            try:
                yield run()
            except KgbuildError as error:
                yield error
        sleep(interval)
        while (now := _look(setup)) != seen and now != built:
            seen = now
            sleep(interval)


def _look(setup: Setup) -> tuple[str, ...]:
    """How the files look from outside."""
    options = setup.options
    found = list(find_inputs(setup.paths, exclude=setup.output))
    files = [source.path for source in found if source.path is not None]
    files += [*options.authority_files, *table_files(options.lexicons)]
    files += [options.judgements] if options.judgements is not None else []
    elsewhere = [_stamp_elsewhere(source) for source in found if source.url]
    return tuple(sorted([*map(_stamp, files), *elsewhere]))


def _stamp_elsewhere(source: Input) -> str:
    if source.problem:
        return f"{source.url} {source.problem}"
    try:
        return f"{source.url} {stamp_of(source.url)}"
    except UnreadableError as error:
        return f"{source.url} {error}"


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return f"{path} is not there"
    return f"{path} {found.st_size} {found.st_mtime_ns} {found.st_ino}"
