"""Graphs of articles that lie in other stores and in chosen columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kgbuild
from kgbuild.build.options import BuildOptions
from kgbuild.build.planning import plan
from kgbuild.build.run import make_setup
from kgbuild.errors import KgbuildError
from object_store import object_store

FIRST = {
    "body": "Malta's foreign minister Carm Vella said on Monday that Malta supports the truce.",
    "url": "https://a.example/1",
}
SECOND = {
    "body": "Tunisia's foreign minister Amel Ben Ali said that Tunisia opposes the truce.",
    "url": "https://a.example/2",
}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with object_store(monkeypatch, "news") as client:
        yield client


def put(s3: Any, *records: dict[str, str]) -> None:
    s3.put_object(Bucket="news", Key="in/a.jsonl", Body="\n".join(map(json.dumps, records)).encode())


def test_a_graph_of_another_store_is_the_graph_of_the_same_files(s3: Any, tmp_path: Path) -> None:
    put(s3, FIRST, SECOND)
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, (FIRST, SECOND))))
    columns = {"text": "body"}
    near = kgbuild.build([tmp_path / "a.jsonl"], tmp_path / "near", columns=columns)
    far = kgbuild.build(["s3://news/in"], tmp_path / "far", columns=columns)
    assert not near.failures
    for name in ("graph.nq", "inferred.nq", "identity.json"):
        assert (tmp_path / "near" / name).read_bytes() == (tmp_path / "far" / name).read_bytes()
    assert kgbuild.build(["s3://news/in"], tmp_path / "far", columns=columns).unchanged
    put(s3, FIRST)
    changed = kgbuild.build(["s3://news/in"], tmp_path / "far", columns=columns)
    assert not changed.unchanged
    assert changed.manifest["counts"]["articles"] == 1
    assert far.manifest["counts"]["articles"] == 2


def test_other_columns_are_another_build(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({**FIRST, "text": SECOND["body"]}))

    def setup(**columns: str) -> Any:
        return make_setup([tmp_path / "a.json"], tmp_path / "out", BuildOptions(columns=columns))

    kgbuild.build([tmp_path / "a.json"], tmp_path / "out", columns={"text": "body"})
    assert plan(setup(text="body")).unchanged
    again = plan(setup())
    assert again.reasons == ("--column has changed",)
    assert again.extracted == (("a.json", "has changed"),)


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KgbuildError, match="--column colour=x: the fields are text, title"):
        BuildOptions(columns={"colour": "x"})
