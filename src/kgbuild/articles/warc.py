"""Web archives (WARC, ISO 28500), such as CC-NEWS: their web pages, one after another.

warcio reads each record by itself: see :mod:`kgbuild.articles.warc_records`.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.warc_records import HEAD_LIMIT, Record, warc_records

_PAGE = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A web page as it was archived.

    Attributes:
        url: where it was.
        day: when it was archived, as ``YYYY-MM-DD``; empty if the archive does not say.
        encoding: what its server said it is in; empty if it did not say.
        data: the page.
    """

    url: str
    day: str
    encoding: str
    data: bytes


def warc_pages(stream: BinaryIO, limit: int) -> Iterator[tuple[int, Page | UnreadableError]]:
    """The web pages of an archive, each with the number of its record, counted from 1.

    Args:
        stream: the file; it may be gzipped, record by record or as a whole.
        limit: bytes that a page may have.

    Yields:
        Each page that a server gave with success; other records are passed over. What is damaged comes as an error,
        once for each damaged stretch, and the records behind it go on.

    Raises:
        UnreadableError: warcio is not installed.
    """
    try:
        from warcio.recordloader import ArcWarcRecordLoader
    except ImportError:
        raise UnreadableError("is a web archive, which needs: pip install 'kgbuild[warc]'") from None
    loader = ArcWarcRecordLoader(verify_http=True)
    for number, record in enumerate(warc_records(stream, limit + HEAD_LIMIT), start=1):
        try:
            page = record if isinstance(record, UnreadableError) else _page(loader, record, limit)
        except UnreadableError as error:
            page = error
        if page is not None:
            yield number, page


def _page(loader: Any, record: Record, limit: int) -> Page | None:
    """The web page in a record; None if there is none.

    Raises:
        UnreadableError: the page is too long, or cannot be got out of the record.
    """
    try:
        parsed = loader.parse_record_stream(io.BytesIO(record.data), known_format="warc")
    except Exception as error:
        # a library that meets the whole web: what it raises costs this record alone
        raise UnreadableError(f"is a record that cannot be read ({type(error).__name__})") from None
    head, http = parsed.rec_headers, parsed.http_headers
    if parsed.rec_type == "response" and http is not None:
        kind = http.get_header("Content-Type") or head.get_header("WARC-Identified-Payload-Type") or ""
        if http.get_statuscode() != "200":
            return None
    elif parsed.rec_type == "resource":
        kind = head.get_header("Content-Type") or ""
    else:
        return None
    if not _PAGE.match(kind):
        return None
    url = head.get_header("WARC-Target-URI") or ""
    if not record.whole:
        raise UnreadableError(f"is longer than the limit of {limit:,} bytes (see --max-bytes)")
    data = _payload(parsed, limit)
    charset = _CHARSET.search(kind)
    day = re.match(r"\d{4}-\d\d-\d\d", head.get_header("WARC-Date") or "")
    return Page(url, day[0] if day else "", charset[1] if charset else "", data)


def _payload(parsed: Any, limit: int) -> bytes:
    # warcio prints what is wrong with compressed data, and goes on without it
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            data: bytes = parsed.content_stream().read(limit + 1)
    except Exception as error:
        raise UnreadableError(f"is a page that cannot be decompressed ({type(error).__name__})") from None
    encoding = parsed.http_headers.get_header("Content-Encoding") if parsed.http_headers is not None else ""
    # nor does it say that it does not know a compression, or takes the data for uncompressed
    if said.getvalue() or (encoding and b"\0" in data[:1000]):
        raise UnreadableError("is a page that cannot be decompressed")
    if len(data) > limit:
        raise UnreadableError(f"is longer than the limit of {limit:,} bytes (see --max-bytes)")
    return data
