"""The page of an article: its text, with all that was read from it marked where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from kgbuild.graph.vocabulary import DCTERMS, DIP, OA, RDF, SCHEMA
from kgbuild.serve.explorer.addresses import Addresses, web
from kgbuild.serve.explorer.asking import Row, ask, query_text
from kgbuild.serve.explorer.marking import Mark, cut
from kgbuild.serve.explorer.views import CLASSES, View, plain_class
from kgbuild.serve.pool import Answering

#: in which order the kinds of facts are listed
_ORDER = ("statement", "position", "event", "treaty", "role", "actor")


class _Facts:
    """The triples of an article's graph, by subject and property."""

    def __init__(self, rows: list[Row], names: dict[str, str]) -> None:
        self.names = names
        self.values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            values = self.values[row["subject"]][row["property"]]
            if row["value"] not in values:
                values.append(row["value"])
            if row["value_name"]:
                names.setdefault(row["value"], row["value_name"])

    def all(self, node: str, term: object) -> list[str]:
        return self.values[node].get(str(term), [])

    def one(self, node: str, term: object) -> str:
        return next(iter(self.all(node, term)), "")

    def named(self, node: str, term: object) -> list[tuple[str, str]]:
        return [(value, self.names.get(value, value)) for value in self.all(node, term)]

    def concept(self, node: str, term: object) -> str:
        return self.one(node, term).rpartition("#")[2].lower()

    def depth(self, node: str) -> int:
        """How many statements a statement is within."""
        depth, seen = 0, {node}
        while (node := self.one(node, DIP.partOf)) and node not in seen:
            seen.add(node)
            depth += 1
        return depth


async def article_view(pool: Answering, to: Addresses, iri: str, at: str) -> View | None:
    """An article; None if there is no such article.

    Args:
        pool: answers.
        to: addresses.
        iri: of the article.
        at: ``START-END``: words to be shown.
    """
    rows = await ask(pool, "article", iri)
    if not rows:
        return None
    names = {row["thing"]: row["name"] for row in await ask(pool, "article_names", iri)}
    facts = _Facts(rows, names)
    text = facts.one(iri, SCHEMA.articleBody)
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _ORDER}
    marks = []
    for node in sorted(facts.values):
        kind = _kind(facts.one(node, RDF.type))
        places = sorted(
            (int(facts.one(place, OA.start) or 0), int(facts.one(place, OA.end) or 0))
            for place in facts.all(node, DIP.evidence)
        )
        if not kind or not places:
            continue
        fact = _described(facts, to, node, kind)
        fact["places"] = [{"start": start, "end": end, "text": text[start:end]} for start, end in places]
        found[kind].append(fact)
        href = fact["href"] if kind in ("actor", "treaty") else ""
        marks += [Mark(start, end, kind, "", fact["detail"], href, fact["title"]) for start, end in places]
        fact["marks"] = [len(marks) - len(places), len(marks)]
    number = 0
    for kind in _ORDER:
        found[kind].sort(key=lambda fact: (fact["places"][0]["start"], fact["places"][0]["end"], fact["node"]))
        for fact in found[kind]:
            number += 1
            fact["id"] = f"f{number}"
            for index in range(*fact.pop("marks")):
                mark = marks[index]
                marks[index] = Mark(mark.start, mark.end, mark.kind, fact["id"], mark.detail, mark.href, mark.label)
    span = re.fullmatch(r"(\d{1,9})-(\d{1,9})", at)
    if span is not None:
        marks.append(Mark(int(span[1]), int(span[2]), "shown", ""))
    title = facts.one(iri, DCTERMS.title) or "Untitled article"
    context = {
        "iri": iri,
        "title": title,
        "date": facts.one(iri, SCHEMA.datePublished),
        "publisher": facts.one(iri, SCHEMA.publisher),
        "author": facts.one(iri, SCHEMA.author),
        "url": web(facts.one(iri, SCHEMA.url)),
        "copies": _copies(facts, iri),
        "pieces": cut(text, marks),
        "facts": found,
        "order": _ORDER,
    }
    data = [
        {
            "kind": kind,
            "what": fact["title"],
            "start": str(place["start"]),
            "end": str(place["end"]),
            "words": str(place["text"]),
            "node": fact["node"],
        }
        for kind in _ORDER
        for fact in found[kind]
        for place in fact["places"]
    ]
    return View("article.html", title, context, data, query=query_text("article", iri))


