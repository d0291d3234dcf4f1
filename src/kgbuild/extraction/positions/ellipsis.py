"""Stances that are told by an auxiliary alone, after another: "so did Peru", "nor does Chile", "Brazil does not"."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
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


def ellipsis_at(doc: Doc, i: int) -> Ellipsis | None:
    """The stance that an auxiliary shows by itself, if it does.

    Args:
        doc: tagged and parsed.
        i: index of any word.
    """
    words, annotation = written_of(doc).lower, annotation_of(doc)
    if words[i] not in words_of("auxiliary"):
        return None
    dep, children = annotation.dep, annotation.children[i]
    before = words[max(0, i - 1)]
    if before in _INVERTING and i > annotation.sentence(i)[0]:
        holders = _following(doc[i], annotation.sentence(i)[1])
        return Ellipsis(_NEITHER if before in {"nor", "neither"} else _SAME, holders) if holders else None
    if dep[i] in {"aux", "auxpass"} or any(dep[child] not in _ALONE for child in children):
        return None
    denied = any(dep[child] == "neg" or words[child] == "never" for child in children)
    if not denied and not (words[i + 1 : i + 2] == ["too"] and i + 1 < annotation.sentence(i)[1]):
        return None
    holders = list(subjects(doc[i]))
    return Ellipsis(_SAME, holders) if holders else None


def _following(token: Token, end: int) -> list[Token]:
    """The phrase behind an auxiliary before which it stands: "as **are** some senators"."""
    for following in token.doc[token.i + 1 : min(token.i + 8, end)]:
        if following.pos_ in {"VERB", "AUX", "SCONJ"} or following.text in {",", ";", "—"}:
            return []
        if following.pos_ in {"NOUN", "PROPN"} and following.dep_ not in {"compound", "poss", "amod", "nmod"}:
            return list(listed(following))
    return []
