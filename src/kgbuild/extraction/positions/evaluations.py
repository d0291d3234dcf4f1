"""What speakers say of a treaty that shows whether they are for it: "it would protect us", "called it a mistake"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.anaphora import stands_in
from kgbuild.extraction.positions.clause import condition_of, is_future
from kgbuild.extraction.positions.lexicon import denied, evaluations, times, words_of
from kgbuild.extraction.positions.praise import called, deed, predicate, verb_polarity
from kgbuild.extraction.positions.targets import Targets
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clauses import subjects
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.extraction.treaties.lexicon import treaty_nouns
from kgbuild.facts import Polarity

_DIRECT = frozenset({"ROOT", "conj", "ccomp", "parataxis", "dep"})
#: tokens between a verb, the treaty that it calls something, and what it calls it
_NEAR = 8
_PRONOUNS = frozenset({"it", "this", "that"})
_VERBS = frozenset({"VERB", "AUX"})
_EMBEDDING = frozenset({"NOUN", "ADJ", "PROPN"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judgement of a treaty or a measure; ``holders`` is None where it is the speaker's."""

    treaty: Referent
    head: Token
    polarity: Polarity
    word: Token
    holders: list[Token] | None
    confidence: float = 0.65


def judgements(doc: Doc, targets: Targets, files: tuple[str, ...] = ()) -> Iterator[Judgement]:
    """The judgements of treaties in a document, by the article's own words or a speaker's.

    Args:
        doc: with treaties and statements.
        targets: resolves what stands for a treaty.
        files: the user's own tables of judgements.
    """
    referents: dict[int, Referent] = doc._.referents
    heads = {i: r for i, r in referents.items() if r.sort == "treaty"}
    for i in sorted(heads):
        yield from _of(doc[i], heads[i], files)
    yield from _of_measures(doc, targets, files)
    yield from _of_none(doc, targets)
    for token in _standing_in(doc):
        topics = targets.topics
        treaty = topics.spoken_of(token) or topics.told_measure(token) or topics.topic(token.i, 3)
        if treaty is not None:
            yield from _of(token, treaty, files)


def _standing_in(doc: Doc) -> Iterator[Token]:
    """The words that stand for a treaty without being known for it: "it", "this", "the whole thing"."""
    referents: dict[int, Referent] = doc._.referents
    nouns = words_of("stand-in")
    dep = annotation_of(doc).dep
    for i in tokens_of(doc).lower_at.of(nouns | _PRONOUNS):
        if dep[i] not in {"nsubj", "nsubjpass", "dobj", "pobj"}:
            continue
        own, token = referents.get(i), doc[i]
        if token.lower_ in nouns:
            if own is None and stands_in(token):
                yield token
        elif token.pos_ == "PRON" and (own is None or (own.sort == "actor" and _can_be_treaty(token, own))):
            yield token


def _can_be_treaty(token: Token, actor: Referent) -> bool:
    """Whether "it" may stand for a treaty, even if the nearest thing that it can be is an actor."""
    verb = token.head
    if verb.lemma_ == "be" or {verb.lemma_, verb.head.lemma_} & words_of("call"):
        return True  # what "is a milestone" is none
    first = token.sent.start
    acting = (token.doc[m.head].dep_ for m in actor.mentions if first <= m.head < token.i)
    # in "told the chamber that it went too far" the chamber is only told
    return verb.lemma_.lower() in evaluations("verb") and not any(slot in {"nsubj", "nsubjpass"} for slot in acting)


