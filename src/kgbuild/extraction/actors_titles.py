"""Finds titles of posts as phrases: "acting deputy foreign minister", "ambassador to the US", "minister for trade of Kenya".

A title's phrase has a head from the lexicon, modifiers before it, complements behind it, and at its left edge a determiner
or whom it is held for ("Israel's", "the Russian", "IDF"). Who holds it is found in ``roles``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kgbuild.extraction.lexicons import RoleHead, body_nouns, organisation_heads, role_heads, role_modifiers, word_set
from kgbuild.extraction.tokens import Tokens

_PREPOSITIONS = frozenset(("of", "for", "to", "at", "in", "on", "with", "from"))
#: a preposition that begins what the post is about, not only for whom it is held
_SUBJECT_PREPOSITIONS = frozenset(("of", "for", "on"))
_MODIFIER_TAGS = frozenset(("JJ", "JJR", "JJS", "NN", "NNS", "VBN", "VBG", "AFX", "CD", "NNP", "NNPS", "FW"))
_DETERMINERS = frozenset(("DT", "PRP$", "PDT", "WP$"))
_MAXIMUM_COMPLEMENTS = 3


@dataclass(slots=True)
class Title:
    """A title's phrase.

    Attributes:
        start, end: the title itself, with the subject of the post: "minister of natural resources".
        left: where the noun phrase begins.
        right: where its complements end (exclusive).
        at: index of the head token (of "chief of staff" the first).
        head: what the lexicon says of the head.
        text: lower case, without tenure, descriptions and country.
        tenure: as in :class:`kgbuild.facts.Role`.
        determiner: index of the determiner or possessive pronoun, or -1.
        owners: token ranges before the title that name whom it is held for.
        complements: (preposition, start, end) of phrases behind it that are not its subject.
    """

    start: int
    end: int
    left: int
    right: int
    at: int
    head: RoleHead
    text: str
    tenure: str = "current"
    determiner: int = -1
    owners: list[tuple[int, int]] = field(default_factory=list)
    complements: list[tuple[str, int, int]] = field(default_factory=list)


def find_titles(tokens: Tokens, words: Sequence[str], known: Sequence[tuple[int, int]]) -> list[Title]:
    """All titles of a document, in text order; they do not overlap.

    Args:
        tokens: the document.
        words: its plain words.
        known: token ranges of names and bodies that may stand before or behind a title.
    """
    covered = cover(len(words), known)
    heads = role_heads()
    found: list[Title] = []
    i = 0
    while i < len(words):
        match = heads.longest(words, i) if covered[i] < 0 else None
        if match is None or not _is_title(tokens, words, i, match[0], covered):
            i += 1
            continue
        end, values = match
        floor = found[-1].right if found else 0
        title = _phrase(tokens, words, known, covered, i, end, values[0], floor)
        if found and title.left < found[-1].right:
            title.left = max(title.start, min(title.left, found[-1].right))
        found.append(title)
        i = max(end, i + 1)
    return found


def cover(size: int, ranges: Sequence[tuple[int, int]]) -> list[int]:
    """For each token the number of the range that holds it, or -1."""
    covered = [-1] * size
    for number, (start, end) in enumerate(ranges):
        covered[start:end] = [number] * (end - start)
    return covered


def find_bodies(tokens: Tokens, words: Sequence[str], known: Sequence[tuple[int, int]]) -> list[Title]:
    """Phrases for organs of a state: "Guyana's foreign ministry", "the French mission to the United Nations".

    They are built like titles: ``head.kind`` is the kind of body, ``head.plural`` whether it needs no modifier.
    A capitalised name with words that are not about government ("Lake Victoria Basin Commission") is left to names.
    """
    known = list(known)
    covered = cover(len(words), known)
    nouns = body_nouns()
    found: list[Title] = []
    i = 0
    while i < len(words):
        match = nouns.longest(words, i) if covered[i] < 0 else None
        if match is None or tokens.pos[match[0] - 1] not in ("NOUN", "PROPN") or role_heads().longest(words, i):
            i += 1
            continue
        end, values = match
        noun, kind, bare = values[0]
        head = RoleHead(noun, "neutral", kind, bare)
        body = _phrase(tokens, words, known, covered, i, end, head, 0)
        proper = tokens.text[end - 1][0].isupper()
        longer = (
            proper
            and body.start == i > 0
            and tokens.text[i - 1][0].isupper()
            and tokens.tag[i - 1] not in _DETERMINERS
            and tokens.space[i - 1]
            and covered[i - 1] < 0
            and tokens.sentence[i - 1] == tokens.sentence[i]
        )
        if longer or (body.owners and proper and not _apart(tokens, body)):
            i = end
            continue
        found.append(body)
        covered[body.start : body.end] = [len(known)] * (body.end - body.start)
        known.append((body.start, body.end))
        i = max(end, body.end)
    return found


def _apart(tokens: Tokens, body: Title) -> bool:
    """Whether the owner nearest a capitalised body is set off from it: a possessive, or a known state's adjective."""
    start, end = body.owners[0]
    return tokens.tag[end] == "POS" or tokens.pos[end - 1] == "ADJ" or tokens.ent[end - 1] in ("GPE", "NORP")


