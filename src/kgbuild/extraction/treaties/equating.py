"""Whether a phrase says of the treaty named just before it that it is the same: by apposition, by "known as"."""

from __future__ import annotations

from spacy.tokens import Doc

from kgbuild.extraction.treaties.lexicon import in_class
from kgbuild.extraction.treaties.model import TreatyMention

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_DASHES = frozenset({",", "-", "–", "—"})


def is_called(doc: Doc, other: TreatyMention, mention: TreatyMention) -> bool:
    """ "The bilateral pact, known as a 123 agreement": one description of a treaty that another one gives."""
    between = [token.lower_ for token in doc[other.end : mention.start]]
    return len(between) <= 4 and between[-1:] == ["as"] and any(in_class(word, "called") for word in between)


def is_called_so(doc: Doc, mention: TreatyMention) -> bool:
    """ "The Salalah Understanding, as the accord has been named": the name of what was spoken of before."""
    after = [token.lower_ for token in doc[mention.end : mention.end + 8]]
    return after[:2] == [",", "as"] and any(in_class(word, "called") for word in after[2:])


def is_first_such(doc: Doc, other: TreatyMention, mention: TreatyMention) -> bool:
    """ "…, the first accord between the two since 2008": what the same sentence has just spoken of."""
    if mention.form != "definite" or mention.start < max(2, other.end) or mention.start + 1 >= mention.noun:
        return False
    ranked = in_class(doc[mention.start + 1].lower_, "ranking") and doc[mention.start - 1].text in _DASHES
    return ranked and not any(token.tag_ in _FINITE for token in doc[other.end : mention.start])


def is_distinct(doc: Doc, mention: TreatyMention) -> bool:
    """ "It replaces the 1964 treaty", "the 1959 agreement under which …": its year and what is said tell it apart."""
    head = doc[mention.head]
    if head.dep_ == "dobj" and in_class(head.head.lemma_.lower(), "replacing"):
        return True
    if mention.form != "definite" or mention.end >= len(doc):
        return False
    behind = [token.lower_ for token in doc[mention.end : mention.end + 3]]
    clause = behind[1:3] if behind[0] == "," else behind[:2]
    return clause[:1] == ["that"] or clause == ["under", "which"]


def is_told_of_it(doc: Doc, mention: TreatyMention) -> bool:
    """ "It is a treaty of ten pages", "it began as a modest treaty": what a pronoun is said to be."""
    head = doc[mention.head]
    if mention.form != "indefinite" or mention.other or mention.new:
        return False
    verb = head.head
    if head.dep_ == "pobj" and verb.lower_ == "as" and in_class(verb.head.lemma_.lower(), "counting"):
        verb = verb.head
    elif head.dep_ != "attr" or verb.lemma_ != "be":
        return False
    return any(child.dep_ == "nsubj" and child.lower_ in {"it", "this"} for child in verb.children)


def is_of_kind(doc: Doc, mention: TreatyMention) -> bool:
    """ "Presidents change. A ratified treaty does not": what is so of any treaty says nothing of one."""
    head = doc[mention.head]
    if mention.form != "indefinite" or mention.words or mention.parties or mention.years or head.dep_ != "nsubj":
        return False
    verb = head.head
    return bool(verb.lemma_ == "do" and verb.tag_ == "VBZ")
