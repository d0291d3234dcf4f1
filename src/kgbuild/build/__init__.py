"""Building: from articles to files. The module can itself be called: ``kgbuild.build([...])`` is
:func:`build.build`. What it gives is imported when it is first asked for: a worker needs little of it."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgbuild.build.corpus import Failure
    from kgbuild.build.options import BuildOptions
    from kgbuild.build.planning import Plan, plan
    from kgbuild.build.result import BuildResult
    from kgbuild.build.run import build
    from kgbuild.build.watching import watch

__all__ = ["BuildOptions", "BuildResult", "Failure", "Plan", "build", "plan", "watch"]

#: public name -> the module that it stands in
_MODULES = {
    "BuildOptions": "options",
    "BuildResult": "result",
    "Failure": "corpus",
    "Plan": "planning",
    "build": "run",
    "plan": "planning",
    "watch": "watching",
}


class _CallableModule(ModuleType):
    """A module that is called like the function of its name.

    ``kgbuild.build`` names both this package and the function that users call. Python sets the package as an attribute
    of ``kgbuild`` whenever one of its modules is imported, so the function can only be found there if the package is
    callable.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> BuildResult:
        from kgbuild.build.run import build

        return build(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _CallableModule
