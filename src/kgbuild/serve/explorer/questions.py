"""The canned questions as pages, on which each line leads to its words and to the pages of those whom it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kgbuild.query import Query, list_queries
from kgbuild.serve.explorer.addresses import Addresses
from kgbuild.serve.explorer.asking import Row

#: by question: what in it stands for a thing, and the columns of the answer that lead there
_LEADS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "actor": {"who": ("actor",)},
    "anonymous": {"node": ("claim", "words")},
    "articles": {"source": ("article",)},
    "changes": {
        "who": ("holder",), "what": ("target",), "side": ("according_to",), "earlier": ("earlier_words",),
        "later": ("later_words",),
    },
    "contradictions": {
        "one_who": ("speaker",), "other_who": ("contradicts",), "what": ("target",), "one": ("words",),
        "other": ("their_words",),
    },
    "disagreements": {
        "who": ("holder",), "what": ("target",), "one_source": ("according_to",), "other_source": ("or_according_to",),
        "one": ("words",), "other": ("or_words",),
    },
    "events": {"node": ("event",)},
    "evidence": {"node": ("fact", "exact")},
    "history": {"node": ("step", "words")},
    "nested": {"inner": ("said",), "outer": ("cue",)},
    "positions": {"position": ("words",)},
    "posts": {"who": ("holder",), "first_role": ("words",), "last_role": ("article",)},
    "refusals": {"refusal": ("words",)},
    "statements": {"statement": ("said",)},
    "timeline": {"node": ("text",)},
    "treaty": {"node": ("treaty",)},
    "unquoted": {"who": ("actor",)},
}  # fmt: skip

#: the parts of a pair, and of each of its sides, that may be missing
_EMPTY = dict.fromkeys(("holder", "by", "by_href", "who", "who_href", "date", "unattributed"), "")
#: the questions over time and disagreement come first, in this order
_FIRST = ("changes", "contradictions", "disagreements", "anonymous", "unquoted")


def grouped_queries() -> list[tuple[str, list[Query]]]:
    """The canned queries under headings: those over time and disagreement, then the others."""
    queries = {query.name: query for query in list_queries()}
    first = [queries[name] for name in _FIRST if name in queries]
    return [
        ("Over time, and against each other", first),
        ("What is in the graph", [query for name, query in queries.items() if name not in _FIRST]),
    ]


def leading_text(query: Query) -> str:
    """A canned query that also gives the IRIs to which the lines of its answer lead.

    Args:
        query: canned, with its parameters set.
    """
    names = " ".join(f"?{name}" for name in _LEADS.get(query.name, {}))
    return re.sub(r"^SELECT (?:DISTINCT )?", rf"\g<0>{names} ", query.text, count=1, flags=re.MULTILINE)


def shown_columns(query: Query, columns: Sequence[str]) -> list[str]:
    """The columns of the canned query itself: what was asked for besides is behind the links."""
    return [column for column in columns if column not in _LEADS.get(query.name, {})]


def linked(to: Addresses, query: Query, row: Row) -> dict[str, str]:
    """The addresses to which the columns of a row lead."""
    return {
        column: to.page("thing", row[name])
        for name, leading in _LEADS.get(query.name, {}).items()
        for column in leading
        if row.get(name) and row.get(column)
    }


def pairs(to: Addresses, query: Query, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The answers that set two positions side by side; empty for other questions.

    Returns:
        For each a ``target``, a ``holder`` if both positions are his, and two ``sides`` (``who``, ``by``, ``polarity``,
        ``words``, ``date``), with links.
    """
    build = {"changes": _change, "contradictions": _contradiction, "disagreements": _disagreement}.get(query.name)
    return [] if build is None else [_EMPTY | build(row, linked(to, query, row)) for row in rows]


def _side(row: Row, links: dict[str, str], **columns: str) -> dict[str, str]:
    """One of two positions; each keyword names the column of a part."""
    side = _EMPTY | {part: row.get(column, "") for part, column in columns.items()}
    return side | {f"{part}_href": links.get(column, "") for part, column in columns.items()}


def _change(row: Row, links: dict[str, str]) -> dict[str, Any]:
    earlier = _side(row, links, polarity="earlier_polarity", words="earlier_words", date="earlier_date")
    later = _side(row, links, polarity="later_polarity", words="later_words", date="later_date")
    head = _side(row, links, holder="holder", target="target", by="according_to")
    return head | {"sides": [earlier, later], "between": "then"}


def _contradiction(row: Row, links: dict[str, str]) -> dict[str, Any]:
    itself = row.get("contradicts") == "earlier self"
    later = _side(row, links, who="speaker", polarity="polarity", words="words", date="date")
    other = "speaker" if itself else "contradicts"
    earlier = _side(row, links, who=other, polarity="their_polarity", words="their_words", date="their_date")
    between = "contradicts an earlier self" if itself else "contradicts"
    return _side(row, links, target="target") | {"sides": [later, earlier], "between": between}


def _disagreement(row: Row, links: dict[str, str]) -> dict[str, Any]:
    one = _side(row, links, by="according_to", polarity="polarity", words="words")
    other = _side(row, links, by="or_according_to", polarity="or_polarity", words="or_words")
    head = _side(row, links, holder="holder", target="target")
    return head | {"sides": [one, other], "between": "but", "unattributed": "own words, or the article’s"}
