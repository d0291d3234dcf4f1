"""Where the words begin behind the label of a transcript's turn: the component ``kgbuild_turns``.

It stands before spaCy's parser, which takes "AFP: The minister of Peru said that …" for something that AFP said, and
tells it that a sentence begins behind the colon.
"""

from __future__ import annotations

import bisect
import functools
import re

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.written import written_of

#: a text with so many lines that begin with who speaks is a transcript; one line may be a dateline or a headline
_TRANSCRIPT = 3


@Language.factory("kgbuild_turns", assigns=["token.is_sent_start"])
def create_turns(nlp: Language, name: str) -> Turns:
    """The factory of ``kgbuild_turns``."""
    return Turns()


class Turns:
    """The component ``kgbuild_turns``."""

    def __call__(self, doc: Doc) -> Doc:
        """Lets a sentence begin behind each label of a transcript, unless the document has been parsed already."""
        if not doc.has_annotation("DEP"):
            for i in turns_of(doc):
                doc[i].is_sent_start = True
        return doc


def turns_of(doc: Doc) -> list[int]:
    """The tokens with which the turns of a transcript begin, behind their labels.

    Args:
        doc: any document; no annotation is needed.

    Returns:
        In text order; nothing if the text is no transcript.
    """
    written = written_of(doc)
    colons = [match.start("colon") for match in _speaker_line().finditer(written.source)]
    if len(colons) < _TRANSCRIPT:
        return []
    # "(Labour):" ends in a token that looks like a sad face
    tokens = [bisect.bisect_right(written.offset, colon) - 1 for colon in colons]
    return [i + 1 for i in tokens if i + 1 < len(doc) and written.text[i].endswith(":")]


@functools.cache
def _speaker_line() -> re.Pattern[str]:
    return re.compile(cue_lexicon().speaker_line)
