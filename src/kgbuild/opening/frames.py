"""Answers as data frames of pandas or polars, numbers as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from kgbuild.errors import KgbuildError
from kgbuild.query.running import term_text

if TYPE_CHECKING:
    from kgbuild.query import Result

#: the libraries that data frames can be of
Library = Literal["pandas", "polars"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(f"{_XSD}{name}" for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
_BROKEN = frozenset(f"{_XSD}{name}" for name in ("decimal", "double", "float"))


def to_frame(result: Result, library: Library = "pandas") -> Any:
    """An answer as a data frame.

    Args:
        result: rows, yes or no, or triples.
        library: ``pandas`` or ``polars``.

    Returns:
        A column for each variable, in the order of the query; missing values where nothing is bound. Dates stay text,
        because they may be as coarse as a year.

    Raises:
        KgbuildError: the library is not installed, or not known.
    """
    rows = [[_value(term) for term in row] for row in result.rows()]
    columns = list(result.columns) or ["answer"]
    try:
        if library == "pandas":
            import pandas

            return pandas.DataFrame(rows, columns=columns)
        if library == "polars":
            import polars

            return polars.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    except ImportError as error:
        raise KgbuildError(
            f"data frames need {library}, which is not installed; install it with: pip install 'kgbuild[{library}]'"
        ) from error
    raise KgbuildError(f"frames={library!r}: choose pandas or polars")


def _value(term: Any) -> object:
    """A term as a value of Python: a number, yes or no, or text."""
    if term is None:
        return None
    datatype = getattr(getattr(term, "datatype", None), "value", "")
    text = term_text(term)
    try:
        if datatype in _WHOLE:
            return int(text)
        if datatype in _BROKEN:
            return float(text)
    except ValueError:
        return text
    if datatype == f"{_XSD}boolean":
        return text in ("true", "1")
    return text
