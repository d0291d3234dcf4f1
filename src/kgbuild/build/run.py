"""One build from articles to files: reading, extraction, identity, mapping, validation, inference, writing."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kgbuild.articles import ReadingLimits
from kgbuild.beside import Server, cores, end
from kgbuild.build import manifest as manifests
from kgbuild.build.assembled import Assembled
from kgbuild.build.cache import Cache
from kgbuild.build.corpus import Corpus, Failure
from kgbuild.build.fingerprint import Fingerprints, data_hash, fingerprints, model_entry, scan
from kgbuild.build.folder import MANIFEST, locked, require_writable, settle, unsettled
from kgbuild.build.options import DEFAULT_BASE, BuildOptions, FailOn, Layout, MergedTurtle
from kgbuild.build.pool import Pool
from kgbuild.build.progress import Progress, Silence
from kgbuild.build.result import BuildResult
from kgbuild.build.state import State
from kgbuild.build.steps import Assembly
from kgbuild.build.work import Choices
from kgbuild.build.writing import GRAPH_FILES, prepare_writing, write_graph, write_output
from kgbuild.errors import KgbuildError
from kgbuild.graph_files import GRAPH_FILE, INFERRED_FILE

__all__ = ["GRAPH_FILES", "Setup", "build", "make_setup"]

#: the folder of the cache, in the output folder
CACHE_FOLDER = ".cache"


@dataclass(frozen=True, slots=True)
class Setup:
    """What is to be built of what, where, and how.

    Attributes:
        paths: files, folders, or ``-``.
        output: the folder to write to, if any.
        options: which the graph depends on.
        cache: the folder of the cache; None if nothing is to be kept.
    """

    paths: list[str | Path]
    output: Path | None
    options: BuildOptions
    cache: Path | None


def make_setup(
    paths: str | Path | Iterable[str | Path],
    output: str | Path | None,
    options: BuildOptions,
    cache: str | Path | Literal[False] | None = None,
) -> Setup:
    """Works out where things stand.

    Args:
        paths: files of articles, folders of such files, or ``-``.
        output: the folder to write to.
        options: of the build.
        cache: the folder of the cache; None for ``.cache`` in the output folder, False for none.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    folder = Path(output) if output is not None else None
    if cache is None and folder is not None:
        cache = folder / CACHE_FOLDER
    return Setup(given, folder, options, Path(cache) if cache else None)


