"""What a rebuild costs beside the build: with nothing changed, with one article changed, with one removed.

    bench/rebuild [--articles N] [--words N] [--layout LAYOUT]

Seconds of CPU, which other work on the machine changes less, and by the clock; each build is a process of its own. The
whole measurement is --articles 10000, of which the graph is in shards. Checks that the last rebuild gives byte for byte
what a build from nothing gives, which is done by as many processes as there are cores.
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
    parser.add_argument("--layout", default="auto", help="of the graph, as for kgbuild build (default auto)")
    arguments = parser.parse_args()
    layout = ("--layout", arguments.layout)
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    # modules are compiled once, as they are where the program is installed
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        write_articles(articles, arguments.articles, words=arguments.words)
        time.sleep(3)  # a file that was just written is hashed again
        whole = _build(articles, f"{folder}/output", *layout)
        shards = sum(1 for _ in Path(folder).glob("output/graph/*.nq"))
        form = f"in {shards} shards" if shards else "in single files"
        print(
            f"{arguments.articles} articles {form}, from nothing: {whole[0]:.1f} s of CPU, {whole[1]:.1f} s", flush=True
        )
        _tell("nothing changed", _build(articles, f"{folder}/output", *layout), whole)
        path = articles / f"{arguments.articles // 2:06d}.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**record, "text": record["text"] + "\n\nChile agreed."}), encoding="utf-8")
        _tell("one article changed", _build(articles, f"{folder}/output", *layout), whole)
        (articles / "000001.json").unlink()
        _tell("one article removed", _build(articles, f"{folder}/output", *layout), whole)
        _build(articles, f"{folder}/fresh", "--workers", "auto", *layout)
        names, others = _files(Path(f"{folder}/fresh")), _files(Path(f"{folder}/output"))
        same = filecmp.cmpfiles(f"{folder}/output", f"{folder}/fresh", names, shallow=False)[0]
        same = [name for name in same if name in others] if len(names) == len(others) else []
    print(f"{len(same)} of {len(names)} files are those of a build from nothing")
    return int(len(same) != len(names))


def _files(output: Path) -> list[str]:
    """The files of an output folder, without those of the cache."""
    paths = (path.relative_to(output) for path in output.rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if path.parts[0] != ".cache")


def _build(articles: Path, output: str, *options: str) -> tuple[float, float]:
    """Seconds of CPU and by the clock."""
    begin, before = time.perf_counter(), os.times()
    run([sys.executable, "-m", "kgbuild", "build", str(articles), "-q", "-o", output, *options])
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.perf_counter() - begin


def _tell(what: str, seconds: tuple[float, float], whole: tuple[float, float]) -> None:
    ratios = [one / all_ for one, all_ in zip(whole, seconds, strict=True)]
    print(
        f"{what}: {seconds[0]:.1f} s of CPU, 1/{ratios[0]:.0f}; {seconds[1]:.1f} s, 1/{ratios[1]:.0f} by the clock",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
