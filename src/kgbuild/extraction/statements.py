"""From attributions, which are spans alone, to statements, which have speakers, addressees, dates and subjects."""

from __future__ import annotations

import bisect
from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc, Token

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.document import DateMention, Mention, Referent, denoted, members_of, register_extensions
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.written import written_of
from kgbuild.facts import ActorType, PartialDate, Span, Statement

if TYPE_CHECKING:
    from kgbuild.extraction.attribution import Attribution


#: behind a comma they tell more of a speaker, and are no part of the name
_REMARKS = frozenset({"relcl", "acl", "appos"})


class TokenIndex:
    """Finds the tokens of character spans by bisection."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._starts = tokens_of(doc).offset
        self._blank = written_of(doc).blank

    def tokens(self, spans: tuple[Span, ...]) -> list[Token]:
        """The tokens that overlap any of the spans, in text order, white space left out."""
        return [self._doc[i] for i in self.places(spans)]

    def places(self, spans: tuple[Span, ...]) -> list[int]:
        """The indices of these tokens."""
        found: list[int] = []
        for span in sorted(spans):
            first = max(0, bisect.bisect_right(self._starts, span.start) - 1)
            last = bisect.bisect_left(self._starts, span.end)
            found += [i for i in range(first, last) if not self._blank[i]]
        return found


def heads(tokens: list[Token]) -> list[Token]:
    """The tokens whose syntactic head is not among the given ones; punctuation left out."""
    if not tokens:
        return []
    above = annotation_of(tokens[0].doc).head
    inside = {token.i for token in tokens}
    return [
        token for token in tokens if (above[token.i] not in inside or above[token.i] == token.i) and not token.is_punct
    ]


def _speakers(doc: Doc, source: list[Token], cue: list[Token]) -> list[Referent]:
    """Whom the words that name the source denote; a nominal that nobody knows becomes an unnamed group."""
    label = next((k for k, token in enumerate(source[:3]) if token.text == ":" and k + 1 < len(source)), None)
    if label is not None:
        source = source[label + 1 :]  # "Q: The coalition has accused you": the label is no part of the name
    if len(source) == 1 and source[0].lower_ in cue_lexicon().answerers:
        return _interviewee(doc, source[0])
    verbs = {token.i for token in heads(cue)}
    subjects = [token for token in source if token.dep_ == "nsubj" and token.head.i in verbs]
    for head in (*subjects, *heads(source)):
        found = [referent for referent in denoted(doc, head) if referent.sort == "actor"]
        if len(found) == 1 and found[0].type == ActorType.GROUP:
            # "its ambassador here, Hu Jianmin": the parser may leave something between
            found = _named_beside(doc, head) or found
        if found:
            return found
        person = _person_of_the_name(doc, head) if head in subjects else None
        if person is not None:
            return [person]
    referents: dict[int, Referent] = doc._.referents
    for token in source:
        referent = referents.get(token.i)
        if referent is not None and referent.sort == "actor":
            return members_of(referent)
    return []


def _person_of_the_name(doc: Doc, head: Token) -> Referent | None:
    """A new person for a name that nobody knew, such as "K. Thangaraj" of a party that is known."""
    if head.pos_ != "PROPN" or head.i in doc._.referents or head.ent_type_ not in {"", "PERSON"}:
        return None
    first = head.i
    while first and doc[first - 1].pos_ == "PROPN" and doc[first - 1].head.i == head.i:
        first -= 1
    behind = doc[head.i + 1].lower_ if head.i + 1 < len(doc) else ""
    if first == head.i or behind != "of":
        return None
    name = " ".join(tokens_of(doc).source[doc[first].idx : head.idx + len(head)].split())
    referent = Referent(
        key=f"a{len(doc._.actors)}",
        sort="actor",
        name=name,
        type=ActorType.PERSON,
        mentions=[Mention(first, head.i + 1, head.i, "name")],
        tentative=True,
    )
    doc._.actors.append(referent)
    doc._.referents[head.i] = referent
    return referent


def _named_beside(doc: Doc, head: Token) -> list[Referent]:
    """The person that a description is in apposition to."""
    referents: dict[int, Referent] = doc._.referents
    beside = [referents[c.i] for c in head.children if c.dep_ == "appos" and c.i in referents]
    return [referent for referent in beside if referent.type == ActorType.PERSON][:1]


def _interviewee(doc: Doc, label: Token) -> list[Referent]:
    """Who answers in an interview: the person whom the text introduces first."""
    introduced = [
        (referent.mentions[0].start, referent.key, referent)
        for referent in doc._.actors
        if referent.type == ActorType.PERSON and referent.mentions and referent.mentions[0].start < label.i
    ]
    return [min(introduced, key=lambda item: item[:2])[2]] if introduced else []


def _unnamed_speaker(doc: Doc, source: list[Token]) -> Referent | None:
    """A new group for a source that is a common noun phrase ("two people in the room"), or None."""
    nouns = [head for head in heads(source) if head.pos_ in {"NOUN", "PROPN"}]
    if not nouns:
        return None
    words = [token for token in source if token.sent.start == nouns[0].sent.start]
    remark = next((c.left_edge.i for c in nouns[0].children if c.dep_ in _REMARKS and c.left_edge.i > nouns[0].i), None)
    if remark is not None and doc[remark - 1].text == ",":  # "the congress, which at first called it a mistake"
        words = [token for token in words if token.i < remark - 1]
    while words and words[0].pos_ in {"DET", "PUNCT"}:
        words = words[1:]
    while words and words[-1].is_punct:
        words = words[:-1]
    if not words:
        return None
    name = tokens_of(doc).source[words[0].idx : words[-1].idx + len(words[-1])]
    referent = Referent(
        key=f"a{len(doc._.actors)}",
        sort="actor",
        name=" ".join(name.split()),
        type=ActorType.GROUP,
        mentions=[Mention(words[0].i, words[-1].i + 1, nouns[0].i, "description")],
        tentative=True,
    )
    doc._.actors.append(referent)
    doc._.referents[nouns[0].i] = referent
    return referent


def _addressees(doc: Doc, cue: list[Token], content: set[int]) -> list[Referent]:
    """Whom the words are said to: the dative or object of the cue's verb that is no part of the content."""
    found: list[Referent] = []
    for verb in heads(cue):
        for child in verb.children:
            target = child
            if (child.dep_ == "dative" and child.pos_ == "ADP") or (child.dep_ == "prep" and child.lower_ == "to"):
                target = next((c for c in child.children if c.dep_ == "pobj"), child)
            elif child.dep_ not in {"dative", "dobj"}:
                continue
            if target.i in content or target.i <= verb.i:
                continue
            found += [r for r in denoted(doc, target) if r.sort == "actor" and r not in found]
    return found


