"""The steps in the life of a treaty that a text tells: who signed, ratified, suspended or left it, and when."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import DateMention, span_of
from kgbuild.extraction.treaties.aspect import is_scheduled, tells_future
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.extraction.treaties.lexicon import in_class
from kgbuild.extraction.treaties.parties import Parties
from kgbuild.extraction.treaties.status import ENDED, STAGES, StatusEvidence
from kgbuild.facts import PartialDate, Realis, TimeSpan, TreatyStage

_VERBS = frozenset({"VERB", "AUX"})
_ALIVE = frozenset({"Agreed", "Signed", "Ratified", "InForce"})
#: sorts behind all dates
_UNDATED = (9999, 12, 31)


def history(doc: Doc, evidence: Iterable[StatusEvidence], parties: Parties) -> tuple[TreatyStage, ...]:
    """The steps that the evidence of a treaty's stage tells, the earliest first; what has no date keeps its place.

    Args:
        doc: with its dates found.
        evidence: what the words around the treaty's mentions say.
        parties: which finds who does what a word tells.
    """
    steps: dict[tuple[int, str], TreatyStage] = {}
    for item in evidence:
        step = _step(doc, item, parties)
        if step is not None:
            steps.setdefault((item.word.i, step.status), step)
    told = [step for _, step in sorted(steps.items())]
    return tuple(sorted(told, key=_order))


def is_renewed(steps: tuple[TreatyStage, ...]) -> bool:
    """Whether those who suspended or ended a treaty have put it into life again since, as the dates tell."""
    done = [step for step in steps if step.realis == Realis.ACTUAL]
    ended = [step for step in done if step.status in ENDED]
    alive = [step for step in done if step.status in _ALIVE and step.when is not None]

    def undone(end: TreatyStage) -> bool:
        return end.when is not None and any(
            started(step.when) > started(end.when) and (not step.by or not end.by or set(step.by) & set(end.by))
            for step in alive
        )

    return bool(ended) and all(undone(end) for end in ended)


def started(when: TimeSpan | None) -> tuple[int, int, int]:
    """A key that sorts time spans by their beginning; those without one come last."""
    first = None if when is None else when.start or when.end
    return _UNDATED if first is None else _day(first)


def _day(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 1, date.day or 1


def _order(step: TreatyStage) -> tuple[tuple[int, int, int], int, int]:
    # planned steps lie ahead of what happened and has no date
    return started(step.when), int(step.realis == Realis.PLANNED), STAGES.index(step.status)


def _step(doc: Doc, item: StatusEvidence, parties: Parties) -> TreatyStage | None:
    """The step that one word tells; None if it is no deed, or tells only what may be."""
    word, governor = item.word, item.governor
    if governor is None or not item.deed or not in_class(word.lemma_.lower(), "deed"):
        return None
    if item.told and item.status == item.deed:
        realis = Realis.ACTUAL
    elif word.pos_ in _VERBS and is_negated(word):
        realis = Realis.DENIED
    elif word.pos_ in _VERBS and (is_scheduled(word) or tells_future(word)):
        realis = Realis.PLANNED
    else:
        return None
    words = [word.i, *_particles(word)]
    by = parties.of_governor(governor, item.mention) if item.mention is not None else []
    named = [] if item.mention is None or item.mention.form == "pronoun" else [item.mention.noun]
    spans = span_of(doc, words)
    return TreatyStage(
        status=item.deed,
        evidence=spans + tuple(span for span in span_of(doc, named) if span not in spans),
        by=tuple(dict.fromkeys([*item.by, *by])),
        when=_when(doc, word),
        realis=realis,
    )


def _particles(word: Token) -> list[int]:
    """The particle of a phrasal verb, where it stands right behind it: "pulled out"."""
    return [child.i for child in word.children if child.dep_ == "prt" and child.i == word.i + 1]


def _when(doc: Doc, word: Token) -> TimeSpan | None:
    """When it happened: the time that its own clause tells, nearest first."""
    dates: list[DateMention] = doc._.dates
    verb = _clause(word)
    own = [
        date for date in dates if date.when is not None and date.frame == "calendar" and _tells(doc, date, word, verb)
    ]
    return min(own, key=lambda date: abs(date.start - word.i)).when if own else None


def _clause(word: Token) -> Token:
    """The verb whose time a word shares: itself, for a noun the verb above, for "agreed to revive it" the first one."""
    verb = word if word.pos_ in _VERBS else next((above for above in word.ancestors if above.pos_ in _VERBS), word)
    while verb.dep_ == "xcomp" and verb.head.pos_ in _VERBS:
        verb = verb.head
    return verb


def _tells(doc: Doc, date: DateMention, word: Token, verb: Token) -> bool:
    root = doc[date.start : date.end].root
    if root.sent.start != word.sent.start:
        return False
    for above in root.ancestors:
        if above.i == word.i:
            return True
        if above.pos_ in {"NOUN", "PROPN"} and above.dep_ != "pobj" and not date.start <= above.i < date.end:
            return False  # "the 1994 accord has lapsed"
        if above.pos_ in _VERBS:
            return bool(above.i == verb.i)
    return False
