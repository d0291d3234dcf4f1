"""Reading: text, Markdown, web pages, JSON and JSON Lines; what cannot be read is a reported failure."""

from __future__ import annotations

from kgbuild.articles.failures import ReadFailure
from kgbuild.articles.normalization import normalise_text
from kgbuild.articles.reading import Reading, ReadingLimits, read_articles, read_inputs

__all__ = ["ReadFailure", "Reading", "ReadingLimits", "normalise_text", "read_articles", "read_inputs"]
