"""Mentions of events: the words that fit a row of the trigger table, with participants, time, place and realis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.events_arguments import Arguments
from kgbuild.extraction.events_lexicon import SPEECH_DEEDS, Trigger, words
from kgbuild.extraction.events_realis import outlook_of
from kgbuild.extraction.events_time import Times, place_of
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType, PartialDate, Realis, TimeSpan

_DEFINITE = frozenset({"the", "that", "this", "these", "those", "such", "its", "their", "his", "her"})
_CONTRAST = frozenset(
    {
        "another",
        "earlier",
        "previous",
        "next",
        "new",
        "second",
        "third",
        "last",
        "similar",
        "separate",
        "further",
        "other",
    }
)
_VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
_LABEL_TOKENS = 9
_TREATY_REACH = 80


@dataclass(slots=True, eq=False)
class Candidate:
    """One mention of an event, or several brought together.

    Attributes:
        at: the tokens of the mention that the label and the evidence are made of.
        own_time: the time hangs on the trigger, not on the clause around it.
        asserted: see :class:`kgbuild.extraction.events_realis.Outlook`.
        definite: the words point back ("the talks"); ``contrast``: they tell it from another ("an earlier truce").
        place, place_actor: see :class:`kgbuild.facts.Event`.
    """

    trigger: int
    type: str
    flag: str
    verb: bool
    at: tuple[int, ...]
    agents: list[Referent]
    recipients: list[Referent]
    participants: list[Referent]
    treaties: list[Referent]
    when: TimeSpan | None
    own_time: bool
    realis: Realis
    asserted: bool
    definite: bool
    contrast: bool
    place: str
    place_actor: str
    headline: bool
    merged: list[Candidate] = field(default_factory=list)

    @property
    def everybody(self) -> list[Referent]:
        """All the participants, each once."""
        return list(dict.fromkeys([*self.agents, *self.recipients, *self.participants]))


class CandidateFinder:
    """Finds the mentions of events in one document.

    Args:
        doc: annotated as far as treaties, coreference and dates.
        tokens: its tokens.
        table: triggers by lemma and part of speech.
        published: the day of publication, if known.
    """

    def __init__(
        self,
        doc: Doc,
        tokens: Tokens,
        table: Mapping[tuple[str, bool], tuple[Trigger, ...]],
        published: PartialDate | None,
    ) -> None:
        self._doc = doc
        self._tokens = tokens
        self._table = table
        self._published = published
        self.arguments = Arguments(doc, tokens)
        self._by_key = self.arguments.by_key
        self._names = self._covered()
        self._lead = next((p for p, kind in zip(tokens.paragraph, tokens.kind, strict=True) if kind == "body"), 0)
        self._affiliated: Counter[str] = Counter()
        for referent in doc._.actors:
            for key in referent.affiliation:
                self._affiliated[key] += len(referent.mentions)

    def find(self) -> list[Candidate]:
        """The mentions, in text order."""
        fitting: dict[int, Trigger] = {}
        for i in range(len(self._tokens)):
            trigger = self._fit(i)
            if trigger is not None:
                fitting[i] = trigger
        times = Times(self.arguments, self._doc._.dates, set(fitting))
        found = []
        for i, trigger in fitting.items():
            candidate = self._candidate(i, trigger, times)
            if trigger.flag == "background" and self.arguments.carrier(i) in fitting:
                # "lifted its sanctions": the verb is the event
                continue
            if candidate is not None and not self._is_complement(i, trigger, fitting, candidate):
                found.append(candidate)
        return found

    def _covered(self) -> set[int]:
        """Tokens inside of names and dates, which mean no events; a treaty's own noun may ("an exchange of notes")."""
        covered: set[int] = set()
        for referent in self._doc._.actors:
            for mention in referent.mentions:
                if mention.kind == "name" and mention.end - mention.start > 1:
                    covered.update(range(mention.start, mention.end))
        for referent in self._doc._.treaties:
            for mention in referent.mentions:
                covered.update(range(mention.start, mention.head))
        for date in self._doc._.dates:
            covered.update(range(date.start, date.end))
        return covered

    def _fit(self, i: int) -> Trigger | None:
        tokens = self._tokens
        pos, tag = tokens.pos[i], tokens.tag[i]
        if pos in ("NOUN", "PROPN"):
            verb = False
        elif pos == "VERB" and tag in _VERB_TAGS:
            verb = True
        else:
            return None
        rows = self._table.get((tokens.lemma[i].lower(), verb))
        if not rows or tokens.kind[i] == "boilerplate":
            return None
        if verb and tokens.dep[i] == "amod":
            return None
        if i in self._names:
            return None
        if not verb and tokens.dep[i] in ("compound", "nmod") and tokens.pos[tokens.head[i]] in ("NOUN", "PROPN"):
            return None
        for _ in self.arguments.readings(i):
            for row in rows:
                if all(self.arguments.holds(i, condition, verb=verb) for condition in row.conditions):
                    return row
        return None

    def _is_complement(self, i: int, trigger: Trigger, fitting: Mapping[int, Trigger], candidate: Candidate) -> bool:
        """What is asked for, threatened, promised or refused is no event beside the asking, unless it has a date."""
        tokens = self._tokens
        verb = i if trigger.verb else self.arguments.carrier(i)
        for _ in range(4):
            dep = tokens.dep[verb] if verb >= 0 else ""
            if dep not in ("xcomp", "ccomp", "acl", "conj") or (dep == "conj" and tokens.child(verb, "nsubj") >= 0):
                return False
            verb = tokens.head[verb]
            above = fitting.get(verb)
            if dep != "conj" and above is not None and above.type in SPEECH_DEEDS:
                return not (candidate.own_time and candidate.when is not None)
        return False

    def _candidate(self, i: int, trigger: Trigger, times: Times) -> Candidate | None:
        tokens, arguments, verb = self._tokens, self.arguments, trigger.verb
        outlook = outlook_of(arguments, i, verb=verb)
        if outlook.counterfactual:
            return None
        agents = arguments.fill(i, trigger.agent, verb=verb)
        recipients = [r for r in arguments.fill(i, trigger.recipient, verb=verb) if r not in agents]
        when, own = times.of(i, verb=verb)
        realis = outlook.realis
        if realis == Realis.ACTUAL and self._is_ahead(when):
            realis = Realis.PLANNED
        place, place_actor = place_of(arguments, i, verb=verb)
        modifiers = {tokens.lower[c] for c in tokens.children[i] if tokens.dep[c] in ("amod", "det", "advmod")}
        candidate = Candidate(
            trigger=i,
            type=trigger.type,
            flag=trigger.flag,
            verb=verb,
            at=self._phrase(i, verb=verb),
            agents=agents,
            recipients=recipients,
            participants=[],
            treaties=self._treaties(i, verb=verb),
            when=when,
            own_time=own,
            realis=realis,
            asserted=outlook.asserted,
            definite=self._is_definite(i, verb=verb),
            contrast=not verb and bool(modifiers & _CONTRAST),
            place=place,
            place_actor=place_actor,
            headline=tokens.kind[i] == "headline",
        )
        self._complete(candidate)
        return candidate if self._tells_enough(candidate, trigger, would=outlook.would) else None

    def _is_definite(self, i: int, *, verb: bool) -> bool:
        """Whether the words point back: "the talks", "their meeting"; of a verb, those of its object."""
        tokens = self._tokens
        heads = self.arguments.objects(i) if verb else [i]
        return any(tokens.lower[c] in _DEFINITE for head in heads for c in tokens.children[head])

    def _is_ahead(self, when: TimeSpan | None) -> bool:
        if when is None or when.start is None or self._published is None:
            return False
        start, published = str(when.start), str(self._published)
        return start > published and not published.startswith(start)

    def _treaties(self, i: int, *, verb: bool) -> list[Referent]:
        arguments = self.arguments
        heads = [*arguments.objects(i), *arguments.subjects(i)] if verb else []
        for preposition in ("of", "on", "to", "from", "about", "for", "under", "with"):
            heads += arguments.after(i, preposition, verb=verb)
        found = arguments.treaties(heads)
        referent = arguments.referents.get(i)
        if referent is not None and referent.sort == "treaty" and referent not in found:
            found.append(referent)
        return found

    def _complete(self, candidate: Candidate) -> None:
        """Participants that the words leave open: a treaty's parties, the country of an election."""
        if candidate.type in ("Signing", "Ratification", "Negotiation", "Mediation", "Agreement", "Concession"):
            parties = self._parties(candidate.treaties)
            if candidate.type == "Mediation":
                candidate.recipients += [p for p in parties if p not in candidate.everybody]
            elif candidate.type != "Concession" and not parties and not candidate.everybody:
                candidate.participants += self._parties(self._latest_treaty(candidate.trigger))
            elif not candidate.agents or (candidate.type == "Negotiation" and len(candidate.everybody) < 2):
                candidate.participants += [p for p in parties if p not in candidate.everybody]
        if candidate.type == "Election" and not any(self._is_polity(r) for r in candidate.everybody):
            country = self._country_near(candidate.trigger)
            if country is not None:
                candidate.participants.append(country)

    def _latest_treaty(self, i: int) -> list[Referent]:
        """The treaty spoken of last before a word, if that is not long ago: "Talks opened in 2018"."""
        best: tuple[int, Referent] | None = None
        for treaty in self._doc._.treaties:
            for mention in treaty.mentions:
                if i - _TREATY_REACH <= mention.head < i and (best is None or mention.head > best[0]):
                    best = (mention.head, treaty)
        return [best[1]] if best else []

    def _parties(self, treaties: list[Referent]) -> list[Referent]:
        keys = [key for treaty in treaties if treaty.detail is not None for key in treaty.detail.parties]
        return [self._by_key[key] for key in dict.fromkeys(keys) if key in self._by_key]

    @staticmethod
    def _is_polity(referent: Referent) -> bool:
        return referent.type in (ActorType.STATE, ActorType.ORGANIZATION, ActorType.INTERNATIONAL_ORGANIZATION)

    def _country_near(self, i: int) -> Referent | None:
        """The state that is nearest in the sentence of a word; else, of those in the lead, the most spoken of."""
        tokens = self._tokens
        best: tuple[tuple[int, bool, int, str], Referent] | None = None
        for referent in self._doc._.actors:
            if referent.type != ActorType.STATE:
                continue
            heads = [mention.head for mention in referent.mentions]
            here = [abs(head - i) for head in heads if tokens.sentence[head] == tokens.sentence[i]]
            lead = any(tokens.paragraph[head] <= self._lead for head in heads)
            weight = len(heads) + self._affiliated[referent.key]
            key = (min(here, default=10_000), not lead, -weight, referent.key)
            if best is None or key < best[0]:
                best = (key, referent)
        return best[1] if best else None

    def _tells_enough(self, candidate: Candidate, trigger: Trigger, *, would: bool) -> bool:
        """Whether a mention is an event of this article rather than background, habit, or mere wish."""
        tokens, i = self._tokens, candidate.trigger
        dated = candidate.when is not None
        people = candidate.everybody
        if candidate.flag == "anaphor":
            return True
        if candidate.realis == Realis.DENIED and not candidate.asserted and candidate.verb:
            candidate.asserted = self._is_denial(i, people)
            return candidate.asserted
        if not candidate.asserted and not (dated and candidate.own_time):
            return candidate.definite and not candidate.verb
        if would and candidate.type in SPEECH_DEEDS and not dated:
            return False
        if candidate.verb and self._is_generic(i):
            return False
        if candidate.flag == "weak" and not (dated and people):
            return False
        if candidate.flag == "background" and not (dated or (candidate.agents and candidate.recipients)):
            return False
        if would and candidate.type == "Vote" and not dated:
            return False
        if candidate.verb:
            present = tokens.tag[i] in ("VBZ", "VBP") and not any(tokens.dep[c] == "aux" for c in tokens.children[i])
            if present and not dated and candidate.type not in SPEECH_DEEDS and not candidate.headline:
                return False
            return bool(people) or dated
        if candidate.type == "Election":
            return dated or candidate.definite
        return bool(people) or dated or candidate.definite

    def _is_denial(self, i: int, people: list[Referent]) -> bool:
        """Whether somebody denies having done it: "Ireland said it had not met the delegation"."""
        offset = self._tokens.offset(i)
        state = self.arguments.state
        states = {state(referent).key for referent in people}
        for statement in self._doc._.statements:
            if any(span.start <= offset < span.end for span in statement.content_spans):
                speakers = [self._by_key[key] for key in statement.speakers if key in self._by_key]
                past = self._tokens.tag[i] in ("VBN", "VBD") or statement.denial
                return past and any(state(speaker).key in states for speaker in speakers)
        return False

    def _is_generic(self, i: int) -> bool:
        """Whether it is said of just anybody: "any minister who signed it"."""
        tokens = self._tokens
        return any(
            tokens.lower[c] in ("any", "every", "no", "whoever", "anyone", "nobody")
            for head in self.arguments.subjects(i)
            for c in (head, *tokens.children[head])
        )

    def _phrase(self, i: int, *, verb: bool) -> tuple[int, ...]:
        """The words that name the event: a noun with its modifiers and complement, or a verb with its object."""
        tokens = self._tokens
        first = i
        last = i
        if verb:
            for head in self.arguments.objects(i):
                if head > i and tokens.sentence[head] == tokens.sentence[i]:
                    last = max(last, head)
            for child in tokens.children[i]:
                if tokens.dep[child] in ("prt", "neg") and child > i:
                    last = max(last, child)
        else:
            for child in tokens.children[i]:
                if tokens.dep[child] in ("amod", "compound", "nummod", "poss", "nmod", "det") and child < first:
                    first = tokens.left_edge(child) if tokens.dep[child] == "poss" else child
                if (
                    tokens.dep[child] == "prep"
                    and child < i + 2
                    and tokens.lower[child] in ("of", "between", "on", "with")
                ):
                    last = max([last, *self.arguments.slot(i, (tokens.lower[child],), verb=False)])
        if last - first >= _LABEL_TOKENS:
            last = max(i, min(last, i + 3))
            first = max(first, i - 3)
        while first < i and tokens.lower[first] in ("the", "a", "an"):
            first += 1
        return tuple(range(first, last + 1))


def is_listed(lemma: str, name: str) -> bool:
    """Whether a lemma is in a word list of ``event_words.yaml``."""
    return lemma in words(name)
