"""A document's words as they are written, as plain lists: what needs the tokens alone, without any annotation.

spaCy makes an object for every token that is looked at, and joins the whole text anew at every access to ``Doc.text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from spacy.attrs import ORTH, SPACY
from spacy.tokens import Doc

from kgbuild.extraction.phrases import plain
from kgbuild.extraction.places import Places
from kgbuild.extraction.remembered import Remembered


class Word(NamedTuple):
    """What its characters alone tell of a word.

    Attributes:
        text: the characters.
        lower: in lower case.
        plain: lower case without accents, by which word lists are read.
        blank: nothing but white space.
        alphanumeric: begins with a letter or a digit.
        capital: begins with a letter that is no small one.
        shape: the sum of 1 for a capital at the front, 2 for more than one letter, all capitals, and 4 for a digit.
    """

    text: str
    lower: str
    plain: str
    blank: bool
    alphanumeric: bool
    capital: bool
    shape: int


@dataclass(slots=True)
class Written:
    """The tokens of a document, a list for each property, indexed by token.

    Attributes:
        words: what is known of each token's word.
        text, lower, plain, blank, alphanumeric, capital: the same, property by property.
        space: whether white space follows the token.
        offset: where the token begins in ``source``.
        source: the document's text.
        lower_at, plain_at: where the words stand, by these properties.
    """

    words: list[Word]
    text: list[str]
    lower: list[str]
    plain: list[str]
    blank: list[bool]
    alphanumeric: list[bool]
    capital: list[bool]
    space: list[bool]
    offset: list[int]
    source: str
    lower_at: Places
    plain_at: Places

    def between(self, start: int, end: int) -> str:
        """The text from the start of token ``start`` to the end of the token before ``end``, as written."""
        last = end - 1
        return self.source[self.offset[start] : self.offset[last] + len(self.text[last])]


_KEY = "kgbuild_written"


def written_of(doc: Doc) -> Written:
    """The words of a document as lists, made once for a document.

    Args:
        doc: any document; no annotation is needed.
    """
    # read so often that going through an extension's attribute would be felt
    known: Written | None = doc.user_data.get(_KEY)
    if known is None:
        known = doc.user_data[_KEY] = _read(doc)
    return known


_known: Remembered[Word] = Remembered()


def _read(doc: Doc) -> Written:
    values, spaces = doc.to_array([ORTH, SPACY]).reshape(len(doc), 2).T.tolist()
    strings = doc.vocab.strings
    known = _known.of(set(values), lambda value: _word(strings[value]))
    words = [known[value] for value in values]
    columns = [list(column) for column in zip(*words, strict=True)] or [[] for _ in Word._fields]
    text, lower, plained, blank, alphanumeric, capital, _ = columns
    pieces = [piece + " " if space else piece for piece, space in zip(text, spaces, strict=True)]
    return Written(
        words=words,
        text=text,
        lower=lower,
        plain=plained,
        blank=blank,
        alphanumeric=alphanumeric,
        capital=capital,
        space=[bool(space) for space in spaces],
        offset=list(accumulate(map(len, pieces), initial=0))[:-1],
        source="".join(pieces),
        lower_at=Places(lower),
        plain_at=Places(plained),
    )


def _word(text: str) -> Word:
    return Word(
        text=text,
        lower=text.lower(),
        plain=plain(text.lower()),
        blank=not text or text.isspace(),
        alphanumeric=text[:1].isalnum(),
        capital=text[:1].isalpha() and not text[:1].islower(),
        shape=text[:1].isupper() + 2 * (len(text) > 1 and text.isupper()) + 4 * any(c.isdigit() for c in text),
    )
