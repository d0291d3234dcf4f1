"""kgbuild builds attributed, anchored knowledge graphs of diplomacy from news articles.

    import kgbuild

    graph = kgbuild.build(["articles/"], output="output/")
    for row in graph.query("positions", treaty="ceasefire"):
        print(row)

What costs time to import is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.articles import read_articles as read_articles
    from kgbuild.build.result import BuildResult as BuildResult
    from kgbuild.build.run import build as build
    from kgbuild.errors import KgbuildError as KgbuildError

__version__ = "0.1.0"

#: public name -> the module that it stands in
_PUBLIC = {
    "BuildResult": "kgbuild.build",
    "KgbuildError": "kgbuild.errors",
    "read_articles": "kgbuild.articles",
}


def __getattr__(name: str) -> object:
    if name == "build":
        return importlib.import_module("kgbuild.build")
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted((*globals(), *_PUBLIC, "build"))
