"""A build on a cluster: partitions to facts, facts to identities, identities to shards of the graph."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.articles.sources import find_inputs
from kgbuild.build import manifest as manifests
from kgbuild.build.corpus import Failure
from kgbuild.build.entities import ENTITIES_FILE, entity_line, identity_lines, join_line
from kgbuild.build.fingerprint import fingerprints, model_entry
from kgbuild.build.finished import Head, lines_of
from kgbuild.build.folder import MANIFEST
from kgbuild.build.options import BuildOptions
from kgbuild.build.progress import Progress, Silence
from kgbuild.build.run import knowledge, shown
from kgbuild.build.tallies import Tallies
from kgbuild.cluster.connection import connected
from kgbuild.cluster.corpus import ClusterCorpus
from kgbuild.cluster.partitions import Partition, divide
from kgbuild.cluster.storage import Store, write_gzip
from kgbuild.cluster.tasks import WORK, Files, Job, extract_partition, finish_partition, marked
from kgbuild.errors import KgbuildError
from kgbuild.extraction.user_tables import table_files
from kgbuild.identity.index import IdentityIndex

if TYPE_CHECKING:
    from distributed import Client

#: bytes of a partition, as they are stored
PARTITION_BYTES = 128_000_000
#: how often work that fails for want of the network or a store is tried again
_RETRIES = 3
_ARTICLES = "articles.jsonl.gz"


@dataclass(frozen=True, slots=True)
class ClusterResult:
    """What came of a build on a cluster.

    Attributes:
        failures: the articles that are not in the graph, and why.
        manifest: what stands in ``manifest.json``.
        worked: how many partitions were worked on, in extracting and in finishing; the others were done before.
        warnings: of validation.
    """

    failures: tuple[Failure, ...]
    manifest: Mapping[str, Any]
    worked: tuple[int, int]
    warnings: int


def build_on_cluster(
    paths: Iterable[str | Path],
    output: str | Path,
    cluster: str | Client,
    options: BuildOptions | None = None,
    *,
    partition_bytes: int = PARTITION_BYTES,
    progress: Progress | None = None,
) -> ClusterResult:
    """Builds a graph from articles on a Dask cluster; its facts are those that :func:`kgbuild.build` finds.

    Every partition that is done is kept under ``.work`` in the output, so that a build that is started again, after
    whatever went wrong, goes on where it stopped.

    Args:
        paths: files and folders that all workers see, or addresses of stores that they reach.
        output: a folder that all workers see, or an address such as ``s3://bucket/graph``.
        cluster: address of the scheduler, the file that it wrote, a connected client, or ``local``, which starts
            processes, so that a script has to do this under ``if __name__ == "__main__"``.
        options: which the graph depends on.
        partition_bytes: about how large a partition is, as its files are stored.
        progress: is told of each step.

    Raises:
        KgbuildError: an option cannot be used, nothing could be read, the cluster does not answer, or work failed that
            may succeed when it is tried again.
    """
    options = options or BuildOptions()
    return ClusterBuild(Store.at(str(output)), options, progress or Silence()).result(
        list(paths), cluster, partition_bytes
    )


def _contents(paths: Iterable[Path]) -> Files:
    return tuple((path.name, path.read_bytes()) for path in paths)


class ClusterBuild:
    """A build on a cluster.

    Args:
        store: of the output.
        options: which the graph depends on.
        progress: is told of each step.

    Attributes:
        job: what all work of it depends on.
    """

    def __init__(self, store: Store, options: BuildOptions, progress: Progress) -> None:
        self._store = store
        self._options = options
        self._progress = progress
        self._prints = fingerprints(options)
        self.job = Job(
            store,
            options.model,
            _contents(options.authority_files),
            tuple(_contents(table_files([folder])) for folder in options.lexicons),
            options.fail_on,
            options.min_confidence,
            options.limits,
            tuple(sorted(options.columns.items())),
            self._prints.extraction,
        )

    def result(self, paths: list[str | Path], cluster: str | Client, partition_bytes: int) -> ClusterResult:
        """Does all of it; see :func:`build_on_cluster`."""
        authority, judgements = knowledge(self._options)
        partitions = self.partitions(paths, partition_bytes)
        if not partitions:
            raise KgbuildError("no files were given")
        self._store.check(writable=True)
        with connected(cluster) as client, tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
            extracted = self.extract(client, partitions)
            corpus = ClusterCorpus(Path(folder) / "corpus.sqlite", self._store, [one.key for one in partitions])
            try:
                self._progress.start("Identifying", len(partitions))
                for _ in corpus.read():
                    self._progress.advance()
                if not len(corpus):
                    raise KgbuildError(
                        f"no article could be read, and nothing was written: {shown(sorted(corpus.failures))}"
                    )
                index = corpus.identify(authority, self._options.base, judgements)
                shards, finished, refused = self._finish(client, corpus, index, partitions)
                manifest, warnings = self._write(corpus, index, shards, refused)
            finally:
                corpus.close()
        return ClusterResult(tuple(sorted(corpus.failures)), manifest, (extracted, finished), warnings)

    def partitions(self, paths: list[str | Path], size: int) -> list[Partition]:
        """The input, divided."""
        prints = self._prints
        exclude = Path(self._store.address) if "://" not in self._store.address else None
        found = find_inputs(paths, exclude=exclude)
        return list(divide(found, size, prints.reading, prints.extraction, prints.observing))

    def extract(self, client: Any, partitions: list[Partition]) -> int:
        """Has the facts found in all partitions in which that is not done; gives how many these are."""
        done = self._store.names(WORK)
        missing = {one.key: one for one in partitions if f"{one.key}.json" not in done}
        work = {key: (extract_partition, self.job, one) for key, one in missing.items()}
        for _ in self._done(client, "Extracting", work, missing.__getitem__):
            self._progress.advance()
        return len(missing)

    def _finish(
        self, client: Any, corpus: ClusterCorpus, index: IdentityIndex, partitions: list[Partition]
    ) -> tuple[dict[int, str], int, list[tuple[str, dict[str, Any]]]]:
        """Has the graphs made, until no article has to be set aside any more.

        Returns:
            The hash of the shard of each partition that has one, how many partitions were worked on, and what
            validation says of the articles that were set aside.
        """
        shards: dict[int, str] = {}
        reports: list[tuple[str, dict[str, Any]]] = []
        worked = 0
        while parts := corpus.settle(index):
            ordered = {part: corpus.order(part, self._prints.finishing) for part in parts}
            shards.update(ordered)
            done = self._store.names(WORK)
            missing = {finish: part for part, finish in ordered.items() if finish and f"{finish}.json" not in done}
            work = {
                finish: (finish_partition, self.job, partitions[part].key, finish) for finish, part in missing.items()
            }
            meant = {finish: partitions[part] for finish, part in missing.items()}
            for _ in self._done(client, "Validating", work, meant.__getitem__):
                self._progress.advance()
            worked += len(missing)
            for part, finish in sorted(ordered.items()):
                refused = marked(self._store, f"{WORK}/{finish}.json")["refused"] if finish else []
                for place, stage, reason, report in refused:
                    number = corpus.number(part, place)
                    if report is not None:
                        reports.append((f"refused {index.path(number)}", report))
                    corpus.refuse(index, number, stage, reason)
        return {part: finish for part, finish in shards.items() if finish}, worked, reports

    def _done(
        self, client: Any, step: str, work: Mapping[str, tuple[Any, ...]], what: Callable[[str], Partition]
    ) -> Iterator[str]:
        """Has the work of a step done by the cluster, and gives the key of each piece that is done."""
        from distributed import as_completed

        futures = {
            client.submit(*task, key=f"kgbuild-{task[0].__name__}-{key}", retries=_RETRIES, pure=False): key
            for key, task in work.items()
        }
        try:
            if work and not client.scheduler_info()["workers"]:
                # those of a cluster that grows with its work come only now
                self._progress.start("Waiting for workers", None)
                client.wait_for_workers(1)
            self._progress.start(step, len(work))
            for future in as_completed(list(futures), loop=client.loop):
                key = futures[future]
                error = future.exception()
                if error is not None:
                    raise KgbuildError(
                        f"{what(key)}: the work failed ({type(error).__name__}: {error}); what is done is kept, so run "
                        "the same command again"
                    )
                if not self._store.has(f"{WORK}/{key}.json"):
                    raise KgbuildError(
                        f"{self._store.address}: what the workers write does not arrive here; give a folder that all "
                        "machines share, or an address such as s3://bucket/graph"
                    )
                yield key
        finally:
            client.cancel(list(futures))

    def _write(
        self,
        corpus: ClusterCorpus,
        index: IdentityIndex,
        shards: dict[int, str],
        refused: list[tuple[str, dict[str, Any]]],
    ) -> tuple[dict[str, Any], int]:
        """Writes what is not of one partition, removes shards of earlier builds, and writes the manifest at last.

        Returns:
            The manifest, and how many warnings of validation there are.
        """
        from kgbuild.build.reports import report_of
        from kgbuild.graph.texts import graph_name
        from kgbuild.graph.vocabulary import INFERRED_GRAPH

        self._progress.start("Writing", None)
        store, base = self._store, self._options.base
        tallies = Tallies(corpus.database)
        for finish in sorted(shards.values()):
            tallies.add(finish, Head(*json.loads(zlib.decompress(store.read(f"{WORK}/{finish}.head")))))
        for name, data in refused:
            tallies.add_report(name, data)

        def identity() -> Iterator[bytes]:
            for path, entity in index.entities.all():
                tallies.entity(path, entity)
                yield "".join(f"{line}\n" for line in identity_lines(entity, base)).encode()

        write_gzip(store, "graph/identity.nq.gz", identity())
        for _ in tallies.settled_conclusions():
            pass
        end = f" {graph_name(base, INFERRED_GRAPH)} .\n"
        texts = ("".join(line + end for line in lines_of(*one)).encode() for one in tallies.conclusions())
        write_gzip(store, "inferred/shared.nq.gz", texts)
        write_gzip(store, f"{ENTITIES_FILE}.gz", self._table(index))
        write_gzip(store, _ARTICLES, corpus.article_lines(index))
        plain = tallies.report()
        report = report_of(plain)
        store.write("validation.ttl", report.to_turtle(base).encode())
        store.write("validation.txt", report.to_text().encode())
        names = {f"part-{finish}.nq.gz" for finish in shards.values()}
        for folder, own in (("graph", "identity.nq.gz"), ("inferred", "shared.nq.gz")):
            for name in store.names(folder) - names - {own}:
                store.remove(f"{folder}/{name}")
        made = {
            "format": manifests.FORMAT,
            **manifests.program_entry(),
            "model": model_entry(self._options.model),
            "options": manifests.options_entry(self._options),
            "counts": {
                "articles": len(corpus),
                "duplicates": corpus.duplicates,
                "quads": tallies.quads + tallies.identity_quads,
                "inferred": tallies.inferred,
                "classes": tallies.classes,
            },
            "failures": manifests.failure_entries(corpus.failures),
            "shards": {
                "graph": sorted(f"graph/{name}" for name in (*names, "identity.nq.gz")),
                "inferred": sorted(f"inferred/{name}" for name in (*names, "shared.nq.gz")),
            },
        }
        store.write(MANIFEST, manifests.manifest_text(made).encode())
        return made, len(report.warnings) + plain["omitted"].get("Warning", 0)

    def _table(self, index: IdentityIndex) -> Iterator[bytes]:
        """The table of who is who, as :mod:`kgbuild.build.entities` describes it."""
        yield f'{{\n"base": {json.dumps(self._options.base)},\n"entities": ['.encode()
        between = "\n"
        for _, entity in index.entities.all():
            yield f"{between}{entity_line(entity)}".encode()
            between = ",\n"
        yield '{}],\n"joins": ['.format("\n" if between != "\n" else "").encode()
        between = "\n"
        for join in index.entities.joins():
            yield f"{between}{join_line(join)}".encode()
            between = ",\n"
        yield "{}]\n}}\n".format("\n" if between != "\n" else "").encode()
