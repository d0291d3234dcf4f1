"""Peak memory of a build of ten times the articles.

    bench/memory [--articles N] [--words N]

Builds N and ten times N articles, each in a process of its own, and prints the peaks (resident, the largest of the
process and its children) and their ratio; exit code 1 above 1.15. The whole measurement is --articles 1000.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from corpus import run, write_articles

_BUILD = "import sys, resource; from kgbuild.cli import main; code = main(sys.argv[1:]);"
_BUILD += "print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)));"
_BUILD += "sys.exit(code)"


def main() -> int:
    """Measures, and prints the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100, help="of the smaller build (default 100)")
    parser.add_argument("--words", type=int, default=150, help="of each article (default 150)")
    arguments = parser.parse_args()
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for number in (arguments.articles, 10 * arguments.articles):
            articles = Path(folder) / str(number)
            write_articles(articles, number, words=arguments.words)
            command = [sys.executable, "-c", _BUILD, "build", str(articles), "-q", "-o", f"{folder}/output-{number}"]
            peak = run(command)
            # Linux counts kibibytes, macOS bytes
            peaks.append(int(peak) / (1 << 10 if sys.platform != "darwin" else 1 << 20))
            print(f"{number:>7,} articles: peak {peaks[-1]:,.0f} MiB", flush=True)
    print(f"ratio {peaks[1] / peaks[0]:.2f} (at most 1.15)")
    return int(peaks[1] / peaks[0] > 1.15)


if __name__ == "__main__":
    sys.exit(main())
