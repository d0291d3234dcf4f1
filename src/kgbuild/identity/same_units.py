"""Finds units that are as they were before they are put together: a name that is in many articles, with several
bearers, makes a unit of each observation that tells nothing of its bearer, and a change touches one of them."""

from __future__ import annotations

from collections import Counter

from kgbuild.identity.unit_rows import content_fields, counts_of, gist_of
from kgbuild.identity.units import Group

#: for each id of units their number, full id, gist and counts
OldUnits = dict[str, list[tuple[int, str, str, str]]]


class SameUnits:
    """Finds units of one observation each that are as they were.

    Args:
        target: of the observations.
        old: the units that it had.
    """

    def __init__(self, target: tuple[str, ...], old: OldUnits) -> None:
        self._target = target
        self._old = old
        self._rows = {row[0]: (base, row[2:]) for base, rows in old.items() for row in rows}
        self._taken: set[int] = set()
        #: what the row of a unit says that is of one observation alone, by what that says
        self._told: dict[tuple[object, ...], tuple[str, str]] = {}

    def take(self, group: Group, uid: int | None) -> bool:
        """Whether a unit was of this observation alone, and of this id.

        Args:
            group: of one observation.
            uid: the number of the unit that the observation was of, if it was of one.
        """
        if uid is None or self._rows.get(uid) != (group.id, self._row(group)):
            return False
        self._taken.add(uid)
        return True

    def left(self) -> OldUnits:
        """The units that were not found."""
        left = {base: [row for row in rows if row[0] not in self._taken] for base, rows in self._old.items()}
        return {base: rows for base, rows in left.items() if rows}

    def _row(self, group: Group) -> tuple[str, str]:
        (one,) = group.observations
        key = (group.shared, *content_fields(one))
        if (told := self._told.get(key)) is None:
            unit = group.unit(self._target)
            told = self._told[key] = (gist_of(unit), counts_of(unit, Counter([one.name])))
        return told