def _stated_on(cue: list[Token], content: set[int], dates: list[DateMention]) -> PartialDate | None:
    """The date that the cue's verb carries, if it is one date."""
    verbs = {token.i for token in heads(cue)}
    for date in dates:
        if date.frame != "calendar" or date.when is None or date.when.single is None or date.start in content:
            continue
        doc = cue[0].doc
        token = doc[date.start : date.end].root
        for _ in range(4):
            if token.head.i in verbs and token.i not in content:
                return date.when.single
            if token.head.i == token.i or token.head.pos_ in {"VERB", "AUX"}:
                break
            token = token.head
    return None


def statements_of(doc: Doc) -> list[Statement]:
    """The statements of a document whose actors and attributions are known.

    Args:
        doc: annotated by the components before ``kgbuild_statements``. Unnamed speakers are added to ``doc._.actors``.

    Returns:
        One statement for each attribution that is an act of saying, and for each refusal, in text order.
    """
    attributions: list[Attribution] = doc._.attributions
    text = tokens_of(doc).source  # doc.text is joined anew at every access
    index = TokenIndex(doc)
    referents: dict[int, Referent] = doc._.referents
    key_of: dict[int, str] = {}
    for number, attribution in enumerate(attributions):
        if attribution.refusal or (attribution.statement and attribution.content):
            key_of[number] = f"s{len(key_of)}"
    by_sentence = sorted(doc._.dates, key=lambda date: date.start)
    date_starts = [date.start for date in by_sentence]
    parents = _without_cycles([attribution.parent for attribution in attributions])
    out: list[Statement] = []
    for number, key in key_of.items():
        attribution = attributions[number]
        source, cue = index.tokens(attribution.source), index.tokens(attribution.cue)
        inside = set(index.places(attribution.content))
        content_spans = attribution.words
        if not content_spans and not attribution.refusal:
            continue
        speakers = _speakers(doc, source, cue) if source else []
        if any(head.lemma_.lower() in cue_lexicon().signs for head in heads(source)):
            continue
        if not speakers and source and (unnamed := _unnamed_speaker(doc, source)) is not None:
            speakers = [unnamed]
        if not speakers:
            continue  # nobody is told to have spoken or refused
        near: list[DateMention] = []
        if cue:
            sentence = cue[0].sent
            near = by_sentence[
                bisect.bisect_left(date_starts, sentence.start) : bisect.bisect_left(date_starts, sentence.end)
            ]
        about = dict.fromkeys(m.key for i in sorted(inside) if i in referents for m in members_of(referents[i]))
        parent = parents[number]
        while parent is not None and parent not in key_of:
            parent = parents[parent]
        speaker_keys = tuple(dict.fromkeys(speaker.key for speaker in speakers))
        out.append(
            Statement(
                key=key,
                speakers=speaker_keys,
                content="" if attribution.refusal else " ".join(span.text(text) for span in content_spans),
                content_spans=() if attribution.refusal else content_spans,
                cue=" ".join(span.text(text) for span in attribution.cue),
                cue_spans=attribution.cue,
                source_spans=attribution.source,
                quotation=None if attribution.refusal else attribution.quotation,
                refusal=attribution.refusal,
                denial=attribution.denial,
                part_of=key_of[parent] if parent is not None else "",
                addressees=tuple(r.key for r in _addressees(doc, cue, inside) if r.key not in speaker_keys),
                about=tuple(referent for referent in about if referent not in speaker_keys),
                stated_on=_stated_on(cue, inside, near) if cue else None,
                confidence=attribution.confidence,
            )
        )
    out = _each_refusal_once(doc, out)
    kept = {statement.key for statement in out}
    out = [s if s.part_of in kept or not s.part_of else replace(s, part_of="") for s in out]
    return _without_self_reports(_without_refusals_in_words(doc, out))


