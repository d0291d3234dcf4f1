"""What a text has told somebody to be without a post: "Dubois, a retired general", "Dubois mediates", "the veteran"."""

from __future__ import annotations

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.extraction.tokens import SUBJECTS
from kgbuild.facts import ActorType

_TOKENS_BACK = 80
_SENTENCES_BACK = 2
_TOLD = frozenset(("appos", "attr"))
_AGE = "year-old"


class Portraits:
    """Finds whom a noun for a person describes who has been named before.

    Args:
        cast: who has been found so far; it may grow between calls.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.words = cast.tokens.plain
        #: whom the whole text is about, as an obituary is
        self.protagonist: Referent | None = None

    def of(self, noun: str, i: int) -> list[Referent]:
        """The persons whom "the NOUN" at a token may describe, the likeliest alone.

        Args:
            noun: head noun, plain, singular: "mediator"; empty for "the 72-year-old".
            i: its token; at most 80 tokens before it are looked at.
        """
        tokens, at = self.cast.tokens, self.cast.at
        if tokens.child(i, "prep") >= 0:
            return []  # "the ambassador of Chile" tells more than that he is known
        stems = {noun[: -len(ending)] for ending in ("er", "or", "r") if noun.endswith(ending)}
        portrayed = noun == "" or self._is_portrait(i)
        acting: Referent | None = None
        for j in range(i - 1, max(-1, i - _TOKENS_BACK), -1):
            referent = at.get(j)
            if referent is None or referent.type != ActorType.PERSON:
                continue
            if tokens.sentence[i] - tokens.sentence[j] > _SENTENCES_BACK:
                break
            beside = [self.words[c] for c in tokens.children[j] if tokens.dep[c] == "appos"]
            if any(word == noun or word.removesuffix("s").removesuffix("e") in stems for word in beside):
                return [referent]
            if tokens.dep[j] not in SUBJECTS:
                continue
            verb = tokens.head[j]
            lemma = tokens.lemma[verb]
            said = any(tokens.dep[c] in _TOLD and self.words[c] == noun for c in tokens.children[verb])
            if said or lemma in stems or lemma.removesuffix("e") in stems:
                return [referent]
            if acting is None and tokens.sentence[j] < tokens.sentence[i]:
                acting = referent
        if portrayed and acting is not None:
            return [acting]
        about = self.protagonist
        return [about] if about is not None and (portrayed or noun in word_set("diplomats")) else []

    def _is_portrait(self, i: int) -> bool:
        """Whether a description tells what a person is like: "the veteran diplomat", "the 71-year-old"."""
        tokens = self.cast.tokens
        return any(
            self.words[c] in word_set("portraying") or self.words[c].endswith(_AGE)
            for c in tokens.children[i]
            if c < i and tokens.dep[c] in ("amod", "compound")
        )
