"""Finds who supports or opposes what, on what condition, and according to whom."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Token

from kgbuild.extraction.document import register_extensions, span_of
from kgbuild.extraction.positions.clause import clause_verb, condition_of, is_hedged
from kgbuild.extraction.positions.evaluations import judgements
from kgbuild.extraction.positions.holders import Holders
from kgbuild.extraction.positions.lexicon import evaluations, stance_cues
from kgbuild.extraction.positions.quoted import quoted_judgements
from kgbuild.extraction.positions.reading import StanceReader
from kgbuild.extraction.positions.stance import Stance, Target
from kgbuild.extraction.positions.targets import Targets
from kgbuild.facts import Polarity, Position, Span

#: of several stances in one sentence the one that qualifies the others counts
_QUALIFYING = {Polarity.CONDITIONAL: 2, Polarity.NEUTRAL: 1}
#: what stands before the head of a holder's mention and belongs to it
_OF_NAME = frozenset({"det", "poss", "amod", "compound", "nmod"})
#: words; evidence is not drawn out to the end of its clause beyond them
_LONGEST_EVIDENCE = 40


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
        if not doc._.actors:
            return doc
        targets = Targets(doc, self._stances)
        people = Holders(doc)
        reader = StanceReader(doc, targets, people, self._stances)
        stances = [*reader.stances(), *reader.ballots(), *_judged(doc, targets, people, self._judgements)]
        doc._.positions = _merged(doc, stances, people)
        return doc


def _judged(doc: Doc, targets: Targets, people: Holders, files: tuple[str, ...]) -> Iterator[Stance]:
    """What somebody says of a treaty that shows whether they are for it; of several in a sentence the last counts."""
    read = [*quoted_judgements(doc, targets.topics, files), *judgements(doc, targets, files)]
    found = {(j.treaty.key, j.word.sent.start): j for j in read}
    for judgement in found.values():
        named = people.speakers(judgement.word) if judgement.holders is None else []
        if judgement.holders is not None:
            named = people.resolve(judgement.holders, judgement.word, None)
        if named:
            target = Target(judgement.treaty, Polarity.SUPPORTS, judgement.head)
            polarity = judgement.polarity
            mark = condition_of(judgement.word)
            # "lifting it before the vote would be a mistake" tells a time, not a condition
            timed = mark is not None and mark.lower_ == "before"
            if mark is not None and not timed and not _is_of_next_verb(mark, judgement.word):
                polarity = Polarity.CONDITIONAL
            hedged = is_hedged(judgement.word)
            yield Stance(named, target, polarity, judgement.word, hedged, judgement.confidence, judgement.holders or [])


def _is_of_next_verb(mark: Token, word: Token) -> bool:
    """Whether a condition is that of a deed told behind a judgement: "called it mad and threatened to … if …"."""
    verb = clause_verb(word)
    return any(child.dep_ == "conj" and child.pos_ == "VERB" and word.i < child.i < mark.i for child in verb.children)


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
            if holder.key == target or people.is_reporter(holder):
                continue
            place = (holder.key, target, stance.trigger.sent.start)
            if _is_outranked(stance, ranks[place]):
                continue
            attributor = people.attributor(holder, stance.trigger, stance.holder_heads)
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


def _is_outranked(stance: Stance, rank: int) -> bool:
    """Whether another stance in the sentence says more exactly what this one is; indifference is made of denials."""
    own = _QUALIFYING.get(stance.polarity, 0)
    return own < rank and (stance.denied or rank > _QUALIFYING[Polarity.NEUTRAL])


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
        other_clause = following.dep_ == "cc" and following.head.pos_ in {"VERB", "AUX"}
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
