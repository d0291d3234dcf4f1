"""Names that go on over "of" or hold a known name: "Center for Asylum Law", "Bank of Japan", "Lake Victoria Basin"."""

from __future__ import annotations

from collections.abc import Sequence

from kgbuild.extraction.actors.authority import Known
from kgbuild.extraction.actors.evidence import ORGANISATION_LINKS, Name
from kgbuild.extraction.actors.names import HYPHENS
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.lexicons import given_names, not_actor_heads, organisation_heads, person_nouns, word_set
from kgbuild.extraction.tokens import Tokens

#: the mark that follows whose organisation it is: "Farmers' Union", "People's Front"
_POSSESSIVES = frozenset(("'", "’", "'s", "’s"))


def possessive_end(tokens: Tokens, end: int) -> int:
    """Where an organisation's name ends that is called after its members: "Farmers' Union", "People's Front".

    Args:
        tokens: the document.
        end: where the capitalised words before the possessive end (exclusive).

    Returns:
        The end of the name; ``end`` itself if no such name goes on there.
    """
    k, size = end, len(tokens)
    if k + 1 >= size or tokens.text[k] not in _POSSESSIVES or tokens.space[k - 1] or not tokens.space[k]:
        return k
    members = tokens.plain[k - 1]
    plural = len(tokens.text[k]) == 1 and members.endswith("s") and tokens.ent[k - 1] != "PERSON"
    if not tokens.text[k - 1][0].isupper() or not (plural or members in word_set("inner_possessives")):
        return k
    m = k + 1
    while m < size and tokens.text[m][0].isupper() and tokens.paragraph[m] == tokens.paragraph[k]:
        m += 1
    last = organisation_heads().get(tokens.plain[m - 1], ("", ""))[0] in ("last", "both")
    return m if m > k + 1 and last else k


def organisation_end(tokens: Tokens, name: Name, stops: Sequence[bool]) -> int:
    """Where an organisation's name ends that goes on with "of", "for", "on": "Center for Asylum Law", "Bank of Japan".

    Args:
        tokens: the document.
        name: its first run of capitalised words.
        stops: tokens that no name may cover (titles).
    """
    words = tokens.plain
    heads = organisation_heads()
    end, size = name.end, len(words)
    position = heads.get(words[end - 1], ("", ""))[0]
    inside = range(name.start, end - 1)
    opens = (
        position in ("first", "both")
        or heads.get(words[name.start], ("", ""))[0] in ("first", "both")
        or any(words[i] in heads and words[i + 1] in ORGANISATION_LINKS for i in inside)
        or _names_people(tokens, name)
    )
    if not opens:
        return end
    for _ in range(3):
        k = end
        if k >= size or words[k] not in (*ORGANISATION_LINKS, "and") or not tokens.space[k - 1]:
            break
        linked = any(words[i] in ORGANISATION_LINKS for i in inside)
        if words[k] == "and" and (end == name.end and not linked):
            break
        k += 1
        if (
            words[k - 1] == "and"
            and k < size
            and (tokens.ent[k] == "PERSON" or words[k] in heads or words[k] in given_names())
        ):
            break
        if k < size and words[k] in ("the", "la", "les", "los"):
            k += 1
        m = k
        while m < size and not stops[m] and tokens.text[m][0].isupper() and tokens.tag[m] not in ("PRP", "DT"):
            if tokens.ent[m] in ("DATE", "TIME"):
                break
            m += 1
            if m + 1 < size and tokens.text[m] in HYPHENS and not tokens.space[m] and tokens.text[m + 1][0].isalpha():
                m += 2
        if m == k or (words[end] == "and" and words[m - 1] in heads and m - k > 1):
            break
        end = m
    return end


def _with_abbreviated(
    tokens: Tokens, names: Sequence[Name], known: Sequence[Known], stops: Sequence[bool]
) -> list[Name]:
    """The names, those with a short form in brackets whole: "Kin of Nigerians Detained Abroad (KNDA)"."""
    things, first_things = not_actor_heads()
    whole: list[Name] = []
    for i in tokens.plain_at.of({"("}):
        if i < 2 or i + 2 >= len(tokens) or tokens.text[i + 2] != ")":
            continue
        start = _abbreviated_from(tokens, i, tokens.text[i + 1])
        inside = {*tokens.plain[start:i]} if start >= 0 else set()
        if start < 0 or any(stops[start:i]) or inside & (things | first_things):
            continue
        if any(k.start <= start and k.end >= i for k in known) or any(n.start == start and n.end == i for n in names):
            continue
        name = Name(start, i, start, abbreviated=True)
        name.scores["organisation"] += 5
        whole.append(name)
    if not whole:
        return list(names)
    apart = [name for name in names if not any(w.start < name.end and name.start < w.end for w in whole)]
    return sorted([*apart, *whole], key=lambda name: name.start)


def _abbreviated_from(tokens: Tokens, end: int, short: str) -> int:
    """Where a phrase begins whose initials a short form behind it is made of; -1 if there is none."""
    if not (short.isalpha() and short.isupper() and 2 < len(short) < 9):
        return -1
    left = list(short)
    k = end
    while left and k > 0 and tokens.paragraph[k - 1] == tokens.paragraph[end]:
        k -= 1
        if tokens.text[k][0] == left[-1]:
            left.pop()
        elif tokens.plain[k] not in (*ORGANISATION_LINKS, "and", "the"):
            return -1
    return k if not left and end - k > 2 else -1


