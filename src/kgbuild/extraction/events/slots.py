"""Where the participants of an event stand: the slots of a trigger.

Slots are relations in the active voice: "subj" is who signs in "was signed by Chile" as in "Chile signed". They are
read from the dependencies; for a noun also from the verb that carries it ("held talks", "is in Cairo on a visit").
"""

from __future__ import annotations

from spacy.tokens import Doc

from kgbuild.extraction.events.lexicon import words
from kgbuild.extraction.events.voices import Voices
from kgbuild.extraction.tokens import Tokens

_RELATIONS = frozenset(
    (
        "poss",
        "compound",
        "dative",
        "xcomp",
        "ccomp",
        "acl",
        "oprd",
        "attr",
        "advmod",
        "det",
        "prep",
        "nummod",
        "advcl",
        "relcl",
        "mark",
    )
)
_LOOSE = frozenset({"dobj", "prep", "prt", "advmod"})
_PREPOSITIONAL = frozenset({"prep", "agent", "dative", "prt", "mark"})
_CLIMB = 5


class Slots(Voices):
    """Reads the slots of triggers in one document: always the heads of the phrases that fill them."""

    def __init__(self, doc: Doc, tokens: Tokens) -> None:
        super().__init__(doc, tokens)
        self._around: dict[tuple[int, bool], list[tuple[int, str, int]]] = {}

    def slot(self, i: int, path: tuple[str, ...], *, verb: bool) -> list[int]:
        """The heads of the noun phrases (or clauses) that fill a slot of a trigger, without what is coordinated."""
        found = [self._whole(head) for head in self._one(i, path[0], verb=verb)]
        for name in path[1:]:
            found = [
                self._whole(inner)
                for outer in found
                for inner in self._one(outer, name, verb=self.tokens.pos[outer] == "VERB")
            ]
        return found

    def _whole(self, i: int) -> int:
        """What a partitive is a part of: "a pair of envoys", "thousands of their members"."""
        tokens = self.tokens
        if i in self.referents or (tokens.lemma_lower[i] not in words("partitives") and tokens.pos[i] != "NUM"):
            return i
        of = next((c for c in tokens.children[i] if tokens.lower[c] == "of" and tokens.dep[c] == "prep"), -1)
        return next(iter(self._objects_of(of)), i) if of >= 0 else i

    def _one(self, i: int, name: str, *, verb: bool) -> list[int]:
        if name == "subj":
            return self.subjects(i) if verb else self._carrier_subjects(i)
        if name == "obj":
            return self.objects(i)
        if name == "head":
            return [self.tokens.head[i]]
        if name == "undergoer":
            return self._undergoers(i)
        tokens = self.tokens
        if name in _RELATIONS:
            found = [c for c in tokens.children[i] if tokens.dep[c] == name]
            if name == "xcomp" and not found:
                # "offered last week **to host** talks"
                found = [c for c in tokens.children[i] if c > i and self._is_infinitive(c)]
            if name == "dative":
                found = [p for c in found for p in ([c] if tokens.pos[c] != "ADP" else self._objects_of(c))]
            return found
        if name == "adj":
            return [c for c in tokens.children[i] if tokens.dep[c] in ("amod", "nmod", "compound", "nummod")]
        if name == "prt":
            return [
                c
                for c in tokens.children[i]
                if tokens.dep[c] == "prt" or (tokens.dep[c] in ("advmod", "prep") and c < i + 4)
            ]
        return self.after(i, name, verb=verb)

    def _undergoers(self, noun: int) -> list[int]:
        """What is under something: "**the treaty** has been under negotiation since 2019"."""
        tokens = self.tokens
        above = tokens.head[noun]
        verb = tokens.head[above]
        if tokens.dep[noun] != "pobj" or tokens.lower[above] != "under" or tokens.pos[verb] not in ("VERB", "AUX"):
            return []
        passive = tokens.child(verb, "nsubjpass")
        return [passive] if passive >= 0 else self.subjects(verb)

    def _is_infinitive(self, i: int) -> bool:
        tokens = self.tokens
        return tokens.dep[i] == "advcl" and any(
            tokens.lower[c] == "to" and tokens.dep[c] == "aux" for c in tokens.children[i]
        )

    def after(self, i: int, preposition: str, *, verb: bool) -> list[int]:
        """The objects of a preposition that hangs on a word, on a verb's object, or on the verb that carries a noun."""
        hung = self._prepositions(i, verb=verb)
        if preposition == "by":
            # an object's "by" is its own: "condemned the raid by the police"
            hung = [(host, word, child) for host, word, child in hung if host == i or not verb]
        found: list[int] = []
        first = -1
        for host, word, child in hung:
            if word == preposition and not (preposition == "by" and found and host != first):
                first = host
                found += self._objects_of(child)
        return found

    def after_any(self, i: int, prepositions: frozenset[str], *, verb: bool) -> list[int]:
        """The objects of any of some prepositions, as :meth:`after` finds them."""
        return [
            head
            for _, word, child in self._prepositions(i, verb=verb)
            if word in prepositions
            for head in self._objects_of(child)
        ]

    def _prepositions(self, i: int, *, verb: bool) -> list[tuple[int, str, int]]:
        """The prepositions around a trigger: the word that each hangs on, the preposition, its token."""
        known = self._around.get((i, verb))
        if known is not None:
            return known
        tokens = self.tokens
        hosts = [i]
        if verb:
            # parsers often hang a verb's preposition on the object before it
            hosts += [c for c in tokens.children[i] if tokens.dep[c] in _LOOSE and c > i]
        else:
            noun = i
            # "the expulsion of three envoys by Ukraine", "an exchange of prisoners between the two"
            inner = [p for c in tokens.children[i] if tokens.lower[c] == "of" for p in self._objects_of(c) if p > i]
            # "talks hosted by Qatar **between** the two"
            hosts += [
                c for c in tokens.children[i] if tokens.dep[c] == "acl" and tokens.lemma_lower[c] in words("heading")
            ]
            while tokens.dep[noun] == "pobj":
                above = tokens.head[tokens.head[noun]]
                if tokens.lemma_lower[above] not in words("occasions"):
                    break
                noun = above
                hosts.append(noun)
            carrier = self.carrier(i)
            if carrier >= 0:
                hosts.append(carrier)
        found = [
            (host, tokens.lower[child], child)
            for host in hosts
            for child in tokens.children[host]
            if tokens.dep[child] in _PREPOSITIONAL
        ]
        if not verb:
            found += [
                (i, tokens.lower[child], child)
                for host in inner
                for child in tokens.children[host]
                if tokens.dep[child] == "prep" and tokens.lower[child] in ("by", "between")
            ]
        self._around[i, verb] = found
        return found

    def carrier(self, noun: int) -> int:
        """The verb that carries an event noun as object, subject or adjunct ("held talks"), or -1."""
        tokens = self.tokens
        for _ in range(_CLIMB):
            head, dep = tokens.head[noun], tokens.dep[noun]
            if head == noun:
                return -1
            if tokens.pos[head] in ("VERB", "AUX"):
                return head if dep in ("dobj", "nsubj", "nsubjpass", "attr", "conj", "prep", "oprd", "dep") else -1
            if dep == "pobj" and tokens.pos[head] in ("ADP", "SCONJ"):
                above = tokens.head[head]
                if tokens.pos[above] in ("VERB", "AUX"):
                    return above
                if tokens.lemma_lower[above] in words("occasions"):
                    # "took part in the talks", "met on the margins of the summit"
                    noun = above
                    continue
            if dep not in ("conj", "pobj", "prep", "appos") or (dep == "prep" and tokens.pos[head] == "ADV"):
                return -1
            noun = head
        return -1

    def _carrier_subjects(self, noun: int) -> list[int]:
        """The subject of the verb that carries a noun, if it takes part: "paid a visit", "said at talks"."""
        tokens = self.tokens
        for clause in tokens.children[noun]:
            if tokens.dep[clause] in ("relcl", "acl") and tokens.tag[clause] != "VBN":
                # "the visit that he was to have paid"
                for verb in (clause, *(c for c in tokens.children[clause] if tokens.dep[c] == "xcomp")):
                    if tokens.lemma_lower[verb] in words("shares"):
                        return self.subjects(verb)
        verb = self.carrier(noun)
        if verb < 0 or tokens.dep[noun] == "nsubj":
            return []
        lemma = tokens.lemma_lower[verb]
        if tokens.dep[noun] == "nsubjpass":
            # "the summit was **attended** by both presidents"
            return self.subjects(verb) if lemma in words("shares") and self.is_passive(verb) else []
        if tokens.dep[noun] == "pobj":
            above = tokens.head[noun]
            within = tokens.lemma[tokens.head[above]].lower() in words("occasions") and lemma in ("take", "be")
            preposition = tokens.lower[above]
            if preposition == "on" and lemma in words("remarking"):
                return []
            moves = preposition == "to" and lemma in words("shares")
            counted = tokens.head[above]
            if preposition == "of" and counted in self._dated and tokens.dep[counted] == "dobj":
                # "wound up two days of **talks**"
                return self.subjects(verb) if lemma in words("shares") else []
            if within or moves or preposition in ("at", "in", "during", "on", "for", "after"):
                return self.subjects(verb)
            return []
        return self.subjects(verb) if lemma in words("shares") else []
