"""Passages of several sentences: whom pronouns and descriptions stand for among several who could be meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kgbuild.extraction.document import members_of
from kgbuild.facts import Article

if TYPE_CHECKING:
    from spacy.language import Language

PASSAGES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "coreference_passages.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def read() -> Language:
    """All that coreference reads."""
    from kgbuild.extraction.pipeline import load_pipeline

    names = ("layout", "dates", "actors", "treaties", "coreference")
    return load_pipeline(components=[f"kgbuild_{name}" for name in names])


def denoted_in_brackets(nlp: Language, passage: dict[str, Any]) -> list[set[str]]:
    """For each bracket of a passage the names of those whom its last word denotes; of somebody new nobody."""
    text = re.sub(r"[\[\]]", "", passage["text"])
    ends = [bracket.start() - 2 * k - 1 for k, bracket in enumerate(re.finditer(r"\]", passage["text"]))]
    doc = nlp.make_doc(text)
    doc._.article = Article(text=text, title=passage.get("title", ""), publisher=passage.get("publisher", ""))
    doc = nlp(doc)
    found = []
    for end in ends:
        token = next(token for token in doc if token.idx < end <= token.idx + len(token))
        head = token.head if token.lower_ == "both" else token
        referent = doc._.referents.get(head.i)
        new = referent is not None and referent.type == "Group" and min(m.head for m in referent.mentions) == head.i
        members = members_of(referent) if referent is not None and not new else []
        found.append({member.name for member in members if member.sort == "actor"})
    return found


def fits(names: set[str], wanted: str | None) -> bool:
    """Whether names are those of the table: a part of a name is enough ("Foreign" for "Foreign Ministry of Peru")."""
    if wanted is None:
        return not names
    several = [one.split("|") for one in wanted.split("+")]
    return len(names) == len(several) and all(
        any(form in name for name in names for form in forms) for forms in several
    )


@pytest.mark.parametrize(
    "passage",
    [
        pytest.param(passage, marks=pytest.mark.xfail(strict=True) if passage.get("open") else ())
        for passage in PASSAGES
    ],
    ids=lambda passage: passage["text"][:60],
)
def test_whom_the_words_of_a_passage_denote(read: Language, passage: dict[str, Any]) -> None:
    found = denoted_in_brackets(read, passage)

    assert len(found) == len(passage["whom"])
    assert [names for names, wanted in zip(found, passage["whom"], strict=True) if not fits(names, wanted)] == []
