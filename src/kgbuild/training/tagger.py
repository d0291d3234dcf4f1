"""Trains wide taggers of sources, cues and contents (torch): what the small one learns from, and the weighers."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from kgbuild.extraction.attribution.features import CATEGORIES, FLAGS, LEMMAS, TENSOR_WIDTH, token_features
from kgbuild.extraction.attribution.tagger import DILATIONS, LABELS, Marks, marks_of, stored_arrays
from kgbuild.training.corpus import token_labels
from kgbuild.training.examples import NO_LABEL, Batch, Numbering, batches, collated, numbered, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from kgbuild.extraction.attribution.view import TokenView
    from kgbuild.training.corpus import MarkedArticle
    from kgbuild.training.examples import Example

#: the most values of a category that get a row, and how often each must be met
_CATEGORY_ROWS = 400
_LEAST_CATEGORY = 10


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """What is chosen before training. ``chunk`` is the length of training pieces in tokens.

    ``taught`` is the share of what is learnt from a trained tagger's probabilities, the rest from the marks; ``rank``
    that of the small net's layers.
    """

    width: int = 144
    rank: int = 0
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
    taught: float = 0.0
    seed: int = 1


class Inputs(nn.Module):
    """The tables and the first layer, which all nets have."""

    def __init__(self, lemmas: int, categories: Sequence[int], settings: TaggerSettings) -> None:
        super().__init__()
        self.lemma = nn.Embedding(lemmas, settings.lemma_width)
        self.category = nn.ModuleList([nn.Embedding(size, settings.category_width) for size in categories])
        width = len(LEMMAS) * settings.lemma_width + len(CATEGORIES) * settings.category_width + TENSOR_WIDTH + FLAGS
        self.enter = nn.Linear(width, settings.width)
        self.input_dropout = nn.Dropout(settings.input_dropout)

    def entered(self, batch: Batch) -> torch.Tensor:
        """Each token's vector before the layers."""
        parts = [self.lemma(batch.lemmas).flatten(2)]
        parts += [table(batch.categories[:, :, k]) for k, table in enumerate(self.category)]
        hidden: torch.Tensor = self.enter(self.input_dropout(torch.cat([*parts, batch.dense], -1)))
        return hidden


def side_by_side(x: torch.Tensor, dilation: int) -> torch.Tensor:
    """Each token's vector between those of the tokens ``dilation`` before and behind it."""
    length = x.shape[1]
    zeros = x.new_zeros(x.shape[0], min(dilation, length), x.shape[2])
    left = torch.cat([zeros, x[:, :-dilation]], 1)[:, :length]
    right = torch.cat([x[:, dilation:], zeros], 1)[:, :length]
    return torch.cat([left, x, right], -1)


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
        taps = side_by_side(self.norm(hidden) * mask, self.dilation)
        out: torch.Tensor = hidden + self.dropout(torch.relu(self.linear(taps)))
        return out


class WideNet(Inputs):
    """The net that learns from the marks alone."""

    def __init__(self, lemmas: int, categories: Sequence[int], settings: TaggerSettings) -> None:
        super().__init__(lemmas, categories, settings)
        self.blocks = nn.ModuleList([Block(settings.width, d, settings.dropout) for d in DILATIONS])
        self.norm = nn.LayerNorm(settings.width)
        self.out = nn.Linear(settings.width, len(LABELS))

    def forward(self, batch: Batch) -> torch.Tensor:
        """Scores of the labels."""
        hidden = self.entered(batch)
        for block in self.blocks:
            hidden = block(hidden, batch.mask)
        scores: torch.Tensor = self.out(self.norm(hidden))
        return scores


