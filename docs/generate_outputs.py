"""Writes into the pages named below what their commands print, so that the pages and the program never differ.

Run it after a change of what kgbuild finds or prints: ``python docs/generate_outputs.py``. A test fails until that is
done.

Blocks of code are carried out from top to bottom in an empty folder: one with ``title="FILE"`` is written to that file,
in one of ``console`` each line that begins with ``$ `` is run, in one of ``pycon`` each that begins with ``>>> ``.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PAGES = tuple(Path(__file__).with_name(name) for name in ("tutorial.md", "checking.md"))

_BLOCK = re.compile(r'^```(?P<kind>\w+)(?: title="(?P<file>[^"]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)


def with_outputs(text: str) -> str:
    """A page with what its blocks print.

    Args:
        text: the page as it is.

    Raises:
        RuntimeError: a command of the page fails.
    """
    names: dict[str, Any] = {}

    def carry_out(block: re.Match[str]) -> str:
        body = block["body"]
        if block["file"]:
            path = Path(block["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
        elif block["kind"] == "console":
            commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
            body = "\n".join(f"$ {command}\n{_printed(command)}" for command in commands)
        elif block["kind"] == "pycon":
            body = "".join(_evaluated(example, names) for example in doctest.DocTestParser().get_examples(body))
        return block[0].replace(block["body"], body)

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return _BLOCK.sub(carry_out, text)


def _printed(command: str) -> str:
    """What a command of kgbuild prints into a pipe."""
    words = shlex.split(command, comments=True)
    if words[0] != "kgbuild":
        raise RuntimeError(f"only kgbuild is run here, not {command}")
    run = [sys.executable, "-m", "kgbuild", *words[1:]]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KGBUILD")}
    done = subprocess.run(
        run, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise RuntimeError(f"{command} ends with {done.returncode}: {done.stdout}")
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.rstrip().splitlines())


def _evaluated(example: doctest.Example, names: dict[str, Any]) -> str:
    """An example of an interactive session, with what Python prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example.source, "page", "single"), names)
    first, *rest = example.source.splitlines()
    return "\n".join([f">>> {first}", *(f"... {line}" for line in rest), printed.getvalue()])


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(with_outputs(page.read_text(encoding="utf-8")), encoding="utf-8")
