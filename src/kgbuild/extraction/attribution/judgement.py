"""What kind of act an attribution is: a statement or an attitude, a denial or not, direct speech or indirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.lexicon import cue_lexicon, refusal_lexicon
from kgbuild.extraction.lexicons import media_names, word_set
from kgbuild.facts import QuotationType

if TYPE_CHECKING:
    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.view import TokenView

_MOSTLY = 0.5
_AROUND = frozenset(
    ("clause around", "phrase around", "sentence around", "colon after", "transcript", "tagged without cue")
)
_WHOLLY = 0.9
_SENTENCE = 6
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_OPENERS = frozenset(("that", "whether", "if", "how", "why", "when", "where", "who", "what"))
_POINTING = frozenset(
    ("it", "that", "this", "so", "them", "him", "her", "me", "us", "you", "which", "what", "otherwise")
)


def quotation_type(view: TokenView, content: frozenset[int]) -> QuotationType:
    """How much of the content's words stands in quotation marks."""
    opening = _opening_that(view, content)
    words = content - view.wordless - {opening}
    inside = words & view.quoted
    if words and inside == words:
        return QuotationType.DIRECT
    return QuotationType.MIXED if inside else QuotationType.INDIRECT


def _opening_that(view: TokenView, content: frozenset[int]) -> int:
    """The "that" with which an indirect content opens and which is no part of what is said; or -1."""
    first = min(content, default=-1)
    return first if first >= 0 and view.lower[first] == "that" and view.dep[first] == "mark" else -1


def _is_questioner(view: TokenView, candidate: Candidate) -> bool:
    """Whether a transcript's label is of those who ask: "QUESTION:", "Reuters:", "China Daily:"."""
    if candidate.source_head < 0:
        return False
    if view.lower[candidate.source_head] in cue_lexicon().questioners or _reports(view, candidate.source_head):
        return True
    label = [view.words[i].plain for i in sorted(candidate.source)]
    # the tagger may have taken every token of the label from the source
    known = media_names().longest(label, 0) if label else None
    return (known is not None and known[0] == len(label)) or not word_set("media").isdisjoint(label)


def _reports(view: TokenView, label: int) -> bool:
    """Whether a label is of one of the broadcaster's own people: "our reporter Tebuai Iotebwa", "has this report"."""
    press = cue_lexicon().press
    for i in view.lower_at.of({view.lower[label]}):
        if view.text[min(i + 1, view.n - 1)] == ":":
            continue
        above = view.head[i]
        beside = [c for c in view.children[i] if view.dep[c] in ("compound", "appos", "nmod")]
        if view.dep[i] in ("compound", "appos"):
            beside.append(above)
        if view.dep[i] == "nsubj":
            beside += [c for c in view.children[above] if view.dep[c] == "dobj"]
        if any(view.lemma[c] in press for c in beside):
            return True
    return False


def is_statement(view: TokenView, candidate: Candidate) -> bool:
    """Whether the source says, writes or publicly thinks the content, rather than wants, plans or does it."""
    if candidate.states is None:
        candidate.states = _states(view, candidate)
    return candidate.states


def _states(view: TokenView, candidate: Candidate) -> bool:
    lexicon = cue_lexicon()
    pattern = candidate.pattern.removeprefix("passive ")
    anchor = candidate.anchor
    lemma = view.lemma[anchor]
    if pattern == "transcript" and (_ends_in_a_question(view, candidate) or _is_questioner(view, candidate)):
        # who asks is the press, not an actor
        return False
    if all(view.lower[i] in _POINTING for i in candidate.content if view.word[i]):
        # "denied it" tells nothing by itself
        return False
    if _says_nothing(view, candidate) or _is_asked(view, anchor) or _is_told_elsewhere(view, candidate):
        return False
    if candidate.source_head >= 0 and view.lemma[candidate.source_head] in lexicon.mute and candidate.quoted == 0:
        return False
    if pattern in ("formula", "framing"):
        return True
    if pattern in _AROUND or lemma == ":" or candidate.lemma in lexicon.prepositional:
        return True
    if _conditional(view, anchor) or _asks_anonymity(view, candidate) or _crowd(view, candidate):
        return False
    if pattern == "clause before" and candidate.quoted == 0 and lemma not in lexicon.telling:
        thing = view.child(anchor, "dobj")
        if thing is not None and thing > anchor and view.pos[thing] != "PRON":
            return False  # "Kenya shut its border, Uganda recalled its envoy"
    below = view.relations(anchor)
    passive = "auxpass" in below and "agent" not in below
    if (passive and lemma in lexicon.thoughts) or (not candidate.source and view.dep[anchor] == "advcl"):
        # "is seen as": nobody's thought; "asked whether": the question of a reporter
        return False
    if _hands_on(view, candidate):
        return False
    if is_negated(view, anchor) and lemma in lexicon.sayings and candidate.quoted < _MOSTLY:
        # "did not say that" is neither a statement nor a refusal
        return False
    if pattern == "prep for" and lemma in lexicon.frames["for"]:
        return _demands(view, candidate)
    shape = content_shape(view, candidate)
    if view.pos[anchor] in ("NOUN", "PROPN"):
        return lemma in lexicon.saying_nouns and shape == "clause"
    if view.pos[anchor] == "ADJ":
        return lemma in lexicon.saying_adjectives and shape == "clause"
    if lemma in lexicon.plain_sayings:
        return True
    if lemma in lexicon.evaluating and candidate.quoted == 0 and shape == "clause":
        # "welcomed the truce concluded in May": the parser may see a clause where there is none
        return view.lower[min(candidate.content)] == "that"
    if shape == "clause" and lemma in lexicon.sayings | lexicon.thoughts | lexicon.saying_adjectives:
        return True
    if lemma in lexicon.frames.get(shape, ()):
        return not (shape == "thing" and _tells_no_words(view, candidate))
    if shape == "clause" and called(view, anchor):
        return True
    if shape == "thing" and _of_what(view, candidate, pattern):
        return True
    if candidate.quoted > 0 and lemma in lexicon.sayings:
        return True
    if candidate.quoted > _WHOLLY and candidate.source and len(candidate.content) >= _SENTENCE and shape == "clause":
        # "was more cautious: “We are not there yet.”"
        return lemma not in lexicon.attitudes
    # a verb that we do not know beside a quotation: "…," he smiled
    beside = pattern in ("quotation", "parenthesis") or (pattern == "tagged" and view.tag[anchor] in ("VBD", "VBZ"))
    return candidate.quoted > _MOSTLY and beside and lemma not in lexicon.attitudes


