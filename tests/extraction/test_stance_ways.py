"""The ways in which newspapers tell stances, each with passages that only look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbuild.facts import PartialDate, Position
from treaty_cases import position_fits, stance_ways

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: the share of a way's passages in which all stances are found, and no other; the stories have three or four each
ENOUGH = {"story": 0.4}
USUAL = 0.6


def is_right(doc: Doc, stances: list[dict[str, Any]]) -> bool:
    """Whether a document has these positions and no others."""
    left: list[Position] = list(doc._.positions)
    for stance in stances:
        wanted = [{**stance, "holder": holder} for holder in stance["holders"]]
        found = next((p for p in left if any(position_fits(doc, p, one, stance["targets"]) for one in wanted)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


@pytest.fixture(scope="module")
def documents(nlp: Language) -> dict[str, Doc]:
    """All passages, read in batches."""
    texts = [text for passages in stance_ways().values() for text, _ in passages]
    docs = [nlp.make_doc(text) for text in texts]
    for doc in docs:
        doc._.published = PartialDate.parse("2025-06-04")
    return dict(zip(texts, nlp.pipe(docs, batch_size=64), strict=True))


@pytest.mark.parametrize("way", stance_ways())
def test_stances_are_found_and_no_others(documents: dict[str, Doc], way: str) -> None:
    passages = stance_ways()[way]
    wrong = [text for text, stances in passages if not is_right(documents[text], stances)]
    assert len(passages) >= 9
    assert len(wrong) <= (1 - ENOUGH.get(way, USUAL)) * len(passages), wrong
