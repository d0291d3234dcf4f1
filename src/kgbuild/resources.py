"""Finds the files that travel with the package: ontology, shapes, canned queries, lexicons, authority tables.

The ontology, the shapes and the queries stand at the top of the repository, where a visitor looks for them. The wheel
carries them as package data; a checkout (an editable install) reads them in place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kgbuild.errors import KgbuildError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = {"ontology": "ontology", "shapes": "shapes", "queries": "examples/queries"}


def resource(*parts: str) -> Path:
    """The path of a file or folder that travels with the package.

    Args:
        parts: path components below the package's data, such as ``"ontology", "diplomacy.ttl"`` or
            ``"authority", "states.csv"``.

    Returns:
        An existing path.

    Raises:
        KgbuildError: the installation is incomplete.
    """
    candidates = [_PACKAGE.joinpath("data", *parts)]
    if parts[0] in _CHECKOUT:
        candidates.append(_PACKAGE.parents[1].joinpath(_CHECKOUT[parts[0]], *parts[1:]))
    for path in candidates:
        if path.exists():
            return path
    raise KgbuildError(f"{'/'.join(parts)} is missing from the installation of kgbuild; install it again")


def yaml_table(*parts: str) -> Any:
    """What a YAML file that travels with the package holds.

    Args:
        parts: see :func:`resource`.

    Raises:
        KgbuildError: the installation is incomplete.
    """
    import yaml

    # libyaml, where PyYAML was built with it, reads them ten times as fast
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(resource(*parts).read_text(encoding="utf-8"), Loader=loader)
