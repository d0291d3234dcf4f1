"""Whom a post is held for, and to whom an envoy is sent, by what the title's phrase and the words around it say."""

from __future__ import annotations

from collections.abc import Callable

from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Referent
from kgbuild.extraction.lexicons import word_set
from kgbuild.facts import ActorType

#: "his Russian counterpart": these belong to somebody else
OF_ANOTHER = frozenset(("counterpart", "predecessor"))
#: parts of speech of what may stand before a party's name
_BEFORE = frozenset(("ADJ", "NOUN", "VERB"))
#: how far from its title a name may stand that is led to by "led by", in tokens
_NEAR = 12
_SENT = frozenset(("to", "in", "at", "with"))


class Owners:
    """Finds whom posts are held for in one article, where the text says so.

    Args:
        cast: the actors named so far.
        persons: token -> person named there.
        resolve: gives the referent of a name, body or pronoun at a token range.
    """

    def __init__(
        self, cast: Cast, persons: dict[int, Referent], resolve: Callable[[int, int], Referent | None]
    ) -> None:
        self.cast = cast
        self.words = cast.tokens.plain
        self.persons = persons
        self.resolve = resolve

    def parties(self, title: Title) -> tuple[list[Referent], list[Referent]]:
        """Whom the phrase says the post is held for, and to whom an envoy is sent.

        Args:
            title: the title's phrase.

        Returns:
            Both lists, of which either may be empty.
        """
        tokens = self.cast.tokens
        represents: list[Referent] = []
        accredited: list[Referent] = []
        diplomat = title.head.kind == "diplomat"
        sent = any(preposition in ("to", "at") for preposition, _, _ in title.complements)
        pronoun = title.determiner >= 0 and tokens.tag[title.determiner] in ("PRP$", "WP$")
        for start, end in title.owners:
            member = self.office_holder(self.resolve(start, end))
            if member is None or (pronoun and member.tentative and not member.authority):
                continue  # "its Pacific director": a field, not whom he directs it for
            if pronoun and member.type == ActorType.STATE and title.head.kind not in OF_ANOTHER:
                continue  # "its Washington director"
            possessive = tokens.tag[end] == "POS"
            organisation = member.type == ActorType.INTERNATIONAL_ORGANIZATION
            if diplomat and organisation and not possessive and not sent and (pronoun or "ambassador" in title.text):
                accredited.append(member)
            elif member not in represents:
                represents.append(member)
        if pronoun and not represents:
            member = self.office_holder(self.resolve(title.determiner, title.determiner + 1))
            if member is not None and title.head.kind not in OF_ANOTHER:
                represents.append(member)
        covered = -1
        for preposition, start, end in title.complements:
            if start < covered:
                continue
            member = self.office_holder(self.resolve(start, end))
            if member is None:
                continue
            covered = max((m.end for m in member.mentions if m.start <= start < m.end), default=end)
            if title.head.kind == "spokesperson" and preposition == "in":
                continue  # "a spokeswoman in Brussels": there she speaks, for whoever it is
            mission = member.type == ActorType.GOVERNMENT_BODY and self.words[start:end].count("embassy") > 0
            if diplomat and preposition == "at" and mission:
                represents.append(member)  # "the deputy head of mission at the Danish embassy"
            elif diplomat and preposition in _SENT and "negotiator" not in title.text:
                accredited.append(member)
            elif preposition in ("of", "for", "at", "with", "from", "to", "in") and member not in represents:
                if preposition == "in" and represents:
                    continue
                represents.append(member)
        after = self.after_name(title) or self._at_line_end(title)
        if after is not None and not represents:
            represents.append(after)
        return represents, [member for member in accredited if member not in represents]

    def led_by(self, holder: Referent, title: Title) -> list[Referent]:
        """Whom somebody leads or represents: "the Bangladesh side, led by NAME", "the EU, represented by NAME".

        Args:
            holder: whose name it is.
            title: the title beside it.
        """
        tokens = self.cast.tokens
        name = next((m for m in holder.mentions if abs(m.head - title.at) < _NEAR), None)
        if name is None or tokens.dep[name.head] != "pobj" or tokens.lower[tokens.head[name.head]] != "by":
            return []
        verb = tokens.head[tokens.head[name.head]]
        if tokens.lemma[verb] not in word_set("lead_verbs") | word_set("represent_verbs"):
            return []
        noun = tokens.head[verb] if tokens.dep[verb] == "acl" else tokens.child(verb, "nsubjpass")
        if noun < 0:
            return []
        near = [noun, *(c for c in tokens.children[noun] if tokens.dep[c] in ("compound", "poss", "amod", "nmod"))]
        near += [c for p in tokens.children[noun] if tokens.lower[p] == "of" for c in tokens.children[p]]
        found = (self.office_holder(self.resolve(i, i + 1)) for i in near)
        member = next((m for m in found if m is not None and m is not holder), None)
        return [member] if member is not None else []

    def appointed_by(self, title: Title) -> list[Referent]:
        """The state in "Norway has named her ambassador to Chile"."""
        tokens = self.cast.tokens
        verb = tokens.head[tokens.root(title.at, title.end)]
        if tokens.lemma[verb] not in word_set("appoint") or tokens.child(verb, "nsubjpass") >= 0:
            return []
        subject = tokens.child(verb, "nsubj")
        member = self.office_holder(self.cast.at.get(subject)) if subject >= 0 else None
        return [member] if member is not None and member.type == ActorType.STATE else []

    def after_name(self, title: Title) -> Referent | None:
        """The state in "President Étienne Vauclair of France"."""
        k, tokens = title.end, self.cast.tokens
        if k not in self.persons:
            return None
        while k in self.persons:
            k += 1
        if k + 2 < len(self.words) and self.words[k] == "," and self.words[k + 1] in ("of", "from", "at"):
            # "the historian Bodil Krarup, of Aarhus University"
            k += 1
        if k + 2 >= len(self.words) or self.words[k] not in ("of", "from", "at"):
            return None
        k += 1 + (self.words[k + 1] == "the")
        first = k
        while k + 1 < len(self.words) and k < first + 3 and tokens.text[k][0].islower() and tokens.pos[k] in _BEFORE:
            k += 1  # "of the opposition Homeland party"
        found = self.resolve(k, k + 1)
        end = k
        while end + 1 < len(self.words) and found is not None and self.resolve(end + 1, end + 2) is found:
            end += 1
        if end + 2 < len(self.words) and tokens.tag[end + 1] == "POS":
            # "of Uganda's National Renewal Party"
            found = self.resolve(end + 2, end + 3) or found
        return self.office_holder(found)

    def _at_line_end(self, title: Title) -> Referent | None:
        """Whom a list names last: "- Ms NAME, Head of Delegation, European Union"."""
        tokens, k = self.cast.tokens, title.right
        if k + 1 >= len(tokens) or tokens.text[k] != "," or not tokens.text[k + 1][0].isupper():
            return None
        member = self.resolve(k + 1, k + 2)
        end = k + 2
        while end < len(tokens) and member is not None and self.resolve(end, end + 1) is member:
            end += 1
        last = end >= len(tokens) or tokens.text[end] == ";" or tokens.paragraph[end] != tokens.paragraph[k]
        return self.office_holder(member) if last else None

    def office_holder(self, member: Referent | None) -> Referent | None:
        """The state of a person who owns a post ("Mr Sorokin's spokesman"), or the owner itself; groups own none."""
        if member is None:
            return None
        if member.type in (ActorType.PERSON, ActorType.GROUP):
            served = (self.cast.get(key) for key in member.affiliation)
            return self.cast.state_of(member) or next((body for body in served if body is not None), None)
        return member
