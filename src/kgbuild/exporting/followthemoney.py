"""FollowTheMoney entities as JSON lines, for Aleph, OpenSanctions' tools and nomenklatura.

The schemata are those of the FollowTheMoney model 4 (followthemoney.tech): Person, Organization, PublicBody,
LegalEntity, Position and Occupancy, Event, Article, and UnknownLink for stances. The model has no treaties: they are
Projects, and their parties ProjectParticipants. The library itself needs ICU's headers to be installed, so only
``bench/exports`` uses it, to hold every entity to the model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from kgbuild.exporting.model import ACTORS, PropertyGraph, Thing, Tie

if TYPE_CHECKING:
    from pathlib import Path

Entity: TypeAlias = dict[str, Any]

_SCHEMATA = {
    "Person": "Person",
    "State": "PublicBody",
    "GovernmentBody": "PublicBody",
    "InternationalOrganization": "Organization",
    "Organization": "Organization",
    "Group": "LegalEntity",
    "Treaty": "Project",
    "Issue": "Project",
    "Event": "Event",
    "Article": "Article",
}
#: our property -> theirs, where a thing of theirs has it
_PROPERTIES = {"alias": "alias", "same": "sourceUrl", "date": "date", "start_date": "startDate", "end_date": "endDate"}


def entities(graph: PropertyGraph) -> Iterator[Entity]:
    """The entities of a graph: things first, then what ties them.

    Args:
        graph: the graph.

    Yields:
        Entities as FollowTheMoney writes them: ``id``, ``schema`` and ``properties``, each a list of texts.
    """
    involved: dict[str, list[str]] = {}
    organizers: dict[str, list[str]] = {}
    for tie in graph.ties:
        # only actors are involved in an event: a treaty that takes part in one is not
        takes_part = tie.relation in ("AGENT_IN", "RECIPIENT_IN", "PARTICIPANT_IN")
        if takes_part and graph.things[tie.target].kind == "Event" and graph.things[tie.source].kind in ACTORS:
            (organizers if tie.relation == "AGENT_IN" else involved).setdefault(tie.target, []).append(tie.source)
    for thing in graph.things.values():
        if thing.kind in _SCHEMATA:
            entity = _thing(thing)
            if thing.kind == "Event":
                for key, iris in (("organizer", organizers), ("involved", involved)):
                    if thing.iri in iris:
                        entity["properties"][key] = [_id(iri) for iri in iris[thing.iri]]
            yield entity
    for tie in graph.ties:
        yield from _tie(graph, tie)


def write_followthemoney(graph: PropertyGraph, path: Path) -> None:
    """Writes the entities of a graph, one a line.

    Raises:
        OSError: the file cannot be written.
    """
    written: set[str] = set()
    with path.open("w", encoding="utf-8") as file:
        for entity in entities(graph):
            if entity["id"] not in written:
                written.add(entity["id"])
                file.write(json.dumps(entity, ensure_ascii=False, sort_keys=True) + "\n")


def _id(*parts: str) -> str:
    return "kgbuild-" + hashlib.sha1("\n".join(parts).encode(), usedforsecurity=False).hexdigest()


def _entity(identity: str, schema: str, **properties: list[str]) -> Entity:
    return {
        "id": identity,
        "schema": schema,
        "properties": {key: values for key, values in sorted(properties.items()) if any(values)},
    }


def _thing(thing: Thing) -> Entity:
    values = thing.values
    if thing.kind == "Article":
        return _entity(
            _id(thing.iri),
            "Article",
            title=[thing.name],
            fileName=[thing.name],
            publishedAt=values.get("date", []),
            publisher=values.get("publisher", []),
            author=values.get("author", []),
            sourceUrl=values.get("url", []),
            bodyText=values.get("text", []),
        )
    schema = _SCHEMATA[thing.kind]
    properties = {"name": [thing.name]}
    for ours, theirs in _PROPERTIES.items():
        if ours in values and (theirs in ("alias", "sourceUrl") or schema == "Event"):
            properties[theirs] = values[ours]
    if schema == "Project":
        properties["status"] = values.get("status", [])
        properties["goal"] = values.get("treaty_kind", [])
    if thing.kind == "Event":
        properties["summary"] = [f"{', '.join(values['type'])} ({', '.join(values.get('realis', []))})"]
    if thing.kind == "Person" and "post" in values:
        properties["position"] = values["post"]
    if thing.kind == "State":
        properties["topics"] = ["gov.national"]
    return _entity(_id(thing.iri), schema, **properties)


def _tie(graph: PropertyGraph, tie: Tie) -> Iterator[Entity]:
    source, target, values = graph.things[tie.source], graph.things[tie.target], tie.values
    proof = {"proof": [_id(values["article"])], "summary": [values["words"]]} if "article" in values else {}
    if tie.relation == "HOLDS_POSITION_ON":
        hedged = " (hedged)" if values.get("hedged") else ""
        according = f" according to {values['according_to']}" if values.get("according_to") else ""
        yield _entity(
            _id(values["fact"], source.iri, target.iri, according),
            "UnknownLink",
            subject=[_id(source.iri)],
            object=[_id(target.iri)],
            role=[f"{values['polarity']}{hedged}{according}"],
            date=[values.get("date", "")],
            **proof,
        )
    elif tie.relation == "REPRESENTS":
        position = _id("position", values["title"], target.iri)
        organization = {"organization": [_id(target.iri)]} if _SCHEMATA[target.kind] in _BODIES else {}
        yield _entity(position, "Position", name=[f"{values['title']} of {target.name}"], **organization)
        yield _entity(
            _id(values["fact"], position),
            "Occupancy",
            holder=[_id(source.iri)],
            post=[position],
            date=[values.get("date", "")],
            **proof,
        )
    elif tie.relation == "PARTY_TO":
        yield _entity(
            _id("party", source.iri, target.iri),
            "ProjectParticipant",
            participant=[_id(source.iri)],
            project=[_id(target.iri)],
            role=["party"],
        )
    elif tie.relation == "AFFILIATED_WITH" and _SCHEMATA.get(target.kind) in _BODIES:
        yield _entity(
            _id("affiliation", source.iri, target.iri),
            "Membership",
            member=[_id(source.iri)],
            organization=[_id(target.iri)],
            role=["affiliation"],
        )


#: schemata that FollowTheMoney counts among organisations
_BODIES = ("Organization", "PublicBody")
