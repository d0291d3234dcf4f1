"""The endpoint as its clients meet it: over HTTP, from a process of its own."""

from __future__ import annotations

import csv
import gzip
import io
import json
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pyoxigraph
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

from serve.conftest import Served, serving

PREFIX = "PREFIX dip: <https://w3id.org/kgbuild/diplomacy#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
TREATIES = PREFIX + "SELECT ?name { ?treaty a dip:Treaty ; rdfs:label ?name } ORDER BY ?name"


def names(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["name"]["value"] for row in response.json()["results"]["bindings"]]


def test_the_three_ways_to_ask_get_one_answer(served: Served) -> None:
    address = f"{served.address}sparql"
    asked = served.sparql(TREATIES)
    form = httpx.post(address, data={"query": TREATIES})
    direct = httpx.post(address, content=TREATIES, headers={"content-type": "application/sparql-query"})
    assert names(asked) == names(form) == names(direct) == ["river pact"]


def test_the_default_graph_holds_what_all_articles_say(served: Served, built: Path) -> None:
    count = served.sparql("SELECT (COUNT(*) AS ?name) { ?s ?p ?o }")
    distinct = served.sparql(
        "SELECT (COUNT(*) AS ?name) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }",
    )
    lines = (built / "graph.nq").read_text("utf-8").splitlines()
    triples = {(quad.subject, quad.predicate, quad.object) for quad in pyoxigraph.parse(path=built / "graph.nq")}
    assert names(count) == names(distinct) == [str(len(triples))]
    assert names(served.sparql("SELECT (COUNT(*) AS ?name) { GRAPH ?g { ?s ?p ?o } }")) == [str(len(lines))]


def test_a_data_set_given_in_the_request_is_the_one_asked(served: Served) -> None:
    everything = names(served.sparql("SELECT (STR(?g) AS ?name) { GRAPH ?g {} } ORDER BY ?g"))
    one = everything[0]
    named = served.sparql("SELECT (STR(?g) AS ?name) { GRAPH ?g {} }", **{"named-graph-uri": one})
    assert names(named) == [one]
    only_default = served.sparql("SELECT (STR(?g) AS ?name) { GRAPH ?g {} }", **{"default-graph-uri": one})
    assert names(only_default) == []
    inside = "SELECT (COUNT(*) AS ?name) { ?s ?p ?o }"
    through_graph = f"SELECT (COUNT(*) AS ?name) {{ GRAPH <{one}> {{ ?s ?p ?o }} }}"
    assert names(served.sparql(inside, **{"default-graph-uri": one})) == names(served.sparql(through_graph))


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+xml, */*;q=0.1", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/turtle;q=0.9, text/tab-separated-values;q=0.8", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_rows_come_in_the_format_asked_for(served: Served, accept: str, media: str) -> None:
    response = served.sparql(TREATIES, accept)
    assert response.headers["content-type"] == media
    assert response.headers["x-kgbuild-rows"] == "1"
    if "csv" in media:
        assert list(csv.reader(io.StringIO(response.text))) == [["name"], ["river pact"]]
    elif "tab" in media:
        assert response.text == '?name\n"river pact"\n'
    elif "xml" in media:
        assert [node.text for node in ElementTree.fromstring(response.text).iter() if node.text] == ["river pact"]
    else:
        assert names(response) == ["river pact"]


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_triples_come_in_the_format_asked_for(served: Served, accept: str) -> None:
    response = served.sparql(PREFIX + "CONSTRUCT { ?t a dip:Treaty } { ?t a dip:Treaty }", accept)
    assert response.headers["content-type"].startswith(accept)
    graph = rdflib.Graph().parse(data=response.text, format=accept)
    assert len(graph) == 1


def test_what_cannot_be_answered_as_asked_says_so(served: Served) -> None:
    response = served.sparql(TREATIES, "text/turtle")
    assert response.status_code == 406
    assert "application/sparql-results+json" in response.text


def test_yes_or_no(served: Served) -> None:
    assert served.sparql("ASK {}").json()["boolean"] is True
    assert served.sparql("ASK { <urn:nothing> ?p ?o }").json()["boolean"] is False


def test_without_a_query_the_service_describes_itself(served: Served) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    for accept in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        response = httpx.get(f"{served.address}sparql", headers={"accept": accept})
        graph = rdflib.Graph().parse(data=response.text, format=accept)
        assert graph.value(predicate=sd.endpoint, object=rdflib.URIRef(f"{served.address}sparql")) is not None


def test_a_mistake_is_explained_by_its_place(served: Served) -> None:
    response = served.sparql("SELECT *\nWHERE { ?s ?p }")
    assert response.status_code == 400
    assert "line 2" in response.text
    assert "WHERE { ?s ?p }" in response.text


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        ("CLEAR ALL", "application/sparql-update", 403),
        ("update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "application/sparql-query", 400),
        ("query=ASK+{}&query=ASK+{}", "application/x-www-form-urlencoded", 400),
        ("ASK {}", "text/plain", 415),
        ("", "application/x-www-form-urlencoded", 400),
        ("query=ASK+{}&default-graph-uri=no+iri", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/sparql-query", 400),
        ("# " + "x" * 200_000 + "\nASK {}", "application/sparql-query", 413),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> {} }", "application/sparql-query", 403),
    ],
)
def test_what_is_no_query_is_refused(served: Served, content: str | bytes, media: str, status: int) -> None:
    before = served.sparql("SELECT (COUNT(*) AS ?name) { ?s ?p ?o }")
    response = httpx.post(f"{served.address}sparql", content=content, headers={"content-type": media})
    assert response.status_code == status, response.text
    assert names(served.sparql("SELECT (COUNT(*) AS ?name) { ?s ?p ?o }")) == names(before)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_there_is_no_way_to_write(served: Served, method: str) -> None:
    assert httpx.request(method, f"{served.address}sparql").status_code == 405


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT ?a { ?a ?b ?c . ?d ?e ?f } LIMIT 60", 422, "50 rows"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", 422, "50 triples"),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 503, "2 seconds"),
        ("SELECT ?x { BIND (REPLACE('aaaaaaaaaa', 'a', 'aaaaaaaaaaaaaaaaaaaa') AS ?a) "
         "BIND (REPLACE(?a, 'a', ?a) AS ?b) BIND (REPLACE(?b, 'a', ?a) AS ?x) }", 422, "20,000 bytes"),
    ],
)  # fmt: skip
def test_a_limit_ends_a_query_and_not_the_server(strict: Served, query: str, status: int, words: str) -> None:
    strict.free()
    response = strict.sparql(query, "*/*")
    assert (response.status_code, words in response.text) == (status, True), response.text
    strict.free()
    assert names(strict.sparql(TREATIES)) == ["river pact"]


