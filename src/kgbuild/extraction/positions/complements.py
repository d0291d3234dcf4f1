"""What stands below a noun or a verb that a stance is about, and what is a clause of its own."""

from __future__ import annotations

from spacy.tokens import Token

from kgbuild.extraction.positions.lexicon import words_of


def is_another(subject: Token) -> bool:
    """Whether a clause's subject is somebody else than who promises it; "his government would scrap it" is his own.

    Args:
        subject: a dependent of the clause's verb.
    """
    if subject.dep_ not in {"nsubj", "nsubjpass"}:
        return False
    own = subject.lemma_.lower() in words_of("body") and any(
        c.dep_ == "poss" or (c.dep_ == "acl" and any(t.lower_ in {"him", "her", "them"} for t in c.subtree))
        for c in subject.children
    )
    return not own


def complements(noun: Token) -> list[Token]:
    """What stands behind "of", "to", "from", "on" at a noun, and what "a motion to join it" is to do.

    Args:
        noun: head of a phrase.
    """
    done = [c for c in noun.children if c.dep_ == "acl" and c.tag_ == "VB"]
    return [
        each
        for child in noun.children
        if child.dep_ == "prep" and child.lower_ in {"of", "to", "from", "on", "for"}
        for each in child.children
        if each.dep_ in {"pobj", "pcomp"}
    ] + done


def in_other_clause(token: Token, noun: Token) -> bool:
    """Whether a word below a noun stands in a clause of its own: "the bill, which his rivals call a treaty".

    Args:
        token: any word.
        noun: head of the phrase.
    """
    for above in token.ancestors:
        if above.i == noun.i:
            return False
        open_clause = any(c.dep_ == "aux" and c.lower_ == "to" for c in above.children)  # "a bill to ratify it"
        if above.pos_ in {"VERB", "AUX"} and above.dep_ in {"relcl", "advcl", "ccomp"} and not open_clause:
            return True
    return True
