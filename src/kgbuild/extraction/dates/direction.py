"""Which way the clause around a time expression looks: "on Monday" in "met on Monday" and in "will meet on Monday".

The answer is a number, :attr:`kgbuild.extraction.dates.calendar.Moment.bias`: its sign is the direction, its size how
sure the grammar makes it. A finite verb in the past is surer than the noun phrase beside it.
"""

from __future__ import annotations

import functools

from spacy.tokens import Token

from kgbuild.resources import yaml_table

SURE = 12.0
LIKELY = 8.0
LEANING = 4.0
_CLIMB = 14
_NOMINAL = frozenset({"poss", "compound", "nmod", "amod", "nummod"})


@functools.cache
def direction_words() -> dict[str, frozenset[str]]:
    """The word lists under ``direction`` in the lexicon."""
    lexicon = yaml_table("lexicon", "dates.yaml")
    return {name: frozenset(words) for name, words in lexicon["direction"].items()}


def bias_of(root: Token, *, weekday: bool = False) -> float:
    """Which way the clause looks that a time expression stands in.

    Args:
        root: the syntactic head of the expression.
        weekday: the expression is a weekday: one that is still to come from a past deed lies ahead of today, too.

    Returns:
        Below 0 for the past, above it for the future, 0 where the grammar does not tell.
    """
    words = direction_words()
    token = root
    nominal = root.dep_ in _NOMINAL
    later = 0.0
    dep = ""
    for clause in root.children:
        if clause.dep_ == "relcl" and clause.tag_ in ("VBD", "VBN"):
            # "in March, when they cut ties": the clause tells on which side March lies
            return verb_bias(clause) or 0
    for _ in range(_CLIMB):
        if token.pos_ in ("VERB", "AUX"):
            if _is_called_off(token):
                return 0
            if dep in ("dobj", "nsubjpass") and token.lemma_.lower() in words["proposing"]:
                # "proposed a conference in March"
                return LIKELY
            bias = verb_bias(token)
            if bias is not None:
                if later and bias <= 0:
                    return later if weekday or later > LEANING else 0
                return max(-LEANING, min(bias, LIKELY)) if nominal else bias
        elif token.lower_ in words["before_noun"] and token.i != root.i:
            later = LEANING
        elif (_is_limit(token) and not (nominal and token.lower_ == "by")) or (
            token.lower_ in ("for", "to") and token.head.lemma_.lower() in words["way"]
        ):
            later = LIKELY
        elif token.lower_ == "for" and weekday and token.i == root.head.i and token.head.pos_ in ("VERB", "NOUN"):
            return LEANING
        elif token.pos_ in ("NOUN", "PROPN"):
            if any(child.lower_ in words["coming"] for child in token.children):
                # "a planned call on Monday did not take place"
                gone = token.dep_ in ("nsubj", "nsubjpass") and (verb_bias(token.head) or 0) < 0
                return 0 if gone and "have" not in {child.lemma_ for child in token.head.children} else LIKELY
            nominal = nominal or token.i != root.i
        elif token.lemma_.lower() in words["ahead"]:
            # "had been due to visit on Sunday but cancelled the trip"
            return -LIKELY if any(child.lower_ == "had" for child in token.head.children) else SURE
        if token.head.i == token.i:
            return 0
        dep = token.dep_
        token = token.head
    return 0


def _is_called_off(planned: Token) -> bool:
    """Whether what was planned did not take place: "a meeting **planned** for April was called off"."""
    if planned.dep_ not in ("acl", "relcl") or planned.head.dep_ not in ("nsubj", "nsubjpass", "dobj"):
        return False
    verb = planned.head.head
    if verb.lemma_.lower() not in direction_words()["called_off"]:
        return False
    helpers = {child.lower_ for child in verb.children}
    return verb.tag_ == "VBD" or (verb.tag_ == "VBN" and bool(helpers & {"was", "were", "had"}))


