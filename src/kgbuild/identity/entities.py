"""What identity gives back: entities, why names were joined, and an IRI for every fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kgbuild.authority import Sort
from kgbuild.facts import Article, Copy, Position, Role, Span
from kgbuild.identity.minting import article_path, copy_iri, digest, evidence_iri, fingerprint, first_words


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """An actor or a treaty as all articles together show it.

    Attributes:
        iri: its IRI.
        sort: ``"actor"`` or ``"treaty"``.
        type: the class that the authority or most articles give it; ``types`` has all of them.
        label: canonical: the authority's name, else the most frequent of the fullest names.
        other_names: names and abbreviations that the authority gives it.
        names: all names that articles give it, without the label.
        exact_match: IRIs of the same thing in Wikidata and in the user's authority.
        authority: id of its entry in the authority, or empty.
        wikidata: ``"Q801"``, or empty.
        affiliation: IRIs of the states and organisations it belongs to, as the authority knows it.
        parties: of a treaty: IRIs of the parties, where the authority knows them and they are few.
        articles: in how many articles it is.
        shared: whether its IRI is one for all articles; a surname alone and an unnamed group are one article's.
    """

    iri: str
    sort: Sort
    type: str
    label: str
    types: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()
    authority: str = ""
    wikidata: str = ""
    affiliation: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    articles: int = 1
    shared: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Join:
    """Why two names stand for one entity, or might have.

    Attributes:
        iri: of the entity; empty if they were not joined.
        left, right: what was joined, as a judgement refers to it: the path that each would have alone.
        left_name, right_name: as articles write them.
        score: how certain it is, from 0 to 1.
        why: the evidence, in words a user understands.
        decision: ``"joined"`` and ``"apart"`` by the rules; ``"merge"`` and ``"split"`` by a judgement.
    """

    iri: str
    left: str
    right: str
    left_name: str
    right_name: str
    score: float
    why: str
    decision: Literal["joined", "apart", "merge", "split"]


def list_joins(joins: Iterable[Join], *, about: str = "", least: float = 0.0, apart: bool = True) -> list[Join]:
    """The joins that a user wants to look at, the least certain first.

    Args:
        joins: of :class:`Identities`.
        about: part of a name or of an IRI; empty for all.
        least: only those with at least this score.
        apart: also likely pairs that were not joined.
    """
    wanted = about.casefold()
    found = [
        join
        for join in joins
        if join.score >= least
        and (apart or join.decision in ("joined", "merge"))
        and any(
            wanted in text.casefold() for text in (join.iri, join.left, join.right, join.left_name, join.right_name)
        )
    ]
    return sorted(found, key=lambda join: (join.score, join))


@dataclass(frozen=True, slots=True)
class Identities:
    """An IRI for everything in a corpus.

    Attributes:
        base: base IRI of the resources.
        entities: sorted by IRI.
        joins: why names were joined, and which likely ones were not, sorted.
    """

    base: str
    entities: Sequence[Entity]
    joins: Sequence[Join]
    _articles: Mapping[str, str] = field(repr=False)
    _keys: Mapping[str, Mapping[str, str]] = field(repr=False)
    _labels: Mapping[str, str] = field(repr=False)

    def article_iri(self, article: Article) -> str:
        """The IRI of an article, and of its graph. Needs no earlier look at the article, unless another has its URL."""
        return self.base + (self._articles.get(fingerprint(article)) or article_path(article))

    def iri(self, article_iri: str, key: str) -> str:
        """The IRI of the actor, treaty, statement or event that has this key in an article.

        Raises:
            KeyError: the article is unknown, or has no fact with this key.
        """
        return self.base + self._keys[article_iri][key]

    def graph_of(self, mark: str) -> str:
        """The IRI of the article with this fingerprint (see :func:`kgbuild.identity.minting.fingerprint`).

        Raises:
            KeyError: it is unknown.
        """
        return self.base + self._articles[mark]

    def of_article(self, mark: str, entities: Sequence[Entity]) -> Identities:
        """What one article needs, small enough to be sent to another process.

        Args:
            mark: the article's fingerprint.
            entities: those that it speaks of.
        """
        path = self._articles[mark]
        return Identities(self.base, entities, (), {mark: path}, {self.base + path: self.keys_of(mark)}, {})

    def keys_of(self, mark: str) -> Mapping[str, str]:
        """For each key of the article with this fingerprint the path, below the base, of what it stands for."""
        return self._keys[self.base + self._articles[mark]]

    def label(self, iri: str) -> str | None:
        """The canonical label of an entity, or of an event that several articles report; else None."""
        return self._labels.get(iri)

    def role_iri(self, article_iri: str, role: Role) -> str:
        """The IRI of a role: one holder's post in one article."""
        keys = self._keys[article_iri]
        far = [[keys[key] for key in actors] for actors in (role.represents, role.accredited_to)]
        last = [path.rpartition("/")[2] for path in (keys[role.holder], *far[0], *far[1])]
        words = first_words("-".join((last[0], role.title, *last[1:])), 80)
        mark = digest(keys[role.holder], role.title, repr(far), role.tenure)
        return f"{article_iri}/role/{words}-{mark}"

    def position_iri(self, article_iri: str, position: Position) -> str:
        """The IRI of a position: one holder's stance in one article."""
        keys = self._keys[article_iri]
        holder, target = (keys[key].rpartition("/")[2] for key in (position.holder, position.target))
        words = first_words(f"{holder}-{position.polarity}-{target}", 80)
        spans = [(span.start, span.end) for span in position.evidence]
        mark = digest(
            keys[position.holder],
            keys[position.target],
            position.polarity,
            keys.get(position.according_to, ""),
            *(keys[key] for key in position.expressed_in),
            repr((spans, position.hedged, str(position.held_on or ""))),
        )
        return f"{article_iri}/position/{words}-{mark}"

    def evidence_iri(self, article_iri: str, span: Span) -> str:
        """The IRI of a stretch of an article's text: ``…#char=254,261``."""
        return evidence_iri(article_iri, span)

    def copy_iri(self, article_iri: str, copy: Copy) -> str:
        """The IRI of another place where an article's text was published, by its address and publisher."""
        return copy_iri(article_iri, copy)
