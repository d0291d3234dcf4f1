"""What the words around an event's trigger leave open and the article tells elsewhere.

The parties of a treaty sign it, the country of an election is the one the sentence or the lead speaks of, and who
"accused" somebody did so when they spoke.
"""

from __future__ import annotations

import bisect
from collections import Counter

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.events_arguments import Arguments
from kgbuild.extraction.events_lexicon import words
from kgbuild.extraction.events_mention import Candidate
from kgbuild.extraction.events_time import Times
from kgbuild.facts import ActorType, TimeSpan

_TREATY_REACH = 80


class Context:
    """What one document tells around its events."""

    def __init__(self, doc: Doc, arguments: Arguments) -> None:
        self._doc = doc
        self._arguments = arguments
        self._tokens = tokens = arguments.tokens
        self._by_key = arguments.by_key
        self._offsets: list[int] = []
        self._lead = next((p for p, kind in zip(tokens.paragraph, tokens.kind, strict=True) if kind == "body"), 0)
        self._affiliated: Counter[str] = Counter()
        for referent in doc._.actors:
            for key in referent.affiliation:
                self._affiliated[key] += len(referent.mentions)

    def time_of_speaking(self, i: int, agents: list[Referent], times: Times) -> TimeSpan | None:
        """When who accuses or demands spoke, as told of their words just before, in the same paragraph."""
        tokens = self._tokens
        subjects = self._arguments.subjects(i)
        if subjects and tokens.lemma[subjects[0]].lower() in words("documents"):
            return times.of(subjects[0], verb=False)[0]
        keys = {agent.key for agent in agents}
        if not self._offsets:
            self._offsets = self._doc.to_array("IDX").tolist()
        for statement in reversed(self._doc._.statements):
            if statement.stated_on is None or not keys & set(statement.speakers):
                continue
            starts = [span.start for span in statement.cue_spans]
            if starts and starts[0] < self._doc[i].idx:
                cue = bisect.bisect_right(self._offsets, starts[0]) - 1
                if tokens.paragraph[cue] == tokens.paragraph[i]:
                    return TimeSpan.on(statement.stated_on)
        return None

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
        if candidate.type == "Election" and not any(self._is_polity(r) for r in candidate.everybody):
            if any(tokens.ent[c] == "GPE" for c in tokens.children[candidate.trigger]):
                return
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
