"""Briefings: every line has its words, and leads to where they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import KgbuildError
from kgbuild.reporting import Briefing, Line, Section, Source, gather, report, write_briefing
from kgbuild.reporting.documents import plain_date
from sample import write_sample


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample graph: Norway, Chile and a river pact, on which Jonas Berg changes sides."""
    return write_sample(tmp_path_factory.mktemp("reporting") / "output")


def section(briefing: Briefing, title: str) -> list[Line]:
    """The lines of a section."""
    return list(next(section.lines for section in briefing.sections if section.title == title))


def test_a_treaty_is_told_with_who_stands_where(output: Path) -> None:
    briefing = gather(output, treaty="river pact")
    assert briefing.title == "river pact"
    assert dict(briefing.facts)["Parties"] == "Chile, Norway"
    told = [line.text for line in section(briefing, "Who stands where")]
    assert "Jonas Berg supports river pact, according to Marta Olsen" in told
    assert "Jonas Berg opposes river pact" in told
    assert [line.text for line in section(briefing, "Who would not comment")] == [
        "Ministry of Foreign Affairs of Chile would not comment"
    ]


def test_every_line_has_the_words_that_stand_in_its_article(output: Path) -> None:
    for briefing in (gather(output), gather(output, treaty="river pact"), gather(output, actor="Jonas Berg")):
        lines = [line for section in briefing.sections for line in section.lines]
        assert lines
        for line in lines:
            assert line.words
            assert line.source.text[line.start : line.end] == line.words
            assert line.source in briefing.sources


def test_an_actor_is_told_with_what_others_say_it_wants(output: Path) -> None:
    briefing = gather(output, actor="Berg")
    own = section(briefing, "What it wants, by its own words and deeds")
    assert [(line.text, line.words) for line in own] == [
        ("Jonas Berg opposes river pact", "I can no longer back the river pact")
    ]
    others = section(briefing, "What others say it wants")
    assert [line.text for line in others] == ["Jonas Berg supports river pact, according to Marta Olsen"]
    assert "foreign minister of Norway" in [line.text for line in section(briefing, "Posts")]


def test_a_link_opens_the_article_at_the_words(output: Path) -> None:
    source = Source(1, "Talks", url="https://news.example/talks#top", text="He said so-so; then he left.")
    line = Line("A leaves", "said so-so; then", source, 3, 19)
    assert line.link == "https://news.example/talks#:~:text=said%20so%2Dso%3B%20then"
    assert replace(line, source=replace(source, url="")).link == ""


@pytest.mark.parametrize("form", ["html", "md", "pdf"])
def test_the_same_graph_gives_the_same_bytes(output: Path, tmp_path: Path, form: str) -> None:
    for seed in ("1", "2"):
        place = tmp_path / seed / f"pact.{form}"
        subprocess.run(
            [sys.executable, "-m", "kgbuild", "report", str(output), "--treaty", "river pact", "-o", str(place)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.DEVNULL,
        )
    assert (tmp_path / "1" / f"pact.{form}").read_bytes() == (tmp_path / "2" / f"pact.{form}").read_bytes()


def test_a_page_holds_its_picture_and_refers_to_its_sources(output: Path, tmp_path: Path) -> None:
    report(output, tmp_path / "pact.html", treaty="river pact")
    page = (tmp_path / "pact.html").read_text("utf-8")
    assert "<svg" in page
    anchors = set(re.findall(r'id="(source-\d+)"', page))
    assert set(re.findall(r'href="#(source-\d+)"', page)) == anchors != set()
    assert "/treaty?id=" not in page
    assert "/article?id=" not in page


def test_markdown_has_its_picture_beside_it(output: Path, tmp_path: Path) -> None:
    written = report(output, tmp_path / "pact.md", treaty="river pact")
    text = written[0].read_text("utf-8")
    assert [path.suffix for path in written] == [".md", ".svg"]
    assert f"]({written[1].name})" in text
    assert ElementTree.parse(written[1]).getroot().tag.endswith("svg")


class _Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


@given(words=st.text(min_size=1).filter(str.strip))
def test_what_an_article_says_is_never_markup(words: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("odd")
    odd = f'<script>x()</script> #eval("1") $x$ \\ [a](b) {words}'
    source = Source(1, odd, publisher=odd, url="https://news.example/", text=odd)
    line = Line(odd, odd, source, 0, len(odd), "2024-03-12")
    briefing = Briefing(odd, "Treaty", ((odd, odd),), (Section(odd, (line,), odd),), (source,))
    for form in ("html", "md", "pdf"):
        write_briefing(briefing, folder / f"odd.{form}")
    parser = _Tags()
    parser.feed((folder / "odd.html").read_text("utf-8"))
    assert "script" not in parser.tags
    assert "<script" not in (folder / "odd.md").read_text("utf-8").replace("\\<", "")
    assert (folder / "odd.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2024-03-12", "12 March 2024"),
        ("2024-03", "March 2024"),
        ("2024", "2024"),
        ("soon", "soon"),
        ("2024-13", "2024-13"),
    ],
)
def test_dates_are_as_fine_as_they_are_known(written: str, told: str) -> None:
    assert plain_date(written) == told


def test_what_is_not_there_is_told_with_what_is_near(output: Path, tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="no treaty of that name; near it: river pact"):
        report(output, tmp_path / "x.html", treaty="rivr pct")
    with pytest.raises(KgbuildError, match="2 actors of that name; give the IRI of one"):
        report(output, tmp_path / "x.html", actor="chil")
    with pytest.raises(KgbuildError, match="not both"):
        report(output, tmp_path / "x.html", actor="Chile", treaty="river pact")
    with pytest.raises(KgbuildError, match=r"ends with \.html, \.md or \.pdf"):
        report(output, tmp_path / "x.docx")
