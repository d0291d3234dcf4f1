"""No query may make the server ask another one, however it is written."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import KgbuildError
from kgbuild.serve.guard import refuse_federation


class Listener:
    """A server that notes who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self.socket.accept()[0].close()
                self.visits += 1


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.socket.close()


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    one = pyoxigraph.Store()
    one.add(pyoxigraph.Quad(pyoxigraph.NamedNode("urn:a"), pyoxigraph.NamedNode("urn:b"), pyoxigraph.Literal("x")))
    return one


def _ask(store: pyoxigraph.Store, query: str) -> list[object]:
    rows = store.query(query)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return list(rows)


def calls(port: int) -> list[str]:
    where = f"<http://127.0.0.1:{port}/>"
    prefix = f"PREFIX ex: {where} "
    return [
        f"SELECT * {{ SERVICE {where} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service silent {where} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICESILENT{where}{{}} }}",
        prefix + "SELECT * { SERVICEex:a {} }",
        prefix + "SELECT * { SERVICE ex:a {} }",
        f"PREFIX : {where} SELECT * {{ SERVICE:a {{}} }}",
        f"SELECT * {{ ?s ?p trueSERVICE{where}{{}} }}",
        f"SELECT * {{ ?s ?p 1.SERVICE{where}{{}} }}",
        f"SELECT * {{ # comment\n SERVICE # '''\n {where} {{}} }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o<?s&&'>'!=?o) SERVICE {where} {{}} FILTER('1'='1') }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o<?s||?s!=<urn:a#>)SERVICE {where}{{}} }}",
        f"SELECT * {{ BIND({where} AS ?where) SERVICE ?where {{}} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVICE {where} {{}} }} }} }}",
    ]


def test_every_spelling_of_a_call_is_refused(store: pyoxigraph.Store, listener: Listener) -> None:
    """Most of them do reach a server when they are not refused, so the test would notice a guard that does nothing."""
    reached = 0
    for query in calls(listener.port):
        with pytest.raises(KgbuildError, match="SERVICE is not allowed"):
            refuse_federation(query)
        before = listener.visits
        with suppress(OSError, SyntaxError, ValueError, RuntimeError):
            _ask(store, query)
        reached += listener.visits > before
    assert reached >= 8


def test_data_sets_and_updates_reach_nobody(store: pyoxigraph.Store, listener: Listener) -> None:
    """The engine takes FROM for the name of a graph of its own, and no update for a query."""
    before = listener.visits
    where = f"<http://127.0.0.1:{listener.port}/>"
    assert not _ask(store, f"SELECT * FROM {where} {{ ?s ?p ?o }}")
    assert not _ask(store, f"SELECT * FROM NAMED {where} {{ GRAPH {where} {{ ?s ?p ?o }} }}")
    with pytest.raises(SyntaxError):
        store.query(f"LOAD {where}")
    assert listener.visits == before


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "customer service" }',
        "SELECT * { ?s ?p '''at your\nSERVICE''' }",
        "SELECT ?service { ?service ?p $services }",
        "SELECT * { ?s ?p ?o } # no SERVICE here",
        "PREFIX s: <http://example.org/service#> SELECT * { ?s a s:service }",
        "PREFIX s: <http://example.org/service/> SELECT * { <http://example.org/service> a s:Secret_Service }",
        "SELECT * { ?s ?p \"service\"@en ; ?q 'public service' }",
    ],
)
def test_the_word_may_stand_where_it_calls_nobody(store: pyoxigraph.Store, query: str) -> None:
    store.query(query)
    refuse_federation(query)


_PIECES = st.sampled_from(
    [
        "?o",
        "<",
        ">",
        "<urn:a#b>",
        "'",
        '"',
        "'''",
        "#",
        "\n",
        " ",
        "(",
        ")",
        "{",
        "}",
        "FILTER",
        "&&",
        "=",
        "1",
        ".",
        "\\",
    ]
)


@settings(max_examples=400, deadline=None)
@given(before=st.lists(_PIECES, max_size=14), after=st.lists(_PIECES, max_size=8))
def test_nothing_around_a_call_hides_it(
    store: pyoxigraph.Store, listener: Listener, before: list[str], after: list[str]
) -> None:
    """Whatever the engine would answer by asking a server, the guard refuses."""
    call = f"SERVICE <http://127.0.0.1:{listener.port}/> {{}}"
    query = f"SELECT * {{ ?s ?p ?o {''.join(before)} {call} {''.join(after)} }}"
    try:
        refuse_federation(query)
    except KgbuildError:
        return
    visits = listener.visits
    with suppress(OSError, SyntaxError, ValueError, RuntimeError):
        _ask(store, query)
    assert listener.visits == visits
