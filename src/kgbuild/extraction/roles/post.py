"""A post while it is being found, and which posts are one."""

from __future__ import annotations

from dataclasses import dataclass, field

from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.phrases import plain
from kgbuild.facts import Role, Span


@dataclass(slots=True)
class Post:
    """A post while it is being found: :class:`kgbuild.facts.Role` with referents instead of keys."""

    holder: Referent
    title: str
    spans: tuple[Span, ...]
    represents: list[Referent] = field(default_factory=list)
    accredited_to: list[Referent] = field(default_factory=list)
    tenure: str = "current"
    kind: str = ""
    guessed: bool = False
    #: the phrase whose state was guessed
    phrase: Title | None = None
    #: the token of the title's head, or -1
    at: int = -1

    def freeze(self) -> Role:
        """The fact."""
        return Role(
            holder=self.holder.key,
            title=self.title,
            evidence=self.spans,
            represents=tuple(dict.fromkeys(r.key for r in self.represents)),
            accredited_to=tuple(dict.fromkeys(r.key for r in self.accredited_to)),
            tenure=self.tenure,
        )


def leads_union(title: str) -> bool:
    """Whether a title is one that organisations of states have."""
    words = plain(title).replace("-", " ").split()
    return words[-2:] in (["secretary", "general"], ["executive", "secretary"], ["high", "representative"])


def is_short_for(post: Post, other: Post) -> bool:
    """Whether a post is another one again, perhaps said in fewer words: "minister" for "foreign minister"."""
    words, others = plain(post.title).split(), plain(other.title).split()
    if words == others:
        return True
    shorter = set(words) < set(others) and not word_set("lesser_ranks") & (set(others) - set(words))
    return shorter and post.tenure == other.tenure and words[-1:] in (others[-1:], others[:1])
