"""What is said of an article that cannot be read. It costs that article, never its neighbours."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableError(Exception):
    """Raised inside the readers; :func:`kgbuild.articles.read_articles` turns it into a :class:`ReadFailure`."""


@dataclass(frozen=True, slots=True, order=True)
class ReadFailure:
    """An input that is no article.

    Attributes:
        source: ``path`` or ``path:line``.
        reason: what is wrong, in words that go on from the source: "is not UTF-8 …".
    """

    source: str
    reason: str

    def __str__(self) -> str:
        """One line for the user."""
        return f"{self.source}: {self.reason}"
