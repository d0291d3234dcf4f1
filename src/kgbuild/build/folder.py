"""Replaces what stands in an output folder as a whole: all the new files, or all the old ones.

New files are written into ``.building``. Once they are complete and on the disk, that folder is renamed to
``.complete``, which is the one moment that counts; then its files are moved into their places, the manifest last. A
build that is killed before that moment leaves the old files as they were; one that is killed after it is finished by
the next build, or by :func:`settle`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.graph_files import GRAPH_FOLDER, INFERRED_FOLDER

MANIFEST = "manifest.json"
_BUILDING = ".building"
_COMPLETE = ".complete"

_SYNCED_AT_ONCE = 8

#: folders on which this process holds the lock, by device and inode
_held: set[tuple[int, int]] = set()


def require_writable(output: Path) -> None:
    """Sees to it, before any work is done, that the folder can be written to, or made.

    Raises:
        KgbuildError: it cannot.
    """
    there = next(path for path in (output, *output.absolute().parents) if os.path.lexists(path))
    what = "written to" if there == output else "made"
    if not there.is_dir():
        raise KgbuildError(f"{output}: cannot be {what}: {there} is no folder; choose another folder with --output")
    if not os.access(there, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        raise KgbuildError(
            f"{output}: cannot be {what}: {there} may not be written to; choose another folder with --output"
        )
    if there != output:
        _try_making(output)


def _try_making(output: Path) -> None:
    """Makes the folder and removes it again: some file systems refuse whatever the permissions say."""
    missing = [path for path in (output, *output.parents) if not path.exists()]
    try:
        output.mkdir(parents=True)
    except FileExistsError:
        return
    except OSError as error:
        raise KgbuildError(
            f"{output}: cannot be made: {error.strerror or error}; choose another folder with --output"
        ) from error
    finally:
        for path in missing:
            with contextlib.suppress(OSError):
                path.rmdir()


@contextlib.contextmanager
def replaced(output: Path) -> Iterator[Path]:
    """A folder to write new files into; when the block ends without an error they replace the old ones.

    Old files that the new manifest lists and that were not written again stay as they are. What is written into a
    folder in it gets into the folder of that name.

    Args:
        output: the folder; made if it is not there. Files of other names in it stay.

    Raises:
        KgbuildError: the folder cannot be written to, the disk is full, or another build is writing there.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        with locked(output):
            settle(output)
            building = output / _BUILDING
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir()
            try:
                yield building
                # at once, so that the disk can write them in one go
                with ThreadPoolExecutor(_SYNCED_AT_ONCE) as threads:
                    list(threads.map(_sync, sorted(building.rglob("*"))))
                _sync(building)
                # made now, while it may still fail
                for path in _folders(building):
                    (output / path.name).mkdir(exist_ok=True)
                building.rename(output / _COMPLETE)
                _sync(output)
            except BaseException:
                shutil.rmtree(building, ignore_errors=True)
                _remove_empty(output)
                raise
            settle(output)
    except OSError as error:
        what = error.strerror or str(error)
        raise KgbuildError(
            f"{output}: cannot be written ({what}); what stood there before is as it was. "
            "Make room or choose another folder with --output"
        ) from error


def settle(output: Path) -> bool:
    """Finishes a build that was killed while its complete files were moved into place.

    Args:
        output: the folder.

    Returns:
        Whether there was anything to finish.

    Raises:
        KgbuildError: the folder may not be written to.
    """
    if not unsettled(output):
        return False
    try:
        if _mark(output) in _held:
            return _moved_into_place(output)
        # a build that is just moving its files must not lose them to somebody who reads the folder
        with locked(output, wait=True):
            return _moved_into_place(output)
    except OSError as error:
        raise KgbuildError(
            f"{output}: a build was interrupted while its files were moved into place, and it cannot be finished "
            f"({error.strerror or error}); build again as a user who may write there"
        ) from error


def _moved_into_place(output: Path) -> bool:
    complete = output / _COMPLETE
    if not complete.is_dir():
        return False
    for name in _outdated(output, complete):
        (output / name).unlink(missing_ok=True)
    folders = _folders(complete)
    for folder in folders:
        target = output / folder.name
        target.mkdir(exist_ok=True)
        for path in sorted(folder.iterdir()):
            path.replace(target / path.name)
        _sync(target)
    files = (path for path in complete.iterdir() if not path.is_dir())
    for path in sorted(files, key=lambda path: (path.name == MANIFEST, path.name)):
        path.replace(output / path.name)
    for folder in folders:
        folder.rmdir()
    complete.rmdir()
    _remove_empty(output)
    _sync(output)
    return True


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _remove_empty(output: Path) -> None:
    """Removes folders of shards in which nothing is left."""
    for name in (GRAPH_FOLDER, INFERRED_FOLDER):
        with contextlib.suppress(OSError):
            (output / name).rmdir()


def _outdated(output: Path, complete: Path) -> set[str]:
    """The files that the old manifest lists and the new one does not: what was chosen away must not stay behind."""
    try:
        old, new = (json.loads((folder / MANIFEST).read_bytes())["files"] for folder in (output, complete))
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in set(old) - set(new) if is_output_name(name)}


def is_output_name(name: str) -> bool:
    """Whether a manifest may list a file of this name: one in the output folder, or in a folder of shards there.

    A manifest is a file that anybody may have written; nothing else is to be read, or removed, on its word.
    """
    folder, _, file = name.rpartition("/")
    return folder in ("", GRAPH_FOLDER, INFERRED_FOLDER) and Path(file).name == file not in ("", "..")


def unsettled(output: Path) -> bool:
    """Whether a build was killed while its complete files were moved into place."""
    return (output / _COMPLETE).is_dir()


@contextlib.contextmanager
def locked(folder: Path, option: str = "--output", *, wait: bool = False) -> Iterator[None]:
    """Holds a lock on the folder that ends with the process, however it ends.

    Args:
        folder: an existing folder.
        option: by which the user can choose another one.
        wait: until whoever holds it lets go.

    Raises:
        KgbuildError: another build holds it.
    """
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows has no flock
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise KgbuildError(
                f"{folder}: another build is writing here; wait for it, or choose another folder with {option}"
            ) from None
        mark = _mark(folder)
        _held.add(mark)
        try:
            yield
        finally:
            _held.discard(mark)
    finally:
        os.close(descriptor)


def _mark(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_dev, found.st_ino


def _sync(path: Path) -> None:
    """Sees to it that a file or folder is on the disk, not just on its way there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
