"""Shows an article with what was found in it marked: styles on a terminal, brackets in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.facts import ArticleFacts, Polarity, Position, QuotationType, Span, Statement, TimeSpan

if TYPE_CHECKING:
    from rich.console import RenderableType

_STANCES = {
    Polarity.SUPPORTS: "supports",
    Polarity.OPPOSES: "opposes",
    Polarity.CONDITIONAL: "makes conditions for",
    Polarity.NEUTRAL: "is neutral on",
}

#: keys of things -> their names, joined
_Named = Callable[[tuple[str, ...]], str]

#: rich style of each kind of mark
STYLES = {
    "actor": "bold cyan",
    "treaty": "bold magenta",
    "event": "yellow",
    "statement": "green",
    "nested": "underline green",
    "refusal": "bold red",
    "position": "on grey23",
    "cue": "italic",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text in which something was found; ``kind`` is a key of :data:`STYLES`."""

    span: Span
    kind: str
    label: str


def marks(facts: ArticleFacts) -> list[Mark]:
    """Everything that was found, by where it stands; what is longer comes before what stands in it.

    Args:
        facts: of one article.

    Returns:
        The marks of statements (their words, or the cue of a refusal), positions, actors, treaties and events, each
        place once.
    """
    found: list[Mark] = []
    for statement in facts.statements:
        kind = "refusal" if statement.refusal else "nested" if statement.part_of else "statement"
        spans = statement.cue_spans if statement.refusal else statement.content_spans
        found += [Mark(span, kind, statement.key) for span in spans]
    found += [Mark(span, "actor", actor.key) for actor in facts.actors for span in actor.mentions]
    found += [Mark(span, "treaty", treaty.key) for treaty in facts.treaties for span in treaty.mentions]
    found += [Mark(span, "event", event.key) for event in facts.events for span in event.mentions]
    for number, position in enumerate(facts.positions):
        found += [Mark(span, "position", f"p{number}") for span in position.evidence]
    order = {kind: number for number, kind in enumerate(STYLES)}
    found.sort(key=lambda mark: (mark.span.start, -mark.span.end, -order[mark.kind], mark.label))
    return list(dict.fromkeys(found))


def bracketed(text: str, found: list[Mark]) -> str:
    """The text with each mark as ``[label words]``.

    Marks that overlap without one standing in the other are closed and opened again where they cross, so that every
    bracket closes the one opened last.

    Args:
        text: the article's.
        found: in the order of :func:`marks`.
    """
    edges = sorted({edge for mark in found for edge in (mark.span.start, mark.span.end)})
    starting: dict[int, list[Mark]] = {}
    for mark in found:
        starting.setdefault(mark.span.start, []).append(mark)
    parts: list[str] = []
    opened: list[Mark] = []
    at = 0
    for edge in edges:
        parts.append(text[at:edge])
        at = edge
        ended = [mark for mark in opened if mark.span.end <= edge]
        if ended:
            lowest = opened.index(ended[0])
            crossing = [mark for mark in opened[lowest:] if mark.span.end > edge]
            parts.append("]" * (len(opened) - lowest))
            del opened[lowest:]
        else:
            crossing = []
        fresh = [mark for mark in starting.get(edge, ()) if mark.span.end > edge]
        for mark in sorted((*crossing, *fresh), key=lambda mark: (-mark.span.end, mark not in crossing)):
            parts.append(f"[{mark.label} ")
            opened.append(mark)
    parts.append(text[at:])
    return "".join(parts)


