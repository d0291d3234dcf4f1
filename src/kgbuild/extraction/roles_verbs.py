"""Posts that a verb gives: "Arvydas Stonkus, who chairs the committee", "the meeting was chaired by Grace Oduor"."""

from __future__ import annotations

from collections.abc import Callable

from kgbuild.extraction.actors_cast import Cast
from kgbuild.extraction.document import Referent, span_of
from kgbuild.extraction.lexicons import verb_titles
from kgbuild.extraction.roles import Post
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
    for verb, lemma in enumerate(tokens.lemma):
        if lemma not in table or tokens.pos[verb] != "VERB" or tokens.child(verb, "neg") >= 0:
            continue
        passive = tokens.child(verb, "auxpass") >= 0 or (tokens.tag[verb] == "VBN" and tokens.child(verb, "agent") >= 0)
        if passive:
            by = tokens.child(verb, "agent")
            subject = tokens.child(by, "pobj") if by >= 0 else -1
            target = tokens.child(verb, "nsubjpass")
        else:
            subject, target = tokens.subject(verb), tokens.child(verb, "dobj")
        holder = person_at(subject) if subject >= 0 else None
        if holder is not None and target >= 0:
            post = _post(cast, holder, verb, target)
            if post is not None:
                posts.append(post)
    return posts


def _post(cast: Cast, holder: Referent, verb: int, target: int) -> Post | None:
    tokens = cast.tokens
    title, wanted = verb_titles()[tokens.lemma[verb]]
    member = cast.at.get(target)
    represents: list[Referent] = []
    accredited: list[Referent] = []
    if member is not None and member is not holder:
        if wanted == "state" and member.type not in (ActorType.STATE, ActorType.INTERNATIONAL_ORGANIZATION):
            return None
        if wanted == "body" and member.type == ActorType.STATE and tokens.lower[target] in ("delegation", "team"):
            title = "head of delegation"
        elif wanted == "body" and member.type not in _BODIES:
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
