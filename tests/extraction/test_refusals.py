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


def rows() -> list[tuple[str, list[str]]]:
    """Sentences with those who refuse."""
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(sentence, [name for name in who.split("; ") if name]) for sentence, who in lines]


def refusers(facts: ArticleFacts) -> list[list[str]]:
    """For each refusal the names of who refuses to speak."""
    return [
        [n for actor in facts.actors if actor.key in statement.speakers for n in (actor.name, *actor.other_names)]
        for statement in facts.statements
        if statement.refusal
    ]


def test_who_does_not_answer(nlp: Language) -> None:
    found = extract(nlp, [Article(BEFORE + sentence) for sentence, _ in rows()])
    wrong = []
    for (sentence, want), facts in zip(rows(), found, strict=True):
        assert isinstance(facts, ArticleFacts), facts
        found_names = refusers(facts)
        told = all(any(name in other for names in found_names for other in names) for name in want)
        if len(found_names) != len(want) or not told:
            wrong.append((sentence, found_names))
    assert wrong == []
