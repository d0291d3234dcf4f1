"""Gathers a briefing from a graph. It asks what the explorer's pages ask, so that a report and a page never differ."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from kgbuild.errors import KgbuildError
from kgbuild.query import run_query
from kgbuild.reporting.briefing import Briefing, Line, Section, Sources
from kgbuild.serve.explorer.addresses import Addresses
from kgbuild.serve.explorer.asking import query_text
from kgbuild.serve.explorer.views import POLARITIES, actor_view, changes_of, treaty_view, when
from kgbuild.serve.pool import Answer, Question

if TYPE_CHECKING:
    import pyoxigraph

_QUERIES = Path(__file__).parent / "queries"
#: treaties of an overview, those with most positions first
OVERVIEW_TREATIES = 12
_SUGGESTIONS = 5
#: those for it first
_ORDER = {polarity: place for place, polarity in enumerate(POLARITIES)}


class _InProcess:
    """Answers the explorer's questions from a store, where nobody hostile asks."""

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store

    async def ask(self, question: Question) -> Answer:
        stream = io.BytesIO()
        run_query(self._store, question.query).serialize(stream, "json")
        return Answer("json", 0, stream.getvalue())


def treaty_briefing(store: pyoxigraph.Store, name: str) -> Briefing:
    """What is known of a treaty.

    Args:
        store: what :func:`kgbuild.store.open_store` gives.
        name: words of the treaty's name, or its IRI.

    Raises:
        KgbuildError: no treaty, or more than one, is called so.
    """
    iri = _named(store, name, "treaty", "treaties")
    view = asyncio.run(treaty_view(_InProcess(store), Addresses(""), iri))
    if view is None:
        raise KgbuildError(f"{iri}: no treaty of this graph")
    found, sources = view.context, Sources(_ask(store, "sources"))
    positions = [row for line in found["matrix"] for cells in line["cells"].values() for row in cells]
    entries = found["chronicle"]
    articles = {row["article"] for row in (*entries, *found["reports"])}
    stages = [
        sources.line(row, _stage(row), date=when(row)) for row in _joined(_ask(store, "stages", iri), "stage", "by")
    ]
    facts = {
        "Also called": ", ".join(found["names"]["also"]),
        "Kind": ", ".join(map(_plain, found["kinds"])),
        "Status": ", then ".join(map(_plain, found["statuses"])),
        "Parties": ", ".join(name for (_, name), _ in found["parties"]),
        "The same elsewhere": ", ".join(found["names"]["same"]),
    }
    sections = [
        Section("Who stands where", _positions(sources, positions), _POSITIONS),
        Section("Changes of position", _changes(sources, positions)),
        Section("Timeline", picture=view.picture),
        Section("What became of it", tuple(stages)),
        Section("What was said", _statements(sources, [row for row in entries if row["sort"] == "statement"])),
        Section("What happened around it", _events(sources, [row for row in entries if row["sort"] == "event"])),
        Section("Who would not comment", _refusals(store, sources, articles=articles), "In the same articles."),
    ]
    return _briefing(view.title, "Treaty", facts, sections, sources)


def actor_briefing(store: pyoxigraph.Store, name: str) -> Briefing:
    """What is known of an actor.

    Args:
        store: what :func:`kgbuild.store.open_store` gives.
        name: words of the actor's name, or its IRI.

    Raises:
        KgbuildError: no actor, or more than one, is called so.
    """
    iri = _named(store, name, "actor", "actors")
    view = asyncio.run(actor_view(_InProcess(store), Addresses(""), iri))
    if view is None:
        raise KgbuildError(f"{iri}: no actor of this graph")
    found, sources = view.context, Sources(_ask(store, "sources"))
    roles = tuple(sources.line(row, _role(row), date=(row.get("date", ""), False)) for row in found["roles"])
    facts = {
        "Also called": ", ".join(found["names"]["also"]),
        "Belongs to": ", ".join(name for _, name in found["names"]["affiliations"]),
        "Speaks about": ", ".join(name for (_, name), _ in found["topics"]),
        "The same elsewhere": ", ".join(found["names"]["same"]),
    }
    sections = [
        Section("Posts", roles),
        Section("What it wants, by its own words and deeds", _positions(sources, found["own"])),
        Section("What others say it wants", _positions(sources, found["others_say"]), _OTHERS),
        Section("Changes of position", _changes(sources, [*found["own"], *found["others_say"]])),
        Section("Timeline", picture=view.picture),
        Section("What it said", _statements(sources, found["statements"])),
        Section("Where it would not comment", _refusals(store, sources, speaker=iri)),
        Section("What it took part in", _events(sources, found["events"])),
        Section("What was said about it", _statements(sources, found["about"])),
    ]
    return _briefing(view.title, found["kind"].capitalize(), facts, sections, sources)


