"""Whom "the two countries" are, and which states a passage is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from spacy.tokens import Doc, Token

from kgbuild.extraction.treaties.lexicon import in_class, singular
from kgbuild.extraction.treaties.model import TreatyMention

_PAIR = frozenset({"two", "both"})
_DEFINITE = frozenset({"the", "all", "these", "those"})
_NUMBERS = {"three": 3, "four": 4, "five": 5}
#: how many tokens back "the two countries" may look
PASSAGE = 200
#: how much it counts for "the two countries" that two states were named together, "Peru and Chile"
_TOGETHER = 3.5
#: the same for the parties of a treaty that the text has spoken of, and that the sentence speaks of
_OF_TREATY = 3.0
#: the same that the text speaks of no other state more
_OF_TEXT = 3.0
_BESIDE = 8.0
#: tokens in which a text says whom it is about, and how many mentions it is worth to be named in them
_OPENING = 80
_INTRODUCED = 3
#: tokens in a sentence, roughly
_SENTENCE = 20.0
#: how much of what speaks for the likeliest party must speak for the second
_ENOUGH = 0.25
#: how much it speaks for a state that the text was written in its capital
_AT_HOME = 0.5
#: how much a mention counts that stands in another paragraph than the treaty
_ELSEWHERE = 0.5


class Pairs:
    """Counts the states of one document.

    Args:
        doc: the document.
        states: token and key of every mention of a state, in text order.
        actors: the same with those who act for states, and with international organisations.
    """

    def __init__(self, doc: Doc, states: list[tuple[int, str]], actors: list[tuple[int, str]]) -> None:
        self._doc = doc
        self.states = states
        self.actors = actors
        #: token of every mention of a person who acts for a state, and the state's key
        self.persons: list[tuple[int, str]] = []
        #: keys of those who only mediate
        self.mediators: frozenset[str] = frozenset()
        #: parties of the treaties that the sentence being read has already spoken of
        self.beside: list[str] = []
        #: the parties of each treaty between two that the text has spoken of so far
        self.bilateral: list[tuple[str, ...]] = []

    def is_pair(self, token: Token) -> bool:
        """Whether a phrase is "the two governments", "both sides" and the like."""
        if not in_class(singular(token.lower_), "pair"):
            return False
        return any(child.lower_ in _PAIR for child in token.children) or (
            token.i > 0 and self._doc[token.i - 1].lower_ in _PAIR
        )

    def number(self, token: Token) -> int:
        """How many "the two governments", "all three countries" are; 0 if a phrase is none of these."""
        if self.is_pair(token):
            return 2
        if not in_class(singular(token.lower_), "pair"):
            return 0
        words = {child.lower_ for child in token.children}
        if not words & _DEFINITE:
            return 0  # "at least three states" may be any
        return next((_NUMBERS[word] for word in sorted(words) if word in _NUMBERS), 0)

    def most_spoken_of(self, number: int) -> list[str]:
        """The states, as many as are wanted, of which the text speaks most; empty if there are fewer."""
        counts = Counter(key for _, key in self.actors if key not in self.mediators)
        for key in dict.fromkeys(key for place, key in self.states if place < _OPENING):
            counts[key] += _INTRODUCED
        return [key for key, _ in counts.most_common(number)] if len(counts) >= number else []

    def last_pair(self, before: int) -> list[str]:
        """The two states that the passage before a token is about: those named most, the nearer the more.

        Where only one was named so far ("the two governments" in the opening), the article's other one is meant.
        """
        if self._doc[before].lower_ in {"sides", "parties"} and self.bilateral and not self.beside:
            return list(self.bilateral[0])
        sentence = self._doc[before].sent.start
        weights: dict[str, float] = {}
        for head, key in self.states:
            near = 4.0 if sentence <= head < before else 1.0 if 0 < before - head <= PASSAGE else 0.3
            weights[key] = weights.get(key, 0.0) + (near if head < before else 0.1)
        for key in self.named_together(before):
            weights[key] = weights.get(key, 0.0) + _TOGETHER
        for key in self.most_spoken_of(2):
            weights[key] = weights.get(key, 0.0) + _OF_TEXT
        weights = {key: weight for key, weight in weights.items() if key not in self.mediators}
        for key in self.bilateral[0] if self.bilateral else ():
            weights[key] = weights.get(key, 0.0) + _OF_TREATY
        for key in self.beside:
            weights[key] = weights.get(key, 0.0) + _BESIDE
        return sorted(weights, key=lambda key: -weights[key])[:2] if len(weights) > 1 else []

    def last_couple(self, token: Token) -> list[str]:
        """The states for which "the two ministers" act: those of the last sentence that names just two persons."""
        found: list[str] = []
        start = token.sent.start
        for place, key in reversed(self.persons):
            if place >= token.i:
                continue
            if place < start:
                if len(found) > 1:
                    break
                start, found = self._doc[place].sent.start, []
            if key not in found:
                found.append(key)
        return found[::-1] if len(found) == 2 else []

    def named_together(self, before: int) -> list[str]:
        """The states of the last "Peru and Chile" before a token: "the two countries" were introduced so."""
        for position in range(len(self.states) - 1, 0, -1):
            (first, one), (second, other) = self.states[position - 1 : position + 1]
            if second < before and one != other and self._doc[second].head.i == first and not self._is_listed(position):
                return [one, other] if self._doc[second].dep_ == "conj" else []
        return []

    def _is_listed(self, position: int) -> bool:
        """Whether a state is one of three or more that stand in a list."""
        second = self._doc[self.states[position][0]]
        return second.head.dep_ == "conj" or any(child.dep_ == "conj" for child in second.children)

    def of_sentence(self, mention: TreatyMention) -> list[str]:
        """The states that the sentence of a mention names, if there are just two."""
        sentence = self._doc[mention.head].sent
        found = list(dict.fromkeys(key for head, key in self.states if sentence.start <= head < sentence.end))
        return found if len(found) == 2 else []

    def only_state(self, token: Token) -> list[str]:
        """The state that a sentence names before a token, if there is just one."""
        found = list(dict.fromkeys(key for head, key in self.states if token.sent.start <= head < token.i))
        return found if len(found) == 1 else []

    def of_passage(self, mention: TreatyMention) -> list[str]:
        """The two states that the sentence before a mention names together: "Peru and Chile held drills"."""
        sentence = self._doc[mention.head].sent
        before = self._doc[max(sentence.start - 1, 0)].sent
        found = self.named_together(mention.head)
        near = {key for head, key in self.states if before.start <= head < sentence.end}
        return found if near == set(found) else []

    def likeliest(
        self,
        mentions: list[TreatyMention],
        other_than: Iterable[str],
        most: int = 1,
        *,
        home: str = "",
        states: bool = False,
    ) -> list[str]:
        """The states besides some others of which the text speaks most around a treaty's mentions.

        Args:
            mentions: of the treaty.
            other_than: keys of those that are its parties anyway.
            most: how many are wanted.
            home: key of the state in which the text was written, or empty.
            states: no international organisations.
        """
        excluded = set(other_than) | self.mediators
        heads = [mention.head for mention in mentions[:2]]
        layout = self._doc._.layout
        paragraph_of = layout.paragraph_of if layout and layout.paragraphs else ()
        inside = {paragraph_of[head] for head in heads} if paragraph_of else set()
        weights: dict[str, float] = {}
        sovereign = {key for _, key in self.states}
        for place, key in self.actors:
            if key not in excluded and not (states and key not in sovereign):
                distance = min(abs(place - head) for head in heads)
                near = 1.0 if not paragraph_of or paragraph_of[place] in inside else _ELSEWHERE
                weights[key] = weights.get(key, 0.0) + near / (1.0 + distance / _SENTENCE)
        if home and home not in excluded:
            weights[home] = weights.get(home, 0.0) + _AT_HOME
        ranked = sorted(weights, key=lambda key: -weights[key])[:most]
        return [key for key in ranked if weights[key] >= _ENOUGH * weights[ranked[0]]]
