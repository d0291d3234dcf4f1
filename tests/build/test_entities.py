"""Lines of the identity graph are written without rdflib's terms, and are those of its mapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.build.entities import identity_lines
from kgbuild.errors import KgbuildError
from kgbuild.graph.mapping import identity_quads
from kgbuild.graph.nquads import quad_line
from kgbuild.identity import Entity, Identities

BASE = "https://a.example/"

# all of Unicode, half surrogate pairs, which broken files hold, among it
names = st.text(st.characters(codec=None), min_size=1, max_size=12)
links = st.sampled_from(["http://www.wikidata.org/entity/Q1", "urn:a:b", "https://é.example/a#b"])
entities = st.builds(
    Entity,
    iri=st.sampled_from([f"{BASE}person/anna", "https://other.example/é"]),
    sort=st.just("actor"),
    type=st.sampled_from(["Person", "State", "Treaty"]),
    label=names,
    other_names=st.lists(st.one_of(names, st.sampled_from(["", "Anna"])), max_size=4).map(tuple),
    exact_match=st.lists(links, max_size=3).map(tuple),
)


@given(entity=entities)
def test_lines_are_those_of_the_rdflib_mapping(entity: Entity) -> None:
    quads = identity_quads(Identities(BASE, [entity], (), {}, {}, {}))
    assert identity_lines(entity, BASE) == sorted({quad_line(*quad) for quad in quads})


def test_a_link_that_is_no_iri_is_refused() -> None:
    with pytest.raises(KgbuildError, match="not an absolute IRI"):
        identity_lines(Entity(f"{BASE}state/x", "actor", "State", "X", exact_match=("no iri",)), BASE)
