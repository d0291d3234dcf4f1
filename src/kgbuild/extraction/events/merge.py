"""Brings the mentions of one event in an article together: same kind, compatible participants, time and realis.

The principle is PLOVER's: one meeting is one event, however often and in whatever words it is told.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable

from kgbuild.extraction.document import Referent
from kgbuild.extraction.events.mention import Candidate
from kgbuild.facts import PartialDate, Realis, TimeSpan

#: classes that can be words for one thing; the first of a pair gives way to the second
_SAME_THING = {
    ("Meeting", "Negotiation"),
    ("Negotiation", "Meeting"),
    ("Meeting", "Conference"),
    ("Conference", "Meeting"),
    ("Meeting", "PhoneCall"),
    ("PhoneCall", "Meeting"),
    ("Negotiation", "Conference"),
    ("Conference", "Negotiation"),
    ("Vote", "Election"),
    ("Negotiation", "Mediation"),
    ("Mediation", "Negotiation"),
}
#: the more telling of two classes for one thing
_TELLING = ("Meeting", "Negotiation", "Conference", "Visit", "PhoneCall", "Mediation")
_MUTUAL = frozenset(
    {"Meeting", "PhoneCall", "Conference", "Negotiation", "Mediation", "Signing", "Agreement", "MaterialCooperation"}
)
_TALKS = frozenset({"Negotiation", "Meeting", "Mediation", "Visit"})
_DEEDS_OF_WORDS = frozenset({"Request", "Accusation", "Rejection", "Threat"})
_GATHERINGS = frozenset({"Meeting", "Conference"})
_REACH = 900
_NEAR = 70


def merge(candidates: list[Candidate], state: Callable[[Referent], Referent]) -> list[Candidate]:
    """Brings mentions of the same event together.

    Args:
        candidates: the mentions, in text order.
        state: gives the state behind an actor, or the actor itself.

    Returns:
        The events, in the order of their first mentions.
    """
    events: list[Candidate] = []
    for candidate in candidates:
        if candidate.flag in ("mirror", "same"):
            if _mirror(candidate, events):
                events.append(candidate)
            continue
        types = {event.type for event in events}
        if candidate.type == "Vote" and not candidate.verb and "Election" in types and "Vote" not in types:
            # after "the elections", "a third vote" is one more of them
            candidate.type = "Election"
        target = _find(candidate, events, state)
        if target is not None:
            _absorb(target, candidate)
            continue
        _continue(candidate, events)
        if stands_alone(candidate):
            events.append(candidate)
    for event in events:
        if event.peg >= 0 and event.when is None:
            _date_by_peg(event, events)
    return events


def _date_by_peg(event: Candidate, events: list[Candidate]) -> None:
    """ "Hours before the announcement": on the day of what is announced, the first thing that the article dates."""
    day = next(
        (e.when for e in events if e.realis == Realis.ACTUAL and e.when and e.when.single and e.when.single.day), None
    )
    named = next((e for e in events if event.peg in (e.trigger, *(m.trigger for m in e.merged))), None)
    if named is not None and _goes_on(named.when):
        # "following the talks", of those that the article tells of, not of all that go on since a year
        before = [e for e in events if e.type in _TELLING and e.trigger < event.trigger and e.when and e.when.single]
        event.when = before[-1].when if before else None
    elif named is not None and named.when is not None:
        event.when = named.when
    elif not event.occasion:
        event.when = day


def _find(candidate: Candidate, events: list[Candidate], state: Callable[[Referent], Referent]) -> Candidate | None:
    """The event that a mention is of: the one that it is a part of, else the latest of its class, else a like one."""
    if candidate.whole is not None:
        for event in events:
            if event is candidate.whole or candidate.whole in event.merged:
                return event
    for same_type in (True, False):
        for event in reversed(events):
            if (event.type == candidate.type) == same_type and _same(event, candidate, state):
                return event
    return None


def _mirror(candidate: Candidate, events: list[Candidate]) -> bool:
    """ "Russia replied in kind": the deed before, the other way round; "Latvia followed suit": the same deed."""
    for event in reversed(events):
        if candidate.trigger - event.trigger > _NEAR:
            return False
        if candidate.flag == "same" and event.type in _DEEDS_OF_WORDS:
            continue
        if event.agents and event.recipients and candidate.agents:
            candidate.type = event.type
            others = event.agents if candidate.flag == "mirror" else event.recipients
            candidate.recipients = [actor for actor in others if actor not in candidate.agents]
            return True
    return False


def _continue(candidate: Candidate, events: list[Candidate]) -> None:
    """Participants of "the next round", "the ban was first imposed": those of the event that it continues."""
    consults = candidate.type in _TALKS and not candidate.verb and not candidate.explicit
    if candidate.everybody or not (candidate.definite or candidate.contrast or consults):
        return
    for event in reversed(events):
        near = candidate.trigger - event.trigger <= _NEAR
        if consults and near and candidate.type != "Visit" and event.type in _MUTUAL and len(event.everybody) > 1:
            candidate.participants = [*event.everybody]
            return
        same = event.type == candidate.type or {event.type, candidate.type} <= _TALKS - {"Visit"}
        if same and event.everybody and candidate.trigger - event.trigger <= _REACH:
            candidate.agents, candidate.recipients = [*event.agents], [*event.recipients]
            candidate.participants = [*event.participants]
            return
    candidate.participants = [*candidate.likely]


def stands_alone(candidate: Candidate) -> bool:
    """Whether a mention that is not one of an event before it is an event by itself."""
    if candidate.flag == "anaphor" or (not candidate.asserted and candidate.when is None):
        return False
    if candidate.flag == "voter" and candidate.when is None:
        # how somebody votes is part of the vote, not another one
        return False
    if candidate.flag == "coup" and not _within_a_month(candidate.when):
        # "the 2014 coup" is the background of what is told
        return False
    if candidate.flag in ("event", "convoy") and not candidate.everybody:
        return candidate.when is not None
    return bool(candidate.everybody) or candidate.when is not None or candidate.flag == "told"


def _within_a_month(when: TimeSpan | None) -> bool:
    return when is not None and when.start is not None and when.start.month is not None


def _same(event: Candidate, new: Candidate, state: Callable[[Referent], Referent]) -> bool:
    if new.trigger - event.trigger > _REACH:
        return False
    same_type = event.type == new.type
    if not same_type and (event.type, new.type) not in _SAME_THING and (new.type, event.type) not in _SAME_THING:
        return False
    if {event.type, new.type} == {"Vote", "Election"} and (new.type != "Vote" or new.verb or new.everybody):
        return False
    dated = event.when is not None and new.when is not None
    if dated and (not overlap(event.when, new.when) or _goes_on(event.when) != _goes_on(new.when)):
        # talks that go on since 2022 are not the meeting of next Friday
        return False
    if new.contrast and not dated:
        return False
    if not _realis_fits(event, new, dated=dated):
        return False
    if not _treaties_fit(event, new):
        return False
    if event.type == "Ratification" and same_type and event.when is None and new.when is not None and new.agents:
        # "six states have ratified it; the last ratification, by Peru in July, …"
        return not (len(event.agents) > len(new.agents))
    near = new.trigger - event.trigger <= _NEAR
    if event.type == "Vote" and same_type and (new.when is None or (event.when is None and near)):
        # who voted for, against, or abstained took part in the one vote
        return True
    if event.type == "Attack" and same_type and near and new.when is None and new.verb and not new.agents:
        # whom it killed
        return True
    if event.type == "Signing" and same_type and new.when is None and new.treaties and event.treaties:
        return True
    who = _participants_fit(event, new, state)
    if who is None:
        # "told the meeting": whoever speaks there is one more participant
        told = new.definite or new.flag == "anaphor"
        return told and event.type in _GATHERINGS and new.type in _GATHERINGS and not new.contrast
    if (
        event.type in _DEEDS_OF_WORDS
        and new.verb
        and not (event.recipients and new.recipients and _shared(event.recipients, new.recipients, state))
    ):
        # who calls for two things calls twice
        return False
    if who == 0:
        if not same_type and (new.everybody or not new.definite):
            return False
        return (new.definite and not new.verb) or new.flag == "anaphor" or (near and dated)
    if same_type:
        return True
    return who > 1 or new.definite or dated or new.flag == "anaphor"


def _goes_on(when: TimeSpan | None) -> bool:
    """Whether a time is told by its beginning alone: "since 2022"."""
    return when is not None and when.start is not None and when.end is None


def _realis_fits(event: Candidate, new: Candidate, *, dated: bool) -> bool:
    if event.realis == new.realis or new.flag == "anaphor":
        return True
    pair = {event.realis, new.realis}
    if pair <= {Realis.PLANNED, Realis.DENIED} or pair <= {Realis.PLANNED, Realis.POSSIBLE}:
        return True
    if dated:
        return Realis.DENIED not in pair
    # "is the vote still on? - the vote has been moved": a noun that points back says more of the same event
    return new.definite and not new.verb and not (event.verb and event.realis == Realis.ACTUAL)


def _treaties_fit(event: Candidate, new: Candidate) -> bool:
    return not event.treaties or not new.treaties or any(treaty in event.treaties for treaty in new.treaties)


def _participants_fit(event: Candidate, new: Candidate, state: Callable[[Referent], Referent]) -> int | None:
    """How many participants two mentions share; None if they cannot be of the same event."""
    if event.type in _MUTUAL:
        ours, theirs = event.everybody, new.everybody
        if not ours or not theirs:
            return 0
        shared = _shared(ours, theirs, state)
        return shared if shared >= min(2, len(ours), len(theirs)) else None
    total = 0
    for ours, theirs in ((event.agents, new.agents), (event.recipients, new.recipients)):
        if ours and theirs:
            shared = _shared(ours, theirs, state)
            if not shared:
                return None
            total += shared
    if not total and event.everybody and new.everybody:
        total = _shared(event.everybody, new.everybody, state)
        if not total:
            return None
    return total


def _shared(ours: list[Referent], theirs: list[Referent], state: Callable[[Referent], Referent]) -> int:
    keys = {referent.key for referent in ours} | {state(referent).key for referent in ours}
    shared = {state(referent).key for referent in theirs if referent.key in keys or state(referent).key in keys}
    return len(shared)


def bounds(when: TimeSpan) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a time span can mean."""
    return (_edge(when.start, last=False), _edge(when.end, last=True))


