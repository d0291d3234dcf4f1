"""What the components of the pipeline leave on a spaCy ``Doc`` for each other: the one contract between them.

A component reads the extensions of those before it and fills its own; ``register_extensions`` declares them all.

========================  ===========================  ==========================================================
extension                 filled by                    holds
========================  ===========================  ==========================================================
``doc._.published``       the caller                   ``PartialDate | None``: the day relative dates refer to
``doc._.article``         the caller                   ``facts.Article | None``: who published the text, and where
``doc._.layout``          ``kgbuild_layout``           :class:`Layout`: paragraphs and quoted regions
``doc._.dates``           ``kgbuild_dates``            ``list[DateMention]`` in text order
``doc._.actors``          ``kgbuild_actors``           ``list[Referent]``; their types, names, mentions
``doc._.roles``           ``kgbuild_actors``           ``list[facts.Role]``
``doc._.capitals``        ``kgbuild_actors``           ``dict[int, Referent]``: a capital's token -> its state
``doc._.home``            ``kgbuild_actors``           ``Referent | None``: the state that the text is written from
``doc._.treaties``        ``kgbuild_treaties``         ``list[Referent]`` (``detail`` is a ``TreatyDetail``)
``doc._.referents``       actors, treaties,            ``dict[int, Referent]``: head token of a mention -> what
                          coreference, events          it denotes
``doc._.attributions``    ``kgbuild_attribution``      ``list[Attribution]``: who said what, as spans alone
``doc._.statements``      ``kgbuild_statements``       ``list[facts.Statement]``
``doc._.events``          ``kgbuild_events``           ``list[facts.Event]``
``doc._.positions``       ``kgbuild_positions``        ``list[facts.Position]``
``doc._.issues``          ``kgbuild_positions``        ``list[Referent]``: what else positions are about
========================  ===========================  ==========================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.serialising import register_serialisation
from kgbuild.extraction.written import written_of
from kgbuild.facts import ActorType, Span, TimeSpan, TreatyStage

MentionKind = Literal["name", "description", "pronoun", "demonym", "metonym"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of tokens that denotes something: ``doc[start:end]``, with its syntactic head.

    ``kind`` tells a name ("Ron Dermer") from a description ("the ambassador"), a pronoun ("he"), a demonym or other
    adjective ("Israeli"), and a metonym ("Jerusalem", "the Kremlin").
    """

    start: int
    end: int
    head: int
    kind: MentionKind = "name"

    def span(self, doc: Doc) -> Span:
        """The mention's characters."""
        last = doc[self.end - 1]
        return Span(doc[self.start].idx, last.idx + len(last))


@dataclass(slots=True, eq=False)
class Referent:
    """Something that the text speaks of, while it is being found: an actor, a treaty, an event or an issue.

    Mutable, since each component adds what it learns; ``extraction.assemble`` freezes it into a fact.
    """

    key: str
    sort: Literal["actor", "treaty", "event", "issue"]
    name: str
    type: ActorType | None = None
    mentions: list[Mention] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    affiliation: list[str] = field(default_factory=list)
    authority: str = ""
    gender: Literal["male", "female", "neutral", "unknown"] = "unknown"
    plural: bool = False
    #: an unnamed group, or a state that so far was only a place: kept only if some fact needs it
    tentative: bool = False
    #: what only one sort has, such as a treaty's parties and status; the members of several actors together
    detail: Any = None


