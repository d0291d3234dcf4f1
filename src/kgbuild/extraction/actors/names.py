"""Finds capitalised names that no authority knows, and tells persons from organisations, places and things.

A name is a run of capitalised words, cut at titles and known names. What it is follows from all its mentions in the
article together: titles and forms of address before it, appositions behind it, verbs of speech, head nouns, and the
model's entity labels, which are right for most names and wrong for many unusual ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from kgbuild.extraction.actors.evidence import QUOTES, Name, weigh
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.lexicons import (
    given_names,
    honorifics,
    role_modifiers,
    word_list,
    word_set,
)
from kgbuild.extraction.tokens import Tokens
from kgbuild.extraction.written import written_of

#: what joins the parts of a word
HYPHENS = frozenset("-–‑")
_NOT_NAMES = frozenset(("PRP", "PRP$", "DT", "WDT", "WP", "IN", "CC", "MD", "EX", "UH", "LS", "SYM", "WRB", "TO"))
_JUNIOR = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_HEADLINE_VERBS = frozenset(("VB", "VBZ", "VBD", "VBP", "MD", "RB"))
_BRIDGES = frozenset(("and", "of", "for", "de", "del", "du"))
_NAME_LABELS = frozenset(("PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "PRODUCT", "LAW", "EVENT", "WORK_OF_ART"))


def find_names(tokens: Tokens, known: Sequence[tuple[int, int]], titles: Sequence[Title]) -> list[Name]:
    """All mentions of names outside the authority, in text order.

    Args:
        tokens: the document.
        known: token ranges of the authority's names and of bodies.
        titles: titles of posts.
    """
    words = tokens.plain
    blocked = [False] * len(words)
    for start, end in known:
        blocked[start:end] = [True] * (end - start)
    title_before: dict[int, int] = {}
    for number, title in enumerate(titles):
        for i in range(title.start, title.end):
            # the subject of a post may be longer than the title: "Minister for Women Ana Ruiz" is cut at its tags
            blocked[i] = True
        title_before[title.end] = number
        title_before.setdefault(title.right, number)
    owners = {start for title in titles if title.head.kind != "local" for start, _ in title.owners}
    names: list[Name] = []
    particles = word_list("name_particles.txt")
    capitals = itertools.compress(range(len(words)), written_of(tokens.doc).capital)
    following = 0
    for place in sorted({*capitals, *tokens.plain_at.of(particles)}):
        if place < following:
            continue
        i = place
        owner = i in owners and tokens.text[i][0].isupper()
        if blocked[i] or not (owner or _begins(tokens, i)):
            continue
        left, gender = i, "unknown"
        address = honorifics().longest(words, i)
        addressed = False
        while address and address[0] < len(words) and tokens.text[i][0].isupper() and _name_at(tokens, address[0]):
            i = address[0]
            gender = address[1][0][0] if gender == "unknown" else gender
            addressed = True
            address = honorifics().longest(words, i)
        following = i
        if blocked[i]:
            continue
        end = _run_end(tokens, blocked, i)
        cut = _cut(tokens, i, end) if not addressed else i
        if cut > i:
            names.append(Name(i, cut, left, gender, title_before.get(left, -1)))
            i = left = cut
        name = Name(i, end, left, gender, title_before.get(left, -1))
        if addressed:
            name.scores["person"] += 5
        names.append(name)
        following = end
    # "his Bhutanese counterpart, NAME"
    introducing = {title.right for title in titles if not title.head.plural and title.head.kind != "none"}
    held = {i for title in titles for i in range(title.start, title.end)}
    for number, name in enumerate(names):
        weigh(tokens, name, titles, introducing, held)
        if name.start in owners and name.scores["place"] < 1.5 and words[name.start] not in word_list("regions.txt"):
            # "Conservative trade critic", "Hamas leader", "INVAP's director"
            name.scores["organisation"] += 1.0 if tokens.tag[min(name.end, len(words) - 1)] == "POS" else 2.5
        before = names[number - 1] if number else None
        if before is not None and before.end == name.start - 1 and words[before.end] == "and":
            # "two firms, Polar Dredge and OJSC Severmost": what is said of the first holds for the second
            name.scores["organisation"] += 2.0 * (before.scores["organisation"] >= 3 > before.scores["person"])
    return names


def _capital(tokens: Tokens, i: int) -> bool:
    text = tokens.text[i]
    return text[0].isupper() and (tokens.tag[i] not in _NOT_NAMES or _is_given_name(tokens, i))


def _is_given_name(tokens: Tokens, i: int) -> bool:
    """Whether a preposition or conjunction with a capital inside a sentence is a given name: "Per", "Nor"."""
    if tokens.tag[i] not in ("IN", "CC") or i == 0 or i + 1 >= len(tokens) or tokens.kind[i] == "headline":
        return False
    inside = tokens.sentence[i - 1] == tokens.sentence[i] and tokens.text[i - 1] not in QUOTES
    following = tokens.text[i + 1]
    return (
        inside and tokens.plain[i] in word_set("short_given_names") and following[0].isupper() and following.isalpha()
    )


def _cut(tokens: Tokens, start: int, end: int) -> int:
    """Where a person's name begins inside a run of capitalised words: "Republican | Ana Ruiz", "Crooked | Ana Ruiz"."""
    words = tokens.plain
    if end - start < 2:
        return start
    if words[start] in word_set("parties") and tokens.ent[start + 1] == "PERSON":
        return start + 1
    given = given_names()
    if end - start < 3 or words[start] in given or tokens.ent[start] == "PERSON":
        return start
    for k in range(start + 1, end - 1):
        if tokens.text[k] == "&":
            return start  # "Harbour & Lee LLP"
        if tokens.ent[k] == "PERSON" and tokens.ent[end - 1] == "PERSON" and tokens.text[k][0].isalpha():
            return k if words[k] in given and tokens.space[k - 1] else start
    return start


