"""What the clause around a word of stance does to it: denies it, makes it conditional, hedges it, only supposes it."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import Annotation, annotation_of
from kgbuild.extraction.positions.lexicon import conditions, words_of
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.extraction.treaties.context import words_of as actuality
from kgbuild.extraction.written import written_of

_VERBS = frozenset({"VERB", "AUX"})
#: of a word that a clause may hang on, and of a verb that is not the one of its clause
_CLAUSAL = frozenset({"ROOT", "ccomp", "conj"})
_WITHIN = frozenset({"amod", "compound", "aux", "auxpass", "acomp", "oprd"})
#: "if necessary" is no condition
_ASIDES = frozenset({"necessary", "any", "possible", "needed", "not", "only", "so", "anything", "ever"})
_WITHOUT = frozenset({"without"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_TIMES = frozenset({"prep", "npadvmod"})
_ENDS, _QUESTION = frozenset({".", "?", "!"}), frozenset({"?"})
_NOW = frozenset({"is", "are", "'s", "’s", "being"})
_WOULD = frozenset({"will", "'ll", "’ll", "would"})
_NOTHING = frozenset({"dobj", "attr", "pobj"})
_BEFORE_NOUN = frozenset({"det", "amod", "neg", "advmod"})


def is_verbal(annotation: Annotation, i: int) -> bool:
    """Whether a word is a verb, or has a subject as one: the tagger takes "objects" for a noun now and then."""
    if annotation.pos[i] in _VERBS:
        return True
    if annotation.dep[i] not in _CLAUSAL:
        return False
    slots = {annotation.dep[c] for c in annotation.children[i]}
    # "Peru and Chile back it", with "back" taken for an adverb
    return "nsubj" in slots and ("dobj" in slots or annotation.tag[i] == "NNS")


def clause_verb(token: Token) -> Token:
    """The verb of the clause that a word stands in: its copula or light verb, or itself."""
    verb = _clause_verb(annotation_of(token.doc), token.i)
    return token if verb == token.i else token.doc[verb]


def _clause_verb(annotation: Annotation, i: int) -> int:
    if is_verbal(annotation, i) and annotation.dep[i] not in _WITHIN:
        return i
    head, place = annotation.head, i
    while head[place] != place:
        place = head[place]
        if annotation.pos[place] in _VERBS:
            return place
    return i


def gapped(token: Token) -> list[Token]:
    """Who stands before a word that ends a clause whose verb is left out: "Peru voted for it, **Chile** against"."""
    if token.i < 2 or (token.i + 1 < len(token.doc) and not token.nbor(1).is_punct and token.nbor(1).dep_ != "cc"):
        return []
    before = token.nbor(-1)
    opens = token.nbor(-2).text in {",", ";"} or token.nbor(-2).lower_ in {"and", "but", "while"}
    return [before] if opens and before.pos_ == "PROPN" else []


def is_denied(token: Token) -> bool:
    """Whether a stance is denied: "does not support", "no objection", "without opposition"."""
    if is_negated(token):
        return True
    annotation, lower = annotation_of(token.doc), written_of(token.doc).lower
    for child in annotation.children[token.i]:
        if annotation.dep[child] in _NOTHING and _is_none(annotation, lower, child):
            return True  # "wants no part of it", "is in no hurry"
    if token.pos_ in {"NOUN", "PROPN"}:
        if _is_none(annotation, lower, token.i):
            return True
        if token.dep_ == "pobj" and token.head.lower_ in _WITHOUT:
            return True
    verb = clause_verb(token)
    if verb is token:
        return False
    if token.pos_ == "NOUN":
        lemma = verb.lemma_.lower()
        aside = any(c.lower_ == "aside" for c in verb.children)
        if token.dep_ == "dobj" and (lemma in words_of("cease") or aside):
            return not is_negated(verb)
        light = lemma in words_of("express") or lemma in words_of("receive") or lemma in {"be", "remain"}
        return light and is_negated(verb)
    return is_negated(verb)


def is_none(noun: Token) -> bool:
    """Whether a noun is said not to be there: "no appetite", "little enthusiasm"; not "a little"."""
    return _is_none(annotation_of(noun.doc), written_of(noun.doc).lower, noun.i)


def _is_none(annotation: Annotation, lower: list[str], noun: int) -> bool:
    words = {lower[c] for c in annotation.children[noun] if annotation.dep[c] in _BEFORE_NOUN}
    return not words.isdisjoint(words_of("none")) and "a" not in words and "the" not in words


def is_declined(token: Token) -> bool:
    """Whether somebody leaves undone what a word says: "refused to take sides", "has yet to take a position"."""
    doc = token.doc
    annotation = annotation_of(doc)
    head, dep, pos = annotation.head, annotation.dep, annotation.pos
    verb = _clause_verb(annotation, token.i)
    above = head[verb]
    if dep[verb] == "pcomp":  # "stopped short of endorsing it"
        above = head[head[above]] if pos[head[above]] == "ADV" else head[above]
    if dep[verb] not in {"xcomp", "pcomp", "ccomp"} or pos[above] not in _VERBS:
        return False
    lower, lemma = written_of(doc).lower, annotation.lemma_lower[above]
    yet = lemma in {"have", "be"} and any(lower[c] == "yet" for c in annotation.children[above])
    return (yet or lemma in words_of("decline")) and not is_negated(doc[above])


def is_future(verb: Token) -> bool:
    """Whether a verb tells what is still to be done: "will sign", "would sign", "is to sign", "is going to sign"."""
    return _is_future(annotation_of(verb.doc), written_of(verb.doc).lower, verb.i)


def _is_future(annotation: Annotation, lower: list[str], verb: int) -> bool:
    auxiliaries = _auxiliaries(annotation, lower, verb)
    if any(word in actuality("modal") and word not in words_of("hedge") for word in auxiliaries):
        return True
    dep, above = annotation.dep[verb], annotation.head[verb]
    if dep == "xcomp" and "to" in auxiliaries:
        if _is_foreseen(annotation, lower, above):
            return True
        return annotation.lemma_lower[above] in {"be", "go"} and annotation.tag[above] in {"VBZ", "VBP", "VBG"}
    if dep == "conj" and annotation.pos[above] in _VERBS and annotation.tag[verb] == "VB":
        return _is_future(annotation, lower, above)
    return False


def _auxiliaries(annotation: Annotation, lower: list[str], verb: int) -> list[str]:
    return [lower[c] for c in annotation.children[verb] if annotation.dep[c] == "aux"]


def is_scheduled(verb: Token) -> bool:
    """Whether a verb tells what is going to happen on a day, or what both sides do: "is to sign it on Monday".

    Args:
        verb: a verb of signing.
    """
    whose = [child for child in verb.children if child.dep_ in _SUBJECTS]
    if is_future(verb) and any({c.lower_ for c in each.children} & words_of("jointly") for each in whose):
        return True
    is_to = verb.dep_ == "xcomp" and verb.head.lemma_ == "be"
    return is_to and any(t.ent_type_ == "DATE" for c in verb.children for t in c.subtree if c.dep_ in _TIMES)


def is_advice(verb: Token) -> bool:
    """Whether a verb tells what should be done: "Peru should sign it", "it must be scrapped"; not "must and will"."""
    annotation, lower = annotation_of(verb.doc), written_of(verb.doc).lower
    auxiliaries = _auxiliaries(annotation, lower, verb.i)
    if not auxiliaries or not _WOULD.isdisjoint(auxiliaries):
        return False
    if not words_of("advice").isdisjoint(auxiliaries):
        return True
    above = annotation.head[verb.i]
    if annotation.dep[verb.i] != "xcomp" or "to" not in auxiliaries or above + 3 <= verb.i - 1:
        return False
    lemma = annotation.lemma_lower[above]
    if lemma != "have" and lemma not in words_of("advice"):
        return False
    return not any(lower[c] == "yet" for c in annotation.children[above])  # "has yet to make up its mind" is no advice


def is_possible(verb: Token) -> bool:
    """Whether a verb stands under "could", "may", "might"."""
    auxiliaries = _auxiliaries(annotation_of(verb.doc), written_of(verb.doc).lower, verb.i)
    return not words_of("hedge").isdisjoint(auxiliaries)


def condition_of(token: Token) -> Token | None:
    """The word that opens a condition of the clause: "unless", "until", "only if", "provided that", "without".

    Args:
        token: the word of stance, or the deed that the stance is about.

    The parser often hangs a condition on a neighbouring word, so the words between the verb and the end of its sentence
    are read in their order; what follows another verb of saying is left out.
    """
    verb = clause_verb(token)
    tied = _tied(token, verb)
    if tied is not None:
        return tied
    if is_future(verb):
        for child in verb.children:  # "wants the quota raised before it will sign"
            if child.dep_ in {"mark", "advmod"} and child.lower_ == "before" and child.i < verb.i:
                return child
    reported = list(verb.head.children) if verb.dep_ == "ccomp" and verb.head.pos_ in _VERBS else []
    reported += [c for said in verb.children if said.dep_ == "parataxis" for c in said.children]
    for child in (*verb.children, *reported):  # "Unless it rains, he warned, we will leave"
        if child.dep_ == "advcl" and child.i < verb.i:
            for mark in child.subtree:
                if mark.i < child.i and mark.lower_ in conditions() and _opens(mark):
                    return mark
        elif child.dep_ == "advmod" and child.lower_ == "long" and child.i < verb.i and _opens(verb.doc[child.i - 1]):
            return child  # "As long as it rains, …"
    first = _wanted_first(verb)
    if first is not None:
        return first
    doc, written = verb.doc, written_of(verb.doc)
    for i in range(verb.i + 1, annotation_of(doc).sentence(verb.i)[1]):
        word = written.lower[i]
        if word in {";", ":"} or written.blank[i]:
            break
        if word == "should" and _is_inverted(doc[i]):
            return doc[i]  # "would leave the pact should the accord become public"
        if word in conditions() and _opens(doc[i]):
            return doc[i] if _belongs(doc[i], verb) else None
    return None


def _wanted_first(verb: Token) -> Token | None:
    """What is to come first in "backs it but **insists** that the ships leave first", "but would first **want** it"."""
    place = verb
    while place.dep_ == "xcomp" and place.head.i < place.i:
        place = place.head  # "is minded to vote for it, but …"
    for child in place.children:
        if child.dep_ == "conj" and child.i > verb.i and child.lemma_.lower() in words_of("require"):
            for word in child.subtree:
                if word.lower_ == "first" and word.dep_ == "advmod" and word.head.pos_ in _VERBS:
                    return word
    return None


def _is_inverted(auxiliary: Token) -> bool:
    """Whether an auxiliary opens a condition by standing before its subject, and ends nothing before it."""
    verb = auxiliary.head
    if auxiliary.dep_ != "aux" or auxiliary.nbor(-1).pos_ in {"PRON", "CCONJ"} or auxiliary.nbor(-1).text in {",", "?"}:
        return False
    subject = next((c for c in verb.children if c.dep_ in _SUBJECTS), None)
    return subject is not None and subject.i > auxiliary.i


def _tied(noun: Token, verb: Token) -> Token | None:
    """What ties a stance to something: "its support **hinges** on …", "made its approval **conditional** on …"."""
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        for word in (verb, *verb.children):
            free = word.lemma_.lower() == "unconditional" and not is_negated(verb)
            if word.lemma_.lower() in words_of("depend") and not free:
                return word
    if noun.pos_ == "NOUN" and noun.dep_ in {"dobj", "nsubj"}:
        above = noun.head
        if above.lemma_.lower() in words_of("bind") and any(c.lower_ in {"to", "on", "upon"} for c in above.subtree):
            return above
        for word in above.subtree:
            if word.i > noun.i and word.pos_ == "ADJ" and word.lemma_.lower() in words_of("depend"):
                return None if word.lemma_.lower() == "unconditional" else word
    for child in verb.children:  # "without access to the sea, it will not sign"
        if child.dep_ == "prep" and child.lower_ in {"without", "absent", "failing", "barring"} and child.i < verb.i:
            return child if is_future(verb) or is_possible(verb) else None
    return None


def _opens(token: Token) -> bool:
    doc = token.doc
    for parts in conditions().get(token.lower_, ()):
        if all(token.i + k < len(doc) and doc[token.i + k].lower_ == part for k, part in enumerate(parts)):
            after = doc[token.i + len(parts)] if token.i + len(parts) < len(doc) else None
            if after is None or after.ent_type_ in {"DATE", "TIME"}:
                return False
            if parts == ("if",) and (doc[token.i - 1].lower_ in {"even", "as", "what"} or after.lower_ in _ASIDES):
                return False
            if parts == ("if", "only"):  # "if only for the sake of peace" is a reason
                return after.pos_ in {"PRON", "NOUN", "PROPN", "DET"}
            if parts == ("once",) and not _has_subject(token.head):
                return False  # "once opposed to it, Peru …": formerly
            if parts[0] in {"until", "till"}:
                return after.lower_ not in {"now", "recently", "then"}
            if parts[0] == "without":
                return after.lower_ not in words_of("freely")
            if parts[0] in {"provided", "providing"}:
                return after.lower_ == "that" or after.dep_ in {"det", "nsubj", "nsubjpass", "poss", "compound"}
            return True
    return False


def _belongs(mark: Token, verb: Token) -> bool:
    """Whether a condition to the right of a verb is the verb's own, not that of a clause further in."""
    clause = mark.head if mark.dep_ in {"mark", "advmod"} else mark
    if clause.dep_ in {"mark", "advmod"} and clause.head.i != verb.i and clause.pos_ not in _VERBS:
        clause = clause.head  # "only when …"
    past = clause.tag_ == "VBD" and not any(c.lower_ in actuality("modal") for c in verb.children)
    temporal = past and mark.lower_ in {"until", "till", "once", "if", "before"} and verb.tag_ in {"VBD", "VBN"}
    if temporal and not _is_would(verb):
        return False
    if mark.lower_ in {"before", "without"} and not is_negated(verb):
        return False
    place = clause.head
    for _ in range(6):
        if place.i == verb.i or place.is_ancestor(verb):
            return True
        if place.dep_ in {"relcl", "acl", "advcl"} or (place.dep_ in {"ccomp", "conj"} and _has_subject(place)):
            return False
        if place.dep_ == "conj" and place.i > mark.i and place.head.i < mark.i:
            return False  # "would oppose it and, if it won, would tear it up"
        place = place.head
    return False


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)


