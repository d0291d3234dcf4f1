"""Finds who refuses to speak or does not answer: "declined to comment", "would not be drawn", "no reaction from".

The formulas stand in ``data/lexicon/refusals.yaml``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbuild.extraction.attribution.candidates import NO_SOURCE, Source, cue_tokens, phrase, subject_of
from kgbuild.extraction.attribution.lexicon import cue_lexicon, refusal_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.extraction.attribution.view import TokenView

_CLAUSE_REACH = 18
#: what a rule lists words under that its clause must have
_NEEDED = ("modal", "infinitive", "below", "subject", "objects", "predicate", "preposition", "mentions", "all")
_OWN = frozenset(("i", "we"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: the head of its cue, the cue's tokens and who refuses."""

    anchor: int
    cue: frozenset[int]
    source: Source


class _Clause:
    """What a rule may ask of a verb's clause; most rules ask no further than for its negation."""

    def __init__(self, view: TokenView, verb: int) -> None:
        dep, children = view.dep, view.children[verb]
        self._view = view
        self._verb = verb
        self.passive = any(dep[c] in ("auxpass", "nsubjpass") for c in children)
        self.objects = [c for c in children if dep[c] in ("dobj", "nsubjpass" if self.passive else "dobj")]
        self.objects += [g for c in self.objects for g in view.children[c] if dep[g] == "conj"]
        self.negated = _negated(view, verb, self.objects)

    def _below(self, *deps: str) -> list[int]:
        return [c for c in self._view.children[self._verb] if self._view.dep[c] in deps]

    @functools.cached_property
    def modals(self) -> frozenset[str]:
        return frozenset(self._view.lemma[c] for c in self._below("aux"))

    @functools.cached_property
    def infinitives(self) -> list[int]:
        return [c for c in self._below("xcomp", "advcl", "ccomp") if _infinitive(self._view, c)]

    @functools.cached_property
    def predicates(self) -> list[int]:
        found = self._below("acomp", "attr", "oprd", "dobj", "nsubj")
        return [c for c in found if c > self._verb or self._view.dep[c] != "nsubj"]

    @functools.cached_property
    def prepositions(self) -> frozenset[str]:
        view = self._view
        # "referred questions to the embassy": the parser may hang the preposition on the object
        return frozenset(
            view.lower[c]
            for above in (self._verb, *self.objects)
            for c in (
                *view.children[above],
                *(g for p in view.children[above] for k in view.children[p] for g in view.children[k]),
            )
            if view.dep[c] in ("prep", "advmod", "prt", "dative")
        )

    @functools.cached_property
    def clauses(self) -> list[int]:
        return self._below("ccomp")

    @functools.cached_property
    def subjects(self) -> list[int]:
        return self._below("nsubj", "nsubjpass")


def find_refusals(view: TokenView) -> list[Refusal]:
    """All refusals of a document, by the place of their cues."""
    found = []
    fragments = frozenset(refusal_lexicon()["fragments"])
    rules = _rules()
    words = {*view.lemma, *view.lower}
    possible: dict[str, list[dict[str, Any]]] = {}
    for i in [i for i, lemma in enumerate(view.lemma) if lemma in rules or lemma in fragments]:
        lemma = view.lemma[i]
        if lemma in rules and view.is_verb(i):
            if lemma not in possible:
                # most rules ask for words that the document does not have anywhere
                possible[lemma] = [
                    rule for rule, needed in rules[lemma] if not any(words.isdisjoint(some) for some in needed)
                ]
            if not possible[lemma]:
                continue
            clause = _Clause(view, i)
            for rule in possible[lemma]:
                if _applies(view, i, clause, rule) and not _conditional(view, i):
                    found.append(Refusal(i, _cue(view, i, clause), _source(view, i, clause, rule)))
                    break
        elif lemma in fragments and _has_no(view, i):
            # "No comment from the ministry.", "The ministry: no comment."
            source = _before_colon(view, i) or (_behind_from(view, i) if view.head[i] == i else None)
            if source is not None:
                found.append(Refusal(i, frozenset((i, *(c for c in view.children[i] if c < i))), source))
    return found


@functools.cache
def _rules() -> dict[str, list[tuple[dict[str, Any], list[frozenset[str]]]]]:
    """The rules of each verb, each with the sets of words of which the text must have one."""
    rules: dict[str, list[tuple[dict[str, Any], list[frozenset[str]]]]] = {}
    for rule in refusal_lexicon()["rules"]:
        needed = [frozenset(rule[name]) for name in _NEEDED if name in rule]
        if rule.get("own"):
            needed.append(_OWN)
        for verb in rule["verb"]:
            rules.setdefault(verb, []).append((rule, needed))
    return rules


def _conditional(view: TokenView, verb: int) -> bool:
    return any(view.dep[c] == "mark" and view.lower[c] in ("if", "unless", "whether") for c in view.children[verb])


