"""Which words praise or blame what they are said of: "would protect us", "a mistake", "a tap, not a treaty"."""

from __future__ import annotations

from spacy.tokens import Token

from kgbuild.extraction.positions.lexicon import Evaluation, denied, evaluations, opposite, stance_cues, words_of
from kgbuild.extraction.treaties.lexicon import treaty_nouns
from kgbuild.facts import Polarity

#: how sure it is that a word is praise or blame, and that an image in quotation marks is
SURE, GUESSED = 0.65, 0.45
#: tokens behind a verb or noun in which the other words of a phrase may stand
_REACH = 7
#: and of those that follow it right away
_FOLLOWING = 4


def verb_polarity(verb: Token, files: tuple[str, ...]) -> Polarity | None:
    """Whether a verb praises or blames its subject: "protects us", "sold us"; None if it does neither.

    Args:
        verb: a verb.
        files: the user's own tables of judgements.
    """
    entries = evaluations("verb", files).get(verb.lemma_.lower(), ())
    if not entries:
        return None
    words = {t.lemma_.lower() for t in verb.subtree if 0 < t.i - verb.i <= _REACH}
    found = next((entry.polarity for entry in entries if words.issuperset(entry.words[1:])), None)
    if found == Polarity.SUPPORTS and any(c.lower_ == "only" for c in verb.children):
        return Polarity.OPPOSES  # "protects only the side that breaks it"
    if found is not None and any(c.dep_ == "dobj" and _is_nothing(c) for c in verb.children):
        return opposite(found)  # "protects nobody"
    return found


def _is_nothing(noun: Token) -> bool:
    return noun.lower_ in words_of("nobody") or any(c.dep_ == "det" and c.lower_ == "no" for c in noun.children)


def predicate(word: Token, files: tuple[str, ...]) -> Polarity | None:
    """The judgement in a predicate, from its head or an adjective of it: "an important deal", "a surrender".

    Args:
        word: head of the predicate.
        files: the user's own tables of judgements.
    """
    table = evaluations("predicate", files)
    if _is_bad(word, table) or _is_no_treaty(word):
        return Polarity.OPPOSES  # "a bad bargain" is no bargain
    negative = any(c.lower_ in {"no", "not", "hardly"} for c in word.children)
    if word.i > 1 and word.nbor(-1).lower_ == "from" and word.nbor(-2).lower_ == "far":
        return None  # "far from dead" is no praise
    for token in (word, *(c for c in word.children if c.dep_ in {"amod", "conj", "compound"})):
        for entry in (*table.get(token.lemma_.lower(), ()), *_by_form(token, table)):
            if len(entry.words) > 1 and not _has_words(entry.words[1:], token):
                continue
            if any(c.lower_ == "least" for c in token.children):
                return opposite(entry.polarity)  # "the least bad option"
            return denied(entry.polarity) if negative else entry.polarity
    return None


def _is_bad(word: Token, table: dict[str, tuple[Evaluation, ...]]) -> bool:
    """Whether an adjective turns the praise that its noun is into blame."""
    own = any(e.polarity == Polarity.SUPPORTS and len(e.words) == 1 for e in table.get(word.lemma_.lower(), ()))
    return own and any(
        child.dep_ == "amod"
        and any(e.polarity == Polarity.OPPOSES and len(e.words) == 1 for e in table.get(child.lemma_.lower(), ()))
        and not any(c.lower_ == "least" for c in child.children)
        for child in word.children
    )


def _by_form(token: Token, table: dict[str, tuple[Evaluation, ...]]) -> tuple[Evaluation, ...]:
    """What the form of a word is listed for: "better than nothing"."""
    return table.get(token.lower_, ()) if token.lower_ != token.lemma_.lower() else ()


def _has_words(words: tuple[str, ...], token: Token) -> bool:
    near = token.doc[token.i + 1 : min(token.i + _FOLLOWING, token.sent.end)]
    within = {t.lemma_.lower() for t in (*token.subtree, *near)}  # the parser hangs "to" in "a gift to Peru" anywhere
    return within.issuperset(words)


def _is_no_treaty(word: Token) -> bool:
    """Whether a treaty is said to be something else: "a tap, not a treaty"."""
    for token in word.doc[word.i + 1 : min(word.i + _REACH, word.sent.end)]:
        if token.lower_ != "not":
            continue
        after = [t for t in token.doc[token.i + 1 : token.i + 4] if t.pos_ != "DET"][:1]
        return bool(after) and after[0].lemma_.lower() in treaty_nouns()
    return False


def called(verb: Token, files: tuple[str, ...]) -> tuple[Polarity | None, Token | None, float]:
    """What a thing is called ("a surrender", "as overdue"), and how sure it is that this is praise or blame.

    Args:
        verb: which calls the thing something.
        files: the user's own tables of judgements.
    """
    quoted: Token | None = None
    for child in verb.children:
        words: list[Token] = []
        if child.dep_ in {"oprd", "ccomp", "acomp", "attr", "xcomp"} and child.i > verb.i:
            words = [child]
        elif child.dep_ == "prep" and child.lower_ in {"as", "to"}:
            # the parser may see a clause in "the most important fisheries deal since …": read the words behind it too
            words = [c for c in child.doc[child.i + 1 : child.i + 8] if c.head.i >= child.i and not c.is_punct]
        for word in words:
            polarity = predicate(word, files)
            if polarity is not None:
                return polarity, word, SURE
            if quoted is None and _is_quoted(word):
                quoted = word
    if quoted is not None and verb.lemma_.lower() in words_of("image"):
        # an image in quotation marks that is no praise is blame, more often than not: “a conveyor belt”
        first = next((c for c in quoted.subtree if not c.is_punct), quoted)
        return (Polarity.SUPPORTS if first.lower_ == "the" else Polarity.OPPOSES), quoted, GUESSED
    return None, None, SURE


def _is_quoted(word: Token) -> bool:
    """Whether a phrase stands in quotation marks of its own."""
    first = word.left_edge.i
    return any(t.text in {"“", '"', "‘", "''", "``"} for t in word.doc[max(0, first - 1) : word.i])


def deed(verb: Token) -> Polarity | None:
    """Whether doing what a verb tells is for or against a treaty; None if it is neither.

    Args:
        verb: "sign", "scrap".
    """
    cues = [c for c in stance_cues().get(verb.lemma_.lower(), ()) if c.pos == "verb" and not c.parts and not c.particle]
    cues = [c for c in cues if "object" in c.targets and not c.before]
    cues.sort(key=lambda c: not {"future", "deed"} & c.when)
    return next((cue.polarity for cue in cues if cue.polarity in {Polarity.SUPPORTS, Polarity.OPPOSES}), None)
