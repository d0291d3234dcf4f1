"""A rebuild costs what has changed, and gives what a build from nothing gives; so does one by several processes."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from changing import TEXTS, article, contents, four_articles
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

import kgbuild
from kgbuild.articles import ReadingLimits
from kgbuild.build import shards, writing
from kgbuild.build.work import Work
from kgbuild.errors import KgbuildError


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return four_articles(tmp_path)


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What work was done, and on how many articles."""
    done: list[tuple[str, int]] = []
    real = Work.do

    def noted(self: Work, kind: str, items: Any) -> list[bytes | str]:
        if kind != "render":
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
        # so that a few articles make a large graph, of several shards
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(writing, "MERGED_AT_MOST", 300)
        self.patched.setattr(shards, "ARTICLES", 2)
        self.patched.setattr(shards, "CONCLUSIONS", 4)

    def teardown(self) -> None:
        self.build(1, False)
        self.patched.undo()
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
                ("layout", "single"),
                ("layout", "sharded"),
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


def test_the_merged_view_goes_when_it_is_not_wanted_any_more(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(corpus, output)
    assert (output / "graph.ttl").exists()
    built = kgbuild.build(corpus, output, merged_turtle="never")
    assert not (output / "graph.ttl").exists()
    assert built.manifest["left_out"] == {"graph.ttl": "--merged-turtle never"}


def test_a_change_renders_one_article_and_copies_the_rest(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.build.assembled import Assembled

    kgbuild.build(corpus, tmp_path / "output")
    rendered: list[str] = []
    real = Assembled.article_texts

    def noted(self: Assembled, parts: Iterable[str], *more: Any, **named: Any) -> Any:
        some = list(parts)
        rendered.extend(some)
        return real(self, some, *more, **named)

    monkeypatch.setattr(Assembled, "article_texts", noted)
    article(corpus, 2, f"{TEXTS[2]} The talks went on.")
    kgbuild.build(corpus, tmp_path / "output")
    assert len(rendered) == 1
