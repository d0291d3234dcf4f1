"""Web pages: the article's text without navigation, and what the page says of itself (trafilatura reads both)."""

from __future__ import annotations

import logging
import re

from kgbuild.articles.encoding import decode_html
from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.normalization import normalise_line

#: fixed bounds: the library's own upper bound is today, and the same page must give the same date on any day
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1850-01-01", "max_date": "2200-01-01"}
_BLOCK = frozenset(
    ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "section", "article")
)
_UNSEEN = frozenset(("script", "style", "template", "noscript", "head", "title"))


def html_record(data: bytes, encoding: str = "") -> tuple[dict[str, object], str]:
    """What a web page says of its article.

    Args:
        data: the page.
        encoding: what its server said it is in, which counts for more than what the page says.

    Returns:
        Title, date, author, publisher and address under the keys of :mod:`kgbuild.articles.records`; and the text, a
        blank line between paragraphs, without the headline where that stands above it.

    Raises:
        UnreadableError: another encoding than declared, or no article on the page.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    page = decode_html(data, encoding)
    if not page.strip():
        raise UnreadableError("is empty")
    try:
        document = trafilatura.bare_extraction(
            page, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=dict(_DATES)
        )
    except Exception as error:
        # the parser is another project's and meets the whole web: what it raises costs this page alone
        raise UnreadableError(f"cannot be parsed as a web page ({type(error).__name__})") from None
    text = (getattr(document, "text", None) or "") if document is not None else ""
    if not text.strip():
        raise UnreadableError("is a web page on which no article can be found")
    record: dict[str, object] = {
        "title": document.title,
        "published": document.date,
        "author": ", ".join((document.author or "").split("; ")),
        "publisher": document.sitename,
        "url": document.url,
    }
    text = _paragraphs(text)
    first, _, rest = text.partition("\n\n")
    if rest and document.title and normalise_line(first).casefold() == normalise_line(document.title).casefold():
        text = rest
    return record, text


def fragment_text(markup: str) -> str:
    """The text of a piece of HTML, such as a news API puts into a JSON value; a blank line between paragraphs.

    Raises:
        UnreadableError: the markup cannot be parsed.
    """
    from lxml import etree, html

    try:
        tree = html.fromstring(f"<div>{markup}</div>", parser=html.HTMLParser(encoding=None, recover=True))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableError(f"has a text whose markup cannot be parsed ({type(error).__name__})") from None
    parts: list[str] = []
    unseen = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            parts.append("" if unseen else element.tail or "")
            continue
        if element.tag in _UNSEEN:
            unseen += 1 if event == "start" else -1
        if element.tag in _BLOCK:
            parts.append("\n")
        if not unseen:
            parts.append(re.sub(r"\s+", " ", element.text or "") if event == "start" else element.tail or "")
    return _paragraphs("".join(parts))


def _paragraphs(text: str) -> str:
    """Each line that is not blank as a paragraph of its own, without the mark of a list item."""
    lines = (line.strip().removeprefix("- ") for line in text.splitlines())
    return "\n\n".join(line for line in lines if line)
