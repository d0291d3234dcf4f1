"""What governs a noun phrase in its sentence: the words that say something of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kgbuild.extraction.treaties.lexicon import in_class


@dataclass(frozen=True, slots=True)
class Governor:
    """A word that a noun phrase depends on, and how.

    ``slot``: the phrase is its "object" (also as a passive subject), its "subject", stands behind its preposition
    ("prep"), or belongs to a noun ("of": "talks on a treaty", "the treaty's members"). ``beside``: found by the order
    of words, not by syntax.
    """

    word: Token
    slot: str
    preposition: str = ""
    beside: bool = False


def governors(head: Token, end: int = 0) -> Iterator[Governor]:
    """The words that say something of the noun phrase with this head, nearest first.

    Args:
        head: syntactic head of a noun phrase.
        end: where the phrase ends, to look for a relative clause that the parser hung elsewhere; 0 for not looking.
    """
    place = head
    for _ in range(4):
        if place.dep_ not in {"conj", "appos"} or place.head.i == place.i:
            break
        if place.dep_ == "conj" and place.head.pos_ not in {"NOUN", "PROPN", "PRON", "NUM"}:
            break
        place = place.head
    yield from _above(place)
    below = list(_below(head))
    for token in head.doc[head.i + 1 : end]:  # "the pact between Peru and Chile, which was signed": hung on "Peru"
        below += [
            Governor(child, "object") for child in token.children if child.dep_ == "acl" and _is_hung_low(child, end)
        ]
        if token.head.i != head.i or token.dep_ != "relcl":
            below += [
                g for child in token.children if child.dep_ == "relcl" and child.i >= end for g in _relative(child)
            ]
    yield from below
    if end and not any(end <= governor.word.i < end + 9 for governor in below):
        yield from _beside(head, end)


def _is_hung_low(participle: Token, end: int) -> bool:
    """ "The pact to end overfishing, signed in Rome": a participle behind phrase and comma is said of the whole."""
    return bool(participle.i == end + 1 and participle.tag_ == "VBN" and participle.nbor(-1).text == ",")


def _beside(head: Token, end: int) -> Iterator[Governor]:
    """ "a protocol [that] the two countries signed": the verb of a relative clause by the order of words alone."""
    doc = head.doc
    limit = min(end + 9, head.sent.end)
    i = end
    if i + 2 < limit and doc[i].text == "," and doc[i + 1].lower_ == "under" and doc[i + 2].pos_ == "NOUN":
        yield Governor(doc[i + 2], "of", "under", beside=True)  # "a pact, under discussion since May, …"
    if i + 2 < limit and doc[i].text == "," and doc[i + 1].lower_ == "in" and doc[i + 2].lower_ in {"force", "effect"}:
        yield Governor(doc[i + 2], "modifier", beside=True)  # "the pact, in force since 1976, …"
    if i + 1 < limit and doc[i].text == "," and doc[i + 1].tag_ == "WDT":
        i += 1
    if i < limit and doc[i].lower_ in {"that", "which"}:
        i += 1
    subject = False
    for token in doc[i:limit]:
        if token.is_punct and token.text not in {"-", "’", "'"}:
            return
        if token.pos_ in {"ADP", "SCONJ", "CCONJ"} and not subject:
            return
        if token.tag_ in {"VBD", "VBN", "VBP", "VBZ"} and token.pos_ == "VERB":
            if subject:
                yield Governor(token, "object", beside=True)
            return
        subject = subject or token.pos_ in {"NOUN", "PROPN", "PRON"}


def _above(place: Token) -> Iterator[Governor]:
    parent = place.head
    if place.dep_ in {"nsubj", "nsubjpass"}:
        for child in parent.children:  # "Signed in 1994, the treaty has lapsed"
            opening = child.dep_ in {"advcl", "amod"} and child.tag_ == "VBN" and child.i < place.i
            if opening and not any(c.dep_ in {"nsubj", "nsubjpass", "mark", "auxpass"} for c in child.children):
                yield Governor(child, "object")
    if place.dep_ in {"dobj", "nsubjpass", "dative"}:
        yield Governor(parent, "object")
        yield from _raised(parent)
        if place.dep_ == "dobj":
            yield from _sharing(parent)
    elif place.dep_ == "nsubj":
        if parent.dep_ == "relcl" and parent.tag_ == "VBN":
            yield Governor(parent, "object")
        elif parent.dep_ == "ccomp" and _is_reduced(place, parent):
            if parent.tag_ == "VBD" and parent.lower_ != "provided":
                yield Governor(parent, "object")
            yield Governor(parent.head, "object")
            return
        yield Governor(parent, "subject")
        yield from _raised(parent)
    elif place.dep_ in {"pobj", "pcomp"} and parent.dep_ in {"prep", "agent"}:
        yield from _behind(parent)
    elif place.dep_ == "compound" and in_class(parent.lower_, "misread"):
        yield from _above(parent)  # "talks on a peace treaty resume": taken for a noun
    elif place.dep_ in {"poss", "compound", "nmod"} and parent.pos_ in {"NOUN", "PROPN"}:
        yield Governor(parent, "of")
    elif place.dep_ in {"attr", "oprd"}:
        yield Governor(parent, "attr")
        for clause in parent.children:  # "what the two governments signed is a treaty"
            if clause.dep_ == "csubj":
                yield from (g for token in clause.subtree if token.tag_ == "WP" for g in _above(token))
    if place.dep_ == "nsubj" and parent.lemma_.lower() in {"be", "remain", "become", "stay"}:
        for child in parent.children:
            if child.dep_ == "acomp":
                yield Governor(child, "predicate")
            elif child.dep_ == "prep" and child.lower_ == "under":  # "has been under negotiation"
                yield from (Governor(c, "of", "under") for c in child.children if c.dep_ == "pobj")


def _is_reduced(noun: Token, verb: Token) -> bool:
    """ "Welcomed the pact concluded in Rome": the parser may take the participle for the pact's own deed."""
    above = verb.head
    if above.i + 1 != noun.left_edge.i or in_class(above.lemma_.lower(), "wish"):
        return False
    if verb.lower_ == "provided" and verb.nbor(1).lower_ == "that":
        return True  # "would sign the protocol provided that …"
    if verb.tag_ == "VBG":  # "signed the protocol amending the treaty"
        return not any(child.dep_ in {"aux", "mark"} for child in verb.children)
    if verb.tag_ != "VBD" or _has_object(verb):
        return False
    return in_class(verb.lemma_.lower(), "concluding") and not any(
        child.dep_ in {"aux", "mark"} for child in verb.children
    )


