"""The work on single articles, which any process can do: from text to facts, and from facts to a judged graph.

Both kinds take and give bytes, and depend on nothing but what they are given.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.build.confidence import confident
from kgbuild.build.corpus import unpacked
from kgbuild.build.options import FailOn
from kgbuild.build.reports import report_data
from kgbuild.facts import Article
from kgbuild.limits import ArticleLimits, OverLimitError, limited, out_of_memory

if TYPE_CHECKING:
    from spacy.language import Language

    from kgbuild.facts import ArticleFacts
    from kgbuild.identity import Entity, Identities
    from kgbuild.validation import ValidationReport

#: what the mapping and the shapes read of an entity, in this order
_ENTITY_FIELDS = ("iri", "sort", "type", "label", "other_names", "exact_match")


@lru_cache(maxsize=2)
def pipeline(model: str | None, authority_files: tuple[Path, ...]) -> Language:
    """The extraction pipeline, loaded once in a process for each choice of model and authority files."""
    from kgbuild.extraction.pipeline import load_pipeline

    return load_pipeline(model, authority_files=authority_files)


@dataclass(frozen=True, slots=True)
class Choices:
    """The options that the work on an article depends on."""

    model: str | None
    authority_files: tuple[Path, ...]
    fail_on: FailOn
    min_confidence: float
    limits: ArticleLimits = field(default_factory=ArticleLimits)


class Work:
    """Does the work on articles in this process.

    Args:
        choices: of the user.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    def do(self, kind: str, items: Sequence[bytes]) -> list[bytes | str]:
        """Works on some articles.

        Args:
            kind: ``extract`` or ``finish``.
            items: one for each article: what :func:`kgbuild.build.corpus.packed` or :func:`order` gives.

        Returns:
            For each article its facts (see :mod:`kgbuild.facts_codec`), or its graph (see :class:`Finished`); or why
            there is none.
        """
        return self._extract(items) if kind == "extract" else [self._finish(item) for item in items]

    def _extract(self, items: Sequence[bytes]) -> list[bytes | str]:
        pipeline(self._choices.model, self._choices.authority_files)  # to load it costs no article its time
        try:
            with limited(self._choices.limits):
                return self._extracted(items)
        except OverLimitError as error:
            if len(items) == 1:
                return [str(error)]
        # whichever article it was is found one by one, each with the whole time for itself
        return [outcome for item in items for outcome in self._extract([item])]

    def _extracted(self, items: Sequence[bytes]) -> list[bytes | str]:
        from kgbuild.extraction.assemble import ExtractionFailure, extract
        from kgbuild.facts_codec import encode

        nlp = pipeline(self._choices.model, self._choices.authority_files)
        outcomes = extract(nlp, map(unpacked, items))
        results: list[bytes | str] = []
        for outcome in outcomes:
            if not isinstance(outcome, ExtractionFailure):
                results.append(encode(replace(outcome, article=Article(""))))
            elif "MemoryError" in outcome.reason:
                results.append(out_of_memory(self._choices.limits))
            else:
                results.append(outcome.reason)
        return results

    def _finish(self, item: bytes) -> bytes | str:
        article, facts, identities = _ordered(item)
        facts = replace(confident(facts, self._choices.min_confidence), article=article)
        _prepare()
        try:
            with limited(self._choices.limits):
                return finished(facts, identities, self._choices.fail_on).to_bytes()
        except OverLimitError as error:
            return str(error)
        except Exception as error:  # what cannot be judged in one article must not cost the others theirs
            return f"cannot be judged: {type(error).__name__}: {error}"


@cache
def _prepare() -> None:
    """Loads what finishing needs, which no article is to be charged for, nor to interrupt."""
    from kgbuild.graph import mapping  # noqa: F401
    from kgbuild.inference import load_rules
    from kgbuild.validation import load_shapes

    load_rules()
    load_shapes()
    # what is wrong with a value is the shapes' to say, not a log's
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def order(article: bytes, facts: bytes, slice_: bytes) -> bytes:
    """What is needed to finish an article: the packed article, its facts, and what identity says of it."""
    sizes = f"{len(article)} {len(facts)}\n".encode()
    return sizes + article + facts + slice_


def _ordered(item: bytes) -> tuple[Article, ArticleFacts, Identities]:
    from kgbuild.facts_codec import decode

    head, _, rest = item.partition(b"\n")
    first, second = map(int, head.split())
    facts = decode(rest[first : first + second])
    return unpacked(rest[:first]), facts, _unsliced(rest[first + second :])


def slice_bytes(identities: Identities, mark: str, entities: Sequence[Entity]) -> bytes:
    """All that the graph of one article, and the judgement on it, take from identity.

    Args:
        identities: of the corpus.
        mark: fingerprint of the article.
        entities: that it speaks of, in a fixed order.
    """
    rows = [[getattr(entity, name) for name in _ENTITY_FIELDS] for entity in entities]
    data = [identities.base, mark, identities.graph_of(mark), sorted(identities.keys_of(mark).items()), rows]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _unsliced(data: bytes) -> Identities:
    from kgbuild.identity import Entity, Identities

    base, mark, iri, keys, rows = json.loads(data.decode("utf-8", "surrogatepass"))
    entities = [Entity(**dict(zip(_ENTITY_FIELDS, row, strict=True))) for row in rows]
    return Identities(base, entities, (), {mark: iri.removeprefix(base)}, {iri: dict(keys)}, {})


