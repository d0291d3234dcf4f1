"""A document's annotation as spaCy has set it, as plain lists and numbers, for all components that read every token."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, POS, SENT_START, TAG
from spacy.tokens import Doc

from kgbuild.extraction.places import Places
from kgbuild.extraction.remembered import Remembered

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: the attributes that are read; those in front also as strings
ATTRIBUTES = (LEMMA, POS, TAG, DEP, ENT_TYPE, ENT_IOB, HEAD, SENT_START)
#: their places in ``Annotation.columns``
A_LEMMA, A_POS, A_TAG, A_DEP, A_ENT_TYPE, A_ENT_IOB, A_HEAD, A_SENT_START = range(len(ATTRIBUTES))
_NAMED = 5


@dataclass(slots=True)
class Annotation:
    """The annotation of a parsed document, indexed by token; what is missing is empty.

    Attributes:
        columns: ``ATTRIBUTES`` as spaCy's integers, one row an attribute.
        lemma, pos, tag, dep, entity: as strings.
        lemma_lower: the lemma in lower case.
        lemma_at: where the lemmas in lower case stand.
        heads: index of each token's syntactic head; a root is its own.
        head: the same as a list.
        children: indices of the dependents, in text order.
        sentences: where the sentences begin, and where the last one ends.
    """

    columns: NDArray[np.uint64]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    entity: list[str]
    lemma_lower: list[str]
    lemma_at: Places
    heads: NDArray[np.int64]
    head: list[int]
    children: list[Sequence[int]]
    sentences: list[int]

    def sentence(self, i: int) -> tuple[int, int]:
        """The first token of a token's sentence, and the one behind its last, as ``Token.sent`` has them."""
        number = bisect.bisect_right(self.sentences, i)
        return self.sentences[number - 1], self.sentences[number]


_KEY = "kgbuild_annotation"


def annotation_of(doc: Doc) -> Annotation:
    """The annotation of a document as lists, made once for a document.

    Args:
        doc: tagged, parsed, lemmatised, with entities; nothing of this is to change any more.
    """
    # read so often that going through an extension's attribute would be felt
    known: Annotation | None = doc.user_data.get(_KEY)
    if known is None:
        known = doc.user_data[_KEY] = _read(doc)
    return known


_names: Remembered[str] = Remembered()


def _read(doc: Doc) -> Annotation:
    size = len(doc)
    columns = np.ascontiguousarray(doc.to_array(ATTRIBUTES).reshape(size, len(ATTRIBUTES)).T)
    # a document has few values: a number of Python's is made for each of them, not for each token
    unique, places = np.unique(columns[:_NAMED], return_inverse=True)
    values = unique.tolist()
    strings = doc.vocab.strings
    names = _names.of(frozenset(values), lambda value: strings[value] if value else "")
    found = [names[value] for value in values]
    places = places.reshape(_NAMED, size)
    lemma, pos, tag, dep, entity = np.array(found, object)[places].tolist()
    lemma_lower = np.array([name.lower() for name in found], object)[places[0]].tolist()
    # heads are stored as signed distances in an unsigned column; a broken parse must not lead outside
    heads = np.clip(np.arange(size) + columns[A_HEAD].astype(np.int64), 0, max(0, size - 1))
    return Annotation(
        columns=columns,
        lemma=lemma,
        pos=pos,
        tag=tag,
        dep=dep,
        entity=entity,
        lemma_lower=lemma_lower,
        lemma_at=Places(lemma_lower),
        heads=heads,
        head=heads.tolist(),
        children=_children(heads),
        sentences=[0, *(np.flatnonzero(columns[A_SENT_START][1:] == 1) + 1).tolist(), size],
    )


def _children(heads: NDArray[np.int64]) -> list[Sequence[int]]:
    dependents = np.flatnonzero(heads != np.arange(len(heads)))
    above = heads[dependents]
    order = np.argsort(above, kind="stable")
    grouped, above = dependents[order].tolist(), above[order]
    # half of all words have none
    children: list[Sequence[int]] = [()] * len(heads)
    starts = np.flatnonzero(np.diff(above, prepend=-1))
    bounds = itertools.pairwise([*starts.tolist(), len(grouped)])
    for head, (start, end) in zip(above[starts].tolist(), bounds, strict=True):
        children[head] = grouped[start:end]
    return children
