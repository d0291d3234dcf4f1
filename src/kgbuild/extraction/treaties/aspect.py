"""What the form of a verb and those above it tell of a treaty: what is going on, done, put off, or still to come."""

from __future__ import annotations

from spacy.tokens import Token

from kgbuild.extraction.treaties.context import is_actual, is_negated
from kgbuild.extraction.treaties.lexicon import in_class

_QUOTES = frozenset('"“”')


def ceasing(verb: Token) -> Token | None:
    """The verb that tells that what is done with a treaty is done no more: "stopped applying the pact"."""
    above = verb.head
    gerund = verb.tag_ == "VBG" and verb.dep_ in {"xcomp", "ccomp", "dobj"}
    infinitive = verb.dep_ == "xcomp" and above.lemma_.lower() == "cease"
    if (gerund or infinitive) and in_class(above.lemma_.lower(), "ceasing") and not is_negated(above):
        return above
    return None


def is_going_on(verb: Token) -> bool:
    """Whether a progressive tells of something that is not done yet: "are finalising a pact"."""
    if verb.tag_ == "VBN":  # "is being finalised"
        return any(child.dep_ == "auxpass" and child.lower_ == "being" for child in verb.children)
    if verb.tag_ != "VBG":
        return False
    return any(child.dep_ in {"aux", "auxpass"} and child.lemma_ == "be" for child in verb.children)


def is_done(verb: Token) -> bool:
    """Whether a passive tells of something as over: "the pact, negotiated over seven months", "was negotiated"."""
    if verb.tag_ != "VBN":
        return False
    auxiliaries = {child.lower_ for child in verb.children if child.dep_ in {"aux", "auxpass"}}
    since = any(child.lower_ == "since" and child.dep_ in {"prep", "mark"} for child in verb.children)
    return not since and not auxiliaries & {"being", "has", "have", "been", "to", "is", "are"}


def is_proposed(verb: Token) -> bool:
    """Whether somebody only proposes what a verb tells: "proposed that they conclude it", "suggested signing it"."""
    return verb.dep_ in {"ccomp", "xcomp"} and in_class(verb.head.lemma_.lower(), "proposing")


def is_to_open(noun: Token) -> bool:
    """Whether talks are yet to begin: "decided to open negotiations on a treaty"."""
    verb = noun.head
    if noun.dep_ == "dobj" and in_class(verb.lemma_.lower(), "proposing"):
        return True  # "proposed talks on a treaty"
    if noun.dep_ == "pobj" and verb.lower_ == "for" and in_class(verb.head.lemma_.lower(), "wish"):
        return True  # "called for talks on a treaty"
    opens = noun.dep_ == "dobj" and in_class(verb.lemma_.lower(), "opening")
    return bool(opens) and not is_actual(verb)


def tells_future(verb: Token) -> bool:
    """Whether a verb in the simple present tells what is to come: "expires in 2030"."""
    if not in_class(verb.lemma_.lower(), "scheduled") or verb.tag_ not in {"VBZ", "VBP"}:
        return False
    return not any(child.dep_ == "aux" for child in verb.children)


def is_agreed_upon(verb: Token) -> bool:
    """Whether it has been agreed to do what a verb tells: "agreed to revive the pact"."""
    return verb.dep_ == "xcomp" and in_class(verb.head.lemma_.lower(), "resolving") and is_actual(verb.head)


def _is_there(verb: Token) -> bool:
    """Whether a verb tells that somebody is where something is to be done: "is in town to sign", "has come to sign"."""
    if is_negated(verb) or any(c.dep_ == "aux" and c.tag_ == "MD" for c in verb.children):
        return False
    if verb.lemma_ == "be" and verb.tag_ in {"VBZ", "VBP"}:
        return any(c.dep_ == "prep" and c.lower_ in {"in", "at"} for c in verb.children)
    return verb.tag_ in {"VBN", "VBZ", "VBG"} and in_class(verb.lemma_.lower(), "coming")


def is_scheduled(verb: Token) -> bool:
    """Whether something will happen by all accounts: "will sign", "is to be signed", "are due to sign"."""
    if verb.sent[-1].text == "?" or is_negated(verb):
        return False
    if any(c.dep_ == "advcl" and any(m.dep_ == "mark" for m in c.children) for c in verb.children):
        return False
    if any(c.dep_ == "aux" and c.lower_ in {"will", "'ll", "’ll"} for c in verb.children):
        return True
    above = verb.head
    to_sign = any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    if verb.dep_ in {"advcl", "xcomp"} and to_sign and _is_there(above):
        return True
    if verb.dep_ in {"advcl", "xcomp"} and in_class(above.lemma_.lower(), "going") and not is_negated(above):
        to = any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
        return to and any(c.dep_ == "aux" and c.lower_ in {"will", "to", "'ll", "’ll"} for c in above.children)
    if verb.dep_ == "ccomp" and above.tag_ == "VBD" and any(c.lower_ == "would" for c in verb.children):
        if any(token.text in _QUOTES for token in verb.doc[verb.left_edge.i - 1 : verb.i]):
            return False  # "We would sign it tomorrow": a condition, not what was told of the future
        if any(c.lower_ == "provided" for c in verb.children):
            return False  # "stated that it would sign provided that …"
        return not any(c.dep_ == "advcl" for c in above.children)  # "told them that it would be signed in May"
    if verb.dep_ == "xcomp" and in_class(above.lemma_.lower(), "arranging") and not is_negated(above):
        return above.lemma_.lower() != "expect" or any(c.dep_ in {"nsubjpass", "auxpass"} for c in above.children)
    return False


def lies_ahead(preposition: Token) -> bool:
    """Whether what is done under a treaty is yet to come: "under the treaty 120 officers are due in Honiara"."""
    verb = preposition.head
    if any(child.dep_ == "aux" and child.lower_ in {"would", "'d", "’d"} for child in verb.children):
        return True  # "under the accord the islands would pass to Peru"
    return verb.lemma_ == "be" and any(
        child.dep_ in {"acomp", "xcomp", "attr"} and (in_class(child.lower_, "arranged") or child.tag_ == "VB")
        for child in verb.children
    )


def is_deferred(noun: Token) -> bool:
    """Whether what a noun tells is put off, awaited, or what somebody sets out for: "put off the signing of …"."""
    if noun.pos_ not in {"NOUN", "PROPN"}:
        return False
    above = noun.head
    if noun.dep_ == "pobj" and above.dep_ == "prep":
        return above.lower_ in {"for", "before", "until", "pending", "towards", "toward"} or in_class(
            above.head.lemma_.lower(), "deferring"
        )
    return noun.dep_ in {"dobj", "nsubjpass", "nsubj"} and in_class(above.lemma_.lower(), "deferring")


def is_wanted(verb: Token) -> bool:
    """Whether somebody wants it done: "wants the agreement signed by May"."""
    if verb.tag_ != "VBN" or verb.dep_ not in {"acl", "ccomp", "oprd", "xcomp"}:
        return False
    above = verb.head if verb.dep_ != "acl" else verb.head.head
    return (
        above.pos_ == "VERB"
        and in_class(above.lemma_.lower(), "wish")
        and (verb.dep_ != "acl" or verb.head.dep_ == "dobj")
    )
