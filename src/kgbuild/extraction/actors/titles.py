"""Finds titles of posts and government bodies as phrases: "acting deputy foreign minister", "the French embassy"."""

from __future__ import annotations

from collections.abc import Sequence

from kgbuild.extraction.actors.complements import DETERMINERS
from kgbuild.extraction.actors.joining import possessive_end
from kgbuild.extraction.actors.phrases import PhraseReader, Title
from kgbuild.extraction.lexicons import RoleHead, body_nouns, organisation_heads, role_heads, role_modifiers, word_set
from kgbuild.extraction.phrases import PhraseTable
from kgbuild.extraction.tokens import Tokens

#: what a field of government follows with "of"
_MINISTRIES = frozenset(("minister", "ministers", "ministry", "secretary", "department"))


def find_titles(tokens: Tokens, known: Sequence[tuple[int, int]]) -> list[Title]:
    """All titles of a document, in text order; they do not overlap.

    Args:
        tokens: the document.
        known: token ranges of names and bodies that may stand before or behind a title.
    """
    words = tokens.plain
    reader = PhraseReader(tokens, known)
    covered = reader.covered
    heads = role_heads()
    found: list[Title] = []
    following = 0
    for i in tokens.plain_at.of(heads.openings):
        match = heads.longest(words, i) if i >= following and covered[i] < 0 else None
        if match is None or not _is_title(tokens, i, match[0], covered):
            continue
        end, values = match
        floor = found[-1].right if found else 0
        title = reader.read(i, end, values[0], floor=floor)
        if title.head.plural and title.head.kind == "occupation" and _is_all_capital(tokens, title):
            continue  # "Human Rights Advocates" are called so
        if found and title.left < found[-1].right:
            title.left = max(title.start, min(title.left, found[-1].right))
        found.append(title)
        following = end
    return found


def find_bodies(tokens: Tokens, known: Sequence[tuple[int, int]]) -> list[Title]:
    """Phrases for organs of a state: "Guyana's foreign ministry", "the French mission to the United Nations".

    They are built like titles: ``head.kind`` is the kind of body, ``head.plural`` whether it needs no modifier.
    A capitalised name with words that are not about government ("Lake Victoria Basin Commission") is left to names.
    """
    words = tokens.plain
    reader = PhraseReader(tokens, known)
    covered = reader.covered
    nouns = body_nouns()
    found: list[Title] = []
    # "the defence committee of the House of Representatives": the House is named, whoever's committee it is
    openings = tokens.plain_at.of(nouns.openings)
    houses = {i for i in openings if covered[i] < 0 and _is_house(tokens, i, nouns)}
    for i in sorted(houses):
        reader.cover(i, nouns.longest(words, i)[0])  # type: ignore[index]
    following = 0
    for i in openings:
        match = nouns.longest(words, i) if i >= following and (covered[i] < 0 or i in houses) else None
        if match is None or tokens.pos[match[0] - 1] not in ("NOUN", "PROPN") or role_heads().longest(words, i):
            continue
        end, values = match
        noun, kind, bare = values[0]
        head = RoleHead(noun, "neutral", kind, bare)
        body = reader.read(i, end, head, floor=0)
        proper = tokens.text[end - 1][0].isupper()
        longer = (
            proper
            and body.start == i > 0
            and tokens.text[i - 1][0].isupper()
            and tokens.tag[i - 1] not in DETERMINERS
            and tokens.space[i - 1]
            and covered[i - 1] < 0
            and tokens.sentence[i - 1] == tokens.sentence[i]
        )
        # "Minister of Territorial Administration"
        field = body.start > 1 and words[body.start - 1] in ("of", "for") and words[body.start - 2] in _MINISTRIES
        # "Chile's Navy" is a body, "the Tigray People's Congress" a name
        unknown = body.owners and covered[body.owners[0][0]] < 0
        wide = proper and any(
            words[m] in ("international", "global", "world", "regional") for m in range(body.start, i)
        )
        if longer or wide or (field and proper) or (body.owners and proper and (unknown or not _apart(tokens, body))):
            following = end
            continue
        found.append(body)
        reader.cover(body.start, body.end)
        following = max(end, body.end)
    return found


