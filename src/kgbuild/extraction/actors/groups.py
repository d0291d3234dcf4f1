"""Unnamed people who act or speak: "two officials briefed on the talks", "protesters", "a senior CARICOM official"."""

from __future__ import annotations

from collections.abc import Callable, Collection

from kgbuild.authority import fold
from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import person_nouns, word_list, word_set
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType

Resolve = Callable[[int, int], Referent | None]

_LEFT = frozenset(("amod", "compound", "nummod", "poss", "nmod", "quantmod", "advmod", "npadvmod", "punct", "case"))
_INSIDE = frozenset(("prep",))
_OWNERS = frozenset(ActorType) - {ActorType.PERSON, ActorType.GROUP}
_MAXIMUM_LENGTH = 14
_QUANTIFIERS = frozenset(
    ("one", "two", "three", "four", "five", "six", "several", "some", "many", "most", "few", "both", "all")
)


def acts_or_undergoes(tokens: Tokens, head: int) -> bool:
    """Whether a noun phrase takes part in a deed: subject, agent, "according to", "with", who is told or met."""
    clause = tokens.child(head, "relcl")
    if clause >= 0 and tokens.lemma[clause] in word_list("agentive_verbs.txt"):
        subject = tokens.child(clause, "nsubj")
        if subject >= 0 and tokens.lower[subject] == "who":
            return True
    dep, governor = tokens.dep[head], tokens.head[head]
    for _ in range(6):
        if dep not in ("conj", "appos") or governor == head:
            break
        head, dep, governor = governor, tokens.dep[governor], tokens.head[governor]
    if dep in ("nsubj", "nsubjpass", "dative", "ROOT"):
        return True
    if dep in ("dobj", "obj"):
        return tokens.lemma[governor] in word_list("agentive_verbs.txt")
    if dep == "pobj":
        return tokens.lower[governor] in ("by", "to", "with", "between", "among", "against", "from", "of", "for")
    return False


def phrase_bounds(tokens: Tokens, head: int) -> tuple[int, int]:
    """Where an unnamed group's name begins and ends: with modifiers and prepositional phrases, without clauses.

    Returns:
        Start and end (exclusive); determiners are left out.
    """
    start = head
    for child in tokens.children[head]:
        if child < head and tokens.dep[child] in _LEFT and tokens.tag[child] not in ("PRP$", "DT", "``", "''", ","):
            start = min(start, tokens.left_edge(child, skip=frozenset()))
    while start < head and tokens.tag[start] in ("DT", "PRP$", "PDT", "``", "''", ",", ":", "-LRB-"):
        start += 1
    end = head + 1
    for child in tokens.children[head]:
        if child == end and tokens.dep[child] == "amod" and tokens.child(child, "prep") >= 0:
            # "people familiar with the matter"
            end = _right_edge(tokens, child) + 1
        if child == end and tokens.dep[child] in _INSIDE:
            edge = _right_edge(tokens, child)
            if edge + 1 - start > _MAXIMUM_LENGTH:
                break
            end = edge + 1
    return start, end


#: what is said of a phrase behind it, and is no part of its name
_BEHIND = frozenset(("relcl", "acl", "advcl", "appos", "punct", "parataxis", "cc", "conj"))


def _right_edge(tokens: Tokens, i: int) -> int:
    edge, todo = i, [i]
    while todo:  # phrases within phrases can go deeper than Python can call
        at = todo.pop()
        edge = max(edge, at)
        todo += [child for child in tokens.children[at] if child > at and tokens.dep[child] not in _BEHIND]
    return edge


