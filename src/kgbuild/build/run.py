"""One build from articles to files: reading, extraction, identity, mapping, validation, inference, writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kgbuild.articles import ReadingLimits
from kgbuild.build import manifest as manifests
from kgbuild.build.corpus import Corpus, Failure, read_corpus
from kgbuild.build.entities import ENTITIES_FILE, entities_text
from kgbuild.build.folder import MANIFEST, replaced
from kgbuild.build.options import DEFAULT_BASE, BuildOptions, FailOn
from kgbuild.build.progress import Progress, Silence
from kgbuild.build.result import BuildResult
from kgbuild.build.steps import Assembled, assembled, extracted, pipeline, sources
from kgbuild.errors import KgbuildError
from kgbuild.facts import ArticleFacts

#: the files that hold the graph, in every format
GRAPH_FILES = ("graph.jsonld", "graph.nq", "graph.trig", "graph.ttl")
INFERRED_FILE = "inferred.nq"


def build(
    paths: str | Path | Iterable[str | Path],
    output: str | Path | None = None,
    *,
    base: str = DEFAULT_BASE,
    authority_files: Iterable[str | Path] = (),
    judgements: str | Path | None = None,
    model: str | None = None,
    fail_on: FailOn = "violation",
    min_confidence: float = 0.0,
    limits: ReadingLimits | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Builds a graph from articles.

    Args:
        paths: files of articles, folders of such files, or ``-`` for standard input.
        output: the folder to write to; nothing is written if it is not given.
        base: base IRI of the resources; ends in ``/``.
        authority_files: the user's own knowledge of actors and treaties, CSV or SKOS Turtle.
        judgements: the user's decisions about who is the same, YAML or CSV.
        model: name or path of a spaCy pipeline; None for the default.
        fail_on: which results of validation set an article aside.
        min_confidence: facts of less confidence are left out, from 0 to 1.
        limits: what one input may cost.
        progress: is told of each step.

    Returns:
        The graph, and what could not be put into it.

    Raises:
        KgbuildError: an option cannot be used, no article could be read, or the folder cannot be written to.
    """
    options = BuildOptions(
        base=base,
        authority_files=tuple(map(Path, authority_files)),
        judgements=Path(judgements) if judgements is not None else None,
        model=model,
        fail_on=fail_on,
        min_confidence=min_confidence,
        limits=limits or ReadingLimits(),
    )
    progress = progress or Silence()
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    folder = Path(output) if output is not None else None
    corpus = read_corpus(given, options.limits, exclude=folder, progress=progress)
    if not corpus.articles:
        what = _shown(corpus.failures) or "no files were given"
        raise KgbuildError(f"no article could be read, and nothing was written: {what}")
    return _build(corpus, options, folder, progress)


def _shown(failures: Sequence[Failure]) -> str:
    """The first failures, in one line."""
    more = f"; and {len(failures) - 3:,} more" if len(failures) > 3 else ""
    return "; ".join(map(str, failures[:3])) + more


def _build(corpus: Corpus, options: BuildOptions, folder: Path | None, progress: Progress) -> BuildResult:
    from kgbuild.authority import Authority
    from kgbuild.identity import Judgements

    # before the model is loaded, so that a mistake in a user's file is told at once
    authority = Authority.load(options.authority_files)
    judgements = Judgements.load(options.judgements) if options.judgements is not None else Judgements()
    progress.start("Loading", None)
    nlp = pipeline(options.model, options.authority_files)
    failures = list(corpus.failures)
    found: list[tuple[Any, ArticleFacts]] = []
    for source, outcome in extracted(nlp, sources(corpus), options.min_confidence, progress):
        if isinstance(outcome, Failure):
            failures.append(outcome)
        else:
            found.append((source, outcome))
    if not found:
        raise KgbuildError(f"nothing was found in any article, and nothing was written: {_shown(failures)}")
    graph = assembled(found, authority, judgements, options, progress)
    failures = sorted((*failures, *graph.failures))
    manifest = {
        "format": manifests.FORMAT,
        **manifests.program_entry(),
        "model": manifests.model_entry(nlp.meta, nlp.path),
        "options": manifests.options_entry(options),
        "counts": {
            "articles": len(graph.articles),
            "duplicates": corpus.duplicates,
            **manifests.counts_entry(graph.quads, len(graph.inferred)),
        },
        "articles": [manifests.article_entry(source.article, iri, source.names) for iri, source in graph.articles],
        "failures": manifests.failure_entries(failures),
    }
    if folder is not None:
        progress.start("Writing", None)
        manifest = _write(folder, graph, manifest, options.base)
    return BuildResult(graph.quads, graph.inferred, graph.report, tuple(failures), manifest, folder)


def _write(folder: Path, graph: Assembled, manifest: dict[str, Any], base: str) -> dict[str, Any]:
    """Writes the output, and returns the manifest with the hashes of the files."""
    from kgbuild.graph.serialization import write_quads

    with replaced(folder) as new:
        write_quads(graph.quads, [new / name for name in GRAPH_FILES], base=base)
        write_quads(graph.inferred, [new / INFERRED_FILE], base=base)
        texts = {
            ENTITIES_FILE: entities_text(graph.identities),
            "validation.ttl": graph.report.to_turtle(base),
            "validation.txt": graph.report.to_text(),
        }
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        manifest = {**manifest, "files": manifests.files_entry(new)}
        (new / MANIFEST).write_text(manifests.manifest_text(manifest), encoding="utf-8", newline="\n")
    return manifest
