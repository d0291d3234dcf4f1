"""An output folder is replaced as a whole or not at all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import kgbuild
from kgbuild.build.folder import locked, replaced, require_writable, settle, unsettled
from kgbuild.errors import KgbuildError

NAMES = ("graph.nq", "graph.ttl", "manifest.json")
#: as a large graph has them
SHARDS = ("graph/identity.nq", "graph/part-a.nq", "inferred/shared.nq", "manifest.json")


def write(output: Path, content: str, names: Iterable[str] = NAMES) -> None:
    with replaced(output) as folder:
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content)


def contents(output: Path) -> dict[str, str]:
    return {path.relative_to(output).as_posix(): path.read_text() for path in output.rglob("*") if path.is_file()}


def test_new_files_replace_old_ones_and_others_stay(tmp_path: Path) -> None:
    output = tmp_path / "deep" / "output"
    write(output, "old")
    (output / "notes.txt").write_text("mine")
    write(output, "new")
    assert contents(output) == {**dict.fromkeys(NAMES, "new"), "notes.txt": "mine"}


def test_an_error_leaves_everything_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "old")
    with pytest.raises(RuntimeError), replaced(tmp_path) as folder:
        (folder / "graph.nq").write_text("half")
        raise RuntimeError
    assert contents(tmp_path) == dict.fromkeys(NAMES, "old")


# writes new files into the folder given, and dies at the Nth call that changes the disk
KILLED = """
import os, sys
from pathlib import Path
from kgbuild.build.folder import replaced
output, left = Path(sys.argv[1]), int(sys.argv[2])
def counted(original):
    def call(*args, **kwargs):
        global left
        if left == 0:
            os.kill(os.getpid(), 9)
        left -= 1
        return original(*args, **kwargs)
    return call
for name in ("rename", "replace", "rmdir", "mkdir", "fsync"):
    setattr(os, name, counted(getattr(os, name)))
with replaced(output) as folder:
    for name in sys.argv[3:]:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("new")
