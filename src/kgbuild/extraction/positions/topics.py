"""What a text has been speaking of: the treaty, the measure or the motion that "it" and what is left out stand for."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.issues import Issues, is_measure
from kgbuild.extraction.positions.lexicon import words_of
from kgbuild.extraction.tokens import tokens_of
from kgbuild.facts import Polarity

_OPEN = frozenset({"Proposed", "UnderNegotiation", "Agreed"})
#: how many sentences back "the idea" may look for a treaty that is still one
_FAR = 8
#: and how far the target of the stance before may be for what leaves its own out
_NEAR = 1
#: and the motion that people vote on
_MOTION = 4
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
#: mentions that make a treaty the one an article is about
_MAIN = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A stance that has been told: at which token, about what, and which."""

    at: int
    target: Referent
    polarity: Polarity


class Topics:
    """Remembers what one document has spoken of.

    Args:
        doc: with treaties.
        issues: of the same document.
    """

    def __init__(self, doc: Doc, issues: Issues) -> None:
        self._doc = doc
        self._issues = issues
        self._referents: dict[int, Referent] = doc._.referents
        self._treaties: list[Referent] = doc._.treaties
        self._sentence = tokens_of(doc).sentence
        self._told: list[Told] = []
        self.mentions: list[tuple[int, int, Referent]] = sorted(
            ((mention.start, mention.end, treaty) for treaty in self._treaties for mention in treaty.mentions),
            key=lambda item: item[:2],
        )

    def topic(self, before: int, sentences: int = 2, stage: str = "", *, idea: bool = False) -> Referent | None:
        """The treaty last spoken of before a token, or in its own sentence.

        Args:
            before: index of a token.
            sentences: how many sentences back it may be.
            stage: prefer the only treaty at this stage.
            idea: only one that is not signed yet; it may be further back.
        """
        here = self._sentence[before]
        if stage:
            staged = [t for t in self._treaties if t.detail.status == stage]
            if len(staged) == 1:
                return staged[0]
        reach = _FAR if idea else sentences
        for start, _, treaty in reversed(self.mentions):
            if start >= before or (idea and treaty.detail.status not in _OPEN):
                continue
            if here - self._sentence[start] > reach:
                break
            return treaty if self._sentence[start] == here or idea else self._subject_of(start) or treaty
        return next((t for start, _, t in self.mentions if self._sentence[start] == here), None)

    def _subject_of(self, start: int) -> Referent | None:
        """The treaty that is the subject of the sentence of a mention: what the text goes on about."""
        sentence = self._doc[start].sent
        for first, end, treaty in self.mentions:
            if sentence.start <= first < sentence.end and self._doc[first:end].root.dep_ in {"nsubj", "nsubjpass"}:
                return treaty
        return None

    def motion(self, token: Token) -> Referent | None:
        """What is voted on where the words leave it out: the resolution, motion or bill last spoken of."""
        for child in token.sent.root.children:  # "the embargo was renewed, with China abstaining"
            if child.dep_ == "nsubjpass" and is_measure(child) and child.i not in self._referents:
                return self._issues.at(child)
        first = self._doc[token.i].sent.start
        for _ in range(_MOTION):
            if first > 0:
                first = self._doc[first - 1].sent.start
        lemmas = tokens_of(self._doc).lemma
        for i in range(token.i - 1, first - 1, -1):
            if lemmas[i] not in words_of("motion") or self._doc[i].pos_ != "NOUN":
                continue
            own = self._referents.get(i)
            if any(i < start < token.i for start, _, _ in self.mentions):
                return None
            if own is None or own.sort == "issue":
                return self._issues.at(self._doc[i])
            return own if own.sort == "treaty" else None
        return None

    def main(self, before: int) -> Referent | None:
        """The treaty that an article is mostly about, if it has been spoken of: "Chile is on side", late in it."""
        counts = sorted(((len(t.mentions), -i, t) for i, t in enumerate(self._treaties)), key=lambda c: c[:2])
        if not counts or counts[-1][0] < _MAIN or (len(counts) > 1 and counts[-2][0] * 2 > counts[-1][0]):
            return None
        main = counts[-1][2]
        return main if any(mention.start < before for mention in main.mentions) else None

    def remember(self, target: Referent, polarity: Polarity, at: int) -> None:
        """Keeps the last stance: "it" in the next sentence may be its target, and others may "follow suit"."""
        self._told.append(Told(at, target, polarity))

    @property
    def _last(self) -> Told | None:
        return self._told[-1] if self._told else None

    def last_told(self, at: int, sentences: int = 1) -> Told | None:
        """The last stance, if it was told at most so many sentences before a token."""
        if self._last is None or self._sentence[at] - self._sentence[self._last.at] > sentences:
            return None
        return self._last

    def told_measure(self, token: Token) -> Referent | None:
        """The measure or deed of the last stance before a token, if no treaty has been spoken of since.

        Args:
            token: "it", "this"; all stances of the document must have been told.
        """
        before = [told for told in self._told if told.at < token.i]
        last = before[-1] if before else None
        if last is None or last.target.sort == "treaty" or self._sentence[token.i] - self._sentence[last.at] > _NEAR:
            return None
        return last.target if not any(last.at < start < token.i for start, _, _ in self.mentions) else None

    def newer(self, token: Token, topic: Referent | None) -> Referent | None:
        """The target of the stance told right before, if no treaty has been spoken of since; else the treaty."""
        last = self._last
        if last is None or last.target.sort != "issue" or self._sentence[token.i] - self._sentence[last.at] > _NEAR:
            return topic
        return topic if topic is not None and self._named(topic, token.i) > last.at else last.target

    def _named(self, treaty: Referent, before: int) -> int:
        """Where a treaty is last named before a token; -1 if it is not."""
        return max((start for start, _, each in self.mentions if each is treaty and start < before), default=-1)

    def spoken_of(self, token: Token) -> Referent | None:
        """The measure that the sentence before has as its subject: "The embargo was renewed. Peru wants it lifted"."""
        annotation = annotation_of(self._doc)
        start, _ = annotation.sentence(token.i)
        if not start or self._sentence[token.i] == self._sentence[start - 1]:
            return None
        first, _ = annotation.sentence(start - 1)
        root = self._doc[first:start].root.i
        dep, lemma = annotation.dep, annotation.lemma_lower
        forward = lemma[root] in words_of("put forward")
        told = [c for c in annotation.children[root] if dep[c] in _SUBJECTS or (forward and dep[c] == "dobj")]
        measure = next((c for c in told if lemma[c] in words_of("measure") and c not in self._referents), None)
        if measure is None or any(first <= named < token.i for named, _, _ in self.mentions):
            return None
        return self._issues.at(self._doc[measure])

    def just_now(self, token: Token) -> Referent | None:
        """What "it" stands for: the treaty just spoken of, or the target of the last stance."""
        measure = self.spoken_of(token)
        if measure is not None:
            return measure
        topic = self.topic(token.i, 1)
        last = self._last
        if last is None or self._sentence[token.i] - self._sentence[last.at] > (1 if topic else 2):
            return topic
        if topic is None or (last.target.sort == "issue" and last.at > self._named(topic, token.i)):
            return last.target
        return topic

    def by_part_of_name(self, token: Token) -> Referent | None:
        """ "The fund" for the Climate Fund Agreement: a word of the name of the treaty last spoken of."""
        if not self.mentions or token.pos_ != "NOUN":
            return None
        if not any(child.lower_ in {"the", "this", "that"} for child in token.children):
            return None
        topic = self.topic(token.i, _FAR)
        words = {word.lower() for word in topic.name.split()[:-1]} if topic is not None and " " in topic.name else set()
        return topic if token.lower_ in words and topic is not None and topic.name[0].isupper() else None