def _is_all_capital(tokens: Tokens, title: Title) -> bool:
    """Whether a title has several words, all of them with a capital, outside of a headline."""
    capital = all(tokens.text[i][0].isupper() for i in range(title.start, title.end))
    return capital and title.end - title.start > 1 and tokens.kind[title.at] != "headline"


def _is_house(tokens: Tokens, i: int, nouns: PhraseTable[tuple[str, str, bool]]) -> bool:
    """Whether the name of a body that holds "of" begins at a token: "House of Representatives"."""
    if not tokens.text[i][0].isupper():
        return False
    match = nouns.longest(tokens.plain, i)
    return match is not None and " of " in match[1][0][0] and tokens.text[match[0] - 1][0].isupper()


def _apart(tokens: Tokens, body: Title) -> bool:
    """Whether the owner nearest a capitalised body is set off from it: a possessive, or a known state's adjective."""
    end = body.owners[0][1]
    return tokens.tag[end] == "POS" or tokens.pos[end - 1] == "ADJ" or tokens.ent[end - 1] in ("GPE", "NORP")


def _is_title(tokens: Tokens, start: int, end: int, covered: Sequence[int]) -> bool:
    words = tokens.plain
    last = end - 1
    if role_heads().longest(words, start)[1][0].short:  # type: ignore[index]
        before_name = end < len(words) and tokens.text[end][0].isupper()
        if words[start] in word_set("capital_titles") and not tokens.text[start].isupper():
            return False  # "Bilal Ag Moussa" is no attorney general
        owned = start > 0 and (tokens.tag[start - 1] == "POS" or covered[start - 1] >= 0)
        return tokens.text[start][0].isupper() and (before_name or (owned and tokens.text[start].isupper()))
    if start and words[start - 1] in word_set("vessels") and tokens.text[start][0].isupper():
        return False  # "the frigate Admiral Kovalenko"
    if tokens.pos[last] not in ("NOUN", "PROPN") and tokens.pos[start] not in ("NOUN", "PROPN", "ADJ"):
        return False
    if possessive_end(tokens, end) > end:
        return False  # "the Nurses' Union"
    before = words[start - 1] if start else ""
    # "deputy", "chief", "general" before another title are its modifiers
    if end < len(words) and end - start == 1 and tokens.space[start] and role_modifiers().get(words[start]) == "rank":
        following_head = role_heads().longest(words, end)
        if following_head is not None and following_head[1][0].short:
            # "Army chief Gen. Mirza"
            return True
        follows = following_head is not None or words[end] in role_modifiers()
        if follows and tokens.pos[end] in ("NOUN", "PROPN", "ADJ"):
            return False
    following = tokens.text[end] if end < len(words) else ""
    # "the General Assembly", "Representatives" in the name of a house
    if following[:1].isupper() and words[end] in organisation_heads() and tokens.text[start][0].isupper():
        return False
    if before == "of" and tokens.text[start][0].isupper() and start > 1 and words[start - 2] in organisation_heads():
        return False
    if before in ("-", "–") and tokens.text[start - 1] == "-" and not tokens.space[start - 1]:
        return words[start - 2] in role_modifiers() if start > 1 else False
    # "the ministers' meeting", "the president-elect" stay; "head to", "chair the" are verbs and are told by their tags
    return not (end < len(words) and words[end] == "-" and not tokens.space[end - 1] and not _suffix(words, end))


def _suffix(words: Sequence[str], end: int) -> bool:
    """Whether "-elect", "-designate" or "-general" follows."""
    return end + 1 < len(words) and words[end + 1] in ("elect", "designate", "general", "nominee", "in", "at")
