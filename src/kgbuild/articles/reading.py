"""Reads articles from files of every kind that is understood; what cannot be read comes as a failure among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kgbuild.articles.encoding import decode
from kgbuild.articles.failures import ReadFailure, UnreadableError
from kgbuild.articles.markdown import markdown_record, plain_text_title
from kgbuild.articles.normalization import normalise_text
from kgbuild.articles.records import article_of
from kgbuild.articles.sources import Input, find_inputs, open_input, read_bounded
from kgbuild.articles.structured import json_lines, json_records, parse_json
from kgbuild.facts import Article
from kgbuild.limits import ArticleLimits, OverLimitError, limited


@dataclass(frozen=True, slots=True)
class ReadingLimits(ArticleLimits):
    """What one input may cost, in reading and in each later step.

    Attributes:
        seconds: of processor time for one article in each step; 0 for no limit.
        memory_bytes: of memory for one article in each step; 0 for no limit.
        article_bytes: bytes of a file that holds one article, decompressed, or of a line of JSON Lines.
        list_bytes: bytes of a JSON file that holds a list, which is read whole.
    """

    article_bytes: int = 5_000_000
    list_bytes: int = 100_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read: an article, or why there is none.

    Attributes:
        input: the file it comes from.
        line: number of the line or list item, in files that hold several articles.
    """

    input: Input
    line: int | None
    outcome: Article | ReadFailure

    @property
    def name(self) -> str:
        """The file relative to the folder that the user gave, with the line: what holds wherever the folder stands."""
        return self.input.name if self.line is None else f"{self.input.name}:{self.line}"


def read_articles(
    paths: Iterable[str | Path], *, limits: ReadingLimits | None = None
) -> Iterator[Article | ReadFailure]:
    """Reads articles one after another; never more than one file, or line of JSON Lines, is in memory.

    Args:
        paths: files (``.txt``, ``.md``, ``.html``, ``.json``, ``.jsonl``, each also with ``.gz``), folders of such
            files, or ``-`` for standard input.
        limits: what one input may cost.

    Yields:
        Each article with normalised text (see :mod:`kgbuild.articles.normalization`), or what could not be read and
        why, in the order of the paths and of the file names in a folder.
    """
    for reading in read_inputs(paths, limits=limits):
        yield reading.outcome


def read_inputs(
    paths: Iterable[str | Path], *, limits: ReadingLimits | None = None, exclude: Path | None = None
) -> Iterator[Reading]:
    """Like :func:`read_articles`, with the file that each comes from.

    Args:
        paths: files, folders, or ``-``.
        limits: what one input may cost.
        exclude: a folder to pass over, such as the one that is written to.
    """
    for source in find_inputs(paths, exclude=exclude):
        yield from read_input(source, limits or ReadingLimits())


def read_input(source: Input, limits: ReadingLimits) -> Iterator[Reading]:
    """The articles of one file; what cannot be read comes as a failure.

    Args:
        source: of :func:`~kgbuild.articles.sources.find_inputs`.
        limits: what it may cost.
    """
    try:
        if source.problem:
            raise UnreadableError(source.problem)
        with open_input(source) as stream:
            yield from _read(source, stream, limits)
    except UnreadableError as error:
        yield Reading(source, None, ReadFailure(source.shown, str(error)))


def _read(source: Input, stream: BinaryIO, limits: ReadingLimits) -> Iterator[Reading]:
    """The articles of one file."""
    form = source.format
    first = b""
    if source.path is None:
        first = stream.readline(limits.article_bytes + 1)
        form = _detect(first)
    if form == "jsonl":
        yield from _records(source, json_lines(stream, limits.article_bytes, first), limits)
    elif form == "json":
        data = first + read_bounded(stream, limits.list_bytes - len(first))
        yield from _records(source, json_records(data), limits)
    else:
        data = first + read_bounded(stream, max(0, limits.article_bytes - len(first)))
        if form == "html":
            import trafilatura  # noqa: F401 - no article is to be charged for it, nor to interrupt it
        yield Reading(source, None, _bounded(limits, _single, form, data, source.shown))


def _detect(first: bytes) -> str:
    """The format of standard input by its first line: JSON Lines, JSON, HTML, Markdown with front matter, or text."""
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        if start.startswith(b"["):
            return "json"
        try:
            parse_json(start.decode("utf-8", "replace"))
        except UnreadableError:
            # an object over several lines, unless the first line is itself broken
            return "jsonl" if start.rstrip().endswith(b"}") else "json"
        return "jsonl"
    if start[:20].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "html"
    return "markdown" if start.rstrip() == b"---" else "text"


def _records(
    source: Input, records: Iterator[tuple[int | None, Mapping[str, object] | UnreadableError]], limits: ReadingLimits
) -> Iterator[Reading]:
    empty = True
    for line, record in records:
        empty = False
        at = source.shown if line is None else f"{source.shown}:{line}"
        outcome: Article | ReadFailure
        try:
            if isinstance(record, UnreadableError):
                raise record
            outcome = _bounded(limits, article_of, record, at)
        except UnreadableError as error:
            outcome = ReadFailure(at, str(error))
        yield Reading(source, line, outcome)
    if empty:
        raise UnreadableError("holds no articles")


def _bounded(limits: ReadingLimits, make: Callable[..., Article], *args: object) -> Article:
    """Makes an article within the limits of time and memory.

    Raises:
        UnreadableError: it goes over one.
    """
    try:
        with limited(limits):
            return make(*args)
    except OverLimitError as error:
        raise UnreadableError(str(error)) from None


def _single(form: str, data: bytes, shown: str) -> Article:
    """The article of a file that holds one."""
    if form == "html":
        from kgbuild.articles.html import html_record

        record, text = html_record(data)
        return article_of(record, shown, text=text)
    text = decode(data)
    if form == "markdown":
        record, text = markdown_record(text)
        return article_of(record, shown, text=text)
    text = normalise_text(text)
    return article_of({"title": plain_text_title(text)}, shown, text=text)
