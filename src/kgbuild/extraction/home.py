"""In which state an article was published, by its publisher's name and address: its readers need not be told."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlsplit

from kgbuild.authority import Authority, fold
from kgbuild.extraction.lexicons import not_states, role_heads, rows, word_set
from kgbuild.facts import ActorType, Article
from kgbuild.resources import resource

#: the longest phrase of a publisher's name that is looked up, in words
_LONGEST = 5
_POSSESSIVE = re.compile(r"['’]s?$")
#: "‘A pen, not a sermon’: " before what the headline says itself
_OPENING_QUOTATION = re.compile(r"^[‘“\"'].*?[’”\"'](?=[:,])")
_PUNCTUATION = ",.:;!?()[]'‘’“”\"–—"


def publisher_state(article: Article | None, authority: Authority) -> str:
    """The id of the state whose publisher an article's is: "state/KE" for "The Nairobi Sentinel"; empty if unknown.

    Args:
        article: what is known about a text, if anything is.
        authority: whose states, with their adjectives and capitals, a publisher's name may hold.
    """
    if article is None:
        return ""
    return _by_name(article.publisher, authority) or _by_address(article.url, authority)


def headline_state(article: Article | None, authority: Authority) -> str:
    """The id of the state that an article's title is about first; empty if it names none, or two side by side.

    Args:
        article: what is known about a text, if anything is.
        authority: whose states to look for, by name, adjective or capital.
    """
    if article is None:
        return ""
    found, _ = _headline(article.title, authority)
    return found


def headline_abroad(article: Article | None, authority: Authority) -> str:
    """The id of the state that a headline tells to be abroad, "PM heads to Ankara"; empty if it tells of none.

    Args:
        article: what is known about a text, if anything is.
        authority: whose states to look for.
    """
    if article is None:
        return ""
    _, abroad = _headline(article.title, authority)
    return abroad


def _headline(title: str, authority: Authority) -> tuple[str, str]:
    """The states that a title is about, and that it tells to be abroad."""
    raw = _OPENING_QUOTATION.sub("", title).split()
    words = [_POSSESSIVE.sub("", word.strip(_PUNCTUATION)) for word in raw]
    passed = 0
    opening = [word.lower() for word in words if word][:2]
    own = bool(opening) and opening[0] in word_set("own_openers") and "of" not in opening
    for start, word in enumerate(words):
        if start < passed or not word:
            continue
        scene = start > 0 and words[start - 1].lower() in word_set("locative")
        found, end = _state_at(words, start, authority)
        passed = end
        if found and own and word[:1].isupper():
            # "Reps kick as FG backs mission": the government is the paper's own as well
            return (found, "") if word.lower() in word_set("own_governments") else ("", found)
        if found and not scene and word[:1].isupper():
            beside = end + (words[end : end + 1] == ["and"])
            joined = beside > end or raw[end - 1].endswith(",")
            return ("" if joined and _state_at(words, beside, authority)[0] else found), ""
        if raw[start].endswith((",", ";")):
            # "Elvira Paz, Bolivian envoy who stopped a war"
            described, end = _state_at(words, start + 1, authority) if start + 1 < len(words) else ("", len(words))
            of_person = end < len(words) and role_heads().longest([w.lower() for w in words], end) is not None
            return (described if described and start and of_person else ""), ""
    return "", ""


def _state_at(words: list[str], start: int, authority: Authority) -> tuple[str, int]:
    """The state named by the words at a place, and where its name ends."""
    plain = [word.lower() for word in words[start : start + _LONGEST]]
    blocked = not_states().longest(plain, 0)
    for length in range(min(_LONGEST, len(words) - start), 0, -1):
        text = " ".join(words[start : start + length])
        for entry in authority.named(text, "actor")[:1]:
            if entry.actor_type == ActorType.STATE and not (blocked and length <= blocked[0]):
                return entry.id, start + length
            own = entry.actor_type == ActorType.GOVERNMENT_BODY and not authority.ambiguity(text)
            if own and entry.affiliation.startswith("state/"):
                return entry.affiliation, start + length  # "Knesset to vote on pact"
    return "", start + (blocked[0] if blocked else 1)


@functools.cache
def _publishers() -> dict[tuple[str, ...], str]:
    """Words of a publisher's name -> id of its state; empty for one that no single state is the home of."""
    return {tuple(name.casefold().split()): "" if code == "-" else f"state/{code}" for name, code in _rows()}


def _rows() -> list[list[str]]:
    return rows("publishers.tsv", 2)


def _by_name(name: str, authority: Authority) -> str:
    words = [word.strip(",.()'’") for word in name.split()]
    words = [word for word in words if word]
    if words[:1] in (["The"], ["the"]):
        words = words[1:]  # "The Niger Delta Tribune" is not one of the Niger
    weak = ""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            listed = _publishers().get(tuple(word.casefold() for word in phrase))
            if listed and listed.endswith("?"):
                weak = weak or listed.removesuffix("?")
                listed = ""
            if listed:
                return listed
            if listed is not None:
                words[start : start + length] = ["-"] * length  # they tell of none; others of the name may
                continue
            state, end = _state_at(words, start, authority) if phrase[0][0].isupper() else ("", 0)
            if state and end == start + length:
                return state
    return weak or _by_city(words)


@functools.cache
def city_states() -> dict[str, str]:
    """Folded name of a city -> code of the one state that it tells of."""
    path = resource("authority", "cities.tsv")
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#")
    return {city: state for state, cities in rows for city in cities.split("|")}


def dateline_state(words: list[str]) -> str:
    """The id of the state of the city that opens a dateline: "state/PL" for "GDANSK, May 4"; empty if it tells of none.

    Args:
        words: of the dateline, in order.
    """
    for length in range(min(_LONGEST, len(words)), 0, -1):
        state = city_states().get(fold(" ".join(words[:length])))
        if state is not None:
            return f"state/{state}"
    return ""


def _by_city(words: list[str]) -> str:
    """The state of a city in a publisher's name: "The Mombasa Ledger"."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            state = city_states().get(fold(" ".join(words[start : start + length])))
            if state is not None and words[start][0].isupper():
                return f"state/{state}"
    return ""


def _by_address(url: str, authority: Authority) -> str:
    """The state of an address's top-level domain: "https://www.example.co.ke/…"."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    domain = host.rpartition(".")[2].upper()
    code = {"UK": "GB"}.get(domain, domain)
    state = authority.get(f"state/{code}") if len(code) == 2 and code not in _elsewhere() else None
    return state.id if state is not None else ""


@functools.cache
def _elsewhere() -> frozenset[str]:
    """Top-level domains of states that are mostly used elsewhere: ".tv", ".me"."""
    return frozenset(name.removeprefix(".").upper() for name, code in _rows() if name.startswith(".") and code == "-")