def _of_measures(doc: Doc, targets: Targets, files: tuple[str, ...]) -> Iterator[Judgement]:
    """What people call a measure: "described the ultimatum as regrettable", "the sanctions, an act of piracy"."""
    tokens = tokens_of(doc)
    referents: dict[int, Referent] = doc._.referents
    measures = words_of("measure") | words_of("deed")
    for i in tokens.lemma_at.of(measures):
        if tokens.pos[i] != "NOUN":
            continue
        own = referents.get(i)
        if own is not None and own.sort != "issue":
            continue
        head = doc[i]
        verb = head.head
        if head.dep_ in {"dobj", "nsubjpass"} and verb.lemma_.lower() in words_of("call"):
            polarity, word, confidence = called(verb, files)
            if polarity is not None and word is not None and not is_negated(verb):
                thing = targets.deed_or_issue(head, verb)
                yield Judgement(thing, head, polarity, verb, list(subjects(verb)) or None, confidence)
        elif head.dep_ == "compound" and verb.dep_ == "oprd" and verb.head.lemma_.lower() in words_of("call"):
            polarity = predicate(verb, files)  # "called the recall regrettable", taken for one phrase
            if polarity is not None and not is_negated(verb.head):
                thing = targets.deed_or_issue(head, verb.head)
                yield Judgement(thing, head, polarity, verb.head, list(subjects(verb.head)) or None)
        elif head.dep_ == "dobj" and verb.dep_ in {"csubj", "nsubj"} and verb.head.pos_ in _VERBS:
            yield from _doing(head, verb, lambda noun: targets.deed_or_issue(noun, noun.head), files)
        elif head.dep_ == "nsubj" and verb.lemma_ == "be" and not any(c.lemma_ == "have" for c in verb.children):
            yield from _as_subject(head, verb, lambda noun: targets.deed_or_issue(noun, noun.head), files)


def _of_none(doc: Doc, targets: Targets) -> Iterator[Judgement]:
    """Treaties that there will not be but on a condition: "there can be no deal until the ships are freed"."""
    for i in tokens_of(doc).lower_at.of({"no"}):
        head = doc[i].head
        if head.lemma_.lower() not in treaty_nouns() or head.i in doc._.referents:
            continue
        bound = _on_condition(head, head.head)
        treaty = targets.topics.topic(head.i, 3) or targets.topics.main(head.i) if bound is not None else None
        if treaty is not None and bound is not None:
            yield Judgement(treaty, head, Polarity.CONDITIONAL, bound, None)


def _of(head: Token, treaty: Referent, files: tuple[str, ...]) -> Iterator[Judgement]:
    head = _idea(head)
    verb = head.head
    bound = _on_condition(head, verb)
    if bound is not None:
        yield Judgement(treaty, head, Polarity.CONDITIONAL, bound, None)
    elif head.dep_ == "nsubj" and verb.pos_ in {"VERB", "AUX"}:
        for each in (verb, *(c for c in verb.children if c.dep_ in {"conj", "xcomp"} and c.pos_ in _VERBS)):
            yield from _as_subject(head, each, lambda _: treaty, files)
    elif head.dep_ == "dobj" and verb.dep_ in {"csubj", "nsubj"} and verb.head.pos_ in {"VERB", "AUX"}:
        yield from _doing(head, verb, lambda _: treaty, files)
    elif head.dep_ == "nsubj" and verb.pos_ in {"ADJ", "NOUN"} and verb.head.lemma_.lower() in words_of("call"):
        polarity = predicate(verb, files)  # "considers the treaty illegal"
        if polarity is not None and not is_negated(verb.head):
            yield Judgement(treaty, head, polarity, verb.head, list(subjects(verb.head)) or None)
    elif head.dep_ in {"dobj", "nsubjpass"} and verb.lemma_.lower() in words_of("call"):
        polarity, word, confidence = called(verb, files)
        if polarity is not None and word is not None and not is_negated(verb):
            yield Judgement(treaty, head, polarity, verb, list(subjects(verb)) or None, confidence)
    elif head.dep_ == "pobj" and verb.lower_ == "without" and verb.i < verb.head.i:
        bad = is_future(verb.head) and not is_negated(verb.head) and verb_polarity(verb.head, files) == Polarity.OPPOSES
        if bad and _is_direct(verb.head):  # "without it, the port would suffer"
            yield Judgement(treaty, head, Polarity.SUPPORTS, verb.head, None)
    elif head.dep_ == "pobj" and verb.lower_ == "in" and verb.head.lemma_.lower() in words_of("see"):
        for seen in (c for c in verb.head.children if c.dep_ == "dobj"):  # "sees in it the end of our fleet"
            polarity = predicate(seen, files)
            if polarity is not None and not is_negated(verb.head):
                yield Judgement(treaty, head, polarity, verb.head, list(subjects(verb.head)) or None)
    else:
        yield from _by_order(head, treaty, files)
    for clause in head.children:  # "a deal that the minister called the cornerstone of his policy"
        if clause.dep_ == "relcl" and clause.lemma_.lower() in words_of("call") and not is_negated(clause):
            polarity, word, confidence = called(clause, files)
            who = [c for c in clause.children if c.dep_ == "nsubj" and c.tag_ not in {"WDT", "WP"}]
            if polarity is not None and word is not None and who:
                yield Judgement(treaty, head, polarity, clause, who, confidence)


