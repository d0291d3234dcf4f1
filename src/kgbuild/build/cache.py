"""What a build has worked out, kept in one SQLite file so that the next build need not work it out again.

Everything is kept under a hash of all that it depends on, so nothing here can be outdated, only unused. The file may be
removed at any time; a build that is killed leaves in it what was done until then.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from kgbuild.errors import KgbuildError

#: hidden, so that a cache in a folder of articles is not taken for one of them
CACHE_FILE = ".build.sqlite"

#: what no build has used for so many builds is forgotten
_BUILDS_KEPT = 4

_VERSION = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (path BLOB PRIMARY KEY, stamp TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS works (key TEXT PRIMARY KEY, left_by INTEGER, data BLOB);
CREATE INDEX IF NOT EXISTS works_left ON works (left_by) WHERE left_by IS NOT NULL;
"""


class Cache:
    """A store of finished work.

    Args:
        folder: where its file stands, made if it is not there; None for one that ends with the process.

    Raises:
        KgbuildError: the folder cannot be written to, or another build is at work there.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._files = contextlib.ExitStack()
        #: folders that were made for it, the innermost first
        self._made = [path for path in (folder, *folder.parents) if not path.exists()] if folder is not None else []
        try:
            if folder is None:
                # an empty name is a file of SQLite's own, which it keeps in memory as long as it is small
                self.database = sqlite3.connect("", isolation_level=None)
            else:
                _make(folder)
                self._files.enter_context(_locked(folder))
                self.database = _opened(folder / CACHE_FILE)
            self.database.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            self._files.close()
            raise KgbuildError(
                f"{folder}: cannot be used as the cache ({error}); choose another folder with --cache, or --no-cache"
            ) from error
        self.build = int(self.state("build") or 0) + 1
        #: tells this file from one that may take its place
        self.token = self.state("token") or secrets.token_hex(8)
        self.note("token", self.token)
        self._waiting = 0
        self.database.execute("BEGIN")

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        empty = False
        with contextlib.suppress(sqlite3.Error, KgbuildError):
            empty = self.database.execute("SELECT 1 FROM works").fetchone() is None
            self.commit()
        self.database.close()
        if empty and self._made and self.folder is not None:
            # nothing came of it, so nothing is to stay behind
            with contextlib.suppress(OSError):
                _remove(self.folder / CACHE_FILE)
                for path in self._made:
                    path.rmdir()
        self._files.close()

    def commit(self) -> None:
        """Makes what was put in last for good."""
        with _told(self.folder):
            self.database.execute("COMMIT")
            self.database.execute("BEGIN")
        self._waiting = 0

    def has(self, key: str) -> bool:
        """Whether this work is done."""
        return self.database.execute("SELECT 1 FROM works WHERE key = ?", (key,)).fetchone() is not None

    def get(self, key: str) -> bytes | None:
        """What was put in under a key.

        Raises:
            KgbuildError: the file is damaged.
        """
        try:
            row = self.database.execute("SELECT data FROM works WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            data: bytes = row[0]
            if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "big"):
                raise ValueError("a checksum does not agree")
            return data[4:]
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise KgbuildError(
                f"{self.folder or 'the temporary folder'}: the cache is damaged ({error}); "
                f"remove {CACHE_FILE} there and build again"
            ) from error

    def put(self, key: str, data: bytes) -> None:
        """Keeps a piece of work; it is on the disk after :meth:`commit`, or after some more of them."""
        checked = zlib.crc32(data).to_bytes(4, "big") + data
        with _told(self.folder):
            self.database.execute("INSERT OR REPLACE INTO works VALUES (?, ?, ?)", (key, self.build, checked))
        self._waiting += 1
        if self._waiting >= 32:
            self.commit()

    def use(self, *keys: str) -> None:
        """Keeps work for as long as a graph rests on it."""
        with _told(self.folder):
            self.database.executemany(
                "UPDATE works SET left_by = NULL WHERE key = ? AND left_by IS NOT NULL", ((key,) for key in keys)
            )

    def leave(self, *keys: str) -> None:
        """Says that a graph does not rest on some work any more; it is kept for a few builds."""
        with _told(self.folder):
            self.database.executemany("UPDATE works SET left_by = ? WHERE key = ?", ((self.build, key) for key in keys))

    def leave_all(self) -> None:
        """Says that no graph rests on any of the work, until it is used."""
        with _told(self.folder):
            self.database.execute("UPDATE works SET left_by = ? WHERE left_by IS NULL", (self.build,))

    def forget(self) -> None:
        """Throws all work away, so that it is done again."""
        with _told(self.folder):
            self.database.execute("DELETE FROM works")
            self.database.execute("DELETE FROM files")
            self.database.execute("DELETE FROM state WHERE name = 'done'")

    def state(self, name: str) -> str | None:
        """A remark that the build before left."""
        row = self.database.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return row[0] if row is not None else None

    def note(self, name: str, value: str) -> None:
        """Leaves a remark for the next build."""
        with _told(self.folder):
            self.database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def known_file(self, path: bytes) -> tuple[str, str] | None:
        """How a file looked from outside when it was hashed last, and its hash."""
        row: tuple[str, str] | None
        row = self.database.execute("SELECT stamp, sha256 FROM files WHERE path = ?", (path,)).fetchone()
        return row

    def note_file(self, path: bytes, stamp: str, digest: str) -> None:
        """Keeps the hash of a file."""
        with _told(self.folder):
            self.database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, stamp, digest))

    def forget_files(self, paths: Iterable[bytes]) -> None:
        """Forgets files that are not there any more."""
        with _told(self.folder):
            self.database.executemany("DELETE FROM files WHERE path = ?", ((path,) for path in paths))

    def finish(self) -> None:
        """Ends a build that has come through; forgets what no build of late has used."""
        with _told(self.folder):
            self.database.execute("DELETE FROM works WHERE left_by <= ?", (self.build - _BUILDS_KEPT,))
        self.note("build", str(self.build))
        self.commit()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KgbuildError(
            f"{folder}: the folder of the cache cannot be made ({error.strerror}: {error.filename}); "
            "choose another folder with --cache, or --no-cache"
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    """Opens the file, or makes a new one where it is broken or of another version."""
    for again in (False, True):
        database = sqlite3.connect(path, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version == 0:
                database.execute(f"PRAGMA user_version = {_VERSION}")
            if version in (0, _VERSION) or again:
                return database
        except sqlite3.DatabaseError:
            if again:
                raise
        database.close()
        _remove(path)
    raise AssertionError("the second round returns or raises")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextlib.contextmanager
def _told(folder: Path | None) -> Iterator[None]:
    """Turns an error of the database into one for the user."""
    try:
        yield
    except sqlite3.Error as error:
        raise KgbuildError(
            f"{folder or 'the temporary folder'}: cannot be written ({error}); the graph is as it was. Make room, or "
            "choose another folder with --cache"
        ) from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from kgbuild.build.folder import locked

    with locked(folder, "--cache"):
        yield
