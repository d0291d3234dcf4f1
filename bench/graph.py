"""Scores the graph of gold articles, kind by kind, as ../shared/bench/graph_score.py does.

    bench/graph [--articles ARTICLES.jsonl --gold GOLD.jsonl] [--errors N] [--only KIND]

Without options the articles of ../shared/gold/dev. Builds the graph with the program's own command into a temporary
folder.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"


def main() -> int:
    """Builds, scores, prints the scorer's table; the exit code is the scorer's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=SHARED / "gold/dev/articles.jsonl")
    parser.add_argument("--gold", type=Path, default=SHARED / "gold/dev/gold.jsonl")
    parser.add_argument("--errors", type=int, default=0, help="print up to N errors of each kind")
    parser.add_argument("--only", help="with --errors: one kind")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "kgbuild", "build", str(arguments.articles), "--output", folder, "--quiet"]
        built = subprocess.run(build, check=False)
        if not (Path(folder) / "graph.nq").exists():
            return built.returncode or 1
        score = [sys.executable, str(SHARED / "bench/graph_score.py"), str(arguments.gold), f"{folder}/graph.nq"]
        if arguments.errors:
            score += ["--errors", str(arguments.errors)]
        if arguments.only:
            score += ["--only", arguments.only]
        return subprocess.run(score, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
