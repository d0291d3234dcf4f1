"""Which treaties of several articles are one: by name where it is telling, else by parties, kind and subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from kgbuild.authority import Authority, fold, slug
from kgbuild.facts import Treaty
from kgbuild.identity.minting import digest, name_path
from kgbuild.resources import resource

_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
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
        parties: paths of those of its parties that are known across articles; ``names`` their folded names.
        day: when the article was published.
    """

    article: str
    path: str
    treaty: Treaty
    parties: frozenset[str]
    names: frozenset[str]
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
    left_out = _words("heads") | _words("passing") | view.names
    found = set()
    for name in (view.treaty.name, *view.treaty.other_names):
        for word in fold(_YEAR.sub(" ", name)).split():
            if word not in left_out and not word.isdigit():
                found.add(word)
    return frozenset(found)


def years(treaty: Treaty) -> frozenset[str]:
    """The years in its names."""
    return frozenset(year for name in (treaty.name, *treaty.other_names) for year in _YEAR.findall(name))


def telling_name(view: TreatyView) -> str:
    """The folded name that tells a treaty from all others, such as "nadi convention"; empty if it has none."""
    common = _words("heads") | _words("passing") | _words("subjects") | view.names
    for name in (view.treaty.name, *view.treaty.other_names):
        words = _WORD.findall(name)
        named = [word for word in words if word[0].isupper() and not set(fold(word).split()) <= common]
        if named and any(fold(word) in _words("heads") for word in words):
            return fold(name)
    return ""


def cluster_treaties(views: Sequence[TreatyView], authority: Authority) -> list[TreatyCluster]:
    """Brings the treaties of a corpus together.

    Args:
        views: of all articles; their order does not matter.
        authority: which knows treaties by id.

    Returns:
        Sorted by path; every view is in one cluster.
    """
    known: dict[str, list[TreatyView]] = {}
    named: dict[str, list[TreatyView]] = {}
    described: dict[frozenset[str], list[TreatyView]] = {}
    clusters: list[TreatyCluster] = []
    for view in sorted(views, key=lambda view: view.path):
        if view.treaty.authority and authority.get(view.treaty.authority):
            known.setdefault(view.treaty.authority, []).append(view)
        elif name := telling_name(view):
            named.setdefault(name, []).append(view)
        elif len(view.parties) > 1:
            described.setdefault(view.parties, []).append(view)
        else:
            clusters.append(TreatyCluster(view.path, (view,), shared=False))
    for identifier, group in known.items():
        path = name_path("treaty", authority.entry(identifier).name)
        clusters.append(
            TreatyCluster(path, tuple(group), identifier, True, _because(group, "the authority knows the name"))
        )
    for name, group in named.items():
        for part in _by_parties(group):
            path = name_path("treaty", name, *(_party_words(part) if len(part) < len(group) else ()))
            clusters.append(TreatyCluster(path, part, "", True, _because(part, f"both called {name!r}"), 0.95))
    for parties, group in described.items():
        clusters += _by_subject(parties, group)
    return sorted(_distinct(clusters), key=lambda cluster: cluster.path)


def _because(group: Sequence[TreatyView], why: str) -> str:
    return why if len(group) > 1 else ""


def _distinct(clusters: list[TreatyCluster]) -> list[TreatyCluster]:
    """The clusters with distinct paths."""
    counts = Counter(cluster.path for cluster in clusters)
    return [
        cluster
        if counts[cluster.path] == 1 or cluster.authority
        else TreatyCluster(
            f"{cluster.path}-{digest(*(view.path for view in cluster.views[:1]))}",
            cluster.views, cluster.authority, cluster.shared, cluster.why, cluster.score,
        )
        for cluster in clusters
    ]  # fmt: skip


def _by_parties(group: list[TreatyView]) -> list[tuple[TreatyView, ...]]:
    """Treaties of one telling name, apart where their parties are: two of them, and none in common."""
    parts: list[list[TreatyView]] = []
    open_ended = [view for view in group if len(view.parties) < 2]
    for view in group:
        if len(view.parties) < 2:
            continue
        fitting = [part for part in parts if any(view.parties & other.parties for other in part)]
        merged = [view, *(other for part in fitting for other in part)]
        parts = [part for part in parts if part not in fitting] + [merged]
    if len(parts) == 1:
        parts[0] += open_ended
    else:
        parts += [open_ended] if open_ended else []
    return [tuple(sorted(part, key=lambda view: view.path)) for part in parts]


def _party_words(views: Sequence[TreatyView]) -> list[str]:
    """The names of its parties as part of a path: the parties that all views share, at most three."""
    shared = sorted(frozenset.intersection(*(view.parties for view in views)) or views[0].parties)
    if len(shared) > 3:
        return [f"{len(shared)}-parties-{digest(*shared)}"]
    return [party.rpartition("/")[2] for party in shared]


def _by_subject(parties: frozenset[str], group: list[TreatyView]) -> list[TreatyCluster]:
    """Treaties described alike between the same parties: the likeliest pairs become one first.

    Two of one article never do: the article speaks of them as two.
    """
    cluster_of = {view.path: [view] for view in group}
    joined: dict[str, tuple[float, str]] = {}
    if len(group) <= _MANY:
        pairs = [(likeness, one, other) for one, other in combinations(group, 2) if (likeness := _likeness(one, other))]
        for score, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1].path, pair[2].path)):
            left, right = cluster_of[one.path], cluster_of[other.path]
            if left is right or not _may_be_one(left, right):
                continue
            left += right
            for view in right:
                cluster_of[view.path] = left
            worst = min((score, *(joined[view.path][0] for view in left if view.path in joined)))
            joined.update((view.path, (worst, "same parties, and a subject in common")) for view in left)
    clusters = []
    for views in {id(views): views for views in cluster_of.values()}.values():
        score, why = joined.get(views[0].path, (1.0, ""))
        name = min(
            (_bare_name(view) for view in views), key=lambda name: (not name, len(name.split()), len(name), name)
        )
        path = name_path("treaty", *_party_words(views), name or views[0].treaty.kind)
        clusters.append(TreatyCluster(path, tuple(sorted(views, key=lambda view: view.path)), "", True, why, score))
    return clusters


def _bare_name(view: TreatyView) -> str:
    """The treaty's name without its parties."""
    words = [word for word in fold(view.treaty.name).split() if word not in view.names]
    return slug(" ".join(words), 50).replace("-", " ")


def _likeness(one: TreatyView, other: TreatyView) -> float:
    """How likely two treaties between the same parties are one; 0 if they are not."""
    if not _may_be_one([one], [other]):
        return 0.0
    first, second = subject(one), subject(other)
    shared = first & second
    if first and second and not shared:
        return 0.0
    if not first and not second:
        return 0.75 if one.treaty.kind == other.treaty.kind else 0.0
    if not shared:
        return 0.7
    return 0.8 + 0.15 * len(shared) / min(len(first), len(second))


def _may_be_one(left: Sequence[TreatyView], right: Sequence[TreatyView]) -> bool:
    """Whether nothing speaks against two treaties being one: article, kind, year, time."""
    for one in left:
        for other in right:
            kinds = {one.treaty.kind, other.treaty.kind} - {"Other"}
            first, second = years(one.treaty), years(other.treaty)
            if one.article == other.article or len(kinds) > 1 or (first and second and not first & second):
                return False
            reach = _REACH.get(min(kinds, default=""), _LONG)
            if one.day is not None and other.day is not None and abs(one.day - other.day) > reach:
                return False
    return True
