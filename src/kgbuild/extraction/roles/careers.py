"""Posts told by the verbs of careers: who succeeded whom, who ran an embassy, who was at the helm of a council."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent, span_of
from kgbuild.extraction.lexicons import mission_titles, word_set
from kgbuild.extraction.roles.post import Post
from kgbuild.facts import ActorType

_BODIES = frozenset((ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY, ActorType.INTERNATIONAL_ORGANIZATION))
#: how far behind an embassy the city may be named in which it is, in tokens
_NEAR = 3


class Careers:
    """Finds such posts in one article.

    Args:
        cast: who has been found so far.
        person_at: gives the person at a subject or object, also the antecedent of "who".
        resolve: gives the referent of a name at a token range.
    """

    def __init__(
        self,
        cast: Cast,
        person_at: Callable[[int], Referent | None],
        resolve: Callable[[int, int], Referent | None],
    ) -> None:
        self.cast = cast
        self.person_at = person_at
        self.resolve = resolve

    def successions(self, posts: Sequence[Post]) -> list[Post]:
        """Posts that change hands: "Luis Prado succeeded Ana Cuevas as president of Bolivia".

        Args:
            posts: those found so far; who took over, or was followed, holds one of them.
        """
        tokens, found = self.cast.tokens, []
        for verb in tokens.lemma_at.of(word_set("succession_verbs")):
            if tokens.pos[verb] != "VERB" or tokens.child(verb, "neg") >= 0:
                continue
            new, old = self._hands(verb)
            if new is None or old is None or new is old:
                continue
            here = next((p for p in posts if p.holder is new and verb < p.at and self._in_sentence(verb, p.at)), None)
            before, after = _last_post(posts, old), here or _last_post(posts, new)
            if before is not None and here is None:
                to_come = any(
                    tokens.lower[c] in ("will", "to") for c in tokens.children[verb] if tokens.dep[c] == "aux"
                )
                found.append(self._same(before, new, verb, "designate" if to_come else "current"))
            elif after is not None:
                # "succeeded her as minister", "the man he succeeded"
                found.append(self._same(after, old, verb, "former"))
        return found

    def _in_sentence(self, i: int, j: int) -> bool:
        return self.cast.tokens.sentence[i] == self.cast.tokens.sentence[j]

    def _hands(self, verb: int) -> tuple[Referent | None, Referent | None]:
        """Who took a post over, and from whom."""
        tokens = self.cast.tokens
        subject = tokens.subject(verb)
        agent = tokens.child(verb, "agent")
        if agent >= 0:
            return self.person_at(tokens.child(agent, "pobj")), self.person_at(tokens.child(verb, "nsubjpass"))
        if tokens.lemma[verb] == "take":
            source = next((c for c in tokens.children[verb] if tokens.lower[c] == "from"), -1)
            over = any(tokens.lower[c] == "over" for c in tokens.children[verb])
            old = tokens.child(source, "pobj") if source >= 0 and over else -1
            return self.person_at(subject), self.person_at(old)
        old = tokens.child(verb, "dobj")
        if old < 0 and tokens.dep[verb] == "relcl":
            # "thanked the man he succeeded, Peter Kováč"
            man = tokens.head[verb]
            old = next((c for c in tokens.children[man] if tokens.dep[c] == "appos" and c > verb), -1)
        return self.person_at(subject), self.person_at(old)

    def _same(self, post: Post, holder: Referent, verb: int, tenure: str) -> Post:
        tokens = self.cast.tokens
        near = min(holder.mentions, key=lambda m: abs(m.head - verb))
        spans = span_of(tokens.doc, [*range(near.start, near.end), verb])
        return Post(holder, post.title, spans, list(post.represents), list(post.accredited_to), tenure, post.kind)

    def missions(self) -> list[Post]:
        """Who ran an embassy: "NAME ran the Chilean embassy in Rome" is Chile's ambassador to Italy."""
        tokens, found = self.cast.tokens, []
        titles = mission_titles()
        for noun in tokens.lemma_at.of({*titles, "commission"}):
            verb = tokens.head[noun]
            if tokens.dep[noun] != "dobj" or tokens.lemma[verb] not in word_set("lead_verbs"):
                continue
            name = "high commission" if tokens.lower[noun - 1] == "high" else tokens.lemma[noun]
            holder = self.person_at(tokens.subject(verb))
            body = self.cast.at.get(noun)
            state = self.cast.state_of(body) if body is not None else None
            if holder is None or state is None or name not in titles:
                continue
            place = self._place(noun)
            spans = span_of(tokens.doc, [*range(tokens.left_edge(noun), noun + 1), verb])
            accredited = [place] if place is not None and place is not state else []
            tenure = "former" if tokens.tag[verb] in ("VBD", "VBN") else "current"
            found.append(Post(holder, titles[name], spans, [state], accredited, tenure, "diplomat"))
        return found

    def _place(self, noun: int) -> Referent | None:
        """The state, or organisation, where an embassy is: "in Rome", "to the United Nations"."""
        tokens = self.cast.tokens
        if noun + 2 >= len(tokens) or tokens.lower[noun + 1] not in ("in", "to", "at"):
            return None
        near = (self.resolve(i, i + 1) for i in range(noun + 2, min(noun + 2 + _NEAR, len(tokens))))
        return next((found for found in near if found is not None and found.type != ActorType.PERSON), None)

    def helms(self) -> list[Post]:
        """Who was "at the helm of the Baltic Council", which makes them its head."""
        tokens, found = self.cast.tokens, []
        for noun in tokens.lower_at.of(word_set("helms")):
            at = tokens.head[noun]
            of = next((c for c in tokens.children[noun] if tokens.lower[c] == "of"), -1)
            if tokens.dep[noun] != "pobj" or tokens.lower[at] != "at" or of < 0:
                continue
            body = self.cast.at.get(tokens.child(of, "pobj"))
            verb = tokens.head[at]
            while tokens.pos[verb] not in ("VERB", "AUX") and tokens.head[verb] != verb:
                verb = tokens.head[verb]
            holder = self.person_at(tokens.subject(verb))
            if holder is None or body is None or body.type not in (*_BODIES, ActorType.STATE):
                continue
            spans = span_of(tokens.doc, [*range(verb, noun + 1), of, tokens.child(of, "pobj")])
            tenure = "former" if tokens.tag[verb] in ("VBD", "VBN") else "current"
            found.append(Post(holder, "head", spans, [body], [], tenure, "executive"))
        return found


def _last_post(posts: Sequence[Post], holder: Referent) -> Post | None:
    """The post of somebody that was told last."""
    return next((post for post in reversed(posts) if post.holder is holder), None)
