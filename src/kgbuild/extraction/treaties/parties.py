"""Between whom a treaty is: from the phrase itself, from who signs or negotiates it, from lists of members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import coordinated, denoted
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.treaties.clauses import (
    agents,
    antecedent,
    asked_by,
    first_listed,
    is_passive,
    owners_of,
    subjects,
)
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.extraction.treaties.governors import Governor, governors
from kgbuild.extraction.treaties.lexicon import in_class, read_table, singular
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.phrase_parties import party_heads
from kgbuild.extraction.treaties.sovereigns import Sovereigns
from kgbuild.extraction.treaties.text_parties import TextParties
from kgbuild.facts import ActorType

#: who fights is a party in its own name: rebels, not the state they are of
OF_WAR = frozenset({"Ceasefire", "Peace"})
_DECLINING = frozenset({"refuse", "decline"})
#: whoever it is proposed to would be a party
_TENDERED = frozenset({"propose", "offer", "suggest"})


@cache
def _party_verbs() -> frozenset[tuple[str, str, str]]:
    return frozenset((lemma, slot, where) for lemma, slot, where in read_table("treaty_parties.tsv", 3))


class Parties:
    """Finds the parties of treaties in one document.

    Args:
        doc: with its actors found, if there are any.

    Attributes:
        who: finds the states and bodies in it.
        at_large: finds parties that the text tells elsewhere.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self.who = Sovereigns(doc)
        self.at_large = TextParties(doc, self.who)

    def of_phrase(self, mention: TreatyMention) -> list[str]:
        """The parties that a mention's own words name: "Serbia's pact with Hungary", "the US-Israel treaty"."""
        keys: list[str] = []
        heads = party_heads(self._doc, mention, self.who)
        warring = any(rule.kind in OF_WAR for rule in mention.kinds)
        for token in heads:
            found = self.who.at(token, direct=warring)
            if token.i < mention.noun and not warring and token is not mention.possessor:
                found = [key for key in found if not self.who.is_unknown(key)]  # "the Tromso accord": where it was made
            unnamed = not any(child.dep_ in {"poss", "compound"} or child.ent_type_ for child in token.children)
            if warring and keys and unnamed and token.lemma_.lower() in {"government", "army"}:
                # "between the rebels and the government": of the country that the rebels are of
                behind = [
                    state for key in keys for state in self.who.by_key[key].affiliation if state in self.who.by_key
                ]
                found = behind or found
            keys += found or self.who.beside_dash(token)
        return list(dict.fromkeys(keys))

    def behind_with(self, mention: TreatyMention) -> list[str]:
        """The parties that stand behind a phrase's "with": "the pact with Peru"."""
        return [
            key
            for party in mention.parties
            if party.head.lower_ == "with"
            for each in self.who.each(party)
            for key in self.who.at(each)
        ]

    def behind_with_of_clause(self, mention: TreatyMention) -> list[str]:
        """The parties that the relative clause of a phrase names so: "the pact that Chile signed with Peru"."""
        return [
            key
            for child in self._doc[mention.head].children
            if child.dep_ in {"relcl", "acl"}
            and any((child.lemma_.lower(), slot, "subject") in _party_verbs() for slot in ("object", "prep"))
            for key in self._with(child)
        ]

    def owners(self, mention: TreatyMention) -> list[str]:
        """Whose own a treaty is said to be: "Latvia ratified its treaty with Russia", "a treaty of its own"."""
        own = any(token.lower_ == "own" for token in self._doc[mention.core : mention.noun])
        theirs = self._doc[mention.start].lower_ in {"its", "their"}
        if (theirs and (own or mention.withs)) or mention.apart:
            return self.of_subject(mention)
        first = self._doc[mention.start]
        if first.lower_ == "our" and mention.withs and layout_of(self._doc).region_of[first.i] < 0:
            # whoever is asked or writes so for the readers of a state; in quotation marks it is the speaker's
            return self.who.at(first)
        return []

    def are_known(self, mention: TreatyMention) -> bool:
        """Whether all parties that a phrase names are actors of the document."""
        return all(self.who.at(party) for party in mention.parties)

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
                if in_class(singular(token.lower_), "unnamed"):
                    return True
        return False

    def is_domestic(self, mention: TreatyMention) -> bool:
        """Whether several bodies of one state, and nobody else, are said to have reached an agreement."""
        if any(rule.kind in OF_WAR for rule in mention.kinds):
            return False  # a state makes peace with the rebels in it
        for governor in governors(self._doc[mention.head], mention.end):
            if (governor.word.lemma_.lower(), governor.slot, "subject") not in _party_verbs():
                continue
            who = list(self._subjects(governor.word))
            keys = [set(self.who.at(token)) for token in who]
            faction = any(in_class(token.lower_, "faction") for token in who)
            if (
                len(who) > 1
                and (all(keys) or faction)
                and len(set().union(*keys)) <= 1
                and not self._with(governor.word)
            ):
                return True
        return False

    def is_done_by_person(self, verb: Token) -> bool:
        """Whether a person does what a verb tells."""
        return any(
            referent.type == ActorType.PERSON
            for token in self._subjects(verb)
            for referent in denoted(self._doc, token, joint=False)
        )

    def of_doer(self, verb: Token) -> list[str]:
        """The states that themselves do what a verb tells."""
        return [key for token in self._subjects(verb) for key in self.who.itself(token) if self.who.is_public(key)]

    def is_tendered(self, mention: TreatyMention) -> bool:
        """Whether somebody proposes a treaty that the phrase says is between others."""
        around = list(governors(self._doc[mention.head], mention.end))
        proposed = any(governor.word.lemma_.lower() in _TENDERED and governor.slot == "object" for governor in around)
        return proposed and any(party.head.lower_ in {"between", "among"} for party in mention.parties)

    def is_same_pair(self, mention: TreatyMention) -> bool:
        """Whether a phrase says that the treaty is between "the same two sides"."""
        return any(
            self.who.pairs.is_pair(party) and any(child.lower_ == "same" for child in party.children)
            for party in mention.parties
        )

    def of_context(self, mention: TreatyMention) -> list[str]:
        """The parties that the clause around a mention names: who signs, negotiates, is a member."""
        keys: list[str] = []
        for governor in governors(self._doc[mention.head], mention.end):
            keys += self.of_governor(governor, mention)
        return list(dict.fromkeys(keys))

    def of_governor(self, governor: Governor, mention: TreatyMention) -> list[str]:
        """The parties that one word around a mention names.

        Args:
            governor: the word, and where the mention stands.
            mention: of the treaty.
        """
        keys: list[str] = []
        word, slot = governor.word, governor.slot
        lemma = word.lemma_.lower()
        if slot == "of" and in_class(lemma, "member"):
            keys += self._members(word)
        elif slot == "of" and in_class(lemma, "stage"):
            keys += self._talks(word)
            keys += self._with(self._doc[mention.head], "by")
        elif slot == "of" and lemma == "under":
            keys += self._pair_in(mention)
        elif (lemma, slot, "holder") in _party_verbs():
            keys += self._holders(word)
        elif (lemma, slot, "bound") in _party_verbs():
            keys += [key for child in word.children if child.dep_ == "nsubjpass" for key in self.who.at(child)]
        elif (lemma, slot, "electors") in _party_verbs():
            keys += self._of_electors(governor)
        elif lemma in {"lapse", "expire"} and word.head.lemma_.lower() in {"let", "allow"}:
            keys += [key for token in self._subjects(word.head) for key in self.who.at(token)]
        elif word.dep_ == "xcomp" and word.head.lemma_.lower() in _DECLINING:
            return []  # "Egypt, which refused to join it"
        elif (lemma, slot, "subject") in _party_verbs() and (in_class(lemma, "even") or not is_negated(word)):
            between = self._doc[mention.end : word.i] if governor.beside else self._subjects(word)
            for token in between:
                keys += self.who.at(token, direct=any(rule.kind in OF_WAR for rule in mention.kinds))
            keys += self._with(word, *(("to",) if lemma in _TENDERED else ()))
        elif (lemma, slot, "object") in _party_verbs():
            for child in word.children:
                if child.dep_ == "dobj":
                    for token in coordinated(child):
                        keys += [
                            k
                            for r in denoted(self._doc, token, joint=False)
                            for k in self.who.states_of(r, direct=True)
                        ]
        return list(dict.fromkeys(keys))

    def _holders(self, noun: Token) -> list[str]:
        """Whose suspension, withdrawal, accession, signature it is: "Russia's suspension of the pact"."""
        keys: list[str] = []
        for child in noun.children:
            if child.dep_ in {"poss", "amod", "compound", "nmod"}:
                keys += self.who.at(child)
            elif child.dep_ in {"prep", "agent"} and child.lower_ == "by":
                keys += [
                    key
                    for c in child.children
                    if c.dep_ == "pobj"
                    for each in self.who.each(c)
                    for key in self._owned_by(each) or self.who.at(each)
                ]
        return keys

    def _owned_by(self, body: Token) -> list[str]:
        """The state whose body one is said to be: "by Chile's National Congress"."""
        owners = [child for child in body.children if child.dep_ == "poss" and child.pos_ == "PROPN"]
        return [key for owner in owners for key in self.who.itself(owner) if self.who.is_public(key)]

    def _of_electors(self, governor: Governor) -> list[str]:
        """The state whose parliament or voters decide on a treaty."""
        return [
            key
            for token in self._subjects(governor.word)
            if any(in_class(singular(t.lower_), "elector") for t in (token, *token.children))
            for key in self.who.at(token)
            if self.who.by_key[key].type == ActorType.STATE or self.who.by_key[key].authority  # not "the Mazhilis"
        ]

    def _subjects(self, verb: Token) -> Iterator[Token]:
        """Who does what a verb tells: its subject, or the agents of a passive."""
        asked = asked_by(verb)
        if asked is not None:
            yield from self.who.each(asked)
            return
        reduced = verb.dep_ in {"conj", "advcl", "amod"} and verb.tag_ == "VBN"  # "Signed by Peru in May, it …"
        listed = reduced and any(child.dep_ == "agent" for child in verb.children)
        if listed or is_passive(verb):
            for agent in list(agents(verb)) or self._agents_hung_low(verb):
                yield from self.who.each(agent)
        else:
            found = list(subjects(verb)) or self.who.right_before(verb)
            if len(found) > 1:
                yield from self.who.before_list(found[0])
            yield from found

    def _agents_hung_low(self, verb: Token) -> list[Token]:
        """Who does it where the parser hung "by" on a noun before it: "was signed at the seat of the Agency by …"."""
        return [
            child
            for token in verb.subtree
            if token.lower_ == "by" and token.i > verb.i and token.head.pos_ in {"NOUN", "PROPN"}
            for child in token.children
            if child.dep_ == "pobj" and denoted(self._doc, child, joint=False)
        ]

    def _with(self, word: Token, *extra: str) -> list[str]:
        """Parties behind "with", "between", "among", or one of some other prepositions, at a word."""
        keys: list[str] = []
        for child in word.children:
            if child.dep_ == "prep" and child.lower_ == "on":  # "signed it on behalf of Peru"
                behalf = [c for c in child.children if c.lower_ == "behalf"]
                keys += [key for noun in behalf for of in noun.children for c in of.children for key in self.who.at(c)]
            if child.dep_ in {"prep", "agent", "dative"} and child.lower_ in {"with", "between", "among", *extra}:
                for grandchild in child.children:
                    if grandchild.dep_ == "pobj":
                        for token in self.who.each(grandchild):
                            keys += self.who.at(token)
        return keys

    def _talks(self, noun: Token) -> list[str]:
        keys = self._with(noun, "by")
        for child in noun.children:
            if child.dep_ == "poss" and child.tag_ == "WP$":  # "Malaysia, whose talks with the EU …"
                keys += [key for a in (noun, *noun.ancestors) if a.dep_ == "relcl" for key in self.who.at(a.head)]
            elif child.dep_ in {"poss", "amod", "compound"}:
                keys += self.who.at(child)
            elif child.dep_ == "prep" and child.lower_ in {"of", "by", "from"} and noun.lemma_ == "proposal":
                keys += [key for c in child.children if c.dep_ == "pobj" for key in self.who.at(c)]
        if noun.dep_ in {"dobj", "pobj"}:
            verb = noun.head if noun.dep_ == "dobj" else noun.head.head
            if (
                verb.lemma_.lower() == "instrument" and verb.dep_ == "dobj"
            ):  # "deposited its instrument of ratification"
                verb = verb.head
            if verb.pos_ == "VERB":
                for token in self._subjects(verb):
                    keys += self.who.at(token)
                keys += self._with(verb)
        return keys

    def _members(self, noun: Token) -> list[str]:
        tokens: list[Token] = []
        if noun.dep_ in {"nsubj", "nsubjpass"}:
            tokens = [c for c in noun.head.children if c.dep_ == "attr"]
            # "Peru and Chile, both parties to the pact, said": the parser may take both for subjects
            tokens = tokens or [c for c in noun.head.children if c.dep_ == "nsubj" and c.i < noun.i]
        elif noun.dep_ == "attr":
            tokens = [first_listed(antecedent(c)) for c in noun.head.children if c.dep_ == "nsubj"]
        elif noun.dep_ == "appos":
            tokens = [noun.head]
        keys: list[str] = []
        for token in tokens:
            for each in self.who.each(token):
                keys += self.who.at(each)
        return keys or self._among_them(noun)  # "eleven states are parties to it, among them Peru"

    def _pair_in(self, mention: TreatyMention) -> list[str]:
        """ "…, under which the two militaries sell each other fuel", "under a deal, Oman sends Jordan …"."""
        under = self._doc[mention.head].head
        if under.lower_ == "under" and under.head.pos_ in {"VERB", "AUX"} and mention.form != "name":
            keys = self._of_clause(under.head)
            if len(keys) == 2:
                return keys
        for child in self._doc[mention.head].children:  # "the treaty under which Spain ceded the Rock to Britain"
            if child.dep_ == "relcl" and any(
                prep.lower_ == "under" and any(which.tag_ == "WDT" for which in prep.children)
                for prep in child.children
            ):
                keys = self._of_clause(child)
                if len(keys) == 2:
                    return keys
        for token in self._doc[mention.end : mention.end + 8]:
            if token.dep_ == "nsubj" and self.who.pairs.is_pair(token):
                return self.who.pairs.last_pair(mention.start) or self.who.pairs.last_pair(token.i)
        for token in self._doc[mention.noun].subtree:
            if token.i > mention.noun and token.dep_ == "nsubj" and self.who.pairs.is_pair(token):
                return self.who.pairs.last_pair(token.i)
        return []

    def _of_clause(self, verb: Token) -> list[str]:
        """Those who do what a verb tells, and to or with whom they do it."""
        heads = [each for token in subjects(verb) for each in self.who.each(token)]
        for child in verb.children:
            if child.dep_ in {"dobj", "dative"}:
                heads.append(child)
            elif child.dep_ == "prep" and child.lower_ in {"to", "with", "from"}:
                heads += [each for pobj in child.children if pobj.dep_ == "pobj" for each in self.who.each(pobj)]
        return list(dict.fromkeys(key for head in heads for key in self.who.at(head, direct=True)))

    def of_elision(self, governor: Governor, who: tuple[Token, ...]) -> list[str]:
        """The states that do what is said of a treaty left out: "Norway has signed, and so has Iceland"."""
        tokens = who or tuple(self._subjects(governor.word)) or tuple(owners_of(governor.word))
        keys = [key for token in tokens for each in self.who.each(token) for key in self.who.itself(each)]
        if not tokens and governor.word.dep_ in {"acl", "xcomp"}:  # "the decision of Peru, in May, to withdraw"
            keys = self.who.pairs.only_state(governor.word)
        keys += self._among_them(governor.word)
        for child in governor.word.children:  # "Peru signed along with Chile and Bolivia"
            if child.lower_ in {"along", "together"}:
                keys += self._with(child)
        return [key for key in dict.fromkeys(keys) if self.who.is_public(key)]

    def _among_them(self, verb: Token) -> list[str]:
        """ "Eight states signed, among them Peru and Chile": members of the subject named behind the verb."""
        behind = self._doc[verb.i + 1 : verb.sent.end]
        for token in behind:
            if token.lower_ in {"including", "among"} and (
                token.lower_ == "including" or token.nbor(1).lower_ == "them"
            ):
                return [key for head, key in self.who.pairs.states if token.i < head < verb.sent.end]
        return []

    def of_subject(self, mention: TreatyMention) -> list[str]:
        """For whom the subject of the clause around a mention acts; empty if it acts for nobody."""
        for above in self._doc[mention.head].ancestors:
            if above.pos_ not in {"VERB", "AUX"}:
                if above.pos_ in {"NOUN", "PROPN"}:
                    for child in above.children:
                        if child.dep_ == "poss" and (keys := self.who.at(child)):
                            return keys
                continue
            keys = [key for token in self._subjects(above) for key in self.who.at(token) if self.who.is_public(key)]
            if keys:
                return list(dict.fromkeys(keys))
        return []
