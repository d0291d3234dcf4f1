"""Where the name of a treaty begins and ends: "Treaty on …", "the … Convention", in running text."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.treaties.lexicon import in_class

_HYPHENS = frozenset("-–‑/&")
#: a name goes on behind its noun only with one of these
_OPENERS = frozenset(["on", "of", "for", "against", "concerning", "relating", "regarding", "to", "establishing"])
#: and within it with these
_CONNECTORS = frozenset(
    {"of", "the", "and", "on", "for", "in", "to", "against", "its", "their", "from", "with", "by", "a"}
)
_NOT_IN_NAMES = frozenset(
    {"the", "a", "an", "this", "that", "these", "those", "its", "their", "his", "her", "our", "no"}
)
_STRUCTURE = frozenset({"DET", "ADP", "PRON", "VERB", "AUX", "ADV", "CCONJ", "SCONJ", "PART", "PUNCT", "INTJ"})
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_NOBODY = frozenset({"PERSON", "DATE", "TIME", "WORK_OF_ART"})


def is_capital(token: Token) -> bool:
    """Whether the token is written with a capital letter."""
    return bool(token.text[0].isupper())


def is_title_case(doc: Doc, token: Token) -> bool:
    """Whether the token's line is a heading in which most words are capitalised, so that capitals tell nothing."""
    start = end = token.i
    while start > 0 and "\n" not in doc[start - 1].text and token.i - start < 25:
        start -= 1
    while end + 1 < len(doc) and "\n" not in doc[end + 1].text and end - token.i < 25:
        end += 1
    words = [t for t in doc[start : end + 1] if t.is_alpha and len(t) > 3]
    return end - start < 25 and len(words) > 3 and sum(is_capital(t) for t in words) > 0.7 * len(words)


def name_bounds(doc: Doc, first: int, last: int) -> tuple[int, int] | None:
    """The name around a treaty noun: first token, and end.

    Args:
        doc: the document.
        first, last: tokens of the noun ("Treaty", "Memorandum of Understanding").

    Returns:
        None if the noun is not part of a name: it is in lower case, save in "the treaty of Utrecht", or stands alone.
    """
    if not is_capital(doc[first]):
        return _named_for_a_place(doc, first, last)
    start = _name_start(doc, first)
    end = _name_end(doc, last)
    while start < first and doc[start].pos_ in _STRUCTURE and doc[start].text not in _HYPHENS:
        start += 1
    if start == first and end == last + 1:
        return None
    if start < first and any(in_class(t.lower_, "assembly") for t in doc[start:first]) and end == last + 1:
        return None
    return start, end


def _named_for_a_place(doc: Doc, first: int, last: int) -> tuple[int, int] | None:
    """ "The treaty of Utrecht": named for where it was made, which is no state and no state's capital."""
    end = last + 2
    if first != last or not in_class(doc[first].lower_, "telling") or end >= len(doc) or not first:
        return None
    if doc[last + 1].lower_ != "of" or doc[first - 1].lower_ != "the" or doc[end].pos_ != "PROPN":
        return None
    named = doc._.referents.get(end)
    if named is not None or not doc[end].is_title or (end + 1 < len(doc) and doc[end + 1].pos_ == "PROPN"):
        return None
    return first, end + 1


def is_assembly(doc: Doc, noun: int) -> bool:
    """Whether a "convention" is a meeting of people: "the Democratic National Convention"."""
    if doc[noun].lower_ not in {"convention", "conventions"}:
        return False
    before = doc[max(0, noun - 3) : noun]
    return any(in_class(token.lower_, "assembly") for token in before) and not any(
        token.lower_ == "to" for token in before
    )


