"""What a stance is about: a treaty first, then an event, then an actor."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.anaphora import Anaphora
from kgbuild.extraction.positions.clause import is_denied
from kgbuild.extraction.positions.complements import complements, in_other_clause, is_another
from kgbuild.extraction.positions.events import EventIndex
from kgbuild.extraction.positions.indefinite import is_restricted, stands_for_topic
from kgbuild.extraction.positions.issues import Issues, is_described, is_measure
from kgbuild.extraction.positions.lexicon import StanceCue, opposite, stance_cues, times, words_of
from kgbuild.extraction.positions.matching import CueMatcher
from kgbuild.extraction.positions.slots import targets
from kgbuild.extraction.positions.stance import Target
from kgbuild.extraction.positions.topics import Topics
from kgbuild.extraction.treaties.clauses import subjects
from kgbuild.facts import ActorType, Polarity

_INTO = frozenset({"into", "with", "for", "under", "against"})
_STAGES = {"ratification": "Ratified", "signing": "Signed", "signature": "Signed", "accession": "InForce"}
_DEPTH = 3
#: what makes a small clause of what somebody wants to see: "wants to see it signed"
_COMPLETING = frozenset({"acl", "ccomp", "oprd", "acomp", "xcomp", "prep", "advmod"})
#: sentences; how far back what "has yet to show its hand" leaves out may be
_FURTHER = 4


class Targets:
    """Finds targets in one document.

    Args:
        doc: with treaties, and where there are any, events and actors.
        stances: the user's own tables of stances.
    """

    def __init__(self, doc: Doc, stances: tuple[str, ...] = ()) -> None:
        self._doc = doc
        self._cues = stance_cues(stances)
        self._referents: dict[int, Referent] = doc._.referents
        self._events = EventIndex(doc)
        self.issues = Issues(doc)
        self.topics = Topics(doc, self.issues)
        self._anaphora = Anaphora(doc, self.topics)
        self._matcher = CueMatcher(doc)
        self._trigger: Token | None = None

    @property
    def found(self) -> bool:
        """Whether the document has any treaty."""
        return bool(self.topics.mentions)

    def of_cue(self, cue: StanceCue, token: Token, words: tuple[int, ...] = ()) -> list[Target]:
        """What a word of stance is about, from the first of its slots that is filled.

        Args:
            cue: the stance.
            token: the word that shows it.
            words: indices of the words of a phrase.
        """
        self._trigger = token
        if cue.pos in {"noun", "person"} and token.dep_ in {"dobj", "pobj"}:
            # "the treaty drew criticism from Peru", "ran into resistance from Peru"
            drawing = token.head.head if token.dep_ == "pobj" and token.head.lower_ in _INTO else token.head
            if drawing.lemma_.lower() in words_of("receive"):
                things = [head for head in subjects(drawing) if not self._is_actor(head)]
                received = [target for head in things for target in self.resolve(head, cue)]
                if received and received[0].referent.sort == "treaty":
                    return received
        filled = False
        for slot in cue.targets:
            if slot in {"topic", "motion"} and filled:
                return []  # the words say what it is about, and it is nothing that we know
            if slot == "motion":
                motion = self.topics.motion(token)
                if motion is not None:
                    return [Target(motion, Polarity.SUPPORTS, None)]
                continue
            if slot == "vote":
                vote = self._events.vote_near(token)
                if vote is not None:
                    return [Target(vote, Polarity.SUPPORTS, None)]
                continue
            if slot == "echo":
                told = self.topics.last_told(token.i)
                contrary = cue.polarity == Polarity.OPPOSES
                if told is None or (contrary and told.polarity == Polarity.NEUTRAL):
                    return []  # nothing is the contrary of having no stance
                return [Target(told.target, told.polarity, None)]
            if slot == "topic":  # a phrase such as "make up its mind" has its object in itself
                if words and self._doc[words[-1]].pos_ == "NOUN" and self._next(words[-1]) == "of":
                    return []  # "in favour of a softer line"
                if cue.pos == "verb" and not cue.parts and any(c.dep_ in {"dobj", "nsubjpass"} for c in token.children):
                    return []
                # "would not sign": some sentences further
                topic = self.topics.topic(token.i, idea="future" in cue.when)
                if "future" in cue.when and topic is None:
                    topic = self.topics.main(token.i)
                else:
                    topic = self.topics.newer(token, topic)
                if topic is None and "main" in cue.when:
                    topic = self.topics.main(token.i) or self.topics.topic(token.i, _FURTHER)
                return [Target(topic, Polarity.SUPPORTS, None)] if topic else []
            found: list[Target] = []
            heads = targets(cue, token, slot, words)
            filled = filled or bool(heads)
            for head in heads:
                if slot == "clause":
                    found += self._in_clause(head, cue, 0)
                    if not found and "control" in cue.when and cue.lemma in words_of("menace"):
                        found += self._averted(head, cue)
                elif slot == "content":
                    found += self._in_content(head)
                else:
                    found += self.resolve(head, cue)
            if found:
                return found
        return []

    def resolve(self, token: Token, cue: StanceCue, depth: int = 0, *, known: bool = False) -> list[Target]:
        """What a noun phrase stands for as the target of a stance; empty if for nothing that can be one.

        Args:
            token: head of the phrase.
            cue: the stance.
            depth: how deep it stands in others.
            known: only treaties, events and actors.
        """
        if token.pos_ in {"VERB", "AUX"} and depth <= _DEPTH:  # "in favour of signing the treaty"
            return self._in_clause(token, cue, depth) or self._done(token, cue)
        own = self._referents.get(token.i)
        if own is not None and own.sort == "actor":
            token = self._whole(token)
            own = self._referents.get(token.i)
        if own is not None and own.sort == "treaty":
            return self._treaty(token, own, cue)
        if own is None and stands_for_topic(token):
            topic = self.topics.topic(token.i, 3) or self.topics.main(token.i)
            if topic is not None:
                return [Target(topic, Polarity.SUPPORTS, token, restricted=True)]
        lower = token.lower_
        if lower in words_of("paper") and depth < _DEPTH:
            stated = self._stated_in(token, cue, depth)
            if stated:
                return stated
        spoken = self._anaphora.of(token)
        if spoken is not None:
            return spoken
        if lower in words_of("amount"):  # "against every one of these measures"
            inner = [each for c in token.children if c.lower_ == "of" for each in c.children if each.dep_ == "pobj"]
            if inner and depth < _DEPTH:
                return self.resolve(inner[0], cue, depth + 1, known=known)
        lemma = token.lemma_.lower()
        is_idea = lemma in words_of("idea")
        if "event" not in cue.when and (lemma in words_of("plus") or lemma in words_of("minus")):
            through = self._through(token, cue, depth)
            if through is not None:
                return through
        part = self.topics.by_part_of_name(token)
        if part is not None and "event" not in cue.when:
            return [Target(part, Polarity.SUPPORTS, token)]
        event = self._events.at(token, self._trigger) if self._trigger is not None else None
        if event is not None and event.sort == "event" and self._events.is_step(event):
            treaty = self.topics.topic(token.i, 2)
            if treaty is not None:
                return [Target(treaty, Polarity.SUPPORTS, token)]
        doubtful = {"weak", "future"} & cue.when and not is_measure(token) and lemma not in words_of("deed")
        if event is not None and not (doubtful and event.sort == "event"):
            worded = known or token.lower_ in event.name.lower().split()
            issue = None if worded else self.issues.of(token, cue)
            return [Target(issue or event, Polarity.SUPPORTS, token)]
        if lemma in words_of("topic") and "event" not in cue.when:
            sign = Polarity.OPPOSES if lemma in words_of("minus") else Polarity.SUPPORTS
            issue = None if known or not is_described(token) else self.issues.of(token, cue)
            definite = any(child.lower_ in {"the", "this", "that", "such"} for child in token.children)
            if issue is None and is_restricted(token):
                return []  # "any step that might endanger shipping"
            topic = issue or self.topics.topic(token.i, 2, idea=is_idea)
            bare = lemma in words_of("plus") and not is_idea  # "threw its weight behind a rollover"
            if topic is None and (definite or bare) and self.issues.known(token) is None:
                topic = self.topics.main(token.i) or (self.topics.topic(token.i, idea=True) if definite else None)
            if topic is not None:
                return [Target(topic, Polarity.SUPPORTS if issue else sign, token)]
        if own is not None and own.sort == "actor" and "any" in cue.when and _can_be_target(own, token, cue):
            return [Target(own, Polarity.SUPPORTS, token)]
        issue = None if known else self.issues.of(token, cue)
        return [Target(issue, Polarity.SUPPORTS, token)] if issue is not None else []

    def deed_or_issue(self, noun: Token, judging: Token) -> Referent:
        """The event that a noun denotes ("the strike was barbaric"), or the issue that it describes.

        Args:
            noun: head of a noun phrase.
            judging: the word that judges it.
        """
        return self._events.at(noun, judging) or self.issues.at(noun)

    def _is_actor(self, head: Token) -> bool:
        own = self._referents.get(head.i)
        return own is not None and own.sort == "actor"

    def _next(self, i: int) -> str:
        return self._doc[i + 1].lower_ if i + 1 < len(self._doc) else ""

    def _whole(self, party: Token) -> Token:
        """The treaty of whose name a party is part, where a relative clause was hung on the party."""
        if not any(child.dep_ == "relcl" for child in party.children):
            return party
        place = party
        while place.dep_ == "conj" and place.head.i < place.i:
            place = place.head
        above = place.head.head if place.dep_ == "pobj" else place
        referent = self._referents.get(above.i)
        return above if referent is not None and referent.sort == "treaty" else party

    def _through(self, token: Token, cue: StanceCue, depth: int) -> list[Target] | None:
        """What a noun such as "ratification", "withdrawal", "the idea" stands for; None if it does not tell."""
        lemma = token.lemma_.lower()
        is_idea = lemma in words_of("idea")
        sign = Polarity.OPPOSES if lemma in words_of("minus") else Polarity.SUPPORTS
        inside = self._inside(token)
        described = complements(token)
        if inside is None and not described:
            known = self.issues.known(token)
            if known is not None:  # "the proposal": the one for a levy, told before
                return [Target(known, Polarity.SUPPORTS, token)]
            told = self.topics.last_told(token.i) if is_idea else None
            if told is not None and told.target.sort in {"event", "issue"}:
                inside = told.target  # "the idea" right after a proposal is that proposal
        if inside is None and lemma in _STAGES:
            inside = self.topics.topic(token.i, 2, _STAGES[lemma]) or self.topics.main(token.i)
        if inside is not None:
            return [Target(inside, sign, token, is_restricted(token))]
        for head in described if depth < _DEPTH else ():
            found = self.resolve(head, cue, depth + 1, known=sign == Polarity.SUPPORTS and not is_idea)
            if found:
                return [Target(t.referent, times(t.polarity, sign), t.head, t.restricted) for t in found]
        if is_idea and described:  # "the proposal for a levy" is none for a treaty
            issue = self.issues.of(token, cue)
            return [Target(issue, Polarity.SUPPORTS, token)] if issue is not None else []
        return None

    def _done(self, verb: Token, cue: StanceCue) -> list[Target]:
        """The deed that somebody is criticised for: "criticised Japan for **seizing the ship**"."""
        blamed = cue.polarity == Polarity.OPPOSES and "for" in cue.targets
        if not blamed or verb.dep_ != "pcomp" or verb.head.lower_ != "for":
            return []
        event = self._events.of_verb(verb)
        if event is not None:
            return [Target(event, Polarity.SUPPORTS, verb)]
        things = [c for c in verb.children if c.dep_ == "dobj" and (is_measure(c) or c.lemma_ in words_of("deed"))]
        return [target for thing in things for target in self.resolve(thing, cue, 1)]

    def _treaty(self, token: Token, own: Referent, cue: StanceCue) -> list[Target]:
        """What a word that stands for a treaty is about: as a rule that treaty."""
        if token.lemma_.lower() in words_of("idea"):
            # "the proposal by Chile for a levy", and after that "the proposal"
            other = self.issues.known(token) if not complements(token) else None
            if other is None and any(c.lower_ == "by" and c.i > token.i for c in token.children):
                other = self.issues.of(token, cue, own=False)
            if other is not None:
                return [Target(other, Polarity.SUPPORTS, token)]
        done = cue.lemma in words_of("finish") and token.lemma_.lower() in words_of("topic")
        open_one = self.topics.topic(token.i, idea=True) if done else None  # one completes what is not complete
        return [Target(open_one or own, Polarity.SUPPORTS, token, is_restricted(token))]

    def _stated_in(self, paper: Token, cue: StanceCue, depth: int) -> list[Target]:
        """The treaty that a resolution takes a stance on: "voted for a motion **against** it", "**opposing** it"."""
        found: list[Target] = []
        for child in paper.children:
            if child.i < paper.i or found:
                continue
            if child.dep_ in {"acl", "relcl"} and child.pos_ == "VERB":
                found = self._in_clause(child, cue, depth + 1)
            elif child.lower_ == "against":
                things = [t for c in child.children if c.dep_ == "pobj" for t in self.resolve(c, cue, depth + 1)]
                found = [Target(t.referent, opposite(t.polarity), t.head, t.restricted) for t in things]
        return [target for target in found if target.referent.sort == "treaty"]

    def _inside(self, noun: Token) -> Referent | None:
        """The treaty within a noun's own phrase: "the signing of the treaty", "the treaty's terms"."""
        for token in noun.subtree:
            if token.i == noun.i or abs(token.i - noun.i) > 12:
                continue
            referent = self._referents.get(token.i)
            if referent is not None and referent.sort == "treaty" and not in_other_clause(token, noun):
                return referent
        following = noun.i + 1  # where the parser hung the phrase elsewhere: "an end | to the truce"
        if following + 1 < len(self._doc) and self._doc[following].lower_ in {"of", "to", "from", "on", "for"}:
            for start, end, treaty in self.topics.mentions:
                if start == following + 1 and end > start:
                    return treaty
        return None

    def _in_clause(self, verb: Token, cue: StanceCue, depth: int) -> list[Target]:
        """What "to sign the treaty", "forming a pact", "that Peru reject it" wants done to what."""
        if depth > _DEPTH:
            return []
        if "control" in cue.when and any(is_another(c) for c in verb.children):
            return []
        for inner in self._cues.get(verb.lemma_.lower(), ()):
            words = self._matcher.words_at(inner, verb.i) if inner.pos == "verb" else ()
            if not words:
                continue
            asked = inner if "future" in inner.when else cue
            for slot in inner.targets:
                found: list[Target] = []
                if slot == "topic":
                    topic = self.topics.topic(verb.i)
                    found = [Target(topic, Polarity.SUPPORTS, None)] if topic else []
                for head in targets(inner, verb, slot, words):
                    read = self._in_clause if slot == "clause" else self.resolve
                    found += read(head, asked, depth + 1)
                if found:
                    sign = opposite(inner.polarity) if is_denied(verb) else inner.polarity
                    return [Target(t.referent, times(t.polarity, sign), t.head, t.restricted) for t in found]
        lemma = verb.lemma_.lower()
        inner_verbs: list[Token] = []
        if verb.lemma_ in {"have", "get", "see"}:  # "went to court to have it annulled"
            inner_verbs += [child for child in verb.children if child.dep_ == "ccomp" and child.tag_ == "VBN"]
        inner_verbs += _purposes(verb)
        for child in inner_verbs:
            found = self._in_clause(child, cue, depth + 1)
            if found and not is_denied(verb):
                return found
        # "wants the treaty in force", "is ready to move on the pact"
        for child in verb.children if lemma in words_of("furthering") else ():
            looks = lemma == "see" and not any(
                c.dep_ in _COMPLETING and c.i > child.i for c in (*verb.children, *child.children)
            )  # "asked to see the text"
            if child.dep_ in {"dobj", "nsubj"} and not looks:
                found = self.resolve(child, cue, depth + 1)
                if found and not is_denied(verb):
                    return found
        return []

    def _averted(self, verb: Token, cue: StanceCue) -> list[Target]:
        """What a threat is to prevent: "threatened to resign if the treaty is signed" is against signing it."""
        for child in verb.children:
            if child.dep_ != "advcl" or not any(c.dep_ == "mark" and c.lower_ == "if" for c in child.children):
                continue
            deed = next((inner for inner in self._cues.get(child.lemma_.lower(), ()) if "future" in inner.when), None)
            heads = [c for c in child.children if c.dep_ in {"nsubjpass", "dobj"}]
            if deed is None or not heads:
                continue
            found = self.resolve(heads[0], cue, 1, known=True)
            sign = deed.polarity if is_denied(child) else opposite(deed.polarity)
            treaties = [t for t in found if t.referent.sort == "treaty"]
            return [Target(t.referent, times(t.polarity, sign), t.head, averted=True) for t in treaties]
        return []

    def _in_content(self, verb: Token) -> list[Target]:
        """The treaty that a that-clause is about: "warned that the pact would …"."""
        cues, words_at = self._cues.get(verb.lemma_.lower(), ()), self._matcher.words_at
        deeds = [cue for cue in cues if cue.pos == "verb" and words_at(cue, verb.i)]
        for child in verb.children:
            if child.dep_ == "dobj" and deeds:
                continue  # "warned that it would tear up the treaty if …": that is another stance, told by the verb
            if child.dep_ in {"nsubj", "nsubjpass", "dobj"}:
                own = self._referents.get(child.i)
                if own is not None and own.sort == "treaty":
                    return [Target(own, Polarity.SUPPORTS, child)]
                if child.lower_ == "it" and own is None:
                    topic = self.topics.topic(child.i, 1)
                    if topic:
                        return [Target(topic, Polarity.SUPPORTS, child)]
        return []


def _purposes(verb: Token) -> list[Token]:
    """What is done with a deed in view: "threatened to go to court **to stop** it"."""
    doc, at = verb.doc, verb.i
    annotation = annotation_of(doc)
    dep, tag = annotation.dep, annotation.tag
    found = [c for c in annotation.children[at] if c > at and tag[c] == "VB" and dep[c] in {"advcl", "xcomp"}]
    return [doc[i] for i in found if any(c.dep_ == "aux" and c.lower_ == "to" for c in doc[i].children)]


def _can_be_target(own: Referent, token: Token, cue: StanceCue) -> bool:
    """Whether a stance can be about an actor itself; one joins or leaves a union, and recognises a state."""
    if "future" in cue.when or "deed" in cue.when:
        recognised = cue.lemma.startswith("recogni")
        joined = own.type == ActorType.STATE if recognised else own.type == ActorType.INTERNATIONAL_ORGANIZATION
        return joined and token.pos_ in {"PROPN", "NOUN"}
    return bool(token.pos_ == "PROPN")
