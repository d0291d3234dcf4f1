"""Where the holder and the target of a stance stand around its word; the table of cues says which slots to look at."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.document import coordinated
from kgbuild.extraction.positions.clause import gapped
from kgbuild.extraction.positions.lexicon import StanceCue, words_of
from kgbuild.extraction.treaties.clauses import RELATIVE, agents, antecedent, is_passive, listed, subjects
from kgbuild.extraction.written import written_of

_VERBS = frozenset({"VERB", "AUX"})
_OWNERS = frozenset({"of", "from", "by", "among", "within"})
_GIVING = frozenset({"give", "lend"})
_BESIDE = frozenset({"like", "alongside"})
#: tokens between a verb and what its subject is or becomes: "has gone from sceptic to cheerleader"
_NEAR = 8
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
#: slots of a noun whose preposition may hang on its verb, of what a verb's may hang on, and of prepositions themselves
_IN_CLAUSE = frozenset({"dobj", "attr", "nsubjpass", "nsubj"})
_BESIDE_VERB = frozenset({"prt", "dobj", "advmod", "prep"})
_PREPOSITIONAL = frozenset({"prep", "dative", "agent"})
_OBJECTS = frozenset({"dobj", "ccomp", "xcomp"})
_FINITE = frozenset({"VBZ", "VBD", "VBP"})
#: what stands between "which" and its verb
_IN_SUBJECT = frozenset({"NOUN", "PROPN", "ADJ", "DET", "ADV", "PART", "AUX"})
_THINGS = frozenset({"dobj", "dative"})
#: prepositions behind which stands what somebody is, was or becomes
_ROLES = frozenset({"as", "from", "to", "into", "among"})


def holders(cue: StanceCue, token: Token) -> list[Token]:
    """Heads of the phrases that name whose stance it is; empty if the sentence does not tell.

    Args:
        cue: the stance.
        token: the word that shows it.
    """
    found = [subject for head in _holders(cue, token) for subject in _among(head)]
    return [each for head in found for each in (head, *_alike(head))]


def _among(head: Token) -> list[Token]:
    """Who is one of those who do something: "**Peru** was among those who voted against"."""
    above = head.head.head if head.lower_ == "those" and head.dep_ == "pobj" else head
    if above.pos_ in _VERBS and head.head.lower_ in {"among", "with"}:
        return list(subjects(above)) or [head]
    return [head]


def _alike(head: Token) -> Iterator[Token]:
    """Who is set beside a subject: "Peru, **like Chile**, opposes it"."""
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ in _BESIDE and head.i < child.i <= head.i + 2:
            yield from (each for pobj in child.children if pobj.dep_ == "pobj" for each in coordinated(pobj))


def _holders(cue: StanceCue, token: Token) -> list[Token]:
    if cue.holder == "self":
        if token.dep_ == "dobj" and token.head.lemma_.lower() in words_of("receive"):  # "has an ally in Peru"
            places = [c for part in (token, token.head) for c in part.children if c.lower_ == "in" and c.i > token.i]
            found = [each for c in places for each in c.children if each.dep_ == "pobj" and each.pos_ == "PROPN"]
            if found:
                return found
        if token.dep_ == "nsubj" and token.head.lemma_ == "be":  # "its fiercest opponent is Peru"
            named = [c for c in token.head.children if c.dep_ == "attr" and c.pos_ == "PROPN"]
            if named:
                return named
        if token.dep_ == "appos":
            return [token.head]
        if token.dep_ == "attr" and token.head.pos_ in _VERBS:
            return list(subjects(token.head))
        if token.dep_ == "pobj" and any(c.lower_ in words_of("formerly") for c in token.children):
            # "Ms. Lee, at first a sceptic, came round": the parser hangs it on the verb
            above = token.head.head
            return list(subjects(above)) if above.pos_ in _VERBS else [token]
        if token.dep_ == "pobj" and token.head.lower_ in _ROLES:
            above = next((t for t in token.head.ancestors if t.pos_ in _VERBS), token)
            if above.i != token.i and above.i > token.i - _NEAR:
                return list(_described(above, token.head.lower_))
        return [token]
    if cue.holder == "own":
        return list(_owners(token))
    if cue.pos == "noun":  # "will not be party to …", "were the driving force behind …"
        return list(_predicate_subjects(token.head if cue.parts and token.dep_ in {"amod", "compound"} else token))
    if cue.pos == "verb":
        return list(agents(token) if is_passive(token) else subjects(token)) or _before(token)
    beside = _before(token) or gapped(token) if cue.pos == "preposition" else []
    return beside or list(_predicate_subjects(token))


def _described(verb: Token, preposition: str) -> Iterator[Token]:
    """Who is what a phrase behind a verb tells: "described himself as a supporter", "went from sceptic to fan".

    "is among its architects" tells the same.
    """
    things = [c for c in verb.children if c.dep_ in {"dobj", "nsubjpass"}]
    of_himself = bool(things) and things[0].lower_.endswith(("self", "selves"))
    if preposition != "as" or not things or of_himself:
        among = preposition == "among" and (of_himself or verb.lemma_.lower() in words_of("copula"))
        if preposition == "as" or among or verb.lemma_.lower() in words_of("turning"):
            found = list(subjects(verb))
            yield from found or (c for c in verb.children if c.dep_ == "attr" and c.pos_ == "PROPN")
        return
    yield from coordinated(things[0])


def _before(token: Token) -> list[Token]:
    """The name right before a word, where the parser missed its clause: "…, which Peru supports"."""
    before = token.nbor(-1) if token.i else token
    hung = before.dep_ in {"compound", "conj", "appos"} and before.i != token.i
    return [before] if hung and before.pos_ == "PROPN" and before.head.i != before.i - 1 else []


def _predicate_subjects(token: Token) -> Iterator[Token]:
    """The subject of the copula in "Peru is opposed to …", "Peru, opposed to …", "lawmakers critical of …"."""
    direct = [c for c in token.children if c.dep_ in _SUBJECTS]
    if direct:
        for child in direct:
            yield from coordinated(antecedent(child))
        return
    if token.dep_ in {"amod", "acl", "relcl", "appos"} and token.head.pos_ in {"NOUN", "PROPN"}:
        yield from coordinated(token.head)
        return
    place = token
    for _ in range(4):
        place = place.head
        if place.pos_ in _VERBS:
            found = list(subjects(place))
            # the parser may hang the subject on the auxiliary: "is dead set against it"
            aside = [c for c in place.children if c.dep_ in {"aux", "auxpass"}] if not found else []
            yield from found or (head for each in aside for head in subjects(each))
            return
        if place.head.i == place.i:
            return


def _owners(noun: Token) -> Iterator[Token]:
    for child in noun.children:
        if child.dep_ == "poss" and not _is_own(child, noun):
            yield from coordinated(child)
    verb = noun.head if noun.dep_ in {"dobj", "attr", "conj", "nsubjpass"} else noun
    lemma = verb.lemma_.lower()
    receives = verb is not noun and lemma in words_of("receive")
    for place in (noun, verb) if verb is not noun else (noun,):
        for child in place.children:
            if child.dep_ == "prep" and child.lower_ in _OWNERS and (place is noun or receives):
                for each in child.children:
                    if each.dep_ == "pobj":
                        yield from listed(each)
            elif child.dep_ == "prep" and place is noun:  # "opposition to the treaty from Peru", hung on "treaty"
                for each in child.subtree:
                    if each.dep_ == "prep" and each.lower_ in {"from", "among"}:
                        yield from (pobj for pobj in each.children if pobj.dep_ == "pobj")
    for child in noun.children:
        if child.dep_ in {"amod", "compound", "nmod"} and child.text[0].isupper():
            yield child
    if noun.dep_ == "pobj" and noun.head.lower_ == "in" and noun.head.head.pos_ in _VERBS:
        # "blocked the road in protest against the talks"
        yield from agents(noun.head.head) if is_passive(noun.head.head) else subjects(noun.head.head)
        return
    owned = any(child.dep_ == "poss" and not _is_own(child, noun) for child in noun.children) or (
        receives and _named_owner(noun)
    )
    placed = any(c.dep_ in {"prep", "poss"} for c in noun.children)
    if noun.lemma_.lower() in words_of("collective") and noun.dep_ in _SUBJECTS and not placed:
        return  # "the Greek opposition met"
    if lemma in words_of("leading") and not any(c.dep_ == "prep" for c in noun.children):
        return  # who "leads the opposition" heads a party
    if verb is not noun and lemma in words_of("express") and not owned:
        yield from agents(verb) if is_passive(verb) else subjects(verb)


def _is_own(owner: Token, noun: Token) -> bool:
    """Whether a pronoun says that the stance is that of the verb's subject: "Peru withheld its approval"."""
    verb = noun.head
    if owner.tag_ != "PRP$" or noun.dep_ != "dobj" or owner.lower_ in {"my", "our", "your"}:
        return False
    lemma = verb.lemma_.lower()
    return lemma in words_of("express") and lemma not in words_of("receive") and any(True for _ in subjects(verb))


