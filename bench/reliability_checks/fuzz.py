"""Puts thousands of mutated files through the readers and the whole build, and holds the graph to what it promises.

Hypothesis mutates articles of every format; so many of them at a time are built as one folder. For each folder: every
file is in the graph or told with a reason, nothing but a clear refusal is raised, no component of the extraction
breaks, the files of the graph can be read and say the same, the graph holds to the shapes, and the words of every piece
of evidence stand in its article where it says. A file that breaks one of these is found by halving and kept.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph
from hypothesis import HealthCheck, Phase, given, seed, settings

from kgbuild.articles import read_articles
from kgbuild.build.manifest import read_articles as listed
from kgbuild.build.run import build
from kgbuild.errors import KgbuildError
from reliability_checks.mutations import Mutant, mutants

#: CPU seconds that reading one of these small files may take
_READING = 5.0
_OA = "http://www.w3.org/ns/oa#"
_EVIDENCE = f"""
SELECT ?e ?start ?end ?exact ?text {{
  GRAPH ?g {{ ?e <{_OA}start> ?start ; <{_OA}end> ?end ; <{_OA}exact> ?exact ; <{_OA}hasSource> ?article .
    ?article <https://schema.org/articleBody> ?text }} }}"""
_FORMATS = {
    "graph.nq": pyoxigraph.RdfFormat.N_QUADS,
    "graph.trig": pyoxigraph.RdfFormat.TRIG,
    "graph.jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "graph.ttl": pyoxigraph.RdfFormat.TURTLE,
}


class BrokenError(Exception):
    """A promise that does not hold."""


class Tally:
    """What came of the files."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.evidence = 0
        self.slowest = 0.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this check."""
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=250, help="files of one build (default 250)")
    parser.add_argument("--seconds", type=float, default=7200, help="stop after this time, whatever was done")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to put files that broke something")


def run(options: argparse.Namespace) -> int:
    """Runs the check."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    tally, broken = Tally(), []
    started = time.monotonic()
    done = 0
    for batch in _batches(options.inputs, options.batch, options.seed):
        for mutant, reason in _breaking(batch, tally):
            broken.append(reason)
            print(f"BROKEN by a file of kind {mutant.suffix}: {reason}", flush=True)
            if options.keep is not None:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"broken-{len(broken)}{mutant.suffix}").write_bytes(mutant.data)
        done += len(batch)
        if done % 1000 < len(batch):
            print(f"{done:,} files after {time.monotonic() - started:.0f} s", flush=True)
        if time.monotonic() - started > options.seconds:
            break
    for outcome, count in tally.outcomes.most_common():
        print(f"{count:>7,}  {outcome}")
    print(
        f"{done:,} files in {time.monotonic() - started:.0f} s; {tally.evidence:,} pieces of evidence match the text, "
        f"slowest to read {tally.slowest:.2f} s, {len(broken)} broke something"
    )
    return int(bool(broken) or done < options.inputs)


def _batches(count: int, size: int, number: int) -> Iterator[list[Mutant]]:
    """So many files, no two the same."""
    for start in range(0, count, size):
        batch: dict[Mutant, None] = {}
        most = min(size, count - start)

        @seed(number * 1_000_003 + start)
        @settings(
            max_examples=2 * size,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(mutants())
        def collect(mutant: Mutant) -> None:
            if len(batch) < most:  # noqa: B023 - it is called before the next round
                batch[mutant] = None  # noqa: B023

        collect()
        yield list(batch)


def _breaking(batch: Sequence[Mutant], tally: Tally | None) -> Iterator[tuple[Mutant, str]]:
    """The files of a batch that break something, with what they break."""
    try:
        _check(batch, tally)
    except BrokenError as error:
        reason = str(error)
    else:
        return
    if len(batch) == 1:
        yield batch[0], reason
        return
    middle = len(batch) // 2
    found = [*_breaking(batch[:middle], None), *_breaking(batch[middle:], None)]
    yield from found or [(batch[0], f"{reason} (only together with others)")]


def _check(batch: Sequence[Mutant], tally: Tally | None) -> None:
    """Builds the files and holds the graph to its promises.

    Raises:
        BrokenError: one does not hold.
    """
    with tempfile.TemporaryDirectory(prefix="kgbuild-fuzz-") as name:
        articles, output = Path(name) / "articles", Path(name) / "output"
        articles.mkdir()
        for number, mutant in enumerate(batch):
            path = articles / f"{number}{mutant.suffix}"
            path.write_bytes(mutant.data)
            start = time.process_time()
            list(_guarded_reading(path))
            seconds = time.process_time() - start
            if seconds > _READING:
                raise BrokenError(f"reading takes {seconds:.1f} s")
            if tally is not None:
                tally.slowest = max(tally.slowest, seconds)
        try:
            result = build(articles, output, cache=False)
        except KgbuildError as error:
            if "no article could be read" not in str(error) or len(batch) > 20:
                raise BrokenError(f"the build is refused: {error}") from error
            return
        except Exception as error:
            raise BrokenError(f"{type(error).__name__}: {error}") from error
        manifest = json.loads((output / "manifest.json").read_bytes())
        _told(len(batch), [f"{number}{mutant.suffix}" for number, mutant in enumerate(batch)], output, manifest)
        if result.report.violations:
            raise BrokenError(f"violates a shape: {result.report.violations[0].message}")
        checked = _graph_checked(output, manifest)
        if tally is not None:
            tally.evidence += checked
            tally.outcomes["articles in the graph"] += manifest["counts"]["articles"]
            for failure in manifest["failures"]:
                tally.outcomes[f"{failure['stage']}: {failure['reason'].split('(')[0][:60]}"] += 1


def _guarded_reading(path: Path) -> Iterator[object]:
    try:
        yield from read_articles([path])
    except Exception as error:
        raise BrokenError(f"reading raises {type(error).__name__}: {error}") from error


def _told(count: int, names: Sequence[str], output: Path, manifest: dict[str, list[dict[str, str]]]) -> None:
    """Whether each file is in the graph or told, and no component broke."""
    inside = {source for article in listed(output) for source in article["sources"]}
    told = {failure["source"] for failure in manifest["failures"]}
    known = {name.partition(":")[0] for name in inside | told}
    if missing := [name for name in names if name not in known]:
        raise BrokenError(f"{len(missing)} of {count} files are neither in the graph nor told: {missing[0]}")
    for failure in manifest["failures"]:
        if failure["stage"] != "read":
            raise BrokenError(f"{failure['stage']}: {failure['reason']}")


def _graph_checked(output: Path, manifest: dict[str, dict[str, int]]) -> int:
    """Whether the files can be read, say the same, and quote what stands there; gives the pieces of evidence."""
    try:
        quads = {
            name: set(pyoxigraph.parse((output / name).read_bytes(), format=form)) for name, form in _FORMATS.items()
        }
    except (SyntaxError, ValueError) as error:
        raise BrokenError(f"a file of the graph cannot be read: {error}") from error
    if not quads["graph.nq"] == quads["graph.trig"] == quads["graph.jsonld"]:
        raise BrokenError("the files of the graph differ in what they say")
    if {quad.triple for quad in quads["graph.nq"]} != {quad.triple for quad in quads["graph.ttl"]}:
        raise BrokenError("the merged view differs from the named graphs")
    if len(quads["graph.nq"]) != manifest["counts"]["quads"]:
        raise BrokenError("the manifest counts other quads")
    store = pyoxigraph.Store()
    store.extend(quads["graph.nq"])
    count = 0
    solutions = store.query(_EVIDENCE)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    for row in solutions:
        start, end, exact, text = (row[name].value for name in ("start", "end", "exact", "text"))
        if text[int(start) : int(end)] != exact:
            raise BrokenError(f"evidence {row['e']} has {exact!r} where the text has {text[int(start) : int(end)]!r}")
        count += 1
    of_evidence = sum(quad.predicate.value == f"{_OA}exact" for quad in quads["graph.nq"])
    if count != of_evidence:
        raise BrokenError(f"{of_evidence - count} pieces of evidence have no text to be compared with")
    return count