def test_memory_is_bounded(strict: Served) -> None:
    steps = " ".join(f"BIND (CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(9))
    strict.free()
    response = strict.sparql(f"SELECT (STRLEN(?x9) AS ?name) {{ BIND ('0123456789' AS ?x0) {steps} }}")
    assert response.status_code == 503
    assert "memory" in response.text or "2 seconds" in response.text
    strict.free()
    assert names(strict.sparql(TREATIES)) == ["river pact"]


def one_waits(server: Served) -> bool:
    """Whether, sooner or later, one query waits for a worker."""
    return any("kgbuild_queries_waiting 1\n" in server.get("/metrics").text for _ in range(3000))


def test_pages_are_answered_while_all_workers_are_busy(built: Path) -> None:
    hostile = httpx.QueryParams({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"})
    with serving(built, "--timeout", "600", "--workers", "1") as server, ExitStack() as held:
        port = httpx.URL(server.address).port
        for _ in range(2):
            client = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(f"GET /sparql?{hostile} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert one_waits(server)
        for path in ("/health", "/treaties", "/metrics"):
            assert server.get(path).status_code == 200
        assert one_waits(server)


def test_the_worker_of_a_client_that_left_is_free(built: Path) -> None:
    """Far before the limit of time, which is longer than any test waits."""
    query = httpx.QueryParams({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"})
    with serving(built, "--timeout", "600", "--workers", "1") as server, ExitStack() as held:
        port = httpx.URL(server.address).port
        for _ in range(2):
            client = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert one_waits(server)
        held.close()
        answer = httpx.get(f"{server.address}sparql", params={"query": TREATIES}, timeout=120)
        assert names(answer) == ["river pact"]


def test_pages_elsewhere_may_ask_if_that_is_set(served: Served, strict: Served) -> None:
    headers = {"origin": "https://pages.example"}
    allowed = httpx.get(f"{served.address}sparql", params={"query": "ASK {}"}, headers=headers)
    assert allowed.headers["access-control-allow-origin"] == "https://pages.example"
    other = httpx.get(f"{served.address}sparql", params={"query": "ASK {}"}, headers={"origin": "https://x.example"})
    assert "access-control-allow-origin" not in other.headers
    closed = httpx.get(f"{strict.address}sparql", params={"query": "ASK {}"}, headers=headers)
    assert "access-control-allow-origin" not in closed.headers


def test_answers_are_compressed_for_who_can_read_that(served: Served) -> None:
    query = "SELECT * { ?s ?p ?o }"
    with httpx.stream("GET", f"{served.address}sparql", params={"query": query}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    plain = httpx.get(f"{served.address}sparql", params={"query": query}, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert json.loads(gzip.decompress(raw)) == plain.json()


def test_a_name_that_is_not_the_servers_is_refused(served: Served) -> None:
    response = httpx.get(f"{served.address}sparql", params={"query": "ASK {}"}, headers={"host": "evil.example"})
    assert response.status_code == 400


def test_the_log_has_one_line_of_json_for_each_request(served: Served) -> None:
    served.get("/sparql%0a%22forged%22", query="ASK {}")
    # the line is written once the answer is out, so the client may be faster than the log
    lines: list[dict[str, object]] = []
    for _ in range(1000):
        if lines:
            break
        served.get("/health")
        logged = map(json.loads, served.log.read_text("utf-8").splitlines(keepends=False)[:-1])
        lines = [line for line in logged if line["path"] == '/sparql\n"forged"']
    (line,) = lines
    assert line["status"] == 404
    assert set(line) == {"time", "client", "method", "path", "status", "bytes", "milliseconds"}


def test_metrics_count_what_was_asked(served: Served) -> None:
    served.sparql("ASK {}")
    text = served.get("/metrics").text
    assert 'kgbuild_requests_total{route="/sparql",status="200"}' in text
    assert "kgbuild_quads " in text


def test_a_token_closes_everything_but_the_health_check(built: Path) -> None:
    with serving(built, KGBUILD_TOKEN="open sesame") as closed:
        assert closed.get("/health").status_code == 200
        for path in ("/sparql?query=ASK{}", "/metrics", "/"):
            assert closed.get(path).status_code == 401, path
        address = f"{closed.address}sparql?query=ASK{{}}"
        assert httpx.get(address, headers={"authorization": "Bearer open sesame"}).status_code == 200
        assert httpx.get(address, auth=("anybody", "open sesame")).status_code == 200
        for wrong in ("Bearer open", "Basic !", "Basic b3Blbg==", "open sesame"):
            assert httpx.get(address, headers={"authorization": wrong}).status_code == 401, wrong


def test_a_request_that_never_ends_is_cut_off(built: Path) -> None:
    """In a process of its own, with a shorter patience."""
    program = (
        "import sys, kgbuild.serve.connection as c; c.REQUEST_SECONDS = 0.5\n"
        "from kgbuild.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "serve", str(built), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().rsplit(":", 1)[1].strip().rstrip("/"))
            pieces = (b"", b"GET / HT", b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nqu")
            for sent in pieces:
                with socket.create_connection(("127.0.0.1", port), timeout=120) as client:
                    client.sendall(sent)
                    try:
                        received = client.recv(100)
                    except ConnectionResetError:
                        received = b""
                    assert received == b"", sent
        finally:
            process.terminate()


def test_nothing_is_left_behind(built: Path, tmp_path: Path) -> None:
    """Neither the store's folder, when the server is told to end, nor its processes."""
    with serving(built, TMPDIR=str(tmp_path)) as one:
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith("kgbuild-serve-")]
        one.process.terminate()
        assert one.process.wait(60) == 0
    assert not list(tmp_path.iterdir())


def test_sparqlwrapper_works_with_it(served: Served) -> None:
    client = SPARQLWrapper(f"{served.address}sparql")
    client.setQuery(TREATIES)
    client.setReturnFormat(JSON)
    for method in ("GET", "POST"):
        client.setMethod(method)
        answer: Any = client.query().convert()
        assert [row["name"]["value"] for row in answer["results"]["bindings"]] == ["river pact"]
    client.setQuery(PREFIX + "CONSTRUCT { ?t a dip:Treaty } { ?t a dip:Treaty }")
    client.setReturnFormat(TURTLE)
    triples: Any = client.query().convert()
    assert len(rdflib.Graph().parse(data=triples, format="turtle")) == 1


def test_rdflib_works_with_it(served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{served.address}sparql"))
    assert [str(row[0]) for row in graph.query(TREATIES)] == ["river pact"]  # type: ignore[index]
    dip = rdflib.Namespace("https://w3id.org/kgbuild/diplomacy#")
    assert len(list(graph.triples((None, rdflib.RDF.type, dip.Treaty)))) == 1


def test_a_folder_without_a_graph_is_no_output(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "kgbuild", "serve", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "kgbuild build" in run.stderr