def content_shape(view: TokenView, candidate: Candidate) -> str:
    """What the content is made of.

    Returns:
        ``clause`` (with a subject of its own, or a quoted sentence), ``infinitive``, ``thing as``, ``thing of``,
        ``predicate`` (a thing and
        what it is called), or ``thing``.
    """
    key = (candidate.anchor, candidate.content, candidate.quoted > 0.9)
    shape = view.shapes.get(key)
    if shape is None:
        shape = view.shapes[key] = _shape_of(view, candidate)
    return shape


def _shape_of(view: TokenView, candidate: Candidate) -> str:
    content = candidate.content
    head = view.head
    roots = [i for i in sorted(content) if (head[i] not in content or head[i] == i) and view.pos[i] != "PUNCT"]
    for i in roots:
        if not view.is_verb(i) or view.relations(i).isdisjoint(_SUBJECTS):
            continue
        if any(view.dep[c] in _SUBJECTS and c in content for c in view.children[i]):
            infinitive = any(view.lower[c] == "to" and view.dep[c] == "aux" for c in view.children[i])
            return "infinitive" if infinitive else "clause"
    if view.lower[min(content)] in _OPENERS and view.tag[min(content)] in ("IN", "WRB", "WP", "WDT"):
        return "clause"
    if candidate.quoted > 0.9 and any(view.is_verb(i) for i in content):
        return "clause"
    if any(view.lower[c] == "to" and view.dep[c] == "aux" for i in roots if view.is_verb(i) for c in view.children[i]):
        return "infinitive"
    words = {view.lower[i] for i in roots}
    for preposition in ("as", "of"):
        if preposition in words and len(roots) > 1:
            return f"thing {preposition}"
    anchor = candidate.anchor
    if any(view.dep[i] in ("oprd", "acomp") and view.head[i] == anchor for i in roots) or (
        len(roots) == 1 and view.dep[roots[0]] in ("ccomp", "xcomp", "oprd") and not view.is_verb(roots[0])
    ):
        return "predicate"
    return "thing"


def _says_nothing(view: TokenView, candidate: Candidate) -> bool:
    """ "Has said little", "did not say anything about it": no words are told."""
    lexicon = cue_lexicon()
    if candidate.quoted > 0:
        return False
    told = candidate.content - view.wordless
    if not told or view.lower[min(told)] not in lexicon.says_nothing:
        return False
    words = [view.lower[i] for i in sorted(told)]
    nothing = next((k for k, word in enumerate(words) if word not in lexicon.says_nothing), len(words))
    return nothing > 0 and (nothing == len(words) or words[nothing] in lexicon.says_nothing_about)


def _ends_in_a_question(view: TokenView, candidate: Candidate) -> bool:
    """A turn of a transcript that ends in a question is that of whoever asks."""
    last = max(candidate.content)
    return view.text[last] == "?" or (last + 1 < view.n and view.text[last + 1] == "?")


def _of_what(view: TokenView, candidate: Candidate, pattern: str) -> bool:
    """ "Accused *the rebels of holding back* the men": the parser may hang the preposition on the one accused."""
    frames, lemma = cue_lexicon().frames, view.lemma[candidate.anchor]
    if lemma in frames["thing of"] and pattern in ("prep of", "behind object of"):
        return True
    words = {p for p in ("as", "of") if lemma in frames[f"thing {p}"]}
    content = candidate.content
    return bool(words) and any(
        view.lower[c] in words and view.dep[c] == "prep" and c in content
        for i in content
        if view.head[i] not in content
        for c in view.children[i]
    )


