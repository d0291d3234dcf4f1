"""Finds time expressions and resolves them against the day of publication: the component ``kgbuild_dates``.

The grammar is our own, in ``dates.yaml`` and ``dates_patterns.tsv`` in
``data/lexicon``. dateparser 1.2 was measured first, on the 82 calendar
expressions of ``tests/gold/dates.tsv`` (``search_dates``, English, relative to the day of publication): 39 were right
when judged no finer than the text, since it knows nothing of the clause's tense ("will sign on Monday"), of possessives
("Tuesday's vote"), open and closed ranges, seasons, quarters and decades; it always answers with a day; and it takes
about 4 ms a sentence, more than half of spaCy's parse.

What is never done: a day or month that the text does not determine. Weeks are given by their month, seasons by their
year, "several years ago" by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc, Token

from kgbuild.extraction.dates.calendar import Moment, add, offset, resolve
from kgbuild.extraction.dates.direction import SURE, bias_of, direction_words
from kgbuild.extraction.dates.grammar import Expression, Grammar, date_grammar
from kgbuild.extraction.document import DateMention, Layout, register_extensions
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.tokens import tokens_of
from kgbuild.facts import PartialDate, TimeSpan

register_extensions()

#: how far back an expression such as "that day" finds what it refers to, in tokens
_ANCHOR_REACH = 80
#: how many days a date line may lie before the publication and still be what the article's weekdays refer to
_DATELINE_DAYS = 7
#: a paragraph of at most so many tokens that holds a full date is a document's own date line
_DATELINE_TOKENS = 9
#: a noun phrase of at most so many tokens can stand between "days before" and the date meant
_OFFSET_REACH = 8
_LAST_PLAUSIBLE_YEAR = 2100
_FIRST_PLAUSIBLE_YEAR = 1500
_YEAR_PREPOSITIONS = frozenset(
    {"in", "since", "by", "until", "till", "before", "during", "after", "through", "early", "late", "from", "between"}
)
#: words before a month or a feast that make it a date, whatever its name is taken for
_DATE_CONTEXT = frozenset(
    {"in", "since", "until", "on", "last", "next", "by", "late", "early", "at", "over", "around", "before", "after"}
)
_OWN_DIRECTION = frozenset({"today", "month", "period", "window", "ago", "anchored", "that", "offset"})


@Language.factory(
    "kgbuild_dates", default_config={"patterns": []}, assigns=["doc._.dates"], requires=["token.dep", "token.tag"]
)
def create_dates(nlp: Language, name: str, patterns: list[str]) -> DateFinder:
    """The factory of ``kgbuild_dates``; ``patterns`` lists files of the user's own patterns."""
    return DateFinder(date_grammar(*patterns))


class DateFinder:
    """The component ``kgbuild_dates``: fills ``doc._.dates`` in text order.

    Reads ``doc._.published`` when it runs; where that is None, only absolute dates are resolved.

    Args:
        grammar: the built-in one if None.
    """

    def __init__(self, grammar: Grammar | None = None) -> None:
        self._grammar = grammar

    def __call__(self, doc: Doc) -> Doc:
        """Fills ``doc._.dates``."""
        doc._.dates = find_dates(doc, doc._.published, self._grammar)
        return doc


def find_dates(doc: Doc, published: PartialDate | None, grammar: Grammar | None = None) -> list[DateMention]:
    """Finds and resolves the time expressions of a parsed document.

    Args:
        doc: with tags, dependencies and entities.
        published: the day, month or year that relative expressions refer to, if known.
        grammar: the built-in one if None.
    """
    grammar = grammar or date_grammar()
    encoded = grammar.encode(tokens_of(doc).text)
    found = [e for e in grammar.find(encoded) if _plausible(doc, e, grammar)]
    dated = [e for e in found if e.rule not in ("duration", "set", "offset", "age")]
    frames = [f for f in grammar.frame(encoded, dated) if _frames(doc, f)]
    expressions = [*frames]
    covered = {index for frame in frames for index in range(frame.start, frame.end)}
    expressions += [e for e in found if e.start not in covered and not e.values.get("framed") and e.rule != "age"]
    expressions.sort(key=lambda e: (e.start, e.end))
    return _Resolver(doc, published, expressions).mentions()


