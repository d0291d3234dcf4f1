"""Every fact refers to facts of the same article, on all the articles that are at hand."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbuild.extraction.assemble import extract
from kgbuild.facts import Article, ArticleFacts, PartialDate

if TYPE_CHECKING:
    from spacy.language import Language

GOLD = Path(__file__).resolve().parents[1] / "gold"


def dangling(facts: ArticleFacts) -> set[str]:
    """Keys that some fact refers to although no fact has them."""
    actors = {actor.key for actor in facts.actors}
    statements = {statement.key for statement in facts.statements}
    treaties = {treaty.key for treaty in facts.treaties}
    events = {event.key for event in facts.events}
    issues = {issue.key for issue in facts.issues}
    wrong: set[str] = set()
    for role in facts.roles:
        wrong |= {role.holder, *role.represents, *role.accredited_to} - actors
    for treaty in facts.treaties:
        wrong |= set(treaty.parties) - actors
    for statement in facts.statements:
        wrong |= {*statement.speakers, *statement.addressees} - actors
        wrong |= set(statement.about) - actors - treaties - events
        wrong |= {statement.part_of} - statements - {""}
        wrong |= {statement.made_at} - events - {""}
    for position in facts.positions:
        wrong |= {position.holder, position.according_to} - actors - {""}
        wrong |= {position.target} - actors - treaties - events - issues
        wrong |= set(position.expressed_in) - statements
    for event in facts.events:
        wrong |= {*event.agents, *event.recipients, *event.participants, event.place_actor} - actors - {""}
        wrong |= set(event.concerns) - treaties
        wrong |= {*event.expressed_in, *event.reported_in} - statements
    return wrong


def check(nlp: Language, articles: list[Article]) -> None:
    outcomes = list(extract(nlp, articles))
    assert len(outcomes) == len(articles)
    for outcome in outcomes:
        assert isinstance(outcome, ArticleFacts), outcome
        assert dangling(outcome) == set(), outcome.article.title


@pytest.mark.parametrize("name", ["dev", "fresh", "wider", "broad", "varied", "blind", "unseen"])
def test_gold_articles(nlp: Language, name: str) -> None:
    rows = [json.loads(line) for line in (GOLD / f"{name}_articles.jsonl").read_text("utf-8").splitlines()]
    articles = [Article(row["text"], row["title"], PartialDate.parse(row["published"])) for row in rows]
    check(nlp, articles)


def test_real_news(nlp: Language, shared: Path) -> None:
    with gzip.open(shared / "data/polnear/dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 24)]
    check(nlp, [Article(text, published=PartialDate(2016, 10, 3)) for text in texts])
