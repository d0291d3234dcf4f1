"""Scores the graph of gold articles, kind by kind, as ../shared/bench/graph_score.py does.

    bench/graph                                   the development articles, and F1 beside that of the sets of tests/gold
    bench/graph --articles A.jsonl --gold G.jsonl any other articles
    bench/graph --errors N [--only KIND]          with the errors

Builds the graph with the program's own command into a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SCORER = SHARED / "bench/graph_score.py"
#: sets of our own: the program was developed on all but the last
SETS = ("fresh", "wider", "broad", "varied", "blind", "unseen", "sealed", "further", "reserve", "untouched")


def build(articles: Path, folder: str) -> Path | None:
    """Builds the graph of articles; None if nothing came of it."""
    command = [sys.executable, "-m", "kgbuild", "build", str(articles), "--output", folder, "--quiet"]
    subprocess.run(command, check=False)
    graph = Path(folder) / "graph.nq"
    return graph if graph.exists() else None


def score(articles: Path, gold: Path, *options: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Builds, and runs the scorer over what was built."""
    with tempfile.TemporaryDirectory() as folder:
        graph = build(articles, folder)
        if graph is None:
            raise SystemExit(f"no graph could be built from {articles}")
        command = [sys.executable, str(SCORER), str(gold), str(graph), *options]
        return subprocess.run(command, check=False, text=True, capture_output=capture)


def main() -> int:
    """Prints the scorer's table; the exit code is the scorer's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, help="articles, one a line")
    parser.add_argument("--gold", type=Path, help="their gold graphs")
    parser.add_argument("--errors", type=int, default=0, help="print up to N errors of each kind")
    parser.add_argument("--only", help="with --errors: one kind")
    arguments = parser.parse_args()
    if bool(arguments.articles) != bool(arguments.gold):
        parser.error("--articles and --gold go together")
    articles = arguments.articles or SHARED / "gold/dev/articles.jsonl"
    gold = arguments.gold or SHARED / "gold/dev/gold.jsonl"
    options = ["--errors", str(arguments.errors)] if arguments.errors else []
    options += ["--only", arguments.only] if arguments.only else []
    status = score(articles, gold, *options).returncode
    if status == 0 and not arguments.articles and not arguments.errors:
        compare({"dev": (articles, gold), **{name: gold_set(name) for name in SETS}})
    return status


def gold_set(name: str) -> tuple[Path, Path]:
    """Articles and gold of a set of tests/gold."""
    return ROOT / f"tests/gold/{name}_articles.jsonl", ROOT / f"tests/gold/{name}_gold.jsonl"


def compare(sets: dict[str, tuple[Path, Path]]) -> None:
    """Prints F1 of each kind for several sets, side by side."""
    tables: dict[str, dict[str, Any]] = {
        name: json.loads(score(articles, gold, "--json", capture=True).stdout)
        for name, (articles, gold) in sets.items()
    }
    print(f"\n{'F1':12}" + "".join(f"{name:>8}" for name in tables))
    for kind in next(iter(tables.values())):
        values = (table[kind] for table in tables.values())
        print(f"{kind:12}" + "".join(f"{v if isinstance(v, float) else v['f1']:8.3f}" for v in values))


if __name__ == "__main__":
    sys.exit(main())