def _is_title(tokens: Tokens, words: Sequence[str], start: int, end: int, covered: Sequence[int]) -> bool:
    last = end - 1
    if role_heads().longest(words, start)[1][0].short:  # type: ignore[index]
        return tokens.text[start][0].isupper() and end < len(words) and tokens.text[end][0].isupper()
    if tokens.pos[last] not in ("NOUN", "PROPN") and tokens.pos[start] not in ("NOUN", "PROPN", "ADJ"):
        return False
    before = words[start - 1] if start else ""
    # "deputy", "chief", "general" before another title are its modifiers
    if end < len(words) and end - start == 1 and tokens.space[start] and role_modifiers().get(words[start]) == "rank":
        follows = role_heads().longest(words, end) is not None or words[end] in role_modifiers()
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


def _phrase(
    tokens: Tokens,
    words: Sequence[str],
    known: Sequence[tuple[int, int]],
    covered: Sequence[int],
    start: int,
    end: int,
    head: RoleHead,
    floor: int,
) -> Title:
    title = Title(start, end, start, end, start, head, "")
    kept = list(range(start, end))
    _read_left(tokens, words, known, covered, title, kept, floor)
    _read_right(tokens, words, covered, title, kept)
    title.text = _title_text(tokens, kept)
    if head.short:
        before = _title_text(tokens, [k for k in kept if k < start])
        title.text = f"{before} {head.title}".strip()
    return title


def _read_left(
    tokens: Tokens,
    words: Sequence[str],
    known: Sequence[tuple[int, int]],
    covered: Sequence[int],
    title: Title,
    kept: list[int],
    floor: int,
) -> None:
    """Modifiers, then whom the post is held for, then the determiner."""
    modifiers = role_modifiers()
    capital_head = tokens.text[title.at][0].isupper()
    j = title.at - 1
    while j >= floor and tokens.paragraph[j] == tokens.paragraph[title.at]:
        word = words[j]
        use = modifiers.get(word, "")
        if covered[j] >= 0:
            break
        if word == "old" and j - 4 >= floor and words[j - 1] == "-" and tokens.tag[j - 4] == "CD":
            j -= 5
            continue
        if word == "-" and not tokens.space[j - 1] and j > floor:
            if modifiers.get(words[j - 1], "").startswith("tenure"):
                j -= 1
                continue
            kept.insert(0, j)
            j -= 1
            if tokens.tag[j] == "CD" or tokens.text[j][0].isalnum():
                kept.insert(0, j)
                j -= 1
            continue
        if use.startswith("tenure:"):
            title.tenure = use.partition(":")[2]
        elif word in ("and", "&") and j > floor and (use == "domain") and _joins_domains(words, j):
            kept.insert(0, j)
        elif word == "and" or tokens.tag[j] not in _MODIFIER_TAGS or tokens.pos[j] in ("VERB", "AUX") and use == "":
            break
        elif tokens.text[j][0].isupper() and not use and _is_entity(tokens, words, j, capital_head):
            break
        elif use != "drop":
            kept.insert(0, j)
        j -= 1
    title.start = min(j + 1, title.at)
    title.left = title.start
    _read_owners(tokens, words, known, covered, title, j, floor)