@dataclass(frozen=True, slots=True)
class TreatyDetail:
    """What only treaties have; the ``detail`` of a treaty's :class:`Referent`.

    Attributes:
        parties: keys of the actors that are, or would become, its parties.
        kind: local name of the ontology's concept, such as ``"MutualDefence"``.
        status: local name of the ontology's concept, or empty if the text does not tell.
        confidence: from 0 to 1, that this is a treaty.
        history: the steps in its life that the text tells, the earliest first.
    """

    parties: tuple[str, ...] = ()
    kind: str = "Other"
    status: str = ""
    confidence: float = 1.0
    history: tuple[TreatyStage, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A quoted region with its marks: tokens ``start`` to ``end``, exclusive; ``closed`` if both are there."""

    start: int
    end: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Tokens ``start`` to ``end`` (exclusive) between line breaks, without the breaks.

    ``kind``: a headline stands before the body, a dateline ("PARIS, May 3 -") is the paragraph's opening up to
    ``dateline_end``, boilerplate ("Originally published in …", "Sign up for …") says nothing about the world.
    """

    start: int
    end: int
    kind: Literal["headline", "body", "boilerplate"] = "body"
    dateline_end: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text is laid out.

    Attributes:
        paragraphs: in text order.
        regions: quoted regions in text order; nested ones are left out.
        paragraph_of: for each token the index of its paragraph (line breaks belong to the one before).
        region_of: for each token the index of its quoted region, or -1.
    """

    paragraphs: tuple[Paragraph, ...]
    regions: tuple[Region, ...]
    paragraph_of: tuple[int, ...]
    region_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A time expression, ``doc[start:end]``, and what it means once resolved; None if it cannot be resolved.

    ``frame`` tells a point or period on the calendar from a duration ("for two years") and a set ("every Monday").
    ``shift`` is how much later than what follows it ("two years **after** it was signed": 2 and "year") something is.
    """

    start: int
    end: int
    when: TimeSpan | None
    frame: Literal["calendar", "duration", "set"] = "calendar"
    shift: tuple[int, str] | None = None


def register_extensions() -> None:
    """Declares the ``Doc`` extensions of the table above and how they become bytes; calling it again does nothing."""
    register_serialisation()
    lists = ("dates", "actors", "roles", "treaties", "attributions", "statements", "events", "positions", "issues")
    for name in lists:
        if not Doc.has_extension(name):
            # a mutable default would be shared between documents: spaCy copies it on first access
            Doc.set_extension(name, default=[])
    for name in ("referents", "capitals"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default={})
    for name in ("published", "article", "layout", "home"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)


def coordinated(token: Token) -> Iterator[Token]:
    """The token and the tokens coordinated with it: "A, B and C" from A."""
    yield token
    doc = token.doc
    annotation = annotation_of(doc)
    dep, children = annotation.dep, annotation.children
    todo = [token.i]
    seen = {token.i}
    # the list grows while it is read
    for current in todo:
        for child in children[current]:
            if dep[child] == "conj" and child not in seen:
                seen.add(child)
                todo.append(child)
                yield doc[child]


def denoted(doc: Doc, token: Token, *, joint: bool = True) -> list[Referent]:
    """What the noun phrase with this head denotes, in text order.

    Args:
        doc: a document that the components so far have annotated.
        token: head of a noun phrase, such as a verb's subject.
        joint: also what is coordinated with it.

    Returns:
        Each referent once. Looks at the head itself, then at an apposition of it ("the ambassador, Ron Dermer"). Of
        several together ("the two countries") their members, see :func:`members_of`.
    """
    referents: dict[int, Referent] = doc._.referents
    found: list[Referent] = []
    for head in coordinated(token) if joint else iter((token,)):
        referent = referents.get(head.i)
        if referent is None:
            referent = next((referents[c.i] for c in head.children if c.dep_ == "appos" and c.i in referents), None)
        if referent is not None:
            found.extend(member for member in members_of(referent) if member not in found)
    return found


def members_of(referent: Referent) -> list[Referent]:
    """Whom a referent stands for: the members of several together ("the two countries"), else the referent itself.

    Several together are a plural actor whose ``detail`` is the list of its members and whose ``type`` is None. It has
    no place in ``doc._.actors``; only ``doc._.referents`` points to it.
    """
    if referent.sort == "actor" and isinstance(referent.detail, list):
        return list(referent.detail)
    return [referent]


def span_of(doc: Doc, tokens: Iterable[int]) -> tuple[Span, ...]:
    """Character spans of token indices: runs of neighbouring tokens joined, white space at the edges left out."""
    written = written_of(doc)
    spans: list[Span] = []
    last = -1
    for index in sorted(set(tokens)):
        if written.blank[index]:
            continue
        start = written.offset[index]
        end = start + len(written.text[index])
        if spans and all(written.blank[last + 1 : index]):
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
        last = index
    return tuple(spans)
