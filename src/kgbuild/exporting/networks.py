"""GraphML and GEXF, for Gephi, yEd, Cytoscape and their like: actors, treaties, issues and events, tied by their deeds.

Statements and articles are ties here, not things: who speaks about whom, in which words of which article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kgbuild.errors import KgbuildError
from kgbuild.exporting.model import PropertyGraph, Tie, plain

if TYPE_CHECKING:
    from pathlib import Path

    import networkx

_SHOWN_AS_TIES = ("Statement", "Refusal", "Article")


def network(graph: PropertyGraph) -> networkx.MultiDiGraph[str]:
    """The network of a graph.

    Args:
        graph: what :func:`kgbuild.exporting.model.property_graph` gives.

    Returns:
        A networkx graph: nodes by IRI, with ``label`` and ``kind``; edges with ``relation`` and, where they come from
        words, ``words``, ``article`` (its title), ``start`` and ``end``. Positions have ``polarity`` and, if somebody
        else attributes them, ``according_to``.

    Raises:
        KgbuildError: networkx is not installed.
    """
    try:
        import networkx
    except ImportError as error:
        raise KgbuildError("networks need networkx; install it with: pip install 'kgbuild[export]'") from error
    result: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for thing in graph.things.values():
        if thing.kind not in _SHOWN_AS_TIES:
            values = {key: plain("; ".join(found)) for key, found in thing.values.items() if key != "name"}
            result.add_node(thing.iri, label=plain(thing.name), kind=thing.kind, **values)
    for tie in _between_things(graph):
        if tie.source in result and tie.target in result:
            values = {key: plain(value) for key, value in tie.values.items() if value}
            article = graph.things.get(values.get("article", ""))
            if article is not None:
                values["article"] = plain(article.name)
            edge: dict[str, Any] = {"relation": tie.relation, "label": _label(tie), **values}
            for key in ("start", "end"):
                if key in edge:
                    edge[f"{key}_character"] = int(edge.pop(key))  # GEXF takes start and end for times
            result.add_edge(tie.source, tie.target, **edge)
    return result


def write_network(graph: PropertyGraph, path: Path, form: str) -> None:
    """Writes the network of a graph.

    Args:
        graph: the graph.
        path: of the file.
        form: ``graphml`` or ``gexf``.

    Raises:
        KgbuildError: networkx is not installed.
        OSError: the file cannot be written.
    """
    drawn = network(graph)
    import networkx

    if form == "gexf":
        # networkx writes the day of the run into the file; the same graph is to give the same bytes
        text = "\n".join(networkx.generate_gexf(drawn))
        head, _, rest = text.partition("<meta")
        path.write_text(head + rest.partition("</meta>")[2].lstrip() + "\n" if rest else text + "\n", "utf-8")
    else:
        path.write_text("\n".join(networkx.generate_graphml(drawn)) + "\n", "utf-8")


def _label(tie: Tie) -> str:
    return tie.values.get("polarity") or tie.values.get("title") or tie.relation.lower().replace("_", " ")


def _between_things(graph: PropertyGraph) -> Iterator[Tie]:
    speakers: dict[str, list[str]] = {}
    words: dict[str, dict[str, str]] = {}
    for tie in graph.ties:
        if tie.relation == "SAID":
            speakers.setdefault(tie.target, []).append(tie.source)
        elif tie.relation == "STANDS_IN":
            # a statement stands in its cue and in its content; the longer of them tells more
            known = words.get(tie.source)
            if known is None or len(tie.values["words"]) > len(known["words"]):
                words[tie.source] = {**tie.values, "article": tie.target}
    for tie in graph.ties:
        if tie.relation == "ABOUT":
            for speaker in speakers.get(tie.source, []):
                if speaker != tie.target:
                    said = {**words.get(tie.source, {}), "content": graph.things[tie.source].name}
                    yield Tie(speaker, tie.target, "SPEAKS_ABOUT", said)
        else:
            yield tie
