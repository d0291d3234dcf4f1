"""Cuts a dataset into what shapes look at: one article's graph, with what is known of the entities in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from kgbuild.graph.vocabulary import DIP, INFERRED_GRAPH
from kgbuild.validation.engine import Triple


@dataclass(frozen=True, slots=True)
class Scope:
    """What is validated together.

    Attributes:
        graph: IRI of the article's graph; None where the data has no article graphs.
        triples: those of the graph, and those of other graphs about the nodes in it.
    """

    graph: URIRef | None
    triples: tuple[Triple, ...]


def article_scopes(quads: Iterable[tuple[Node, Node, Node, Any]]) -> Iterator[Scope]:
    """Cuts a dataset up by article.

    Args:
        quads: a whole dataset; the fourth term is the graph (an IRI, an rdflib graph, or None).

    Yields:
        For each graph that holds a ``dip:Article``, in the order of their IRIs: its triples, with those of graphs that
        hold for all articles about the nodes it mentions. What was inferred is left out. A dataset without article
        graphs, such as one Turtle file, is one scope.
    """
    graphs: dict[Node | None, list[Triple]] = {}
    for subject, predicate, value, name in quads:
        graph = getattr(name, "identifier", name)
        graphs.setdefault(graph, []).append((subject, predicate, value))
    articles = {
        graph
        for graph, triples in graphs.items()
        if isinstance(graph, URIRef) and any(p == RDF.type and o == DIP.Article for _, p, o in triples)
    }
    if not articles:
        yield Scope(None, tuple(triple for triples in graphs.values() for triple in triples))
        return
    known: dict[Node, list[Triple]] = {}
    for graph, triples in graphs.items():
        if graph not in articles and not str(graph).endswith(f"graph/{INFERRED_GRAPH}"):
            for triple in triples:
                known.setdefault(triple[0], []).append(triple)
    for article in sorted(articles):
        own = graphs[article]
        mentioned = dict.fromkeys(term for subject, _, value in own for term in (subject, value))
        borrowed = [triple for term in mentioned for triple in known.get(term, ())]
        yield Scope(article, tuple(dict.fromkeys((*own, *borrowed))))
