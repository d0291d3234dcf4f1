"""The search for circular garbage is set back to what it was, and articles need none of it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from kgbuild.extraction.assemble import extract
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import Article, ArticleFacts
from kgbuild.garbage import searched_seldom

if TYPE_CHECKING:
    from spacy.language import Language


def test_searches_seldom_in_the_block_only() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), searched_seldom():
        inside = gc.get_threshold()
        raise KeyError
    assert inside > before
    assert gc.get_threshold() == before


def test_leaves_a_process_that_never_searches_alone() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0, 0, 0)
    try:
        with searched_seldom():
            assert gc.get_threshold() == (0, 0, 0)
    finally:
        gc.set_threshold(*before)


def test_articles_leave_nothing_to_search_for(nlp: Language) -> None:
    articles = [Article(f"Minister Ana Luz of Chile said on Monday that round {i} went well.") for i in range(3)]
    gc.collect()
    gc.disable()
    try:
        assert all(isinstance(facts, ArticleFacts) and facts.statements for facts in extract(nlp, articles))
        assert not [thing for thing in gc.get_objects() if isinstance(thing, Tokens)]
    finally:
        gc.enable()
