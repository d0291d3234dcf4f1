"""The day of deeds that an article tells in sequence without repeating it.

"On Monday students blocked the road. Police **detained** 23 of them": a simple past goes on with the day of the
sentence before. A speech deed ("she **accused** Peru of …") is of the day that the report is about, the one its lead
names. The entries of a live blog, which begin with the time of the clock, are of the day of publication.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from spacy.tokens import Doc

from kgbuild.extraction.events.lexicon import SPEECH_DEEDS, words
from kgbuild.extraction.events.mention import Candidate
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.tokens import Tokens
from kgbuild.facts import PartialDate, Realis, Statement, TimeSpan

_CLOCK = re.compile(r"\s*\d{1,2}[:.]\d{2}(\s*[ap]\.?m\.?)?\b", re.IGNORECASE)
_TURN = re.compile(r"[A-Z][\w.’' -]{0,30}:\s")
#: a text with so many paragraphs that begin with who speaks is a transcript
_TRANSCRIPT = 3
_TOLD = SPEECH_DEEDS - {"Agreement"}
#: how many days before the publication the day lies that a report is about
_NEWS_DAYS = 7
_CLIMB = 4
#: how many sentences of a paragraph go on with the day of one before them
_REACH = 2
#: adverbs by which a clause leaves the time of the narrative
_ELSEWHEN = frozenset(
    {"once", "already", "earlier", "previously", "formerly", "then", "ago", "long", "repeatedly", "never"}
)


class Narrative:
    """The days that one document goes on with.

    Args:
        doc: with dates and statements.
        tokens: its tokens.
        published: the day of publication, if known.
    """

    def __init__(self, doc: Doc, tokens: Tokens, published: PartialDate | None) -> None:
        self._doc = doc
        self._tokens = tokens
        self._published = _day(published)
        self._statements: list[Statement] = doc._.statements
        #: verbs that have a time expression of their own, resolved or not
        self._timed: set[int] = set()
        self._times: list[tuple[int, TimeSpan]] = []
        self._turns = sum(
            bool(_TURN.match(tokens.source, tokens.offset[p.start]))
            for p in layout_of(doc).paragraphs
            if p.end > p.start
        )
        self._triggers: set[int] = set()
        self._days: list[tuple[int, PartialDate]] = []

    def date(self, events: list[Candidate]) -> None:
        """Gives events that have no time the day that the narrative is at, where it tells one."""
        if self._published is None:
            return
        self._triggers = {part.trigger for event in events for part in (event, *event.merged)}
        self._days = self._dated_verbs()
        frame = self._frame()
        for event in events:
            if event.flag in ("mirror", "same"):
                # who follows suit does so later
                continue
            if event.when is not None or event.realis != Realis.ACTUAL or not event.asserted:
                continue
            spoken = next((s for part in (event, *event.merged) if (s := self._speech_of(part)) >= 0), -1)
            if spoken >= 0 and self._goes_on(spoken):
                day = self._carried(spoken) or frame
                event.when = self._uncertain(day) if day is not None else None
                continue
            if not event.verb:
                held = self._tokens.head[event.trigger]
                beside = self._tokens.dep[event.trigger] == "dobj" and self._is_meanwhile(held) and self._goes_on(held)
                event.when = self._uncertain(frame) if beside and frame is not None else None
                continue
            day = self._clock_day(event.trigger)
            if day is None and event.type in _TOLD:
                day = self._performed(event.trigger)
            day = day or self._thereupon(event.trigger)
            if day is None and self._goes_on(event.trigger):
                told = event.type in _TOLD or event.flag == "told" or self._is_meanwhile(event.trigger)
                day = self._carried(event.trigger) or (frame if told else None)
            if day is not None:
                event.when = self._uncertain(day)

    @staticmethod
    def _uncertain(day: TimeSpan) -> TimeSpan:
        """A time that no word tells: the date stays uncertain."""
        return replace(day, edtf=f"{day.single}?" if day.single is not None else "")

    def _speech_of(self, event: Candidate) -> int:
        """The main verb beside the occasion of a speech: "**Addressing** the forum, she said …"; -1 if it is none."""
        tokens = self._tokens
        if event.type not in ("Conference", "Meeting"):
            return -1
        verb = event.trigger
        while not event.verb and tokens.pos[verb] != "VERB" and tokens.head[verb] != verb:
            verb = tokens.head[verb]
        head = tokens.head[verb]
        opening = tokens.tag[verb] == "VBG" and tokens.dep[verb] == "advcl" and tokens.pos[head] == "VERB"
        return head if opening and tokens.lemma[verb].lower() in words("speaking") else -1

    def _is_meanwhile(self, verb: int) -> bool:
        """Whether a sentence opens with what sets it beside the news: "**Outside**, students held a vigil"."""
        tokens = self._tokens
        first = verb
        while first > 0 and tokens.sentence[first - 1] == tokens.sentence[verb]:
            first -= 1
        return tokens.lower[first] in words("meanwhile")

    def _dated_verbs(self) -> list[tuple[int, PartialDate]]:
        """The finite verbs in the past that a day is told of, in text order."""
        tokens = self._tokens
        layout = layout_of(self._doc)
        found: list[tuple[int, PartialDate]] = []
        for mention in self._doc._.dates:
            if mention.end <= layout.paragraphs[tokens.paragraph[mention.start]].dateline_end:
                continue
            verb = self._verb_above(tokens.root(mention.start, mention.end))
            if mention.frame != "duration":
                # "met him for two hours" leaves the day to the sentence before
                self._timed.add(verb)
            if verb >= 0 and mention.when is not None and mention.frame == "calendar":
                self._times.append((verb, mention.when))
            day = mention.when.single if mention.when is not None and mention.frame == "calendar" else None
            if verb >= 0 and day is not None and self._is_recent(day) and self._is_simple_past(verb):
                found.append((verb, day))
        return found

    def _verb_above(self, i: int) -> int:
        """The verb that a time expression hangs on, itself or by its preposition; -1 if it hangs on a noun."""
        tokens = self._tokens
        for _ in range(_CLIMB):
            above = tokens.head[i]
            if tokens.pos[above] in ("VERB", "AUX"):
                return above
            if above == i or (tokens.pos[above] in ("NOUN", "PROPN") and not self._only_beside(i, above)):
                break
            i = above
        return -1

    def _only_beside(self, i: int, noun: int) -> bool:
        """Whether a day was hung on what the verb is done to: "went ahead with a separate accord **on Wednesday**"."""
        tokens = self._tokens
        behind = tokens.lower[i] == "on" and i > noun
        return behind and noun not in self._triggers and tokens.dep[noun] in ("dobj", "pobj")

    def _is_recent(self, day: PartialDate) -> bool:
        date = _day(day)
        return (
            date is not None
            and self._published is not None
            and datetime.timedelta(0) <= self._published - date <= datetime.timedelta(_NEWS_DAYS)
        )

    def _frame(self) -> TimeSpan | None:
        """The day that the report is about: the first that its opening paragraphs tell of a deed in the past."""
        opening = next(
            (p for p, kind in zip(self._tokens.paragraph, self._tokens.kind, strict=True) if kind == "body"), 0
        )
        day = next((day for verb, day in self._days if self._tokens.paragraph[verb] <= opening + 1), None)
        return TimeSpan.on(day) if day is not None else None

    def _carried(self, verb: int) -> TimeSpan | None:
        """The time of the clause before in the sentence, or the day of the sentence before in the paragraph."""
        tokens = self._tokens
        for inner, time in reversed(self._times):
            # "offered to send monitors in May; both turned it down"
            other = tokens.head[inner] if tokens.dep[inner] == "xcomp" else inner
            before = other < verb and verb == tokens.head[other]
            if other != verb and (before or tokens.head[verb] == other):
                return time
        near = [
            day
            for other, day in self._days
            if tokens.paragraph[other] == tokens.paragraph[verb]
            and 0 <= tokens.sentence[verb] - tokens.sentence[other] <= _REACH
        ]
        return TimeSpan.on(near[-1]) if near else None

    def _thereupon(self, verb: int) -> TimeSpan | None:
        """The time of the sentence before, for what "then" happened: "Shells fell in May. Chad **then** accused …"."""
        tokens = self._tokens
        if not self._is_simple_past(verb) or not any(tokens.lower[c] == "then" for c in tokens.children[verb]):
            return None
        if verb in self._timed or tokens.dep[verb] != "ROOT" or self._is_reported(verb):
            return None
        for mention in reversed(self._doc._.dates):
            if tokens.sentence[mention.start] == tokens.sentence[verb] - 1 and mention.frame == "calendar":
                same = tokens.paragraph[mention.start] == tokens.paragraph[verb]
                date = mention.when.single if mention.when is not None and same else None
                return TimeSpan.on(date) if date is not None else None
        return None

    def _clock_day(self, i: int) -> TimeSpan | None:
        paragraph = layout_of(self._doc).paragraphs[self._tokens.paragraph[i]]
        start = self._doc[paragraph.start].idx
        tokens = self._tokens
        if not _CLOCK.match(tokens.source[start : start + 12]) or tokens.region[i] >= 0:
            return None
        if any(tokens.lower[c] in ("had", "was", "were") for c in tokens.children[i]):
            return None
        published: PartialDate | None = self._doc._.published
        return TimeSpan.on(published) if published is not None else None

    def _performed(self, verb: int) -> TimeSpan | None:
        """When "We **call** on Iran …" is said: what is done by saying so is done then; in a transcript, on its day."""
        tokens = self._tokens
        subject = tokens.child(verb, "nsubj")
        if tokens.tag[verb] != "VBP" or subject < 0 or tokens.lower[subject] not in ("i", "we"):
            return None
        if any(tokens.dep[c] in ("aux", "neg") for c in tokens.children[verb]):
            return None
        offset = tokens.offset[verb]
        for statement in self._statements:
            if any(span.start <= offset < span.end for span in statement.content_spans):
                if statement.stated_on is not None:
                    return TimeSpan.on(statement.stated_on)
                if self._turns >= _TRANSCRIPT and self._doc._.published is not None:
                    return TimeSpan.on(self._doc._.published)
        return None

    def _is_simple_past(self, verb: int) -> bool:
        tokens = self._tokens
        helpers = {tokens.lower[c] for c in tokens.children[verb] if tokens.dep[c] in ("aux", "auxpass")}
        if tokens.tag[verb] == "VBD":
            return not helpers - {"did"}
        if tokens.tag[verb] == "VBN":
            if not helpers and tokens.dep[verb] == "ROOT" and tokens.child(verb, "nsubj") >= 0:
                # "farmers from eleven countries **protested** outside", tagged as a participle
                return True
            return bool(helpers & {"was", "were"}) and not helpers & {"have", "has", "had"}
        return False

    def _goes_on(self, verb: int) -> bool:
        """Whether a verb tells what happens next: in the simple past of a main clause, in a sentence without a time."""
        tokens = self._tokens
        if not self._is_simple_past(verb) or self._is_reported(verb) or tokens.region[verb] >= 0:
            return False
        if verb in self._timed or any(tokens.lower[c] in _ELSEWHEN for c in tokens.children[verb]):
            return False
        if any(
            tokens.lower[c] == "at" and tokens.lower[inner] == "time"
            for c in tokens.children[verb]
            for inner in tokens.children[c]
        ):
            return False
        while tokens.dep[verb] == "conj" and tokens.head[verb] != verb:
            verb = tokens.head[verb]
        return tokens.dep[verb] == "ROOT"

    def _is_reported(self, i: int) -> bool:
        offset = self._doc[i].idx
        return any(span.start <= offset < span.end for s in self._statements for span in s.content_spans)


def _day(date: PartialDate | None) -> datetime.date | None:
    if date is None or date.month is None or date.day is None:
        return None
    return datetime.date(date.year, date.month, date.day)
