"""What the graph asks of identity: an IRI for everything, and the entities behind them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from kgbuild.facts import Article, Copy, Position, Role, Span


class Entity(Protocol):
    """An actor or a treaty as all articles together show it."""

    @property
    def iri(self) -> str:
        """Its IRI."""

    @property
    def type(self) -> str:
        """The local name of its class."""

    @property
    def label(self) -> str:
        """Its canonical name."""

    @property
    def other_names(self) -> Collection[str]:
        """Other names that an authority gives it."""

    @property
    def exact_match(self) -> Collection[str]:
        """IRIs of the same thing in other data sets."""


class Identities(Protocol):
    """What the mapping asks of :mod:`kgbuild.identity`: an IRI for everything, and the entities behind them."""

    @property
    def base(self) -> str:
        """Base IRI of the resources."""

    @property
    def entities(self) -> Sequence[Entity]:
        """The entities of all articles, sorted by IRI."""

    def article_iri(self, article: Article) -> str:
        """The IRI of an article, and of its graph."""

    def iri(self, article_iri: str, key: str) -> str:
        """The IRI of the actor, treaty, statement, event or issue that has this key in an article."""

    def label(self, iri: str) -> str | None:
        """The canonical label of an entity, or of an event that several articles report; else None."""

    def role_iri(self, article_iri: str, role: Role) -> str:
        """The IRI of a role."""

    def position_iri(self, article_iri: str, position: Position) -> str:
        """The IRI of a position."""

    def evidence_iri(self, article_iri: str, span: Span) -> str:
        """The IRI of a stretch of an article's text."""

    def copy_iri(self, article_iri: str, copy: Copy) -> str:
        """The IRI of another place where an article's text was published."""
