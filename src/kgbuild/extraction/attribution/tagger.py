"""Marks which tokens name a source, a cue, or what is said: a small dilated convolutional net, in numpy alone.

The net reads spaCy's own token vectors and annotation, so it costs a fraction of a second pass over the text. It is
trained by
``python -m kgbuild.training attribution``; see docs/attribution-model-card.md for its data and scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kgbuild.errors import KgbuildError
from kgbuild.extraction.attribution.features import CATEGORIES, TokenFeatures, token_features

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from kgbuild.extraction.attribution.view import TokenView

#: outside; the first and the further tokens of a source, a cue, a content
LABELS = ("O", "B-S", "I-S", "B-C", "I-C", "B-N", "I-N")
DILATIONS = (1, 1, 2, 4, 8, 16, 32, 1)

#: indices of those that only follow their own kind
_INNER = (2, 4, 6)
_IS_INNER = np.array([label in _INNER for label in range(len(LABELS))])
_NEVER = -1e4
#: log-probability from which a token is outside for sure
_SURELY_OUTSIDE = -0.005


@dataclass(frozen=True, slots=True)
class Marks:
    """What the tagger says of each token of a document.

    Attributes:
        source, cue, content: probability that the token lies in one; 0 for white space.
        begins: probability that a content begins at the token.
        labels: index into ``LABELS`` of the best consistent labelling.
    """

    source: NDArray[np.float32]
    cue: NDArray[np.float32]
    content: NDArray[np.float32]
    begins: NDArray[np.float32]
    labels: NDArray[np.int64]


def rows_of(keys: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each value one more than its place among the sorted keys, or 0 if it is not among them."""
    if not len(keys):
        return np.zeros(values.shape, np.int64)
    place = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    rows: NDArray[np.int64] = np.where(keys[place] == values, place + 1, 0)
    return rows


