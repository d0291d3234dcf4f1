"""Who deal with each other: the two behind "both sides" are those whose talks, quarrel or treaty was told last."""

from __future__ import annotations

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.tokens import SUBJECTS
from kgbuild.facts import ActorType

_TOKENS_BACK = 240
_SENTENCES_BACK = 8
_STEPS = 4
#: how much it counts that they are told to deal with each other, that they act, that they are often named
_DEALING = 1.6
_ACTING = 0.6
_OFTEN = 0.12
_MOST = 6
#: how much a pair loses by each sentence and paragraph between
_BY_SENTENCE = 0.25
_BY_PARAGRAPH = 0.15
#: a pair that is less likely is none
_LEAST = 0.6


class PairFinder:
    """Finds two that the text has told of together.

    Args:
        cast: who has been found so far; it may grow between calls.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def before(self, i: int, types: frozenset[ActorType], *, least: float = _LEAST) -> list[Referent]:
        """The two that deal with each other before a token, in text order; empty if there are none near.

        Args:
            i: the token, such as "sides"; at most 240 tokens before it are looked at.
            types: of what types both are; a body of a state stands for it.
            least: how likely they have to be.
        """
        tokens, at = self.cast.tokens, self.cast.at
        clause = self.clause(i)
        best: list[Referent] = []
        highest = least
        for j in range(i - 1, max(-1, i - _TOKENS_BACK), -1):
            sentences = tokens.sentence[i] - tokens.sentence[j]
            if sentences > _SENTENCES_BACK:
                break
            if j not in at:
                continue
            pair, head, dealing = self._pair(j, types)
            if not pair or self.clause(head) == clause:
                continue  # "Vietnam and Laos asked both countries"
            score = _DEALING * dealing + _ACTING * (tokens.dep[head] in SUBJECTS)
            score += _OFTEN * sum(min(_MOST, sum(m.start < i for m in member.mentions)) for member in pair)
            score -= _BY_SENTENCE * sentences + _BY_PARAGRAPH * (tokens.paragraph[i] - tokens.paragraph[j])
            if score > highest:
                best, highest = pair, score
        return best

    def _pair(self, j: int, types: frozenset[ActorType]) -> tuple[list[Referent], int, bool]:
        """Two that end at a token, the head of the first, and whether they are told to deal with each other."""
        tokens, at = self.cast.tokens, self.cast.at
        referent, head = at[j], tokens.head[j]
        if isinstance(referent.detail, list):
            members = referent.detail if referent.sort == "actor" else []
            fitting = len(members) == 2 and all(member.type in types for member in members)
            return (list(members) if fitting else []), j, True
        if tokens.dep[j] == "conj":
            joined = sum(tokens.dep[c] == "conj" for c in tokens.children[head])
            alone = joined == 1 and tokens.dep[head] != "conj" and tokens.child(j, "conj") < 0
            return self._both(head, j, types) if alone else [], head, self._deals(head)
        if tokens.dep[j] == "pobj" and tokens.lower[head] in ("with", "against"):
            verb = self.clause(head)
            deals = self._deals(head)
        elif tokens.dep[j] == "dobj":
            verb = head
            deals = tokens.lemma[verb] in word_set("bilateral")
        else:
            return [], j, False
        subject = tokens.subject(verb) if deals else -1
        owner = tokens.child(tokens.head[head], "poss") if deals and tokens.dep[head] == "prep" else -1
        if owner >= 0:
            subject = owner  # "Japan's talks with Russia"
        return (self._both(subject, j, types) if 0 <= subject < j else []), subject, True

    def _both(self, first: int, second: int, types: frozenset[ActorType]) -> list[Referent]:
        one, other = self._fitting(first, types), self._fitting(second, types)
        return [one, other] if one is not None and other is not None and one is not other else []

    def _fitting(self, j: int, types: frozenset[ActorType]) -> Referent | None:
        referent = self.cast.at.get(j)
        if referent is None or referent.sort != "actor":
            return None
        if referent.type == ActorType.GOVERNMENT_BODY and ActorType.STATE in types:
            return self.cast.state_of(referent)
        return referent if referent.type in types else None

    def clause(self, i: int) -> int:
        """The verb that governs a token."""
        tokens = self.cast.tokens
        for _ in range(2 * _STEPS):
            if tokens.pos[i] in ("VERB", "AUX") or tokens.head[i] == i:
                break
            i = tokens.head[i]
        return i

    def _deals(self, i: int) -> bool:
        """Whether a phrase depends on a word for dealing with each other: "talks between X and Y", "X and Y signed"."""
        tokens = self.cast.tokens
        bilateral = word_set("bilateral")
        for _ in range(_STEPS):
            if tokens.lemma[i] in bilateral or tokens.lower[i] == "between":
                return True
            if tokens.pos[i] in ("VERB", "AUX") or tokens.head[i] == i:
                break
            i = tokens.head[i]
        for child in tokens.children[i]:
            below = tokens.child(child, "pobj") if tokens.dep[child] == "prep" else child  # "have been at war"
            if below >= 0 and tokens.dep[below] in ("dobj", "attr", "pobj") and tokens.lemma[below] in bilateral:
                return True
        return False
