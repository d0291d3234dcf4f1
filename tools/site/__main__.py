"""Builds the documentation as a site, without a network: ``python tools/site``.

The sources are put together in build/docs, with the notebook of examples/ as it runs; the site is written to site/
(mkdocs.yml says how it looks), and every link in it is followed. Exit code 1 if one leads nowhere or a page would fetch
something from elsewhere.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from assemble import assemble, turned
from check import faults
from notebook import run, write_page

ROOT = Path(__file__).resolve().parents[2]
SHIM = "https://unpkg.com/iframe-worker/shim"


def main() -> int:
    """Builds, and looks at what was built."""
    site, work = ROOT / "site", ROOT / "build/docs"
    for folder in (site, work):
        shutil.rmtree(folder, ignore_errors=True)
    assemble(ROOT, work / "pages")
    page = work / "pages/notebook.md"
    write_page(run(ROOT / "examples/notebook.ipynb"), page)
    text = turned(page.read_text(encoding="utf-8"), "examples/notebook.ipynb", page.name, page.parent)
    page.write_text(text, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("mkdocs.yml"), work)
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--strict"]
    built = subprocess.run(command, cwd=work, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", built.stdout).partition("Traceback (most recent call last)")[0]
    if built.returncode or "griffe:" in plain:  # docstrings that do not fit their functions are told but not counted
        print(plain, file=sys.stderr)
        return 1
    (work / "site").rename(site)
    _bring_the_shim(site)
    found = faults(site)
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    print(f"{sum(1 for _ in site.rglob('*.html'))} pages in {site.relative_to(ROOT)}/, {len(found)} links at fault")
    return int(bool(found))


def _bring_the_shim(site: Path) -> None:
    """The one script that the theme would fetch, for search in pages read from the disk, comes with the site."""
    shutil.copytree(ROOT / "tools/site/iframe-worker", site / "assets/iframe-worker")
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        up = "../" * (len(page.relative_to(site).parts) - 1)
        page.write_text(text.replace(SHIM, f"{up}assets/iframe-worker/shim.js"), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
