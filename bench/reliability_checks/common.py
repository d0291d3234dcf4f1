"""What the checks share: articles of our own, comparing folders, a server to attack."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: short articles of every format that is read; invented
ARTICLES = {
    "accord.md": (
        "---\ntitle: Ministers initial fishing accord\ndate: 2023-02-07\nauthor: Ines Calder\n"
        "url: https://news.example/accord\n---\n"
        "Foreign Minister Jonas Berg of Norway said on Monday that Chile supports the fishing accord. "
        "“We will sign it in May,” Berg told reporters in Oslo.\n"
    ),
    "truce.txt": (
        "Envoys defend the truce\n\nPeru accused Ecuador of breaking the ceasefire, which Ecuador denied on Tuesday. "
        "Peru's ambassador, Ana Quispe, met President Luis Mora in Quito.\n"
    ),
    "pact.json": json.dumps(
        {
            "title": "Lisbon cool on trade pact",
            "date": "2023-03-01",
            "publisher": "Harbour Gazette",
            "text": "Portugal opposes the trade pact with Morocco, according to Prime Minister Rita Sousa. "
            '"Nothing has been signed," she said.',
        }
    ),
    "talks.html": (
        "<html><head><title>Talks resume in Geneva</title></head><body><article><p>Talks on the border treaty between "
        "Kenya and Somalia resumed in Geneva on 4 April 2023, a spokesman for Kenya's foreign ministry said.</p>"
        "<p>Somalia's foreign minister, Amina Warsame, said that her government backs the treaty and expects both "
        "parliaments to ratify it before the end of the year.</p></article></body></html>"
    ),
    "wire.jsonl": "\n".join(
        json.dumps({"title": title, "published": day, "text": text})
        for title, day, text in (
            ("Envoy recalled", "2023-05-05", "Iceland recalled its ambassador to Denmark on Friday."),
            (
                "Vote put off",
                "2023-05-06",
                "Denmark's parliament will not ratify the cod treaty, Minister Lund warned.",
            ),
        )
    )
    + "\n",
}


def write_articles(folder: Path, *, own: str = "", only: int = len(ARTICLES)) -> Path:
    """Writes the articles, and one more that holds a sentence of the caller's.

    Args:
        folder: made if it is not there.
        own: a sentence.
        only: how many files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in list(ARTICLES.items())[:only]:
        (folder / name).write_text(text, encoding="utf-8")
    if own:
        (folder / "own.txt").write_text(own, encoding="utf-8")
    return folder


def contents(output: Path) -> dict[str, bytes]:
    """All that stands in an output folder besides the cache, also what must not be there."""
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and ".cache" not in path.relative_to(output).parts
    }


@contextmanager
def served(output: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Runs ``kgbuild serve`` on a free port of loopback; gives its address and its process."""
    command = [sys.executable, "-m", "kgbuild", "serve", str(output), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if " at http://" not in line:
                sys.exit("the server did not start")
            yield line.rsplit(" ", 1)[1].strip().rstrip("/"), process
        finally:
            process.terminate()
            process.wait(30)
