"""How articles tell that somebody does not answer, sentence by sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.extraction.assemble import extract
from kgbuild.facts import Article, ArticleFacts

if TYPE_CHECKING:
    from spacy.language import Language

TABLE = Path(__file__).with_name("refusal_sentences.tsv")
BEFORE = "The pact between Peru and Chile was signed in Lima on Monday by minister Ana Ruiz of Peru. "


def rows() -> list[tuple[str, str]]:
    """Sentences with who refuses."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if not line.startswith("#")]


def refusers(facts: ArticleFacts) -> set[str]:
    """All names of those who refuse to speak."""
    keys = {key for statement in facts.statements if statement.refusal for key in statement.speakers}
    return {name for actor in facts.actors if actor.key in keys for name in (actor.name, *actor.other_names)}


def test_who_does_not_answer(nlp: Language) -> None:
    found = extract(nlp, [Article(BEFORE + sentence) for sentence, _ in rows()])
    wrong = []
    for (sentence, want), facts in zip(rows(), found, strict=True):
        assert isinstance(facts, ArticleFacts), facts
        names = refusers(facts)
        if bool(names) != bool(want) or (want and not any(want in name for name in names)):
            wrong.append((sentence, sorted(names)))
    assert wrong == []
