"""In which state an article was published, by its publisher's name and address: its readers need not be told."""

from __future__ import annotations

import functools
from urllib.parse import urlsplit

from kgbuild.authority import Authority
from kgbuild.extraction.lexicons import rows
from kgbuild.facts import ActorType, Article

#: the longest phrase of a publisher's name that is looked up, in words
_LONGEST = 5


def publisher_state(article: Article | None, authority: Authority) -> str:
    """The id of the state whose publisher an article's is: "state/KE" for "The Nairobi Sentinel"; empty if unknown.

    Args:
        article: what is known about a text, if anything is.
        authority: whose states, with their adjectives and capitals, a publisher's name may hold.
    """
    if article is None:
        return ""
    return _by_name(article.publisher, authority) or _by_address(article.url, authority)


@functools.cache
def _publishers() -> dict[tuple[str, ...], str]:
    """Words of a publisher's name -> id of its state; empty for one that no single state is the home of."""
    return {tuple(name.casefold().split()): "" if code == "-" else f"state/{code}" for name, code in _rows()}


def _rows() -> list[list[str]]:
    return rows("publishers.tsv", 2)


def _by_name(name: str, authority: Authority) -> str:
    words = [word.strip(",.()'’") for word in name.split()]
    words = [word for word in words if word]
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            listed = _publishers().get(tuple(word.casefold() for word in phrase))
            if listed:
                return listed
            if listed is not None:
                words[start : start + length] = ["-"] * length  # they tell of none; others of the name may
                continue
            for entry in authority.named(" ".join(phrase), "actor"):
                if entry.actor_type == ActorType.STATE and phrase[0][0].isupper():
                    return entry.id
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