def _plausible(doc: Doc, expression: Expression, grammar: Grammar) -> bool:
    """Leaves out months that are names or verbs, and figures that are counts rather than years."""
    if expression.rule in ("duration", "set", "age"):
        return True
    tokens = [doc[index] for index in range(expression.start, expression.end)]
    values = expression.values
    if len(tokens) == 1:
        token = tokens[0]
        if token.ent_type_ in ("PERSON", "ORG", "FAC", "PRODUCT") and token.ent_iob_ != "O":
            return _in_date_context(token)
        if "month" in values and any(child.i == token.i - 1 and child.pos_ == "PROPN" for child in token.children):
            return False
        if token.lower_.rstrip(".") in grammar.ambiguous:
            return bool(token.pos_ == "PROPN" or token.ent_type_ == "DATE")
        if "year" in values:
            return _is_year(token)
    if expression.rule == "season" and "year" not in values and "which" not in values:
        following = doc[expression.end] if expression.end < len(doc) else None
        if "season_us" in values and following is not None and following.lower_ in ("of", "in", "from"):
            # "in the fall of the old regime"
            return False
        return not tokens[-1].text[0].isupper()
    return bool(values.get("year", _FIRST_PLAUSIBLE_YEAR) >= _FIRST_PLAUSIBLE_YEAR)


def _in_date_context(token: Token) -> bool:
    before = token.nbor(-1) if token.i else None
    return before is not None and before.lower_ in _DATE_CONTEXT


def _is_year(token: Token) -> bool:
    if not _FIRST_PLAUSIBLE_YEAR <= int(token.text) <= _LAST_PLAUSIBLE_YEAR:
        return False
    counted = token.dep_ == "nummod" and token.head.i > token.i and token.head.tag_ in ("NNS", "NNPS")
    before = token.nbor(-1) if token.i else None
    opens = before is not None and before.is_sent_start and before.text == "In"
    if opens and token.head.dep_ in ("nsubj", "nsubjpass"):
        # "In 2020 farmers seized a dam", parsed as being about so many farmers
        return True
    if token.ent_type_ == "DATE":
        return not counted
    if before is None or token.ent_type_ in ("MONEY", "QUANTITY", "PERCENT"):
        return False
    if before.lower_ in _YEAR_PREPOSITIONS or before.text == "(":
        return not counted
    determined = before.tag_ in ("DT", "PRP$", "POS")
    return determined and not counted and token.i + 1 < len(token.doc) and token.nbor().pos_ in ("NOUN", "ADJ", "PROPN")


def _frames(doc: Doc, frame: Expression) -> bool:
    """Whether a frame's preposition belongs to the date itself: "after 2015", not "after the 2015 coup"."""
    if frame.rule == "range" and doc[frame.start].lower_ not in ("from", "between"):
        # "on September 2 until Friday": two dates, unless they are written alike
        return frame.parts[0].rule == frame.parts[-1].rule
    if frame.rule not in ("since", "until", "after"):
        return True
    last = doc[frame.end - 1]
    following = doc[frame.end] if frame.end < len(doc) else None
    if following is None or following.is_punct or following.is_space:
        return True
    if following.lower_ in direction_words()["limit"]:
        return True
    if following.tag_ == "POS":
        return False
    inside = last.head.i >= frame.end and last.head.pos_ in ("NOUN", "PROPN", "ADJ") and last.dep_ != "nsubj"
    return not (inside and following.pos_ in ("NOUN", "PROPN", "ADJ"))


