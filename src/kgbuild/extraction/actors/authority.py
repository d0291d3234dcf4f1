"""Finds the names that an authority knows, and tells a capital that acts from a city that only is a place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from kgbuild.authority import Authority, Form
from kgbuild.extraction.lexicons import given_names, not_states, person_nouns, word_list, word_set
from kgbuild.extraction.phrases import PhraseTable, split_words
from kgbuild.extraction.tokens import SUBJECTS, Tokens
from kgbuild.facts import ActorType


@dataclass(frozen=True, slots=True)
class Known:
    """Tokens ``start`` to ``end`` (exclusive) that are a form of an entry of the authority."""

    start: int
    end: int
    form: Form


#: how the ids of parts of states begin
REGION = "region/"
#: what else a name denotes is then another entry, or a body of a state that the authority does not know
_SHARED = frozenset(("entry", "generic"))
#: short for a state, but for many other things besides
_TOO_COMMON = frozenset(("States",))


class AuthorityMatcher:
    """Finds forms of the authority's actors among tokens.

    Args:
        authority: whose actors to find.
        tokenize: how the pipeline splits text.
    """

    def __init__(self, authority: Authority, tokenize: Callable[[str], Iterable[object]]) -> None:
        phrases: list[tuple[Sequence[str], tuple[Form, tuple[str, ...]]]] = []
        # the form that newspapers mean most often comes first
        for form in sorted(authority.forms("actor"), key=lambda form: not form.preferred):
            if form.text in _TOO_COMMON:
                continue
            words = tuple(split_words(tokenize, form.text))
            phrases.append((words, (form, words)))
        self._table = PhraseTable(phrases)
        self._blocked = not_states()
        self._openings = self._table.openings | self._blocked.openings

    def find(self, tokens: Tokens) -> list[Known]:
        """The authority's names in a document, the longest where they overlap, in text order.

        Args:
            tokens: the document.
        """
        words = tokens.plain
        found: list[list[Known]] = []
        following = 0
        for i in tokens.plain_at.of(self._openings):
            if i < following:
                continue
            readings = self._at(tokens, i) if tokens.text[i][0].isalnum() else []
            blocked = self._blocked.longest(words, i) if tokens.text[i][0].isupper() else None
            if blocked and not any(reading.end > blocked[0] for reading in readings):
                following = blocked[0]  # "Central African states", but "the Central African Republic"
                continue
            if readings:
                found.append(readings)
                following = readings[0].end
        states = {
            entry.id if entry.actor_type == ActorType.STATE else entry.affiliation
            for readings in found
            for entry in (readings[0].form.entry,)
            if readings[0].form.ambiguity not in _SHARED and not entry.id.startswith(REGION)
        }
        chosen = [_choose(readings, states) for readings in found]
        return [known for known in chosen if known is not None]

    def _at(self, tokens: Tokens, i: int) -> list[Known]:
        """The readings of the longest name that begins at a token."""
        words = tokens.plain
        for end, values in self._table.at(words, i):
            readings = [
                Known(i, end, form)
                for form, written in values
                if _case_fits(tokens, i, end, form, written) and not _is_something_else(tokens, i, end, form)
            ]
            if readings:
                return readings
        return []


def _choose(readings: Sequence[Known], states: Collection[str]) -> Known | None:
    """Of several bodies with a name the one of a state that the article names; None if it may be any state's."""
    first = readings[0]
    if first.form.ambiguity not in _SHARED or first.form.entry.actor_type == ActorType.STATE:
        return first
    for known in readings:
        if known.form.entry.affiliation in states:
            return known
    return first if first.form.ambiguity == "entry" and first.form.preferred else None


def _case_fits(tokens: Tokens, start: int, end: int, form: Form, written: Sequence[str]) -> bool:
    """Whether the words are written as the form is, or all in capitals; a lower-case word is no name."""
    if form.kind == "abbreviation":
        return all(tokens.text[start + k] == word for k, word in enumerate(written))
    for k, word in enumerate(written):
        found = tokens.text[start + k].replace("’", "'")
        if word[0].isupper() and not found[0].isupper():
            return False
        # accents may be left out ("Elysee"), but "Germán" is not "German"
        if not found.isascii() and found.lower() != word.lower():
            return False
    # a form written in lower case throughout ("the council") is no name of its own
    return any(word[0].isupper() or not word[0].isalpha() for word in written)


