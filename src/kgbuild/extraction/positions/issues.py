"""What positions are about besides treaties, events and actors: a measure, a clause, a mission, a resolution."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Mention, Referent
from kgbuild.extraction.positions.lexicon import DEFINITE, StanceCue, words_of
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.written import written_of

#: cues with these conditions say too little of a thing that is not known to be one
_UNSURE = frozenset({"weak", "treaty", "future", "deed", "event", "control", "conditional", "denied", "bare"})
#: of these, the ones under which a measure is still what somebody is for or against
_LENIENT = frozenset({"weak", "future", "bare", "conditional", "event"})
_BEFORE = frozenset({"amod", "compound", "nmod", "poss", "nummod", "quantmod", "case", "punct"})
_NAMED = frozenset({"PERSON", "DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "GPE", "NORP"})
#: words of a description behind its noun; what follows is rather a remark
_LONGEST = 8
#: tokens back to the verb whose deed a noun takes up
_BEFORE_IT = 60


class Issues:
    """Finds and remembers the issues of one document; fills ``doc._.issues``.

    Args:
        doc: with actors.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._referents: dict[int, Referent] = doc._.referents
        self._by_noun: dict[str, Referent] = {}
        doc._.issues = []

    def of(self, noun: Token, cue: StanceCue, *, own: bool = True) -> Referent | None:
        """The issue that a noun phrase describes, if the cue is a sure sign of a stance on it.

        Args:
            noun: head of the phrase.
            cue: the stance.
            own: not where the noun already stands for something else.
        """
        unsure = _UNSURE & cue.when
        if noun.lemma_.lower() in words_of("measure"):
            unsure -= _LENIENT
        return self.at(noun) if not unsure and (not own or self._can_be(noun, cue)) else None

    def known(self, noun: Token) -> Referent | None:
        """The issue spoken of before that a definite phrase takes up: "the clause"."""
        if any(child.lower_ in DEFINITE for child in noun.children):
            return self._by_noun.get(noun.lemma_.lower())
        return None

    def at(self, noun: Token) -> Referent:
        """The issue with this head, a new one if it has not been spoken of."""
        start, end = _phrase(noun)
        mention = Mention(start, end, noun.i, "description")
        own = self._referents.get(noun.i)
        known = own if own is not None and own.sort == "issue" else self.known(noun)
        short, full = _words(self._doc, start, noun.i + 1), _words(self._doc, start, end)
        if known is None:
            issues: list[Referent] = self._doc._.issues
            known = Referent(key=f"i{len(issues)}", sort="issue", name=full)
            issues.append(known)
            self._by_noun.setdefault(noun.lemma_.lower(), known)
        for name in (full, short):
            if name != known.name and name not in known.other_names:
                known.other_names.append(name)
        if mention not in known.mentions:
            known.mentions.append(mention)
        self._referents.setdefault(noun.i, known)
        return known

    def _can_be(self, noun: Token, cue: StanceCue) -> bool:
        lemma = noun.lemma_.lower()
        own = self._referents.get(noun.i)
        if own is not None:  # a commission may be an actor, and still what somebody opposes
            return own.sort == "issue" or (noun.pos_ == "NOUN" and own.sort == "actor" and lemma in words_of("office"))
        if noun.pos_ == "PROPN":
            return lemma in words_of("matter") and noun.ent_type_ not in {"PERSON", "GPE", "NORP"}
        if noun.pos_ != "NOUN" or (noun.ent_type_ in _NAMED and lemma not in words_of("matter")):
            return False
        if lemma in words_of("saying") or lemma in words_of("thing") or lemma in words_of("body"):
            return False
        if lemma in words_of("vague") and not is_described(noun):
            return self.known(noun) is not None or self._told_by_verb(noun)
        return not (cue.lemma in words_of("appeal") and lemma in words_of("virtue"))

    def _told_by_verb(self, noun: Token) -> bool:
        """Whether "the offer" takes up what somebody "offered" right before."""
        if not any(child.lower_ in DEFINITE for child in noun.children):
            return False
        tokens = tokens_of(self._doc)
        lemma, first = noun.lemma_.lower(), max(0, noun.i - _BEFORE_IT)
        return any(tokens.lemma_lower[i] == lemma and tokens.pos[i] == "VERB" for i in range(first, noun.i))


def is_measure(head: Token | None) -> bool:
    """Whether a noun is a measure that people vote on and quarrel about: a ban, a mission, a resolution."""
    return head is not None and head.lemma_.lower() in words_of("measure")


def is_described(noun: Token) -> bool:
    """Whether a phrase tells by itself what it is about: "the move to close the port", "Peru's decision"."""
    for child in noun.children:
        if child.dep_ in {"prep", "acl", "compound"} or (child.dep_ == "poss" and child.pos_ == "PROPN"):
            return True
        if child.dep_ == "amod" and child.text[0].isupper():
            return True
    return False


def _phrase(noun: Token) -> tuple[int, int]:
    """The tokens of a description, without its determiner and without clauses behind it."""
    doc = noun.doc
    start = noun.i
    for child in noun.lefts:
        if child.dep_ in _BEFORE and child.lower_ not in {"its", "his", "her", "their", "our", "my"}:
            start = min(start, child.left_edge.i)
    while start < noun.i and (doc[start].is_punct or doc[start].pos_ in {"DET", "PUNCT"}):
        start += 1
    end = noun.i + 1
    for child in noun.rights:
        if child.dep_ not in {"prep", "acl"} or child.i > end:
            break
        last = child.right_edge.i
        for inner in child.subtree:  # a clause within is a remark
            if inner.dep_ in {"relcl", "advcl", "punct", "appos"} and inner.i > child.i:
                last = min(last, inner.left_edge.i - 1)
        if (child.dep_ == "acl" and child.tag_ != "VB") or last - noun.i > _LONGEST:
            break
        end = last + 1
    while end > noun.i + 1 and doc[end - 1].pos_ in {"PUNCT", "ADP", "DET", "PRON", "SCONJ"}:
        end -= 1
    return start, end


def _words(doc: Doc, start: int, end: int) -> str:
    return " ".join(written_of(doc).between(start, end).split())
