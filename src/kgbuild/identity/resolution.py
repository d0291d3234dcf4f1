"""Identifies everything in a corpus: from the facts of all articles to one IRI for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from kgbuild.authority import Authority, fold
from kgbuild.authority.entries import Entry
from kgbuild.facts import ActorType, ArticleFacts
from kgbuild.identity.entities import Entity, Identities, Join
from kgbuild.identity.events import event_paths
from kgbuild.identity.joining import Clusters, join_units
from kgbuild.identity.judgements import Judgement, Judgements
from kgbuild.identity.minting import DEFAULT_BASE, check_base, name_path
from kgbuild.identity.names import person_name
from kgbuild.identity.observations import ArticleObservations, Observation, Observer, Target
from kgbuild.identity.treaties import TreatyCluster, TreatyView, cluster_treaties
from kgbuild.identity.units import Unit, gather

WIKIDATA = "http://www.wikidata.org/entity/"
_FOLDERS = {ActorType.STATE: "state", ActorType.PERSON: "person", ActorType.GROUP: "group"}


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
    """The second half of :func:`identify`, for when articles are observed in other processes.

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
    articles: list[ArticleObservations] = field(init=False)
    keys: dict[str, dict[str, str]] = field(init=False)
    shared: set[str] = field(default_factory=set)
    entities: list[Entity] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        distinct = {one.fingerprint: one for one in self.observations}
        counts = Counter(one.path for one in distinct.values())
        # articles that share a URL but not their text are two
        self.articles = [
            one if counts[one.path] == 1 else one.moved(f"{one.path}-{mark[:8]}")
            for mark, one in sorted(distinct.items())
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

    def _path_of(self, target: Target) -> str:
        """The path of an entry of the authority; of a state that it does not know, one made of the name."""
        entry = self.authority.get(target[1])
        if entry is None:
            return name_path("state", target[1])
        if entry.sort == "treaty":
            return name_path("treaty", entry.name)
        return name_path(_FOLDERS.get(ActorType(entry.type), "organization"), entry.name)

    def _actors(self) -> None:
        seen = [one for article in self.articles for one in article.actors]
        decisions = self._relative(self.judgements)
        judged = {name for one in decisions.decisions for name in (one.left, one.right)}
        units = gather(seen, frozenset(one.path for one in seen if one.path in judged), self._path_of)
        clusters = join_units(units, decisions)
        members = list(clusters.members())
        paths = _cluster_paths(members)
        path_of_unit: dict[str, str] = {}
        entity_of: dict[tuple[str, str], str] = {}
        for group, path in zip(members, paths, strict=True):
            self.entities.append(self._entity(group, path))
            if any(unit.shared for unit in group) or len(group) > 1:
                self.shared.add(path)
            for unit in group:
                path_of_unit[unit.id] = path
                entity_of.update(((one.article, one.key), path) for one in unit.observations)
        for article in self.articles:
            keys = self.keys[self.base + article.path]
            keys.update((one.key, entity_of[one.article, one.key]) for one in article.actors)
        self.joins += _joins(clusters, path_of_unit, self.base)

    def _relative(self, judgements: Judgements) -> Judgements:
        """The judgements with paths in place of IRIs."""
        return Judgements(
            tuple(
                Judgement(one.decision, one.left.removeprefix(self.base), one.right.removeprefix(self.base), one.why)
                for one in judgements.decisions
            )
        )

    def _entity(self, group: Sequence[Unit], path: str) -> Entity:
        """The entity of units that are one."""
        types: Counter[ActorType] = Counter()
        names: Counter[str] = Counter()
        canonical: Counter[str] = Counter()
        for unit in group:
            types.update(unit.types)
            names.update(unit.names)
            canonical.update(one.name for one in unit.observations)
        entry = next((self.authority.get(unit.target[1]) for unit in group if unit.target[0] == "authority"), None)
        person = types.get(ActorType.PERSON, 0) == sum(types.values())
        label = entry.name if entry else _label(canonical, person)
        usual = min(types, key=lambda kind: (-types[kind], kind))
        entity = Entity(
            iri=self.base + path,
            sort="actor",
            type=entry.type if entry else usual.value,
            label=label,
            types=tuple(sorted({kind.value for kind in types} | ({entry.type} if entry else set()))),
            names=tuple(sorted(set(names) - {label})),
            articles=len({one.article for unit in group for one in unit.observations}),
            shared=any(unit.shared for unit in group) or len(group) > 1,
        )
        return self._linked(entity, entry) if entry else entity

    def _linked(self, entity: Entity, entry: Entry) -> Entity:
        """The entity with what the authority adds to it."""
        links = [WIKIDATA + entry.wikidata] if entry.wikidata else []

        def iris(identifiers: Iterable[str]) -> tuple[str, ...]:
            return tuple(self.base + self._path_of(("authority", identifier)) for identifier in identifiers)

        return replace(
            entity,
            other_names=tuple(name for name in (*entry.other_names, *entry.abbreviations) if name != entry.name),
            exact_match=(*links, entry.id) if ":" in entry.id else tuple(links),
            authority=entry.id,
            wikidata=entry.wikidata,
            affiliation=iris([entry.affiliation] if entry.affiliation else []),
            parties=iris(entry.parties),
        )

    def _treaties(self) -> None:
        views = [view for article in self.articles for view in self._views(article)]
        for cluster in cluster_treaties(views, self.authority, self._relative(self.judgements)):
            if cluster.shared:
                self.shared.add(cluster.path)
            for view in cluster.views:
                self.keys[self.base + view.article][view.treaty.key] = cluster.path
            self.entities.append(self._treaty_entity(cluster))
            if cluster.why and (cluster.judged or not cluster.authority):
                self.joins += _treaty_joins(cluster, self.base)

    def _views(self, article: ArticleObservations) -> Iterable[TreatyView]:
        """The treaties of an article, with parties that other articles know too."""
        path = article.path
        keys = self.keys[self.base + path]
        named = {one.key: one for one in article.actors}
        for treaty in article.treaties:
            parties = {keys[key] for key in treaty.parties if key in keys and keys[key] in self.shared}
            actors = [named[key] for key in treaty.parties if key in named]
            words = {word for actor in actors for word in self._party_words(actor)}
            yield TreatyView(
                path,
                f"{path}/{article.local[treaty.key]}",
                treaty,
                frozenset(parties),
                frozenset(words),
                tuple(self._cities(actor) for actor in actors),
                article.day,
            )

    def _party_words(self, actor: Observation) -> set[str]:
        """All words of a party's names and adjectives: they tell whose treaty it is, not what it is about."""
        entry = self.authority.get(actor.target[1]) if actor.target[0] == "authority" else None
        forms = [text for text, kind in entry.forms() if kind not in ("capital", "metonym")] if entry else [actor.name]
        return {word for name in forms for word in fold(name).split()}

    def _cities(self, actor: Observation) -> frozenset[str]:
        """The words of the seats of a party's government."""
        entry = self.authority.get(actor.target[1]) if actor.target[0] == "authority" else None
        return frozenset(word for name in (entry.capitals if entry else ()) for word in fold(name).split())

    def _treaty_entity(self, cluster: TreatyCluster) -> Entity:
        entry = self.authority.get(cluster.authority) if cluster.authority else None
        names = Counter(view.treaty.name for view in cluster.views)
        label = entry.name if entry else min(names, key=lambda name: (-names[name], -len(name), name))
        read = {name for view in cluster.views for name in (view.treaty.name, *view.treaty.other_names)}
        entity = Entity(
            iri=self.base + cluster.path,
            sort="treaty",
            type="Treaty",
            label=label,
            types=("Treaty",),
            names=tuple(sorted(read - {label})),
            articles=len({view.article for view in cluster.views}),
            shared=cluster.shared,
        )
        return self._linked(entity, entry) if entry else entity

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


def _label(canonical: Counter[str], person: bool) -> str:
    """The most frequent of the fullest names."""
    full = [name for name in canonical if not person or person_name(name).full] or list(canonical)
    return min(full, key=lambda name: (-canonical[name], -len(name.split()), name))


def _cluster_paths(members: Sequence[Sequence[Unit]]) -> list[str]:
    """The path of each cluster: the simplest of what its units would have alone, so that it changes seldom."""
    paths = []
    for group in members:
        known = sorted(unit.id for unit in group if unit.target[0] == "authority")
        shared = [unit.id for unit in group if unit.shared] or [unit.id for unit in group]
        paths.append(known[0] if known else min(shared, key=lambda path: (path.count("-"), len(path), path)))
    return paths


def _joins(clusters: Clusters, path_of_unit: dict[str, str], base: str) -> Iterable[Join]:
    """Why units were joined, and which likely ones were not."""
    for edge in clusters.edges:
        left, right = clusters.units[edge.left], clusters.units[edge.right]
        together = path_of_unit[left.id] == path_of_unit[right.id]
        yield Join(
            iri=base + path_of_unit[left.id] if together else "",
            left=left.id,
            right=right.id,
            left_name=left.name,
            right_name=right.name,
            score=edge.score,
            why=edge.why,
            decision=edge.decision,
        )


def _treaty_joins(cluster: TreatyCluster, base: str) -> Iterable[Join]:
    """Why the treaties of a cluster are one; or, for one that a user has taken out of another, that it is not."""
    first, *others = cluster.views
    if cluster.judged and not others:
        yield Join(
            "", first.path, first.path, first.treaty.name, first.treaty.name, cluster.score, cluster.why, "split"
        )
    for other in others:
        names = (first.path, other.path, first.treaty.name, other.treaty.name)
        decision: Literal["merge", "joined"] = "merge" if cluster.judged else "joined"
        yield Join(base + cluster.path, *names, round(cluster.score, 2), cluster.why, decision)
