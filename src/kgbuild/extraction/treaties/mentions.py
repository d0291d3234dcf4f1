"""Finds the noun phrases that may denote treaties, with what their words tell; which are one is decided later.

A mention is read from its noun outwards: leftwards over its modifiers to the determiner, rightwards over the phrases
that say what it is about ("on …", "to fix …") and between whom. Syntax decides only where the neighbouring words leave
it open, since a small parser often attaches these phrases wrongly.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

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
from kgbuild.extraction.treaties.model import MentionForm, TreatyMention, is_year, surface
from kgbuild.extraction.treaties.names import is_assembly, is_capital, is_title_case, name_bounds

_INDEFINITE = frozenset(["a", "an", "any", "some", "one", "each", "every", "another", "such", "what", "whatever"])
_DEMONSTRATIVE = frozenset(["this", "that", "these", "those", "such"])
_POSSESSIVE = frozenset(["its", "their", "his", "her", "our", "my", "your"])
_HYPHENS = frozenset("-–‑")
_QUOTES = frozenset("\"“”'‘’")
_TOPIC = frozenset(
    [
        "on",
        "for",
        "of",
        "against",
        "over",
        "to",
        "concerning",
        "covering",
        "governing",
        "banning",
        "regulating",
        "about",
    ]
)
_PARTIES = frozenset({"between", "with", "among", "involving"})
_MODIFIER_POS = frozenset({"ADJ", "NOUN", "PROPN", "NUM"})
_ARGUMENT = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "ROOT", "conj", "attr", "dative", "appos"})
_PEOPLES = frozenset({"GPE", "NORP"})
_TOPIC_WORDS = 9


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
            break
    return found


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
    nouns = treaty_nouns(tables.nouns)
    token = doc[noun]
    if not _is_noun(token):
        return None
    following = _next_noun(doc, last)
    if following is not None:
        if in_class(following.lower_, "place") and following.text[0].isupper():
            return None
        # "ceasefire deal", "treaty text": the phrase belongs to the treaty noun behind it
        if following.lower_ in nouns and nouns[following.lower_][0][0].opens != "no":
            return None
    if is_assembly(doc, first):
        return None
    title_case = is_capital(token) and is_title_case(doc, token)
    bounds = None if title_case else name_bounds(doc, first, last)
    if bounds is not None:
        _name_start, name_end = bounds
        after = doc[name_end] if name_end < len(doc) else None
        if after is not None and in_class(after.lower_, "place") and after.text[0].isupper():
            return None
        if bounds[1] > last + 1 and in_class(doc[bounds[1] - 1].lower_, "place"):
            return None  # a street named after a treaty
    core, start, form, possessor = _left(doc, first if bounds is None else bounds[0], noun)
    mention = TreatyMention(start, last + 1, core, noun, noun, form, entry, plural=is_plural, possessor=possessor)
    mention.modifier = following is not None
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
    topic: list[Token] = []
    if following is None:
        topic, right = _right(doc, mention, right)
    mention.end = max(mention.end, right)
    mention.topic_end = mention.topic_end or last + 1
    _weigh(mention, run, topic, tables)
    root = doc[mention.core : last + 1].root
    mention.head = root.i if root.i >= mention.core else noun
    mention.capital = mention.form != "name" and doc[noun].text[0].isupper() and not title_case
    mention.subject = doc[mention.head].dep_ in {"nsubj", "nsubjpass"}
    after = [token.lower_ for token in doc[last + 1 : last + 3]]
    if mention.form == "indefinite" and after in (["like", "this"], ["like", "that"], ["like", "it"], ["of", "this"]):
        mention.form = "demonstrative"
    return mention


def _is_noun(token: Token) -> bool:
    if token.pos_ in {"NOUN", "PROPN"}:
        return True
    if token.i == 0 or token.pos_ not in {"VERB", "ADJ"}:
        return False
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
    if following.pos_ in {"NOUN", "PROPN"} and (
        is_modifier or (following.text[0].isupper() and token.text[0].isupper())
    ):
        return following
    return None


def _left(doc: Doc, first: int, noun: int) -> tuple[int, int, MentionForm, Token | None]:
    """Where the phrase's own words begin, where it begins with its determiner, how it refers, and its possessor."""
    i = first
    while i > 0:
        token = doc[i - 1]
        lower = token.lower_
        if token.is_space:
            break
        if (
            token.pos_ == "DET"
            or lower in _POSSESSIVE
            or lower in _INDEFINITE
            or lower in _DEMONSTRATIVE
            or lower == "no"
        ):
            return i, _with_predeterminer(doc, i - 1), _form(doc, i - 1), None
        if token.tag_ == "POS" or lower in {"'s", "’s"}:
            possessor = _possessor(doc, i - 1)
            begin = possessor.left_edge.i if possessor is not None else i - 1
            return i, begin, "definite", possessor
        if lower in {"'", "’"} and i > 1 and doc[i - 2].lower_.endswith("s") and not doc[i - 2].whitespace_:
            possessor = doc[i - 2]
            return i, possessor.left_edge.i, "definite", possessor
        if not _belongs(doc, i, noun):
            break
        i -= 1
    return i, i, "bare", None


