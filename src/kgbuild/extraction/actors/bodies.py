"""Government bodies by common nouns: "its foreign ministry", "the Congolese army", "Ms Vuki's office", "parliament"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgbuild.extraction.actors.authority import is_scene
from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.groups import acts_or_undergoes
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import short_organs, short_parties, word_list, word_set
from kgbuild.extraction.roles.states import may_hold
from kgbuild.facts import ActorType

_BODIES = frozenset((ActorType.ORGANIZATION, ActorType.INTERNATIONAL_ORGANIZATION))
#: kinds of bodies that are no organs of the state
_KINDS = {"establishment": ActorType.GROUP, "party": ActorType.ORGANIZATION}
#: the party that Indian newspapers call the Congress
_INDEFINITE = frozenset(
    ("a", "an", "any", "no", "every", "each", "some", "another", "what", "which", "neither", "either", "both")
)

#: gives the referent of the noun phrase or pronoun at a token
Resolve = Callable[[int, int], Referent | None]


def add_body(
    cast: Cast,
    context: Context,
    body: Title,
    resolve: Resolve,
    *,
    inside_title: bool = False,
) -> Referent | None:
    """Adds what a body's phrase denotes to the cast.

    Args:
        cast: who has been found so far.
        context: whose topic is what state.
        body: the phrase.
        resolve: gives the referent of a name, a body or a possessive pronoun at a token range.
        inside_title: the body is whom a title is held for, such as a spokesman's.

    Returns:
        The body, the State for its government, or None if the phrase denotes none in particular ("a court").
    """
    tokens, words = cast.tokens, cast.tokens.plain
    if any(words[i] in word_set("media") for i in range(body.left, body.right)):
        return None
    owners = [owner for owner in (resolve(*span) for span in body.owners) if owner is not None]
    pronoun = body.determiner >= 0 and tokens.tag[body.determiner] == "PRP$"
    if not owners and pronoun:
        owner = resolve(body.determiner, body.determiner + 1)
        owners = [owner] if owner is not None else []
        if not owners:
            return None
    for preposition, start, end in body.complements:
        owner = resolve(start, end) if not owners and preposition in ("of", "in") else None
        if owner is not None and (preposition == "of" or _seat(body, owner)):
            owners.append(owner)
    # "a foreign ministry spokesman": the article is the spokesman's
    determiner = words[body.determiner] if body.determiner >= 0 and not inside_title else ""
    if pronoun and body.head.title == "office" and owners and owners[0].type == ActorType.PERSON:
        # "his office" of who leads an organisation is the organisation
        led = [r for r in cast.referents if r.key in owners[0].affiliation and r.type in _BODIES]
        if led and cast.state_of(owners[0]) is None:
            cast.mention(led[0], body.left, body.end, "description", _head(cast, body), name=False)
            return led[0]
    if body.head.title == "secretariat" and owners and owners[-1].type in _BODIES:
        cast.mention(owners[-1], body.left, body.right, "description", _head(cast, body), name=False)
        return owners[-1]
    party = _party(cast, context, body) if not owners else None
    if party is not None:
        cast.mention(party, body.start, body.end, "name", _head(cast, body))
        party.tentative = party.tentative and not acts_or_undergoes(tokens, _head(cast, body))
        return party
    if body.head.kind == "state":
        return _government(cast, context, body, owners, determiner)
    if not owners and (
        determiner in _INDEFINITE or (tokens.tag[_head(cast, body)] in ("NNS", "NNPS") and not body.head.plural)
    ):
        return None
    state = next((s for s in map(cast.state_of, owners) if s is not None), None)
    if not owners:
        if body.owners and _is_office_of_state(cast, body):
            return _enter(cast, body, owners, context.state(body.at) or context.fallback(body.at), determiner)
        if body.owners:
            return None
        organ = _short_organ(cast, body)
        if organ is not None:
            cast.mention(organ, body.start, body.end, "name", _head(cast, body), name=False)
            organ.tentative = organ.tentative and not acts_or_undergoes(tokens, _head(cast, body))
            return organ
        modified = body.start < body.at or body.end > body.at + len(body.head.title.split()) or body.complements
        if not body.head.plural and not (
            (modified and determiner == "the") or (modified and tokens.text[body.at][0].isupper())
        ):
            return None
        own = body.head.title == "office" and tokens.lower[body.at - 1] in word_set("state_offices")
        if body.head.kind in ("office", "establishment") and not own:
            return None
        others = [s.key for s in cast.by_authority.values() if not may_hold(body.head.title, s.authority)]
        others += _acted_upon(cast, body, resolve)
        state = context.state(body.at, others) or context.fallback(body.at, others)
    return _enter(cast, body, owners, state, determiner)


def _acted_upon(cast: Cast, body: Title, resolve: Callable[[int, int], Referent | None]) -> list[str]:
    """Keys of states to which a body does something: "the Senate threw the Americans out" is not their Senate."""
    tokens = cast.tokens
    head = _head(cast, body)
    if tokens.dep[head] != "nsubj":
        return []
    objects = [c for c in tokens.children[tokens.head[head]] if tokens.dep[c] == "dobj"]
    found = (resolve(c, c + 1) for c in objects if tokens.pos[c] == "PROPN")
    return [member.key for member in found if member is not None and member.type == ActorType.STATE]


def _party(cast: Cast, context: Context, body: Title) -> Referent | None:
    """The party that a word for a body is: "the Congress" is one of that name, or India's where the text is at home
    there or speaks of no other state with such a body."""
    title = body.head.title
    known = short_parties().get(title)
    capital = cast.tokens.text[body.at][0].isupper() and body.start == body.at
    if known is None or not capital or body.complements or body.owners:
        return None
    named = [r for r in cast.referents if r.type == ActorType.ORGANIZATION and r.name.lower().endswith(f" {title}")]
    if len(named) == 1:
        return named[0]
    state = cast.by_authority.get(known[0])
    if state is None or cast.implied is None:
        return None
    others = [other for other in cast.by_authority.values() if other.type == ActorType.STATE and not other.tentative]
    home = context.publisher or context.headline or context.home()
    if home is not state and any(may_hold(title, other.authority) for other in others):
        return None
    return cast.implied(known[1])


def _seat(body: Title, owner: Referent) -> bool:
    """Whether "in" tells whose body it is: "the Energy Ministry in Jerusalem", but not "the embassy in Paris"."""
    return body.head.kind == "ministry" and owner.type == ActorType.STATE


def _short_organ(cast: Cast, body: Title) -> Referent | None:
    """The organ of an organisation of which the text speaks: "the Commission" of the European Union."""
    found = short_organs().get(body.head.title)
    capital = cast.tokens.text[body.at][0].isupper() and body.start == body.at
    if found is None or not capital or found[0] not in cast.by_authority or cast.implied is None:
        return None
    others = (r for r in cast.referents if r.authority != found[1] and r.mentions)
    named = any(r.name.lower().split()[-1:] == [body.head.title] for r in others)
    return cast.implied(found[1]) if not named else None


def _is_office_of_state(cast: Cast, body: Title) -> bool:
    """Whether a body is "the president's office": of who holds a post of state, whoever that is."""
    words = cast.tokens.plain
    start, end = body.owners[-1]
    held = " ".join(words[start:end]) in word_set("heads_of_state") or words[end - 1] in word_set("heads_of_state")
    return body.head.title == "office" and held


def _government(
    cast: Cast, context: Context, body: Title, owners: Sequence[Referent], determiner: str
) -> Referent | None:
    """The State for "the French government", "the Trump administration", "the government"."""
    tokens = cast.tokens
    state = next((s for s in map(cast.state_of, owners) if s is not None), None)
    if state is None and not owners and determiner not in _INDEFINITE and not body.owners:
        if tokens.tag[body.at] in ("NNS", "NNPS") and body.head.title not in ("authorities",):
            return None
        if determiner == "" and body.head.title != "authorities" and not tokens.text[body.at][0].isupper():
            return None
        state = context.state(body.at) or context.fallback(body.at)
    if state is None or (tokens.tag[body.at] == "NNS" and body.head.title != "authorities"):
        return None
    named = bool(owners) and not (body.determiner >= 0 and tokens.tag[body.determiner] == "PRP$")
    start = (
        body.determiner + 1 if body.determiner >= 0 and not named else min([body.start, *(o[0] for o in body.owners)])
    )
    end = body.right if any(p == "of" for p, _, _ in body.complements) else body.end
    # the head noun stands for the state; "Israeli" in "Israeli government" keeps its own mention
    cast.mention(state, start, end, "name" if named else "description", _head(cast, body), name=named)
    state.tentative = False
    return state


def _enter(cast: Cast, body: Title, owners: Sequence[Referent], state: Referent | None, determiner: str) -> Referent:
    """The body's referent, new or known, with this mention."""
    tokens = cast.tokens
    first = body.start
    if tokens.text[body.at][0].isupper():
        # "the nonpartisan Ethics Commission": the name begins at the capital
        first = next(
            k for k in range(body.start, body.at + 1) if all(tokens.text[m][0].isupper() for m in range(k, body.at + 1))
        )
    noun = tokens.words(first, body.end)
    if not owners and body.owners:
        noun = tokens.words(min(start for start, _ in body.owners), body.end)  # "president's office"
    plain_noun = noun.lower()
    owner = owners[-1] if owners else state
    # an office belongs to a person, a press office to a body; a ministry to the state
    holder = owner if owner is not None and owner.type != ActorType.STATE else state
    end = body.right if _is_part_of_name(body) else body.end
    suffix = tokens.words(body.end, end) if end > body.end else ""
    key = (plain_noun, holder.key if holder else "")
    referent = cast.bodies.get(key)
    if referent is None and not owners and determiner in ("the", ""):
        referent = next((found for (name, _), found in cast.bodies.items() if name == plain_noun), None)
        referent = referent or _same_noun(cast, plain_noun)
    if referent is None and body.head.kind == "ministry" and determiner == "the" and plain_noun == body.head.title:
        referent = _ministry(cast, plain_noun, state if owners else None, body.at)
    pronoun = body.determiner >= 0 and tokens.tag[body.determiner] == "PRP$"
    first = min([first, *(o[0] for o in body.owners)])
    written = tokens.words(first, end)
    if pronoun and owner is not None:
        written = f"{possessive(owner.name)} {tokens.words(body.start, end)}"
    if referent is None:
        referent = _known_body(cast, holder, noun)
        if referent is not None and " of " in noun and not is_scene(tokens, first, end, inside_only=True):
            referent.tentative = False  # "the House of Commons" is as much of a name as one that is written in full
    if referent is None:
        kind = _KINDS.get(body.head.kind, ActorType.GOVERNMENT_BODY)
        referent = cast.new(written, kind, plural=kind == ActorType.GROUP)
        cast.bodies[key] = referent
        referent.tentative = True
        if state is not None:
            referent.affiliation.append(state.key)
    cast.alias(referent, written)
    if _takes_part(cast, body, owned=bool(owners)):
        referent.tentative = False
    cast.mention(referent, first, end, "name" if not pronoun else "description", _head(cast, body), name=False)
    if holder is not None and holder.type == ActorType.STATE:
        adjective = cast.demonym(holder)
        for text in (
            f"{possessive(holder.name)} {noun}",
            f"{adjective} {noun}" if adjective else "",
            f"{noun} of {holder.name}",
            noun,
        ):
            cast.alias(referent, text)
            if suffix and text not in (noun, ""):
                cast.alias(referent, f"{text} {suffix}")
    elif holder is not None:
        cast.alias(referent, f"{possessive(holder.name)} {noun}")
        cast.alias(referent, f"{noun} of {holder.name}")
    return referent


