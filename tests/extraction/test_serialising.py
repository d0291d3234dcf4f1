"""Documents go through bytes: between the processes of spaCy, and to the disk in a DocBin."""

from __future__ import annotations

from pathlib import Path

import pytest
import srsly
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from kgbuild.extraction.assemble import facts_of
from kgbuild.facts import Article, PartialDate

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.md"))]


def _annotated(nlp: Language, text: str) -> tuple[Doc, Article]:
    article = Article(text=text, published=PartialDate(2024, 5, 3), url="https://news.example/1")
    doc = nlp.make_doc(text)
    doc._.published, doc._.article = article.published, article
    return nlp(doc), article


def test_the_facts_of_a_document_are_the_same_after_it_went_through_bytes(nlp: Language) -> None:
    for text in TEXTS[:4]:
        doc, article = _annotated(nlp, text)
        again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
        assert again._.article == article
        assert again._.layout == doc._.layout
        assert again._.dates == doc._.dates
        assert again._.attributions == doc._.attributions != []
        assert facts_of(again, article) == facts_of(doc, article)


def test_the_same_document_gives_the_same_bytes(nlp: Language) -> None:
    assert _annotated(nlp, TEXTS[0])[0].to_bytes() == _annotated(nlp, TEXTS[0])[0].to_bytes()


def test_a_component_works_on_a_document_that_was_read_back(nlp: Language, stock_nlp: Language) -> None:
    nlp_without = [name for name in nlp.pipe_names if name not in {"kgbuild_events", "kgbuild_positions"}]
    doc = stock_nlp("Chile and Peru signed the border treaty on Monday. Bolivia said it opposed the treaty.")
    for name in nlp_without[nlp_without.index("kgbuild_layout") :]:
        doc = nlp.get_pipe(name)(doc)
    saved = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    for name in ("kgbuild_events", "kgbuild_positions"):
        doc, saved = nlp.get_pipe(name)(doc), nlp.get_pipe(name)(saved)
    assert saved._.events == doc._.events != []
    assert saved._.positions == doc._.positions != []


def test_a_pipeline_runs_in_several_processes(nlp: Language) -> None:
    texts = TEXTS[:3]
    expected = [doc._.statements for doc in nlp.pipe(texts)]
    assert [doc._.statements for doc in nlp.pipe(texts, n_process=2, batch_size=1)] == expected
    assert any(expected)


def test_annotated_documents_are_kept_in_a_file(nlp: Language, tmp_path: Path) -> None:
    docs = list(nlp.pipe(TEXTS[:2]))
    DocBin(docs=docs, store_user_data=True).to_disk(tmp_path / "annotated.spacy")
    again = list(DocBin().from_disk(tmp_path / "annotated.spacy").get_docs(nlp.vocab))
    # a DocBin reads every list as a tuple
    assert [list(doc._.statements) for doc in again] == [doc._.statements for doc in docs]


def test_what_another_version_wrote_is_refused() -> None:
    data = srsly.msgpack_dumps({"kgbuild.type": "Rumour", "fields": []})
    with pytest.raises(ValueError, match="'Rumour', which this version of kgbuild does not know"):
        srsly.msgpack_loads(data)
