"""Several processes give what one gives, and may die."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from changing import TEXTS, article, contents, four_articles

import kgbuild
from kgbuild.beside import can_fork, end, started_server
from kgbuild.build import pool, steps
from kgbuild.build.options import BuildOptions
from kgbuild.build.pool import Pool
from kgbuild.build.progress import Silence
from kgbuild.build.rendering import entities_order, rendered
from kgbuild.build.run import build_setup, make_setup
from kgbuild.build.work import Choices, Work, frame
from kgbuild.build.workers import Worker
from kgbuild.identity.index import IdentityIndex

BASE = "https://a.example/"
MODEL = Choices(None, (), (), "violation", 0.0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return four_articles(tmp_path)


@pytest.fixture(scope="module")
def items() -> list[bytes]:
    from kgbuild.build.corpus import packed
    from kgbuild.facts import Article

    return [packed(Article(f"{text} It was call {number}.")) for number, text in enumerate(TEXTS * 8)]


def outcomes(workers: int, items: list[bytes]) -> Iterator[tuple[Any, bytes | str]]:
    with Pool(MODEL, workers) as made:
        yield from made.run("extract", enumerate(items))


@pytest.mark.parametrize("forked", [True, False])
def test_workers_give_the_same_and_may_be_killed(
    items: list[bytes], monkeypatch: pytest.MonkeyPatch, forked: bool
) -> None:
    if forked and not can_fork():
        pytest.skip("workers are not forked on this system")
    monkeypatch.setattr(pool, "can_fork", lambda: forked)
    monkeypatch.setattr(pool, "BATCH", 5)
    alone = dict(outcomes(1, items))
    started: list[int] = []
    real = Worker._connected

    def noted(self: Worker, kind: str) -> Any:
        connection = real(self, kind)
        started.append(connection.pid)
        return connection

    monkeypatch.setattr(Worker, "_connected", noted)
    got: dict[Any, bytes | str] = {}
    for number, (key, outcome) in enumerate(outcomes(2, items)):
        got[key] = outcome
        if number == 3:
            os.kill(started[0], signal.SIGKILL)
    assert got == alone
    assert len(set(started)) == 3
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.skipif(not can_fork(), reason="workers are not forked on this system")
def test_the_process_that_forks_workers_may_be_killed_too(items: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "BATCH", 2)
    got: dict[Any, bytes | str] = {}
    with Pool(MODEL, 2) as made:
        assert made._server is not None
        for number, (key, outcome) in enumerate(made.run("extract", enumerate(items))):
            got[key] = outcome
            if number == 1:
                assert made._server._process is not None
                made._server._process.kill()
                pid = made._workers[0].pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
    assert got == dict(outcomes(1, items))


@pytest.mark.skipif(not can_fork(), reason="workers are not forked on this system")
def test_the_process_that_forks_workers_may_have_been_started_before(items: list[bytes]) -> None:
    ahead = started_server("serve_forks_soon")
    with Pool(MODEL, 2, ahead=ahead) as made:
        got = dict(made.run("extract", enumerate(items)))
        assert ahead.process.poll() is None
    end(ahead)
    assert got == dict(outcomes(1, items))


@pytest.mark.parametrize("forked", [True, False])
def test_what_is_done_in_order_is_done_by_workers_that_have_loaded_and_may_be_killed(
    items: list[bytes], monkeypatch: pytest.MonkeyPatch, forked: bool
) -> None:
    if forked and not can_fork():
        pytest.skip("workers are not forked on this system")
    monkeypatch.setattr(pool, "can_fork", lambda: forked)
    monkeypatch.setattr(pool, "BATCH", 2)
    rows = [json.dumps([f"{BASE}state/{number}", "actor", "State", f"State {number}"]) for number in range(90)]
    orders = [entities_order(BASE, rows[start : start + 3], others=True) for start in range(0, 90, 3)]
    expected = [frame(*rendered(one)) for one in orders]
    with Pool(MODEL, 2) as made:
        assert [*made.in_order("render", orders)] == expected
        assert {worker.pid for worker in made._workers} == {None}, "nobody is started for so little"
        assert len(dict(made.run("extract", enumerate(items)))) == len(items)
        done = made.in_order("render", orders)
        first = next(done)
        pid = made._workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert [first, *done] == expected


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are started, by a process that has loaded nothing."""
    found: list[int] = []
    real = Worker.start

    def noted(self: Worker, kind: str) -> None:
        real(self, kind)
        assert self.pid is not None
        found.append(self.pid)

    monkeypatch.setattr(Worker, "start", noted)
    monkeypatch.setattr(Work, "is_loaded", lambda self: False)
    return found


