"""Whether a noun phrase that fits no treaty spoken of so far speaks of one that is new to the text."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.treaties.lexicon import TreatyTables, in_class, singular, status_cues, treaty_nouns
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.parties import OF_WAR, Parties

#: how many tokens away a state may be for a truce to be one between states or armies
_NEAR = 60


class Opening:
    """Judges mentions of one document.

    Args:
        doc: the document.
        parties: which finds the parties that a phrase or its clause names.
        tables: the user's own tables of words.
    """

    def __init__(self, doc: Doc, parties: Parties, tables: TreatyTables) -> None:
        self._doc = doc
        self._parties = parties
        self._tables = tables

    def opens(self, mention: TreatyMention, named: list[str], *, first: bool, treated: bool) -> bool:
        """Whether a mention that fits nothing before it is a treaty of its own.

        Args:
            mention: the mention.
            named: keys of the parties that the phrase itself names.
            first: the text has spoken of no treaty yet.
            treated: something is done with it that is done with treaties ("signed", "ratified").
        """
        entry = mention.entry
        if entry is None:
            return True
        if entry.opens == "no" or mention.form in {"none", "pronoun"} or mention.generic:
            return False
        if mention.plural and mention.form != "name":
            return self.are_concluded(mention)
        subject = [rule for rule in mention.kinds if not rule.weak]
        if mention.form == "name":
            if entry.opens == "named":
                if self._is_known_by_place(mention):
                    return True
                return treated or bool(named) or bool(subject) or bool(mention.years)
            return not in_class(mention.noun_text, "vague") or bool(named) or bool(subject) or treated
        if entry.opens == "named":
            if treated and mention.years:
                return True
            if treated and mention.place and mention.form == "definite":
                return True  # "the Almaty declaration on glaciers was adopted …"
            between = treated and len({*named, *self._parties.of_context(mention)}) > 1
            return between or bool(mention.kinds if treated else subject and named)
        if self._is_assent(mention) or self._is_private(mention, named) or self._is_figure(mention, named):
            return False
        if mention.business and not self._is_between_states(mention, named):
            # a "supply agreement" is a contract, but not if two states sign it
            return len(self._parties.of_context(mention)) > 1 and bool(named or self._parties.of_subject(mention))
        if mention.modifier and not self._is_talked_of(mention):
            return False
        if entry.opens == "yes" and self._is_diplomatic(mention, named, first=first, treated=treated):
            return True
        own = [rule for rule in subject if " ".join(rule.phrase) != mention.noun_text]
        if mention.noun_text == "settlement" and not treated:
            return False  # "a settlement of the border" is an end to a quarrel
        if own or (named and entry.opens != "kind"):
            return True
        context = self._parties.of_context(mention)
        if entry.opens == "kind":
            passage = self._parties.who.pairs.of_passage(mention) if treated and mention.form != "indefinite" else []
            if treated and len(self._parties.of_subject(mention)) > 1:
                return True  # "Pretoria and Maputo are close to an arrangement"
            return len({*named, *context}) > 1 or (treated and bool(named or context or passage))
        if context:
            return True
        if ((treated and mention.words) or mention.years) and self._parties.who.is_diplomatic(mention):
            return True
        if not first and mention.form == "indefinite" and (self._follows(mention) or self._is_elder(mention)):
            return True
        if treated and (mention.between_states or mention.several) and self._parties.who.is_diplomatic(mention):
            return True
        if mention.form == "definite" and in_class(mention.noun_text, "telling"):
            called = bool(mention.place) and self._parties.who.is_diplomatic(mention)  # "the Lomé protocol"
            if called or self._between_two(mention):
                return True
        if self._parties.done_by_states(mention) or (not first and (mention.new or (mention.other and treated))):
            return True
        if mention.form == "definite" and mention.idea and treated and self._passage_has_two(mention):
            return True  # "… talks with Ecuador. The proposed agreement …"
        anew = mention.form in {"indefinite", "bare"} and (treated or mention.words)
        if not anew and not (mention.form == "definite" and treated and entry.opens != "no"):
            return False
        return len(self._parties.of_subject(mention)) > 1

    def _is_known_by_place(self, mention: TreatyMention) -> bool:
        """ "The Argyle Declaration": named for where states made it."""
        words = self._doc[mention.core : mention.noun]
        if mention.noun_text != "declaration" or mention.topic_end != mention.noun + 1 or not 0 < len(words) <= 3:
            return False
        told = self._doc[mention.core - 1].lower_ == "the" if mention.core else False
        named = all(t.pos_ in {"PROPN", "PUNCT"} and not in_class(t.lower_, "joint") for t in words if t.text != "-")
        return told and named and self._parties.who.is_diplomatic(mention)

    def is_none(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether a mention that opened no treaty is of something else for certain: a contract, a figure of speech."""
        if mention.entry is None or mention.form == "name" or mention.entry.opens not in {"yes", "sign"}:
            return False
        contract = mention.business and not self._is_between_states(mention, named)
        return contract or self._is_private(mention, named) or self._is_figure(mention, named)

    def are_concluded(self, mention: TreatyMention) -> bool:
        """Whether states are said to have concluded several treaties like the one spoken of.

        "Togo and Benin signed similar agreements with France": what they share is one entry of the graph.
        """
        if mention.place and mention.form == "definite" and in_class(mention.noun_text, "telling"):
            return not self._parties.who.at(self._doc[mention.core])  # "the Marrakesh accords", not "the EU's accords"
        if not mention.other or mention.form != "bare" or mention.noun_text not in treaty_nouns(self._tables.nouns):
            return False
        verb = self._doc[mention.head].head
        with_whom = self._parties.behind_with(mention)
        return (
            self._doc[mention.head].dep_ == "dobj"
            and verb.tag_ in {"VBD", "VBN"}
            and bool(with_whom)
            and len({*with_whom, *self._parties.of_context(mention)}) > 1
        )

    @staticmethod
    def _is_assent(mention: TreatyMention) -> bool:
        """ "There was broad agreement", "bound by treaty": the word for the thing in general."""
        bare = mention.form == "bare" and not mention.plural and not mention.words and not mention.headline
        return bare and mention.noun_text in {"agreement", "understanding", "treaty", "accord"}

    def _is_private(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether a firm or a faction is at one side of a mere deal: "Airbus signed a deal with Air India"."""
        if self._is_contract(mention, named):
            return True
        if mention.words or mention.kinds or mention.years:
            return False
        if any(party.head.lower_ == "with" for party in mention.parties) and not self._parties.behind_with(mention):
            return True
        keys = [*named, *self._parties.of_context(mention)]
        return (
            any(self._parties.who.is_unknown(key) for key in keys) and sum(map(self._parties.who.is_public, keys)) < 2
        )

    def _is_contract(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether the phrase names a firm, or somebody whom nobody knows, as the other side, and no state anywhere."""
        if not any(party.head.lower_ == "with" and party.pos_ == "PROPN" for party in mention.parties):
            return False
        if any(rule.kind in OF_WAR for rule in mention.kinds) or mention.noun_text == "treaty":
            return False  # rebels make peace in their own name
        keys = [*named, *self._parties.of_context(mention), *self._parties.of_subject(mention)]
        return not any(map(self._parties.who.is_public, keys))

    def _is_between_states(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether the phrase names two states, or calls what it has with one a treaty."""
        states = sum(map(self._parties.who.is_public, named))
        return states > 1 or (states == 1 and in_class(mention.noun_text, "telling"))

    def _is_figure(self, mention: TreatyMention, named: list[str]) -> bool:
        """Whether the noun is a figure of speech, or what the bodies of one state agree among themselves.

        "A deal with the devil", "every marriage is a treaty", "the central bank and the ministry reached an accord".
        """
        if any(in_class(singular(party.lower_), "commoner") for party in mention.parties):
            return True
        head = self._doc[mention.head]
        if mention.form == "indefinite" and not (named or mention.words) and _is_defined(head):
            return True
        if mention.form == "indefinite" and not (named or mention.kinds or mention.years) and head.dep_ == "attr":
            subjects = [child for child in head.head.children if child.dep_ == "nsubj"]
            if any(child.pos_ == "NOUN" and child.lower_ not in treaty_nouns(self._tables.nouns) for child in subjects):
                return True
        return not (named or mention.parties) and self._parties.is_domestic(mention)

    def _between_two(self, mention: TreatyMention) -> bool:
        """Whether the sentence of a mention names two states."""
        return len(self._parties.who.pairs.of_sentence(mention)) == 2

    def _is_elder(self, mention: TreatyMention) -> bool:
        """ "An older pact": than the one that the text is about."""
        return any(in_class(token.lower_, "elder") for token in self._doc[mention.core : mention.noun])

    def _follows(self, mention: TreatyMention) -> bool:
        """ "It was followed in 2014 by a comprehensive agreement": after the treaty spoken of."""
        by = self._doc[mention.head].head
        return by.dep_ == "agent" and in_class(by.head.lemma_.lower(), "following")

    def _passage_has_two(self, mention: TreatyMention) -> bool:
        """Whether the sentence of a mention and the one before name just two states."""
        sentence = self._doc[mention.head].sent
        before = self._doc[max(sentence.start - 1, 0)].sent
        states = self._parties.who.pairs.states
        return len({key for head, key in states if before.start <= head < sentence.end}) == 2

    def _is_diplomatic(self, mention: TreatyMention, named: list[str], *, first: bool, treated: bool) -> bool:
        """Whether a telling noun means a treaty here: a truce between clubs is none, nor are treaties in general."""
        if named:
            return True
        if mention.entry is not None and mention.entry.kind == "Ceasefire":
            return self._parties.who.is_diplomatic(mention, _NEAR)
        bare = mention.core == mention.noun and not mention.words and mention.noun_text == "treaty"
        if mention.form == "indefinite" and bare and not (first and treated):
            return False  # "a treaty" beside treaties that the text has named: of the kind in general
        return self._parties.who.is_diplomatic(mention)

    def _is_talked_of(self, mention: TreatyMention) -> bool:
        """ "ceasefire talks", "the draft treaty text": the noun behind says that there is, or is to be, a treaty."""
        behind = self._doc[mention.noun].head
        cues = status_cues(self._tables.stages).get(behind.lemma_.lower(), ())
        return any(cue.slot == "of" for cue in cues) or behind.lower_ in treaty_nouns(self._tables.nouns)


def _is_defined(head: Token) -> bool:
    """Whether a sentence says what any such thing is: "A ceasefire is not a light that one switches on"."""
    verb = head.head
    present = verb.lemma_ == "be" and verb.tag_ in {"VBZ", "VBP"}
    return head.dep_ == "nsubj" and present and any(child.dep_ in {"attr", "acomp"} for child in verb.children)
