"""Folding: one key for the spellings of a name that differ only in case, accents, articles, possessives, periods."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from kgbuild.resources import resource

# letters that Unicode does not decompose into a base letter and a mark
_LETTERS = str.maketrans(
    {
        "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ı": "i", "æ": "ae", "Æ": "Ae", "œ": "oe",
        "Œ": "Oe", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ß": "ss", "ŋ": "n", "Ŋ": "N",
        "ə": "a", "Ə": "A",
    }
)  # fmt: skip
_APOSTROPHES = re.compile("['\u2018\u2019\u02bb\u02bc\u02be\u02bf`\u00b4\u2032]")
_POSSESSIVE = re.compile("(?<=[\\w.])['\u2019]s?$", re.IGNORECASE)
_PERIODS = re.compile(r"\.")
_SEPARATORS = re.compile(r"[^\w]+|_+")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+(?=\S)", re.IGNORECASE)
_ALNUM = re.compile(r"[^a-z0-9]+")


@cache
def _spellings() -> dict[str, str]:
    """Words with a British and an American spelling, and words with a short form, each with the one to compare by."""
    table: dict[str, str] = {}
    for line in resource("authority", "spellings.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, plain = line.split("\t")
            table[word] = plain
    return table


def ascii_letters(text: str) -> str:
    """The text without accents, Latin letters spelled in ASCII; other scripts stay as they are."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def strip_article(text: str) -> str:
    """The text without an article before it and without a possessive ending: "the Kremlin's" gives "Kremlin"."""
    return _POSSESSIVE.sub("", _ARTICLE.sub("", " ".join(text.split())))


# more than the authority's own names, which are asked for again and again when it is loaded
@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The key by which names are compared.

    Args:
        text: a name as an article writes it.

    Returns:
        Lower case, without accents, article, possessive ending, periods and apostrophes; words separated by one space;
        British spellings as American ones. Empty if nothing of the name is left.
    """
    bare = ascii_letters(strip_article(text)).casefold()
    bare = (
        _PERIODS.sub("", _APOSTROPHES.sub("", bare))
        .replace("&", " and ")
        .replace("co-op", "coop")
        .replace("+", " plus ")
    )
    spellings = _spellings()
    return " ".join(spellings.get(word, word) for word in _SEPARATORS.split(bare) if word)


def slug(text: str, limit: int = 80) -> str:
    """A part of an IRI made from a name: ASCII letters and digits with hyphens between words.

    Args:
        text: any text.
        limit: the most characters; cut between words where one ends in the second half.

    Returns:
        Possibly empty: a name in another script has no ASCII letters.
    """
    plain = _APOSTROPHES.sub("", ascii_letters(text)).replace(".", "").casefold()
    words = _ALNUM.sub("-", plain).strip("-")
    if len(words) <= limit:
        return words
    cut = words[:limit]
    end = cut.rfind("-")
    return cut[:end] if words[limit] != "-" and end > limit // 2 else cut.rstrip("-")