def test_what_a_rebuild_needs_is_loaded_by_another_process_as_soon_as_a_change_is_seen(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[int]
) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    assert not started, "a build from nothing has nothing else to do meanwhile"
    (corpus / "1.json").touch()
    assert kgbuild.build(corpus, output).unchanged and not started
    article(corpus, 1, f"{TEXTS[1]} The talks went on.")
    with monkeypatch.context() as patched:
        patched.setattr(Work, "_extract", lambda *_: pytest.fail("work was done in this process"))
        patched.setattr(Work, "_finish", lambda *_: pytest.fail("work was done in this process"))
        kgbuild.build(corpus, output)
    assert len(started) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)
    kgbuild.build(corpus, tmp_path / "fresh", cache=False)
    assert contents(output) == contents(tmp_path / "fresh")
    # a process that goes on to build loads once, for itself
    article(corpus, 1, f"{TEXTS[1]} The talks were over.")
    build_setup(make_setup(corpus, output, BuildOptions()), progress=Silence(), lasting=True)
    assert len(started) == 1


def test_a_process_that_dies_while_it_loads_costs_time_alone(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[int]
) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    real = Worker.do

    def killed(self: Worker, kind: str, items: list[bytes]) -> list[bytes | str] | None:
        if kind == "extract" and len(started) == 1:
            os.kill(started[0], signal.SIGKILL)
            started.append(0)
        return real(self, kind, items)

    monkeypatch.setattr(Worker, "do", killed)
    article(corpus, 1, f"{TEXTS[1]} The talks went on.")
    assert not kgbuild.build(corpus, output).failures
    assert started[1:] == [0]
    kgbuild.build(corpus, tmp_path / "fresh", cache=False)
    assert contents(output) == contents(tmp_path / "fresh")


def test_who_is_who_may_be_settled_while_workers_work(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4, 40):
        article(
            corpus, number, f"{TEXTS[number % 5]} Envoy Ana Luz{'abcdefghij'[number % 10]}o of Peru left room {number}."
        )
    kgbuild.build(corpus, tmp_path / "alone")
    there: list[int] = []
    real = IdentityIndex.settling

    def noted(self: IdentityIndex) -> Iterator[None]:
        there.append(self._run("SELECT COUNT(*) FROM seen").fetchone()[0])
        yield from real(self)

    run = Pool.run

    def idle(self: Pool, kind: str, work: Any, meanwhile: Callable[[], bool]) -> Iterator[Any]:
        for outcome in run(self, kind, work):
            yield outcome
            # as if nothing else had come for long
            while meanwhile():
                pass

    monkeypatch.setattr(Pool, "run", idle)
    monkeypatch.setattr(IdentityIndex, "settling", noted)
    monkeypatch.setattr(steps, "_MANY", 10)
    monkeypatch.setattr(steps, "_SETTLING", 1.0)
    monkeypatch.setattr(steps, "_ROUND", 8)
    kgbuild.build(corpus, tmp_path / "together", workers=2)
    assert contents(tmp_path / "together") == contents(tmp_path / "alone")
    assert there == [13, 21, 29, 37, 40]


def test_an_article_that_kills_its_worker_is_set_aside_alone(
    items: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Worker.do

    def dying(self: Any, kind: str, some: list[bytes]) -> list[bytes | str] | None:
        return None if items[3] in some else real(self, kind, some)

    monkeypatch.setattr(Worker, "do", dying)
    got = dict(outcomes(2, items[:7]))
    assert [key for key, outcome in got.items() if isinstance(outcome, str)] == [3]
    assert "died" in str(got[3])
    assert len(got) == 7
