"""Whose stance it is, and who says so."""

from __future__ import annotations

import bisect

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.document import Layout, Referent, denoted
from kgbuild.extraction.positions.briefings import briefed_state
from kgbuild.extraction.positions.clause import clause_verb
from kgbuild.extraction.positions.lexicon import StanceCue, words_of
from kgbuild.extraction.positions.newcomers import Newcomers
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clauses import agents, reported_before, subjects
from kgbuild.facts import ActorType, Statement

_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_FIRST_PERSON = frozenset({"i", "we", "us", "me"})
_WE = frozenset({"we", "us"})
_OWN = frozenset({"my", "our", "his", "her", "their", "its"})
#: how many words up a clause may stand below the verb of saying
_CLIMB = 8
_PARTING = frozenset({";", ":", ".", "—"})
_CONTRASTS = frozenset({"whereas", "while", "whilst"})
_PRONOUNS = {"he": ActorType.PERSON, "she": ActorType.PERSON, "it": None, "they": None}


class Holders:
    """Resolves holders and attributors in one document.

    Args:
        doc: with actors and statements.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._layout: Layout | None = doc._.layout
        self._referents: dict[int, Referent] = doc._.referents
        self._by_key: dict[str, Referent] = {actor.key: actor for actor in doc._.actors}
        self._newcomers = Newcomers(doc, self._by_key)
        self._statements: dict[str, Statement] = {statement.key: statement for statement in doc._.statements}
        self._represents: dict[str, list[str]] = {}
        for role in doc._.roles:
            self._represents.setdefault(role.holder, []).extend(role.represents)
        self._turns = {s.speakers[0] for s in doc._.statements if s.cue == ":" and len(s.speakers) == 1}
        self._briefed = briefed_state(doc) if self._turns else None
        self._press = self._reporters()
        spans = [
            (span.start, span.end, statement)
            for statement in doc._.statements
            if not statement.refusal
            for span in statement.content_spans
        ]
        spans = [item for item in spans if not self._press.intersection(item[2].speakers)]
        self._spans = sorted(spans, key=lambda item: item[:2])
        self._starts = [start for start, _, _ in self._spans]

    def _reporters(self) -> set[str]:
        """Keys of those who speak in a transcript as the broadcaster's own people: what they say is the article's."""
        words = cue_lexicon().press
        labels: dict[str, list[str]] = {}
        for key in sorted(self._turns.intersection(self._by_key)):
            labels.setdefault(self._by_key[key].name.split()[-1].lower(), []).append(key)
        named = {key for word in labels.keys() & words for key in labels[word]}
        tokens, annotation = tokens_of(self._doc), annotation_of(self._doc)
        for i in tokens.lower_at.of(labels.keys()):
            if i + 1 < len(tokens) and tokens.text[i + 1] == ":":
                continue
            start, end = annotation.sentence(i)
            if not words.isdisjoint(annotation.lemma_lower[start:end]):
                named.update(labels[tokens.lower[i]])
        return named

    def is_reporter(self, referent: Referent) -> bool:
        """Whether somebody speaks in a transcript for the broadcaster."""
        return referent.key in self._press

    def in_heading(self, token: Token) -> bool:
        """Whether a token stands in a headline within the text."""
        layout = self._layout
        if layout is None or not layout.paragraphs:
            return False
        kind: str = layout.paragraphs[layout.paragraph_of[token.i]].kind
        return kind == "headline"

    def statement_at(self, token: Token) -> Statement | None:
        """The innermost statement in whose content a token stands."""
        return next(iter(self._enclosing(token)), None)

    def speakers(self, token: Token) -> list[Referent]:
        """Who says the words that a token stands in; empty if the article itself does."""
        for statement in self._enclosing(token):
            if statement.speakers:
                return [self._by_key[key] for key in statement.speakers if key in self._by_key]
        return []

    def _by_clause(self, token: Token) -> Referent | None:
        """Who says a token's clause, by its place under a verb of saying, where no statement holds it."""
        place = token
        for _ in range(_CLIMB):
            above = place.head
            whose = [c for c in place.children if c.dep_ in _SUBJECTS]
            for child in (c for part in (place, *whose) for c in part.children):
                # "the fleet, according to its skipper, couldn't care less"
                if child.lower_ == "according" and (found := self._according(child, token)):
                    return found
            if above.i == place.i:
                return None
            # "Peru backs it, said its envoy": the parser may take the first for an adverbial clause
            bare = place.dep_ == "advcl" and place.i < above.i and not any(c.dep_ == "mark" for c in place.children)
            if (place.dep_ == "ccomp" or bare) and above.lemma_.lower() in cue_lexicon().plain_sayings:
                between = self._doc[min(token.i, above.i) : max(token.i, above.i)]
                if any(t.text in _PARTING or t.is_space for t in between):
                    return None  # where the parser joined what are two sentences
                who = (r for head in subjects(above) if head.i != token.i for r in self._at(head, above))
                return next(who, None)
            place = above
        return None

    def _voicing(self, noun: Token) -> Referent | None:
        """The person who voices the stance of somebody else: "the minister declared his country's support"."""
        if noun.pos_ != "NOUN" or noun.dep_ not in {"dobj", "pobj"} or not any(c.dep_ == "poss" for c in noun.children):
            return None
        verb = noun.head
        if noun.dep_ == "pobj":  # "assured her of his country's support"
            verb = verb.head if verb.lower_ == "of" and verb.head.lemma_.lower() in words_of("assure") else verb
        if verb.lemma_.lower() not in words_of("express") | words_of("assure"):
            return None
        who = (r for head in subjects(verb) for r in self._at(head, verb))
        return next((referent for referent in who if referent.type == ActorType.PERSON), None)

    def _according(self, word: Token, trigger: Token) -> Referent | None:
        """Whom "according to" names."""
        heads = [each for c in word.children if c.lower_ == "to" for each in c.children if each.dep_ == "pobj"]
        return next((referent for head in heads for referent in self._at(head, trigger)), None)

    def _enclosing(self, token: Token) -> list[Statement]:
        """The statements in whose content a token stands, the innermost first."""
        content = reported_before(token)
        if content is not None:
            token = content
        around: list[tuple[int, int, Statement]] = []
        for start, end, statement in self._spans[: bisect.bisect_right(self._starts, token.idx)]:
            if start <= token.idx < end:
                around.append((end - start, -start, statement))
        found = [statement for _, _, statement in sorted(around, key=lambda item: item[:2])]
        for statement in list(found):
            outer = self._statements.get(statement.part_of)
            if outer is not None and outer not in found and not self._press.intersection(outer.speakers):
                found.append(outer)
        return found

    def attributor(self, holder: Referent, trigger: Token, heads: list[Token]) -> str:
        """Key of the nearest speaker, other than the holder, who attributes a stance; empty if there is none.

        Args:
            holder: whose stance it is.
            trigger: the word that shows it.
            heads: the words that name the holder; "the deputy is said to favour it" is not the deputy's own word.
        """
        around = self._enclosing(trigger)
        if not around:
            said = self._by_clause(trigger) or self._voicing(trigger)
            return said.key if said is not None and said.key != holder.key and not self.is_reporter(said) else ""
        for statement in around:
            if not statement.speakers or holder.key in statement.speakers or self._is_paper(statement.speakers[0]):
                continue
            if any(span.start <= head.idx < span.end for span in statement.source_spans for head in heads):
                continue
            if not _contrasted(trigger, statement):
                return statement.speakers[0]
        return ""

    def _is_paper(self, key: str) -> bool:
        """Whether what is said stands in a paper that nobody is named for: "according to leaked cables"."""
        speaker = self._by_key.get(key)
        if speaker is None or speaker.type != ActorType.GROUP:
            return False
        return any(self._doc[m.head].lemma_.lower() in words_of("document") for m in speaker.mentions if m.head >= 0)

    def resolve(self, heads: list[Token], trigger: Token, cue: StanceCue | None) -> list[Referent]:
        """The actors that phrases denote as holders of a stance.

        Args:
            heads: heads of the phrases.
            trigger: the word that shows the stance.
            cue: what the lexicon says of it.
        """
        found: list[Referent] = []
        heads = [self._in_paragraph(head, trigger) for head in heads]
        left: list[Token] = []
        for head in (each for each in heads if not _is_anybody(each)):
            known = self._at(head, trigger)
            found += [referent for referent in known if referent not in found]
            left += [] if known else [head]
        if cue is None:
            return found
        if cue.pos == "person":
            group = self._newcomers.crowd(trigger) if not found else None
            return [group] if group is not None else found
        # beside others in a list, only people who have no name: "the union and the planters"
        new = (self._newcomers.unknown(head) for head in left if not found or head.tag_ == "NNS")
        return [*found, *(referent for referent in new if referent is not None)]

    def _in_paragraph(self, head: Token, trigger: Token) -> Token:
        """The head itself, or the actor that opens the trigger's paragraph, where the parser joined two paragraphs."""
        layout = self._layout
        if layout is None or not layout.paragraphs or head.i >= trigger.i:
            return head
        here = layout.paragraph_of[trigger.i]
        if layout.paragraph_of[head.i] == here:
            return head
        referents = self._referents
        opening = self._doc[layout.paragraphs[here].start : trigger.i]
        return next((t for t in opening if t.i in referents and referents[t.i].sort == "actor"), head)

    def _at(self, head: Token, trigger: Token) -> list[Referent]:
        if head.lemma_.lower() in words_of("paper"):  # "lawmakers filed a resolution denouncing …"
            behind_it = list(subjects(head.head)) if head.dep_ == "dobj" else []
            behind_it += [child for child in head.children if child.dep_ == "poss"]
            found = [r for each in behind_it if each.i != head.i for r in self._at(each, trigger)][:1]
            return found or (self._issuers(head, trigger) if head.dep_ in _SUBJECTS else [])
        lower = head.lower_
        if lower in words_of("amount"):  # "thousands of miners", "most of the critics"
            inner = [each for c in head.children if c.lower_ == "of" for each in c.children if each.dep_ == "pobj"]
            head = inner[0] if inner and head.i not in self._referents else head
            lower = head.lower_
        if lower in _FIRST_PERSON:
            speakers = self.speakers(trigger)
            if lower in _WE and len(speakers) == 1:  # a minister's "we" is the state
                behind = [r for r in self._behind(speakers[0]) if r.type == ActorType.STATE][:1]
                if not behind and self._briefed is not None and speakers[0].key in self._turns:
                    behind = [self._briefed]
                return behind or speakers
            return speakers
        if any(c.tag_ == "WP$" for c in head.children):  # "the party, whose deputies voted against"
            above = next((each for each in head.ancestors if each.dep_ == "relcl"), None)
            return self._at(above.head, trigger) if above is not None else []
        owner = next((c for c in head.children if c.dep_ == "poss" and c.lower_ in _OWN), None)
        known = self._referents.get(head.i) if owner is not None else None
        if known is not None and known.sort == "actor" and known.type == ActorType.ORGANIZATION:
            return [known]  # "her party, Homeland"
        body = head.lemma_.lower() in words_of("body") and (head.pos_ == "NOUN" or head.lower_ == "government")
        if body and owner is not None:
            people = self._owning(owner, trigger)
            behind = [r for p in people for r in (self._behind(p) if p.type == ActorType.PERSON else [p])]
            if head.lemma_.lower() in words_of("faction"):  # her coalition is not her state
                behind = [r for r in behind if r.type != ActorType.STATE]
            if behind:
                return behind[:1]
            if head.lemma_.lower() in words_of("faction"):
                led = [p for p in people if p.type == ActorType.PERSON]
                named = head.tag_ == "NN" and head.lemma_.lower() in words_of("following")
                return [self._newcomers.following(head, owner, led[0])] if led and named else []
        named = [r for r in denoted(self._doc, head, joint=False) if r.sort == "actor"]
        if lower == "they" and named and all(r.type == ActorType.STATE for r in named):
            crowd = [r for r in self.speakers(trigger) if r.type == ActorType.GROUP and r.plural]
            named = crowd or named  # "61 percent of them said **they** were against it"
        if named:
            other = self._named_beside(head)
            whole = self._whole_list(named, trigger) if lower == "they" and len(named) > 1 else named
            return [other] if other is not None else whole
        if lower in _PRONOUNS:
            # "said it looked forward to …": the speaker speaks of himself
            told = [r for r in self.speakers(trigger) if (r.type == ActorType.PERSON) == (_PRONOUNS[lower] is not None)]
            return self._whole_list(told, trigger) if lower == "they" and len(told) > 1 else told
        if body and any(c.lower_ == "the" for c in head.children):
            return [referent for person in self.speakers(trigger) for referent in self._behind(person)][:1]
        return []

    def _issuers(self, paper: Token, trigger: Token) -> list[Referent]:
        """Who has issued the paper that a text tells more of: "The council adopted a resolution. It condemns …"."""
        tokens = tokens_of(self._doc)
        lemma = paper.lemma_.lower()
        before = [self._doc[i] for i in tokens.lemma_at.of({lemma}) if i < paper.i]
        for noun in reversed(before):
            verb = noun.head
            if noun.dep_ in {"dobj", "nsubjpass"} and verb.lemma_.lower() in words_of("issuing"):
                heads = agents(verb) if noun.dep_ == "nsubjpass" else subjects(verb)
                found = [r for head in heads for r in self._at(head, trigger)]
                if found:
                    return found
        if lemma != "resolution":
            return []
        bodies = [
            a for a in self._doc._.actors if a.name.split()[-1:] and a.name.split()[-1].lower() in words_of("resolving")
        ]
        return bodies if len(bodies) == 1 else []

    def _owning(self, owner: Token, trigger: Token) -> list[Referent]:
        """Whose government or party "his government" is: the speaker's, if no other person stands in the sentence."""
        people = [r for r in denoted(self._doc, owner, joint=False) if r.sort == "actor"]
        told = self.speakers(trigger)
        first = owner.sent.start
        near = [r for r in people if any(first <= m.head < owner.i for m in r.mentions)]
        if people and not near and len(told) == 1 and told[0].type == ActorType.PERSON:
            return told
        return people or told

    def _whole_list(self, told: list[Referent], trigger: Token) -> list[Referent]:
        """All who are listed as speakers: "Peru, Chile, Bolivia and Brazil said that **they** would leave it"."""
        for above in clause_verb(trigger).ancestors:
            if above.lemma_.lower() in cue_lexicon().plain_sayings:
                found = [
                    referent
                    for head in subjects(above)
                    for referent in denoted(self._doc, head, joint=False)
                    if referent.sort == "actor"
                ]
                return found if all(one in found for one in told) else told
        return told

    def _behind(self, person: Referent) -> list[Referent]:
        """What a person represents or belongs to."""
        keys = (*self._represents.get(person.key, ()), *person.affiliation)
        return [self._by_key[key] for key in keys if key in self._by_key]

    def _named_beside(self, head: Token) -> Referent | None:
        """ "His main rival, Luz Marquina", "his partner, the Alliance": whom a description is in apposition to."""
        referents = self._referents
        unnamed = head.i in referents and referents[head.i].type == ActorType.GROUP and head.pos_ == "NOUN"
        for child in head.children:
            if child.dep_ == "appos" and child.i in referents and referents[child.i].sort == "actor":
                kind = referents[child.i].type
                if kind == ActorType.PERSON or (unnamed and child.pos_ == "PROPN" and kind != ActorType.STATE):
                    return referents[child.i]
        return None


