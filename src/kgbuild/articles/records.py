"""Makes an :class:`Article` of a record: the keys and values of a JSON object or of front matter."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from kgbuild.articles.dates import read_date
from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.normalization import normalise_line, normalise_text, refuse_broken
from kgbuild.facts import Article
from kgbuild.resources import resource

_PREFIX = re.compile(r"^(?:og|dc|dcterms|schema|article|citation)[:.]")
_PUNCTUATION = re.compile(r"[\s_\-]+")
#: tags that text in a JSON value has only where it is a piece of a web page
_HTML = re.compile(r"</(?:p|div|a|b|i|em|strong|span|h[1-6]|ul|li)>|<(?:p|br|div)\b[^<>]*>", re.IGNORECASE)


#: field of an article -> the key or column that it stands under
Columns = Mapping[str, str]
NO_COLUMNS: Columns = MappingProxyType({})
#: what of an article a record may tell
FIELDS = ("text", "title", "published", "publisher", "author", "url")


@functools.cache
def known_keys() -> dict[str, tuple[str, ...]]:
    """For each field the keys it may stand under, best first; ``list`` is for objects that wrap a list."""
    fields: dict[str, list[str]] = {}
    for line in resource("lexicon", "article_keys.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            field, key = line.split("\t")
            fields.setdefault(field, []).append(key)
    return {field: tuple(keys) for field, keys in fields.items()}


def fold_key(key: object) -> str:
    """A key as it is compared: "article:published_time" and "publishedTime" are one."""
    return _PUNCTUATION.sub("", _PREFIX.sub("", str(key).lower()))


def article_of(
    record: Mapping[str, object], source: str, *, text: str | None = None, columns: Columns = NO_COLUMNS
) -> Article:
    """The article that a record describes.

    Args:
        record: keys and values, such as a JSON object; the keys are those of ``lexicon/article_keys.tsv``. Where
            several keys of a field are there, the best one that is not empty counts.
        source: where it was read, for messages.
        text: the text, where it does not stand in the record.
        columns: for some fields the only key that they stand under.

    Raises:
        UnreadableError: no text, a date that is none, or a value that is not text.
    """
    folded: dict[str, object] = {}
    for key, value in record.items():
        folded.setdefault(fold_key(key), value)
    for field, column in columns.items():
        # a key that no fold gives, so that nothing else in the record counts
        folded[_chosen(field)] = record.get(column)

    def given(field: str, *, multiline: bool = False) -> str:
        keys = (_chosen(field),) if field in columns else known_keys()[field]
        return _field(folded, keys, field, multiline=multiline)

    title = normalise_line(given("title"))
    body = given("text", multiline=True) if text is None else text
    if text is None and _HTML.search(body):
        from kgbuild.articles.html import fragment_text

        body = fragment_text(body)
    body = normalise_text(body)
    if not any(character.isalpha() for character in body):
        raise UnreadableError("has no text" if text is not None or body else _no_text(record, columns))
    return Article(
        text=body,
        title=title,
        published=read_date(given("published")),
        publisher=normalise_line(given("publisher")),
        author=normalise_line(given("author")),
        url=normalise_line(given("url")),
        source=source,
    )


def _chosen(field: str) -> str:
    return f" {field}"


def _no_text(record: Mapping[str, object], columns: Columns) -> str:
    keys = ", ".join(sorted(ascii(str(key)[:30]) for key in record)[:8]) or "none"
    if "text" in columns:
        return f"has no text: {columns['text'][:30]!a} is missing or empty (keys: {keys})"
    return (
        f'has no text: "text", "body", "content" or the like is missing or empty (keys: {keys}); '
        "say which it is by --column text=KEY"
    )


def _field(folded: Mapping[str, object], keys: Iterable[str], field: str, *, multiline: bool = False) -> str:
    """The first value that is there for a field, as text."""
    for key in keys:
        value = _as_text(folded.get(key), field, multiline=multiline)
        if value.strip() and (field != "url" or re.match(r"(?:https?|urn|tag):", value.strip(), re.IGNORECASE)):
            return value
    return ""


def _as_text(value: object, field: str, *, multiline: bool = False) -> str:
    """A JSON value as text: a list's items joined, an object's name or address."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        refuse_broken(value)
        return value
    if isinstance(value, int | float):
        if field == "text":
            return ""
        try:
            return str(value)
        except ValueError:
            raise UnreadableError(f"has a number of too many digits where its {field} should stand") from None
    if isinstance(value, Mapping):
        wanted = ("@id", "url") if field == "url" else ("name", "title", "@value", "text")
        return next((str(value[key]) for key in wanted if isinstance(value.get(key), str)), "")
    if isinstance(value, Sequence):
        parts = [_as_text(item, field) for item in value if not isinstance(item, list)]
        return ("\n\n" if multiline else ", ").join(part for part in parts if part.strip())
    raise UnreadableError(f"has a {type(value).__name__} where its {field} should stand")
