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
    """

    path: str
    views: tuple[TreatyView, ...]
    authority: str = ""
    shared: bool = True
    why: str = ""
    score: float = 1.0


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


def cluster_treaties(views: Sequence[TreatyView], authority: Authority) -> list[TreatyCluster]:
    """Brings the treaties of a corpus together.

    Args:
        views: of all articles; their order does not matter.
        authority: which knows treaties by id.

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
    return sorted(_distinct(clusters), key=lambda cluster: cluster.path)


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


class _Groups:
    """Treaties that no authority knows, as they are brought together.

    Args:
        views: sorted by path.
    """

    def __init__(self, views: Sequence[TreatyView]) -> None:
        self._views = views
        self._group = {view.path: [view] for view in views}
        self._why: dict[str, tuple[float, str]] = {}
        self._names = {view.path: telling_names(view) for view in views}
        self._subjects = {view.path: subject(view) for view in views}

    def by_name(self) -> None:
        """Joins those with a telling name in common, unless their parties contradict."""
        first: dict[str, list[TreatyView]] = {}
        for view in self._views:
            for name in self._names[view.path]:
                for other in first.setdefault(name, []):
                    if self._join(view, other, 0.95, f"both called {name!r}"):
                        break
                else:
                    first[name].append(view)

    def by_subject(self) -> None:
        """Joins those with the same parties and a subject in common, the likeliest pair first."""
        described: dict[frozenset[str], list[TreatyView]] = {}
        for view in self._views:
            if len(view.parties) > 1:
                described.setdefault(view.parties, []).append(view)
        pairs: list[tuple[float, str, str, TreatyView, TreatyView]] = []
        for group in described.values():
            if len(group) <= _MANY:
                for one, other in combinations(group, 2):
                    if likeness := self._likeness(one, other):
                        pairs.append((-likeness, one.path, other.path, one, other))
        for score, _, _, one, other in sorted(pairs, key=lambda pair: pair[:3]):
            self._join(one, other, -score, "same parties, and a subject in common")

    def clusters(self) -> list[TreatyCluster]:
        """What has become of them."""
        found = []
        for views in {id(views): views for views in self._group.values()}.values():
            group = tuple(sorted(views, key=lambda view: view.path))
            names = sorted(
                {name for view in group for name in self._names[view.path]}, key=lambda name: (len(name), name)
            )
            if names:
                path = name_path("treaty", names[0])
            else:
                bare = min((_bare_name(view) for view in group), key=lambda name: (not name, len(name), name))
                path = name_path("treaty", *_party_words(group), bare or group[0].treaty.kind)
            why = [self._why[view.path] for view in group if view.path in self._why]
            score, reason = min(why, default=(1.0, ""))
            found.append(TreatyCluster(path, group, "", True, reason, score))
        return found

    def _join(self, one: TreatyView, other: TreatyView, score: float, why: str) -> bool:
        """Makes the groups of two treaties one, if nothing speaks against it; whether they are one now."""
        left, right = self._group[one.path], self._group[other.path]
        if left is right:
            return True
        if not all(_may_be_one(first, second) for first in left for second in right):
            return False
        left += right
        for view in right:
            self._group[view.path] = left
        self._why.setdefault(one.path, (score, why))
        return True

    def _likeness(self, one: TreatyView, other: TreatyView) -> float:
        """How likely two treaties between the same parties are one; 0 if they are not."""
        first, second = self._subjects[one.path], self._subjects[other.path]
        shared = first & second
        both_told = bool(self._names[one.path]) and bool(self._names[other.path])
        if both_told or (first and second and not shared) or not _may_be_one(one, other):
            return 0.0
        if not first and not second:
            return 0.75 if one.treaty.kind == other.treaty.kind else 0.0
        if not shared:
            return 0.7
        if not (shared in (first, second) or shared - _words("weak")):
            return 0.0
        return 0.8 + 0.15 * len(shared) / min(len(first), len(second))


def _may_be_one(one: TreatyView, other: TreatyView) -> bool:
    """Whether nothing speaks against two treaties being one: article, parties, kind, year, time."""
    if one.article == other.article:
        return False  # the article speaks of them as two
    if len(one.parties) > 1 and len(other.parties) > 1 and not one.parties & other.parties:
        return False
    kinds = {one.treaty.kind, other.treaty.kind} - {"Other"}
    first, second = years(one.treaty), years(other.treaty)
    if len(kinds) > 1 or (first and second and not first & second):
        return False
    if one.day is None or other.day is None:
        return True
    return abs(one.day - other.day) <= _REACH.get(min(kinds, default=""), _LONG)


def _party_words(views: Sequence[TreatyView]) -> list[str]:
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
