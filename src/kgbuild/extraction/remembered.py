"""What is found out about a word once, and looked up the next time: most words of an article are those of any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values by spaCy's hash of a string, which is the same in all pipelines.

    Args:
        limit: so many are remembered; beyond them all are forgotten, so that memory does not grow with the corpus.
    """

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._values: dict[int, T] = {}

    def of(self, keys: set[int] | frozenset[int], make: Callable[[int], T]) -> dict[int, T]:
        """The values of these keys, among others.

        Args:
            keys: hashes.
            make: finds out the value of a key that is not known.
        """
        values = self._values
        if len(values) + len(keys) > self._limit:
            # another thread may still be reading the old ones
            values = self._values = {}
        for key in keys.difference(values):
            values[key] = make(key)
        return values
