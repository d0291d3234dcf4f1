"""Which mentions speak of the same treaty.

Mentions are taken in text order. Each looks for the treaty before it that fits best: by name, noun, subject, year,
parties, how often and how lately it was spoken of. What the phrase says of itself decides how much it must fit:
"a second pact" is new, "such a treaty" is the last one, "the deal" is the one most spoken of, "a truce" is an old one
only while that is no more than an idea.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kgbuild.authority.folding import fold
from kgbuild.extraction.treaties.lexicon import in_class, singular, word_class
from kgbuild.extraction.treaties.model import TreatyMention

#: classes of nouns that mean the same
_ALIKE = ("truce", "memorandum", "exchange")
#: how many sentences back "this treaty" looks for the last one; farther back it is the one most spoken of
_NEAR = 6
_CAPITALS = re.compile(r"[^\W\d_]+")


@dataclass(slots=True, eq=False)
class Cluster:
    """Mentions of one treaty, in text order."""

    mentions: list[TreatyMention] = field(default_factory=list)
    nouns: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    parties: set[str] = field(default_factory=set)
    authority: str = ""
    other: bool = False
    new: bool = False
    concluded: bool = False
    headline: bool = True
    aliases: list[str] = field(default_factory=list)
    withs: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)

    def add(self, mention: TreatyMention, *, parties: set[str], years: set[int], concluded: bool) -> None:
        """Takes a mention in."""
        if not self.mentions:
            self.other = mention.other
        self.mentions.append(mention)
        self.new |= mention.new
        if mention.noun_text and mention.entry and mention.entry.opens != "no":
            self.nouns.add(mention.noun_text)
        self.words |= set(mention.words)
        self.domains |= mention.domains
        self.years |= set(mention.years) | years
        self.parties |= parties
        self.withs |= mention.withs
        self.places |= mention.signed_in
        self.concluded |= concluded
        self.headline &= mention.headline
        for name, known in ((mention.name, self.names), (mention.alias, self.aliases)):
            if name and name not in known and name not in self.aliases:
                known.append(name)

    def absorb(self, other: Cluster) -> None:
        """Takes in the mentions of another cluster."""
        for mention in other.mentions:
            self.add(mention, parties=other.parties, years=other.years, concluded=other.concluded)

    @property
    def is_unnamed(self) -> bool:
        """Whether the text has given it no name so far."""
        return not (self.names or self.authority)

    @property
    def last(self) -> TreatyMention:
        """The latest mention."""
        return self.mentions[-1]


def initials(name: str) -> str:
    """First letters of the capitalised words of a name: "Intermediate-Range Nuclear Forces Treaty" gives "IRNFT"."""
    return "".join(word[0] for word in _CAPITALS.findall(name) if word[0].isupper())


def is_acronym_of(short: str, name: str) -> bool:
    """Whether the letters of an acronym begin words of a name, in their order, all but at most two of them used."""
    letters = [char for char in short if char.isalpha()]
    if len(letters) < 2 or not short.isupper():
        return False
    rest = iter(initials(name))
    return all(any(char == other for other in rest) for char in letters) and len(initials(name)) - len(letters) <= 2


def _nouns_fit(mention: TreatyMention, cluster: Cluster) -> float:
    """2 for the same noun, 1 for one that can stand for it, 0 for one that cannot."""
    noun = mention.noun_text
    if not noun or noun in cluster.nouns:
        return 2.0
    if any(name.startswith(f"{noun} of ") for name in cluster.nouns):
        return 2.0  # "a package of treaties … the package"
    for name in _ALIKE:
        alike = {" ".join(parts) for parts in word_class(name)}
        if noun in alike and alike & (cluster.nouns | cluster.words):
            return 1.8  # "the ceasefire agreement … the truce"
    if in_class(noun, "generic") or in_class(noun, "draft"):
        # "the pact" is rather the pact than the protocol; "the text" may be that of any
        refers = mention.entry is not None and mention.entry.opens == "no"
        return 1.0 if refers or all(in_class(name.split()[-1], "generic") for name in cluster.nouns) else 0.8
    if (
        all(in_class(name, "generic") for name in cluster.nouns)
        and mention.form in {"name", "definite"}
        and mention.entry
        and mention.entry.opens != "no"
    ):
        # "the tuna treaty … The Nadi Convention": a general word may come before the proper one
        # "signed an agreement … The additional protocol", "announced a port deal … The memorandum that the two signed"
        same = len(mention.between) == 2 and mention.between == cluster.parties
        anew = len(cluster.mentions) == 1 and (same or not cluster.words)
        return 0.4 if mention.form == "name" or mention.words or anew else 0.0
    return 0.0


def _names_fit(mention: TreatyMention, cluster: Cluster) -> bool | None:
    """Whether a name is one of the cluster's names; None if one of them has none."""
    if mention.form != "name" or not (cluster.names or cluster.aliases):
        return None
    mine = fold(mention.name)
    for name in (*cluster.names, *cluster.aliases):
        theirs = fold(name)
        if mine == theirs or mine.endswith(" " + theirs) or theirs.endswith(" " + mine):
            return True
        if mine.startswith(theirs + " ") or theirs.startswith(mine + " "):
            return True
        short, full = sorted((mention.name, name), key=len)
        acronym = short.split()[0]
        if acronym.isupper() and is_acronym_of(acronym, full):
            return True
    return False if cluster.names else None


