"""Posts that only the headline tells: "Foreign Ministry Spokesperson NAME's Regular Press Conference"."""

from __future__ import annotations

from collections.abc import Collection

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent, span_of
from kgbuild.extraction.lexicons import role_heads, role_modifiers
from kgbuild.extraction.phrases import plain
from kgbuild.extraction.roles.post import Post
from kgbuild.facts import ActorType, Article

#: posts of which a paper's own state has holders
_KINDS = frozenset(("spokesperson", "office"))


def headline_posts(cast: Cast, article: Article | None, home: Referent | None, held: Collection[str]) -> list[Post]:
    """The posts that the words before a name in the headline tell.

    Args:
        cast: who has been found so far.
        article: what is known about the text.
        home: the state in which it was published; without one nobody can tell whose the posts are.
        held: keys of those who hold a post that the text tells.

    Returns:
        A post for each person named behind a title that the text itself gives no post.
    """
    if article is None or home is None:
        return []
    words = [plain(word).removesuffix("'s").removesuffix("’s").strip(",.:;") for word in article.title.split()]
    found: list[Post] = []
    for person in cast.referents:
        name = plain(person.name).split()
        if person.type != ActorType.PERSON or person.key in held or not person.mentions or not name:
            continue
        at = next((k for k in range(1, len(words)) if words[k : k + len(name)] == name), 0)
        start = next((k for k in range(max(0, at - 3), at) if _ends_at(words, k, at)), -1)
        head = role_heads().longest(words, start) if start >= 0 else None
        if head is None or head[1][0].kind not in _KINDS or head[1][0].plural:
            continue
        first = start
        while head[1][0].kind == "office" and first and role_modifiers().get(words[first - 1]) in ("domain", "rank"):
            first -= 1
        spans = span_of(cast.tokens.doc, range(person.mentions[0].start, person.mentions[0].end))
        title = " ".join(words[first:at])
        found.append(Post(person, title, spans, [home], [], "current", head[1][0].kind, True))
    return found


def _ends_at(words: list[str], k: int, end: int) -> bool:
    """Whether a title begins at a word and ends before another."""
    head = role_heads().longest(words, k)
    return head is not None and head[0] == end
