"""Whom a whole text is about, as obituaries and portraits are: "she" stands for her if for nobody nearer."""

from __future__ import annotations

from collections import Counter

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.coreference.pronouns import pronouns
from kgbuild.extraction.document import Referent
from kgbuild.extraction.phrases import plain
from kgbuild.facts import ActorType, Article

#: how often somebody is named at least with whom the headline does not open
_LEAST_MENTIONS = 2
#: how many "he" and "she" there must be, and how much of them one gender must have to be theirs
_LEAST_PRONOUNS = 3
_SHARE = 0.75


def protagonist(cast: Cast, article: Article | None) -> Referent | None:
    """The person whom the headline names first and the text most often; None if it is about nobody alone.

    The gender of a protagonist whose name does not tell it is that of most pronouns.

    Args:
        cast: who has been found so far.
        article: what is known about the text.
    """
    title = plain(article.title).split() if article is not None else []
    persons = [r for r in cast.referents if r.type == ActorType.PERSON and r.mentions]
    words = _words(title)
    titled = [p for p in persons if any(plain(n).split()[-1] in words for n in (p.name, *p.other_names))]
    most = max((len(person.mentions) for person in persons), default=0)
    named = [p for p in titled if len(p.mentions) == most or title[0] == plain(p.name).split()[0]]
    others = [p for p in titled if p not in named]
    if len(named) != 1 or others:
        return None
    if len(named[0].mentions) < _LEAST_MENTIONS and title[0] != plain(named[0].name).split()[0]:
        return None
    if named[0].gender == "unknown":
        counted = Counter(pronouns()[word].gender for word in cast.tokens.lower if word in pronouns())
        both = counted["male"] + counted["female"]
        for gender in ("male", "female"):
            if both >= _LEAST_PRONOUNS and counted[gender] >= _SHARE * both:
                named[0].gender = "male" if gender == "male" else "female"
    return named[0]


def _words(title: list[str]) -> set[str]:
    """The words of a headline without what is written beside them."""
    return {word.strip(",.:;!?‘’“”\"'").removesuffix("'s").removesuffix("’s") for word in title}
