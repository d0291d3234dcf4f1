"""Reads the phrase around the head of a title or a body: its modifiers, whom it is held for, what stands behind it.

A phrase has a head from the lexicon, modifiers before it, complements behind it, and at its left edge a determiner or
whom it is held for ("Israel's", "the Russian", "IDF").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kgbuild.extraction.actors.complements import DETERMINERS, MODIFIER_TAGS, complement_end, is_subject
from kgbuild.extraction.lexicons import RoleHead, organisation_heads, role_modifiers, word_set
from kgbuild.extraction.tokens import Tokens

_PREPOSITIONS = frozenset(("of", "for", "to", "at", "in", "on", "with", "from"))
#: a preposition that begins what the post is about, not only for whom it is held
_SUBJECT_PREPOSITIONS = frozenset(("of", "for", "on"))
_MAXIMUM_COMPLEMENTS = 3


@dataclass(slots=True)
class Title:
    """A title's phrase.

    Attributes:
        start, end: the title itself, with the subject of the post: "minister of natural resources".
        left: where the noun phrase begins.
        right: where its complements end (exclusive).
        at: index of the head token (of "chief of staff" the first).
        head: what the lexicon says of the head.
        text: lower case, without tenure, descriptions and country.
        tenure: as in :class:`kgbuild.facts.Role`.
        determiner: index of the determiner or possessive pronoun, or -1.
        owners: token ranges before the title that name whom it is held for.
        complements: (preposition, start, end) of phrases behind it that are not its subject.
    """

    start: int
    end: int
    left: int
    right: int
    at: int
    head: RoleHead
    text: str
    tenure: str = "current"
    determiner: int = -1
    owners: list[tuple[int, int]] = field(default_factory=list)
    complements: list[tuple[str, int, int]] = field(default_factory=list)


class PhraseReader:
    """Reads phrases around the heads of titles and bodies in one document.

    Args:
        tokens: the document.
        known: token ranges of names and bodies that may stand before or behind a head.
    """

    def __init__(self, tokens: Tokens, known: Sequence[tuple[int, int]]) -> None:
        self.tokens = tokens
        self.known = list(known)
        #: for each token the number of the range that holds it, or -1
        self.covered = [-1] * len(tokens)
        for number, (start, end) in enumerate(self.known):
            self.covered[start:end] = [number] * (end - start)

    def cover(self, start: int, end: int) -> None:
        """Adds a range to those that are known."""
        self.covered[start:end] = [len(self.known)] * (end - start)
        self.known.append((start, end))

    def read(self, start: int, end: int, head: RoleHead, *, floor: int) -> Title:
        """The phrase around a head.

        Args:
            start, end: the head's tokens.
            head: what the lexicon says of it.
            floor: the token before which the phrase cannot begin.
        """
        title = Title(start, end, start, end, start, head, "")
        kept = list(range(start, end))
        self._left(title, kept, floor)
        self._right(title, kept)
        title.text = _title_text(self.tokens, kept)
        if head.short:
            before = _title_text(self.tokens, [k for k in kept if k < start])
            title.text = f"{before} {head.title}".strip()
        return title

    def _left(self, title: Title, kept: list[int], floor: int) -> None:
        """Modifiers, then whom the post is held for, then the determiner."""
        tokens, words = self.tokens, self.tokens.plain
        modifiers = role_modifiers()
        # "Bloc Québécois MP": an abbreviation is always in capitals
        capital_head = tokens.text[title.at][0].isupper() and not tokens.text[title.at].isupper()
        j = title.at - 1
        while j >= floor and tokens.paragraph[j] == tokens.paragraph[title.at] and not title.head.short:
            word = words[j]
            use = modifiers.get(word, "")
            organ = word in word_set("ministry_organs") and title.head.kind == "office" and tokens.text[j][0].islower()
            if (self.covered[j] >= 0 and not organ) or _is_number(word):
                break  # "on 13 March President NAME", "19.40 Senator NAME": a date, a time
            if word == "old" and j - 4 >= floor and words[j - 1] == "-" and tokens.tag[j - 4] == "CD":
                j -= 5
                continue
            if word == "-" and not tokens.space[j - 1] and j > floor:
                if modifiers.get(words[j - 1], "").startswith("tenure"):
                    j -= 1
                    continue
                kept.insert(0, j)
                j -= 1
                if tokens.tag[j] == "CD" or tokens.text[j][0].isalnum():
                    kept.insert(0, j)
                    j -= 1
                continue
            if use.startswith("tenure:"):
                title.tenure = use.partition(":")[2]
            elif word in ("and", "&") and j > floor and (use == "domain") and _joins_domains(words, j):
                kept.insert(0, j)
            elif self._ends_modifiers(title, j, use, capital_head):
                break
            elif use != "drop":
                kept.insert(0, j)
            j -= 1
        title.start = min(j + 1, title.at)
        title.left = title.start
        self._owners(title, j, floor)

    def _ends_modifiers(self, title: Title, j: int, use: str, capital_head: bool) -> bool:
        """Whether a word before a title is none of its modifiers: "and", a verb, an organisation's name."""
        tokens = self.tokens
        if tokens.plain[j] == "and" or tokens.tag[j] not in MODIFIER_TAGS:
            return True
        if tokens.plain[j] in word_set("parties") and tokens.text[j][0].isupper() and not capital_head:
            # "the Labour MP", but "the Labour Minister"
            return True
        if use:
            if tokens.tag[j - 1] == "POS" and tokens.plain[j] in word_set("party_names") and j > 1:
                # "Workers' Party MP"
                return tokens.text[j][0].isupper() and tokens.text[j - 2][0].isupper() and self.covered[j - 2] < 0
            # "Green Party candidate": the party's name, not a word of the title
            named = tokens.text[j][0].isupper() and not capital_head and tokens.plain[j] in organisation_heads()
            return bool(named and j > 0 and tokens.text[j - 1][0].isupper() and self.covered[j - 1] < 0)
        if not tokens.text[j][0].isupper():
            return tokens.pos[j] in ("VERB", "AUX")
        # "West Bengal Chief Minister"
        return title.head.kind == "local" or tokens.pos[j] in ("VERB", "AUX") or _is_entity(tokens, j, capital_head)

    def _owners(self, title: Title, j: int, floor: int) -> None:
        """Possessors and attributive names before the modifiers, nearest first, and the determiner."""
        tokens, words = self.tokens, self.tokens.plain
        while j >= floor and tokens.paragraph[j] == tokens.paragraph[title.at] and tokens.tag[j] != "CC":
            if self.covered[j] >= 0:
                name = self.known[self.covered[j]]
                title.owners.append(name)
                title.left = name[0]
                j = name[0] - 1
            elif tokens.tag[j] == "POS" and j > floor:
                # what is possessed is read as an owner of its own: "the agency's", "Mr Sorokin's"
                k = j - 1
                if self.covered[k] >= 0:
                    j = k
                    continue
                while k > floor and self.covered[k - 1] < 0 and tokens.tag[k - 1] in (*MODIFIER_TAGS, "HYPH"):
                    k -= 1
                title.owners.append((k, j))
                title.left = k
                j = k - 1
            elif (
                tokens.text[j][0].isupper()
                and (
                    tokens.tag[j] in ("NNP", "NNPS")
                    or words[j] in word_set("parties")
                    or (tokens.tag[j] == "JJ" and tokens.ent[j] == "ORG")
                )
                and not title.owners
            ):
                if role_modifiers().get(words[j], "").startswith("tenure:"):
                    title.tenure = role_modifiers()[words[j]].partition(":")[2]  # "Retired Gen. NAME"
                    title.left = j
                    j -= 1
                    continue
                k = j
                while (
                    k > floor
                    and self.covered[k - 1] < 0
                    and tokens.text[k - 1][0].isupper()
                    and (
                        tokens.tag[k - 1] in ("NNP", "NNPS") or (tokens.tag[k - 1], tokens.ent[k - 1]) == ("JJ", "ORG")
                    )
                ):
                    k -= 1
                if k - 2 >= floor and tokens.tag[k - 1] == "POS" and words[k - 2] in word_set("inner_possessives"):
                    k -= 2 * tokens.text[k - 2][0].isupper()  # "Workers' Party"
                title.owners.append((k, j + 1))
                title.left = k
                j = k - 1
            elif tokens.tag[j] in DETERMINERS:
                title.determiner = j
                title.left = j
                break
            elif (tokens.tag[j] in ("JJ", "RB", "CD", "JJS", "VBN") and tokens.text[j][0].islower()) or words[
                j
            ] in role_modifiers():
                use = role_modifiers().get(words[j], "")
                if use.startswith("tenure:"):
                    title.tenure = use.partition(":")[2]
                title.left = j
                j -= 1
            else:
                break

    def _right(self, title: Title, kept: list[int]) -> None:
        """ "-elect", then complements: the subject of the post belongs to the title, names do not."""
        tokens, words = self.tokens, self.tokens.plain
        k = title.end
        size = len(words)
        if k + 1 < size and words[k] == "-" and words[k + 1] in ("elect", "designate", "nominee"):
            title.tenure = "designate"
            k += 2
        elif k < size and words[k] in ("elect", "designate", "nominee", "general") and tokens.tag[k] != "VBP":
            if words[k] == "general":
                kept.append(k)
            else:
                title.tenure = "designate"
            k += 1
        title.end = title.right = k
        if k + 2 < size and words[k] == "(" and words[k + 2] == ")":
            # "Secretary (East) in the ministry"
            k += 3
            title.right = k
        for _ in range(_MAXIMUM_COMPLEMENTS):
            if k >= size or words[k] not in _PREPOSITIONS or tokens.paragraph[k] != tokens.paragraph[title.at]:
                break
            if words[k : k + 3] == ["at", "the", "time"]:
                title.tenure = "former"
                title.right = k + 3
                break
            stop = complement_end(tokens, self.covered, k + 1)
            if stop == k + 1:
                break
            first = k + 1
            while first < stop and tokens.tag[first] in DETERMINERS and tokens.tag[first] != "PRP$":
                first += 1
            if (
                not title.complements
                and words[k] in _SUBJECT_PREPOSITIONS
                and is_subject(tokens, self.covered, head=title.head, at=title.at, first=first, stop=stop)
            ):
                kept += range(k, stop)
                title.end = stop
            else:
                title.complements.append((words[k], first, stop))
            k = stop
            title.right = stop