"""


@pytest.mark.parametrize("names", [NAMES, SHARDS])
def test_a_build_killed_at_any_step_leaves_the_old_or_the_new(tmp_path: Path, names: tuple[str, ...]) -> None:
    outcomes = set()
    for steps in range(50):
        output = tmp_path / str(steps)
        write(output, "old", names)
        result = subprocess.run([sys.executable, "-c", KILLED, str(output), str(steps), *names], check=False)
        finished = unsettled(output)
        settle(output)
        left = {name: text for name, text in contents(output).items() if not name.startswith(".building")}
        assert left in (dict.fromkeys(names, "old"), dict.fromkeys(names, "new")), steps
        outcomes.add((left["manifest.json"], finished))
        # the next build goes on from there
        write(output, "next", names)
        assert contents(output) == dict.fromkeys(names, "next")
        if result.returncode == 0:
            break
    assert result.returncode == 0
    assert outcomes == {("old", False), ("new", True), ("new", False)}


def listing(names: Iterable[str]) -> str:
    return json.dumps({"files": dict.fromkeys(name for name in names if name != "manifest.json")})


@pytest.mark.parametrize(("old", "new"), [(NAMES, SHARDS), (SHARDS, NAMES)])
def test_files_of_another_layout_do_not_stay_behind(tmp_path: Path, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    for names in (old, new):
        with replaced(tmp_path) as folder:
            for name in names:
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_text(listing(names))
    assert contents(tmp_path) == dict.fromkeys(new, listing(new))
    assert {path.name for path in tmp_path.iterdir()} == {name.partition("/")[0] for name in new}


def test_shards_that_are_listed_and_not_written_stay(tmp_path: Path) -> None:
    write(tmp_path, "old", [name for name in SHARDS if name != "manifest.json"])
    with replaced(tmp_path) as folder:
        (folder / "manifest.json").write_text(listing(SHARDS))
    with replaced(tmp_path) as folder:
        (folder / "graph").mkdir()
        (folder / "graph" / "part-b.nq").write_text("new")
        (folder / "manifest.json").write_text(listing(["graph/identity.nq", "graph/part-b.nq"]))
    assert contents(tmp_path).keys() == {"graph/identity.nq", "graph/part-b.nq", "manifest.json"}
    assert not (tmp_path / "inferred").exists()


@pytest.mark.parametrize("name", ["../notes.txt", "graph/../../notes.txt", "deep/notes.txt", "/notes.txt", "graph/.."])
def test_nothing_elsewhere_is_removed_on_the_word_of_a_manifest(tmp_path: Path, name: str) -> None:
    output = tmp_path / "output"
    for place in (tmp_path, output / "deep"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "notes.txt").write_text("mine")
    (output / "manifest.json").write_text(json.dumps({"files": {name: {}}}))
    with replaced(output) as folder:
        (folder / "manifest.json").write_text(listing([]))
    assert (tmp_path / "notes.txt").read_text() == (output / "deep" / "notes.txt").read_text() == "mine"


def test_two_builds_do_not_write_at_once(tmp_path: Path) -> None:
    with replaced(tmp_path), pytest.raises(KgbuildError, match="another build"), replaced(tmp_path):
        pass


def test_a_folder_that_may_not_be_written_is_a_clear_message(unprivileged_folder: Path) -> None:
    unprivileged_folder.chmod(0o500)
    with pytest.raises(KgbuildError, match="cannot be written"):
        write(unprivileged_folder / "output", "new")


def test_a_file_where_the_folder_should_be_is_a_clear_message(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file")
    with pytest.raises(KgbuildError, match="cannot be written"):
        write(tmp_path / "output", "new")


def test_a_full_disk_is_a_clear_message_and_the_old_graph_stays(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    write(tmp_path, "old")
    with pytest.raises(KgbuildError, match="No space left"), replaced(tmp_path) as folder:
        (folder / "graph.nq").symlink_to("/dev/full")
        (folder / "graph.nq").write_text("new")
    assert contents(tmp_path) == dict.fromkeys(NAMES, "old")
    shutil.rmtree(tmp_path)


def interrupted(output: Path, content: str) -> None:
    """Leaves the folder as a build does that was killed while it moved its files into place."""
    write(output, "old")
    (output / ".complete").mkdir()
    for name in NAMES:
        (output / ".complete" / name).write_text(content)
    (output / ".complete" / NAMES[0]).replace(output / NAMES[0])


def test_a_reader_does_not_move_files_under_the_hands_of_a_build(tmp_path: Path) -> None:
    interrupted(tmp_path, "new")
    program = f"from pathlib import Path; from kgbuild.build.folder import settle; settle(Path({str(tmp_path)!r}))"
    with locked(tmp_path):
        reader = subprocess.Popen([sys.executable, "-c", program])
        with pytest.raises(subprocess.TimeoutExpired):
            reader.wait(1)
        assert unsettled(tmp_path)
        assert settle(tmp_path), "who holds the lock need not wait"
    assert reader.wait() == 0
    assert contents(tmp_path) == dict.fromkeys(NAMES, "new")


def test_an_interrupted_build_in_a_folder_that_may_only_be_read_is_a_clear_message(unprivileged_folder: Path) -> None:
    interrupted(unprivileged_folder, "new")
    unprivileged_folder.chmod(0o500)
    with pytest.raises(KgbuildError, match="a build was interrupted"):
        settle(unprivileged_folder)
    unprivileged_folder.chmod(0o700)


def test_an_output_folder_that_cannot_be_made_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "a.txt").write_text("France signed a treaty with Chile.")
    for output in (tmp_path / "file", tmp_path / "file" / "output"):
        with pytest.raises(KgbuildError, match="is no folder; choose another folder with --output"):
            kgbuild.build(tmp_path / "a.txt", output)


def test_an_output_folder_that_may_not_be_written_is_told_before_any_work(unprivileged_folder: Path) -> None:
    closed = unprivileged_folder / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(KgbuildError, match="cannot be written to"):
        require_writable(closed)
    with pytest.raises(KgbuildError, match=r"cannot be made.*--output"):
        require_writable(closed / "deep" / "output")
    require_writable(unprivileged_folder / "new" / "output")


def test_a_name_that_no_folder_can_have_is_told_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="cannot be made: File name too long; choose another folder with --output"):
        require_writable(tmp_path / "new" / ("x" * 300))
    assert not (tmp_path / "new").exists()