def _joins_domains(words: Sequence[str], j: int) -> bool:
    modifiers = role_modifiers()
    return modifiers.get(words[j - 1], "") == "domain" and modifiers.get(words[j + 1], "") == "domain"


def _is_entity(tokens: Tokens, words: Sequence[str], j: int, capital_head: bool) -> bool:
    """Whether a capitalised word before a title names an organisation rather than the subject of the post."""
    if words[j] in word_set("parties"):
        return True
    if not capital_head:
        return not (j == 0 or tokens.sentence[j - 1] != tokens.sentence[j]) or tokens.tag[j] in ("NNP", "NNPS")
    return (
        tokens.text[j].isupper()
        and len(tokens.text[j]) > 1
        or tokens.ent[j] == "ORG"
        or words[j] in organisation_heads()
    )


def _read_owners(
    tokens: Tokens,
    words: Sequence[str],
    known: Sequence[tuple[int, int]],
    covered: Sequence[int],
    title: Title,
    j: int,
    floor: int,
) -> None:
    """Possessors and attributive names before the modifiers, nearest first, and the determiner."""
    while j >= floor and tokens.paragraph[j] == tokens.paragraph[title.at] and tokens.tag[j] != "CC":
        if covered[j] >= 0:
            name = known[covered[j]]
            title.owners.append(name)
            title.left = name[0]
            j = name[0] - 1
        elif tokens.tag[j] == "POS" and j > floor:
            # what is possessed is read as an owner of its own: "the agency's", "Mr Sorokin's"
            k = j - 1
            if covered[k] >= 0:
                j = k
                continue
            while k > floor and covered[k - 1] < 0 and tokens.tag[k - 1] in (*_MODIFIER_TAGS, "HYPH"):
                k -= 1
            title.owners.append((k, j))
            title.left = k
            j = k - 1
        elif (
            tokens.text[j][0].isupper()
            and (tokens.tag[j] in ("NNP", "NNPS") or words[j] in word_set("parties"))
            and not title.owners
        ):
            k = j
            while (
                k > floor
                and covered[k - 1] < 0
                and tokens.text[k - 1][0].isupper()
                and tokens.tag[k - 1] in ("NNP", "NNPS")
            ):
                k -= 1
            title.owners.append((k, j + 1))
            title.left = k
            j = k - 1
        elif tokens.tag[j] in _DETERMINERS:
            title.determiner = j
            title.left = j
            break
        elif (
            tokens.tag[j] in ("JJ", "RB", "CD", "JJS", "VBN")
            and tokens.text[j][0].islower()
            or words[j] in role_modifiers()
        ):
            use = role_modifiers().get(words[j], "")
            if use.startswith("tenure:"):
                title.tenure = use.partition(":")[2]
            title.left = j
            j -= 1
        else:
            break


def _read_right(tokens: Tokens, words: Sequence[str], covered: Sequence[int], title: Title, kept: list[int]) -> None:
    """ "-elect", then complements: the subject of the post belongs to the title, names do not."""
    k = title.end
    size = len(words)
    if k + 1 < size and words[k] == "-" and words[k + 1] in ("elect", "designate", "nominee"):
        title.tenure = "designate"
        k += 2
    elif k < size and words[k] in ("elect", "designate", "nominee", "general") and tokens.tag[k] != "VBP":
        if words[k] == "general":
            kept.append(k)
        else:
            title.tenure = "designate"
        k += 1
    title.end = title.right = k
    for _ in range(_MAXIMUM_COMPLEMENTS):
        if k >= size or words[k] not in _PREPOSITIONS or tokens.paragraph[k] != tokens.paragraph[title.at]:
            break
        stop = complement_end(tokens, words, covered, k + 1)
        if stop == k + 1:
            break
        first = k + 1
        while first < stop and tokens.tag[first] in _DETERMINERS and tokens.tag[first] != "PRP$":
            first += 1
        if (
            not title.complements
            and words[k] in _SUBJECT_PREPOSITIONS
            and _is_subject(tokens, words, covered, title, k, first, stop)
        ):
            kept += range(k, stop)
            title.end = stop
        else:
            title.complements.append((words[k], first, stop))
        k = stop
        title.right = stop


