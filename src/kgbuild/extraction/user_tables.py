"""Folders of the user's own tables of words: which component reads which table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kgbuild.errors import KgbuildError

#: name of a table, that of the built-in one -> the component that reads it, and under which setting
TABLES = {
    "dates_patterns.tsv": ("kgbuild_dates", "patterns"),
    "treaty_nouns.tsv": ("kgbuild_treaties", "nouns"),
    "treaty_kinds.tsv": ("kgbuild_treaties", "kinds"),
    "treaty_status.tsv": ("kgbuild_treaties", "stages"),
    "event_triggers.tsv": ("kgbuild_events", "patterns"),
    "stance.tsv": ("kgbuild_positions", "stances"),
    "evaluations.tsv": ("kgbuild_positions", "judgements"),
}


def table_files(folders: Iterable[Path]) -> list[Path]:
    """The tables in folders of the user's own, in the order of the folders and then of names.

    Args:
        folders: each with tables that are named as the built-in ones. Files whose names begin with a dot, and those
            that are no tables (``.md``, ``.txt``), are passed over.

    Raises:
        KgbuildError: a folder is not there or has no table, or a table has a name that no component knows.
    """
    found = []
    for folder in folders:
        if not folder.is_dir():
            raise KgbuildError(f"--lexicon {folder}: there is no such folder")
        tables = sorted(path for path in folder.glob("*.tsv") if not path.name.startswith("."))
        for path in tables:
            if path.name not in TABLES:
                raise KgbuildError(
                    f"{path}: no component reads a table of this name; the names are {', '.join(TABLES)}"
                )
        if not tables:
            raise KgbuildError(f"--lexicon {folder}: no table in it; the names are {', '.join(TABLES)}")
        found += tables
    return found


def settings(folders: Iterable[Path]) -> dict[str, dict[str, list[str]]]:
    """What components are to be set to, so that they read the user's own tables before the built-in ones.

    Args:
        folders: as for :func:`table_files`.

    Returns:
        Component -> setting -> paths.

    Raises:
        KgbuildError: as for :func:`table_files`.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for path in table_files(folders):
        component, setting = TABLES[path.name]
        found.setdefault(component, {}).setdefault(setting, []).append(str(path))
    return found


def forget() -> None:
    """Lets tables be read again that may have changed since they were read in this process."""
    from kgbuild.extraction.dates.grammar import date_grammar
    from kgbuild.extraction.positions import lexicon as positions
    from kgbuild.extraction.positions.matching import openings
    from kgbuild.extraction.treaties import lexicon as treaties

    for read in (
        date_grammar,
        positions.stance_cues,
        openings,
        positions.evaluations,
        treaties.treaty_nouns,
        treaties.kind_rules,
        treaties.kind_index,
        treaties.status_cues,
    ):
        read.cache_clear()
