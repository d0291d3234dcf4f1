"""A user's own tables of words come before the built-in ones, without a change of code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import kgbuild
from kgbuild.errors import KgbuildError
from kgbuild.extraction import pipeline
from kgbuild.extraction.user_tables import TABLES, settings
from kgbuild.resources import resource

TEXT = (
    "OSLO, March 12 (Reuters) - Norway and Chile discussed the river pact on Monday. Norway bankrolled the river "
    "pact, and Chile twinned with Peru on Tuesday."
)


@pytest.fixture
def lexicon(tmp_path: Path) -> Path:
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "README.md").write_text("What our desk calls things.")
    (folder / "stance.tsv").write_text(
        "cue\tpos\tholder\ttarget\tpolarity\twhen\thedged\nbankroll\tverb\tsubject\tobject\tOpposes\t\t\n"
    )
    (folder / "event_triggers.tsv").write_text("twin\tV\tAgreement\tsubj\twith\twith=any\t\n")
    return folder


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "news.md"
    path.write_text(f"---\ntitle: News\npublished: 2024-03-13\n---\n{TEXT}\n")
    return path


def test_a_build_reads_them(articles: Path, lexicon: Path) -> None:
    ours = kgbuild.build(articles, lexicons=[lexicon])
    events = {row["type"] for row in ours.query("events")}
    assert "agreement" in {event.lower() for event in events}
    assert "agreement" not in {row["type"].lower() for row in kgbuild.build(articles).query("events")}
    assert ("Norway", "opposes") in {(row["holder"], row["polarity"]) for row in ours.query("positions")}


def test_a_changed_table_is_read_again(articles: Path, lexicon: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    kgbuild.build(articles, output, lexicons=[lexicon])
    assert kgbuild.build(articles, output, lexicons=[lexicon]).unchanged
    table = lexicon / "stance.tsv"
    table.write_text(table.read_text().replace("Opposes", "Supports"))
    again = kgbuild.build(articles, output, lexicons=[lexicon])
    assert ("Norway", "supports") in {(row["holder"], row["polarity"]) for row in again.query("positions")}
    assert [entry["file"] for entry in again.manifest["options"]["lexicons"]] == ["event_triggers.tsv", "stance.tsv"]


def test_every_table_has_its_setting_in_its_component() -> None:
    nlp = pipeline.load_pipeline()
    for component, setting in TABLES.values():
        assert nlp.get_pipe_meta(component).default_config[setting] == []


def test_what_no_component_reads_is_told(lexicon: Path, tmp_path: Path) -> None:
    (lexicon / "stances.tsv").write_text("")
    with pytest.raises(KgbuildError, match=r"stances\.tsv: no component reads a table of this name; the names are"):
        settings([lexicon])
    with pytest.raises(KgbuildError, match="there is no such folder"):
        settings([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(KgbuildError, match="no table in it"):
        settings([tmp_path / "empty"])


def test_no_word_of_a_list_is_taken_for_yes_or_no() -> None:
    # YAML reads a bare ``on`` as true
    def lists(value: object) -> Iterator[list[object]]:
        if isinstance(value, list):
            yield value
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from lists(one)

    tables = sorted((resource("lexicon", "cues.yaml").parent).glob("*.yaml"))
    assert tables
    for table in tables:
        for words in lists(yaml.safe_load(table.read_text(encoding="utf-8"))):
            assert not [word for word in words if isinstance(word, bool)], (table.name, words)