def _takes_part(cast: Cast, body: Title, *, owned: bool) -> bool:
    """Whether a body does or undergoes something, or is whom somebody speaks to or meets."""
    tokens = cast.tokens
    head = _head(cast, body)
    preposition = tokens.lower[tokens.head[head]] if tokens.dep[head] == "pobj" else ""
    outer = tokens.head[tokens.head[head]]
    governs = tokens.lemma[outer] in word_set("addressed") or tokens.lemma[outer] in word_list("agentive_verbs.txt")
    addressed = preposition == "to" and governs
    possessed = owned and tokens.dep[head] in ("dobj", "attr") and body.head.kind != "office"
    return (
        possessed or addressed or (acts_or_undergoes(tokens, head) and preposition not in ("to", "of", "for", "from"))
    )


def _same_noun(cast: Cast, noun: str) -> Referent | None:
    """A body of the cast whose name ends with the noun: "the Senate" for "Philippine Senate"."""
    bodies = [r for r in cast.referents if r.type == ActorType.GOVERNMENT_BODY and r.mentions]
    # "the committee of the Senate" is not the Senate
    part = (f"of {noun}", f"of the {noun}")
    names = ((body, body.name.lower()) for body in bodies)
    fitting = [body for body, name in names if name.endswith(" " + noun) and not name.endswith(part)]
    return fitting[0] if len(fitting) == 1 else None