def _is_would(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in {"would", "could", "'d", "’d", "will"} for c in verb.children)


def is_hedged(token: Token) -> bool:
    """Whether the text hedges a stance: "may support", "reportedly opposes", "seems to favour"."""
    verb = clause_verb(token)
    for word in {token.i: token, verb.i: verb}.values():
        for child in word.children:
            if child.dep_ in {"aux", "advmod", "amod"} and child.lower_ in words_of("hedge"):
                return True
        if word.dep_ == "xcomp" and word.head.lemma_.lower() in words_of("hedge"):
            return True
    return False


def is_supposed(token: Token) -> bool:
    """Whether the stance is not asserted: in an if-clause, an indirect question, or what somebody wishes of another."""
    annotation, lower = annotation_of(token.doc), written_of(token.doc).lower
    head, dep, lemma, children = annotation.head, annotation.dep, annotation.lemma_lower, annotation.children
    place = verb = _clause_verb(annotation, token.i)
    if dep[place] == "acl" and lemma[head[place]] in words_of("rumour"):
        return True  # "would not comment on suggestions that it lobbied against it"
    for _ in range(4):
        for child in children[place]:
            if dep[child] not in {"mark", "advmod"} or child > place or lower[child] not in words_of("suppose"):
                continue
            # "which once opposed it": formerly
            once = lower[child] == "once" and not any(dep[c] in _SUBJECTS and c > child for c in children[place])
            if not once:
                return True
        above = head[place]
        told = dep[place] == "ccomp" and lemma[above] in {"tell", "call"}
        if dep[place] == "xcomp" and _is_foreseen(annotation, lower, above):
            return False
        behind = place > above  # before the verb it is a sentence of its own, joined by a semicolon
        if dep[place] in {"ccomp", "xcomp"} and behind and lemma[above] in words_of("wish") and not told:
            return True
        if dep[place] == "pcomp" and dep[above] == "prep":
            place = head[above]  # "accused of preparing to sabotage it"
            if lemma[place] in words_of("wish") and not _is_foreseen(annotation, lower, place):
                return True
            continue
        if dep[place] not in {"conj", "xcomp"} or above == place:
            break
        place = above
    return _is_asked(token.doc, verb)


def _is_asked(doc: Doc, verb: int) -> bool:
    """Whether the first mark behind a verb that ends a sentence is a question mark in its own sentence."""
    written = written_of(doc)
    if not written.lower_at.any(_QUESTION):
        return False
    _, end = annotation_of(doc).sentence(verb)
    for word in written.text[verb:end]:
        if word in _ENDS:
            return word == "?"
    return False


def _is_foreseen(annotation: Annotation, lower: list[str], verb: int) -> bool:
    """Whether a verb only tells that something will come: "the senate is expected to throw it out"."""
    if annotation.lemma_lower[verb] != "expect":
        return False
    auxiliaries = {lower[c] for c in annotation.children[verb] if annotation.dep[c] in {"aux", "auxpass"}}
    return not _NOW.isdisjoint(auxiliaries) and "had" not in auxiliaries
