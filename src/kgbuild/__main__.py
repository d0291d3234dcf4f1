"""Runs the command line: ``python -m kgbuild``, and the command ``kgbuild``."""

from __future__ import annotations

import gc
import os
import sys

from kgbuild import __version__


def main() -> int:
    """Runs the command line of this process.

    Returns:
        The exit code; 130, as shells have it, for an interrupt at whatever moment, also while modules are imported.
    """
    try:
        if sys.argv[1:] == ["--version"]:  # not worth waiting for what the command line is made with
            sys.stdout.write(f"kgbuild {__version__}\n")
            return 0
        from kgbuild.processor import set_up

        set_up(os.environ)
        from kgbuild.cli import main as run

        code = run()
        # what is there now ends with the process, and need not be searched for garbage before
        gc.freeze()
        return code
    except KeyboardInterrupt:
        sys.stderr.write("kgbuild: interrupted; what was written before is as it was\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
