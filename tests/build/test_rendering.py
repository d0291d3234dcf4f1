"""What is of no single article is written of what an order says alone, as the whole graph would be."""

from __future__ import annotations

import json

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS

from kgbuild.build.entities import identity_lines
from kgbuild.build.rendering import entities_order, rendered, subjects_order
from kgbuild.graph.vocabulary import DIP
from kgbuild.identity.entities import Entity
from kgbuild.identity.entity_table import entity_of

BASE = "https://a.example/"
LUZ = f"{BASE}person/ana-luz"
ROW = json.dumps([LUZ, "actor", "Person", "Ana “Anita” Luz", ["Person"], ["A. Luz"], ["Luz"], [f"{BASE}same"]])


@pytest.mark.parametrize("others", [True, False])
def test_an_entity_is_written_in_every_format_that_is_wanted(others: bool) -> None:
    quads, trig, jsonld, line = rendered(entities_order(BASE, [ROW], others=others))
    entity = entity_of(ROW)
    assert isinstance(entity, Entity)
    assert quads.decode().splitlines() == identity_lines(entity, BASE)
    assert json.loads(line)["label"] == entity.label
    assert (b"A. Luz" in trig, b"A. Luz" in jsonld) == (others, others)


def test_entities_come_one_after_the_other() -> None:
    other = json.dumps([f"{BASE}state/chile", "actor", "State", "Chile"])
    both = rendered(entities_order(BASE, [ROW, other], others=True))
    assert both == rendered(entities_order(BASE, [ROW], others=True)) + rendered(
        entities_order(BASE, [other], others=True)
    )


def test_a_subject_holds_what_each_article_and_identity_say_once() -> None:
    said = [f'<{RDFS.comment}> "one"\n<{RDFS.comment}> "two \\" <b>"', f'<{RDFS.comment}> "one"']
    texts = rendered(subjects_order(BASE, [(f"<{LUZ}>", said, ROW), (f"<{BASE}x>", said[1:], None)]))
    luz, other = (Graph().parse(data=whole(text)) for text in texts)
    comments = sorted(map(str, luz.objects(URIRef(LUZ), RDFS.comment)))
    assert comments == ["one", 'two " <b>']
    assert luz.value(URIRef(LUZ), RDF.type) == DIP.Person
    assert luz.value(URIRef(LUZ), RDFS.label) == Literal("Ana “Anita” Luz")
    assert [*other] == [(URIRef(f"{BASE}x"), RDFS.comment, Literal("one"))]


def whole(text: bytes) -> str:
    """A file of one subject."""
    from kgbuild.graph.texts import file_heads

    return file_heads(BASE)[2] + text.decode()
