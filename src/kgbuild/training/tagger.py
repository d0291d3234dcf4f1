"""Trains the tagger of sources, cues and contents (torch), and writes its weights for the numpy run time."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from kgbuild.extraction.attribution.features import CATEGORIES, FLAGS, LEMMAS, TENSOR_WIDTH, token_features
from kgbuild.extraction.attribution.tagger import DILATIONS, LABELS, Tagger
from kgbuild.training.corpus import token_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from kgbuild.training.corpus import MarkedArticle


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """What is chosen before training. ``chunk`` is the length of training pieces in tokens."""

    width: int = 144
    lemma_width: int = 40
    category_width: int = 12
    lemmas: int = 8000
    least_count: int = 3
    epochs: int = 9
    batch: int = 16
    chunk: int = 256
    rate: float = 2e-3
    dropout: float = 0.15
    input_dropout: float = 0.25
    word_dropout: float = 0.1
    averaging: float = 0.998
    seed: int = 1


@dataclass(slots=True)
class Example:
    """The numbered features and labels of one article."""

    lemmas: NDArray[np.int64]
    categories: NDArray[np.int64]
    dense: NDArray[np.float32]
    labels: NDArray[np.int64]
    breaks: list[int] = field(default_factory=list)


class Block(nn.Module):
    """A residual dilated convolution of three taps."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(3 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One layer."""
        x = self.norm(hidden) * mask
        length, d = x.shape[1], self.dilation
        zeros = x.new_zeros(x.shape[0], min(d, length), x.shape[2])
        left = torch.cat([zeros, x[:, :-d]], 1)[:, :length]
        right = torch.cat([x[:, d:], zeros], 1)[:, :length]
        out: torch.Tensor = hidden + self.dropout(torch.relu(self.linear(torch.cat([left, x, right], -1))))
        return out


class TaggerNet(nn.Module):
    """The net whose inference ``extraction.attribution.tagger`` repeats in numpy."""

    def __init__(self, lemmas: int, categories: Sequence[int], settings: TaggerSettings) -> None:
        super().__init__()
        self.lemma = nn.Embedding(lemmas, settings.lemma_width)
        self.category = nn.ModuleList([nn.Embedding(size, settings.category_width) for size in categories])
        width = len(LEMMAS) * settings.lemma_width + len(CATEGORIES) * settings.category_width + TENSOR_WIDTH + FLAGS
        self.enter = nn.Linear(width, settings.width)
        self.input_dropout = nn.Dropout(settings.input_dropout)
        self.blocks = nn.ModuleList([Block(settings.width, d, settings.dropout) for d in DILATIONS])
        self.norm = nn.LayerNorm(settings.width)
        self.out = nn.Linear(settings.width, len(LABELS))

    def forward(
        self, lemmas: torch.Tensor, categories: torch.Tensor, dense: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Scores of the labels."""
        parts = [self.lemma(lemmas).flatten(2)]
        parts += [table(categories[:, :, k]) for k, table in enumerate(self.category)]
        hidden = self.enter(self.input_dropout(torch.cat([*parts, dense], -1)))
        for block in self.blocks:
            hidden = block(hidden, mask)
        scores: torch.Tensor = self.out(self.norm(hidden))
        return scores


class Numbering:
    """Which hash gets which row of an embedding table; row 0 is for the rest."""

    def __init__(self, counts: Counter[int], size: int, least: int) -> None:
        kept = [value for value, count in counts.most_common(size) if count >= least and value]
        self.keys = np.array(sorted(kept), dtype=np.uint64)

    def __call__(self, values: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The rows of the values."""
        from kgbuild.extraction.attribution.tagger import rows_of

        return rows_of(self.keys, values)


@dataclass(slots=True)
class TrainedTagger:
    """A trained net with its numberings."""

    net: TaggerNet
    lemma_keys: Numbering
    category_keys: list[Numbering]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything the run time needs, in half precision."""
        arrays: dict[str, NDArray[Any]] = {
            f"net.{name}": value.detach().numpy().astype(np.float16) for name, value in self.net.state_dict().items()
        }
        arrays["keys.lemma"] = self.lemma_keys.keys
        for k, keys in enumerate(self.category_keys):
            arrays[f"keys.category.{k}"] = keys.keys
        return arrays


def train_tagger(
    articles: Sequence[MarkedArticle], settings: TaggerSettings, report: Callable[[str], None] = lambda line: None
) -> TrainedTagger:
    """Trains on parsed articles; the same seed, articles and versions give the same weights.

    Args:
        articles: parsed.
        settings: see there.
        report: is told one line an epoch.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    rng = random.Random(settings.seed)
    raw = []
    for article in articles:
        view = article.view()
        features = token_features(view)
        breaks = [k for k in range(1, len(features.index)) if features.index[k] != features.index[k - 1] + 1]
        raw.append((features, token_labels(article, view, features.index), breaks))
    lemma_counts: Counter[int] = Counter()
    category_counts: list[Counter[int]] = [Counter() for _ in CATEGORIES]
    for features, _, _ in raw:
        lemma_counts.update(features.lemmas[:, 0].tolist())
        for k, counts in enumerate(category_counts):
            counts.update(features.categories[k].tolist())
    lemma_keys = Numbering(lemma_counts, settings.lemmas, settings.least_count)
    category_keys = [Numbering(counts, 400, 10) for counts in category_counts]
    examples = [
        Example(
            lemma_keys(features.lemmas),
            np.stack([keys(features.categories[k]) for k, keys in enumerate(category_keys)], 1),
            features.dense,
            labels,
            breaks,
        )
        for features, labels, breaks in raw
        if len(labels)
    ]
    del raw
    net = TaggerNet(len(lemma_keys.keys) + 1, [len(keys.keys) + 1 for keys in category_keys], settings)
    average = {name: value.detach().clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=0.01)
    steps_an_epoch = sum(len(_pieces(e, settings.chunk, 0)) for e in examples) / settings.batch
    total = max(1, int(steps_an_epoch * settings.epochs * 1.05))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * max(0.02, 1 - step / total)
    )
    done = 0
    for epoch in range(settings.epochs):
        started, loss_sum, steps = time.process_time(), 0.0, 0
        net.train()
        for batch in _batches(examples, settings, rng):
            lemmas, categories, dense, labels, mask = _collate(batch)
            lemmas[torch.rand(lemmas.shape) < settings.word_dropout] = 0
            scores = net(lemmas, categories, dense, mask)
            loss = nn.functional.cross_entropy(scores.reshape(-1, len(LABELS)), labels.reshape(-1), ignore_index=-100)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            done += 1
            keep = min(settings.averaging, (1 + done) / (10 + done))
            for name, value in net.state_dict().items():
                average[name].mul_(keep).add_(value.detach(), alpha=1 - keep)
            loss_sum += float(loss.detach())
            steps += 1
        report(
            f"epoch {epoch + 1} of {settings.epochs}: loss {loss_sum / max(1, steps):.4f}, "
            f"{time.process_time() - started:.0f} CPU seconds"
        )
    net.load_state_dict(average)
    net.eval()
    return TrainedTagger(net, lemma_keys, category_keys)


