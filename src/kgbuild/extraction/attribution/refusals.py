"""Finds who refuses to speak or does not answer: "declined to comment", "would not be drawn", "no reaction from".

The formulas stand in ``data/lexicon/refusals.yaml``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbuild.extraction.attribution.candidates import Source, cue_tokens, subject_of
from kgbuild.extraction.attribution.lexicon import refusal_lexicon
from kgbuild.extraction.attribution.refusal_clause import Clause, has_no
from kgbuild.extraction.attribution.refusers import (
    OWN,
    asked_for,
    before_colon,
    behind_from,
    from_any,
    is_actor,
    refuser,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.extraction.attribution.view import TokenView

_CLAUSE_REACH = 18
#: words of a quotation that is nothing but "No comment at this time"
_FRAGMENT = 5
#: what a rule lists words under that its clause must have
_NEEDED = ("modal", "infinitive", "below", "subject", "objects", "predicate", "preposition", "mentions", "all")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: the head of its cue, the cue's tokens and who refuses."""

    anchor: int
    cue: frozenset[int]
    source: Source


def find_refusals(view: TokenView) -> list[Refusal]:
    """All refusals of a document, by the place of their cues."""
    found = []
    efforts: set[int] = set()
    fragments = refusal_lexicon()["fragments"]
    rules = _rules()
    present = view.lemma_at.present(_needed_words()) | view.lower_at.present(_needed_words())
    possible: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}
    for i in view.lemma_at.of(rules.keys() | fragments):
        lemma = view.lemma[i]
        if lemma in rules and view.is_verb(i):
            if lemma not in possible:
                # most rules ask for words that the document does not have anywhere
                some = [rule for rule, needed in rules[lemma] if all(not words.isdisjoint(present) for words in needed)]
                possible[lemma] = (
                    [rule for rule in some if not rule.get("negated", False)],
                    [rule for rule in some if rule.get("negated", True)],
                )
            if not any(possible[lemma]):
                continue
            clause = Clause(view, i)
            for rule in possible[lemma][clause.negated]:
                if _applies(view, i, clause, rule) and not _conditional(view, i):
                    found.append(Refusal(i, _cue(view, i, clause), refuser(view, i, clause, rule)))
                    if rule.get("sought"):
                        efforts.add(i)
                    break
        elif lemma in fragments and has_no(view, i):
            # "No comment from the ministry.", "The ministry: no comment."
            source = (
                before_colon(view, i)
                or _quoted_fragment(view, i)
                or (behind_from(view, i) if view.head[i] == i else None)
            )
            if source is not None:
                found.append(Refusal(i, frozenset((i, *(c for c in view.children[i] if c < i))), source))
    return _without_efforts(view, found, efforts)


def _without_efforts(view: TokenView, found: list[Refusal], efforts: set[int]) -> list[Refusal]:
    """Without "efforts to reach the ministry" where the same sentence tells how they failed."""
    told = {view.sentence(r.anchor)[0] for r in found if r.anchor not in efforts}
    return [r for r in found if r.anchor not in efforts or view.sentence(r.anchor)[0] not in told]


@functools.cache
def _rules() -> dict[str, list[tuple[dict[str, Any], list[frozenset[str]]]]]:
    """The rules of each verb, each with the sets of words of which the text must have one."""
    rules: dict[str, list[tuple[dict[str, Any], list[frozenset[str]]]]] = {}
    for rule in refusal_lexicon()["rules"]:
        needed = [rule[name] for name in _NEEDED if name in rule]
        if rule.get("own"):
            needed.append(OWN)
        for verb in rule["verb"]:
            rules.setdefault(verb, []).append((rule, needed))
    return rules


@functools.cache
def _needed_words() -> frozenset[str]:
    """All words of which any rule asks the text to have some."""
    return frozenset().union(*(words for rules in _rules().values() for _, needed in rules for words in needed))


def _conditional(view: TokenView, verb: int) -> bool:
    return any(view.dep[c] == "mark" and view.lower[c] in ("if", "unless", "whether") for c in view.children[verb])


