"""Finds the noun phrases that may denote treaties, with what their words tell; which are one is decided later.

A mention is read from its noun outwards: leftwards over its modifiers to the determiner, rightwards over the phrases
that say what it is about ("on …", "to fix …") and between whom. Syntax decides only where the neighbouring words leave
it open, since a small parser often attaches these phrases wrongly.
"""

from __future__ import annotations

import itertools

from spacy.tokens import Doc, Span, Token

from kgbuild.extraction.document import Layout
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.lexicon import (
    BUILT_IN,
    TreatyNoun,
    TreatyTables,
    in_class,
    kinds_of,
    singular,
    treaty_nouns,
)
from kgbuild.extraction.treaties.model import TreatyMention, is_year, surface
from kgbuild.extraction.treaties.names import is_assembly, is_capital, is_title_case, name_bounds
from kgbuild.extraction.treaties.phrases import MODIFIERS, POSSESSIVE, TOPICS, left_of, right_of

_HYPHENS = frozenset("-–‑")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_PEOPLES = frozenset({"GPE", "NORP"})


def find_mentions(doc: Doc, layout: Layout | None, tables: TreatyTables = BUILT_IN) -> list[TreatyMention]:
    """All noun phrases of a document whose noun can name an agreement, in text order.

    Args:
        doc: parsed.
        layout: the document's paragraphs, or None if nobody found them.
        tables: the user's own tables.
    """
    nouns = treaty_nouns(tables.nouns)
    found: list[TreatyMention] = []
    taken = -1
    for i, lower in enumerate(tokens_of(doc).lower):
        if i <= taken or lower not in nouns:
            continue
        token = doc[i]
        paragraph = layout.paragraphs[layout.paragraph_of[token.i]] if layout and layout.paragraphs else None
        if paragraph is not None and paragraph.kind == "boilerplate":
            continue
        for entry, is_plural in nouns[token.lower_]:
            bounds = _match(doc, token.i, entry)
            if bounds is None:
                continue
            noun, last = bounds
            mention = _read(doc, (token.i, noun, last), entry, tables, is_plural=is_plural)
            if mention is not None:
                mention.headline = paragraph is not None and paragraph.kind == "headline"
                found.append(mention)
                taken = max(last, mention.topic_end - 1 if mention.form == "name" else last)
                if mention.alias:
                    taken = max(taken, last + 3)
            break
    return [mention for mention in found if not _is_agreement_on(doc, mention, found)]


def _is_agreement_on(doc: Doc, mention: TreatyMention, found: list[TreatyMention]) -> bool:
    """Whether "agreement" only tells that a treaty was agreed on: "a political agreement on a trade pact"."""
    if mention.noun_text != "agreement" or mention.form == "name" or mention.noun + 2 >= len(doc):
        return False
    if doc[mention.noun + 1].lower_ != "on":
        return False
    return any(other.start == mention.noun + 2 and other.form != "name" for other in found)


def _read_number(mention: TreatyMention, left: Span, right: Span) -> None:
    """What the words around the noun say of how many states it is between, or that it is between states at all."""
    before, behind = ([t.lower_ for t in side if t.text not in _HYPHENS] for side in (left, right))
    mention.between_states = any(in_class(word, "diplomatic") for word in before)
    mention.several = _several(before) or _several(behind)
    mention.bilateral = "bilateral" in before or ("two", "way") in itertools.pairwise(before)


def _several(words: list[str]) -> int:
    """Between how many a treaty is: 3 for "three-nation" and "trilateral"; 0 if the words do not tell."""
    for first, second in itertools.pairwise([*words, ""]):
        if first in _NUMBERS and (second == "way" or in_class(singular(second), "pair")):
            return _NUMBERS[first]
        if first in {"trilateral", "tripartite"}:
            return 3
    return 0


def _match(doc: Doc, start: int, entry: TreatyNoun) -> tuple[int, int] | None:
    """The head noun and the last token of the entry's phrase, if it stands here."""
    phrase = entry.phrase
    if start + len(phrase) > len(doc):
        return None
    for offset, word in enumerate(phrase[1:], 1):
        if doc[start + offset].lower_ != word:
            return None
    last = start + len(phrase) - 1
    if len(phrase) == 1 or "of" not in phrase or phrase[-1] in treaty_nouns():
        return last, last
    return start, last


