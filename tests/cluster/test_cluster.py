"""A build on a real cluster of processes finds the facts of a build on one machine, whatever becomes of its workers."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pyoxigraph
import pytest
from dask_cluster import Cluster, cluster_in
from distributed import Client
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import kgbuild
from kgbuild.build.options import BuildOptions
from kgbuild.build.progress import Silence
from kgbuild.cli import app
from kgbuild.cluster import ClusterResult, build_on_cluster, gather, gathering
from kgbuild.cluster.run import ClusterBuild
from kgbuild.cluster.storage import Store
from kgbuild.cluster.tasks import extract_partition
from kgbuild.doctor import check_output
from kgbuild.errors import KgbuildError
from object_store import object_store

NAMES = ("Vella", "Borg", "Camilleri", "Farrugia", "Zammit", "Galea")
TEXT = (
    "Malta's foreign minister Carm {0} said on Monday that Malta supports the Valletta Treaty with Tunisia.\n\n"
    "“We will sign it in {1},” {0} told reporters in Valletta. President Anne Martin of France opposed the treaty.\n\n"
    "Tunisia declined to comment. Norway accused Peru of breaking the ceasefire, which Peru denied on Tuesday."
)


def text(number: int) -> str:
    return TEXT.format(NAMES[number % len(NAMES)], 2020 + number)


def write_inputs(folder: Path) -> None:
    """Files of several kinds, with what is broken and what is there twice among them."""
    folder.mkdir(parents=True)
    records = [
        json.dumps(
            {"text": text(n), "date": f"2021-05-{n + 1:02}", "url": f"https://n.example/{n}", "title": f"News {n}"}
        )
        for n in range(8)
    ]
    elsewhere = {"text": text(5), "date": "2021-05-08", "url": "https://other.example/5", "publisher": "Another"}
    (folder / "a.jsonl").write_text("\n".join([*records, "{", records[3], json.dumps(elsewhere)]))
    (folder / "b.txt").write_text(text(9))  # it has no date, which is a warning
    (folder / "c.json").write_text(json.dumps({"text": text(2), "title": "The same text, and less known of it"}))
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    for number in range(10, 16):
        page = "".join(f"<p>{paragraph}</p>" for paragraph in text(number).split("\n\n"))
        body = f"<html><head><title>Page {number}</title></head><body><article>{page}</article></body></html>"
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://page.example/{number}",
            "response",
            payload=io.BytesIO(body.encode()),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": "2021-06-01T00:00:00Z"},
        )
        writer.write_record(record)
    (folder / "d.warc.gz").write_bytes(stream.getvalue())


#: so that the files above are divided into shares, and put together
SMALL = 1200


class Reader:
    """Reads what was written, from the disk or from a bucket."""

    def __init__(self, output: str) -> None:
        self.store = Store.at(output)
        self.manifest = json.loads(self.store.read("manifest.json"))

    def shard(self, name: str) -> list[bytes]:
        return gzip.decompress(self.store.read(name)).splitlines(keepends=True)

    def lines(self, kind: str) -> list[bytes]:
        return [line for name in self.manifest["shards"][kind] for line in self.shard(name)]


def assert_same(local: Path, far: str) -> None:
    """The union of the shards is the graph, no line twice, and all else that is told is the same."""
    reader = Reader(far)
    for kind, name in (("graph", "graph.nq"), ("inferred", "inferred.nq")):
        assert sorted(reader.lines(kind)) == sorted((local / name).read_bytes().splitlines(keepends=True))
    for name in ("identity.json", "articles.jsonl"):
        assert gzip.decompress(reader.store.read(f"{name}.gz")) == (local / name).read_bytes()
    for name in ("validation.txt", "validation.ttl"):
        assert reader.store.read(name) == (local / name).read_bytes()
    manifest = json.loads((local / "manifest.json").read_bytes())
    for part in ("counts", "failures", "model", "knowledge", "libraries"):
        assert reader.manifest[part] == manifest[part]
    assert reader.store.names("graph") == {name.partition("/")[2] for name in reader.manifest["shards"]["graph"]}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs") / "articles"
    write_inputs(folder)
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_in(tmp_path_factory.mktemp("cluster"), 2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def built(inputs: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ClusterResult]:
    output = tmp_path_factory.mktemp("built")
    return output, build_on_cluster([inputs], output, str(cluster.file), partition_bytes=SMALL)


def test_the_shards_together_are_the_graph(inputs: Path, built: tuple[Path, ClusterResult], tmp_path: Path) -> None:
    output, result = built
    local = kgbuild.build([inputs], tmp_path / "local")
    assert result.failures == local.failures
    assert result.manifest["counts"]["duplicates"] == 3
    assert result.worked[0] > 4
    assert_same(tmp_path / "local", str(output))


def test_a_shard_is_sorted_by_graph_and_line(built: tuple[Path, ClusterResult]) -> None:
    reader = Reader(str(built[0]))
    assert len(reader.manifest["shards"]["graph"]) > 4
    for name in reader.manifest["shards"]["graph"]:
        lines = reader.shard(name)
        assert lines
        assert lines == sorted(lines, key=lambda line: (line.rsplit(b" ", 2)[1], line))


def test_what_is_done_is_not_done_again(inputs: Path, cluster: Cluster, built: tuple[Path, ClusterResult]) -> None:
    output, _ = built

    def stamps() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in output.rglob("part-*")}

    before = stamps()
    again = build_on_cluster([inputs], output, str(cluster.file), partition_bytes=SMALL)
    assert again.worked == (0, 0)
    assert stamps() == before
    # a partition counts as done only by its marker, which is written last
    marker = sorted((output / ".work").glob("*.json"))[0]
    marker.unlink()
    again = build_on_cluster([inputs], output, str(cluster.file), partition_bytes=SMALL)
    assert sum(again.worked) == 1
    assert again.manifest == built[1].manifest


def test_a_change_costs_the_partitions_that_it_touches(
    inputs: Path, cluster: Cluster, built: tuple[Path, ClusterResult], tmp_path: Path
) -> None:
    _, first = built
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in inputs.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    other = tmp_path / "other"
    build_on_cluster([folder], other, str(cluster.file), partition_bytes=SMALL)
    (folder / "b.txt").write_text("Chile's president Pedro Salas met Norway's prime minister in Santiago on Monday.")
    changed = build_on_cluster([folder], other, str(cluster.file), partition_bytes=SMALL)
    assert changed.worked[0] == 1
    assert changed.worked[1] < first.worked[1]
    kgbuild.build([folder], tmp_path / "local")
    assert_same(tmp_path / "local", str(other))


def test_articles_that_are_set_aside_leave_nothing_behind(inputs: Path, cluster: Cluster, tmp_path: Path) -> None:
    local = kgbuild.build([inputs], tmp_path / "local", fail_on="warning")
    options = BuildOptions(fail_on="warning")
    result = build_on_cluster([inputs], tmp_path / "far", str(cluster.file), options, partition_bytes=SMALL)
    assert [failure.stage for failure in result.failures] == ["read", "validate"]
    assert result.failures == local.failures
    assert_same(tmp_path / "local", str(tmp_path / "far"))


def test_the_users_own_knowledge_reaches_the_workers(inputs: Path, cluster: Cluster, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("id,type,name\nhttps://n.example/pact,Organization,Valletta Treaty\n")
    words = tmp_path / "words"
    words.mkdir()
    header = "cue\tpos\tholder\ttarget\tpolarity\twhen\thedged\n"
    (words / "stance.tsv").write_text(f"{header}bankroll\tverb\tsubject\tobject\tOpposes\t\t\n")
    articles = tmp_path / "articles.jsonl"
    article = {"text": "Norway bankrolled the Valletta Treaty on Monday, officials said.", "date": "2021-05-04"}
    articles.write_text(json.dumps(article))
    options = BuildOptions(authority_files=(own,), lexicons=(words,), min_confidence=0.1, base="https://n.example/id/")
    build_on_cluster([inputs / "a.jsonl", articles], tmp_path / "far", str(cluster.file), options)
    kgbuild.build(
        [inputs / "a.jsonl", articles],
        tmp_path / "local",
        authority_files=[own],
        lexicons=[words],
        min_confidence=0.1,
        base="https://n.example/id/",
    )
    assert_same(tmp_path / "local", str(tmp_path / "far"))
    local = kgbuild.open(tmp_path / "local")
    assert ("Norway", "opposes") in {(row["holder"], row["polarity"]) for row in local.query("positions")}


def test_a_worker_that_is_killed_costs_nothing_but_time(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a bucket to a bucket; one of two workers is killed while work is under way, and its process with it."""
    children: list[psutil.Process] = []
    seen: list[int] = []
    with object_store(monkeypatch, "news") as s3:
        for path in inputs.iterdir():
            s3.upload_file(str(path), "news", f"in/{path.name}")

        def markers() -> int:
            found = s3.list_objects_v2(Bucket="news", Prefix="out/.work/").get("Contents", [])
            return sum(one["Key"].endswith(".json") for one in found)

        with cluster_in(tmp_path, 2) as cluster:

            def kill_one() -> None:
                while not markers():
                    time.sleep(0.05)
                children.extend(cluster.kill(cluster.workers[0]))
                seen.append(markers())

            killer = threading.Thread(target=kill_one)
            killer.start()
            result = build_on_cluster(["s3://news/in"], "s3://news/out", str(cluster.file), partition_bytes=SMALL)
            killer.join()
            assert seen[0] < result.worked[0]  # there was work left
            assert cluster.workers[1].poll() is None
            local = kgbuild.build([inputs], tmp_path / "local")
            assert_same(tmp_path / "local", "s3://news/out")
            assert len(result.failures) == len(local.failures)
            # the process that worked for it has noticed
            _, alive = psutil.wait_procs(children, timeout=30)
            assert not alive
            again = build_on_cluster(["s3://news/in"], "s3://news/out", str(cluster.file), partition_bytes=SMALL)
            assert again.worked == (0, 0)


