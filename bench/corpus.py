"""Articles for measurements: those of ../shared/data/polnear, again with altered text where more are wanted."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
from itertools import islice
from pathlib import Path

POLNEAR = Path(__file__).resolve().parents[2] / "shared/data/polnear"


def texts(number: int) -> list[str]:
    """The first texts of the corpus."""
    with gzip.open(POLNEAR / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in islice(lines, number)]


def write_articles(folder: Path, number: int, *, words: int | None = None) -> None:
    """Writes so many articles, one a file, that all differ.

    Args:
        folder: made if it is not there.
        number: of articles.
        words: to cut each article off after; None for whole ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    some = texts(min(number, 800))
    for count in range(number):
        text = some[count % len(some)]
        if words is not None:
            text = " ".join(text.split(" ")[:words])
        # a sentence of its own makes each copy another article, with a person of its own
        own = f"Envoy Ada {person_name(count)} of Chile said in round {count} that talks would go on."
        day = f"2016-{count // 28 % 12 + 1:02d}-{count % 28 + 1:02d}"
        record = {"title": f"Article {count}", "published": day, "text": f"{text}\n\n{own}"}
        (folder / f"{count:06d}.json").write_text(json.dumps(record), encoding="utf-8")


def run(command: list[str]) -> str:
    """Runs a build, and gives what it printed; that an article was set aside (exit code 1) is no failure."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"failed: {' '.join(command)}")
    return done.stdout


def person_name(number: int) -> str:
    """A surname of its own, that is no spelling of another one."""
    digest = hashlib.sha256(str(number).encode()).digest()
    syllables = (
        "bcdfgklmnprstvz"[one % 15] + "aeiou"[other % 5] for one, other in zip(digest[:5], digest[5:], strict=False)
    )
    return "".join(syllables).capitalize()