class GroupFinder:
    """Adds unnamed people to the cast.

    Args:
        cast: who has been found so far.
        resolve: gives the referent of a name, body or pronoun at a token range.
    """

    def __init__(self, cast: Cast, resolve: Resolve) -> None:
        self.cast = cast
        self.words = cast.tokens.plain
        self.resolve = resolve
        self._heads: frozenset[int] = frozenset()
        self._by_name: dict[str, Referent] = {
            fold(referent.name): referent for referent in cast.referents if referent.type == ActorType.GROUP
        }

    def heads(self, inside: Collection[int] = ()) -> list[int]:
        """Tokens that are heads of phrases for people and that denote nobody yet.

        Args:
            inside: tokens that are parts of titles, not heads of their own ("chief of STAFF").
        """
        tokens, nouns = self.cast.tokens, person_nouns()
        found = [
            i
            for i in tokens.plain_at.of(nouns.keys())
            if i not in self.cast.at
            and tokens.pos[i] in ("NOUN", "PROPN")
            and tokens.dep[i] not in ("compound", "amod", "poss", "npadvmod")
            and tokens.kind[i] != "boilerplate"
            and i not in inside
        ]
        self._heads = frozenset(found)
        return found

    def heads_set(self) -> frozenset[int]:
        """The tokens of :meth:`heads` as they were asked for."""
        return self._heads

    def one_of(self, group: Referent, i: int) -> Referent:
        """One of a group, at a token such as "One": an individual of its own, with the group's affiliation."""
        nouns = person_nouns()
        name = group.name
        words = name.split()
        for k in range(len(words) - 1, -1, -1):
            known = nouns.get(words[k].lower())
            if known is not None and known[1]:
                name = " ".join((*words[:k], known[0].upper() if words[k][:-1].isupper() else known[0]))
                break
        first = 0
        while (
            first < len(words) - 1 and name.split()[first : first + 1] and name.split()[first].lower() in _QUANTIFIERS
        ):
            first += 1
        name = " ".join(name.split()[first:])
        referent = self._by_name.get(fold(name))
        if referent is None:
            referent = self.cast.new(name, ActorType.GROUP, tentative=True)
            referent.affiliation = list(group.affiliation)
            self._by_name[fold(name)] = referent
        self.cast.mention(referent, i, i + 1, "description", i, name=False)
        return referent

    def add(self, head: int, *, definite: bool = False) -> Referent | None:
        """The group whose phrase has this head.

        Args:
            head: one of :meth:`heads`.
            definite: also phrases that point back ("the official"), for which nobody fitting was found.

        Returns:
            None if the phrase points back and ``definite`` is not set, or if nobody acts.
        """
        tokens = self.cast.tokens
        if not acts_or_undergoes(tokens, head):
            return None
        start, end = phrase_bounds(tokens, head)
        determiner = self.words[start - 1] if start else ""
        _, plural, gender = person_nouns()[self.words[head]]
        pointing = determiner in word_set("definite") and not (plural and end > head + 1)
        if pointing and not definite and tokens.tag[start - 1] != "PRP$":
            return None
        named = next((c for c in tokens.children[head] if tokens.dep[c] == "appos" and c in self.cast.at), -1)
        if named >= 0 and not plural and self.cast.at[named].type == ActorType.PERSON:
            # "her sister, Anna Brandt"
            self.cast.mention(self.cast.at[named], start, head + 1, "description", head, name=False)
            return self.cast.at[named]
        if determiner in ("no", "any", "every", "each") or tokens.child(head, "neg") >= 0:
            return None
        return self._enter(start, end, head, plural, gender)

    def _enter(self, start: int, end: int, head: int, plural: bool, gender: str) -> Referent:
        tokens = self.cast.tokens
        name = tokens.words(start, end)
        first = start
        partitive = self._partitive(head)
        if partitive >= 0:
            first = partitive
        folded = fold(name)
        referent = self._by_name.get(folded)
        if referent is None:
            referent = self.cast.new(name, ActorType.GROUP, tentative=True, plural=plural)
            self._by_name[folded] = referent
            if gender in ("male", "female") and not plural:
                referent.gender = "male" if gender == "male" else "female"
            behind = head + 1 < len(tokens) and self.words[head + 1] in ("of", "from", "at", "with")
            for i in range(start, end if behind else head):
                owner = self.resolve(i, i + 1) if i != head else None
                if owner is not None and owner.type in _OWNERS and owner.key not in referent.affiliation:
                    referent.affiliation.append(owner.key)
        self.cast.mention(referent, start, end, "description", head, name=False)
        if first < start:
            self.cast.alias(referent, tokens.words(first, end))
            self.cast.at.setdefault(first, referent)
        number = start
        while number < head and tokens.tag[number] in ("CD", "JJ", "JJR", "RB") and self.words[number] in _QUANTIFIERS:
            number += 1
        forms = ((number, end), (number, head + 1), (self._noun_start(number, head), head + 1))
        for text_start, text_end in dict.fromkeys(forms):
            if text_start < text_end:
                self.cast.alias(referent, tokens.words(text_start, text_end))
        return referent

    def _noun_start(self, start: int, head: int) -> int:
        """Where the noun begins without adjectives of rank: "CARICOM official" of "senior CARICOM official"."""
        while (
            start < head
            and self.cast.tokens.tag[start] in ("JJ", "JJS", "JJR", "CD", "RB", "RBS")
            and self.cast.tokens.text[start][0].islower()
        ):
            start += 1
        return start

    def _partitive(self, head: int) -> int:
        """ "Two of his aides": the token "Two", or -1."""
        tokens = self.cast.tokens
        if tokens.dep[head] == "pobj" and tokens.lower[tokens.head[head]] == "of":
            quantity = tokens.head[tokens.head[head]]
            if tokens.lower[quantity] in _QUANTIFIERS or tokens.tag[quantity] == "CD":
                return quantity
        return -1
