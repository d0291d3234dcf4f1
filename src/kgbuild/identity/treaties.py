"""Which treaties of several articles are one: by name where it is telling, else by parties, kind and subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from kgbuild.authority import Authority, fold, slug
from kgbuild.facts import Treaty
from kgbuild.identity.judgements import Judgement, Judgements
from kgbuild.identity.minting import digest, name_path
from kgbuild.resources import resource

_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_PREPOSITIONS = frozenset({"on", "of", "for", "to", "between", "with", "in", "against", "along", "from", "about"})
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: a truce with the same parties months later is another one (days); other agreements stay the same for years
_REACH = {"Ceasefire": 120}
_LONG = 15 * 372
#: more descriptions of treaties between the same parties than this are not compared pair by pair
_MANY = 150


@dataclass(frozen=True, slots=True)
class TreatyView:
    """One treaty in one article, its parties known across articles.

    Attributes:
        article: path of the article; ``path`` is the treaty's own if no other article can speak of it.
        parties: paths of those of its parties that are known across articles.
        names: the folded words of the parties' names and adjectives.
        cities: those of each party's seats of government.
        day: when the article was published.
    """

    article: str
    path: str
    treaty: Treaty
    parties: frozenset[str]
    names: frozenset[str]
    cities: tuple[frozenset[str], ...] = ()
    day: int | None = None


@dataclass(frozen=True, slots=True)
class TreatyCluster:
    """Treaties that are one.

    Attributes:
        path: of its IRI.
        views: sorted by article.
        authority: id of its entry, or empty.
        shared: whether other articles can speak of it.
        why: why they were joined; empty for a single one.
        score: how certain that is.
        judged: whether a user has decided so.
    """

    path: str
    views: tuple[TreatyView, ...]
    authority: str = ""
    shared: bool = True
    why: str = ""
    score: float = 1.0
    judged: bool = False


@cache
def _words(block: str) -> frozenset[str]:
    words: set[str] = set()
    current = ""
    for line in resource("authority", "treaty_topics.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[] ")
        elif line and not line.startswith("#") and current == block:
            words.update(fold(word) or word for word in line.split())
    return frozenset(words)


def subject(view: TreatyView) -> frozenset[str]:
    """What a treaty is about, as its names tell: their words without parties, years, and words that say nothing."""
    left_out = (_words("heads") | _words("passing") | view.names).union(*view.cities)
    found = set()
    for name in (view.treaty.name, *view.treaty.other_names):
        for word in fold(_YEAR.sub(" ", name)).split():
            if word not in left_out and not word.isdigit():
                found.add(word)
    return frozenset(found)


def years(treaty: Treaty) -> frozenset[str]:
    """The years in its names."""
    return frozenset(year for name in (treaty.name, *treaty.other_names) for year in _YEAR.findall(name))


def telling_names(view: TreatyView) -> list[str]:
    """The folded names that tell a treaty from all others: "nadi convention", "treaty on the corentyne".

    A name does if it is written as one ("Treaty on …", "… Convention"), or with the name of a place before its noun
    ("the Luanda truce"), and has a word that is neither a party nor one that many treaties have in their names.
    """
    common = _words("heads") | _words("passing") | _words("subjects") | view.names
    found = []
    for name in (view.treaty.name, *view.treaty.other_names):
        words = _WORD.findall(name)
        heads = [index for index, word in enumerate(words) if fold(word) in _words("heads")]
        named = [
            index for index, word in enumerate(words) if word[0].isupper() and not set(fold(word).split()) <= common
        ]
        if not heads or not named:
            continue
        folded = {part for index in named for part in fold(words[index]).split()}
        # "the Lisbon-Rabat accord" only tells the parties; "the Rabat accord" tells which one
        if sum(bool(folded & cities) for cities in view.cities) > 1:
            continue
        directly = heads[-1] > named[-1] and not any(word in _PREPOSITIONS for word in words[named[-1] : heads[-1]])
        if directly or any(words[index][0].isupper() for index in heads):
            found.append(fold(name))
    return found


def cluster_treaties(
    views: Sequence[TreatyView], authority: Authority, judgements: Judgements | None = None
) -> list[TreatyCluster]:
    """Brings the treaties of a corpus together.

    Args:
        views: of all articles; their order does not matter.
        authority: which knows treaties by id.
        judgements: of the user; each names a treaty by its path, or by the path that it has below an article.

    Returns:
        Sorted by path; every view is in one cluster.
    """
    known: dict[str, list[TreatyView]] = {}
    between: list[TreatyView] = []
    clusters: list[TreatyCluster] = []
    for view in sorted(views, key=lambda view: view.path):
        if view.treaty.authority and authority.get(view.treaty.authority):
            known.setdefault(view.treaty.authority, []).append(view)
        elif len(view.parties) > 1 or telling_names(view):
            between.append(view)
        else:
            clusters.append(TreatyCluster(view.path, (view,), shared=False))
    for identifier, group in known.items():
        path = name_path("treaty", authority.entry(identifier).name)
        why = "the authority knows the name" if len(group) > 1 else ""
        clusters.append(TreatyCluster(path, tuple(group), identifier, True, why))
    groups = _Groups(between)
    groups.by_name()
    groups.by_subject()
    clusters += groups.clusters()
    clusters = _distinct(sorted(clusters, key=lambda cluster: (cluster.path, cluster.views[0].path)))
    for one in judgements.latest() if judgements else ():
        clusters = _judged(clusters, one)
    return sorted(clusters, key=lambda cluster: cluster.path)


def _judged(clusters: list[TreatyCluster], judgement: Judgement) -> list[TreatyCluster]:
    """The clusters after one decision of the user."""

    def names(cluster: TreatyCluster) -> set[str]:
        return {cluster.path, *(view.path for view in cluster.views)}

    why = judgement.why or "judged"
    if judgement.decision == "merge":
        meant = [cluster for cluster in clusters if names(cluster) & judgement.pair]
        if len(meant) < 2:
            return clusters
        best = min(
            meant, key=lambda one: (not one.authority, not one.shared, one.path.count("-"), len(one.path), one.path)
        )
        views = tuple(sorted((view for one in meant for view in one.views), key=lambda view: view.path))
        return [one for one in clusters if one not in meant] + [
            replace(best, views=views, shared=True, why=why, score=1.0, judged=True)
        ]
    made = []
    for cluster in clusters:
        apart = tuple(view for view in cluster.views if view.path == judgement.right)
        if judgement.pair <= names(cluster) and len(apart) < len(cluster.views):
            made.append(replace(cluster, views=tuple(view for view in cluster.views if view not in apart)))
            made.append(TreatyCluster(judgement.right, apart, "", False, why, 1.0, True))
        else:
            made.append(cluster)
    return made


def _distinct(clusters: list[TreatyCluster]) -> list[TreatyCluster]:
    """The clusters with distinct paths."""
    counts = Counter(cluster.path for cluster in clusters)
    made = []
    for cluster in clusters:
        if counts[cluster.path] == 1 or cluster.authority:
            made.append(cluster)
        else:
            made.append(replace(cluster, path=f"{cluster.path}-{digest(cluster.views[0].path)}"))
    return made


@dataclass(slots=True)
class _Group:
    """Treaties that are one, and what all of them together tell."""

    views: list[TreatyView]
    articles: set[str]
    kinds: set[str]
    parties: set[frozenset[str]]
    years: set[frozenset[str]]
    days: tuple[int, int] | None
    why: str = ""
    score: float = 1.0

    @classmethod
    def of(cls, view: TreatyView) -> _Group:
        """The group of one treaty."""
        parties = {view.parties} if len(view.parties) > 1 else set()
        named = years(view.treaty)
        days = None if view.day is None else (view.day, view.day)
        kinds = {view.treaty.kind} - {"Other"}
        return cls([view], {view.article}, kinds, parties, {named} if named else set(), days)

    def fits(self, other: _Group) -> bool:
        """Whether nothing speaks against two groups being one: article, parties, kind, year, time."""
        if not self.articles.isdisjoint(other.articles):
            return False  # an article that speaks of two means two
        kinds = self.kinds | other.kinds
        if len(kinds) > 1 or _contradict(self.parties, other.parties) or _contradict(self.years, other.years):
            return False
        if self.days is None or other.days is None:
            return True
        span = max(self.days[1], other.days[1]) - min(self.days[0], other.days[0])
        return span <= _REACH.get(min(kinds, default=""), _LONG)

    def take(self, other: _Group, score: float, why: str) -> None:
        """Adds the treaties of another group."""
        self.views += other.views
        self.articles |= other.articles
        self.kinds |= other.kinds
        self.parties |= other.parties
        self.years |= other.years
        if other.days is not None:
            first, last = self.days or other.days
            self.days = (min(first, other.days[0]), max(last, other.days[1]))
        self.score, self.why = min((self.score, self.why), (other.score, other.why), (score, why))


def _contradict(one: set[frozenset[str]], other: set[frozenset[str]]) -> bool:
    """Whether some set of one side has nothing in common with some set of the other."""
    return any(first.isdisjoint(second) for first in one for second in other)


class _Groups:
    """Treaties that no authority knows, as they are brought together.

    Args:
        views: sorted by path.
    """

    def __init__(self, views: Sequence[TreatyView]) -> None:
        self._views = views
        self._group = {view.path: _Group.of(view) for view in views}
        self._names = {view.path: telling_names(view) for view in views}
        self._subjects = {view.path: subject(view) for view in views}

    def by_name(self) -> None:
        """Joins those with a telling name in common, unless their parties contradict."""
        firsts: dict[str, list[TreatyView]] = {}
        for view in self._views:
            for name in self._names[view.path]:
                self._add(firsts.setdefault(name, []), view, 0.95, f"both called {name!r}")

    def by_subject(self) -> None:
        """Joins those with the same parties and a subject in common: those described alike, then the likeliest pair."""
        alike: dict[frozenset[str], dict[tuple[frozenset[str], str], list[TreatyView]]] = {}
        for view in sorted(self._views, key=lambda view: (view.day or 0, view.path)):
            if len(view.parties) > 1 and not self._names[view.path]:
                key = (self._subjects[view.path], view.treaty.kind)
                firsts = alike.setdefault(view.parties, {}).setdefault(key, [])
                self._add(firsts, view, 0.95 if key[0] else 0.75, "same parties, and described alike")
        told: dict[frozenset[str], list[TreatyView]] = {}
        for view in self._views:
            if len(view.parties) > 1 and self._names[view.path] and self._group[view.path].views[0] is view:
                told.setdefault(view.parties, []).append(view)
        pairs: list[tuple[float, str, str, TreatyView, TreatyView]] = []
        for parties, groups in alike.items():
            firsts = [view for views in groups.values() for view in views] + told.get(parties, [])
            if len(firsts) > _MANY:
                continue
            for one, other in combinations(sorted(firsts, key=lambda view: view.path), 2):
                if likeness := self._likeness(one, other):
                    pairs.append((-likeness, one.path, other.path, one, other))
        for score, _, _, one, other in sorted(pairs, key=lambda pair: pair[:3]):
            self._join(one, other, -score, "same parties, and a subject in common")

    def clusters(self) -> list[TreatyCluster]:
        """What has become of them."""
        found = []
        for group in {id(group): group for group in self._group.values()}.values():
            views = tuple(sorted(group.views, key=lambda view: view.path))
            names = sorted(
                {name for view in views for name in self._names[view.path]}, key=lambda name: (len(name), name)
            )
            if names:
                path = name_path("treaty", names[0])
            else:
                bare = min((_bare_name(view) for view in views), key=lambda name: (not name, len(name), name))
                path = name_path("treaty", *_parties_of(views), bare or views[0].treaty.kind)
            found.append(TreatyCluster(path, views, "", True, group.why, group.score))
        return found

    def _add(self, firsts: list[TreatyView], view: TreatyView, score: float, why: str) -> None:
        """Joins a treaty with the first of these that it fits, or makes it one more of them."""
        if not any(self._join(other, view, score, why) for other in firsts):
            firsts.append(view)

    def _join(self, one: TreatyView, other: TreatyView, score: float, why: str) -> bool:
        """Makes the groups of two treaties one, if nothing speaks against it; whether they are one now."""
        left, right = self._group[one.path], self._group[other.path]
        if left is right:
            return True
        if not left.fits(right):
            return False
        left.take(right, score, why)
        for view in right.views:
            self._group[view.path] = left
        return True

    def _likeness(self, one: TreatyView, other: TreatyView) -> float:
        """How likely two treaties between the same parties are one; 0 if they are not."""
        first, second = self._subjects[one.path], self._subjects[other.path]
        shared = first & second
        both_told = bool(self._names[one.path]) and bool(self._names[other.path])
        if both_told or (first and second and not shared):
            return 0.0
        if not first and not second:
            return 0.75 if one.treaty.kind == other.treaty.kind else 0.0
        if not shared:
            return 0.7
        if not (shared in (first, second) or shared - _words("weak")):
            return 0.0
        return 0.8 + 0.15 * len(shared) / min(len(first), len(second))


def _parties_of(views: Sequence[TreatyView]) -> list[str]:
    """The names of the parties that all views share as parts of a path; a hash if they are more than three."""
    shared = sorted(frozenset.intersection(*(view.parties for view in views)) or views[0].parties)
    if len(shared) > 3:
        return [f"{len(shared)}-parties-{digest(*shared)}"]
    return [party.rpartition("/")[2] for party in shared]


def _bare_name(view: TreatyView) -> str:
    """The treaty's name without its parties and without words that pass."""
    parties = view.names.union(*view.cities)
    words = [word for word in fold(view.treaty.name).split() if word not in parties]
    kept = [word for word in words if word in _words("heads") or word not in _words("passing")]
    return slug(" ".join(kept), 50).replace("-", " ")
