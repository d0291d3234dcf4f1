"""What a build would do, and why, without doing it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kgbuild.build.cache import Cache
from kgbuild.build.corpus import Corpus
from kgbuild.build.fingerprint import Fingerprints, fingerprints, scan
from kgbuild.build.manifest import read_articles
from kgbuild.build.progress import Progress, Silence
from kgbuild.build.run import Setup, build_print, unchanged
from kgbuild.build.state import State
from kgbuild.build.steps import facts_key
from kgbuild.errors import KgbuildError


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would do.

    Attributes:
        unchanged: nothing at all.
        reasons: what has changed besides the articles: the program, an option.
        extracted: the articles whose text would be worked on, each with the reason.
        kept: how many articles' facts are known already.
        removed: files that the graph was made of and that are not there any more.
        failures: what could not be read.
    """

    unchanged: bool
    reasons: tuple[str, ...] = ()
    extracted: tuple[tuple[str, str], ...] = ()
    kept: int = 0
    removed: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The plan for a reader."""
        if self.unchanged:
            return ["nothing to do: articles, options and program are those of the graph"]
        lines = [f"because of: {reason}" for reason in self.reasons]
        lines += [f"extract {name}: {why}" for name, why in self.extracted]
        lines += [f"remove {name}: is not there any more" for name in self.removed]
        lines += [f"leave out {failure}" for failure in self.failures]
        return [*lines, f"{len(self.extracted):,} articles to extract, {self.kept:,} known; then identify and write"]


def plan(setup: Setup, *, force: bool = False, progress: Progress | None = None) -> Plan:
    """Finds out what :func:`kgbuild.build.run.build` would do.

    Args:
        setup: what is to be built; standard input cannot be planned for.
        force: everything would be worked out again.
        progress: is told of each step.

    Raises:
        KgbuildError: an option cannot be used, or standard input is to be read.
    """
    prints = fingerprints(setup.options)
    with Cache(setup.cache) as cache, State(cache, prints.reading, prints.building, keep=False) as state:
        inputs = scan(setup.paths, setup.output, cache, state.database)
        if not inputs:
            raise KgbuildError("--dry-run: standard input can be read but once; give files or folders")
        if not force and unchanged(setup, cache, build_print(inputs, prints)) is not None:
            return Plan(True)
        corpus = Corpus(state.database)
        corpus.read(setup.options.limits, cache, progress or Silence(), columns=setup.options.columns)
        reasons = ["--force"] if force else _reasons(cache, prints)
        old = _old_sources(setup)
        extracted, kept = [], 0
        seen: set[str] = set()
        for source in corpus:
            seen.update(source.names)
            if not force and cache.has(facts_key(prints, source.sha256)):
                kept += 1
            elif old.get(source.names[0]) == source.sha256:
                extracted.append((source.names[0], "is as it was, but what it was built with is not"))
            else:
                extracted.append((source.names[0], "has changed" if source.names[0] in old else "is new"))
        failed = {failure.source for failure in corpus.failures}
        return Plan(
            unchanged=False,
            reasons=tuple(reasons),
            extracted=tuple(sorted(extracted)),
            kept=kept,
            removed=tuple(sorted(set(old) - seen - failed)),
            failures=tuple(map(str, corpus.failures)),
        )


def _reasons(cache: Cache, prints: Fingerprints) -> list[str]:
    before = json.loads(cache.state("done") or "{}").get("parts")
    if before is None:
        return ["no graph has been built here yet"]
    return [f"{name} has changed" for name, value in prints.parts.items() if before.get(name) != value]


def _old_sources(setup: Setup) -> dict[str, str]:
    """For each file that the graph was made of the hash of its article."""
    if setup.output is None:
        return {}
    try:
        return {name: article["sha256"] for article in read_articles(setup.output) for name in article["sources"]}
    except KgbuildError:
        return {}
