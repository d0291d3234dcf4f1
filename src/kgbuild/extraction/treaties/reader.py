"""Reads the treaties of one document: groups the mentions, gathers what they tell, and writes it to the document."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clusters import Cluster
from kgbuild.extraction.treaties.completion import complete
from kgbuild.extraction.treaties.drafts import CONFIDENCE, Draft
from kgbuild.extraction.treaties.elided import Elided
from kgbuild.extraction.treaties.equating import (
    is_called,
    is_called_so,
    is_distinct,
    is_first_such,
    is_of_kind,
    is_told_of_it,
)
from kgbuild.extraction.treaties.history import history
from kgbuild.extraction.treaties.known import KnownTreaties
from kgbuild.extraction.treaties.lexicon import in_class
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.opening import Opening
from kgbuild.extraction.treaties.parties import Parties
from kgbuild.extraction.treaties.places import is_within, places_of, verb_above, years_beside
from kgbuild.extraction.treaties.spoken import Spoken
from kgbuild.extraction.treaties.status import StatusEvidence, evidence_of

_CONCLUDED = frozenset(["Signed", "Ratified", "InForce", "Suspended", "Withdrawn", "Expired"])
_MADE = frozenset({"Agreed", "Signed"})
_BEGINNING = frozenset({"Proposed", "UnderNegotiation"})
#: how many tokens back a resolution may be for "the text" to be its text
_BACK = 80
#: how many sentences on "the deal" may still be a contract
_AFTER_CONTRACT = 5
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "attr"})


class Reader:
    """Groups the mentions of one document and writes what they tell.

    Args:
        doc: the document, with its actors.
        known: the authority's treaties.
    """

    def __init__(self, doc: Doc, known: KnownTreaties) -> None:
        self._doc = doc
        self._known = known
        self._tables = known.tables
        self._parties = Parties(doc)
        self._opening = Opening(doc, self._parties, self._tables)
        self._sentence_of = tokens_of(doc).sentence
        self._spoken = Spoken(doc, self._sentence_of)
        self._contracts: list[TreatyMention] = []

    def read(self, mentions: list[TreatyMention]) -> None:
        """Groups the mentions and fills the document."""
        for mention in mentions:
            if not any(is_within(mention, other) for other in mentions):
                self._place(mention)
        Elided(self._spoken, self._parties, self._tables).place()
        drafts = [draft for draft in self._spoken.drafts.values() if not draft.is_headline_noise]
        drafts = [draft for draft in drafts if not draft.is_wish]
        drafts.sort(key=lambda draft: min(m.start for m in draft.cluster.mentions))
        for draft in sorted(drafts, key=lambda draft: draft.like is not None):
            complete(draft, drafts, self._parties, self._known, self._sentence_of)
        referents: dict[int, Referent] = self._doc._.referents
        for number, draft in enumerate(drafts):
            draft.evidence = [self._by_party(item, draft) for item in draft.evidence]
            entry = self._known.entry(draft.cluster.authority)
            steps = history(self._doc, draft.evidence, self._parties)
            referent = draft.referent(self._doc, f"t{number}", entry, self._tables, steps)
            self._doc._.treaties.append(referent)
            for mention in draft.cluster.mentions:
                for i in {mention.head, mention.noun}:
                    if i not in referents or referents[i].sort != "actor" or i == mention.noun:
                        referents[i] = referent

    def _by_party(self, item: StatusEvidence, draft: Draft) -> StatusEvidence:
        """What a party does to a treaty counts in full: "which Bishkek denounced", "Montevideo dropped it"."""
        if item.status != "Withdrawn" or item.weight != 0 or not item.told or item.word.pos_ != "VERB":
            return item
        if any(child.lower_ in {"as", "for"} and child.dep_ == "prep" for child in item.word.children):
            return item  # "denounced the accord as a surrender"
        keys = self._parties.of_doer(item.word)
        return replace(item, weight=1) if keys and set(keys) <= set(draft.parties) else item

    def _place(self, mention: TreatyMention) -> None:
        if mention.plural and mention.form != "name" and not self._opening.are_concluded(mention):
            return  # "treaties need two thirds of the votes" speaks of none in particular
        if self._is_of_rival(mention) or self._is_of_contract(mention):
            return
        if self._spoken.placed and is_of_kind(self._doc, mention):
            return
        pairs = self._parties.who.pairs
        pairs.beside = self._parties_beside(mention)
        named = self._parties.of_phrase(mention)
        mention.withs = frozenset(self._parties.behind_with(mention) or self._parties.behind_with_of_clause(mention))
        mention.owners = frozenset(self._parties.owners(mention))
        named += [key for key in self._parties.owners(mention) if key not in named]
        if mention.form in {"indefinite", "definite"}:
            both = dict.fromkeys([*named, *self._parties.of_context(mention)])
            mention.between = frozenset(filter(self._parties.who.is_public, both))
        # "any deal made without us" is no deal that was made
        tentative = mention.form == "none" or (
            mention.form == "indefinite" and self._doc[mention.start].lower_ == "any"
        )
        evidence = self._evidence(mention, tentative=tentative)
        concluded = any(item.weight and item.status in _CONCLUDED for item in evidence)
        self._read_place(mention, evidence)
        years = years_beside(mention, self._doc) if concluded else set()
        cluster = self._cluster_of(mention, named, concluded=concluded)
        if cluster is not None and self._is_of_later_year(mention, cluster, years, evidence):
            cluster = None
        entry = self._known.named(mention)
        if cluster is not None and mention.form == "none" and (cluster.concluded or cluster.years):
            return  # "has no such treaty with Peru" says nothing of the one with Chile
        if cluster is None:
            if not self._opening.opens(
                mention, named, first=not self._spoken.drafts, treated=any(e.status for e in evidence)
            ):
                if self._opening.is_none(mention, named):
                    self._contracts.append(mention)
                return
            cluster = Cluster()
            self._spoken.grouping.clusters.append(cluster)
            self._spoken.drafts[cluster] = Draft(cluster)
        if entry and (mention.form == "name" or not cluster.authority):
            cluster.authority = entry.id
            cluster.years |= {date.year for date in (entry.signed, entry.in_force) if date is not None}
            cluster.parties.update(self._parties.who.of_authority(entry))
        if mention.form != "none":
            cluster.add(mention, parties=set(named), years=years, concluded=concluded)
            self._spoken.placed.append(mention)
        draft = self._spoken.drafts[cluster]
        draft.evidence += [replace(item, mention=mention) for item in evidence]
        if self._parties.is_same_pair(mention):
            for other in self._spoken.drafts.values():
                if other is not draft and len(other.parties) >= 2:
                    named = list(other.parties)
                    break
        tendered = len(named) > 1 and self._parties.is_tendered(mention)
        draft.parties.update(dict.fromkeys([*named, *([] if tendered else self._parties.of_context(mention))]))
        cluster.parties |= set(draft.parties)
        pairs.bilateral = [tuple(one.parties) for one in self._spoken.drafts.values() if len(one.parties) == 2]
        form = "name" if mention.form == "name" else (mention.entry.opens if mention.entry else "name")
        draft.confidence = max(draft.confidence, CONFIDENCE.get(form, 0.0))

    def _evidence(self, mention: TreatyMention, *, tentative: bool) -> list[StatusEvidence]:
        """What the words around a mention say of its treaty's stage."""
        draft = mention.noun_text in {"draft", "text"}
        head = self._doc[mention.head]
        evidence = list(evidence_of(head, mention.end, tentative=tentative, draft=draft, tables=self._tables))
        if not any(item.status for item in evidence):
            evidence += self._evidence_beside(mention)
        evidence += self._evidence_echoed(mention)
        if any(item.deed in _MADE and not item.told and item.status in _BEGINNING for item in evidence):
            return [item for item in evidence if item.word.lower_ != "under"]  # "under a treaty to be concluded"
        return evidence

    @staticmethod
    def _is_of_later_year(
        mention: TreatyMention, cluster: Cluster, years: set[int], evidence: list[StatusEvidence]
    ) -> bool:
        """ "… under a 1975 agreement. The agreement to prevent fishing there, signed in 2018, …": another treaty."""
        told = mention.form == "definite" and mention.topic_end > mention.noun + 1
        if not told or not years or not cluster.years or years & cluster.years or set(mention.words) & cluster.words:
            return False
        return any(item.status == "Signed" and item.told for item in evidence)

    def _read_place(self, mention: TreatyMention, evidence: list[StatusEvidence]) -> None:
        """What a mention tells of where and when its treaty was concluded."""
        mention.signed_in = places_of(item.word for item in evidence if item.told and item.status in _MADE)
        mention.elsewhere = bool(mention.place) and not self._parties.who.at(self._doc[mention.core])
        mention.distinct = bool(mention.years) and is_distinct(self._doc, mention)

    def _is_of_rival(self, mention: TreatyMention) -> bool:
        """Whether "the text" is that of a resolution or a bill, spoken of last, or in which the treaty is spoken of."""
        if mention.entry is None or mention.entry.opens != "no" or mention.words or not self._spoken.placed:
            return False
        latest = self._spoken.placed[-1]
        start = max(self._doc[latest.head].sent.start, mention.start - _BACK)
        for token in self._doc[start : mention.start]:
            if token.pos_ in {"NOUN", "PROPN"} and in_class(token.lemma_.lower(), "rival"):
                inside = any(above.i == token.i for above in self._doc[latest.head].ancestors)
                if token.i > latest.end or inside:
                    return True
        return False

    def _is_of_contract(self, mention: TreatyMention) -> bool:
        """Whether "the deal" is the one of firms, clubs or unions that was spoken of last."""
        if mention.form not in {"definite", "demonstrative"} or mention.words or mention.parties or not self._contracts:
            return False
        latest = self._contracts[-1]
        if self._spoken.placed and self._spoken.placed[-1].start > latest.start:
            return False
        return self._sentence_of[mention.head] - self._sentence_of[latest.head] <= _AFTER_CONTRACT

    def _cluster_of(self, mention: TreatyMention, named: list[str], *, concluded: bool) -> Cluster | None:
        """The treaty spoken of so far that a mention speaks of again."""
        entry = self._known.named(mention)
        mention.known = entry is not None
        same = self._equated(mention) or self._predicated(mention)
        if same is not None and (entry is None or same.authority in {"", entry.id}):
            return same
        if entry is not None:
            for one in self._spoken.grouping.clusters:
                if one.authority == entry.id:
                    return one
            parties = set(self._parties.who.of_authority(entry))
            for one, draft in self._spoken.drafts.items():
                if mention.years and one.years and not mention.years & one.years:
                    continue  # "… signed in 2014. Parliament had added a reference to the 1920 Peace of Tartu"
                near = self._sentence_of[mention.head] - self._sentence_of[one.last.head] <= 1
                if near and len(parties) == 2 and parties == set(draft.parties) and one.is_unnamed:
                    return one  # "Tuvalu has a treaty with Australia. The Falepili Union …"
        cluster = self._spoken.grouping.resolve(
            mention, parties=set(named), concluded=concluded, separate=self._separate(mention)
        )
        if cluster is not None and entry and cluster.authority not in {"", entry.id}:
            return None
        return cluster

    def _equated(self, mention: TreatyMention) -> Cluster | None:
        """The treaty of which a phrase beside it gives the name: "the treaty, known as the Almaty Pact"."""
        if not self._spoken.placed:
            return None
        other = self._spoken.placed[-1]
        if self._sentence_of[other.head] == self._sentence_of[mention.head] and is_first_such(
            self._doc, other, mention
        ):
            return next(c for c in self._spoken.grouping.clusters if other in c.mentions)
        if mention.form != "name" and not is_called(self._doc, other, mention):
            return None
        if is_called_so(self._doc, mention):
            cluster = next(c for c in self._spoken.grouping.clusters if other in c.mentions)
            return cluster if cluster.is_unnamed else None
        if other.form == "name" or other.end > mention.start or mention.start - other.end > 4:
            return None
        between = [
            token.lower_ for token in self._doc[other.end : mention.start] if token.lower_ not in {"the", "“", '"'}
        ]
        beside = between in ([","], ["("], ["-"], ["–"], ["—"], []) and self._doc[mention.head].dep_ in {
            "appos",
            "npadvmod",
        }
        called = bool(between) and any(in_class(word, "called") for word in between)
        if not (beside or called) or other.plural:
            return None
        cluster = next(c for c in self._spoken.grouping.clusters if other in c.mentions)
        return cluster if cluster.is_unnamed else None

    def _predicated(self, mention: TreatyMention) -> Cluster | None:
        """The treaty of which "it" says what it is: "It began as a modest treaty"."""
        latest = self._spoken.latest_before(mention.start, 2) if is_told_of_it(self._doc, mention) else None
        if latest is None:
            return None
        return next(c for c in self._spoken.grouping.clusters if latest in c.mentions)

    def _evidence_beside(self, mention: TreatyMention) -> list[StatusEvidence]:
        """What governs the treaty listed just before this one: "under a 1952 pact and, since 2016, a memorandum"."""
        if not self._spoken.placed or mention.form == "pronoun":
            return []
        other = self._spoken.placed[-1]
        gap = self._doc[other.end : mention.start]
        if other.end >= mention.start or len(gap) > 6 or not any(token.lower_ == "and" for token in gap):
            return []
        if any(token.pos_ in {"VERB", "AUX", "PRON"} for token in gap):
            return []
        return list(evidence_of(self._doc[other.head], other.end, tables=self._tables))

    def _evidence_echoed(self, mention: TreatyMention) -> list[StatusEvidence]:
        """What is so of the treaty spoken of before is so of this one: "It remains in force. So does a tax treaty"."""
        before = self._doc[max(mention.start - 2, 0) : mention.start]
        if not self._spoken.placed or len(before) < 2 or before[0].lower_ != "so" or before[1].pos_ != "AUX":
            return []
        other = self._spoken.placed[-1]
        return list(evidence_of(self._doc[other.head], other.end, tables=self._tables))

    def _parties_beside(self, mention: TreatyMention) -> list[str]:
        """Parties of the treaties that the sentence speaks of before this mention."""
        found: list[str] = []
        for other in reversed(self._spoken.placed):
            if self._sentence_of[other.head] != self._sentence_of[mention.head]:
                break
            for cluster, draft in self._spoken.drafts.items():
                if other in cluster.mentions and len(draft.parties) == 2:
                    found += draft.parties
        return found

    def _separate(self, mention: TreatyMention) -> set[int]:
        """Heads of earlier mentions that stand beside this one in a clause, and so denote another treaty."""
        found = set()
        verb = verb_above(self._doc, mention)
        head = self._doc[mention.head]
        bare = mention.form == "definite" and not mention.words and not mention.other
        for other in reversed(self._spoken.placed):
            if self._sentence_of[other.head] != self._sentence_of[mention.head]:
                break
            if other.form == "pronoun" or head.dep_ in {"appos", "conj"}:
                continue
            if bare and not (head.dep_ in _ARGUMENTS and self._doc[other.head].dep_ in _ARGUMENTS):
                continue  # "suspended the pact's inspections after the other side's violation of the pact"
            theirs = verb_above(self._doc, other)
            if verb is not None and verb == theirs and not in_class(self._doc[verb].lemma_.lower(), "equating"):
                found.add(other.head)
        return found
