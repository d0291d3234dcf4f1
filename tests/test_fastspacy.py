"""The accelerated pipeline sets exactly the annotations of the stock one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.extraction.pipeline import load_pipeline
from kgbuild.fastspacy import accelerate, attributes, dependencies, encoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language
    from spacy.tokens import Doc

ANNOTATIONS = ["ORTH", "TAG", "POS", "LEMMA", "MORPH", "DEP", "HEAD", "SENT_START", "ENT_IOB", "ENT_TYPE"]

TEXTS = [
    "",
    " ",
    "\n\n",
    "No",
    "Chancellor Petra Vogel told reporters in Vienna on May 3 Austria won't sign the 1994 accord. “Never,” she said.",
    "They're gonna say it ain't so; we gotta go. Y'all've seen the U.N.'s $40-million plan, e.g. Annex I.",
    "Zambia, Malawi and\nthe U.S. met the European Commission.\n\n\n  Dr. Ngozi A. Bello III\t(ret.) left.",
    "😀 naïve café — Łukasz Żółć ﷽ \u200b zero\u00a0width " + "x" * 300,
]


@pytest.fixture(scope="module")
def fast_nlp() -> Language:
    nlp = load_pipeline(components=(), accelerated=False)
    acceleration = accelerate(nlp)
    assert acceleration.fast == ("tok2vec", "parser", "attribute_ruler", "lemmatizer", "ner")
    assert acceleration.stock == {}
    return nlp


def annotated(nlp: Language, texts: list[str]) -> list[list[list[int]]]:
    return [doc.to_array(ANNOTATIONS).tolist() for doc in nlp.pipe(texts, batch_size=16)]


def test_annotations_are_those_of_stock_spacy(stock_nlp: Language, fast_nlp: Language) -> None:
    assert annotated(fast_nlp, TEXTS) == annotated(stock_nlp, TEXTS)


def test_one_document_at_a_time_is_the_same_as_in_a_batch(stock_nlp: Language, fast_nlp: Language) -> None:
    singly = [fast_nlp(text).to_array(ANNOTATIONS).tolist() for text in TEXTS]
    assert singly == annotated(stock_nlp, TEXTS)


def test_vectors_are_those_of_stock_spacy(stock_nlp: Language, fast_nlp: Language) -> None:
    for stock, fast in zip(stock_nlp.pipe(TEXTS), fast_nlp.pipe(TEXTS), strict=True):
        np.testing.assert_allclose(stock.tensor, fast.tensor, atol=1e-4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
def test_any_text(stock_nlp: Language, fast_nlp: Language, texts: list[str]) -> None:
    assert annotated(fast_nlp, texts) == annotated(stock_nlp, texts)


def test_on_real_articles(stock_nlp: Language, fast_nlp: Language, shared: Path) -> None:
    with gzip.open(shared / "data/polnear/dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][:12]
    assert annotated(fast_nlp, texts) == annotated(stock_nlp, texts)


def test_full_caches_start_anew(stock_nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "MAX_TYPES", 40)
    monkeypatch.setattr(attributes, "MAX_TYPES", 40)
    nlp = load_pipeline(components=(), accelerated=False)
    accelerate(nlp)
    for text in TEXTS * 2:
        assert nlp(text).to_array(ANNOTATIONS).tolist() == stock_nlp(text).to_array(ANNOTATIONS).tolist()


def test_lemmas_outlive_the_memory_zone_in_which_they_were_learnt(fast_nlp: Language) -> None:
    for _ in range(2):
        with fast_nlp.memory_zone():
            lemmas = [token.lemma_ for token in fast_nlp("Xyzzyxes were frobnicating quuxed blorptions.")]
        assert lemmas == ["xyzzyxe", "be", "frobnicate", "quuxe", "blorption", "."]


def test_where_sentences_are_guessed_to_begin_changes_nothing(
    fast_nlp: Language, stock_nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [*TEXTS, " ".join(TEXTS[4:7]) * 3]
    expected = annotated(stock_nlp, texts)

    def guess(step: int) -> Callable[[Doc], dependencies.Bools]:
        def starts(doc: Doc) -> dependencies.Bools:
            found = np.zeros(len(doc), dtype=bool)
            found[::step] = True
            return found

        return starts

    for step in (1, 3, 1000):
        monkeypatch.setattr(dependencies, "_sentence_starts", guess(step))
        assert annotated(fast_nlp, texts) == expected


def test_many_documents_are_parsed_in_groups(
    fast_nlp: Language, stock_nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "GROUP", 20)
    assert annotated(fast_nlp, TEXTS) == annotated(stock_nlp, TEXTS)


def test_a_deep_stack_grows(fast_nlp: Language, stock_nlp: Language) -> None:
    texts = ["The " * 90 + "treaty.", "She said that " * 70 + "it ended.", "(" * 100 + ")" * 100]
    assert annotated(fast_nlp, texts) == annotated(stock_nlp, texts)


def test_sentences_set_before_are_kept(fast_nlp: Language, stock_nlp: Language) -> None:
    def parsed(nlp: Language) -> list[list[int]]:
        doc = nlp.make_doc("Kofi met Ama in Accra. Then they left for Lagos.")
        doc[3].is_sent_start = True
        return nlp(doc).to_array(ANNOTATIONS).tolist()  # type: ignore[no-any-return]

    assert parsed(fast_nlp) == parsed(stock_nlp)
    assert parsed(fast_nlp)[3][ANNOTATIONS.index("SENT_START")] == 1


def test_entities_set_before_are_kept(fast_nlp: Language, stock_nlp: Language) -> None:
    def with_entity(nlp: Language) -> list[tuple[str, str]]:
        doc = nlp.make_doc("Kofi met Ama in Accra.")
        doc.set_ents([doc.char_span(0, 4, label="PRODUCT")], default="missing")
        return [(entity.text, entity.label_) for entity in nlp(doc).ents]

    assert ("Kofi", "PRODUCT") in with_entity(fast_nlp)
    assert with_entity(fast_nlp) == with_entity(stock_nlp)


def test_an_unknown_architecture_stays_stock(stock_nlp: Language) -> None:
    nlp = load_pipeline(components=(), accelerated=False)
    nlp.add_pipe("merge_noun_chunks", after="attribute_ruler")
    acceleration = accelerate(nlp)
    assert "does not follow" in acceleration.stock["attribute_ruler"]
    assert acceleration.fast == ("tok2vec", "parser", "ner")
    assert [token.lemma_ for token in nlp("They met.")] == [token.lemma_ for token in stock_nlp("They met.")]


def test_accelerating_twice_changes_nothing_more(fast_nlp: Language) -> None:
    before = list(fast_nlp.pipeline)
    assert accelerate(fast_nlp).fast == ()
    assert fast_nlp.pipeline == before
