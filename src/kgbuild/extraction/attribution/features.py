"""What the tagger sees of each token: spaCy's annotation, the quotation it stands in, and the verbs that govern it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from spacy.strings import get_string_id as hash_string
from spacy.symbols import AUX, PROPN, VERB

from kgbuild.extraction.annotation import A_DEP, A_ENT_IOB, A_ENT_TYPE, A_LEMMA, A_POS, A_SENT_START, A_TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kgbuild.extraction.attribution.view import TokenView

#: symbolic features that share the table of lemmas: the token's, its head's, and those of the two verbs above it
LEMMAS = ("own", "head", "verb", "upper_verb")
#: symbolic features with a table of their own
CATEGORIES = ("pos", "tag", "dep", "entity", "head_dep", "head_pos", "verb_dep", "upper_dep", "owner")
#: width of spaCy's token vectors
TENSOR_WIDTH = 96
#: width of the plain numbers
FLAGS = 20

_OPENING, _CLOSING = hash_string("kgbuild:opening mark"), hash_string("kgbuild:closing mark")
_NAME_SALT = hash_string("kgbuild:name")
_SHORT_QUOTATION = 6
_CLIMBS = 24
#: for each ``Word.shape`` its three parts
_SHAPES = np.array([[shape & 1, shape >> 1 & 1, shape >> 2] for shape in range(8)], np.float32)
_MARKS = frozenset("\"“”„‟«»‹›‘’‚‛'`") | {"''", "``", "‘‘", "’’", "‚‚"}


@dataclass(frozen=True, slots=True)
class TokenFeatures:
    """Features of the tokens that are no white space.

    Attributes:
        index: which tokens of the document these are.
        lemma: of every token of the document, as a hash.
        lemma_of: one column for each of ``LEMMAS``: the token whose lemma it is.
        categories: one row for each of ``CATEGORIES``, as hashes.
        dense: token vectors, then ``FLAGS`` plain numbers.
    """

    index: NDArray[np.int64]
    lemma: NDArray[np.uint64]
    lemma_of: NDArray[np.int64]
    categories: Sequence[NDArray[np.uint64]]
    dense: NDArray[np.float32]

    @property
    def lemmas(self) -> NDArray[np.uint64]:
        """One column for each of ``LEMMAS``, as hashes."""
        return self.lemma[self.lemma_of]


def token_features(view: TokenView) -> TokenFeatures:
    """Reads the features of every token off a parsed document.

    Args:
        view: the document.

    Returns:
        Arrays with one row for each token that is no white space.
    """
    n = view.n
    columns, heads = view.columns, view.heads
    pos = columns[A_POS]
    state, owner = _quotation_state(view)
    marks = np.flatnonzero(state >= 2)
    lemma = columns[A_LEMMA].copy()
    # names are told apart by their kind alone, or the tagger would learn who said much in its training data
    named = pos == PROPN
    lemma[named] = columns[A_ENT_TYPE, named] ^ np.uint64(_NAME_SALT)
    lemma[state == 2] = _OPENING
    lemma[state == 3] = _CLOSING
    dep = columns[A_DEP]
    top, verb = _governing_verb(heads, pos)
    entity = columns[A_ENT_TYPE] + columns[A_ENT_IOB]
    tag = columns[A_TAG].copy()
    tag[marks] = 0
    owner_hash = np.zeros(n, np.uint64)
    owned = np.flatnonzero(owner >= 0)
    owner_hash[owned] = lemma[owner[owned]]
    index = np.flatnonzero(~np.array(view.space, dtype=bool))
    head, governing = heads[index], verb[index]
    lemma_of = np.stack([index, head, governing, verb[governing]], 1)
    categories = (
        *(column[index] for column in (pos, tag, dep, entity)),
        *(dep[head], pos[head], dep[top[index]], dep[top[governing]], owner_hash[index]),
    )
    dense = np.zeros((len(index), TENSOR_WIDTH + FLAGS), np.float32)
    tensor = view.tensor()
    if tensor.shape[1] == TENSOR_WIDTH:
        dense[:, :TENSOR_WIDTH] = tensor[index]
        dense[state[index] >= 2, :TENSOR_WIDTH] = 0.0
    dense[:, TENSOR_WIDTH:] = _flags(view, state, heads, verb, owner)[index]
    return TokenFeatures(index, lemma, lemma_of, categories, dense)


def _governing_verb(heads: NDArray[np.int64], pos: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each token the nearest verb above it, and the dependent of that verb on the way there.

    A token without a verb above it gets the root of its tree for both.
    """
    verbal = (pos == VERB) | (pos == AUX)
    top = np.arange(len(heads))
    above = heads.copy()
    climbing = top
    for _ in range(_CLIMBS):
        # only what has not arrived is looked at again
        at = above[climbing]
        higher = heads[at]
        on = ~verbal[at] & (higher != at)
        climbing = climbing[on]
        if not len(climbing):
            break
        top[climbing] = at[on]
        above[climbing] = higher[on]
    return top, above


