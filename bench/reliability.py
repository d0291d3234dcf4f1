"""Tries to break kgbuild, within bounds of count and time, and says what held.

    bench/reliability kill      builds killed at random moments, also while they write; each resumed and compared
    bench/reliability disk      a disk that is full or read-only, at every stage of a build
    bench/reliability fuzz      mutated inputs through the readers and the whole build
    bench/reliability load      the server under load, cheap and hostile requests mixed, and hundreds of slow clients
    bench/reliability schema    schemathesis against the server's own description
    bench/reliability attacks   a list of attacks on build and server, and what each got

Each ends with exit code 0 if everything held, and with 1 if not.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys

# before anything loads a numerical library: forks and threads do not go together
os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

CHECKS = ("kill", "disk", "fuzz", "load", "schema", "attacks")


def main() -> int:
    """Runs one check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="check", required=True, metavar="CHECK")
    for name in CHECKS:
        module = importlib.import_module(f"reliability_checks.{name}")
        command = commands.add_parser(name, help=str(module.__doc__).splitlines()[0], description=module.__doc__)
        module.add_options(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args()
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
