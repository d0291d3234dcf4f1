"""Looks at every page of the explorer in a real Chromium, and measures the accessibility of each with axe.

    bench/explorer OUTPUT [--pictures FOLDER] [--chromium PATH] [--axe FILE] [--docs] [--only PAGE ...]

Opens each page light and dark, wide and narrow; runs axe (WCAG 2.1 A and AA, and best practices) on it; walks through
the light ones by Tab; types into the search; runs a query in the editor; and takes a picture of each in FOLDER; with
``--docs``, those in ``docs/pictures`` anew. Writes a table, and fails if axe finds anything, a page is wider than the
window, something that can be clicked cannot be reached by Tab, the browser complains, or the editor asks elsewhere.

Needs a Chromium (Debian: ``apt install chromium``), ``pip install playwright``, and npm for axe-core, which is fetched
once into the user's cache; or a copy of ``axe.min.js`` given by ``--axe``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from served import served

_AXE = "axe-core@4.14.1"
_SIZES = {"wide": 1200, "narrow": 390}
#: where README and docs/ find their pictures, and of which page each is
_PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
_DOCS = {
    ("treaty", "light", "wide"): "explorer-treaty",
    ("actor", "light", "wide"): "explorer-actor",
    ("article", "light", "wide"): "explorer-article",
    ("article", "dark", "wide"): "explorer-article-dark",
    ("network", "light", "wide"): "explorer-network",
    ("disagreement", "light", "wide"): "explorer-disagreement",
    ("sparql", "light", "wide"): "explorer-sparql",
}
#: more would be a page on which nobody gets to its end by keyboard in this measurement's time
_TABS = 1500


def main() -> int:
    """Runs the measurement; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--docs", action="store_true", help="take the pictures of README and docs/ anew")
    parser.add_argument("--only", nargs="+", metavar="PAGE", help="look at these pages only")
    options = parser.parse_args()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("bench/explorer needs playwright: pip install playwright")
    axe = (options.axe or _fetched_axe()).read_text("utf-8")
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    found = 0
    print(f"{'page':<10} {'look':<6} {'window':<7} {'axe rules passed':>16} {'violations':>10} {'by Tab':>9} {'ms':>5}")
    with served(options.output) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        pages = _pages(address)
        for name in options.only or pages:
            path = pages[name]
            for look in ("light", "dark"):
                for size, width in _SIZES.items():
                    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=look)
                    page = context.new_page()
                    found += _examined(page, address + path, axe, (name, look, size))
                    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
                    if options.pictures:
                        page.screenshot(path=options.pictures / f"{name}-{look}-{size}.png")
                    if options.docs and (name, look, size) in _DOCS:
                        page.screenshot(path=_PICTURES / f"{_DOCS[name, look, size]}.png")
                    context.close()
        found += _typed(browser.new_page(), address)
        found += _edited(browser.new_page(), address, axe)
        browser.close()
    print(f"{found} findings")
    return int(found > 0)


