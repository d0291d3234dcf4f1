"""Where a mention stands: in which passage of the text, within which other, under which verb, beside which years."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc, Token

from kgbuild.extraction.treaties.model import TreatyMention

#: tokens of a sentence that says something
_SHORTEST = 3


def passages(texts: list[str], sentence_of: list[int]) -> list[int]:
    """For each token the number of its sentence; what is too short to be one ("MS. BELL:") goes with the next."""
    lengths: dict[int, int] = {}
    for text, number in zip(texts, sentence_of, strict=True):
        lengths[number] = 0 if text == ":" else lengths.get(number, 0) + 1
    found: list[int] = []
    count = 0
    for i, number in enumerate(sentence_of):
        if i and number != sentence_of[i - 1] and lengths[sentence_of[i - 1]] >= _SHORTEST:
            count += 1
        found.append(count)
    return found


def is_within(mention: TreatyMention, other: TreatyMention) -> bool:
    """Whether a mention is the beginning of a longer one: "a draft" in "a draft border accord"."""
    return mention.start == other.start and mention.end < other.end


def verb_above(doc: Doc, mention: TreatyMention) -> int | None:
    """Index of the verb of the clause in which a mention stands, or None."""
    return next((t.i for t in doc[mention.head].ancestors if t.pos_ in {"VERB", "AUX"}), None)


def years_beside(mention: TreatyMention, doc: Doc) -> set[int]:
    """Years named behind a mention in its sentence: "the protocol that they signed in 2010"."""
    end = min(doc[mention.head].sent.end, mention.end + 20)
    return {int(t.text) for t in doc[mention.end : end] if _is_year(t)}


def places_of(verbs: Iterable[Token]) -> frozenset[str]:
    """The places where what some verbs tell was done: "Ilulissat" for "signed in Ilulissat in 2018"."""
    return frozenset(
        place.text
        for verb in verbs
        for prep in verb.children
        if prep.dep_ == "prep" and prep.lower_ in {"in", "at"}
        for place in prep.children
        if place.dep_ == "pobj" and place.pos_ == "PROPN" and place.ent_type_ not in {"DATE", "TIME"}
    )


def _is_year(token: Token) -> bool:
    return bool(token.is_digit) and len(token) == 4 and 1600 <= int(token.text) <= 2100
