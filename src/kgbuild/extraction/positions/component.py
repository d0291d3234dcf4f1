"""Finds who supports or opposes what, on what condition, and according to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent, register_extensions, span_of
from kgbuild.extraction.positions.clause import (
    clause_verb,
    condition_of,
    is_advice,
    is_denied,
    is_future,
    is_hedged,
    is_possible,
    is_supposed,
    is_verbal,
)
from kgbuild.extraction.positions.evaluations import judgements
from kgbuild.extraction.positions.holders import Holders
from kgbuild.extraction.positions.lexicon import StanceCue, denied, evaluations, opposite, stance_cues, times
from kgbuild.extraction.positions.slots import companions, holders
from kgbuild.extraction.positions.targets import Target, Targets, has_particle
from kgbuild.extraction.tokens import tokens_of
from kgbuild.facts import ActorType, Polarity, Position, Span

_POS = {
    "verb": frozenset({"VERB", "AUX"}),
    "noun": frozenset({"NOUN", "PROPN", "PRON"}),
    "person": frozenset({"NOUN"}),
    "adjective": frozenset({"ADJ", "VERB"}),
    "preposition": frozenset({"ADP", "SCONJ", "ADV", "VERB", "ADJ"}),
}
_COPULAS = frozenset(
    {"be", "remain", "stay", "seem", "appear", "become", "stand", "come", "feel", "vote", "speak", "argue"}
)
#: of several stances in one sentence the one that qualifies the others counts
_QUALIFYING = {Polarity.CONDITIONAL: 2, Polarity.NEUTRAL: 1}
#: what stands before the head of a holder's mention and belongs to it
_OF_NAME = frozenset({"det", "poss", "amod", "compound", "nmod"})
#: words; evidence is not drawn out to the end of its clause beyond them
_LONGEST_EVIDENCE = 40
_CONFIDENCE = {"verb": 0.85, "noun": 0.8, "person": 0.75, "adjective": 0.8, "preposition": 0.85}


@dataclass(slots=True, eq=False)
class Stance:
    """A stance as one place in the text shows it."""

    holders: list[Referent]
    target: Target
    polarity: Polarity
    trigger: Token
    hedged: bool
    confidence: float
    holder_heads: list[Token]


class PositionFinder:
    """The component: fills ``doc._.positions``.

    Args:
        stances, judgements: paths of the user's own tables, in the form of ``stance.tsv`` and ``evaluations.tsv``.
    """

    def __init__(self, stances: tuple[str, ...] = (), judgements: tuple[str, ...] = ()) -> None:
        self._stances = stances
        self._judgements = judgements
        stance_cues(stances)  # a broken table is to be reported before the first article is read
        evaluations("verb", judgements)

    def __call__(self, doc: Doc) -> Doc:
        """Finds the positions of a document."""
        doc._.positions = []
        if not (doc._.treaties or doc._.events):
            return doc
        targets = Targets(doc, self._stances)
        people = Holders(doc)
        stances = [*_stances(doc, targets, people, self._stances), *_judged(doc, targets, people, self._judgements)]
        doc._.positions = _merged(doc, stances, people)
        return doc


def _stances(doc: Doc, targets: Targets, people: Holders, files: tuple[str, ...]) -> Iterator[Stance]:
    cues = stance_cues(files)
    tokens = tokens_of(doc)
    for i, (written, lower) in enumerate(zip(tokens.lemma, tokens.lower, strict=True)):
        lemma = written.lower()
        if lemma not in cues and lower not in cues:
            continue
        token = doc[i]
        for cue in (*cues.get(lemma, ()), *(cues.get(lower, ()) if lower != lemma else ())):
            if not _fits(cue, token):
                continue
            found = list(_read(cue, token, targets, people))
            yield from found
            if found:
                targets.remember(found[-1].target, token.i)
                break


def _fits(cue: StanceCue, token: Token) -> bool:
    """Whether a word is the cue: its part of speech, its particle, the rest of a phrase, what stands before it."""
    if ("deed" in cue.when and not is_advice(token)) or not (
        token.pos_ in _POS[cue.pos] or (cue.pos == "verb" and is_verbal(token))
    ):
        return False
    if cue.pos == "person" and (token.dep_ in {"compound", "amod", "nmod"} or token.text[0].isupper()):
        return False  # "trade critic Ann Lee" is a title
    parts = cue.lemma.split()
    doc = token.doc
    for offset, part in enumerate(parts[1:], 1):
        if token.i + offset >= len(doc) or doc[token.i + offset].lower_ != part:
            return False
    if cue.before and not any(doc[i].lower_ in cue.before for i in range(max(0, token.i - 2), token.i)):
        return False
    if cue.pos == "adjective" and token.pos_ == "VERB" and token.dep_ not in {"acomp", "oprd", "acl", "amod", "pcomp"}:
        copula = any(c.dep_ == "auxpass" or (c.dep_ == "aux" and c.lemma_ == "be") for c in token.children)
        if not (copula or token.tag_ == "VBN"):
            return False
    if cue.pos == "preposition" and not (token.head.lemma_.lower() in _COPULAS or token.head.tag_ == "VBN"):
        return False
    return cue.pos not in {"verb", "adjective"} or has_particle(token, cue)


def _read(cue: StanceCue, token: Token, targets: Targets, people: Holders) -> Iterator[Stance]:
    verb = clause_verb(token)
    advice = cue.pos == "verb" and is_advice(token)
    possible = "future" in cue.when and not (is_future(verb) or advice)
    if possible and not is_possible(verb):
        return
    negative = cue.pos != "person" and is_denied(token)
    if {"negated", "denied"} & cue.when and not negative:
        return
    if is_supposed(token):
        return
    found = targets.of_cue(cue, token)
    if not found:
        return
    heads = [*holders(cue, token), *companions(token)]
    spoken = cue.holder == "speaker" or advice
    named = people.speakers(token) if spoken else people.resolve(heads, token, cue)
    if not named:
        return
    condition = condition_of(token)
    if condition is None and ("conditional" in cue.when or (possible and not negative)):
        return  # "could sign" alone is no stance; "could sign if …" and "could not sign" are
    if cue.pos == "person" and people.statement_at(token) is not None and all(t.head is None for t in found):
        return  # "the critics" in what somebody says may be anybody's
    if people.in_heading(token):
        named = [holder for holder in named if holder.type != ActorType.GROUP]  # the article itself tells who they are
    if cue.lemma == "vote":  # "58 lawmakers voted against it" is a count, not a stance of somebody
        named = [] if any(c.dep_ == "nummod" for head in heads for c in head.children) else named
    for target in found:
        if "weak" in cue.when and target.referent.sort != "treaty":
            continue
        if "event" in cue.when and target.referent.sort != "event":
            continue
        polarity = times(target.polarity, cue.polarity)
        if negative and advice:
            polarity = opposite(polarity)
        elif negative and "denied" not in cue.when:
            polarity = denied(polarity) if "negated" not in cue.when else Polarity.NEUTRAL
        would = any(c.dep_ == "aux" and c.lower_ in {"would", "'d", "’d"} for c in verb.children)
        restricted = target.restricted and (polarity == Polarity.OPPOSES or would)
        if (condition is not None and polarity != Polarity.NEUTRAL) or restricted:
            polarity = Polarity.CONDITIONAL
        hedged = cue.hedged or is_hedged(token)
        confidence = _CONFIDENCE[cue.pos] - (0.15 if target.head is None else 0.0) - (0.1 if hedged else 0.0)
        yield Stance(named, target, polarity, token, hedged, confidence, heads)


def _judged(doc: Doc, targets: Targets, people: Holders, files: tuple[str, ...]) -> Iterator[Stance]:
    """What somebody says of a treaty that shows whether they are for it; of several in a sentence the last counts."""
    found = {(j.treaty.key, j.word.sent.start): j for j in judgements(doc, targets, files)}
    for judgement in found.values():
        named = people.speakers(judgement.word) if judgement.holders is None else []
        if judgement.holders is not None:
            named = people.resolve(judgement.holders, judgement.word, None)
        if named:
            target = Target(judgement.treaty, Polarity.SUPPORTS, judgement.head)
            polarity = judgement.polarity
            if condition_of(judgement.word) is not None:
                polarity = Polarity.CONDITIONAL
            hedged = is_hedged(judgement.word)
            yield Stance(named, target, polarity, judgement.word, hedged, 0.65, judgement.holders or [])


def _merged(doc: Doc, stances: list[Stance], people: Holders) -> list[Position]:
    """One position for each holder, target, polarity and attributor, with all its evidence.

    In one sentence a condition outweighs the support that it qualifies ("backs it but will not sign until …"),
    and indifference outweighs what it is made of ("neither supports nor opposes").
    """
    ranks: dict[tuple[str, str, int], int] = {}
    for stance in stances:
        for holder in stance.holders:
            place = (holder.key, stance.target.referent.key, stance.trigger.sent.start)
            ranks[place] = max(ranks.get(place, 0), _QUALIFYING.get(stance.polarity, 0))
    found: dict[tuple[str, str, Polarity, str], Position] = {}
    for stance in sorted(stances, key=lambda s: s.trigger.i):
        statement = people.statement_at(stance.trigger)
        for holder in stance.holders:
            target = stance.target.referent.key
            if holder.key == target:
                continue
            place = (holder.key, target, stance.trigger.sent.start)
            if _QUALIFYING.get(stance.polarity, 0) < ranks[place]:
                continue
            attributor = people.attributor(holder, stance.trigger)
            key = (holder.key, target, stance.polarity, attributor)
            evidence = _evidence(doc, stance)
            expressed = (statement.key,) if statement is not None else ()
            known = found.get(key)
            if known is not None:
                evidence = tuple(sorted({*known.evidence, *evidence}))
                expressed = tuple(dict.fromkeys((*known.expressed_in, *expressed)))
            found[key] = Position(
                holder=holder.key,
                target=target,
                polarity=stance.polarity,
                evidence=evidence,
                according_to=attributor,
                expressed_in=expressed,
                hedged=stance.hedged and (known is None or known.hedged),
                confidence=round(max(stance.confidence, known.confidence if known else 0.0), 2),
            )
    return list(found.values())


def _evidence(doc: Doc, stance: Stance) -> tuple[Span, ...]:
    """The words from the start of the holder's mention to the end of the target's clause, in the trigger's sentence."""
    sentence = stance.trigger.sent
    tokens = [stance.trigger]
    starts = {
        mention.head: mention.start for holder in stance.holders for mention in holder.mentions if mention.start >= 0
    }
    for head in stance.holder_heads:
        if sentence.start <= head.i < sentence.end:
            own = [c.i for c in head.children if c.dep_ in _OF_NAME and c.i < head.i]
            first_of_name = min([head.i, starts.get(head.i, head.i), *own])
            tokens += [head, doc[max(first_of_name, sentence.start)]]
    if stance.target.head is not None and sentence.start <= stance.target.head.i < sentence.end:
        tokens.append(stance.target.head)
    first, last = min(t.i for t in tokens), max(t.i for t in tokens)
    end = last
    for following in doc[last + 1 : sentence.end]:
        other_clause = following.dep_ == "cc" and following.head.pos_ in _POS["verb"]
        if other_clause or following.is_space or (following.is_punct and following.text != "-"):
            break
        end = following.i
    if end - first < _LONGEST_EVIDENCE:
        last = end
    return span_of(doc, range(first, last + 1))


@Language.factory(
    "kgbuild_positions",
    requires=["doc._.treaties", "doc._.statements", "doc._.actors"],
    assigns=["doc._.positions"],
    default_config={"stances": [], "judgements": []},
)
def create_position_finder(nlp: Language, name: str, stances: list[str], judgements: list[str]) -> PositionFinder:
    """Makes the component ``kgbuild_positions``.

    Args:
        nlp: the pipeline.
        name: of the component in the pipeline.
        stances, judgements: paths of the user's own tables, in the form of ``stance.tsv`` and ``evaluations.tsv``;
            their rows come before the built-in ones.

    Raises:
        KgbuildError: a file cannot be read.
    """
    register_extensions()
    return PositionFinder(tuple(stances), tuple(judgements))
