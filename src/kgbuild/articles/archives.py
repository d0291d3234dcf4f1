"""Zip and tar files: their members one after another, without unpacking anything to the disk."""

from __future__ import annotations

import os
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Self, cast

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.opening import Expansion, broken_streams
from kgbuild.articles.sources import UNKNOWN_KIND, Input, format_of

#: bytes that the headers of a member of a tar file may have: a long name, times, owners
_TAR_HEADER_LIMIT = 1_000_000
_EXTENDED = frozenset(
    (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
)

#: does one step of opening within the limit of memory
Bounded = Callable[[Callable[[], Any]], Any]
Member = tuple[Input, BinaryIO | UnreadableError]


def zip_members(source: Input, stream: BinaryIO, bounded: Bounded) -> Iterator[Member]:
    """The files in a zip archive.

    Args:
        source: the archive.
        stream: its bytes, in which one can seek.
        bounded: does one step of opening within the limit of memory.

    Yields:
        Each file, opened, or why it is not; hidden ones are passed over.

    Raises:
        UnreadableError: it is no zip archive.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    try:
        archive = bounded(lambda: zipfile.ZipFile(stream))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"cannot be read as a zip archive ({error})") from None
    expansion = Expansion(lambda: size)
    with archive:
        for info in archive.infolist():
            if info.is_dir() or _hidden(info.filename):
                continue
            member = source.member(info.filename)
            problem = _problem(member)
            if not problem and stat.S_ISLNK(info.external_attr >> 16):
                problem = "is a link, and links in archives are not followed"
            if not problem and info.flag_bits & 1:
                problem = "is encrypted; unpack the archive with its password, and give the files"
            if problem:
                yield member, UnreadableError(problem)
                continue
            try:
                opened = archive.open(info)
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
                yield member, UnreadableError(f"cannot be read ({error})")
                continue
            with expansion.measured(_Content(opened)) as content:
                yield member, content


class _Content:
    """The content of a member, whose damage is told as that of any other stream is."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        try:
            return cast("bytes", self._stream.read(size))
        except (zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError) as error:
            raise OSError(str(error)) from None

    def close(self) -> None:
        self._stream.close()


class _Header(tarfile.TarInfo):
    """A header of a tar file that cannot make its reader take all of memory."""

    #: whether the block of zeros at the end of an archive has been seen; in a class for each archive
    ended = False

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Reads a header; refuses what would be read whole, and is too long for that."""
        cls.ended = len(buf) == tarfile.BLOCKSIZE and not any(buf)
        header = super().frombuf(buf, encoding, errors)
        if header.type in _EXTENDED and header.size > _TAR_HEADER_LIMIT:
            raise tarfile.ReadError("a header is longer than any name")
        return header


def tar_members(source: Input, stream: BinaryIO, bounded: Bounded) -> Iterator[Member]:
    """The files in a tar archive, as :func:`zip_members` gives them.

    Args:
        source: the archive.
        stream: its bytes, decompressed; read once, from the beginning to the end.
        bounded: does one step of opening within the limit of memory.
    """

    class Header(_Header):
        """Of this archive."""

    try:
        with broken_streams():
            archive = bounded(lambda: tarfile.open(fileobj=stream, mode="r|", tarinfo=Header))  # noqa: SIM115
    except tarfile.TarError as error:
        raise UnreadableError(f"cannot be read as a tar archive ({error})") from None
    # what the archive grows to is measured where it is decompressed
    unmeasured = Expansion(lambda: sys.maxsize)
    with archive:
        while True:
            try:
                with broken_streams(" from here on"):
                    info = bounded(archive.next)
            except tarfile.TarError as error:
                raise UnreadableError(f"is damaged, and cannot be read from here on ({error})") from None
            if info is None:
                if not Header.ended:
                    raise UnreadableError("has no end: the archive is cut off; fetch it again")
                return
            # the library keeps every header that it has read
            archive.members = []
            if info.isdir() or _hidden(info.name):
                continue
            member = source.member(info.name)
            problem = _problem(member)
            if not problem and (info.issym() or info.islnk()):
                problem = "is a link, and links in archives are not followed"
            if not problem and (not info.isreg() or info.issparse()):
                problem = "is not a regular file"
            if problem:
                yield member, UnreadableError(problem)
                continue
            opened = archive.extractfile(info)
            assert opened is not None
            with unmeasured.measured(_Content(opened)) as content:
                yield member, content


def _hidden(name: str) -> bool:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _problem(member: Input) -> str:
    form = format_of(member.name)
    if not form:
        return UNKNOWN_KIND
    if form in ("zip", "tar"):
        return "is an archive within an archive, and these are not read; unpack the outer one"
    return ""
