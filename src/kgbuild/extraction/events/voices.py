"""Who does what a verb says, and what it is done to, in the active voice.

Read from the dependencies, through coordination, control ("asked Chile to sign"), participles and relative clauses;
with what parsers often take otherwise: a dateline, a transcript's label, or a date before a name.
"""

from __future__ import annotations

from spacy.tokens import Doc

from kgbuild.extraction.document import Referent
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.tokens import Tokens

_RELATIVE = frozenset({"who", "whom", "which", "that"})
_CLIMB = 5
_COLON = frozenset({":"})
_PASSIVE = frozenset({"auxpass", "nsubjpass", "agent"})
#: a transcript's label has at most so many tokens with its colon
_LABEL = 6


class Voices:
    """Reads subjects and objects in one document: always the heads of their phrases."""

    def __init__(self, doc: Doc, tokens: Tokens) -> None:
        self.tokens = tokens
        self.referents: dict[int, Referent] = doc._.referents
        #: tokens of time expressions: "on Monday" fills no slot
        self._dated = {i for mention in doc._.dates for i in range(mention.start, mention.end)}
        #: token -> where the paragraph's dateline ends, for tokens inside of one
        self._dateline_end = {
            i: paragraph.dateline_end
            for paragraph in layout_of(doc).paragraphs
            for i in range(paragraph.start, paragraph.dateline_end)
        }
        self._dateline_end |= self._labels(doc)
        #: verbs that are read otherwise than parsed: their objects, and the subjects of those that are active
        self._objects: dict[int, int] = {}
        self._actives: dict[int, int] = {}

    def _labels(self, doc: Doc) -> dict[int, int]:
        """The tokens of the labels of a transcript's turns ("MARTIN: Peru has agreed …"), with where they end."""
        found: dict[int, int] = {}
        tokens, paragraphs = self.tokens, layout_of(doc).paragraphs
        colons: dict[int, int] = {}
        for i in tokens.lower_at.of(_COLON):
            colons.setdefault(tokens.paragraph[i], i)
        for number, colon in colons.items() if paragraphs else ():
            start, end = paragraphs[number].start, paragraphs[number].end
            if not start < colon < min(start + _LABEL, end) or not tokens.text[start][0].isupper():
                continue
            if not all(i in self._dated for i in range(start, colon)):
                found.update(dict.fromkeys(range(start, colon), colon + 1))
        return found

    def in_dateline(self, i: int) -> bool:
        """Whether a token stands in a paragraph's dateline."""
        return i in self._dateline_end

    def _objects_of(self, preposition: int) -> list[int]:
        tokens = self.tokens
        found = [c for c in tokens.children[preposition] if tokens.dep[c] in ("pobj", "pcomp") and c not in self._dated]
        for child in tokens.children[preposition]:
            if tokens.dep[child] in ("prep", "conj") and tokens.pos[child] in ("ADP", "SCONJ"):
                found += [c for c in tokens.children[child] if tokens.dep[c] == "pobj" and c not in self._dated]
        return found

    def is_passive(self, verb: int) -> bool:
        """Whether a verb is passive, also as a participle behind its noun ("signed in May")."""
        tokens = self.tokens
        if verb in self._actives or self._is_main(verb):
            return False
        dep = tokens.dep
        slots = {dep[c] for c in tokens.children[verb]}
        if not slots.isdisjoint(_PASSIVE):
            return True
        if tokens.tag[verb] != "VBN" or "aux" in slots:
            return False
        if tokens.dep[verb] == "conj":
            return self.is_passive(tokens.head[verb])
        return tokens.dep[verb] in ("acl", "advcl", "amod", "relcl") and tokens.child(verb, "nsubj", "dobj") < 0

    def _is_main(self, verb: int) -> bool:
        """Whether a participle is the sentence's main verb: "Oman, which brokered the truce, **called** on both …"."""
        tokens = self.tokens
        noun = tokens.head[verb]
        return (
            tokens.dep[verb] == "acl"
            and tokens.dep[noun] == "ROOT"
            and tokens.text[verb - 1] == ","
            and tokens.kind[verb] == "body"
            and any(tokens.dep[c] in ("relcl", "appos") and c < verb for c in tokens.children[noun])
            and not any(tokens.dep[c] in ("agent", "auxpass") for c in tokens.children[verb])
        )

    def subjects(self, verb: int, depth: int = 0) -> list[int]:
        """Who does what a verb says: its subject, the agent of a passive, the subject it shares or is controlled by."""
        tokens = self.tokens
        if self.is_passive(verb):
            agents = [p for c in tokens.children[verb] if tokens.lower[c] == "by" for p in self._objects_of(c)]
            return [a for a in agents if tokens.pos[a] in ("NOUN", "PROPN", "PRON")]
        return self._syntactic_subject(verb, depth)

    def _syntactic_subject(self, verb: int, depth: int = 0) -> list[int]:
        tokens = self.tokens
        if verb in self._actives:
            return [self._actives[verb]]
        own = tokens.child(verb, "nsubj")
        if own in self._dateline_end:
            # "LIMA, May 3 - Peru on Friday recalled …" is often parsed with the dateline as its subject
            own = self._first_name(self._dateline_end[own], verb)
        if own >= 0:
            return [self._antecedent(verb, own)]
        dated = self._behind_date(verb)
        if dated >= 0:
            return [dated]
        if depth >= _CLIMB or tokens.head[verb] == verb:
            return []
        head, dep = tokens.head[verb], tokens.dep[verb]
        if tokens.pos[verb] == "ADJ" and dep in ("acomp", "oprd"):
            # "is due in Cairo"
            return self._any_subject(head, depth + 1)
        if tokens.pos[head] in ("NOUN", "PROPN", "PRON"):
            if dep == "relcl" or (dep == "acl" and (tokens.tag[verb] in ("VBG", "VBD") or self._is_main(verb))):
                return [head]
            if dep != "acl":
                return []
            owner = [c for c in tokens.children[head] if tokens.dep[c] == "poss"]
            holds = tokens.dep[head] == "dobj" and tokens.pos[tokens.head[head]] == "VERB"
            # "accepted an invitation to visit Riga"
            return owner or (self._any_subject(tokens.head[head], depth + 1) if holds else [])
        if dep in ("xcomp", "ccomp", "advcl") and tokens.pos[head] in ("VERB", "AUX", "ADJ"):
            controller = tokens.child(head, "dobj", "dative") if dep != "advcl" else -1
            if dep == "xcomp" and controller >= 0 and controller < verb:
                return [controller]
            return self._any_subject(head, depth + 1)
        if dep in ("conj", "aux", "pcomp", "dep"):
            if dep == "pcomp" and tokens.pos[head] in ("ADP", "SCONJ"):
                preposition, head = head, tokens.head[head]
                if tokens.lower[preposition] in ("of", "from", "for"):
                    # "accused Rwanda of moving", "stopped them from leaving"
                    controllers = self.objects(head) if tokens.pos[head] == "VERB" else []
                    if controllers:
                        return controllers
            return self._any_subject(head, depth + 1)
        return []

    def _behind_date(self, verb: int) -> int:
        """The name that a parser takes for a part of the date before it: "On 13 March **Ana Ruiz** accused …"."""
        tokens = self.tokens
        for child in tokens.children[verb]:
            if child > verb or tokens.dep[child] != "prep" or tokens.lower[child] not in ("on", "in"):
                continue
            for noun in tokens.children[child]:
                if noun not in self._dated and tokens.left_edge(noun) in self._dated and noun in self.referents:
                    return noun
        return -1

    def _first_name(self, start: int, end: int) -> int:
        return next((i for i in range(start, end) if i in self.referents and self.referents[i].sort == "actor"), -1)

    def _any_subject(self, verb: int, depth: int) -> list[int]:
        """The surface subject of a verb, which is what its participles and coordinated verbs share."""
        tokens = self.tokens
        if tokens.pos[verb] == "ADJ" and tokens.head[verb] != verb and tokens.child(verb, "nsubj") < 0:
            verb = tokens.head[verb]
        passive = tokens.child(verb, "nsubjpass")
        if passive >= 0:
            return [self._antecedent(verb, passive)]
        if self.is_passive(verb) and tokens.dep[verb] in ("acl", "relcl"):
            return [tokens.head[verb]]
        return self._syntactic_subject(verb, depth)

    def _antecedent(self, verb: int, i: int) -> int:
        """The noun that a relative pronoun stands for, or the token itself."""
        tokens = self.tokens
        if tokens.lower[i] in _RELATIVE and tokens.tag[i] in ("WDT", "WP", "IN"):
            clause = verb
            for _ in range(_CLIMB):
                if tokens.dep[clause] == "relcl":
                    noun = tokens.head[clause]
                    while (
                        tokens.lower[i] == "who" and tokens.dep[noun] == "pobj" and tokens.ent[noun] in ("GPE", "LOC")
                    ):
                        # "diplomats in Brussels, who …"
                        noun = tokens.head[tokens.head[noun]]
                    return noun
                if tokens.dep[clause] not in ("conj", "xcomp", "ccomp") or tokens.head[clause] == clause:
                    break
                clause = tokens.head[clause]
        return i

    def objects(self, verb: int) -> list[int]:
        """What a verb is done to: its object, the subject of a passive, the antecedent of a relative clause's gap."""
        tokens = self.tokens
        if verb in self._objects:
            return [self._objects[verb]]
        passive = tokens.child(verb, "nsubjpass")
        if passive >= 0:
            return [self._antecedent(verb, passive)]
        own = tokens.child(verb, "dobj")
        if own >= 0:
            return [self._antecedent(verb, own)]
        head, dep = tokens.head[verb], tokens.dep[verb]
        if self.is_passive(verb):
            if dep in ("acl", "relcl", "amod"):
                return [head]
            if dep in ("conj", "xcomp"):
                return self._any_subject(head, 1)
            return self._any_subject(head, 1) if dep == "advcl" else []
        if dep == "relcl" and tokens.child(verb, "nsubj") >= 0:
            subject = tokens.child(verb, "nsubj")
            return [head] if tokens.lower[subject] not in _RELATIVE else []
        for child in tokens.children[verb]:
            # "$30m" is often no object for the parser
            if (
                tokens.dep[child] in ("appos", "npadvmod", "dep", "nmod")
                and tokens.ent[child] == "MONEY"
                and child > verb
            ):
                return [child]
        # "signed and ratified the treaty"; not "fired on a boat and arrested its skipper"
        for child in tokens.children[verb]:
            if tokens.dep[child] in ("prep", "ccomp", "xcomp") and child > verb and not self._is_dated(child):
                break
            if tokens.dep[child] == "conj" and tokens.child(child, "dobj") >= 0 and tokens.child(child, "nsubj") < 0:
                return [tokens.child(child, "dobj")]
        return []

    def _is_dated(self, preposition: int) -> bool:
        """Whether a preposition only opens a time expression."""
        inner = self.tokens.children[preposition]
        return bool(inner) and all(c in self._dated for c in inner)
