"""Runs queries over a store and holds their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from kgbuild.errors import KgbuildError
from kgbuild.graph.vocabulary import DEFAULT_BASE, PREFIXES
from kgbuild.query.canned import Query, parse_query, read_query

if TYPE_CHECKING:
    import pyoxigraph

_POSITION = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): (?P<reason>.*)", re.DOTALL)
# the parser lists every character that could follow; that helps nobody
_EXPECTED = re.compile(r"expected one of (?P<tokens>.*)", re.DOTALL)


class Result:
    """The answer to a query: rows, yes or no, or triples.

    It is computed as it is read, and can be read again.

    Attributes:
        query: what was asked, with its parameters set.
        columns: names of the columns; for triples subject, predicate and object; empty for yes or no.
    """

    def __init__(self, store: pyoxigraph.Store, query: Query) -> None:
        import pyoxigraph

        self.query = query
        self._store = store
        self._fresh: Any = self._ask()
        self.answer: bool | None = None
        self.triples = isinstance(self._fresh, pyoxigraph.QueryTriples)
        self.columns: tuple[str, ...] = ()
        if isinstance(self._fresh, pyoxigraph.QueryBoolean):
            self.answer = bool(self._fresh)
        elif self.triples:
            self.columns = ("subject", "predicate", "object")
        else:
            self.columns = tuple(variable.value for variable in self._fresh.variables)

    def __iter__(self) -> Iterator[dict[str, str]]:
        """The rows, as the plain text of each bound variable."""
        for row in self.rows():
            yield {name: term_text(term) for name, term in zip(self.columns, row, strict=True) if term is not None}

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, as terms of pyoxigraph; None where a variable is not bound. One row for yes or no."""
        if self.answer is not None:
            import pyoxigraph

            yield (pyoxigraph.Literal(self.answer),)
            return
        answers = self._take()
        try:
            for row in answers:
                yield (row.subject, row.predicate, row.object) if self.triples else tuple(row[n] for n in self.columns)
        except (OSError, RuntimeError) as error:
            raise KgbuildError(f"the query failed: {error}") from error

    def serialize(self, stream: IO[bytes], media: str) -> None:
        """Writes rows, or yes or no, in a standard format of SPARQL results.

        Args:
            stream: where to.
            media: ``"csv"``, ``"tsv"`` or ``"json"``.
        """
        import pyoxigraph

        self._take().serialize(stream, pyoxigraph.QueryResultsFormat.from_extension(media))

    def _take(self) -> Any:
        fresh, self._fresh = self._fresh, None
        return self._ask() if fresh is None else fresh

    def _ask(self) -> Any:
        try:
            return self._store.query(self.query.text, prefixes={**PREFIXES, "id": DEFAULT_BASE})
        except SyntaxError as error:
            raise KgbuildError(_explain(self.query, str(error))) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise KgbuildError(f"the query {self.query.name} failed: {error}") from error


def run_query(store: pyoxigraph.Store, query: Query | str, parameters: Mapping[str, str] | None = None) -> Result:
    """Asks a store.

    Args:
        store: what :func:`kgbuild.store.open_store` gives.
        query: a query, the name of a canned one, or SPARQL.
        parameters: values of some of the query's parameters.

    Returns:
        The answer.

    Raises:
        KgbuildError: there is no such query or parameter, or the SPARQL is malformed.

    Examples:
        >>> from kgbuild.store import open_store
        >>> answer = run_query(open_store("output/"), "articles", {"publisher": "moana"})
        >>> [row["publisher"] for row in answer]
        ['Moana Broadcasting']
    """
    if isinstance(query, str):
        query = parse_query(query, "given") if re.search(r"[\s{]", query) else read_query(query)
    return Result(store, query.bound(parameters or {}))


def term_text(term: Any) -> str:
    """The text of a term without its type: an IRI or a literal's lexical form."""
    value = getattr(term, "value", None)
    return str(term) if value is None else str(value)


def _explain(query: Query, message: str) -> str:
    name = query.name or "the query"
    found = _POSITION.match(message)
    if found is None:
        return f"{name} is not SPARQL that can be answered: {message}"
    line, column = int(found["line"]), int(found["column"])
    lines = query.text.splitlines()
    shown = lines[line - 1].replace("\t", " ") if 0 < line <= len(lines) else ""
    reason = found["reason"]
    expected = _EXPECTED.match(reason)
    if expected:
        tokens = [token.strip() for token in expected["tokens"].split(", ")]
        words = [token for token in tokens if re.fullmatch(r'"?[\w$?*(){}.;:=<>|&!/^+-]+"?|(?:\w+ )+\w+', token)]
        told = [token for token in words if " " in token]
        reason = told[0] if told else f"expected {' or '.join(words[:8])}" if words else "unexpected here"
    return f"{name}, line {line}, column {column}: {reason}\n  {shown}\n  {' ' * (column - 1)}^"
