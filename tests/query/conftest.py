"""The sample graph that the tests of queries ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from kgbuild.graph.vocabulary import INFERRED_GRAPH, graph_iri
from kgbuild.inference import entail
from kgbuild.opening import BuiltGraph
from sample import BASE, SampleIdentities, march_facts, may_facts


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = (march_facts(), may_facts())
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)
    inferred = graph_iri(BASE, INFERRED_GRAPH)
    folder = tmp_path_factory.mktemp("output")
    write_quads(quads, [folder / "graph.nq"], base=BASE)
    # what is inferred must not change an answer: a refusal is then a statement too, and an agent a participant
    write_quads([(*triple, inferred) for triple in entail(quads)], [folder / "inferred.nq"], base=BASE)
    return folder


@pytest.fixture(scope="module")
def graph(output: Path) -> BuiltGraph:
    return BuiltGraph(output)
