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

    __slots__ = ("_distinct", "_places", "_words")

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._distinct = frozenset(words)
        self._places: dict[str, list[int]] | None = None

    def of(self, wanted: AbstractSet[str]) -> list[int]:
        """The places of all of these words, in text order.

        Args:
            wanted: a set, or the keys of a table.
        """
        found = wanted & self._distinct
        if not found:
            return []
        if self._places is None:
            self._places = _places(self._words)
        places: list[int] = []
        for word in found:
            places += self._places[word]
        places.sort()
        return places

    def present(self, wanted: AbstractSet[str]) -> AbstractSet[str]:
        """Those of these words that stand anywhere."""
        return wanted & self._distinct

    def any(self, wanted: AbstractSet[str]) -> bool:
        """Whether one of these words stands anywhere."""
        return not self._distinct.isdisjoint(wanted)


def _places(words: Sequence[str]) -> dict[str, list[int]]:
    """The places of each word: made at the first question that needs them, it costs as much as three scans."""
    found: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        known = found.get(word)
        if known is None:
            found[word] = [i]
        else:
            known.append(i)
    return found
