"""The numbered features and labels that taggers learn from, cut into batches of pieces of like length."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from kgbuild.extraction.attribution.features import CATEGORIES, FLAGS, LEMMAS, TENSOR_WIDTH, TokenFeatures
from kgbuild.extraction.attribution.tagger import LABELS, rows_of

if TYPE_CHECKING:
    import random
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: pieces that are sorted by length together, in batches
_BUCKET = 20
#: the label of what is no token
NO_LABEL = -100


class Numbering:
    """Which hash gets which row of an embedding table; row 0 is for the rest.

    Attributes:
        keys: the hashes, sorted.
    """

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        self.keys = keys

    @classmethod
    def of_most_frequent(cls, counts: Counter[int], size: int, least: int) -> Numbering:
        """Of the ``size`` most frequent hashes that were met ``least`` times."""
        kept = [value for value, count in counts.most_common(size) if count >= least and value]
        return cls(np.array(sorted(kept), dtype=np.uint64))

    def __call__(self, values: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The rows of the values."""
        return rows_of(self.keys, values)


@dataclass(slots=True)
class Example:
    """The numbered features of one article, and what is to be learnt of each token.

    Attributes:
        lemmas, categories, dense: as ``token_features`` gives them, numbered.
        labels: from the hand-made marks.
        breaks: the tokens before which white space was left out.
        taught: probabilities of the labels by a trained tagger; none where nothing is learnt from one.
    """

    lemmas: NDArray[np.int64]
    categories: NDArray[np.int64]
    dense: NDArray[np.float32]
    labels: NDArray[np.int64]
    breaks: list[int] = field(default_factory=list)
    taught: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Pieces of articles one below the other, filled up at their ends; ``mask`` is 1 where there is a token."""

    lemmas: torch.Tensor
    categories: torch.Tensor
    dense: torch.Tensor
    labels: torch.Tensor
    mask: torch.Tensor
    taught: torch.Tensor


def numbered(
    features: TokenFeatures, labels: NDArray[np.int64], lemma_keys: Numbering, category_keys: Sequence[Numbering]
) -> Example:
    """The features and labels of an article as numbers."""
    index = features.index
    return Example(
        lemma_keys(features.lemmas),
        np.stack([keys(features.categories[k]) for k, keys in enumerate(category_keys)], 1),
        features.dense,
        labels,
        [k for k in range(1, len(index)) if index[k] != index[k - 1] + 1],
    )


def pieces(example: Example, length: int, first: int) -> list[tuple[Example, int, int]]:
    """Cuts an article into pieces of about ``length`` tokens, at a line break where one is near.

    Args:
        example: the article.
        length: of a piece, in tokens.
        first: length of the first piece, if it is 60 or more.
    """
    found, start, size = [], 0, len(example.labels)
    breaks = set(example.breaks)
    while start < size:
        end = min(size, start + (first if not start and first >= 60 else length))
        if end < size:
            end = next((j for j in range(end, start + (end - start) // 2, -1) if j in breaks), end)
        found.append((example, start, end))
        start = end
    return found


def batches(examples: Sequence[Example], chunk: int, size: int, rng: random.Random) -> Iterator[Batch]:
    """All articles once, in batches of ``size`` pieces of about ``chunk`` tokens, in random order."""
    cut = [piece for example in examples for piece in pieces(example, chunk, rng.randint(0, chunk))]
    rng.shuffle(cut)
    found = []
    for i in range(0, len(cut), size * _BUCKET):
        # pieces of like length together: less padding
        part = sorted(cut[i : i + size * _BUCKET], key=lambda piece: piece[2] - piece[1])
        found += [part[j : j + size] for j in range(0, len(part), size)]
    rng.shuffle(found)
    # one at a time: together they would take half a gigabyte
    for batch in found:
        yield collated(batch)


def collated(batch: Sequence[tuple[Example, int, int]]) -> Batch:
    """Pieces as one batch."""
    longest = max(end - start for _, start, end in batch)
    size = len(batch)
    lemmas = np.zeros((size, longest, len(LEMMAS)), np.int64)
    categories = np.zeros((size, longest, len(CATEGORIES)), np.int64)
    dense = np.zeros((size, longest, TENSOR_WIDTH + FLAGS), np.float32)
    labels = np.full((size, longest), NO_LABEL, np.int64)
    mask = np.zeros((size, longest, 1), np.float32)
    taught = np.zeros((size, longest, len(LABELS)), np.float32)
    for row, (example, start, end) in enumerate(batch):
        length = end - start
        lemmas[row, :length] = example.lemmas[start:end]
        categories[row, :length] = example.categories[start:end]
        dense[row, :length] = example.dense[start:end]
        labels[row, :length] = example.labels[start:end]
        mask[row, :length] = 1
        if example.taught is not None:
            taught[row, :length] = example.taught[start:end]
    return Batch(*(torch.from_numpy(a) for a in (lemmas, categories, dense, labels, mask, taught)))