def overview_briefing(store: pyoxigraph.Store) -> Briefing:
    """What is in a graph: for the treaties with most positions, who stands where; and who would not comment.

    Args:
        store: what :func:`kgbuild.store.open_store` gives.
    """
    rows = _ask(store, "sources")
    sources = Sources(rows)
    articles = {row["article"]: row for row in rows}
    treaties = [row for row in _page_rows(store, "treaties") if int(row["positions"])]
    sections, held = [], []
    for treaty in treaties[:OVERVIEW_TREATIES]:
        view = asyncio.run(treaty_view(_InProcess(store), Addresses(""), treaty["treaty"]))
        assert view is not None  # it was just listed
        positions = [row for line in view.context["matrix"] for cells in line["cells"].values() for row in cells]
        held += positions
        sections.append(Section(f"Who stands where: {treaty['name']}", _positions(sources, positions)))
    sections.insert(0, Section("Changes of position", _changes(sources, held)))
    sections.append(Section("Who would not comment", _refusals(store, sources)))
    dates = sorted(row["date"] for row in articles.values() if row.get("date"))
    facts = {
        "Articles": str(len(articles)),
        "Published": f"{dates[0][:10]} to {dates[-1][:10]}" if dates else "",
        "Treaties": f"{len(treaties)} with positions"
        + (f", of which {OVERVIEW_TREATIES} are shown" if len(treaties) > OVERVIEW_TREATIES else ""),
    }
    return _briefing("What the articles tell", "Overview", facts, sections, sources)


_POSITIONS = (
    "A position is its holder's own, or as the article has it, unless the line says according to whom. What is said to "
    "be somebody's position may not be."
)
_OTHERS = "These are claims of others, not the actor's own words."


def _briefing(
    title: str, kind: str, facts: Mapping[str, str], sections: Sequence[Section], sources: Sources
) -> Briefing:
    shown = tuple(section for section in sections if section.lines or section.picture)
    return Briefing(title, kind, tuple((key, value) for key, value in facts.items() if value), shown, sources.used)


def _ask(store: pyoxigraph.Store, name: str, this: str = "") -> list[dict[str, str]]:
    text = (_QUERIES / f"{name}.rq").read_text("utf-8")
    return list(run_query(store, text.replace("<urn:this>", f"<{this}>")))


def _page_rows(store: pyoxigraph.Store, name: str) -> list[dict[str, str]]:
    return list(run_query(store, query_text(name)))


def _named(store: pyoxigraph.Store, name: str, kind: str, query: str) -> str:
    """The IRI of the one thing of a kind that has a name: the whole name before words of it."""
    rows = _page_rows(store, query)
    known = {row[kind]: row["name"] for row in rows}
    if name in known:
        return name
    wanted = name.casefold().split()
    forms: dict[str, list[str]] = {iri: [label.casefold()] for iri, label in known.items()}
    for row in run_query(store, "SELECT ?thing ?form { ?thing skos:altLabel ?form }"):
        if row["thing"] in forms:
            forms[row["thing"]].append(row["form"].casefold())
    for suits in (
        lambda form, label: label and form.split() == wanted,
        lambda form, label: form.split() == wanted,
        lambda form, label: all(any(part.startswith(word) for part in form.split()) for word in wanted),
    ):
        found = [iri for iri, names in forms.items() if any(suits(n, i == 0) for i, n in enumerate(names))]
        if len(found) == 1:
            return found[0]
        if found:
            several = "\n".join(f"  {known[iri]}  {iri}" for iri in found[:_SUGGESTIONS])
            raise KgbuildError(f"{name}: there are {len(found)} {query} of that name; give the IRI of one:\n{several}")
    near = process.extract(name, list(dict.fromkeys(known.values())), scorer=fuzz.WRatio, limit=_SUGGESTIONS)
    hint = f"; near it: {', '.join(match for match, *_ in near)}" if near else f"; the graph has no {query}"
    raise KgbuildError(f"{name}: no {kind} of that name{hint}")