def _possessor(doc: Doc, mark: int) -> Token | None:
    return doc[mark - 1] if mark > 0 and doc[mark - 1].pos_ in {"NOUN", "PROPN", "PRON"} else None


def _with_predeterminer(doc: Doc, i: int) -> int:
    while (
        i > 0
        and doc[i - 1].lower_ in {"such", "any", "all", "both", "many", "what"}
        and doc[i].lower_ in {"a", "an", "the"}
    ):
        i -= 1
    return i


def _form(doc: Doc, i: int) -> MentionForm:
    lower = doc[i].lower_
    if lower in {"a", "an"} and i > 0 and doc[i - 1].lower_ == "such":
        return "demonstrative"
    if lower in {"no", "neither"}:
        return "none"
    if lower in _DEMONSTRATIVE:
        return "demonstrative"
    if lower in _INDEFINITE:
        return "indefinite"
    return "definite"


def _belongs(doc: Doc, i: int, noun: int) -> bool:
    """Whether the token before ``i`` is a modifier of the treaty noun."""
    token, right = doc[i - 1], doc[i]
    inside = range(i - 1, noun + 1)
    if token.pos_ in _MODIFIER_POS or token.tag_ in {"VBN", "VBG"}:
        if token.tag_ in {"VBN", "VBG"} and token.pos_ == "VERB" and token.dep_ not in {"amod", "compound", "nmod"}:
            return False
        if token.ent_type_ in {"DATE", "TIME"} and token.dep_ == "npadvmod":
            return False
        if token.dep_ in _ARGUMENT and token.head.i not in inside:
            # "violated a fisheries protocol": two nouns behind one determiner are one phrase, whatever the parser says
            return right.i == noun and i > 1 and doc[i - 2].pos_ in {"DET", "ADJ", "NUM"} and bool(token.whitespace_)
        return True
    if token.i > 0 and not token.whitespace_ and right.text in _HYPHENS and doc[i + 1].i <= noun:
        return True  # within a hyphenated modifier: "a water-for-energy deal"
    if token.text in _HYPHENS:
        return not token.whitespace_ and i > 1 and not doc[i - 2].whitespace_
    if token.text in _QUOTES:
        return i > 1 and doc[i - 2].pos_ in {"DET", "ADJ"} and bool(doc[i - 2].whitespace_)
    if token.pos_ == "ADV":
        return token.head.i in inside and token.head.pos_ in {"ADJ", "VERB"}
    if token.lower_ in {"and", "or", ","} and i > 1:
        same = right.pos_ == doc[i - 2].pos_ and right.pos_ in {"ADJ", "NOUN"}
        return (
            same
            and (token.head.i in inside or right.head.i == i - 2)
            and doc[i - 2].dep_ in {"amod", "compound", "nmod"}
        )
    return False


def _right(doc: Doc, mention: TreatyMention, right: int) -> tuple[list[Token], int]:
    """Reads "on …", "between … and …", "to fix …" behind the noun: the topic's words and where they end."""
    last_word = right
    topic: list[Token] = []
    token = doc[mention.noun]
    while right < len(doc):
        following = doc[right]
        lower = following.lower_
        attached = following.head.i == token.i or following.head.i in range(mention.core, right)
        if lower in _PARTIES and (lower != "with" or attached or right > last_word):
            mention.parties += [child for child in following.children if child.dep_ in {"pobj", "pcomp", "dobj"}]
            end = _phrase_end(doc, following, _TOPIC_WORDS * 2)
        elif lower in _TOPIC and _is_topic(following, attached=attached):
            end = _phrase_end(doc, following, _TOPIC_WORDS)
            if mention.topic_end <= right and end > right + 1:
                mention.topic_end = end
            topic += [t for t in doc[right + 1 : end] if t.is_alpha]
        else:
            break
        if end <= right + 1:
            break
        right = end
    return topic, right


