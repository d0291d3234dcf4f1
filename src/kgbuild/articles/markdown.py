"""Markdown with YAML front matter, as static sites keep their articles; and plain text with a headline."""

from __future__ import annotations

import functools
import re
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from kgbuild.articles.failures import UnreadableError

if TYPE_CHECKING:
    import yaml

#: front matter is a few lines; YAML costs far more than its length to parse
_FRONT_MATTER_LIMIT = 100_000
_FENCE = re.compile(r"-{3}[ \t]*\r?\n")
_FENCE_END = re.compile(r"^(?:-{3}|\.{3})[ \t]*\r?$", re.MULTILINE)

_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\([^()\n]{0,2000}\)")
_HEADING = re.compile(r" {0,3}#{1,6}(?=[ \t])")
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$", re.MULTILINE)
_QUOTE_BLOCK = re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE)
_STRONG = re.compile(r"(?<![\w*\\])\*\*(?=\S)([^*\n]{1,1000}?)(?<=\S)\*\*(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=\S)([^*\n]{1,1000}?)(?<=[^\s\\])\*(?![\w*])")
_UNDERSCORED = re.compile(r"(?<![\w\\])(_{1,2})(?=\S)([^_\n]{1,1000}?)(?<=[^\s\\])\1(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")


def markdown_record(text: str) -> tuple[dict[str, object], str]:
    """Front matter and body of a Markdown file.

    Args:
        text: the whole file.

    Returns:
        The keys and values of the front matter, with the first top heading as ``title`` if it gives none; and the body
        without marks of headings, emphasis, links, images, block quotations, rules and comments, and with the lines of
        a paragraph put together where an editor broke them. The words stay as they are.

    Raises:
        UnreadableError: the front matter is not YAML, is no mapping, or holds tags that ask for Python objects.
    """
    record: dict[str, object] = {}
    opening = _FENCE.match(text)
    if opening is not None:
        closing = _FENCE_END.search(text, opening.end())
        if closing is not None:
            record = _front_matter(text[opening.end() : closing.start()])
            text = text[closing.end() :]
    body = _without_comments(text.replace("\r\n", "\n")).lstrip()
    first, _, rest = body.partition("\n")
    if first.startswith(("# ", "#\t")):
        if not any(str(key).lower() in ("title", "headline") for key in record):
            record["title"] = _without_marks(first)
        body = rest
    return record, unwrapped(_without_marks(body))


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join((*parts, text[at:]))


def _without_heading_marks(line: str) -> str:
    mark = _HEADING.match(line)
    return line if mark is None else line[mark.end() :].strip(" \t").rstrip("#").rstrip(" \t")


def _without_marks(text: str) -> str:
    text = _RULE.sub("", text)
    text = "\n".join(map(_without_heading_marks, text.split("\n")))
    text = _QUOTE_BLOCK.sub("", text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _UNDERSCORED.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", text)


def _front_matter(block: str) -> dict[str, object]:
    import yaml

    if len(block) > _FRONT_MATTER_LIMIT:
        raise UnreadableError(f"has front matter of more than {_FRONT_MATTER_LIMIT:,} characters")
    try:
        record = yaml.load(block, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark is not None else 1
        raise UnreadableError(f"has front matter that is not plain YAML (line {line}: {error.problem})") from None
    except yaml.YAMLError as error:
        raise UnreadableError(f"has front matter that is not plain YAML ({str(error).splitlines()[0]})") from None
    except RecursionError:
        raise UnreadableError("has front matter that is nested too deeply") from None
    if record is None:
        return {}
    if not isinstance(record, dict):
        raise UnreadableError("has front matter that is not made of keys and values")
    return record


@functools.cache
def _loader() -> type[yaml.SafeLoader]:
    import yaml

    class PlainLoader(yaml.SafeLoader):
        """YAML's safe loader in which every scalar stays text: a title "No" is no boolean, a date keeps its form."""

        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base class has it

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
            """A mapping in which no key stands twice, since one of its values would be lost."""
            keys: set[str] = set()
            for key, _ in node.value:
                if isinstance(key.value, str):
                    if key.value in keys:
                        raise yaml.constructor.ConstructorError(
                            None, None, f"the key {key.value!r} stands twice", key.start_mark
                        )
                    keys.add(key.value)
            return super().construct_mapping(node, deep=deep)

    return PlainLoader


#: longest line that is taken for a headline
_HEADLINE_LIMIT = 160


def plain_text_title(text: str) -> str:
    """The headline of a plain text: its first line, if a blank line sets it apart and it is not a sentence of the text.

    Args:
        text: normalised.

    Returns:
        The first line if it has at most 160 characters, does not end as a sentence does (in ".", "…", ":", ";" or
        ","), and text follows behind a blank line; else nothing. The line stays in the text as well.
    """
    first, blank, rest = text.partition("\n\n")
    if not blank or "\n" in first or len(first) > _HEADLINE_LIMIT or not rest.strip():
        return ""
    return "" if first.rstrip("\"'”’»)").endswith((".", "…", ":", ";", ",")) else first


#: how wide editors break lines, at least and at most
_WIDTHS = range(50, 121)
#: of the line breaks inside paragraphs, so many have to be where an editor would have put them
_WRAPPED = 0.8
#: what begins a line of its own: an item of a list, a row of a table, or whoever speaks next in a transcript
_OWN_LINE = re.compile(r"\s|[-*+•·–—|]|\d{1,3}[.)]\s|[A-Z][\w.'’ ]{0,30}:\s")


def unwrapped(text: str) -> str:
    """A text whose paragraphs are single lines, if an editor broke them at a certain width.

    A break is an editor's if the next word would not have fitted into the longest line. If nearly all breaks inside
    paragraphs are such, each becomes a space; a text in which they are not has its lines for a reason, and stays as it
    is. No character is added or taken away.

    Args:
        text: with paragraphs separated by blank lines.
    """
    lines = text.split("\n")
    breaks = [
        i
        for i in range(len(lines) - 1)
        if lines[i].strip() and lines[i + 1].strip() and not _OWN_LINE.match(lines[i + 1])
    ]
    width = max((len(lines[j]) for i in breaks for j in (i, i + 1)), default=0)
    if width not in _WIDTHS:
        return text
    joined = {i for i in breaks if len(lines[i].rstrip()) + 1 + len(lines[i + 1].split(maxsplit=1)[0]) > width}
    if len(joined) < _WRAPPED * len(breaks):
        return text
    parts = [line + (" " if i in joined else "\n") for i, line in enumerate(lines[:-1])]
    return "".join((*parts, lines[-1]))
