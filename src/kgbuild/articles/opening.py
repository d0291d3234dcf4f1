"""Opens what is to be read, decompressed: without waiting, and without expanding a small file to no end."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from kgbuild.articles.failures import UnreadableError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from kgbuild.articles.sources import Input

#: suffix of a file name -> the compression it announces
COMPRESSIONS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
#: what no decompressor raises but for broken data; zstandard's own error is an Exception of no other kind
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)

#: a file may grow to so many times its size; text seldom grows to ten times, web pages to fifty
_EXPANSION = 200
#: from so many bytes on
_EXPANSION_FROM = 100_000_000
#: memory that reading an .xz may take: what the strongest preset of xz needs, and some more
_XZ_MEMORY = 256 * 1024 * 1024
_BLOCK = 64 * 1024

#: how many times the limit of one article is read over in search of the end of a line that is too long
_SKIPPED_AT_MOST = 20

#: first bytes of a compressed stream
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}


def open_input(source: Input, *, decompress: bool = True) -> BinaryIO:
    """Opens a file.

    Args:
        source: the file.
        decompress: give what a compressed file holds, not the file as it is.

    Raises:
        UnreadableError: it is no regular file, or may not be opened.
    """
    if source.standard_input:
        return _standard_input(decompress)
    if source.url:
        from kgbuild.articles.remote import open_remote

        stream = open_remote(source.url)
    else:
        assert source.path is not None
        stream = _open_file(source.path)
    return decompressed(stream, source.compression) if decompress else stream


def _standard_input(decompress: bool) -> BinaryIO:
    import sys

    # a duplicate that may be closed without closing the process's own standard input
    stream: io.BufferedReader
    try:
        stream = open(os.dup(sys.stdin.fileno()), "rb")  # noqa: PTH123, SIM115
    except OSError:
        stream = io.BufferedReader(cast("io.RawIOBase", io.BytesIO(sys.stdin.buffer.read())))
    start = stream.peek(6)
    compression = next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "")
    return decompressed(stream, compression) if decompress else stream


def _open_file(path: Path) -> BinaryIO:
    try:
        # without O_NONBLOCK, opening a FIFO would wait for a writer for ever
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise UnreadableError(absent(path)) from None
        raise UnreadableError(f"cannot be opened ({error.strerror})") from None
    except ValueError:
        raise UnreadableError("is no file name") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableError("is not a regular file; to read from a pipe, give - and redirect standard input")
    return os.fdopen(descriptor, "rb")


def absent(path: Path) -> str:
    """Says of a path why nothing is there; of an address, which a path has lost one slash of, what to do."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", str(path), re.IGNORECASE):
        return "is an address, not a path; give it as text, as it is written"
    return "there is no such file or folder"


def decompressed(stream: BinaryIO, compression: str) -> BinaryIO:
    """What a stream holds.

    Args:
        stream: as it is stored.
        compression: a value of :data:`COMPRESSIONS`, or empty for none.

    Returns:
        A stream whose ``read`` raises :class:`UnreadableError` once it has grown out of all proportion.

    Raises:
        UnreadableError: the library for this compression is not installed.
    """
    if not compression:
        return stream
    counted = _Counted(stream)
    opener: Callable[[BinaryIO], BinaryIO] = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd}[compression]
    return Expansion(lambda: counted.count).measured(opener(cast("BinaryIO", counted)), counted)


def _gzip(stream: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=stream))


def _bzip2(stream: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", bz2.BZ2File(stream))


def _xz(stream: BinaryIO) -> BinaryIO:
    # LZMAFile lets the file say how much memory is to be taken for it; a decompressor can be given a bound
    return cast("BinaryIO", _Decompressing(stream, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY), 4096))


def _zstd(stream: BinaryIO) -> BinaryIO:
    try:
        import zstandard
    except ImportError:
        raise UnreadableError("is compressed with zstd, which needs: pip install 'kgbuild[zstd]'") from None

    class Decompressor:
        """The library's own readers take the end of the file for the end of the data."""

        def __init__(self) -> None:
            self._made = zstandard.ZstdDecompressor().decompressobj()

        def decompress(self, data: bytes) -> bytes:
            try:
                return self._made.decompress(data)
            except zstandard.ZstdError as error:
                raise OSError(str(error)) from None

        @property
        def eof(self) -> bool:
            return bool(self._made.eof)

        @property
        def unused_data(self) -> bytes:
            return self._made.unused_data

    # a block of four bytes can stand for 128 KB, and all that is made of what is given comes at once
    return cast("BinaryIO", _Decompressing(stream, Decompressor, 512))