def _is_topic(token: Token, *, attached: bool) -> bool:
    if token.lower_ == "to":
        return token.i + 1 < len(token.doc) and token.nbor(1).pos_ == "VERB" and token.head.dep_ in {"acl", "relcl"}
    if token.lower_ in {"on", "against"}:
        # "signed a treaty on Monday"
        return token.i + 1 < len(token.doc) and token.nbor(1).ent_type_ not in {"DATE", "TIME"}
    return attached


def _phrase_end(doc: Doc, token: Token, most: int) -> int:
    """End of the phrase that a preposition or "to" opens: before a comma, a quotation mark, or a clause."""
    top = token.head if token.dep_ == "aux" else token
    limit = min(top.right_edge.i + 1, token.i + most, len(doc))
    end: int = token.i + 1
    while end < limit:
        current = doc[end]
        if current.is_space or (current.is_punct and current.text not in _HYPHENS):
            break
        if current.dep_ in {"nsubj", "nsubjpass", "mark"} or current.tag_ in {"WDT", "WP", "WRB"}:
            break
        if current.ent_type_ in {"DATE", "TIME"}:
            break
        if current.lower_ in {"with", "between", "among"} and end > token.i + 1:
            ahead = doc[end + 1 : end + 4]
            if any(t.pos_ == "PROPN" for t in ahead):
                break  # "on the return of art with Benin": the parties come behind what it is about
        end += 1
    while end > token.i + 1 and doc[end - 1].pos_ in {"ADP", "SCONJ", "DET", "CCONJ", "PART"}:
        end -= 1
    return end


def _weigh(mention: TreatyMention, tokens: list[Token], topic: list[Token], tables: TreatyTables) -> None:
    """Sorts the words of a mention into what it is about and what is said of it."""
    words = []
    run = [token.lower_ for token in tokens]
    before = tokens[0].nbor(-1) if tokens and tokens[0].i > 0 else None
    if mention.form == "name" and before is not None and is_year(before.text):
        mention.years |= {int(before.text)}
    for position, word in enumerate(run):
        if is_year(word):
            mention.years |= {int(word)}
            continue
        if mention.form == "name":
            words.append(singular(word))
            continue
        mention.the_other |= word == "other"
        mention.other |= in_class(word, "other")
        mention.idea |= in_class(word, "idea")
        mention.business |= in_class(word, "business") or in_class(" ".join(run[position : position + 2]), "business")
        mention.new |= word == "new"
        token = tokens[position]
        if in_class(word, "passing") or in_class(word, "other") or token.ent_type_ in _PEOPLES:
            continue
        if token.pos_ not in {"ADJ", "VERB", "ADV"} or kinds_of([word], tables.kinds):
            words.append(singular(word))  # "a quick deal" says nothing of what it is about
    phrase = mention.entry.phrase if mention.entry is not None else ()
    heads = {singular(part) for part in phrase}
    content = [token for token in topic if token.pos_ in {"NOUN", "PROPN", "ADJ"}]
    about = [singular(token.lower_) for token in content if token.ent_type_ not in _PEOPLES]
    mention.words = tuple(dict.fromkeys(word for word in (*words, *about) if word not in heads and word not in _TOPIC))
    mention.kinds = tuple(
        kinds_of([*run, *phrase] if mention.form != "name" else run, tables.kinds)
        or kinds_of((t.lower_ for t in topic), tables.kinds)
    )


def _alias(doc: Doc, end: int) -> str:
    """An acronym in parentheses behind a name."""
    if end + 2 < len(doc) and doc[end].text == "(" and doc[end + 2].text == ")":
        text: str = doc[end + 1].text
        if 2 <= len(text) <= 10 and sum(char.isupper() for char in text) >= 2:
            return text
    return ""