def build(
    paths: str | Path | Iterable[str | Path],
    output: str | Path | None = None,
    *,
    base: str = DEFAULT_BASE,
    authority_files: Iterable[str | Path] = (),
    lexicons: Iterable[str | Path] = (),
    judgements: str | Path | None = None,
    model: str | None = None,
    fail_on: FailOn = "violation",
    min_confidence: float = 0.0,
    limits: ReadingLimits | None = None,
    columns: Mapping[str, str] | None = None,
    layout: Layout = "auto",
    merged_turtle: MergedTurtle = "auto",
    workers: int | Literal["auto"] = 1,
    cache: str | Path | Literal[False] | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> BuildResult:
    """Builds a graph from articles.

    What has not changed since an earlier build is taken from the cache. The graph is byte for byte the same with and
    without it, and whatever the number of workers.

    Args:
        paths: files of articles, folders of such files, or ``-`` for standard input.
        output: the folder to write to; nothing is written if it is not given.
        base: base IRI of the resources; ends in ``/``.
        authority_files: the user's own knowledge of actors and treaties, CSV or SKOS Turtle.
        lexicons: folders of the user's own tables of words.
        judgements: the user's decisions about who is the same, YAML or CSV.
        model: name or path of a spaCy pipeline; None for the default.
        fail_on: which results of validation set an article aside.
        min_confidence: facts of less confidence are left out, from 0 to 1.
        limits: what one input may cost.
        columns: for a field of an article ("text", "title" …) the column of Parquet, or the key of JSON, that holds it.
        layout: ``"single"`` for one file of each format, ``"sharded"`` for shards of N-Quads, of which a rebuild writes
            those in which something has changed; ``"auto"``: single files if they are not too large.
        merged_turtle: whether the merged view is also written as Turtle; ``"auto"``: if it is not too large.
        workers: processes that work on articles; ``"auto"`` for one on each core.
        cache: where to keep what was worked out; None for ``.cache`` in the output folder, False for nowhere.
        force: work everything out again.
        progress: is told of each step.

    Returns:
        The graph, and what could not be put into it.

    Raises:
        KgbuildError: an option cannot be used, no article could be read, or the folder cannot be written to.

    Examples:
        >>> graph = build(["examples/articles/treaty-of-ghent-street.txt"])
        >>> [row["article"] for row in graph.query("articles")]
        ["A bakers' pact keeps Treaty of Ghent Street smelling of bread"]
    """
    options = BuildOptions(
        base=base,
        authority_files=tuple(map(Path, authority_files)),
        lexicons=tuple(map(Path, lexicons)),
        judgements=Path(judgements) if judgements is not None else None,
        model=model,
        fail_on=fail_on,
        min_confidence=min_confidence,
        limits=limits or ReadingLimits(),
        columns=dict(columns or {}),
        layout=layout,
        merged_turtle=merged_turtle,
    )
    return build_setup(
        make_setup(paths, output, options, cache), workers=workers, force=force, progress=progress or Silence()
    )


def build_setup(
    setup: Setup,
    *,
    workers: int | Literal["auto"] = 1,
    force: bool = False,
    lasting: bool = False,
    ahead: subprocess.Popen[bytes] | Server | None = None,
    progress: Progress,
) -> BuildResult:
    """As :func:`build`, of what was set up.

    Args:
        setup: what is to be built.
        workers, force, progress: as for :func:`build`.
        lasting: this process goes on to build, so that it is worth while that it loads for itself.
        ahead: a process that has begun to load already, of :mod:`kgbuild.beside`; it is ended.
    """
    with contextlib.ExitStack() as stack:
        if ahead is not None:
            stack.callback(end, ahead)
        return _built(setup, workers, force=force, lasting=lasting, ahead=ahead, progress=progress)


def _built(
    setup: Setup,
    workers: int | Literal["auto"],
    *,
    force: bool,
    lasting: bool,
    ahead: subprocess.Popen[bytes] | Server | None,
    progress: Progress,
) -> BuildResult:
    options = setup.options
    if workers != "auto" and workers < 1:
        raise KgbuildError(f"--workers {workers}: give a number from 1, or auto")
    prints = fingerprints(options)
    if setup.output is not None:
        require_writable(setup.output)
    with Cache(setup.cache) as kept, State(kept, prints.reading, prints.building) as state:
        if force:
            kept.forget()
            state.forget()
        if setup.output is not None and unsettled(setup.output):
            with locked(setup.output):
                settle(setup.output)
        with Pool(_choices(options, prints), cores() if workers == "auto" else workers, ahead=ahead) as pool:
            begin = pool.start if lasting else pool.foresee
            if kept.state("done") is None:
                # nothing is known of any article, so all have to be worked on
                pool.start("extract")
            inputs = scan(setup.paths, setup.output, kept, state.database, lambda: begin("extract"))
            print_ = build_print(inputs, prints)
            if print_ and (before := unchanged(setup, kept, print_)) is not None:
                if ahead is not None:
                    # a file looks changed that is not
                    state.touch()
                return before
            # before anything is read, so that a mistake in a user's file is told at once
            authority, known = knowledge(options)
            result = _Run(setup, kept, state, prints, pool=pool, progress=progress).result(authority, known)
        state.note("written", json.dumps(_stamps(setup.output)) if setup.output is not None else "")
        state.commit()
        if setup.output is not None and print_:
            _note_done(kept, print_, prints, result)
        kept.finish()
        return result


def _choices(options: BuildOptions, prints: Fingerprints) -> Choices:
    return Choices(
        options.model,
        options.authority_files,
        options.lexicons,
        options.fail_on,
        options.min_confidence,
        options.limits,
        prints.extraction,
    )


def knowledge(options: BuildOptions) -> tuple[Any, Any]:
    """What is known of actors and treaties, and what the user has decided about who is the same."""
    from kgbuild.authority import Authority
    from kgbuild.identity import Judgements

    judgements = Judgements.load(options.judgements) if options.judgements is not None else Judgements()
    return Authority.load(options.authority_files), judgements


def build_print(inputs: str, prints: Fingerprints) -> str:
    """A hash of everything that a build depends on; empty if that cannot be known without doing it.

    Args:
        inputs: what :func:`kgbuild.build.fingerprint.scan` gave.
        prints: of all else.
    """
    return data_hash(inputs, prints.parts) if inputs else ""


def unchanged(setup: Setup, cache: Cache, print_: str) -> BuildResult | None:
    """The build before, if it was made of the same and its files stand as they were written."""
    done = json.loads(cache.state("done") or "{}")
    if setup.output is None or done.get("print") != print_ or done.get("files") != _stamps(setup.output):
        return None
    failures = tuple(Failure(*fields) for fields in done["failures"])
    manifest = manifests.read_manifest(setup.output)
    return BuildResult(failures, manifest, setup.output, True, setup.output, done["report"])


def _note_done(cache: Cache, print_: str, prints: Fingerprints, result: BuildResult) -> None:
    assert result.output is not None
    failures = [[one.source, one.stage, one.reason, one.shown] for one in result.failures]
    done = {
        "print": print_,
        "files": _stamps(result.output),
        "failures": failures,
        "report": result.report_data,
        "parts": prints.parts,
    }
    cache.note("done", json.dumps(done))


def _stamps(output: Path) -> dict[str, list[int]] | None:
    """How the files of an output folder look from outside; None if they are not all there."""
    try:
        names = [MANIFEST, *manifests.read_manifest(output)["files"]]
        found = {name: (output / name).stat() for name in names}
    except (KgbuildError, OSError):
        return None
    return {name: [one.st_size, one.st_mtime_ns, one.st_ino] for name, one in found.items()}


def shown(failures: Sequence[Failure]) -> str:
    """The first failures, in one line."""
    more = f"; and {len(failures) - 3:,} more" if len(failures) > 3 else ""
    return "; ".join(map(str, failures[:3])) + more


class _Run:
    """A build in which there is something to do."""

    def __init__(
        self, setup: Setup, cache: Cache, state: State, prints: Fingerprints, *, pool: Pool, progress: Progress
    ) -> None:
        self._setup = setup
        self._cache = cache
        self._state = state
        self._prints = prints
        self._pool = pool
        self._progress = progress

    def result(self, authority: Any, judgements: Any) -> BuildResult:
        """Does all of it."""
        from kgbuild.identity.index import IdentityIndex

        options, output = self._setup.options, self._setup.output
        corpus = Corpus(self._state.database)
        corpus.read(options.limits, self._cache, self._progress, columns=options.columns)
        if not len(corpus):
            what = shown(corpus.failures) or "no files were given"
            raise KgbuildError(f"no article could be read, and nothing was written: {what}")
        if not self._state.get("written"):
            # nothing rests on what is in the cache, as far as is known
            self._cache.leave_all()
        index = IdentityIndex(self._state.database, authority, options.base, judgements)
        assembly = Assembly(
            corpus,
            self._cache,
            self._state,
            self._pool,
            self._prints,
            index=index,
            options=options,
            progress=self._progress,
        )
        gone = assembly.compare()
        if self._pool.workers and output is not None:
            # while others still load what they need
            prepare_writing()
        if not assembly.extract(gone):
            failures = [*corpus.failures, *assembly.failures]
            raise KgbuildError(f"nothing was found in any article, and nothing was written: {shown(failures)}")
        if output is not None:
            assembly.graph.expect_merged(options.merged_turtle)
        graph = assembly.assemble()
        if self._pool.workers == 1:
            # several help with the writing
            self._pool.dismiss()
        failures = sorted((*corpus.failures, *assembly.failures))
        self._progress.start("Writing", None)
        manifest = self._manifest(corpus, graph, failures)
        report = graph.tallies.report()
        if output is not None:
            stamps = _stamps(output)
            known = stamps is not None and self._state.get("written") == json.dumps(stamps)
            made = write_output(output, graph, options, known, manifest)
            return BuildResult(tuple(failures), made, output, False, output, report)
        folder = Path(tempfile.mkdtemp(prefix="kgbuild-"))
        write_graph(folder, graph, [GRAPH_FILE, INFERRED_FILE])
        result = BuildResult(tuple(failures), manifest, None, False, folder, report)
        weakref.finalize(result, shutil.rmtree, folder, ignore_errors=True)
        return result

    def _manifest(self, corpus: Corpus, graph: Assembled, failures: list[Failure]) -> dict[str, Any]:
        options = self._setup.options
        tallies = graph.tallies
        return {
            "format": manifests.FORMAT,
            **manifests.program_entry(),
            "model": model_entry(options.model),
            "options": manifests.options_entry(options),
            "counts": {
                "articles": len(graph),
                "duplicates": corpus.duplicates,
                "quads": tallies.quads + tallies.identity_quads,
                "inferred": tallies.inferred,
                "classes": tallies.classes,
            },
            "failures": manifests.failure_entries(failures),
        }
