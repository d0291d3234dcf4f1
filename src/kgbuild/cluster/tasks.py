"""What workers do with a partition. The work itself is that of any build, in a process of its own beside the worker's,
which keeps the limits of time and memory and can die of an article without the worker."""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
import socket
import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from kgbuild.articles import ReadFailure, ReadingLimits
from kgbuild.articles.reading import read_input
from kgbuild.build.corpus import reading_row
from kgbuild.build.fingerprint import fingerprints
from kgbuild.build.finished import Head, head_of, texts_of
from kgbuild.build.options import BuildOptions, FailOn
from kgbuild.build.pool import Pool
from kgbuild.build.work import Choices, frame, framed, order
from kgbuild.cluster.partitions import Partition
from kgbuild.cluster.storage import Store, read_records, spooled, write_gzip, write_record
from kgbuild.errors import KgbuildError

#: the folder of what is done, in the output
WORK = ".work"


#: name and content of files
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What all work of a build depends on.

    Attributes:
        store: of the output.
        model: name of the spaCy pipeline, which every worker has installed.
        authority: name and content of the user's own files.
        lexicons: the same for each folder of the user's own tables.
        fail_on, min_confidence, limits, columns: as in :class:`kgbuild.build.options.BuildOptions`.
        extraction: what facts depend on besides the articles; see :mod:`kgbuild.build.fingerprint`.
    """

    store: Store
    model: str | None
    authority: Files
    lexicons: tuple[Files, ...]
    fail_on: FailOn
    min_confidence: float
    limits: ReadingLimits
    columns: tuple[tuple[str, str], ...]
    extraction: str


def extract_partition(job: Job, partition: Partition) -> dict[str, Any]:
    """Reads the articles of a partition, finds their facts, and keeps them with what they tell for identity.

    Returns:
        What is said of it when it is done.

    Raises:
        KgbuildError: this worker has another kgbuild, or does not see the files.
    """
    marker = f"{WORK}/{partition.key}.json"
    if job.store.has(marker):
        return marked(job.store, marker)
    pool = _pool(job)
    for source, _ in partition.pieces:
        if source.path is not None and not source.problem and not source.path.exists():
            raise KgbuildError(
                f"{source.path}: is not there on {socket.gethostname()}; give an address that all workers reach"
            )
    articles = failures = 0
    with spooled() as facts_file, spooled() as seen_file:
        waiting: dict[int, tuple[list[Any], bytes]] = {}

        def work() -> Iterator[tuple[int, bytes]]:
            nonlocal articles, failures
            for source, share in partition.pieces:
                for reading in read_input(source, job.limits, dict(job.columns), share):
                    *_, data = read = reading_row(0, reading)
                    row = _plain_row(read)
                    if isinstance(reading.outcome, ReadFailure):
                        failures += 1
                        write_record(seen_file, frame(json.dumps([*row, None, ""]).encode(), b""))
                        continue
                    waiting[articles] = (row, data)
                    articles += 1
                    yield articles - 1, data

        place = 0
        for number, outcome in _ordered(pool.run("extract", work())):
            row, data = waiting.pop(number)
            if isinstance(outcome, str):
                write_record(seen_file, frame(json.dumps([*row, None, outcome]).encode(), b""))
                continue
            facts, observed = framed(outcome)
            write_record(facts_file, frame(data, facts))
            write_record(seen_file, frame(json.dumps([*row, place, ""]).encode(), observed))
            place += 1
        for stream, kind in ((facts_file, "facts"), (seen_file, "seen")):
            stream.seek(0)
            job.store.write(f"{WORK}/{partition.key}.{kind}", cast("BinaryIO", stream))
    done = {"articles": articles, "failures": failures}
    _mark(job.store, marker, done)
    return done


def finish_partition(job: Job, key: str, finish: str) -> dict[str, Any]:
    """Makes and judges the graphs of a partition's articles, and writes them as a sorted shard.

    Args:
        job: of the build.
        key: of the partition.
        finish: a hash of all that the shard depends on; what identity says of each article is kept under it.

    Returns:
        What is said of it when it is done. If articles have to be set aside, these; then no shard is written, since it
        would have to be written again without them.
    """
    marker = f"{WORK}/{finish}.json"
    if job.store.has(marker):
        return marked(job.store, marker)
    refused: list[list[Any]] = []
    gathered = _Gathered()
    index: list[tuple[bytes, list[tuple[int, int]]]] = []
    with spooled() as texts:
        for place, outcome in _pool(job).run("finish", _orders(job.store, key, finish)):
            if isinstance(outcome, str):
                refused.append([place, "map", outcome, None])
                continue
            head = head_of(outcome)
            if head.problem:
                refused.append([place, head.stage, head.problem, head.report])
                continue
            gathered.add(head)
            quads, _, _, inferred, _ = texts_of(outcome, (True, False, False, True, False))
            spans = []
            for text in (quads, inferred):
                spans.append((texts.tell(), len(text)))
                texts.write(text)
            # a line ends in the name of its graph
            index.append((quads[: quads.index(b"\n")].rsplit(b" ", 2)[1], spans))
        done: dict[str, Any] = {"refused": sorted(refused), "articles": len(index)}
        if not refused:
            index.sort()
            for kind, folder in enumerate(("graph", "inferred")):
                name = f"{folder}/part-{finish}.nq.gz"
                write_gzip(job.store, name, _pieces(texts, (spans[kind] for _, spans in index)))
            head_data = json.dumps(gathered.head(), ensure_ascii=True, separators=(",", ":")).encode()
            job.store.write(f"{WORK}/{finish}.head", zlib.compress(head_data, 6))
    _mark(job.store, marker, done)
    return done


def _orders(store: Store, key: str, finish: str) -> Iterator[tuple[int, bytes]]:
    """What is needed to finish each article of a partition that is kept."""
    with store.open(f"{WORK}/{finish}.slices") as slices, store.open(f"{WORK}/{key}.facts") as facts:
        wanted = map(framed, read_records(slices))
        next_one = next(wanted, None)
        for place, record in enumerate(read_records(facts)):
            if next_one is None:
                return
            if place == int(next_one[0]):
                article, found = framed(record)
                yield place, order(article, found, zlib.decompress(next_one[1]))
                next_one = next(wanted, None)


def _pieces(stream: Any, spans: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    for start, length in spans:
        stream.seek(start)
        yield stream.read(length)


class _Gathered:
    """What is to be said of all articles of a partition together."""

    def __init__(self) -> None:
        self._quads = self._inferred = 0
        self._classes: Counter[str] = Counter()
        self._shared: set[tuple[str, ...]] = set()
        self._follows: dict[str, set[str]] = {}
        self._focus: Counter[str] = Counter()
        self._results: list[Any] = []

    def add(self, head: Head) -> None:
        """Takes an article in."""
        self._quads += head.quads
        self._inferred += head.inferred
        self._classes.update(head.classes)
        self._shared.update(map(tuple, head.shared))
        for name, said in head.follows:
            self._follows.setdefault(name, set()).update(said.split("\n"))
        self._focus.update(head.report["counts"])
        self._results += head.report["results"]

    def head(self) -> Head:
        """All of it."""
        report = {"results": sorted(self._results, key=json.dumps), "counts": dict(sorted(self._focus.items()))}
        shared = [list(one) for one in sorted(self._shared)]
        classes = dict(sorted(self._classes.items()))
        follows = [[name, "\n".join(sorted(said))] for name, said in sorted(self._follows.items())]
        return Head("", "", self._quads, self._inferred, classes, shared, follows, report)


def marked(store: Store, name: str) -> dict[str, Any]:
    """What a marker says.

    Raises:
        KgbuildError: the file does not agree with its own checksum.
    """
    text, _, digest = store.read(name).decode().rstrip("\n").rpartition("\n")
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise KgbuildError(f"{store.address}/{name}: is damaged; remove it and build again")
    done: dict[str, Any] = json.loads(text)
    return done


def _mark(store: Store, name: str, done: dict[str, Any]) -> None:
    """Says that a partition is done; everything else of it is written by now."""
    text = json.dumps(done)
    store.write(name, f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}\n".encode())


#: of a row of readings the columns, behind the hash of the text, that hold bytes: what an article says of itself
_BYTES = frozenset((1, 3, 4, 5, 6))


def _plain_row(row: tuple[Any, ...]) -> list[Any]:
    """A row of readings as JSON can hold it; see :func:`stored_row`."""
    _, _, same, *rest, _ = row
    return [
        same.hex() if same is not None else None,
        *(one.decode("utf-8", "surrogatepass") if isinstance(one, bytes) else one for one in rest),
    ]


def stored_row(row: list[Any]) -> list[Any]:
    """The row of which JSON was made, without what only one machine knows."""
    same, *rest = row
    return [
        bytes.fromhex(same) if same is not None else None,
        *(
            one.encode("utf-8", "surrogatepass") if number in _BYTES and isinstance(one, str) else one
            for number, one in enumerate(rest)
        ),
    ]


def _ordered(outcomes: Iterable[tuple[int, bytes | str]]) -> Iterator[tuple[int, bytes | str]]:
    """Outcomes in the order of their numbers, whatever the order in which they come."""
    early: dict[int, bytes | str] = {}
    wanted = 0
    for number, outcome in outcomes:
        early[number] = outcome
        while wanted in early:
            yield wanted, early.pop(wanted)
            wanted += 1


_here = threading.local()


def _pool(job: Job) -> Pool:
    """The process beside this thread of the worker, started once, with the model loaded once."""
    authority, lexicons = _user_files(job.authority, job.lexicons)
    choices = Choices(
        job.model, authority, lexicons, job.fail_on, job.min_confidence, job.limits, knowledge=job.extraction
    )
    _require_same(job, authority, lexicons)
    known: dict[Choices, Pool] = _here.__dict__.setdefault("pools", {})
    if choices not in known:
        for pool in known.values():
            pool.__exit__()
        known.clear()
        known[choices] = Pool(choices, 1, apart=True)
    return known[choices]


@cache
def _require_same(job: Job, authority: tuple[Path, ...], lexicons: tuple[Path, ...]) -> None:
    """Refuses to work with another program, model or libraries than the build was started with."""
    options = BuildOptions(authority_files=authority, lexicons=lexicons, model=job.model)
    if fingerprints(options).extraction != job.extraction:
        raise KgbuildError(
            f"the worker on {socket.gethostname()} has another version of kgbuild, of its libraries or of the model; "
            "install the same everywhere"
        )


@cache
def _user_files(authority: Files, lexicons: tuple[Files, ...]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The user's own files and folders on the disk of this worker."""
    if not authority and not lexicons:
        return (), ()
    root = Path(tempfile.mkdtemp(prefix="kgbuild-user-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    # files of the same name may come from several folders
    paths = [_written(root / f"authority-{number}", (file,))[0] for number, file in enumerate(authority)]
    folders = [root / f"lexicon-{number}" for number in range(len(lexicons))]
    for folder, files in zip(folders, lexicons, strict=True):
        _written(folder, files)
    return tuple(paths), tuple(folders)


def _written(folder: Path, files: Files) -> list[Path]:
    folder.mkdir()
    for name, content in files:
        (folder / name).write_bytes(content)
    return [folder / name for name, _ in files]
