"""What extraction finds in an article, as plain frozen values; every fact carries the spans it was read from.

Facts refer to each other by ``key``, a short name that holds within one article ("a3", "s1"). Keys follow the order
of the text, so the same article always gives the same facts. They never reach the graph: IRIs are minted from content.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Character offsets into the article's text: ``text[start:end]``, end exclusive, in code points.

    Examples:
        >>> Span(4, 10).text("The envoys met.")
        'envoys'
    """

    start: int
    end: int

    def text(self, text: str) -> str:
        """The words of the span in the text that it was read from."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A calendar date no finer than the text allows: a year, a year and a month, or a day.

    Raises:
        ValueError: a day without a month, or no such day in the calendar.

    Examples:
        >>> str(PartialDate(2019, 9))
        '2019-09'
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        import datetime

        datetime.date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    def __str__(self) -> str:
        """The lexical form of xsd:date, xsd:gYearMonth or xsd:gYear."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Reads ``2019``, ``2019-09`` or ``2019-09-17``.

        Raises:
            ValueError: any other form, or no such date.
        """
        return cls(*(int(part) for part in text.split("-")))


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """When something happened: one date, or a start and an end of which either may be open.

    Attributes:
        start, end: no finer than the text.
        edtf: the same in the Extended Date/Time Format, where that says more than the dates: a season, a quarter, a
            decade, or that the date is uncertain (``?``) or approximate (``~``).
    """

    start: PartialDate | None
    end: PartialDate | None = None
    edtf: str = field(default="", compare=False)

    @classmethod
    def on(cls, date: PartialDate) -> TimeSpan:
        """The time span that is one date."""
        return cls(date, date)

    @property
    def single(self) -> PartialDate | None:
        """The date, if the span is one date."""
        return self.start if self.start == self.end else None


@dataclass(frozen=True, slots=True, order=True)
class Copy:
    """Where the text of an article was published as well, and what was said of it there; empty where unknown."""

    url: str = ""
    publisher: str = ""
    published: str = ""
    author: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was read: its normalised text, which every offset refers to, and what is known about it.

    Attributes:
        text: Unicode NFC, ``\\n`` line ends, no no-break spaces; paragraphs separated by blank lines.
        title: the headline; empty if unknown.
        published: the date of publication, no finer than given.
        publisher, author, url: as given; empty if unknown.
        source: where it was read from, for messages: ``path`` or ``path:line``. Not part of the graph.
        copies: where else the same text was published.
    """

    text: str
    title: str = ""
    published: PartialDate | None = None
    publisher: str = ""
    author: str = ""
    url: str = ""
    source: str = field(default="", compare=False)
    copies: tuple[Copy, ...] = ()


class ActorType(StrEnum):
    """The classes of actors; the values are the local names of the ontology."""

    PERSON = "Person"
    STATE = "State"
    ORGANIZATION = "Organization"
    GOVERNMENT_BODY = "GovernmentBody"
    INTERNATIONAL_ORGANIZATION = "InternationalOrganization"
    GROUP = "Group"


class QuotationType(StrEnum):
    """How much of a statement's content stands in quotation marks: all, part, or none of it."""

    DIRECT = "Direct"
    MIXED = "Mixed"
    INDIRECT = "Indirect"


class Polarity(StrEnum):
    """The stances of a position."""

    SUPPORTS = "Supports"
    OPPOSES = "Opposes"
    CONDITIONAL = "Conditional"
    NEUTRAL = "Neutral"


class Realis(StrEnum):
    """Whether an event happened, is planned, may happen, or is said not to have happened."""

    ACTUAL = "Actual"
    PLANNED = "Planned"
    POSSIBLE = "Possible"
    DENIED = "Denied"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts or speaks, as one article shows them.

    Attributes:
        key: name within the article.
        name: the fullest name that the article gives, or the canonical name from an authority.
        type: the class of the actor.
        mentions: where it is named or described, in text order; pronouns are left out.
        other_names: other surface forms of the text, without the canonical one.
        affiliation: keys of the States or Organizations it belongs to or acts for.
        authority: identifier in the built-in or the user's authority (``"state/IL"``), or empty.
    """

    key: str
    name: str
    type: ActorType
    mentions: tuple[Span, ...]
    other_names: tuple[str, ...] = ()
    affiliation: tuple[str, ...] = ()
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A person's post as an article gives it.

    Attributes:
        holder: key of the Person.
        title: lower case, without the country: ``"ambassador"``.
        represents: keys of the States or Organizations held for.
        accredited_to: keys of the States or Organizations to which an ambassador or envoy is sent.
        tenure: ``"current"``, ``"former"``, ``"acting"`` or ``"designate"``.
        evidence: where it stands.
    """

    holder: str
    title: str
    evidence: tuple[Span, ...]
    represents: tuple[str, ...] = ()
    accredited_to: tuple[str, ...] = ()
    tenure: str = "current"


