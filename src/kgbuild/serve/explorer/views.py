"""What each page shows: answers to the pages' queries, put together for the templates."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from kgbuild.serve.explorer.addresses import Addresses, web
from kgbuild.serve.explorer.asking import Row, ask, query_text
from kgbuild.serve.explorer.drawing import Moment, timeline
from kgbuild.serve.explorer.network import Tie, draw, strongest
from kgbuild.serve.pool import Answering

POLARITIES = ("supports", "conditional", "neutral", "opposes")
KINDS = ("speaks about", "meets", "acts towards", "supports", "opposes", "conditional")
#: the classes of actors, the most telling first
CLASSES = ("Person", "State", "GovernmentBody", "InternationalOrganization", "Group", "Organization", "Treaty")
PLAIN_CLASSES = {
    "GovernmentBody": "government body",
    "InternationalOrganization": "international organisation",
    "Organization": "organisation",
    "Group": "unnamed people",
}


@dataclass(slots=True)
class View:
    """A page before it is rendered.

    Attributes:
        template: the file.
        title: of the page.
        context: for the template.
        rows: the page's data, for CSV.
        picture: SVG, or nothing.
        query: the SPARQL that the data comes from.
        status: of the response.
    """

    template: str
    title: str
    context: dict[str, Any]
    rows: Sequence[Row] = ()
    picture: str = ""
    query: str = ""
    status: int = 200


def best_class(classes: Iterable[str]) -> str:
    """The most telling of an actor's classes."""
    there = set(classes)
    return next((name for name in CLASSES if name in there), "")


def plain_class(name: str) -> str:
    """A class in plain words."""
    return PLAIN_CLASSES.get(name, name.lower())


async def home_view(pool: Answering) -> View:
    """The first page: the articles, and the treaties and actors that there is most about."""
    articles, treaties, actors = [await ask(pool, name) for name in ("articles", "treaties", "actors")]
    context = {"articles": articles, "treaties": treaties, "actors": _classed(actors)}
    return View("home.html", "What is in this graph", context, articles, query=query_text("articles"))


