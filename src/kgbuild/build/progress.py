"""How a build tells what it is doing; the command line shows it as a bar, a library user as they like."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told of each step of a build and of each article in it."""

    def start(self, step: str, total: int | None) -> None:
        """A step begins.

        Args:
            step: such as "Reading".
            total: how many articles it will work on, if that is known.
        """

    def advance(self, count: int = 1) -> None:
        """So many articles are done."""


class Silence:
    """Tells nobody."""

    def start(self, step: str, total: int | None) -> None:
        """Does nothing."""

    def advance(self, count: int = 1) -> None:
        """Does nothing."""
