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
_FIGURES = re.compile(r"(?<=<!-- figures: begin -->\n).*?(?=<!-- figures: end -->)", re.DOTALL)


def figures() -> str:
    """A table: of each kind, how much of what the graph tells is right, and how much of what there is it tells."""
    done = score(*gold_set("untouched"), "--json", capture=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    scores: dict[str, Any] = json.loads(done.stdout)
    lines = ["| kind | right of what is told | found of what is there | there | F1 |", "|---|---|---|---|---|"]
    for kind, value in scores.items():
        if isinstance(value, dict):
            cells = [f"{value[of]:.2f}" for of in ("precision", "recall")] + [str(value["gold"]), f"{value['f1']:.2f}"]
            lines.append(f"| {kind} | {' | '.join(cells)} |")
        else:
            lines.append(f"| **{kind}** | | | | **{value:.2f}** |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_FIGURES.sub(lambda _: figures(), text), encoding="utf-8")
