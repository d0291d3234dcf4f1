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
        self._near: dict[str, list[int]] = {}
        self._far: dict[str, list[int]] = {}
        for place, cue in enumerate(cues):
            wide = len(cue.parts) > 1 and cue.parts[0] == _OBJECT
            second = cue.parts[wide] if cue.parts else _OPEN
            if not second.isdisjoint(_OPEN):
                self._open.append(place)
                continue
            for word in second:
                (self._far if wide else self._near).setdefault(word, []).append(place)

    def possible(self, lower: Sequence[str], lemmas: Sequence[str], i: int) -> Sequence[StanceCue]:
        """The cues that may begin at token ``i``, given all words and lemmas of the document in lower case."""
        if len(self._open) == len(self._cues):
            return self._cues
        places = [*self._open]
        for table, reach in ((self._near, _STEP), (self._far, _GAP)):
            if table:
                end = i + reach + 2
                for word in (*lower[i + 1 : end], *lemmas[i + 1 : end]):
                    if word in table:
                        places += table[word]
        return [self._cues[place] for place in sorted(set(places))] if places else ()


@functools.cache
def openings(files: tuple[str, ...] = ()) -> dict[str, Opening]:
    """First word -> the cues that begin with it, those of the user's own tables first."""
    return {word: Opening(cues) for word, cues in stance_cues(files).items()}


def matched(cue: StanceCue, token: Token) -> tuple[int, ...]:
    """The indices of the words of a cue, if it begins at a token; else empty.

    Args:
        cue: a word or phrase of the lexicon.
        token: whose lemma, or whose form, is the first word of the cue.
    """
    if ("deed" in cue.when and not is_advice(token)) or not (
        token.pos_ in _POS[cue.pos] or (cue.pos == "verb" and is_verbal(token)) or (cue.parts and cue.pos == "noun")
    ):
        return ()
    if cue.pos == "person":
        titled = token.text[0].isupper() and token.i > token.sent.start
        if token.dep_ in {"compound", "amod", "nmod"} or titled:
            return ()  # "trade critic Ann Lee" is a title
        if is_none(token) or (token.pos_ == "ADJ" and token.dep_ != "pobj"):
            return ()  # "the accord has few enthusiasts"
    words = words_at(cue, token)
    if not words:
        return ()
    doc = token.doc
    if cue.before and not any(doc[i].lower_ in cue.before for i in range(max(0, token.i - 2), token.i)):
        return ()
    if cue.pos == "adjective" and token.pos_ == "VERB" and token.dep_ not in {"acomp", "oprd", "acl", "amod", "pcomp"}:
        copula = any(c.dep_ == "auxpass" or (c.dep_ == "aux" and c.lemma_ == "be") for c in token.children)
        if not (copula or token.tag_ == "VBN"):
            return ()
    if cue.pos == "preposition" and not _is_predicate(token):
        return ()
    return words


def _is_predicate(token: Token) -> bool:
    """Whether a prepositional phrase is what somebody is: "is against it", "remains on the fence"."""
    above = token.head
    if above.tag_ == "VBN" or above.lemma_.lower() in words_of("copula"):
        return True
    return above.pos_ in {"ADJ", "ADV"} and above.head.lemma_.lower() in words_of("copula")  # "is dead set against"


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
        window = range(place + 1, min(place + reach + 2, len(tokens)))
        here = next((i for i in window if _stands(part, tokens, i)), -1)
        if here < 0 or any(tokens.pos[i] == "PUNCT" and tokens.text[i] not in _QUOTES for i in range(place + 1, here)):
            return ()
        between = range(place + 1, here) if reach == _STEP else ()
        if any(tokens.pos[i] not in _BETWEEN and not _owns(tokens, i) for i in between):
            return ()
        found.append(here)
        place, reach = here, _STEP
    return tuple(found)


def _stands(part: frozenset[str], tokens: Tokens, i: int) -> bool:
    return tokens.lower[i] in part or tokens.lemma_lower[i] in part or ("~" in part and _owns(tokens, i))


def _owns(tokens: Tokens, i: int) -> bool:
    return tokens.tag[i] in {"PRP$", "POS"} or tokens.lower[i] in _QUOTES


def words_at(cue: StanceCue, token: Token) -> tuple[int, ...]:
    """The indices of the words of a cue's phrase, if the first is a token and the cue's particle stands with it."""
    if cue.pos in {"verb", "adjective"} and cue.particle and not _has_particle(token, cue):
        return ()
    return _phrase(cue, token)


def _has_particle(token: Token, cue: StanceCue) -> bool:
    words, annotation = written_of(token.doc).lower, annotation_of(token.doc)
    for child in annotation.children[token.i]:
        if words[child] == cue.particle and annotation.dep[child] in _PARTICLES:
            return child < token.i + 3 or not gapped(token.doc[child])
        if words[child] == "out" and any(words[c] == cue.particle for c in annotation.children[child]):
            return True
    return cue.particle in words[token.i + 1 : token.i + 3] and any(
        following.lower_ == cue.particle for following in token.doc[token.i + 1 : min(token.i + 3, token.sent.end)]
    )