def _name_at(tokens: Tokens, i: int) -> bool:
    """Whether a name stands at a token behind a form of address: also "Ms de la Cruz"."""
    words = tokens.plain
    particles = word_list("name_particles.txt")
    while i + 1 < len(words) and words[i] in particles and tokens.text[i][0].islower():
        i += 1
    return _capital(tokens, i)


def _begins(tokens: Tokens, i: int) -> bool:
    """Whether a name may begin at a token: a capital that is not owed to the beginning of a sentence."""
    words = tokens.plain
    text = tokens.text[i]
    if not text[0].isalpha():
        return False
    if text[0].islower():
        # "al-Sisi", "van Aalst" at the beginning of a name
        following = i + 1
        if words[i] not in word_list("name_particles.txt") or following >= len(words):
            return False
        if text in ("al", "el", "ul", "ur", "as", "ad", "an") and tokens.text[following] == "-":
            return following + 1 < len(words) and tokens.text[following + 1][0].isupper()
        return (
            text in ("van", "von", "bin", "ibn") and tokens.ent[i] == "PERSON" and tokens.text[following][0].isupper()
        )
    if tokens.tag[i] in _NOT_NAMES:
        return _is_given_name(tokens, i)
    if (
        i > 0
        and tokens.sentence[i - 1] == tokens.sentence[i]
        and tokens.text[i - 1] not in QUOTES
        and not words[i - 1].isspace()
    ):
        # "Ján Hrubý" is no January
        label = tokens.ent[i] == "PERSON" and i + 1 < len(words) and tokens.ent[i + 1] == "PERSON"
        named = label and tokens.text[i + 1][0].isupper()
        return tokens.pos[i] not in ("AUX", "PRON") and (named or words[i] not in word_list("not_names.txt"))
    # at the beginning of a sentence the tag, the label or a capital behind it must speak for a name
    if words[i] in word_list("not_names.txt"):
        return False
    following_capital = i + 1 < len(words) and _capital(tokens, i + 1) and tokens.space[i]
    return (
        tokens.tag[i] in ("NNP", "NNPS")
        or tokens.ent[i] in _NAME_LABELS
        or (following_capital and tokens.pos[i] in ("NOUN", "PROPN", "ADJ"))
    )


