"""Reading of marked articles for training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kgbuild.errors import KgbuildError
from kgbuild.extraction.attribution.tagger import LABELS
from kgbuild.training.corpus import parse_corpus, read_corpus, token_labels

if TYPE_CHECKING:
    from spacy.language import Language

TEXT = "The envoy said the talks would go on."
ROW = {
    "id": "a",
    "text": TEXT,
    "attributions": [{"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, 36]]}],
}


def test_marks_become_labels_of_tokens(tmp_path: Path, stock_nlp: Language) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_text(json.dumps(ROW) + "\n\n", encoding="utf-8")
    (article,) = read_corpus(path)
    parse_corpus([article], stock_nlp, tmp_path / "cache")
    view = article.view()
    labels = [LABELS[k] for k in token_labels(article, view, np.arange(view.n))]
    assert labels == ["B-S", "I-S", "B-C", "B-N", "I-N", "I-N", "I-N", "I-N", "O"]


def test_a_parse_is_found_again(tmp_path: Path, stock_nlp: Language) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_text(json.dumps(ROW), encoding="utf-8")
    for _ in range(2):
        (article,) = read_corpus(path)
        parse_corpus([article], stock_nlp, tmp_path / "cache")
        assert article.doc is not None
        assert article.doc[1].dep_ == "nsubj"
        assert article.doc.tensor.shape[0] == len(article.doc)


@pytest.mark.parametrize("line", ["{", "{}", '{"id": "a", "text": "b", "attributions": [{"cue": [["x", 1]]}]}', "[]"])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(KgbuildError, match=r"bad\.jsonl, line 1"):
        read_corpus(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="nowhere"):
        read_corpus(tmp_path / "nowhere.jsonl")
