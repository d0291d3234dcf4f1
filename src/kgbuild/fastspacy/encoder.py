"""spaCy's ``Tok2Vec`` (hash embeddings, then residual convolutions) in numpy: the same numbers in less time.

Three things make it faster. Embeddings depend on a token's type alone, so they are kept in a table. The convolutions
run over many documents at once in buffers that are used again. And numpy's matrix product uses the processor better
than the kernels that thinc falls back to on many machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc
    from thinc.api import Model, NumpyOps

Floats = NDArray[np.float32]

#: tokens convolved in one matrix product: large enough to be worth it, small enough to stay in the cache
CHUNK = 2048
#: token types whose embeddings are kept, as many as some hundred articles have; beyond it the table is started anew,
#: which costs next to nothing, while each type takes half a kilobyte in each encoder
MAX_TYPES = 16_384


class UnknownArchitectureError(ValueError):
    """The model is not built as this module knows it, so stock spaCy has to run it."""


@dataclass(frozen=True)
class MaxoutLayer:
    """A maxout layer followed by layer normalisation.

    Attributes:
        weights: ``(inputs, pieces * outputs)``.
        bias: ``(pieces * outputs,)``.
        gain, shift: of the normalisation, ``(outputs,)``.
        pieces: of which the maximum is taken.
    """

    weights: Floats
    bias: Floats
    gain: Floats
    shift: Floats
    pieces: int

    @property
    def width(self) -> int:
        """Number of outputs."""
        return len(self.gain)

    @classmethod
    def of(cls, model: Model[Any, Any]) -> MaxoutLayer:
        """Reads the parameters of a thinc ``maxout>>layernorm``.

        Raises:
            UnknownArchitectureError: it is something else.
        """
        if model.name != "maxout>>layernorm" or len(model.layers) != 2:
            raise UnknownArchitectureError(f"expected maxout>>layernorm, found {model.name}")
        maxout, norm = model.layers
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        outputs, pieces, inputs = weights.shape
        return cls(
            np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(pieces * outputs, inputs).T),
            np.ascontiguousarray(bias.T.reshape(-1)),
            norm.get_param("G").copy(),
            norm.get_param("b").copy(),
            pieces,
        )

    def largest_piece(self, affine: Floats, out: Floats) -> None:
        """Writes the maximum over the pieces of ``(rows, pieces * outputs)`` to ``(rows, outputs)``."""
        width = self.width
        np.maximum(affine[:, :width], affine[:, width : 2 * width], out=out)
        for piece in range(2, self.pieces):
            np.maximum(out, affine[:, piece * width : (piece + 1) * width], out=out)

    def add_normalised(self, rows: Floats, out: Floats) -> None:
        """Normalises the rows in place, as thinc's ``LayerNorm`` does, and adds them to ``out``."""
        rows -= rows.mean(axis=1, keepdims=True)
        scale = np.einsum("ij,ij->i", rows, rows)
        scale /= rows.shape[1]
        scale += 1e-8
        np.sqrt(scale, out=scale)
        np.reciprocal(scale, out=scale)
        rows *= scale[:, None]
        rows *= self.gain
        rows += self.shift
        out += rows


def _named(model: Model[Any, Any], name: str) -> list[Model[Any, Any]]:
    return [node for node in model.walk() if node.name == name]


