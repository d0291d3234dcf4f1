"""Reads a user's authority from SKOS in Turtle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.authority.entries import Entry
from kgbuild.authority.tables import TYPES, make_entry
from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node, URIRef

DIPLOMACY = "https://w3id.org/kgbuild/diplomacy#"
_WIKIDATA = re.compile(r"^https?://www\.wikidata\.org/(?:entity|wiki)/(Q[1-9]\d*)$")
_ABBREVIATION = re.compile(r"^[A-Z][A-Z0-9&-]{1,9}$")


def read_skos(path: Path) -> list[tuple[str, Entry]]:
    """Reads the entries of a SKOS file.

    Each ``skos:Concept``, and each resource of one of the ontology's classes (``dip:State``, ``dip:Person``,
    ``dip:Treaty`` …), is an entry with its IRI as id; its class is its type, ``Organization`` if it has none.
    ``skos:prefLabel`` (or ``rdfs:label``) is its name and ``skos:altLabel`` its other names, of which those in capitals
    are abbreviations; labels in other languages than English count as other names. ``skos:exactMatch`` to a Wikidata
    item links it; ``dip:affiliation``, ``dip:party``, ``dip:treatyKind`` and ``dip:status`` mean what they mean in the
    graph.
    ``skos:notation`` may give the id of a built-in entry (``"state/IL"``), to which the names are then added.

    Returns:
        Each entry with where it stands, ``path: <iri>``.

    Raises:
        KgbuildError: the file cannot be read, is no Turtle, or an entry is wrong; the message names file and entry.
    """
    from rdflib import Graph, URIRef
    from rdflib.namespace import RDF, SKOS

    graph = Graph()
    try:
        graph.parse(data=path.read_text("utf-8"), format="turtle")
    except (OSError, UnicodeDecodeError) as error:
        raise KgbuildError(f"{path}: cannot be read as an authority file ({error})") from error
    except Exception as error:  # the parser raises BadSyntax, and other kinds for bad IRIs and literals
        line = getattr(error, "lines", None)
        place = f"{path}:{line + 1}" if isinstance(line, int) else str(path)
        raise KgbuildError(f"{place}: is no valid Turtle ({str(error).splitlines()[0]})") from error
    classes = {URIRef(DIPLOMACY + name): name for name in TYPES}
    subjects = set(graph.subjects(RDF.type, SKOS.Concept))
    subjects.update(subject for subject, _, kind in graph.triples((None, RDF.type, None)) if kind in classes)
    named = sorted(str(subject) for subject in subjects if isinstance(subject, URIRef))
    if not named:
        raise KgbuildError(
            f"{path}: holds no skos:Concept and nothing of the ontology's classes (dip:State, dip:Treaty …)"
        )
    ids = {iri: str(graph.value(URIRef(iri), SKOS.notation) or iri) for iri in named}
    entries = []
    for iri in named:
        try:
            entry = _entry(graph, URIRef(iri), ids, {str(key): name for key, name in classes.items()})
        except ValueError as error:
            raise KgbuildError(f"{path}: <{iri}>: {error}") from error
        entries.append((f"{path}: <{iri}>", entry))
    return entries


def _entry(graph: Graph, subject: URIRef, ids: dict[str, str], classes: dict[str, str]) -> Entry:
    """The entry of one concept; ValueError tells what is wrong with it."""
    from rdflib import URIRef
    from rdflib.namespace import RDF, RDFS, SKOS

    def objects(predicate: URIRef) -> list[Node]:
        return sorted(
            graph.objects(subject, predicate), key=lambda node: (getattr(node, "language", None) or "", str(node))
        )

    def references(name: str) -> tuple[str, ...]:
        return tuple(ids.get(str(node), str(node)) for node in objects(URIRef(DIPLOMACY + name)))

    def local(name: str) -> str:
        return next((str(node).removeprefix(DIPLOMACY) for node in objects(URIRef(DIPLOMACY + name))), "")

    preferred = objects(SKOS.prefLabel) or objects(RDFS.label)
    if not preferred:
        raise ValueError("has no skos:prefLabel")
    english = [node for node in preferred if (getattr(node, "language", None) or "en").split("-")[0] == "en"]
    name = str((english or preferred)[0]).strip()
    others = [str(node).strip() for node in (*preferred, *objects(SKOS.altLabel))]
    others = [other for other in dict.fromkeys(others) if other and other != name]
    items = [match[1] for node in objects(SKOS.exactMatch) if (match := _WIKIDATA.match(str(node)))]
    kinds = [classes[str(node)] for node in objects(RDF.type) if str(node) in classes]
    return make_entry(
        {
            "id": ids[str(subject)],
            "type": kinds[0] if kinds else "Organization",
            "name": name,
            "affiliation": next(iter(references("affiliation")), ""),
            "wikidata": items[0] if items else "",
            "kind": local("treatyKind"),
            "status": local("status"),
        },
        {
            "other_names": tuple(other for other in others if not _ABBREVIATION.match(other)),
            "abbreviations": tuple(other for other in others if _ABBREVIATION.match(other)),
            "parties": references("party"),
        },
        {},
    )
