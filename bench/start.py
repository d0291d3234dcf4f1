"""How long the program takes to say its version, beside an empty Python program.

    bench/start [--runs N]

Prints the medians and their difference in milliseconds; exit code 1 if the version takes a third of a second or more.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time


def main() -> int:
    """Measures both in turn, so that a busy machine is as busy for both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "kgbuild --version": [sys.executable, "-m", "kgbuild", "--version"],
        "kgbuild --help": [sys.executable, "-m", "kgbuild", "--help"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - begin)
    # the first round reads the files from the disk
    medians = {name: statistics.median(some[1:]) * 1000 for name, some in seconds.items()}
    for name, median in medians.items():
        print(f"{name:<20} {median:7.0f} ms, {median - medians['python -c pass']:+7.0f} ms beside python -c pass")
    return int(medians["kgbuild --version"] >= 330)


if __name__ == "__main__":
    sys.exit(main())
