"""The treaties that a text only calls "it", "a new one", "the one with Peru", or leaves out: "Norway has signed"."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clusters import Cluster
from kgbuild.extraction.treaties.drafts import CONFIDENCE, Draft
from kgbuild.extraction.treaties.ellipsis import Another, elisions, may_leave, others, pronouns, wants_treaty
from kgbuild.extraction.treaties.governors import Governor
from kgbuild.extraction.treaties.lexicon import TreatyTables, in_class
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.naming import another_name, beside_name
from kgbuild.extraction.treaties.parties import Parties
from kgbuild.extraction.treaties.spoken import Spoken
from kgbuild.extraction.treaties.status import StatusEvidence, evidence_from, evidence_of

_CONCLUDED = frozenset(["Signed", "Ratified", "InForce", "Suspended", "Withdrawn", "Expired"])
_AGREED = _CONCLUDED | {"Agreed"}
#: how many sentences back the treaty may be of which "the one with Peru" is another
_FAR = 20
_LEFT = frozenset(["Suspended", "Withdrawn"])
_GOING = frozenset({"leave", "quit", "walk"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
#: tokens at the beginning of a sentence in which its subject stands, behind a speaker's name or an adverb
_OPENING = 6


class Elided:
    """Adds to the treaties that a text has named those that it does not name, and what it says so of the others.

    Args:
        spoken: the treaties that the text names or describes.
        parties: which finds parties in the document.
        tables: the user's own tables of words.
    """

    def __init__(self, spoken: Spoken, parties: Parties, tables: TreatyTables) -> None:
        self._spoken = spoken
        self._parties = parties
        self._tables = tables

    def place(self) -> None:
        """Adds what there is, in the order in which one helps to find the next."""
        self._place_others()
        self._place_pronouns()
        self._place_elisions()

    def _place_others(self) -> None:
        """Adds the treaties that the text only calls "a new one", or "a successor", of the one last spoken of."""
        for another in others(self._spoken.doc):
            token = another.token
            latest = self._spoken.latest_before(token.i, _FAR if another.withs else 2)
            end = another.end or token.i + 1
            evidence = [item for item in evidence_of(token, end, tables=self._tables) if item.status]
            if (
                latest is not None
                and not evidence
                and another.end
                and token.head.i == self._spoken.doc[latest.head].head.i
            ):
                # "signed a pact with India in 2016 and one with Japan in 2018": hung on the verb
                evidence = [e for e in evidence_of(self._spoken.doc[latest.head], tables=self._tables) if e.status]
            if latest is None or not evidence or (latest.plural and latest.form != "name"):
                continue
            like = self._spoken.drafts[self._spoken.of_mention(latest)]
            if another.end:
                self._place_beside(another, like.origin or like, evidence)
                continue
            again = self._the_newer(another, like)
            if again is not None:
                self._add_another(again, another, evidence)
                continue
            name = another_name(self._spoken.doc, like.cluster, token.lower_, another.sign)
            mention = TreatyMention(
                another.start, token.i + 1, another.start, token.i, token.i, "indefinite", None, name=name,
                words=latest.words, kinds=latest.kinds, topic_end=token.i + 1,
            )  # fmt: skip
            cluster = Cluster()
            self._spoken.grouping.clusters.append(cluster)
            mention.years = frozenset({int(another.sign)} if another.sign.isdigit() else ())
            cluster.add(mention, parties=set(), years=set(), concluded=False)
            draft = self._spoken.drafts[cluster] = Draft(cluster, confidence=CONFIDENCE["sign"])
            draft.evidence = [replace(item, mention=mention) for item in evidence]
            keys = self._parties.of_context(mention)
            draft.like = like if len(keys) < 2 else None
            draft.parties.update(dict.fromkeys(keys))
            self._spoken.add(mention)

    def _place_beside(self, another: Another, like: Draft, evidence: list[StatusEvidence]) -> None:
        """Adds "the one with Peru", "another on health": what the treaty last spoken of is, but for what it names."""
        token = another.token
        who = self._parties.who
        withs = list(dict.fromkeys(key for head in another.withs for key in who.at(head) if who.is_public(key)))
        if another.withs and (not withs or set(withs) & like.cluster.parties):
            return
        name = beside_name(self._spoken.doc, like.cluster, another.sign, told=bool(another.withs))
        mention = TreatyMention(
            another.start, another.end, another.start, token.i, token.i, "indefinite", None, name=name,
            topic_end=another.end, withs=frozenset(withs),
        )  # fmt: skip
        cluster = Cluster()
        self._spoken.grouping.clusters.append(cluster)
        cluster.add(mention, parties=set(withs), years=set(), concluded=False)
        draft = self._spoken.drafts[cluster] = Draft(cluster, confidence=CONFIDENCE["sign"])
        draft.evidence = [replace(item, mention=mention) for item in evidence]
        draft.parties.update(dict.fromkeys([*withs, *self._parties.of_context(mention)]))
        draft.origin = like
        draft.like = like if len(draft.parties) < 2 else None
        self._spoken.add(mention)

    def _the_newer(self, another: Another, like: Draft) -> Draft | None:
        """ "The new one", said beside an earlier treaty of the same parties, is the one that the text is about.

        So is "the old one" beside a new treaty.
        """
        words = another.sign.lower().split()
        if not words and another.token.lower_ != "one":  # "talks on a replacement … would sign a new fisheries deal"
            anew = [
                draft
                for cluster, draft in self._spoken.drafts.items()
                if cluster.new and cluster.domains & like.cluster.domains
            ]
            return next((draft for draft in anew if draft is not like), None)
        if not words or self._spoken.doc[another.start].lower_ != "the":
            return None
        if like.cluster.other and all(in_class(word, "newer") for word in words):
            rivals = [draft for cluster, draft in self._spoken.drafts.items() if not cluster.other]
        elif like.cluster.new and all(in_class(word, "elder") for word in words):
            rivals = [draft for cluster, draft in self._spoken.drafts.items() if not cluster.new]
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
        self._spoken.add(mention)

    def _place_pronouns(self) -> None:
        """Adds "it" where the verb wants a treaty and one was spoken of just before."""
        for token, around in pronouns(self._spoken.doc):
            latest = self._spoken.latest_before(token.i, 2 if self._goes_on(token) else 1)
            if latest is None:
                continue
            cluster = self._spoken.of_mention(latest)
            agreed = cluster.concluded or any(
                e.told and e.status in _AGREED for e in self._spoken.drafts[cluster].evidence
            )
            if not (cluster.names or agreed or any(wants_treaty(g) for g in around) or self._is_left(around, cluster)):
                continue
            mention = TreatyMention(token.i, token.i + 1, token.i, token.i, token.i, "pronoun", None)
            cluster.mentions.append(mention)
            self._spoken.add(mention)
            draft = self._spoken.drafts[cluster]
            draft.evidence += [replace(item, mention=mention) for item in evidence_of(token, tables=self._tables)]
            draft.parties.update(dict.fromkeys(self._parties.of_context(mention)))

    def _is_left(self, around: list[Governor], cluster: Cluster) -> bool:
        """Whether a party is said to leave "it": "Montevideo dropped it"."""
        for governor in around:
            doers = set(self._parties.of_doer(governor.word)) if may_leave(governor) else set()
            if doers & cluster.parties or (doers and len(cluster.parties) == 1):
                return True
        return False

    def _goes_on(self, token: Token) -> bool:
        """Whether the sentence before a token's is about what "it" stands for."""
        start = token.sent.start
        before = self._spoken.doc[max(start - 1, 0)].sent if start else self._spoken.doc[0:0]
        return any(each.dep_ in _SUBJECTS and each.lower_ in {"it", "this"} for each in before[:_OPENING])

    def _place_elisions(self) -> None:
        """Adds what verbs and nouns tell of the treaty that they leave out, if one was spoken of just before."""
        spoken = {mention.noun for mention in self._spoken.placed}
        for elision in elisions(self._spoken.doc, tokens_of(self._spoken.doc).lemma):
            word = elision.governor.word
            latest = self._spoken.latest_before(word.i, 2)
            if latest is None or any(token.i in spoken for token in word.children):
                continue
            keys = self._parties.of_elision(elision.governor, elision.who)
            if not keys or (word.lemma_.lower() in _GOING and self._parties.is_done_by_person(word)):
                continue  # "the prime minister leaves without answering" leaves no treaty
            cluster = self._spoken.of_mention(latest)
            draft = self._spoken.drafts[cluster]
            # what one party does tells least of a treaty's stage, unless it leaves
            draft.evidence += [
                replace(item, by=tuple(keys), weight=item.weight if item.status in _LEFT else min(item.weight, 0))
                for item in evidence_from(elision.governor, tables=self._tables)
            ]
            draft.parties.update(dict.fromkeys(keys))
