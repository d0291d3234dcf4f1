"""The tagger's shortcuts give what its net and Viterbi's algorithm give without them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.extraction.attribution.features import CATEGORIES, token_features
from kgbuild.extraction.attribution.tagger import (
    DILATIONS,
    Tagger,
    best_labels,
    rows_of,
    stored_arrays,
)
from kgbuild.extraction.attribution.view import TokenView
from kgbuild.resources import resource

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language


def reference_scores(arrays: dict[str, Any], view: TokenView) -> NDArray[Any]:
    """The tagger's net step by step as it is defined, with nothing folded together."""
    features = token_features(view)
    rows = rows_of(arrays["keys.lemma"], features.lemmas)
    parts = [arrays["net.lemma.weight"][rows].reshape(len(features.index), -1)]
    for k in range(len(CATEGORIES)):
        table = arrays[f"net.category.{k}.weight"]
        parts.append(table[rows_of(arrays[f"keys.category.{k}"], features.categories[k])])
    hidden = np.concatenate([*parts, features.dense], 1).astype(np.float64) @ arrays["net.enter.weight"].T
    hidden += arrays["net.enter.bias"]
    for k, dilation in enumerate(DILATIONS):
        layer = {name: arrays[f"net.layers.{k}.{name}"] for name in ("first.weight", "second.weight", "second.bias")}
        thin = hidden @ layer["first.weight"].T
        nothing = np.zeros(thin.shape[1])
        for i in range(len(hidden)):
            before = thin[i - dilation] if i >= dilation else nothing
            behind = thin[i + dilation] if i + dilation < len(thin) else nothing
            out = layer["second.weight"] @ np.concatenate([before, thin[i], behind]) + layer["second.bias"]
            hidden[i] += np.maximum(out, 0)
    raw = hidden @ arrays["net.out.weight"].T + arrays["net.out.bias"]
    return raw - np.log(np.exp(raw).sum(1, keepdims=True))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "“We will sign,” Ana Luz said.",
        "The minister said that talks with Chile would go on, he told Reuters. " * 9,
    ],
)
def test_the_tagger_is_its_net(nlp: Language, text: str) -> None:
    path = resource("models", "attribution-tagger.npz")
    arrays = {
        name: array.astype(np.float64) if array.dtype.kind == "f" else array
        for name, array in stored_arrays(path).items()
    }
    view = TokenView(nlp(text))
    index, scores = Tagger(path).scores(view)
    assert len(index) == view.n
    np.testing.assert_allclose(scores, reference_scores(arrays, view), atol=2e-4)


@given(st.lists(st.lists(st.floats(-9, 0, width=16), min_size=7, max_size=7), min_size=1, max_size=4))
def test_the_best_labelling_is_the_best_of_all(rows: list[list[float]]) -> None:
    scores = np.array(rows, np.float32)

    def total(labels: tuple[int, ...]) -> float:
        inner = [k > 0 and k % 2 == 0 for k in labels]
        wrong = any(
            inside and (i == 0 or labels[i - 1] not in (k - 1, k))
            for i, (inside, k) in enumerate(zip(inner, labels, strict=True))
        )
        return -1e9 if wrong else float(sum(scores[i, k] for i, k in enumerate(labels)))

    best = max(total(labels) for labels in itertools.product(range(7), repeat=len(rows)))
    assert total(tuple(best_labels(scores).tolist())) == pytest.approx(best, abs=1e-4)
