"""Posts that a verb or a bracket gives: "who chairs the committee", "Ana Silva (Brazil) said"."""

from __future__ import annotations

from collections.abc import Callable

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent, span_of
from kgbuild.extraction.lexicons import mission_titles, verb_titles
from kgbuild.extraction.roles.post import Post
from kgbuild.facts import ActorType

_BODIES = frozenset((ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION))


def verb_posts(cast: Cast, person_at: Callable[[int], Referent | None]) -> list[Post]:
    """All posts of a document that are told by verbs.

    Args:
        cast: who has been found so far.
        person_at: gives the person at a subject or object, also the antecedent of "who".
    """
    tokens, table = cast.tokens, verb_titles()
    posts: list[Post] = []
    for verb in tokens.lemma_at.of(table.keys()):
        if tokens.lemma[verb] not in table or tokens.pos[verb] != "VERB" or tokens.child(verb, "neg") >= 0:
            continue
        passive = tokens.child(verb, "auxpass") >= 0 or (tokens.tag[verb] == "VBN" and tokens.child(verb, "agent") >= 0)
        if passive:
            by = tokens.child(verb, "agent")
            subject = tokens.child(by, "pobj") if by >= 0 else -1
            target = tokens.child(verb, "nsubjpass")
        else:
            subject, target = tokens.subject(verb), tokens.child(verb, "dobj")
        preposition = table[tokens.lemma[verb]][1]
        if preposition in ("at", "on"):
            at = next((c for c in tokens.children[verb] if tokens.lower[c] == preposition), -1)
            target = tokens.child(at, "pobj") if at >= 0 else -1
            if target >= 0 and (member := cast.at.get(target)) is not None and member.type not in _BODIES:
                target = -1
        holder = person_at(subject) if subject >= 0 else None
        if holder is not None and target >= 0:
            post = _post(cast, holder, verb, target)
            if post is not None:
                posts.append(post)
    return posts


def bracket_posts(cast: Cast, persons: dict[int, Referent], who: dict[int, Referent]) -> list[Post]:
    """The speakers of meetings' records: "Ana Silva (Brazil) said" represents Brazil.

    Args:
        cast: who has been found so far.
        persons: token -> person named there.
        who: token -> who is named there.
    """
    tokens = cast.tokens
    posts: list[Post] = []
    for i in tokens.plain_at.of({"("}):
        if i == 0 or i - 1 not in persons or i + 2 >= len(tokens):
            continue
        state = who.get(i + 1)
        end = i + 1
        while end < len(tokens) and who.get(end) is state and state is not None:
            end += 1
        if state is None or state.type != ActorType.STATE or end >= len(tokens) or tokens.text[end] != ")":
            continue
        holder = persons[i - 1]
        start = i - 1
        while start - 1 in persons and persons[start - 1] is holder:
            start -= 1
        spans = span_of(tokens.doc, range(start, end + 1))
        posts.append(Post(holder, "representative", spans, [state], [], "current", "diplomat"))
    return posts


def _post(cast: Cast, holder: Referent, verb: int, target: int) -> Post | None:
    tokens = cast.tokens
    if tokens.lemma[target] in mission_titles():
        return None  # who runs an embassy is its ambassador
    title, wanted = verb_titles()[tokens.lemma[verb]]
    member = cast.at.get(target)
    represents: list[Referent] = []
    accredited: list[Referent] = []
    if wanted == "body" and member is None and tokens.lower[target] == "opposition":
        title, wanted = "opposition leader", "any"  # "NAME, who leads the opposition"
    if member is not None and member is not holder:
        if wanted == "state" and member.type not in (ActorType.STATE, ActorType.INTERNATIONAL_ORGANIZATION):
            return None
        if wanted == "body" and member.type == ActorType.STATE and tokens.lower[target] in ("delegation", "team"):
            title = "head of delegation"
        elif wanted in ("body", "at", "on") and member.type not in _BODIES:
            return None
        if member.type in (*_BODIES, ActorType.STATE):
            represents = [member]
    elif wanted != "any":
        return None
    if not represents:
        state = cast.state_of(holder)
        represents = [state] if state is not None else []
    if wanted == "state":
        for child in tokens.children[verb]:
            if tokens.dep[child] == "prep" and tokens.lower[child] in ("at", "in", "to"):
                place = cast.at.get(tokens.child(child, "pobj"))
                if place is not None and place.type in (*_BODIES, ActorType.STATE):
                    accredited.append(place)
    tenure = "former" if tokens.tag[verb] == "VBD" and wanted != "any" else "current"
    first = holder.mentions[0]
    near = min(holder.mentions, key=lambda m: abs(m.head - verb), default=first)
    spans = span_of(tokens.doc, [*range(near.start, near.end), verb, *range(tokens.left_edge(target), target + 1)])
    return Post(holder, title, spans, represents, accredited, tenure, "executive")