def _each_refusal_once(doc: Doc, statements: list[Statement]) -> list[Statement]:
    """One refusal for each who refuses in "neither the ministry nor the embassy replied", and none told twice.

    Who speaks together makes one statement; who stays silent does so alone. The keys follow the order anew.
    """
    if not any(statement.refusal for statement in statements):
        return statements
    index = TokenIndex(doc)
    told: set[tuple[int, tuple[str, ...]]] = set()
    out: list[Statement] = []
    for statement in statements:
        if not statement.refusal:
            out.append(statement)
            continue
        place = index.tokens(statement.cue_spans or statement.source_spans)
        for speakers in _apart(doc, index.tokens(statement.source_spans), statement.speakers):
            sentence = (place[0].sent.start if place else -1, speakers)
            if sentence not in told:
                told.add(sentence)
                out.append(replace(statement, speakers=speakers))
    key_of: dict[str, str] = {}
    for number, statement in enumerate(out):
        key_of.setdefault(statement.key, f"s{number}")
    return [
        replace(statement, key=f"s{number}", part_of=key_of.get(statement.part_of, ""))
        for number, statement in enumerate(out)
    ]


def _apart(doc: Doc, source: list[Token], speakers: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The speakers whom a source names one by one, each alone; those of "neither side" stay together."""
    first = next(iter(heads(source)), None)
    if first is None:
        return [speakers]
    named: list[tuple[str, ...]] = []
    listed = [c for c in first.children if c.dep_ == "appos" and any(g.dep_ == "conj" for g in c.children)]
    # "neither the ministry nor the president's spokesman": the parser may hang the ministry on the spokesman
    owner = next((c for c in first.children if c.dep_ == "poss" and any(g.dep_ == "preconj" for g in c.children)), None)
    whole = owner if owner is not None else first
    for head in (whole, *whole.conjuncts, *(k for c in listed for k in (c, *c.conjuncts))):
        found = [r for r in denoted(doc, head, joint=False) if r.sort == "actor"]
        if not found and head is not whole and head.dep_ == "conj":
            unnamed = _unnamed_speaker(doc, list(head.subtree))
            found = [unnamed] if unnamed is not None else []
        keys = tuple(dict.fromkeys(r.key for r in found))
        if keys and keys not in named:
            named.append(keys)
    return named if len(named) > 1 else [speakers]


def _without_refusals_in_words(doc: Doc, statements: list[Statement]) -> list[Statement]:
    """Drops what somebody says if each of its sentences is his refusal: "“I won't get into that,” she said"."""
    refusals = [s for s in statements if s.refusal and s.speakers and s.cue_spans]
    if not refusals:
        return statements
    index = TokenIndex(doc)

    def refuses_throughout(statement: Statement) -> bool:
        own = [refusal for refusal in refusals if refusal.speakers == statement.speakers]
        if statement.refusal or not own:
            return False
        words = index.tokens(statement.content_spans)
        inside = {token.i for token in words}
        covered: set[int] = set()
        for refusal in own:
            cue = index.tokens(refusal.cue_spans)
            if cue and inside.issuperset(token.i for token in cue):
                covered.add(cue[0].sent.start)
        return bool(covered) and covered == {token.sent.start for token in words if not token.is_punct}

    dropped = {statement.key for statement in statements if refuses_throughout(statement)}
    return [
        replace(statement, part_of="") if statement.part_of in dropped else statement
        for statement in statements
        if statement.key not in dropped
    ]


def _without_cycles(parents: list[int | None]) -> list[int | None]:
    """The parent of each attribution, where odd text makes some contain each other: of these the first has none."""
    parents = list(parents)
    done: set[int] = set()
    for start in range(len(parents)):
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in done:
            if at in path:
                around = list(path)[list(path).index(at) :]
                parents[min(around)] = None
                break
            path[at] = None
            at = parents[at]
        done.update(path)
    return parents


def _without_self_reports(statements: list[Statement]) -> list[Statement]:
    """Drops what a speaker says of his own saying ("she said she believed ..."): it is one act, the outer one."""
    kept: dict[str, Statement] = {}
    instead: dict[str, str] = {}
    by_key = {statement.key: statement for statement in statements}
    for statement in statements:
        outer = by_key.get(statement.part_of)
        if outer is not None and statement.speakers and statement.speakers == outer.speakers and not statement.refusal:
            instead[statement.key] = statement.part_of
        else:
            kept[statement.key] = statement

    def outermost(key: str) -> str:
        while key in instead:
            key = instead[key]
        return key

    return [replace(statement, part_of=outermost(statement.part_of)) for statement in kept.values()]


@Language.factory("kgbuild_statements", assigns=["doc._.statements"])
class Statements:
    """The component ``kgbuild_statements``: fills ``doc._.statements``."""

    def __init__(self, nlp: Language, name: str) -> None:
        register_extensions()

    def __call__(self, doc: Doc) -> Doc:
        """Adds the statements of the document."""
        doc._.statements = statements_of(doc)
        return doc
