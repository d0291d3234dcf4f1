"""The graph of one article, judged and written out in every format, so that files are made by putting such together."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild.build.options import FailOn
from kgbuild.build.reports import report_data
from kgbuild.build.work import frame, framed

if TYPE_CHECKING:
    from rdflib.term import Node

    from kgbuild.facts import ArticleFacts
    from kgbuild.identity import Identities
    from kgbuild.validation import ValidationReport


class Head(NamedTuple):
    """What is to be said of a finished article.

    Attributes:
        stage, problem: where and why the article has to be set aside; both empty if it need not.
        quads: how many there are in its graph.
        inferred: how many triples follow that no other article tells of.
        classes: how many things there are of each class that only this article tells of.
        shared: the class and the IRI of each thing that other articles may tell of too.
        follows: what follows that others may tell of too, see :func:`conclusions`.
        report: of validation, as plain data.
    """

    stage: str
    problem: str
    quads: int
    inferred: int
    classes: dict[str, int]
    shared: list[list[str]]
    follows: list[list[str]]
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The graph of an article, and what is to be said of it.

    Attributes:
        head: what is to be said.
        texts: of the graph as N-Quads, TriG and JSON-LD; of what follows that no other article tells of, as N-Quads;
            and for the merged view the things that only this graph tells of, as Turtle, and what it says of others,
            see :func:`shared_subjects`.
    """

    head: Head
    texts: tuple[str, str, str, str, str, str]

    def to_bytes(self) -> bytes:
        """As bytes, for the disk and for other processes."""
        head = json.dumps(self.head, ensure_ascii=False, separators=(",", ":"))
        parts = (head, *self.texts)
        return frame(*(zlib.compress(part.encode("utf-8", "surrogatepass"), 1) for part in parts))


def head_of(data: bytes) -> Head:
    """What is to be said, of what :meth:`Finished.to_bytes` gave."""
    return Head(*json.loads(zlib.decompress(framed(data)[0]).decode("utf-8", "surrogatepass")))


def texts_of(data: bytes, wanted: Sequence[bool]) -> list[bytes]:
    """The texts in what :meth:`Finished.to_bytes` gave, but for the last, which :func:`shared_subjects` gives.

    Args:
        data: what it gave.
        wanted: for each text whether it is; others are empty.
    """
    parts = framed(data)[1:-1]
    return [zlib.decompress(part) if is_wanted else b"" for part, is_wanted in zip(parts, wanted, strict=True)]


def shared_subjects(data: bytes) -> list[list[str]]:
    """The last of them: what a graph says of things of which others may tell too.

    Returns:
        Each such thing, as an IRI in angle brackets, with the predicates and objects of its triples as N-Triples writes
        them, one pair on a line.
    """
    found: list[list[str]] = json.loads(zlib.decompress(framed(data)[-1]))
    return found


def finished(facts: ArticleFacts, identities: Identities, fail_on: FailOn) -> Finished:
    """Maps an article's facts, validates the graph with what is known of the entities in it, and draws conclusions.

    Args:
        facts: of the article.
        identities: of the article at least; its entities are those that the article speaks of.
        fail_on: which results of validation set it aside.
    """
    from rdflib import URIRef

    from kgbuild.graph import mapping
    from kgbuild.graph.nquads import quad_lines
    from kgbuild.graph.texts import block_texts, graph_name
    from kgbuild.graph.vocabulary import INFERRED_GRAPH
    from kgbuild.inference import infer
    from kgbuild.validation import validate

    try:
        quads = mapping.article_quads(facts, identities)
    except Exception as error:  # what is wrong with one article's facts must not cost the others theirs
        return _refused("map", f"cannot be turned into a graph: {type(error).__name__}: {error}")
    known = mapping.identity_quads(identities)
    mentioned = {subject for subject, *_ in quads} | {value for _, _, value, _ in quads if type(value) is URIRef}
    triples = list(dict.fromkeys([quad[:3] for quad in quads] + [quad[:3] for quad in known if quad[0] in mentioned]))
    report = validate(triples, graph=quads[0][3], distinct=True)
    if report.fails(fail_on):
        return _refused("validate", _broken(report), report)
    entailment = infer(triples)
    if entailment.findings and fail_on != "never":
        return _refused("validate", f"contradicts the ontology: {entailment.findings[0]}", report)
    # of a very long text all of this is large, so each is let go as soon as it is not needed any more
    del mentioned, triples
    graph = str(quads[0][3])
    entities = {entity.iri for entity in identities.entities}
    own, follows = _divided(entailment.triples, quads[0][3], entities)
    del entailment
    classes, shared = count_classes(quads, graph, entities)
    try:
        lines = sorted(set(quad_lines(quads)))
    except ValueError as error:
        return _refused("map", f"cannot be turned into a graph: {type(error).__name__}: {error}")
    del quads
    end = f" {graph_name(identities.base, INFERRED_GRAPH)} .\n"
    inferred = "".join(line + end for line in own)
    head = Head("", "", len(lines), len(own), classes, shared, conclusions(follows), report_data(report))
    del own, follows, report
    quads_text, trig, jsonld = block_texts(lines, identities.base)
    texts = (quads_text, trig, jsonld, inferred, *_merged(graph, lines, trig, {iri for _, iri in shared}))
    return Finished(head, texts)


