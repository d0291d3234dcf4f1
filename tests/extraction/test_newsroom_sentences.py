"""Sentences and passages in the English of many newsrooms: actors, posts, statements, refusals that a reader lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kgbuild.authority import fold
from kgbuild.extraction.assemble import facts_of
from kgbuild.facts import Actor, Article, ArticleFacts, PartialDate, Statement

if TYPE_CHECKING:
    from spacy.language import Language

FILES = ("newsroom_sentences.yaml", "statement_passages.yaml", "reported_passages.yaml")
SENTENCES: list[dict[str, Any]] = [
    sentence
    for name in FILES
    for sentence in yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
]


def plain(name: str) -> str:
    """A name by which names are compared: without article, marks, case and accents."""
    words = fold(name.replace("’", "'")).replace(".", "").split()
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)


def goes_by(actor: Actor, name: str) -> bool:
    """Whether a name is one of an actor's."""
    return plain(name) in {plain(other) for other in (actor.name, *actor.other_names)}


def says(facts: ArticleFacts, statement: Statement, speaker: str) -> bool:
    """Whether a speaker is among a statement's."""
    return any(goes_by(actor, speaker) for actor in facts.actors if actor.key in statement.speakers)


def words(text: str) -> str:
    """The words of a content, without marks at its edges."""
    return " ".join(text.split()).strip(" .,;:'\"‘’“”")


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"][:60])
def test_a_sentence_is_read_as_a_reader_reads_it(nlp: Language, sentence: dict[str, Any]) -> None:
    article = Article(
        text=sentence["text"],
        title=sentence.get("title", ""),
        publisher=sentence.get("publisher", ""),
        published=PartialDate(2025, 5, 20),
    )
    doc = nlp.make_doc(article.text)
    doc._.published, doc._.article = article.published, article
    for _, component in nlp.pipeline:
        doc = component(doc)
    facts = facts_of(doc, article)
    actors = {actor.key: actor for actor in facts.actors}
    for kind, name in sentence.get("actors", ()):
        assert any(actor.type == kind and goes_by(actor, name) for actor in facts.actors), (name, facts.actors)
    for name in sentence.get("not", ()):
        assert not any(goes_by(actor, name) for actor in facts.actors), name
    found = {
        (actors[role.holder].name, role.title, name)
        for role in facts.roles
        for key in role.represents or ("",)
        for name in ((actors[key].name, *actors[key].other_names) if key else ("-",))
    }
    told = {(holder, title, plain(name)) for holder, title, name in found}
    for holder, title, represented in sentence.get("posts", ()):
        assert (holder, title, plain(represented)) in told, found
    said = [statement for statement in facts.statements if not statement.refusal]
    for speaker, content, quotation in sentence.get("statements", ()):
        matching = [s for s in said if words(s.content) == words(content) and s.quotation == quotation]
        assert any(says(facts, statement, speaker) for statement in matching), (content, said)
    if "count" in sentence:
        assert len(said) == sentence["count"], said
    content_of = {statement.key: words(statement.content) for statement in said}
    for inner, outer in sentence.get("nested", ()):
        assert (words(inner), words(outer)) in {(words(s.content), content_of.get(s.part_of)) for s in said}, said
    refused = [statement for statement in facts.statements if statement.refusal]
    assert len(refused) == len(sentence.get("refusals", ())), refused
    for speaker in sentence.get("refusals", ()):
        assert any(says(facts, statement, speaker) for statement in refused), (speaker, refused)
