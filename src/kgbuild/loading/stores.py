"""What the triplestores differ in: where their endpoints are, how they take a graph, and how they ask who is there.

The addresses are those of each maker's documentation; the pages under ``docs/loading/`` tell where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from kgbuild.errors import KgbuildError

#: how graphs are sent: by the SPARQL 1.1 Graph Store HTTP Protocol, or as SPARQL 1.1 Update
Way = Literal["graph-store", "update"]


class StoreError(KgbuildError):
    """A store that cannot be reached, or that refused a request; the message says what to do."""


@dataclass(frozen=True, slots=True)
class StoreType:
    """A kind of triplestore.

    Attributes:
        title: its name.
        example: what a user gives to ``--to``.
        query, update, graph_store: what follows the given address; None where there is no such endpoint.
        way: how graphs are sent, unless the user wants it otherwise.
        strip: endings that users copy with the address, to be left out.
        digest: whether it wants HTTP Digest authentication instead of Basic.
        longest: bytes of a triple that its graph store takes; longer ones go by update. 0 for no limit.
    """

    title: str
    example: str
    query: str
    update: str | None
    graph_store: str | None
    way: Way
    strip: tuple[str, ...] = ()
    digest: bool = False
    longest: int = 0


STORES: dict[str, StoreType] = {
    "fuseki": StoreType(
        "Apache Jena Fuseki", "http://localhost:3030/dataset", "/query", "/update", "/data", "graph-store",
        ("/query", "/sparql", "/update", "/data"),
    ),
    "graphdb": StoreType(
        "GraphDB", "http://localhost:7200/repositories/NAME", "", "/statements", "/rdf-graphs/service", "graph-store",
        ("/statements", "/rdf-graphs/service"),
    ),
    "virtuoso": StoreType(
        "Virtuoso", "http://localhost:8890", "/sparql-auth", "/sparql-auth", "/sparql-graph-crud-auth", "graph-store",
        ("/sparql", "/sparql-auth", "/sparql-graph-crud", "/sparql-graph-crud-auth"),
        digest=True, longest=40_000,  # measured with 7.2.5: literals of 100,000 bytes are rejected, 40,000 are not
    ),
    "oxigraph": StoreType(
        "Oxigraph", "http://localhost:7878", "/query", "/update", "/store", "graph-store",
        ("/query", "/update", "/store"),
    ),
    "qlever": StoreType("QLever", "http://localhost:7001", "", "", "", "graph-store"),
    "blazegraph": StoreType(
        "Blazegraph", "http://localhost:9999/blazegraph/namespace/NAME/sparql", "", "", None, "update",
    ),
    "rdf4j": StoreType(
        "Eclipse RDF4J", "http://localhost:8080/rdf4j-server/repositories/NAME", "", "/statements",
        "/rdf-graphs/service", "graph-store", ("/statements", "/rdf-graphs/service"),
    ),
    "stardog": StoreType(
        "Stardog", "http://localhost:5820/DATABASE", "/query", "/update", "", "graph-store", ("/query", "/update"),
    ),
    "sparql11": StoreType("any store with SPARQL 1.1 Update", "http://localhost:8000/sparql", "", "", None, "update"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a store is asked and changed; ``graph_store`` and ``update`` may be missing, but not the one of the way."""

    query: str
    update: str | None
    graph_store: str | None
    way: Way
    digest: bool = False
    longest: int = 0


def addresses_of(
    url: str,
    kind: str = "sparql11",
    *,
    query: str | None = None,
    update: str | None = None,
    graph_store: str | None = None,
    way: str | None = None,
) -> Addresses:
    """The endpoints of a store.

    Args:
        url: the address of the store, as the example of its kind has it.
        kind: one of :data:`STORES`.
        query, update, graph_store: whole addresses, where they are not the usual ones.
        way: ``graph-store`` or ``update``, instead of the way that suits the kind.

    Raises:
        KgbuildError: there is no such kind, an address is none or holds a password, or an endpoint is missing.
    """
    known = STORES.get(kind)
    if known is None:
        raise KgbuildError(f"--type {kind}: choose one of {', '.join(STORES)}")
    if way not in (None, "graph-store", "update"):
        raise KgbuildError(f"--through {way}: choose graph-store or update")
    for address in filter(None, (url, query, update, graph_store)):
        _check(address, known)
    root = url.rstrip("/")
    for ending in sorted(known.strip, key=len, reverse=True):
        if root.endswith(ending):
            root = root.removesuffix(ending)
            break
    chosen: Way = "graph-store" if way == "graph-store" or (way is None and known.way == "graph-store") else "update"
    if way is None and graph_store is not None:
        chosen = "graph-store"
    found = Addresses(
        query or root + known.query,
        update or (None if known.update is None else root + known.update),
        graph_store or (None if known.graph_store is None else root + known.graph_store),
        chosen,
        known.digest,
        known.longest,
    )
    if chosen == "graph-store" and found.graph_store is None:
        raise KgbuildError(f"{known.title} has no graph store at a usual address; give it with --graph-store-url")
    return found


def _check(address: str, kind: StoreType) -> None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise KgbuildError(f"{address}: is no address of a store ({error}); it looks like {kind.example}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise KgbuildError(f"{address}: is no address of a store; it looks like {kind.example}")
    if parts.username is not None or parts.password is not None:
        raise KgbuildError(
            f"{parts.scheme}://{parts.hostname}: leave user and password out of the address, where others read them; "
            "set KGBUILD_STORE_USER and KGBUILD_STORE_PASSWORD, or write a line into ~/.netrc"
        )
