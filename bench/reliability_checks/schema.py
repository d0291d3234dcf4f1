"""Holds the server to its own description (OpenAPI) by schemathesis, with names of the graph as examples.

Schemathesis is installed into bench/.cache on the first run, since nothing else needs it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

import kgbuild
from reliability_checks.common import served

_BENCH = Path(__file__).resolve().parents[1]
_TOOL = _BENCH / ".cache/schemathesis"
_REQUIREMENT = "schemathesis>=4,<5"
#: what an address may hold besides its parameters is not described as closed, and pages take what they understand
_LEFT_OUT = "negative_data_rejection,positive_data_acceptance"
_HOOKS = """
import schemathesis

@schemathesis.serializer("application/sparql-query")
def query(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this check."""
    parser.add_argument("--examples", type=int, default=100, help="of each operation")
    parser.add_argument("--seconds", type=float, default=1800, help="stop after this time, whatever was done")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Runs the check."""
    program = str(_installed())
    with tempfile.TemporaryDirectory(prefix="kgbuild-schema-") as name:
        folder = Path(name)
        kgbuild.build(_BENCH.parent / "examples/articles", folder / "output")
        (folder / "hooks.py").write_text(_HOOKS)
        with served(folder / "output", "--timeout", "5") as (address, _):
            description = httpx.get(f"{address}/openapi.json").json()
            _add_examples(description, address)
            (folder / "openapi.json").write_text(json.dumps(description))
            command = [
                *(program, "run", str(folder / "openapi.json"), "--url", address),
                *("--max-examples", str(options.examples), "--seed", str(options.seed), "--no-color"),
                *("--exclude-checks", _LEFT_OUT),
            ]
            environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(folder)}
            done = subprocess.run(command, check=False, cwd=folder, env=environment, timeout=options.seconds)
            return int(done.returncode != 0)


def _installed() -> Path:
    program = _TOOL / "bin/schemathesis"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(_TOOL)], check=True)
        pip = [str(_TOOL / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, _REQUIREMENT], check=False).returncode:
            sys.exit("schemathesis cannot be installed here")
    return program


def _add_examples(description: dict[str, Any], address: str) -> None:
    """Puts things that are in the graph into the description, so that not every page asked for is missing."""
    for path, kind in (("/treaties", "/treaty"), ("/actors", "/actor"), ("/articles", "/article")):
        page = httpx.get(f"{address}{path}").text
        links = [part.split('"')[0] for part in page.split('href="')[1:]]
        names = [
            parse_qs(urlsplit(link.replace("&amp;", "&")).query)["id"][0]
            for link in links
            if link.startswith(f"{kind}?id=")
        ]
        for operation in (kind, "/thing"):
            for parameter in description["paths"][operation]["get"]["parameters"]:
                if parameter.get("name") == "id":
                    parameter.setdefault("examples", {})[kind] = {"value": names[0]}
    for parameter in description["paths"]["/question"]["get"]["parameters"]:
        if parameter.get("name") == "name":
            parameter["examples"] = {"one": {"value": "positions"}}
    for parameter in description["paths"]["/sparql"]["get"]["parameters"]:
        if parameter.get("name") == "query":
            parameter["examples"] = {"one": {"value": "SELECT * { ?s ?p ?o } LIMIT 3"}}
