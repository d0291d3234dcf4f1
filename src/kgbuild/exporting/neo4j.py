"""CSV files for ``neo4j-admin database import``: everything in the graph, statements and articles too.

The headers follow the Neo4j Operations Manual, chapter "Import", section "CSV header format".
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from kgbuild.exporting.model import ACTORS, PropertyGraph, Thing, Tie

#: separates the values of a property that has several; Neo4j's own default
_SEPARATOR = ";"
_SEVERAL = frozenset({"alias", "same", "treaty_kind", "status", "post", "publisher", "author", "url"})
_NUMBERS = frozenset({"start", "end"})


def write_neo4j(graph: PropertyGraph, folder: Path) -> list[str]:
    """Writes a file of nodes for each kind of thing, and one of relationships for each relation.

    Args:
        graph: the graph.
        folder: where to; made if it is not there.

    Returns:
        The command that imports the files, as a list of words; run it in the folder.

    Raises:
        OSError: the files cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    things: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in graph.things.values():
        things[thing.kind].append(thing)
    ties: defaultdict[str, list[Tie]] = defaultdict(list)
    for tie in graph.ties:
        ties[tie.relation].append(tie)
    command = ["neo4j-admin", "database", "import", "full", "neo4j", "--multiline-fields=true"]
    for kind, members in sorted(things.items()):
        name = f"{kind.lower()}_nodes.csv"
        _write_nodes(folder / name, kind, members)
        command.append(f"--nodes={name}")
    for relation, members_ in sorted(ties.items()):
        name = f"{relation.lower()}_relationships.csv"
        _write_relationships(folder / name, relation, members_)
        command.append(f"--relationships={name}")
    return command


def _labels(kind: str) -> str:
    above = "Actor" if kind in ACTORS else "Statement" if kind == "Refusal" else ""
    return f"{kind}{_SEPARATOR}{above}" if above else kind


def _write_nodes(path: Path, kind: str, things: list[Thing]) -> None:
    keys = sorted({key for thing in things for key in thing.values if key != "name"})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iri:ID", "name", *(f"{key}:string[]" if key in _SEVERAL else key for key in keys), ":LABEL"])
        for thing in things:
            cells = (_cell(key, thing.values.get(key, [])) for key in keys)
            writer.writerow([thing.iri, thing.name, *cells, _labels(kind)])


def _cell(key: str, values: list[str]) -> str:
    if key in _SEVERAL:
        return _SEPARATOR.join(value.replace(_SEPARATOR, ",") for value in values)
    return values[0] if values else ""


def _write_relationships(path: Path, relation: str, ties: list[Tie]) -> None:
    keys = sorted({key for tie in ties for key in tie.values})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([":START_ID", ":END_ID", *(f"{key}:int" if key in _NUMBERS else key for key in keys), ":TYPE"])
        for tie in ties:
            writer.writerow([tie.source, tie.target, *(tie.values.get(key, "") for key in keys), relation])
