"""The documentation: every link leads somewhere, in the repository and on the site; nothing comes from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/site"))

from assemble import assemble  # noqa: E402  (tools/site is a program, not a package)
from check import faults  # noqa: E402

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", ROOT / "bench/README.md"]
PAGES += [ROOT / "tests/gold/README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _anchors(page: Path) -> set[str]:
    """The anchors that a forge gives the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_in_the_repository_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^()\s]+)\)", text):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        file = (page.parent / parts.path) if parts.path else page
        assert file.exists(), f"{target} leads nowhere"
        if parts.fragment and file.suffix == ".md":
            assert parts.fragment in _anchors(file), f"{target}: {file.name} has no such heading"


def test_links_of_the_repository_become_those_of_the_site(tmp_path: Path) -> None:
    assemble(ROOT, tmp_path / "pages")
    fuseki = (tmp_path / "pages/loading/fuseki.md").read_text(encoding="utf-8")
    assert "](../loading.md)" in fuseki
    ontology = (tmp_path / "pages/ontology.md").read_text(encoding="utf-8")
    assert "](files/ontology/diplomacy.ttl)" in ontology
    assert (tmp_path / "pages/files/ontology/diplomacy.ttl").is_file()
    measurements = (tmp_path / "pages/measurements.md").read_text(encoding="utf-8")
    assert "](attribution-model-card.md)" in measurements and "](overview.md)" in measurements


def test_links_that_lead_nowhere_and_things_from_elsewhere_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<h1 id="top">A</h1><a href="b.html#there">b</a><a href="#top">a</a><a href="https://example.org">out</a>'
        '<a href="c.html">c</a><a href="b.html#gone">b</a><script src="https://example.org/x.js"></script>'
    )
    (tmp_path / "b.html").write_text('<h2 id="there">B</h2><img src="a.png">')
    assert faults(tmp_path) == [
        "a.html: b.html#gone leads to no such place in the page",
        "a.html: c.html leads nowhere",
        "a.html: would fetch https://example.org/x.js from elsewhere",
        "b.html: a.png leads nowhere",
    ]


@pytest.mark.skipif(find_spec("zensical") is None, reason="zensical is not installed (make docs)")
def test_the_site_builds_and_holds_every_page() -> None:
    done = subprocess.run([sys.executable, "tools/site"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "0 links at fault" in done.stdout
    home = (ROOT / "site/index.html").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        built = page.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        assert (ROOT / "site" / built).is_file()
        assert built in home or built.startswith("loading/"), f"{built} is not in the navigation"
