"""The command line: options in, one call, a clear message out. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

from kgbuild.cli.app import app, main

__all__ = ["app", "main"]
