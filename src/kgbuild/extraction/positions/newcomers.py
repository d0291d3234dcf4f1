"""Actors that nobody knew for ones before they turned out to hold a stance: "critics of the accord", "his province"."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Mention, Referent
from kgbuild.extraction.lexicons import person_nouns
from kgbuild.extraction.positions.lexicon import words_of
from kgbuild.facts import ActorType


class Newcomers:
    """Makes actors of phrases in one document, each once.

    Args:
        doc: with actors.
        by_key: its actors by their keys; new ones are added.
    """

    def __init__(self, doc: Doc, by_key: dict[str, Referent]) -> None:
        self._doc = doc
        self._by_key = by_key

    def crowd(self, noun: Token) -> Referent | None:
        """A group for a noun that says who has the stance: "its opponents", "critics of the accord"."""
        referents: dict[int, Referent] = self._doc._.referents
        if noun.tag_ not in {"NNS", "NN"} or noun.i in referents or noun.dep_ in {"compound", "amod", "nmod"}:
            return None
        start, end = noun.i, noun.i + 1
        while start > noun.sent.start and self._doc[start - 1].pos_ in {"ADJ", "NUM"}:
            start -= 1
        for child in noun.children:
            if child.dep_ == "prep" and child.lower_ == "of" and child.i == end:
                end = min(child.right_edge.i + 1, end + 8)
        return self._new(start, end, noun, ActorType.GROUP)

    def unknown(self, head: Token) -> Referent | None:
        """A new actor for the holder of a stance whom nothing before knew for one: "his province", "the bloc"."""
        if head.i in self._doc._.referents or head.dep_ in {"compound", "amod", "nmod"}:
            return None
        if any(c.dep_ == "poss" and c.pos_ == "PRON" for c in head.children):
            return None  # "his party" is nobody's name
        lemma = head.lemma_.lower()
        if lemma in words_of("holder") and any(c.lower_ == "the" for c in head.children):
            before = self._organisation_before(head)
            if before is not None:
                return before
        named = head.pos_ == "PROPN" and head.ent_type_ in {"PERSON", "ORG", "NORP"}
        crowd = head.tag_ == "NNS" and head.lower_ in words_of("amount")  # "hundreds marched against it"
        known = lemma in person_nouns() or head.lower_ in person_nouns()
        people = crowd or (head.tag_ == "NNS" and (known or lemma.endswith(tuple(words_of("person ending")))))
        if not named and not people and lemma not in words_of("holder"):
            return None
        start = head.i
        for child in head.lefts:
            if child.dep_ in {"compound", "amod", "nmod", "nummod", "poss"} and child.pos_ != "PRON":
                start = min(start, child.left_edge.i)
        while start < head.i and self._doc[start].pos_ in {"DET", "PUNCT"}:
            start += 1
        capital = any(t.pos_ == "PROPN" for t in self._doc[start : head.i + 1])
        kind = ActorType.PERSON if named and head.ent_type_ == "PERSON" else ActorType.ORGANIZATION
        return self._new(start, head.i + 1, head, kind if capital else ActorType.GROUP)

    def _organisation_before(self, head: Token) -> Referent | None:
        """The organisation last named whose name has a noun in it: "the party" for the Free Homeland party."""
        noun = head.lemma_.lower()
        last: tuple[int, Referent] | None = None
        for actor in self._doc._.actors:
            if actor.type not in {ActorType.ORGANIZATION, ActorType.GOVERNMENT_BODY}:
                continue
            named = any(noun == name.split()[-1].lower() for name in (actor.name, *actor.other_names) if name.split())
            named = named or any(0 < m.end < head.i and self._doc[m.end].lower_ == noun for m in actor.mentions)
            at = max((m.start for m in actor.mentions if 0 <= m.start < head.i), default=-1)
            if named and at >= 0 and (last is None or at > last[0]):
                last = (at, actor)
        return last[1] if last is not None else None

    def following(self, head: Token, owner: Token, leader: Referent) -> Referent:
        """The party of somebody that the text names by nobody but them: "her party" is "Ana Quispe's party".

        Args:
            head: "party".
            owner: "her".
            leader: who "her" stands for.
        """
        return self._new(owner.i, head.i + 1, head, ActorType.ORGANIZATION, f"{leader.name}'s {head.lemma_.lower()}")

    def _new(self, start: int, end: int, noun: Token, kind: ActorType, name: str = "") -> Referent:
        """An actor of this name, or of that of its words; a new one if there is none."""
        referents: dict[int, Referent] = self._doc._.referents
        words = " ".join(self._doc[start:end].text.split())
        actors: list[Referent] = self._doc._.actors
        for other in actors:
            if other.type == kind and other.name.lower() == (name or words).lower():
                referents[noun.i] = other
                return other
        group = Referent(
            key=f"a{len(self._doc._.actors)}",
            sort="actor",
            name=name or words,
            type=kind,
            other_names=[words] if name else [],
            mentions=[Mention(start, end, noun.i, "description")],
            plural=noun.tag_ == "NNS",
            tentative=True,
        )
        self._doc._.actors.append(group)
        self._by_key[group.key] = group
        referents[noun.i] = group
        return group
