"""Puts the site's sources together: the pages of docs/, and those that stand elsewhere in the repository.

The pages are read in the repository as well as on the site, so their links are those of the repository. Here they are
turned into those of the site.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

#: pages of the site that stand elsewhere in the repository
ELSEWHERE = {
    "README.md": "overview.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "bench/README.md": "measurements.md",
    "tests/gold/README.md": "gold.md",
}

#: folders that a link may lead to, and the page that tells of them
TOLD_BY = {"shapes": "reference/shapes.md", "ontology": "reference/ontology.md"}

#: files that travel with the site, in its folder files/
TRAVELLING = ("ontology/*.ttl", "shapes/*.ttl", "examples/queries/*.rq", "examples/*.ipynb", "LICENSE")

#: what links to the notebook lead to: its page, which is made when it is run
MADE = {"examples/notebook.ipynb": "notebook.md"}

_LINK = re.compile(r"(?<=\]\()(?P<target>[^()\s]+)(?=\))")
_FENCE = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2 *$", re.MULTILINE | re.DOTALL)


def assemble(root: Path, sources: Path) -> None:
    """Writes the sources of the site.

    Args:
        root: the repository.
        sources: the folder to write them to, which is made.
    """
    shutil.copytree(root / "docs", sources, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for pattern in TRAVELLING:
        for path in root.glob(pattern):
            target = sources / "files" / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    places = {f"docs/{path.relative_to(root / 'docs').as_posix()}": path for path in (root / "docs").rglob("*.md")}
    places |= {place: root / place for place in ELSEWHERE}
    for place, path in places.items():
        page = ELSEWHERE.get(place, place.removeprefix("docs/"))
        text = path.read_text(encoding="utf-8")
        (sources / page).write_text(turned(text, place, page, sources), encoding="utf-8")


def turned(text: str, place: str, page: str, sources: Path) -> str:
    """A page with the links of the repository turned into those of the site; one that leads nowhere stays as it is.

    Args:
        text: the page.
        place: where it stands in the repository.
        page: where it stands on the site.
        sources: the folder of all pages of the site.
    """

    def turn(match: re.Match[str]) -> str:
        target = match["target"]
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or not parts.path:
            return target
        path = _on_site(posixpath.normpath(posixpath.join(posixpath.dirname(place), parts.path)), sources)
        if path is None:
            return target
        relative = posixpath.relpath(path, posixpath.dirname(page) or ".")
        return f"{relative}#{parts.fragment}" if parts.fragment else relative

    pieces, end = [], 0
    for fence in _FENCE.finditer(text):  # code stays as it is
        pieces += [_LINK.sub(turn, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*pieces, _LINK.sub(turn, text[end:])])


def _on_site(place: str, sources: Path) -> str | None:
    """Where a file of the repository stands on the site; None if it does not."""
    for known in (ELSEWHERE, TOLD_BY, MADE):
        if place in known:
            return known[place]
    if place.startswith("docs/") and (sources / place.removeprefix("docs/")).is_file():
        return place.removeprefix("docs/")
    return f"files/{place}" if (sources / "files" / place).is_file() else None
