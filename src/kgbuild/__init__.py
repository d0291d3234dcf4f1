"""kgbuild builds attributed, anchored knowledge graphs of diplomacy from news articles.

    import kgbuild

    graph = kgbuild.build(["articles/"], output="output/")
    for row in graph.query("positions", treaty="ceasefire"):
        print(row)

    graph = kgbuild.open("output/")  # later, without building

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
    from kgbuild.opening import BuiltGraph as BuiltGraph

    open = BuiltGraph

__version__ = "0.1.0"

#: public name -> the module that it stands in, and its name there
_PUBLIC = {
    "BuildResult": ("kgbuild.build", "BuildResult"),
    "BuiltGraph": ("kgbuild.opening", "BuiltGraph"),
    "KgbuildError": ("kgbuild.errors", "KgbuildError"),
    "open": ("kgbuild.opening", "BuiltGraph"),
    "read_articles": ("kgbuild.articles", "read_articles"),
}


def __getattr__(name: str) -> object:
    if name == "build":
        return importlib.import_module("kgbuild.build")
    if name in _PUBLIC:
        module, attribute = _PUBLIC[name]
        return getattr(importlib.import_module(module), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted((*globals(), *_PUBLIC, "build"))