def _examined(page: Any, address: str, axe: str, what: tuple[str, str, str]) -> int:
    """Opens one page and prints a line about it; returns the number of findings."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(address)
    duration = page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")
    page.evaluate(axe)
    report = page.evaluate("axe.run(document, {resultTypes: ['violations', 'passes']})")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        complaints.append("the page is wider than the window")
    reachable = page.evaluate(
        "Array.from(document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]'))"
        ".filter(one => one.checkVisibility() && one.type !== 'hidden').length"
    )
    name, look, size = what
    reached = _walked(page, min(reachable, _TABS)) if look == "light" else reachable
    if reached < min(reachable, _TABS):
        complaints.append(f"{reachable - reached} of {reachable} cannot be reached by Tab")
    walked = f"{reached}/{reachable}" if look == "light" else ""
    print(
        f"{name:<10} {look:<6} {size:<7} {len(report['passes']):>16} {len(report['violations']):>10} "
        f"{walked:>9} {duration:>5.0f}"
    )
    for violation in report["violations"]:
        places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        print(f"    {violation['impact']}: {violation['help']} ({len(violation['nodes'])}): {places}")
    for complaint in complaints:
        print(f"    {complaint}")
    return len(report["violations"]) + len(complaints)


def _walked(page: Any, count: int) -> int:
    """How many different things Tab comes to in ``count`` presses."""
    page.evaluate("window.walked = new Set(); document.addEventListener('focusin', event => walked.add(event.target))")
    page.evaluate("if (document.activeElement !== document.body) walked.add(document.activeElement)")
    for _ in range(count + 1):
        page.keyboard.press("Tab")
    return int(page.evaluate("walked.size"))


def _typed(page: Any, address: str) -> int:
    """Types into the search and waits for results without a new page."""
    page.goto(address + "/find")
    page.keyboard.type("minister", delay=20)
    try:
        page.wait_for_selector("#found li", timeout=5000)
    except Exception as error:
        print(f"find as you type: {type(error).__name__}")
        return 1
    print(f"find as you type: {page.locator('#found li').count()} results for “minister” without leaving the page")
    return 0


def _edited(page: Any, address: str, axe: str) -> int:
    """Runs a canned query in the editor, by keyboard, and follows a line of the answer; nothing is asked elsewhere."""
    elsewhere: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(address) else elsewhere.append(request.url))
    page.goto(address + "/ask")
    page.get_by_role("link", name="articles", exact=False).filter(has_text="✖").click()
    page.locator(".tabPanel.active .CodeMirror").click()
    page.keyboard.press("Control+Enter")
    try:
        page.wait_for_selector(".tabPanel.active .yasr table.dataTable tbody tr", timeout=20_000)
    except Exception as error:
        print(f"editor: no answer: {type(error).__name__}")
        return 1
    rows = page.locator(".tabPanel.active .yasr table.dataTable tbody tr").count()
    page.evaluate(axe)
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in report["violations"]:
        places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        print(f"    {violation['impact']}: {violation['help']} ({len(violation['nodes'])}): {places}")
    follows = "articles" in page.evaluate("new URLSearchParams(location.search).get('query')")
    page.reload()
    kept = page.locator(".tabsList .tab.active").inner_text()
    print(f"editor: {rows} rows by Ctrl+Enter, {len(report['violations'])} violations of axe", end="")
    print(f"; the address {'follows' if follows else 'does not follow'} the query, after a reload {kept.split()[0]!r}")
    for request in elsewhere:
        print(f"    asked elsewhere: {request}")
    return len(report["violations"]) + len(elsewhere) + int(not follows) + int(rows == 0)


def _pages(address: str) -> dict[str, str]:
    """A page of each kind: of the treaty, actor and article that there is most about."""

    def most(pattern: str) -> str:
        query = f"SELECT ?one (COUNT(*) AS ?count) {{ {pattern} }} GROUP BY ?one ORDER BY DESC(?count) ?one LIMIT 1"
        with urlopen(f"{address}/sparql?{urlencode({'query': query, 'format': 'json'})}") as answer:
            rows = json.load(answer)["results"]["bindings"]
        if not rows:
            sys.exit("the graph has no article, actor or treaty to look at")
        return str(rows[0]["one"]["value"])

    treaty = most("?position dip:target ?one . ?one a dip:Treaty")
    actor = most("?fact dip:speaker|dip:holder ?one . ?one a dip:Person")
    article = most("?fact a dip:Statement ; dip:evidence/oa:hasSource ?one")
    sparql = "PREFIX dip: <https://w3id.org/kgbuild/diplomacy#>\n"
    sparql += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    sparql += "SELECT ?name { ?treaty a dip:Treaty ; rdfs:label ?name } ORDER BY ?name"
    return {
        "home": "/",
        "treaty": f"/treaty?{urlencode({'id': treaty})}",
        "actor": f"/actor?{urlencode({'id': actor})}",
        "article": f"/article?{urlencode({'id': article})}",
        "find": "/find?q=minister",
        "network": "/network",
        "around": f"/network?{urlencode({'around': actor})}",
        "questions": "/questions",
        "question": "/question?name=positions",
        "disagreement": "/question?name=disagreements",
        "sparql": f"/ask?{urlencode({'query': sparql, 'run': 1})}",
        "treaties": "/treaties",
        "actors": "/actors",
        "articles": "/articles",
    }


def _fetched_axe() -> Path:
    folder = Path.home() / ".cache" / "kgbuild" / "axe"
    file = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), _AXE], check=True)
    return file


if __name__ == "__main__":
    sys.exit(main())