def _is_limit(preposition: Token) -> bool:
    """ "Promised an answer by Friday", "postponed until May": the date comes after what the verb says."""
    if preposition.lower_ == "by":
        return not _is_perfect(preposition.head)
    governor = preposition.head.lemma_.lower()
    if preposition.lower_ == "for" and governor in direction_words()["ahead"]:
        # "had been pencilled in for December 12"
        return True
    defers = governor in direction_words()["defer"]
    return defers and preposition.lower_ in ("until", "till", "to")


def _is_perfect(verb: Token) -> bool:
    return any(child.dep_ == "aux" and child.lemma_ == "have" for child in verb.children)


def verb_bias(verb: Token, depth: int = 0) -> float | None:
    """Which way a verb's tense, auxiliaries and conjunctions look: 0 for either way, None if they do not tell."""
    words = direction_words()
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    lowers = {helper.lower_ for helper in helpers}
    lemmas = {helper.lemma_.lower() for helper in helpers}
    if lowers & words["will"]:
        return SURE
    if lowers & words["may"]:
        return 0 if "have" in lemmas else LIKELY
    if verb.tag_ == "VB" and not helpers and verb.dep_ in ("ccomp", "xcomp") and _climbs(verb, depth):
        # "let them go on Friday"
        return verb_bias(verb.head, depth + 1)
    if "to" in lowers:
        return _infinitive_bias(verb, "have" in lemmas, depth)
    ahead = verb.lemma_.lower() in words["ahead"]
    tag = verb.tag_
    if tag == "VBZ" and verb.lemma_ == "have" and verb.i + 1 < len(verb.doc) and verb.nbor().tag_ == "VBN":
        # "has strained ties", parsed as having strained ties
        return -LIKELY
    past = any(helper.tag_ in ("VBD", "VBN") for helper in helpers)
    if tag == "VBN" and not helpers:
        return SURE if ahead else -SURE
    if ahead and tag == "VBN" and "have" not in lemmas:
        return 0 if past else SURE
    if tag == "VBD" or past or "have" in lemmas:
        return _past_bias(verb, depth)
    if tag == "VBG" and not helpers:
        return verb_bias(verb.head, depth + 1) if _climbs(verb, depth) else None
    if tag == "VBP" and not helpers and verb.lower_ in words["same_past"]:
        # "died when shells hit the market" is often taken for the present
        matrix = verb_bias(verb.head, depth + 1) if _climbs(verb, depth) else -LEANING
        if matrix is not None and matrix < 0:
            return -LEANING
    if tag in ("VBZ", "VBP", "VB", "VBG", "VBN"):
        return -LIKELY if verb.lemma_.lower() in words["reporting"] else LEANING
    return None


def _climbs(verb: Token, depth: int) -> bool:
    return depth < 3 and verb.head.i != verb.i and verb.head.pos_ in ("VERB", "AUX")


def _infinitive_bias(verb: Token, perfect: bool, depth: int) -> float | None:
    """An infinitive looks ahead, unless it is perfect, or its main verb is one of those that make it happen."""
    head = verb.head
    told = head.head if head.pos_ == "ADJ" else head
    if any(child.lower_ == "had" for child in told.children) and head.lemma_.lower() in direction_words()["ahead"]:
        # "had planned to meet in March", "had been due to meet"
        return -LEANING
    if perfect:
        # "was to have met in May" did not happen, on whichever side May lies; "is said to have met" did
        return 0 if head.lemma_ == "be" else -LIKELY
    if _climbs(verb, depth) and head.lemma_.lower() in direction_words()["implicative"]:
        return verb_bias(head, depth + 1)
    return LIKELY


def _past_bias(verb: Token, depth: int) -> float:
    """A past tense looks back, unless its clause comes after a main clause that looks ahead."""
    before = direction_words()["before"]
    marked = any(child.dep_ in ("mark", "advmod") and child.lower_ in before for child in verb.children)
    if marked and _climbs(verb, depth):
        return LIKELY if (verb_bias(verb.head, depth + 1) or 0) > 0 else -LEANING
    return -SURE
