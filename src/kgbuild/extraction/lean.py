"""Imports spaCy without its command line, a fourth of that time: a rebuild of one article is mostly such imports."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

#: the only thing that ``spacy`` takes from its command line: a hundred modules come with it
_COMMANDS = "spacy.cli.info"


def import_spacy() -> None:
    """Imports spaCy, if nobody has yet; its command line can still be imported afterwards."""
    if "spacy" in sys.modules or _COMMANDS in sys.modules:
        return
    stand_in = ModuleType(_COMMANDS)
    stand_in.info = _info  # type: ignore[attr-defined]  # which is what a module is for
    sys.modules[_COMMANDS] = stand_in
    try:
        import spacy  # noqa: F401
    finally:
        del sys.modules[_COMMANDS]
    _group_entry_points()


def _group_entry_points() -> None:
    """Has the registries of spaCy find what other packages offer by its group, which they look up some 250 times."""
    import catalogue  # type: ignore[import-untyped]

    found = catalogue.AVAILABLE_ENTRY_POINTS
    if hasattr(found, "groups"):
        # as they take it too, since it was a dictionary once
        catalogue.AVAILABLE_ENTRY_POINTS = {group: tuple(found.select(group=group)) for group in found.groups}


def _info(*arguments: Any, **options: Any) -> Any:
    """What ``spacy.info`` does."""
    from spacy.cli.info import info

    return info(*arguments, **options)
