"""A process that answers queries from a store, one after the other, until it is ended.

It speaks over its standard streams: a frame is the length of a JSON object (four bytes, big end first) and the object;
an answer's frame is followed by as many bytes as its ``size`` says. Started as
``python -m kgbuild.serve.worker CONFIG``.
"""

from __future__ import annotations

import json
import signal
import struct
import sys
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, cast

from kgbuild.errors import KgbuildError
from kgbuild.serve.confinement import forbid_sockets, limit_memory
from kgbuild.serve.counting import CountingSink, TooLargeError
from kgbuild.serve.guard import refuse_federation
from kgbuild.serve.media import ROWS, TRIPLES

if TYPE_CHECKING:
    import pyoxigraph

#: seconds after the limit at which a worker ends itself, should nobody else have done so
_GRACE = 5


def answer(store: pyoxigraph.Store, request: dict[str, Any], config: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Answers one query.

    Args:
        store: the graph.
        request: ``query``; ``formats``, short names as in :mod:`kgbuild.serve.media`, the most wanted first;
            ``default_graphs`` and ``named_graphs``, IRIs, or None for those of the store; ``answer_bytes``, or None.
        config: ``rows``, ``answer_bytes``, ``prefixes``.

    Returns:
        What there is to say of the answer (``status``; ``format`` and ``rows``, or ``message``), and the answer.
    """
    import pyoxigraph

    try:
        refuse_federation(request["query"])
        results = store.query(
            request["query"],
            prefixes=config["prefixes"],
            default_graph=_graphs(request.get("default_graphs")),
            named_graphs=_graphs(request.get("named_graphs")),
        )
        offered = TRIPLES if isinstance(results, pyoxigraph.QueryTriples) else ROWS
        form = next((name for name in request["formats"] if name in offered), None)
        if form is None:
            names = ", ".join(media.split(";")[0] for media in offered.values())
            return {"status": "unacceptable", "message": f"this query can be answered as {names}"}, b""
        size = min(config["answer_bytes"], request.get("answer_bytes") or config["answer_bytes"])
        sink = CountingSink(form, config["rows"], size)
        stream = cast("IO[bytes]", sink)  # the engine only writes
        if isinstance(results, pyoxigraph.QueryTriples):
            triples = list(islice(results, config["rows"] + 1))
            if len(triples) > config["rows"]:
                raise TooLargeError(f"the answer has more than the {config['rows']:,} triples that this server gives")
            rdf = pyoxigraph.RdfFormat.from_extension(form)
            pyoxigraph.serialize(triples, stream, rdf, prefixes=config["prefixes"] if form != "nt" else None)
            sink.rows = len(triples)
        else:
            results.serialize(stream, pyoxigraph.QueryResultsFormat.from_extension(form))
    except KgbuildError as error:
        return {"status": "refused", "message": str(error)}, b""
    except SyntaxError as error:
        return {"status": "malformed", "message": str(error)}, b""
    except TooLargeError as error:
        return {"status": "too large", "message": str(error)}, b""
    except MemoryError:
        return {"status": "memory", "message": ""}, b""
    except (OSError, RuntimeError, ValueError) as error:
        return {"status": "failed", "message": str(error)}, b""
    return {"status": "ok", "format": form, "rows": max(sink.rows, 0)}, sink.value()


def run(config: dict[str, Any], requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answers until there are no more requests."""
    import pyoxigraph

    store = pyoxigraph.Store.read_only(config["store"])
    limit_memory(config["memory_bytes"])
    _send(answers, {"status": "ready", "confined": forbid_sockets()}, b"")
    while True:
        head = requests.read(4)
        if len(head) < 4:
            return
        request = json.loads(requests.read(struct.unpack(">I", head)[0]))
        if hasattr(signal, "setitimer"):
            # ends the process wherever it is, also when whoever started it is gone
            signal.setitimer(signal.ITIMER_REAL, config["seconds"] + _GRACE)
        about, content = answer(store, request, config)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        _send(answers, about, content)


def _graphs(names: list[str] | None) -> list[Any] | None:
    import pyoxigraph

    return None if names is None else [pyoxigraph.NamedNode(name) for name in names]


def _send(stream: IO[bytes], about: dict[str, Any], content: bytes) -> None:
    head = json.dumps({**about, "size": len(content)}).encode()
    stream.write(struct.pack(">I", len(head)) + head)
    stream.write(content)
    stream.flush()


if __name__ == "__main__":
    run(json.loads(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
