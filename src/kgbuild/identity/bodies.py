"""Names of organisations and of organs of states: what a name needs to tell one body from all others."""

from __future__ import annotations

import re
from functools import cache

from kgbuild.authority import Authority, Entry, fold
from kgbuild.authority.folding import strip_article
from kgbuild.facts import ActorType
from kgbuild.resources import resource

_COMPANY = re.compile(
    r",?\s+(?:Inc|Ltd|Limited|Corp|Corporation|Co|LLC|plc|PLC|GmbH|AG|SA|SpA|NV|BV|AB|Oyj?|PJSC|JSC)\.?$"
)
_MINISTRY = re.compile(r"^(ministry|department|secretariat) (?:of|for) (?:the )?(.+)$")
_SAME = (
    (re.compile(r"\bforeign affairs\b"), "foreign"),
    (re.compile(r"\bdepartment\b"), "ministry"),
    (re.compile(r"\bsecretariat\b(?=$)"), "ministry"),
    (re.compile(r"\bnational defense\b"), "defense"),
    (re.compile(r"\bthe\b ?"), ""),
)
#: of what states are "Guyana's", "Guyanese", "of Guyana"; longer names first
_LONGEST = 5


@cache
def _words() -> frozenset[str]:
    """Words that do not tell one state's body from another's."""
    lines = resource("authority", "institutions.txt").read_text("utf-8").splitlines()
    heads = resource("lexicon", "organisation_heads.tsv").read_text("utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    words += [
        word for line in heads if line.strip() and not line.startswith("#") for word in line.split("\t")[0].split()
    ]
    return frozenset(fold(word) or word for word in words)


@cache
def _owned() -> dict[str, bool]:
    """Head noun -> whether a state has just one."""
    lines = resource("authority", "bodies_owned.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {fold(head): number == "one" for head, number in rows}


class Bodies:
    """Tells what identifies an organisation.

    Args:
        authority: whose states and bodies to recognise.
    """

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._known: dict[tuple[str, str], str] = {}
        for entry in authority:
            if entry.sort != "actor" or entry.type in (ActorType.STATE, ActorType.PERSON, ActorType.GROUP):
                continue
            for name in (entry.name, *entry.other_names):
                owner, rest = self.owner(name)
                if owner and owner == entry.affiliation:
                    self._known.setdefault((owner, plain_body(rest)), entry.id)
                elif not owner and entry.affiliation and generic(name):
                    self._known.setdefault((entry.affiliation, plain_body(name)), entry.id)

    def target(self, names: tuple[str, ...], affiliation: str) -> tuple[str, ...] | None:
        """What identifies an organisation across articles.

        Args:
            names: as an article has them, the canonical one first.
            affiliation: id of the one state that it belongs to, or empty.

        Returns:
            ``("authority", id)``, ``("organization", name)``, ``("body", state, name)``; None if it can only be told
            within its article.
        """
        for name in names:
            entry = self._entry(name, affiliation)
            if entry is not None:
                return "authority", entry.id
        for name in names:
            owner, rest = self.owner(name)
            state = owner or affiliation
            if state and generic(rest):
                known = self._known.get((state, plain_body(rest)))
                if known:
                    return "authority", known
                if one_of_a_state(rest):
                    return "body", state, plain_body(rest)
        name = max(
            names, key=lambda text: (not generic(self.owner(text)[1]) and text != text.lower(), len(text.split()))
        )
        if generic(self.owner(name)[1]) or name == name.lower():
            return None
        return "organization", fold(_COMPANY.sub("", name))

    def owner(self, name: str) -> tuple[str, str]:
        """The state whose body a name says it is, and the rest of the name; ``("", name)`` if it does not say.

        "Guyana's foreign ministry", "Guyanese foreign ministry" and "foreign ministry of Guyana" all give
        ``("state/GY", "foreign ministry")``.
        """
        words = strip_article(name).split()
        for size in range(min(_LONGEST, len(words) - 1), 0, -1):
            state = self._state(" ".join(words[:size]))
            if state:
                return state, " ".join(words[size:])
        for place in range(len(words) - 2, 0, -1):
            if words[place].casefold() in ("of", "for") and len(words) - place - 1 <= _LONGEST:
                state = self._state(" ".join(words[place + 1 :]))
                if state:
                    return state, " ".join(words[:place])
        return "", name

    def _state(self, text: str) -> str:
        entries = self._authority.named(text, "actor")
        return next((entry.id for entry in entries[:1] if entry.type == ActorType.STATE), "")

    def _entry(self, name: str, affiliation: str) -> Entry | None:
        """The authority's organisation of this name, if the name alone tells, or the state agrees."""
        told = self._authority.ambiguity(name)
        for entry in self._authority.named(name, "actor"):
            if entry.type in (ActorType.STATE, ActorType.PERSON, ActorType.GROUP):
                continue
            if affiliation and entry.affiliation == affiliation:
                return entry
            if told or (affiliation and entry.affiliation.startswith("state/")):
                continue
            return entry
        return None


def generic(name: str) -> bool:
    """Whether a name is made only of words that many states' bodies have in theirs."""
    return all(word in _words() for word in fold(name).split())


def one_of_a_state(name: str) -> bool:
    """Whether a state has just one body of this name: a foreign ministry, but many embassies."""
    folded = fold(name)
    heads = _owned()
    if folded in heads:
        return heads[folded]
    words = folded.split(" of ")[0].split(" for ")[0].split()
    return any(heads.get(" ".join(words[-size:]), False) for size in (2, 1) if len(words) >= size)


def plain_body(name: str) -> str:
    """The key of a body's name without its state: "Ministry of Foreign Affairs" and "foreign ministry" give one."""
    folded = fold(name)
    match = _MINISTRY.match(folded)
    if match:
        folded = f"{match[2]} {match[1]}"
    for pattern, replacement in _SAME:
        folded = pattern.sub(replacement, folded)
    return folded.strip()