def _subjects_fit(mention: TreatyMention, cluster: Cluster) -> float | None:
    """How well the words agree on what the treaty is about; None if they contradict each other."""
    mine, theirs = set(mention.words), cluster.words
    if not mine or not theirs:
        return 0.0
    shared = mine & theirs
    if mention.domains and cluster.domains:
        if mention.domains & cluster.domains:
            return 1.5 + 0.5 * len(shared)
        return 0.5 if mine <= theirs else None
    if shared:
        return 1.0 + 0.5 * len(shared)
    if mention.form == "name":
        return None if mention.domains else -0.3
    return -0.3 if cluster.names and not cluster.domains and not mention.domains else None


class Grouping:
    """Puts mentions together, one after the other.

    Args:
        sentence_of: for each token the number of its sentence.
    """

    def __init__(self, sentence_of: list[int]) -> None:
        self._sentence_of = sentence_of
        self.clusters: list[Cluster] = []

    def resolve(
        self, mention: TreatyMention, *, parties: set[str], concluded: bool, separate: set[int]
    ) -> Cluster | None:
        """The cluster that a mention belongs to, or None if it fits none.

        Args:
            mention: the next mention in text order.
            parties: keys of the parties that the phrase itself names.
            concluded: the sentence says that it was signed, or more.
            separate: heads of mentions that cannot be the same, since they stand beside it in one clause.
        """
        best: Cluster | None = None
        best_score = 0.0
        for cluster in self.clusters:
            if any(m.head in separate for m in cluster.mentions):
                continue
            score = self._score(mention, cluster, parties, concluded=concluded)
            if score is not None and score > best_score:
                best, best_score = cluster, score
        return best

    def _score(self, mention: TreatyMention, cluster: Cluster, parties: set[str], *, concluded: bool) -> float | None:
        distance = self._sentence_of[mention.head] - self._sentence_of[cluster.last.head]
        named = _names_fit(mention, cluster)
        if named:
            return 100.0
        if named is False or not _years_fit(mention, cluster):
            return None
        if mention.other and not (cluster.other or mention.years) and not self._is_the_other(mention, cluster):
            return None
        nouns = _nouns_fit(mention, cluster)
        subjects = _subjects_fit(mention, cluster)
        if nouns == 0.0 or subjects is None:
            return None
        if mention.new and (cluster.concluded or cluster.years) and not (cluster.new or cluster.headline):
            return None
        if parties and cluster.parties and not _parties_fit(parties, cluster.parties):
            return None
        if mention.owners and cluster.parties and not mention.owners & cluster.parties:
            return None  # "its own protocol" is not its neighbour's
        if (
            mention.form == "indefinite"
            and len(mention.between) > 1
            and cluster.parties
            and not (mention.between <= cluster.parties or cluster.parties <= mention.between)
        ):
            return None  # "which has a pact with the Bahamas" is not the one that China offered
        if mention.withs and cluster.withs and not mention.withs & (cluster.withs | cluster.parties):
            return None  # "the accord with Peru" is not the one with Chile
        if mention.noun_text == "proposal" and cluster.concluded:
            return None
        of_place = bool(mention.place) and mention.place in cluster.places
        if mention.place and mention.elsewhere and not of_place and self._is_placed_otherwise(mention, cluster):
            return None
        score = (4.0 if of_place else 0.0) + nouns + subjects + (1.0 if parties & cluster.parties else 0.0)
        if mention.capital and cluster.names and nouns >= 2.0:
            score += 3.0  # "that Agreement": the one whose name ends so
        if cluster.other and not mention.other and not mention.words:
            score -= 1.5
        if mention.years & cluster.years:
            score += 2.0
        if mention.form == "name":
            in_heading = cluster.headline and subjects > 0
            return score if in_heading or self._names_the_described(mention, cluster, distance, subjects) else None
        if mention.form == "demonstrative" and (distance <= _NEAR or mention.words):
            latest = max(self.clusters, key=lambda c: c.last.start)
            return (
                score + 3.0 - distance + (1.0 if cluster is latest else 0.0)
                if distance <= _NEAR or subjects > 0
                else None
            )
        telegraphic = mention.form == "bare" and not mention.plural and subjects > 0
        if mention.form in {"indefinite", "bare", "none"} and not (mention.headline or telegraphic):
            if not _can_be_idea(mention, cluster, nouns, subjects, concluded=concluded):
                return None
            if all(m.form == "definite" and not m.headline for m in cluster.mentions):
                score -= 1.0  # "a treaty" is rather the one that there is none of yet
            return max(score - 0.1 * distance, 0.05)
        score += min(len(cluster.mentions), 6) * 0.25 - min(distance, 20) * 0.15
        return max(score, 0.05)

    def _is_placed_otherwise(self, mention: TreatyMention, cluster: Cluster) -> bool:
        """Whether a treaty has a name without the place by which a mention calls it, or another was made there."""
        if any(mention.place in one.places for one in self.clusters):
            return True
        return bool(cluster.names) and not any(mention.place in name.split() for name in cluster.names)

    @staticmethod
    def _names_the_described(mention: TreatyMention, cluster: Cluster, distance: int, subjects: float) -> bool:
        """A name soon after its description: "a new fisheries treaty … The Nadi Convention"."""
        if cluster.names or cluster.other or distance > 2:
            return False
        if (mention.known or not mention.subject) and subjects < 1.0:
            return False
        return all(m.form in {"indefinite", "bare"} or m.headline for m in cluster.mentions)

    def _is_the_other(self, mention: TreatyMention, cluster: Cluster) -> bool:
        """ "The other document" is, of two, the one not spoken of last."""
        if not mention.the_other or mention.form != "definite" or len(self.clusters) < 2:
            return False
        latest = max(self.clusters, key=lambda c: c.last.start)
        return cluster is not latest


def _can_be_idea(mention: TreatyMention, cluster: Cluster, nouns: float, subjects: float, *, concluded: bool) -> bool:
    """Whether an indefinite phrase may speak of a treaty again: only while that is no more than an idea."""
    if mention.other or (concluded and not cluster.headline) or cluster.authority:
        return False  # what everybody knows is no idea
    if cluster.concluded and not cluster.headline and mention.entry and mention.entry.opens != "no":
        return False
    if mention.words and subjects <= 0 and not cluster.headline:
        return False
    return bool(mention.words) or nouns >= 0.8


def _parties_fit(mine: set[str], theirs: set[str]) -> bool:
    return mine <= theirs or theirs <= mine or len(mine | theirs) <= 2


def _years_fit(mention: TreatyMention, cluster: Cluster) -> bool:
    if not mention.years:
        return True
    if cluster.years:
        return bool(mention.years & cluster.years)
    if mention.form == "indefinite" or mention.noun_text not in cluster.nouns or mention.distinct:
        return False
    return not cluster.names or (mention.form == "definite" and not mention.words)


def content_words(text: str) -> set[str]:
    """Lower-case singulars of the words of a name."""
    return {singular(word) for word in fold(text).split()}