class Encoder:
    """A ``spacy.HashEmbedCNN`` that has been taken apart.

    Args:
        model: the thinc model of a ``Tok2Vec``.
        ops: what hashes and gathers the embeddings.

    Raises:
        UnknownArchitectureError: the model is built in another way.
    """

    def __init__(self, model: Model[Any, Any], ops: NumpyOps) -> None:
        self._ops = ops
        extract = _named(model, "extract_features")
        if len(extract) != 1:
            raise UnknownArchitectureError("the features are not extracted in one place")
        self._columns: list[str] = extract[0].attrs["columns"]
        embeddings = sorted(_named(model, "hashembed"), key=lambda node: node.attrs["column"])
        if [node.attrs["column"] for node in embeddings] != list(range(len(self._columns))):
            raise UnknownArchitectureError("there is not one embedding table for each feature")
        self._tables: list[tuple[int, Floats]] = [(n.attrs["seed"], n.get_param("E")) for n in embeddings]
        pairs = _named(model, "maxout>>layernorm")
        if len(pairs) < 2:
            raise UnknownArchitectureError("there are no maxout layers")
        self._mix = MaxoutLayer.of(pairs[0])
        self._convolutions = [MaxoutLayer.of(pair) for pair in pairs[1:]]
        width = self._mix.width
        if self._mix.weights.shape[0] != sum(table.shape[1] for _, table in self._tables):
            raise UnknownArchitectureError("the first maxout layer does not read the embeddings")
        if any(layer.weights.shape[0] != 3 * width or layer.width != width for layer in self._convolutions):
            raise UnknownArchitectureError("the convolutions do not look at three tokens")
        windows = _named(model, "expand_window")
        residuals = [n for n in model.walk() if n.name.startswith("residual(") and n.name.endswith("dropout)")]
        if [w.attrs["window_size"] for w in windows] != [1] * len(self._convolutions):
            raise UnknownArchitectureError("the windows are not one token wide on each side")
        if len({r for r in residuals if ">>residual(" not in r.name}) != len(self._convolutions):
            raise UnknownArchitectureError("the convolutions are not residual")
        self.width = width
        self._pad = len(self._convolutions)
        self._row_of: dict[int, int] = {}
        self._table: Floats = np.zeros((4096, width), dtype=np.float32)
        generator = np.random.RandomState(1)
        odd = generator.randint(1, 2**62, size=len(self._columns)).astype(np.uint64)
        self._multipliers: NDArray[np.uint64] = (odd << np.uint64(1)) | np.uint64(1)
        self._buffers: tuple[Floats, Floats, Floats, Floats] | None = None

    def __call__(self, docs: Sequence[Doc]) -> tuple[Floats, NDArray[np.int64]]:
        """Encodes documents.

        Returns:
            The vectors of all tokens, ``(tokens, width)``, and where each document starts in them, with the end
            appended.
        """
        lengths = [len(doc) for doc in docs]
        offsets = np.cumsum([0, *lengths])
        rows = self._rows(docs)
        out: Floats = np.empty((int(offsets[-1]), self.width), dtype=np.float32)
        first = 0
        while first < len(docs):
            last, size = first, self._pad
            while last < len(docs) and (last == first or size + lengths[last] + self._pad <= CHUNK):
                size += lengths[last] + self._pad
                last += 1
            self._convolve(rows, offsets, range(first, last), out)
            first = last
        return out, offsets

    def _embed(self, features: NDArray[np.uint64]) -> Floats:
        """Mixed embeddings of token types, ``(types, width)``."""
        parts = []
        for column, (seed, table) in enumerate(self._tables):
            keys = self._ops.hash(np.ascontiguousarray(features[:, column]), seed) % table.shape[0]
            parts.append(self._ops.gather_add(table, keys))
        affine = np.concatenate(parts, axis=1) @ self._mix.weights
        affine += self._mix.bias
        largest: Floats = np.empty((len(features), self.width), dtype=np.float32)
        self._mix.largest_piece(affine, largest)
        out = np.zeros_like(largest)
        self._mix.add_normalised(largest, out)
        return out

    def _rows(self, docs: Sequence[Doc]) -> NDArray[np.int64]:
        """For each token the row of the table that holds the embedding of its type; new types are added."""
        features = np.concatenate([doc.to_array(self._columns).reshape(len(doc), len(self._columns)) for doc in docs])
        keys = (features * self._multipliers).sum(axis=1, dtype=np.uint64)
        keys ^= keys >> np.uint64(29)
        types, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        if len(self._row_of) + len(types) > MAX_TYPES:
            self._row_of.clear()
        look_up = self._row_of.get
        rows = np.array([look_up(key, -1) for key in types.tolist()], dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        if len(new):
            start = len(self._row_of)
            needed = start + len(new)
            if needed > len(self._table):
                grown = np.zeros((max(needed, 2 * len(self._table)), self.width), dtype=np.float32)
                grown[:start] = self._table[:start]
                self._table = grown
            self._table[start:needed] = self._embed(features[first[new]])
            for offset, key in enumerate(types[new].tolist()):
                self._row_of[key] = start + offset
            rows[new] = np.arange(start, needed)
        return rows[inverse]

    def _convolve(self, rows: NDArray[np.int64], offsets: NDArray[np.int64], documents: range, out: Floats) -> None:
        """Runs the convolutions over neighbouring documents, laid end to end with padding between them.

        The padding is as wide as the layers see together, so that no document sees another.
        """
        width, pad = self.width, self._pad
        size = int(offsets[documents.stop] - offsets[documents.start]) + pad * (len(documents) + 1)
        if self._buffers is None or len(self._buffers[0]) < size:
            pieces = max(layer.pieces for layer in self._convolutions)
            self._buffers = (
                np.empty((size, width), dtype=np.float32),
                np.empty((size, 3 * width), dtype=np.float32),
                np.empty((size, pieces * width), dtype=np.float32),
                np.empty((size, width), dtype=np.float32),
            )
        values, windows, affine, largest = (buffer[:size] for buffer in self._buffers)
        position = pad
        values[:pad] = 0
        starts = []
        for number in documents:
            length = int(offsets[number + 1] - offsets[number])
            values[position : position + length] = self._table[rows[offsets[number] : offsets[number + 1]]]
            starts.append(position)
            position += length
            values[position : position + pad] = 0
            position += pad
        for layer in self._convolutions:
            windows[:, width : 2 * width] = values
            windows[1:, :width] = values[:-1]
            windows[0, :width] = 0
            windows[:-1, 2 * width :] = values[1:]
            windows[-1, 2 * width :] = 0
            np.dot(windows, layer.weights, out=affine)
            affine += layer.bias
            layer.largest_piece(affine, largest)
            layer.add_normalised(largest, values)
        for number, start in zip(documents, starts, strict=True):
            length = int(offsets[number + 1] - offsets[number])
            out[offsets[number] : offsets[number + 1]] = values[start : start + length]