def _divided(triples: Sequence[tuple[Any, ...]], graph: Node, entities: set[str]) -> tuple[list[str], list[str]]:
    """What follows, as lines of N-Triples without their ends: what no other graph can tell, and all else.

    Args:
        triples: that follow.
        graph: of the article.
        entities: see :func:`owns`.
    """
    from rdflib import URIRef

    from kgbuild.graph.nquads import quad_lines

    own: list[str] = []
    others: list[str] = []
    name, end = str(graph), -len(f" <{graph}> .")
    for triple, line in zip(triples, quad_lines((*triple, graph) for triple in triples), strict=True):
        subject, _, value = triple
        # a triple with something of this article's is this article's, whichever of its ends that is
        is_own = owns(name, str(subject), entities) or (type(value) is URIRef and owns(name, str(value), entities))
        (own if is_own else others).append(line[:end])
    return own, others


def conclusions(lines: Iterable[str]) -> list[list[str]]:
    """What follows in as many pieces as it is kept in: the classes of a thing together, each other line for itself.

    That is because most lines tell of classes, and articles that tell of the same thing mostly tell of the same ones.

    Args:
        lines: of N-Triples without their ends.

    Returns:
        Subject and predicate of the classes of a thing with these, sorted, one on a line; and other lines, each with an
        empty text. All of them are in the order of their lines.
    """
    from kgbuild.graph.vocabulary import RDF

    middle = f" <{RDF.type}> "
    found: dict[str, list[str]] = {}
    for line in sorted(lines):
        subject, is_type, value = line.partition(middle)
        if is_type and " " not in subject:
            found.setdefault(subject + middle[:-1], []).append(value)
        else:
            found[line] = []
    return [[name, "\n".join(values)] for name, values in found.items()]


def lines_of(name: str, values: str) -> list[str]:
    """The lines of a piece of :func:`conclusions`."""
    return [f"{name} {value}" for value in values.split("\n")] if values else [name]


def _merged(graph: str, lines: Iterable[str], trig: str, entities: set[str]) -> tuple[str, str]:
    """What a graph adds to the merged view: its own subjects as Turtle, and what it says of others."""
    from kgbuild.graph.texts import turtle_subjects

    own = (text for subject, text in turtle_subjects(trig) if owns(graph, subject[1:-1], entities))
    end = -len(f" <{graph}> .")
    others: list[tuple[str, list[str]]] = []
    subject: str = "\n"
    said: list[str] | None = None
    for line in lines:
        # the lines of one subject stand together
        if not line.startswith(subject):
            subject, said = line[: line.index(">") + 1], None
            if not owns(graph, subject[1:-1], entities):
                said = []
                others.append((subject, said))
        if said is not None:
            said.append(line[len(subject) + 1 : end])
    told = [(subject, "\n".join(said)) for subject, said in others]
    return "".join(f"\n{text}" for text in own), json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def owns(graph: str, iri: str, entities: set[str]) -> bool:
    """Whether no other graph can tell of a thing: its IRI is below the graph's, and it is no entity."""
    return iri.startswith(graph) and iri[len(graph) : len(graph) + 1] in ("", "/", "#") and iri not in entities


def _refused(stage: str, problem: str, report: ValidationReport | None = None) -> Finished:
    from kgbuild.validation import ValidationReport

    return Finished(Head(stage, problem, 0, 0, {}, [], [], report_data(report or ValidationReport())), ("",) * 6)


def count_classes(
    quads: Iterable[tuple[Any, ...]], graph: str, entities: set[str]
) -> tuple[dict[str, int], list[list[str]]]:
    """How many things there are of each class of the ontology, by its short name.

    Args:
        quads: of one graph, each once.
        graph: its IRI.
        entities: the IRIs of things of which other graphs may tell too, whatever their IRIs look like.

    Returns:
        The numbers of those that no other graph can tell of, and the others, with their classes.
    """
    from kgbuild.graph.vocabulary import DIP, RDF

    # the set knows what it does not hold without comparing terms, which costs more
    prefix, kinds = str(DIP), {RDF.type}
    counts: Counter[str] = Counter()
    shared: set[tuple[str, str]] = set()
    for subject, predicate, value, *_ in quads:
        if predicate in kinds and str(value).startswith(prefix):
            name, thing = str(value).removeprefix(prefix), str(subject)
            if owns(graph, thing, entities):
                counts[name] += 1
            else:
                shared.add((name, thing))
    return dict(sorted(counts.items())), [list(pair) for pair in sorted(shared)]


def _broken(report: ValidationReport) -> str:
    """What is wrong with an article's graph, in one line."""
    results = report.violations or report.warnings
    more = f" (and {len(results) - 1} more; see validation.txt)" if len(results) > 1 else ""
    return f"violates a shape: {' '.join(results[0].message.split())}{more}"
