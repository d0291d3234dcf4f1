"""Phrases for any treaty of a kind rather than one: "no agreement that gives up land", "one that shut out trawlers"."""

from __future__ import annotations

from spacy.tokens import Token

from kgbuild.extraction.treaties.lexicon import treaty_nouns

_INDEFINITE = frozenset({"any", "a", "an", "no"})
_LACKING = frozenset({"without", "lacking"})
_RELATIVE = frozenset({"that", "which"})


def is_restricted(token: Token) -> bool:
    """Whether a phrase speaks only of such treaties as a clause describes: "any text that gave up land".

    Args:
        token: head of the phrase.
    """
    determiner = next((c.lower_ for c in token.children if c.dep_ == "det"), "")
    return (determiner in _INDEFINITE or token.lower_ == "one") and _is_limited(token)


def stands_for_topic(token: Token) -> bool:
    """Whether a phrase that names no treaty speaks of one like the treaty just spoken of, within limits.

    Args:
        token: head of the phrase: "one" in "could not accept one that …", "pact" in "will sign no pact without …".
    """
    if token.lower_ == "one":
        return token.tag_ in {"NN", "CD", "PRP"} and _is_limited(token) and token.dep_ != "nummod"
    return token.pos_ == "NOUN" and token.lemma_.lower() in treaty_nouns() and is_restricted(token)


def _is_limited(token: Token) -> bool:
    if token.i + 1 >= len(token.doc):
        return False
    following = token.nbor(1).lower_
    if following in _LACKING:
        return True  # "any deal without a quota on poultry"
    limits = {"relcl", "acl", "ccomp"}
    return following in _RELATIVE and any(c.dep_ in limits and c.i > token.i for c in token.children)
