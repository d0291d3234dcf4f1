"""Mints IRIs: readable, stable, made from content alone, of ASCII characters that never need escaping."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from kgbuild.authority import slug
from kgbuild.errors import KgbuildError
from kgbuild.facts import Article, Copy, Span

DEFAULT_BASE = "https://w3id.org/kgbuild/id/"

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\udfff]*[/#]")


def check_base(base: str) -> str:
    """The base IRI, if resources can be minted below it.

    Raises:
        KgbuildError: it is not absolute, does not end in ``/`` or ``#``, or holds a character that no IRI may hold.
    """
    if not _BASE.fullmatch(base):
        raise KgbuildError(f"base IRI {base!r}: must be absolute, without spaces, and end in / or #")
    return base


def digest(*parts: str, length: int = 8) -> str:
    """The first hexadecimal digits of the SHA-256 of the parts."""
    joined = "\0".join(parts).encode("utf-8", errors="surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]


def fingerprint(article: Article) -> str:
    """Tells articles apart that share a URL but not their text."""
    return digest(article.url, article.title, str(article.published or ""), article.text, length=32)


def article_path(article: Article) -> str:
    """Path of an article's IRI: its title, and a hash of its URL or, without one, of its title, date and text."""
    key = (article.url,) if article.url else (article.title, str(article.published or ""), article.text)
    return f"article/{'-'.join(filter(None, (slug(article.title, 60), digest(*key))))}"


def copy_iri(article_iri: str, copy: Copy) -> str:
    """IRI of another place where the text of an article was published, told by its address and publisher."""
    return f"{article_iri}/source/{digest(copy.url, copy.publisher)}"


def name_path(folder: str, *names: str) -> str:
    """Path of a named thing: ``person/ron-dermer``.

    Args:
        folder: ``person``, ``state``, ``organization``, ``treaty`` or ``event``.
        names: joined by hyphens. A name without ASCII letters is replaced by a hash of it.
    """
    parts = [slug(name) or f"x-{digest(name)}" for name in names if name]
    return f"{folder}/{'-'.join(parts) or 'x'}"


def evidence_iri(article_iri: str, span: Span) -> str:
    """IRI of a stretch of an article's text, after RFC 5147: ``…#char=254,261``."""
    return f"{article_iri}#char={span.start},{span.end}"


def first_words(text: str, limit: int = 40) -> str:
    """The first words of a text as part of an IRI."""
    return slug(text[: limit * 4], limit)


def distinct(paths: Iterable[tuple[str, str]]) -> list[str]:
    """Makes the paths within one article distinct.

    Args:
        paths: in text order, each with what tells it from another of the same path (its offset).

    Returns:
        The paths: the first of each as it is, later ones with what tells them apart.
    """
    seen: set[str] = set()
    made: list[str] = []
    for path, mark in paths:
        unique, number = path, 1
        while unique in seen:
            unique = f"{path}-{mark}" if number == 1 else f"{path}-{mark}-{number}"
            number += 1
        seen.add(unique)
        made.append(unique)
    return made
