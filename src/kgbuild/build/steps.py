"""The steps between articles and a graph that can be written; each costs an article that fails, never its
neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.build.confidence import confident
from kgbuild.build.corpus import Corpus, Failure
from kgbuild.build.options import BuildOptions, FailOn
from kgbuild.build.progress import Progress
from kgbuild.facts import Article, ArticleFacts

if TYPE_CHECKING:
    from rdflib import URIRef
    from spacy.language import Language

    from kgbuild.authority import Authority
    from kgbuild.graph.mapping import Quad
    from kgbuild.identity import Identities, Judgements
    from kgbuild.validation import Scope, ValidationReport


@lru_cache(maxsize=2)
def pipeline(model: str | None, authority_files: tuple[Path, ...]) -> Language:
    """The extraction pipeline, loaded once in a process for each choice of model and authority files."""
    from kgbuild.extraction.pipeline import load_pipeline

    return load_pipeline(model, authority_files=authority_files)


@dataclass(frozen=True, slots=True)
class Source:
    """An article under way, and how to speak of it to the user."""

    article: Article
    names: tuple[str, ...]

    def failure(self, stage: str, reason: str) -> Failure:
        """What is said if it fails."""
        return Failure(self.names[0], stage, reason, self.article.source)


def sources(corpus: Corpus) -> list[Source]:
    """The articles of a corpus, in its order."""
    return [Source(article, names) for article, names in zip(corpus.articles, corpus.sources, strict=True)]


def extracted(
    nlp: Language, todo: Sequence[Source], minimum: float, progress: Progress
) -> Iterator[tuple[Source, ArticleFacts | Failure]]:
    """Finds the facts of each article.

    Args:
        nlp: the extraction pipeline.
        todo: the articles.
        minimum: facts of less confidence are left out.
        progress: is told of each article.

    Yields:
        Each article with its facts, or with why there are none.
    """
    from kgbuild.extraction.assemble import ExtractionFailure, extract

    progress.start("Extracting", len(todo))
    outcomes = extract(nlp, (source.article for source in todo))
    for source, outcome in zip(todo, outcomes, strict=True):
        if isinstance(outcome, ExtractionFailure):
            yield source, source.failure("extract", outcome.reason)
        else:
            yield source, confident(outcome, minimum)
        progress.advance()


@dataclass(frozen=True, slots=True)
class Assembled:
    """A graph of which every article holds to the shapes and to the ontology.

    Attributes:
        quads: the named graphs of the articles, and the identity graph.
        inferred: what follows from each article with what is known of the entities in it.
        identities: who is who.
        articles: the IRI of each article's graph, and the article, sorted by IRI.
        report: what validation says, also of the articles that were set aside.
        failures: why articles were set aside.
    """

    quads: list[Quad]
    inferred: list[Quad]
    identities: Identities
    articles: list[tuple[str, Source]]
    report: ValidationReport
    failures: list[Failure]


def assembled(
    found: Sequence[tuple[Source, ArticleFacts]],
    authority: Authority,
    judgements: Judgements,
    options: BuildOptions,
    progress: Progress,
) -> Assembled:
    """Maps facts to a graph with what follows from it; sets aside what violates a shape or contradicts the ontology.

    Once an article is set aside the identities are worked out again without it, since what it alone says of an actor
    must not stay behind in the identity graph. This ends: each round has fewer articles than the one before.

    Args:
        found: the articles with their facts.
        authority: what is known of actors and treaties.
        judgements: what the user has decided about who is the same.
        options: of the build.
        progress: is told of each article.
    """
    from kgbuild.graph.mapping import identity_quads
    from kgbuild.graph.vocabulary import INFERRED_GRAPH, graph_iri
    from kgbuild.identity import identify
    from kgbuild.validation import ValidationReport, article_scopes

    failures: list[Failure] = []
    refused: list[ValidationReport] = []
    judge = _Judge(options.fail_on)
    remaining = list(found)
    while True:
        facts = [facts for _, facts in remaining]
        identities = identify(facts, authority, base=options.base, judgements=judgements)
        graphs, failed = _mapped(remaining, identities)
        verdicts: list[_Verdict] = []
        if not failed:
            quads = [quad for graph in graphs.values() for quad in graph.quads] + identity_quads(identities)
            progress.start("Validating", len(graphs))
            for scope in article_scopes(quads) if graphs else ():
                verdict = judge.verdict(scope)
                if verdict.problem:
                    graph = graphs[str(scope.graph)]
                    refused.append(verdict.report)
                    failed[graph.index] = graph.source.failure("validate", verdict.problem)
                verdicts.append(verdict)
                progress.advance()
        if not failed:
            inferred = dict.fromkeys(triple for verdict in verdicts for triple in verdict.inferred)
            target = graph_iri(options.base, INFERRED_GRAPH)
            return Assembled(
                quads=quads,
                inferred=[(subject, predicate, value, target) for subject, predicate, value in inferred],
                identities=identities,
                articles=sorted((iri, graph.source) for iri, graph in graphs.items()),
                report=ValidationReport.merge([*(verdict.report for verdict in verdicts), *refused]),
                failures=sorted(failures),
            )
        failures += failed.values()
        remaining = [pair for index, pair in enumerate(remaining) if index not in failed]


@dataclass(frozen=True, slots=True)
class _ArticleGraph:
    index: int
    source: Source
    quads: list[Quad]


def _mapped(
    found: Sequence[tuple[Source, ArticleFacts]], identities: Identities
) -> tuple[dict[str, _ArticleGraph], dict[int, Failure]]:
    """The graph of each article by its IRI; and by its place what could not be mapped."""
    from kgbuild.graph.mapping import article_quads

    graphs: dict[str, _ArticleGraph] = {}
    failed: dict[int, Failure] = {}
    for index, (source, facts) in enumerate(found):
        iri = identities.article_iri(facts.article)
        if iri in graphs:
            other = graphs[iri].source.names[0]
            failed[index] = source.failure("map", f"has the same IRI as {other}, but another text")
            continue
        try:
            graphs[iri] = _ArticleGraph(index, source, article_quads(facts, identities))
        except Exception as error:  # what is wrong with one article's facts must not cost the others theirs
            failed[index] = source.failure("map", f"cannot be turned into a graph: {type(error).__name__}: {error}")
    return graphs, failed


@dataclass(frozen=True, slots=True)
class _Verdict:
    triples: frozenset[object]
    report: ValidationReport
    inferred: tuple[Any, ...]
    problem: str


class _Judge:
    """Validates articles and draws conclusions, again only if what is known of an article's entities has changed."""

    def __init__(self, fail_on: FailOn) -> None:
        self._fail_on = fail_on
        self._verdicts: dict[URIRef | None, _Verdict] = {}

    def verdict(self, scope: Scope) -> _Verdict:
        """What the shapes and the ontology say of an article with what is known of the entities in it."""
        triples = frozenset(scope.triples)
        verdict = self._verdicts.get(scope.graph)
        if verdict is None or verdict.triples != triples:
            verdict = self._judged(scope, triples)
            self._verdicts[scope.graph] = verdict
        return verdict

    def _judged(self, scope: Scope, triples: frozenset[object]) -> _Verdict:
        from kgbuild.inference import infer
        from kgbuild.validation import validate

        report = validate(scope.triples, graph=scope.graph)
        if report.fails(self._fail_on):
            return _Verdict(triples, report, (), _broken(report))
        entailment = infer(scope.triples)
        if entailment.findings and self._fail_on != "never":
            return _Verdict(triples, report, (), f"contradicts the ontology: {entailment.findings[0]}")
        return _Verdict(triples, report, entailment.triples, "")


def _broken(report: ValidationReport) -> str:
    """What is wrong with an article's graph, in one line."""
    results = report.violations or report.warnings
    more = f" (and {len(results) - 1} more; see validation.txt)" if len(results) > 1 else ""
    return f"violates a shape: {' '.join(results[0].message.split())}{more}"
