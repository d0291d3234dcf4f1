"""The formats of answers, and which of them a client asks for."""

from __future__ import annotations

#: short name -> media type, the preferred first: rows, and yes or no
ROWS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
#: triples
TRIPLES = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
}
_OTHER_NAMES = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/plain": "nt",
    "application/x-turtle": "ttl",
}
_NAMES = {value.split(";")[0]: key for key, value in (ROWS | TRIPLES).items()} | _OTHER_NAMES


def accepted(header: str) -> list[str]:
    """The short names of the formats that an ``Accept`` header asks for, the most wanted first.

    Args:
        header: its value; empty for anything.

    Returns:
        Each format once; those asked for by name before those that a wildcard allows.
    """
    wanted: list[tuple[float, int, int, str]] = []
    refused: set[str] = set()
    for place, entry in enumerate((header or "*/*").split(",")):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        named = [_NAMES[media]] if media in _NAMES else _matching(media)
        if quality <= 0:
            refused.update(named if media in _NAMES else ())
            continue
        wanted += [(-quality, int(media not in _NAMES), place, name) for name in named]
    ordered = [name for *_, name in sorted(wanted, key=lambda entry: entry[:3])]
    return [name for name in dict.fromkeys(ordered) if name not in refused]


def wants_page(header: str) -> bool:
    """Whether the client is a browser that would rather see a page than an answer."""
    return "text/html" in header.lower()


def _matching(pattern: str) -> list[str]:
    if pattern == "*/*":
        return [*ROWS, *TRIPLES]
    if not pattern.endswith("/*"):
        return []
    return [name for name, media in (ROWS | TRIPLES).items() if media.startswith(pattern[:-1])]
