"""The terms that the editor of queries can complete: those that the ontology defines."""

from __future__ import annotations

from functools import cache
from typing import cast

import pyoxigraph

from kgbuild.graph.vocabulary import PREFIXES
from kgbuild.resources import resource

_QUERY = """SELECT DISTINCT ?kind ?term WHERE {
  { ?term a owl:Class . BIND ("classes" AS ?kind) }
  UNION { VALUES ?type { owl:ObjectProperty owl:DatatypeProperty } ?term a ?type . BIND ("properties" AS ?kind) }
  FILTER (ISIRI(?term))
}
ORDER BY ?term"""


@cache
def ontology_terms() -> dict[str, list[str]]:
    """The IRIs of the ontology's ``classes`` and ``properties``, in order; not to be changed."""
    store = pyoxigraph.Store()
    for path in sorted(resource("ontology").glob("*.ttl")):
        store.load(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    prefixes = {**PREFIXES, "owl": "http://www.w3.org/2002/07/owl#"}
    found: dict[str, list[str]] = {"classes": [], "properties": []}
    for row in cast(pyoxigraph.QuerySolutions, store.query(_QUERY, prefixes=prefixes)):
        found[row["kind"].value].append(row["term"].value)
    return found
