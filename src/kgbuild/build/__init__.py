"""Building: from articles to files. The module can itself be called: ``kgbuild.build([...])`` is
:func:`build.build`."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from kgbuild.build.corpus import Failure
from kgbuild.build.options import BuildOptions
from kgbuild.build.planning import Plan, plan
from kgbuild.build.result import BuildResult
from kgbuild.build.run import build
from kgbuild.build.watching import watch

__all__ = ["BuildOptions", "BuildResult", "Failure", "Plan", "build", "plan", "watch"]


class _CallableModule(ModuleType):
    """A module that is called like the function of its name.

    ``kgbuild.build`` names both this package and the function that users call. Python sets the package as an attribute
    of ``kgbuild`` whenever one of its modules is imported, so the function can only be found there if the package is
    callable.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> BuildResult:
        return build(*args, **kwargs)


sys.modules[__name__].__class__ = _CallableModule
