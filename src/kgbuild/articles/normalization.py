"""The one place where an article's text is changed: once, before anything else, and every offset refers to the result.

What :func:`normalise_text` does, in this order:

1. line ends: CR LF, CR, NEL (U+0085), vertical tab, form feed, U+2028 and U+2029 become LF;
2. every space that is not a plain one (no-break U+00A0 and U+202F, thin, em, ideographic …: category Zs) becomes
   U+0020, one for one; a tab stays;
3. characters that show nothing are taken out: soft hyphen, byte order mark, zero-width characters, marks of writing
   direction (category Cf), and control characters other than LF and tab (category Cc);
4. Unicode normalisation form C;
5. spaces and tabs before a line end are taken out, and white space at both ends of the text.

A text that is already so comes out unchanged.
"""

from __future__ import annotations

import re
import unicodedata

from kgbuild.articles.failures import UnreadableError

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: everything outside printable ASCII, LF and tab: the only characters that need a closer look
_UNCOMMON = re.compile(r"[^\n\t -~]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _plain(match: re.Match[str]) -> str:
    """A space for a space of any kind, nothing for what shows nothing, else the character itself."""
    character = match.group()
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category in ("Cf", "Cc") else character


def normalise_text(text: str) -> str:
    """An article's text as the rest of the program sees it; see the module for the rules.

    Args:
        text: as it was read.

    Raises:
        UnreadableError: it holds NULs or lone surrogates, so that it is not text.

    Examples:
        >>> normalise_text("  Two\\u00a0lines,  \\r\\nas they were read.")
        'Two lines,\\nas they were read.'
    """
    refuse_broken(text)
    text = _LINE_END.sub("\n", text)
    text = _UNCOMMON.sub(_plain, text)
    text = unicodedata.normalize("NFC", text)
    return "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip()


def normalise_line(text: str) -> str:
    """A title, name or address: normalised like the text, and on one line with single spaces.

    Raises:
        UnreadableError: it holds NULs or lone surrogates.
    """
    return " ".join(normalise_text(text).split())


def refuse_broken(text: str) -> None:
    """Refuses what no encoding of text can hold.

    Raises:
        UnreadableError: there is a NUL or a lone surrogate.
    """
    if "\x00" in text:
        raise UnreadableError("holds NUL characters: it is binary, not text")
    if _SURROGATE.search(text):
        raise UnreadableError("holds half a character (a lone surrogate): it was cut or decoded wrongly")