def _named_owner(noun: Token) -> bool:
    places = (noun, noun.head)
    return any(
        child.dep_ == "prep" and child.lower_ in {"from", "among", "by"} for place in places for child in place.children
    )


def targets(cue: StanceCue, token: Token, slot: str, words: tuple[int, ...] = ()) -> list[Token]:
    """Heads of the phrases in one slot of a word of stance; for "clause" the verbs of the clauses.

    Args:
        cue: the stance.
        token: the word that shows it.
        slot: one of the cue's targets.
        words: indices of the words of a phrase.
    """
    if slot in {"topic", "echo"}:
        return []
    if slot == "self":
        return [token]
    if slot == "subject":
        return list(subjects(token))
    if cue.parts:
        return _of_phrase(cue, token, slot, words)
    if slot == "object":
        return list(_objects(cue, token)) or _by_order(token)
    if slot == "clause":
        return list(clauses(token))
    if slot == "content":
        places = [token]  # "warned that …", and "warned in a letter that …"
        places += [each for c in token.children if c.dep_ == "prep" for each in c.children if each.dep_ == "pobj"]
        kinds = {"ccomp", "acl", "advcl", "xcomp", "relcl"}
        return [
            c
            for place in places
            for c in place.children
            if c.dep_ in kinds and c.pos_ in _VERBS and _is_told(c, of=place, by=token)
        ]
    if slot == "before":
        later = [c for c in token.children if c.dep_ == "advcl" and any(m.lower_ == "before" for m in c.children)]
        return [*later, *(each for each in _behind(token, slot) if each.pos_ in _VERBS)]
    if cue.pos == "preposition" and slot != "object":
        return [each for part in (token, token.head) for each in _behind(part, slot)]
    if cue.pos == "noun" and token.dep_ == "dobj" and slot == cue.targets[0] and token.head.lemma_ in _GIVING:
        given = [c for c in token.head.children if c.dep_ == "dative" and c.pos_ != "ADP" and c.i < token.i]
        if given:  # "gave the treaty its blessing"
            return given
    return list(_behind(token, slot))


