"""Measures the graph on articles that the program was never developed on, and writes the figures into docs/trust.md.

    python docs/generate_figures.py

Needs the scorer that bench/graph needs, and takes a minute or two. Run it when what is found has changed.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from graph import gold_set, score  # noqa: E402  (bench/ is a folder of programs, not a package)

PAGE = ROOT / "docs/trust.md"
SETS = {"unseen": "sixteen articles", "blind": "ten articles"}
_FIGURES = re.compile(r"(?<=<!-- figures: begin -->\n).*?(?=<!-- figures: end -->)", re.DOTALL)


def figures() -> str:
    """A table: of each kind, how much of what the graph tells is right, and how much of what there is it tells."""
    scores: dict[str, dict[str, Any]] = {}
    for name in SETS:
        done = score(*gold_set(name), "--json", capture=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        scores[name] = json.loads(done.stdout)
    titles = (f"{title}: right of what is told | found of what is there" for title in SETS.values())
    head = "| kind | " + " | ".join(titles)
    lines = [f"{head} |", "|---" * (1 + 2 * len(SETS)) + "|"]
    for kind in next(iter(scores.values())):
        values = [scores[name][kind] for name in SETS]
        if isinstance(values[0], dict):
            cells = (f"{v['precision']:.2f} | {v['recall']:.2f} of {v['gold']}" for v in values)
            lines.append(f"| {kind} | {' | '.join(cells)} |")
        else:
            lines.append(f"| **{kind}** | " + " | ".join(f"**{value:.2f}** |" for value in values) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_FIGURES.sub(lambda _: figures(), text), encoding="utf-8")
