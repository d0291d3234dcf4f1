"""Which state the text is about at a token: whose president "President Tola" is, whose parliament "parliament"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.tokens import Tokens

_STRONG = 2.0
_PARAGRAPHS_BACK = 3


@dataclass(slots=True)
class Context:
    """Where states come up in a document, and how strongly each is the topic there.

    A state that is the subject, possesses the subject, or opens the sentence ("In Paramaribo, …") is the topic; a
    state mentioned otherwise is so only if there is no better one nearby.
    """

    tokens: Tokens
    cues: dict[int, list[tuple[int, float, Referent]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, start: int, end: int, state: Referent) -> None:
        """Notes that tokens ``start`` to ``end`` bring a state up: its name, its city, its minister, its parliament."""
        sentence = self.tokens.sentence[start]
        self.cues[sentence].append((start, self._weight(start, end), state))

    def _weight(self, start: int, end: int) -> float:
        tokens = self.tokens
        head = tokens.root(start, end)
        for _ in range(5):
            dep = tokens.dep[head]
            if dep in ("nsubj", "nsubjpass"):
                return 3.0
            if dep == "ROOT":
                return 2.5
            if dep == "agent":
                return _STRONG
            if dep == "pobj":
                preposition = tokens.head[head]
                opening = preposition == 0 or tokens.sentence[preposition - 1] != tokens.sentence[preposition]
                if opening or tokens.lower[preposition] == "by":
                    return 3.0 if opening else _STRONG
                return 1.5 if tokens.lower[preposition] in word_set("locative") else 1.0
            if dep not in ("poss", "compound", "amod", "appos", "nmod") or tokens.head[head] == head:
                return 1.0
            head = tokens.head[head]
        return 1.0

    def state(self, i: int, exclude: Collection[str] = ()) -> Referent | None:
        """The state that the text is about at a token.

        Args:
            i: the token; only what stands before it counts.
            exclude: keys of states that it cannot be.
        """
        tokens = self.tokens
        weak: Referent | None = None
        for sentence in range(tokens.sentence[i], -1, -1):
            cues = self.cues.get(sentence)
            if not cues:
                continue
            fitting = [cue for cue in cues if cue[0] < i and cue[2].key not in exclude]
            if not fitting:
                continue
            if tokens.paragraph[i] - tokens.paragraph[fitting[0][0]] > _PARAGRAPHS_BACK and weak is not None:
                return weak
            # of equally strong cues the first of an earlier sentence is its topic, the last of this one is nearest
            best = max(fitting, key=lambda cue: cue[1])
            if best[1] >= _STRONG:
                return best[2]
            weak = weak or best[2]
        return weak
