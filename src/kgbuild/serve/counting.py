"""Counts the rows of an answer while the engine writes it, and stops it at a limit."""

from __future__ import annotations

import re

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class TooLargeError(Exception):
    """An answer has more rows, or is longer, than allowed."""


class CountingSink:
    """A binary stream that keeps what is written, up to limits.

    Args:
        media: ``"json"``, ``"xml"``, ``"csv"`` or ``"tsv"``: how rows are recognised.
        rows: how many are allowed.
        size: how many bytes are allowed.
    """

    def __init__(self, media: str, rows: int, size: int) -> None:
        self._media, self._rows, self._size = media, rows, size
        self._content = bytearray()
        self._tail = b""
        # the line of the columns' names is none of the rows
        self.rows = -1 if media in ("csv", "tsv") else 0

    def write(self, data: bytes) -> int:
        """Takes what the engine writes.

        Raises:
            TooLargeError: that is too much.
        """
        if len(self._content) + len(data) > self._size:
            raise TooLargeError(f"the answer is longer than the {self._size:,} bytes that this server gives")
        self._content += data
        count = getattr(self, f"_count_{self._media}", None)
        if count is not None:
            self.rows += count(self._tail + data)
        if self.rows > self._rows:
            raise TooLargeError(f"the answer has more than the {self._rows:,} rows that this server gives; add LIMIT")
        return len(data)

    def flush(self) -> None:
        """Does nothing; the engine asks for it."""

    def value(self) -> bytes:
        """What was written."""
        return bytes(self._content)

    def _count_tsv(self, data: bytes) -> int:
        return data.count(b"\n")

    def _count_xml(self, data: bytes) -> int:
        self._tail = data[-7:]
        return data.count(b"<result>")

    def _count_csv(self, data: bytes) -> int:
        # a line ends outside quotation marks; a doubled mark inside changes nothing about what is outside
        pieces = data.split(b'"')
        inside = len(pieces) % 2 == 0
        self._tail = b'"' if inside else b""
        return sum(piece.count(b"\n") for piece in pieces[::2])

    def _count_json(self, data: bytes) -> int:
        # without its strings, a row opens by "[{" or ",{" and a term within it by ":{"
        bare = _STRINGS.sub(b"", data)
        opened = bare.find(b'"')
        if opened >= 0:
            # a string goes on in the next piece; with it goes what may precede a row
            start = data.rindex(bare[opened:])
            self._tail = data[start:]
            bare = bare[:opened]
        else:
            self._tail = bare[-1:] if bare[-1:] in (b"[", b",") else b""
        return bare.count(b"[{") + bare.count(b",{")
