"""Pronouns and descriptions point back to whom a reader would take them for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.extraction.document import denoted, members_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@pytest.fixture(scope="session")
def read() -> Language:
    """spaCy, layout, actors, coreference."""
    from kgbuild.extraction.pipeline import load_pipeline

    return load_pipeline(components=("kgbuild_layout", "kgbuild_actors", "kgbuild_coreference"))


def whom(doc: Doc, word: str, number: int = 1) -> set[str]:
    """Names of those whom the n-th occurrence of a word denotes."""
    token = [token for token in doc if token.lower_ == word][number - 1]
    referent = doc._.referents.get(token.i)
    return {member.name for member in members_of(referent)} if referent is not None else set()


@pytest.mark.parametrize(
    ("text", "word", "number", "names"),
    [
        ("Ana Ruiz met Jean Roux on Monday. She said that he had agreed.", "she", 1, {"Ana Ruiz"}),
        ("Ana Ruiz met Jean Roux on Monday. She said that he had agreed.", "he", 1, {"Jean Roux"}),
        ("Guyana recalled its envoy on Friday.", "its", 1, {"Guyana"}),
        ("Ms Lund, who led the talks, resigned.", "who", 1, {"Lund"}),
        ("Foreign Minister Ana Ruiz arrived late. The minister said nothing.", "minister", 2, {"Ana Ruiz"}),
        (
            "Peru's ambassador, Inés Soto, left Tokyo. The diplomat told reporters she was tired.",
            "diplomat",
            1,
            {"Inés Soto"},
        ),
        (
            "The World Health Organization objected. The agency said it was too early.",
            "agency",
            1,
            {"World Health Organization"},
        ),
        ("Many experts doubt it. These critics warn of delays.", "critics", 1, {"Many experts"}),
        ("A senior Malian official spoke first. The official said no.", "official", 2, {"senior Malian official"}),
        ("Peru and Chile signed a treaty. The two countries will meet again.", "countries", 1, {"Peru", "Chile"}),
        ("Peru rejected the offer of Chile. Neither side would comment.", "side", 1, {"Peru", "Chile"}),
        (
            "President Luc Martel of France met President Ivo Sand of Malta. The two presidents agreed.",
            "presidents",
            1,
            {"Luc Martel", "Ivo Sand"},
        ),
        ("Omar Bah and Ali Sow met on Friday. The two men shook hands.", "men", 1, {"Omar Bah", "Ali Sow"}),
        ("Nina Holm and Ada Lund met on Friday. They agreed on a text.", "they", 1, {"Nina Holm", "Ada Lund"}),
        ("In her opening remarks, Ada Lund thanked the hosts.", "her", 1, {"Ada Lund"}),
        ("A spokesman for Terra Mining Ltd. declined to comment. “We dig,” he said.", "he", 1, {"Terra Mining Ltd."}),
    ],
)
def test_whom_it_denotes(read: Language, text: str, word: str, number: int, names: set[str]) -> None:
    assert whom(read(text), word, number) == names


def test_several_together_are_their_members(read: Language) -> None:
    doc = read("Peru and Chile signed a treaty. The two countries will meet again.")
    token = next(token for token in doc if token.text == "countries")

    assert [referent.name for referent in denoted(doc, token)] == ["Peru", "Chile"]
    # the pair itself is no actor of the article
    assert {referent.name for referent in doc._.actors} == {"Peru", "Chile"}


def test_a_pronoun_in_a_quotation_is_not_its_speaker(read: Language) -> None:
    doc = read("Ana Ruiz met Eva Lund. “She is brave,” Ruiz said.")

    assert whom(doc, "she") == {"Eva Lund"}


def test_it_that_stands_for_nothing_denotes_nobody(read: Language) -> None:
    doc = read("Peru waited for an answer. It was clear that the talks would fail.")

    assert whom(doc, "it") == set()


def test_gender_is_learnt_from_pronouns(read: Language) -> None:
    doc = read("Ngozi-Adaeze Bello, who said her country was ready, left.")
    person = next(referent for referent in doc._.actors if referent.type == "Person")

    assert person.gender == "female"


def test_pronouns_are_mentions_of_that_kind(read: Language) -> None:
    doc = read("Ana Ruiz said she would stay.")
    person = next(referent for referent in doc._.actors if referent.type == "Person")

    assert [mention.kind for mention in person.mentions] == ["name", "pronoun"]


def test_without_actors_nothing_is_done(stock_nlp: Language) -> None:
    from kgbuild.extraction.coreference.component import CoreferenceFinder

    doc = CoreferenceFinder()(stock_nlp("She said no."))

    assert doc._.referents == {}
