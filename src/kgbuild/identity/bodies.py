"""Names of organisations and of organs of states: what a name needs to tell one body from all others."""

from __future__ import annotations

import re
from functools import cache, lru_cache

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
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_POSSESSIVE = re.compile(r"(['\u2019]s?)\s")
_OF = re.compile(r"\s(?:of|for|on|to|in|at)\s")
#: where a mission is, or to whom
_AT = re.compile(r"\s(?:in|to|at)\s")
_NO_BODIES = frozenset({ActorType.STATE.value, ActorType.PERSON.value, ActorType.GROUP.value})
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
        self._known = _bodies_of_states(authority)

    def target(
        self, names: tuple[str, ...], affiliation: str, present: frozenset[str] = frozenset()
    ) -> tuple[str, ...] | None:
        """What identifies an organisation across articles.

        Args:
            names: as an article has them, the canonical one first.
            affiliation: id of the one state that it belongs to, or empty.
            present: ids of the states that the article speaks of: they tell whose "State Department" is meant.

        Returns:
            ``("authority", id)``, ``("organization", name)``, ``("body", state, name)``; None if it can only be told
            within its article.
        """
        names = tuple(dict.fromkeys(_BRACKETS.sub("", name).strip() or name for name in names))
        for name in names:
            entry = self._entry(name, affiliation, present)
            if entry is not None:
                return "authority", entry.id
        owned = [owner(self._authority, name) for name in names]
        state = affiliation or next((told for told, _ in owned if told), "")
        for _, rest in owned:
            if state and generic(rest):
                known = self._known.get((state, plain_body(rest)))
                if known:
                    return "authority", known
                if one_of_a_state(rest):
                    return "body", state, plain_body(rest)
        if any(_is_mission(rest) for _, rest in owned):
            places = [rest for _, rest in owned if _is_mission(rest) and _AT.search(rest)]
            return ("body", state, plain_body(places[0])) if state and places else None
        telling = [name for name, (_, rest) in zip(names, owned, strict=True) if self._tells(name, rest)]
        if not telling:
            return None
        spelt = [name for name in telling if " " in name] or telling
        return "organization", fold(_COMPANY.sub("", spelt[0]))

    def _tells(self, name: str, rest: str) -> bool:
        """Whether a name tells an organisation from all others."""
        possessor, mark, owned = _POSSESSIVE.split(name, maxsplit=1) if _POSSESSIVE.search(name) else ("", "", "")
        if mark and owned and generic(owned):
            # "Mr Okoro's office" is another's in the next article; "the IDF spokesperson's office" is not
            return any(self._authority.named(word, "actor") for word in possessor.split())
        if rest != name and generic(rest):
            return rest != rest.lower()
        return not generic(rest) and name != name.lower()

    def _entry(self, name: str, affiliation: str, present: frozenset[str]) -> Entry | None:
        """The authority's organisation of this name, if the name alone tells, or the state agrees."""
        told = self._authority.ambiguity(name)
        bodies = [entry for entry in self._authority.named(name, "actor") if entry.type not in _NO_BODIES]
        for entry in bodies:
            if affiliation and entry.affiliation == affiliation:
                return entry
        bodies = [entry for entry in bodies if not affiliation or not entry.affiliation.startswith("state/")]
        if told or len(bodies) > 1:
            near = [entry for entry in bodies if entry.affiliation in present]
            return near[0] if near and told in ("", "entry", "generic") else None
        return bodies[0] if bodies else None


def owner(authority: Authority, name: str) -> tuple[str, str]:
    """The state whose body a name says it is, and the rest of the name; ``("", name)`` if it does not say.

    "Guyana's foreign ministry", "Guyanese foreign ministry" and "foreign ministry of Guyana" all give
    ``("state/GY", "foreign ministry")``.
    """
    words = strip_article(name).split()
    for size in range(min(_LONGEST, len(words) - 1), 0, -1):
        state = _state(authority, " ".join(words[:size]))
        if state:
            return state, " ".join(words[size:])
    for place in range(len(words) - 2, 0, -1):
        if words[place].casefold() in ("of", "for") and len(words) - place - 1 <= _LONGEST:
            state = _state(authority, " ".join(words[place + 1 :]))
            if state:
                return state, " ".join(words[:place])
    return "", name


def _state(authority: Authority, text: str) -> str:
    entries = authority.named(text, "actor")
    return next((entry.id for entry in entries[:1] if entry.type == ActorType.STATE), "")


# an authority is large and does not change; one build asks for it again in each of its rounds
@lru_cache(maxsize=4)
def _bodies_of_states(authority: Authority) -> dict[tuple[str, str], str]:
    """State and plain name of a body -> its entry."""
    known: dict[tuple[str, str], str] = {}
    for entry in authority:
        if entry.sort != "actor" or entry.type in _NO_BODIES or not entry.affiliation:
            continue
        for name in (entry.name, *entry.other_names):
            state, rest = owner(authority, name)
            if state == entry.affiliation:
                known.setdefault((state, plain_body(rest)), entry.id)
            elif not state and generic(name):
                known.setdefault((entry.affiliation, plain_body(name)), entry.id)
    return known


def generic(name: str) -> bool:
    """Whether a name is made only of words that many states' bodies have in theirs."""
    return all(word in _words() or word.removesuffix("s") in _words() for word in fold(name).split())


def one_of_a_state(name: str) -> bool:
    """Whether a state has just one body of this name: a foreign ministry, but many embassies."""
    folded = fold(name)
    heads = _owned()
    if folded in heads:
        return heads[folded]
    words = _OF.split(folded)[0].split()
    return any(heads.get(" ".join(words[-size:]), False) for size in (2, 1) if len(words) >= size)


def _is_mission(name: str) -> bool:
    """Whether it is one of many that a state has: an embassy, a delegation."""
    folded = _AT.split(fold(name))[0].split()
    return bool(folded) and _owned().get(folded[-1]) is False


def plain_body(name: str) -> str:
    """The key of a body's name without its state: "Ministry of Foreign Affairs" and "foreign ministry" give one."""
    folded = fold(name)
    match = _MINISTRY.match(folded)
    if match:
        folded = f"{match[2]} {match[1]}"
    for pattern, replacement in _SAME:
        folded = pattern.sub(replacement, folded)
    return folded.strip()
