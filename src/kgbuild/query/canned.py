"""Queries as files: SPARQL that any store runs as it stands, with a header that explains it and its parameters.

The header is the comment at the top of the file. Its first line is the title; a line ``param NAME: DESCRIPTION`` names
a parameter; the rest is the description. A parameter is a clause ``VALUES ?param_NAME { "default" }`` in the query.
Setting it replaces the literal between the braces by another literal, so whatever the user writes stays a literal.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.resources import resource

_PARAM_LINE = re.compile(r"param\s+(?P<name>[A-Za-z]\w*)\s*:\s*(?P<description>.*)")
_CLAUSE = re.compile(r"(VALUES\s+\?param_(?P<name>\w+)\s*\{\s*)(?P<literal>\"(?:[^\"\\\n]|\\.)*\")(\s*\})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_LITERAL_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query can be asked for; ``default`` is used where the user sets nothing."""

    name: str
    description: str
    default: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query, canned or the user's own.

    Attributes:
        name: of the canned query, or the file that it was read from.
        text: SPARQL.
        title, description: from the header; empty if it has none.
        parameters: in the order of the header.
    """

    name: str
    text: str
    title: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()

    def bound(self, values: Mapping[str, str]) -> Query:
        """The query with parameters set.

        Args:
            values: the values of some of the parameters.

        Raises:
            KgbuildError: the query has no such parameter.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in values:
            if name not in known:
                what = f"its parameters are {', '.join(known)}" if known else "it has none"
                raise KgbuildError(f"the query {self.name or 'given'} has no parameter {name!r}; {what}")

        def put(clause: re.Match[str]) -> str:
            value = values.get(clause["name"])
            return clause[0] if value is None else f'{clause[1]}"{value.translate(_LITERAL_ESCAPES)}"{clause[4]}'

        return replace(self, text=_CLAUSE.sub(put, self.text))


def parse_query(text: str, name: str = "") -> Query:
    """Reads the header and the parameters of a query.

    Args:
        text: SPARQL, with or without a header.
        name: for messages.

    Raises:
        KgbuildError: a parameter of the header has no clause in the query.
    """
    header: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        header.append(line.removeprefix("#").strip())
    defaults = {clause["name"]: _unescaped(clause["literal"]) for clause in _CLAUSE.finditer(text)}
    described: dict[str, str] = {}
    prose: list[str] = []
    for line in header:
        parameter = _PARAM_LINE.fullmatch(line)
        if parameter is None:
            prose.append(line)
        elif parameter["name"] in defaults:
            described[parameter["name"]] = parameter["description"]
        else:
            raise KgbuildError(
                f"{name or 'the query'}: its header names a parameter {parameter['name']!r}, "
                f'but the query has no clause VALUES ?param_{parameter["name"]} {{ "" }}'
            )
    names = [*described, *(name for name in defaults if name not in described)]
    return Query(
        name=name,
        text=text,
        title=prose[0] if prose else "",
        description=" ".join(line for line in prose[1:] if line),
        parameters=tuple(Parameter(name, described.get(name, ""), defaults[name]) for name in names),
    )


@cache
def list_queries() -> tuple[Query, ...]:
    """The canned queries, by name.

    Examples:
        >>> [query.name for query in list_queries()][:3]
        ['actor', 'anonymous', 'articles']
    """
    paths = sorted(resource("queries").glob("*.rq"))
    return tuple(parse_query(path.read_text("utf-8"), path.stem) for path in paths)


def read_query(source: str) -> Query:
    """Finds what a user asks for on the command line.

    Args:
        source: the name of a canned query, a file of SPARQL, or ``-`` for standard input.

    Raises:
        KgbuildError: there is neither such a query nor such a file, or the file is no text.
    """
    if source == "-":
        return parse_query(sys.stdin.read(), "standard input")
    for query in list_queries():
        if query.name == source:
            return query
    path = Path(source)
    if path.is_file():
        try:
            return parse_query(path.read_text("utf-8-sig"), source)
        except (OSError, UnicodeDecodeError) as error:
            raise KgbuildError(f"{source}: cannot be read as a query: {error}") from error
    names = [query.name for query in list_queries()]
    if _NAME.fullmatch(source):
        near = difflib.get_close_matches(source, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        raise KgbuildError(f"no query is called {source!r}, and no file either; {hint}")
    raise KgbuildError(f"{source}: no such file of SPARQL; the canned queries are {', '.join(names)}")


def _unescaped(literal: str) -> str:
    escapes = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda escape: escapes.get(escape[1], escape[1]), literal[1:-1])
