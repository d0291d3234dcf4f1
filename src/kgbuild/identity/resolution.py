"""Identifies everything in a corpus: from the facts of all articles to one IRI for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kgbuild.authority import Authority
from kgbuild.facts import ArticleFacts
from kgbuild.identity.describing import Describer, actor_joins, cluster_path, relative, treaty_joins
from kgbuild.identity.entities import Entity, Identities, Join
from kgbuild.identity.events import event_paths
from kgbuild.identity.joining import join_units
from kgbuild.identity.judgements import Judgements
from kgbuild.identity.minting import DEFAULT_BASE, check_base
from kgbuild.identity.observations import ArticleObservations, Observer
from kgbuild.identity.treaties import cluster_treaties
from kgbuild.identity.units import gather


def identify(
    facts: Iterable[ArticleFacts],
    authority: Authority,
    *,
    base: str = DEFAULT_BASE,
    judgements: Judgements | None = None,
) -> Identities:
    """Finds out which names are the same actor, treaty or event, and mints an IRI for everything.

    Args:
        facts: of all articles, in any order; read once.
        authority: what is known of actors and treaties.
        base: base IRI of the resources.
        judgements: of the user, which go before the rules.

    Returns:
        The same for the same articles, whatever their order.

    Raises:
        KgbuildError: the base is no absolute IRI that ends in ``/`` or ``#``.
    """
    return resolve(map(Observer(authority).observe, facts), authority, base=base, judgements=judgements)


def resolve(
    observations: Iterable[ArticleObservations],
    authority: Authority,
    *,
    base: str = DEFAULT_BASE,
    judgements: Judgements | None = None,
) -> Identities:
    """The second half of :func:`identify`, all of it in memory.

    :class:`kgbuild.identity.index.IdentityIndex` finds the same, on the disk, and again only where articles change.

    Args:
        observations: what :class:`~kgbuild.identity.observations.Observer` made of each article.
        authority, base, judgements: as in :func:`identify`.
    """
    return _Resolution(observations, authority, check_base(base), judgements or Judgements()).identities()


@dataclass(slots=True)
class _Resolution:
    """Holds what each step of one identification needs."""

    observations: Iterable[ArticleObservations]
    authority: Authority
    base: str
    judgements: Judgements
    describer: Describer = field(init=False)
    articles: list[ArticleObservations] = field(init=False)
    keys: dict[str, dict[str, str]] = field(init=False)
    shared: set[str] = field(default_factory=set)
    entities: list[Entity] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.describer = Describer(self.authority, self.base)
        self.judgements = relative(self.judgements, self.base)
        distinct = {one.fingerprint: one for one in self.observations}
        counts = Counter(one.path for one in distinct.values())
        # articles that share a URL but not their text are two
        self.articles = [
            one if counts[one.path] == 1 else one.moved(one.other_path()) for _, one in sorted(distinct.items())
        ]
        self.keys = {self.base + one.path: {} for one in self.articles}

    def identities(self) -> Identities:
        """Takes all steps."""
        self._actors()
        self._treaties()
        self._events()
        for article in self.articles:
            keys = self.keys[self.base + article.path]
            for key, path in article.local.items():
                keys.setdefault(key, f"{article.path}/{path}")
        paths = {article.fingerprint: article.path for article in self.articles}
        return Identities(self.base, sorted(self.entities), sorted(self.joins), paths, self.keys, self.labels)

    def _actors(self) -> None:
        seen = [one for article in self.articles for one in article.actors]
        judged = {name for one in self.judgements.decisions for name in (one.left, one.right)}
        units = gather(seen, frozenset(one.path for one in seen if one.path in judged), self.describer.path_of)
        clusters = join_units(units, self.judgements)
        path_of_unit: dict[str, str] = {}
        entity_of: dict[tuple[str, str], str] = {}
        for group in clusters.members():
            path = cluster_path(group)
            observed = [one for unit in group for one in unit.observations]
            canonical = Counter(one.name for one in observed)
            entity = self.describer.actor(group, path, canonical, len({one.article for one in observed}))
            self.entities.append(entity)
            if entity.shared:
                self.shared.add(path)
            path_of_unit.update((unit.id, path) for unit in group)
            entity_of.update(((one.article, one.key), path) for one in observed)
        for article in self.articles:
            keys = self.keys[self.base + article.path]
            keys.update((one.key, entity_of[one.article, one.key]) for one in article.actors)
        self.joins += actor_joins(clusters, path_of_unit, self.base)

    def _treaties(self) -> None:
        views = [
            view
            for article in self.articles
            for view in self.describer.views(article, self.keys[self.base + article.path], self.shared.__contains__)
        ]
        for cluster in cluster_treaties(views, self.authority, self.judgements):
            if cluster.shared:
                self.shared.add(cluster.path)
            for view in cluster.views:
                self.keys[self.base + view.article][view.treaty.key] = cluster.path
            self.entities.append(self.describer.treaty(cluster))
            self.joins += treaty_joins(cluster, self.base)

    def _events(self) -> None:
        labels: dict[str, Counter[str]] = {}
        for article in self.articles:
            keys = self.keys[self.base + article.path]

            def shared_path(key: str, keys: dict[str, str] = keys) -> str | None:
                return path if (path := keys.get(key)) in self.shared else None

            paths = event_paths(article.events, article.local, shared_path)
            keys.update(paths)
            for event in article.events:
                if event.key in paths:
                    labels.setdefault(paths[event.key], Counter())[event.label] += 1
        for path, counts in labels.items():
            self.labels[self.base + path] = min(counts, key=lambda label: (-counts[label], len(label), label))
        self.labels.update((entity.iri, entity.label) for entity in self.entities)
