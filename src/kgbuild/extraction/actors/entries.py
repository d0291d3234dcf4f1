"""Enters named persons and organisations that no authority knows into the cast."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from kgbuild.extraction.actors.authority import Known
from kgbuild.extraction.actors.cast import Cast
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.evidence import Name
from kgbuild.extraction.actors.groups import acts_or_undergoes
from kgbuild.extraction.actors.merge import Cluster, cluster_names, display
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.document import Paragraph, Referent
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.lexicons import (
    given_names,
    organisation_heads,
    person_nouns,
    role_modifiers,
    short_organs,
    word_list,
    word_set,
)
from kgbuild.extraction.phrases import plain
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import ActorType

#: 'Robert "Bobby" Chen'
_NICKNAME = re.compile(r"\s*[\"“][^\"”]*[\"”]\s*")


class NameEntry:
    """Enters clusters of names into the cast.

    Args:
        cast: to be filled.
        context: which state the text is about where.
        titles: titles of posts.
        who: token -> who is named there; filled.
        persons: token -> person named there, with the form of address; filled.
    """

    def __init__(
        self,
        cast: Cast,
        context: Context,
        titles: Sequence[Title],
        who: dict[int, Referent],
        persons: dict[int, Referent],
    ) -> None:
        self.cast = cast
        self.context = context
        self.words = cast.tokens.plain
        self.titles = titles
        self.who = who
        self.persons = persons

    def enter(self, names: Sequence[Name], known: Sequence[Known]) -> None:
        """Decides what the names denote and adds persons and organisations."""
        tokens = self.cast.tokens
        layout = layout_of(tokens.doc).paragraphs
        names = [
            name
            for name in names
            if tokens.kind[name.start] != "boilerplate"
            and not self._is_credit(name, layout[tokens.paragraph[name.start]])
        ]
        abbreviations = self._abbreviations(names, known)
        for cluster in cluster_names(tokens, [name for name in names if name.start not in abbreviations]):
            if cluster.sort == "person":
                self._person(cluster)
            elif cluster.sort == "organisation" or cluster.parts[0] in organisation_heads():
                self._organisation(cluster)
        for start, owner_at in abbreviations.items():
            owner = self.who.get(owner_at)
            if owner is None:
                continue
            text = tokens.words(start, self._end_at(names, start))
            for name in names:
                if tokens.words(name.start, name.end) == text:
                    self._mention(owner, name)

    def _is_credit(self, name: Name, layout: Paragraph) -> bool:
        """Whether a name stands in a dateline, a byline or a credit: "By Hana Seo", "(Reporting by Hana Seo)"."""
        words = self.words
        if name.start < layout.dateline_end:
            return True
        before = name.left - 1
        if before < 0 or words[before] not in ("by", "and", ","):
            return False
        line = words[layout.start : name.left]
        credited = any(word in ("reporting", "editing", "written", "additional") for word in line[-8:])
        return (credited and "by" in line[-8:]) or (line[:1] == ["by"] and layout.end - layout.start <= 10)

    def _end_at(self, names: Sequence[Name], start: int) -> int:
        return next(name.end for name in names if name.start == start)

    def _abbreviations(self, names: Sequence[Name], known: Sequence[Known]) -> dict[int, int]:
        """Start of a name -> a token of the longer name that it abbreviates: "Alliance for the Hills (AFH)".

        All later mentions of an introduced abbreviation are found as well.
        """
        tokens, words = self.cast.tokens, self.words
        ends = {name.end: name.start for name in names} | {name.end: name.start for name in known}
        introduced: dict[str, int] = {}
        for name in names:
            before = name.start - 1
            closed = (name.end < len(words) and words[name.end] in (")", "]", ",", ";")) or words[
                name.end : name.end + 1
            ] == ["-"]
            if before > 0 and words[before] in ("(", "[") and closed and before in ends:
                longer = ends[before]
                text = tokens.words(name.start, name.end)
                if _abbreviates(text, [tokens.text[i] for i in range(longer, before)]):
                    introduced.setdefault(text, longer)
        if not introduced:
            return {}
        return {
            name.start: introduced[text]
            for name in names
            if (text := tokens.words(name.start, name.end)) in introduced and name.start != introduced[text]
        }

    def _mention(self, referent: Referent, name: Name) -> None:
        self.cast.mention(referent, name.start, name.end)
        for i in range(name.left, name.end):
            self.who[i] = referent
        tokens = self.cast.tokens
        # the parser may take the title or the form of address for the head
        for i in range(name.left, name.start):
            if tokens.head[i] not in range(name.left, name.end):
                self.cast.at.setdefault(i, referent)

    def _person(self, cluster: Cluster) -> None:
        tokens = self.cast.tokens
        referent = self.cast.new(cluster.fullest(tokens), ActorType.PERSON)
        for name in cluster.names:
            self._mention(referent, name)
            for i in range(name.left, name.end):
                self.persons[i] = referent
        referent.other_names = list(dict.fromkeys(map(display, referent.other_names)))
        if '"' in referent.name or "“" in referent.name:
            self.cast.alias(referent, _NICKNAME.sub(" ", referent.name))
        if len(cluster.parts) > 1:
            for surname in self._surnames(cluster):
                self.cast.alias(referent, surname)
        genders = [name.gender for name in cluster.names if name.gender != "unknown"]
        given = given_names()
        gender = genders[0] if genders else next((given[p] for p in cluster.parts[:-1] if p in given), "unknown")
        if gender in ("male", "female"):
            referent.gender = "male" if gender == "male" else "female"
        # a name in an enumeration or a caption that does nothing is kept, but only if a fact needs it
        referent.tentative = cluster.scores["person"] < 3 and not any(
            acts_or_undergoes(tokens, tokens.root(name.start, name.end)) for name in cluster.names
        )

    def _is_scene(self, root: int) -> bool:
        """Whether an organisation is only where something is: "he taught at the University of Lomé"."""
        tokens = self.cast.tokens
        governor = tokens.head[root]
        inside = tokens.dep[root] == "pobj" and tokens.lower[governor] in ("at", "in", "near", "outside")
        return inside and tokens.child(root, "relcl") < 0 and tokens.lemma[tokens.head[governor]] not in person_nouns()

    def _is_partys(self, root: int) -> bool:
        """Whether a party is named as somebody's: "Rosa Vidal of the Liberal Democrats"."""
        tokens = self.cast.tokens
        preposition = tokens.head[root]
        named = self.words[root] in word_set("parties") or self.words[root] in word_set("party_names")
        return named and tokens.lower[preposition] == "of" and tokens.ent[tokens.head[preposition]] == "PERSON"

    def _descriptions(self, cluster: Cluster) -> set[str]:
        """What appositions say it is: "the People's Congress, an opposition party", "the rebel Alliance"."""
        tokens = self.cast.tokens
        found: set[str] = set()
        for name in cluster.names:
            if name.end + 2 < len(tokens) and tokens.text[name.end] in (",", "(") and tokens.tag[name.end + 1] == "DT":
                for i in range(name.end + 2, min(name.end + 8, len(tokens))):
                    if tokens.text[i] in (",", ".", ")", ";"):
                        break
                    found.add(tokens.lemma[i].lower())
            for i in range(max(0, name.left - 3), name.left):
                if tokens.text[i][0].islower() and tokens.pos[i] in ("NOUN", "ADJ"):
                    found.add(tokens.lemma[i])
        return found

    def _demonym_before(self, name: Name) -> bool:
        """Whether a state's adjective stands before a name of several words."""
        before = name.start - 1
        state = self.who.get(before)
        adjective = state is not None and state.type == ActorType.STATE and name.left == name.start
        capital = name.end - name.start > 1 and self.cast.tokens.tag[before] in ("JJ", "NNP", "NNPS")
        return adjective and capital and self.cast.tokens.space[before]

    def _short_for_known(self, cluster: Cluster) -> bool:
        """ "Forum leaders" for the Pacific Islands Forum, which the authority knows."""
        if len(cluster.parts) > 1 or cluster.parts[0] not in organisation_heads():
            return False
        fitting = [
            referent
            for referent in self.cast.by_authority.values()
            if referent.type not in (None, ActorType.STATE)
            and any(plain(name).split()[-1:] == [cluster.parts[0]] for name in (referent.name, *referent.other_names))
        ]
        organ = short_organs().get(cluster.parts[0])
        if not fitting and organ is not None and organ[0] in self.cast.by_authority and self.cast.implied is not None:
            named = [r for r in self.cast.referents if plain(r.name).split()[-1:] == [cluster.parts[0]]]
            fitting = [self.cast.implied(organ[1])] if not named else []
        if len(fitting) != 1:
            return False
        for name in cluster.names:
            self._mention(fitting[0], name)
        return True

    def _party(self, cluster: Cluster) -> bool:
        """ "Republican", "the Republicans" for the Republican Party that is in the cast already, or for each other."""
        if len(cluster.parts) > 1 or cluster.parts[0] not in word_set("parties"):
            return False
        stem = cluster.parts[0].rstrip("s")
        found = next(
            (
                r
                for r in self.cast.referents
                if r.type == ActorType.ORGANIZATION
                and plain(r.name).split()[0].rstrip("s") == stem
                and (len(r.name.split()) == 1 or plain(r.name).split()[-1] == "party")
            ),
            None,
        )
        if found is None:
            return False
        for name in cluster.names:
            self._mention(found, name)
        return True

    def _surnames(self, cluster: Cluster) -> list[str]:
        """The last word of a name, as written; the first where the family name comes first ("Kwon Tae-min")."""
        tokens = self.cast.tokens
        best = max(cluster.names, key=lambda name: name.end - name.start)
        end = best.end
        while end - 1 > best.start and (
            self.words[end - 1].rstrip(".") in ("jr", "sr", "ii", "iii") or self.words[end - 1] == ","
        ):
            end -= 1
        start = end - 1
        while start - 2 > best.start and tokens.text[start - 1] in ("-", "–") and not tokens.space[start - 1]:
            start -= 2
        if tokens.text[start][0].islower() and start - 2 > best.start:
            start -= 2
        given_last = end - start == 3 and tokens.text[end - 1][0].islower()
        if given_last or (cluster.parts[0] in word_list("family_names_first.txt") and len(cluster.parts) <= 3):
            first = tokens.text[best.start]
            return [first] if given_last else [tokens.words(start, end), first]
        return [tokens.words(start, end)]

    def _organisation(self, cluster: Cluster) -> None:
        tokens = self.cast.tokens
        best = max(cluster.names, key=lambda name: (name.end - name.start, -name.start))
        kind, state = organisation_type(tokens, best, self.who)
        if kind is None:
            return
        described = self._descriptions(cluster)
        if kind == ActorType.ORGANIZATION and described & word_set("of_states"):
            kind = ActorType.INTERNATIONAL_ORGANIZATION
        if kind != ActorType.ORGANIZATION and described & word_set("organisation_before"):
            kind = ActorType.ORGANIZATION
        words = self.words[best.start : best.end]
        if kind == ActorType.GOVERNMENT_BODY and state is None and is_generic(words):
            state = self.context.state(best.start)
        if self._party(cluster) or self._short_for_known(cluster):
            return
        alone = len(cluster.parts) == 1 and cluster.parts[0] not in word_set("parties")
        if cluster.sort != "organisation" or (alone and cluster.parts[0] in organisation_heads()):
            # "the Federation" alone is no name
            return
        text = tokens.words(best.start, best.end)
        key = (text.lower(), state.key if state else "")
        referent = self.cast.bodies.get(key) or self.cast.new(text, kind)
        if kind == ActorType.GOVERNMENT_BODY:
            self.cast.bodies[key] = referent
            if state is not None:
                referent.affiliation.append(state.key)
        for name in cluster.names:
            self._mention(referent, name)
            if self._demonym_before(name):
                # "Danish Refugee Aid": only its makers know where the name begins
                self.cast.alias(referent, tokens.words(name.start - 1, name.end))
        if tokens.text[best.end - 1] in ("Inc.", "Ltd.", "Corp.", "Ltd", "Inc", "Corp", "PLC", "plc"):
            self.cast.alias(referent, tokens.words(best.start, best.end - 1).rstrip(" ,"))
        roots = [tokens.root(name.start, name.end) for name in cluster.names]
        if all(self._is_scene(root) for root in roots):
            # "taught at the University of Lomé"
            referent.tentative = True
            return
        if len(cluster.parts) == 1 and cluster.parts[0] in word_set("partisans"):
            # "a Democrat" is one of them, "the Democrats" are all
            referent.tentative = True
            return
        acting = any(acts_or_undergoes(tokens, root) and tokens.dep[root] != "pobj" for root in roots)
        acting = acting or any(self._is_partys(root) for root in roots)
        referent.tentative = not acting and (len(cluster.parts) < 3 or cluster.scores["organisation"] < 5)


