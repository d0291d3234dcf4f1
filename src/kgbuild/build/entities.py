"""The table of who is who in a built graph, and why: what a user looks at before deciding otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from kgbuild.identity import Entity, Identities, Join

#: the file in the output folder
ENTITIES_FILE = "identity.json"


def write_entities(identities: Identities, stream: IO[str]) -> None:
    """Writes the table, one line for each entity and for each decision, so that versions can be compared.

    Args:
        identities: of the articles in the graph.
        stream: a text stream.
    """
    stream.write(f'{{\n"base": {json.dumps(identities.base)},\n"entities": [')
    _write_lines(map(_entity, identities.entities), stream)
    stream.write('],\n"joins": [')
    _write_lines(map(_join, identities.joins), stream)
    stream.write("]\n}\n")


def _write_lines(rows: Iterable[dict[str, Any]], stream: IO[str]) -> None:
    end = ""
    for row in rows:
        stream.write(f"{',' if end else ''}\n{json.dumps(row, ensure_ascii=False)}")
        end = "\n"
    stream.write(end)


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "iri": entity.iri,
        "type": entity.type,
        "label": entity.label,
        "names": list(entity.names),
        "exact_match": list(entity.exact_match),
        "articles": entity.articles,
    }


def _join(join: Join) -> dict[str, Any]:
    return {
        "decision": join.decision,
        "score": round(join.score, 3),
        "left": join.left,
        "left_name": join.left_name,
        "right": join.right,
        "right_name": join.right_name,
        "why": join.why,
        "iri": join.iri,
    }


def read_entities(output: Path) -> dict[str, Any]:
    """The table of an output folder: its ``base``, ``entities`` and ``joins``.

    Raises:
        KgbuildError: there is none, or it cannot be read.
    """
    path = output / ENTITIES_FILE
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KgbuildError(
            f"{path}: there is no such file; build the graph with: kgbuild build ARTICLES -o {output}"
        ) from None
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{path}: cannot be read ({error}); build the graph again") from None
    if not isinstance(table, dict) or not {"base", "entities", "joins"} <= table.keys():
        raise KgbuildError(f"{path}: was written by another version of kgbuild; build the graph again")
    return table
