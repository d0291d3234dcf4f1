"""The table of event triggers and the word lists that it speaks of, read from ``data/lexicon``.

``event_triggers.tsv`` says what words mean an event, where its participants stand, and under which conditions;
``event_words.yaml`` holds the lists. Both are data: :func:`parse_triggers` reads a user's table just as well.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from kgbuild.errors import KgbuildError
from kgbuild.resources import resource, yaml_table

#: event class -> PLOVER category, as in the ontology; classes of the same category can be mentions of one event
CATEGORIES = {
    name: category
    for category, names in {
        "CONSULT": "Meeting Visit PhoneCall Conference Negotiation Mediation",
        "AGREE": "Agreement",
        "SUPPORT": "Signing Ratification DiplomaticCooperation",
        "COOPERATE": "MaterialCooperation",
        "AID": "Aid",
        "CONCEDE": "Concession",
        "RETREAT": "TroopWithdrawal",
        "REQUEST": "Request",
        "ACCUSE": "Accusation",
        "REJECT": "Rejection",
        "THREATEN": "Threat",
        "PROTEST": "Protest",
        "SANCTION": "Sanction DiplomaticBreak",
        "MOBILIZE": "Mobilization",
        "COERCE": "Coercion",
        "ASSAULT": "Attack",
        "ELECTION": "Election",
        "APPOINTMENT": "Appointment",
        "VOTE": "Vote",
    }.items()
    for name in names.split()
}
#: deeds that are done by saying something
SPEECH_DEEDS = frozenset({"Request", "Accusation", "Rejection", "Threat", "Agreement"})
FLAGS = frozenset(
    {
        "",
        "anaphor",
        "event",
        "background",
        "weak",
        "vote",
        "convoy",
        "election",
        "mirror",
        "same",
        "told",
        "voter",
        "coup",
    }
)
_COLUMNS = 7
_BARE = frozenset({"plural", "passive"})


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a participant stands: a path of relations from the trigger; ``state`` takes the state behind it."""

    path: tuple[str, ...]
    state: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What must fill a slot (or must not, if ``negative``); without ``kinds`` it is enough that something does."""

    path: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """One row of the table: see the head of ``event_triggers.tsv``."""

    lemmas: tuple[str, ...]
    verb: bool
    type: str
    agent: tuple[Slot, ...]
    recipient: tuple[Slot, ...]
    conditions: tuple[Condition, ...]
    flag: str = ""


def parse_triggers(lines: Iterable[str], name: str = "event_triggers.tsv") -> list[Trigger]:
    """Reads a table of triggers.

    Args:
        lines: of the file.
        name: of the file, for messages.

    Raises:
        KgbuildError: a row that cannot be read, with its line and what is wrong with it.
    """
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.rstrip("\n").split("\t")]
        cells += [""] * (_COLUMNS - len(cells))
        if len(cells) > _COLUMNS or not cells[0]:
            raise KgbuildError(f"{name}:{number}: a trigger needs {_COLUMNS} columns, the lemma first")
        lemmas, pos, kind, agent, recipient, requires, flag = cells
        if pos not in ("V", "N"):
            raise KgbuildError(f"{name}:{number}: the part of speech is V or N, not {pos!r}")
        if kind not in CATEGORIES:
            raise KgbuildError(f"{name}:{number}: {kind!r} is no event class; take one of {', '.join(CATEGORIES)}")
        if flag not in FLAGS:
            raise KgbuildError(f"{name}:{number}: {flag!r} is no flag; take one of {', '.join(sorted(FLAGS - {''}))}")
        conditions = tuple(_condition(text) for text in requires.split())
        found.append(
            Trigger(tuple(lemmas.split("|")), pos == "V", kind, _slots(agent), _slots(recipient), conditions, flag)
        )
    return found


def _slots(text: str) -> tuple[Slot, ...]:
    slots = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        path, _, suffix = item.partition(":")
        slots.append(Slot(tuple(path.split(".")), suffix == "state"))
    return tuple(slots)


def _condition(text: str) -> Condition:
    negative = text.startswith("!")
    path, _, kinds = text.removeprefix("!").partition("=")
    if not kinds and path not in _BARE and "|" in path:
        # "oprd|as|attr": any of these slots
        return Condition(tuple(path.split("|")), frozenset({"*any-slot"}), negative)
    return Condition(tuple(path.split(".")), frozenset(filter(None, kinds.split("|"))), negative)


@functools.cache
def triggers() -> dict[tuple[str, bool], tuple[Trigger, ...]]:
    """The built-in triggers by lemma and whether it is a verb, in the order of the table."""
    path = resource("lexicon", "event_triggers.tsv")
    return index_triggers(parse_triggers(path.read_text(encoding="utf-8").splitlines(), path.name))


def index_triggers(rows: Iterable[Trigger]) -> dict[tuple[str, bool], tuple[Trigger, ...]]:
    """Triggers by lemma and whether it is a verb."""
    index: dict[tuple[str, bool], tuple[Trigger, ...]] = {}
    for row in rows:
        for lemma in row.lemmas:
            key = (lemma, row.verb)
            index[key] = (*index.get(key, ()), row)
    return index


@functools.cache
def words(name: str) -> frozenset[str]:
    """A word list of ``event_words.yaml``: ``"lists.forces"``, ``"kinds"`` entries and others by their own name.

    Raises:
        KgbuildError: there is none of that name.
    """
    table = _tables()
    for part in name.split("."):
        if not isinstance(table, dict) or part not in table:
            raise KgbuildError(f"event_words.yaml has no list {name!r}; a pattern in event_triggers.tsv names it")
        table = table[part]
    return frozenset(str(table).split("|"))


@functools.cache
def _tables() -> object:
    return yaml_table("lexicon", "event_words.yaml")
