"""Judgements: a file that people edit and share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import KgbuildError
from kgbuild.identity import Judgement, Judgements, merge, split


@pytest.mark.parametrize("name", ["judgements.yaml", "judgements.csv"])
def test_decisions_are_written_and_read_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    merge(path, "person/joe-ferreira", "person/joseph-ferreira", "one: see his site, “About”")
    split(path, "person/li-wei", "article/second-1a2b3c4d/actor/li-wei")
    assert Judgements.load(path).decisions == (
        Judgement("merge", "person/joe-ferreira", "person/joseph-ferreira", "one: see his site, “About”"),
        Judgement("split", "person/li-wei", "article/second-1a2b3c4d/actor/li-wei"),
    )


def test_a_later_decision_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "judgements.yaml"
    merge(path, "person/a", "person/b")
    assert split(path, "person/b", "person/a").decisions == (Judgement("split", "person/b", "person/a"),)


def test_a_file_written_by_hand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "judgements.yaml"
    path.write_text("# ours\n- merge: [person/a, person/b]\n  why: known\n- split: [person/c, person/d]\n", "utf-8")
    assert [one.decision for one in Judgements.load(path).decisions] == ["merge", "split"]
    path.write_text("", "utf-8")
    assert Judgements.load(path).decisions == ()


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("j.yaml", "merge: [a, b]", "must be a list"),
        ("j.yaml", "- merge: [a]", "entry 1: write"),
        ("j.yaml", "- merge: [a, b]\n- join: [a, b]", "entry 2: write"),
        ("j.yaml", "- merge: [a, a]", "entry 1: 'a' cannot be judged against itself"),
        ("j.yaml", "- merge: [a, 3]", "entry 1: a merge needs two names"),
        ("j.yaml", "- [", "no valid YAML"),
        ("j.csv", "left,right\na,b\n", ":1: the first row must be"),
        ("j.csv", "decision,left,right\njoin,a,b\n", ":2: unknown decision 'join'"),
        ("j.csv", "decision,left,right\nmerge,a,\n", ":2: a merge needs two names"),
        ("j.txt", "", "is YAML (.yaml) or CSV (.csv)"),
    ],
)
def test_mistakes_are_told_with_file_and_place(tmp_path: Path, name: str, content: str, complaint: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(KgbuildError) as raised:
        Judgements.load(path)
    assert str(path) in str(raised.value)
    assert complaint in str(raised.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="cannot be read"):
        Judgements.load(tmp_path / "none.yaml")


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(str.strip)


@given(
    st.lists(st.tuples(st.sampled_from(("merge", "split")), _texts, _texts, _texts), max_size=5),
    st.sampled_from(("yaml", "csv")),
)
def test_any_decisions_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str]], suffix: str
) -> None:
    made = Judgements()
    for decision, left, right, why in rows:
        if left and right and left != right:
            made = made.decided(Judgement("merge" if decision == "merge" else "split", left, right, why))
    path = tmp_path_factory.mktemp("judgements") / f"all.{suffix}"
    made.save(path)
    assert Judgements.load(path) == made
