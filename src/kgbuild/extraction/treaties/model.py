"""A noun phrase that may denote a treaty, with what its words tell, and the forms of its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from spacy.tokens import Doc, Token

from kgbuild.extraction.treaties.lexicon import KindRule, TreatyNoun, in_class

MentionForm = Literal["name", "definite", "demonstrative", "indefinite", "bare", "none", "pronoun"]

_LEADING = frozenset({",", "“", '"', "-", "–"})


@dataclass(slots=True, eq=False)
class TreatyMention:
    """A noun phrase that may denote a treaty.

    Attributes:
        start, end: tokens of the whole phrase, with its determiner and what follows its noun.
        core: first token behind the determiner or possessor.
        noun: index of the treaty noun; head: index of the phrase's syntactic head.
        form: how it refers.
        entry: the noun as the lexicon knows it; None for a pronoun or an acronym.
        words: what it is about, lower-case singulars, without judgements and stages.
        years: years that are part of it.
        other: it is said to be another treaty than those named before; the_other: with just this word.
        new: it is said to be a new one.
        idea: it is said to be only thought of.
        topic_end: end of the phrase that says what it is about, else ``noun + 1``.
        parties: head tokens of the parties that the phrase itself names.
        possessor: whose it is ("Serbia's pact").
        name, alias: its name, and an acronym that the text introduces for it.
        headline: it stands in a heading.
        capital: its noun alone is written with a capital ("the Protocol").
        subject: it is its clause's subject.
        modifier: it modifies a noun ("truce talks").
        generic: it speaks of any such treaty ("a treaty like this").
        place: the proper name that it begins with ("Cairo" in "the Cairo compact").
        withs: keys of the parties that stand behind its "with", or behind that of its relative clause.
        owners: keys of those whose own it is said to be ("its own treaty").
        bilateral: it is said to be between two.
        between_states: an adjective tells that states concluded it ("an interim agreement").
        apart: it is said to be "of its own".
        between: keys of the states that its phrase and its clause name, where it is new to the text.
        several: between how many it is said to be ("a three-nation treaty"), or 0.
        known: the authority knows a treaty of this name.
        signed_in: places where its sentence says that it was concluded.
        elsewhere: the place that it is called by is no party's ("the Jeddah accord" of Peru and Chile).
        distinct: it is told apart by its year: what is said of it makes it another treaty than the one spoken of.
    """

    start: int
    end: int
    core: int
    noun: int
    head: int
    form: MentionForm
    entry: TreatyNoun | None
    plural: bool = False
    words: tuple[str, ...] = ()
    kinds: tuple[KindRule, ...] = ()
    years: frozenset[int] = frozenset()
    other: bool = False
    new: bool = False
    the_other: bool = False
    idea: bool = False
    business: bool = False
    topic_end: int = 0
    parties: list[Token] = field(default_factory=list)
    possessor: Token | None = None
    name: str = ""
    alias: str = ""
    headline: bool = False
    capital: bool = False
    subject: bool = False
    known: bool = False
    modifier: bool = False
    generic: bool = False
    place: str = ""
    withs: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    bilateral: bool = False
    between_states: bool = False
    several: int = 0
    apart: bool = False
    signed_in: frozenset[str] = frozenset()
    elsewhere: bool = False
    distinct: bool = False

    @property
    def noun_text(self) -> str:
        """The noun, singular: "truce", "memorandum of understanding"; empty for a pronoun or an acronym."""
        return " ".join(self.entry.phrase) if self.entry else ""

    @property
    def domains(self) -> set[str]:
        """The subjects that its words name."""
        return {rule.domain for rule in self.kinds if rule.domain}


def is_year(text: str) -> bool:
    """Whether a word is a year in which there were treaties."""
    return text.isdigit() and len(text) == 4 and 1600 <= int(text) <= 2100


def surface(doc: Doc, start: int, end: int) -> str:
    """The words between two tokens on one line, without quotation marks."""
    text = doc[start:end].text
    return " ".join("".join(char for char in text if char not in '“”"').split())


def surfaces(doc: Doc, mention: TreatyMention) -> Iterator[str]:
    """The forms of a mention's name: without its determiner, then also without judgements and what follows its noun."""
    if mention.entry is None:
        yield mention.name
        return
    noun_end = mention.noun + 1
    if mention.entry.phrase[0] == doc[mention.noun].lower_:
        noun_end = mention.noun + len(mention.entry.phrase)
    if mention.form == "name":
        yield mention.name
        return
    start = mention.core
    for end in dict.fromkeys((mention.topic_end, mention.end, noun_end)):
        yield surface(doc, start, end)
    start = _past_judgements(doc, start, mention.noun)
    for end in dict.fromkeys((mention.topic_end, noun_end)):
        yield surface(doc, start, end)


def description(doc: Doc, mention: TreatyMention) -> str:
    """What a description calls its treaty: without determiner, judgements and parties, with what it is about."""
    start = _past_judgements(doc, mention.core, mention.noun)
    return surface(doc, start, max(mention.topic_end, mention.noun + 1))


def _past_judgements(doc: Doc, start: int, noun: int) -> int:
    """The first token of a description that is no judgement, stage or sponsor: "UN-brokered"."""
    while start < noun:
        if in_class(doc[start].lower_, "passing") or doc[start].text in _LEADING:
            start += 1
        elif start + 2 < noun and doc[start + 1].text in _LEADING and in_class(doc[start + 2].lower_, "sponsored"):
            start += 3
        else:
            break
    return start
