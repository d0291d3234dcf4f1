"""Tells the records of a web archive apart, and goes on behind what is damaged.

The libraries for WARC end at the first record that is damaged, and in an archive of gigabytes there often is one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.opening import Expansion, broken_streams

_GZIP = b"\x1f\x8b\x08"
_START = b"WARC/"
_FIRST = re.compile(rb"WARC/[01]\.")
_BLANK = re.compile(rb"[\r\n]*")
_NEXT = re.compile(rb"\n(?=WARC/[01]\.)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)

_NO_START = "is damaged: no record begins where one should"

_BLOCK = 64 * 1024
#: bytes that the headers of a record may have
HEAD_LIMIT = 64 * 1024
#: places where a damaged file is tried again, before the next readable record is given up
_TRIES = 100


@dataclass(frozen=True, slots=True)
class Record:
    """The bytes of a record, or only the first of them if it is too long."""

    data: bytes
    whole: bool


def warc_records(stream: BinaryIO, limit: int) -> Iterator[Record | UnreadableError]:
    """The records of an archive.

    Args:
        stream: the file; it may be gzipped, record by record or as a whole.
        limit: bytes that a record may have.

    Yields:
        Each record; and one error for each stretch that is damaged.
    """
    splitter = _Splitter(limit)
    try:
        start = _read(stream, _BLOCK)
        # a file whose first bytes are damaged is still gzipped
        plain = start.startswith(_START) or _NEXT.search(start)
        if start.startswith(_GZIP) or (_GZIP in start and not plain):
            yield from _Gunzipper(stream, start, splitter, limit).records()
            return
        data = start
        while data:
            yield from splitter.feed(data)
            data = _read(stream, _BLOCK)
        yield from splitter.end()
    except UnreadableError as error:
        yield error


def _read(stream: BinaryIO, size: int) -> bytes:
    with broken_streams(" from here on"):
        return stream.read(size)


class _Splitter:
    """Tells records apart in what it is fed.

    Args:
        limit: bytes that a record may have.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        #: the next record is looked for, since what stands here is damaged or passed over
        self.lost = False

    def feed(self, data: bytes) -> Iterator[Record | UnreadableError]:
        """The records that are complete by now, or are known to be damaged."""
        self._buffer += data
        return self._take(ended=False)

    def end(self) -> Iterator[Record | UnreadableError]:
        """What is left at the end of the file."""
        yield from self._take(ended=True)
        if self._buffer.strip() and not self.lost:
            yield UnreadableError("ends within a record: the file is cut off; fetch it again")
        self._buffer.clear()

    def complete(self) -> bool:
        """Whether no record has begun that is not complete."""
        return self.lost or not self._buffer.strip()

    def drop(self) -> None:
        """Forgets what is not complete; the next record is looked for."""
        self._buffer.clear()
        self.lost = True

    def _take(self, ended: bool) -> Iterator[Record | UnreadableError]:
        while True:
            if self.lost:
                # at the very start of what is fed, a record has no line end before it
                found = None if _FIRST.match(self._buffer) else _NEXT.search(self._buffer)
                if found is None and not _FIRST.match(self._buffer):
                    del self._buffer[: -len(_START) - 3]
                    return
                del self._buffer[: found.end() if found is not None else 0]
                self.lost = False
            del self._buffer[: _BLANK.match(self._buffer).end()]  # type: ignore[union-attr]  # it matches nothing too
            if len(self._buffer) < len(_START):
                return
            if not self._buffer.startswith(_START):
                yield self._damaged(_NO_START, 0)
                continue
            head = _HEAD_END.search(self._buffer, 0, HEAD_LIMIT)
            if head is None:
                if len(self._buffer) < HEAD_LIMIT:
                    return
                yield self._damaged("has headers without an end", 1)
                continue
            length = _LENGTH.search(self._buffer, 0, head.start() + 1)
            if length is None:
                yield self._damaged("has no Content-Length", 1)
                continue
            size = head.end() + int(length[1])
            if size > self._limit:
                wanted = head.end() + HEAD_LIMIT
                if len(self._buffer) < wanted and not ended:
                    return
                yield Record(bytes(self._buffer[:wanted]), False)
                self._skip(1)
                continue
            if len(self._buffer) < size + 4 and not ended:
                return
            if len(self._buffer) < size or self._buffer[size : size + 4].strip(b"\r\n"):
                if len(self._buffer) < size and _NEXT.search(self._buffer, 1) is None:
                    return
                yield self._damaged("is not as long as its Content-Length says", 1)
                continue
            record = bytes(self._buffer[:size])
            del self._buffer[:size]
            yield Record(record, True)

    def _damaged(self, reason: str, start: int) -> UnreadableError:
        self._skip(start)
        return UnreadableError(reason)

    def _skip(self, start: int) -> None:
        del self._buffer[:start]
        self.lost = True


