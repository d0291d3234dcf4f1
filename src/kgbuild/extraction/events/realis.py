"""Whether an event happened, is planned, may happen, or is denied: read from the words around its trigger.

The reader starts at the verb (for a noun, at the verb that carries it) and climbs through the infinitives and clauses
that it stands in: "is expected to sign", "denied that it had bombed", "talks planned for June 8 have been put off".
"""

from __future__ import annotations

from dataclasses import dataclass

from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.lexicon import words
from kgbuild.facts import Realis

_CLIMB = 6
_INHERITS = frozenset({"dobj", "nsubj", "nsubjpass", "attr", "conj", "oprd"})


@dataclass(slots=True)
class Outlook:
    """How real an event is.

    Attributes:
        realis: for the graph.
        asserted: the text takes its own stand on the event: false for what is only wished, asked for, feared, supposed
            or plainly not done. Such an event is worth telling only with a date.
        counterfactual: it "would have" happened: no event.
        would: a "would" that reports a plan, or an infinitive that follows from another deed.
        conditional: it stands behind "if" or "unless".
    """

    realis: Realis = Realis.ACTUAL
    asserted: bool = True
    counterfactual: bool = False
    would: bool = False
    conditional: bool = False

    def deny(self, *, asserted: bool) -> None:
        """Marks it as not happening; ``asserted`` if it was called off or is denied, rather than plainly not done."""
        self.realis = Realis.DENIED
        self.asserted = asserted

    def weaken(self, realis: Realis, *, asserted: bool) -> None:
        """Marks it as planned or possible, unless it is less real already."""
        order = (Realis.ACTUAL, Realis.PLANNED, Realis.POSSIBLE, Realis.DENIED)
        if order.index(realis) > order.index(self.realis):
            self.realis = realis
        self.asserted = self.asserted and asserted


def outlook_of(arguments: Arguments, i: int, *, verb: bool) -> Outlook:
    """How real the event is that a trigger means."""
    outlook = Outlook()
    if verb:
        _climb(arguments, i, outlook)
        return outlook
    _noun(arguments, i, outlook)
    carrier = arguments.carrier(i)
    if carrier >= 0:
        _carrier(arguments, i, carrier, outlook)
    return outlook


def _noun(arguments: Arguments, i: int, outlook: Outlook) -> None:
    tokens = arguments.tokens
    for child in tokens.children[i]:
        lemma, dep = tokens.lemma_lower[child], tokens.dep[child]
        if dep in ("amod", "compound", "acl", "det", "advmod"):
            if dep == "acl" and tokens.tag[child] == "VBG":
                continue
            _by_governor(arguments, child, lemma, outlook, governed=False)
            if dep == "det" and lemma in words("realis.negative_determiners"):
                outlook.deny(asserted=False)
    head = tokens.head[i]
    if tokens.dep[i] == "pobj" and tokens.lower[head] in words("realis.awaiting"):
        # "will take effect after ratification", "pending ratification"
        above = tokens.head[head]
        ahead = {tokens.lower[c] for c in tokens.children[above]} & words("realis.planned_aux")
        if ahead or tokens.lower[head] == "pending":
            outlook.weaken(Realis.PLANNED, asserted=True)
    if tokens.dep[i] == "pobj" and tokens.lower[head] in ("of", "for", "on", "about"):
        noun = tokens.head[head]
        if tokens.lemma_lower[noun] in words("realis.possible"):
            outlook.weaken(Realis.POSSIBLE, asserted=False)


def _carrier(arguments: Arguments, i: int, verb: int, outlook: Outlook) -> None:
    """What the verb that carries a noun says of it."""
    tokens = arguments.tokens
    lemma = tokens.lemma_lower[verb]
    if tokens.dep[i] == "pobj":
        preposition = tokens.lower[tokens.head[i]]
        if preposition in ("at", "in", "during", "on"):
            before = outlook.realis
            _own_clause(arguments, verb, outlook)
            if outlook.realis == Realis.DENIED:
                outlook.realis, outlook.asserted = before, True
        elif preposition in ("for", "to"):
            _by_governor(arguments, verb, lemma, outlook, governed=True)
        return
    passive_or_subject = tokens.dep[i] in ("nsubj", "nsubjpass")
    if lemma == "be" or passive_or_subject:
        for child in tokens.children[verb]:
            if tokens.dep[child] == "xcomp" and {"to", "have"} <= {tokens.lower[c] for c in tokens.children[child]}:
                # "the round was to have opened on Tuesday"
                outlook.deny(asserted=True)
                return
            if tokens.dep[child] in ("acomp", "attr", "advmod", "oprd", "xcomp") and child > i:
                _by_governor(arguments, child, tokens.lemma_lower[child], outlook, governed=True)
    transitive = tokens.dep[i] in ("dobj", "nsubjpass")
    if transitive or lemma in ("fail",):
        _by_governor(arguments, verb, lemma, outlook, governed=True)
        if outlook.realis == Realis.DENIED:
            return
    if lemma in words("light"):
        _climb(arguments, verb, outlook)
        if outlook.realis == Realis.DENIED and tokens.dep[i] == "nsubj":
            outlook.asserted = True
    else:
        realis, asserted = outlook.realis, outlook.asserted
        _own_clause(arguments, verb, outlook)
        if outlook.realis in (Realis.DENIED, Realis.POSSIBLE):
            outlook.realis, outlook.asserted = realis, asserted
        outlook.counterfactual = False