def _is_told(verb: Token, of: Token, by: Token) -> bool:
    """Whether a clause on a verb, or on what stands behind its preposition, is what the verb tells."""
    return verb.dep_ != "relcl" if of is by else any(c.dep_ == "mark" for c in verb.children)


def _of_phrase(cue: StanceCue, token: Token, slot: str, words: tuple[int, ...]) -> list[Token]:
    """What fills a slot of a phrase: "turned its back **on the treaty**", "put **the treaty** on ice"."""
    doc = token.doc
    parts = [doc[i] for i in reversed(words)]
    if slot == "clause":
        return [verb for part in parts for verb in clauses(part) if verb.i not in words]
    if slot == "object" and cue.pos == "preposition":
        return list(_objects(cue, parts[0]))
    if slot == "object":
        found = [each for each in _objects(cue, token) if each.i not in words]
        between = range(words[0] + 1, words[-1])
        found += [doc[i] for i in between if doc[i].dep_ in {"dobj", "dative", "nsubj", "pobj"} and i not in words]
        return list(dict.fromkeys(found))
    if cue.pos == "preposition":
        parts.append(token.head)
    return list(dict.fromkeys(each for part in parts for each in _behind(part, slot) if each.i not in words))


def _by_order(verb: Token) -> list[Token]:
    """ "The treaty, which Peru supports, …": what stands before "which", where the parser missed the clause."""
    doc, at = verb.doc, verb.i
    annotation = annotation_of(doc)
    tag, pos = annotation.tag, annotation.pos
    if tag[at] not in _FINITE or any(annotation.dep[c] in _OBJECTS for c in annotation.children[at]):
        return []
    start, _ = annotation.sentence(at)
    for i in range(at - 1, max(start, at - 8), -1):
        if tag[i] == "WDT" or (tag[i] == "IN" and doc[i].lower_ == "that"):
            before = i - 2 if doc[i - 1].is_punct else i - 1
            return [doc[before]] if i < at - 1 and before >= start and pos[before] in {"NOUN", "PROPN"} else []
        if pos[i] not in _IN_SUBJECT:
            return []
    return []