def stored_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The weights of a trained net, by name.

    Raises:
        KgbuildError: the file cannot be read.
    """
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{path}: no attribution model can be read from it ({error})") from error


class Tagger:
    """The trained net: layers of three taps without normalisation, each a product of two thin matrices.

    Args:
        path: weights, as the training command writes them.

    Raises:
        KgbuildError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        arrays = stored_arrays(path)
        weights = {n: a.astype(np.float32) for n, a in arrays.items() if n.startswith("net.")}
        self._keys = arrays["keys.lemma"]
        self._lemma = weights["net.lemma.weight"]
        self._category_keys = [arrays[f"keys.category.{k}"] for k in range(len(CATEGORIES))]
        # the tables of all categories one below the other, so that they are read at once
        tables = [weights[f"net.category.{k}.weight"] for k in range(len(CATEGORIES))]
        self._categories = np.concatenate(tables)
        self._firsts = np.cumsum([0, *map(len, tables[:-1])])
        self._enter = np.ascontiguousarray(weights["net.enter.weight"].T)
        self._offset = weights["net.enter.bias"]
        # to what is thinner; and from the three tokens' thin vectors, one behind the other, with a 1 for the offset
        self._layers = [
            (
                np.ascontiguousarray(weights[f"net.layers.{k}.first.weight"].T),
                _with_offset(weights, f"net.layers.{k}.second"),
            )
            for k in range(len(DILATIONS))
        ]
        self._out = np.ascontiguousarray(weights["net.out.weight"].T), weights["net.out.bias"]

    def scores(self, view: TokenView) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Log-probabilities of the labels, with the tokens they belong to."""
        features = token_features(view)
        hidden = self._inputs(features) @ self._enter
        hidden += self._offset
        size = len(hidden)
        # numpy takes the larger of two arrays three times as fast as that of an array and a number
        zeros, out = np.zeros_like(hidden), np.empty_like(hidden)
        taps = np.ones((size, len(self._layers[0][1])), np.float32)
        for (first, second), dilation in zip(self._layers, DILATIONS, strict=True):
            rank, inner = first.shape[1], max(0, size - dilation)
            thin = hidden @ first
            taps[:dilation, :rank] = 0
            taps[dilation:, :rank] = thin[:inner]
            taps[:, rank : 2 * rank] = thin
            taps[:inner, 2 * rank : 3 * rank] = thin[dilation:]
            taps[inner:, 2 * rank : 3 * rank] = 0
            np.matmul(taps, second, out=out)
            hidden += np.maximum(out, zeros, out=out)
        raw = np.empty((size, len(LABELS)), np.float32)
        np.matmul(hidden, self._out[0], out=raw)
        raw += self._out[1]
        raw -= raw.max(1, keepdims=True) if size else 0
        raw -= np.log(np.exp(raw).sum(1, keepdims=True))
        return features.index, raw

    def _inputs(self, features: TokenFeatures) -> NDArray[np.float32]:
        size = len(features.index)
        lemmas = self._lemma.take(rows_of(self._keys, features.lemma)[features.lemma_of], axis=0)
        rows = np.stack([rows_of(k, v) for k, v in zip(self._category_keys, features.categories, strict=True)], 1)
        categories = self._categories.take(rows + self._firsts, axis=0)
        return np.concatenate([lemmas.reshape(size, -1), categories.reshape(size, -1), features.dense], 1)

    def marks(self, view: TokenView) -> Marks:
        """Marks every token of a document."""
        index, scores = self.scores(view)
        return marks_of(view.n, index, scores)


def marks_of(n: int, index: NDArray[np.int64], scores: NDArray[np.float32]) -> Marks:
    """What scores say of each token.

    Args:
        n: the tokens of the document.
        index: those that have scores.
        scores: their log-probabilities of the labels.
    """
    # one column each: source, cue, content, and the content's first token
    told = np.zeros((4, n), np.float32)
    first, inner = np.exp(scores[:, 1::2].T), np.exp(scores[:, 2::2].T)
    told[:3, index] = first + inner
    told[3, index] = first[2]
    labels = np.zeros(n, np.int64)
    labels[index] = _labels_between(scores)
    return Marks(told[0], told[1], told[2], told[3], labels)


def _labels_between(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """As ``best_labels``, token by token only where the net is not sure of "outside": nothing crosses a sure one.

    Where each token's own best label makes a consistent labelling, this is the best one.
    """
    labels: NDArray[np.int64] = scores.argmax(1) if len(scores) else np.zeros(0, np.int64)
    before = np.append(0, labels[:-1])
    torn = np.flatnonzero(_IS_INNER[labels] & (before != labels) & (before != labels - 1))
    if len(torn):
        sure = np.flatnonzero(scores[:, 0] >= _SURELY_OUTSIDE)
        # a stretch runs from behind the sure token before it to the next one
        bounds = np.concatenate([[-1], sure, [len(scores)]])
        for place in np.unique(np.searchsorted(sure, torn)).tolist():
            stretch = slice(bounds[place] + 1, bounds[place + 1])
            labels[stretch] = best_labels(scores[stretch])
    return labels


def best_labels(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """The likeliest labelling in which every inner label follows its own kind (Viterbi's algorithm)."""
    size = len(scores)
    if not size:
        return np.zeros(0, np.int64)
    rows = scores.tolist()
    # for each token but the first, the best label before any label that can follow all, and before each inner label
    back: list[tuple[int, int, int, int]] = []
    outside, bs, is_, bc, ic, bn, in_ = rows[0]
    is_, ic, in_ = is_ + _NEVER, ic + _NEVER, in_ + _NEVER
    for row in rows[1:]:
        current = (outside, bs, is_, bc, ic, bn, in_)
        top = max(current)
        # an inner label follows its first or another inner one
        from_s, from_c, from_n = bs >= is_, bc >= ic, bn >= in_
        back.append((current.index(top), 1 if from_s else 2, 3 if from_c else 4, 5 if from_n else 6))
        outside, bs, is_, bc, ic, bn, in_ = (
            top + row[0],
            top + row[1],
            (bs if from_s else is_) + row[2],
            top + row[3],
            (bc if from_c else ic) + row[4],
            top + row[5],
            (bn if from_n else in_) + row[6],
        )
    last = (outside, bs, is_, bc, ic, bn, in_)
    label = last.index(max(last))
    path = [label]
    for pointers in reversed(back):
        label = pointers[label // 2] if label in _INNER else pointers[0]
        path.append(label)
    return np.array(path[::-1], np.int64)


def _with_offset(weights: dict[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    """A matrix with the offset below it, for vectors that end in a 1."""
    return np.concatenate([weights[f"{name}.weight"].T, weights[f"{name}.bias"][None]])
