"""What goes over a limit of time or memory is refused by name, and its neighbours are built."""

from __future__ import annotations

import resource
import signal
import threading
from pathlib import Path

import pytest

import kgbuild
from kgbuild.articles import ReadFailure, ReadingLimits, read_articles
from kgbuild.limits import ArticleLimits, OverLimitError, limited

#: spaCy's tokenizer takes time that grows with the square of these
ENDLESS_QUOTATIONS = "He said:\n\n" + '"' * 400_000


def spin() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # as a library does that takes everything for its own error
            continue


def test_endless_work_is_ended() -> None:
    told = r"takes more than 0\.2 s of processor time \(see --max-article-time\)"
    with pytest.raises(OverLimitError, match=told), limited(ArticleLimits(seconds=0.2)):
        spin()
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getsignal(signal.SIGPROF) == signal.SIG_DFL


def test_too_much_memory_is_refused_and_the_process_goes_on() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    told = r"more than 100 MB of memory \(see --max-article-memory\)"
    with pytest.raises(OverLimitError, match=told), limited(ArticleLimits(memory_bytes=100_000_000)):
        bytearray(200_000_000)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(200_000_000)) == 200_000_000


def test_without_limits_and_in_other_threads_work_is_let_be() -> None:
    done: list[bool] = []

    def work() -> None:
        with limited(ArticleLimits(seconds=0.001, memory_bytes=100_000_000)):
            done.append(sum(range(100_000)) > 0 and len(bytearray(200_000_000)) > 0)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with limited(ArticleLimits(seconds=0, memory_bytes=0)):
        done.append(True)
    assert done == [True, True]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_article_of_endless_quotations_costs_its_neighbours_nothing(tmp_path: Path, workers: int) -> None:
    (tmp_path / "a.txt").write_text("France signed a treaty with Chile, Anne Martin said.")
    (tmp_path / "b.txt").write_text(ENDLESS_QUOTATIONS)
    (tmp_path / "c.txt").write_text("Norway accused Peru of breaking the ceasefire.")
    built = kgbuild.build(tmp_path, limits=ReadingLimits(seconds=0.2), workers=workers)
    assert built.manifest["counts"]["articles"] == 2
    (failure,) = built.failures
    assert (failure.source, failure.stage) == ("b.txt", "extract")
    assert failure.reason == "takes more than 1 s of processor time (see --max-article-time)"


def test_a_page_that_takes_too_long_to_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<html><body><p>x" + b"<b>y</b> z. " * 300_000 + b"</p></body></html>")
    (tmp_path / "b.html").write_text("<html><body><p>The minister spoke in Valletta on Monday.</p></body></html>")
    results = list(read_articles([tmp_path], limits=ReadingLimits(seconds=0.5)))
    assert isinstance(results[0], ReadFailure)
    assert "processor time" in results[0].reason
    assert not isinstance(results[1], ReadFailure)
