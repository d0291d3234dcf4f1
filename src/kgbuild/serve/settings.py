"""What can be set about a server, with limits under which two cores and 4 GB stay usable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """The limits and the openness of a server.

    Attributes:
        seconds: how long a query may run.
        rows: how many rows or triples an answer may have.
        answer_bytes: how long an answer may be.
        query_bytes: how long a request's body, or its query string, may be.
        memory_bytes: what a worker process may allocate; 0 for no limit.
        workers: processes for queries from outside. One more serves the pages, so that they answer while all of these
            are busy.
        waiting: how many queries may wait for a worker; the next ones are sent away.
        connections: open connections above which new ones are sent away.
        origins: web origins that may ask from a browser (CORS); ``"*"`` for all.
        hosts: names by which the server may be addressed, against DNS rebinding; empty for all.
        token: what clients must show, if not empty.
    """

    seconds: float = 20.0
    rows: int = 100_000
    answer_bytes: int = 50_000_000
    query_bytes: int = 100_000
    memory_bytes: int = 1_000_000_000
    workers: int = 2
    waiting: int = 64
    connections: int = 500
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    token: str = ""
