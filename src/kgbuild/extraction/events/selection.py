"""Which mentions are events of the article, rather than background, habit, wish, or what somebody merely asks for."""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.lexicon import SPEECH_DEEDS, Trigger, words
from kgbuild.extraction.events.mention import Candidate
from kgbuild.facts import ActorType, Realis, TimeSpan

_DONE_AGAIN = frozenset({"Meeting", "MaterialCooperation", "Visit", "Aid", "Conference", "Negotiation"})
_RECURRENT = frozenset({"Meeting", "Visit", "Negotiation", "Vote", "Election"})


class Selection:
    """Judges the mentions of events in one document."""

    def __init__(self, doc: Doc, arguments: Arguments) -> None:
        self._doc = doc
        self._arguments = arguments
        self._tokens = arguments.tokens
        self._by_key = arguments.by_key

    def is_complement(self, i: int, trigger: Trigger, fitting: Mapping[int, Trigger], candidate: Candidate) -> bool:
        """What is asked for, threatened, promised or refused is no event beside the asking, unless it has a date."""
        tokens = self._tokens
        verb = i if trigger.verb else self._arguments.carrier(i)
        object_of = fitting.get(verb) if not trigger.verb and tokens.dep[i] in ("dobj", "nsubjpass") else None
        if object_of is not None and object_of.type in SPEECH_DEEDS - {"Accusation"} and not candidate.own_time:
            return True
        charge = tokens.head[tokens.head[verb]] if verb >= 0 and tokens.dep[verb] == "pcomp" else -1
        of = charge >= 0 and tokens.lower[tokens.head[verb]] == "of"
        if of and charge in fitting and fitting[charge].type == "Accusation" and not candidate.own_time:
            # "accused it of **shelling** a school": no event beside the accusation
            return candidate.realis != Realis.DENIED
        for _ in range(4):
            dep = tokens.dep[verb] if verb >= 0 else ""
            if dep == "ccomp" and verb < tokens.head[verb]:
                # "Peru offered help; Chile turned it down": a sentence of its own
                return False
            if dep not in ("xcomp", "ccomp", "acl", "conj") or (dep == "conj" and tokens.child(verb, "nsubj") >= 0):
                return False
            verb = tokens.head[verb]
            above = fitting.get(verb)
            if dep != "conj" and above is not None and above.type in SPEECH_DEEDS:
                if tokens.lemma_lower[verb] in words("realis.intent"):
                    return False
                # a deadline ("by the end of 2027") is no date of what is promised
                return not (candidate.own_time and candidate.when is not None and candidate.when.start is not None)
        return False

    def tells_enough(self, candidate: Candidate, *, would: bool) -> bool:
        """Whether a mention is an event of this article rather than background, habit, or mere wish."""
        tokens, i = self._tokens, candidate.trigger
        dated = candidate.when is not None
        people = candidate.everybody
        if candidate.flag == "anaphor":
            return True
        if candidate.realis == Realis.DENIED and not candidate.asserted and candidate.verb:
            when = candidate.when
            spoken = tokens.lemma[i].lower() in ("speak", "talk")
            since = when is not None and when.start is not None and when.end is None and not spoken
            if since and when is not None and when.start is not None and candidate.type in _RECURRENT:
                # "the commission has not met since September": in September it did
                candidate.realis, candidate.asserted, candidate.when = Realis.ACTUAL, True, TimeSpan.on(when.start)
                return bool(people)
            candidate.asserted = self._is_denial(i, people)
            return candidate.asserted
        if candidate.realis == Realis.DENIED and not candidate.asserted and len(people) > 1:
            # "there was no meeting between the two, Ankara said"
            candidate.asserted = self._is_denial(i, people)
        if not candidate.asserted and not (dated and candidate.own_time):
            return candidate.definite and not candidate.verb
        if would and candidate.type in SPEECH_DEEDS and not dated:
            return False
        if candidate.verb and (self._is_generic(i) or self._is_obliged(i) or (would and self._is_provision(i))):
            return False
        if candidate.flag == "weak" and not (dated and people):
            return False
        if candidate.flag == "background" and not (dated or (candidate.agents and candidate.recipients)):
            return False
        if candidate.type == "Signing" and candidate.verb and not dated and self._is_willing(i):
            # "is prepared to sign it" is where somebody stands
            return False
        if would and candidate.type == "Vote" and not dated:
            return False
        if candidate.verb and self._is_habitual(i):
            return False
        if candidate.verb:
            present = tokens.tag[i] in ("VBZ", "VBP") and not any(tokens.dep[c] == "aux" for c in tokens.children[i])
            if present and not dated and not candidate.headline and self._is_habit(candidate):
                return False
            return bool(people) or dated or candidate.flag == "told"
        if candidate.type == "Election":
            return dated or candidate.definite
        return bool(people) or dated or candidate.definite or candidate.flag == "told"

    def _is_willing(self, verb: int) -> bool:
        """Whether somebody only is ready for it: "was prepared to **sign** the protocol"."""
        tokens = self._tokens
        return tokens.dep[verb] == "xcomp" and tokens.lemma[tokens.head[verb]].lower() in words("realis.willing")

    def _is_habitual(self, verb: int) -> bool:
        """Whether an adverb makes it a habit: "usually **meet** in March"."""
        tokens = self._tokens
        present = tokens.tag[verb] in ("VBZ", "VBP", "VBN") and not any(
            tokens.dep[c] == "aux" or tokens.lower[c] in ("was", "were") for c in tokens.children[verb]
        )
        return present and any(tokens.lower[c] in words("habitual") for c in tokens.children[verb])

    def _is_habit(self, candidate: Candidate) -> bool:
        """Whether a verb in the present tells what is done again and again, rather than just now."""
        if candidate.type in SPEECH_DEEDS:
            return False
        named = any(actor.type not in (None, ActorType.GROUP) for actor in candidate.agents)
        again = candidate.type in _DONE_AGAIN and self._tokens.lemma[candidate.trigger].lower() not in words(
            "announcing"
        )
        return again or not named

    def _is_denial(self, i: int, people: list[Referent]) -> bool:
        """Whether somebody denies having done it: "Ireland said it had not met the delegation"."""
        offset = self._doc[i].idx
        state = self._arguments.state
        states = {state(referent).key for referent in people}
        for statement in self._doc._.statements:
            if any(span.start <= offset < span.end for span in statement.content_spans):
                speakers = [self._by_key[key] for key in statement.speakers if key in self._by_key]
                past = self._tokens.tag[i] in ("VBN", "VBD", "NN", "NNS") or statement.denial
                return past and any(state(speaker).key in states for speaker in speakers)
        return False

    def _is_obliged(self, i: int) -> bool:
        """Whether it is what a treaty binds its parties to: "would oblige both sides to **withdraw** lawsuits"."""
        tokens = self._tokens
        head = tokens.head[i]
        if tokens.dep[i] != "xcomp" or tokens.lemma[head].lower() not in words("binding"):
            return False
        while tokens.dep[head] == "conj" and tokens.child(head, "nsubj") < 0 and tokens.head[head] != head:
            head = tokens.head[head]
        subject = tokens.child(head, "nsubj")
        return subject >= 0 and (
            tokens.lower[subject] in ("it", "which", "that")
            or bool(self._arguments.treaties(self._arguments.subjects(head)))
        )

    def _is_provision(self, i: int) -> bool:
        """Whether it is what a treaty would do: "the pact would remove duties"."""
        tokens = self._tokens
        verb = i
        for _ in range(3):
            heads = self._arguments.subjects(verb)
            if self._arguments.treaties(heads) and not self._arguments.actors(heads):
                return True
            if tokens.dep[verb] not in ("xcomp", "ccomp", "conj") or tokens.pos[tokens.head[verb]] != "VERB":
                return False
            verb = tokens.head[verb]
            if verb != tokens.head[verb] and tokens.lemma[verb].lower() not in words("binding"):
                return False
        return False

    def _is_generic(self, i: int) -> bool:
        """Whether it is said of just anybody: "any minister who signed it"."""
        tokens = self._tokens
        return any(
            tokens.lower[c] in ("any", "every", "no", "whoever", "anyone", "nobody")
            for head in self._arguments.subjects(i)
            for c in (head, *tokens.children[head])
        )
