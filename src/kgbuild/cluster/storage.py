"""Where a cluster build keeps what it has done: a folder that all machines see, or an address of a store."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from kgbuild.errors import KgbuildError

#: the file that shows whether a store can be written to
_PROBE = ".work/writable"
_ADVICE = "; see to what its driver needs: credentials, region, endpoint (for S3 the AWS_... variables or ~/.aws)"
#: stores in which a file is there as a whole or not at all
_WHOLE = frozenset(("s3", "s3a", "gs", "gcs", "abfs", "az", "adl", "memory"))


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of files that are written whole.

    Attributes:
        address: an absolute path, or an address such as ``s3://bucket/graph``.
    """

    address: str

    @classmethod
    def at(cls, given: str) -> Store:
        """The store for what the user gave."""
        from kgbuild.articles.remote import is_address, local_path

        path = local_path(given)
        if path is None and is_address(given):
            return cls(given.rstrip("/"))
        return cls(str(Path(path or given).absolute()))

    def _system(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        try:
            system, path = url_to_fs(self.address)
        except (ImportError, ValueError) as error:
            raise KgbuildError(f"{self.address}: {error}") from None
        return system, str(path)

    def check(self, *, writable: bool) -> None:
        """Asks the store once, so that what is wrong with it is told before any work is done.

        Args:
            writable: whether a file is written, and removed again.

        Raises:
            KgbuildError: it cannot be reached, or not be written to.
        """
        from kgbuild.articles.remote import told

        try:
            if writable:
                self.write(_PROBE, b"")
                self.remove(_PROBE)
            else:
                self.names("")  # that a file is not there, drivers also say when they cannot look
        except KgbuildError:
            raise
        except Exception as error:
            done = "written to" if writable else "looked at"
            advice = "" if self.address.startswith("/") else _ADVICE
            raise KgbuildError(f"{self.address}: cannot be {done} ({told(error)}){advice}") from None

    def write(self, name: str, content: BinaryIO | bytes) -> None:
        """Writes a file, in place of the one that is there; who reads meanwhile sees the one or the other."""
        system, root = self._system()
        target = f"{root}/{name}"
        system.makedirs(target.rpartition("/")[0], exist_ok=True)
        protocols = {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)
        place = target if protocols & _WHOLE else f"{target}.{uuid.uuid4().hex}.part"
        with system.open(place, "wb") as stream:
            if isinstance(content, bytes):
                stream.write(content)
            else:
                while block := content.read(1 << 20):
                    stream.write(block)
        if place == target:
            return
        if "file" in protocols:
            os.replace(place, target)  # noqa: PTH105 - as the other stores have it
        else:
            system.mv(place, target)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file to read."""
        system, root = self._system()
        with system.open(f"{root}/{name}", "rb") as stream:
            yield cast("BinaryIO", stream)

    def read(self, name: str) -> bytes:
        """The whole of a file."""
        with self.open(name) as stream:
            return stream.read()

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        system, root = self._system()
        system.invalidate_cache()
        return bool(system.isfile(f"{root}/{name}"))

    def names(self, folder: str) -> set[str]:
        """The names of the files in a folder; none if it is not there."""
        system, root = self._system()
        system.invalidate_cache()
        try:
            return {str(path).rpartition("/")[2] for path in system.ls(f"{root}/{folder}", detail=False)}
        except FileNotFoundError:
            return set()

    def remove(self, name: str) -> None:
        """Removes a file."""
        system, root = self._system()
        system.rm_file(f"{root}/{name}")


@contextmanager
def spooled() -> Iterator[IO[bytes]]:
    """A file for what is gathered before it is written, on the local disk."""
    with tempfile.TemporaryFile(prefix="kgbuild-") as stream:
        yield stream


def write_record(stream: IO[bytes], data: bytes) -> None:
    """Writes one of several pieces of bytes."""
    stream.write(len(data).to_bytes(8, "big") + data)


def read_records(stream: BinaryIO) -> Iterator[bytes]:
    """The pieces that :func:`write_record` wrote.

    Raises:
        KgbuildError: the file is cut off.
    """
    buffered = io.BufferedReader(cast("io.RawIOBase", _Raw(stream)), 1 << 20)
    while head := buffered.read(8):
        size = int.from_bytes(head, "big")
        data = buffered.read(size)
        if len(head) < 8 or len(data) < size:
            raise KgbuildError("a file of the cluster's work is cut off; remove the folder .work and build again")
        yield data


class _Raw(io.RawIOBase):
    """The least that a buffer needs of a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


def write_gzip(store: Store, name: str, pieces: Iterable[bytes]) -> int:
    """Writes a compressed file; the same pieces always give the same bytes.

    Returns:
        How many bytes there are before compression.
    """
    size = 0
    with spooled() as stream:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0) as packed:
            for piece in pieces:
                size += packed.write(piece)
        stream.seek(0)
        store.write(name, cast("BinaryIO", stream))
    return size
