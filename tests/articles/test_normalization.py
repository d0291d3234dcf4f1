"""Text is normalised once, by rules that can be told in five lines."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.articles import normalise_text
from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.normalization import normalise_line


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("Cafe\u0301", "Café"),
        ("10\u00a0000\u202ftons\u2009each", "10 000 tons each"),
        ("\ufeffzero\u200bwidth, so\u00adft, \u202eright to left\u202c", "zerowidth, soft, right to left"),
        ("red\x1b[31m bell\x07", "red[31m bell"),
        ("line  \t\nnext \n\n\n", "line\nnext"),
        ("a\tb", "a\tb"),
        ("e\u200d\u0301", "é"),
    ],
)
def test_rules(raw: str, text: str) -> None:
    assert normalise_text(raw) == text


@pytest.mark.parametrize("raw", ["a\x00b", "a\ud800b"])
def test_what_is_no_text_is_refused(raw: str) -> None:
    with pytest.raises(UnreadableError):
        normalise_text(raw)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_normalising_again_changes_nothing(raw: str) -> None:
    text = normalise_text(raw)
    assert normalise_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in text if c not in "\n\t")
    assert "\n" not in normalise_line(raw)


@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), min_size=1))
def test_plain_paragraphs_come_out_unchanged(words: list[str]) -> None:
    text = "\n\n".join(words)
    assert normalise_text(text) == text
