"""A verb with what depends on it, as the rules for refusals ask for it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.lexicon import refusal_lexicon

if TYPE_CHECKING:
    from kgbuild.extraction.attribution.view import TokenView


class Clause:
    """What a rule may ask of a verb's clause; most rules ask no further than for its negation."""

    def __init__(self, view: TokenView, verb: int) -> None:
        dep, children = view.dep, view.children[verb]
        self._view = view
        self._verb = verb
        self.passive = not view.relations(verb).isdisjoint(("auxpass", "nsubjpass"))
        # a clause with a passive subject is passive
        self.objects = [c for c in children if dep[c] in ("dobj", "nsubjpass")]
        self.objects += [g for c in self.objects for g in view.children[c] if dep[g] == "conj"]
        self.negated = _negated(view, verb, self.objects)

    def _below(self, *deps: str) -> list[int]:
        return [c for c in self._view.children[self._verb] if self._view.dep[c] in deps]

    @functools.cached_property
    def modals(self) -> frozenset[str]:
        """The lemmas of its auxiliaries."""
        return frozenset(self._view.lemma[c] for c in self._below("aux"))

    @functools.cached_property
    def infinitives(self) -> list[int]:
        """The infinitives that depend on it."""
        view = self._view
        # "was unwilling to speak": it hangs on the adjective
        adjectives = self._below("acomp")
        inner = [g for c in adjectives for g in view.children[c] if view.dep[g] in ("xcomp", "ccomp")]
        return [c for c in (*self._below("xcomp", "advcl", "ccomp"), *inner) if is_infinitive(view, c)]

    @functools.cached_property
    def predicates(self) -> list[int]:
        """Its complements and objects, and what stands behind as a subject."""
        found = self._below("acomp", "attr", "oprd", "dobj", "nsubj")
        # "make anyone available": the parser may see a clause
        found += [c for c in self._below("ccomp") if self._view.pos[c] == "ADJ"]
        return [c for c in found if c > self._verb or self._view.dep[c] != "nsubj"]

    @functools.cached_property
    def asked(self) -> bool:
        """Whether the clause tells that somebody was asked: "Asked about it, she …", "she … when pressed"."""
        view = self._view
        words = refusal_lexicon()["asking"]
        verbs = [self._verb, *self._below("conj")]
        return any(view.lemma[c] in words and view.tag[c] == "VBN" for verb in verbs for c in view.children[verb])

    @functools.cached_property
    def prepositions(self) -> frozenset[str]:
        """The prepositions and adverbs that depend on it or on its object."""
        view = self._view
        # "referred questions to the embassy": the parser may hang the preposition on the object
        return frozenset(
            view.lower[c]
            for above in (self._verb, *self.objects, *self._below("acomp"))
            for c in (
                *view.children[above],
                *(g for p in view.children[above] for k in view.children[p] for g in view.children[k]),
            )
            if view.dep[c] in ("prep", "advmod", "prt", "dative")
        )

    @functools.cached_property
    def clauses(self) -> list[int]:
        """The clauses that it governs."""
        return self._below("ccomp")

    @functools.cached_property
    def fronted(self) -> bool:
        """Whether a question stands before: "Whether Peru would comply, she did not say"."""
        return any(c < self._verb and _opens_a_question(self._view, c) for c in self._below("advcl", "ccomp"))

    @functools.cached_property
    def subjects(self) -> list[int]:
        """Its subjects."""
        found = self._below("nsubj", "nsubjpass")
        above = self._view.head[self._verb]
        if (
            not found
            and self._view.dep[self._verb] == "ccomp"
            and self._view.lemma[above] in refusal_lexicon()["asking"]
        ):
            # "the ministry, asked twice, has been silent": the parser may take "asked" for the verb
            found = [c for c in self._view.children[above] if self._view.dep[c] in ("nsubj", "nsubjpass") and c < above]
        return found


def _negated(view: TokenView, verb: int, objects: list[int]) -> bool:
    negations = refusal_lexicon()["negations"]
    for c in view.children[verb]:
        if (view.lower[c] in negations or view.dep[c] == "neg") and not (view.lower[c] == "no" and c > verb):
            return True
        if view.dep[c] in ("nsubj", "nsubjpass", "attr"):
            # "neither the ministry nor the president's spokesman": the parser may hang the ministry on the spokesman
            owners = [g for g in view.children[c] if view.dep[g] == "poss"]
            if has_no(view, c) or any(view.dep[g] == "preconj" for o in owners for g in view.children[o]):
                return True
        if view.dep[c] == "preconj" and view.lower[c] in negations:
            return True
    if any(has_no(view, o) and view.lower[o] != "no" for o in objects):
        return True  # but "I would have said no" is an answer
    above = view.head[verb]
    unfulfilled = refusal_lexicon()["unfulfilled"]
    if view.dep[verb] == "xcomp" and view.lemma[above] in unfulfilled:
        return True
    if view.dep[verb] == "xcomp" and view.lemma[above] == "go" and "neg" in view.relations(above):
        # "not going to"
        return True
    if is_infinitive(view, verb) and any(
        view.lower[c] in unfulfilled for c in (*view.children[above], *view.children[verb])
    ):
        return True
    # "would not discuss it or answer questions": the negation of the first verb holds for the second
    return (
        view.dep[verb] == "conj"
        and view.is_verb(above)
        and above != verb
        and "neg" in view.relations(above)
        and view.relations(verb).isdisjoint(("nsubj", "nsubjpass"))
    )


def has_no(view: TokenView, noun: int) -> bool:
    """Whether a noun is or has a word of negation: "nothing", "no comment"."""
    negations = refusal_lexicon()["negations"]
    return view.lower[noun] in negations or any(
        view.lower[c] in negations and view.dep[c] in ("det", "neg", "preconj", "advmod", "cc", "nmod")
        for c in view.children[noun]
    )


def is_infinitive(view: TokenView, i: int) -> bool:
    """Whether a verb stands behind "to"."""
    return "aux" in view.relations(i) and any(view.lower[c] == "to" and view.dep[c] == "aux" for c in view.children[i])


def _opens_a_question(view: TokenView, clause: int) -> bool:
    words = refusal_lexicon()["question_words"]
    return any(view.lower[i] in words for i in sorted(view.subtree(clause))[:2])