def test_a_build_that_was_killed_goes_on_where_it_stopped(
    inputs: Path, cluster: Cluster, built: tuple[Path, ClusterResult], tmp_path: Path
) -> None:
    options = ["--cluster", str(cluster.file), "-o", str(tmp_path / "far"), "--quiet", "--fail-on", "never"]
    # the command line counts megabytes, and these files are small
    program = (
        "import sys, kgbuild.cluster as cluster; from kgbuild.cli import main; real = cluster.build_on_cluster\n"
        f"cluster.build_on_cluster = lambda *a, **k: real(*a, **{{**k, 'partition_bytes': {SMALL}}})\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    work = tmp_path / "far" / ".work"
    with subprocess.Popen([sys.executable, "-c", program, "build", str(inputs), *options]) as client:
        while not list(work.glob("*.json")):
            assert client.poll() is None
            time.sleep(0.05)
        client.kill()
    done = {path.name: path.stat().st_mtime_ns for path in work.glob("*.json")}
    never = BuildOptions(fail_on="never")
    result = build_on_cluster([inputs], tmp_path / "far", str(cluster.file), never, partition_bytes=SMALL)
    assert result.worked[0] < built[1].worked[0]
    assert {name: (work / name).stat().st_mtime_ns for name in done} == done
    kgbuild.build([inputs], tmp_path / "local", fail_on="never")
    assert_same(tmp_path / "local", str(tmp_path / "far"))


def test_a_client_that_is_connected_can_be_given(inputs: Path, cluster: Cluster, tmp_path: Path) -> None:
    with Client(scheduler_file=str(cluster.file), set_as_default=False) as client:
        result = build_on_cluster([inputs / "b.txt"], tmp_path, client)
        assert client.status == "running"
    assert result.manifest["counts"]["articles"] == 1


def test_shards_put_together_are_a_graph_like_any_other(
    inputs: Path, built: tuple[Path, ClusterResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kgbuild.build([inputs], tmp_path / "local")
    monkeypatch.setattr(gathering, "_AT_ONCE", 2)  # so that they are merged in several rounds
    done = CliRunner().invoke(app, ["gather", str(built[0]), "-o", str(tmp_path / "gathered")])
    assert done.exit_code == 0
    for name in ("graph.nq", "identity.json", "articles.jsonl", "validation.ttl"):
        assert (tmp_path / "gathered" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
    inferred = (tmp_path / "gathered" / "inferred.nq").read_bytes().splitlines()
    assert sorted(inferred) == sorted((tmp_path / "local" / "inferred.nq").read_bytes().splitlines())
    answers = [list(kgbuild.open(output).query("positions")) for output in (built[0], tmp_path / "gathered")]
    assert answers == [list(kgbuild.open(tmp_path / "local").query("positions"))] * 2
    assert not [one for one in check_output(tmp_path / "gathered") if one.state == "failure"]


def test_shards_of_a_build_that_has_not_finished_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="no build on a cluster has finished there"):
        gather(tmp_path, tmp_path / "out")


def test_triplestores_load_the_shards(built: tuple[Path, ClusterResult], tmp_path: Path) -> None:
    output, result = built
    program = str(Path(sys.executable).with_name("oxigraph"))
    shards = [str(output / name) for kind in ("graph", "inferred") for name in result.manifest["shards"][kind]]
    subprocess.run([program, "load", "--location", str(tmp_path / "store"), "--file", *shards], check=True)
    store = pyoxigraph.Store.read_only(str(tmp_path / "store"))
    counts = result.manifest["counts"]
    assert len(store) == counts["quads"] + counts["inferred"]


def test_the_command_line_builds_on_a_cluster(inputs: Path, cluster: Cluster, tmp_path: Path) -> None:
    output = tmp_path / "far"
    arguments = ["build", str(inputs), "-o", str(output), "--cluster", str(cluster.file), "--partition-size", "1"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 1  # something was set aside
    assert "a.jsonl:9: is not JSON" in done.output
    assert "partitions worked on: 1 for facts, 1 for graphs" in done.output
    refused = CliRunner().invoke(app, [*arguments, "--workers", "2"])
    assert isinstance(refused.exception, KgbuildError)
    assert "--workers has no meaning with --cluster" in str(refused.exception)


def test_only_a_cluster_writes_to_addresses(inputs: Path) -> None:
    done = CliRunner().invoke(app, ["build", str(inputs), "-o", "s3://news/out"])
    assert "only --cluster writes to addresses" in str(done.exception)


def test_another_kgbuild_on_a_worker_is_refused(inputs: Path, tmp_path: Path) -> None:
    build = ClusterBuild(Store.at(str(tmp_path)), BuildOptions(), Silence())
    (partition, *_) = build.partitions([inputs], SMALL)
    with pytest.raises(KgbuildError, match="another version of kgbuild"):
        extract_partition(replace(build.job, extraction="other"), partition)


def test_a_file_that_a_worker_does_not_see_is_told(inputs: Path, tmp_path: Path) -> None:
    build = ClusterBuild(Store.at(str(tmp_path)), BuildOptions(), Silence())
    (partition, *_) = build.partitions([inputs], SMALL)
    (source, share), *rest = partition.pieces
    away = replace(partition, pieces=((replace(source, path=Path("/not/here.jsonl")), share), *rest))
    with pytest.raises(KgbuildError, match="give an address that all workers reach"):
        extract_partition(build.job, away)


def test_work_that_fails_is_told_with_its_partition(inputs: Path, cluster: Cluster, tmp_path: Path) -> None:
    build = ClusterBuild(Store.at(str(tmp_path)), BuildOptions(), Silence())
    (partition, *_) = build.partitions([inputs], SMALL)
    (source, share), *rest = partition.pieces
    away = replace(partition, pieces=((replace(source, path=Path("/not/here.jsonl")), share), *rest))
    with (
        Client(scheduler_file=str(cluster.file), set_as_default=False) as client,
        pytest.raises(KgbuildError, match=r"a\.jsonl .*: the work failed .*/not/here.*run the same command again"),
    ):
        build.extract(client, [away])


def test_the_model_is_loaded_once_for_each_worker(built: tuple[Path, ClusterResult], cluster: Cluster) -> None:
    assert sum(built[1].worked) > 2 * len(cluster.workers)
    for worker in cluster.workers:
        (_,) = psutil.Process(worker.pid).children()


def test_standard_input_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match="standard input is not to be had on other machines"):
        build_on_cluster(["-"], tmp_path, "local")


def test_all_failing_says_why(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{")
    with pytest.raises(KgbuildError, match=r"no article could be read, and nothing was written: .*a\.jsonl:1"):
        build_on_cluster([tmp_path / "a.jsonl"], tmp_path / "out", str(cluster.file))