def _quotation_state(view: TokenView) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whether each token is outside quotations (0), inside (1), an opening (2) or a closing mark (3); and its owner.

    The owner of a quotation is the nearest verb beside it in its paragraph, -1 if there is none.
    """
    state = np.zeros(view.n, np.int64)
    owner = np.full(view.n, -1, np.int64)
    for region in view.regions:
        start, end = region.start, region.end
        state[start:end] = 1
        if view.text[start] in _MARKS:
            state[start] = 2
        if region.closed and end - 1 > start and view.text[end - 1] in _MARKS:
            state[end - 1] = 3
        owner[start:end] = _verb_beside(view, start, end)
    return state, owner


def _verb_beside(view: TokenView, start: int, end: int, reach: int = 12) -> int:
    best, at = reach + 1, -1
    for j in range(end, min(view.n, end + reach)):
        if view.region[j] >= 0 or view.ends_sentence(j) or view.paragraph[j] != view.paragraph[start]:
            break
        if view.pos[j] == "VERB":
            best, at = j - end, j
            break
    for j in range(start - 1, max(-1, start - best), -1):
        if view.region[j] >= 0 or view.ends_sentence(j) or view.paragraph[j] != view.paragraph[start]:
            break
        if view.pos[j] == "VERB":
            at = j
            break
    return at


def _flags(
    view: TokenView,
    state: NDArray[np.int64],
    heads: NDArray[np.int64],
    verb: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> NDArray[np.float32]:
    n = view.n
    out = np.zeros((n, FLAGS), np.float32)
    if not n:
        return out
    index = np.arange(n)
    out[:, :3] = _SHAPES[np.fromiter([word.shape for word in view.words], np.int64, n)]
    out[:, 3] = view.columns[A_SENT_START] == 1
    if view.paragraphs:
        quoted = {view.paragraph[region.start] for region in view.regions}
        starts = [paragraph.start for paragraph in view.paragraphs]
        out[starts, 4] = 1
        kinds = [
            (mark == 2, paragraph.kind == "headline", number == 0, number in quoted)
            for number, (paragraph, mark) in enumerate(zip(view.paragraphs, state[starts].tolist(), strict=True))
        ]
        out[:, 5:9] = np.array(kinds, np.float32)[list(view.paragraph)]
    out[index, 9 + state] = 1
    out[:, 13] = np.clip((heads - index) / 10, -1, 1)
    out[:, 14] = np.sign(verb - index)
    out[:, 15] = np.clip((verb - index) / 20, -1, 1)
    for region in view.regions:
        out[region.start : region.end, 16] = region.end - region.start <= _SHORT_QUOTATION
        out[region.start : region.end, 17] = not region.closed
    out[:, 18] = np.where(owner >= 0, np.sign(owner - index), 0)
    out[:, 19] = heads == index
    return out
