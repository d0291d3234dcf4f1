"""Values of facts as RDF literals."""

from __future__ import annotations

from functools import lru_cache

from rdflib import Literal

from kgbuild.facts import PartialDate, TimeSpan
from kgbuild.graph.vocabulary import XSD

#: characters of texts that are likely to come again
_SHORT = 100


def encodable(text: str) -> str:
    """The text, with a question mark for each character that cannot be encoded (half a surrogate pair)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode(errors="replace").decode()
    return text


def plain(text: str) -> Literal:
    """A string literal; see :func:`encodable`."""
    return _short(text) if len(text) < _SHORT else Literal(encodable(text))


@lru_cache(maxsize=4096)
def _short(text: str) -> Literal:
    return Literal(encodable(text))


@lru_cache(maxsize=4096)
def date_literal(date: PartialDate) -> Literal:
    """A date no finer than it is known: ``xsd:date``, ``xsd:gYearMonth`` or ``xsd:gYear``."""
    datatype = XSD.gYear if date.month is None else XSD.gYearMonth if date.day is None else XSD.date
    return Literal(str(date), datatype=datatype, normalize=False)


def edtf(when: TimeSpan) -> str:
    """A time in the Extended Date/Time Format (ISO 8601-2), where that says more than one plain date; else empty."""
    if when.edtf or when.single is not None:
        return when.edtf
    return f"{when.start or '..'}/{when.end or '..'}"


@lru_cache(maxsize=4096)
def confidence_literal(value: float) -> Literal:
    """A confidence as ``xsd:decimal`` of at most two places, in the canonical form that stores also write."""
    lexical = f"{min(1.0, max(0.0, value)):.2f}".rstrip("0").rstrip(".")
    return Literal(lexical, datatype=XSD.decimal, normalize=False)


@lru_cache(maxsize=4096)
def offset_literal(value: int) -> Literal:
    """A number of characters as ``xsd:nonNegativeInteger``."""
    return Literal(str(value), datatype=XSD.nonNegativeInteger, normalize=False)


#: ``true``
TRUE = Literal("true", datatype=XSD.boolean, normalize=False)
