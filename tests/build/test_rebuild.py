"""A rebuild costs what has changed, and gives what a build from nothing gives; so does one by several processes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

import kgbuild
from kgbuild.articles import ReadingLimits
from kgbuild.build import BuildOptions, plan, pool, steps, watch
from kgbuild.build.cache import CACHE_FILE
from kgbuild.build.pool import Pool
from kgbuild.build.run import make_setup
from kgbuild.build.work import Choices, Work
from kgbuild.build.workers import Worker, can_fork
from kgbuild.errors import KgbuildError
from kgbuild.identity.index import IdentityIndex

TEXTS = (
    "President Anne Martin of France said on Monday that Chile supports the trade pact. Lima opposed it.",
    "“We will not sign,” Foreign Minister Pedro Salas of Chile told reporters in Santiago.",
    "Martin met Salas in Geneva on 3 May 2021. Norway mediated the talks on the trade pact.",
    "Norway accused Peru of breaking the ceasefire, which Peru denied on Tuesday.",
    "Ana Martin, a poet from Lima, said that she had never met the president of France.",
)
MODEL = Choices(None, (), (), "violation", 0.0)


def article(folder: Path, number: int, text: str) -> None:
    record = {"title": f"News {number}", "published": "2021-05-04", "text": text, "url": f"https://n.example/{number}"}
    (folder / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, text in enumerate(TEXTS[:4]):
        article(folder, number, text)
    return folder


def contents(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in output.iterdir() if path.is_file()}


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What work was done, and on how many articles."""
    done: list[tuple[str, int]] = []
    real = Work.do

    def noted(self: Work, kind: str, items: Any) -> list[bytes | str]:
        done.append((kind, len(items)))
        return real(self, kind, items)

    monkeypatch.setattr(Work, "do", noted)
    return done