def _is_anybody(head: Token) -> bool:
    """Whether a phrase speaks of people in general: "individuals who obstruct it"; not "some in Lima"."""
    general = head.lemma_.lower() in words_of("anybody") or head.lower_ in words_of("anybody")
    return general and not any(c.dep_ in {"prep", "compound", "amod", "poss", "nummod"} for c in head.children)


def _contrasted(trigger: Token, statement: Statement) -> bool:
    """Whether the clause of a stance only stands beside what is said: "confessed to doubts, whereas Peru is for it"."""
    cue = max((span.start for span in statement.cue_spans), default=-1)
    if cue > trigger.idx and _before_quotation(trigger, cue):
        return True
    place = clause_verb(trigger)
    marks = [c for c in place.children if c.dep_ in {"mark", "advmod"} and c.lower_ in _CONTRASTS]
    return any(cue < mark.idx < trigger.idx and mark.i and mark.nbor(-1).text == "," for mark in marks)


def _before_quotation(trigger: Token, cue: int) -> bool:
    """Whether a word stands in a sentence of its own before a quotation: "Peru is against it: “No,” said its envoy"."""
    doc = trigger.doc
    layout: Layout | None = doc._.layout
    if layout is None or layout.region_of[trigger.i] >= 0:
        return False
    parted = False
    for token in doc[trigger.i + 1 :]:
        if token.idx >= cue:
            return False
        if layout.region_of[token.i] >= 0:
            return parted
        parted = parted or token.text in {".", ":", "?", "!"}
    return False
