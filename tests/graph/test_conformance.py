"""What identity and mapping make of an article conforms to the shapes, and the shapes look at it."""

from __future__ import annotations

import dataclasses

import pytest

from kgbuild.authority import Authority
from kgbuild.facts import Actor, ActorType, ArticleFacts, Treaty
from kgbuild.graph.mapping import Quad, article_quads, identity_quads
from kgbuild.graph.vocabulary import DIP, RDF, RDFS
from kgbuild.identity import identify
from kgbuild.validation import ValidationReport, article_scopes, validate
from sample import march_facts, may_facts


def quads_of(*articles: ArticleFacts) -> list[Quad]:
    identities = identify(articles, Authority.load())
    return [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)


def report_on(quads: list[Quad]) -> ValidationReport:
    return ValidationReport.merge(validate(scope.triples, graph=scope.graph) for scope in article_scopes(quads))


@pytest.fixture(scope="module")
def report() -> ValidationReport:
    return report_on(quads_of(march_facts(), may_facts()))


def test_the_graph_conforms(report: ValidationReport) -> None:
    assert [result.message for result in report.results if result.severity == "violation"] == []


def test_the_shapes_looked_at_every_kind_of_fact(report: ValidationReport) -> None:
    text = report.to_text()
    for kind in (
        "Actor",
        "Article",
        "Event",
        "Evidence",
        "Nesting",
        "Position",
        "Refusal",
        "Role",
        "Statement",
        "Treaty",
    ):
        (line,) = [line for line in text.splitlines() if line.endswith(f"dips:{kind}Shape")]
        assert int(line.split()[0].replace(",", "")) > 0


def test_two_facts_that_identity_joins_have_one_status_and_one_label() -> None:
    facts = march_facts()
    (pact,) = facts.treaties
    again = Treaty("again", "river pact", (pact.mentions[1],), kind="Other", status="Signed", confidence=0.4)
    chile = next(actor for actor in facts.actors if actor.key == "chile")
    twin = Actor("twin", "Chile", ActorType.ORGANIZATION, chile.mentions[1:], affiliation=("chile",))
    quads = quads_of(dataclasses.replace(facts, treaties=(again, pact), actors=(*facts.actors, twin)))
    for kind in (DIP.status, DIP.treatyKind, DIP.confidence, RDFS.label):
        values: dict[object, set[object]] = {}
        for subject, predicate, value, _ in quads:
            if predicate == kind:
                values.setdefault(subject, set()).add(value)
        assert values
        assert all(len(found) == 1 for found in values.values()), kind
    assert DIP.Boundary in {value for _, predicate, value, _ in quads if predicate == DIP.treatyKind}
    assert [r.message for r in report_on(quads).results if r.severity == "violation"] == []


def test_an_actor_is_of_one_class_in_all_articles() -> None:
    march, may = march_facts(), may_facts()
    ministry = next(actor for actor in march.actors if actor.key == "ministry")
    unsure = dataclasses.replace(
        ministry, type=ActorType.ORGANIZATION, mentions=may.actors[2].mentions, other_names=(), affiliation=()
    )
    quads = quads_of(march, dataclasses.replace(may, actors=(*may.actors, unsure)))
    named = {s for s, predicate, value, _ in quads if predicate == RDFS.label and "Ministry" in str(value)}
    assert len(named) == 1
    classes = [value for subject, predicate, value, _ in quads if subject in named and predicate == RDF.type]
    # in both articles, and in the identity graph
    assert classes == [DIP.GovernmentBody] * 3


def test_who_turns_out_to_quote_himself_is_no_attributor() -> None:
    facts = march_facts()
    twin = Actor("twin", "Jonas Berg", ActorType.PERSON, facts.actors[3].mentions)
    positions = (dataclasses.replace(facts.positions[0], according_to="twin"),)
    quads = quads_of(dataclasses.replace(facts, actors=(*facts.actors, twin), positions=positions))
    assert [p for _, p, _, _ in quads if p == DIP.accordingTo] == []
    assert [p for _, p, _, _ in quads if p == DIP.holder] != []