class _Decompressor(Protocol):
    def decompress(self, data: bytes, /) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


class _Decompressing(io.RawIOBase):
    """What the compressed streams in a file hold, one behind the other.

    Args:
        stream: the file.
        make: makes a decompressor for one stream.
        size: how many bytes a decompressor is given at once.
    """

    def __init__(self, stream: BinaryIO, make: Callable[[], _Decompressor], size: int) -> None:
        self._stream = io.BufferedReader(cast("io.RawIOBase", stream), _BLOCK)
        self._make = make
        self._size = size
        self._decompressor: _Decompressor | None = None
        self._ready = io.BytesIO()

    def read1(self, size: int) -> bytes:
        """Some of what comes next; nothing at the end."""
        while not (some := self._ready.read(size)):
            if self._decompressor is None or self._decompressor.eof:
                # streams of xz may be padded with zeros
                data = self._decompressor.unused_data.lstrip(b"\0") if self._decompressor is not None else b""
                while not data:
                    block = self._stream.read(self._size)
                    if not block:
                        return b""
                    data = block.lstrip(b"\0")
                self._decompressor = self._make()
            else:
                data = self._stream.read(self._size)
                if not data:
                    raise EOFError("the compressed data ends too early")
            self._ready = io.BytesIO(self._decompressor.decompress(data))
        return some


class _Counted(io.RawIOBase):
    """A stream that knows how much of it was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


class Expansion:
    """Sees that what is decompressed stays in proportion to what it comes from.

    Args:
        stored: tells how many stored bytes it has been made from so far.
    """

    def __init__(self, stored: Callable[[], int]) -> None:
        self._stored = stored
        self._count = 0

    def take(self, size: int) -> None:
        """Counts decompressed bytes.

        Raises:
            UnreadableError: they are out of all proportion.
        """
        self._count += size
        if self._count > _EXPANSION_FROM and self._count > _EXPANSION * self._stored():
            raise UnreadableError(
                f"grows to more than {_EXPANSION} times its size when it is decompressed, as no text does, and is not "
                "read any further"
            )

    def measured(self, stream: Readable, *beneath: io.IOBase) -> BinaryIO:
        """A stream of decompressed data that is counted as it is read.

        Args:
            stream: the data.
            beneath: what is closed with it.
        """
        return cast("BinaryIO", io.BufferedReader(_Measured(stream, self, beneath), _BLOCK))


class _Measured(io.RawIOBase):
    def __init__(self, stream: Readable, expansion: Expansion, beneath: tuple[io.IOBase, ...]) -> None:
        self._stream = stream
        # read() would lose what came before the place where a stream breaks off
        self._some = getattr(stream, "read1", stream.read)
        self._expansion = expansion
        self._beneath = beneath

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._some(len(view))
        self._expansion.take(len(data))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            for stream in self._beneath:
                stream.close()
        super().close()


class Readable(Protocol):
    """What can be read and closed."""

    def close(self) -> None:
        """Gives back what it holds."""
        ...

    def read(self, size: int = ..., /) -> bytes:
        """Up to so many bytes."""
        ...


@contextlib.contextmanager
def broken_streams(place: str = "") -> Iterator[None]:
    """Turns what a broken stream raises into an :class:`UnreadableError`.

    Args:
        place: put behind "cannot be read", such as " from here on".
    """
    try:
        yield
    except _BROKEN as error:
        raise UnreadableError(f"cannot be read{place} ({error})") from None


def read_bounded(stream: Readable, limit: int) -> bytes:
    """The whole stream.

    Raises:
        UnreadableError: it is longer than the limit, or its compression is broken.
    """
    with broken_streams():
        data = stream.read(limit + 1)
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
            with broken_streams(" from here on"):
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
        except UnreadableError as error:
            yield number, error
            return
        if not line:
            return
        yield number, line