def _name_start(doc: Doc, first: int) -> int:
    i = first
    while i > 0:
        token = doc[i - 1]
        if token.is_space:
            break
        if is_capital(token) and token.is_alpha and token.lower_ not in _NOT_IN_NAMES:
            if token.ent_type_ in _NOBODY and token.ent_iob_ != "O" and doc[i].ent_type_ != token.ent_type_:
                break
            i -= 1
        elif (
            (token.text[0].isdigit() and token.ent_type_ not in _NOBODY and i > 1 and is_capital(doc[i - 2]))
            or (token.text in _HYPHENS and not token.whitespace_ and i > 1 and not doc[i - 2].whitespace_)
            or (i > 2 and token.text in _HYPHENS and not token.whitespace_ and not doc[i - 2].whitespace_)
        ):
            i -= 1
        elif doc[i].text in _HYPHENS and in_class(token.lower_, "particle") and not token.whitespace_:
            i -= 1  # "Shatt al-Arab Navigation Protocol"
        elif _joins(doc, i - 1):
            i -= 2
        else:
            break
    return i


def _joins(doc: Doc, i: int) -> bool:
    """Whether "and" or "of" stands within a name: "Acquisition and Cross-Servicing Agreement", "Status of Forces …"."""
    if i == 0 or not is_capital(doc[i - 1]) or not doc[i - 1].is_alpha:
        return False
    if doc[i].lower_ != "and":
        return doc[i].lower_ == "of" and in_class(doc[i - 1].lower_, "of")
    before = doc[i - 1]
    if before.ent_type_ in _PLACES | {"PERSON", "NORP"}:
        return False
    # within a name the words before "and" are common nouns or adjectives, not the name of something else
    return before.pos_ in {"ADJ", "NOUN", "PROPN"} and (i < 2 or not doc[i - 2].is_punct)


def _name_end(doc: Doc, last: int) -> int:
    end = last + 1
    if end >= len(doc) or doc[end].lower_ not in _OPENERS:
        return end
    best = end
    i = end
    while i < len(doc):
        token = doc[i]
        if token.is_space:
            break
        if is_capital(token) and token.text[0].isalpha() and token.lower_ not in _NOT_IN_NAMES:
            if token.ent_type_ in {"DATE", "TIME"}:
                break
            i += 1
            best = i
            continue
        hyphen = token.text in _HYPHENS and not doc[i - 1].whitespace_
        listed = token.text == "," and i + 1 < len(doc) and _listed(doc, i)
        if not hyphen and not listed and not (token.lower_ in _CONNECTORS | _OPENERS and _leads_on(doc, i)):
            break
        i += 1
    return best


def _listed(doc: Doc, comma: int) -> bool:
    """Whether a comma stands in a list within a name: "Torture, Cruel Treatment and Punishment"."""
    if (
        not is_capital(doc[comma + 1])
        or doc[comma + 1].ent_type_ in _PLACES | _NOBODY
        or doc[comma - 1].ent_type_ in _PLACES
    ):
        return False
    return any(doc[i].lower_ in {"and", "or"} for i in range(comma + 1, min(comma + 5, len(doc))))


def _is_listed_in_name(doc: Doc, conjunction: int) -> bool:
    """ "The Agreement on the Delimitation of the Zones of Greece and Egypt": of both, not of Greece alone."""
    before, after = doc[conjunction - 1], doc[conjunction + 1]
    places = before.ent_type_ in _PLACES and after.ent_type_ in _PLACES and before.pos_ == after.pos_ == "PROPN"
    return places and doc[conjunction - 2].lower_ in {"of", "between"} and after.dep_ == "conj"


def _leads_on(doc: Doc, i: int) -> bool:
    """Whether a connector leads to another word of the name."""
    for ahead in range(i + 1, min(i + 4, len(doc))):
        token = doc[ahead]
        if is_capital(token) and token.text[0].isalpha():
            if token.ent_type_ in {"DATE", "TIME"}:
                return False
            lower = doc[i].lower_
            if lower == "in" and ahead == i + 1 and token.ent_type_ == "GPE":
                return False
            if lower == "and" and ahead == i + 1 and _is_listed_in_name(doc, i):
                return True
            return not bool(
                lower in {"and", "with", "by", "from"}
                and token.ent_type_ in _PLACES | {"PERSON", "NORP", "ORG"}
                and (token.ent_iob_ != "I" or lower != "and")
                and (doc[i - 1].ent_type_ or lower != "and")
            )
        if token.lower_ not in _CONNECTORS:
            return False
    return False
