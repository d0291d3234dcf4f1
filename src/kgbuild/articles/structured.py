"""JSON (one object, a list, or an object that wraps a list) and JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from kgbuild.articles.encoding import decode
from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.opening import lines_bounded
from kgbuild.articles.records import fold_key, known_keys


def parse_json(text: str) -> object:
    """A JSON value, in which no object has a key twice.

    Raises:
        UnreadableError: it is not JSON, is nested too deeply, or repeats a key.
    """
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        raise UnreadableError(f"is not JSON ({error.msg.lower()}, {where})") from None
    except RecursionError:
        raise UnreadableError("is JSON that is nested too deeply") from None
    except ValueError as error:
        # Python refuses to read integers of thousands of digits
        raise UnreadableError(f"is JSON that cannot be read ({str(error).split(';')[0]})") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise UnreadableError(f"has the key {double[:40]!a} twice in one object")
    return record


def json_records(data: bytes) -> Iterator[tuple[int | None, Mapping[str, object] | UnreadableError]]:
    """The records of a JSON file, numbered from 1 where it holds several.

    Yields:
        The object; or each item of the list, or of the list that the object wraps ("articles", "items" …).

    Raises:
        UnreadableError: the file is not JSON.
    """
    value = parse_json(decode(data))
    if isinstance(value, dict):
        wrapped = _wrapped_list(value)
        if wrapped is None:
            yield None, value
            return
        value = wrapped
    if not isinstance(value, list):
        raise UnreadableError("is JSON, but neither an object nor a list of objects")
    if not value:
        raise UnreadableError("is a list without any articles")
    for number, item in enumerate(value, start=1):
        yield number, item if isinstance(item, dict) else UnreadableError("is not an object with keys and values")


def _wrapped_list(record: Mapping[str, object]) -> list[object] | None:
    keys = known_keys()
    folded = {fold_key(key): value for key, value in record.items()}
    if any(isinstance(folded.get(key), str) for key in keys["text"]):
        return None
    return next((value for key in keys["list"] if isinstance(value := folded.get(key), list)), None)


def json_lines(
    stream: BinaryIO, limit: int, first: bytes = b""
) -> Iterator[tuple[int | None, Mapping[str, object] | UnreadableError]]:
    """The records of a JSON Lines file, numbered by line; blank lines are passed over.

    Args:
        stream: the file.
        limit: bytes that a line may have.
        first: the first line, if it has been read already.
    """
    if first:
        yield 1, _line(first)
    for number, line in lines_bounded(stream, limit):
        at = number + bool(first)
        if isinstance(line, UnreadableError):
            yield at, line
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield at, _line(line)


def _line(line: bytes) -> Mapping[str, object] | UnreadableError:
    try:
        value = parse_json(decode(line.rstrip(b"\r\n")))
    except UnreadableError as error:
        return error
    return value if isinstance(value, dict) else UnreadableError("is not an object with keys and values")
