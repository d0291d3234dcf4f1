"""From spans to statements: speakers, addressees, dates, and content without its outer quotation marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.extraction.quotations import without_outer_marks
from kgbuild.extraction.statements import _without_cycles
from kgbuild.facts import PartialDate, QuotationType, Span, Statement

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

ARTICLE = """Estonia and Norway are close to a deal on seabed cables, officials said.

"We are one meeting away," Foreign Minister Kadri Lepik told reporters in Tallinn on Tuesday. "It will be signed."

Norway's ambassador to Estonia, Odd Haugen, said Lepik had promised him that the text would not change.

The Norwegian energy ministry declined to comment."""


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    document = nlp.make_doc(ARTICLE)
    document._.published = PartialDate(2024, 5, 23)
    for _, component in nlp.pipeline:
        document = component(document)
    return document


def names(doc: Doc, keys: tuple[str, ...]) -> list[str]:
    return [referent.name for referent in doc._.actors if referent.key in keys]


def said_by(doc: Doc, name: str) -> list[Statement]:
    return [statement for statement in doc._.statements if name in names(doc, statement.speakers)]


@pytest.mark.parametrize(
    ("text", "direct", "expected"),
    [
        ("“We will stay,”", True, "We will stay,"),
        ("it “was never” agreed", False, "it “was never” agreed"),
        ("it was “never agreed.”", False, "it was “never agreed.”"),
        (" 'no deal'", True, "no deal"),
        ("the ministers' talks", True, "the ministers' talks"),
        ("“a ‘very’ odd idea”", True, "a ‘very’ odd idea"),
    ],
)
def test_outer_marks_go_and_inner_ones_stay(text: str, direct: bool, expected: str) -> None:
    span = without_outer_marks(text, Span(0, len(text)), direct=direct)
    assert span is not None
    assert span.text(text) == expected


def test_marks_alone_are_no_content() -> None:
    assert without_outer_marks("“ ”", Span(0, 3), direct=True) is None


def test_a_broken_quotation_is_one_statement(doc: Doc) -> None:
    (quoted,) = [s for s in said_by(doc, "Kadri Lepik") if s.quotation is QuotationType.DIRECT]
    assert quoted.content == "We are one meeting away, It will be signed."
    assert quoted.stated_on == PartialDate(2024, 5, 21)


def test_content_is_what_its_spans_hold(doc: Doc) -> None:
    assert doc._.statements
    for statement in doc._.statements:
        assert statement.content == " ".join(span.text(ARTICLE) for span in statement.content_spans)


def test_a_statement_within_a_statement_is_part_of_it(doc: Doc) -> None:
    (outer,) = said_by(doc, "Odd Haugen")
    inner = [s for s in said_by(doc, "Kadri Lepik") if s.part_of == outer.key]
    assert [s.content for s in inner] == ["the text would not change"]


def test_who_would_not_comment(doc: Doc) -> None:
    (refusal,) = [statement for statement in doc._.statements if statement.refusal]
    assert refusal.content == ""
    assert names(doc, refusal.speakers) == ["Norwegian energy ministry"]
    assert ARTICLE[refusal.evidence[0].start :].startswith(("The Norwegian", "declined"))


def test_what_one_thinks_aloud_is_one_statement(nlp: Language) -> None:
    doc = nlp("Envoy Kadri Lepik said she believed that the cable deal would hold.")
    assert [names(doc, statement.speakers) for statement in doc._.statements] == [["Kadri Lepik"]]


def test_no_statement_is_part_of_itself_however_odd_the_text(nlp: Language) -> None:
    """Fuzzing found a cycle among attributions; the one that stands first is then part of none."""
    assert _without_cycles([1, 2, 0, 0, None, 4]) == [None, 2, 0, 0, None, 4]
    assert _without_cycles([0, 3, 1, 2]) == [None, None, 1, 2]
    text = (
        "javascript:alert(1)" + "Berg said " * 60 + "Envoys defend the truce\n\n"
        "Peru accused Ecuador of breaking the ceasefire, which Ecuador denied on Tuesday. "
        "Lima said on Friday that Quito had told the mediators that it would stay."
    )
    outer = {statement.key: statement.part_of for statement in nlp(text)._.statements}
    assert any(outer.values())
    for key in list(outer):
        chain = [key]
        while outer[chain[-1]]:
            chain.append(outer[chain[-1]])
            assert len(chain) <= len(outer)
