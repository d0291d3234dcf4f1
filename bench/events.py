"""Scores event coding on our own sentences and short articles: precision and recall by PLOVER category.

    bench/events [--set sentences|articles] [--errors] [--json]

An event counts as right if its category is, at least half of the gold's participants are among its own, and its date
is the gold's or a coarser one. Every event of the text counts, and each matches at most one other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from kgbuild.authority import fold
from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.extraction.events.lexicon import CATEGORIES
from kgbuild.extraction.pipeline import load_pipeline
from kgbuild.facts import Article, ArticleFacts, Event, PartialDate

DATA = Path(__file__).resolve().parent / "data"
SETS = {"sentences": "events.jsonl", "articles": "event_articles.jsonl"}


def main() -> int:
    """Prints the table; the exit code tells whether every text could be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=SETS, help="only one of the two sets")
    parser.add_argument("--errors", action="store_true", help="print what was missed and what was too much")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    nlp = load_pipeline()
    figures = {}
    for name in [arguments.set] if arguments.set else list(SETS):
        rows = [json.loads(line) for line in (DATA / SETS[name]).read_text(encoding="utf-8").splitlines()]
        articles = [Article(row["text"], published=PartialDate.parse(row["published"])) for row in rows]
        right: Counter[str] = Counter()
        missed: Counter[str] = Counter()
        extra: Counter[str] = Counter()
        for row, facts in zip(rows, extract(nlp, articles), strict=True):
            if isinstance(facts, ExtractionFailure):
                print(f"{row.get('id', row.get('title'))}: {facts.reason}", file=sys.stderr)
                return 1
            pairs, unmatched, surplus = match(row["events"], facts)
            right.update(CATEGORIES[gold["type"]] for gold, _ in pairs)
            missed.update(CATEGORIES[gold["type"]] for gold in unmatched)
            extra.update(CATEGORIES[event.type] for event in surplus)
            if arguments.errors and (unmatched or surplus):
                show(row, unmatched, surplus, facts)
        figures[name] = table(right, missed, extra)
        if not arguments.json:
            print(f"{name}: {len(rows)} texts")
            print(f"{'':14}{'gold':>6}{'P':>8}{'R':>8}{'F1':>8}")
            for category, line in figures[name].items():
                print(f"{category:14}{line['gold']:6}{line['P']:8.2f}{line['R']:8.2f}{line['F1']:8.2f}")
    if arguments.json:
        print(json.dumps(figures))
    return 0


def match(
    gold: list[dict[str, Any]], facts: ArticleFacts
) -> tuple[list[tuple[dict[str, Any], Event]], list[dict[str, Any]], list[Event]]:
    """Pairs gold events with found ones: those that match, the gold that was missed, and what was too much."""
    left = list(facts.events)
    pairs, missed = [], []
    for want in sorted(gold, key=lambda event: (event.get("date") is None, -len(event["participants"]))):
        fitting = [event for event in left if fits(want, event, facts)]
        # the same class before another of its category
        fitting.sort(key=lambda event: event.type != want["type"])
        if fitting:
            pairs.append((want, fitting[0]))
            left.remove(fitting[0])
        else:
            missed.append(want)
    return pairs, missed, left


def fits(want: dict[str, Any], event: Event, facts: ArticleFacts) -> bool:
    """Whether a found event is the one of the gold."""
    if CATEGORIES[want["type"]] != CATEGORIES[event.type]:
        return False
    keys = {*event.agents, *event.recipients, *event.participants}
    said = [{fold(name) for name in (actor.name, *actor.other_names)} for actor in facts.actors if actor.key in keys]
    found = sum(any({fold(name) for name in names} & other for other in said) for names in want["participants"])
    if want["participants"] and found * 2 < len(want["participants"]):
        return False
    date = want.get("date")
    if not date:
        return True
    dates = [str(day) for day in ((event.when.start, event.when.end) if event.when else ()) if day]
    return any(day == date or (len(day) < 10 and date.startswith(day)) for day in dates)


def table(right: Counter[str], missed: Counter[str], extra: Counter[str]) -> dict[str, dict[str, float]]:
    """The figures by category, and of all together."""
    lines = {}
    for category in [*sorted({*right, *missed, *extra}), "all"]:
        r, m, x = (c.total() if category == "all" else c[category] for c in (right, missed, extra))
        precision, recall = r / (r + x) if r + x else 0.0, r / (r + m) if r + m else 0.0
        both = precision + recall
        lines[category] = {
            "gold": r + m,
            "P": precision,
            "R": recall,
            "F1": 2 * precision * recall / both if both else 0,
        }
    return lines


def show(row: dict[str, Any], missed: list[dict[str, Any]], extra: list[Event], facts: ArticleFacts) -> None:
    """Prints one text's errors."""
    names = {actor.key: actor.name for actor in facts.actors}
    print(f"## {row.get('id') or row.get('title')}: {row['text'][:160] if 'id' in row else ''}")
    for want in missed:
        people = ", ".join(p[0] for p in want["participants"])
        print(f"   missed {want['type']}({people}) {want.get('date') or ''} {want['realis']}")
    for event in extra:
        people = ", ".join(names.get(key, key) for key in (*event.agents, *event.recipients, *event.participants))
        when = f"{event.when.start or ''}/{event.when.end or ''}" if event.when else ""
        print(f"   extra  {event.type}({people}) {when} {event.realis} [{event.label}]")


if __name__ == "__main__":
    sys.exit(main())
