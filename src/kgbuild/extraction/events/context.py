"""What the words around an event's trigger leave open and the article tells elsewhere.

The parties of a treaty sign it, the country of an election is the one the sentence or the lead speaks of, and who
"accused" somebody did so when they spoke.
"""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.lexicon import words
from kgbuild.extraction.events.mention import Candidate
from kgbuild.extraction.events.time import Times
from kgbuild.facts import ActorType, TimeSpan

_TREATY_REACH = 80
#: classes of what two or more do with one another
_FOR_STATES = frozenset(
    {"Conference", "Negotiation", "Agreement", "Mediation", "Meeting", "Signing", "Ratification", "MaterialCooperation"}
)
_BETWEEN = frozenset({"Negotiation", "Signing", "Agreement"})


class Context:
    """What one document tells around its events."""

    def __init__(self, doc: Doc, arguments: Arguments) -> None:
        self._doc = doc
        self._arguments = arguments
        self._tokens = tokens = arguments.tokens
        self._by_key = arguments.by_key
        self._lead = next((p for p, kind in zip(tokens.paragraph, tokens.kind, strict=True) if kind == "body"), 0)
        self._affiliated: Counter[str] = Counter()
        for referent in doc._.actors:
            for key in referent.affiliation:
                self._affiliated[key] += len(referent.mentions)

    def time_of_speaking(self, i: int, agents: list[Referent], times: Times) -> TimeSpan | None:
        """When who accuses or demands spoke, as told of their words before."""
        tokens = self._tokens
        subjects = self._arguments.subjects(i)
        if subjects and tokens.lemma[subjects[0]].lower() in words("documents"):
            return times.of(subjects[0], verb=False)[0]
        keys = {agent.key for agent in agents}
        offset = self._doc[i].idx
        for statement in reversed(self._doc._.statements):
            if statement.stated_on is None or not statement.cue_spans or statement.cue_spans[0].start > offset:
                continue
            if keys & set(statement.speakers):
                return TimeSpan.on(statement.stated_on)
        return None

    def announcers(self, verb: int) -> list[Referent]:
        """Who did what they announce without saying who did it: "announced that three frigates had been sent"."""
        tokens = self._tokens
        head = tokens.head[verb]
        told = tokens.dep[verb] == "ccomp" and tokens.lemma_lower[head] in words("announcing")
        if not told or not self._arguments.is_passive(verb):
            return []
        return self._arguments.actors(self._arguments.subjects(head))

    def speakers_above(self, verb: int) -> list[Referent]:
        """Who demands in "told the envoy that the firing was reckless and demanded …", parsed as what was told."""
        tokens = self._tokens
        for _ in range(4):
            dep, head = tokens.dep[verb], tokens.head[verb]
            if dep not in ("conj", "ccomp") or head == verb:
                return []
            verb = head
            if dep == "ccomp":
                return self._arguments.actors(self._arguments.subjects(verb))
        return []

    def complete(self, candidate: Candidate) -> None:
        """Participants that the words leave open: a treaty's parties, the country of an election."""
        tokens = self._tokens
        if candidate.type in ("Signing", "Ratification", "Negotiation", "Mediation", "Agreement", "Concession"):
            parties = self._parties(candidate.treaties)
            if candidate.type == "Mediation":
                candidate.recipients += [p for p in parties if p not in candidate.everybody]
            elif not (parties or candidate.everybody or candidate.definite or candidate.type == "Concession"):
                candidate.participants += self._parties(self._latest_treaty(candidate.trigger))
            elif not candidate.agents or (candidate.type == "Negotiation" and len(candidate.everybody) < 2):
                candidate.participants += [p for p in parties if p not in candidate.everybody]
        if candidate.type == "Negotiation" and candidate.definite and not candidate.everybody:
            candidate.likely = self._parties(self._latest_treaty(candidate.trigger))
        bare = not any(tokens.dep[c] in ("prep", "agent") for c in tokens.children[candidate.trigger])
        anaphoric = candidate.definite and not candidate.verb and bare
        if candidate.type in ("Signing", "Agreement", "Ratification") and not candidate.everybody and not anaphoric:
            candidate.participants += self._polities_beside(candidate.trigger)
        if (candidate.type == "Election" or candidate.flag == "coup") and not any(
            self._is_polity(r) for r in candidate.everybody
        ):
            if any(tokens.ent[c] == "GPE" for c in tokens.children[candidate.trigger]):
                return
            own = [self._arguments.state(actor) for actor in candidate.everybody if actor.type == ActorType.PERSON]
            states = [state for state in own if state.type == ActorType.STATE]
            country = states[0] if states else self._country_near(candidate.trigger)
            if country is not None:
                candidate.participants.append(country)

    def pair(self, events: list[Candidate]) -> None:
        """Gives talks and signings that name nobody the parties of those nearest that the article tells of.

        Likewise mediation "between the delegations".
        """
        known = [event for event in events if event.type in _BETWEEN and len(event.everybody) > 1]
        for event in events:
            alone = event.type == "Mediation" and event.explicit and len(event.everybody) == 1
            if not known or not (alone or (event.type in _BETWEEN and not event.everybody)):
                continue
            nearest = min(known, key=lambda other: abs(other.trigger - event.trigger))
            event.participants += [actor for actor in nearest.everybody if actor not in event.everybody]

    @staticmethod
    def _is_assembly(referent: Referent) -> bool:
        if referent.type not in (ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION):
            return False
        names = {word for name in (referent.name, *referent.other_names) for word in name.lower().split()}
        return bool(names & words("lists.assembly"))

    def _assembly(self, i: int) -> Referent | None:
        """The assembly that a vote is in: of those that the article speaks of, the one spoken of last."""
        best: tuple[int, Referent] | None = None
        for referent in self._doc._.actors:
            if not self._is_assembly(referent):
                continue
            for mention in referent.mentions:
                distance = abs(mention.head - i) + (_TREATY_REACH if mention.head > i else 0)
                if best is None or distance < best[0]:
                    best = (distance, referent)
        return best[1] if best else None

    def assemble(self, events: list[Candidate]) -> None:
        """Gives votes the assembly that they are in, and signings by people the parties that these sign for."""
        for event in events:
            if event.type == "Signing" and not any(self._is_polity(referent) for referent in event.agents):
                parties = self._parties(event.treaties)
                if len(parties) in (2, 3):
                    event.participants += [p for p in parties if p not in event.everybody]
            if event.type in _FOR_STATES:
                # who confers and agrees does so for their state
                for actor in (*event.agents, *event.recipients):
                    state = self._arguments.state(actor)
                    if state.type == ActorType.STATE and not state.tentative and state not in event.everybody:
                        event.participants.append(state)
            if event.type == "Vote" and not any(self._is_assembly(referent) for referent in event.everybody):
                assembly = self._assembly(event.trigger)
                if assembly is not None:
                    event.participants.append(assembly)

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

    def _polities_beside(self, i: int) -> list[Referent]:
        """The states and organisations in the sentence of a treaty's event that says nothing of its parties."""
        tokens = self._tokens
        found: list[Referent] = []
        first = i
        while first > 0 and tokens.sentence[first - 1] == tokens.sentence[i]:
            first -= 1
        for j in range(first, len(tokens)):
            if tokens.sentence[j] != tokens.sentence[i]:
                break
            referent = self._arguments.referents.get(j)
            named = referent is not None and referent.sort == "actor" and not referent.tentative
            if referent is not None and named and self._is_polity(referent) and referent not in found:
                found.append(referent)
        return found if len(found) in (2, 3) else []

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