def _by_order(head: Token, treaty: Referent, files: tuple[str, ...]) -> Iterator[Judgement]:
    """ "Called the pact “madness”": the words behind the treaty, where the parser made them one phrase with it."""
    verb = next((t for t in head.ancestors if t.pos_ == "VERB"), head)
    if verb.lemma_.lower() not in words_of("image") or not 0 < head.i - verb.i <= _NEAR or is_negated(verb):
        return
    for word in head.doc[head.i + 1 : head.i + _NEAR]:
        if word.pos_ in {"VERB", "AUX", "SCONJ"} or word.text in {",", ".", ";", ":"}:
            return
        polarity = predicate(word, files) if word.pos_ in {"NOUN", "ADJ"} else None
        if polarity is not None:
            yield Judgement(treaty, head, polarity, verb, list(subjects(verb)) or None)
            return


def _idea(head: Token) -> Token:
    """The noun for the thought of a treaty, of which one speaks as of the treaty: "called the idea of a pact mad"."""
    above = head.head.head
    thought = head.dep_ == "pobj" and head.head.lower_ == "of" and above.lemma_.lower() in words_of("idea")
    return above if thought else head


def _on_condition(head: Token, verb: Token) -> Token | None:
    """The verb of a clause that lets a treaty be only on some condition: "it will never be ratified as long as …"."""
    negated = is_negated(verb) or any(c.dep_ == "det" and c.lower_ == "no" for c in head.children)
    lasting = verb.lemma_.lower() in words_of("last") and head.dep_ == "nsubj" and not negated
    if not (negated or lasting) or not is_future(verb) or condition_of(verb) is None or not _is_direct(verb):
        return None
    if lasting:
        return verb  # "the pact will hold as long as …"
    there = head.dep_ in {"attr", "nsubj"} and any(c.dep_ == "expl" for c in verb.children)
    done = head.dep_ == "nsubjpass" and deed(verb) == Polarity.SUPPORTS
    return verb if there or done else None


def _as_subject(
    head: Token, verb: Token, treaty: Callable[[Token], Referent], files: tuple[str, ...]
) -> Iterator[Judgement]:
    if not _is_direct(verb) or any(c.dep_ == "auxpass" for c in verb.children):
        return
    polarity = verb_polarity(verb, files)
    word = verb
    if head.lower_ == "it" and verb.lemma_ == "be":
        clause = _clause_for_it(verb)
        if clause is not None:
            yield from _to_do_so(head, verb, clause, treaty, files)
            return
    if polarity is None and verb.lemma_.lower() in {"be", "become", "remain", "seem", "mark", "represent", "mean"}:
        for child in verb.children:
            if child.dep_ in {"acomp", "attr", "dobj", "oprd"} or (child.dep_ == "prep" and child.i > verb.i):
                polarity = predicate(child, files)
                word = child
                if polarity is not None and not _is_only_supposed(verb, child):
                    break
                polarity = None
    if polarity is None:
        return
    if is_negated(verb):
        polarity = denied(polarity)
        if polarity == Polarity.NEUTRAL:
            return
    yield Judgement(treaty(head), head, polarity, word, _in_whose_eyes(verb))


