"""Where some words of a document stand: a rule for words that are not there looks at none."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet


class Places:
    """The words of a document with their places.

    Args:
        words: of the document, such as its lemmas; not to be changed any more.

    Examples:
        >>> places = Places(["they", "said", "what", "they", "say"])
        >>> places.of(frozenset(("they", "say", "deny")))
        [0, 3, 4]
        >>> places.any(frozenset(("deny",)))
        False
    """

    __slots__ = ("_distinct", "_words")

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._distinct = frozenset(words)

    def of(self, wanted: AbstractSet[str]) -> list[int]:
        """The places of all of these words, in text order.

        Args:
            wanted: a set, or the keys of a table.
        """
        found = wanted & self._distinct
        return [i for i, word in enumerate(self._words) if word in found] if found else []

    def any(self, wanted: AbstractSet[str]) -> bool:
        """Whether one of these words stands anywhere."""
        return not self._distinct.isdisjoint(wanted)
