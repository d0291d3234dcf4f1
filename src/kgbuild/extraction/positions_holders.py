"""Whose stance it is, and who says so."""

from __future__ import annotations

import bisect

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Mention, Referent, denoted
from kgbuild.extraction.positions_lexicon import StanceCue
from kgbuild.facts import ActorType, Statement

_FIRST_PERSON = frozenset({"i", "we", "us", "me"})
_OWN = frozenset({"my", "our", "his", "her", "their", "its"})
_BODIES = frozenset({"government", "country", "administration", "cabinet", "nation", "state", "party", "group", "side"})


class Holders:
    """Resolves holders and attributors in one document.

    Args:
        doc: with actors and statements.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._by_key: dict[str, Referent] = {actor.key: actor for actor in doc._.actors}
        self._statements: dict[str, Statement] = {statement.key: statement for statement in doc._.statements}
        self._represents: dict[str, list[str]] = {}
        for role in doc._.roles:
            self._represents.setdefault(role.holder, []).extend(role.represents)
        spans = [
            (span.start, span.end, statement)
            for statement in doc._.statements
            if not statement.refusal
            for span in statement.content_spans
        ]
        self._spans = sorted(spans, key=lambda item: item[:2])
        self._starts = [start for start, _, _ in self._spans]

    def statement_at(self, token: Token) -> Statement | None:
        """The innermost statement in whose content a token stands."""
        best: tuple[int, Statement] | None = None
        for start, end, statement in self._spans[: bisect.bisect_right(self._starts, token.idx)]:
            if start <= token.idx < end and (best is None or end - start <= best[0]):
                best = (end - start, statement)
        return best[1] if best else None

    def speakers(self, token: Token) -> list[Referent]:
        """Who says the words that a token stands in; empty if the article itself does."""
        statement = self.statement_at(token)
        while statement is not None and not statement.speakers:
            statement = self._statements.get(statement.part_of)
        return [self._by_key[key] for key in statement.speakers if key in self._by_key] if statement else []

    def attributor(self, holder: Referent, statement: Statement | None) -> str:
        """Key of who attributes a stance to its holder; empty where the holder or the article says so."""
        while statement is not None and not statement.speakers:
            statement = self._statements.get(statement.part_of)
        if statement is None or holder.key in statement.speakers:
            return ""
        return statement.speakers[0]

    def resolve(self, heads: list[Token], trigger: Token, cue: StanceCue | None) -> list[Referent]:
        """The actors that phrases denote as holders of a stance.

        Args:
            heads: heads of the phrases.
            trigger: the word that shows the stance.
            cue: what the lexicon says of it.
        """
        found: list[Referent] = []
        for head in heads:
            for referent in self._at(head, trigger):
                if referent not in found:
                    found.append(referent)
        if not found and cue is not None and cue.pos == "person":
            group = self._unnamed(trigger)
            if group is not None:
                found.append(group)
        return found

    def _at(self, head: Token, trigger: Token) -> list[Referent]:
        if head.lower_ in _FIRST_PERSON:
            return self.speakers(trigger)
        owner = next((c for c in head.children if c.dep_ == "poss" and c.lower_ in _OWN), None)
        named = [r for r in denoted(self._doc, head, joint=False) if r.sort == "actor"]
        if named and not (owner is not None and named[0].type == ActorType.GROUP and head.lemma_.lower() in _BODIES):
            return [self._for_whom(named[0], owner)]
        if owner is not None and head.lemma_.lower() in _BODIES:
            people = [r for r in denoted(self._doc, owner, joint=False) if r.sort == "actor"] or self.speakers(trigger)
            for person in people:
                for key in (*self._represents.get(person.key, ()), *person.affiliation):
                    if key in self._by_key:
                        return [self._by_key[key]]
        return []

    def _for_whom(self, referent: Referent, owner: Token | None) -> Referent:
        """ "His fighters", "my lawmakers" speak of the organisation that they belong to."""
        if owner is not None and referent.type == ActorType.GROUP and referent.tentative:
            for key in referent.affiliation:
                if key in self._by_key and self._by_key[key].type != ActorType.PERSON:
                    return self._by_key[key]
        return referent

    def _unnamed(self, noun: Token) -> Referent | None:
        """A group for a noun that says who has the stance: "its opponents", "critics of the accord"."""
        referents: dict[int, Referent] = self._doc._.referents
        if noun.tag_ not in {"NNS", "NN"} or noun.i in referents:
            return None
        start, end = noun.i, noun.i + 1
        while start > noun.sent.start and self._doc[start - 1].pos_ in {"ADJ", "NUM"}:
            start -= 1
        for child in noun.children:
            if child.dep_ == "prep" and child.lower_ == "of" and child.i == end:
                end = min(child.right_edge.i + 1, end + 8)
        span = self._doc[start:end]
        actors: list[Referent] = self._doc._.actors
        for other in actors:
            if other.type == ActorType.GROUP and other.name.lower() == span.text.lower():
                referents[noun.i] = other
                return other
        group = Referent(
            key=f"a{len(self._doc._.actors)}",
            sort="actor",
            name=" ".join(span.text.split()),
            type=ActorType.GROUP,
            mentions=[Mention(start, end, noun.i, "description")],
            plural=noun.tag_ == "NNS",
            tentative=True,
        )
        self._doc._.actors.append(group)
        self._by_key[group.key] = group
        referents[noun.i] = group
        return group
