"""Which state the text is about at a token: whose president "President Tola" is, whose parliament "parliament"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.tokens import Tokens

_STRONG = 2.0
#: how strongly a body of a state brings the state up at least
_BODY = 1.6
#: how much a cue loses by each sentence, and each paragraph, that lies between
_BY_SENTENCE = 0.7
_BY_FIRST_SENTENCE = 0.6
_PLACE = 3.0
_BY_PARAGRAPH = 0.3
_MAXIMUM_DISTANCE = 9.0
#: how much it gains if the state comes up often
_OFTEN = 0.15
#: how strongly the state of the publisher is the topic anywhere
_AT_HOME = 1.2
#: the same of the state that the headline names first, and how much it counts for the text's home
_IN_HEADLINE = 0.2
_HEADLINE = 8.0
#: how much less strongly one is the topic that the headline tells to be abroad
_ABROAD = 0.6
#: a state that is no more of a topic than this is not taken for it
_FAR = -0.3


@dataclass(slots=True)
class Context:
    """Where states come up in a document, and how strongly each is the topic there.

    A state that is the subject, possesses the subject, or opens the sentence ("In Paramaribo, …") is the topic; a
    state mentioned otherwise is so only if there is no better one nearby.
    """

    tokens: Tokens
    cues: dict[int, list[tuple[int, float, Referent]]] = field(default_factory=lambda: defaultdict(list))
    #: the state of the publisher, if that is known: whoever writes for its readers need not name it
    publisher: Referent | None = None
    #: the state that the headline is about first
    headline: Referent | None = None
    #: the state that the headline tells to be abroad: Turkey in "PM heads to Ankara"
    abroad: Referent | None = None

    def add(self, start: int, end: int, state: Referent, *, least: float = 0.0) -> None:
        """Notes that tokens ``start`` to ``end`` bring a state up: its name, its city, its minister, its parliament.

        Args:
            start, end: the tokens.
            state: the state.
            least: how strongly at least.
        """
        sentence = self.tokens.sentence[start]
        self.cues[sentence].append((start, max(least, self._weight(start, end)), state))

    def forget(self, start: int, state: Referent) -> None:
        """Takes back what :meth:`add` noted of a state at a token."""
        sentence = self.tokens.sentence[start]
        self.cues[sentence] = [cue for cue in self.cues[sentence] if cue[0] != start or cue[2] is not state]

    def _weight(self, start: int, end: int) -> float:
        tokens = self.tokens
        head = tokens.root(start, end)
        clause = tokens.child(head, "relcl")
        if clause >= 0 and any(tokens.lower[i] == "where" for i in tokens.children[clause]):
            # "in Chisinau, where she met the president"
            return 3.4
        if clause >= 0:
            # "her counterpart, who assured her that the government": from here on it is about him
            return 2.4
        for _ in range(5):
            dep = tokens.dep[head]
            if dep in ("nsubj", "nsubjpass"):
                # the subject of the sentence is its topic more than that of a clause in it
                return 3.0 if tokens.dep[tokens.head[head]] in ("ROOT", "conj") else 2.4
            if dep == "ROOT":
                # a heading inside the text: "Kyrgyzstan. The speaker said parliament would ratify it"
                opening = start == 0 or tokens.paragraph[start - 1] != tokens.paragraph[start]
                return 3.5 if opening else 2.5
            if dep == "agent":
                return _STRONG
            if dep == "pobj":
                preposition = tokens.head[head]
                opening = preposition == 0 or tokens.sentence[preposition - 1] != tokens.sentence[preposition]
                if opening or tokens.lower[preposition] == "by":
                    return 3.0 if opening else _STRONG
                outside = tokens.lower[preposition] in word_set("locative") or tokens.lower[preposition] in (
                    "with",
                    "to",
                )
                return 0.6 if outside else 1.0
            if dep not in ("poss", "compound", "amod", "appos", "nmod", "npadvmod") or tokens.head[head] == head:
                return 1.0
            head = tokens.head[head]
        return 1.0

    def state(self, i: int, exclude: Collection[str] = (), *, leads: bool = False) -> Referent | None:
        """The state that the text is about at a token.

        Args:
            i: the token; only what stands before it counts.
            exclude: keys of states that it cannot be.
            leads: it is asked for who leads it, which is the state that the whole text is about if none is near.
        """
        tokens = self.tokens
        best: Referent | None = None
        highest = -100.0
        times = Counter([state.key for cues in self.cues.values() for position, _, state in cues if position < i])
        for sentence in range(tokens.sentence[i], -1, -1):
            sentences = tokens.sentence[i] - sentence
            if sentences > _MAXIMUM_DISTANCE and best is not None:
                break
            for position, strength, state in self.cues.get(sentence, ()):
                if position >= i or state.key in exclude:
                    continue
                # a state that never is more than a place is hardly the topic
                weight = (
                    strength - _PLACE * (state.tentative and strength < _BODY) - _BY_FIRST_SENTENCE * (sentences > 0)
                )
                weight -= _BY_SENTENCE * sentences
                weight -= _BY_PARAGRAPH * (tokens.paragraph[i] - tokens.paragraph[position])
                score = weight + _OFTEN * min(times[state.key], 8) - _ABROAD * (state is self.abroad)
                # of equally strong cues of this sentence the last is nearest
                if score > highest or (score == highest and sentences == 0):
                    best, highest = state, score
        home = self.publisher
        if home is not None and home.key not in exclude and highest < _AT_HOME:
            return home
        if self.headline is not None and self.headline.key not in exclude and highest < _IN_HEADLINE:
            return self.headline
        if leads and best is not None and highest < _FAR:
            # far from whatever was spoken of last, the text is about whom it is about most
            return self._main(exclude) or best
        return best

    def _main(self, exclude: Collection[str]) -> Referent | None:
        """The state that the whole text speaks of most."""
        total, states = self._weights(exclude)
        return self._most(total, states)

    def _most(self, total: dict[str, float], states: dict[str, Referent]) -> Referent | None:
        """The state that is spoken of most, if any but the one abroad is."""
        at_home = [key for key in total if self.abroad is None or key != self.abroad.key] or list(total)
        return states[max(at_home, key=lambda key: total[key])] if at_home else None

    def _weights(self, exclude: Collection[str]) -> tuple[dict[str, float], dict[str, Referent]]:
        """How much the whole text speaks of each state, and the states, by their keys."""
        total: dict[str, float] = defaultdict(float)
        states: dict[str, Referent] = {}
        for cues in self.cues.values():
            for _, weight, state in cues:
                if state.key not in exclude and not (state.tentative and weight < _BODY):
                    total[state.key] += weight
                    states.setdefault(state.key, state)
        return total, states

    def spoken_of(self) -> list[tuple[Referent, float]]:
        """All states that the text names, also those that only are places, and how much it speaks of each."""
        total: dict[str, float] = defaultdict(float)
        states: dict[str, Referent] = {}
        for cues in self.cues.values():
            for _, weight, state in cues:
                total[state.key] += weight
                states.setdefault(state.key, state)
        return [(state, total[key]) for key, state in states.items()]

    def is_near(self, state: Referent, i: int) -> bool:
        """Whether the sentence of a token brings a state up before it."""
        return any(other is state and at < i for at, _, other in self.cues.get(self.tokens.sentence[i], ()))

    def fallback(self, i: int, exclude: Collection[str] = ()) -> Referent | None:
        """The state meant at a token that no state stands before: one of its sentence, or the text's home."""
        ahead = [
            (weight, -position, state)
            for position, weight, state in self.cues.get(self.tokens.sentence[i], ())
            if position > i and weight >= 1.0 and state.key not in exclude
        ]
        return max(ahead, key=lambda cue: cue[:2])[2] if ahead else self.home(exclude)

    def home(self, exclude: Collection[str] = ()) -> Referent | None:
        """The state at which the text is at home: whose bodies it names without a word for whom, or speaks of most.

        Args:
            exclude: keys of states that it cannot be.
        """
        if self.publisher is not None and self.publisher.key not in exclude:
            return self.publisher
        total, states = self._weights(exclude)
        if self.headline is not None and self.headline.key not in exclude:
            total[self.headline.key] += _HEADLINE
            states.setdefault(self.headline.key, self.headline)
        return self._most(total, states)

    def salience(self, state: Referent, i: int) -> float:
        """How much the text before a token has been about a state: often and lately."""
        tokens = self.tokens
        total = 0.0
        for sentence in range(max(0, tokens.sentence[i] - 12), tokens.sentence[i] + 1):
            for position, weight, other in self.cues.get(sentence, ()):
                if other is state and position < i:
                    paragraphs = tokens.paragraph[i] - tokens.paragraph[position]
                    total += (0.4 + 0.2 * weight) / (1.0 + 0.35 * paragraphs + 0.1 * (tokens.sentence[i] - sentence))
        return total