def _climb(arguments: Arguments, verb: int, outlook: Outlook) -> None:
    tokens = arguments.tokens
    for _ in range(_CLIMB):
        infinitive = _own_clause(arguments, verb, outlook)
        head, dep = tokens.head[verb], tokens.dep[verb]
        if head == verb:
            return
        lemma = tokens.lemma_lower[head]
        if dep == "conj":
            own = any(tokens.dep[c] in ("aux", "nsubj", "nsubjpass", "auxpass") for c in tokens.children[verb])
            if own or (tokens.tag[verb] == "VBD" and tokens.tag[head] != "VBD"):
                return
        elif infinitive or dep in ("xcomp", "pcomp"):
            if dep == "pcomp" and tokens.pos[head] in ("ADP", "SCONJ"):
                if tokens.lemma_lower[tokens.head[head]] in words("realis.musing") and tokens.lower[head] in (
                    "of",
                    "about",
                ):
                    # "is thinking of leaving"
                    outlook.weaken(Realis.POSSIBLE, asserted=True)
                    return
                if tokens.lower[head] in ("by", "after", "since", "in", "on", "of", "for") and not infinitive:
                    return
                wished = tokens.lower[head] in words("realis.toward") and not infinitive
                head = tokens.head[head]
                lemma = tokens.lemma_lower[head]
                if wished and lemma not in words("realis.implicative"):
                    # "is close to agreeing", "is against giving": nothing is done
                    outlook.weaken(Realis.POSSIBLE, asserted=False)
                    return
            if not _governs(arguments, verb, head, lemma, outlook, infinitive=infinitive):
                return
        elif dep == "ccomp":
            _by_governor(arguments, head, lemma, outlook, governed=True, clause=True)
            return
        elif dep == "acl" and tokens.pos[head] == "NOUN":
            _by_governor(arguments, head, lemma, outlook, governed=True)
            return
        else:
            return
        verb = head


def _governs(arguments: Arguments, verb: int, head: int, lemma: str, outlook: Outlook, *, infinitive: bool) -> bool:
    """What the governor of an infinitive or gerund makes of it; false if what stands above does not matter."""
    tokens = arguments.tokens
    if lemma in words("realis.implicative"):
        return True
    if lemma == "be":
        if infinitive and any(tokens.lower[c] in ("had", "have") for c in tokens.children[verb] if c < verb):
            # "was to have met": what was planned and did not happen
            outlook.deny(asserted=True)
        elif infinitive:
            _own_clause(arguments, head, outlook)
            outlook.weaken(Realis.PLANNED, asserted=True)
        return False
    if lemma == "go" and tokens.tag[head] == "VBG":
        outlook.weaken(Realis.PLANNED, asserted=True)
        return False
    voiced = tokens.lemma_lower[verb] in words("voicing") and tokens.pos[head] == "VERB"
    if infinitive and (lemma in words("travelling") or (voiced and tokens.dep[verb] == "advcl")):
        # "flew to Rome to meet the Pope"; "staged a sit-in to demand answers"
        _own_clause(arguments, head, outlook)
        return True
    before = (outlook.realis, outlook.asserted)
    _by_governor(arguments, head, lemma, outlook, governed=True)
    if (outlook.realis, outlook.asserted) == before and infinitive:
        if lemma in ("say", "report", "know", "believe", "understand", "think", "allege", "claim"):
            return False
        # an infinitive of purpose, or one that a noun or another verb opens, has not happened by itself
        outlook.weaken(Realis.POSSIBLE, asserted=False)
    return tokens.pos[head] in ("ADJ", "VERB") and tokens.dep[head] in ("xcomp", "acomp", "conj")


