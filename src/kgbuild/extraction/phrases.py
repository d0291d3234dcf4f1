"""Finds phrases of a word list among tokens: one dictionary look-up for each token, longest match first."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from kgbuild.authority.folding import ascii_letters

T = TypeVar("T")


@functools.lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """A word in lower case without accents and typographic apostrophes, by which phrases are compared."""
    return word.lower() if word.isascii() else ascii_letters(word.replace("’", "'")).lower()


class PhraseTable(Generic[T]):
    """Phrases with what each stands for.

    Args:
        phrases: pairs of a phrase's words and its value; several values for one phrase are kept in their order.
    """

    def __init__(self, phrases: Iterable[tuple[Sequence[str], T]]) -> None:
        grouped: dict[str, dict[int, dict[tuple[str, ...], list[T]]]] = {}
        for words, value in phrases:
            key = tuple(plain(word) for word in words)
            if key:
                grouped.setdefault(key[0], {}).setdefault(len(key), {}).setdefault(key, []).append(value)
        #: for each first word the phrases by their length, the longest first
        self._by_first = {first: sorted(lengths.items(), reverse=True) for first, lengths in grouped.items()}
        #: the plain words that a phrase begins with; a loop over all words of a document had better ask them first
        self.openings = frozenset(grouped)

    def at(self, words: Sequence[str], i: int, limit: int | None = None) -> list[tuple[int, list[T]]]:
        """Matches that begin at a word.

        Args:
            words: plain words (:func:`plain`) of the document.
            i: where to begin.
            limit: where the match must have ended; None for the end of the document.

        Returns:
            Pairs of the end (exclusive) and the values, longest first.
        """
        lengths = self._by_first.get(words[i])
        if not lengths:
            return []
        stop = len(words) if limit is None else limit
        found = []
        for length, phrases in lengths:
            end = i + length
            if end <= stop and (values := phrases.get(tuple(words[i:end]))) is not None:
                found.append((end, values))
        return found

    def longest(self, words: Sequence[str], i: int, limit: int | None = None) -> tuple[int, list[T]] | None:
        """The longest match that begins at a word, or None."""
        lengths = self._by_first.get(words[i])
        if not lengths:
            return None
        stop = len(words) if limit is None else limit
        for length, phrases in lengths:
            end = i + length
            if end <= stop and (values := phrases.get(tuple(words[i:end]))) is not None:
                return end, values
        return None


def split_words(tokenize: Callable[[str], Iterable[object]], text: str) -> list[str]:
    """The words of a phrase as the tokenizer of the pipeline splits them."""
    words = map(str, tokenize(text))
    return [word for word in words if not word.isspace()]
