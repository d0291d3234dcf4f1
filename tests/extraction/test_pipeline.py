"""Our components in somebody else's pipeline, and ours as a whole."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kgbuild.errors import KgbuildError
from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.extraction.models import DEFAULT_MODELS
from kgbuild.extraction.pipeline import COMPONENTS, load_pipeline
from kgbuild.extraction.slices import parts_of
from kgbuild.facts import Article, ArticleFacts, PartialDate

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from kgbuild.facts import Statement

ARTICLE = Article(
    text="Chile and Peru signed a fisheries treaty in Lima on Monday. “It is a start,” Minister Rosa Quispe said.",
    title="Chile and Peru sign",
    published=PartialDate(2024, 5, 9),
)


def test_every_component_is_found_without_an_import() -> None:
    code = "import spacy; nlp = spacy.load({!r}); [nlp.add_pipe(name) for name in {!r}]; nlp('Chile signed.')"
    subprocess.run([sys.executable, "-c", code.format(DEFAULT_MODELS[0], COMPONENTS)], check=True, timeout=120)


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(KgbuildError, match="xx_no_such_model"):
        load_pipeline("xx_no_such_model")


def test_a_model_without_a_parser_is_refused(tmp_path: object) -> None:
    import spacy

    spacy.blank("en").to_disk(f"{tmp_path}/blank")
    with pytest.raises(KgbuildError, match="lacks tagger, parser"):
        load_pipeline(f"{tmp_path}/blank")


def test_every_fact_is_anchored_in_the_text(nlp: Language) -> None:
    (facts,) = extract(nlp, [ARTICLE])
    assert isinstance(facts, ArticleFacts)
    assert {actor.name for actor in facts.actors} >= {"Chile", "Peru", "Rosa Quispe"}
    assert [event.type for event in facts.events] == ["Signing"]
    anchored = [
        *(span for actor in facts.actors for span in actor.mentions),
        *(span for statement in facts.statements for span in statement.evidence),
        *(span for event in facts.events for span in event.mentions),
    ]
    assert anchored
    assert all(0 <= span.start < span.end <= len(ARTICLE.text) for span in anchored)


def test_a_slice_is_parsed_in_parts_and_read_as_a_whole(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ("Chile and Peru held talks.\n\n" * 20) + ARTICLE.text
    monkeypatch.setattr("kgbuild.extraction.assemble.PART", 200)
    # two slices, of which the second is long enough for several parts
    monkeypatch.setattr("kgbuild.extraction.assemble.SLICE", len(text) - 100)
    (facts,) = extract(nlp, [Article(text=text, published=ARTICLE.published)])
    assert isinstance(facts, ArticleFacts)
    assert "It is a start," in [statement.content for statement in facts.statements]


@pytest.mark.parametrize("limit", [7, 30, 10_000])
def test_parts_make_up_the_text(limit: int) -> None:
    parts = list(parts_of(ARTICLE.text, limit))
    assert "".join(parts) == ARTICLE.text
    assert max(map(len, parts)) <= max(limit, 1)


def test_an_article_that_fails_costs_itself_alone(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_marked(doc: Doc) -> list[Statement]:
        if "MARKED" in doc.text:
            raise RuntimeError("a rule met what it could not bear")
        return []

    monkeypatch.setattr("kgbuild.extraction.statements.statements_of", fail_on_marked)
    articles = [ARTICLE, Article(text="MARKED text."), ARTICLE]
    outcomes = list(extract(nlp, articles))
    assert [type(outcome) for outcome in outcomes] == [ArticleFacts, ExtractionFailure, ArticleFacts]
    assert "could not bear" in getattr(outcomes[1], "reason", "")


def test_an_empty_text_has_no_facts(nlp: Language) -> None:
    (facts,) = extract(nlp, [Article(text="")])
    assert facts == ArticleFacts(Article(text=""))
