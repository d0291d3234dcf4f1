"""Describes what identity has found to be one: the path of its IRI, its name, its class and its links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from kgbuild.authority import Authority, fold
from kgbuild.authority.entries import Entry
from kgbuild.facts import ActorType
from kgbuild.identity.entities import Entity, Join
from kgbuild.identity.joining import Clusters
from kgbuild.identity.judgements import Judgement, Judgements
from kgbuild.identity.minting import name_path
from kgbuild.identity.names import person_name
from kgbuild.identity.observations import ArticleObservations, Observation, Target
from kgbuild.identity.treaties import TreatyCluster, TreatyView
from kgbuild.identity.units import Unit

WIKIDATA = "http://www.wikidata.org/entity/"
_FOLDERS = {ActorType.STATE: "state", ActorType.PERSON: "person", ActorType.GROUP: "group"}


class Describer:
    """Knows what the authority adds to what articles tell.

    Args:
        authority: what is known of actors and treaties.
        base: base IRI of the resources.
    """

    def __init__(self, authority: Authority, base: str) -> None:
        self.authority = authority
        self.base = base

    def path_of(self, target: Target) -> str:
        """The path of an entry of the authority; of a state that it does not know, one made of the name."""
        entry = self.authority.get(target[1])
        if entry is None:
            return name_path("state", target[1])
        if entry.sort == "treaty":
            return name_path("treaty", entry.name)
        return name_path(_FOLDERS.get(ActorType(entry.type), "organization"), entry.name)

    def actor(self, group: Sequence[Unit], path: str, canonical: Counter[str], articles: int) -> Entity:
        """The entity of units that are one.

        Args:
            group: the units, sorted by id.
            path: of the entity.
            canonical: how often each name stands first in an article.
            articles: in how many articles the units are.
        """
        types: Counter[ActorType] = Counter()
        names: Counter[str] = Counter()
        for unit in group:
            types.update(unit.types)
            names.update(unit.names)
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
            articles=articles,
            shared=any(unit.shared for unit in group) or len(group) > 1,
        )
        return self._linked(entity, entry) if entry else entity

    def treaty(self, cluster: TreatyCluster) -> Entity:
        """The entity of treaties that are one."""
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

    def _linked(self, entity: Entity, entry: Entry) -> Entity:
        """The entity with what the authority adds to it."""
        links = [WIKIDATA + entry.wikidata] if entry.wikidata else []

        def iris(identifiers: Iterable[str]) -> tuple[str, ...]:
            return tuple(self.base + self.path_of(("authority", identifier)) for identifier in identifiers)

        return replace(
            entity,
            other_names=tuple(name for name in (*entry.other_names, *entry.abbreviations) if name != entry.name),
            exact_match=(*links, entry.id) if ":" in entry.id else tuple(links),
            authority=entry.id,
            wikidata=entry.wikidata,
            affiliation=iris([entry.affiliation] if entry.affiliation else []),
            parties=iris(entry.parties),
        )

    def views(
        self, article: ArticleObservations, keys: Mapping[str, str], is_shared: Callable[[str], bool]
    ) -> Iterator[TreatyView]:
        """The treaties of an article, with parties that other articles know too.

        Args:
            article: with its final path.
            keys: the path of each of its actors.
            is_shared: whether a path is one for all articles.
        """
        path = article.path
        named = {one.key: one for one in article.actors}
        for treaty in article.treaties:
            parties = {keys[key] for key in treaty.parties if key in keys and is_shared(keys[key])}
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


def relative(judgements: Judgements, base: str) -> Judgements:
    """The judgements with paths in place of IRIs."""
    return Judgements(
        tuple(
            Judgement(one.decision, one.left.removeprefix(base), one.right.removeprefix(base), one.why)
            for one in judgements.decisions
        )
    )


def _label(canonical: Counter[str], person: bool) -> str:
    """The most frequent of the fullest names."""
    full = [name for name in canonical if not person or person_name(name).full] or list(canonical)
    return min(full, key=lambda name: (-canonical[name], -len(name.split()), name))


def cluster_path(group: Sequence[Unit]) -> str:
    """The path of a cluster: the simplest of what its units would have alone, so that it changes seldom."""
    known = sorted(unit.id for unit in group if unit.target[0] == "authority")
    shared = [unit.id for unit in group if unit.shared] or [unit.id for unit in group]
    return known[0] if known else min(shared, key=lambda path: (path.count("-"), len(path), path))


def actor_joins(clusters: Clusters, path_of_unit: Mapping[str, str], base: str) -> Iterator[Join]:
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


def treaty_joins(cluster: TreatyCluster, base: str) -> Iterator[Join]:
    """Why the treaties of a cluster are one; or, for one that a user has taken out of another, that it is not."""
    if not cluster.why or not (cluster.judged or not cluster.authority):
        return
    first, *others = cluster.views
    if cluster.judged and not others:
        yield Join(
            "", first.path, first.path, first.treaty.name, first.treaty.name, cluster.score, cluster.why, "split"
        )
    for other in others:
        names = (first.path, other.path, first.treaty.name, other.treaty.name)
        decision: Literal["merge", "joined"] = "merge" if cluster.judged else "joined"
        yield Join(base + cluster.path, *names, round(cluster.score, 2), cluster.why, decision)