def _copies(facts: _Facts, iri: str) -> list[dict[str, str]]:
    """The other places where an article's text was published, those of which nothing is known left out."""
    copies = [
        {
            "date": facts.one(node, SCHEMA.datePublished),
            "publisher": facts.one(node, SCHEMA.publisher),
            "title": facts.one(node, DCTERMS.title),
            "url": web(facts.one(node, SCHEMA.url)),
        }
        for node in facts.all(iri, DCTERMS.source)
    ]
    return sorted(filter(lambda copy: any(copy.values()), copies), key=lambda copy: tuple(copy.values()))


def _kind(class_iri: str) -> str:
    name = class_iri.removeprefix(str(DIP))
    if name in ("", "Article", "Evidence", class_iri):
        return ""
    if name == "Treaty":
        return "treaty"
    if name in CLASSES:
        return "actor"
    return {"Statement": "statement", "Refusal": "statement", "Position": "position", "Role": "role"}.get(name, "event")


def _described(facts: _Facts, to: Addresses, node: str, kind: str) -> dict[str, Any]:
    """What a fact says: for the list beside the text, and in a few words for the mark in it."""
    class_name = facts.one(node, RDF.type).rpartition("#")[2]
    fact: dict[str, Any] = {"node": node, "detail": "", "href": "", "confidence": facts.one(node, DIP.confidence)}
    if kind == "actor":
        fact |= {"href": to.actor(node), "name": facts.names.get(node, node), "class": plain_class(class_name)}
        fact |= {"title": f"{fact['name']} ({fact['class']})"}
    elif kind == "treaty":
        status = facts.concept(node, DIP.status)
        fact |= {"href": to.treaty(node), "name": facts.names.get(node, node), "status": status}
        fact |= {"title": f"treaty: {fact['name']}", "parties": facts.named(node, DIP.party)}
    elif kind == "statement":
        speakers = facts.named(node, DIP.speaker)
        depth = facts.depth(node)
        fact |= {
            "speakers": speakers,
            "content": facts.one(node, DIP.content),
            "cue": facts.one(node, DIP.cue),
            "quotation": facts.concept(node, DIP.quotation),
            "refusal": class_name == "Refusal",
            "denial": bool(facts.one(node, DIP.denial)),
            "about": facts.named(node, DIP.about),
            "depth": depth,
            "detail": f"depth{min(depth, 3)}",
        }
        verb = "declines to comment" if fact["refusal"] else "says"
        fact["title"] = f"{', '.join(name for _, name in speakers) or 'somebody'} {verb}"
    elif kind == "position":
        polarity = facts.concept(node, DIP.polarity)
        holder, target = facts.named(node, DIP.holder), facts.named(node, DIP.target)
        by = facts.named(node, DIP.accordingTo)
        fact |= {"holder": holder, "target": target, "polarity": polarity, "according_to": by, "detail": polarity}
        fact |= {"hedged": bool(facts.one(node, DIP.hedged))}
        fact["title"] = f"{_listed(holder)} {polarity} {_listed(target)}" + (
            f", according to {_listed(by)}" if by else ""
        )
    elif kind == "role":
        fact |= {"holder": facts.named(node, DIP.holder), "post": facts.one(node, DIP.title)}
        fact |= {"tenure": facts.one(node, DIP.tenure), "represents": facts.named(node, DIP.represents)}
        fact |= {"host": facts.named(node, DIP.accreditedTo)}
        fact["title"] = f"{_listed(fact['holder'])}: {fact['post']}"
    else:
        when = facts.one(node, DIP.date)
        if not when:
            when = " to ".join(filter(None, (facts.one(node, DIP.startDate), facts.one(node, DIP.endDate))))
        fact |= {"name": facts.names.get(node, ""), "class": class_name, "realis": facts.concept(node, DIP.realis)}
        fact |= {"when": when, "participants": _participants(facts, node), "concerns": facts.named(node, DIP.concerns)}
        fact["title"] = f"event: {fact['name']} ({fact['realis']})"
    return fact


def _participants(facts: _Facts, node: str) -> list[tuple[str, str]]:
    everybody = [one for term in (DIP.agent, DIP.recipient, DIP.participant) for one in facts.named(node, term)]
    return list(dict.fromkeys(everybody))


def _listed(things: list[tuple[str, str]]) -> str:
    return ", ".join(name for _, name in things)
