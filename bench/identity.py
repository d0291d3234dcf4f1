"""Scores who is taken for whom across articles, on pairs of names in short articles that were written for this.

    bench/identity [--errors] [--articles ARTICLES.jsonl --pairs PAIRS.tsv]

Reads the articles with the whole pipeline, identifies everything, and compares each pair of names with the label that a
careful reader gave it. Pairs labelled "unsure" are only counted; a surname alone, which is never joined, belongs to
them. A name that the pipeline did not find is joined with nothing. The exit code is 1 below the goals (P 0.95, R 0.85).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.facts import Actor, ArticleFacts, Treaty
    from kgbuild.identity import Identities

DATA = Path(__file__).resolve().parent / "data"
GOAL = (0.95, 0.85)


def main() -> int:
    """Reads, identifies, compares, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=DATA / "identity_articles.jsonl")
    parser.add_argument("--pairs", type=Path, default=DATA / "identity_pairs.tsv")
    parser.add_argument("--errors", action="store_true", help="print each pair that is wrong")
    arguments = parser.parse_args()
    facts, identities = identified(arguments.articles)
    counts: Counter[str] = Counter()
    for line in arguments.pairs.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        first, one, second, other, label = line.split("\t")
        left, right = iri(facts[first], one, identities), iri(facts[second], other, identities)
        joined = bool(left) and left == right
        counts[f"{label} {'joined' if joined else 'apart'}"] += 1
        wrong = label == ("different" if joined else "same")
        if arguments.errors and wrong:
            print(
                f"{label:9} {first} {one!r} {left or 'not found'}\n          {second} {other!r} {right or 'not found'}"
            )
    right_joins, wrong_joins = counts["same joined"], counts["different joined"]
    precision = right_joins / max(1, right_joins + wrong_joins)
    recall = right_joins / max(1, right_joins + counts["same apart"])
    print(f"{len(facts)} articles, {sum(counts.values())} pairs")
    for label in ("same", "different", "unsure"):
        print(f"{label:9}  joined {counts[f'{label} joined']:4}  apart {counts[f'{label} apart']:4}")
    print(f"pairwise precision {precision:.3f} (goal {GOAL[0]}), recall {recall:.3f} (goal {GOAL[1]})")
    return int(precision < GOAL[0] or recall < GOAL[1])


def identified(path: Path) -> tuple[dict[str, ArticleFacts], Identities]:
    """The facts of each article by its id, and the identities of all."""
    from kgbuild.authority import Authority
    from kgbuild.extraction.assemble import ExtractionFailure, extract
    from kgbuild.extraction.pipeline import load_pipeline
    from kgbuild.facts import Article, PartialDate
    from kgbuild.identity import identify

    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    articles = [Article(row["text"], row["title"], PartialDate.parse(row["published"])) for row in rows]
    facts: dict[str, ArticleFacts] = {}
    for row, outcome in zip(rows, extract(load_pipeline(None), articles), strict=True):
        if isinstance(outcome, ExtractionFailure):
            print(f"{row['id']}: {outcome.reason}", file=sys.stderr)
            continue
        facts[row["id"]] = outcome
    return facts, identify(facts.values(), Authority.load())


def iri(facts: ArticleFacts, name: str, identities: Identities) -> str:
    """The IRI of what goes by a name in an article; empty if the pipeline found nothing of that name."""
    from kgbuild.authority import fold

    article = identities.article_iri(facts.article)
    text = facts.article.text
    folded = fold(name)
    everything: list[Actor | Treaty] = [*facts.actors, *facts.treaties]
    for named in everything:
        if folded in {fold(form) for form in (named.name, *named.other_names)}:
            return identities.iri(article, named.key)
    start = text.find(name)
    for named in everything:
        if any(span.start < start + len(name) and start < span.end for span in named.mentions):
            return identities.iri(article, named.key)
    return ""


if __name__ == "__main__":
    sys.exit(main())
