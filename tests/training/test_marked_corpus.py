"""Reading of marked articles for training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kgbuild.errors import KgbuildError
from kgbuild.extraction.attribution.tagger import LABELS
from kgbuild.training.corpus import parse_corpus, read_corpus, read_passages, token_labels

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


def test_articles_without_marks_need_a_text_alone(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    path.write_text(json.dumps({"text": TEXT}) + "\n", encoding="utf-8")
    (article,) = read_corpus(path, marked=False)
    assert (article.text, article.attributions) == (TEXT, [])
    with pytest.raises(KgbuildError, match=r"plain\.jsonl, line 1"):
        read_corpus(path)


def test_passages_are_read_out_of_tables_of_examples(tmp_path: Path) -> None:
    table = tmp_path / "sentences.yaml"
    table.write_text(f'- text: "{TEXT}"\n  actors: [[Person, Berg]]\nmore:\n', encoding="utf-8")
    with pytest.raises(KgbuildError, match=r"sentences\.yaml"):
        read_passages(table)
    table.write_text(
        f'sentences:\n  - text: "{TEXT}"\n    about: the words beside a text are none of its passages\n'
        "cases:\n  - The minister answered that nobody had asked her.\n  - too short\n",
        encoding="utf-8",
    )
    found = read_passages(table)
    assert [passage.text for passage in found] == [TEXT, "The minister answered that nobody had asked her."]
    assert [passage.id for passage in found] == ["sentences.yaml 1", "sentences.yaml 2"]
    lines = tmp_path / "sentences.jsonl"
    lines.write_text(json.dumps({"text": TEXT}) + "\n\n" + json.dumps({"name": "a"}) + "\n", encoding="utf-8")
    assert [passage.text for passage in read_passages(lines)] == [TEXT]


@pytest.mark.parametrize("line", ["{", "{}", '{"id": "a", "text": "b", "attributions": [{"cue": [["x", 1]]}]}', "[]"])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(KgbuildError, match=r"bad\.jsonl, line 1"):
        read_corpus(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="nowhere"):
        read_corpus(tmp_path / "nowhere.jsonl")
