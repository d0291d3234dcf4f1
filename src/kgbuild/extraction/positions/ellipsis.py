"""Stances that are told by an auxiliary alone, after another: "so did Peru", "nor does Chile", "Brazil does not"."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kgbuild.extraction.positions.lexicon import StanceCue, words_of
from kgbuild.extraction.treaties.clauses import listed, subjects
from kgbuild.extraction.written import written_of
from kgbuild.facts import Polarity

_SAME = StanceCue("", (), "", "verb", "subject", ("echo",), Polarity.SUPPORTS, frozenset(), frozenset(), False)
_NEITHER = StanceCue(
    "", (), "", "verb", "subject", ("echo",), Polarity.SUPPORTS, frozenset({"denied"}), frozenset(), False
)
#: what an auxiliary may have beside it without being more than an auxiliary
_ALONE = frozenset({"nsubj", "nsubjpass", "neg", "advmod", "punct", "cc", "conj", "mark", "preconj", "intj", "aux"})
_INVERTING = frozenset({"so", "as", "nor", "neither"})


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """A stance like the last one, or its denial, and the heads of the phrases that name who has it."""

    cue: StanceCue
    holders: list[Token]


def ellipsis_at(token: Token) -> Ellipsis | None:
    """The stance that an auxiliary shows by itself, if it does.

    Args:
        token: any word.
    """
    if token.lower_ not in words_of("auxiliary"):
        return None
    words = written_of(token.doc).lower
    before, after = words[max(0, token.i - 1)], words[token.i + 1 : token.i + 2]
    if before in _INVERTING and token.i > token.sent.start:
        holders = _following(token)
        return Ellipsis(_NEITHER if before in {"nor", "neither"} else _SAME, holders) if holders else None
    if token.dep_ in {"aux", "auxpass"} or any(child.dep_ not in _ALONE for child in token.children):
        return None
    denied = any(child.dep_ == "neg" or child.lower_ == "never" for child in token.children)
    if not denied and not (after == ["too"] and token.i + 1 < token.sent.end):
        return None
    holders = list(subjects(token))
    return Ellipsis(_SAME, holders) if holders else None


def _following(token: Token) -> list[Token]:
    """The phrase behind an auxiliary before which it stands: "as **are** some senators"."""
    for following in token.doc[token.i + 1 : min(token.i + 8, token.sent.end)]:
        if following.pos_ in {"VERB", "AUX", "SCONJ"} or following.text in {",", ";", "—"}:
            return []
        if following.pos_ in {"NOUN", "PROPN"} and following.dep_ not in {"compound", "poss", "amod", "nmod"}:
            return list(listed(following))
    return []
