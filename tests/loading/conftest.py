"""A store for each test, and a graph to load into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgbuild.build.manifest import FORMAT
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from loading.servers import oxigraph, oxigraph_program, virtuoso
from sample import BASE, SampleIdentities, march_facts, may_facts

ARTICLES = {"march": march_facts, "may": may_facts}


def write_output(folder: Path, *articles: str) -> Path:
    """Writes the sample graph of some of its articles, as a build would."""
    folder.mkdir(exist_ok=True)
    facts = tuple(ARTICLES[name]() for name in articles)
    identities = SampleIdentities(facts)
    quads = [quad for one in facts for quad in article_quads(one, identities)] + identity_quads(identities)
    write_quads(quads, [folder / "graph.nq"], base=BASE)
    (folder / "manifest.json").write_text(f'{{"format": {FORMAT}, "options": {{"base": "{BASE}"}}}}', "utf-8")
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """The sample graph: two articles and their identities."""
    return write_output(tmp_path / "output", "march", "may")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """An empty Oxigraph server's address."""
    if oxigraph_program() is None:
        pytest.skip("the oxigraph server is not installed (pip install oxigraph)")
    with oxigraph(tmp_path / "oxigraph") as address:
        yield address


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, Path]]:
    """A Virtuoso server: its address, its SQL port, and a folder that it may read."""
    if shutil.which("virtuoso-t") is None:
        pytest.skip("virtuoso-t is not installed (Debian: apt-get install virtuoso-opensource)")
    readable = tmp_path_factory.mktemp("readable")
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), readable) as (address, port):
        yield address, port, readable
