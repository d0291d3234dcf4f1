"""How those who are listed voted: "5 against (China, Cuba)", "with Peru and Chile abstaining", "among the nine"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.lexicon import words_of
from kgbuild.extraction.tokens import tokens_of
from kgbuild.facts import Polarity

_SIDES = (
    (Polarity.SUPPORTS, "vote for"),
    (Polarity.OPPOSES, "vote against"),
    (Polarity.NEUTRAL, "vote neither"),
)
#: tokens between the word of a side and the list in parentheses: "5 against (…)", "12 in favour (…)"
_REACH = 2


@dataclass(frozen=True, slots=True)
class Ballot:
    """The actors in a list behind the side that they took in a vote."""

    word: Token
    polarity: Polarity
    voters: list[Referent]


def ballots(doc: Doc) -> Iterator[Ballot]:
    """The lists of voters in parentheses of a document, each with its side.

    Args:
        doc: with actors.
    """
    tokens = tokens_of(doc)
    referents: dict[int, Referent] = doc._.referents
    for i in tokens.plain_at.of({"("}):
        if not i:
            continue
        side = _side(tokens.lower[max(0, i - _REACH) : i])
        if side is None:
            continue
        voters: list[Referent] = []
        for k in range(i + 1, len(tokens)):
            if tokens.text[k] in {")", "("} or tokens.sentence[k] > tokens.sentence[i] + 1:
                break
            own = referents.get(k)
            if own is not None and own.sort == "actor" and own not in voters:
                voters.append(own)
        if voters:
            yield Ballot(doc[i - 1], side, voters)


def _side(before: list[str]) -> Polarity | None:
    """The side that the words right before a list tell."""
    sides = _sides()
    return next((sides[word] for word in reversed(before) if word in sides), None)


@cache
def _sides() -> dict[str, Polarity]:
    """Word -> the side that it tells, the first of the sides if it is one of several."""
    return {word: polarity for polarity, kind in reversed(_SIDES) for word in words_of(kind)}
