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
_EPSILON = 1e-5
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


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer's three taps, as a product of two matrices, with its normalisation folded in.

    Attributes:
        first: from a token's vector to what is thinner; centred, so that the vector's mean falls away, with a last
            column that gives this mean.
        second: from the three tokens' thin vectors, one behind the other, and a 1 for the offset of a token with
            neighbours on both sides.
        left, right: what of this offset falls to either neighbour.
    """

    first: NDArray[np.float32]
    second: NDArray[np.float32]
    left: NDArray[np.float32]
    right: NDArray[np.float32]

    def taps(self) -> NDArray[np.float32]:
        """The three taps side by side, for vectors whose mean is 0."""
        return np.concatenate([self.first[:, :-1] @ tap for tap in np.split(self.second[:-1], 3)], 1)


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
    """The trained net.

    Args:
        path: weights, as the training command writes them.

    Raises:
        KgbuildError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        arrays = stored_arrays(path)
        self._keys = arrays["keys.lemma"]
        self._category_keys = [arrays[f"keys.category.{k}"] for k in range(len(CATEGORIES))]
        self._weights = {n: a.astype(np.float32) for n, a in arrays.items() if n.startswith(("net.", "low."))}
        self.layers = [self._stored(k) if "low.0.first" in arrays else self._folded(k) for k in range(len(DILATIONS))]
        self._out = (
            _centred((self._weights["net.out.weight"] * self._weights["net.norm.weight"]).T),
            self._weights["net.out.weight"] @ self._weights["net.norm.bias"] + self._weights["net.out.bias"],
        )
        self._enter = np.ascontiguousarray(self._weights["net.enter.weight"].T)
        self._lemma = self._weights["net.lemma.weight"]
        # the tables of all categories one below the other, so that they are read at once
        tables = [self._weights[f"net.category.{k}.weight"] for k in range(len(CATEGORIES))]
        self._categories = np.concatenate(tables)
        self._firsts = np.cumsum([0, *map(len, tables[:-1])])

    def _stored(self, k: int) -> Layer:
        """A layer whose taps the training command has written as the product of two thin matrices."""
        first, second, offset, left, right = (
            self._weights[f"low.{k}.{name}"] for name in ("first", "second", "offset", "left", "right")
        )
        return _layer(first, np.split(second, 3, axis=1), offset, left, right)

    def _folded(self, k: int) -> Layer:
        """A layer as it was trained, with the gain and the offset of its normalisation folded into its taps."""
        w = self._weights
        weight, gain = w[f"net.blocks.{k}.linear.weight"], w[f"net.blocks.{k}.norm.weight"]
        offset = w[f"net.blocks.{k}.norm.bias"]
        width = weight.shape[0]
        taps = [weight[:, j * width : (j + 1) * width] for j in range(3)]
        left, middle, right = (tap @ offset for tap in taps)
        offset = left + middle + right + w[f"net.blocks.{k}.linear.bias"]
        return _layer(np.eye(width, dtype=np.float32), [(tap * gain).T for tap in taps], offset, left, right)

    def scores(
        self, view: TokenView, inputs: list[NDArray[Any]] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Log-probabilities of the labels, with the tokens they belong to.

        Args:
            view: the document.
            inputs: gets what each layer's taps are applied to, and is not needed for the scores; for the training
                command.
        """
        features = token_features(view)
        size = len(features.index)
        hidden = self._inputs(features) @ self._enter
        hidden += self._weights["net.enter.bias"]
        # numpy takes the larger of two arrays three times as fast as that of an array and a number
        zeros = np.zeros_like(hidden)
        taps = np.ones((size, len(self.layers[0].second)), np.float32)
        for layer, dilation in zip(self.layers, DILATIONS, strict=True):
            if inputs is not None:
                inputs.append(normalised(hidden))
            rank = layer.first.shape[1] - 1
            thin = taps[:, rank : 2 * rank]
            _normalised_product(hidden, layer.first, thin)
            taps[:dilation, :rank] = 0
            taps[dilation:, :rank] = thin[: max(0, size - dilation)]
            taps[: max(0, size - dilation), 2 * rank : 3 * rank] = thin[dilation:]
            taps[max(0, size - dilation) :, 2 * rank : 3 * rank] = 0
            out = taps @ layer.second
            out[:dilation] -= layer.left
            out[max(0, size - dilation) :] -= layer.right
            hidden += np.maximum(out, zeros, out=out)
        raw = np.empty((size, len(LABELS)), np.float32)
        _normalised_product(hidden, self._out[0], raw)
        raw += self._out[1]
        raw -= raw.max(1, keepdims=True) if size else 0
        raw -= np.log(np.exp(raw).sum(1, keepdims=True))
        return features.index, raw

    def _inputs(self, features: TokenFeatures) -> NDArray[np.float32]:
        """What each token is known by, a row each; ``take`` is three times as fast as an index in brackets."""
        size = len(features.index)
        lemmas = self._lemma.take(rows_of(self._keys, features.lemma)[features.lemma_of], axis=0)
        rows = np.stack([rows_of(k, v) for k, v in zip(self._category_keys, features.categories, strict=True)], 1)
        rows += self._firsts
        categories = self._categories.take(rows, axis=0)
        return np.concatenate([lemmas.reshape(size, -1), categories.reshape(size, -1), features.dense], 1)

    def marks(self, view: TokenView) -> Marks:
        """Marks every token of a document."""
        index, scores = self.scores(view)
        n = view.n
        # a row each: source, cue, content, and the content's first token
        told = np.zeros((4, n), np.float32)
        probability = np.exp(scores).T
        told[:3, index] = probability[1::2] + probability[2::2]
        told[3, index] = probability[5]
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


def _layer(
    first: NDArray[np.float32],
    taps: list[NDArray[np.float32]],
    offset: NDArray[np.float32],
    left: NDArray[np.float32],
    right: NDArray[np.float32],
) -> Layer:
    second = np.ascontiguousarray(np.concatenate([*taps, offset[None]]))
    return Layer(_centred(first), second, np.ascontiguousarray(left), np.ascontiguousarray(right))


def _centred(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """A matrix that a vector may be multiplied with before its mean is taken off it; its last column gives the mean."""
    mean = np.full((len(matrix), 1), 1 / len(matrix))
    centred = matrix - matrix.mean(0, keepdims=True, dtype=np.float64)
    return np.ascontiguousarray(np.concatenate([centred, mean], 1), dtype=np.float32)


def _normalised_product(x: NDArray[np.float32], centred: NDArray[np.float32], result: NDArray[np.float32]) -> None:
    """``normalised(x) @ matrix`` for a matrix that ``_centred`` was given: the wide rows are not written again."""
    product = x @ centred
    mean = product[:, -1]
    variance = np.einsum("ij,ij->i", x, x)
    variance /= x.shape[1]
    variance -= mean * mean
    variance += _EPSILON
    np.sqrt(variance, out=variance)
    np.divide(1, variance, out=variance)
    np.multiply(product[:, :-1], variance[:, None], out=result)


def normalised(x: NDArray[Any]) -> NDArray[Any]:
    """Every row with mean 0 and variance 1."""
    centred = x - x.mean(1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / x.shape[1]
    centred *= (1 / np.sqrt(variance + _EPSILON))[:, None]
    result: NDArray[Any] = centred
    return result
