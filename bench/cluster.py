"""What a build on a cluster costs for each article, by step: what an estimate for a million of them rests on.

    bench/cluster [--articles N] [--identity N ...]

The work of a worker is done here on N articles of ../shared/data/polnear (100 by default), in the same functions and
processes. Identity is worked out for more articles (1000 and 4000 by default): those, again and again, each copy with
other names for half of its persons. Processor seconds, and bytes on the disk.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

from corpus import person_name, write_articles
from kgbuild.authority import Authority
from kgbuild.build.corpus import unpacked
from kgbuild.build.options import BuildOptions
from kgbuild.build.progress import Silence
from kgbuild.build.work import frame, framed, slice_bytes
from kgbuild.cluster.corpus import ClusterCorpus
from kgbuild.cluster.run import ClusterBuild
from kgbuild.cluster.storage import Store, read_records
from kgbuild.cluster.tasks import WORK, extract_partition, finish_partition
from kgbuild.facts import ActorType, ArticleFacts
from kgbuild.facts_codec import decode
from kgbuild.identity import Judgements
from kgbuild.identity.index import IdentityIndex
from kgbuild.identity.observation_codec import encode_observations
from kgbuild.identity.observations import Observer

#: a partition is large enough for all of them
_WHOLE = 10**12


def main() -> int:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--identity", type=int, nargs="*", default=[1000, 4000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgbuild-") as folder:
        facts = _work(Path(folder), arguments.articles)
        for number in arguments.identity:
            _identity(Path(folder), facts, number)
    return 0


def _cpu() -> float:
    """Processor seconds of this process and of those that it has started."""
    here = psutil.Process()
    return float(sum(sum(one.cpu_times()[:2]) for one in (here, *here.children(recursive=True))))


def _told(step: str, seconds: float, number: int) -> None:
    print(f"{step:<44} {1000 * seconds / number:9.1f} ms of a processor for each article", flush=True)


def _sized(what: str, size: int, number: int) -> None:
    print(f"{what:<44} {size / number:9,.0f} bytes for each article", flush=True)


def _work(folder: Path, number: int) -> list[ArticleFacts]:
    """What workers do; gives the facts that they found."""
    write_articles(folder / "first", 1)
    write_articles(folder / "articles", number)
    store = Store.at(str(folder / "output"))
    build = ClusterBuild(store, BuildOptions(), Silence())
    before = _cpu()
    extract_partition(build.job, build.partitions([folder / "first"], _WHOLE)[0])
    print(f"{'start of a worker, with its first article':<44} {_cpu() - before:9.1f} s of a processor", flush=True)
    (partition,) = build.partitions([folder / "articles"], _WHOLE)
    before = _cpu()
    extract_partition(build.job, partition)
    _told("facts (worker)", _cpu() - before, number)
    before = _cpu()
    corpus = ClusterCorpus(folder / "corpus.sqlite", store, [partition.key])
    for _ in corpus.read():
        pass
    index = corpus.identify(Authority.load(), BuildOptions().base, Judgements())
    corpus.settle(index)
    finish = corpus.order(0, "bench")
    _told("identity (here)", _cpu() - before, number)
    before = _cpu()
    finish_partition(build.job, partition.key, finish)
    _told("graphs, validation, inference (worker)", _cpu() - before, number)
    corpus.close()
    output = folder / "output"
    _sized("articles as they are stored", _size(folder / "articles"), number)
    for what, path in (
        ("facts, kept in .work", f"{WORK}/{partition.key}.facts"),
        ("observations, kept in .work", f"{WORK}/{partition.key}.seen"),
        ("what identity says, kept in .work", f"{WORK}/{finish}.slices"),
        ("counts, kept in .work", f"{WORK}/{finish}.head"),
        ("graph, compressed", f"graph/part-{finish}.nq.gz"),
        ("inferred, compressed", f"inferred/part-{finish}.nq.gz"),
    ):
        _sized(what, (output / path).stat().st_size, number)
    (child,) = psutil.Process().children()
    print(f"{'memory of the process that works':<44} {child.memory_info().rss / 1e6:9.0f} MB", flush=True)
    with store.open(f"{WORK}/{partition.key}.facts") as stream:
        pairs = [framed(record) for record in read_records(stream)]
    return [replace(decode(zlib.decompress(found)), article=unpacked(article)) for article, found in pairs]


def _identity(folder: Path, facts: list[ArticleFacts], number: int) -> None:
    path = folder / f"identity-{number}.sqlite"
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -64000"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    authority = Authority.load()
    index = IdentityIndex(database, authority, BuildOptions().base, Judgements())
    observer = Observer(authority)
    spent = 0.0
    for place, one in enumerate(_copies(facts, number)):
        data = encode_observations(observer.observe(one))
        before = time.process_time()
        index.add(place, data)
        spent += time.process_time() - before
    before = time.process_time()
    index.settle()
    for place in index.changed():
        zlib.compress(frame(b"[]", slice_bytes(index.base, *index.article(place))), 1)
    spent += time.process_time() - before
    database.execute("COMMIT")
    database.close()
    _told(f"identity of {number:,} articles (here)", spent, number)
    _sized(f"identity of {number:,} articles, on the disk", path.stat().st_size, number)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10 if sys.platform != "darwin" else 1 << 20)
    print(f"{'memory of this process, at its peak':<44} {peak:9.0f} MiB", flush=True)
    path.unlink()


def _copies(facts: list[ArticleFacts], number: int) -> Iterator[ArticleFacts]:
    """So many articles, of which half of the persons have names that no other article has."""
    for count in range(number):
        one = facts[count % len(facts)]
        actors = tuple(
            replace(
                actor,
                name=_renamed(actor.name, count, place),
                other_names=tuple(_renamed(name, count, place) for name in actor.other_names),
            )
            if actor.type is ActorType.PERSON and place % 2
            else actor
            for place, actor in enumerate(one.actors)
        )
        article = replace(one.article, title=f"{one.article.title} {count}", text=f"{one.article.text} {count}")
        yield replace(one, article=article, actors=actors)


def _renamed(name: str, count: int, place: int) -> str:
    """The name with another surname."""
    first, space, _ = name.rpartition(" ")
    return f"{first}{space}{person_name(count * 1000 + place)}"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


if __name__ == "__main__":
    sys.exit(main())
