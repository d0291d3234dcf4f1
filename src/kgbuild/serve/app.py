"""The web application: the endpoint at ``/sparql``, what operators ask for, and the explorer's pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kgbuild import __version__
from kgbuild.serve.description import openapi
from kgbuild.serve.explorer.site import explorer_routes
from kgbuild.serve.middleware import Counts, KnownHost, Metrics, SecurityHeaders, Token
from kgbuild.serve.pool import Answer, QueryError, Question, WorkerPool
from kgbuild.serve.protocol import (
    STATUS,
    answer_response,
    description_format,
    failure_response,
    read_request,
    service_description,
)
from kgbuild.serve.settings import ServeSettings


def create_app(
    store: Path, settings: ServeSettings, *, quads: int = 0, base: str = "", log: IO[str] | None = None
) -> Starlette:
    """The web application over a store.

    Args:
        store: what :func:`kgbuild.serve.index.make_index` wrote.
        settings: limits and openness.
        quads: how many quads there are, for the metrics.
        base: base IRI of the graph's resources; addresses of pages leave it out.
        log: where the access log goes.

    Returns:
        An ASGI application; its workers run from its start-up to its shutdown.
    """
    endpoint = WorkerPool(store, settings)
    pages = WorkerPool(store, settings, workers=1)
    counts = Counts()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await endpoint.start()
        await pages.start()
        try:
            yield
        finally:
            await endpoint.stop()
            await pages.stop()

    async def sparql(request: Request) -> Response:
        asked = None
        try:
            asked = await read_request(request, settings.query_bytes)
            if asked.question is None:
                address = str(request.url.replace(query="", fragment=""))
                return service_description(address, description_format(request))
            return answer_response(await _unless_gone(request, endpoint, asked.question))
        except QueryError as failure:
            return failure_response(failure, asked.question.query if asked and asked.question else "")

    async def health(_: Request) -> Response:
        try:
            await pages.ask(Question("ASK {}"))
        except QueryError as failure:
            return JSONResponse({"status": "failing", "reason": failure.status}, 503)
        return JSONResponse({"status": "ok", "version": __version__})

    async def metrics(_: Request) -> Response:
        gauges = {
            "kgbuild_quads": float(quads),
            "kgbuild_queries_waiting": float(endpoint.waiting + pages.waiting),
            "kgbuild_workers_replaced": float(endpoint.ended + pages.ended),
        }
        return PlainTextResponse(counts.text(gauges), media_type="text/plain; version=0.0.4")

    async def description(_: Request) -> Response:
        return JSONResponse(openapi())

    async def failed(_: Request, error: Exception) -> Response:
        assert isinstance(error, QueryError)
        return PlainTextResponse(error.message + "\n", STATUS[error.status])

    routes: list[BaseRoute] = [
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/health", health),
        Route("/metrics", metrics),
        Route("/openapi.json", description),
    ]
    routes += explorer_routes(pages, endpoint, base)
    middleware = [
        Middleware(Metrics, log=log, counts=counts),
        Middleware(SecurityHeaders),
        Middleware(KnownHost, hosts=settings.hosts),
    ]
    if settings.origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.origins),
                allow_methods=["GET", "POST"],
                allow_headers=["authorization", "content-type", "accept"],
                expose_headers=["x-kgbuild-rows"],
            )
        )
    if settings.token:
        middleware.append(Middleware(Token, token=settings.token))
    middleware.append(Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5))
    return Starlette(routes=routes, middleware=middleware, lifespan=lifespan, exception_handlers={QueryError: failed})


async def _unless_gone(request: Request, pool: WorkerPool, question: Question) -> Answer:
    """Asks, and ends the query when the client hangs up."""
    asking = asyncio.ensure_future(pool.ask(question))
    # what becomes of it when nobody waits any more is of no interest
    asking.add_done_callback(lambda done: done.cancelled() or done.exception())
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise QueryError("busy", "the client is gone")
        return asking.result()
    finally:
        asking.cancel()
        leaving.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
