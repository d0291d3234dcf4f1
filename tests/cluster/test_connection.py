"""How a cluster is found, and what is said when there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dask_cluster import cluster_in

from kgbuild.build.progress import Silence
from kgbuild.cluster import build_on_cluster, connection, gather
from kgbuild.errors import KgbuildError


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text("Malta supports the Valletta Treaty with Tunisia, its foreign minister said on Monday.")
    return path


def test_no_scheduler_is_told(article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PATIENCE", 1)
    with pytest.raises(KgbuildError, match="no scheduler answers there"):
        build_on_cluster([article], tmp_path, "tcp://127.0.0.1:9")
    monkeypatch.setattr(connection, "_FILE_PATIENCE", 1)
    with pytest.raises(KgbuildError, match="no scheduler has written this file in 1 seconds"):
        build_on_cluster([article], tmp_path, str(tmp_path / "scheduler.json"))


@pytest.mark.parametrize("address", ["nonsense", "scheduler.yaml", "tcp://10.0.0.1"])
def test_what_is_no_address_is_told(article: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(KgbuildError, match=r"is no address of a scheduler .*; give tcp://HOST:PORT"):
        build_on_cluster([article], tmp_path, address)


def test_workers_may_come_later_than_the_build(article: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    with cluster_in(tmp_path, 0) as late:

        class Watching(Silence):
            def start(self, step: str, total: int | None) -> None:
                steps.append(step)
                if step == "Waiting for workers":
                    late.workers.append(late.add_worker())

        build_on_cluster([article], tmp_path / "out", str(late.file), progress=Watching())
    assert steps == ["Waiting for workers", "Extracting", "Identifying", "Validating", "Writing"]


def test_dask_is_asked_for(article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(KgbuildError, match=r"pip install 'kgbuild\[dask\]'"):
        build_on_cluster([article], tmp_path, "local")


def test_an_output_that_cannot_be_written_to_is_told_before_any_work(article: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(KgbuildError, match=f"{file}: cannot be written to"):
        build_on_cluster([article], file, "tcp://127.0.0.1:9")


def test_a_store_that_asks_for_credentials_is_told_with_what_to_do(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(
        KgbuildError, match=r"s3://graphs/2021: cannot be written to .*credentials.*AWS_\.\.\. variables"
    ):
        build_on_cluster([article], "s3://graphs/2021", "tcp://127.0.0.1:9")
    with pytest.raises(KgbuildError, match=r"s3://graphs/2021: cannot be looked at .*AWS_\.\.\. variables"):
        gather("s3://graphs/2021", tmp_path / "graph")