def listing(facts: ArticleFacts) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What was found, kind by kind, as lines for people.

    Args:
        facts: of one article.

    Yields:
        A heading, and for each thing its key and a line that tells it.
    """
    names = {actor.key: actor.name for actor in facts.actors}
    names.update({treaty.key: treaty.name for treaty in facts.treaties})
    names.update({event.key: event.label for event in facts.events})
    names.update({issue.key: issue.name for issue in facts.issues})

    def named(keys: tuple[str, ...]) -> str:
        return ", ".join(names.get(key, key) for key in keys)

    text = facts.article.text
    roles: dict[str, list[str]] = {}
    for role in facts.roles:
        tenure = "" if role.tenure == "current" else f"{role.tenure} "
        of = f" of {named(role.represents)}" if role.represents else ""
        to = f" to {named(role.accredited_to)}" if role.accredited_to else ""
        roles.setdefault(role.holder, []).append(f"{tenure}{role.title}{of}{to}")
    actors = []
    for actor in facts.actors:
        line = f"{actor.name} ({actor.type.value})"
        for extra in (*roles.get(actor.key, ()), f"of {named(actor.affiliation)}" if actor.affiliation else ""):
            line += f", {extra}" if extra else ""
        also = f"; also {', '.join(actor.other_names)}" if actor.other_names else ""
        actors.append((actor.key, line + also))
    yield "Actors", actors
    said = [statement for statement in facts.statements if not statement.refusal]
    yield "Statements", [(statement.key, _statement(statement, named)) for statement in said]
    yield (
        "Refusals",
        [
            (statement.key, f"{named(statement.speakers) or 'somebody'}: {_short(statement.cue)}")
            for statement in facts.statements
            if statement.refusal
        ],
    )
    yield "Positions", [(f"p{i}", _position(position, named, text)) for i, position in enumerate(facts.positions)]
    treaties = []
    for treaty in facts.treaties:
        parties = f", between {named(treaty.parties)}" if treaty.parties else ""
        status = f", {treaty.status}" if treaty.status else ""
        treaties.append((treaty.key, f"{treaty.name} ({treaty.kind}{status}){parties}"))
    yield "Treaties", treaties
    events = []
    for event in facts.events:
        who = [named(keys) for keys in (event.agents, event.recipients, event.participants) if keys]
        when = f", {_when(event.when)}" if event.when else ""
        place = f", {event.place}" if event.place else ""
        events.append((event.key, f"{event.type} ({event.realis.value}): {'; '.join(who) or event.label}{when}{place}"))
    yield "Events", events


def _statement(statement: Statement, named: _Named) -> str:
    to = f" to {named(statement.addressees)}" if statement.addressees else ""
    about = f" (about {named(statement.about)})" if statement.about else ""
    kinds = [(statement.quotation or QuotationType.INDIRECT).value.lower()]
    kinds += ["denial"] * statement.denial + [f"within {statement.part_of}"] * bool(statement.part_of)
    who = named(statement.speakers) or "somebody"
    return f"{who}, {_short(statement.cue)}{to} [{', '.join(kinds)}]: {_short(statement.content)}{about}"


def _position(position: Position, named: _Named, text: str) -> str:
    hedged = ", hedged" if position.hedged else ""
    said = f", according to {named((position.according_to,))}" if position.according_to else ""
    words = " … ".join(_short(span.text(text), 60) for span in position.evidence)
    holder, target = named((position.holder,)), named((position.target,))
    return f"{holder} {_STANCES[position.polarity]} {target}{hedged}{said}: {words}"


def _when(when: TimeSpan) -> str:
    if when.single is not None:
        return str(when.single)
    return f"{when.start or ''}–{when.end or ''}"


def _short(words: str, limit: int = 110) -> str:
    words = " ".join(words.split())
    return words if len(words) <= limit else f"{words[: limit - 1].rstrip()}…"


def plain(facts: ArticleFacts) -> str:
    """An article and what was found in it, for a pipe or a file.

    Args:
        facts: of one article.
    """
    article = facts.article
    lines = [line for line in (article.title, _about(facts)) if line]
    lines += ["", bracketed(article.text, marks(facts)), ""]
    for heading, entries in listing(facts):
        if entries:
            lines.append(f"{heading} ({len(entries)})")
            lines += [f"  {f'{key} ' if key else ''}{line}" for key, line in entries]
    return "\n".join(lines).strip() + "\n"


def _about(facts: ArticleFacts) -> str:
    article = facts.article
    return " | ".join(part for part in (article.publisher, str(article.published or ""), article.author) if part)


def styled(facts: ArticleFacts) -> RenderableType:
    """The same for a terminal, as something that rich can print.

    Args:
        facts: of one article.
    """
    from rich.console import Group
    from rich.text import Text

    article = facts.article
    body = Text(article.text)
    for mark in marks(facts):
        body.stylize(STYLES[mark.kind], mark.span.start, mark.span.end)
    for statement in facts.statements:
        for span in statement.cue_spans:
            body.stylize(STYLES["cue"], span.start, span.end)
    legend = Text(" ").join(Text(f" {kind} ", style=style) for kind, style in STYLES.items())
    parts: list[RenderableType] = [Text(article.title, style="bold"), Text(_about(facts), style="dim"), Text()]
    parts += [body, Text(), legend, Text()]
    for heading, entries in listing(facts):
        if entries:
            parts.append(Text(f"{heading} ({len(entries)})", style="bold"))
            for key, line in entries:
                parts.append(Text.assemble("  ", (f"{key} " if key else "", "dim"), line))
    return Group(*parts)
