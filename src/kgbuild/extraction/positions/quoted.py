"""What speakers say of a treaty told of right before, without naming it: "A good day for the North", "We were sold".

Also what they are told to have seen in it: "spoke of a betrayal".
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Referent
from kgbuild.extraction.positions.evaluations import Judgement
from kgbuild.extraction.positions.lexicon import evaluations, words_of
from kgbuild.extraction.positions.praise import GUESSED, predicate
from kgbuild.extraction.positions.topics import Topics
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.clauses import subjects
from kgbuild.extraction.treaties.context import is_negated
from kgbuild.extraction.written import written_of
from kgbuild.facts import Polarity, QuotationType, Statement

#: sentences back to the treaty
_BACK = 2
_PASSIVE = frozenset({"auxpass", "nsubjpass"})
#: "no bank, no boats"
_TWICE = 2


def quoted_judgements(doc: Doc, topics: Topics, files: tuple[str, ...] = ()) -> Iterator[Judgement]:
    """The judgements in quotations that name no treaty, of the treaty that was spoken of right before.

    Args:
        doc: with treaties and statements.
        topics: what the document has spoken of.
        files: the user's own tables of judgements.
    """
    if not topics.mentions:
        return
    starts = written_of(doc).offset
    wronging = list(tokens_of(doc).lemma_at.of(frozenset(words.split()[0] for words in words_of("wronging"))))
    for statement in doc._.statements:
        if statement.refusal or statement.quotation != QuotationType.DIRECT:
            continue
        for first, last in _sentences(doc, statement, starts):
            top = _top(doc, first, last)
            treaty = topics.topic(first, _BACK) or topics.main(first)
            if treaty is None or _named_within(topics, first, last):
                continue
            polarity = (
                _verdict(top, files) or _grievance(doc, wronging, first, last) or _fragment(doc, first, last, files)
            )
            if polarity is not None:
                yield Judgement(treaty, top, polarity, top, None, GUESSED)
    yield from _evoked(doc, topics, files)


def _sentences(doc: Doc, statement: Statement, starts: list[int]) -> Iterator[tuple[int, int]]:
    """The parts of a statement that are sentences, or the parts of one, as ranges of tokens."""
    for span in statement.content_spans:
        first, end = bisect.bisect_left(starts, span.start), bisect.bisect_left(starts, span.end)
        while first < end:
            last = min(doc[first].sent.end, end)
            yield first, last
            first = last


def _top(doc: Doc, first: int, last: int) -> Token:
    """The word on which all others of a range hang."""
    place = next((t for t in doc[first:last] if not t.is_punct), doc[first])
    while first <= place.head.i < last and place.head.i != place.i and not place.head.is_punct:
        place = place.head
    return place


def _named_within(topics: Topics, first: int, last: int) -> bool:
    """Whether the words name a treaty themselves: they are read as any others."""
    return any(first <= start < last for start, _, _ in topics.mentions)


def _verdict(top: Token, files: tuple[str, ...]) -> Polarity | None:
    """What a phrase without a verb says: "A good day for the North"; and "What is on the table is a surrender"."""
    if top.pos_ == "NOUN" and not any(c.dep_ in {"nsubj", "cop", "relcl"} or c.lower_ == "no" for c in top.children):
        lemma = top.lemma_.lower()
        return (
            predicate(top, files) if lemma in words_of("occasion") or lemma in evaluations("predicate", files) else None
        )
    if top.lemma_ != "be" or is_negated(top):
        return None
    for child in top.children:
        if child.dep_ == "csubj" and any(t.lower_ in words_of("at-hand") for t in child.subtree):
            found = (predicate(c, files) for c in top.children if c.dep_ in {"attr", "acomp"})
            return next((polarity for polarity in found if polarity is not None), None)
    return None


def _grievance(doc: Doc, wronging: list[int], first: int, last: int) -> Polarity | None:
    """Whether somebody says what has been done to them: "We were sold for a container of steaks"."""
    for i in wronging[bisect.bisect_left(wronging, first) : bisect.bisect_left(wronging, last)]:
        token, lemma = doc[i], doc[i].lemma_.lower()
        after = token.nbor(1).lower_ if token.i + 1 < len(doc) else ""
        if token.pos_ != "VERB" or not {lemma, f"{lemma} {after}"} & words_of("wronging") or is_negated(token):
            continue
        if any(c.dep_ == "mark" and c.lower_ in words_of("suppose") for c in token.children):
            continue
        passive = any(c.dep_ in _PASSIVE for c in token.children)
        done_to = [c for c in token.children if c.dep_ in ({"nsubjpass"} if passive else {"dobj"})]
        past = passive or token.tag_ in {"VBD", "VBN"}
        if past and any(c.lower_ in words_of("ours") or _is_ours(c) for c in done_to):
            return Polarity.OPPOSES
    return None


def _fragment(doc: Doc, first: int, last: int, files: tuple[str, ...]) -> Polarity | None:
    """What the first words of a quotation say by themselves: "Not without a tunnel", "No bank, no boats"."""
    words = [t.lower_ for t in doc[first:last] if not t.is_punct]
    if words.count("no") == _TWICE and words[0] == "no" and not any(t.pos_ in {"VERB", "AUX"} for t in doc[first:last]):
        return Polarity.CONDITIONAL
    for entry in evaluations("fragment", files).get(words[0], ()) if words else ():
        if tuple(words[: len(entry.words)]) == entry.words:
            return entry.polarity
    return None


def _is_ours(noun: Token) -> bool:
    return any(c.dep_ == "poss" and c.lower_ in words_of("ours") for c in noun.children)


def _evoked(doc: Doc, topics: Topics, files: tuple[str, ...]) -> Iterator[Judgement]:
    """What a treaty is in somebody's words that are not quoted: "the minister spoke of a good day"."""
    verbs = words_of("evoke")
    referents: dict[int, Referent] = doc._.referents
    firsts = frozenset(words.split()[0] for words in verbs)
    for i in tokens_of(doc).lemma_at.of(firsts):
        verb, lemma = doc[i], doc[i].lemma_.lower()
        if verb.pos_ != "VERB":
            continue
        things = [c for c in verb.children if c.dep_ == "dobj"] if lemma in verbs else []
        things += [p for c in verb.children if f"{lemma} {c.lower_}" in verbs for p in c.children if p.dep_ == "pobj"]
        for thing in things:
            if thing.pos_ != "NOUN" or thing.i in referents or not _is_one(thing):
                continue
            polarity, treaty = predicate(thing, files), topics.topic(i, 1)
            heads = list(subjects(verb))
            if polarity is not None and treaty is not None and heads and not is_negated(verb):
                yield Judgement(treaty, thing, polarity, verb, heads, GUESSED)


def _is_one(noun: Token) -> bool:
    """Whether a phrase tells something new: "a betrayal", not "the betrayal of 1912"."""
    return not any(c.dep_ in {"poss", "det"} and c.lower_ not in {"a", "an"} for c in noun.children)
