"""Writes a briefing as HTML, Markdown or PDF. What comes from articles is text in all of them, never markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kgbuild.errors import KgbuildError
from kgbuild.reporting.briefing import Briefing, Line, Source

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"

CAUTION = (
    "Read from the articles by a program, which errs: look at the words behind a line before relying on it. "
    "What one says of another's position is a claim, not a fact."
)

#: what Markdown could take for markup, anywhere or at the start of a line
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_MARKDOWN_START = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)", re.MULTILINE)
_LINKS = re.compile(r"</?a\b[^>]*>")


def write_briefing(briefing: Briefing, path: Path) -> list[Path]:
    """Writes a briefing in the format of the file's name.

    Args:
        briefing: to be written.
        path: ends with ``.html``, ``.md`` or ``.pdf``. Pictures of Markdown stand beside it, as SVG.

    Returns:
        What was written: the file, then its pictures.

    Raises:
        KgbuildError: the name ends otherwise, a library is missing, or nothing can be written there.
    """
    make = {".html": _html, ".md": _markdown, ".pdf": _pdf}.get(path.suffix.lower())
    if make is None:
        raise KgbuildError(f"{path}: give a name that ends with .html, .md or .pdf")
    if path.is_dir():
        raise KgbuildError(f"{path}: is a folder; give the name of a file")
    made = make(briefing, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for file, content in made.items():
            file.write_bytes(content)
    except OSError as error:
        raise KgbuildError(f"{path}: cannot be written: {error.strerror or error}") from error
    return list(made)


def dated(line: Line) -> str:
    """When it was, or that only the article's date is known."""
    if not line.date:
        return "No date."
    return f"Reported {plain_date(line.date)}." if line.reported else f"{plain_date(line.date)}."


def told(source: Source) -> str:
    """An article as a list of sources has it, without its address."""
    return ", ".join(part for part in (source.title, source.publisher, source.date) if part)


def plain_date(text: str) -> str:
    """A date as people write it, as fine as it is known: ``2024-03-12`` is 12 March 2024, ``2024-03`` March 2024."""
    try:
        match [int(part) for part in text[:10].split("-")]:
            case [year, month, day]:
                return f"{day} {date(year, month, day):%B %Y}"
            case [year, month]:
                return f"{date(year, month, 1):%B %Y}"
    except ValueError:
        pass
    return text


def _environment(autoescape: bool) -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise KgbuildError("reports need jinja2; install it with: pip install 'kgbuild[report]'") from error
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=autoescape,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"md": _escape_markdown, "typ": _typst_string}
    environment.globals |= {"dated": dated, "told": told, "caution": CAUTION}
    return environment


def _html(briefing: Briefing, path: Path) -> dict[Path, bytes]:
    template = _environment(autoescape=True).get_template("briefing.html")
    from markupsafe import Markup

    # pictures are drawn by kgbuild, from escaped text
    return {path: template.render(briefing=_with_pictures(briefing, Markup)).encode()}


def _markdown(briefing: Briefing, path: Path) -> dict[Path, bytes]:
    template = _environment(autoescape=False).get_template("briefing.md")
    names = [f"{path.stem}-{number}.svg" for number, _ in enumerate(briefing.sections, 1)]
    text = template.render(briefing=briefing, pictures=[quote(name) for name in names])
    made = {path: re.sub(r"\n{3,}", "\n\n", text).encode()}
    for name, section in zip(names, briefing.sections, strict=True):
        if section.picture:
            made[path.with_name(name)] = f"{_without_links(section.picture)}\n".encode()
    return made


def _pdf(briefing: Briefing, path: Path) -> dict[Path, bytes]:
    template = _environment(autoescape=False).get_template("briefing.typ")
    try:
        import typst
    except ImportError as error:
        raise KgbuildError("PDF needs typst; install it with: pip install 'kgbuild[pdf]', or write .html") from error
    source = template.render(briefing=_with_pictures(briefing, str)).encode()
    # only the fonts that travel with typst: the same bytes on every machine
    return {path: typst.compile(source, ignore_system_fonts=True)}


def _without_links(picture: str) -> str:
    """A picture whose marks lead nowhere: the pages that they lead to in the explorer are not there."""
    return _LINKS.sub("", picture)


def _with_pictures(briefing: Briefing, kind: Callable[[str], str]) -> Briefing:
    sections = tuple(
        replace(section, picture=kind(_without_links(section.picture))) if section.picture else section
        for section in briefing.sections
    )
    return replace(briefing, sections=sections)


def _escape_markdown(text: str) -> str:
    return _MARKDOWN_START.sub(r"\1\\\2\3", _MARKDOWN.sub(r"\\\1", " ".join(text.split())))


def _typst_string(text: str) -> str:
    r"""A string of Typst: its escapes are those of JSON, but for ``\u{…}``."""
    quoted = json.dumps("".join(c if c.isprintable() or c == "\n" else " " for c in text), ensure_ascii=False)
    return re.sub(r"\\u([0-9a-f]{4})", r"\\u{\1}", quoted)