class _Gunzipper:
    """Reads a gzipped archive. A record is given out once the checksum behind it is known to be right.

    Args:
        stream: the file.
        start: what was read of it already.
        splitter: tells the records apart.
        limit: bytes that a record may have.
    """

    def __init__(self, stream: BinaryIO, start: bytes, splitter: _Splitter, limit: int) -> None:
        self._stream = stream
        self._raw = start
        self._read = len(start)
        self._splitter = splitter
        self._kept = 2 * limit
        self._expansion = Expansion(lambda: self._read)
        #: what the current member of the file is made of, to look for the next one in if this one is damaged
        self._member = bytearray()
        self._held: Record | UnreadableError | None = None

    def records(self) -> Iterator[Record | UnreadableError]:
        """The records.

        Raises:
            UnreadableError: the file cannot be read any further.
        """
        tries = 0
        while True:
            skipped, found = self._find_member()
            if skipped and not self._splitter.lost:
                yield UnreadableError(_NO_START)
                self._splitter.drop()
            if not found:
                break
            try:
                for record in self._inflated():
                    yield record
                    tries = 0
            except (zlib.error, EOFError) as error:
                if isinstance(error, EOFError) and self._held is not None:
                    yield self._held
                    self._held = None
                # what was held is what is damaged; while the next record is looked for, all this has been told
                if not self._splitter.lost or self._held is not None:
                    yield _broken_member(error)
                self._splitter.drop()
                tries += 1
                if tries > _TRIES:
                    raise UnreadableError("is damaged over a long stretch, and is not read any further") from None
                self._raw = bytes(self._member[1:])
        yield from self._splitter.end()

    def _more(self) -> bytes:
        data = _read(self._stream, _BLOCK)
        self._read += len(data)
        return data

    def _find_member(self) -> tuple[bool, bool]:
        """Goes to where the next gzip member begins.

        Returns:
            Whether anything but zeros stands before it, and whether there is one.
        """
        skipped = False
        while (at := self._raw.find(_GZIP)) < 0:
            block = self._more()
            if not block:
                return skipped or bool(self._raw.strip(b"\0")), False
            skipped = skipped or bool(self._raw[: -len(_GZIP) + 1].strip(b"\0"))
            self._raw = self._raw[-len(_GZIP) + 1 :] + block
        skipped = skipped or bool(self._raw[:at].strip(b"\0"))
        self._raw = self._raw[at:]
        return skipped, True

    def _inflated(self) -> Iterator[Record | UnreadableError]:
        """The records of the next member."""
        self._member = bytearray(self._raw)
        self._held = None
        first = True
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not inflater.eof:
            if not self._raw:
                self._raw = self._more()
                if not self._raw:
                    raise EOFError
                self._member += self._raw
                del self._member[: max(0, len(self._member) - self._kept)]
            data = inflater.decompress(self._raw, 4 * _BLOCK)
            self._raw = inflater.unconsumed_tail
            self._expansion.take(len(data))
            if first and data.startswith(_START) and not self._splitter.complete():
                yield UnreadableError("is not as long as its Content-Length says")
                self._splitter.drop()
            first = first and not data
            for record in self._splitter.feed(data):
                if self._held is not None:
                    yield self._held
                self._held = record
        self._raw = inflater.unused_data
        if self._held is not None:
            yield self._held


def _broken_member(error: Exception) -> UnreadableError:
    if isinstance(error, EOFError):
        return UnreadableError("ends within a record: the file is cut off; fetch it again")
    return UnreadableError(f"is damaged ({' '.join(str(error).split())}); fetch the file again")