def _goes_on(tokens: Tokens, before: Known | Title, name: Name) -> bool:
    """Whether a known name or a body begins the name that follows it: "Philippine Senate", "Finns Forward"."""
    if not tokens.space[before.end - 1] or not tokens.text[before.start][0].isupper():
        return False
    heads, (things, _) = organisation_heads(), not_actor_heads()
    first, last = tokens.plain[name.start], tokens.plain[name.end - 1]
    if last in things or heads.get(last, ("",))[0] in ("last", "both") or heads.get(first, ("",))[0] == "both":
        return True
    if isinstance(before, Known) and _is_party(tokens, before, name):
        name.scores["organisation"] += 5
        name.scores["person"] = min(name.scores["person"], 0.0)
        return True
    return False


def _is_party(tokens: Tokens, before: Known, name: Name) -> bool:
    """Whether a party's name begins with a people or its adjective: "Finns Forward", "Georgian Dream's Ana Ruiz"."""
    if name.title >= 0 or name.left != name.start or tokens.kind[name.start] == "headline":
        return False
    if before.form.kind == "people":
        # "Finns Forward", but "the Swiss Ana Ruiz"
        plural = tokens.plain[before.start].endswith("s")
        return plural and tokens.plain[name.start] not in given_names() and tokens.ent[name.start] != "PERSON"
    one = tokens.ent[before.start] == tokens.ent[name.start] and tokens.ent[before.start] in ("PERSON", "WORK_OF_ART")
    owner = name.end < len(tokens) and tokens.tag[name.end] == "POS"
    inside = one and tokens.doc[name.start].ent_iob_ == "I"
    return before.form.kind == "demonym" and inside and owner and name.end - name.start == 1


def _names_people(tokens: Tokens, name: Name) -> bool:
    """Whether a name ends with people of some kind, who may be an organisation of that name: "Mothers of Abductees"."""
    noun = person_nouns().get(tokens.plain[name.end - 1])
    following = tokens.plain[name.end] if name.end < len(tokens) else ""
    return noun is not None and noun[1] and following in (*ORGANISATION_LINKS, "without")


def joined_names(
    tokens: Tokens,
    names: Sequence[Name],
    known: Sequence[Known],
    bodies: Sequence[Title],
    titles: Sequence[Title],
) -> tuple[list[Name], list[Known], list[Title]]:
    """Names that go on over "of" or hold a known name: "Center for Asylum Law", "Bank of Japan", "Lake Victoria Basin".

    Returns:
        The names, and the known names and bodies that are no part of a longer name.
    """
    words = tokens.plain
    stops = [False] * len(words)
    for title in titles:
        stops[title.start : title.end] = [True] * (title.end - title.start)
    names = _with_abbreviated(tokens, names, known, stops)
    known_at = {name.start: name for name in known}
    known_end = {name.end: name for name in known}
    things, first_things = not_actor_heads()
    body_end = {body.end: body for body in bodies}
    taken = [False] * len(words)
    out: list[Name] = []
    for name in names:
        if taken[name.start]:
            continue
        start, written = name.start, name.end
        name.end = possessive_end(tokens, name.end)
        if name.end != written:
            name.scores["organisation"] += 6
        neighbour = known_at.get(name.end)
        opening = words[name.start] in first_things or words[name.start] in ("radio", "banco", "club", "air")
        short = neighbour is not None and tokens.space[name.end - 1] and name.end - name.start <= 3
        if opening and short and neighbour is not None and _ends_as_name(tokens, neighbour.end):
            # "Lake Victoria", "Radio Bolivia": the known name is a part of this one
            name.end = neighbour.end
        before = known_end.get(name.start) or body_end.get(name.start)
        if before is not None and _goes_on(tokens, before, name):
            start = before.start
        first_name = Name(start, name.end, min(start, name.left), name.gender, name.title, name.scores)
        end = organisation_end(tokens, first_name, stops)
        if end > name.end and _names_people(tokens, name):
            first_name.scores["organisation"] += 5
        if words[name.start] in first_things and end < len(words) and words[end] == "of" and end + 1 < len(words):
            k = end + 1 + (words[end + 1] in ("the", "la"))
            while k < len(words) and tokens.text[k][0].isupper() and not stops[k]:
                k += 1
                end = k
        first_name.end = end
        if end != written or start != name.start or name.abbreviated:
            if words[end - 1] in things and end - start > 1:
                first_name.scores["thing"] += 6
            for i in range(start, end):
                taken[i] = True
        out.append(first_name)
    covered = [False] * len(words)
    for name in out:
        if taken[name.start]:
            covered[name.start : name.end] = [True] * (name.end - name.start)
    kept = [k for k in known if not covered[k.start] or _keeps(tokens, out, k)]
    return out, kept, [body for body in bodies if not covered[body.at]]


def _ends_as_name(tokens: Tokens, end: int) -> bool:
    words = tokens.plain
    return end >= len(words) or tokens.tag[end] != "POS"


def _keeps(tokens: Tokens, names: Sequence[Name], known: Known) -> bool:
    """Whether a known name stays a mention inside a longer name: the state of "Philippine Senate", "Bank of Japan"."""
    return any(name.start <= known.start < name.end and name.scores["organisation"] >= 5 for name in names)
