"""Identity of what the pipeline itself finds, on articles and pairs of names that were written for it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbuild.authority import Authority, fold
from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.facts import Actor, Article, ArticleFacts, PartialDate, Treaty
from kgbuild.identity import identify

if TYPE_CHECKING:
    from spacy.language import Language

DATA = Path(__file__).resolve().parents[2] / "bench" / "data"


@pytest.fixture(scope="module")
def facts(nlp: Language) -> dict[str, ArticleFacts]:
    rows = [json.loads(line) for line in (DATA / "identity_articles.jsonl").read_text("utf-8").splitlines()]
    articles = [Article(row["text"], row["title"], PartialDate.parse(row["published"])) for row in rows]
    found: dict[str, ArticleFacts] = {}
    for row, outcome in zip(rows, extract(nlp, articles), strict=True):
        assert not isinstance(outcome, ExtractionFailure)
        found[row["id"]] = outcome
    return found


def test_pairs_of_names_are_joined_as_a_careful_reader_would(facts: dict[str, ArticleFacts]) -> None:
    identities = identify(facts.values(), Authority.load())

    def iri(article: str, name: str) -> str:
        one = facts[article]
        everything: list[Actor | Treaty] = [*one.actors, *one.treaties]
        for named in everything:
            if fold(name) in {fold(form) for form in (named.name, *named.other_names)}:
                return identities.iri(identities.article_iri(one.article), named.key)
        return f"{article} {name}"

    counts: Counter[tuple[str, bool]] = Counter()
    for line in (DATA / "identity_pairs.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            first, one, second, other, label = line.split("\t")
            counts[label, iri(first, one) == iri(second, other)] += 1
    assert sum(counts.values()) >= 200
    assert counts["unsure", True] == 0
    right, wrong, missed = counts["same", True], counts["different", True], counts["same", False]
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.85