def _ministry(cast: Cast, noun: str, state: Referent | None, i: int) -> Referent | None:
    """Which ministry "the ministry" or "the Polish ministry" at a token is: the one of that State spoken of last."""
    bodies = [
        (max((m.head for m in body.mentions if m.head < i), default=-1), body)
        for body in cast.referents
        if body.type == ActorType.GOVERNMENT_BODY
        and (state is None or state.key in body.affiliation)
        and any(f" {noun} of " in f" {name.lower()} of " for name in (body.name, *body.other_names))
    ]
    last, found = max(bodies, key=lambda pair: pair[0], default=(-1, None))
    return found if last >= 0 else None


def _known_body(cast: Cast, state: Referent | None, noun: str) -> Referent | None:
    """The authority's body that is this organ of the state: "Congolese army"."""
    if state is None or state.type != ActorType.STATE or cast.lookup is None:
        return None
    adjective = cast.demonym(state)
    return cast.lookup(f"{adjective} {noun}") if adjective else None


def possessive(name: str) -> str:
    """A name in the possessive: "Guyana's", "the Philippines'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _head(cast: Cast, body: Title) -> int:
    """The syntactic head of a body's noun: of "parliamentary committee" the last word."""
    last = body.at
    while last + 1 < body.end and last - body.at < len(body.head.title.split()) - 1:
        last += 1
    return cast.tokens.root(body.at, last + 1)


def _is_part_of_name(body: Title) -> bool:
    """Whether what follows belongs to the name: "embassy in Suva", "mission to the United Nations"."""
    return bool(body.complements) and (
        (body.head.kind == "mission" and body.complements[0][0] in ("in", "to", "at"))
        or (body.head.kind != "mission" and body.complements[0][0] == "of")
    )
