"""Leaves out facts that are too uncertain for a user, and every reference to them."""

from __future__ import annotations

from dataclasses import replace

from kgbuild.facts import ArticleFacts


def confident(facts: ArticleFacts, minimum: float) -> ArticleFacts:
    """The facts of at least this confidence.

    Args:
        facts: of one article.
        minimum: from 0 to 1.

    Returns:
        The facts without statements, treaties, events and positions of less confidence, without positions whose
        target has gone, and without issues that no position is left on. Actors and roles stay: they carry no
        confidence.
    """
    if minimum <= 0:
        return facts
    treaties = tuple(treaty for treaty in facts.treaties if treaty.confidence >= minimum)
    events = tuple(event for event in facts.events if event.confidence >= minimum)
    statements = tuple(statement for statement in facts.statements if statement.confidence >= minimum)
    kept = {actor.key for actor in facts.actors} | {treaty.key for treaty in treaties}
    kept |= {event.key for event in events} | {statement.key for statement in statements}
    kept |= {issue.key for issue in facts.issues}
    positions = tuple(
        position for position in facts.positions if position.confidence >= minimum and position.target in kept
    )
    targets = {position.target for position in positions}

    def still(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(key for key in keys if key in kept)

    return replace(
        facts,
        treaties=treaties,
        statements=tuple(
            replace(
                statement,
                part_of=statement.part_of if statement.part_of in kept else "",
                about=still(statement.about),
                addressees=still(statement.addressees),
                made_at=statement.made_at if statement.made_at in kept else "",
            )
            for statement in statements
        ),
        events=tuple(
            replace(
                event,
                concerns=still(event.concerns),
                expressed_in=still(event.expressed_in),
                reported_in=still(event.reported_in),
            )
            for event in events
        ),
        positions=tuple(replace(position, expressed_in=still(position.expressed_in)) for position in positions),
        issues=tuple(issue for issue in facts.issues if issue.key in targets),
    )
