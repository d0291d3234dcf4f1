"""Titles in the plural that names follow one for one: "the presidents of Guyana and Venezuela, A and B"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import role_heads
from kgbuild.facts import ActorType

#: posts of which states have one each
_KINDS = frozenset(("office", "diplomat", "military", "party", "spokesperson"))
_MAXIMUM_NAMES = 6
#: how far behind a name its state may stand: "NAME of the Republic of Chile"
_NEAR = 3

Resolve = Callable[[int, int], Referent | None]


def singular_titles(
    cast: Cast, title: Title, persons: dict[int, Referent], resolve: Resolve
) -> list[tuple[Referent, Title]]:
    """The persons who hold a title in the plural, each with the title as theirs alone; empty if they are not told.

    Args:
        cast: who has been found so far.
        title: a phrase whose head is plural.
        persons: token -> person named there.
        resolve: gives the referent of a name at a token range.
    """
    if not title.head.plural or title.head.kind not in _KINDS:
        return []
    tokens = cast.tokens
    right = _last_state(cast, title.right, resolve)
    k = right + (right < len(tokens) and tokens.text[right] in (",", ":"))
    people: list[tuple[Referent, tuple[int, int]]] = []
    while k < len(tokens) and k in persons and len(people) < _MAXIMUM_NAMES:
        person = persons[k]
        while k < len(tokens) and persons.get(k) is person:
            k += 1
        state = (0, 0)
        if k + 1 < len(tokens) and tokens.lower[k] == "of":
            state = _state_from(cast, k + 1, resolve)
            k = state[1] or k
        people.append((person, state))
        while k < len(tokens) and tokens.lower[k] in (",", "and", "&"):
            k += 1
    if len(people) < 2:
        return []
    single = _singular(cast, title)
    if all(end for _, (_, end) in people):
        spans = [span for _, span in people]
    else:
        spans = _states_of(cast, title, right, resolve)
        if len(spans) != len(people):
            return []
    return [
        (person, replace(single, complements=[("of", *span)], right=title.end))
        for (person, _), span in zip(people, spans, strict=True)
    ]


def _state_from(cast: Cast, k: int, resolve: Resolve) -> tuple[int, int]:
    """The tokens of a state's name that begins near a token; (0, 0) if none does."""
    for i in range(k, min(k + _NEAR, len(cast.tokens))):
        state = resolve(i, i + 1)
        if state is not None and state.type == ActorType.STATE:
            end = i + 1
            while end < len(cast.tokens) and resolve(end, end + 1) is state:
                end += 1
            return i, end
        if cast.tokens.lower[i] not in ("the", "republic", "kingdom", "of", "state"):
            break
    return 0, 0


def _last_state(cast: Cast, right: int, resolve: Resolve) -> int:
    """Where the states end that a title's phrase goes on to name: "of Guyana | and Venezuela"""
    words = cast.tokens.lower
    while right + 1 < len(words) and words[right] in (",", "and"):
        _, end = _state_from(cast, right + 1 + (words[right + 1] == "and"), resolve)
        if not end:
            break
        right = end
    return right


def _states_of(cast: Cast, title: Title, right: int, resolve: Resolve) -> list[tuple[int, int]]:
    """The states that a plural title is held for, in text order: "of Guyana and Venezuela", "the Greek and Turkish"."""
    behind = _apart(cast, title.end, right, resolve)
    if len(behind) > 1:
        return behind
    tokens = cast.tokens
    left = title.start
    while left > 0 and tokens.sentence[left - 1] == tokens.sentence[title.at] and left > title.start - 10:
        left -= 1
        if tokens.tag[left] in ("DT", "IN", "VBD", "VBZ"):
            break
    return _apart(cast, left, title.start, resolve)


def _apart(cast: Cast, start: int, end: int, resolve: Resolve) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    last: Referent | None = None
    for i in range(start, end):
        state = resolve(i, i + 1) if cast.tokens.text[i][0].isupper() else None
        if state is None or state.type != ActorType.STATE:
            last = None if cast.tokens.lower[i] in (",", "and") else last
        elif state is last:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
            last = state
    return found


def _singular(cast: Cast, title: Title) -> Title:
    """A title as one of its holders has it."""
    words = cast.tokens.plain
    match = role_heads().longest(words, title.at)
    written = cast.tokens.words(title.at, match[0]).lower() if match else ""
    text = title.text.replace(written, title.head.title) if written else title.text
    return replace(title, text=text, head=replace(title.head, plural=False), owners=[], determiner=-1, complements=[])
