"""Looks whether every link of a built site leads somewhere, and whether a page needs anything from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: what a browser fetches by itself, as element and attribute; an <a> it follows only when asked to
_FETCHED = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}


class _Page(HTMLParser):
    """The targets and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = {""}
        self.targets: set[tuple[str, bool]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps what an element is called and what it leads to."""
        for name, value in attrs:
            if value and (name == "id" or (tag, name) == ("a", "name")):
                self.anchors.add(value)
            elif value and ((tag, name) == ("a", "href") or (tag, name) in _FETCHED):
                self.targets.add((value, tag != "a"))


def faults(site: Path) -> list[str]:
    """What is wrong with a built site.

    Args:
        site: its folder.

    Returns:
        A line for each link that leads nowhere and for each thing that a page would fetch from elsewhere.
    """
    pages = {path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        for target, fetched in sorted(page.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if fetched and parts.scheme != "data":
                    found.append(f"{name}: would fetch {target} from elsewhere")
                continue
            if parts.path.startswith("/"):
                if name != "404.html":  # which may stand for a page in any folder
                    found.append(f"{name}: {target} holds only at the root of a server")
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file():
                found.append(f"{name}: {target} leads nowhere")
            elif file in pages and unquote(parts.fragment) not in pages[file].anchors:
                found.append(f"{name}: {target} leads to no such place in the page")
    return found