def _edge(date: PartialDate | None, *, last: bool) -> datetime.date:
    if date is None:
        return datetime.date.max if last else datetime.date.min
    month = date.month or (12 if last else 1)
    day = date.day or (calendar.monthrange(date.year, month)[1] if last else 1)
    return datetime.date(date.year, month, day)


def overlap(first: TimeSpan | None, second: TimeSpan | None) -> bool:
    """Whether two time spans can be of the same event."""
    if first is None or second is None:
        return True
    start, end = bounds(first)
    other_start, other_end = bounds(second)
    return start <= other_end and other_start <= end


def _width(when: TimeSpan) -> int:
    start, end = bounds(when)
    return (end - start).days


def _absorb(event: Candidate, new: Candidate) -> None:
    """Adds what another mention tells."""
    event.merged.append(new)
    if event.type != new.type and event.type in _TELLING and new.type in _TELLING:
        event.type = max(event.type, new.type, key=_TELLING.index)
    everybody = event.everybody
    for ours, theirs in (
        (event.agents, new.agents),
        (event.recipients, new.recipients),
        (event.participants, new.participants),
    ):
        ours += [referent for referent in theirs if referent not in everybody and referent not in ours]
    event.treaties += [treaty for treaty in new.treaties if treaty not in event.treaties]
    if new.when is not None and (event.when is None or _width(new.when) < _width(event.when)):
        event.when, event.own_time = new.when, new.own_time
    if Realis.DENIED in (event.realis, new.realis) and new.asserted:
        event.realis = Realis.DENIED
    elif new.realis == Realis.PLANNED and (event.realis == Realis.POSSIBLE or not event.verb):
        event.realis = Realis.PLANNED
    event.asserted = event.asserted or new.asserted
    if not event.place:
        event.place, event.place_actor = new.place, new.place_actor
