"""Where in a sentence a cue of the lexicon stands: its word or phrase, its particle, what must stand before it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from spacy.tokens import Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.positions.clause import gapped, is_advice, is_none, is_verbal
from kgbuild.extraction.positions.lexicon import StanceCue, stance_cues, words_of
from kgbuild.extraction.tokens import Tokens, tokens_of
from kgbuild.extraction.written import written_of

_POS = {
    "verb": frozenset({"VERB", "AUX"}),
    "noun": frozenset({"NOUN", "PROPN", "PRON"}),
    "person": frozenset({"NOUN", "ADJ"}),
    "adjective": frozenset({"ADJ", "VERB", "ADV"}),
    "preposition": frozenset({"ADP", "SCONJ", "ADV", "VERB", "ADJ"}),
}
#: what may stand between the words of a phrase: "took a very dim view"
_BETWEEN = frozenset({"ADV", "ADJ", "DET", "PART"})
_PARTICLES = frozenset({"prep", "prt", "advmod", "dative", "agent"})
_QUOTES = frozenset({'"', "“", "‘", "'", "-"})
#: tokens; how far the words of a phrase may stand apart, and its object between them ("put the whole treaty on ice")
_STEP, _GAP = 2, 9
#: the part of a phrase that stands for its object, and those that no single word fills
_OBJECT, _OPEN = frozenset({"*"}), frozenset({"*", "~"})


class Opening:
    """The cues that begin with a word, by the word that comes second in them: most phrases fail there.

    Args:
        cues: in the order in which they are to be tried.
    """

    def __init__(self, cues: Sequence[StanceCue]) -> None:
        self._cues = cues
        #: places of the cues that any word may follow, and those of the others by second word, near and further on
        self._open: list[int] = []
        near: dict[str, list[int]] = {}
        far: dict[str, list[int]] = {}
        for place, cue in enumerate(cues):
            wide = len(cue.parts) > 1 and cue.parts[0] == _OBJECT
            second = cue.parts[wide] if cue.parts else _OPEN
            if not second.isdisjoint(_OPEN):
                self._open.append(place)
                continue
            for word in second:
                (far if wide else near).setdefault(word, []).append(place)
        self._by_second = [(table, reach) for table, reach in ((near, _STEP), (far, _GAP)) if table]

    def possible(self, lower: Sequence[str], lemmas: Sequence[str], i: int) -> Sequence[StanceCue]:
        """The cues that may begin at token ``i``, given all words and lemmas of the document in lower case."""
        if len(self._open) == len(self._cues):
            return self._cues
        places = [*self._open]
        for table, reach in self._by_second:
            end = i + reach + 2
            for words in (lower[i + 1 : end], lemmas[i + 1 : end]):
                if not table.keys().isdisjoint(words):
                    places += [place for word in words if word in table for place in table[word]]
        return [self._cues[place] for place in sorted(set(places))] if places else ()


@functools.cache
def openings(files: tuple[str, ...] = ()) -> dict[str, Opening]:
    """First word -> the cues that begin with it, those of the user's own tables first."""
    return {word: Opening(cues) for word, cues in stance_cues(files).items()}


@functools.cache
def opening_words(files: tuple[str, ...] = ()) -> frozenset[str]:
    """The words that cues begin with, and the auxiliaries, which may show a stance by themselves."""
    return words_of("auxiliary").union(openings(files))


def matched(cue: StanceCue, token: Token) -> tuple[int, ...]:
    """The indices of the words of a cue, if it begins at a token; else empty.

    Args:
        cue: a word or phrase of the lexicon.
        token: whose lemma, or whose form, is the first word of the cue.
    """
    pos = token.pos_
    if not (pos in _POS[cue.pos] or (cue.pos == "verb" and is_verbal(token)) or (cue.parts and cue.pos == "noun")) or (
        "deed" in cue.when and not is_advice(token)
    ):
        return ()
    words = words_at(cue, token)
    if not words:
        return ()
    if cue.pos == "person":
        titled = token.text[0].isupper() and token.i > annotation_of(token.doc).sentence(token.i)[0]
        if token.dep_ in {"compound", "amod", "nmod"} or titled:
            return ()  # "trade critic Ann Lee" is a title
        if is_none(token) or (pos == "ADJ" and token.dep_ != "pobj"):
            return ()  # "the accord has few enthusiasts"
    if cue.before and cue.before.isdisjoint(written_of(token.doc).lower[max(0, token.i - 2) : token.i]):
        return ()
    if cue.pos == "adjective" and pos == "VERB" and token.dep_ not in {"acomp", "oprd", "acl", "amod", "pcomp"}:
        copula = any(c.dep_ == "auxpass" or (c.dep_ == "aux" and c.lemma_ == "be") for c in token.children)
        if not (copula or token.tag_ == "VBN"):
            return ()
    if cue.pos == "preposition" and not _is_predicate(token):
        return ()
    return words


def _is_predicate(token: Token) -> bool:
    """Whether a prepositional phrase is what somebody is: "is against it", "remains on the fence"."""
    annotation = annotation_of(token.doc)
    above = annotation.head[token.i]
    if annotation.tag[above] == "VBN" or annotation.lemma_lower[above] in words_of("copula"):
        return True
    # "is dead set against"
    over = annotation.lemma_lower[annotation.head[above]]
    return annotation.pos[above] in {"ADJ", "ADV"} and over in words_of("copula")


def _phrase(cue: StanceCue, token: Token) -> tuple[int, ...]:
    if not cue.parts:
        return (token.i,)
    tokens = tokens_of(token.doc)
    found = [token.i]
    place = token.i
    reach = _STEP
    for part in cue.parts:
        if part == _OBJECT:
            reach = _GAP
            continue
        here = _next(part, tokens, place + 1, place + reach + 2)
        if here < 0:
            return ()
        for i in range(place + 1, here):
            pos = tokens.pos[i]
            if pos == "PUNCT" and tokens.text[i] not in _QUOTES:
                return ()
            if reach == _STEP and pos not in _BETWEEN and not _owns(tokens, i):
                return ()
        found.append(here)
        place, reach = here, _STEP
    return tuple(found)


def _next(part: frozenset[str], tokens: Tokens, start: int, end: int) -> int:
    """The first token of a stretch that is one of the words of a phrase's part; -1 if there is none."""
    owned = "~" in part
    for i, (word, lemma) in enumerate(zip(tokens.lower[start:end], tokens.lemma_lower[start:end], strict=True), start):
        if word in part or lemma in part or (owned and _owns(tokens, i)):
            return i
    return -1


def _owns(tokens: Tokens, i: int) -> bool:
    return tokens.tag[i] in {"PRP$", "POS"} or tokens.lower[i] in _QUOTES


def words_at(cue: StanceCue, token: Token) -> tuple[int, ...]:
    """The indices of the words of a cue's phrase, if the first is a token and the cue's particle stands with it."""
    if cue.pos in {"verb", "adjective"} and cue.particle and not _has_particle(token, cue):
        return ()
    return _phrase(cue, token)


def _has_particle(token: Token, cue: StanceCue) -> bool:
    doc, i, particle = token.doc, token.i, cue.particle
    words, annotation = written_of(doc).lower, annotation_of(doc)
    for child in annotation.children[i]:
        if words[child] == particle and annotation.dep[child] in _PARTICLES:
            return child < i + 3 or not gapped(doc[child])
        if words[child] == "out" and any(words[c] == particle for c in annotation.children[child]):
            return True
    return particle in words[i + 1 : min(i + 3, annotation.sentence(i)[1])]
