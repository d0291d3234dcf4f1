"""A large graph as shards: files of some articles each, of which a change touches one or two.

A shard begins with the first article of all, and with every article whose IRI has a SHA-256 of a certain form, as one
in :data:`ARTICLES` has. So where shards begin and end depends on the articles alone, not on what stood there before,
and an article that comes or goes moves at most one border.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from kgbuild.build.assembled import Assembled
from kgbuild.build.parts import PartFile, Parts
from kgbuild.graph_files import GRAPH_FOLDER, INFERRED_FOLDER

#: articles of a shard, on average; a power of two
ARTICLES = 64

#: what is of no single article: who is who, and what follows of shared things
IDENTITY_SHARD = f"{GRAPH_FOLDER}/identity.nq"
SHARED_SHARD = f"{INFERRED_FOLDER}/shared.nq"

_PREFIX, _SUFFIX = "part-", ".nq"
#: the texts of an article, as :meth:`kgbuild.build.assembled.Assembled.article_texts` gives them, that go into shards
_COLUMNS = (0, 3)


@dataclass(frozen=True, slots=True)
class Shard:
    """The articles from one on up to the next shard.

    Attributes:
        low, high: the parts from ``low`` on and before ``high``; None for all that come.
        name: of its files, without their folder.
        touched: whether they have to be written.
        copied: whether something can be copied from the old files of this name.
    """

    low: str
    high: str | None
    name: str
    touched: bool
    copied: bool

    @property
    def files(self) -> tuple[str, str]:
        """The names of its two files: the graph, and what follows."""
        return f"{GRAPH_FOLDER}/{self.name}", f"{INFERRED_FOLDER}/{self.name}"


def begins_shard(part: str) -> bool:
    """Whether a shard begins with an article, whatever others there are.

    Args:
        part: the IRI of the article's graph in angle brackets.
    """
    return int.from_bytes(hashlib.sha256(part.encode()).digest()[:4], "big") % ARTICLES == 0


def shards(parts: Parts, base: str, old: Iterable[str]) -> Iterator[Shard]:
    """The shards of a graph, in the order of their articles.

    Parts that cannot be copied, since their articles were in a shard that began elsewhere, are marked to be written
    anew.

    Args:
        parts: of the graph.
        base: base IRI of the resources.
        old: the names of the files that the parts were written to last.
    """
    before = sorted(_first(name, base) for name in old if _is_part(name))
    now = {first for first in before if begins_shard(first)}
    for part, there in parts.changed("article"):
        if not there:
            now.discard(part)
        elif begins_shard(part):
            now.add(part)
    if (first_of_all := parts.first("article")) is None:
        return
    firsts = sorted(now | {first_of_all})
    ends = dict(pairwise([*before, None]))
    low = ""
    for first, high in zip(firsts, [*firsts[1:], None], strict=True):
        # what an article that began a shard within this one was written to is another file
        copied = before[bisect_left(before, low) : None if high is None else bisect_left(before, high)] == [first]
        touched = not copied or ends[first] != high or parts.any_changed("article", low, high)
        if not copied:
            parts.renew("article", _COLUMNS, low, high)
        yield Shard(low, high, f"{_PREFIX}{_local(first)}{_SUFFIX}", touched, copied)
        low = high or ""


def _local(part: str) -> str:
    return part[1:-1].rpartition("/")[2]


def _is_part(name: str) -> bool:
    path = PurePosixPath(name)
    return str(path.parent) == GRAPH_FOLDER and path.name.startswith(_PREFIX) and path.suffix == _SUFFIX


def _first(name: str, base: str) -> str:
    return f"<{base}article/{PurePosixPath(name).name.removeprefix(_PREFIX).removesuffix(_SUFFIX)}>"


@dataclass(frozen=True, slots=True)
class OldFiles:
    """The files that the parts of a graph were written to last.

    Attributes:
        folder: that they are in.
        entries: what the manifest says of each.
    """

    folder: Path
    entries: Mapping[str, dict[str, Any]]


@dataclass(slots=True)
class Written:
    """What became of the files.

    Attributes:
        hashes: the SHA-256 of each that was written, in hexadecimal digits.
        kept: what the manifest says of each that is as it was, and stays where it is.
    """

    hashes: dict[str, str] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)


def write_shards(
    folder: Path,
    graph: Assembled,
    old: OldFiles | None,
    threads: Executor,
    written: Written,
    *,
    articles: PartFile,
    turtle: PartFile | None,
) -> None:
    """Writes what is of single articles: shards in which something has changed, and all of two other files.

    Args:
        folder: an existing one.
        graph: to be written.
        old: the files that the parts were written to last, if they are still there.
        threads: which write, and unpack what is kept.
        written: is told of the shards.
        articles: the list of articles.
        turtle: the merged view, if it is wanted.
    """
    entries = old.entries if old is not None else {}
    untouched: str | None = None

    def write(files: list[PartFile | None], low: str, high: str | None) -> None:
        texts = partial(graph.article_texts, threads=threads, wanted=[file is not None for file in files])
        graph.parts.write("article", files, (b"",) * len(files), texts, low=low, high=high)

    for shard in shards(graph.parts, graph.base, entries):
        if not shard.touched:
            written.kept.update((name, entries[name]) for name in shard.files)
            untouched = shard.low if untouched is None else untouched
            continue
        if untouched is not None:
            write(_placed({4: articles, 5: turtle}), untouched, shard.low)
            untouched = None
        with ExitStack() as stack:
            some = {
                name: PartFile(
                    folder / name, old.folder / name if old is not None and shard.copied else None, stack, threads
                )
                for name in shard.files
            }
            graph_file, inferred_file = some.values()
            write(_placed({0: graph_file, 3: inferred_file, 4: articles, 5: turtle}), shard.low, shard.high)
            written.hashes.update((name, file.finish()) for name, file in some.items())
    if untouched is not None:
        write(_placed({4: articles, 5: turtle}), untouched, None)


def _placed(files: Mapping[int, PartFile | None]) -> list[PartFile | None]:
    return [files.get(number) for number in range(6)]
