"""Who it is that refuses to speak: the subject of the clause, whom the calls were for, who is quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbuild.extraction.attribution.candidates import NO_SOURCE, Source, phrase, subject_of
from kgbuild.extraction.attribution.lexicon import cue_lexicon, refusal_lexicon
from kgbuild.extraction.lexicons import person_nouns, role_heads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.extraction.attribution.refusal_clause import Clause
    from kgbuild.extraction.attribution.view import TokenView

#: subjects of whoever is quoted
OWN = frozenset(("i", "we"))
#: how many tokens before a clause tell who was rung up
_CALLED_REACH = 40


def refuser(view: TokenView, verb: int, clause: Clause, rule: dict[str, Any]) -> Source:
    """Who refuses, where a rule applies to a verb: its subject, or whom the rule says."""
    if rule.get("from"):
        return from_any(view, (*clause.subjects, *clause.predicates, *clause.objects)) or NO_SOURCE
    if rule.get("to"):
        return next((s for s in (asked_for(view, k) for k in clause.subjects) if s is not None), NO_SOURCE)
    if rule.get("sought"):
        sought = view.child(verb, "dobj")
        if "objects" in rule and sought is not None:
            return _behind(view, sought, ("of", "from")) or NO_SOURCE
        return Source(phrase(view, sought), sought, "own") if sought is not None else NO_SOURCE
    if rule.get("reported") and view.dep[verb] == "ccomp" and view.lemma[view.head[verb]] in cue_lexicon().sayings:
        head, _ = subject_of(view, view.head[verb])
        if head >= 0:
            return Source(phrase(view, head, (view.head[verb],)), head, "own")
    if rule.get("quoted"):
        return Source((), verb, "first person")
    if clause.passive:
        agent = view.child(verb, "agent")
        by = view.child(agent, "pobj") if agent is not None else None
        subject = by if by is not None else view.child(verb, "nsubjpass")
        if subject is not None:
            return Source(phrase(view, subject, (verb,)), subject, "own")
    subject_, kind = subject_of(view, verb)
    if subject_ < 0:
        if not clause.subjects:
            return NO_SOURCE
        subject_, kind = clause.subjects[0], "inherited"
    if view.lower[subject_] in ("nobody", "none", "no-one") or (view.lower[subject_] == "one" and _no(view, subject_)):
        return _where(view, subject_, verb) or _called_before(view, verb) or NO_SOURCE
    if kind == "inherited" and view.dep[verb] == "conj":
        subject_ = _reporter(view, verb, subject_)
    if view.tag[subject_] in ("WDT", "WP") and view.dep[verb] == "relcl":
        subject_, kind = antecedent(view, verb), "noun"
    if view.lower[subject_] in OWN:
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


def from_any(view: TokenView, things: Iterable[int]) -> Source | None:
    """Who stands behind "from" or "by" in any of several phrases."""
    return next((s for s in (behind_from(view, thing) for thing in things) if s is not None), None)


def before_colon(view: TokenView, noun: int) -> Source | None:
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


def behind_from(view: TokenView, noun: int) -> Source | None:
    """Who stands behind "from" or "by" in a phrase."""
    return _behind(view, noun, ("from", "by"))


def asked_for(view: TokenView, noun: int) -> Source | None:
    """Whom questions or messages are for: "calls to the embassy", "messages left with the mission"."""
    noun = _last_of(view, noun)
    subject = next((k for c in view.children[noun] if view.lower[c] == "for" for k in view.children[c]), None)
    behind = _behind(view, subject, ("to",)) if subject is not None else None
    if behind is not None:
        return behind  # "requests for comment to the embassy"
    clauses = [c for c in view.children[noun] if view.dep[c] == "acl"]
    found = (_behind(view, k, ("to", "with", "for", "at")) for k in clauses)
    return _behind(view, noun, ("to",)) or next((s for s in found if s is not None), None)


def _last_of(view: TokenView, noun: int) -> int:
    """The last of "calls, letters and emails": what follows belongs to all of them."""
    second = view.child(noun, "conj")
    return noun if second is None else _last_of(view, second)


def _behind(view: TokenView, noun: int, prepositions: tuple[str, ...]) -> Source | None:
    above = view.head[noun]
    for c in (*view.children[noun], *(view.children[above] if above != noun else ())):
        if view.dep[c] in ("prep", "agent") and view.lower[c] in prepositions:
            inner = view.child(c, "pobj")
            if inner is not None:
                return Source(phrase(view, inner), inner, "from")
    return None


def is_actor(view: TokenView, noun: int) -> bool:
    """Whether a noun denotes somebody who could speak: by what the components before have found, or as a word."""
    referent = view.doc._.referents.get(noun)
    if referent is not None:
        return bool(referent.sort == "actor")
    return view.lemma[noun] in person_nouns() or role_heads().longest([view.lemma[noun]], 0) is not None


def _no(view: TokenView, noun: int) -> bool:
    return any(view.lower[c] in ("no", "not") for c in view.children[noun])


def _where(view: TokenView, subject: int, verb: int) -> Source | None:
    """Where nobody answers: "no one *at the embassy* would comment", "nobody picked up the phone *at the embassy*"."""
    things = [subject, verb, *(c for c in view.children[verb] if view.dep[c] == "dobj")]
    for thing in things:
        for c in view.children[thing]:
            inner = view.child(c, "pobj") if view.dep[c] == "prep" and view.lower[c] in ("at", "in", "from") else None
            if inner is not None and is_actor(view, inner):
                return Source(phrase(view, inner), inner, "from")
    return None


def _called_before(view: TokenView, verb: int) -> Source | None:
    """Who was called, where nobody called back: "We rang *the embassy* twice. Nobody rang back."."""
    words = refusal_lexicon()
    if view.lemma[verb] not in words["calling_back"]:
        return None
    for i in range(verb - 1, max(-1, verb - _CALLED_REACH), -1):
        if view.lemma[i] not in words["calling"] or not view.is_verb(i):
            continue
        things = [c for c in view.children[i] if c > i and view.dep[c] in ("dobj", "dative")]
        # "rang the embassy to ask": the parser may see a clause
        things += [
            k for c in view.children[i] if view.dep[c] == "ccomp" for k in view.children[c] if view.dep[k] == "nsubj"
        ]
        prepositions = [
            c for t in (i, *things) for c in view.children[t] if view.lower[c] in ("to", "with", "for", "at")
        ]
        things += [k for c in prepositions for k in view.children[c] if view.dep[k] == "pobj"]
        called = next((t for t in things if is_actor(view, t) or view.pos[t] == "PROPN"), None)
        if called is not None:
            return Source(phrase(view, called), called, "called")
    return None


def _reporter(view: TokenView, verb: int, subject: int) -> int:
    """Whose the second verb is in "confirmed that the call took place but declined to give details"."""
    clause = view.head[verb]
    above = view.head[clause]
    if is_actor(view, subject) or view.dep[clause] != "ccomp" or view.tag[above] != view.tag[verb]:
        return subject
    higher, _ = subject_of(view, above)
    return higher if higher >= 0 and is_actor(view, higher) else subject
