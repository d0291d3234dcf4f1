"""The description of the server's routes (OpenAPI), for programs that ask it and for tests that hold it to its word."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from kgbuild import __version__


@functools.cache
def openapi() -> dict[str, Any]:
    """The routes, what they take and what they answer; not to be changed."""
    import yaml

    text = Path(__file__).with_name("openapi.yaml").read_text("utf-8")
    described: dict[str, Any] = yaml.safe_load(text)
    described["info"]["version"] = __version__
    return described
