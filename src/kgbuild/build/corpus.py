"""Reads all articles of a build into an order that does not depend on the order of the files, each article once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kgbuild.articles import ReadFailure, ReadingLimits, read_inputs
from kgbuild.build.progress import Progress
from kgbuild.facts import Article


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """An article that is not in the graph, or not as it was.

    Attributes:
        source: the file relative to the folder that the user gave, with the line: the same wherever the folder stands.
        stage: what went wrong: ``read``, ``extract``, ``map`` or ``validate``.
        reason: why, in words for the user.
        shown: the file as the user wrote it.
    """

    source: str
    stage: str
    reason: str
    shown: str = ""

    def __str__(self) -> str:
        """One line for the user."""
        return f"{self.shown or self.source}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read.

    Attributes:
        articles: each text once, by date, address and title.
        sources: for each article the files that it stands in, sorted; several where it was given more than once.
        duplicates: how many articles were left out since another has the same text.
        failures: what could not be read, sorted.
    """

    articles: tuple[Article, ...]
    sources: tuple[tuple[str, ...], ...]
    duplicates: int
    failures: tuple[Failure, ...]


def read_corpus(
    paths: Iterable[str | Path], limits: ReadingLimits, *, exclude: Path | None = None, progress: Progress
) -> Corpus:
    """Reads the articles, and keeps one of those that have the same text.

    Two articles are the same if their texts are, but for white space. Of these the one with a date is kept, then the
    earliest, then the one of which most is known, then the first by address, title, author and publisher: nothing of
    this depends on where the files stand.

    Args:
        paths: files, folders, or ``-``.
        limits: what one input may cost.
        exclude: a folder to pass over.
        progress: is told of each article.
    """
    by_text: dict[str, list[tuple[Article, str]]] = {}
    failures: list[Failure] = []
    progress.start("Reading", None)
    for reading in read_inputs(paths, limits=limits, exclude=exclude):
        outcome = reading.outcome
        if isinstance(outcome, ReadFailure):
            failures.append(Failure(reading.name, "read", outcome.reason, outcome.source))
        else:
            by_text.setdefault(text_hash(" ".join(outcome.text.split())), []).append((outcome, reading.input.name))
        progress.advance()
    kept: list[tuple[Article, tuple[str, ...]]] = []
    duplicates = 0
    for group in by_text.values():
        article = min((article for article, _ in group), key=_preference)
        kept.append((article, tuple(sorted({name for _, name in group}))))
        duplicates += len(group) - 1
    kept.sort(key=lambda pair: _order(pair[0]))
    return Corpus(
        articles=tuple(article for article, _ in kept),
        sources=tuple(names for _, names in kept),
        duplicates=duplicates,
        failures=tuple(sorted(failures)),
    )


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _order(article: Article) -> tuple[str, ...]:
    published = str(article.published or "")
    return (published, article.url, article.title, article.publisher, article.author, article.text)


def _preference(article: Article) -> tuple[object, ...]:
    known = sum(map(bool, (article.title, article.url, article.publisher, article.author)))
    return (article.published is None, str(article.published), -known, *_order(article))