class Rebuilds(RuleBasedStateMachine):
    """Articles and options change, and the graph is built again into the same folder, now and then by two processes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kgbuild-test-"))
        self.articles = self.folder / "articles"
        self.articles.mkdir()
        self.options: dict[str, Any] = {}
        (self.folder / "judgements.csv").write_text(
            "decision,left,right,why\nsplit,person/anne-martin,person/ana-martin,two people\n"
        )
        (self.folder / "own.csv").write_text(
            "id,type,name,other_names,abbreviations,affiliation,wikidata\nsalas,Person,Pedro Salas,,,,\n"
        )
        article(self.articles, 9, TEXTS[2])

    def teardown(self) -> None:
        self.build(1, False)
        shutil.rmtree(self.folder)

    @rule(
        number=st.integers(0, 4),
        text=st.sampled_from(TEXTS),
        more=st.sampled_from(("", " Peru agreed.", " So it was.")),
    )
    def put(self, number: int, text: str, more: str) -> None:
        """Several may have the same text, and are one article then."""
        article(self.articles, number, text + more)

    @rule(number=st.integers(0, 4))
    def remove(self, number: int) -> None:
        (self.articles / f"{number}.json").unlink(missing_ok=True)

    @rule(text=st.sampled_from(("{", '{"text": "Chile met Peru."}\n{"text": 3}\n', "")))
    def put_lines(self, text: str) -> None:
        (self.articles / "lines.jsonl").write_text(text)

    @rule(
        option=st.sampled_from(
            [
                ("min_confidence", 0.8),
                ("base", "https://a.example/"),
                ("judgements", "judgements.csv"),
                ("authority_files", "own.csv"),
                ("fail_on", "warning"),
                ("fail_on", "never"),
                ("merged_turtle", "never"),
                ("merged_turtle", "always"),
                ("limits", ReadingLimits(article_bytes=70)),
            ]
        )
    )
    def choose(self, option: tuple[str, Any]) -> None:
        """Sets an option, or takes it back."""
        name, value = option
        if name in ("judgements", "authority_files"):
            value = self.folder / value if name == "judgements" else (self.folder / value,)
        if self.options.get(name) == value:
            del self.options[name]
        else:
            self.options[name] = value

    @rule(workers=st.sampled_from((1, 1, 1, 1, 1, 2)), force=st.sampled_from((False, False, False, True)))
    def build(self, workers: int, force: bool) -> None:
        output, fresh = self.folder / "output", self.folder / "fresh"
        try:
            kgbuild.build(self.articles, fresh, cache=False, **self.options)
        except KgbuildError as error:
            with pytest.raises(KgbuildError, match=re.escape(str(error).partition(":")[0])):
                kgbuild.build(self.articles, output, workers=workers, force=force, **self.options)
            return
        kgbuild.build(self.articles, output, workers=workers, force=force, **self.options)
        assert contents(output) == contents(fresh)
        assert not (fresh / ".cache").exists()
        assert kgbuild.build(self.articles, output, **self.options).unchanged
        shutil.rmtree(fresh)


Rebuilds.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestAnySequenceOfChanges = Rebuilds.TestCase


def test_a_copy_that_comes_and_goes_leaves_what_a_build_from_nothing_gives(
    corpus: Path, tmp_path: Path, worked: list[tuple[str, int]]
) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    without = contents(output)
    worked.clear()
    article(corpus, 7, TEXTS[1])
    kgbuild.build(corpus, output)
    # the copy's address is new in the graph, for which nothing has to be extracted
    assert worked == [("finish", 1)]
    kgbuild.build(corpus, tmp_path / "fresh", cache=False)
    assert contents(output) == contents(tmp_path / "fresh") != without
    addresses = "SELECT ?url { ?article a <https://w3id.org/kgbuild/diplomacy#Article> ; "
    addresses += "<http://purl.org/dc/terms/source>?/<https://schema.org/url> ?url }"
    found = sorted(kgbuild.open(output).frame(addresses)["url"])
    assert found == [f"https://n.example/{number}" for number in (0, 1, 2, 3, 7)]
    # whichever of the two goes, the other one is left
    (corpus / "1.json").unlink()
    kgbuild.build(corpus, output)
    assert b"n.example/1" not in (output / "graph.nq").read_bytes()
    article(corpus, 1, TEXTS[1])
    (corpus / "7.json").unlink()
    kgbuild.build(corpus, output)
    assert contents(output) == without


def test_what_is_known_is_not_worked_out_again(corpus: Path, tmp_path: Path, worked: list[tuple[str, int]]) -> None:
    output = tmp_path / "output"
    first = kgbuild.build(corpus, output)
    assert worked == [("extract", 4), ("finish", 4)]
    worked.clear()
    before = contents(output)
    second = kgbuild.build(corpus, output)
    assert second.unchanged and not first.unchanged
    assert worked == [] and contents(output) == before
    assert (second.manifest, second.failures, second.report) == (first.manifest, first.failures, first.report)
    assert len(second.quads) == len(first) == len(second)
    article(corpus, 3, TEXTS[4])
    third = kgbuild.build(corpus, output)
    assert worked[0] == ("extract", 1) and not third.unchanged
    with pytest.raises(KgbuildError, match="built anew"):
        _ = first.quads
    worked.clear()
    kgbuild.build(corpus, output, force=True)
    assert worked == [("extract", 4), ("finish", 4)]


def test_a_file_that_was_changed_in_the_output_is_written_again(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    before = contents(output)
    (output / "graph.nq").write_text("nothing")
    (output / "graph.ttl").unlink()
    assert not kgbuild.build(corpus, output).unchanged
    assert contents(output) == before


def test_a_broken_cache_is_made_anew(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    before = contents(output)
    for path in (output / ".cache").iterdir():
        path.write_bytes(b"no database " * 1000)
    kgbuild.build(corpus, output)
    assert contents(output) == before
    assert sqlite3.connect(output / ".cache" / CACHE_FILE).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_damaged_piece_of_work_in_the_cache_is_a_clear_message(corpus: Path, tmp_path: Path) -> None:
    kgbuild.build(corpus, tmp_path / "output")
    with sqlite3.connect(tmp_path / "output" / ".cache" / CACHE_FILE) as database:
        database.execute("UPDATE works SET data = zeroblob(100)")
    database.close()
    # what stands in the output folder need not be taken from the cache
    (tmp_path / "output" / "graph.nq").unlink()
    with pytest.raises(KgbuildError, match=f"damaged.*remove {CACHE_FILE}"):
        kgbuild.build(corpus, tmp_path / "output")
    (tmp_path / "output" / ".cache" / CACHE_FILE).unlink()
    assert not kgbuild.build(corpus, tmp_path / "output").failures


def test_a_cache_among_the_articles_is_no_article(corpus: Path) -> None:
    for cache in (corpus / "kept", corpus):
        for _ in range(2):
            built = kgbuild.build(corpus, corpus / "output", cache=cache, force=True)
            assert not built.failures


def test_a_cache_folder_that_cannot_be_made_is_a_clear_message(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(KgbuildError, match=r"folder of the cache cannot be made.*--cache"):
        kgbuild.build(corpus, tmp_path / "output", cache=tmp_path / "file" / "cache")


def test_a_cache_in_use_is_a_clear_message(corpus: Path, tmp_path: Path) -> None:
    from kgbuild.build.cache import Cache

    with Cache(tmp_path / "cache"), pytest.raises(KgbuildError, match="--cache"):
        kgbuild.build(corpus, tmp_path / "output", cache=tmp_path / "cache")


def test_the_merged_view_goes_when_it_is_not_wanted_any_more(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    assert (output / "graph.ttl").exists()
    built = kgbuild.build(corpus, output, merged_turtle="never")
    assert not (output / "graph.ttl").exists()
    assert built.manifest["left_out"] == {"graph.ttl": "--merged-turtle never"}


def test_a_plan_tells_what_would_be_done_and_why(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    setup = make_setup(corpus, output, BuildOptions())
    assert "no graph has been built here yet" in plan(setup).reasons[0]
    assert not output.exists()
    kgbuild.build(corpus, output)
    assert plan(setup).unchanged
    assert plan(setup, force=True).extracted
    article(corpus, 3, TEXTS[4])
    article(corpus, 5, "Peru and Chile met.")
    (corpus / "0.json").unlink()
    told = plan(setup)
    assert dict(told.extracted) == {"3.json": "has changed", "5.json": "is new"}
    assert (told.kept, told.removed, told.reasons) == (2, ("0.json",), ())
    other = make_setup(corpus, output, BuildOptions(limits=ReadingLimits(article_bytes=99_999)))
    assert plan(other).reasons == ("the limits has changed",)


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
            # as if nothing else had come yet
            meanwhile()

    monkeypatch.setattr(Pool, "run", idle)
    monkeypatch.setattr(IdentityIndex, "settling", noted)
    monkeypatch.setattr(steps, "_MANY", 10)
    monkeypatch.setattr(steps, "_SETTLING", 1.0)
    kgbuild.build(corpus, tmp_path / "together", workers=2)
    assert contents(tmp_path / "together") == contents(tmp_path / "alone")
    assert there == [13, 40]


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


#: a build that kills itself once it has put so many pieces of work into the cache
KILLED = """
import os, signal, sys
from kgbuild.build.cache import Cache
left, put = int(sys.argv[3]), Cache.put
def counted(self, key, data):
    global left
    put(self, key, data)
    left -= 1
    if left == 0:
        self.commit()
        os.kill(os.getpid(), signal.SIGKILL)
