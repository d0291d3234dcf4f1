"""Brings the mentions of a name together ("Ximena Calderón", "Calderón") and decides what each name denotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kgbuild.extraction.actors.evidence import Name
from kgbuild.extraction.lexicons import given_names, organisation_heads, word_list, word_set
from kgbuild.extraction.tokens import Tokens

Sort = Literal["person", "organisation", "place", "thing"]

#: below this sum a name proves nothing
_ENOUGH = 1.6
_MAXIMUM_PER_MENTION = 3


@dataclass(slots=True)
class Cluster:
    """The mentions of one name.

    Attributes:
        parts: the words of the fullest form, plain, without particles and hyphens.
        names: mentions in text order.
        scores: summed evidence.
        sort: what it denotes.
    """

    parts: tuple[str, ...]
    names: list[Name] = field(default_factory=list)
    scores: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    sort: Sort = "thing"

    def fullest(self, tokens: Tokens) -> str:
        """The longest form of the name, as it is written first."""
        best = max(self.names, key=lambda name: (len(name_parts(tokens, name)), name.end - name.start, -name.start))
        return display(tokens.words(best.start, best.end))


def display(text: str) -> str:
    """A name as it is usually written: a name all in capitals (a transcript's speaker) gets small letters."""
    words = text.split()
    if len(words) > 1 and text.isupper() and max(map(len, words)) > 3:
        return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in words)
    return text


def name_parts(tokens: Tokens, name: Name) -> tuple[str, ...]:
    """The words of a name by which its forms are compared: "van", hyphens, nicknames' quotation marks left out."""
    particles = word_list("name_particles.txt")
    start, end = name.start, name.end
    parts = zip(tokens.text[start:end], tokens.plain[start:end], strict=True)
    return tuple([word.rstrip(".") for text, word in parts if text[0].isalnum() and word not in particles])


def cluster_names(tokens: Tokens, names: Sequence[Name]) -> list[Cluster]:
    """Groups mentions of names, longer forms first, and decides what each denotes.

    Args:
        tokens: the document.
        names: as :func:`kgbuild.extraction.actors.names.find_names` gives them.

    Returns:
        Clusters in the order of their first mention.
    """
    by_form: dict[tuple[str, ...], list[Name]] = {}
    for name in names:
        parts = name_parts(tokens, name)
        if parts:
            by_form.setdefault(parts, []).append(name)
    by_form = _without_other_words(tokens, by_form)
    clusters: list[Cluster] = []
    by_word: dict[str, list[Cluster]] = {}
    for parts in sorted(by_form, key=lambda parts: (-len(parts), by_form[parts][0].start)):
        mentions = by_form[parts]
        own: defaultdict[str, float] = defaultdict(float)
        for name in mentions[: 2 * _MAXIMUM_PER_MENTION]:
            for kind, weight in name.scores.items():
                own[kind] += weight
        if own["person"] >= 4 and not any(c.sort == "person" for c in by_word.get(parts[-1], ())):
            for cluster in by_word.get(parts[-1], ()):
                # "Lyonpo Karma Tenzin" is a person: "Dr. Tenzin" is one
                weak = cluster.scores[cluster.sort] < 5 and cluster.sort != "person" and len(cluster.parts) > len(parts)
                if weak and cluster.parts[-1] == parts[-1] and parts[-1] not in organisation_heads():
                    cluster.sort = "person"
        candidates = [
            cluster for cluster in by_word.get(parts[-1], ()) if _is_form_of(parts, cluster.parts, cluster.sort)
        ]
        if candidates and (own["thing"] < 5 or own["person"] >= 5):
            for name in mentions:
                _choose(candidates, name).names.append(name)
            continue
        cluster = Cluster(parts, list(mentions), own)
        cluster.sort = _decide(tokens, cluster)
        clusters.append(cluster)
        for word in dict.fromkeys(parts):
            by_word.setdefault(word, []).append(cluster)
    clusters.sort(key=lambda cluster: min(name.start for name in cluster.names))
    for cluster in clusters:
        cluster.names.sort(key=lambda name: name.start)
    return clusters


