"""Reads articles from files of every kind that is understood; what cannot be read comes as a failure among them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from kgbuild.articles.encoding import decode
from kgbuild.articles.failures import ReadFailure, UnreadableError
from kgbuild.articles.markdown import markdown_record, plain_text_title, unwrapped
from kgbuild.articles.normalization import normalise_text
from kgbuild.articles.opening import decompressed, open_input, read_bounded
from kgbuild.articles.records import NO_COLUMNS, Columns, article_of
from kgbuild.articles.sources import Input, find_inputs
from kgbuild.articles.structured import json_lines, json_records, parse_json
from kgbuild.facts import Article
from kgbuild.limits import ArticleLimits, OverLimitError, limited

if TYPE_CHECKING:
    from kgbuild.articles.warc import Page

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ReadingLimits(ArticleLimits):
    """What one input may cost, in reading and in each later step.

    Attributes:
        seconds: of processor time for one article in each step; 0 for no limit.
        memory_bytes: of memory for one article in each step; 0 for no limit.
        article_bytes: bytes of a file that holds one article, decompressed, or of a line of JSON Lines.
        list_bytes: bytes of a JSON file that holds a list, which is read whole.
    """

    article_bytes: int = 10_000_000
    list_bytes: int = 100_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read: an article, or why there is none.

    Attributes:
        input: the file it comes from, which may be a member of an archive.
        line: number of the line, list item, row or record, in files that hold several articles.
    """

    input: Input
    line: int | None
    outcome: Article | ReadFailure

    @property
    def name(self) -> str:
        """The file relative to the folder that the user gave, with the line: what holds wherever the folder stands."""
        return self.input.name if self.line is None else f"{self.input.name}:{self.line}"


def read_articles(
    paths: Iterable[str | Path], *, limits: ReadingLimits | None = None, columns: Columns = NO_COLUMNS
) -> Iterator[Article | ReadFailure]:
    """Reads articles one after another; never more than one file, line, row or record is in memory.

    Args:
        paths: files (``.txt``, ``.md``, ``.html``, ``.json``, ``.jsonl``, ``.warc``, ``.parquet``, ``.zip``, ``.tar``,
            most also with ``.gz``, ``.bz2``, ``.xz`` or ``.zst``), folders of such files, addresses of other stores
            (``s3://bucket/news/*.warc.gz``), or ``-`` for standard input.
        limits: what one input may cost.
        columns: for a field of :data:`kgbuild.articles.records.FIELDS` the only column or key that it is read from,
            in Parquet and JSON.

    Yields:
        Each article with normalised text (see :mod:`kgbuild.articles.normalization`), or what could not be read and
        why, in the order of the paths and of the file names in a folder.

    Examples:
        >>> [article.publisher for article in read_articles(["examples/articles/congo-luanda-truce.md"])]
        ['Agence Correspondance']
    """
    for reading in read_inputs(paths, limits=limits, columns=columns):
        yield reading.outcome


def read_inputs(
    paths: Iterable[str | Path],
    *,
    limits: ReadingLimits | None = None,
    exclude: Path | None = None,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Reading]:
    """Like :func:`read_articles`, with the file that each comes from.

    Args:
        paths: files, folders, addresses, or ``-``.
        limits: what one input may cost.
        exclude: a folder to pass over, such as the one that is written to.
        columns: as for :func:`read_articles`.
    """
    for source in find_inputs(paths, exclude=exclude):
        yield from read_input(source, limits or ReadingLimits(), columns)


@dataclass(frozen=True, slots=True)
class Share:
    """Which of the records, or members, of a file are wanted: every so many, so that several can share the work.

    Attributes:
        number: of the share, from 0.
        of: how many shares there are.
    """

    number: int = 0
    of: int = 1

    def has(self, record: int) -> bool:
        """Whether a record with this number belongs to it."""
        return record % self.of == self.number


_ALL = Share()


def read_input(
    source: Input, limits: ReadingLimits, columns: Columns = NO_COLUMNS, share: Share = _ALL
) -> Iterator[Reading]:
    """The articles of one file; what cannot be read comes as a failure.

    Args:
        source: of :func:`~kgbuild.articles.sources.find_inputs`.
        limits: what it may cost.
        columns: as for :func:`read_articles`.
        share: which of its records; all shares together give what the whole file gives.
    """
    reader = _Reader(limits, columns, share)
    try:
        if source.problem:
            raise UnreadableError(source.problem)
        # records and members are decompressed one by one, so that damage costs no more than it must
        with open_input(source, decompress=source.standard_input or not reader.takes_stored(source)) as stream:
            yield from reader.read(source, stream)
    except UnreadableError as error:
        if share.has(0):
            yield _failed(source, error)


def _failed(source: Input, error: UnreadableError) -> Reading:
    return Reading(source, None, ReadFailure(source.shown, str(error)))


