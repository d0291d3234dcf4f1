"""Trains the small tagger that travels with kgbuild: it learns a wide one's probabilities beside the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from kgbuild.extraction.attribution.features import token_features
from kgbuild.extraction.attribution.tagger import DILATIONS, LABELS
from kgbuild.training.corpus import token_labels
from kgbuild.training.examples import NO_LABEL, Batch, Example, numbered
from kgbuild.training.tagger import Inputs, TaggerSettings, TrainedTagger, fit, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbuild.training.corpus import MarkedArticle


class ThinLayer(nn.Module):
    """A residual dilated convolution of three taps, each a product of two thin matrices; nothing is normalised."""

    def __init__(self, width: int, rank: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.first = nn.Linear(width, rank, bias=False)
        self.second = nn.Linear(3 * rank, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One layer."""
        taps = side_by_side(self.first(hidden) * mask, self.dilation)
        out: torch.Tensor = hidden + self.dropout(torch.relu(self.second(taps)))
        return out


class ThinNet(Inputs):
    """The net whose inference ``extraction.attribution.tagger`` repeats in numpy."""

    def __init__(self, lemmas: int, categories: Sequence[int], settings: TaggerSettings) -> None:
        super().__init__(lemmas, categories, settings)
        self.layers = nn.ModuleList(
            [ThinLayer(settings.width, settings.rank, dilation, settings.dropout) for dilation in DILATIONS]
        )
        self.out = nn.Linear(settings.width, len(LABELS))

    def forward(self, batch: Batch) -> torch.Tensor:
        """Scores of the labels."""
        hidden = self.entered(batch)
        for layer in self.layers:
            hidden = layer(hidden, batch.mask)
        scores: torch.Tensor = self.out(hidden)
        return scores


def distil_tagger(
    articles: Sequence[MarkedArticle],
    teacher: TrainedTagger,
    settings: TaggerSettings,
    report: Callable[[str], None] = lambda line: None,
    *,
    unmarked: Sequence[MarkedArticle] = (),
    start: TrainedTagger | None = None,
) -> TrainedTagger:
    """Trains a thin net on parsed articles and what a wide one says of them.

    Args:
        articles: parsed.
        teacher: its tables, of the same widths, are what the thin net's tables begin with.
        settings: see there.
        report: is told one line an epoch.
        unmarked: parsed articles without marks, of which only what the wide net says of them is learnt.
        start: a thin net with the teacher's numberings, to go on from.
    """
    torch.manual_seed(settings.seed)
    examples = [_example(article, teacher, marked=True) for article in articles]
    examples += [_example(article, teacher, marked=False) for article in unmarked]
    sizes = [len(keys.keys) + 1 for keys in teacher.category_keys]
    net = ThinNet(len(teacher.lemma_keys.keys) + 1, sizes, settings)
    if start is None:
        net.lemma.load_state_dict(teacher.net.lemma.state_dict())
        net.category.load_state_dict(teacher.net.category.state_dict())
    else:
        net.load_state_dict(start.net.state_dict())
    fit(net, [example for example in examples if len(example.labels)], settings, report)
    return TrainedTagger(net, teacher.lemma_keys, teacher.category_keys)


def mean_of(taggers: Sequence[TrainedTagger]) -> TrainedTagger:
    """A tagger whose weights are the means of those of others, which went on from one another.

    Args:
        taggers: of the same sizes and numberings; the first becomes the mean.
    """
    first = taggers[0]
    states = [tagger.net.state_dict() for tagger in taggers]
    first.net.load_state_dict({name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]})
    return first


def _example(article: MarkedArticle, teacher: TrainedTagger, *, marked: bool) -> Example:
    view = article.view()
    features = token_features(view)
    index = features.index
    labels = token_labels(article, view, index) if marked else np.full(len(index), NO_LABEL, np.int64)
    example = numbered(features, labels, teacher.lemma_keys, teacher.category_keys)
    example.taught = np.exp(teacher.scores(view)[1])
    return example
