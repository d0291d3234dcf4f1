"""The words of a treaty's own phrase that name its parties: "Serbia's pact", "a pact between Peru and Chile"."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import coordinated
from kgbuild.extraction.treaties.clauses import agents
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.extraction.treaties.sovereigns import Sovereigns

_DASHES = frozenset({"-", "–", "—"})


def party_heads(doc: Doc, mention: TreatyMention, who: Sovereigns) -> list[Token]:
    """Heads of the phrases within a mention that may name a party, and of those said to be so behind it.

    Args:
        doc: the document.
        mention: of a treaty.
        who: finds who is listed with whom.
    """
    heads: list[Token] = []
    if mention.possessor is not None:
        heads.append(mention.possessor)
    heads += list(doc[mention.core : mention.noun])
    heads += _joined_in_topic(doc, mention)
    heads += _listed_in_name(doc, mention)
    for party in mention.parties:
        heads += who.each(party)
    for child in doc[mention.noun].children:  # "a truce brokered by Oman between Yemen and …"
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
    heads += _of_predicate(doc, mention, who)
    return heads


def _of_predicate(doc: Doc, mention: TreatyMention, who: Sovereigns) -> list[Token]:
    """ "The last treaty that it ratified was **the one with Japan**"."""
    head = doc[mention.head]
    if head.dep_ != "nsubj" or head.head.lemma_ != "be":
        return []
    return [
        each
        for one in head.head.children
        if one.dep_ == "attr" and one.lower_ == "one"
        for prep in one.children
        if prep.lower_ in {"with", "between"}
        for pobj in prep.children
        if pobj.dep_ == "pobj"
        for each in who.each(pobj)
    ]


def _joined_in_topic(doc: Doc, mention: TreatyMention) -> list[Token]:
    """ "the agreement on the Nigeria–Morocco gas pipeline": what joins two states is between them."""
    topic = doc[mention.noun + 1 : mention.topic_end]
    return [
        token
        for dash in topic
        if dash.text in _DASHES and 0 < dash.i < len(doc) - 1
        for token in (dash.nbor(-1), dash.nbor(1))
        if token.pos_ == "PROPN"
    ]


def _listed_in_name(doc: Doc, mention: TreatyMention) -> list[Token]:
    """ "The Agreement on the Delimitation of the Zones of Greece and Egypt": two whom the end of a name lists."""
    end = mention.topic_end
    if mention.form != "name" or end - mention.noun < 5 or doc[end - 2].lower_ != "and":
        return []
    if doc[end - 4].lower_ not in {"of", "between"}:
        return []
    return [doc[end - 3], doc[end - 1]]
