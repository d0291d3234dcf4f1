"""What a rebuild costs beside the build: with nothing changed, with one article changed, with one removed.

    bench/rebuild [--articles N] [--words N]

Seconds by the clock, each build a process of its own. The whole measurement is --articles 10000. Checks that the last
rebuild gives byte for byte what a build from nothing gives.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from corpus import run, write_articles


def main() -> int:
    """Measures, and prints the ratios; exit code 1 if the output differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--words", type=int, default=300, help="of each article (default 300)")
    arguments = parser.parse_args()
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        write_articles(articles, arguments.articles, words=arguments.words)
        time.sleep(3)  # a file that was just written is hashed again
        whole = _build(articles, f"{folder}/output")
        print(f"{arguments.articles} articles, from nothing: {whole:.1f} s")
        _tell("nothing changed", _build(articles, f"{folder}/output"), whole)
        path = articles / "000000.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**record, "text": record["text"] + "\n\nChile agreed."}), encoding="utf-8")
        _tell("one article changed", _build(articles, f"{folder}/output"), whole)
        (articles / "000001.json").unlink()
        _tell("one article removed", _build(articles, f"{folder}/output"), whole)
        _build(articles, f"{folder}/fresh")
        names = [path.name for path in Path(f"{folder}/fresh").iterdir() if path.is_file()]
        same = filecmp.cmpfiles(f"{folder}/output", f"{folder}/fresh", names, shallow=False)[0]
    print(f"{len(same)} of {len(names)} files are those of a build from nothing")
    return int(len(same) != len(names))


def _build(articles: Path, output: str) -> float:
    begin = time.perf_counter()
    run([sys.executable, "-m", "kgbuild", "build", str(articles), "-q", "-o", output])
    return time.perf_counter() - begin


def _tell(what: str, seconds: float, whole: float) -> None:
    print(f"{what}: {seconds:.1f} s, 1/{whole / seconds:.0f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