def _read(
    doc: Doc, place: tuple[int, int, int], entry: TreatyNoun, tables: TreatyTables, *, is_plural: bool
) -> TreatyMention | None:
    first, noun, last = place
    token = doc[noun]
    if first == last and not _is_noun(token):
        return None  # a phrase such as "memorandum of understanding" is one whatever the tagger says
    following = _next_noun(doc, last)
    if _is_something_else(doc, (first, noun, last), entry, following, tables):
        return None
    title_case = is_capital(token) and is_title_case(doc, token)
    bounds = None if title_case else name_bounds(doc, first, last)
    if bounds is not None:
        _name_start, name_end = bounds
        after = doc[name_end] if name_end < len(doc) else None
        if after is not None and in_class(after.lower_, "place") and after.text[0].isupper():
            return None
        ending = doc[bounds[1] - 1].lower_
        of_body = doc[min(last + 1, len(doc) - 1)].lower_ == "of"  # "Convention of the … Labour Organization"
        if bounds[1] > last + 1 and (in_class(ending, "place") or (in_class(ending, "body") and not of_body)):
            return None  # a street named after a treaty, the committee of a convention
    core, start, form, possessor = left_of(doc, first if bounds is None else bounds[0], noun)
    mention = TreatyMention(start, last + 1, core, noun, noun, form, entry, plural=is_plural, possessor=possessor)
    mention.modifier = following is not None
    if bounds is None and core < noun and is_capital(doc[core]):
        mention.place = doc[core].text
    if bounds is not None:
        mention.form = "name"
        mention.core, mention.topic_end = bounds
        mention.end = bounds[1]
        mention.name = surface(doc, *bounds)
        mention.alias = _alias(doc, bounds[1])
        run = [t for t in doc[bounds[0] : bounds[1]] if t.is_alpha or t.like_num]
        right = bounds[1]
    else:
        run = [t for t in doc[core:first] if t.is_alpha or t.like_num]
        right = last + 1
        mention.alias = _alias(doc, right)
        if mention.alias:
            mention.end = right = right + 3
    topic: list[Token] = []
    if following is None:
        topic, right = right_of(doc, mention, right)
    _read_number(mention, doc[start:noun], doc[last + 1 : right])
    if _is_of_own(doc, last):
        mention.apart = mention.other = True
        topic, mention.topic_end = [], last + 4
    mention.end = max(mention.end, right)
    mention.topic_end = mention.topic_end or last + 1
    _weigh(mention, run, topic, tables)
    if last + 2 < len(doc) and doc[last + 1].lower_ in {"of", "from"} and is_year(doc[last + 2].text):
        mention.years |= {int(doc[last + 2].text)}  # "the treaty of 1991"
    root = doc[mention.core : last + 1].root
    mention.head = root.i if root.i >= mention.core else noun
    mention.capital = mention.form != "name" and doc[noun].text[0].isupper() and not title_case
    mention.subject = doc[mention.head].dep_ in {"nsubj", "nsubjpass"}
    _read_likeness(doc, mention, last)
    return mention


def _read_likeness(doc: Doc, mention: TreatyMention, last: int) -> None:
    """ "A treaty like this" speaks of the one before, or of the kind in general."""
    after = [token.lower_ for token in doc[last + 1 : last + 3]]
    if (
        mention.form == "indefinite"
        and not mention.other
        and after in (["like", "this"], ["like", "that"], ["like", "it"], ["of", "this"])
    ):
        mention.form = "demonstrative"
        mention.generic = not mention.parties


def _is_of_own(doc: Doc, last: int) -> bool:
    """Whether a noun is followed by "of its own"."""
    after = [token.lower_ for token in doc[last + 1 : last + 4]]
    return len(after) == 3 and after[0] == "of" and after[1] in POSSESSIVE and after[2] == "own"


def _is_something_else(
    doc: Doc, place: tuple[int, int, int], entry: TreatyNoun, following: Token | None, tables: TreatyTables
) -> bool:
    """Whether the noun is part of another one, or what it means here is no treaty."""
    first, noun, last = place
    nouns = treaty_nouns(tables.nouns)
    if following is not None:
        if in_class(following.lower_, "place") and is_capital(following):
            return True
        # "ceasefire deal", "treaty text": the phrase belongs to the treaty noun behind it
        if following.lower_ in nouns and nouns[following.lower_][0][0].opens != "no":
            return True
        if entry.opens == "no" and in_class(following.lemma_.lower(), "rival"):
            return True  # "a draft resolution"
    if _is_body(doc, last) or is_assembly(doc, first):
        return True
    if doc[noun].lower_ == "instrument" and last + 2 < len(doc):
        return doc[last + 2].lower_ in {"ratification", "accession"}  # a paper about a treaty
    if entry.opens != "no" or (first > 0 and doc[first - 1].pos_ in MODIFIERS):
        return False
    return left_of(doc, first, noun)[2] == "bare"  # "pen to paper", "a border on paper"


