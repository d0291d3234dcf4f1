"""The table of who is who in a built graph, and why: what a user looks at before deciding otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from kgbuild.identity import Entity, Join

#: the file in the output folder
ENTITIES_FILE = "identity.json"


def entity_line(entity: Entity) -> str:
    """One line of the table, which tells versions of it apart."""
    row = {
        "iri": entity.iri,
        "type": entity.type,
        "label": entity.label,
        "names": list(entity.names),
        "exact_match": list(entity.exact_match),
        "articles": entity.articles,
    }
    return _line(row)


def identity_lines(entity: Entity, base: str) -> list[str]:
    """What the identity graph says of an entity, as sorted lines of N-Quads.

    They are those of :func:`kgbuild.graph.mapping.identity_quads`, without the terms that cost most of the time.
    """
    from kgbuild.graph.nquads import iri_term
    from kgbuild.graph.vocabulary import IDENTITY_GRAPH, graph_iri, iri

    subject, graph = iri_term(iri(entity.iri)), iri_term(graph_iri(base, IDENTITY_GRAPH))
    return sorted(f"{subject} {pair} {graph} ." for pair in identity_pairs(entity))


def identity_pairs(entity: Entity) -> set[str]:
    """Predicate and object of all that the identity graph says of an entity."""
    from kgbuild.graph.literals import encodable
    from kgbuild.graph.nquads import iri_term, quoted
    from kgbuild.graph.vocabulary import DIP, RDF, RDFS, SKOS, iri

    names = {name for name in entity.other_names if name and name != entity.label}
    said = [(RDF.type, iri_term(DIP[entity.type])), (RDFS.label, quoted(encodable(entity.label)))]
    said += [(SKOS.altLabel, quoted(encodable(name))) for name in names]
    said += [(SKOS.exactMatch, iri_term(iri(match))) for match in entity.exact_match]
    return {f"{iri_term(predicate)} {value}" for predicate, value in said}


def join_line(join: Join) -> str:
    """One line for a decision."""
    row = {
        "decision": join.decision,
        "score": round(join.score, 3),
        "left": join.left,
        "left_name": join.left_name,
        "right": join.right,
        "right_name": join.right_name,
        "why": join.why,
        "iri": join.iri,
    }
    return _line(row)


def _line(row: dict[str, Any]) -> str:
    # half a surrogate pair can be read from broken files, and cannot be written
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


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
