"""A large graph made of a small one: its articles again and again, as if more had been written about the same."""

from __future__ import annotations

import re
from pathlib import Path

#: article-wise, and what articles share, below the base
_NAMED = re.compile(
    r"<(?P<base>[^<>]*?/id/)(?P<kind>article|person|treaty|event|issue)/(?P<slug>[^/<>]+)(?P<rest>[^<>]*)>"
)
_DATE = re.compile(r'(?<=")(?P<year>(?:19|20)\d\d)(?P<rest>(?:-\d\d){0,2}"\^\^<)')
#: so many copies of an article speak of the same people and treaties, a year apart; states and organisations are
#: those of all
_SHARING = 4


def multiply(output: Path, folder: Path, triples: int) -> int:
    """Writes copies of a built graph until there are enough triples.

    Args:
        output: the folder that ``kgbuild build`` wrote.
        folder: where ``graph.nq`` and ``inferred.nq`` go.
        triples: how many at least, by named graph.

    Returns:
        How many there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name: (output / name).read_text("utf-8") for name in ("graph.nq", "inferred.nq")}
    # what copies have in common stands once
    written: set[str] = set()
    streams = {name: (folder / name).open("w", encoding="utf-8") for name in texts}
    copy = 0
    while len(written) < triples:
        for name, text in texts.items():
            for line in _copied(text, copy).splitlines(keepends=True):
                if line not in written:
                    written.add(line)
                    streams[name].write(line)
        copy += 1
    for stream in streams.values():
        stream.close()
    return len(written)


def _copied(text: str, copy: int) -> str:
    """The text of a graph with the IRIs and dates of its copy of that number."""

    def renamed(found: re.Match[str]) -> str:
        number = copy if found["kind"] == "article" else copy // _SHARING
        return f"<{found['base']}{found['kind']}/{found['slug']}{f'-{number}' if number else ''}{found['rest']}>"

    later = copy % _SHARING
    dated = _DATE.sub(lambda found: f"{int(found['year']) + later}{found['rest']}", text) if later else text
    return _NAMED.sub(renamed, dated) if copy else text
