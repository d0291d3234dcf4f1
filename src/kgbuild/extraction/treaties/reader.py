"""Reads the treaties of one document: groups the mentions, gathers what they tell, and writes it to the document."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clusters import Cluster, Grouping
from kgbuild.extraction.treaties.completion import complete
from kgbuild.extraction.treaties.drafts import CONFIDENCE, Draft
from kgbuild.extraction.treaties.ellipsis import Another, elisions, others, pronouns, wants_treaty
from kgbuild.extraction.treaties.equating import is_called, is_called_so, is_first_such, is_of_kind, is_told_of_it
from kgbuild.extraction.treaties.history import history
from kgbuild.extraction.treaties.known import KnownTreaties
from kgbuild.extraction.treaties.lexicon import in_class
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.naming import another_name
from kgbuild.extraction.treaties.opening import Opening
from kgbuild.extraction.treaties.parties import Parties
from kgbuild.extraction.treaties.places import is_within, passages, verb_above, years_beside
from kgbuild.extraction.treaties.status import StatusEvidence, evidence_from, evidence_of

_CONCLUDED = frozenset(["Signed", "Ratified", "InForce", "Suspended", "Withdrawn", "Expired"])
_AGREED = _CONCLUDED | {"Agreed"}
#: how many tokens back a resolution may be for "the text" to be its text
_BACK = 80
#: how many sentences on "the deal" may still be a contract
_AFTER_CONTRACT = 5
_LEFT = frozenset(["Suspended", "Withdrawn"])
_GOING = frozenset({"leave", "quit", "walk"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
#: tokens at the beginning of a sentence in which its subject stands, behind a speaker's name or an adverb
_OPENING = 6
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
        self._passage_of = passages(tokens_of(doc).text, self._sentence_of)
        self._grouping = Grouping(self._sentence_of)
        self._drafts: dict[Cluster, Draft] = {}
        self._placed: list[TreatyMention] = []
        self._contracts: list[TreatyMention] = []

    def read(self, mentions: list[TreatyMention]) -> None:
        """Groups the mentions and fills the document."""
        for mention in mentions:
            if not any(is_within(mention, other) for other in mentions):
                self._place(mention)
        self._place_others()
        self._place_pronouns()
        self._place_elisions()
        drafts = [draft for draft in self._drafts.values() if not draft.is_headline_noise]
        drafts = [draft for draft in drafts if not draft.is_wish]
        drafts.sort(key=lambda draft: min(m.start for m in draft.cluster.mentions))
        for draft in sorted(drafts, key=lambda draft: draft.like is not None):
            complete(draft, drafts, self._parties, self._known, self._sentence_of)
        referents: dict[int, Referent] = self._doc._.referents
        for number, draft in enumerate(drafts):
            entry = self._known.entry(draft.cluster.authority)
            steps = history(self._doc, draft.evidence, self._parties)
            referent = draft.referent(self._doc, f"t{number}", entry, self._tables, steps)
            self._doc._.treaties.append(referent)
            for mention in draft.cluster.mentions:
                for i in {mention.head, mention.noun}:
                    if i not in referents or referents[i].sort != "actor" or i == mention.noun:
                        referents[i] = referent

    def _place(self, mention: TreatyMention) -> None:
        if mention.plural and mention.form != "name" and not self._opening.are_concluded(mention):
            return  # "treaties need two thirds of the votes" speaks of none in particular
        if self._is_of_rival(mention) or self._is_of_contract(mention):
            return
        if self._placed and is_of_kind(self._doc, mention):
            return
        head = self._doc[mention.head]
        pairs = self._parties.who.pairs
        pairs.beside = self._parties_beside(mention)
        named = self._parties.of_phrase(mention)
        mention.withs = frozenset(self._parties.behind_with(mention) or self._parties.behind_with_of_clause(mention))
        mention.owners = frozenset(self._parties.owners(mention))
        named += [key for key in self._parties.owners(mention) if key not in named]
        if mention.form in {"indefinite", "definite"}:
            both = dict.fromkeys([*named, *self._parties.of_context(mention)])
            mention.between = frozenset(filter(self._parties.who.is_public, both))
        draft_of = mention.noun_text in {"draft", "text"}
        # "any deal made without us" is no deal that was made
        tentative = mention.form == "none" or (
            mention.form == "indefinite" and self._doc[mention.start].lower_ == "any"
        )
        evidence = list(evidence_of(head, mention.end, tentative=tentative, draft=draft_of, tables=self._tables))
        if not any(item.status for item in evidence):
            evidence += self._evidence_beside(mention)
        evidence += self._evidence_echoed(mention)
        concluded = any(item.weight and item.status in _CONCLUDED for item in evidence)
        years = years_beside(mention, self._doc) if concluded else set()
        cluster = self._cluster_of(mention, named, concluded=concluded)
        entry = self._known.named(mention)
        if cluster is not None and mention.form == "none" and (cluster.concluded or cluster.years):
            return  # "has no such treaty with Peru" says nothing of the one with Chile
        if cluster is None:
            if not self._opening.opens(mention, named, first=not self._drafts, treated=any(e.status for e in evidence)):
                if self._opening.is_none(mention, named):
                    self._contracts.append(mention)
                return
            cluster = Cluster()
            self._grouping.clusters.append(cluster)
            self._drafts[cluster] = Draft(cluster)
        if entry and (mention.form == "name" or not cluster.authority):
            cluster.authority = entry.id
            cluster.parties.update(self._parties.who.of_authority(entry))
        if mention.form != "none":
            cluster.add(mention, parties=set(named), years=years, concluded=concluded)
            self._placed.append(mention)
        draft = self._drafts[cluster]
        draft.evidence += [replace(item, mention=mention) for item in evidence]
        if self._parties.is_same_pair(mention):
            for other in self._drafts.values():
                if other is not draft and len(other.parties) >= 2:
                    named = list(other.parties)
                    break
        tendered = len(named) > 1 and self._parties.is_tendered(mention)
        draft.parties.update(dict.fromkeys([*named, *([] if tendered else self._parties.of_context(mention))]))
        cluster.parties |= set(draft.parties)
        pairs.bilateral = [tuple(one.parties) for one in self._drafts.values() if len(one.parties) == 2]
        form = "name" if mention.form == "name" else (mention.entry.opens if mention.entry else "name")
        draft.confidence = max(draft.confidence, CONFIDENCE.get(form, 0.0))

    def _is_of_rival(self, mention: TreatyMention) -> bool:
        """Whether "the text" is that of a resolution or a bill, spoken of last, or in which the treaty is spoken of."""
        if mention.entry is None or mention.entry.opens != "no" or mention.words or not self._placed:
            return False
        latest = self._placed[-1]
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
        if self._placed and self._placed[-1].start > latest.start:
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
            for one in self._grouping.clusters:
                if one.authority == entry.id:
                    return one
            parties = set(self._parties.who.of_authority(entry))
            for one, draft in self._drafts.items():
                if mention.years and one.years and not mention.years & one.years:
                    continue  # "… signed in 2014. Parliament had added a reference to the 1920 Peace of Tartu"
                near = self._sentence_of[mention.head] - self._sentence_of[one.last.head] <= 1
                if near and len(parties) == 2 and parties == set(draft.parties) and one.is_unnamed:
                    return one  # "Tuvalu has a treaty with Australia. The Falepili Union …"
        cluster = self._grouping.resolve(
            mention, parties=set(named), concluded=concluded, separate=self._separate(mention)
        )
        if cluster is not None and entry and cluster.authority not in {"", entry.id}:
            return None
        return cluster

    def _equated(self, mention: TreatyMention) -> Cluster | None:
        """The treaty of which a phrase beside it gives the name: "the treaty, known as the Almaty Pact"."""
        if not self._placed:
            return None
        other = self._placed[-1]
        if self._sentence_of[other.head] == self._sentence_of[mention.head] and is_first_such(
            self._doc, other, mention
        ):
            return next(c for c in self._grouping.clusters if other in c.mentions)
        if mention.form != "name" and not is_called(self._doc, other, mention):
            return None
        if is_called_so(self._doc, mention):
            cluster = next(c for c in self._grouping.clusters if other in c.mentions)
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
        cluster = next(c for c in self._grouping.clusters if other in c.mentions)
        return cluster if cluster.is_unnamed else None

    def _predicated(self, mention: TreatyMention) -> Cluster | None:
        """The treaty of which "it" says what it is: "It began as a modest treaty"."""
        latest = self._latest_before(mention.start, 2) if is_told_of_it(self._doc, mention) else None
        if latest is None:
            return None
        return next(c for c in self._grouping.clusters if latest in c.mentions)

    def _evidence_beside(self, mention: TreatyMention) -> list[StatusEvidence]:
        """What governs the treaty listed just before this one: "under a 1952 pact and, since 2016, a memorandum"."""
        if not self._placed or mention.form == "pronoun":
            return []
        other = self._placed[-1]
        gap = self._doc[other.end : mention.start]
        if other.end >= mention.start or len(gap) > 6 or not any(token.lower_ == "and" for token in gap):
            return []
        if any(token.pos_ in {"VERB", "AUX", "PRON"} for token in gap):
            return []
        return list(evidence_of(self._doc[other.head], other.end, tables=self._tables))

    def _evidence_echoed(self, mention: TreatyMention) -> list[StatusEvidence]:
        """What is so of the treaty spoken of before is so of this one: "It remains in force. So does a tax treaty"."""
        before = self._doc[max(mention.start - 2, 0) : mention.start]
        if not self._placed or len(before) < 2 or before[0].lower_ != "so" or before[1].pos_ != "AUX":
            return []
        other = self._placed[-1]
        return list(evidence_of(self._doc[other.head], other.end, tables=self._tables))

    def _parties_beside(self, mention: TreatyMention) -> list[str]:
        """Parties of the treaties that the sentence speaks of before this mention."""
        found: list[str] = []
        for other in reversed(self._placed):
            if self._sentence_of[other.head] != self._sentence_of[mention.head]:
                break
            for cluster, draft in self._drafts.items():
                if other in cluster.mentions and len(draft.parties) == 2:
                    found += draft.parties
        return found

    def _separate(self, mention: TreatyMention) -> set[int]:
        """Heads of earlier mentions that stand beside this one in a clause, and so denote another treaty."""
        found = set()
        verb = verb_above(self._doc, mention)
        head = self._doc[mention.head]
        bare = mention.form == "definite" and not mention.words and not mention.other
        for other in reversed(self._placed):
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

    def _place_others(self) -> None:
        """Adds the treaties that the text only calls "a new one", or "a successor", of the one last spoken of."""
        for another in others(self._doc, tokens_of(self._doc).lower):
            token = another.token
            latest = self._latest_before(token.i, 2)
            evidence = [item for item in evidence_of(token, token.i + 1, tables=self._tables) if item.status]
            if latest is None or not evidence or (latest.plural and latest.form != "name"):
                continue
            like = self._drafts[next(c for c in self._grouping.clusters if latest in c.mentions)]
            again = self._the_newer(another, like)
            if again is not None:
                self._add_another(again, another, evidence)
                continue
            name = another_name(self._doc, like.cluster, token.lower_, another.sign)
            mention = TreatyMention(
                another.start, token.i + 1, another.start, token.i, token.i, "indefinite", None, name=name,
                words=latest.words, kinds=latest.kinds, topic_end=token.i + 1,
            )  # fmt: skip
            cluster = Cluster()
            self._grouping.clusters.append(cluster)
            mention.years = frozenset({int(another.sign)} if another.sign.isdigit() else ())
            cluster.add(mention, parties=set(), years=set(), concluded=False)
            draft = self._drafts[cluster] = Draft(cluster, confidence=CONFIDENCE["sign"])
            draft.evidence = [replace(item, mention=mention) for item in evidence]
            keys = self._parties.of_context(mention)
            draft.like = like if len(keys) < 2 else None
            draft.parties.update(dict.fromkeys(keys))
            self._placed = sorted([*self._placed, mention], key=lambda placed: placed.start)

    def _the_newer(self, another: Another, like: Draft) -> Draft | None:
        """ "The new one", said beside an earlier treaty of the same parties, is the one that the text is about.

        So is "the old one" beside a new treaty.
        """
        words = another.sign.lower().split()
        if not words and another.token.lower_ != "one":  # "talks on a replacement … would sign a new fisheries deal"
            anew = [
                draft
                for cluster, draft in self._drafts.items()
                if cluster.new and cluster.domains & like.cluster.domains
            ]
            return next((draft for draft in anew if draft is not like), None)
        if not words or self._doc[another.start].lower_ != "the":
            return None
        if like.cluster.other and all(in_class(word, "newer") for word in words):
            rivals = [draft for cluster, draft in self._drafts.items() if not cluster.other]
        elif like.cluster.new and all(in_class(word, "elder") for word in words):
            rivals = [draft for cluster, draft in self._drafts.items() if not cluster.new]
        else:
            return None
        rivals = [draft for draft in rivals if draft is not like and set(draft.parties) & set(like.parties)]
        return max(rivals, key=lambda draft: len(draft.cluster.mentions), default=None)

    def _add_another(self, draft: Draft, another: Another, evidence: list[StatusEvidence]) -> None:
        token = another.token
        mention = TreatyMention(
            another.start, token.i + 1, another.start, token.i, token.i, "pronoun", None, topic_end=token.i + 1
        )
        draft.cluster.mentions.append(mention)
        draft.evidence += [replace(item, mention=mention) for item in evidence]
        self._placed = sorted([*self._placed, mention], key=lambda placed: placed.start)

    def _place_pronouns(self) -> None:
        """Adds "it" where the verb wants a treaty and one was spoken of just before."""
        for token, around in pronouns(self._doc, tokens_of(self._doc).lower):
            latest = self._latest_before(token.i, 2 if self._goes_on(token) else 1)
            if latest is None:
                continue
            cluster = next(c for c in self._grouping.clusters if latest in c.mentions)
            agreed = cluster.concluded or any(e.told and e.status in _AGREED for e in self._drafts[cluster].evidence)
            if not (cluster.names or agreed or any(wants_treaty(g) for g in around)):
                continue
            mention = TreatyMention(token.i, token.i + 1, token.i, token.i, token.i, "pronoun", None)
            cluster.mentions.append(mention)
            self._placed = sorted([*self._placed, mention], key=lambda placed: placed.start)
            draft = self._drafts[cluster]
            draft.evidence += [replace(item, mention=mention) for item in evidence_of(token, tables=self._tables)]
            draft.parties.update(dict.fromkeys(self._parties.of_context(mention)))

    def _goes_on(self, token: Token) -> bool:
        """Whether the sentence before a token's is about what "it" stands for."""
        start = token.sent.start
        before = self._doc[max(start - 1, 0)].sent if start else self._doc[0:0]
        return any(each.dep_ in _SUBJECTS and each.lower_ in {"it", "this"} for each in before[:_OPENING])

    def _place_elisions(self) -> None:
        """Adds what verbs and nouns tell of the treaty that they leave out, if one was spoken of just before."""
        spoken = {mention.noun for mention in self._placed}
        for elision in elisions(self._doc, tokens_of(self._doc).lemma):
            word = elision.governor.word
            latest = self._latest_before(word.i, 2)
            if latest is None or any(token.i in spoken for token in word.children):
                continue
            keys = self._parties.of_elision(elision.governor, elision.who)
            if not keys or (word.lemma_.lower() in _GOING and self._parties.is_done_by_person(word)):
                continue  # "the prime minister leaves without answering" leaves no treaty
            cluster = next(c for c in self._grouping.clusters if latest in c.mentions)
            draft = self._drafts[cluster]
            # what one party does tells least of a treaty's stage, unless it leaves
            draft.evidence += [
                replace(item, by=tuple(keys), weight=item.weight if item.status in _LEFT else min(item.weight, 0))
                for item in evidence_from(elision.governor, tables=self._tables)
            ]
            draft.parties.update(dict.fromkeys(keys))

    def _latest_before(self, i: int, reach: int = 1) -> TreatyMention | None:
        """The treaty last spoken of before a token, at most some sentences back; a sentence's subject comes first."""
        latest = None
        for mention in self._placed:
            if mention.end > i:
                break
            if self._passage_of[i] - self._passage_of[mention.head] <= reach:
                # the subject of the sentence before is what the next sentence goes on about
                if (
                    latest is not None
                    and self._doc[latest.head].dep_ in {"nsubj", "nsubjpass"}
                    and (self._sentence_of[latest.head] == self._sentence_of[mention.head])
                ):
                    continue
                latest = mention
        return latest
