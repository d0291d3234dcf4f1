"""What the last build was made of, in one SQLite file beside the cache: what the next build changes, it changes here.

All of it is worked out again where the file is missing, so it may be removed at any time. A build changes it in one
transaction, which ends after the output folder was replaced: a build that is killed leaves what was there before.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable

from kgbuild.build.cache import Cache
from kgbuild.errors import KgbuildError

STATE_FILE = ".state.sqlite"

_VERSION = 2
#: tables that depend on the files and on how they are read alone
READING_TABLES = frozenset({"meta", "source_file", "reading", "kept"})


class State:
    """The tables of a build.

    Args:
        cache: of the build; the file stands in its folder, or ends with the process if the cache does.
        reading: a hash of what reading depends on besides the files.
        building: a hash of what a graph depends on besides the articles.
        keep: False to leave the file as it is, whatever is done.

    Raises:
        KgbuildError: the file cannot be used.
    """

    def __init__(self, cache: Cache, reading: str, building: str, *, keep: bool = True) -> None:
        self._path = cache.folder / STATE_FILE if cache.folder is not None else None
        self._keep = keep
        self._new = self._path is None or not self._path.exists()
        self.database = self._opened()
        self._run = self.database.execute
        self._run("BEGIN IMMEDIATE")
        self._run("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        if self.get("reading") != reading:
            self._drop(READING_TABLES - {"meta"})
            self.note("reading", reading)
        # what is in the tables points to what is in the cache
        building = f"{building} {cache.token}"
        if self.get("building") != building:
            tables = {name for (name,) in self._run("SELECT name FROM sqlite_master WHERE type = 'table'")}
            self._drop(tables - READING_TABLES)
            self.note("building", building)
            self.note("written", "")

    def _opened(self) -> sqlite3.Connection:
        for again in (False, True):
            database = sqlite3.connect(self._path or "", isolation_level=None)
            try:
                for pragma in ("temp_store = FILE", "cache_size = -4000", "synchronous = NORMAL"):
                    database.execute(f"PRAGMA {pragma}")
                (version,) = database.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    database.execute(f"PRAGMA user_version = {_VERSION}")
                if version in (0, _VERSION) or again:
                    return database
            except sqlite3.DatabaseError as error:
                if again or self._path is None:
                    raise KgbuildError(
                        f"{self._path}: cannot be used ({error}); remove it, or choose another folder with --cache"
                    ) from error
            database.close()
            self._path.unlink(missing_ok=True)  # type: ignore[union-attr]  # a new one in memory is never refused
        raise AssertionError("the second round returns or raises")

    def _drop(self, tables: Iterable[str]) -> None:
        for name in sorted(tables):
            if not name.startswith("sqlite_"):
                self._run(f"DROP TABLE IF EXISTS {name}")

    def get(self, name: str) -> str:
        """A remark; empty if there is none."""
        row = self._run("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row is not None else ""

    def note(self, name: str, value: str) -> None:
        """Leaves a remark for the next build."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def forget(self) -> None:
        """Throws everything away."""
        tables = {name for (name,) in self._run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        reading, building = self.get("reading"), self.get("building")
        self._drop(tables - {"meta"})
        self._run("DELETE FROM meta")
        self.note("reading", reading)
        self.note("building", building)

    def commit(self) -> None:
        """Makes for good what was changed, and lets more changes begin."""
        if self._keep:
            try:
                self._run("COMMIT")
                self._run("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise KgbuildError(
                    f"{self._path}: cannot be written ({error}). Make room, or choose another folder with --cache"
                ) from error
            self._new = False

    def touch(self) -> None:
        """Notes that nothing has changed until now, for :mod:`kgbuild.beside`, which looks at the file from outside."""
        if self._path is not None and not self._new:
            with contextlib.suppress(OSError):
                os.utime(self._path)

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._run("ROLLBACK")
        self.database.close()
        if self._new and self._path is not None:
            self._path.unlink(missing_ok=True)