def _objects(cue: StanceCue, token: Token) -> Iterator[Token]:
    if cue.pos == "preposition":
        for child in token.children:
            if child.dep_ in {"pobj", "pcomp", "dobj"} and child.i > token.i:
                yield from coordinated(child)
        return
    annotation, doc = annotation_of(token.doc), token.doc
    dep, children = annotation.dep, annotation.children[token.i]
    if is_passive(token):
        for child in children:
            if dep[child] == "nsubjpass":
                yield antecedent(doc[child])
        if token.dep_ == "acl":
            yield token.head
        return
    if token.tag_ in {"VBN", "VBD"} and token.dep_ == "ccomp" and token.head.lemma_ in {"want", "see", "have", "get"}:
        yield from (c for c in token.children if c.dep_ == "nsubj")  # "wants the treaty scrapped"
        return
    found = [doc[c] for c in children if dep[c] in _THINGS and annotation.pos[c] != "ADP"]
    if found and found[0].lower_ == "what" and token.dep_ in {"csubj", "ccomp", "nsubj"} and token.head.lemma_ == "be":
        yield from (c for c in token.head.children if c.dep_ == "attr")  # "what Peru opposes is the draft"
        return
    if not found and cue.particle:  # where the parser takes "down" in "voted down the treaty" for a preposition
        found = [each for c in token.children if c.lower_ == cue.particle for each in c.children if each.dep_ == "pobj"]
    for child in found:
        yield from (coordinated(child) if antecedent(child) is child else (antecedent(child),))
    if found:
        return
    for child in children:  # "supports, and will sign, the treaty"
        if dep[child] == "conj" and annotation.pos[child] == "VERB":
            yield from (doc[each] for each in annotation.children[child] if dep[each] == "dobj")
    if token.dep_ == "relcl" and any(c.dep_ == "nsubj" and c.lower_ not in RELATIVE for c in token.children):
        yield token.head


def _behind(token: Token, preposition: str) -> Iterator[Token]:
    """What stands behind a preposition that belongs to a word, or comes right after it or its object."""
    doc, at = token.doc, token.i
    annotation, lower = annotation_of(doc), written_of(doc).lower
    dep, children = annotation.dep, annotation.children
    if preposition == "of":  # "the treaty's champion"
        yield from (doc[child] for child in children[at] if dep[child] == "poss")
    places = [at]
    if annotation.pos[at] == "NOUN" and dep[at] in _IN_CLAUSE:
        places.append(annotation.head[at])
    if annotation.pos[at] == "VERB":
        places += [c for c in children[at] if dep[c] in _BESIDE_VERB]
    for place in places:
        for child in children[place]:
            if child > at and lower[child] == preposition and dep[child] in _PREPOSITIONAL:
                for each in children[child]:
                    if dep[each] in {"pobj", "pcomp"}:
                        yield from coordinated(doc[each])
                return
    if lower[at + 1 : at + 2] == [preposition]:
        for each in children[at + 1]:
            if dep[each] in {"pobj", "pcomp", "dobj"} or (preposition == "to" and annotation.pos[each] == "NOUN"):
                yield from coordinated(doc[each])


def clauses(token: Token) -> Iterator[Token]:
    """Verbs of the clauses that say what somebody wants to be done: "to sign it", "that Peru sign it", "signing it"."""
    doc = token.doc
    annotation, lower = annotation_of(doc), written_of(doc).lower
    dep, pos, children = annotation.dep, annotation.pos, annotation.children

    def is_to(verb: int) -> bool:
        return any(dep[c] == "aux" and lower[c] == "to" for c in children[verb])

    for child in children[token.i]:
        if any(dep[c] == "mark" and lower[c] == "whether" for c in children[child]):
            continue  # "asked whether he would sign it"
        slot = dep[child]
        found: list[int] = []
        if (slot in {"xcomp", "ccomp", "acl"} and pos[child] in _VERBS) or (slot == "advcl" and is_to(child)):
            found = [child]
        elif slot == "dobj":  # "urged Bolivia to deposit": the clause may hang on the object
            found = [each for each in children[child] if dep[each] in {"acl", "relcl"} and is_to(each)]
        elif slot == "prep" and lower[child] in {"on", "upon", "to", "for", "in", "of"}:
            found = [each for each in children[child] if dep[each] == "pcomp" and pos[each] in _VERBS]
        for verb in found:
            yield from _with_conjuncts(doc[verb])


def _with_conjuncts(verb: Token) -> Iterator[Token]:
    for each in coordinated(verb):
        if each.pos_ in _VERBS:
            yield each
