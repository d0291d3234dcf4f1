"""The description of the server's routes is true; bench/reliability schema tries it in bulk."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Route

from kgbuild import __version__
from kgbuild.serve import ServeSettings
from kgbuild.serve.app import create_app
from kgbuild.serve.description import openapi
from serve.conftest import Served


def test_every_route_is_described_with_its_methods(tmp_path: Path) -> None:
    routes = {
        route.path: {method.lower() for method in (route.methods or ())} - {"head"}
        for route in create_app(tmp_path, ServeSettings()).routes
        if isinstance(route, Route)
    }
    assert routes == {path: set(operations) for path, operations in openapi()["paths"].items()}


def test_the_description_is_served(served: Served) -> None:
    answer = served.get("/openapi.json").json()
    assert answer["openapi"].startswith("3.1")
    assert answer["info"]["version"] == __version__


def test_an_editor_that_is_told_to_run_nothing_runs_nothing(served: Served) -> None:
    """Schemathesis found that this was an error of the server."""
    for parameters in ({"run": ""}, {"run": "1", "query": ""}):
        assert served.get("/ask", **parameters).status_code == 200


def test_every_route_is_without_errors_when_asked_for_nothing(served: Served) -> None:
    for path, operations in openapi()["paths"].items():
        if "get" in operations:
            assert served.get(path).status_code in (200, 404), path
