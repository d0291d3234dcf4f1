"""Files put together from parts: what has not changed is copied, and the files are those of writing everything."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from kgbuild.build.parts import PartFile, Parts

SEPARATORS = (b"", b",\n")


def written(folder: Path, old: Path | None, parts: Parts, texts: Callable[[str], Sequence[bytes]]) -> list[bytes]:
    """The two files of one kind of parts."""
    folder.mkdir()
    if old is None:
        parts.change_all()
    with ThreadPoolExecutor(2) as threads, ExitStack() as stack:
        files = [PartFile(folder / name, old and old / name, stack, threads) for name in ("one", "two")]
        for file in files:
            file.text("head\n")
        parts.write("kind", files, SEPARATORS, partial(map, texts))
        for file in files:
            file.text("end\n")
        hashes = [file.finish() for file in files]
    found = [(folder / name).read_bytes() for name in ("one", "two")]
    assert hashes == [hashlib.sha256(data).hexdigest() for data in found]
    return found


@pytest.mark.parametrize("background", [True, False])
def test_any_changes_give_the_files_of_writing_everything(
    tmp_path: Path, background: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so that even short copies take several rounds, and go on while other files are written
    monkeypatch.setattr("kgbuild.build.parts._BLOCK", 7)
    monkeypatch.setattr("kgbuild.build.parts._CHUNK", 1 if background else 1 << 20)
    chance = random.Random(5)
    parts = Parts(sqlite3.connect("", isolation_level=None))
    content: dict[str, str] = {}
    asked: list[str] = []

    def texts(identifier: str) -> list[bytes]:
        asked.append(identifier)
        return [f"1 {identifier} {content[identifier]}\n".encode(), f"2 {content[identifier]}".encode()]

    old = None
    for number in range(40):
        changed = set()
        for _ in range(chance.randrange(4)):
            identifier = f"part {chance.randrange(12)}"
            if content and chance.random() < 0.4:
                identifier = chance.choice(sorted(content))
                del content[identifier]
                parts.remove("kind", identifier)
                changed.discard(identifier)
            else:
                content[identifier] = "é" * chance.randrange(30)
                parts.change("kind", identifier)
                changed.add(identifier)
        asked.clear()
        folder = tmp_path / str(number)
        got = written(folder, old, parts, texts)
        assert sorted(asked) == sorted(changed), "only what has changed is rendered"
        rows = [texts(identifier) for identifier in sorted(content)]
        for column, (data, separator) in enumerate(zip(got, SEPARATORS, strict=True)):
            assert data == b"head\n" + separator.join(row[column] for row in rows) + b"end\n"
        old = folder


@pytest.mark.parametrize("background", [True, False])
def test_a_file_that_is_shorter_than_it_was_is_no_endless_copy(
    tmp_path: Path, background: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgbuild.build.parts._CHUNK", 1 if background else 1 << 20)
    parts = Parts(sqlite3.connect("", isolation_level=None))
    for identifier in ("a", "b"):
        parts.change("kind", identifier)
    written(tmp_path / "old", None, parts, lambda identifier: [b"x" * 100, b"y" * 100])
    (tmp_path / "old" / "one").write_bytes(b"cut")
    parts.change("kind", "b")
    with pytest.raises(OSError, match="shorter"):
        written(tmp_path / "new", tmp_path / "old", parts, lambda identifier: [b"z", b"z"])
