"""Where words stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.extraction.places import Places

_WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", ""]))


def test_places_of_several_words_are_in_text_order() -> None:
    places = Places(["no", "deal", "is", "no", "answer"])
    assert places.of({"deal", "no"}) == [0, 1, 3]
    assert places.of({"no": 1, "yes": 2}.keys()) == [0, 3]


def test_a_document_without_words_has_none() -> None:
    assert Places([]).of({"deal"}) == []
    assert not Places([]).any({"deal"})


@given(_WORDS, st.frozensets(st.sampled_from(["a", "b", "c", "x", ""])))
def test_they_are_those_that_a_look_at_every_word_finds(words: list[str], wanted: frozenset[str]) -> None:
    expected = [i for i, word in enumerate(words) if word in wanted]
    places = Places(words)
    assert places.of(wanted) == expected
    assert places.any(wanted) == bool(expected)
