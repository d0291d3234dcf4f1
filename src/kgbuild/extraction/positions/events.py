"""The events of a document as things that somebody can be for or against."""

from __future__ import annotations

import bisect

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.lexicon import DEFINITE
from kgbuild.extraction.written import written_of
from kgbuild.facts import Span

_WORDS = frozenset({"NOUN", "VERB", "PROPN"})
#: an event of these types that concerns a treaty stands for it: who hails the signing hails the treaty
_ABOUT = frozenset({"Vote", "Signing", "Ratification", "Agreement", "Negotiation"})
#: of these, the ones that nobody is for or against but for the treaty's sake
_STEPS = frozenset({"Vote", "Signing", "Ratification", "Agreement"})
#: events that are the taking of a stance, not what it is about
_DEEDS = frozenset({"Rejection", "Request", "Accusation", "Threat", "Protest", "Vote", "Agreement", "Concession"})


def _beside(doc: Doc, kind: str, mentions: tuple[Span, ...], starts: list[int]) -> str:
    """The only treaty of the sentence that tells of a vote or a signing: "voted to ratify the protocol"."""
    if kind not in _ABOUT or not mentions:
        return ""
    first = bisect.bisect_left(starts, mentions[0].start)
    if first >= len(doc):
        return ""
    sentence = doc[first].sent
    found = {t.key for t in doc._.treaties for m in t.mentions if sentence.start <= m.head < sentence.end}
    return found.pop() if len(found) == 1 else ""


class EventIndex:
    """Finds the event that a noun speaks of: by place, or for "the recall" by a word of an earlier mention.

    Args:
        doc: with events, or without.
    """

    def __init__(self, doc: Doc) -> None:
        self._at: dict[int, list[Referent]] = {}
        self._reach: dict[str, set[int]] = {}
        self._votes: set[str] = set()
        self._deeds: set[str] = set()
        self._steps: set[str] = set()
        self._by_lemma: dict[str, list[tuple[int, Referent]]] = {}
        if not doc._.events:
            return
        annotation, starts = annotation_of(doc), written_of(doc).offset
        treaties: dict[str, Referent] = {treaty.key: treaty for treaty in doc._.treaties}
        places: list[tuple[int, int, Referent]] = []
        for event in doc._.events:
            concerned = next(iter(event.concerns), "") or _beside(doc, event.type, event.mentions[:1], starts)
            referent = treaties.get(concerned)
            if referent is None or event.type not in _ABOUT:
                referent = Referent(key=event.key, sort="event", name=event.label)
            if event.type == "Vote":
                self._votes.add(referent.key)
            if event.type in _STEPS and referent.sort == "event":
                self._steps.add(referent.key)
            if event.type in _DEEDS:
                self._deeds.add(referent.key)
            for span in event.mentions:
                first, last = bisect.bisect_left(starts, span.start), bisect.bisect_left(starts, span.end)
                self._reach.setdefault(referent.key, set()).update(range(first, last))
                places.append((first, last, referent))
        places.sort(
            key=lambda place: (place[1] - place[0], place[0])
        )  # a noun first stands for the event it names alone
        for first, last, referent in places:
            for i in range(first, last):
                if annotation.pos[i] not in _WORDS or annotation.entity[i] in {"PERSON", "GPE", "NORP"}:
                    continue
                self._at.setdefault(i, []).append(referent)
                self._by_lemma.setdefault(annotation.lemma_lower[i], []).append((i, referent))

    def vote_near(self, token: Token) -> Referent | None:
        """The vote that a sentence, or the one before, tells of, apart from the word itself."""
        start = token.sent.start
        before = token.doc[start - 1].sent.start if start else 0
        for i in range(token.i - 1, before - 1, -1):
            for found in self._at.get(i, ()):
                if found.key in self._votes and token.i not in self._reach[found.key]:
                    return found
        return None

    def is_step(self, event: Referent) -> bool:
        """Whether an event is a step of some treaty that its own sentence does not name: "hailed the vote"."""
        return event.key in self._steps

    def of_verb(self, verb: Token) -> Referent | None:
        """The event that a verb tells: "criticised Japan for **seizing** the ship".

        Args:
            verb: a verb.
        """
        return next(iter(self._at.get(verb.i, ())), None)

    def at(self, token: Token, trigger: Token) -> Referent | None:
        """The event that a noun denotes, or None; a treaty where the event is a vote on it, its signing and the like.

        Args:
            token: head of a noun phrase.
            trigger: the word of stance; an event that it tells itself is not what the stance is about.
        """
        if token.pos_ not in {"NOUN", "PROPN"}:
            return None
        found = self._at.get(token.i, [])
        earlier = [item for item in self._by_lemma.get(token.lemma_.lower(), ()) if item[0] < token.i]
        if earlier and not found and any(c.lower_ in DEFINITE or c.dep_ == "poss" for c in token.children):
            found = [referent for _, referent in sorted(earlier, key=lambda item: item[1].key in self._deeds)]
        for referent in found:
            if not (referent.key in self._deeds and trigger.i in self._reach[referent.key]):
                return referent
        return None
