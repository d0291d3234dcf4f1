"""Runs the command line: ``python -m kgbuild``."""

import sys

from kgbuild.cli import main

if __name__ == "__main__":
    sys.exit(main())
