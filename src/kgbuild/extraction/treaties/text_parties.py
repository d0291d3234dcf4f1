"""Parties that a text tells at large, not beside a treaty: whose talks it is about, whose delegations it opens with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.treaties.lexicon import in_class, singular

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kgbuild.extraction.treaties.model import TreatyMention
    from kgbuild.extraction.treaties.sovereigns import Sovereigns

#: whom a state joins by an accession treaty
_UNIONS = frozenset({"organization/eu", "organization/european-union"})


class TextParties:
    """Finds parties for treaties beside which none is told.

    Args:
        doc: with its actors found, if there are any.
        who: finds the states and bodies in it.
    """

    def __init__(self, doc: Doc, who: Sovereigns) -> None:
        self._doc = doc
        self._who = who

    def of_talks(self) -> list[str]:
        """Those who hold the talks that the text is about: "the government's talks with the Front"."""
        for token in self._doc:
            if token.tag_ == "NNS" and token.lemma_.lower() in {"talk", "negotiation"}:
                keys = [
                    key
                    for child in token.children
                    if child.dep_ == "poss" or (child.dep_ == "prep" and child.lower_ in {"with", "between"})
                    for head in ([child] if child.dep_ == "poss" else child.children)
                    for each in self._who.each(head)
                    for key in self._who.at(each, direct=True) or self._who.at(each)
                ]
                if len(set(keys)) == 2:
                    return list(dict.fromkeys(keys))
        return []

    def of_delegations(self) -> list[str]:
        """Those whose delegations a communiqué opens with: "Delegations of Chad, Niger and Sudan took part"."""
        for token in self._doc:
            if token.tag_ not in {"NNS", "NNPS"} or not in_class(singular(token.lower_), "delegate"):
                continue
            keys = [
                key
                for child in token.children
                if child.dep_ == "prep" and child.lower_ in {"of", "from"}
                for head in child.children
                if head.dep_ == "pobj"
                for each in self._who.each(head)
                for key in self._who.at(each)
                if self._who.is_public(key)
            ]
            if len(set(keys)) > 1:
                return list(dict.fromkeys(keys))
        return []

    def of_union(self, mentions: list[TreatyMention]) -> list[str]:
        """The European Union, where the treaty is one by which a state joins it: "Serbia's accession treaty"."""
        if not any(rule.domain == "accession" for mention in mentions for rule in mention.kinds):
            return []
        return [key for key, actor in self._who.by_key.items() if actor.authority in _UNIONS]
