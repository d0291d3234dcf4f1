"""Briefings that can be handed on: a treaty, an actor or a whole graph, every line with its words and their source."""

from __future__ import annotations

from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.reporting.briefing import Briefing, Line, Section, Source
from kgbuild.reporting.documents import write_briefing
from kgbuild.reporting.gathering import actor_briefing, overview_briefing, treaty_briefing

__all__ = ["Briefing", "Line", "Section", "Source", "gather", "report", "write_briefing"]


def gather(output: Path | str, *, treaty: str = "", actor: str = "") -> Briefing:
    """What a graph knows of a treaty, of an actor, or altogether.

    Args:
        output: the folder that ``kgbuild build`` wrote, or a file of N-Quads or TriG.
        treaty: words of a treaty's name, or its IRI.
        actor: words of an actor's name, or its IRI; not both.

    Raises:
        KgbuildError: there is no such graph, or nothing or more than one thing of that name.

    Examples:
        >>> import kgbuild.reporting
        >>> briefing = kgbuild.reporting.gather("output/", treaty="river pact")
        >>> next(line.text for line in briefing.sections[0].lines)
        'Chile supports river pact, according to two diplomats'
    """
    if treaty and actor:
        raise KgbuildError("give a treaty or an actor, not both")
    from kgbuild.store import open_store

    store = open_store(output)
    if treaty:
        return treaty_briefing(store, treaty)
    return actor_briefing(store, actor) if actor else overview_briefing(store)


def report(output: Path | str, path: Path | str, *, treaty: str = "", actor: str = "") -> list[Path]:
    """Writes a briefing.

    Args:
        output: the folder that ``kgbuild build`` wrote, or a file of N-Quads or TriG.
        path: of the report, ending with ``.html``, ``.md`` or ``.pdf``.
        treaty: words of a treaty's name, or its IRI. Without it and an actor, a report on the whole graph.
        actor: words of an actor's name, or its IRI; not both.

    Returns:
        What was written: the report, then pictures that stand beside it.

    Raises:
        KgbuildError: there is no such graph, treaty, actor or format, a library is missing, or nothing can be written.
    """
    return write_briefing(gather(output, treaty=treaty, actor=actor), Path(path))
