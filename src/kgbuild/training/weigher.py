"""Trains the net that weighs candidates (torch), and writes its weights for the numpy run time."""

from __future__ import annotations

import bisect
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from spacy.strings import get_string_id as hash_string
from torch import nn

from kgbuild.extraction.attribution.weigher import GRAMMAR_NUMBERS, SYMBOLS, TAGGER_NUMBERS, Evidence
from kgbuild.training.examples import Numbering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView
    from kgbuild.training.corpus import MarkedArticle

#: words that tell nothing of who a source is; two sources agree if they share another word
_EMPTY = frozenset(
    word
    for line in (
        "a an the of to and or nor but for in on at with by from as into about between among over under during after",
        "before since until than via per s this that these those is are was were be been being has have had do does",
        "did will would can could may might shall should must not also",
    )
    for word in line.split()
)
_LEAST_OVERLAP = 0.5
_WIDTHS = {
    "lemma": 16,
    "pattern": 8,
    "source_kind": 4,
    "anchor_tag": 4,
    "anchor_dep": 4,
    "content_head": 6,
    "source_word": 4,
}


@dataclass(frozen=True, slots=True)
class WeigherSettings:
    """What is chosen before training."""

    hidden: int = 64
    epochs: int = 6
    batch: int = 256
    rate: float = 2e-3
    dropout: float = 0.15
    lemmas: int = 1500
    least_count: int = 8
    seed: int = 1


@dataclass(slots=True)
class WeighedSet:
    """Features and answers of the candidates of many documents."""

    symbols: NDArray[np.uint64]
    numbers: NDArray[np.float32]
    answers: NDArray[np.float32]


def answers(article: MarkedArticle, view: TokenView, candidates: Sequence[Candidate]) -> list[tuple[float, float]]:
    """For each candidate: is it right (half of the content or more, and the source agrees), and right to the letter?"""
    marked = []
    for attribution in article.attributions:
        content = tokens_of(view, attribution.content)
        source = tokens_of(view, attribution.source)
        marked.append((content, source, _telling(view, source) or source, _core(view, content)))
    by_token: dict[int, list[int]] = {}
    for k, (content, *_) in enumerate(marked):
        for i in content:
            by_token.setdefault(i, []).append(k)
    found = []
    for candidate in candidates:
        right = exact = 0.0
        for k in {k for i in candidate.content for k in by_token.get(i, ())}:
            content, source, telling, core = marked[k]
            agree = (
                bool(telling & candidate.source) if source and candidate.source else not source and not candidate.source
            )
            if not agree:
                continue
            if len(content & candidate.content) >= _LEAST_OVERLAP * len(content | candidate.content):
                right = 1.0
            if core == _core(view, candidate.content):
                exact = 1.0
        found.append((right, min(right, exact)))
    return found


def weighed_set(
    documents: Sequence[tuple[Evidence, Sequence[Candidate], Sequence[tuple[float, float]]]],
) -> WeighedSet:
    """Puts the candidates of documents together."""
    symbols = [[hash_string(word) for word in e.symbols(c)] for e, candidates, _ in documents for c in candidates]
    numbers = np.concatenate([e.numbers(candidates) for e, candidates, _ in documents])
    right = [a for _, _, given in documents for a in given]
    return WeighedSet(np.array(symbols, np.uint64), numbers, np.array(right, np.float32))


class WeigherNet(nn.Module):
    """The net whose inference ``extraction.attribution.weigher`` repeats in numpy."""

    def __init__(self, sizes: Sequence[int], settings: WeigherSettings) -> None:
        super().__init__()
        widths = [_WIDTHS[name] for name in SYMBOLS]
        self.tables = nn.ModuleList([nn.Embedding(size, width) for size, width in zip(sizes, widths, strict=True)])
        width = sum(widths) + GRAMMAR_NUMBERS + TAGGER_NUMBERS
        self.layers = nn.ModuleList(
            [nn.Linear(width, settings.hidden), nn.Linear(settings.hidden, 32), nn.Linear(32, 2)]
        )
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, symbols: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        """Logits of being right and of being right to the letter."""
        hidden = torch.cat([*(table(symbols[:, k]) for k, table in enumerate(self.tables)), numbers], -1)
        for layer in self.layers[:-1]:
            hidden = self.dropout(torch.relu(layer(hidden)))
        out: torch.Tensor = self.layers[-1](hidden)
        return out


@dataclass(slots=True)
class TrainedWeigher:
    """A trained net with its numberings."""

    net: WeigherNet
    keys: list[Numbering]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything the run time needs."""
        arrays: dict[str, NDArray[Any]] = {
            f"net.{name}": value.detach().numpy().astype(np.float16) for name, value in self.net.state_dict().items()
        }
        for k, keys in enumerate(self.keys):
            arrays[f"keys.{k}"] = keys.keys
        return arrays


def train_weigher(
    data: WeighedSet, settings: WeigherSettings, report: Callable[[str], None] = lambda line: None
) -> TrainedWeigher:
    """Trains on weighed candidates; the same seed, data and versions give the same weights."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    rng = random.Random(settings.seed)
    keys = [
        Numbering.of_most_frequent(Counter(data.symbols[:, k].tolist()), settings.lemmas, settings.least_count)
        for k in range(len(SYMBOLS))
    ]
    symbols = torch.from_numpy(np.stack([numbering(data.symbols[:, k]) for k, numbering in enumerate(keys)], 1))
    numbers, right = torch.from_numpy(data.numbers), torch.from_numpy(data.answers)
    net = WeigherNet([len(numbering.keys) + 1 for numbering in keys], settings)
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=0.01)
    order = list(range(len(symbols)))
    total = settings.epochs * (len(order) // settings.batch + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / total))
    for epoch in range(settings.epochs):
        rng.shuffle(order)
        net.train()
        loss_sum = 0.0
        for at in range(0, len(order), settings.batch):
            chosen = torch.tensor(order[at : at + settings.batch])
            batch = symbols[chosen]
            # unknown lemmas are met at run time too
            hidden = torch.rand(len(chosen)) < 0.1
            batch[hidden, 0] = 0
            loss = nn.functional.binary_cross_entropy_with_logits(net(batch, numbers[chosen]), right[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += float(loss.detach()) * len(chosen)
        report(f"epoch {epoch + 1} of {settings.epochs}: loss {loss_sum / max(1, len(order)):.4f}")
    net.eval()
    return TrainedWeigher(net, keys)


def save_weigher(weigher: TrainedWeigher, path: Path) -> None:
    """Writes the weights for the run time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **weigher.arrays())


def tokens_of(view: TokenView, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The tokens that overlap any of the character spans, white space left out."""
    found: set[int] = set()
    for start, end in spans:
        for i in range(max(0, bisect.bisect_right(view.start, start) - 1), bisect.bisect_left(view.start, end)):
            if not view.space[i] and view.start[i] + len(view.text[i]) > start:
                found.add(i)
    return frozenset(found)


def _telling(view: TokenView, tokens: frozenset[int]) -> frozenset[int]:
    return frozenset(i for i in tokens if view.lower[i] not in _EMPTY and re.match(r"\w", view.text[i]))


def _core(view: TokenView, tokens: frozenset[int]) -> frozenset[int]:
    """The words of a content: two contents of the same words differ in punctuation alone."""
    return frozenset(i for i in tokens if view.text[i][0].isalnum())
