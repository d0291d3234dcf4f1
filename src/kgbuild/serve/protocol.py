"""The SPARQL 1.1 Protocol over HTTP: how a query comes in, and what is said to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kgbuild import __version__
from kgbuild.serve.media import ROWS, TRIPLES, accepted
from kgbuild.serve.pool import Answer, QueryError, Question

#: what each failure is in HTTP
STATUS = {
    "malformed": 400,
    "refused": 403,
    "unacceptable": 406,
    "too long": 413,
    "media": 415,
    "too large": 422,
    "failed": 500,
    "time": 503,
    "memory": 503,
    "busy": 503,
}

#: the formats by the names that the W3C gives them
_W3C_NAMES = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML"),
)
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: a question, or (without a query) for the description of the service."""

    question: Question | None


async def read_request(request: Request, limit: int) -> Asked:
    """Reads a query in any of the three ways of the protocol.

    Args:
        request: GET, or POST of a form or of a query.
        limit: bytes of the body, or of the query string.

    Raises:
        QueryError: the request is not one of the protocol, or too long.
    """
    if len(request.url.query) > limit:
        raise QueryError("too long", f"the query is longer than {limit:,} bytes")
    parameters = _pairs(request.url.query)
    if request.method == "POST":
        body = await _body(request, limit)
        media = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media == _FORM:
            parameters += _pairs(body)
        elif media == _QUERY:
            parameters.append(("query", body))
        elif media == "application/sparql-update":
            raise QueryError("refused", "this server cannot be written to")
        else:
            raise QueryError("media", f"POST a form ({_FORM}) or a query ({_QUERY})")
    given = [value for name, value in parameters if name == "query"]
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in parameters):
        raise QueryError("refused", "this server cannot be written to")
    if not given and request.method == "GET":
        return Asked(None)
    if len(given) != 1:
        raise QueryError("malformed", f"give one query, not {len(given)}")
    asked_form = next((value for name, value in parameters if name == "format"), "")
    formats = [asked_form] if asked_form in ROWS | TRIPLES else accepted(request.headers.get("accept", ""))
    defaults = _graphs(parameters, "default-graph-uri")
    named = _graphs(parameters, "named-graph-uri")
    if defaults or named:
        # the protocol's data set replaces the store's, and what it does not name is not in it
        return Asked(Question(given[0], formats, defaults, named))
    return Asked(Question(given[0], formats))


def answer_response(answer: Answer) -> Response:
    """An answer as HTTP."""
    media = (ROWS | TRIPLES)[answer.form]
    headers = {"x-kgbuild-rows": str(answer.rows), "vary": "accept"}
    return Response(answer.content, media_type=media, headers=headers)


def failure_response(failure: QueryError, query: str = "") -> Response:
    """A failure as HTTP: what the client can do about it, and nothing of the server's inside."""
    message = explain(query, failure.message) if failure.status == "malformed" else failure.message
    if failure.status == "failed":
        message = "the query could not be answered"
    headers = {"retry-after": "5"} if failure.status == "busy" else None
    return PlainTextResponse(message + "\n", STATUS[failure.status], headers)


def explain(query: str, message: str) -> str:
    """The engine's complaint about a query, with the line that it is about."""
    found = _POSITION.match(message)
    if found is None:
        return f"not a SPARQL query: {message}" if "query" not in message else message
    line, column = int(found[1]), int(found[2])
    lines = query.splitlines()
    shown = lines[line - 1].replace("\t", " ")[:200] if 0 < line <= len(lines) else ""
    # the engine lists all that could stand there; of a long list nothing is learnt
    reason = found[3] if len(found[3]) <= 100 else "unexpected here"
    return f"line {line}, column {column}: {reason}\n  {shown}\n  {' ' * (column - 1)}^"


def service_description(endpoint: str, form: str) -> Response:
    """What the endpoint can do, in the terms of the SPARQL 1.1 Service Description.

    Args:
        endpoint: its address.
        form: ``ttl``, ``nt`` or ``rdf``.
    """
    import pyoxigraph

    formats = "".join(f"  sd:resultFormat <http://www.w3.org/ns/formats/{name}> ;\n" for name in _W3C_NAMES)
    turtle = (
        "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        f"[] a sd:Service ;\n  sd:endpoint {NamedNode(endpoint)} ;\n  sd:supportedLanguage sd:SPARQL11Query ;\n"
        f'  sd:feature sd:UnionDefaultGraph ;\n{formats}  dcterms:title "kgbuild {__version__}" ;\n'
        "  sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ] .\n"
    )
    if form == "ttl":
        return Response(turtle, media_type=TRIPLES["ttl"])
    triples = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    rdf = pyoxigraph.RdfFormat.from_extension(form)
    content = pyoxigraph.serialize((quad.triple for quad in triples), format=rdf)
    return Response(content, media_type=TRIPLES[form])


def description_format(request: Request) -> str:
    """The format in which the client would rather have the description."""
    return next((name for name in accepted(request.headers.get("accept", "")) if name in TRIPLES), "ttl")


def error_response(status: int, message: str, as_json: bool = False) -> Response:
    """An error without internals."""
    return JSONResponse({"error": message}, status) if as_json else PlainTextResponse(message + "\n", status)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except (ValueError, UnicodeDecodeError):
        raise QueryError("malformed", "the parameters are not UTF-8, or there are too many") from None


async def _body(request: Request, limit: int) -> str:
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > limit:
            raise QueryError("too long", f"the query is longer than {limit:,} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise QueryError("malformed", "the query is not UTF-8") from None


def _graphs(parameters: list[tuple[str, str]], name: str) -> list[str]:
    graphs = [value for key, value in parameters if key == name]
    for graph in graphs:
        try:
            NamedNode(graph)
        except ValueError:
            raise QueryError("malformed", f"{name}: not an absolute IRI") from None
    return graphs