def _tells_no_words(view: TokenView, candidate: Candidate) -> bool:
    """ "Expressed differing views", "urged caution": that something was said, not what."""
    if candidate.quoted > 0:
        return False
    untold = cue_lexicon().untold.get(view.lemma[candidate.anchor], frozenset())
    content = candidate.content
    roots = (i for i in content if view.head[i] not in content or view.head[i] == i)
    return any(view.lemma[i] in untold for i in (*roots, *candidate.cue))


def _is_told_elsewhere(view: TokenView, candidate: Candidate) -> bool:
    """ "Denied the report", "rejected the claim": what it says is not told."""
    lexicon = cue_lexicon()
    lemma = view.lemma[candidate.anchor]
    if candidate.quoted > 0 or (lemma not in lexicon.denial_verbs and lemma not in lexicon.rejecting):
        return False
    words = [i for i in sorted(candidate.content) if view.word[i]]
    return bool(words) and all(
        view.lemma[i] in lexicon.told_elsewhere or view.pos[i] in ("DET", "PRON", "ADJ") for i in words
    )


def called(view: TokenView, anchor: int) -> bool:
    """Whether the parser sees a clause in what something is called: "called it the best bargain ever"."""
    if view.lemma[anchor] not in cue_lexicon().frames["predicate"]:
        return False
    thing = view.child(anchor, "dobj")
    clause = view.child(anchor, "ccomp")
    return thing is not None and clause is not None and thing < clause and view.child(clause, "mark") is None


def _demands(view: TokenView, candidate: Candidate) -> bool:
    """ "Asked for a seat" is a demand; "asked for a glass of water" is none, and treaties call for nothing aloud."""
    if candidate.source_head < 0 or view.lemma[candidate.source_head] in refusal_lexicon()["texts"]:
        return False
    if view.words[candidate.source_head].plain in word_set("media"):
        return False  # a paper that calls on its readers for something is no actor
    roots = [i for i in candidate.content if view.head[i] not in candidate.content or view.head[i] == i]
    return not any(view.lemma[i] in cue_lexicon().handed for i in roots)


def _is_asked(view: TokenView, anchor: int) -> bool:
    """ "Asked by reporters whether he would go, he declined": the question is nobody's statement."""
    if view.lemma[anchor] != "ask" or view.tag[anchor] != "VBN" or view.dep[anchor] == "conj":
        return False
    return view.relations(anchor).isdisjoint(("nsubj", "nsubjpass"))


def _conditional(view: TokenView, anchor: int) -> bool:
    """A cue that tells of no act: "if he says"."""
    return "mark" in view.relations(anchor) and any(
        view.dep[c] == "mark" and view.lower[c] in ("if", "unless") for c in view.children[anchor]
    )


def _asks_anonymity(view: TokenView, candidate: Candidate) -> bool:
    """ "Asked not to be named" is no statement."""
    content, children = candidate.content, view.children[candidate.anchor]
    if not (view.anonymity.isdisjoint(content) and view.anonymity.isdisjoint(children)):
        return True
    if view.naming is None:
        view.naming = frozenset([i for i in view.lemma_at.of(refusal_lexicon()["anonymity"]) if view.tag[i] == "VBN"])
    unnamed = not view.naming.isdisjoint(content)
    return unnamed and any(view.lower[i] in ("not", "n't", "n’t") for i in (*content, *children))


def _hands_on(view: TokenView, candidate: Candidate) -> bool:
    """ "The agency quoted her as saying": she is the one who says it, through a cue of its own."""
    if "prep" not in view.relations(candidate.anchor):
        return False
    for c in view.children[candidate.anchor]:
        if view.dep[c] == "prep" and view.lower[c] == "as":
            saying = view.child(c, "pcomp")
            if saying is not None and view.tag[saying] == "VBG" and view.lemma[saying] in cue_lexicon().sayings:
                return True
    return False


def _crowd(view: TokenView, candidate: Candidate) -> bool:
    head = candidate.source_head
    if head >= 0 and view.lower[head] in cue_lexicon().hardly_anyone:
        return True
    if head < 0 or view.lower[head] not in cue_lexicon().crowds or candidate.quoted > 0:
        return False
    return not any(view.dep[c] in ("prep", "relcl", "acl") for c in view.children[head])


def is_negated(view: TokenView, anchor: int) -> bool:
    """Whether the cue's head is negated."""
    return "neg" in view.relations(anchor)


def is_denial(view: TokenView, candidate: Candidate) -> bool:
    """Whether the source says that the content is not so; "did not say that" is none."""
    lexicon = cue_lexicon()
    if view.lemma[candidate.anchor] in lexicon.thoughts and view.is_verb(candidate.anchor):
        # "does not believe that it will"
        return is_negated(view, candidate.anchor)
    first, _, second = candidate.lemma.partition(" ")
    verbs = [i for i in candidate.cue if view.is_verb(i) and view.lemma[i] in lexicon.denial_verbs]
    if verbs or first in lexicon.denial_nouns:
        return not any(is_negated(view, i) for i in verbs)
    if first not in lexicon.rejecting:
        return False
    things = [second] if second else [view.lemma[c] for c in view.children[candidate.anchor] if view.dep[c] == "dobj"]
    return any(thing in lexicon.rejected for thing in things)
