"""People and the scorer read the gold sets: what they say has to stand in their articles and hang together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

GOLD = Path(__file__).parent / "gold"
SETS = sorted(path.name.removesuffix("_gold.jsonl") for path in GOLD.glob("*_gold.jsonl"))


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of a file of tests/gold."""
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return re.findall(r"\w+", text.lower())


@pytest.mark.parametrize("name", SETS)
def test_gold_and_articles_are_of_the_same_titles(name: str) -> None:
    titles = [row["title"] for row in rows(f"{name}_articles.jsonl")]
    assert titles == [row["title"] for row in rows(f"{name}_gold.jsonl")]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", SETS)
def test_the_words_of_statements_stand_in_the_article(name: str) -> None:
    texts = {row["title"]: set(words(row["title"] + " " + row["text"])) for row in rows(f"{name}_articles.jsonl")}
    for row in rows(f"{name}_gold.jsonl"):
        for statement in row["statements"]:
            assert set(words(statement["content"])) <= texts[row["title"]], statement


@pytest.mark.parametrize("name", SETS)
def test_inner_statements_belong_to_statements_of_the_same_article(name: str) -> None:
    for row in rows(f"{name}_gold.jsonl"):
        known = [statement["id"] for statement in row["statements"]]
        assert len(set(known)) == len(known)
        assert {statement["part_of"] for statement in row["statements"]} - {None} <= set(known)


@pytest.mark.parametrize("name", SETS)
def test_dates_of_events_are_days_months_or_years(name: str) -> None:
    dates = [event["date"] for row in rows(f"{name}_gold.jsonl") for event in row["events"] if event.get("date")]
    assert dates
    assert [date for date in dates if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", date)] == []
