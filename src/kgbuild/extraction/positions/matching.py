"""Where in a sentence a cue of the lexicon stands: its word or phrase, its particle, what must stand before it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from spacy.tokens import Doc

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.positions.clause import gapped, is_advice, is_none, is_verbal
from kgbuild.extraction.positions.lexicon import StanceCue, stance_cues, words_of
from kgbuild.extraction.tokens import tokens_of

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
        self._by_second = [(table, frozenset(table), reach) for table, reach in ((near, _STEP), (far, _GAP)) if table]

    def possible(self, lower: Sequence[str], lemmas: Sequence[str], i: int) -> Sequence[StanceCue]:
        """The cues that may begin at token ``i``, given all words and lemmas of the document in lower case."""
        if not self._by_second:
            return self._cues
        places = [*self._open]
        for table, seconds, reach in self._by_second:
            end = i + reach + 2
            for words in (lower[i + 1 : end], lemmas[i + 1 : end]):
                if not seconds.isdisjoint(words):
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


class CueMatcher:
    """Finds the words of cues in one document.

    Args:
        doc: tagged, parsed, lemmatised.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._tokens = tokens_of(doc)
        self._annotation = annotation_of(doc)

    def matched(self, cue: StanceCue, i: int) -> tuple[int, ...]:
        """The indices of the words of a cue, if it begins at a token and the grammar bears it out; else empty.

        Args:
            cue: a word or phrase of the lexicon.
            i: the token whose lemma, or whose form, is the first word of the cue.
        """
        annotation = self._annotation
        pos, dep = annotation.pos[i], annotation.dep[i]
        if pos not in _POS[cue.pos] and not (
            (cue.pos == "verb" and is_verbal(annotation, i)) or (cue.parts and cue.pos == "noun")
        ):
            return ()
        words = self.words_at(cue, i)
        if not words or ("deed" in cue.when and not is_advice(self._doc[i])):
            return ()
        if cue.pos == "person":
            titled = self._tokens.text[i][0].isupper() and i > annotation.sentence(i)[0]
            if dep in {"compound", "amod", "nmod"} or titled:
                return ()  # "trade critic Ann Lee" is a title
            if is_none(self._doc[i]) or (pos == "ADJ" and dep != "pobj"):
                return ()  # "the accord has few enthusiasts"
        if cue.before and cue.before.isdisjoint(self._tokens.lower[max(0, i - 2) : i]):
            return ()
        as_verb = cue.pos == "adjective" and pos == "VERB" and dep not in {"acomp", "oprd", "acl", "amod", "pcomp"}
        if as_verb and annotation.tag[i] != "VBN" and not self._has_copula(i):
            return ()
        if cue.pos == "preposition" and not self._is_predicate(i):
            return ()
        return words

    def words_at(self, cue: StanceCue, i: int) -> tuple[int, ...]:
        """The indices of the words of a cue's phrase, if the first is a token and the cue's particle stands with it."""
        if cue.particle and cue.pos in {"verb", "adjective"} and not self._has_particle(i, cue.particle):
            return ()
        return self._phrase(cue, i) if cue.parts else (i,)

    def _has_copula(self, i: int) -> bool:
        annotation = self._annotation
        dep, lemma = annotation.dep, annotation.lemma
        return any(dep[c] == "auxpass" or (dep[c] == "aux" and lemma[c] == "be") for c in annotation.children[i])

    def _is_predicate(self, i: int) -> bool:
        """Whether a prepositional phrase is what somebody is: "is against it", "remains on the fence"."""
        annotation, copulas = self._annotation, words_of("copula")
        above = annotation.head[i]
        if annotation.tag[above] == "VBN" or annotation.lemma_lower[above] in copulas:
            return True
        # "is dead set against"
        return annotation.pos[above] in {"ADJ", "ADV"} and annotation.lemma_lower[annotation.head[above]] in copulas

    def _phrase(self, cue: StanceCue, place: int) -> tuple[int, ...]:
        tokens = self._tokens
        found = [place]
        reach = _STEP
        for part in cue.parts:
            if part == _OBJECT:
                reach = _GAP
                continue
            here = self._next(part, place + 1, place + reach + 2)
            if here < 0:
                return ()
            for i in range(place + 1, here):
                pos = tokens.pos[i]
                if pos == "PUNCT" and tokens.text[i] not in _QUOTES:
                    return ()
                if reach == _STEP and pos not in _BETWEEN and not self._owns(i):
                    return ()
            found.append(here)
            place, reach = here, _STEP
        return tuple(found)

    def _next(self, part: frozenset[str], start: int, end: int) -> int:
        """The first token of a stretch that is one of the words of a phrase's part; -1 if there is none."""
        lower, lemma, owned = self._tokens.lower, self._tokens.lemma_lower, "~" in part
        for i in range(start, min(end, len(lower))):
            if lower[i] in part or lemma[i] in part or (owned and self._owns(i)):
                return i
        return -1

    def _owns(self, i: int) -> bool:
        return self._tokens.tag[i] in {"PRP$", "POS"} or self._tokens.lower[i] in _QUOTES

    def _has_particle(self, i: int, particle: str) -> bool:
        words, annotation = self._tokens.lower, self._annotation
        for child in annotation.children[i]:
            if words[child] == particle and annotation.dep[child] in _PARTICLES:
                return child < i + 3 or not gapped(self._doc[child])
            if words[child] == "out" and any(words[c] == particle for c in annotation.children[child]):
                return True
        return particle in words[i + 1 : min(i + 3, annotation.sentence(i)[1])]