class _Reader:
    """Reads files of every kind.

    Args:
        limits: what one input may cost.
        columns: the columns that the user chose.
        share: which records are wanted.
    """

    def __init__(self, limits: ReadingLimits, columns: Columns, share: Share) -> None:
        self._limits = limits
        self._columns = columns
        self._share = share

    @staticmethod
    def takes_stored(source: Input) -> bool:
        """The file is read as it is stored, compressed or not."""
        return source.format == "warc" and source.compression == "gzip"

    def read(self, source: Input, stream: BinaryIO, member: int = 0) -> Iterator[Reading]:
        """The articles of one file.

        Args:
            source: the file.
            stream: its bytes.
            member: its number in an archive.

        Raises:
            UnreadableError: there are none, or no more.
        """
        limits = self._limits
        form = source.format
        first = b""
        if source.standard_input:
            first = stream.readline(limits.article_bytes + 1)
            form = _detect(first)
        match form:
            case "jsonl":
                yield from self._records(source, json_lines(stream, limits.article_bytes, first))
            case "json":
                data = first + read_bounded(stream, limits.list_bytes - len(first))
                yield from self._records(source, json_records(data))
            case "parquet":
                from kgbuild.articles.parquet import parquet_rows

                yield from self._records(
                    source, parquet_rows(stream, limits.article_bytes, self._columns, self._memory_bounded)
                )
            case "warc":
                yield from self._pages(source, _behind(first, stream) if first else stream)
            case "zip" | "tar":
                yield from self._members(source, stream, form)
            case _ if self._share.has(member):
                data = first + read_bounded(stream, max(0, limits.article_bytes - len(first)))
                if form == "html":
                    import trafilatura  # noqa: F401 - no article is to be charged for it, nor to interrupt it
                yield Reading(source, None, self._bounded(_single, form, data, source.shown))

    def _records(
        self, source: Input, records: Iterator[tuple[int | None, Mapping[str, object] | UnreadableError]]
    ) -> Iterator[Reading]:
        empty = True
        for line, record in records:
            empty = False
            yield from self._numbered(source, line, record, lambda one, at: article_of(one, at, columns=self._columns))
        if empty:
            raise UnreadableError("holds no articles")

    def _pages(self, source: Input, stream: BinaryIO) -> Iterator[Reading]:
        import trafilatura  # noqa: F401 - as above

        from kgbuild.articles.warc import warc_pages

        empty = True
        for number, page in warc_pages(stream, self._limits.article_bytes):
            empty = False
            yield from self._numbered(source, number, page, _archived)
        if empty:
            raise UnreadableError("holds no web pages")

    def _members(self, source: Input, stream: BinaryIO, form: str) -> Iterator[Reading]:
        from kgbuild.articles.archives import tar_members, zip_members

        empty = True
        members = (zip_members if form == "zip" else tar_members)(source, stream, self._memory_bounded)
        for number, (member, content) in enumerate(members):
            empty = False
            try:
                if isinstance(content, UnreadableError):
                    raise content
                if not self.takes_stored(member):
                    content = decompressed(content, member.compression)  # noqa: PLW2901
                if member.format == "parquet":
                    content = io.BytesIO(read_bounded(content, self._limits.list_bytes))  # noqa: PLW2901
                yield from self.read(member, content, number)
            except UnreadableError as error:
                if self._share.has(number):
                    yield _failed(member, error)
        if empty:
            raise UnreadableError("is an archive without any articles")

    def _numbered(
        self, source: Input, number: int | None, found: _T | UnreadableError, make: Callable[[_T, str], Article]
    ) -> Iterator[Reading]:
        """The article of one of the records of a file, if it is wanted."""
        if not self._share.has(number or 0):
            return
        at = source.shown if number is None else f"{source.shown}:{number}"
        outcome: Article | ReadFailure
        try:
            if isinstance(found, UnreadableError):
                raise found
            outcome = self._bounded(make, found, at)
        except UnreadableError as error:
            outcome = ReadFailure(at, str(error))
        yield Reading(source, number, outcome)

    def _bounded(self, make: Callable[..., Article], *args: object) -> Article:
        """Makes an article within the limits of time and memory.

        Raises:
            UnreadableError: it goes over one.
        """
        try:
            with limited(self._limits):
                return make(*args)
        except OverLimitError as error:
            raise UnreadableError(str(error)) from None

    def _memory_bounded(self, step: Callable[[], Any]) -> Any:
        """Does a step of reading a large file within the limit of memory."""
        try:
            with limited(replace(self._limits, seconds=0)):
                return step()
        except OverLimitError as error:
            raise UnreadableError(str(error)) from None


def _behind(first: bytes, stream: BinaryIO) -> BinaryIO:
    """A stream with what was read of it already."""

    class Rejoined(io.RawIOBase):
        def __init__(self) -> None:
            self._first = first

        def read(self, size: int = -1, /) -> bytes:
            start, self._first = self._first, b""
            return start or stream.read(size)

    return cast("BinaryIO", Rejoined())


def _detect(first: bytes) -> str:
    """The format of standard input by its first line: JSON (Lines), HTML, WARC, Markdown with front matter, or text.

    Raises:
        UnreadableError: it can only be read as a file.
    """
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
    if start.startswith(b"WARC/"):
        return "warc"
    if first.startswith((b"PK\x03\x04", b"PAR1")) or first[257:262] == b"ustar":
        raise UnreadableError("is an archive or a Parquet file, which is not read from standard input; give the file")
    return "markdown" if start.rstrip() == b"---" else "text"


def _archived(page: Page, source: str) -> Article:
    """The article of a page in a web archive. Where the page gives no date, the day on which it was archived counts."""
    from kgbuild.articles.html import html_record

    record, text = html_record(page.data, page.encoding)
    record["published"] = record["published"] or page.day
    record["url"] = page.url or record["url"]
    return article_of(record, source, text=text)


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
    text = unwrapped(text)
    return article_of({"title": plain_text_title(text)}, shown, text=text)