def _without_other_words(
    tokens: Tokens, by_form: dict[tuple[str, ...], list[Name]]
) -> dict[tuple[str, ...], list[Name]]:
    """Cuts words that only stand beside a name: "Crooked | Ana Ruiz", and in a heading "Ana Ruiz | Speaks"."""
    given = given_names()
    out: dict[tuple[str, ...], list[Name]] = {}
    for parts, names in by_form.items():
        for name in names:
            kept = parts
            size = len(parts)
            if parts[-1] in organisation_heads():
                out.setdefault(parts, []).append(name)
                continue
            behind = next((k for k in range(1, size - 1) if parts[k:] in by_form and parts[k] in given), 0)
            if behind and parts[0] not in given:
                kept = parts[behind:]
                name.start = name.left = _nth_word(tokens, name, behind)
            elif tokens.kind[name.start] == "headline" or (size > 3 and parts[0] in given):
                least = 1 if tokens.kind[name.start] == "headline" else 2
                ahead = next((k for k in range(size - 1, least - 1, -1) if parts[:k] in by_form), 0)
                cut = _nth_word(tokens, name, ahead) if ahead else name.end
                apart = cut < name.end and tokens.ent[cut] != tokens.ent[name.start]
                if apart and len(by_form[parts[:ahead]]) >= len(names):
                    kept = parts[:ahead]
                    name.end = cut
            out.setdefault(kept, []).append(name)
    return out


def _nth_word(tokens: Tokens, name: Name, number: int) -> int:
    """The token at which a name's n-th part begins, as :func:`name_parts` counts them."""
    particles = word_list("name_particles.txt")
    seen = 0
    for i in range(name.start, name.end):
        if tokens.text[i][0].isalnum() and tokens.plain[i] not in particles:
            if seen == number:
                return i
            seen += 1
    return name.end


def _is_form_of(short: tuple[str, ...], full: tuple[str, ...], sort: Sort) -> bool:
    """Whether a form may stand for a fuller one: surname, first name, surnames, initials and surname."""
    if len(short) > len(full):
        return False
    if sort == "organisation":
        heads = organisation_heads()
        if full[0] in word_set("company_forms") and short == full[1:]:
            return True
        if short == full[: len(short)] and all(word in heads for word in full[len(short) :]):
            # "Terra Mining" for "Terra Mining Ltd."
            return len(short) < len(full)
        # "the Forum" for "Pacific Islands Forum"; "Duquette" is not "Duquette Bakery"
        return len(short) == 1 and len(full) > 1 and short[0] == full[-1] and short[0] in heads
    if sort != "person":
        return False
    if len(short) == 1:
        return short[0] in (full[-1], full[0]) or (len(full) > 3 and short[0] in full) or short[0] in full[1:]
    position = 0
    for word in full:
        if position < len(short) and (
            word == short[position] or (len(short[position]) == 1 and word[0] == short[position])
        ):
            position += 1
    return position == len(short) and short[-1] in full


def _choose(candidates: Sequence[Cluster], name: Name) -> Cluster:
    """Which of several people with the surname a mention means: of the gender addressed, the one named last."""
    fitting = [
        cluster for cluster in candidates if name.gender == "unknown" or _gender(cluster) in ("unknown", name.gender)
    ] or list(candidates)
    before = [cluster for cluster in fitting if cluster.names[0].start <= name.start]
    if before:
        return max(before, key=lambda cluster: max(n.start for n in cluster.names if n.start <= name.start))
    return min(fitting, key=lambda cluster: cluster.names[0].start)


def _gender(cluster: Cluster) -> str:
    """The gender that forms of address or the given name tell."""
    addressed = next((name.gender for name in cluster.names if name.gender != "unknown"), "")
    given = given_names()
    return addressed or next((given[part] for part in cluster.parts[:-1] if part in given), "unknown")


def _decide(tokens: Tokens, cluster: Cluster) -> Sort:
    """What a cluster denotes, by its evidence."""
    scores = cluster.scores
    kinds: tuple[Sort, ...] = ("person", "organisation", "place", "thing")
    best = max(kinds, key=lambda kind: scores[kind])
    if scores[best] < _ENOUGH:
        return "thing"
    if best == "person" and len(cluster.parts) == 1 and scores["person"] < 3 and cluster.parts[0] not in given_names():
        # a single word that only the model takes for a person: a river, a ship, a common word in capitals
        subject = any(name.scores["person"] >= 3 for name in cluster.names)
        return "person" if subject and tokens.tag[cluster.names[0].start] in ("NNP", "NNPS") else "thing"
    if best == "organisation" and len(cluster.parts) == 1 and scores["organisation"] < 2.5:
        # a common word with a capital ("the Meeting") is no name
        labelled = any(tokens.ent[name.start] in ("ORG", "NORP", "GPE") for name in cluster.names)
        return "organisation" if labelled else "thing"
    return best
