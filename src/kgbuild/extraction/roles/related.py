"""Posts told by those of somebody else: "his Russian counterpart", "her predecessor", "their deputy"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.roles.post import Post
from kgbuild.extraction.roles.settling import Settling
from kgbuild.extraction.roles.states import HeldFor
from kgbuild.facts import ActorType, Span


class RelatedPosts:
    """Works out such posts in one article.

    Args:
        cast: the actors named so far.
        context: which state the text is about where.
        resolve: gives the referent of a name, body or pronoun at a token range.
        held_for: guesses for which states posts are held.
        settling: corrects guesses.
    """

    def __init__(
        self,
        cast: Cast,
        context: Context,
        resolve: Callable[[int, int], Referent | None],
        held_for: HeldFor,
        settling: Settling,
    ) -> None:
        self.cast = cast
        self.context = context
        self.resolve = resolve
        self.held_for = held_for
        self.settling = settling

    def deputy(self, title: Title, posts: Sequence[Post]) -> str:
        """The title of "his deputy": what he is, one rank lower.

        Args:
            title: the phrase.
            posts: those found so far.
        """
        possessor: Referent | None = None
        if title.determiner >= 0 and self.cast.tokens.tag[title.determiner] == "PRP$":
            possessor = self.resolve(title.determiner, title.determiner + 1)
        elif title.owners:
            possessor = self.resolve(*title.owners[-1])
        held = [post.title for post in posts if possessor is not None and post.holder is possessor]
        return (
            f"deputy {held[-1]}" if held and possessor is not None and possessor.type == ActorType.PERSON else "deputy"
        )

    def counterpart(
        self,
        holder: Referent,
        title: Title,
        represents: Sequence[Referent],
        posts: Sequence[Post],
        evidence: tuple[Span, ...],
        *,
        titled: bool,
    ) -> Post | None:
        """ "His Russian counterpart, Arkady Sorokin" holds for Russia the post that "he" holds.

        Args:
            holder: whom the phrase denotes.
            title: the phrase.
            represents: whom the phrase says the post is held for.
            posts: those found so far.
            evidence: the words that tell the post.
            titled: the holder's own title stands beside the phrase.

        Returns:
            A new post, or None if the holder has one already.
        """
        possessor: Referent | None = None
        if title.determiner >= 0 and self.cast.tokens.tag[title.determiner] == "PRP$":
            possessor = self.resolve(title.determiner, title.determiner + 1)
        else:
            owned = [self.resolve(*span) for span in title.owners]
            possessor = next((m for m in owned if m is not None and m.type == ActorType.PERSON), None)
        theirs = [post for post in posts if post.holder is possessor] if possessor is not None else []
        own = self.cast.state_of(possessor) if possessor is not None else None
        if title.head.kind == "predecessor":
            return _in_turn(holder, title, theirs, evidence)
        if title.head.title == "colleague" and not represents:
            return None
        said = [state for state in map(self.cast.state_of, represents) if state is not None]
        wrong = [post for post in posts if post.holder is possessor and post.guessed and post.phrase is not None]
        if own in said and wrong and len(title.owners) > 0:
            # "her Russian colleague": then she is nobody's minister in Moscow
            self._part(possessor, wrong, own)
            own = self.cast.state_of(possessor) if possessor is not None else None
        states = [state for state in said if state is not own]
        if not states:
            taken = {own.key} if own is not None else set()
            found = self.context.state(title.left, taken)
            states = [found] if found is not None else []
        if states and states[0].key not in holder.affiliation:
            holder.affiliation.append(states[0].key)
            self.settling.note_state(holder, states[0])
        if titled or any(post.holder is holder for post in posts):
            return None
        name = theirs[-1].title if theirs else "counterpart"
        return Post(holder, name, evidence, states, [], title.tenure, "office")

    def _part(self, person: Referent | None, posts: Sequence[Post], state: Referent | None) -> None:
        """Guesses anew for whom somebody holds posts that it turns out are not held for a state."""
        for post in posts:
            if person is None or state is None or post.phrase is None or state not in post.represents:
                continue
            person.affiliation = [key for key in person.affiliation if key != state.key]
            found = self.held_for.states(person, post.phrase, [*post.accredited_to, state])
            self.settling.move(post, found)


def _in_turn(holder: Referent, title: Title, theirs: Sequence[Post], evidence: tuple[Span, ...]) -> Post | None:
    """ "Ms Ashworth's predecessor" held the post that she holds."""
    if not theirs:
        return None
    tenure = "former" if title.head.title == "predecessor" else "designate"
    post = theirs[-1]
    return Post(holder, post.title, evidence, list(post.represents), [], tenure)