def _doing(head: Token, verb: Token, thing: Callable[[Token], Referent], files: tuple[str, ...]) -> Iterator[Judgement]:
    """What doing something to a thing is said to be: "signing it would be a mistake", "would send a signal"."""
    sign = deed(verb)
    if sign is not None:
        for found in _as_subject(verb, verb.head, lambda _: thing(head), files):
            yield replace(found, head=head, polarity=times(found.polarity, sign))


def _clause_for_it(verb: Token) -> Token | None:
    """The clause that "it" stands for: "it would be a shame **to lose** the treaty", "it is good **that** …"."""
    places = [verb, *(c for c in verb.children if c.dep_ in {"acomp", "attr"})]
    for child in (c for place in places for c in place.children if c.i > verb.i):
        to_do = any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children)
        if child.pos_ in _VERBS and (child.dep_ == "ccomp" or (child.dep_ in {"xcomp", "acl", "advcl"} and to_do)):
            return child
    return None


def _to_do_so(
    head: Token, verb: Token, clause: Token, treaty: Callable[[Token], Referent], files: tuple[str, ...]
) -> Iterator[Judgement]:
    """What is said of doing something to a treaty: "it would be a mistake to sign the treaty"."""
    done = [c for c in clause.children if c.dep_ == "dobj"]
    found = (predicate(c, files) for c in verb.children if c.dep_ in {"acomp", "attr"})
    judged, sign = next((p for p in found if p is not None), None), deed(clause)
    referents: dict[int, Referent] = head.doc._.referents
    if not done or judged is None or sign is None or is_negated(clause) or clause.dep_ == "ccomp":
        return
    own = referents.get(done[0].i)
    if own is None and done[0].lower_ == "it":
        own = treaty(head)
    if own is not None and own.sort == "treaty":
        polarity = denied(judged) if is_negated(verb) else judged
        if polarity != Polarity.NEUTRAL:
            yield Judgement(own, done[0], times(polarity, sign), clause, None)


def _is_only_supposed(verb: Token, word: Token) -> bool:
    """Whether something is only compared with what might have been: "it could have been worse"."""
    modal = any(c.dep_ == "aux" and c.lower_ in words_of("hedge") for c in verb.children)
    return modal and word.tag_ == "JJR"


def _in_whose_eyes(verb: Token) -> list[Token] | None:
    """Whose judgement it is if not the speaker's: "**for** Chile it is a betrayal", "in the eyes of Chile"."""
    for child in verb.children:
        if child.dep_ != "prep" or child.i > verb.i:
            continue
        heads = [c for c in child.children if c.dep_ == "pobj"]
        if child.lower_ in {"in", "to"}:
            eyes = [head for head in heads if head.lemma_.lower() in words_of("eye")]
            owners = [c for head in eyes for c in head.children if c.dep_ == "poss"]
            owners += [p for head in eyes for c in head.children if c.lower_ == "of" for p in c.children]
            if owners:
                return owners
        elif child.lower_ == "for" and any(head.pos_ == "PROPN" for head in heads):
            return heads
    return None


def _is_direct(verb: Token) -> bool:
    """Whether a clause is what the speaker says, not what somebody fears or what would follow."""
    place = verb
    for _ in range(4):
        if place.dep_ not in _DIRECT:
            return False
        if any(c.dep_ == "mark" and c.lower_ in {"if", "unless", "whether"} for c in place.children):
            return False
        if place.dep_ == "conj":
            place = place.head
            continue
        break
    return place.head.i == place.i or place.head.pos_ not in _EMBEDDING
