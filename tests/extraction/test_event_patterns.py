"""The table of event patterns: what a user adds to it, and what is said of rows that cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbuild.errors import KgbuildError
from kgbuild.extraction.events.component import create_events
from kgbuild.extraction.events.lexicon import parse_triggers, triggers, words

if TYPE_CHECKING:
    from spacy.language import Language


def test_a_user_adds_an_event_pattern_without_touching_code(nlp: Language, tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text("# our own\ntwin\tV\tAgreement\tsubj\twith\twith=any\t\n", encoding="utf-8")
    finder = create_events(nlp, "kgbuild_events", [str(file)])
    doc = nlp.make_doc("Reykjavik twinned with Nuuk in 2019, and Denmark met Iceland in 2020.")
    for name, component in nlp.pipeline:
        doc = finder(doc) if name == "kgbuild_events" else component(doc)
    assert [event.type for event in doc._.events] == ["Agreement", "Meeting"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("sign\tX\tSigning\tsubj", "part of speech"),
        ("sign\tV\tScribble\tsubj", "no event class"),
        ("sign\tV\tSigning\tsubj\t\t\tloud", "no flag"),
        ("\tV\tSigning", "lemma first"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, reason: str) -> None:
    with pytest.raises(KgbuildError, match=rf"mine\.tsv:2: .*{reason}"):
        parse_triggers(["# mine", row], "mine.tsv")


def test_a_missing_file_of_patterns_is_named(stock_nlp: Language) -> None:
    with pytest.raises(KgbuildError, match=r"nowhere\.tsv"):
        create_events(stock_nlp, "kgbuild_events", ["nowhere.tsv"])


def test_every_list_that_the_table_names_exists() -> None:
    names = {kind for rows in triggers().values() for row in rows for c in row.conditions for kind in c.kinds}
    listed = {kind for kind in names if kind.startswith("@")}
    assert listed
    assert all(words("lists." + kind[1:]) for kind in listed)
    with pytest.raises(KgbuildError, match="no list"):
        words("lists.nothing")
