"""What a stance is about: a treaty first, then an event, then an actor."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.clause import is_denied
from kgbuild.extraction.positions.events import EventIndex
from kgbuild.extraction.positions.issues import Issues, is_described, is_measure
from kgbuild.extraction.positions.lexicon import StanceCue, opposite, stance_cues, times, words_of
from kgbuild.extraction.positions.matching import words_at
from kgbuild.extraction.positions.slots import targets
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clauses import subjects
from kgbuild.facts import Polarity

_PRONOUNS = frozenset({"it", "its", "this", "that", "itself"})
_PLURALS = frozenset({"them", "these", "those"})
_STAGES = {"ratification": "Ratified", "signing": "Signed", "signature": "Signed", "accession": "InForce"}
_OPEN = frozenset({"Proposed", "UnderNegotiation", "Agreed"})
#: how many sentences back "the idea" may look for a treaty that is still one
_FAR = 8
#: and how far the target of the stance before may be for what leaves its own out
_NEAR = 1
#: and the motion that people vote on
_MOTION = 4
_DEPTH = 3
#: mentions that make a treaty the one an article is about
_MAIN = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that a stance is about.

    Attributes:
        referent: the treaty, event or actor.
        polarity: Supports if the words stand for the thing itself, Opposes if for its end ("the end of the truce").
        head: where the words are; None where only the topic tells.
        restricted: only such as are further described: "any treaty that ties our hands".
    """

    referent: Referent
    polarity: Polarity
    head: Token | None
    restricted: bool = False


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
        self._sentence = tokens_of(doc).sentence
        self._events = EventIndex(doc)
        self.issues = Issues(doc)
        self._trigger: Token | None = None
        self._last: tuple[int, Target] | None = None  # the last stance, and at which token
        self._mentions: list[tuple[int, int, Referent]] = sorted(
            ((mention.start, mention.end, treaty) for treaty in doc._.treaties for mention in treaty.mentions),
            key=lambda item: item[:2],
        )

    @property
    def found(self) -> bool:
        """Whether the document has any treaty."""
        return bool(self._mentions)

    def of_cue(self, cue: StanceCue, token: Token, words: tuple[int, ...] = ()) -> list[Target]:
        """What a word of stance is about, from the first of its slots that is filled.

        Args:
            cue: the stance.
            token: the word that shows it.
            words: indices of the words of a phrase.
        """
        self._trigger = token
        if cue.pos == "noun" and token.dep_ == "dobj" and token.head.lemma_.lower() in words_of("receive"):
            # "the treaty drew criticism from Peru"
            received = [target for head in subjects(token.head) for target in self.resolve(head, cue)]
            if received and received[0].referent.sort == "treaty":
                return received
        filled = False
        for slot in cue.targets:
            if slot in {"topic", "motion"} and filled:
                return []  # the words say what it is about, and it is nothing that we know
            if slot == "motion":
                motion = self.motion(token)
                if motion is not None:
                    return [Target(motion, Polarity.SUPPORTS, None)]
                continue
            if slot == "vote":
                vote = self._events.vote_near(token)
                if vote is not None:
                    return [Target(vote, Polarity.SUPPORTS, None)]
                continue
            if slot == "echo":
                # nothing is the contrary of having no stance
                neutral = {Polarity.NEUTRAL} if cue.polarity == Polarity.OPPOSES else set()
                return [target for target in self.echoed(token.i) if target.polarity not in neutral]
            if slot == "topic":  # a phrase such as "make up its mind" has its object in itself
                if cue.pos == "verb" and not cue.parts and any(c.dep_ in {"dobj", "nsubjpass"} for c in token.children):
                    return []
                # "would not sign": some sentences further
                topic = self.topic(token.i, idea="future" in cue.when)
                if "future" not in cue.when:
                    topic = self._newer(token, topic)
                if topic is None and "main" in cue.when:
                    topic = self._main(token.i)
                return [Target(topic, Polarity.SUPPORTS, None)] if topic else []
            found: list[Target] = []
            heads = targets(cue, token, slot, words)
            filled = filled or bool(heads)
            for head in heads:
                if slot == "clause":
                    found += self._in_clause(head, cue, 0)
                elif slot == "content":
                    found += self._in_content(head)
                else:
                    found += self.resolve(head, cue)
            if found:
                return found
        return []

    def topic(self, before: int, sentences: int = 2, stage: str = "", *, idea: bool = False) -> Referent | None:
        """The treaty last spoken of before a token, or in its own sentence.

        Args:
            before: index of a token.
            sentences: how many sentences back it may be.
            stage: prefer the only treaty at this stage.
            idea: only one that is not signed yet; it may be further back.
        """
        here = self._sentence[before]
        treaties: list[Referent] = self._doc._.treaties
        if stage:
            staged = [t for t in treaties if t.detail.status == stage]
            if len(staged) == 1:
                return staged[0]
        reach = _FAR if idea else sentences
        for start, _, treaty in reversed(self._mentions):
            if start >= before or (idea and treaty.detail.status not in _OPEN):
                continue
            if here - self._sentence[start] > reach:
                break
            return treaty
        return next((t for start, _, t in self._mentions if self._sentence[start] == here), None)

    def measure(self, noun: Token) -> Referent:
        """The measure that a noun names, the one spoken of before if it is definite."""
        return self.issues.at(noun)

    def motion(self, token: Token) -> Referent | None:
        """What is voted on where the words leave it out: the resolution, motion or bill last spoken of."""
        first = self._doc[token.i].sent.start
        for _ in range(_MOTION):
            if first > 0:
                first = self._doc[first - 1].sent.start
        lemmas = tokens_of(self._doc).lemma
        for i in range(token.i - 1, first - 1, -1):
            if lemmas[i] not in words_of("motion") or self._doc[i].pos_ != "NOUN":
                continue
            own = self._referents.get(i)
            if any(i < start < token.i for start, _, _ in self._mentions):
                return None
            if own is None or own.sort == "issue":
                return self.issues.at(self._doc[i])
            return own if own.sort == "treaty" else None
        return None

    def _main(self, before: int) -> Referent | None:
        """The treaty that an article is mostly about, if it has been spoken of: "Chile is on side", late in it."""
        counts = sorted(((len(t.mentions), -i, t) for i, t in enumerate(self._doc._.treaties)), key=lambda c: c[:2])
        if not counts or counts[-1][0] < _MAIN or (len(counts) > 1 and counts[-2][0] * 2 > counts[-1][0]):
            return None
        main = counts[-1][2]
        return main if any(mention.start < before for mention in main.mentions) else None

    def resolve(self, token: Token, cue: StanceCue, depth: int = 0, *, known: bool = False) -> list[Target]:
        """What a noun phrase stands for as the target of a stance; empty if for nothing that can be one.

        Args:
            token: head of the phrase.
            cue: the stance.
            depth: how deep it stands in others.
            known: only treaties, events and actors.
        """
        if token.pos_ in {"VERB", "AUX"} and depth <= _DEPTH:  # "in favour of signing the treaty"
            return self._in_clause(token, cue, depth)
        own = self._referents.get(token.i)
        if own is not None and own.sort == "treaty" and token.lemma_.lower() in words_of("idea"):
            # "the proposal by Chile for a levy", and after that "the proposal"
            other = self.issues.known(token) if not _complements(token) else None
            if other is None and any(c.lower_ == "by" and c.i > token.i for c in token.children):
                other = self.issues.of(token, cue, own=False)
            if other is not None:
                return [Target(other, Polarity.SUPPORTS, token)]
        if own is not None and own.sort == "treaty":
            return [Target(own, Polarity.SUPPORTS, token, _is_restricted(token))]
        lower = token.lower_
        if lower in _PRONOUNS and (own is None or own.sort != "actor" or "any" not in cue.when):
            topic = self._just_now(token)
            return [Target(topic, Polarity.SUPPORTS, token)] if topic else []
        if lower in _PLURALS and (own is None or own.sort != "treaty"):
            last = self._last  # "the sanctions … would support them only if"
            near = last is not None and self._sentence[token.i] - self._sentence[last[0]] <= 1
            if last is not None and near and last[1].referent.sort != "treaty":
                return [Target(last[1].referent, Polarity.SUPPORTS, token)]
            return []
        lemma = token.lemma_.lower()
        is_idea = lemma in words_of("idea")
        if "event" not in cue.when and (lemma in words_of("plus") or lemma in words_of("minus")):
            sign = Polarity.OPPOSES if lemma in words_of("minus") else Polarity.SUPPORTS
            inside = self._inside(token)
            known_issue = self.issues.known(token) if inside is None and not _complements(token) else None
            if known_issue is not None:  # "the proposal": the one for a levy, told before
                return [Target(known_issue, Polarity.SUPPORTS, token)]
            last = self._last
            if inside is None and is_idea and last is not None and last[1].referent.sort in {"event", "issue"}:
                # "the idea" right after a proposal is that proposal
                near = self._sentence[token.i] - self._sentence[last[0]] <= 1 and not _complements(token)
                inside = last[1].referent if near else None
            if inside is None and lemma in _STAGES:
                inside = self.topic(token.i, 2, _STAGES[lemma]) or self._main(token.i)
            if inside is not None:
                return [Target(inside, sign, token, _is_restricted(token))]
            for head in _complements(token) if depth < _DEPTH else ():
                found = self.resolve(head, cue, depth + 1, known=sign == Polarity.SUPPORTS and not is_idea)
                if found:
                    return [Target(t.referent, times(t.polarity, sign), t.head, t.restricted) for t in found]
            if is_idea and _complements(token):  # "the proposal for a levy" is none for a treaty
                issue = self.issues.of(token, cue)
                return [Target(issue, Polarity.SUPPORTS, token)] if issue is not None else []
        part = self._by_part_of_name(token)
        if part is not None and "event" not in cue.when:
            return [Target(part, Polarity.SUPPORTS, token)]
        event = self._events.at(token, self._trigger) if self._trigger is not None else None
        if event is not None and event.sort == "event" and self._events.is_step(event):
            treaty = self.topic(token.i, 2)
            if treaty is not None:
                return [Target(treaty, Polarity.SUPPORTS, token)]
        doubtful = {"weak", "future"} & cue.when and not is_measure(token)
        if event is not None and not (doubtful and event.sort == "event"):
            worded = known or token.lower_ in event.name.lower().split()
            issue = None if worded else self.issues.of(token, cue)
            return [Target(issue or event, Polarity.SUPPORTS, token)]
        if lemma in words_of("topic") and "event" not in cue.when:
            sign = Polarity.OPPOSES if lemma in words_of("minus") else Polarity.SUPPORTS
            issue = None if known or not is_described(token) else self.issues.of(token, cue)
            definite = any(child.lower_ in {"the", "this", "that", "such"} for child in token.children)
            topic = issue or self.topic(token.i, 2, idea=is_idea) or (self._main(token.i) if definite else None)
            if topic is not None:
                return [Target(topic, Polarity.SUPPORTS if issue else sign, token)]
        if own is not None and own.sort == "actor" and "any" in cue.when and token.pos_ == "PROPN":
            return [Target(own, Polarity.SUPPORTS, token)]
        issue = None if known else self.issues.of(token, cue)
        return [Target(issue, Polarity.SUPPORTS, token)] if issue is not None else []

    def remember(self, target: Target, polarity: Polarity, at: int) -> None:
        """Keeps the last stance: "it" in the next sentence may be its target, and others may "follow suit"."""
        spoken = at if target.head is None else max(at, target.head.i)
        self._last = (spoken, Target(target.referent, polarity, None))

    def echoed(self, at: int) -> list[Target]:
        """What the last stance was about, with its polarity, if it was told just before a token: "so did Peru"."""
        if self._last is None or self._sentence[at] - self._sentence[self._last[0]] > 1:
            return []
        return [self._last[1]]

    def _newer(self, token: Token, topic: Referent | None) -> Referent | None:
        """The target of the stance told right before, if no treaty has been spoken of since; else the treaty."""
        last = self._last
        if last is None or last[1].referent.sort != "issue" or self._sentence[token.i] - self._sentence[last[0]] > _NEAR:
            return topic
        return topic if topic is not None and self._named(topic, token.i) > last[0] else last[1].referent

    def _named(self, treaty: Referent, before: int) -> int:
        """Where a treaty is last named before a token; -1 if it is not."""
        return max((start for start, _, each in self._mentions if each is treaty and start < before), default=-1)

    def spoken_of(self, token: Token) -> Referent | None:
        """The measure that the sentence before is about, its subject: "The embargo was renewed. Peru wants it lifted"."""
        start = token.sent.start
        if not start or self._sentence[token.i] == self._sentence[start - 1]:
            return None
        before = self._doc[start - 1].sent
        if any(before.start <= first < token.i for first, _, _ in self._mentions):
            return None
        for child in before.root.children:
            if child.dep_ in {"nsubj", "nsubjpass"} and is_measure(child) and child.i not in self._referents:
                return self.issues.at(child)
        return None

    def _just_now(self, token: Token) -> Referent | None:
        """What "it" stands for: the treaty just spoken of, or the target of the last stance."""
        measure = self.spoken_of(token)
        if measure is not None:
            return measure
        topic = self.topic(token.i, 1)
        last = self._last
        if last is None or self._sentence[token.i] - self._sentence[last[0]] > (1 if topic else 2):
            return topic
        if topic is None or (last[1].referent.sort == "issue" and last[0] > self._named(topic, token.i)):
            return last[1].referent
        return topic

    def _by_part_of_name(self, token: Token) -> Referent | None:
        """ "The fund" for the Climate Fund Agreement: a word of the name of the treaty last spoken of."""
        if token.pos_ != "NOUN" or not any(child.lower_ in {"the", "this", "that"} for child in token.children):
            return None
        topic = self.topic(token.i, _FAR)
        words = {word.lower() for word in topic.name.split()[:-1]} if topic is not None and " " in topic.name else set()
        return topic if token.lower_ in words and topic is not None and topic.name[0].isupper() else None

    def _inside(self, noun: Token) -> Referent | None:
        """The treaty within a noun's own phrase: "the signing of the treaty", "the treaty's terms"."""
        for token in noun.subtree:
            if token.i == noun.i or abs(token.i - noun.i) > 12:
                continue
            referent = self._referents.get(token.i)
            if referent is not None and referent.sort == "treaty" and not _in_other_clause(token, noun):
                return referent
        following = noun.i + 1  # where the parser hung the phrase elsewhere: "an end | to the truce"
        if following + 1 < len(self._doc) and self._doc[following].lower_ in {"of", "to", "from", "on", "for"}:
            for start, end, treaty in self._mentions:
                if start == following + 1 and end > start:
                    return treaty
        return None

    def _in_clause(self, verb: Token, cue: StanceCue, depth: int) -> list[Target]:
        """What "to sign the treaty", "forming a pact", "that Peru reject it" wants done to what."""
        if depth > _DEPTH:
            return []
        if "control" in cue.when and any(_is_another(c) for c in verb.children):
            return []
        for inner in self._cues.get(verb.lemma_.lower(), ()):
            words = words_at(inner, verb) if inner.pos == "verb" else ()
            if not words:
                continue
            asked = inner if "future" in inner.when else cue
            for slot in inner.targets:
                found: list[Target] = []
                if slot == "topic":
                    topic = self.topic(verb.i)
                    found = [Target(topic, Polarity.SUPPORTS, None)] if topic else []
                for head in targets(inner, verb, slot, words):
                    read = self._in_clause if slot == "clause" else self.resolve
                    found += read(head, asked, depth + 1)
                if found:
                    sign = opposite(inner.polarity) if is_denied(verb) else inner.polarity
                    return [Target(t.referent, times(t.polarity, sign), t.head, t.restricted) for t in found]
        for child in verb.children:  # "threatened to go to court to stop it"
            purpose = child.dep_ in {"advcl", "xcomp"} and child.tag_ == "VB" and child.i > verb.i
            if purpose and any(c.dep_ == "aux" and c.lower_ == "to" for c in child.children):
                found = self._in_clause(child, cue, depth + 1)
                if found and not is_denied(verb):
                    return found
        for child in verb.children:  # "wants the treaty in force", "is ready to move on the pact"
            if child.dep_ in {"dobj", "nsubj"} and verb.lemma_.lower() in {"be", "see", "make", "get", "bring", "go"}:
                found = self.resolve(child, cue, depth + 1)
                if found and not is_denied(verb):
                    return found
        return []

    def _in_content(self, verb: Token) -> list[Target]:
        """The treaty that a that-clause is about: "warned that the pact would …"."""
        for child in verb.children:
            if child.dep_ in {"nsubj", "nsubjpass", "dobj"}:
                own = self._referents.get(child.i)
                if own is not None and own.sort == "treaty":
                    return [Target(own, Polarity.SUPPORTS, child)]
                if child.lower_ == "it" and own is None:
                    topic = self.topic(child.i, 1)
                    if topic:
                        return [Target(topic, Polarity.SUPPORTS, child)]
        return []