def _is_noun(token: Token) -> bool:
    if token.pos_ in {"NOUN", "PROPN"}:
        return True
    if token.i == 0 or token.pos_ not in {"VERB", "ADJ"}:
        return False
    if in_class(singular(token.lower_), "never_verb"):
        return True
    # a treaty noun that the tagger took for a verb: "the most important fisheries deal since …", "a fisheries deal ran"
    for i in range(token.i - 1, max(-1, token.i - 5), -1):
        if token.doc[i].lower_ in {"a", "an"} and token.i - i > 1:
            return True
        if token.doc[i].pos_ not in {"NOUN", "ADJ", "PROPN"}:
            break
    before = token.nbor(-1)
    return (
        before.pos_ in {"NOUN", "PROPN", "ADJ", "DET"}
        and token.dep_ not in {"ROOT", "ccomp", "aux"}
        and (token.i + 1 >= len(token.doc) or token.nbor(1).lower_ != "with")
    )


def _next_noun(doc: Doc, last: int) -> Token | None:
    """The noun that the treaty noun modifies, as in "treaty talks"."""
    if last + 1 >= len(doc):
        return None
    token, following = doc[last], doc[last + 1]
    if following.text in _HYPHENS and not token.whitespace_ and last + 2 < len(doc):
        return doc[last + 2]
    is_modifier = token.dep_ in {"compound", "nmod", "amod"} and token.head.i > last
    if in_class(following.lower_, "misread"):
        return None
    if following.pos_ in {"NOUN", "PROPN"} and (
        is_modifier or (following.text[0].isupper() and token.text[0].isupper())
    ):
        return following
    return None


def _is_body(doc: Doc, last: int) -> bool:
    """Whether a word behind the noun makes it an organisation: "Collective Security Treaty Organization"."""
    return last + 1 < len(doc) and in_class(doc[last + 1].lower_, "body") and is_capital(doc[last + 1])


def _weigh(mention: TreatyMention, tokens: list[Token], topic: list[Token], tables: TreatyTables) -> None:
    """Sorts the words of a mention into what it is about and what is said of it."""
    words = []
    contracts: list[str] = []
    run = [token.lower_ for token in tokens]
    before = tokens[0].nbor(-1) if tokens and tokens[0].i > 0 else None
    if mention.form == "name" and before is not None and is_year(before.text):
        mention.years |= {int(before.text)}
    for position, word in enumerate(run):
        if is_year(word):
            mention.years |= {int(word)}
            continue
        if _is_measured(tokens[position]):
            continue  # "the 17-article treaty", "the 30-year treaty": how long it is, not what it is about
        if mention.form == "name":
            words.append(singular(word))
            continue
        mention.the_other |= word == "other"
        mention.other |= in_class(word, "other")
        mention.idea |= in_class(word, "idea")
        if not is_capital(tokens[position]):
            pair = " ".join(run[position : position + 2])
            contracts += [one for one in (word, pair) if in_class(one, "business")]
        mention.new |= word == "new"
        token = tokens[position]
        mention.other |= word.endswith("er") and token.tag_ == "JJR"
        if in_class(word, "passing") or in_class(word, "other") or token.ent_type_ in _PEOPLES:
            continue
        if token.pos_ not in {"ADJ", "VERB", "ADV"} or kinds_of([word], tables.kinds):
            words.append(singular(word))  # "a quick deal" says nothing of what it is about
    phrase = mention.entry.phrase if mention.entry is not None else ()
    heads = {singular(part) for part in phrase}
    mention.business |= any(in_class(token.lower_, "household") for token in topic)
    content = [token for token in topic if token.pos_ in {"NOUN", "PROPN", "ADJ"}]
    about = [singular(token.lower_) for token in content if token.ent_type_ not in _PEOPLES]
    mention.words = tuple(dict.fromkeys(word for word in (*words, *about) if word not in heads and word not in TOPICS))
    mention.kinds = tuple(
        kinds_of([*run, *phrase] if mention.form != "name" else run, tables.kinds)
        or kinds_of((t.lower_ for t in topic), tables.kinds)
    )
    # a "prisoner transfer agreement" is none of a club
    telling = {part for rule in mention.kinds if not rule.weak for part in rule.phrase if len(rule.phrase) > 1}
    mention.business |= any(singular(word.split()[0]) not in telling for word in contracts)


def _is_measured(token: Token) -> bool:
    """Whether a word is one of the two in "17-article", "five-page"."""
    doc, i = token.doc, token.i
    if token.like_num:
        return i + 1 < len(doc) and doc[i + 1].text in _HYPHENS and not token.whitespace_
    return i > 1 and doc[i - 1].text in _HYPHENS and doc[i - 2].like_num and not doc[i - 2].whitespace_


def _alias(doc: Doc, end: int) -> str:
    """An acronym in parentheses behind a name."""
    if end + 2 < len(doc) and doc[end].text == "(" and doc[end + 2].text == ")":
        text: str = doc[end + 1].text
        if 2 <= len(text) <= 10 and sum(char.isupper() for char in text) >= 2:
            return text
    return ""