@dataclass(frozen=True, slots=True)
class Finished:
    """The graph of an article, and what is to be said of it.

    Attributes:
        stage, problem: where and why the article has to be set aside; both empty if it need not.
        lines: its quads as sorted lines of N-Quads.
        inferred: what follows, as lines of N-Triples without their ends.
        classes: how many things there are of each class that only this article tells of.
        shared: the class and the IRI of each thing that other articles may tell of too.
        report: of validation, as plain data.
    """

    stage: str
    problem: str
    lines: list[str]
    inferred: list[str]
    classes: dict[str, int]
    shared: list[tuple[str, str]]
    report: dict[str, Any]

    def to_bytes(self) -> bytes:
        """As bytes, for the disk and for other processes: what is asked for most often comes first."""
        head = [self.stage, self.problem, len(self.lines), self.classes, self.shared, self.report]
        parts = [json.dumps(head, ensure_ascii=False), "\n".join(self.lines), "\n".join(self.inferred)]
        return "\0".join(parts).encode("utf-8", "surrogatepass")


def head_of(data: bytes) -> tuple[str, str, int, dict[str, int], list[tuple[str, str]], dict[str, Any]]:
    """Of what :meth:`Finished.to_bytes` gave: stage, problem, number of quads, classes, shared things, report."""
    stage, problem, quads, classes, shared, report = json.loads(data[: data.index(b"\0")])
    return stage, problem, quads, classes, shared, report


def lines_of(data: bytes) -> list[str]:
    """The quads in what :meth:`Finished.to_bytes` gave."""
    return _lines(data.split(b"\0", 2)[1])


def inferred_of(data: bytes) -> list[str]:
    """What follows, in what :meth:`Finished.to_bytes` gave."""
    return _lines(data.split(b"\0", 2)[2])


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogatepass").split("\n") if data else []


def finished(facts: ArticleFacts, identities: Identities, fail_on: FailOn) -> Finished:
    """Maps an article's facts, validates the graph with what is known of the entities in it, and draws conclusions.

    Args:
        facts: of the article.
        identities: of the article at least; its entities are those that the article speaks of.
        fail_on: which results of validation set it aside.
    """
    from kgbuild.graph import mapping
    from kgbuild.graph.nquads import quad_line
    from kgbuild.inference import infer
    from kgbuild.validation import validate

    try:
        quads = mapping.article_quads(facts, identities)
        lines = sorted({quad_line(*quad) for quad in quads})
    except Exception as error:  # what is wrong with one article's facts must not cost the others theirs
        return _refused("map", f"cannot be turned into a graph: {type(error).__name__}: {error}")
    known = mapping.identity_quads(identities)
    mentioned = {term for subject, _, value, _ in quads for term in (subject, value)}
    triples = list(dict.fromkeys([quad[:3] for quad in quads] + [quad[:3] for quad in known if quad[0] in mentioned]))
    report = validate(triples, graph=quads[0][3])
    if report.fails(fail_on):
        return _refused("validate", _broken(report), report)
    entailment = infer(triples)
    if entailment.findings and fail_on != "never":
        return _refused("validate", f"contradicts the ontology: {entailment.findings[0]}", report)
    graph = quads[0][3]
    own = {entity.iri for entity in identities.entities}
    classes, shared = count_classes(quads, str(graph), own)
    inferred = [quad_line(*triple, graph).rpartition(" <")[0] for triple in entailment.triples]
    return Finished("", "", lines, inferred, classes, shared, report_data(report))


def _refused(stage: str, problem: str, report: ValidationReport | None = None) -> Finished:
    from kgbuild.validation import ValidationReport

    return Finished(stage, problem, [], [], {}, [], report_data(report or ValidationReport()))


def count_classes(
    quads: Iterable[tuple[Any, ...]], graph: str, entities: set[str]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """How many things there are of each class of the ontology, by its short name.

    Args:
        quads: of one graph, each once.
        graph: its IRI.
        entities: the IRIs of things of which other graphs may tell too, whatever their IRIs look like.

    Returns:
        The numbers of those that no other graph can tell of, and the others, with their classes.
    """
    from kgbuild.graph.vocabulary import DIP, RDF

    prefix = str(DIP)
    counts: Counter[str] = Counter()
    shared: set[tuple[str, str]] = set()
    for subject, predicate, value, *_ in quads:
        if predicate == RDF.type and str(value).startswith(prefix):
            name, thing = str(value).removeprefix(prefix), str(subject)
            if thing not in entities and (thing == graph or thing.startswith((f"{graph}/", f"{graph}#"))):
                counts[name] += 1
            else:
                shared.add((name, thing))
    return dict(sorted(counts.items())), sorted(shared)


def _broken(report: ValidationReport) -> str:
    """What is wrong with an article's graph, in one line."""
    results = report.violations or report.warnings
    more = f" (and {len(results) - 1} more; see validation.txt)" if len(results) > 1 else ""
    return f"violates a shape: {' '.join(results[0].message.split())}{more}"