Cache.put = counted
import kgbuild
kgbuild.build(sys.argv[1], sys.argv[2])
"""


def test_a_killed_build_goes_on_where_it_stopped(corpus: Path, tmp_path: Path) -> None:
    for number in range(4, 40):
        article(corpus, number, f"{TEXTS[number % 5]} Talks in room {number} went on.")
    output, fresh = tmp_path / "output", tmp_path / "fresh"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(corpus), str(output), "40"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (output / "graph.nq").exists()
    assert plan(make_setup(corpus, output, BuildOptions())).kept == 20
    kgbuild.build(corpus, output)
    kgbuild.build(corpus, fresh, cache=False)
    assert contents(output) == contents(fresh)


def test_watching_builds_after_each_change(corpus: Path, tmp_path: Path) -> None:
    setup = make_setup(corpus, tmp_path / "output", BuildOptions())
    changes: Iterator[Callable[[], None]] = iter([lambda: article(corpus, 7, TEXTS[4]), (corpus / "7.json").unlink])
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) in (2, 6):
            next(changes)()

    outcomes = watch(setup, lambda: kgbuild.build(corpus, tmp_path / "output"), interval=0.1, sleep=sleep)
    counts = []
    for _ in range(3):
        built = next(outcomes)
        assert isinstance(built, kgbuild.BuildResult)
        counts.append(built.manifest["counts"]["articles"])
    assert counts == [4, 5, 4]
    with pytest.raises(KgbuildError, match="standard input"):
        next(watch(make_setup("-", None, BuildOptions()), lambda: kgbuild.build("-")))


def test_a_change_renders_one_article_and_copies_the_rest(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.build.assembled import Assembled

    kgbuild.build(corpus, tmp_path / "output")
    rendered: list[str] = []
    real = Assembled.article_texts

    def noted(self: Assembled, part: str, threads: Executor) -> Any:
        rendered.append(part)
        return real(self, part, threads)

    monkeypatch.setattr(Assembled, "article_texts", noted)
    article(corpus, 2, f"{TEXTS[2]} The talks went on.")
    kgbuild.build(corpus, tmp_path / "output")
    assert len(rendered) == 1