async def list_view(pool: Answering, what: str, page: int, size: int = 100) -> View:
    """A list of all treaties, actors or articles.

    Args:
        pool: answers.
        what: ``treaties``, ``actors`` or ``articles``.
        page: from 1.
        size: entries of a page.
    """
    rows = await ask(pool, what)
    if what == "actors":
        rows = _classed(rows)
    pages = max(1, -(-len(rows) // size))
    page = min(max(page, 1), pages)
    context = {
        "what": what,
        "entries": rows[(page - 1) * size : page * size],
        "page": page,
        "pages": pages,
        "total": len(rows),
    }
    return View("list.html", f"All {what}", context, rows, query=query_text(what))


async def treaty_view(pool: Answering, to: Addresses, iri: str) -> View | None:
    """A treaty: parties, status, who stands where, and when; None if there is no such treaty."""
    known = await ask(pool, "treaty", iri)
    if not known:
        return None
    name = known[0]["name"]
    positions = _merged(await ask(pool, "treaty_positions", iri), "position")
    statements = _statements(await ask(pool, "statements_about", iri))
    events = _merged(await ask(pool, "treaty_events", iri), "event")
    stages = _stages(await ask(pool, "treaty_stages", iri))
    reports = []
    for article, group in groupby((row for row in known if row["article"]), key=lambda row: row["article"]):
        found = list(group)
        parties = dict.fromkeys((row["party"], row["party_name"]) for row in found if row["party_name"])
        reports.append({**found[0], "article": article, "parties": list(parties)})
    moments = _moments(to, positions, statements, events, lambda row: f"{row['holder_name']} {row['polarity']}")
    moments += [Moment(row["when"], "event", f"{row['step']} ({row['realis']})", _words(to, row)) for row in stages]
    context = {
        "iri": iri,
        "name": name,
        "names": _names(await ask(pool, "names", iri)),
        "reports": reports,
        "parties": Counter(party for report in reports for party in report["parties"]).most_common(),
        "kinds": _distinct(reports, "kind"),
        "statuses": _distinct(reports, "status"),
        "matrix": _matrix(positions),
        "stages": stages,
        "polarities": POLARITIES,
        "chronicle": _chronicle(positions, statements, events),
    }
    picture = timeline(moments, f"Timeline of {name}")
    return View("treaty.html", name, context, positions, picture, query_text("treaty_positions", iri))


async def actor_view(pool: Answering, to: Addresses, iri: str) -> View | None:
    """An actor: posts, words, wishes and those that others speak of; None if there is no such actor."""
    names = _names(await ask(pool, "names", iri))
    if not names["label"] or best_class(names["classes"]) in ("", "Treaty"):
        return None
    positions = _merged(await ask(pool, "actor_positions", iri), "position")
    statements = _statements(await ask(pool, "statements_by", iri))
    about = _statements(await ask(pool, "statements_about", iri))
    events = _merged(await ask(pool, "actor_events", iri), "event")
    topics: Counter[tuple[str, str]] = Counter(topic for row in statements for topic in row["topics"])
    moments = _moments(to, positions, statements, events, lambda row: f"{row['polarity']} {row['target_name']}")
    context = {
        "iri": iri,
        "name": names["label"],
        "names": names,
        "kind": plain_class(best_class(names["classes"])),
        "roles": _merged(await ask(pool, "actor_roles", iri), "role"),
        "own": [row for row in positions if not row.get("according_to")],
        "others_say": [row for row in positions if row.get("according_to")],
        "changes": changes_of(positions),
        "statements": statements,
        "about": about,
        "topics": topics.most_common(20),
        "events": events,
    }
    picture = timeline(moments, f"Timeline of {names['label']}")
    rows = [{key: value for key, value in row.items() if isinstance(value, str)} for row in statements]
    return View("actor.html", names["label"], context, rows, picture, query_text("statements_by", iri))


async def find_view(pool: Answering, words: str) -> View:
    """What has certain words in its name or text."""
    words = " ".join(words.split())[:200]
    found = await ask(pool, "find", words=words) if len(words) >= 2 else []
    rows = list({row["thing"]: row for row in reversed(found)}.values())[::-1]  # once, where it begins
    for row in rows:
        if row["kind"] not in ("Statement", "Article"):
            row["kind"] = best_class(row["kind"].split())
    groups = {
        "names": [row for row in rows if row["kind"] not in ("Statement", "Article")],
        "said": [row for row in rows if row["kind"] == "Statement"],
        "articles": [row for row in rows if row["kind"] == "Article"],
    }
    context = {"words": words, "groups": groups, "count": len(rows)}
    return View("find.html", "Find", context, rows, query=query_text("find", words=words))


async def network_view(
    pool: Answering,
    to: Addresses,
    *,
    kinds: Sequence[str],
    treaty: str,
    around: str,
    since: str,
    until: str,
    limit: int,
) -> View:
    """Who has to do with whom.

    Args:
        pool: answers.
        to: addresses.
        kinds: some of :data:`KINDS`; none for all.
        treaty: the IRI of a treaty that the facts are to be about, or nothing.
        around: the name, or its IRI, of whom all shown have to do with, or nothing.
        since, until: dates of publication, or nothing.
        limit: how many things are shown.
    """
    rows = await ask(pool, "network", since=since, until=until)
    treaties = await ask(pool, "treaties")
    shown = [row for row in rows if not kinds or row["kind"] in kinds]
    if treaty:
        shown = [row for row in shown if treaty in row.get("topics", "").split() or treaty in (row["from"], row["to"])]
    ties = [Tie(row["kind"], row["from"], row["to"], int(row["count"])) for row in shown]
    names = {row[end]: row[f"{end}_name"] for row in shown for end in ("from", "to")}
    every = ties
    middle = _middle(to, around, names, strongest(ties, len(names))) if around else ""
    if around:
        ties = [tie for tie in ties if middle in (tie.source, tie.target)]
        near = {iri for tie in ties for iri in (tie.source, tie.target)}
        shown = [row for row in shown if row["from"] in near and row["to"] in near]
    nodes = strongest(ties, limit)
    are_treaties = {row["treaty"] for row in treaties}
    inside = set(nodes)
    within = [row for row in shown if row["from"] in inside and row["to"] in inside]
    ties = [Tie(row["kind"], row["from"], row["to"], int(row["count"])) for row in within]
    # placing hundreds of things takes a while, in which other pages are to be answered
    picture = await asyncio.to_thread(
        draw,
        nodes,
        ties,
        names,
        lambda iri: to.treaty(iri) if iri in are_treaties else to.actor(iri),
        are_treaties,
    )
    context = {
        "rows": within,
        "nodes": len(nodes),
        "total": len(names),
        "middle": names.get(middle, ""),
        "known": sorted({names[iri] for iri in strongest(every, 300)}),
        "treaties": treaties,
        "are_treaties": are_treaties,
        "kinds": KINDS,
        "chosen": {"kinds": kinds, "treaty": treaty, "around": around, "since": since, "until": until, "limit": limit},
    }
    query = query_text("network", since=since, until=until)
    return View("network.html", "Network", context, shown, picture if nodes else "", query)


def _middle(to: Addresses, around: str, names: dict[str, str], by_weight: list[str]) -> str:
    """Whom a reader means: by IRI, by the whole name, or by its beginning; of several the one with the most facts."""
    iri = to.iri(around)
    if iri in names:
        return iri
    wanted = around.casefold()
    told = [(iri, names[iri].casefold()) for iri in by_weight]
    whole = next((iri for iri, name in told if name == wanted), "")
    return whole or next((iri for iri, name in told if f" {name}".find(f" {wanted}") >= 0), "")


def _classed(rows: list[Row]) -> list[Row]:
    return [{**row, "class": plain_class(best_class(row["classes"].split()))} for row in rows]


def _names(rows: list[Row]) -> dict[str, Any]:
    values: dict[str, list[str]] = {"label": [], "also": [], "same": [], "class": []}
    affiliations = []
    for row in rows:
        if row["what"] == "affiliation":
            affiliations.append((row["value"], row["value_name"]))
        else:
            values[row["what"]].append(row["value"])
    label = values["label"][0] if values["label"] else ""
    return {
        "label": label,
        "also": [name for name in values["also"] if name != label],
        "same": [link for link in values["same"] if web(link)],
        "classes": [value.rpartition("#")[2] for value in values["class"]],
        "affiliations": affiliations,
    }


def _merged(rows: list[Row], key: str) -> list[Row]:
    """One row for each fact: the first, with the words of all joined."""
    facts: dict[str, Row] = {}
    for row in rows:
        known = facts.get(row[key])
        if known is None:
            facts[row[key]] = row
        elif "exact" in row and row["exact"] not in known["exact"]:
            known["exact"] += f" … {row['exact']}"
    return list(facts.values())


def _statements(rows: list[Row]) -> list[dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    for row in rows:
        fact = facts.setdefault(row["statement"], {**row, "speakers": {}, "topics": {}, "relayers": {}})
        # its evidence is the cue as well as what was said: the longest tells most
        if int(row["end"]) - int(row["start"]) > int(fact["end"]) - int(fact["start"]):
            fact["start"], fact["end"] = row["start"], row["end"]
        if row["speaker_name"]:
            fact["speakers"][row["speaker"], row["speaker_name"]] = None
        if row["about_name"]:
            fact["topics"][row["about"], row["about_name"]] = None
        if row["relayed_by"]:
            fact["relayers"][row["relayed_by"]] = None
    return list(facts.values())


def _stages(rows: list[Row]) -> list[dict[str, Any]]:
    """One entry for each step of a treaty, with who took it, in the order of time."""
    steps: dict[str, dict[str, Any]] = {}
    for row in rows:
        step = steps.setdefault(row["stage"], {**row, "actors": {}})
        if row["by_name"]:
            step["actors"][row["by"], row["by_name"]] = None
    for step in steps.values():
        step["when"], step["own_date"] = when(step)
    return sorted(steps.values(), key=lambda one: (not one["when"], one["when"], one["article"], int(one["start"])))


def _distinct(rows: Iterable[Row], key: str) -> list[str]:
    return list(dict.fromkeys(row[key] for row in rows if row.get(key)))


def _matrix(positions: list[Row]) -> list[dict[str, Any]]:
    """A line for each holder, with its positions by polarity; those with most positions first."""
    lines: dict[str, dict[str, Any]] = {}
    for row in positions:
        line = lines.setdefault(row["holder"], {"holder": row["holder"], "name": row["holder_name"], "cells": {}})
        line["cells"].setdefault(row["polarity"], []).append(row)
    return sorted(lines.values(), key=lambda line: (-sum(map(len, line["cells"].values())), line["name"]))


def when(row: Mapping[str, Any]) -> tuple[str, bool]:
    """The date of a fact, and whether it is the fact's own: else it is the article's."""
    own = next((row[key] for key in ("held", "stated", "date", "start_date", "end_date") if row.get(key)), "")
    return (own, True) if own else (row.get("published", ""), False)


def changes_of(positions: list[Row]) -> list[tuple[Row, Row]]:
    """Pairs of positions of one holder on one thing from one side, of which the later one differs."""
    sides: dict[tuple[str, str, str], list[Row]] = {}
    for row in positions:
        sides.setdefault((row["holder"], row["target"], row.get("according_to", "")), []).append(row)
    pairs = []
    for rows in sides.values():
        dated = sorted((row for row in rows if when(row)[0]), key=lambda row: when(row)[0])
        pairs += [(a, b) for a, b in pairwise(dated) if a["polarity"] != b["polarity"] and when(a)[0] < when(b)[0]]
    return pairs


def _moments(
    to: Addresses, positions: list[Row], statements: list[dict[str, Any]], events: list[Row], told: Any
) -> list[Moment]:
    moments = [Moment(when(row)[0], row["polarity"], told(row), _words(to, row)) for row in positions]
    moments += [
        Moment(when(row)[0], "statement", f"{_speakers(row)}: {row['content'][:120]}", _words(to, row))
        for row in statements
    ]
    moments += [Moment(when(row)[0], "event", f"{row['name']} ({row['realis']})", _words(to, row)) for row in events]
    return moments


def _words(to: Addresses, row: dict[str, Any]) -> str:
    return to.words(row["article"], row["start"], row["end"])


def _speakers(row: dict[str, Any]) -> str:
    return ", ".join(name for _, name in row["speakers"]) or "somebody"


def _chronicle(
    positions: list[Row], statements: list[dict[str, Any]], events: list[Row]
) -> list[dict[str, Any]]:  # fmt: skip
    """Everything about a treaty in the order of time; what has no date comes last."""
    entries: list[dict[str, Any]] = [{**row, "sort": "position"} for row in positions]
    entries += [{**row, "sort": "statement"} for row in statements]
    entries += [{**row, "sort": "event"} for row in events]
    for entry in entries:
        entry["when"], entry["own_date"] = when(entry)
    return sorted(entries, key=lambda entry: (not entry["when"], entry["when"], entry["article"], int(entry["start"])))