def _own_clause(arguments: Arguments, verb: int, outlook: Outlook) -> bool:
    """Auxiliaries, negation and conjunctions of one clause; whether it is an infinitive with "to"."""
    tokens = arguments.tokens
    lowers = {tokens.lower[c]: c for c in tokens.children[verb]}
    helpers = {tokens.lower[c] for c in tokens.children[verb] if tokens.dep[c] in ("aux", "auxpass")}
    have = "have" in helpers or "'ve" in helpers
    conditional = False
    subject = tokens.child(verb, "nsubj", "nsubjpass")
    if "had" in lowers and lowers["had"] < subject and tokens.dep[verb] == "advcl" and "had" in helpers:
        # "Had Norway ratified the treaty, …"
        outlook.counterfactual = True
    for child in tokens.children[verb]:
        if tokens.dep[child] == "advcl" and any(
            tokens.lower[c] in words("realis.conditional_marks") for c in tokens.children[child]
        ):
            conditional = True
        elif tokens.dep[child] in ("mark", "advmod", "prep") and tokens.lower[child] in words(
            "realis.conditional_marks"
        ):
            if tokens.lower[child] == "whether" and "to" in helpers:
                # "is weighing whether to recognise it": the governor tells
                continue
            outlook.weaken(Realis.POSSIBLE, asserted=False)
            outlook.conditional = True
        elif tokens.dep[child] in ("mark", "advmod") and tokens.lower[child] in words("realis.later_marks"):
            ahead = tokens.tag[verb] in ("VBZ", "VBP", "VBN") and not helpers & {"had", "was", "were"}
            if ahead and not _follows_past(arguments, verb):
                outlook.weaken(Realis.PLANNED, asserted=False)
        elif _negates(arguments, child):
            outlook.deny(asserted=False)
    if helpers & words("realis.planned_aux"):
        outlook.weaken(Realis.PLANNED, asserted=True)
    elif helpers & words("realis.would_aux"):
        if have:
            outlook.counterfactual = True
        outlook.would = True
        if {"rather", "sooner"} & lowers.keys():
            # "would rather resign than …"
            outlook.weaken(Realis.POSSIBLE, asserted=False)
        outlook.weaken(Realis.POSSIBLE if conditional else Realis.PLANNED, asserted=not conditional)
    elif helpers & words("realis.possible_aux"):
        hedge = helpers & {"may", "might", "could"}
        outlook.weaken(Realis.POSSIBLE, asserted=bool(hedge) and not conditional)
        if have and not hedge:
            outlook.counterfactual = True
    return "to" in helpers and lowers["to"] < verb


def _follows_past(arguments: Arguments, verb: int) -> bool:
    """Whether the clause hangs on one in the past: "died when shells **hit** the market" has happened."""
    tokens = arguments.tokens
    head = tokens.head[verb]
    helpers = {tokens.lower[c] for c in tokens.children[head] if tokens.dep[c] == "aux"}
    return tokens.tag[head] == "VBD" or bool(helpers & {"had"})


def _negates(arguments: Arguments, child: int) -> bool:
    """Whether a dependent negates its verb: "never met", "no talks were held"."""
    tokens = arguments.tokens
    dep = tokens.dep[child]
    if dep == "neg" or (dep in ("advmod", "preconj", "cc") and tokens.lower[child] in words("realis.negations")):
        return True
    if dep not in ("nsubj", "nsubjpass", "dobj"):
        return False
    negative = words("realis.negative_determiners")
    inner = (c for c in tokens.children[child] if tokens.dep[c] == "det")
    return tokens.lower[child] in negative or any(tokens.lower[c] in negative for c in inner)


def _is_pluperfect(arguments: Arguments, i: int) -> bool:
    """Whether a participle or adjective is told in the pluperfect: "had been scheduled", "had been due"."""
    tokens = arguments.tokens
    verb = tokens.head[i] if tokens.pos[i] == "ADJ" and tokens.pos[tokens.head[i]] in ("AUX", "VERB") else i
    return any(tokens.lower[c] in ("had", "'d", "’d") and tokens.dep[c] == "aux" for c in tokens.children[verb])


def _by_governor(
    arguments: Arguments, i: int, lemma: str, outlook: Outlook, *, governed: bool, clause: bool = False
) -> None:
    """What a word that governs or modifies an event makes of it."""
    tokens = arguments.tokens
    lower = tokens.lower[i]
    if lemma == "open" and tokens.pos[i] == "VERB":
        # "opened the talks"; who "is open to" something may do it
        return
    negated = any(tokens.dep[c] == "neg" for c in tokens.children[i])
    if lemma in words("realis.denied") or lower in words("realis.denied"):
        particles = {tokens.lower[c] for c in tokens.children[i]}
        if lemma in ("put", "call", "rule") and not particles & words("realis.denied_particles"):
            return
        if clause and lemma != "deny":
            return
        if not negated:
            outlook.deny(asserted=lemma not in ("refuse", "decline", "fail", "unable", "without", "stop", "skip"))
    elif lemma in words("realis.planned") or lower in words("realis.planned"):
        if clause and lemma not in ("expect", "plan", "intend", "agree", "announce"):
            return
        if negated:
            outlook.deny(asserted=False)
        elif lemma in words("realis.thwarted") and _is_pluperfect(arguments, i):
            # "had been due to visit": what was to happen before something else came
            outlook.deny(asserted=True)
        else:
            outlook.weaken(Realis.PLANNED, asserted=True)
    elif lemma in words("realis.possible") or lower in words("realis.possible"):
        told = lemma in words("realis.intent") if governed else lemma in ("likely", "possible", "potential")
        outlook.weaken(Realis.POSSIBLE, asserted=told and not negated)
