"""Documents as bytes: ``Doc.to_bytes``, ``DocBin``, and the processes of ``nlp.pipe(n_process=2)``.

spaCy writes what components leave on a document with srsly's msgpack, which can be told of further types. Ours are
written as lists of their fields and read back as values of the same types. What is remembered of a document only to
be quick is left out and made again when it is asked for.

A value is read back by itself: what was one :class:`Referent` in two places, such as ``doc._.actors`` and
``doc._.referents``, is two equal ones, with the same ``key``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from srsly.msgpack import msgpack_decoders, msgpack_encoders

from kgbuild.facts_codec import converters

#: what is written of a document, by the module that defines it; imported when it is met, since these modules
#: themselves declare what they leave on documents
_MODULES = {
    "kgbuild.facts": ("Article", "PartialDate", "Role", "Statement", "Position", "Event"),
    "kgbuild.extraction.document": ("Referent", "TreatyDetail", "Layout", "DateMention"),
    "kgbuild.extraction.attribution.value": ("Attribution",),
}
_WRITTEN = {name: module for module, names in _MODULES.items() for name in names}
#: made from the document again when it is needed
_REMEMBERED = {
    ("kgbuild.extraction.written", "Written"),
    ("kgbuild.extraction.annotation", "Annotation"),
    ("kgbuild.extraction.tokens", "Tokens"),
}
#: the key that marks one of our values, and the one of its fields
_TYPE, _FIELDS = "kgbuild.type", "fields"

_Chain = Callable[[Any], Any] | None


def register_serialisation() -> None:
    """Tells srsly of our types; calling it again does nothing."""
    msgpack_encoders.register("kgbuild", func=_encode)
    msgpack_decoders.register("kgbuild", func=_decode)


def _encode(value: Any, chain: _Chain = None) -> Any:
    kind: Any = type(value)
    if _WRITTEN.get(kind.__name__) == kind.__module__:
        write, _ = converters(kind)
        return {_TYPE: kind.__name__, _FIELDS: write(value)}
    if (kind.__module__, kind.__name__) in _REMEMBERED:
        return None
    return value if chain is None else chain(value)


def _decode(value: Any, chain: _Chain = None) -> Any:
    if isinstance(value, dict) and _TYPE in value:
        _, read = converters(_type(value[_TYPE]))
        return read(value[_FIELDS])
    return value if chain is None else chain(value)


@cache
def _type(name: str) -> Any:
    if name not in _WRITTEN:
        raise ValueError(f"a document holds a {name!r}, which this version of kgbuild does not know")
    return getattr(import_module(_WRITTEN[name]), name)