def _sharing(verb: Token) -> Iterator[Governor]:
    """ "They signed, ratified and forgot a pact": verbs that share an object with the last of them."""
    for _ in range(3):
        above = verb.head
        if verb.dep_ != "conj" or above.pos_ != "VERB" or _has_object(above):
            return
        if any(child.dep_ in {"prep", "xcomp", "ccomp", "auxpass"} and child.i < verb.i for child in above.children):
            return
        yield Governor(above, "object")
        verb = above


def _raised(verb: Token) -> Iterator[Governor]:
    """ "the treaty is expected to be signed", "is to take effect", "was signed and ratified"."""
    for child in verb.children:
        if child.dep_ == "xcomp" and child.pos_ in {"VERB", "AUX"} and not _has_object(verb):
            passive = any(c.dep_ == "auxpass" for c in child.children)
            yield Governor(child, "object" if passive else "subject")
        elif child.dep_ == "acomp":  # "is due to run out", "is likely to be signed"
            yield from _raised(child)
        elif (
            child.dep_ == "conj"
            and child.pos_ in {"VERB", "AUX"}
            and not any(c.dep_ in {"nsubj", "nsubjpass"} for c in child.children)
        ):
            passive = child.tag_ == "VBN" and (verb.tag_ == "VBN" or any(c.dep_ == "auxpass" for c in child.children))
            yield Governor(child, "object" if passive else "subject")


def _has_object(verb: Token) -> bool:
    return any(child.dep_ == "dobj" for child in verb.children)


def _behind(preposition: Token) -> Iterator[Governor]:
    lower = preposition.lower_
    above = preposition.head
    if lower == "under":
        yield Governor(preposition, "of")
    if above.lemma_.lower() in {"term", "provision", "auspex"} and above.dep_ == "pobj":  # "under the terms of"
        yield from _behind(above.head)
    if above.dep_ == "npadvmod" and above.head.pos_ == "VERB":  # "vote tomorrow on the pact"
        yield Governor(above.head, "prep", lower)
    if above.pos_ == "NOUN" and above.dep_ == "pobj" and above.lower_ in {"force", "effect"}:
        yield Governor(above.head.head, "of", lower)  # "the entry into force of the treaty"
    if above.dep_ == "prep":  # "walk out of", "ahead of"
        yield Governor(above.head, "prep", above.lower_)
    talks = _talks_before(preposition) if lower in {"on", "about", "over"} else None
    if talks is not None and talks.i != above.i:
        yield Governor(talks, "of", lower)
    deed = _deed_before(preposition) if lower == "of" and above.i + 1 != preposition.i else None
    if deed is not None and deed.i != above.i:
        yield Governor(deed, "of", lower)
    if above.pos_ in {"NOUN", "PROPN"}:
        if lower == "with" and in_class(above.lemma_.lower(), "stage"):
            yield from (Governor(verb, "prep", lower) for verb in above.ancestors if verb.pos_ == "VERB")
            return  # "ended a week of talks with an agreement"
        yield Governor(above, "of", lower)
        if in_class(above.lemma_.lower(), "share") and above.dep_ in {"dobj", "nsubjpass"}:
            yield Governor(above.head, "object")  # "froze its participation in the accord"
        elif lower == "of" and above.dep_ == "pobj" and above.lemma_.lower() == "text":
            yield Governor(above.head.head, "prep", above.head.lower_)  # "agreed on the text of a treaty"
    elif above.pos_ == "ADV" and above.head.pos_ == "VERB":  # "walk away from", "inch closer to"
        yield Governor(above.head, "prep", lower)
    elif above.pos_ in {"VERB", "AUX", "ADJ", "ADV"}:
        yield Governor(above, "prep", lower)
        # "held talks on a treaty", "agreed on Friday to a truce": the parser may hang the phrase on the verb
        for child in above.children:
            if (
                child.dep_ in {"dobj", "nsubjpass", "nsubj", "attr"}
                and child.i < preposition.i
                and child.pos_ == "NOUN"
            ):
                yield Governor(child, "of", lower)
                if in_class(child.lemma_.lower(), "share") and child.dep_ in {"dobj", "nsubjpass"}:
                    yield Governor(above, "object")