def _is_number(word: str) -> bool:
    return word[0].isdigit() and not word.endswith(("st", "nd", "rd", "th"))


def _joins_domains(words: Sequence[str], j: int) -> bool:
    modifiers = role_modifiers()
    return modifiers.get(words[j - 1], "") == "domain" and modifiers.get(words[j + 1], "") == "domain"


def _is_entity(tokens: Tokens, j: int, capital_head: bool) -> bool:
    """Whether a capitalised word before a title names an organisation rather than the subject of the post."""
    words = tokens.plain
    if words[j] in word_set("parties"):
        return True
    if not capital_head:
        return not (j == 0 or tokens.sentence[j - 1] != tokens.sentence[j]) or tokens.tag[j] in ("NNP", "NNPS")
    return (
        (tokens.text[j].isupper() and len(tokens.text[j]) > 1)
        or tokens.ent[j] in ("ORG", "GPE", "NORP")
        or words[j] in organisation_heads()
    )


def _title_text(tokens: Tokens, kept: Sequence[int]) -> str:
    parts: list[str] = []
    for position, i in enumerate(kept):
        parts.append(tokens.lower[i])
        following = kept[position + 1] if position + 1 < len(kept) else -1
        if following >= 0 and (tokens.space[i] or following != i + 1):
            parts.append(" ")
    text = "".join(parts).strip(" -–")
    for opening in ("the ", "of ", "for "):
        text = text.replace(" " + opening + "the ", " " + opening) if opening != "the " else text
    return text
