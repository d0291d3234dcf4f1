"""Writes docs/cli.md from what ``--help`` prints, so that the page and the program never differ.

Run it after a change of the command line: ``python docs/generate_cli.py``. A test fails until that is done.
"""

from __future__ import annotations

import os
from pathlib import Path

from typer.testing import CliRunner

from kgbuild.cli import app

PAGE = Path(__file__).with_name("cli.md")
WIDTH = 100

HEAD = """# The command line

This page is made from what `kgbuild --help` prints (`python docs/generate_cli.py`).

Messages go to standard error, results to standard output. A progress bar appears on a terminal only. In a pipe, tables
are plain text, so `kgbuild query` can be read by other programs with `--format csv`, `tsv` or `json`.

| exit code | meaning |
|---|---|
| 0 | all is well |
| 1 | something was set aside (an article that cannot be read or violates a shape) or does not hold; the rest is done |
| 2 | the command cannot be carried out as it was given: an option, a file, or a query is wrong |
| 3 | an error in kgbuild itself; run again with `kgbuild --debug` and report it |
| 130 | interrupted with Ctrl-C |
"""


def commands() -> list[tuple[str, ...]]:
    """Every command and group of commands, as the words that follow ``kgbuild``."""
    found: list[tuple[str, ...]] = [()]
    found += [(str(command.name),) for command in app.registered_commands]
    for group in app.registered_groups:
        found.append((str(group.name),))
        if group.typer_instance is not None:
            found += [(str(group.name), str(command.name)) for command in group.typer_instance.registered_commands]
    return found


def help_of(command: tuple[str, ...]) -> str:
    """What ``--help`` prints for a command."""
    result = CliRunner().invoke(app, [*command, "--help"], prog_name="kgbuild", env={"COLUMNS": str(WIDTH)})
    if result.exit_code:
        raise RuntimeError(f"kgbuild {' '.join(command)} --help fails: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.splitlines()).strip()


def page() -> str:
    """The page as it should be."""
    os.environ["COLUMNS"] = str(WIDTH)
    parts = [HEAD]
    parts += [f"## `{' '.join(('kgbuild', *command))}`\n\n```text\n{help_of(command)}\n```\n" for command in commands()]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