def _infinitive(view: TokenView, i: int) -> bool:
    return any(view.lower[c] == "to" and view.dep[c] == "aux" for c in view.children[i])


def _negated(view: TokenView, verb: int, objects: list[int]) -> bool:
    negations = refusal_lexicon()["negations"]
    for c in view.children[verb]:
        if (view.lower[c] in negations or view.dep[c] == "neg") and not (view.lower[c] == "no" and c > verb):
            return True
        if view.dep[c] in ("nsubj", "nsubjpass", "attr") and _has_no(view, c):
            return True
        if view.dep[c] == "preconj" and view.lower[c] in negations:
            return True
    if any(_has_no(view, o) and view.lower[o] != "no" for o in objects):
        return True  # but "I would have said no" is an answer
    above = view.head[verb]
    unfulfilled = refusal_lexicon()["unfulfilled"]
    if view.dep[verb] == "xcomp" and view.lemma[above] in unfulfilled:
        return True
    if (
        view.dep[verb] == "xcomp"
        and view.lemma[above] == "go"
        and any(view.dep[c] == "neg" for c in view.children[above])
    ):
        # "not going to"
        return True
    yet = any(view.lower[c] in unfulfilled for c in (*view.children[above], *view.children[verb]))
    if yet and _infinitive(view, verb):
        return True
    # "would not discuss it or answer questions": the negation of the first verb holds for the second
    return (
        view.dep[verb] == "conj"
        and view.is_verb(above)
        and above != verb
        and any(view.dep[c] == "neg" for c in view.children[above])
        and not any(view.dep[c] in ("nsubj", "nsubjpass") for c in view.children[verb])
    )


def _has_no(view: TokenView, noun: int) -> bool:
    negations = refusal_lexicon()["negations"]
    return view.lower[noun] in negations or any(
        view.lower[c] in negations and view.dep[c] in ("det", "neg", "preconj", "advmod", "cc", "nmod")
        for c in view.children[noun]
    )


def _applies(view: TokenView, verb: int, clause: _Clause, rule: dict[str, Any]) -> bool:
    if "negated" in rule and rule["negated"] != clause.negated:
        return False
    if rule.get("passive", clause.passive) != clause.passive:
        return False
    if "modal" in rule and clause.modals.isdisjoint(rule["modal"]):
        return False
    if "infinitive" in rule and not any(_speaks(view, i, rule) for i in clause.infinitives):
        return False
    if "below" in rule and view.lemma[view.head[verb]] not in rule["below"]:
        return False
    if rule.get("to") and not any(_asked(view, s) for s in clause.subjects):
        return False
    if "subject" in rule and not any(view.lemma[s] in rule["subject"] for s in clause.subjects):
        return False
    if "objects" in rule and not any(view.lemma[o] in rule["objects"] for o in clause.objects):
        return False
    if "predicate" in rule and not any(
        {view.lemma[p], view.lower[p]} & set(rule["predicate"]) for p in clause.predicates
    ):
        return False
    if "preposition" in rule and clause.prepositions.isdisjoint(rule["preposition"]):
        return False
    if "lacks" in rule and not clause.prepositions.isdisjoint(rule["lacks"]):
        return False
    if rule.get("own") and view.lower[subject_of(view, verb)[0]] not in _OWN:
        return False
    if rule.get("other") and any(view.lemma[s] in refusal_lexicon()["texts"] for s in clause.subjects):
        return False
    if rule.get("bare") and (
        clause.clauses
        or any(view.dep[o] == "dobj" and view.lemma[o] not in ("question", "request") for o in clause.objects)
    ):
        return False
    for name in ("mentions", "all"):
        if name in rule and not any({view.lemma[i], view.lower[i]} & set(rule[name]) for i in _after(view, verb)):
            return False
    if rule.get("from") and _from_any(view, (*clause.subjects, *clause.predicates, *clause.objects)) is None:
        return False
    return not (rule.get("question") and not _asks(view, verb, clause))


def _speaks(view: TokenView, infinitive: int, rule: dict[str, Any]) -> bool:
    if view.lemma[infinitive] not in rule["infinitive"]:
        return False
    passive = any(view.dep[c] == "auxpass" for c in view.children[infinitive])
    anonymity = refusal_lexicon()["anonymity"]
    own_name = any(view.dep[c] == "dobj" and view.lemma[c] in anonymity for c in view.children[infinitive])
    return not own_name and not (passive and view.lemma[infinitive] in anonymity)


def _after(view: TokenView, verb: int) -> Iterator[int]:
    return (i for i in view.subtree(verb) if verb < i <= verb + _CLAUSE_REACH)


