"""Facts as bytes and back, so that what was found in an article can be kept on disk or sent to another process.

The form is JSON without names: each value is the list of its fields in their order. How a field is written follows
from its type, worked out once for each class; a class that gains a field needs no change here, but old bytes no longer
fit it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from typing import Any

from kgbuild.facts import ArticleFacts, PartialDate

Converter = Callable[[Any], Any]


def encode(facts: ArticleFacts) -> bytes:
    """The facts of an article as bytes; the same facts always give the same bytes."""
    write, _ = converters(ArticleFacts)
    return json.dumps(write(facts), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> ArticleFacts:
    """What :func:`encode` wrote.

    Raises:
        ValueError: the bytes are not the facts of an article, or those of another version of the program.
    """
    _, read = converters(ArticleFacts)
    try:
        facts: ArticleFacts = read(json.loads(data.decode("utf-8", "surrogatepass")))
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"these bytes are not the facts of an article ({error})") from error
    return facts


@functools.cache
def converters(kind: Any) -> tuple[Converter, Converter]:
    """How a value of this type is turned into JSON's types, and back.

    Args:
        kind: a dataclass, an enumeration, or an annotation made of them, of plain values, tuples and lists. What is
            annotated as ``Any`` is left as it is.
    """
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = [argument for argument in arguments if argument is not type(None)]
        write, read = converters(inner)
        return (
            lambda value: None if value is None else write(value),
            lambda data: None if data is None else read(data),
        )
    if origin is tuple:
        write, read = converters(arguments[0])
        if write is _same and read is _same:
            return list, tuple
        return (lambda value: [write(item) for item in value]), (lambda data: tuple(read(item) for item in data))
    if origin is list:
        write, read = converters(arguments[0])
        return (lambda value: [write(item) for item in value]), (lambda data: [read(item) for item in data])
    if kind is PartialDate:
        return str, PartialDate.parse
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(kind)
    if origin is None and issubclass(kind, Enum):
        return (lambda value: value.value), kind
    return _same, _same


def _of_dataclass(kind: Any) -> tuple[Converter, Converter]:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    both = [converters(hints[name]) for name in names]
    writers = [(name, write) for name, (write, _) in zip(names, both, strict=True)]
    readers = [read for _, read in both]

    def write(value: Any) -> list[Any]:
        return [convert(getattr(value, name)) for name, convert in writers]

    def read(data: list[Any]) -> Any:
        if len(data) != len(readers):
            raise ValueError(f"{kind.__name__} has {len(readers)} fields, not {len(data)}: another version wrote it")
        return kind(*[convert(item) for convert, item in zip(readers, data, strict=True)])

    return write, read


def _same(value: Any) -> Any:
    return value
