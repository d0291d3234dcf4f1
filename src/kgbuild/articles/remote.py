"""Files in other stores than the local disk, through fsspec: ``s3://``, ``gs://``, ``hdfs://``, ``memory://`` …"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from kgbuild.articles.failures import UnreadableError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 64 * 1024
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_WILD = re.compile(r"[*?\[]")
#: an article is read from where its reader keeps it, and nothing is fetched from the web
_WEB = frozenset(("http", "https", "ftp", "data"))
#: protocol -> the extra that brings its driver
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}


def is_address(given: object) -> bool:
    """Whether what the user gave is an address of a store, and not a path."""
    return isinstance(given, str) and _ADDRESS.match(given) is not None


def local_path(address: str) -> str | None:
    """The path that a ``file://`` address without wildcards stands for; None for any other."""
    match = re.match(r"(?:file|local)://(/.*)", address, re.IGNORECASE | re.DOTALL)
    return match[1] if match is not None and not _WILD.search(match[1]) else None


def find_remote(address: str) -> Iterator[tuple[str, str]]:
    """The files that an address stands for: itself, the files below it, or those that match its wildcards.

    Args:
        address: such as ``s3://bucket/2021/*.warc.gz``.

    Yields:
        The address of each file, and its name below what was given; sorted by name, hidden ones passed over.

    Raises:
        UnreadableError: the store cannot be reached, its driver is not installed, or nothing is there.
    """
    system, path = _system(address)
    try:
        # what it remembers of an earlier look may not be so any more
        system.invalidate_cache()
        if _WILD.search(path):
            found = sorted(str(one) for one in system.glob(path) if not system.isdir(one))
            root = _root(path)
        elif system.isfile(path):
            found, root = [path], path.rpartition("/")[0]
        else:
            found, root = sorted(map(str, system.find(path))), path.rstrip("/")
    except Exception as error:
        raise UnreadableError(f"cannot be looked at ({told(error)})") from None
    named = [(one, one.removeprefix(root).lstrip("/")) for one in found]
    seen = [(one, name) for one, name in named if not any(part.startswith(".") for part in name.split("/"))]
    if not seen:
        raise UnreadableError("there is no such file, and no folder with files")
    # some drivers leave the host out of a path, and only the address that the user gave has it
    whole = _system(str(system.unstrip_protocol(seen[0][0])))[0] is system
    host = "" if whole else address.split("://", 1)[1].partition("/")[0]
    for one, name in seen:
        yield (
            str(system.unstrip_protocol(one)) if whole else f"{address.split('://', maxsplit=1)[0]}://{host}{one}",
            name,
        )


def open_remote(address: str) -> BinaryIO:
    """Opens one file.

    Raises:
        UnreadableError: it cannot be opened.
    """
    system, path = _system(address)
    try:
        stream = system.open(path, "rb")
    except Exception as error:
        raise UnreadableError(f"cannot be opened ({told(error)})") from None
    return io.BufferedReader(_Fetched(stream), _BLOCK)


class _Fetched(io.RawIOBase):
    """A file of a store as a file like any other: what goes wrong on the way is an error of reading."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(view))
        except Exception as error:
            raise OSError(told(error)) from None
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def stamp_of(address: str) -> str:
    """What changes when a file does: size, time, and the store's own checksum where it has one.

    Raises:
        UnreadableError: the store cannot be asked.
    """
    system, path = _system(address)
    try:
        return str(system.ukey(path))
    except Exception as error:
        raise UnreadableError(f"cannot be looked at ({told(error)})") from None


def size_of(address: str) -> int:
    """The size of a file in bytes.

    Raises:
        UnreadableError: the store cannot be asked.
    """
    system, path = _system(address)
    try:
        return int(system.size(path) or 0)
    except Exception as error:
        raise UnreadableError(f"cannot be looked at ({told(error)})") from None


def _system(address: str) -> tuple[Any, str]:
    protocol = address.split("://", maxsplit=1)[0].lower()
    if protocol in _WEB:
        raise UnreadableError(
            "is an address of the web, and nothing is fetched from there; save it as a file, or pipe its text into: "
            "kgbuild build -"
        )
    if "::" in address:
        raise UnreadableError("is an address within an address, and these are not read; give the outer file")
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise UnreadableError("is an address of a store, which needs: pip install 'kgbuild[remote]'") from None
    try:
        system, path = url_to_fs(address)
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        what = f"pip install 'kgbuild[{extra}]'" if extra else f"a driver ({told(error)})"
        raise UnreadableError(f"is in a store that needs {what}") from None
    except Exception as error:
        raise UnreadableError(f"cannot be reached ({told(error)})") from None
    return system, str(path)


def _root(path: str) -> str:
    """The folders before the first wildcard."""
    wild = _WILD.search(path)
    return path[: wild.start()].rpartition("/")[0] if wild is not None else path


def told(error: Exception) -> str:
    """What an error of a driver says, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