def organisation_type(tokens: Tokens, name: Name, who: dict[int, Referent]) -> tuple[ActorType | None, Referent | None]:
    """The class of an organisation by its head noun (None for a government), and the state that its name holds."""
    heads = organisation_heads()
    inside = [plain(tokens.text[i]) for i in range(name.start, name.end)]
    state = next((who[i] for i in range(name.start, name.end) if i in who and who[i].type == ActorType.STATE), None)
    if state is None and name.start >= 2 and tokens.tag[name.start - 1] == "POS":
        owner = who.get(name.start - 2)
        state = owner if owner is not None and owner.type == ActorType.STATE else None
    members = (
        inside[k] in word_set("inner_possessives") and inside[k + 1] in ("'s", "’s") for k in range(len(inside) - 1)
    )
    if any(inside[k].endswith("s") and inside[k + 1] in ("'", "’") for k in range(len(inside) - 1)) or any(members):
        return ActorType.ORGANIZATION, state  # "the Traders' Congress" is its members'
    position, kind = heads.get(inside[-1], ("", ""))
    if position not in ("last", "both"):
        linked = [a for a, b in itertools.pairwise(inside) if b in ("of", "for", "on")]
        first = inside[:1] if heads.get(inside[0], ("",))[0] == "both" else []
        # "Senate Committee on Foreign Affairs" is the Senate's
        opening = [*first, *linked] if first and heads[first[0]][1] == "GovernmentBody" else [*linked, *first]
        kinds = [heads[word] for word in opening if heads.get(word, ("",))[0] in ("first", "both")]
        if not kinds:
            return ActorType.ORGANIZATION, state
        kind = kinds[0][1]
    if kind == "state":
        return None, state
    if kind == "congress":
        called_after_state = all(
            word in word_set("congresses") or i in who for i, word in enumerate(inside, name.start)
        )
        return (ActorType.GOVERNMENT_BODY if called_after_state else ActorType.ORGANIZATION), state
    if kind == "membership" and state is not None:
        return ActorType.ORGANIZATION, state  # "the Kenya Farmers' Union" is no organ of Kenya
    if kind in ("membership", "organ", "commission"):
        if state is not None:
            return ActorType.GOVERNMENT_BODY, state
        if any(word in word_list("regions.txt") for word in inside):
            return ActorType.INTERNATIONAL_ORGANIZATION, None
        if kind != "membership" and is_generic(inside):
            return ActorType.GOVERNMENT_BODY, None
        union = kind == "commission"
        return (ActorType.INTERNATIONAL_ORGANIZATION if union else ActorType.ORGANIZATION), None
    return ActorType(kind), state


def is_generic(words: Sequence[str]) -> bool:
    """Whether a body's name would fit any state: "Supreme Court", "Senate Committee on Foreign Affairs"."""
    kept = (word for word in words if word not in ("of", "on", "for", "and", "the"))
    return all(word in organisation_heads() or word in role_modifiers() for word in kept)


def _abbreviates(short: str, words: Sequence[str]) -> bool:
    """Whether a short form in brackets is made of the initials or the beginning of the words before it."""
    letters = [c for c in short.lower() if c.isalnum()]
    if not letters or len(short) > 14:
        return False
    initials = [word[0].lower() for word in words if word[0].isalnum()]
    if letters[0] not in initials:
        return False
    text = iter("".join(word.lower() for word in words))
    return all(letter in text for letter in letters) or short.isupper()
