"""Facts below a confidence go, and nothing points to them any more."""

from __future__ import annotations

from kgbuild.build.confidence import confident
from kgbuild.facts import (
    Actor,
    ActorType,
    Article,
    ArticleFacts,
    Event,
    Polarity,
    Position,
    QuotationType,
    Span,
    Statement,
    Treaty,
)

SPAN = Span(0, 4)
FACTS = ArticleFacts(
    Article("Some text."),
    actors=(Actor("a1", "Chile", ActorType.STATE, (SPAN,)),),
    treaties=(
        Treaty("t1", "pact", (SPAN,), confidence=0.9),
        Treaty("t2", "deal", (SPAN,), confidence=0.3),
    ),
    statements=(
        Statement("s1", ("a1",), "x", (SPAN,), "said", (SPAN,), (SPAN,), QuotationType.DIRECT, confidence=0.3),
        Statement(
            *("s2", ("a1",), "y", (SPAN,), "said", (SPAN,), (SPAN,), QuotationType.DIRECT),
            part_of="s1",
            about=("t1", "t2"),
            made_at="e1",
        ),
    ),
    positions=(
        Position("a1", "t1", Polarity.SUPPORTS, (SPAN,), expressed_in=("s1", "s2")),
        Position("a1", "t2", Polarity.SUPPORTS, (SPAN,)),
    ),
    events=(
        Event("e1", "Meeting", "met", (SPAN,), confidence=0.2),
        Event("e2", "Threat", "threatened", (SPAN,), concerns=("t2",), expressed_in=("s1", "s2")),
    ),
)


def test_what_is_uncertain_goes_with_every_reference_to_it() -> None:
    facts = confident(FACTS, 0.5)
    assert [treaty.key for treaty in facts.treaties] == ["t1"]
    (statement,) = facts.statements
    assert (statement.key, statement.part_of, statement.about, statement.made_at) == ("s2", "", ("t1",), "")
    (position,) = facts.positions
    assert (position.target, position.expressed_in) == ("t1", ("s2",))
    (event,) = facts.events
    assert (event.key, event.concerns, event.expressed_in) == ("e2", (), ("s2",))
    assert facts.actors == FACTS.actors


def test_nothing_goes_without_a_minimum() -> None:
    assert confident(FACTS, 0.0) is FACTS
