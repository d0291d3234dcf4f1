"""Every IRI once."""

from __future__ import annotations

from rdflib import Literal, URIRef

from kgbuild.graph.vocabulary import DIP, EDTF, RDF, own_term


def test_a_term_from_a_file_becomes_the_object_that_stands_for_it_everywhere() -> None:
    for term in (DIP.holder, RDF.type, EDTF):
        assert own_term(URIRef(str(term))) is term
    for other in (URIRef("https://example.org/holder"), URIRef(f"{DIP._NS}nonsense"), Literal(str(DIP.holder)), None):
        assert own_term(other) is other
