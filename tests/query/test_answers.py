"""Answers can be written in several formats, and read again."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from rdflib import Graph

from kgbuild.errors import KgbuildError
from kgbuild.opening import BuiltGraph
from kgbuild.query import FORMATS, Result, write_result

# rdflib warns of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


def written(result: Result, form: str) -> str:
    stream = io.StringIO(newline="")
    write_result(result, form, stream)
    return stream.getvalue()


def test_csv_json_and_tsv_are_those_of_sparql(graph: BuiltGraph) -> None:
    result = graph.run("refusals")
    rows = list(csv.reader(io.StringIO(written(result, "csv"))))
    assert rows[0] == ["speaker", "words", "date", "article"]
    assert rows[1][0] == "Ministry of Foreign Affairs of Chile"
    document = json.loads(written(result, "json"))
    assert document["head"]["vars"] == rows[0]
    assert document["results"]["bindings"][0]["date"] == {"type": "literal", "value": "2024-03-12"}
    assert written(result, "tsv").splitlines()[0] == "?speaker\t?words\t?date\t?article"


def test_a_piped_table_is_plain(graph: BuiltGraph) -> None:
    table = written(graph.run("positions"), "table")
    assert "\x1b" not in table
    assert max(map(len, table.splitlines())) <= 120
    assert "Jonas Berg" in table
    assert re.search("^holder +polarity +target", table, re.MULTILINE)


def test_a_table_keeps_every_word(graph: BuiltGraph) -> None:
    table = written(graph.run("statements"), "table")
    for row in graph.run("statements"):
        for word in row["said"].split():
            assert word in table


def test_a_table_shows_what_a_terminal_would_obey(graph: BuiltGraph) -> None:
    result = graph.query('SELECT ("\x1b[31mred [bold]x[/bold] \u202eleft" AS ?text) {}')
    assert "\ufffd[31mred [bold]x[/bold] \ufffdleft" in written(result, "table")


def test_spreadsheets_get_text_where_they_would_compute(graph: BuiltGraph) -> None:
    text = written(graph.query('SELECT ("=HYPERLINK(1)" AS ?a) ("-2" AS ?b) ("a,b" AS ?c) {}'), "spreadsheet")
    assert text == "\ufeffa,b,c\r\n'=HYPERLINK(1),'-2,\"a,b\"\r\n"
    assert "=HYPERLINK(1)" in written(graph.query('SELECT ("=HYPERLINK(1)" AS ?a) {}'), "csv")


def test_triples_are_written_as_turtle(graph: BuiltGraph) -> None:
    result = graph.query("CONSTRUCT { ?who rdfs:label ?name } { ?who a dip:State ; rdfs:label ?name }")
    parsed = Graph().parse(data=written(result, "ttl"), format="turtle")
    assert len(parsed) == 2
    assert "Norway" in written(result, "table")


def test_formats_that_do_not_fit_are_explained(graph: BuiltGraph) -> None:
    with pytest.raises(KgbuildError, match="choose one of table, csv, tsv, json"):
        written(graph.run("refusals"), "xlsx")
    with pytest.raises(KgbuildError, match="CONSTRUCT or DESCRIBE"):
        written(graph.run("refusals"), "ttl")
    with pytest.raises(KgbuildError, match="choose ttl or table"):
        written(graph.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"), "csv")


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "ttl"])
def test_no_rows_are_an_answer_too(form: str, graph: BuiltGraph) -> None:
    assert "holder" in written(graph.run("positions", treaty="zzz"), form)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "ttl"])
def test_yes_or_no_is_an_answer_too(form: str, graph: BuiltGraph) -> None:
    assert re.search("yes|true", written(graph.query("ASK { ?who a dip:State }"), form))
    assert re.search("no|false", written(graph.query("ASK { ?who a dip:Zzz }"), form))


def test_an_answer_can_be_read_twice(graph: BuiltGraph) -> None:
    result = graph.run("positions")
    assert list(result) == list(result)
    assert len(list(result)) == 5
