"""Between whom a treaty is: from the phrase itself, from who signs or negotiates it, from lists of members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent, coordinated, denoted
from kgbuild.extraction.treaties.clauses import agents, is_passive, subjects
from kgbuild.extraction.treaties.context import governors, is_negated
from kgbuild.extraction.treaties.lexicon import in_class, read_table, singular
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.facts import ActorType

_SOVEREIGN = frozenset({ActorType.STATE, ActorType.INTERNATIONAL_ORGANIZATION})
#: who fights is a party in its own name: rebels, not the state they are of
_OF_WAR = frozenset({"Ceasefire", "Peace"})
_DASHES = frozenset({"-", "–", "—"})
_TALKS = frozenset(["negotiation", "talk", "discussion", "round", "signing", "ratification"])
_DECLINING = frozenset({"refuse", "decline"})
#: whoever it is proposed to would be a party
_TENDERED = frozenset({"propose", "offer", "suggest"})
_MEMBERS = frozenset(["member", "party", "signatory", "participant"])
_PAIR = frozenset({"two", "both"})
#: how many tokens back "the two countries" may look
_PASSAGE = 200
#: how much it counts for "the two countries" that two states were named together, "Peru and Chile"
_TOGETHER = 3.5


@cache
def _party_verbs() -> frozenset[tuple[str, str, str]]:
    return frozenset((lemma, slot, where) for lemma, slot, where in read_table("treaty_parties.tsv", 3))


class Parties:
    """Finds the parties of treaties in one document.

    Args:
        doc: with its actors found, if there are any.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        #: parties of the treaties that the sentence being read has already spoken of
        self.beside: list[str] = []
        self._by_key: dict[str, Referent] = {actor.key: actor for actor in doc._.actors}
        self._represents: dict[str, list[str]] = {}
        for role in doc._.roles:
            self._represents.setdefault(role.holder, []).extend(role.represents)
        self._public = [
            mention.head for actor in doc._.actors if actor.type in _SOVEREIGN for mention in actor.mentions
        ]
        self._states: list[tuple[int, str]] = sorted(
            (mention.head, actor.key)
            for actor in doc._.actors
            if actor.type == ActorType.STATE
            for mention in actor.mentions
        )

    def states_of(self, referent: Referent, *, direct: bool = False) -> list[str]:
        """Keys of the states or organisations that an actor is or acts for.

        Args:
            referent: what a phrase denotes.
            direct: only what it is itself; an organisation of rebels counts.
        """
        if referent.sort != "actor":
            return []
        if referent.type in _SOVEREIGN:
            return [referent.key]
        behind = [*referent.affiliation, *self._represents.get(referent.key, ())]
        behind = [key for key in dict.fromkeys(behind) if key in self._by_key and self._by_key[key].type in _SOVEREIGN]
        if referent.type == ActorType.ORGANIZATION:
            return [referent.key] if direct or not behind else behind
        return [] if direct and referent.type == ActorType.PERSON else behind

    def is_sovereign(self, token: Token) -> bool:
        """Whether a token denotes, or names, a state or an international organisation."""
        found = [r for r in denoted(self._doc, token, joint=False) if r.sort == "actor"]
        if found:
            return any(self.states_of(referent) for referent in found)
        return not self._by_key and token.ent_type_ in {"GPE", "NORP"}

    def of_phrase(self, mention: TreatyMention) -> list[str]:
        """The parties that a mention's own words name: "Serbia's pact with Hungary", "the US-Israel treaty"."""
        keys: list[str] = []
        heads: list[Token] = []
        if mention.possessor is not None:
            heads.append(mention.possessor)
        heads += list(self._doc[mention.core : mention.noun])
        for party in mention.parties:
            heads += self._each(party)
        for child in self._doc[mention.noun].children:  # "a truce brokered by Oman between Yemen and …"
            if child.dep_ == "acl" and child.tag_ == "VBN":
                heads += [
                    each
                    for prep in child.children
                    if prep.dep_ in {"prep", "agent"} and prep.lower_ in {"between", "among"}
                    for pobj in prep.children
                    if pobj.dep_ == "pobj"
                    for each in coordinated(pobj)
                ]
                heads += [
                    each
                    for agent in agents(child)
                    for prep in agent.children
                    if prep.lower_ in {"between", "among"}
                    for pobj in prep.children
                    if pobj.dep_ == "pobj"
                    for each in coordinated(pobj)
                ]
        warring = any(rule.kind in _OF_WAR for rule in mention.kinds)
        for token in heads:
            found = self._at(token, direct=warring)
            unnamed = not any(child.dep_ in {"poss", "compound"} or child.ent_type_ for child in token.children)
            if warring and keys and unnamed and token.lemma_.lower() in {"government", "army"}:
                # "between the rebels and the government": of the country that the rebels are of
                behind = [state for key in keys for state in self._by_key[key].affiliation if state in self._by_key]
                found = behind or found
            keys += found or self._beside_dash(token)
        return list(dict.fromkeys(keys))

    def _beside_dash(self, token: Token) -> list[str]:
        """The state that a word joined to another by a dash names: in names few words are found as actors."""
        around = self._doc[max(token.i - 1, 0) : token.i + 2]
        if token.pos_ != "PROPN" or not any(t.text in _DASHES for t in around):
            return []
        return [key for key, actor in self._by_key.items() if actor.type in _SOVEREIGN and actor.name == token.text]

    def _at(self, token: Token, *, direct: bool = False) -> list[str]:
        keys: list[str] = []
        for referent in denoted(self._doc, token, joint=False):
            keys += self.states_of(referent, direct=direct)
        if not keys and token.lower_ == "it" and token.dep_ == "nsubj":
            # pronouns are not resolved yet: "Peru has not ratified the convention, which it signed in 2018"
            sentence = token.sent.start
            subject = [t for t in self._doc[sentence : token.i] if t.dep_ == "nsubj" and t.lower_ != "it"]
            return self._at(subject[0]) if subject else []
        if not keys and self.is_pair(token):
            keys = self._last_pair(token.i)
        if not keys and token.tag_ in {"NNS", "NNPS"}:
            keys = self._members_of_group(token)
        if not keys and token.pos_ == "NOUN":  # "negotiators from the two countries", "Peru's lawmakers"
            for child in token.children:
                if child.dep_ in {"poss", "amod", "compound"}:
                    keys += [key for r in denoted(self._doc, child, joint=False) for key in self.states_of(r)]
                elif child.dep_ == "prep" and child.lower_ in {"from", "of"}:
                    keys += [
                        key
                        for c in child.children
                        if c.dep_ == "pobj"
                        for each in coordinated(c)
                        for key in self._at(each)
                    ]
        return keys

    def _members_of_group(self, token: Token) -> list[str]:
        """ "The Ministers", where the text opened with "the ministers … of Peru, Chile and Bolivia"."""
        lemma = token.lemma_.lower()
        for other in self._doc[: token.i + 1]:
            if other.lemma_.lower() != lemma or other.tag_ not in {"NNS", "NNPS"}:
                continue
            if not any(child.dep_ == "prep" for child in other.children):
                continue
            inside = range(other.i, other.right_edge.i + 1)
            keys = list(dict.fromkeys(key for head, key in self._states if head in inside))
            if len(keys) > 1:
                return keys
        return []

    def _each(self, token: Token) -> Iterator[Token]:
        """A token and those listed with it, also where the parser lost the list: "by A, B, the C and D"."""
        listed = list(coordinated(token))
        yield from listed
        seen = {t.i for t in listed}
        referents: dict[int, Referent] = self._doc._.referents
        inside = {i for head, _ in self._states for i in (head,)}
        for following in self._doc[token.i + 1 : token.sent.end]:
            if following.i in referents and following.i in inside and following.i not in seen:
                yield following
            elif following.text not in {",", "and", "&", "’s", "'s"} and following.pos_ not in {"DET", "PROPN", "ADJ"}:
                break

    def is_diplomatic(self, mention: TreatyMention, reach: int = _PASSAGE) -> bool:
        """Whether the passage around a mention speaks of states or international organisations at all.

        Args:
            mention: a noun phrase.
            reach: how many tokens around it count.
        """
        return not self._by_key or any(abs(head - mention.head) <= reach for head in self._public)

    def done_by_states(self, mention: TreatyMention) -> bool:
        """Whether what is done with an agreement is what only states do, or is done by states that go unnamed.

        "The accord was ratified", "the accord that the three states signed".
        """
        for governor in governors(self._doc[mention.head], mention.end):
            lemma = governor.word.lemma_.lower()
            if in_class(lemma, "state"):
                return True
            if (lemma, governor.slot, "subject") not in _party_verbs():
                continue
            for token in self._subjects(governor.word):
                if singular(token.lower_) in {"state", "country", "nation", "government", "parliament"}:
                    return True
        return False

    def is_pair(self, token: Token) -> bool:
        """Whether a phrase is "the two governments", "both sides" and the like."""
        if not in_class(singular(token.lower_), "pair"):
            return False
        return any(child.lower_ in _PAIR for child in token.children) or (
            token.i > 0 and self._doc[token.i - 1].lower_ in _PAIR
        )

    def is_same_pair(self, mention: TreatyMention) -> bool:
        """Whether a phrase says that the treaty is between "the same two sides"."""
        return any(
            self.is_pair(party) and any(child.lower_ == "same" for child in party.children) for party in mention.parties
        )

    def _last_pair(self, before: int) -> list[str]:
        """The two states that the passage before a token is about: those named most, the nearer the more.

        Where only one was named so far ("the two governments" in the opening), the article's other one is meant.
        """
        sentence = self._doc[before].sent.start
        weights: dict[str, float] = {}
        for head, key in self._states:
            near = 4.0 if sentence <= head < before else 1.0 if 0 < before - head <= _PASSAGE else 0.3
            weights[key] = weights.get(key, 0.0) + (near if head < before else 0.1)
        for key in self._named_together(before):
            weights[key] = weights.get(key, 0.0) + _TOGETHER
        for key in self.beside:
            weights[key] = weights.get(key, 0.0) + 8.0
        return sorted(weights, key=lambda key: -weights[key])[:2] if len(weights) > 1 else []

    def _named_together(self, before: int) -> list[str]:
        """The states of the last "Peru and Chile" before a token: "the two countries" were introduced so."""
        for position in range(len(self._states) - 1, 0, -1):
            (first, one), (second, other) = self._states[position - 1 : position + 1]
            if second < before and one != other and self._doc[second].head.i == first and not self._is_listed(position):
                return [one, other] if self._doc[second].dep_ == "conj" else []
        return []

    def _is_listed(self, position: int) -> bool:
        """Whether a state is one of three or more that stand in a list."""
        second = self._doc[self._states[position][0]]
        return second.head.dep_ == "conj" or any(child.dep_ == "conj" for child in second.children)

    def of_context(self, mention: TreatyMention) -> list[str]:
        """The parties that the clause around a mention names: who signs, negotiates, is a member."""
        keys: list[str] = []
        for governor in governors(self._doc[mention.head], mention.end):
            word, slot = governor.word, governor.slot
            lemma = word.lemma_.lower()
            if slot == "of" and lemma in _MEMBERS:
                keys += self._members(word)
            elif slot == "of" and lemma in _TALKS:
                keys += self._talks(word)
                keys += self._with(self._doc[mention.head], "by")
            elif slot == "of" and lemma == "under":
                keys += self._pair_in(mention)
            elif word.dep_ == "xcomp" and word.head.lemma_.lower() in _DECLINING:
                continue  # "Egypt, which refused to join it"
            elif (lemma, slot, "subject") in _party_verbs() and (lemma == "ratify" or not is_negated(word)):
                between = self._doc[mention.end : word.i] if governor.beside else self._subjects(word)
                for token in between:
                    keys += self._at(token, direct=any(rule.kind in _OF_WAR for rule in mention.kinds))
                keys += self._with(word, *(("to",) if lemma in _TENDERED else ()))
            elif (lemma, slot, "object") in _party_verbs():
                for child in word.children:
                    if child.dep_ == "dobj":
                        for token in coordinated(child):
                            keys += [
                                k
                                for r in denoted(self._doc, token, joint=False)
                                for k in self.states_of(r, direct=True)
                            ]
        return list(dict.fromkeys(keys))

    def _subjects(self, verb: Token) -> Iterator[Token]:
        """Who does what a verb tells: its subject, or the agents of a passive."""
        if is_passive(verb):
            for agent in agents(verb):
                yield from self._each(agent)
        else:
            yield from subjects(verb)

    def _with(self, word: Token, *extra: str) -> list[str]:
        """Parties behind "with", "between", "among", or one of some other prepositions, at a word."""
        keys: list[str] = []
        for child in word.children:
            if child.dep_ in {"prep", "agent", "dative"} and child.lower_ in {"with", "between", "among", *extra}:
                for grandchild in child.children:
                    if grandchild.dep_ == "pobj":
                        for token in self._each(grandchild):
                            keys += self._at(token)
        return keys

    def _talks(self, noun: Token) -> list[str]:
        keys = self._with(noun, "by")
        for child in noun.children:
            if child.dep_ in {"poss", "amod", "compound"}:
                keys += self._at(child)
        if noun.dep_ in {"dobj", "pobj"}:
            verb = noun.head if noun.dep_ == "dobj" else noun.head.head
            if verb.pos_ == "VERB":
                for token in self._subjects(verb):
                    keys += self._at(token)
                keys += self._with(verb)
        return keys

    def _members(self, noun: Token) -> list[str]:
        tokens: list[Token] = []
        if noun.dep_ in {"nsubj", "nsubjpass"}:
            tokens = [c for c in noun.head.children if c.dep_ in {"attr", "dobj"}]
        elif noun.dep_ == "attr":
            tokens = [c for c in noun.head.children if c.dep_ == "nsubj"]
        elif noun.dep_ == "appos":
            tokens = [noun.head]
        keys: list[str] = []
        for token in tokens:
            for each in self._each(token):
                keys += self._at(each)
        return keys

    def _pair_in(self, mention: TreatyMention) -> list[str]:
        """ "…, under which the two militaries sell each other fuel"."""
        for token in self._doc[mention.end : mention.end + 8]:
            if token.dep_ == "nsubj" and self.is_pair(token):
                return self._last_pair(mention.start) or self._last_pair(token.i)
        for token in self._doc[mention.noun].subtree:
            if token.i > mention.noun and token.dep_ == "nsubj" and self.is_pair(token):
                return self._last_pair(token.i)
        return []

    def of_subject(self, mention: TreatyMention) -> list[str]:
        """For whom the subject of the clause around a mention acts; empty if it acts for nobody."""
        for above in self._doc[mention.head].ancestors:
            if above.pos_ not in {"VERB", "AUX"}:
                if above.pos_ in {"NOUN", "PROPN"}:
                    for child in above.children:
                        if child.dep_ == "poss" and (keys := self._at(child)):
                            return keys
                continue
            keys = [key for token in self._subjects(above) for key in self._at(token) if self._is_public(key)]
            if keys:
                return list(dict.fromkeys(keys))
        return []

    def _is_public(self, key: str) -> bool:
        """Whether an actor is a state or an international organisation."""
        return key in self._by_key and self._by_key[key].type in _SOVEREIGN

    def of_sentence(self, mention: TreatyMention) -> list[str]:
        """The states that the sentence of a mention names, if there are just two."""
        sentence = self._doc[mention.head].sent
        found = list(dict.fromkeys(key for head, key in self._states if sentence.start <= head < sentence.end))
        return found if len(found) == 2 else []

    def of_passage(self, mention: TreatyMention) -> list[str]:
        """The two states that the sentence before a mention names together: "Peru and Chile held drills"."""
        sentence = self._doc[mention.head].sent
        before = self._doc[max(sentence.start - 1, 0)].sent
        found = self._named_together(mention.head)
        near = {key for head, key in self._states if before.start <= head < sentence.end}
        return found if near == set(found) else []

    def nearest_state(self, mention: TreatyMention, other_than: Iterable[str]) -> list[str]:
        """The state besides some others that the sentence names, or the one before, or the most frequent one."""
        counts: dict[str, int] = {}
        excluded = set(other_than)
        sentence = self._doc[mention.head].sent
        near = [key for head, key in self._states if sentence.start <= head < sentence.end and key not in excluded]
        before = [
            key for head, key in self._states if sentence.start - 60 <= head < sentence.start and key not in excluded
        ]
        if near or before:
            return near[:1] or before[-1:]
        for _, key in self._states:
            if key not in excluded:
                counts[key] = counts.get(key, 0) + 1
        return [max(counts, key=lambda key: counts[key])] if counts else []
