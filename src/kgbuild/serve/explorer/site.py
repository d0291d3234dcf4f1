"""The explorer's routes: each view as a page, its data as CSV, its picture as SVG, its query as SPARQL."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kgbuild import __version__
from kgbuild.graph.vocabulary import PREFIXES
from kgbuild.query import list_queries
from kgbuild.serve.explorer.addresses import Addresses, with_parameters
from kgbuild.serve.explorer.article import article_view
from kgbuild.serve.explorer.asking import Row, ask, rows_of
from kgbuild.serve.explorer.questions import grouped_queries, leading_text, linked, pairs, shown_columns
from kgbuild.serve.explorer.terms import ontology_terms
from kgbuild.serve.explorer.views import (
    KINDS,
    View,
    actor_view,
    best_class,
    find_view,
    home_view,
    list_view,
    network_view,
    plain_class,
    treaty_view,
)
from kgbuild.serve.middleware import POLICY
from kgbuild.serve.pool import QueryError, Question, WorkerPool
from kgbuild.serve.protocol import STATUS, explain

_HERE = Path(__file__).parent
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
#: what a spreadsheet would compute instead of showing
_FORMULA = re.compile(r"[=+\-@\t\r]")
#: the network's size: what is readable, and what is drawn at most
_SHOWN, _MOST = 50, 300
#: how long an answer may be that a page shows: to read a longer one would keep the server from all else
_PAGE_BYTES = 5_000_000
#: the one style sheet that the editor writes into its page, for the widths of columns; any other is refused
_EDITOR_STYLE = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
_EDITOR_POLICY = POLICY.replace("style-src 'self'", f"style-src 'self' {_EDITOR_STYLE}")
#: a new query in the editor
_STARTER = """PREFIX dip: <https://w3id.org/kgbuild/diplomacy#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?holder ?stance ?treaty WHERE {
  ?position a dip:Position ; dip:holder/rdfs:label ?holder ;
    dip:polarity ?stance ; dip:target ?t .
  ?t a dip:Treaty ; rdfs:label ?treaty .
}
LIMIT 50"""


def explorer_routes(pages: WorkerPool, endpoint: WorkerPool, base: str) -> list[BaseRoute]:
    """The routes of the explorer.

    Args:
        pages: answers the pages' own queries.
        endpoint: answers the queries that visitors write.
        base: base IRI of the graph's resources.
    """
    site = _Site(pages, endpoint, Addresses(base))
    return [
        Route("/", site.home),
        Route("/treaties", site.listing("treaties")),
        Route("/actors", site.listing("actors")),
        Route("/articles", site.listing("articles")),
        Route("/treaty", site.treaty),
        Route("/actor", site.actor),
        Route("/article", site.article),
        Route("/thing", site.thing),
        Route("/find", site.find),
        Route("/network", site.network),
        Route("/questions", site.questions),
        Route("/question", site.question),
        Route("/ask", site.ask),
        Mount("/static", StaticFiles(directory=_HERE / "static"), name="static"),
    ]


class _Site:
    """The pages over one graph."""

    def __init__(self, pages: WorkerPool, endpoint: WorkerPool, to: Addresses) -> None:
        self._pages, self._endpoint, self._to = pages, endpoint, to
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(to=to, version=__version__, with_parameters=with_parameters)
        self._templates.filters.update(plain_date=plain_date, plain_word=plain_word)

    async def home(self, request: Request) -> Response:
        return self._respond(request, await home_view(self._pages))

    def listing(self, what: str) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            return self._respond(request, await list_view(self._pages, what, _number(request, "page", 1, 10_000)))

        return show

    async def treaty(self, request: Request) -> Response:
        iri = self._iri(request)
        return self._respond(request, iri and await treaty_view(self._pages, self._to, iri))

    async def actor(self, request: Request) -> Response:
        iri = self._iri(request)
        return self._respond(request, iri and await actor_view(self._pages, self._to, iri))

    async def article(self, request: Request) -> Response:
        iri = self._iri(request)
        at = request.query_params.get("at", "")
        return self._respond(request, iri and await article_view(self._pages, self._to, iri, at))

    async def thing(self, request: Request) -> Response:
        """Leads to the page of whatever it is."""
        iri = self._iri(request)
        classes = {
            row["value"].rpartition("#")[2]
            for row in (await ask(self._pages, "names", iri) if iri else [])
            if row["what"] == "class"
        }
        if iri and "Article" in classes:
            return RedirectResponse(self._to.article(iri))
        if iri and "Treaty" in classes:
            return RedirectResponse(self._to.treaty(iri))
        if iri and best_class(classes):
            return RedirectResponse(self._to.actor(iri))
        if iri and classes:
            places = await ask(self._pages, "places", iri)
            if places:
                return RedirectResponse(self._to.words(places[0]["article"], places[0]["start"], places[0]["end"]))
        return self._respond(request, None)

    async def find(self, request: Request) -> Response:
        view = await find_view(self._pages, request.query_params.get("q", ""))
        if "part" in request.query_params:
            view.template = "found.html"
        return self._respond(request, view)

    async def network(self, request: Request) -> Response:
        given = request.query_params
        treaty = self._to.iri(given["treaty"]) if given.get("treaty") else ""
        view = await network_view(
            self._pages,
            self._to,
            kinds=[kind for kind in given.getlist("kind") if kind in KINDS],
            treaty=treaty or "",
            around=" ".join(given.get("around", "").split())[:300],
            since=given.get("since", "")[:10],
            until=given.get("until", "")[:10],
            limit=_number(request, "limit", _SHOWN, _MOST),
        )
        return self._respond(request, view)

    async def questions(self, request: Request) -> Response:
        return self._respond(request, View("questions.html", "Questions", {"groups": grouped_queries()}))

    async def question(self, request: Request) -> Response:
        """A canned query as a form, and its answer as a table or as pairs of positions."""
        given = dict(request.query_params)
        query = next((query for query in list_queries() if query.name == given.get("name")), None)
        if query is None:
            return self._respond(request, None)
        values = {parameter.name: given.get(parameter.name, parameter.default)[:200] for parameter in query.parameters}
        bound = query.bound(values)
        context: dict[str, Any] = {"query": query, "values": values, "text": bound.text}
        rows = await self._asked(leading_text(bound), context)
        context["columns"] = shown_columns(query, context["columns"])
        context["leads"] = partial(linked, self._to, query)
        context["pairs"] = pairs(self._to, query, rows[:200])
        view = View("question.html", query.title, context, rows, query=bound.text, status=context["status"])
        return self._respond(request, view)

    async def ask(self, request: Request) -> Response:
        """An editor for SPARQL, and the answer."""
        text = request.query_params.get("query", "")
        context: dict[str, Any] = {"text": text or _STARTER, "queries": list_queries(), "columns": [], "error": ""}
        rows: Sequence[Row] = ()
        context |= {"prefixes": PREFIXES, "terms": ontology_terms(), "leads": _leading_nowhere}
        context["ran"] = "run" in request.query_params and bool(text)
        if context["ran"]:
            rows = await self._asked(text, context)
        view = View("ask.html", "SPARQL", context, rows, query=text, status=context.get("status", 200))
        response = self._respond(request, view)
        response.headers["content-security-policy"] = _EDITOR_POLICY
        return response

    async def _asked(self, text: str, context: dict[str, Any]) -> list[Row]:
        """Asks, and puts columns and rows, or what went wrong, into the context."""
        context |= {"columns": [], "rows": [], "error": "", "triples": "", "status": 200}
        try:
            answer = await self._endpoint.ask(Question(text, ("json", "ttl"), answer_bytes=_PAGE_BYTES))
        except QueryError as error:
            context["status"] = STATUS[error.status]
            context["error"] = explain(text, error.message) if error.status == "malformed" else error.message
            if error.status == "too large":
                context["error"] += "; /sparql gives longer answers than a page"
            return []
        if answer.form == "ttl":
            context["triples"] = answer.content.decode()
            return []
        rows = rows_of(answer.content)
        context |= {"columns": list(rows[0]) if rows else [], "rows": rows[:1000], "total": len(rows)}
        return rows

    def _iri(self, request: Request) -> str | None:
        return self._to.iri(request.query_params.get("id", ""))

    def _respond(self, request: Request, view: View | str | None) -> Response:
        """A view in the form that the address asks for."""
        if not isinstance(view, View):
            page = self._templates.get_template("missing.html").render(title="Not here", request=request, view=None)
            return HTMLResponse(page, 404)
        form = request.query_params.get("as", "")
        name = re.sub(r"[^a-z0-9]+", "-", view.title.lower()).strip("-")[:60] or "page"
        if form == "csv" and view.status == 200:
            return _download(spreadsheet(view.rows), "text/csv; charset=utf-8", f"{name}.csv")
        if form == "svg" and view.picture:
            return _download(view.picture, "image/svg+xml", f"{name}.svg")
        if form == "sparql" and view.query:
            return _download(view.query, "application/sparql-query", f"{name}.rq")
        others = [(key, value) for key, value in request.query_params.multi_items() if key != "as"]
        page = self._templates.get_template(view.template).render(
            **view.context,
            request=request,
            view=view,
            page_title=view.title,
            picture=Markup(view.picture),
            here=str(request.url.replace(scheme="", netloc="", query="", fragment="").path),
            others=others,
        )
        return HTMLResponse(page, view.status)


def spreadsheet(rows: Sequence[Row]) -> str:
    """Rows as CSV in which no cell is taken for a formula.

    Args:
        rows: of texts; the columns are all keys, in the order in which they occur.
    """
    columns = list(dict.fromkeys(key for row in rows for key in row))
    stream = io.StringIO()
    stream.write("\ufeff")  # without it, spreadsheets take the file for another encoding
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(column, "") for column in columns]
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return stream.getvalue()


def plain_date(text: str) -> str:
    """``2019-09-17`` as ``17 September 2019``, ``2019-09`` as ``September 2019``; other text as it is."""
    found = _DATE.fullmatch(text)
    if found is None or (found[2] and not 1 <= int(found[2]) <= 12):
        return text
    month = _MONTHS[int(found[2]) - 1] if found[2] else ""
    return " ".join(part for part in (str(int(found[3])) if found[3] else "", month, found[1]) if part)


def plain_word(name: str) -> str:
    """``UnderNegotiation`` as ``under negotiation``."""
    return plain_class(name) if " " in plain_class(name) else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _leading_nowhere(_: Row) -> dict[str, str]:
    return {}


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, "")
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 7 else default


def _download(content: str, media: str, name: str) -> Response:
    return Response(content, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})
