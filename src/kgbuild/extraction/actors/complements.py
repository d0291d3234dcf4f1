"""What stands behind a title or a body: where the phrase ends, and whether it says what the post is about."""

from __future__ import annotations

from collections.abc import Sequence

from kgbuild.extraction.lexicons import (
    RoleHead,
    given_names,
    honorifics,
    organisation_heads,
    role_heads,
    role_modifiers,
)
from kgbuild.extraction.tokens import Tokens

#: how far the last of a list of subjects may stand from a comma, in tokens
_LONGEST_LIST = 10
#: tags of words that may stand before a noun
MODIFIER_TAGS = frozenset(("JJ", "JJR", "JJS", "NN", "NNS", "VBN", "VBG", "AFX", "CD", "NNP", "NNPS", "FW"))
#: tags of articles and possessive pronouns
DETERMINERS = frozenset(("DT", "PRP$", "PDT", "WP$"))


def is_subject(tokens: Tokens, covered: Sequence[int], *, head: RoleHead, at: int, first: int, stop: int) -> bool:
    """Whether a complement says what the post is about ("for safeguards"), not whom it is held for or a purpose.

    Args:
        tokens: the document.
        covered: for each token a number if it belongs to a known name, or -1.
        head: the title's head as the lexicon has it.
        at: the head's token.
        first, stop: the complement without its preposition and article.
    """
    words = tokens.plain
    if tokens.tag[first] == "PRP$" or any(covered[m] >= 0 or tokens.ent[m] == "DATE" for m in range(first, stop)):
        return False
    body = head.kind in ("ministry", "organ")
    if not body and (head.kind not in ("office", "executive", "scholar", "adviser") or head.plural):
        return False
    modifiers = role_modifiers()
    if head.kind == "executive" and tokens.text[stop - 1][0].isupper() and words[stop - 1] in organisation_heads():
        return False  # "leader of the opposition Constitutional Party"
    if all(words[m] in modifiers or words[m] in ("-", "&", ",") for m in range(first, stop)):
        return True
    if tokens.text[first][0].isupper():
        # "Minister of Natural Resources", but "secretary general of the Pacific Islands Forum", "professor at Yale"
        return (
            words[stop - 1] not in organisation_heads()
            and words[first] not in organisation_heads()
            and (head.kind in ("office", "ministry") and tokens.text[at][0].isupper())
        )
    return tokens.tag[first - 1] not in DETERMINERS


def complement_end(tokens: Tokens, covered: Sequence[int], k: int) -> int:
    """Where the noun phrase that begins at a token ends (exclusive), by tags alone; the token itself if none begins."""
    words = tokens.plain
    size = len(words)
    begin = k
    noun = False
    while k < size and tokens.paragraph[k] == tokens.paragraph[begin]:
        tag = tokens.tag[k]
        if covered[k] >= 0:
            noun = True
            k += 1
        elif tokens.ent[k] in ("DATE", "TIME") or (noun and _person_begins(tokens, covered, k)):
            break
        elif not noun and tag in DETERMINERS:
            k += 1
        elif tag in MODIFIER_TAGS and not (noun and tag in ("VBN", "VBG", "CD")):
            noun = noun or tag.startswith("NN")
            k += 1
        elif tag == "POS" and noun:
            noun = False
            k += 1
        elif (
            (words[k] in ("-", "–", "&") and k + 1 < size and noun and not tokens.space[k - 1])
            or (words[k] == "&" and noun)
            or (words[k] == "," and noun and _lists_domains(tokens, k))
            or (words[k] == "and" and noun and k + 1 < size and _continues(tokens, covered, k))
        ):
            k += 1
        else:
            break
    while k > begin and (tokens.tag[k - 1] in ("POS", "HYPH", "CC") or words[k - 1] in ("-", "and", "&")):
        k -= 1
    return k if noun or any(tokens.tag[m].startswith("NN") for m in range(begin, k)) else begin


def _person_begins(tokens: Tokens, covered: Sequence[int], k: int) -> bool:
    """Whether a person's name begins at a token: "Minister of State for Defence Affairs | Dr Hamad bin Nasser"."""
    if not tokens.text[k][0].isupper():
        return False
    if honorifics().longest(tokens.plain, k) is not None:
        return True
    modifiers, words = role_modifiers(), tokens.plain
    pair = k + 1 < len(tokens) and tokens.text[k + 1][0].isupper() and words[k + 1] not in modifiers
    if pair and covered[k - 1] >= 0 and tokens.tag[k] == tokens.tag[k + 1] == "NNP":
        # "former ambassador to Ankara | Ziva Amrani"
        heads = organisation_heads()
        return words[k] not in modifiers and words[k] not in heads and words[k + 1] not in heads
    if pair and words[k - 1] in modifiers and words[k] not in modifiers and words[k] not in organisation_heads():
        # "Second Minister for Trade | Goh Li Ting"
        return True
    if tokens.ent[k] != "PERSON" or tokens.ent[k - 1] == "PERSON":
        return False
    if words[k - 1] == "and":
        return words[k] in given_names()
    longer = k + 1 < len(tokens) and tokens.ent[k + 1] == "PERSON" and tokens.text[k + 1][0].isalnum()
    return longer or tokens.plain[k] in given_names()


def _lists_domains(tokens: Tokens, k: int) -> bool:
    """Whether a comma stands in a list of subjects: "Minister of Industry | , Trade and Investment"."""
    words, modifiers = tokens.plain, role_modifiers()
    if k + 3 >= len(words) or modifiers.get(words[k + 1]) != "domain":
        return False
    capital = tokens.text[k + 1][0].isupper()
    if capital != tokens.text[k - 1][0].isupper():
        return False
    for m in range(k + 2, min(k + _LONGEST_LIST, len(words) - 1)):
        if words[m] in ("and", "&"):
            return modifiers.get(words[m + 1]) == "domain" and tokens.text[m + 1][0].isupper() == capital
        if words[m] != "," and (modifiers.get(words[m]) != "domain" or tokens.text[m][0].isupper() != capital):
            return False
    return False


def _continues(tokens: Tokens, covered: Sequence[int], k: int) -> bool:
    """Whether "and" joins two subjects of one post ("trade and industry"), not two phrases."""
    words = tokens.plain
    if covered[k - 1] >= 0 or covered[k + 1] >= 0:
        return False
    modifiers = role_modifiers()
    if modifiers.get(words[k + 1]) == "rank" and k + 2 < len(words) and role_heads().longest(words, k + 2) is not None:
        return False  # "minister for foreign affairs and | chief negotiator"
    same_case = tokens.text[k - 1][0].isupper() == tokens.text[k + 1][0].isupper()
    return same_case and (modifiers.get(words[k + 1]) == "domain" or modifiers.get(words[k - 1]) == "domain")
