"""Who does what in a clause: subjects and agents, through control, coordination, relative clauses and lists."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.document import Layout, coordinated
from kgbuild.extraction.treaties.lexicon import in_class

RELATIVE = frozenset({"who", "which", "that", "whom"})
_VERBS = frozenset({"VERB", "AUX"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_PASSIVE = frozenset({"nsubjpass", "auxpass"})


def past_dateline(token: Token) -> int:
    """Index of the first token behind the dateline of a token's paragraph; 0 if there is none."""
    layout: Layout | None = token.doc._.layout
    if layout is None or not layout.paragraphs:
        return 0
    end: int = layout.paragraphs[layout.paragraph_of[token.i]].dateline_end
    return end


def _behind_dateline(subject: Token, verb: Token) -> Iterator[Token]:
    """The real subject of a sentence whose dateline the parser took for one: "SUVA, May 3 - Fiji and Tonga will …"."""
    for token in subject.doc[past_dateline(subject) : verb.i]:
        if token.pos_ in {"ADP", "VERB", "PUNCT", "SCONJ"} and token.text not in {"-", ","}:
            return
        if token.pos_ in {"NOUN", "PROPN", "PRON"} and token.dep_ not in {"compound", "poss", "amod", "npadvmod"}:
            yield token


def antecedent(token: Token) -> Token:
    """The noun that a relative pronoun stands for, else the token itself."""
    if token.lower_ in RELATIVE and (token.tag_ in {"WDT", "WP", "IN"} or token.pos_ == "PRON"):
        for above in token.ancestors:
            if above.dep_ == "relcl":
                head: Token = above.head
                return head
            if above.dep_ not in {"conj", "xcomp", "ccomp", "prep", "acomp"}:
                break
    return token


def first_listed(token: Token) -> Token:
    """The first of a list of which a token is one: "Peru" for "Chile" in "Peru and Chile, which signed it"."""
    while token.dep_ == "conj" and token.head.pos_ in {"NOUN", "PROPN"}:
        token = token.head
    return token


def listed(token: Token) -> Iterator[Token]:
    """A phrase and those listed with it: "A and B, as well as C"."""
    yield from coordinated(token)
    for child in token.children:
        if child.lower_ == "as" and child.dep_ in {"cc", "prep"} and child.i > token.i:
            for each in child.children:
                if each.dep_ == "pobj":
                    yield from coordinated(each)


def subjects(verb: Token) -> Iterator[Token]:
    """Heads of the phrases that name who does what a verb tells, also through control, coordination and relatives."""
    place = verb
    for _ in range(6):
        found = [c for c in place.children if c.dep_ == "nsubj" or (c.dep_ == "nsubjpass" and place.i != verb.i)]
        if found:
            for child in found:
                if past_dateline(child) > child.i:
                    yield from _behind_dateline(child, verb)
                    continue
                head = antecedent(child)
                yield from listed(head) if head is child else iter((head,))
            return
        content = reported_before(place)
        if content is not None:
            place = content
        elif (
            (place.dep_ in {"xcomp", "conj"} and place.head.pos_ in _VERBS | {"ADJ"})
            or place.dep_ == "acomp"
            or (place.dep_ in {"advcl", "ccomp"} and _is_open(place))
        ):
            place = place.head
        elif place.dep_ == "acl" and place.tag_ in {"VBG", "JJ", "VBN"} and place.head.pos_ in {"NOUN", "PROPN"}:
            yield from coordinated(place.head)
            return
        elif place.dep_ == "pcomp" and place.head.dep_ in {"prep", "prt"}:
            place = place.head.head
        elif place.dep_ == "relcl":
            yield place.head
            return
        else:
            if place.tag_ == "NNS" and place.dep_ == "ROOT" and in_class(place.lower_, "misnoun"):
                yield from (child for child in place.children if child.dep_ == "compound")  # "parliament votes on it"
            if place.head.dep_ == "ROOT" and place.head.pos_ == "PROPN" and place.head.i < place.i:
                yield from coordinated(place.head)  # where the parser took the subject for the sentence's head
            return


def reported_before(verb: Token) -> Token | None:
    """The verb reported first in "Peru backs it, he said, but will not sign", for the second one, hung on "said"."""
    said = verb.head
    if verb.dep_ != "conj" or said.i >= verb.i:
        return None
    return next((c for c in said.children if c.dep_ == "ccomp" and c.i < said.i), None)


def _is_open(verb: Token) -> bool:
    """Whether a clause has no subject of its own and no subordinator: "…, saying", "to sign"."""
    if any(c.dep_ in {*_SUBJECTS, "mark"} for c in verb.children):
        return False
    participle: bool = verb.tag_ in {"VBG", "VBN"}
    return participle or any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def agents(verb: Token) -> Iterator[Token]:
    """Heads of "by …" behind a passive."""
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            for by in coordinated(child):  # "by Peru and by Chile"
                for each in by.children:
                    if each.dep_ == "pobj":
                        yield from coordinated(each)


def is_passive(verb: Token) -> bool:
    """Whether a verb is passive, also as a participle behind a noun: "a treaty backed by Peru"."""
    annotation, i = annotation_of(verb.doc), int(verb.i)
    if any(annotation.dep[c] in _PASSIVE for c in annotation.children[i]):
        return True
    return annotation.tag[i] == "VBN" and annotation.dep[i] == "acl"


def asked_by(verb: Token) -> Token | None:
    """Who is asked, urged or told to do what an infinitive tells: "called on Peru to sign it"."""
    above = verb.head
    if verb.dep_ not in {"xcomp", "ccomp", "advcl"} or not in_class(above.lemma_.lower(), "asking"):
        return None
    if not any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children):
        return None
    if any(child.dep_ in {"nsubj", "nsubjpass"} for child in verb.children):
        return next(child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"})
    for child in above.children:
        if child.i > verb.i:
            break
        if child.dep_ in {"dobj", "dative"} and child.i > above.i:
            return child
        if child.dep_ == "prep" and child.lower_ in {"on", "upon", "to"} and child.i > above.i:
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


def owners_of(verb: Token) -> Iterator[Token]:
    """Whose plan it is to do what a verb tells: "the American plan to withdraw", "the decision by Peru to sign"."""
    noun = verb.head
    if verb.dep_ != "acl" or noun.pos_ != "NOUN":
        return
    for place in (noun, *(above for above in noun.ancestors if above.pos_ == "NOUN")):
        for child in place.children:
            if child.dep_ == "poss" and child.pos_ != "PRON":
                yield child
            elif child.dep_ in {"prep", "agent"} and child.lower_ == "by":
                yield from (c for c in child.children if c.dep_ == "pobj")