def _is_subject(
    tokens: Tokens, words: Sequence[str], covered: Sequence[int], title: Title, preposition: int, first: int, stop: int
) -> bool:
    """Whether a complement says what the post is about ("for safeguards"), not whom it is held for or a purpose."""
    if tokens.tag[first] == "PRP$" or any(covered[m] >= 0 or tokens.ent[m] == "DATE" for m in range(first, stop)):
        return False
    body = title.head.kind in ("ministry", "organ")
    if not body and (title.head.kind not in ("office", "executive", "scholar", "adviser") or title.head.plural):
        return False
    modifiers = role_modifiers()
    if all(words[m] in modifiers or words[m] in ("-", "&") for m in range(first, stop)):
        return True
    if tokens.text[first][0].isupper():
        # "Minister of Natural Resources", but "secretary general of the Pacific Islands Forum", "professor at Yale"
        return (
            words[stop - 1] not in organisation_heads()
            and words[first] not in organisation_heads()
            and (title.head.kind in ("office", "ministry") and tokens.text[title.at][0].isupper())
        )
    return tokens.tag[first - 1] not in _DETERMINERS


def complement_end(tokens: Tokens, words: Sequence[str], covered: Sequence[int], k: int) -> int:
    """Where the noun phrase that begins at a token ends (exclusive), by tags alone; the token itself if none begins."""
    size = len(words)
    begin = k
    noun = False
    while k < size and tokens.paragraph[k] == tokens.paragraph[begin]:
        tag = tokens.tag[k]
        if covered[k] >= 0:
            noun = True
            k += 1
        elif tokens.ent[k] in ("DATE", "TIME"):
            break
        elif not noun and tag in _DETERMINERS:
            k += 1
        elif tag in _MODIFIER_TAGS and not (noun and tag in ("VBN", "VBG", "CD")):
            noun = noun or tag.startswith("NN")
            k += 1
        elif tag == "POS" and noun:
            noun = False
            k += 1
        elif (words[k] in ("-", "–", "&") and k + 1 < size and noun and not tokens.space[k - 1]) or (
            words[k] == "&" and noun
        ):
            k += 1
        elif words[k] == "and" and noun and k + 1 < size and _continues(tokens, words, covered, k):
            k += 1
        else:
            break
    while k > begin and (tokens.tag[k - 1] in ("POS", "HYPH", "CC") or words[k - 1] in ("-", "and", "&")):
        k -= 1
    return k if noun or any(tokens.tag[m].startswith("NN") for m in range(begin, k)) else begin


def _continues(tokens: Tokens, words: Sequence[str], covered: Sequence[int], k: int) -> bool:
    """Whether "and" joins two subjects of one post ("trade and industry"), not two phrases."""
    if covered[k - 1] >= 0 or covered[k + 1] >= 0:
        return False
    modifiers = role_modifiers()
    same_case = tokens.text[k - 1][0].isupper() == tokens.text[k + 1][0].isupper()
    return same_case and (modifiers.get(words[k + 1]) == "domain" or modifiers.get(words[k - 1]) == "domain")


def _title_text(tokens: Tokens, kept: Sequence[int]) -> str:
    parts: list[str] = []
    for position, i in enumerate(kept):
        parts.append(tokens.lower[i])
        following = kept[position + 1] if position + 1 < len(kept) else -1
        if following >= 0 and (tokens.space[i] or following != i + 1):
            parts.append(" ")
    text = "".join(parts).strip(" -–")
    for opening in ("the ", "of ", "for "):
        text = text.replace(" " + opening + "the ", " " + opening) if opening != "the " else text
    return text