@dataclass(slots=True)
class TrainedTagger:
    """A trained net with its numberings."""

    net: Inputs
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

    def scores(self, view: TokenView) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Log-probabilities of the labels, with the tokens they belong to."""
        features = token_features(view)
        size = len(features.index)
        if not size:
            return features.index, np.zeros((0, len(LABELS)), np.float32)
        example = numbered(features, np.zeros(size, np.int64), self.lemma_keys, self.category_keys)
        with torch.no_grad():
            scores = torch.log_softmax(self.net(collated([(example, 0, size)])), -1)[0]
        found: NDArray[np.float32] = scores.numpy()
        return features.index, found

    def marks(self, view: TokenView) -> Marks:
        """Marks every token of a document."""
        return marks_of(view.n, *self.scores(view))


def train_tagger(
    articles: Sequence[MarkedArticle], settings: TaggerSettings, report: Callable[[str], None] = lambda line: None
) -> TrainedTagger:
    """Trains a wide net on parsed articles; the same seed, articles and versions give the same weights.

    Args:
        articles: parsed.
        settings: see there.
        report: is told one line an epoch.
    """
    torch.manual_seed(settings.seed)
    raw = []
    for article in articles:
        view = article.view()
        features = token_features(view)
        raw.append((features, token_labels(article, view, features.index)))
    lemma_counts: Counter[int] = Counter()
    category_counts: list[Counter[int]] = [Counter() for _ in CATEGORIES]
    for features, _ in raw:
        lemma_counts.update(features.lemmas[:, 0].tolist())
        for k, counts in enumerate(category_counts):
            counts.update(features.categories[k].tolist())
    lemma_keys = Numbering.of_most_frequent(lemma_counts, settings.lemmas, settings.least_count)
    category_keys = [Numbering.of_most_frequent(c, _CATEGORY_ROWS, _LEAST_CATEGORY) for c in category_counts]
    examples = [numbered(features, labels, lemma_keys, category_keys) for features, labels in raw if len(labels)]
    del raw
    net = WideNet(len(lemma_keys.keys) + 1, [len(keys.keys) + 1 for keys in category_keys], settings)
    fit(net, examples, settings, report)
    return TrainedTagger(net, lemma_keys, category_keys)


def fit(net: Inputs, examples: Sequence[Example], settings: TaggerSettings, report: Callable[[str], None]) -> None:
    """Trains a net; its weights are then the moving averages of those it had on the way.

    Args:
        net: gives the scores of a batch.
        examples: those of which something is to be learnt from a trained tagger have its probabilities.
        settings: see there.
        report: is told one line an epoch.
    """
    torch.set_num_threads(1)
    rng = random.Random(settings.seed)
    average = {name: value.detach().clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=0.01)
    steps_an_epoch = sum(len(pieces(e, settings.chunk, 0)) for e in examples) / settings.batch
    total = max(1, int(steps_an_epoch * settings.epochs * 1.05))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * max(0.02, 1 - step / total)
    )
    done = 0
    for epoch in range(settings.epochs):
        started, loss_sum, steps = time.process_time(), 0.0, 0
        net.train()
        for batch in batches(examples, settings.chunk, settings.batch, rng):
            batch.lemmas[torch.rand(batch.lemmas.shape) < settings.word_dropout] = 0
            loss = _loss(net(batch), batch, settings.taught)
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


def _loss(scores: torch.Tensor, batch: Batch, taught: float) -> torch.Tensor:
    """The cross entropy to the marks, and in the share ``taught`` that to a trained tagger's probabilities."""
    logs = torch.log_softmax(scores, -1)
    labels = batch.labels.reshape(-1)
    marked = nn.functional.nll_loss(logs.reshape(-1, len(LABELS)), labels, ignore_index=NO_LABEL, reduction="sum")
    # a batch of nothing but articles without marks has no labels
    marked = marked / (labels != NO_LABEL).sum().clamp(min=1)
    if not taught:
        return marked
    like = -(batch.taught * logs).sum() / batch.mask.sum()
    return taught * like + (1 - taught) * marked


def save_tagger(tagger: TrainedTagger, path: Path) -> None:
    """Writes the weights, for the run time or to be loaded again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **tagger.arrays())


def load_tagger(path: Path, settings: TaggerSettings) -> TrainedTagger:
    """A wide tagger that has been written before.

    Args:
        path: its weights.
        settings: those it was trained with.

    Raises:
        KgbuildError: the file cannot be read.
    """
    arrays = stored_arrays(path)
    lemma_keys = Numbering(arrays["keys.lemma"])
    category_keys = [Numbering(arrays[f"keys.category.{k}"]) for k in range(len(CATEGORIES))]
    net = WideNet(len(lemma_keys.keys) + 1, [len(keys.keys) + 1 for keys in category_keys], settings)
    net.load_state_dict({name: torch.from_numpy(arrays[f"net.{name}"].astype(np.float32)) for name in net.state_dict()})
    net.eval()
    return TrainedTagger(net, lemma_keys, category_keys)