def _is_something_else(tokens: Tokens, start: int, end: int, form: Form) -> bool:
    """Whether the words are part of a person's or another longer name, or a common word."""
    words = tokens.plain
    following = tokens.text[end] if end < len(tokens) else ""
    if following == "-" and not tokens.space[end - 1] and not tokens.space[end] and form.kind == "abbreviation":
        # "TNI-AL" is not the TNI
        part = tokens.text[end + 1] if end + 1 < len(tokens) else ""
        if part.isupper() and len(part) > 1 and form.entry.actor_type != ActorType.STATE:
            return True
    joined = end < len(tokens) and tokens.space[end - 1] and following[:1].isupper() and following.isalpha()
    person_follows = tokens.ent[start] == "PERSON" and end < len(tokens) and tokens.ent[end] == "PERSON"
    if joined and end - start == 1 and form.kind in ("name", "capital", "people"):
        if person_follows and words[start] in given_names():
            return True
        if form.ambiguity == "person" and person_follows:
            return True
    before = start - 1
    if (
        form.ambiguity == "person"
        and before >= 0
        and tokens.space[before]
        and words[before] in given_names()
        and tokens.text[before][0].isupper()
    ):
        return True
    if (
        form.ambiguity == "person"
        and before >= 0
        and tokens.space[before]
        and tokens.ent[before] == tokens.ent[start] == "PERSON"
        and tokens.text[before][0].isupper()
        and tokens.tag[before] == "NNP"
    ):
        return True
    if form.ambiguity == "word" and end - start == 1:
        return tokens.pos[start] not in ("PROPN", "ADJ", "NOUN") or not tokens.text[start][0].isupper()
    return False


def acts(tokens: Tokens, start: int, end: int) -> bool:
    """Whether a city's name stands for a government: "Ankara rejected …", "talks between Paris and Moscow".

    A subject of a verb of saying or deciding, who is told, urged or accused, who takes part, whose stance it is; not a
    dateline, a scene ("in Paris") or a destination.
    """
    agentive, addressed = word_list("agentive_verbs.txt"), word_set("addressed")
    head = tokens.root(start, end)
    dep = tokens.dep[head]
    governor = tokens.head[head]
    for _ in range(6):
        if dep != "conj" or governor == head:
            break
        head, dep, governor = governor, tokens.dep[governor], tokens.head[governor]
    if dep in SUBJECTS:
        return dep != "nsubjpass" or tokens.lemma[governor] in agentive
    if dep in ("dobj", "dative", "obj"):
        return tokens.lemma[governor] in agentive and tokens.lemma[governor] not in word_set("reached")
    if dep == "poss":
        return governor < len(tokens) and tokens.lemma[governor] not in word_set("scenery")
    if dep == "pobj":
        preposition = tokens.lower[governor]
        outer = tokens.head[governor]
        if preposition in ("between", "with", "against", "by", "for", "among"):
            return True
        if preposition in ("in", "from") and tokens.lemma[outer] in word_set("moods"):
            return True
        if preposition in ("from", "to"):
            return tokens.lemma[outer] in addressed or (preposition == "to" and tokens.dep[governor] == "dative")
        if preposition == "of":
            return tokens.pos[outer] == "NOUN" and tokens.lemma[outer] in addressed
    return dep == "pcomp"


def decides(tokens: Tokens, start: int, end: int) -> bool:
    """Whether a province is the subject of what only a government does: "Nunavut takes no side"."""
    head = tokens.root(start, end)
    return tokens.dep[head] == "nsubj" and tokens.lemma[tokens.head[head]] in word_list("agentive_verbs.txt")


def is_scene(tokens: Tokens, start: int, end: int, *, inside_only: bool = False) -> bool:
    """Whether a name only says where: "in Poland", "bases in Poland and Romania".

    Args:
        tokens: the document.
        start, end: the name's tokens.
        inside_only: an organisation, which is a place only for what is in or at it; who comes from it acts for it.
    """
    if start > 0 and end < len(tokens) and tokens.text[start - 1] == "(" and tokens.text[end] == ")":
        # "the envoy, NAME (Gabon)"
        return True
    head = tokens.root(start, end)
    for _ in range(8):
        if tokens.dep[head] not in ("conj", "appos") or tokens.head[head] == head:
            break
        head = tokens.head[head]
    governor = tokens.head[head]
    if tokens.dep[head] == "pobj":
        outer = tokens.lemma[tokens.head[governor]]
        if tokens.lower[governor] in word_set("topical") and tokens.pos[tokens.head[governor]] == "NOUN":
            return True
        if inside_only and tokens.lower[governor] not in ("in", "at", "inside", "outside", "near"):
            return False
        if inside_only and outer in person_nouns():
            # "judges at the International Court of Justice" act for it
            return False
        return tokens.lower[governor] in word_set("locative") and outer not in word_set("addressed")
    if tokens.dep[head] == "poss":
        # "North Korea's state media" only publish
        owned = governor
        return any(tokens.lower[i] in word_set("media") for i in range(end, owned + 1))
    return tokens.dep[head] == "npadvmod"