@dataclass(frozen=True, slots=True)
class TreatyStage:
    """A step in the life of a treaty, as an article tells it: it was signed, ratified, suspended, left, renewed.

    Attributes:
        status: the stage that it brings the treaty to; local name of the ontology's concept (``"Signed"``).
        evidence: the words that tell it, and those that name the treaty.
        by: keys of those who took the step, where the text tells.
        when: resolved against the date of publication, or None.
        realis: whether the step was taken, is planned, or is said not to have been taken.
    """

    status: str
    evidence: tuple[Span, ...]
    by: tuple[str, ...] = ()
    when: TimeSpan | None = None
    realis: Realis = Realis.ACTUAL


@dataclass(frozen=True, slots=True)
class Treaty:
    """An agreement between states or organisations, at any stage from idea to expiry.

    ``kind`` and ``status`` are local names of the ontology's concepts (``"MutualDefence"``, ``"Proposed"``).
    ``history`` holds the steps that the article tells, the earliest first; ``status`` is where they have led.
    """

    key: str
    name: str
    mentions: tuple[Span, ...]
    other_names: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    kind: str = "Other"
    status: str = ""
    authority: str = ""
    confidence: float = 1.0
    history: tuple[TreatyStage, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One act of saying, writing or publicly thinking something, or of refusing to.

    Attributes:
        speakers: keys of the actors; empty if the article does not tell.
        content: the words as they stand in the article, without the cue and without outer quotation marks; the parts of
            a broken quotation are joined by a space. Empty for a refusal.
        content_spans, cue_spans, source_spans: where the words, the cue and the naming of the speaker stand.
        quotation: None for a refusal.
        part_of: key of the statement in whose content this one is reported.
        addressees: keys of the actors spoken to.
        about: keys of the treaties, events and actors that the content is about.
        made_at: key of the event at which it was said.
        stated_on: when it was said.
        denial: the speaker denies the content.
    """

    key: str
    speakers: tuple[str, ...]
    content: str
    content_spans: tuple[Span, ...]
    cue: str
    cue_spans: tuple[Span, ...]
    source_spans: tuple[Span, ...]
    quotation: QuotationType | None
    refusal: bool = False
    denial: bool = False
    part_of: str = ""
    addressees: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    made_at: str = ""
    stated_on: PartialDate | None = None
    confidence: float = 1.0

    @property
    def evidence(self) -> tuple[Span, ...]:
        """The words said and the cue, or for a refusal the cue and the speaker."""
        spans = self.content_spans + self.cue_spans if self.content_spans else self.cue_spans + self.source_spans
        return tuple(sorted(set(spans)))


@dataclass(frozen=True, slots=True)
class Position:
    """A stance: who supports or opposes what, and according to whom.

    Attributes:
        holder: key of the actor whose stance it is.
        target: key of a treaty, an event, an actor or an issue.
        according_to: key of the actor who attributes the stance to the holder; empty where the holder speaks or the
            article itself says so.
        expressed_in: keys of the statements that express it.
        hedged: the text hedges it ("positively inclined", "may", "reportedly").
    """

    holder: str
    target: str
    polarity: Polarity
    evidence: tuple[Span, ...]
    according_to: str = ""
    expressed_in: tuple[str, ...] = ()
    hedged: bool = False
    held_on: PartialDate | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, is planned, or is denied.

    Attributes:
        type: local name of the event class (``"Meeting"``).
        label: a short description made from the words of the text.
        agents, recipients: keys of who does it, and to or with whom.
        participants: keys of further actors who take part.
        when: resolved against the date of publication, or None.
        place: the words of the text, or empty; ``place_actor`` is the key of the State where the place is one.
        concerns: keys of the treaties.
        expressed_in: keys of the statements that are themselves the deed (an accusation, a demand).
        reported_in: keys of the statements in which the event is reported.
    """

    key: str
    type: str
    label: str
    mentions: tuple[Span, ...]
    agents: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    when: TimeSpan | None = None
    place: str = ""
    place_actor: str = ""
    concerns: tuple[str, ...] = ()
    realis: Realis = Realis.ACTUAL
    expressed_in: tuple[str, ...] = ()
    reported_in: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Issue:
    """What else somebody takes a stance on: a measure, a demand, a clause, a mission; no treaty, event or actor.

    Attributes:
        key: name within the article.
        name: the words of the text that describe it best.
        mentions: where it is described, in text order.
        other_names: other descriptions of it.
    """

    key: str
    name: str
    mentions: tuple[Span, ...]
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """All that was found in one article. Each tuple is in text order."""

    article: Article
    actors: tuple[Actor, ...] = ()
    roles: tuple[Role, ...] = ()
    treaties: tuple[Treaty, ...] = ()
    statements: tuple[Statement, ...] = ()
    positions: tuple[Position, ...] = ()
    events: tuple[Event, ...] = ()
    issues: tuple[Issue, ...] = ()
