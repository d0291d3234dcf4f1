"""Which events of several articles are one: of one class, on one date, with the same participants, and as certain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from kgbuild.facts import Event, Realis
from kgbuild.identity.minting import digest, name_path

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: classes in which nobody is the one to whom it is done
_MUTUAL = frozenset(
    {"Meeting", "PhoneCall", "Conference", "Negotiation", "Mediation", "Agreement", "Signing", "MaterialCooperation",
     "DiplomaticCooperation"}
)  # fmt: skip
#: classes of which one participant has no two on a day
_LONE = frozenset({"Election", "Vote", "Appointment", "Ratification", "Visit"})
#: classes of which the same participants have no two in a month or a year
_RARE = frozenset({"Signing", "Ratification", "Election"})


def event_paths(
    events: Sequence[Event], local: dict[str, str], shared_path: Callable[[str], str | None]
) -> dict[str, str]:
    """The path of each event of one article that other articles may report too.

    Args:
        events: of the article.
        local: for each key the path that an event has as this article's own.
        shared_path: gives for the key of an actor or a treaty the path that it has in all articles, or None.

    Returns:
        Key -> path, for those whose class, date and participants tell which event it is. Two events of one article that
        these do not tell apart are left out.
    """
    found: dict[str, str] = {}
    for event in events:
        path = _path(event, shared_path)
        if path:
            found[event.key] = path
    counts = Counter(found.values())
    return {key: path for key, path in found.items() if counts[path] == 1 and key in local}


def _path(event: Event, shared_path: Callable[[str], str | None]) -> str:
    if event.when is None or event.when.start is None or event.when.end is None or event.realis is Realis.POSSIBLE:
        return ""
    sides = []
    for keys in (event.agents, event.recipients, event.participants):
        paths = [shared_path(key) for key in keys]
        # who else took part is unknown to other articles, so this one cannot be compared
        if None in paths:
            return ""
        sides.append(frozenset(path for path in paths if path))
    everyone = frozenset().union(*sides)
    to_the_day = event.when.start.day is not None and event.when.end.day is not None
    enough = 1 if event.type in _LONE and to_the_day else 2
    if len(everyone) < enough or not (to_the_day or event.type in _RARE):
        return ""
    date = str(event.when.start) if event.when.single else f"{event.when.start}-{event.when.end}"
    parts = [sorted(everyone)] if event.type in _MUTUAL else [sorted(sides[0]), sorted(sides[1] | sides[2])]
    concerns = sorted(path for key in event.concerns if (path := shared_path(key)))
    place = (shared_path(event.place_actor) or "") if event.place_actor else ""
    names = "-".join(path.rpartition("/")[2] for path in sorted(everyone))
    mark = digest(event.type, date, event.realis, repr(parts), repr(concerns) if event.type == "Signing" else "", place)
    return name_path("event", _CAPITAL.sub(" ", event.type), date, names[:60], mark)