def _is_another(subject: Token) -> bool:
    """Whether a clause's subject is somebody else than who promises it; "his government would scrap it" is his own."""
    if subject.dep_ not in {"nsubj", "nsubjpass"}:
        return False
    own = subject.lemma_.lower() in words_of("body") and any(
        c.dep_ == "poss" or (c.dep_ == "acl" and any(t.lower_ in {"him", "her", "them"} for t in c.subtree))
        for c in subject.children
    )
    return not own


def _complements(noun: Token) -> list[Token]:
    """What stands behind "of", "to", "from", "on" at a noun."""
    return [
        each
        for child in noun.children
        if child.dep_ == "prep" and child.lower_ in {"of", "to", "from", "on", "for"}
        for each in child.children
        if each.dep_ in {"pobj", "pcomp"}
    ]


def _is_restricted(token: Token) -> bool:
    """Whether a phrase speaks only of such treaties as a clause describes: "any text that gave up land"."""
    determiner = next((c.lower_ for c in token.children if c.dep_ == "det"), "")
    if determiner not in {"any", "a", "an", "no"}:
        return False
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in {"without", "lacking"}:
            return True  # "any deal without a quota on poultry"
        if child.dep_ == "relcl" and child.i > token.i:
            return bool(token.doc[token.i + 1].lower_ in {"that", "which"})
    return False


def _in_other_clause(token: Token, noun: Token) -> bool:
    for above in token.ancestors:
        if above.i == noun.i:
            return False
        open_clause = any(c.dep_ == "aux" and c.lower_ == "to" for c in above.children)  # "a bill to ratify it"
        if above.pos_ in {"VERB", "AUX"} and above.dep_ in {"relcl", "advcl", "ccomp"} and not open_clause:
            return True
    return True
