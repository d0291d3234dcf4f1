"""Which province or city somebody governs: "In Kolkata, Chief Minister NAME", "Premier NAME of Manitoba"."""

from __future__ import annotations

from collections.abc import Callable

from kgbuild.extraction.actors.cast import Cast, is_region
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.facts import ActorType

#: how far before a chief minister the province may stand, in tokens, and how long a city's name is
_REGION_BACK = 40
_CITY_WORDS = 5


class Regions:
    """Finds the parts of states for which posts are held in one article.

    Args:
        cast: who has been found so far; cities join it as bodies of government.
        resolve: gives the referent of a name at a token range.
    """

    def __init__(self, cast: Cast, resolve: Callable[[int, int], Referent | None]) -> None:
        self.cast = cast
        self.resolve = resolve

    def whole(self, member: Referent) -> Referent:
        """The state of a province, or the member itself."""
        return self.cast.state_of(member) or member if is_region(member) else member

    def governed(self, title: Title, represents: list[Referent]) -> list[Referent]:
        """The province or city that a governor or mayor governs, as a body of government.

        Args:
            title: the title's phrase.
            represents: whom the phrase was taken to say that the post is held for; kept if it names no part of a state.
        """
        tokens = self.cast.tokens
        spans = [*title.owners, *((start, end) for p, start, end in title.complements if p in ("of", "for", "in"))]
        for start, end in spans:
            if not all(tokens.text[i][0].isupper() for i in range(start, end)):
                continue
            member = self.resolve(start, end)
            if member is None:
                member = self._new(start, end)
            elif is_region(member):
                return [member]
            elif member.authority or (member.type == ActorType.PERSON and not member.tentative):
                continue
            member.type = ActorType.GOVERNMENT_BODY
            member.gender = "neutral"
            return [member]
        return represents or (self._city(title) if "mayor" in title.text else self._before(title))

    def _before(self, title: Title) -> list[Referent]:
        """The province that the paragraph has named before: "In Kolkata, Chief Minister NAME"."""
        tokens = self.cast.tokens
        for i in range(title.left - 1, max(-1, title.left - _REGION_BACK), -1):
            if tokens.paragraph[i] != tokens.paragraph[title.left]:
                break
            member = self.resolve(i, i + 1) if tokens.text[i][0].isupper() else None
            if member is not None and is_region(member):
                return [member]
        return []

    def _city(self, title: Title) -> list[Referent]:
        """The city in "In San Lorenzo, Mayor NAME closed the bridge"."""
        tokens = self.cast.tokens
        comma = title.left - 1
        opening = title.left
        while opening and tokens.sentence[opening - 1] == tokens.sentence[title.left]:
            opening -= 1
        start = opening + 1
        if tokens.lower[opening] != "in" or tokens.text[comma] != "," or not 0 < comma - start < _CITY_WORDS:
            return []
        if not all(tokens.text[i][0].isupper() for i in range(start, comma)):
            return []
        found = self.resolve(start, comma)
        return [found if found is not None and found.type == ActorType.GOVERNMENT_BODY else self._new(start, comma)]

    def _new(self, start: int, end: int) -> Referent:
        member = self.cast.new(self.cast.tokens.words(start, end), ActorType.GOVERNMENT_BODY)
        self.cast.mention(member, start, end)
        return member
