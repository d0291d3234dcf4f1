"""Whose post somebody holds by what the text has them do: "the Vice-President said that Guyana would never sign"."""

from __future__ import annotations

from collections import Counter

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_list, word_set
from kgbuild.facts import ActorType

_CLAUSES = frozenset(("ccomp", "conj"))


def committed_state(cast: Cast, person: Referent) -> Referent | None:
    """The state for which a person signs, or of which they say what it will do; None if none, or several as often.

    Args:
        cast: who has been found so far.
        person: whose mentions to read.

    Returns:
        The state that most of their sentences speak for.
    """
    tokens = cast.tokens
    found: Counter[str] = Counter()
    states: dict[str, Referent] = {}
    for mention in person.mentions:
        state = _signed_for(cast, mention.end) if mention.kind == "name" else None
        verb = tokens.head[mention.head]
        if state is None and tokens.dep[mention.head] == "nsubj" and tokens.pos[verb] == "VERB":
            state = _signs_for(cast, verb) or _promises(cast, verb)
        if state is not None and state is not person:
            found[state.key] += 1
            states[state.key] = state
    ranked = found.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return states[ranked[0][0]]


def _state_at(cast: Cast, i: int) -> Referent | None:
    member = cast.at.get(i)
    return member if member is not None and member.type == ActorType.STATE else None


def _signed_for(cast: Cast, end: int) -> Referent | None:
    """The state in "A signed for Manila and Defense Minister B for Tokyo", right behind the name."""
    tokens = cast.tokens
    if end + 1 >= len(tokens) or tokens.lower[end] != "for":
        return None
    verb = tokens.head[end]
    while tokens.pos[verb] != "VERB" and tokens.head[verb] != verb:
        verb = tokens.head[verb]
    if tokens.lemma[verb] not in word_set("signed_for"):
        return None
    inner = tokens.child(end, "pobj")
    return _state_at(cast, inner) or _named(cast, inner)


def _named(cast: Cast, i: int) -> Referent | None:
    """The state of a capital that the cast knows and that nobody was taken for: "for Tokyo"."""
    if i < 0:
        return None
    name = cast.tokens.text[i]
    fitting = [s for s in cast.by_authority.values() if s.type == ActorType.STATE and _has_capital(cast, s, name)]
    return fitting[0] if len(fitting) == 1 else None


def _has_capital(cast: Cast, state: Referent, name: str) -> bool:
    entry = cast.entries.get(state.key)
    return entry is not None and (name == state.name or name in entry.capitals)


def _signs_for(cast: Cast, verb: int) -> Referent | None:
    """The state in "she signed for Nigeria"."""
    tokens = cast.tokens
    if tokens.lemma[verb] not in word_set("signed_for"):
        return None
    for child in tokens.children[verb]:
        if tokens.dep[child] == "prep" and tokens.lower[child] == "for":
            inner = tokens.child(child, "pobj")
            return _state_at(cast, inner) or _named(cast, inner)
    return None


def _promises(cast: Cast, verb: int) -> Referent | None:
    """The state in "he said that Guyana would never sign", "said Malaysia wanted the agreement concluded"."""
    tokens = cast.tokens
    if tokens.lemma[verb] not in word_list("agentive_verbs.txt"):
        return None
    clause = tokens.child(verb, "ccomp")
    if clause < 0:
        return None
    subject = tokens.child(clause, "nsubj")
    state = _state_at(cast, subject) if subject >= 0 else None
    return state if state is not None and _is_undertaking(cast, clause) else None


def _is_undertaking(cast: Cast, verb: int) -> bool:
    """Whether a clause tells what its subject means to do, not what it has done or what becomes of it."""
    tokens = cast.tokens
    lemma = tokens.lemma[verb]
    auxiliaries = [c for c in tokens.children[verb] if tokens.dep[c] == "aux"]
    if lemma in word_set("wishes"):
        return not auxiliaries or any(tokens.lemma[c] in ("do", "will", "would") for c in auxiliaries)
    if lemma in ("be", "remain", "stand"):
        described = tokens.child(verb, "acomp")
        return described >= 0 and tokens.lower[described] in word_set("willing")
    if lemma not in word_set("undertakings"):
        return False
    modal = any(tokens.lower[c] in ("will", "would", "'ll", "’ll", "wo", "shall", "can", "could") for c in auxiliaries)
    return modal or tokens.tag[verb] == "VBG"
