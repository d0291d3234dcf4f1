"""Finds the files to read and opens them: without waiting, and without a link that leads out of the folder."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from kgbuild.articles.failures import UnreadableError

#: suffix of a file name -> the format it announces
FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}

#: how many times the limit of one article is read over in search of the end of a line that is too long
_SKIPPED_AT_MOST = 20

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read.

    Attributes:
        path: where it is; None for standard input.
        name: relative to the folder that the user gave, with ``/``; the file's own name if the user gave the file.
        shown: as the user may write it, for messages.
        problem: why it cannot be read, if that is known already.
    """

    path: Path | None
    name: str
    shown: str
    problem: str = ""

    @property
    def format(self) -> str:
        """A value of :data:`FORMATS`, or empty if the name does not tell."""
        return format_of(self.name)

    @property
    def compressed(self) -> bool:
        """The name says that it is gzip."""
        return self.name.lower().endswith(".gz")


def format_of(name: str) -> str:
    """The format that a file's name announces, or an empty string."""
    suffix = os.path.splitext(name.lower().removesuffix(".gz"))[1]  # noqa: PTH122 - names with odd bytes
    return FORMATS.get(suffix, "")


def printable(name: str) -> str:
    """A file name for people and for JSON: bytes that are not UTF-8 and control characters are written as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def find_inputs(paths: Iterable[str | Path], *, exclude: Path | None = None) -> Iterator[Input]:
    """The files that the user's arguments stand for.

    Args:
        paths: files, folders, and ``-`` for standard input. A folder is walked in the order of its file names; hidden
            files and folders are passed over, and so are links to folders.
        exclude: a folder to pass over, such as the one that is written to.

    Yields:
        Each file once for each argument that it stands in, or what is wrong with it.
    """
    for given in paths:
        if str(given) == STANDARD_INPUT:
            yield Input(None, "-", "standard input")
            continue
        path = Path(given)
        shown = printable(str(given))
        try:
            is_folder = path.is_dir()
        except (OSError, ValueError):
            is_folder = False
        if is_folder:
            yield from _walk(path, shown, exclude)
        elif not format_of(path.name):
            yield Input(path, printable(path.name), shown, _unknown_format(path))
        else:
            yield Input(path, printable(path.name), shown)


def _absent(path: Path) -> str:
    """Says of a path why nothing is there; of an address of the web, which a path has lost one slash of, what to do."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", str(path), re.IGNORECASE):
        return "is an address, and nothing is fetched; save it as a file, or pipe its text into: kgbuild build -"
    return "there is no such file or folder"


def _unknown_format(path: Path) -> str:
    try:
        if not os.path.lexists(path):
            return _absent(path)
    except (OSError, ValueError):
        return "is no file name"
    return f"is of a kind that is not read; the kinds are {', '.join(FORMATS)}, each also with .gz"


def _walk(root: Path, shown: str, exclude: Path | None) -> Iterator[Input]:
    """The files of a folder, in the order of their names' bytes, folder by folder."""
    inside = root.resolve()
    excluded = exclude.resolve() if exclude is not None else None
    found = False
    problems: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=problems.append):
        here = Path(folder)
        for name in sorted(folders, key=os.fsencode):
            if (here / name).is_symlink():
                yield _input(here / name, root, "is a link to a folder, and links to folders are not followed")
        folders[:] = sorted(
            (
                name
                for name in folders
                if not name.startswith(".")
                and not (here / name).is_symlink()
                and (excluded is None or (here / name).resolve() != excluded)
            ),
            key=os.fsencode,
        )
        for name in sorted(files, key=os.fsencode):
            if name.startswith("."):
                continue
            found = True
            path = here / name
            problem = "" if format_of(name) else _unknown_format(path)
            if path.is_symlink() and not problem:
                problem = _link_problem(path, inside)
            yield _input(path, root, problem)
        if not folders and not files and format_of(here.name):
            found = True
            yield _input(here, root, "is a folder, and an empty one")
    for error in problems:
        found = True
        yield _input(Path(error.filename or root), root, f"cannot be opened ({error.strerror})")
    if not found:
        yield Input(root, ".", shown, "is a folder without any articles")


def _input(path: Path, root: Path, problem: str) -> Input:
    name = printable(path.relative_to(root).as_posix())
    return Input(path, name, printable(str(path)), problem)


def _link_problem(path: Path, inside: Path) -> str:
    """Why a symbolic link within a folder is not read, or nothing."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "is a broken link"
    return "" if target.is_relative_to(inside) else "is a link that leads out of the folder"


def open_input(source: Input) -> BinaryIO:
    """Opens a file, decompressed.

    Raises:
        UnreadableError: it is no regular file, or may not be opened.
    """
    if source.path is None:
        import sys

        # a duplicate that may be closed without closing the process's own standard input
        with contextlib.suppress(OSError):
            stream = open(os.dup(sys.stdin.fileno()), "rb")  # noqa: PTH123, SIM115
            return _decompressed(stream, stream.peek(2)[:2] == b"\x1f\x8b")
        data = sys.stdin.buffer.read()
        return _decompressed(io.BytesIO(data), data[:2] == b"\x1f\x8b")
    try:
        # without O_NONBLOCK, opening a FIFO would wait for a writer for ever
        descriptor = os.open(source.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise UnreadableError(_absent(source.path)) from None
        raise UnreadableError(f"cannot be opened ({error.strerror})") from None
    except ValueError:
        raise UnreadableError("is no file name") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableError("is not a regular file; to read from a pipe, give - and redirect standard input")
    return _decompressed(os.fdopen(descriptor, "rb"), source.compressed)


def _decompressed(stream: BinaryIO, compressed: bool) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if compressed else stream


def read_bounded(stream: BinaryIO, limit: int) -> bytes:
    """The whole stream.

    Raises:
        UnreadableError: it is longer than the limit, or its compression is broken.
    """
    try:
        data = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"cannot be read ({error})") from None
    if len(data) > limit:
        raise UnreadableError(f"is longer than the limit of {limit:,} bytes (see --max-bytes)")
    return data


def lines_bounded(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | UnreadableError]]:
    """The lines of a stream, numbered from 1; one that is too long comes as an error and the next ones go on.

    A stream that breaks off (bad compression, a bad disk) ends with an error.
    """
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(limit + 1)
            if len(line) > limit and not line.endswith(b"\n"):
                yield number, UnreadableError(f"is longer than the limit of {limit:,} bytes (see --max-bytes)")
                skipped = 0
                while (rest := stream.readline(limit)) and not rest.endswith(b"\n"):
                    skipped += len(rest)
                    if skipped > _SKIPPED_AT_MOST * limit:
                        # a compressed file of a few kilobytes can hold a line of many gigabytes
                        yield number, UnreadableError("is a line without an end; the file is not read any further")
                        return
                continue
        except (OSError, EOFError, zlib.error) as error:
            yield number, UnreadableError(f"cannot be read from here on ({error})")
            return
        if not line:
            return
        yield number, line
