"""Counts over all articles: what comes and goes leaves what counting everything would, and reports stay bounded."""

from __future__ import annotations

import random
import sqlite3
from itertools import chain

import pytest
from rdflib import URIRef

from kgbuild.build import tallies as tallies_module
from kgbuild.build.finished import Head, lines_of
from kgbuild.build.reports import report_data, report_of
from kgbuild.build.tallies import Tallies
from kgbuild.validation import Severity, ValidationReport, ValidationResult

SHAPE = URIRef("https://a.example/shape")


def head(number: int, results: int = 1) -> Head:
    graph = URIRef(f"https://a.example/{number:03d}")
    severities = (Severity.VIOLATION, Severity.WARNING)
    found = tuple(
        ValidationResult(SHAPE, graph, None, None, severities[(number + one) % 2], f"Is wrong {one}.", SHAPE, graph)
        for one in range(results)
    )
    classes = sorted({"<all>", f"<{number % 3}>", f"<{number % 4}>"})
    follows = [["<s> <p> <o>", ""], ["<s> <t>", "\n".join(classes)]]
    shared = [["State", "https://a.example/s"], ["Person", f"https://a.example/p{number % 3}"]]
    return Head("", "", 10 + number, number, {"Statement": 2}, shared, follows,
                report_data(ValidationReport(found, {SHAPE: number})))  # fmt: skip


def seen(tallies: Tallies) -> object:
    list(tallies.settled_conclusions())
    return tallies.quads, tallies.inferred, tallies.classes, tallies.report(), list(tallies.conclusions())


def test_what_has_gone_is_not_counted_any_more() -> None:
    chance = random.Random(2)
    tallies = Tallies(sqlite3.connect("", isolation_level=None))
    there: set[int] = set()
    for _ in range(60):
        number = chance.randrange(12)
        if number in there:
            tallies.remove(str(number), head(number))
            there.remove(number)
        else:
            tallies.add(str(number), head(number))
            there.add(number)
        fresh = Tallies(sqlite3.connect("", isolation_level=None))
        for one in there:
            fresh.add(str(one), head(one))
        if there:
            assert seen(tallies) == seen(fresh)
    lines = [line for one in tallies.conclusions() for line in lines_of(*one)]
    assert tallies.inferred == sum(there) + len(lines) and len(lines) == len(set(lines)) > 4
    assert lines == sorted(lines)


def test_only_what_is_another_piece_than_before_is_told() -> None:
    tallies = Tallies(sqlite3.connect("", isolation_level=None))
    tallies.add("0", head(0))
    assert [*chain(*tallies.settled_conclusions())] == [("<s> <p> <o>", True), ("<s> <t>", True)]
    tallies.add("12", head(12))
    assert not [*chain(*tallies.settled_conclusions())]
    tallies.add("1", head(1))
    assert [*chain(*tallies.settled_conclusions())] == [("<s> <t>", True)]
    assert tallies.conclusion("<s> <t>") == "<0>\n<1>\n<all>"
    for number in (0, 1):
        tallies.remove(str(number), head(number))
    assert [*chain(*tallies.settled_conclusions())] == [("<s> <t>", True)]
    tallies.remove("12", head(12))
    assert [*chain(*tallies.settled_conclusions())] == [("<s> <p> <o>", False), ("<s> <t>", False)]


def test_a_long_report_lists_the_worst_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies_module, "RESULTS_LISTED", 3)
    tallies = Tallies(sqlite3.connect("", isolation_level=None))
    for number in range(5):
        tallies.add(str(number), head(number, results=2))
    report = report_of(tallies.report())
    assert [result.severity for result in report.results] == [Severity.VIOLATION] * 3
    assert (report.count(Severity.VIOLATION), report.count(Severity.WARNING)) == (5, 5)
    assert not report.conforms
    assert "Found: 5 violations, 5 warnings." in report.to_text()
    assert "7 results more, which are not listed" in report.to_text()
    assert "# and 7 results more" in report.to_turtle()
