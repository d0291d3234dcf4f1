"""A process that loads is started only where a file was changed since the last build, and is ended in any case."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgbuild import beside

#: nanoseconds
HOUR = 3_600_000_000_000


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder of articles, in which the output folder stands too, built an hour ahead of now."""
    (tmp_path / "news" / "march").mkdir(parents=True)
    for name in ("a.txt", "march/b.txt", ".hidden.txt"):
        (tmp_path / "news" / name).write_text("France signed a treaty with Chile.")
    output = tmp_path / "news" / "output"
    (output / ".cache").mkdir(parents=True)
    (output / ".cache" / ".state.sqlite").write_text("")
    built(output, time.time_ns() + HOUR)
    return output


def built(output: Path, moment: int) -> None:
    os.utime(output / ".cache" / ".state.sqlite", ns=(moment, moment))


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    found: list[str] = []
    monkeypatch.setattr(beside, "started_worker", found.append)
    monkeypatch.setattr(beside, "started_server", found.append)
    yield found


def test_nothing_is_started_where_nothing_was_changed(output: Path, starts: list[str]) -> None:
    beside.started_early([output.parent, str(output.parent / "a.txt")], output, None)
    assert starts == []


@pytest.mark.parametrize("paths", [["a.txt"], ["march"], ["nothing", "."]])
def test_a_file_or_a_folder_of_files_that_was_changed_is_seen(
    output: Path, starts: list[str], paths: list[str]
) -> None:
    built(output, time.time_ns() - HOUR)
    beside.started_early([output.parent / path for path in paths], output, None)
    assert starts == ["serve_soon"]


def test_what_is_no_article_is_passed_over(output: Path, starts: list[str]) -> None:
    articles = (output.parent / "a.txt", output.parent / "march" / "b.txt")
    for path in articles:
        path.unlink()
    built(output, time.time_ns() - HOUR)
    (output / "graph.nq").write_text("")
    beside.started_early([output.parent], output, None)
    beside.started_early(["-", "s3://bucket/news/*.jsonl"], output, None)
    assert starts == []


def test_without_a_build_before_nothing_is_started(output: Path, starts: list[str], tmp_path: Path) -> None:
    beside.started_early([output.parent], tmp_path / "other", None)
    beside.started_early([output.parent], output, False)
    beside.started_early([output.parent], output, tmp_path / "no-cache")
    assert starts == []


def test_the_cache_may_be_elsewhere(output: Path, starts: list[str], tmp_path: Path) -> None:
    (output / ".cache").rename(tmp_path / "cache")
    moment = time.time_ns() - HOUR
    os.utime(tmp_path / "cache" / ".state.sqlite", ns=(moment, moment))
    beside.started_early([output.parent], output, tmp_path / "cache")
    assert starts == ["serve_soon"]


def test_with_several_workers_what_forks_them_is_started_wherever_there_will_be_work(
    output: Path, starts: list[str], tmp_path: Path
) -> None:
    beside.started_early([output.parent], output, None, workers=2)
    assert starts == []
    beside.started_early([output.parent], output, None, workers=2, force=True)
    beside.started_early([output.parent], tmp_path / "other", None, workers=2)
    beside.started_early([output.parent], output, False, workers=2)
    built(output, time.time_ns() - HOUR)
    beside.started_early([output.parent], output, None, workers=2)
    expected = ["serve_forks_soon"] * 4 if beside.can_fork() else []
    assert starts == expected


def test_one_worker_that_has_to_do_everything_loads_for_itself(output: Path, starts: list[str]) -> None:
    built(output, time.time_ns() - HOUR)
    beside.started_early([output.parent], output, None, force=True)
    assert starts == []


def test_a_process_without_work_is_ended() -> None:
    process = beside.started_worker("serve_soon")
    beside.end(process)
    assert process.returncode is not None


@pytest.mark.skipif(not beside.can_fork(), reason="workers are not forked on this system")
def test_a_process_that_forks_others_is_ended_if_there_turned_out_to_be_nothing_to_do() -> None:
    server = beside.started_server("serve_forks_soon")
    beside.end(server)
    assert server.process.returncode is not None


@pytest.mark.parametrize("start", ["started_worker('serve_soon')", "started_server('serve_forks_soon').process"])
def test_a_process_ends_by_itself_when_who_started_it_has_gone(start: str) -> None:
    if "forks" in start and not beside.can_fork():
        pytest.skip("workers are not forked on this system")
    program = f"from kgbuild import beside; print(beside.{start}.pid)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    pid = int(done.stdout)
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("it is still there")


def test_the_command_line_builds_what_has_changed_with_it(tmp_path: Path) -> None:
    """Everything together: a build, a change, a rebuild, each a process of its own."""
    articles, output = tmp_path / "articles", tmp_path / "output"
    articles.mkdir()
    (articles / "a.txt").write_text("France signed a treaty with Chile, Pedro Salas said on Monday.")
    command = [sys.executable, "-m", "kgbuild", "build", str(articles), "-q", "-o"]
    subprocess.run([*command, str(output)], check=True)
    time.sleep(0.05)
    (articles / "a.txt").write_text("France left a treaty with Chile, Pedro Salas said on Monday.")
    subprocess.run([*command, str(output)], check=True)
    subprocess.run([*command, str(tmp_path / "fresh"), "--no-cache"], check=True)
    for name in ("graph.nq", "inferred.nq", "articles.jsonl", "identity.json", "manifest.json"):
        assert (output / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes()
    built(output, 0)
    # every file looks changed from outside, and none is, which is remembered
    subprocess.run([*command, str(output)], check=True)
    assert (output / "graph.nq").read_bytes() == (tmp_path / "fresh" / "graph.nq").read_bytes()
    assert (output / ".cache" / ".state.sqlite").stat().st_mtime_ns > (articles / "a.txt").stat().st_ctime_ns
