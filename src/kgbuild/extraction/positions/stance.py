"""A stance as one place in a text shows it, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kgbuild.extraction.document import Referent
from kgbuild.facts import Polarity


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that a stance is about.

    Attributes:
        referent: the treaty, event or actor.
        polarity: Supports if the words stand for the thing itself, Opposes if for its end ("the end of the truce").
        head: where the words are; None where only the topic tells.
        restricted: only such as are further described: "any treaty that ties our hands".
        averted: what a threat is to prevent; the "if" of the threat is no condition of the stance.
    """

    referent: Referent
    polarity: Polarity
    head: Token | None
    restricted: bool = False
    averted: bool = False


@dataclass(slots=True, eq=False)
class Stance:
    """A stance as one place in the text shows it."""

    holders: list[Referent]
    target: Target
    polarity: Polarity
    trigger: Token
    hedged: bool
    confidence: float
    holder_heads: list[Token]
    denied: bool = False
