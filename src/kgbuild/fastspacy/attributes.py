"""spaCy's ``AttributeRuler`` and rule ``Lemmatizer`` for English, worked out once for each type of token.

What they set depends on a token's form, tag and dependency alone, but for the few patterns that span two tokens; pairs
that could match one of those go through the stock components.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from spacy.lookups import Lookups
from spacy.matcher import Matcher
from spacy.tokens import Doc

from kgbuild.fastspacy.encoder import UnknownArchitectureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.pipeline import AttributeRuler, Lemmatizer
    from spacy.vocab import Vocab

_KEY = ["ORTH", "TAG", "DEP"]
_SET = ["TAG", "POS", "MORPH", "LEMMA", "DEP"]
_LEMMA = _SET.index("LEMMA")
_INDEX = "lemma_index"
#: what a pattern may look at: the key above, and what follows from the form
_KNOWN_ATTRIBUTES = frozenset({"ORTH", "TEXT", "LOWER", "TAG", "DEP", "IS_SPACE", "IS_PUNCT", "IS_DIGIT", "SHAPE"})
#: types of tokens whose attributes are kept; beyond it they are found anew, so that memory does not grow with a corpus
MAX_TYPES = 65_536


class TypeAttributes:
    """Sets tags, parts of speech, morphology, lemmas and dependencies as the two stock components would.

    Raises:
        UnknownArchitectureError: the rules look at more than a token's form, tag and dependency.
    """

    def __init__(self, vocab: Vocab, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        if lemmatizer.mode != "rule" or lemmatizer.overwrite:
            raise UnknownArchitectureError("the lemmatizer is not the rule lemmatizer in its default mode")
        patterns = [pattern for rule in ruler.patterns for pattern in rule["patterns"]]
        if any(len(pattern) > 2 for pattern in patterns):
            raise UnknownArchitectureError("a pattern of the attribute ruler spans more than two tokens")
        used = {str(attribute) for pattern in patterns for token in pattern for attribute in token}
        if not used <= _KNOWN_ATTRIBUTES:
            raise UnknownArchitectureError(f"the attribute ruler looks at {sorted(used - _KNOWN_ATTRIBUTES)}")
        self._vocab, self._ruler, self._lemmatizer = vocab, ruler, _with_quick_index(lemmatizer)
        self._pair_opener = Matcher(vocab)
        openers = [[pattern[0]] for pattern in patterns if len(pattern) == 2]
        if openers:
            self._pair_opener.add("opener", openers)
        self._multipliers = np.array(
            [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64
        )  # odd, with well mixed bits (those of the hash functions Fibonacci, xxHash and again xxHash)
        self._clear()

    def _clear(self) -> None:
        self._row_of: dict[int, int] = {}
        self._values: NDArray[np.uint64] = np.zeros((4096, len(_SET)), dtype=np.uint64)
        self._opens_pair: NDArray[np.bool_] = np.zeros(4096, dtype=bool)
        self._lemmas: list[str] = []

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Sets the attributes of documents that have been tagged and parsed."""
        docs = [doc for doc in docs if len(doc)]
        if not docs:
            return
        keys = np.concatenate([doc.to_array(_KEY) for doc in docs])
        hashes = (keys * self._multipliers).sum(axis=1, dtype=np.uint64)
        hashes ^= hashes >> np.uint64(31)
        types, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        if len(self._row_of) + len(types) > MAX_TYPES:
            self._clear()
            self._lemmatizer.cache.clear()
        rows = np.array([self._row_of.get(key, -1) for key in types.tolist()], dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        if len(new):
            start = len(self._row_of)
            self._learn(keys[first[new]], start)
            for offset, key in enumerate(types[new].tolist()):
                self._row_of[key] = start + offset
            rows[new] = np.arange(start, start + len(new))
        # within a memory zone the vocabulary forgets strings; a lemma has to be one it knows
        add = self._vocab.strings.add
        for row in rows.tolist():
            add(self._lemmas[row])
        row_of_token = rows[inverse]
        end = 0
        for doc in docs:
            start, end = end, end + len(doc)
            values = self._values[row_of_token[start:end]]
            self._mend_pairs(doc, np.flatnonzero(self._opens_pair[row_of_token[start:end]]).tolist(), values)
            doc.from_array(_SET, values)

    def _learn(self, keys: NDArray[np.uint64], start: int) -> None:
        """Runs the stock components over a document of one token for each new type."""
        strings = self._vocab.strings
        forms = [(strings[int(form)], strings[int(tag)], strings[int(dep)]) for form, tag, dep in keys]
        doc = Doc(
            self._vocab,
            words=[form for form, _, _ in forms],
            tags=[tag for _, tag, _ in forms],
            deps=[dep for _, _, dep in forms],
            heads=list(range(len(forms))),
            spaces=[False] * len(forms),
        )
        openers = {begin for _, begin, _ in self._pair_opener(doc, allow_missing=True)} if self._pair_opener else set()
        self._ruler.set_annotations(doc, [m for m in self._ruler.match(doc) if m[3] - m[2] == 1])
        self._lemmatizer(doc)
        needed = start + len(forms)
        while needed > len(self._values):
            self._values = np.concatenate([self._values, np.zeros_like(self._values)])
            self._opens_pair = np.concatenate([self._opens_pair, np.zeros_like(self._opens_pair)])
        self._values[start:needed] = doc.to_array(_SET)
        self._opens_pair[start:needed] = [i in openers for i in range(len(forms))]
        self._lemmas += [token.lemma_ for token in doc]

    def _mend_pairs(self, doc: Doc, openers: list[int], values: NDArray[np.uint64]) -> None:
        """Overwrites the values of two neighbouring tokens that match a pattern for pairs."""
        for i in openers:
            if i + 1 >= len(doc):
                continue
            pair = doc[i : i + 2]
            alone = Doc(
                self._vocab,
                words=[token.text for token in pair],
                tags=[token.tag_ for token in pair],
                deps=[token.dep_ for token in pair],
                heads=[0, 1],
                spaces=[False, False],
            )
            if any(end - begin > 1 for _, begin, end in self._ruler.matcher(alone, allow_missing=True)):
                values[i : i + 2] = self._lemmatizer(self._ruler(alone)).to_array(_SET)


def _with_quick_index(lemmatizer: Lemmatizer) -> Lemmatizer:
    """Another lemmatizer with the same tables, that looks words up in sets: the stock one goes through long lists."""
    quick = type(lemmatizer)(lemmatizer.vocab, lemmatizer.model, mode=lemmatizer.mode, overwrite=lemmatizer.overwrite)
    lookups = Lookups()
    for name in lemmatizer.lookups.tables:
        table = lemmatizer.lookups.get_table(name)
        lookups.add_table(name, {key: frozenset(words) for key, words in table.items()} if name == _INDEX else table)
    quick.lookups = lookups
    return quick
