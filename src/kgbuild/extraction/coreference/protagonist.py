"""Whom a whole text is about, as obituaries and portraits are: "she" stands for her if for nobody nearer."""

from __future__ import annotations

from collections import Counter

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.coreference.pronouns import pronouns
from kgbuild.extraction.document import Referent
from kgbuild.extraction.phrases import plain
from kgbuild.facts import ActorType, Article

#: how often somebody is named at least, and how much of all "he" and "she" one gender must have to be theirs
_LEAST_MENTIONS = 2
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
    persons = [r for r in cast.referents if r.type == ActorType.PERSON and len(r.mentions) >= _LEAST_MENTIONS]
    if not title or not persons:
        return None
    most = max(len(person.mentions) for person in persons)
    words = _words(title)
    titled = [p for p in persons if any(plain(n).split()[-1] in words for n in (p.name, *p.other_names))]
    named = [p for p in titled if len(p.mentions) == most]
    others = [p for p in titled if p not in named]
    if len(named) != 1 or others:
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
