"""Finds the files to read, on the disk and in other stores, without a link that leads out of the folder."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.opening import COMPRESSIONS, absent
from kgbuild.articles.remote import find_remote, is_address, local_path

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
    ".warc": "warc",
    ".parquet": "parquet",
    ".zip": "zip",
    ".tar": "tar",
}
#: what stands for two suffixes
_SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}
#: formats that are read from several places of the file, so that it cannot be compressed as a whole
RANDOM_ACCESS = frozenset(("parquet", "zip"))

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read.

    Attributes:
        path: where it is on the disk; None if it is elsewhere.
        name: relative to the folder that the user gave, with ``/``; the file's own name if the user gave the file.
        shown: as the user may write it, for messages.
        problem: why it cannot be read, if that is known already.
        url: its address, if it is in another store.
    """

    path: Path | None
    name: str
    shown: str
    problem: str = ""
    url: str = ""

    def to_bytes(self) -> bytes:
        """As bytes, for :meth:`from_bytes`."""
        path = None if self.path is None else os.fspath(self.path)
        return pickle.dumps((path, self.name, self.shown, self.problem, self.url))

    @classmethod
    def from_bytes(cls, data: bytes) -> Input:
        """What :meth:`to_bytes` made them of; not for bytes from elsewhere."""
        path, *rest = pickle.loads(data)
        return cls(None if path is None else Path(path), *rest)

    @property
    def standard_input(self) -> bool:
        """It is not a file, but what is piped in."""
        return self.path is None and not self.url

    @property
    def format(self) -> str:
        """A value of :data:`FORMATS`, or empty if the name does not tell."""
        return format_of(self.name)

    @property
    def compression(self) -> str:
        """A value of :data:`~kgbuild.articles.opening.COMPRESSIONS`, or empty if the name tells of none."""
        return COMPRESSIONS.get(_suffixes(self.name)[1], "")

    def member(self, name: str) -> Input:
        """A file within this one."""
        inner = printable(name)
        return Input(self.path, f"{self.name}/{inner}", f"{self.shown}/{inner}", "", self.url)


def _suffixes(name: str) -> tuple[str, str]:
    """The suffix of the format and that of the compression, if any."""
    stem, last = os.path.splitext(name.lower())  # noqa: PTH122 - names with odd bytes
    if last in _SHORT:
        stem, last = os.path.splitext(stem + _SHORT[last])  # noqa: PTH122
    return (os.path.splitext(stem)[1], last) if last in COMPRESSIONS else (last, "")  # noqa: PTH122


def format_of(name: str) -> str:
    """The format that a file's name announces, or an empty string."""
    suffix, compression = _suffixes(name)
    form = FORMATS.get(suffix, "")
    return "" if compression and form in RANDOM_ACCESS else form


def printable(name: str) -> str:
    """A file name for people and for JSON: bytes that are not UTF-8 and control characters are written as escapes."""
    if name.isprintable():  # which nothing is that stands for odd bytes
        return name
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def find_inputs(paths: Iterable[str | Path], *, exclude: Path | None = None) -> Iterator[Input]:
    """The files that the user's arguments stand for.

    Args:
        paths: files, folders, addresses of other stores (see :mod:`kgbuild.articles.remote`), and ``-`` for standard
            input. A folder is walked in the order of its file names; hidden files and folders are passed over, and so
            are links to folders.
        exclude: a folder to pass over, such as the one that is written to.

    Yields:
        Each file once for each argument that it stands in, or what is wrong with it.
    """
    for given in paths:
        if str(given) == STANDARD_INPUT:
            yield Input(None, "-", "standard input")
            continue
        local = local_path(given) if isinstance(given, str) else None
        if local is None and is_address(given):
            yield from _elsewhere(str(given))
            continue
        path = Path(given if local is None else local)
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


def _elsewhere(address: str) -> Iterator[Input]:
    try:
        for url, name in find_remote(address):
            problem = "" if format_of(url) else UNKNOWN_KIND
            yield Input(None, printable(name), printable(url), problem, url)
    except UnreadableError as error:
        name = address.rstrip("/").rpartition("/")[2]
        yield Input(None, printable(name), printable(address), str(error), address)


#: what is said of a file whose name does not tell its format
UNKNOWN_KIND = (
    f"is of a kind that is not read; the kinds are {', '.join(FORMATS)}, each (but for .parquet and .zip) also with "
    f"{', '.join(COMPRESSIONS)}"
)


def _unknown_format(path: Path) -> str:
    try:
        if not os.path.lexists(path):
            return absent(path)
    except (OSError, ValueError):
        return "is no file name"
    return UNKNOWN_KIND


def _walk(root: Path, shown: str, exclude: Path | None) -> Iterator[Input]:
    """The files of a folder, in the order of their names' bytes, folder by folder."""
    inside = root.resolve()
    excluded = exclude.resolve() if exclude is not None else None
    found = False
    problems: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=problems.append):
        here = Path(folder)
        # once a folder: there may be very many files in it
        inner = here.relative_to(root).as_posix()
        before = "" if inner == "." else f"{inner}/"
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
        # once a folder as well: what stands before a name in its path
        prefix = str(here / "x")[:-1]
        for name in sorted(files, key=os.fsencode):
            if name.startswith("."):
                continue
            found = True
            place = prefix + name
            path = Path(place)
            problem = "" if format_of(name) else _unknown_format(path)
            if not problem and os.path.islink(place):  # noqa: PTH114 - for each of very many files
                problem = _link_problem(path, inside)
            yield Input(path, printable(before + name), printable(place), problem)
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