def _joined(rows: list[dict[str, str]], key: str, several: str) -> list[dict[str, str]]:
    """One row for each fact and article; the values of one column joined."""
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        known = facts.setdefault(row[key], row)
        value = row.get(several, "")
        if value and value not in known.get(several, "").split(", "):
            known[several] = f"{known[several]}, {value}" if known.get(several) else value
    return list(facts.values())


def _plain(word: str) -> str:
    """A class or concept in plain words: ``UnderNegotiation`` is under negotiation."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in word).strip()


def _positions(sources: Sources, rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    ordered = sorted(rows, key=lambda row: (row["target_name"], _ORDER[row["polarity"]], row["holder_name"], when(row)))
    return tuple(sources.line(row, _stance(row), date=when(row), mark=row["polarity"]) for row in ordered)


_STANCES = {
    "supports": "{0} supports {1}",
    "opposes": "{0} opposes {1}",
    "conditional": "{0} makes conditions for {1}",
    "neutral": "{0} is neutral on {1}",
}


def _stance(row: Mapping[str, Any]) -> str:
    hedged = ", in hedged words" if row.get("hedged") else ""
    by = f", according to {row['according_to_name']}" if row.get("according_to_name") else ""
    return _STANCES[row["polarity"]].format(row["holder_name"], row["target_name"]) + hedged + by


def _changes(sources: Sources, rows: Sequence[Any]) -> tuple[Line, ...]:
    lines = []
    for earlier, later in changes_of(list(rows)):
        for label, row in (("Before", earlier), ("After", later)):
            lines.append(sources.line(row, f"{label}: {_stance(row)}", date=when(row), mark=row["polarity"]))
    return tuple(lines)


def _statements(sources: Sources, rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    lines = []
    for row in rows:
        speakers = ", ".join(name for _, name in row["speakers"]) or "somebody"
        relayed = f", according to {', '.join(row['relayers'])}" if row["relayers"] else ""
        cue = f" ({row['cue']})" if row.get("cue") else ""
        denial = " denies" if row.get("denial") == "true" else ""
        lines.append(sources.line(row, f"{speakers}{denial}{cue}{relayed}", date=when(row)))
    return tuple(lines)


def _events(sources: Sources, rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    lines = []
    for row in rows:
        realis = "" if row["realis"] == "actual" else f", {row['realis']}"
        lines.append(sources.line(row, f"{_plain(row['class']).capitalize()}{realis}: {row['name']}", date=when(row)))
    return tuple(lines)


def _refusals(
    store: pyoxigraph.Store, sources: Sources, *, articles: set[str] | None = None, speaker: str = ""
) -> tuple[Line, ...]:
    rows = [
        row
        for row in _ask(store, "refusals")
        if (articles is None or row["article"] in articles) and (not speaker or row.get("speaker") == speaker)
    ]
    return tuple(
        sources.line(row, f"{row.get('speaker_name') or 'somebody'} would not comment", date=when(row))
        for row in _joined(rows, "refusal", "speaker_name")
    )


def _stage(row: Mapping[str, str]) -> str:
    realis = "" if row["realis"] == "actual" else f" ({row['realis']})"
    by = f", by {row['by']}" if row.get("by") else ""
    return f"{_plain(row['step']).capitalize()}{realis}{by}"


def _role(row: Mapping[str, str]) -> str:
    text = row["post"]
    if row.get("represents_name"):
        text += f" of {row['represents_name']}"
    if row.get("host_name"):
        text += f" to {row['host_name']}"
    return f"{text} ({row['tenure']})" if row.get("tenure", "current") not in ("", "current") else text
