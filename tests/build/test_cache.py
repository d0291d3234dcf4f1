"""What a build has worked out is taken up again, also after a build that was killed; what is broken is told."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from changing import TEXTS, article, contents, four_articles

import kgbuild
from kgbuild.build import BuildOptions, plan
from kgbuild.build.cache import CACHE_FILE
from kgbuild.build.run import make_setup
from kgbuild.errors import KgbuildError


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return four_articles(tmp_path)


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
