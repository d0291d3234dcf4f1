"""A small corpus for tests of builds that follow each other."""

from __future__ import annotations

import json
from pathlib import Path

TEXTS = (
    "President Anne Martin of France said on Monday that Chile supports the trade pact. Lima opposed it.",
    "“We will not sign,” Foreign Minister Pedro Salas of Chile told reporters in Santiago.",
    "Martin met Salas in Geneva on 3 May 2021. Norway mediated the talks on the trade pact.",
    "Norway accused Peru of breaking the ceasefire, which Peru denied on Tuesday.",
    "Ana Martin, a poet from Lima, said that she had never met the president of France.",
)


def article(folder: Path, number: int, text: str) -> None:
    """Writes an article."""
    record = {"title": f"News {number}", "published": "2021-05-04", "text": text, "url": f"https://n.example/{number}"}
    (folder / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")


def contents(output: Path) -> dict[str, bytes]:
    """The files of an output folder, by their names in it."""
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in output.rglob("*")
        if path.is_file() and ".cache" not in path.parts
    }


def four_articles(folder: Path) -> Path:
    """A folder of some of them."""
    articles = folder / "articles"
    articles.mkdir()
    for number, text in enumerate(TEXTS[:4]):
        article(articles, number, text)
    return articles