def _applies(view: TokenView, verb: int, clause: Clause, rule: dict[str, Any]) -> bool:
    """Whether a clause is what a rule asks for, its negation aside."""
    if rule.get("passive", clause.passive) != clause.passive:
        return False
    if "modal" in rule and clause.modals.isdisjoint(rule["modal"]):
        return False
    if "infinitive" in rule and not any(_speaks(view, i, rule) for i in clause.infinitives):
        return False
    if "below" in rule and view.lemma[view.head[verb]] not in rule["below"]:
        return False
    if rule.get("to") and not any(asked_for(view, s) for s in clause.subjects):
        return False
    if "subject" in rule and not any(view.lemma[s] in rule["subject"] for s in clause.subjects):
        return False
    if "objects" in rule and not any(view.lemma[o] in rule["objects"] for o in clause.objects):
        return False
    if "predicate" in rule and not any(
        view.lemma[p] in rule["predicate"] or view.lower[p] in rule["predicate"] for p in clause.predicates
    ):
        return False
    if "preposition" in rule and clause.prepositions.isdisjoint(rule["preposition"]):
        return False
    if "lacks" in rule and not clause.prepositions.isdisjoint(rule["lacks"]):
        return False
    if rule.get("actor") and not any(is_actor(view, s) for s in clause.subjects):
        return False
    if rule.get("asked") and not clause.asked:
        return False
    if rule.get("wh") and not (clause.clauses or clause.fronted):
        return False
    if rule.get("possessed") and not any(view.child(o, "poss") is not None for o in clause.objects):
        return False
    if rule.get("spoken") and not _spoken(view, verb):
        return False
    if "means" in rule and not _by_means(view, verb, rule["means"]):
        return False
    if rule.get("own") and view.lower[subject_of(view, verb)[0]] not in OWN:
        return False
    if rule.get("other") and any(view.lemma[s] in refusal_lexicon()["texts"] for s in clause.subjects):
        return False
    if rule.get("bare") and (
        clause.clauses
        or any(view.dep[o] == "dobj" and view.lemma[o] not in ("question", "request") for o in clause.objects)
    ):
        return False
    for name in ("mentions", "all"):
        if name in rule and not any(
            view.lemma[i] in rule[name] or view.lower[i] in rule[name] for i in _after(view, verb)
        ):
            return False
    if rule.get("from") and from_any(view, (*clause.subjects, *clause.predicates, *clause.objects)) is None:
        return False
    return not (rule.get("question") and not _asks(view, verb, clause))


def _speaks(view: TokenView, infinitive: int, rule: dict[str, Any]) -> bool:
    if view.lemma[infinitive] not in rule["infinitive"]:
        return False
    passive = any(view.dep[c] == "auxpass" for c in view.children[infinitive])
    anonymity = refusal_lexicon()["anonymity"]
    if not _spoken(view, infinitive):
        return False
    own_name = any(view.dep[c] == "dobj" and view.lemma[c] in anonymity for c in view.children[infinitive])
    return not own_name and not (passive and view.lemma[infinitive] in anonymity)


def _after(view: TokenView, verb: int) -> Iterator[int]:
    return (i for i in view.subtree(verb) if verb < i <= verb + _CLAUSE_REACH)


def _asks(view: TokenView, verb: int, clause: Clause) -> bool:
    words = refusal_lexicon()["question_words"]
    if not clause.clauses:
        return True
    return any(view.lower[i] in words for c in clause.clauses for i in sorted(view.subtree(c))[:2])


def _spoken(view: TokenView, verb: int) -> bool:
    """Whether what is not answered are words: "did not respond to the attack" tells of a deed."""
    deeds = refusal_lexicon()["deeds"]
    answered = [c for c in view.children[verb] if view.dep[c] in ("dobj", "nsubjpass")]
    answered += [k for c in view.children[verb] if view.lower[c] in ("to", "with") for k in view.children[c]]
    return not any(view.lemma[i] in deeds for i in answered)


def _by_means(view: TokenView, verb: int, means: frozenset[str]) -> bool:
    """Whether nothing stands behind "by", or one of these means: not "could not be reached by sea"."""
    by = [k for c in view.children[verb] if view.lower[c] == "by" for k in view.children[c] if view.dep[k] == "pobj"]
    return all(view.lemma[k] in means or view.entity[k] in ("PERSON", "ORG") for k in by)


def _quoted_fragment(view: TokenView, noun: int) -> Source | None:
    """Whoever is quoted, where the words are no more than these: "“No comment,” she said"."""
    if view.region[noun] < 0:
        return None
    region = view.regions[view.region[noun]]
    inside = [i for i in range(region.start, region.end) if view.word[i]]
    return Source((), noun, "first person") if len(inside) <= _FRAGMENT and view.lower[inside[0]] == "no" else None


def _cue(view: TokenView, verb: int, clause: Clause) -> frozenset[int]:
    cue = set(cue_tokens(view, verb))
    near = [*clause.infinitives, *(o for o in clause.objects if o > verb), *(p for p in clause.predicates if p > verb)]
    last = min((i for i in near if i > verb), default=verb)
    if last - verb <= 6:
        cue.update(range(verb, last + 1))
    return frozenset(i for i in cue if not view.space[i])
