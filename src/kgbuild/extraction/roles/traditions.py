"""Where names are at home: "Stelios Maragkakis" is likelier a minister of Greece than of Turkey."""

from __future__ import annotations

from collections import Counter

from kgbuild.authority import fold
from kgbuild.extraction.lexicons import name_states

#: how long endings of names are, and what stands before them at least
_LONGEST = 8
_SHORTEST = 2
_STEM = 2


def states_of_name(name: str) -> Counter[str]:
    """The states in which a person's name is at home.

    Args:
        name: as the text writes it, without forms of address.

    Returns:
        Codes of states (ISO 3166-1 alpha-2), each with the number of words of the name that tell of it.
    """
    words, endings = name_states()
    found: Counter[str] = Counter()
    for word in fold(name.replace("-", " ")).split():
        states = words.get(word)
        if states is None:
            longest = min(_LONGEST, len(word) - _STEM)
            tries = (endings.get(word[-length:]) for length in range(longest, _SHORTEST - 1, -1))
            states = next((known for known in tries if known is not None), frozenset())
        found.update(states)
    return found