def _asks(view: TokenView, verb: int, clause: _Clause) -> bool:
    words = refusal_lexicon()["question_words"]
    if not clause.clauses:
        return True
    return any(view.lower[i] in words for c in clause.clauses for i in sorted(view.subtree(c))[:2])


def _cue(view: TokenView, verb: int, clause: _Clause) -> frozenset[int]:
    cue = set(cue_tokens(view, verb))
    near = [*clause.infinitives, *(o for o in clause.objects if o > verb), *(p for p in clause.predicates if p > verb)]
    last = min((i for i in near if i > verb), default=verb)
    if last - verb <= 6:
        cue.update(range(verb, last + 1))
    return frozenset(i for i in cue if not view.space[i])


def _source(view: TokenView, verb: int, clause: _Clause, rule: dict[str, Any]) -> Source:
    if rule.get("from"):
        return _from_any(view, (*clause.subjects, *clause.predicates, *clause.objects)) or NO_SOURCE
    if rule.get("to"):
        return next((s for s in (_asked(view, k) for k in clause.subjects) if s is not None), NO_SOURCE)
    if rule.get("sought"):
        sought = view.child(verb, "dobj")
        if "objects" in rule and sought is not None:
            return _behind(view, sought, ("of", "from")) or NO_SOURCE
        return Source(phrase(view, sought), sought, "own") if sought is not None else NO_SOURCE
    if rule.get("reported") and view.dep[verb] == "ccomp" and view.lemma[view.head[verb]] in cue_lexicon().sayings:
        head, _ = subject_of(view, view.head[verb])
        if head >= 0:
            return Source(phrase(view, head, (view.head[verb],)), head, "own")
    if clause.passive:
        agent = view.child(verb, "agent")
        by = view.child(agent, "pobj") if agent is not None else None
        subject = by if by is not None else view.child(verb, "nsubjpass")
        return Source(phrase(view, subject, (verb,)), subject, "own") if subject is not None else NO_SOURCE
    subject_, kind = subject_of(view, verb)
    if subject_ < 0:
        return NO_SOURCE
    if view.tag[subject_] in ("WDT", "WP") and view.dep[verb] == "relcl":
        subject_, kind = antecedent(view, verb), "noun"
    if view.lower[subject_] in _OWN:
        kind = "first person"
    # "the commission, contacted afterwards, declined": that it was asked is no part of who it is
    asked = [c for c in view.children[subject_] if view.dep[c] == "acl" and view.text[c - 1] == ","]
    tokens = phrase(view, subject_, (verb, *asked))
    return Source(tuple(i for i in tokens if kind != "noun" or i < verb), subject_, kind)


def antecedent(view: TokenView, clause: int) -> int:
    """The noun that a relative clause belongs to: for "the embassy in Colombo, which did not respond" the embassy."""
    noun = view.head[clause]
    preposition = view.head[noun]
    if (
        view.dep[noun] == "pobj"
        and view.entity[noun] in ("GPE", "LOC")
        and view.lower[preposition] in ("in", "at", "of", "to")
    ):
        above = view.head[preposition]
        if view.pos[above] in ("NOUN", "PROPN"):
            return above
    return noun


def _from_any(view: TokenView, things: Iterable[int]) -> Source | None:
    return next((s for s in (_behind_from(view, thing) for thing in things) if s is not None), None)


def _before_colon(view: TokenView, noun: int) -> Source | None:
    """Who stands before the colon in "The ministry: no comment"."""
    mark = noun - 1
    while mark > 0 and view.head[mark] == noun and view.text[mark] != ":":
        mark -= 1
    if mark < 1 or view.text[mark] != ":" or view.pos[mark - 1] not in ("NOUN", "PROPN"):
        return None
    head = mark - 1
    while view.head[head] < mark and view.head[head] != head and view.pos[view.head[head]] in ("NOUN", "PROPN", "ADP"):
        head = view.head[head]
    return Source(tuple(i for i in phrase(view, head) if i < mark), head, "own")


def _behind_from(view: TokenView, noun: int) -> Source | None:
    return _behind(view, noun, ("from", "by"))


def _asked(view: TokenView, noun: int) -> Source | None:
    """Whom questions or messages are for: "calls to the embassy", "messages left with the mission"."""
    clauses = [c for c in view.children[noun] if view.dep[c] == "acl"]
    found = (_behind(view, k, ("to", "with", "for", "at")) for k in clauses)
    return _behind(view, noun, ("to",)) or next((s for s in found if s is not None), None)


def _behind(view: TokenView, noun: int, prepositions: tuple[str, ...]) -> Source | None:
    above = view.head[noun]
    for c in (*view.children[noun], *(view.children[above] if above != noun else ())):
        if view.dep[c] in ("prep", "agent") and view.lower[c] in prepositions:
            inner = view.child(c, "pobj")
            if inner is not None:
                return Source(phrase(view, inner), inner, "from")
    return None
