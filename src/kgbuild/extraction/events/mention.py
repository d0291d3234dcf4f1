"""One mention of an event, while it is being found; what the article tells of it elsewhere is merged into it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kgbuild.extraction.document import Referent
from kgbuild.facts import Realis, TimeSpan


@dataclass(slots=True, eq=False)
class Candidate:
    """One mention of an event, or several brought together.

    Attributes:
        at: the tokens of the mention that the label and the evidence are made of.
        own_time: the time hangs on the trigger, not on the clause around it.
        asserted: see :class:`kgbuild.extraction.events.realis.Outlook`.
        definite: the words point back ("the talks"); ``contrast``: they tell it from another ("an earlier truce").
        place, place_actor: see :class:`kgbuild.facts.Event`.
        whole: the mention that this one is a part of.
        likely: who takes part if nothing else in the article tells.
        explicit: the words say between or with whom, whether or not that is known.
        peg: the noun in "hours before the announcement" or "following the talks", or -1.
        occasion: the peg is the occasion itself, so that nothing else can date the event.
    """

    trigger: int
    type: str
    flag: str
    verb: bool
    at: tuple[int, ...]
    agents: list[Referent]
    recipients: list[Referent]
    participants: list[Referent]
    treaties: list[Referent]
    when: TimeSpan | None
    own_time: bool
    realis: Realis
    asserted: bool
    definite: bool
    contrast: bool
    place: str
    place_actor: str
    headline: bool
    merged: list[Candidate] = field(default_factory=list)
    whole: Candidate | None = None
    peg: int = -1
    occasion: bool = False
    explicit: bool = False
    likely: list[Referent] = field(default_factory=list)

    @property
    def everybody(self) -> list[Referent]:
        """All the participants, each once."""
        return list(dict.fromkeys([*self.agents, *self.recipients, *self.participants]))