def _run_end(tokens: Tokens, blocked: Sequence[bool], start: int) -> int:
    """Where the run of capitalised words ends that begins at a token (exclusive)."""
    words = tokens.plain
    particles = word_list("name_particles.txt")
    size = len(words)
    k = start + 1
    while k < size and tokens.paragraph[k] == tokens.paragraph[start] and not blocked[k]:
        text = tokens.text[k]
        touching = not tokens.space[k - 1]
        if text == "," and k + 1 < size and words[k + 1] in _JUNIOR:
            k += 2
            continue
        if text in HYPHENS and touching and not tokens.space[k] and k + 1 < size and tokens.text[k + 1][0].isalpha():
            if blocked[k + 1] or words[k + 1] in (
                "based",
                "led",
                "backed",
                "born",
                "run",
                "owned",
                "style",
                "era",
                "elect",
                "designate",
                "wide",
                "held",
            ):
                break
            k += 2
            continue
        if tokens.tag[k] == "POS" and _goes_over_possessive(tokens, blocked, start, k):
            k += 2
            continue
        if touching and text[0] not in ".'’" and tokens.text[k - 1] not in HYPHENS:
            break
        if text == "&" and k + 1 < size and tokens.text[k + 1][0].isupper():
            k += 2
            continue
        if tokens.kind[k] == "headline" and tokens.tag[k] in _HEADLINE_VERBS:
            # "Hillary Clinton Speaks"
            break
        if text[0].isupper() and tokens.tag[k] not in _NOT_NAMES and tokens.sentence[k] == tokens.sentence[start]:
            k += 1
            continue
        if text[0].isupper() and tokens.sentence[k] != tokens.sentence[start] and _broken_at_initial(tokens, k):
            k += 1
            continue
        if words[k] in particles and text[0].islower():
            m = k
            while m < size and words[m] in particles and tokens.text[m][0].islower():
                m += 1
                if m < size and tokens.text[m] in HYPHENS:
                    m += 1
            if m < size and tokens.text[m][0].isupper() and not blocked[m] and _joins(tokens, start, k, m):
                k = m + 1
                continue
        if (
            words[k] in _BRIDGES
            and tokens.ent[k] == tokens.ent[k - 1] == "ORG"
            and k + 1 < size
            and tokens.ent[k + 1] == "ORG"
            and tokens.text[k + 1][0].isupper()
            and not blocked[k + 1]
        ):
            # "Justice and Renewal Party", where the model sees one name
            k += 2
            continue
        if text in QUOTES and (m := _nickname_end(tokens, k)):
            k = m
            continue
        break
    return k


def _goes_over_possessive(tokens: Tokens, blocked: Sequence[bool], start: int, k: int) -> bool:
    """Whether a name goes on behind a possessive's ending: "Tigray People's Congress", "Workers' Party"."""
    words = tokens.plain
    if k + 1 >= len(words) or not tokens.text[k + 1][0].isupper() or blocked[k + 1]:
        return False
    inner = words[k - 1] in word_set("inner_possessives")
    if k - 1 == start:
        return inner and words[k + 1] in word_set("party_names")
    inside = inner or tokens.ent[k - 1] == tokens.ent[k + 1] == tokens.ent[k] == "ORG"
    return inside and words[k + 1] not in role_modifiers()


def _broken_at_initial(tokens: Tokens, k: int) -> bool:
    """The sentence splitter took an initial's full stop for an end: "George W. | Bush"."""
    before = tokens.text[k - 1]
    return len(before) == 2 and before[0].isupper() and before[1] == "."


def _joins(tokens: Tokens, start: int, k: int, m: int) -> bool:
    """Whether a particle goes on with the name before it; "e", "y", "en" and "as" only inside a person's name."""
    words = tokens.plain
    word = words[k]
    if word in ("as", "at", "do", "en", "ten", "wan", "ap"):
        return tokens.ent[start] == tokens.ent[m] != "" and tokens.ent[k] == tokens.ent[start]
    return True


def _nickname_end(tokens: Tokens, k: int) -> int:
    """Where a nickname in quotation marks ends that stands inside a name: 'Luis "Lucho" Garcia'; 0 if there is none."""
    if k + 3 >= len(tokens) or not tokens.text[k + 1][0].isupper() or tokens.space[k]:
        return 0
    if tokens.text[k + 2] in QUOTES and tokens.text[k + 3][0].isupper() and tokens.space[k + 2]:
        return k + 4
    return 0
