"""Whether what a verb tells has happened: negation, conditions, wishes, what is asked for."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.treaties.lexicon import read_table
from kgbuild.extraction.written import written_of

#: how far behind a verb its "not" may stand; further on it denies something else ("backs it as it is, not as it was")
_FAR = 4
_PASSIVE = frozenset({"nsubjpass", "auxpass"})
_CLAUSAL = frozenset({"xcomp", "ccomp", "advcl", "acl", "relcl", "pcomp"})


@cache
def words_of(name: str) -> frozenset[str]:
    """The words of one class of ``actuality.tsv``."""
    return frozenset(word for word, kind in read_table("actuality.tsv", 2) if kind == name)


def is_negated(token: Token) -> bool:
    """Whether a verb or its auxiliary is negated: "not", "never", "no longer", "neither … nor"."""
    annotation, lower = annotation_of(token.doc), written_of(token.doc).lower
    dep, children, i = annotation.dep, annotation.children, token.i
    if i > 0 and lower[i - 1] in {"neither", "nor"}:
        return True
    for child in children[i]:
        slot = dep[child]
        if (slot == "neg" and child - i < _FAR) or (
            slot in {"advmod", "preconj"} and lower[child] in words_of("negative")
        ):
            return True
        if slot in {"nsubj", "nsubjpass"} and (
            lower[child] in {"nobody", "none", "neither"}
            or any(lower[c] in {"no", "neither"} and dep[c] in {"det", "preconj"} for c in children[child])
        ):
            return True
    return False


def is_actual(token: Token, depth: int = 0) -> bool:
    """Whether what a verb, or the clause it stands in, tells has happened or is happening.

    Args:
        token: a verb; any other word is judged by the verb above it.
        depth: how many clauses have been climbed.
    """
    if depth > 4:
        return True
    if token.pos_ not in {"VERB", "AUX"}:
        for above in token.ancestors:
            if above.pos_ in {"VERB", "AUX"}:
                return not is_negated(above) and not _is_unreal(above) and not _is_wished(above)
        return True
    if is_negated(token) or _is_unreal(token):
        return False
    if token.dep_ == "relcl" and any(c.lower_ in {"any", "every", "whoever"} for c in token.head.children):
        return False
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in token.children)
    if infinitive:
        above = token.head
        if token.dep_ in {"relcl", "acl"} and above.lower_ in words_of("ordinal"):
            return is_actual(above, depth + 1)  # "was the first to ratify it"
        evidential = above.lemma_.lower() in words_of("evidential") and any(c.dep_ in _PASSIVE for c in above.children)
        implies = above.lemma_.lower() in words_of("implicative") or evidential  # "is said to favor it"
        return token.dep_ in _CLAUSAL and implies and is_actual(above, depth + 1)
    if token.tag_ in {"VB", "VBP"} and token.dep_ in {"ccomp", "advcl"} and _is_asked(token):
        return False
    if token.dep_ == "pcomp":
        return token.head.lower_ in words_of("real")
    if token.dep_ == "xcomp":
        return token.tag_ != "VB" and is_actual(token.head, depth + 1)
    if token.dep_ == "ccomp" and token.tag_ == "VB":  # "will let it lapse"
        return is_actual(token.head, depth + 1)
    if token.dep_ == "conj" and token.tag_ in {"VB", "VBN"} and token.head.pos_ in {"VERB", "AUX"}:
        return is_actual(token.head, depth + 1)
    return not (
        token.dep_ == "ccomp" and token.head.lemma_.lower() in words_of("unreal") and token.tag_ in {"VB", "VBP", "VBZ"}
    )


def _is_asked(verb: Token) -> bool:
    """Whether a clause tells what somebody asks for: "recommended that Peru ratify it", "it is vital that he sign"."""
    above = verb.head
    if above.lemma_.lower() in words_of("mandative"):
        return True
    if above.pos_ == "AUX":
        return any(child.dep_ == "acomp" and child.lower_ in words_of("mandative") for child in above.children)
    return above.pos_ == "ADJ" and above.lower_ in words_of("mandative")


def _is_wished(verb: Token) -> bool:
    """Whether somebody only wants, or threatens, to do what an infinitive tells."""
    infinitive = any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children)
    return infinitive and verb.dep_ in {"xcomp", "acl"} and verb.head.lemma_.lower() in words_of("unreal")


def _is_future(token: Token) -> bool:
    """Whether the finite clause around one has a modal: "would apply to offences committed before it was signed"."""
    for above in token.ancestors:
        if above.pos_ in {"VERB", "AUX"}:
            if any(child.lower_ in words_of("modal") for child in above.children):
                return True
            reduced = above.dep_ == "acl" and above.tag_ in {"VBN", "VBG"}
            if not reduced:
                return False
    return False


_FACTUAL = frozenset({"because", "although", "though", "while", "whereas", "since"})


def _is_unreal(token: Token) -> bool:
    past = token.tag_ in {"VBD", "VBN"} and not any(c.lower_ in {"has", "have", "is", "are"} for c in token.children)
    # "when it would be signed": the modal outweighs what opens the clause
    if any(child.dep_ in {"aux", "auxpass"} and child.lower_ in words_of("modal") for child in token.children):
        return True
    for child in token.children:
        if child.dep_ not in {"mark", "advmod"} or child.i > token.i:
            continue
        future = _is_future(token)
        if token.dep_ == "advcl" and child.dep_ == "mark" and future and child.lower_ not in _FACTUAL:
            return True
        if child.lower_ in words_of("subordinate"):
            return future or not (past and child.lower_ in words_of("past"))
    return False
