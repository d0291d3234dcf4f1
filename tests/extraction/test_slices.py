"""A very long text is worked on slice by slice, and its facts are those of one article."""

from __future__ import annotations

import dataclasses
import typing

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from kgbuild import facts as kinds
from kgbuild.extraction import assemble
from kgbuild.extraction.assemble import extract, facts_of
from kgbuild.extraction.slices import REFERENCES, joined, moved
from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, PartialDate, Span, Statement, Treaty, TreatyStage

FIRST = (
    "Foreign Minister Rosa Quispe of Peru met Chilean officials in Lima on Monday.\n\n"
    "“We are close to a border treaty,” Rosa Quispe told reporters.\n\n"
)
SECOND = (
    "Talks on the border went on for a week.\n\n"
    "Quispe said that Chile supports the border treaty. She thanked Norway for its help."
)


def test_a_very_long_text_has_the_facts_of_its_slices(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    worked_on: list[str] = []

    def noted(doc: Doc, article: Article) -> ArticleFacts:
        worked_on.append(doc.text)
        return facts_of(doc, article)

    monkeypatch.setattr(assemble, "facts_of", noted)
    monkeypatch.setattr(assemble, "SLICE", len(FIRST) + 10)
    article = Article(FIRST + SECOND, published=PartialDate(2021, 5, 4))
    (facts,) = extract(nlp, [article])
    assert isinstance(facts, ArticleFacts)
    assert worked_on == [FIRST, SECOND]
    assert facts.article == article
    (quispe,) = [actor for actor in facts.actors if "Quispe" in actor.name]
    # a surname alone, in another slice, is the one person of that name
    assert [span.text(article.text)[-6:] for span in quispe.mentions] == ["Quispe", "Quispe", "Quispe"]
    said = {statement.content: statement for statement in facts.statements}
    assert said["Chile supports the border treaty"].speakers == (quispe.key,)
    for statement in facts.statements:
        assert [span.text(article.text) for span in statement.cue_spans] == [statement.cue]
    assert len({actor.key for actor in facts.actors}) == len(facts.actors)
    assert len([actor for actor in facts.actors if actor.authority == "state/CL"]) == 1


def test_facts_of_slices_become_facts_of_the_whole() -> None:
    def piece(status: str) -> ArticleFacts:
        step = TreatyStage(status, (Span(0, 4),), by=("a1",))
        return ArticleFacts(
            Article("Peru x"),
            actors=(
                Actor("a1", "Peru", ActorType.STATE, (Span(0, 4),), (f"the {status}",), authority="state/PE"),
                Actor("a2", "officials", ActorType.GROUP, (Span(5, 6),), affiliation=("a1",)),
            ),
            treaties=(Treaty("t1", "pact", (Span(5, 6),), parties=("a1",), status=status, history=(step,)),),
            statements=(Statement("s1", ("a2",), "x", (Span(5, 6),), "", (), (), None, about=("t1", "a1")),),
        )

    whole = joined(Article("Peru xPeru x"), [piece("Signed"), piece("InForce")])
    peru, first, second = whole.actors
    assert (peru.mentions, peru.other_names) == ((Span(0, 4), Span(6, 10)), ("the Signed", "the InForce"))
    assert first.affiliation == second.affiliation == (peru.key,)
    assert second.mentions == (Span(11, 12),)
    # what is only described may be another one in each slice
    assert [(treaty.status, treaty.history[0].by) for treaty in whole.treaties] == [
        ("Signed", (peru.key,)),
        ("InForce", (peru.key,)),
    ]
    assert [statement.speakers for statement in whole.statements] == [(first.key,), (second.key,)]
    assert whole.statements[1].about == (whole.treaties[1].key, peru.key)


def test_every_field_of_a_fact_is_known_to_hold_keys_or_not() -> None:
    words = {
        *("name", "type", "other_names", "authority", "title", "tenure", "status", "kind", "content", "cue", "label"),
        *("place", "edtf", "url", "publisher", "published", "author", "text", "source"),
    }
    texts = set()
    for kind in vars(kinds).values():
        if dataclasses.is_dataclass(kind) and kind is not ArticleFacts:
            hints = typing.get_type_hints(kind)
            texts |= {name for name, hint in hints.items() if hint in (str, tuple[str, ...])}
    assert texts - words == REFERENCES
    assert moved(Span(1, 2), 5, {}) == Span(1, 2)


@pytest.mark.parametrize(("affiliation", "number"), [((), 1), (("a1",), 2)])
def test_a_surname_to_which_others_belong_is_no_person(affiliation: tuple[str, ...], number: int) -> None:
    mentions = (Span(0, 4),)
    quispe = Actor("a1", "Rosa Quispe", ActorType.PERSON, mentions)
    bare = Actor("a1", "Quispe", ActorType.ORGANIZATION, mentions)
    staff = Actor("a2", "the spokesman", ActorType.GROUP, mentions, affiliation=affiliation)
    whole = joined(
        Article("12345678"),
        [ArticleFacts(Article("1234"), (quispe,)), ArticleFacts(Article("5678"), (bare, staff))],
    )
    assert len([actor for actor in whole.actors if "Quispe" in actor.name]) == number
