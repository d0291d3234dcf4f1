"""The questions that the pages ask: queries of their own, each runnable as it stands."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from kgbuild.graph.vocabulary import PREFIXES
from kgbuild.query import parse_query
from kgbuild.serve.pool import Answering, Question

_QUERIES = Path(__file__).parent / "queries"

#: queries over the whole graph. Their answers are kept: what is served does not change
_KEPT = ("actors", "articles", "network", "treaties")
_KEPT_ANSWERS = 8

#: a row of an answer: the text of each bound variable
Row: TypeAlias = dict[str, str]

_answers: WeakKeyDictionary[Answering, dict[str, list[Row]]] = WeakKeyDictionary()


@cache
def _text(name: str) -> str:
    text = (_QUERIES / f"{name}.rq").read_text("utf-8")
    header, body = re.fullmatch(r"((?:#[^\n]*\n)*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    used = [name for name in PREFIXES if re.search(rf"\b{name}:", body)]
    return header + "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + body


def query_text(name: str, this: str = "", **parameters: str) -> str:
    """A query of the pages with its values set.

    Args:
        name: of a file in ``queries/``.
        this: the IRI that the query is about, known to be one.
        parameters: texts to be set.
    """
    query = parse_query(_text(name).replace("<urn:this>", f"<{this}>"), name)
    return query.bound(parameters).text if parameters else query.text


async def ask(pool: Answering, name: str, this: str = "", **parameters: str) -> list[Row]:
    """The rows that answer a query of the pages; not to be changed, for some are kept.

    Raises:
        QueryError: there is no answer within the limits.
    """
    text = query_text(name, this, **parameters)
    if name not in _KEPT:
        return rows_of((await pool.ask(Question(text))).content)
    kept = _answers.setdefault(pool, {})
    if text not in kept:
        rows = rows_of((await pool.ask(Question(text))).content)
        if len(kept) >= _KEPT_ANSWERS:
            kept.pop(next(iter(kept)))
        kept[text] = rows
    return kept[text]


def rows_of(content: bytes) -> list[Row]:
    """The rows of an answer in JSON; what is not bound is empty."""
    answer: dict[str, Any] = json.loads(content)
    if "boolean" in answer:
        return [{"answer": "yes" if answer["boolean"] else "no"}]
    empty = dict.fromkeys(answer["head"]["vars"], "")
    return [empty | {name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]
