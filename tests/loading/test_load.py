"""Loading into real servers: Oxigraph as itself, and behind the addresses of the other stores."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph
import pytest

from kgbuild.build.progress import Silence
from kgbuild.cli import main
from kgbuild.errors import KgbuildError
from kgbuild.loading import LoadReport, addresses_of, load
from loading.conftest import write_output
from loading.front import front
from sample import BASE

RECORD = f"{BASE}graph/loaded"
#: nobody's credentials, whoever runs the tests
NOBODY = {"NETRC": "/dev/null"}


def run(output: Path, address: str, kind: str = "oxigraph", **options: object) -> LoadReport:
    way = options.pop("way", None)
    assert way is None or isinstance(way, str)
    options = {"environment": NOBODY, "pause": 0.01, **options}
    return load(output, addresses_of(address, kind, way=way), **options)  # type: ignore[arg-type]


def quads_of(address: str) -> set[str]:
    """All that a store holds, without the record."""
    dump = httpx.get(f"{address}/store", headers={"accept": "application/n-quads"}).text
    return {
        str(quad) for quad in pyoxigraph.parse(dump, pyoxigraph.RdfFormat.N_QUADS) if RECORD not in str(quad.graph_name)
    }


def quads_in(path: Path) -> set[str]:
    """The quads of a file, as Oxigraph keeps them: numbers of all types as integers."""
    store = pyoxigraph.Store()
    store.load(path=path)
    return {str(quad) for quad in store}


@pytest.mark.parametrize("way", ["graph-store", "update"])
@pytest.mark.parametrize("chunk", [500, 4_000_000])
def test_a_store_holds_what_the_files_hold(way: str, chunk: int, output: Path, store: str) -> None:
    report = run(output, store, way=way, chunk=chunk)
    assert len(report.loaded) == 3 and not report.wrong and not report.removed
    expected = quads_in(output / "graph.nq")
    assert quads_of(store) == expected
    assert report.triples == report.total == len(expected)
    assert report.lines()[-1] == f"the store holds {len(expected)} triples in 3 graphs, as the files do"


def test_only_what_has_changed_is_sent_and_what_is_gone_is_removed(tmp_path: Path, output: Path, store: str) -> None:
    run(output, store)
    assert run(output, store).unchanged == tuple(sorted(run(output, store, force=True).loaded))
    less = write_output(tmp_path / "less", "may")
    planned = run(less, store, dry_run=True)
    assert planned.planned and quads_of(store) == quads_in(output / "graph.nq")
    report = run(less, store)
    # the identities of the other article are gone too, so their graph has changed
    assert report.loaded == planned.loaded == (f"{BASE}graph/identity",)
    assert len(report.removed) == 1 and report.removed == planned.removed
    assert quads_of(store) == quads_in(less / "graph.nq")
    assert not run(less, store).loaded


def test_a_build_while_a_graph_is_loaded_is_told(output: Path, store: str) -> None:
    class Building(Silence):
        def advance(self, count: int = 1) -> None:
            manifest = output / "manifest.json"
            manifest.write_text(f"{manifest.read_text()} ")

    with pytest.raises(KgbuildError, match="was built again while it was loaded; load it again"):
        run(output, store, progress=Building())
    run(output, store)
    assert quads_of(store) == quads_in(output / "graph.nq")


def test_a_store_that_was_wiped_or_changed_by_hand_is_mended(output: Path, store: str) -> None:
    report = run(output, store)
    httpx.request("DELETE", f"{store}/store", params={"graph": report.loaded[0]}).raise_for_status()
    httpx.post(
        f"{store}/store", params={"graph": report.loaded[1]}, content=b"<urn:a> <urn:b> <urn:c> .",
        headers={"content-type": "text/turtle"},
    ).raise_for_status()  # fmt: skip
    assert run(output, store).loaded == report.loaded[:2]
    assert quads_of(store) == quads_in(output / "graph.nq")
    httpx.post(f"{store}/update", data={"update": "CLEAR ALL"}).raise_for_status()
    assert run(output, store).loaded == report.loaded
    assert quads_of(store) == quads_in(output / "graph.nq")


def test_graphs_of_others_are_left_alone(output: Path, store: str) -> None:
    theirs = "<urn:a> <urn:b> <urn:c> <urn:theirs>"
    httpx.post(f"{store}/update", data={"update": "INSERT DATA { GRAPH <urn:theirs> { <urn:a> <urn:b> <urn:c> } }"})
    run(output, store)
    run(output, store, force=True)
    assert quads_of(store) - quads_in(output / "graph.nq") == {theirs}


@pytest.mark.parametrize("way", ["graph-store", "update"])
def test_odd_but_right_triples_arrive_as_they_are(way: str, tmp_path: Path, store: str) -> None:
    path = tmp_path / "odd.nq"
    graph = "<https://example.org/g>"
    words = [
        "\\\\u0041 and \\\\U00000041",
        "\\\\\\\\u0041",
        'line\\nbreak \\"quoted\\"',
        "\\u0001",
        "caf\u00e9 \U0001f54a",
        "} } ; DROP ALL",
    ]
    lines = [f'<urn:s{n}> <urn:p> "{text}" {graph} .' for n, text in enumerate(words)]
    lines.append(f'<urn:long> <urn:p> "{"ein langes Wort " * 100_000}"@de {graph} .')
    # a chain of blank nodes that is longer than a piece, and pairs that are not
    lines += [f"_:c{n} <urn:next> _:c{n + 1} {graph} ." for n in range(300)]
    lines += [f'_:p{n} <urn:value> "{n}" {graph} .\n_:p{n} <urn:of> <urn:s{n}> {graph} .' for n in range(300)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    report = run(path, store, way=way, chunk=2000)
    assert not report.wrong
    values = httpx.post(
        f"{store}/query", data={"query": "SELECT ?o { GRAPH ?g { ?s <urn:p> ?o } }"},
        headers={"accept": "application/sparql-results+json"},
    ).json()  # fmt: skip
    found = {row["o"]["value"] for row in values["results"]["bindings"]}
    wanted = {quad.object.value for quad in pyoxigraph.parse(path=path) if quad.predicate.value == "urn:p"}
    assert found == wanted and len(found) == 7
    pattern = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { %s } }"
    for query, count in [
        (pattern % "?n <urn:value> ?v ; <urn:of> ?s", "300"),
        (pattern % "?a <urn:next> ?b . ?b <urn:next> ?c", "299"),
    ]:
        answer = httpx.post(f"{store}/query", data={"query": query}, headers={"accept": "text/csv"}).text
        assert answer.split() == ["n", count]


# --- the addresses of the other stores, their doorkeepers, and bad days


def _repository(method: str, path: str, media: str) -> str | None:
    root = "/rdf4j-server/repositories/news"
    return {root: "/query", f"{root}/statements": "/update", f"{root}/rdf-graphs/service": "/store"}.get(path)


def _graphdb(method: str, path: str, media: str) -> str | None:
    return _repository(method, f"/rdf4j-server{path}", media)


def _fuseki(method: str, path: str, media: str) -> str | None:
    return {"/news/query": "/query", "/news/update": "/update", "/news/data": "/store"}.get(path)


def _stardog(method: str, path: str, media: str) -> str | None:
    return {"/news/query": "/query", "/news/update": "/update", "/news": "/store"}.get(path)


def _qlever(method: str, path: str, media: str) -> str | None:
    return "/query" if media == "application/x-www-form-urlencoded" else "/store"


def _one_endpoint(method: str, path: str, media: str) -> str | None:
    if path not in ("/blazegraph/namespace/news/sparql", "/sparql"):
        return None
    return {"application/x-www-form-urlencoded": "/query", "application/sparql-update": "/update"}.get(media)


STORES: list[tuple[str, str, Callable[[str, str, str], str | None]]] = [
    ("fuseki", "/news", _fuseki),
    ("fuseki", "/news/sparql", _fuseki),
    ("graphdb", "/repositories/news", _graphdb),
    ("rdf4j", "/rdf4j-server/repositories/news/", _repository),
    ("rdf4j", "/rdf4j-server/repositories/news/statements", _repository),
    ("stardog", "/news", _stardog),
    ("qlever", "", _qlever),
    ("blazegraph", "/blazegraph/namespace/news/sparql", _one_endpoint),
    ("sparql11", "/sparql", _one_endpoint),
]


def test_each_store_is_spoken_to_at_its_own_addresses(tmp_path: Path, output: Path, store: str) -> None:
    less = write_output(tmp_path / "less", "may")
    for kind, path, route in STORES:
        httpx.post(f"{store}/update", data={"update": "CLEAR ALL"}).raise_for_status()
        with front(store, route) as before:
            address = before.address + path
            assert len(run(output, address, kind, chunk=3000).loaded) == 3, kind
            assert quads_of(store) == quads_in(output / "graph.nq"), kind
            assert len(run(less, address, kind).removed) == 1, kind
            assert quads_of(store) == quads_in(less / "graph.nq"), kind
            methods = {method for method, *_ in before.requests}
            assert methods == ({"POST"} if kind in ("blazegraph", "sparql11") else {"POST", "PUT", "DELETE"})


def test_pieces_are_as_small_as_asked(output: Path, store: str) -> None:
    with front(store, _fuseki) as before:
        run(output, f"{before.address}/news", "fuseki", chunk=2000)
    sizes = [size for method, path, size in before.requests if path == "/news/data"]
    assert len(sizes) > 30 and max(sizes) <= 2000


def test_failures_that_pass_are_tried_again(output: Path, store: str) -> None:
    with front(store, _fuseki) as before:
        before.refusals = [503, -1, 429, 0, 0, -1, 502, 503]
        report = run(output, f"{before.address}/news", "fuseki", chunk=2000)
    assert not report.wrong and not before.refusals
    assert quads_of(store) == quads_in(output / "graph.nq")


def test_a_broken_connection_does_not_double_blank_nodes(tmp_path: Path, store: str) -> None:
    path = tmp_path / "blank.nq"
    path.write_text("".join(f'_:n{n} <urn:p> "{n:04}" <urn:g> .\n' for n in range(200)), "utf-8")
    with front(store, _fuseki) as before:
        # after the question for the record and the count come the pieces of the graph
        before.refusals = [0, 0, 0, -1]
        report = run(path, f"{before.address}/news", "fuseki", chunk=1000)
    assert not before.refusals and not report.wrong
    assert sum(quad.endswith(" <urn:g>") for quad in quads_of(store)) == 200


def test_a_load_that_was_broken_off_goes_on(output: Path, store: str) -> None:
    with front(store, _fuseki) as before:
        before.refusals = [0] * 12 + [400]
        with pytest.raises(KgbuildError, match=r"refuses the request \(400\): not now"):
            run(output, f"{before.address}/news", "fuseki", chunk=2000)
        # what arrived in part has no record, so it is not taken for complete
        assert not run(output, f"{before.address}/news", "fuseki").wrong
    assert quads_of(store) == quads_in(output / "graph.nq")


def test_credentials_come_from_the_environment_or_netrc(tmp_path: Path, output: Path, store: str) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login nora password geheim\n")
    netrc.chmod(0o600)
    basic = "Basic " + base64.b64encode(b"nora:geheim").decode()
    given: list[tuple[str, dict[str, str]]] = [
        (basic, {**NOBODY, "KGBUILD_STORE_USER": "nora", "KGBUILD_STORE_PASSWORD": "geheim"}),
        (basic, {"NETRC": str(netrc)}),
        ("Bearer abc", {"NETRC": str(netrc), "KGBUILD_STORE_TOKEN": "abc"}),
    ]
    with front(store, _fuseki) as before:
        for expected, environment in given:
            before.authorization = expected
            assert not run(output, f"{before.address}/news", "fuseki", environment=environment).wrong
        with pytest.raises(KgbuildError, match=r"asks who is there.*KGBUILD_STORE_USER.*netrc"):
            run(output, f"{before.address}/news", "fuseki")


def test_a_count_that_does_not_agree_is_told_and_not_remembered(
    output: Path, store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETRC", "/dev/null")
    # Oxigraph keeps numbers by their value, so these two triples become one
    number = "<http://www.w3.org/2001/XMLSchema#integer>"
    with (output / "graph.nq").open("a") as stream:
        stream.writelines(f'<urn:a> <urn:b> "{text}"^^{number} <urn:numbers> .\n' for text in ("01", "1"))
    arguments = ["load", str(output), "--to", store, "--type", "oxigraph"]
    for loaded in (4, 1):
        assert main(arguments) == 1
        told = capsys.readouterr()
        assert told.out.startswith(f"{loaded} graph")
        assert "urn:numbers: the store holds 1 triples, the files 2" in told.err


def test_the_command_tells_what_it_would_do_and_what_it_did(
    output: Path, store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETRC", "/dev/null")
    arguments = ["load", str(output), "--to", store, "--type", "oxigraph"]
    assert main([*arguments, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("3 graphs would be loaded (")
    assert not quads_of(store)
    assert main(arguments) == 0
    assert "as the files do" in capsys.readouterr().out
    assert main([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("address", "kind", "message"),
    [
        ("http://127.0.0.1:9", "oxigraph", "cannot be reached"),
        ("ftp://example.org", "oxigraph", "is no address of a store; it looks like http://localhost:7878"),
        ("http://me:secret@example.org", "oxigraph", "leave user and password out of the address"),
        ("http://127.0.0.1:9", "allegro", "--type allegro: choose one of fuseki, "),
    ],
)
def test_addresses_that_cannot_be_are_explained(address: str, kind: str, message: str, output: Path) -> None:
    with pytest.raises(KgbuildError, match=message) as caught:
        run(output, address, kind, pause=0.0)
    assert "secret" not in str(caught.value)


def test_an_address_of_something_else_is_explained(output: Path, store: str) -> None:
    refused = pytest.raises(KgbuildError, match=r"no such endpoint of this store \(404")
    with front(store, lambda method, path, media: None) as before, refused:
        run(output, f"{before.address}/news", "fuseki")
    with pytest.raises(KgbuildError, match=r"no graph\.nq in it"):
        run(output.parent, store)
