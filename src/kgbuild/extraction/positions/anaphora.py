"""What "it", "them", "both pacts", "the whole thing" stand for as the target of a stance."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.lexicon import words_of
from kgbuild.extraction.positions.stance import Target
from kgbuild.extraction.positions.topics import Topics
from kgbuild.extraction.treaties.lexicon import singular, treaty_nouns
from kgbuild.extraction.written import written_of
from kgbuild.facts import Polarity

_PRONOUNS = frozenset({"it", "its", "this", "that", "itself"})
_PLURALS = frozenset({"them", "these", "those"})
_NUMBERS = {"both": 2, "two": 2, "three": 3}


class Anaphora:
    """Finds what words that name nothing stand for in one document.

    Args:
        doc: with treaties, and where there are any, actors.
        topics: what the same document has spoken of.
    """

    def __init__(self, doc: Doc, topics: Topics) -> None:
        self._referents: dict[int, Referent] = doc._.referents
        self._topics = topics

    def _several(self, token: Token) -> list[Target]:
        """The treaties that "both pacts", "the two agreements" stand for: as many as were spoken of last."""
        own = self._referents.get(token.i)
        if token.tag_ != "NNS" or singular(token.lower_) not in treaty_nouns():
            return []
        if own is not None and own.sort != "issue":
            return []
        words = {child.lower_ for child in token.children}
        number = next((_NUMBERS[word] for word in _NUMBERS if word in words), 0)
        named: dict[str, Referent] = {}
        for start, _, treaty in reversed(self._topics.mentions):
            if start < token.i and len(named) < number:
                named.setdefault(treaty.key, treaty)
        if not number or len(named) < number:
            return []
        return [Target(treaty, Polarity.SUPPORTS, token) for treaty in named.values()]

    def of(self, token: Token) -> list[Target] | None:
        """What "it", "this", "them", "both pacts" stand for; None if a word is nothing of the kind."""
        own = self._referents.get(token.i)
        pair = self._several(token)
        if pair:
            return pair
        lower = token.lower_
        if lower in {"this", "that"} and token.dep_ == "dobj" and own is None:
            told = self._topics.last_told(token.i)  # "Peru wants it scrapped; Chile demanded this in May"
            if told is not None and told.polarity in {Polarity.SUPPORTS, Polarity.OPPOSES}:
                return [Target(told.target, told.polarity, token)]
        if stands_in(token):
            topic = self._topics.topic(token.i, 3) or self._topics.main(token.i)  # "wants the whole thing torn up"
            return [Target(topic, Polarity.SUPPORTS, token)] if topic else None
        if lower in _PRONOUNS or (lower == "one" and _is_bare(token)):  # "has no objection to one"
            topic = self._topics.just_now(token)
            return [Target(topic, Polarity.SUPPORTS, token)] if topic else []
        if lower in _PLURALS and (own is None or own.sort != "treaty"):
            told = self._topics.last_told(token.i)  # "the sanctions … would support them only if"
            plural = told is not None and told.target.sort != "treaty"
            return [Target(told.target, Polarity.SUPPORTS, token)] if told is not None and plural else []
        return None


def _is_bare(token: Token) -> bool:
    said = [c.lower_ for c in token.children if not c.is_punct]
    return not said or said in (["this"], ["that"])


def stands_in(token: Token) -> bool:
    """Whether a noun says nothing of the thing that it stands for: "the whole business", "tear the thing up".

    Args:
        token: head of a noun phrase, or what the parser takes for one ("condemned the thing **root** and branch").
    """
    if not written_of(token.doc).lower_at.any(words_of("stand-in")):
        return False
    for noun in (token, *(c for c in token.children if c.dep_ == "compound")):
        if noun.lower_ not in words_of("stand-in"):
            continue
        beside = {c.lower_ for c in token.children if c.dep_ in {"det", "amod"}}
        if beside & words_of("whole"):
            return True
        bare = beside == {"the"} and not any(c.dep_ in {"relcl", "acl", "prep"} for c in token.children)
        if bare and noun.lower_ in words_of("stand-in alone"):
            return True
    return False