class _Resolver:
    """Resolves the expressions of one document, in text order."""

    def __init__(self, doc: Doc, published: PartialDate | None, expressions: list[Expression]) -> None:
        self._doc = doc
        self._layout: Layout = layout_of(doc)
        self._expressions = expressions
        self._reference = published
        self._reference = self._dateline() or published
        self._published = published
        self._spans: list[TimeSpan | None] = []

    def mentions(self) -> list[DateMention]:
        """The expressions with what they mean."""
        frames: list[Literal["calendar", "duration", "set"]] = []
        for expression in self._expressions:
            frame: Literal["calendar", "duration", "set"] = "calendar"
            span = None
            if expression.rule == "duration":
                frame = "duration"
            elif expression.rule == "set":
                frame = "set"
            else:
                span = self._span(expression)
                if expression.rule == "ago" and expression.values["direction"] > 0 and self._looks_back(expression):
                    frame, span = "duration", None
            self._spans.append(span)
            frames.append(frame)
        self._resolve_offsets()
        self._resolve_spoken()
        return [
            DateMention(expression.start, expression.end, span, frame, shift_of(expression) if span is None else None)
            for expression, span, frame in zip(self._expressions, self._spans, frames, strict=True)
        ]

    def _root(self, expression: Expression) -> Token:
        root = self._doc[expression.start : expression.end].root
        before = self._doc[expression.start - 1] if expression.start else root
        if before.lower_ in ("in", "on") and root.dep_ in ("compound", "nmod") and root.head.pos_ == "PROPN":
            # "In August Chile shut its embassy" is often parsed as being about an August Chile
            return before
        return root

    def _looks_back(self, expression: Expression) -> bool:
        return bias_of(self._root(expression)) < 0

    def _moment(self, expression: Expression, bias: float | None = None) -> Moment:
        if bias is None:
            own = expression.rule in _OWN_DIRECTION or "year" in expression.values
            bias = 0.0 if own else bias_of(self._root(expression), weekday=expression.rule == "weekday")
        anchors = tuple(self._anchors(expression)) if expression.rule in ("anchored", "that") else ()
        return Moment(self._reference, bias, anchors)

    def _anchors(self, expression: Expression) -> Iterator[PartialDate]:
        for index in range(len(self._spans) - 1, -1, -1):
            if expression.start - self._expressions[index].end > _ANCHOR_REACH:
                return
            span = self._spans[index]
            if span and span.single and not self._in_dateline(self._expressions[index]):
                yield span.single

    def _span(self, expression: Expression) -> TimeSpan | None:
        if not expression.parts:
            if expression.rule == "anchored" and self._is_offset(expression):
                return None
            return resolve(expression.rule, expression.values, self._moment(expression))
        if expression.rule == "range":
            return self._range(expression)
        bias = -SURE if expression.rule == "since" else None
        part = self._part(expression, 0, bias)
        if part is None:
            return None
        if expression.rule in ("since", "after"):
            return TimeSpan(part.start, None)
        return TimeSpan(None, part.end) if expression.rule == "until" else part

    def _part(self, frame: Expression, index: int, bias: float | None = None) -> TimeSpan | None:
        part = frame.parts[index]
        if bias is None and part.rule not in _OWN_DIRECTION and "year" not in part.values:
            bias = bias_of(self._root(frame))
        return resolve(part.rule, part.values, self._moment(part, bias))

    def _range(self, frame: Expression) -> TimeSpan | None:
        """Both ends of a range: what the second says of month and year holds for the first, where it says nothing."""
        last = self._part(frame, 1)
        first_part = frame.parts[0]
        inherits = "year" not in first_part.values and "year" in frame.parts[1].values
        if inherits and first_part.rule == "calendar" and last and last.end:
            values = {**first_part.values, "year": last.end.year}
            first = resolve("calendar", values, self._moment(first_part, 0))
            if first and first.start and str(first.start) > str(last.end):
                first = resolve("calendar", {**values, "year": last.end.year - 1}, self._moment(first_part, 0))
        else:
            first = self._part(frame, 0)
        if first is None or last is None:
            return first or last
        if first.start and last.end and str(first.start) > str(last.end):
            return first
        return TimeSpan(first.start, last.end)

    def _is_offset(self, expression: Expression) -> bool:
        """ "The day before **the vote**" is no offset from what was spoken of last."""
        last = self._doc[expression.end - 1]
        if last.lower_ not in ("before", "after"):
            return False
        return any(child.i > last.i and child.dep_ in ("pobj", "pcomp") for child in last.children) or (
            last.dep_ == "mark"
        )

    def _resolve_offsets(self) -> None:
        """ "Days before" a date is resolved by the date that follows within the same noun phrase."""
        for index, expression in enumerate(self._expressions):
            if expression.rule not in ("offset", "anchored") or self._spans[index] is not None:
                continue
            for other in range(index + 1, len(self._expressions)):
                target = self._expressions[other]
                gap = self._doc[expression.end : target.start]
                if target.start - expression.end > _OFFSET_REACH or any(t.pos_ == "VERB" or t.is_punct for t in gap):
                    break
                self._spans[index] = offset(expression.values, self._spans[other])
                break

    def _resolve_spoken(self) -> None:
        """ "Today" in a quotation is the day of speaking, where the paragraph tells that; else no finer than safe."""
        regions = self._layout.region_of
        for index, expression in enumerate(self._expressions):
            if expression.rule != "today" or regions[expression.start] < 0 or self._spans[index] is None:
                continue
            spoken = self._day_of_speaking(expression)
            span = self._spans[index]
            if spoken is not None:
                self._spans[index] = resolve("today", expression.values, Moment(spoken))
            elif span and span.start:
                earlier = add(span.start, -1, "day")
                month = PartialDate(span.start.year, span.start.month)
                same = earlier is not None and earlier.month == month.month
                self._spans[index] = TimeSpan.on(month) if same else None

    def _day_of_speaking(self, expression: Expression) -> PartialDate | None:
        paragraph = self._layout.paragraph_of[expression.start]
        near: list[tuple[int, PartialDate]] = []
        for other, span in zip(self._expressions, self._spans, strict=True):
            inside = self._layout.region_of[other.start] >= 0
            if inside or self._layout.paragraph_of[other.start] != paragraph or not span or not span.single:
                continue
            if span.single.day and self._reference and str(span.single) <= str(self._reference):
                near.append((abs(other.start - expression.start), span.single))
        return min(near)[1] if near else None

    def _in_dateline(self, expression: Expression) -> bool:
        paragraph = self._layout.paragraphs[self._layout.paragraph_of[expression.start]]
        return expression.end <= paragraph.dateline_end

    def _dateline(self) -> PartialDate | None:
        """The day in a date line, if it fits the publication; also that of a document's own ("Lima, 6 May 2018")."""
        for expression in self._expressions:
            index = self._layout.paragraph_of[expression.start]
            if index > 2:
                return None
            paragraph = self._layout.paragraphs[index]
            short = paragraph.end - paragraph.start <= _DATELINE_TOKENS and "day" in expression.values
            if expression.rule != "calendar" or not (short or expression.end <= paragraph.dateline_end):
                continue
            span = resolve("calendar", expression.values, Moment(self._reference))
            day = span.single if span else None
            if day is None or day.day is None or (self._reference is None and "year" not in expression.values):
                continue
            if self._reference is None or _days_between(day, self._reference) in range(_DATELINE_DAYS + 1):
                return day
        return None


def shift_of(expression: Expression) -> tuple[int, str] | None:
    """How much later than what follows it an expression puts something: "a month before" is one month earlier.

    Of a duration, how long it is: "25 years".
    """
    values = expression.values
    if expression.rule == "duration":
        unit, number = values.get("unit") or values.get("unit_many"), values.get("number")
        return (int(number) + int(values.get("ones", 0)), str(unit)) if unit and number else None
    if expression.rule not in ("offset", "anchored") or "direction" not in values:
        return None
    if "clock" in values:
        return 0, "day"
    unit = values.get("unit_many") or values.get("unit_one")
    number = values.get("number", 1 if "unit_one" in values else None)
    if unit is None or number is None or "vague" in values:
        return None
    return int(values["direction"]) * (int(number) + int(values.get("ones", 0))), str(unit)


def _days_between(first: PartialDate, last: PartialDate) -> int:
    start, end = Moment(first).day, Moment(last).day
    return (end - start).days if start and end else -1
