"""Whom descriptions denote by posts alone: "her counterpart", "the foreign ministers", "the American"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent
from kgbuild.extraction.phrases import plain
from kgbuild.extraction.roles.post import Post
from kgbuild.facts import ActorType

#: how many sentences these descriptions reach back
_NEAR = 3


def represents(cast: Cast, post: Post, owner: Referent) -> bool:
    """Whether a post is held for somebody, or for a body of that State."""
    return owner in post.represents or any(cast.state_of(member) is owner for member in post.represents)


class Holders:
    """Finds holders of posts who have just been named.

    Args:
        cast: who has been found so far.
        posts: key of a holder -> the posts; it may grow between calls.
    """

    def __init__(self, cast: Cast, posts: Mapping[str, list[Post]]) -> None:
        self.cast = cast
        self.posts = posts

    def counterpart(self, owner: Referent, i: int) -> Referent | None:
        """Who "her counterpart" at a token is: the other holder, named before, of a post that she holds."""
        titles = {plain(post.title) for post in self.posts.get(owner.key, ())}
        others = [
            (last, other)
            for last, other in self._near(i)
            if other is not owner and any(plain(post.title) in titles for post in self.posts[other.key])
        ]
        return max(others, key=lambda pair: pair[0])[1] if others else None

    def both(self, title: str, i: int) -> Referent | None:
        """The two whom "the foreign ministers" at a token are.

        Args:
            title: plain, singular: "foreign minister".
            i: the token.
        """
        fitting = (title, "counterpart")
        found = [
            other for _, other in self._near(i) if any(plain(post.title) in fitting for post in self.posts[other.key])
        ]
        return self.cast.together(found) if len(found) == 2 else None

    def national(self, state: Referent, i: int) -> Referent | None:
        """Who "the American" at a token is: the only one who holds a post of that State."""
        found = [
            other
            for _, other in self._near(i)
            if any(represents(self.cast, post, state) for post in self.posts[other.key])
        ]
        return found[0] if len(found) == 1 else None

    def _near(self, i: int) -> Iterator[tuple[int, Referent]]:
        """The last mention of each holder of a post near before a token, and the holder."""
        sentence = self.cast.tokens.sentence
        for referent in self.cast.referents:
            if referent.type == ActorType.PERSON and referent.key in self.posts:
                last = max((m.head for m in referent.mentions if m.start < i), default=-1)
                if last >= 0 and sentence[i] - sentence[last] <= _NEAR:
                    yield last, referent
