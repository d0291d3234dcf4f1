"""Divides the input files into partitions: small files together, large ones in shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.reading import Share
from kgbuild.articles.remote import size_of, stamp_of
from kgbuild.articles.sources import Input
from kgbuild.build.fingerprint import data_hash, file_hash
from kgbuild.errors import KgbuildError

#: formats that hold many articles, and are read as a stream
_DIVISIBLE = frozenset(("jsonl", "warc", "parquet", "zip", "tar"))
#: files that a partition may have
_FILES = 2000


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of the input, which one worker reads and works on.

    Attributes:
        key: a hash of what is in it, and of what the work on it depends on.
        pieces: files, with which of their records are meant.
    """

    key: str
    pieces: tuple[tuple[Input, Share], ...]

    def __str__(self) -> str:
        """For messages."""
        first, share = self.pieces[0]
        more = f" and {len(self.pieces) - 1:,} more files" if len(self.pieces) > 1 else ""
        return f"{first.shown}{f' (share {share.number + 1} of {share.of})' if share.of > 1 else ''}{more}"


def divide(inputs: Iterable[Input], size: int, *prints: str) -> Iterator[Partition]:
    """Divides files into partitions.

    Args:
        inputs: in a fixed order.
        size: about how many bytes a partition has, as they are stored.
        prints: what the work depends on besides the files.

    Raises:
        KgbuildError: standard input is among them, which no other machine can read.
    """
    pieces: list[tuple[Input, Share]] = []
    digests: list[list[object]] = []
    total = 0

    def gathered() -> Partition:
        made = Partition(data_hash("partition", *prints, digests)[:40], tuple(pieces))
        pieces.clear()
        digests.clear()
        return made

    for source, length, digest in map(_looked_at, inputs):
        shares = -(-length // size) if source.format in _DIVISIBLE and not source.problem else 1
        if pieces and (shares > 1 or total + length > size or len(pieces) >= _FILES):
            yield gathered()
            total = 0
        for number in range(max(1, shares)):
            pieces.append((source, Share(number, max(1, shares))))
            digests.append([source.name, source.shown, digest, number, shares])
            if shares > 1:
                yield gathered()
        total = total + length if pieces else 0
    if pieces:
        yield gathered()


def _looked_at(source: Input) -> tuple[Input, int, str]:
    """A file with its size and what changes when it does."""
    if source.standard_input:
        raise KgbuildError("--cluster: standard input is not to be had on other machines; give files or addresses")
    if source.problem:
        return source, 0, source.problem
    try:
        if source.path is None:
            return source, size_of(source.url), stamp_of(source.url)
        path = source.path.absolute()
        return replace(source, path=path), path.stat().st_size, file_hash(path) if path.is_file() else ""
    except (OSError, ValueError, UnreadableError) as error:
        return source, 0, f"error {error}"
