"""What speakers say of a treaty that shows whether they are for it: "it would protect us", "called it a mistake"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.clause import condition_of, is_future
from kgbuild.extraction.positions.lexicon import Evaluation, denied, evaluations, opposite, stance_cues, times, words_of
from kgbuild.extraction.positions.targets import Targets
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clauses import subjects
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.extraction.treaties.lexicon import treaty_nouns
from kgbuild.facts import Polarity

_DIRECT = frozenset({"ROOT", "conj", "ccomp", "parataxis", "dep"})
#: tokens between a verb, the treaty that it calls something, and what it calls it
_NEAR = 8
_SURE, _GUESSED = 0.65, 0.45
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
    if targets.found:
        for i in tokens_of(doc).lower_at.of({"it", "this", "that"}):
            if i in referents and referents[i].sort != "actor":
                continue
            token = doc[i]
            # what "is a milestone" is not an actor, even if the nearest thing that "it" can be is one
            judged = token.head.lemma_ == "be" or {token.head.lemma_, token.head.head.lemma_} & words_of("call")
            if token.pos_ == "PRON" and (i not in referents or judged):
                treaty = targets.topics.spoken_of(token) or targets.topics.topic(token.i, 3)
                if treaty is not None and token.dep_ in {"nsubj", "nsubjpass", "dobj"}:
                    yield from _of(token, treaty, files)


def _of_measures(doc: Doc, targets: Targets, files: tuple[str, ...]) -> Iterator[Judgement]:
    """What people call a measure: "described the ultimatum as regrettable", "the sanctions, an act of piracy"."""
    tokens = tokens_of(doc)
    referents: dict[int, Referent] = doc._.referents
    measures = words_of("measure")
    for i in tokens.lemma_at.of(measures):
        if tokens.pos[i] != "NOUN":
            continue
        own = referents.get(i)
        if own is not None and own.sort != "issue":
            continue
        head = doc[i]
        verb = head.head
        if head.dep_ in {"dobj", "nsubjpass"} and verb.lemma_.lower() in words_of("call"):
            polarity, word, confidence = _called(verb, files)
            if polarity is not None and word is not None and not is_negated(verb):
                issue = targets.issues.at(head)
                yield Judgement(issue, head, polarity, verb, list(subjects(verb)) or None, confidence)
        elif head.dep_ == "nsubj" and verb.lemma_ == "be" and not any(c.lemma_ == "have" for c in verb.children):
            yield from _as_subject(head, verb, targets.issues.at, files)


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
        for each in (verb, *(c for c in verb.children if c.dep_ in {"conj", "xcomp"} and c.pos_ == "VERB")):
            yield from _as_subject(head, each, lambda _: treaty, files)
    elif head.dep_ == "dobj" and verb.dep_ in {"csubj", "nsubj"} and verb.head.lemma_ == "be":
        sign = _deed(verb)  # "signing it would be a mistake", "to scrap it would be folly"
        if sign is not None:
            for found in _as_subject(verb, verb.head, lambda _: treaty, files):
                yield replace(found, head=head, polarity=times(found.polarity, sign))
    elif head.dep_ == "nsubj" and verb.pos_ in {"ADJ", "NOUN"} and verb.head.lemma_.lower() in words_of("call"):
        polarity = _predicate(verb, files)  # "considers the treaty illegal"
        if polarity is not None and not is_negated(verb.head):
            yield Judgement(treaty, head, polarity, verb.head, list(subjects(verb.head)) or None)
    elif head.dep_ in {"dobj", "nsubjpass"} and verb.lemma_.lower() in words_of("call"):
        polarity, word, confidence = _called(verb, files)
        if polarity is not None and word is not None and not is_negated(verb):
            yield Judgement(treaty, head, polarity, verb, list(subjects(verb)) or None, confidence)
    else:
        yield from _by_order(head, treaty, files)


def _by_order(head: Token, treaty: Referent, files: tuple[str, ...]) -> Iterator[Judgement]:
    """ "Called the pact “madness”": the words behind the treaty, where the parser made them one phrase with it."""
    verb = next((t for t in head.ancestors if t.pos_ == "VERB"), head)
    if verb.lemma_.lower() not in words_of("image") or not 0 < head.i - verb.i <= _NEAR or is_negated(verb):
        return
    for word in head.doc[head.i + 1 : head.i + _NEAR]:
        if word.pos_ in {"VERB", "AUX", "SCONJ"} or word.text in {",", ".", ";", ":"}:
            return
        polarity = _predicate(word, files) if word.pos_ in {"NOUN", "ADJ"} else None
        if polarity is not None:
            yield Judgement(treaty, head, polarity, verb, list(subjects(verb)) or None)
            return


def _idea(head: Token) -> Token:
    """The noun for the thought of a treaty, of which one speaks as of the treaty: "called the idea of a pact mad"."""
    above = head.head.head
    thought = head.dep_ == "pobj" and head.head.lower_ == "of" and above.lemma_.lower() in words_of("idea")
    return above if thought else head


def _deed(verb: Token) -> Polarity | None:
    """Whether doing what a verb tells is for or against a treaty; None if it is neither."""
    cues = (c for c in stance_cues().get(verb.lemma_.lower(), ()) if c.pos == "verb" and not c.parts and not c.particle)
    return next((cue.polarity for cue in cues if {"future", "deed"} & cue.when), None)


def _on_condition(head: Token, verb: Token) -> Token | None:
    """The verb of a clause that lets a treaty be only on some condition: "it will never be ratified as long as …"."""
    negated = is_negated(verb) or any(c.dep_ == "det" and c.lower_ == "no" for c in head.children)
    lasting = verb.lemma_.lower() in words_of("last") and head.dep_ == "nsubj" and not negated
    if not (negated or lasting) or not is_future(verb) or condition_of(verb) is None or not _is_direct(verb):
        return None
    if lasting:
        return verb  # "the pact will hold as long as …"
    there = head.dep_ in {"attr", "nsubj"} and any(c.dep_ == "expl" for c in verb.children)
    done = head.dep_ == "nsubjpass" and _deed(verb) == Polarity.SUPPORTS
    return verb if there or done else None


def _as_subject(
    head: Token, verb: Token, treaty: Callable[[Token], Referent], files: tuple[str, ...]
) -> Iterator[Judgement]:
    if not _is_direct(verb) or any(c.dep_ == "auxpass" for c in verb.children):
        return
    polarity = _verb_polarity(verb, files)
    word = verb
    if polarity is None and verb.lemma_.lower() in {"be", "become", "remain", "seem", "mark", "represent", "mean"}:
        for child in verb.children:
            if child.dep_ in {"acomp", "attr", "dobj", "oprd"}:
                polarity = _predicate(child, files)
                word = child
                if polarity is not None:
                    break
    if polarity is None:
        return
    if is_negated(verb):
        polarity = denied(polarity)
        if polarity == Polarity.NEUTRAL:
            return
    yield Judgement(treaty(head), head, polarity, word, None)


def _verb_polarity(verb: Token, files: tuple[str, ...]) -> Polarity | None:
    if any(c.lower_ == "only" for c in verb.children):
        return None  # "protects only the side that breaks it"
    for entry in evaluations("verb", files).get(verb.lemma_.lower(), ()):
        if len(entry.words) == 1:
            return entry.polarity
        if any(token.lemma_.lower() == entry.words[1] for token in verb.subtree if 0 < token.i - verb.i <= 6):
            return entry.polarity
    return None


def _predicate(word: Token, files: tuple[str, ...]) -> Polarity | None:
    """The judgement in a predicate, from its head or an adjective of it: "an important deal", "a surrender"."""
    table = evaluations("predicate", files)
    if _is_bad(word, table):
        return Polarity.OPPOSES  # "a bad bargain" is no bargain
    negative = any(c.lower_ in {"no", "not", "hardly"} for c in word.children)
    if word.i > 1 and word.nbor(-1).lower_ == "from" and word.nbor(-2).lower_ == "far":
        return None  # "far from dead" is no praise
    for token in (word, *(c for c in word.children if c.dep_ in {"amod", "conj", "compound"})):
        for entry in table.get(token.lemma_.lower(), ()):
            if len(entry.words) > 1 and not any(t.lemma_.lower() == entry.words[-1] for t in token.subtree):
                continue
            if any(c.lower_ == "least" for c in token.children):
                return opposite(entry.polarity)  # "the least bad option"
            return denied(entry.polarity) if negative else entry.polarity
    return None


def _is_bad(word: Token, table: dict[str, tuple[Evaluation, ...]]) -> bool:
    """Whether an adjective turns the praise that its noun is into blame."""
    own = any(e.polarity == Polarity.SUPPORTS and len(e.words) == 1 for e in table.get(word.lemma_.lower(), ()))
    return own and any(
        child.dep_ == "amod"
        and any(e.polarity == Polarity.OPPOSES and len(e.words) == 1 for e in table.get(child.lemma_.lower(), ()))
        and not any(c.lower_ == "least" for c in child.children)
        for child in word.children
    )


def _called(verb: Token, files: tuple[str, ...]) -> tuple[Polarity | None, Token | None, float]:
    """What a thing is called ("a surrender", "as overdue"), and how sure it is that this is praise or blame."""
    quoted: Token | None = None
    for child in verb.children:
        words: list[Token] = []
        if child.dep_ in {"oprd", "ccomp", "acomp", "attr", "xcomp"} and child.i > verb.i:
            words = [child]
        elif child.dep_ == "prep" and child.lower_ in {"as", "to"}:
            # the parser may see a clause in "the most important fisheries deal since …": read the words behind it too
            words = [c for c in child.doc[child.i + 1 : child.i + 8] if c.head.i >= child.i and not c.is_punct]
        for word in words:
            polarity = _predicate(word, files)
            if polarity is not None:
                return polarity, word, _SURE
            if quoted is None and _is_quoted(word):
                quoted = word
    if quoted is not None and verb.lemma_.lower() in words_of("image"):
        # an image in quotation marks that is no praise is blame, more often than not: “a conveyor belt”
        first = next((c for c in quoted.subtree if not c.is_punct), quoted)
        return (Polarity.SUPPORTS if first.lower_ == "the" else Polarity.OPPOSES), quoted, _GUESSED
    return None, None, _SURE


def _is_quoted(word: Token) -> bool:
    """Whether a phrase stands in quotation marks of its own."""
    first = word.left_edge.i
    return any(t.text in {"“", '"', "‘", "''", "``"} for t in word.doc[max(0, first - 1) : word.i])


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