def save_tagger(tagger: TrainedTagger, path: Path) -> None:
    """Writes the weights for the run time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **tagger.arrays())


def compress_tagger(path: Path, articles: Sequence[MarkedArticle], rank: int) -> None:
    """Replaces the taps of every layer by products of two thin matrices: two fifths less work, and no worse on dev.

    The factors are those that change the layer's output least on the given articles: the singular value decomposition
    of the taps after whitening by the covariance of their inputs.

    Args:
        path: weights as ``save_tagger`` writes them; written anew.
        articles: parsed.
        rank: of the products.
    """
    tagger = Tagger(path)
    width = len(tagger.layers[0].first)
    covariances = [np.zeros((width, width)) for _ in tagger.layers]
    for article in articles:
        inputs: list[NDArray[Any]] = []
        tagger.scores(article.view(), inputs)
        for k, x in enumerate(inputs):
            covariances[k] += (x.T @ x).astype(np.float64)
    with np.load(path) as stored:
        arrays = {n: stored[n] for n in stored.files if not n.startswith("net.blocks.")}
    for k, (layer, covariance) in enumerate(zip(tagger.layers, covariances, strict=True)):
        values, vectors = np.linalg.eigh(covariance)
        values = np.maximum(values, values.max() * 1e-6)
        root, inverse = (vectors * np.sqrt(values)) @ vectors.T, (vectors / np.sqrt(values)) @ vectors.T
        left, singular, right = np.linalg.svd(root @ layer.taps().astype(np.float64), full_matrices=False)
        # the singular values shared between both factors keep them within half precision
        share = np.sqrt(singular[:rank])
        parts = {"first": inverse @ (left[:, :rank] * share), "second": share[:, None] * right[:rank]}
        norm = np.abs(parts["first"]).max(0)
        parts = {"first": parts["first"] / norm, "second": parts["second"] * norm[:, None]}
        parts |= {"offset": layer.second[-1], "left": layer.left, "right": layer.right}
        arrays |= {f"low.{k}.{name}": value.astype(np.float16) for name, value in parts.items()}
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _pieces(example: Example, length: int, first: int) -> list[tuple[Example, int, int]]:
    """Cuts an article into pieces of about ``length`` tokens, at a line break where one is near."""
    found, start, size = [], 0, len(example.labels)
    breaks = set(example.breaks)
    while start < size:
        end = min(size, start + (first if not start and first >= 60 else length))
        if end < size:
            end = next((j for j in range(end, start + (end - start) // 2, -1) if j in breaks), end)
        found.append((example, start, end))
        start = end
    return found


def _batches(
    examples: list[Example], settings: TaggerSettings, rng: random.Random
) -> list[list[tuple[Example, int, int]]]:
    pieces = [p for e in examples for p in _pieces(e, settings.chunk, rng.randint(0, settings.chunk))]
    rng.shuffle(pieces)
    batches = []
    bucket = settings.batch * 20
    for i in range(0, len(pieces), bucket):
        # pieces of like length together: less padding
        part = sorted(pieces[i : i + bucket], key=lambda p: p[2] - p[1])
        batches += [part[j : j + settings.batch] for j in range(0, len(part), settings.batch)]
    rng.shuffle(batches)
    return batches


def _collate(batch: list[tuple[Example, int, int]]) -> tuple[torch.Tensor, ...]:
    longest = max(end - start for _, start, end in batch)
    size = len(batch)
    lemmas = np.zeros((size, longest, len(LEMMAS)), np.int64)
    categories = np.zeros((size, longest, len(CATEGORIES)), np.int64)
    dense = np.zeros((size, longest, TENSOR_WIDTH + FLAGS), np.float32)
    labels = np.full((size, longest), -100, np.int64)
    mask = np.zeros((size, longest, 1), np.float32)
    for row, (example, start, end) in enumerate(batch):
        length = end - start
        lemmas[row, :length] = example.lemmas[start:end]
        categories[row, :length] = example.categories[start:end]
        dense[row, :length] = example.dense[start:end]
        labels[row, :length] = example.labels[start:end]
        mask[row, :length] = 1
    return tuple(torch.from_numpy(a) for a in (lemmas, categories, dense, labels, mask))