def _talks_before(preposition: Token) -> Token | None:
    """ "talks in Vienna under the EU's envoy, Antoine Lemaire, on a pact": the noun may stand far before its topic."""
    sentence = preposition.sent.start
    for i in range(preposition.i - 1, max(sentence, preposition.i - 16) - 1, -1):
        token = preposition.doc[i]
        if token.pos_ == "VERB" and token.tag_ not in {"VBG", "VBN"}:
            return None
        if token.lower_ in {"talks", "negotiations", "discussions"}:
            return token
    return None


def _deed_before(preposition: Token) -> Token | None:
    """ "the ratification by Peru, on June 14, of the pact": the noun may stand far before its "of"."""
    if preposition.i == 0 or preposition.nbor(-1).text != ",":
        return None
    for i in range(preposition.i - 1, max(preposition.sent.start, preposition.i - 16) - 1, -1):
        token = preposition.doc[i]
        if token.pos_ == "VERB":
            return None
        if token.pos_ == "NOUN" and in_class(token.lower_, "deed"):
            return token
    return None


def _below(head: Token) -> Iterator[Governor]:
    for child in head.children:
        if child.dep_ in {"amod", "compound", "nmod"} and child.i < head.i:
            yield Governor(child, "modifier")
            for each in child.children:  # "the draft customs treaty"
                if each.dep_ in {"amod", "compound", "nmod"} and each.i < child.i and each.text.islower():
                    yield Governor(each, "modifier")
        elif child.dep_ == "acl" and child.pos_ == "VERB":
            if child.tag_ == "VBD" and head.dep_ == "ROOT":  # the main verb behind "…, signed in 2018, …"
                yield Governor(child, "subject")
            if child.tag_ in {"VBN", "VBD"}:
                yield Governor(child, "object")
            elif any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children):
                passive = any(c.dep_ == "auxpass" for c in child.children)
                yield Governor(child, "object" if passive else "subject")
            else:
                yield Governor(child, "subject")
        elif child.dep_ == "relcl":
            yield from _relative(child)
        elif child.dep_ == "prep" and child.lower_ == "under" and child.i > head.i:  # "a pact under discussion"
            yield from (Governor(c, "of", "under") for c in child.children if c.dep_ == "pobj")


def _relative(verb: Token) -> Iterator[Governor]:
    for token in verb.subtree:
        if token.tag_ in {"WDT", "WP"} or (
            token.lower_ == "that" and token.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj"}
        ):
            yield from _above(token)
            if token.dep_ in {"nsubj", "nsubjpass"}:
                for child in token.head.children:  # "which were signed and which lapsed"
                    if child.dep_ == "conj" and child.pos_ == "VERB":
                        yield Governor(child, "object" if child.tag_ == "VBN" else "subject")
                    elif _is_main_verb_hung_low(child):
                        yield Governor(child, "subject")
            else:
                yield from _second_relative(verb)
            return
        if token.tag_ == "WP$":
            yield Governor(token.head, "of")
            return
    # "a treaty to be concluded with Peru"
    to_be = verb.tag_ == "VBN" and any(c.lower_ == "to" for c in verb.children)
    if to_be or (any(c.dep_ == "nsubj" for c in verb.children) and not _has_object(verb)):
        yield Governor(verb, "object")


def _second_relative(verb: Token) -> Iterator[Governor]:
    """ "Which the two signed in 1985 **and which remains in force**": the clause joined to a relative one."""
    for child in verb.children:
        if child.dep_ == "conj" and child.pos_ in {"VERB", "AUX"}:
            for each in child.children:
                if each.tag_ == "WDT" and each.dep_ in {"nsubj", "nsubjpass", "dobj"}:
                    yield from _above(each)


def _is_main_verb_hung_low(verb: Token) -> bool:
    """ "The pact, which was long a dead letter, would lapse, they said": the parser puts the verb below the clause."""
    if verb.dep_ != "advcl" or not any(c.tag_ == "MD" for c in verb.children):
        return False
    return not any(child.dep_ in {"nsubj", "nsubjpass"} for child in verb.children)
