"""Cues that are formulas of English, certain wherever they stand: "X's line is that …", "let it be known that …".

A net that learnt from marked articles has seen too few of them to trust them.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import Candidate, Source, make, phrase, subject_of
from kgbuild.extraction.attribution.judgement import is_statement
from kgbuild.extraction.attribution.lexicon import cue_lexicon
from kgbuild.extraction.attribution.refusers import is_actor
from kgbuild.extraction.attribution.tagged import head_of
from kgbuild.extraction.lexicons import media_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.extraction.attribution.view import TokenView

_CERTAIN = 0.75
_FROM = ("from", "in", "of", "at")
_QUESTIONS = frozenset(("whether", "if", "how", "why", "what", "who", "where", "when", "which"))
_FRAMING = ("on", "in", "by")
#: tokens between whose a noun is and its colon, and their word classes
_COLON_REACH = 5
_PREDICATE = ("AUX", "VERB", "ADJ", "ADV")
_ENDS = frozenset(".,?!…")
_DASHES = frozenset(("—", "–", "-", "--", "―"))
#: words of the shortest quotation with a name behind a dash, tokens of the longest such line, and tags that it has not
_LEAST_CREDITED = 3
_LONGEST_CREDIT = 14
_OUTSIDE_CREDITS = frozenset(("VBD", "VBZ", "VBP", "MD", "PRP"))
#: tokens from the verb to the noun of "placed on record", and tags that do not stand between them
_PHRASE_REACH = 6
_OUTSIDE_PHRASES = frozenset(("VBD", "VBZ", "VBP", "MD", "NNP", "PRP", "CC"))


def with_formulas(view: TokenView, found: Sequence[Candidate]) -> list[Candidate]:
    """Attributions with statements by formula, instead of what was taken for mere attitudes at their cues.

    Args:
        view: the document.
        found: what has been found before.
    """
    candidates = list(_candidates(view))
    if not candidates:
        return list(found)
    chosen = [c for c in found if is_statement(view, c)]
    anchors = {i for c in chosen for i in c.cue} | {c.anchor for c in chosen}
    kept: list[Candidate] = []
    for candidate in candidates:
        own = candidate.cue | {candidate.anchor}
        if own & anchors or candidate.source_head < 0:
            continue
        crossed = (c for c in chosen if c.content & candidate.content)
        if all(candidate.anchor in c.content or c.content | c.cue <= candidate.content for c in crossed):
            candidate.score = _CERTAIN
            kept.append(candidate)
    cues = {i for c in kept for i in (*c.cue, c.anchor)}
    return [c for c in found if c in chosen or (c.anchor not in cues and not c.cue & cues)] + kept


def _candidates(view: TokenView) -> Iterator[Candidate]:
    lexicon = cue_lexicon()
    for i in view.lemma_at.of(lexicon.formula_words):
        lemma = view.lemma[i]
        if lemma in lexicon.formula_phrases and (view.pos[i] == "NOUN" or view.tag[max(i - 1, 0)] == "IN"):
            yield from _in_a_phrase(view, i)
        if lemma in lexicon.formula_nouns and view.pos[i] in ("NOUN", "PROPN"):
            yield from _is_that(view, i)
            yield from _on_telling(view, i)
            yield from _with_colon(view, i)
        elif lemma in lexicon.formula_known:
            yield from _let_it_be_known(view, i)
        elif lemma in lexicon.formula_adjectives and view.pos[i] == "ADJ":
            yield from _is_adamant(view, i)
    yield from _credited(view)


def _credited(view: TokenView) -> Iterator[Candidate]:
    """ "“The river belongs to all.” — Kofi Mensah, mayor of Kandi": a quotation with a name behind a dash, in the same
    line or the next."""
    for region in view.regions:
        if (
            not region.closed
            or view.text[region.end - 2] not in _ENDS
            or sum(view.word[region.start : region.end]) < _LEAST_CREDITED
        ):
            continue
        dash = next((i for i in range(region.end, view.n) if not view.space[i]), view.n)
        if (
            dash + 1 >= view.n
            or view.text[dash] not in _DASHES
            or view.paragraph[dash] - view.paragraph[region.start] > 1
        ):
            continue
        end = view.paragraphs[view.paragraph[dash]].end
        name = [i for i in range(dash + 1, end) if not view.space[i]]
        while name and not view.word[name[-1]]:
            name.pop()
        if not 0 < len(name) <= _LONGEST_CREDIT or any(view.tag[i] in _OUTSIDE_CREDITS for i in name):
            continue
        # "— Foreign Minister Lars Holm, in Oslo": the name ends at the comma
        first = [*itertools.takewhile(lambda i: view.word[i] or view.text[i] != ",", name)]
        head = head_of(view, first)
        label = [view.words[i].plain for i in first]
        known = media_names().longest(label, 0)
        if head >= 0 and _speaks(view, head) and (known is None or known[0] < len(label)):
            source = Source(tuple(first), head, "credit")
            yield from _made(view, dash, source, frozenset((dash,)), range(region.start, region.end))


def _clause(view: TokenView, verb: int) -> int | None:
    """The clause with a subject of its own that a verb governs."""
    for c in view.children[verb]:
        finite = any(view.dep[k] in ("nsubj", "nsubjpass", "expl", "csubj") for k in view.children[c])
        if view.dep[c] in ("ccomp", "advcl", "acl") and c > verb and finite:
            opening = view.lower[min(view.subtree(c))]
            if opening in _QUESTIONS:
                continue
            if view.dep[c] == "ccomp" or opening == "that":
                return c
    return None


def _made(
    view: TokenView, anchor: int, source: Source, cue: frozenset[int], content: Sequence[int]
) -> Iterator[Candidate]:
    made = make(view, anchor, view.lemma[anchor], "formula", content, source=source, cue=cue)
    if made is not None:
        yield made


def _is_that(view: TokenView, noun: int) -> Iterator[Candidate]:
    """ "Beijing's line is that …", "The view in Canberra is that …", "Word from the Treasury is that …"."""
    verb = view.head[noun]
    if view.dep[noun] != "nsubj" or view.lemma[verb] != "be":
        return
    clause = _clause(view, verb)
    source = _owner(view, noun)
    if clause is not None and source is not None:
        yield from _made(view, noun, source, frozenset((noun, verb)), view.subtree(clause))


def _owner(view: TokenView, noun: int) -> Source | None:
    """Whose the noun is: "Beijing's", "in Canberra", "as set out by its envoy"."""
    for c in view.children[noun]:
        if view.dep[c] == "acl":
            agent = view.child(c, "agent")
            by = view.child(agent, "pobj") if agent is not None else None
            if by is not None:
                return Source(phrase(view, by), by, "by")
    owner = view.child(noun, "poss")
    if owner is not None:
        return Source(tuple(i for i in phrase(view, owner) if view.tag[i] != "POS"), owner, "possessive")
    for c in view.children[noun]:
        inner = view.child(c, "pobj") if view.dep[c] == "prep" and view.lower[c] in _FROM else None
        if inner is not None:
            return Source(phrase(view, inner), inner, view.lower[c])
    return None


def _on_telling(view: TokenView, noun: int) -> Iterator[Candidate]:
    """ "On Captain Boateng's telling, …", "By her account …": the clause around it is the content."""
    preposition = view.head[noun]
    owner = view.child(noun, "poss")
    if view.dep[noun] != "pobj" or view.lower[preposition] not in _FRAMING or owner is None:
        return
    verb = view.head[preposition]
    if preposition > verb or view.child(verb, "nsubj", "nsubjpass", "expl") is None:
        return  # "declined to comment on her account"
    if not view.is_verb(verb) or view.lemma[noun] not in cue_lexicon().formula_frames:
        return
    below = set(view.subtree(preposition))
    content = [i for i in view.subtree(verb) if i not in below and view.paragraph[i] == view.paragraph[noun]]
    source = Source(tuple(i for i in phrase(view, owner) if view.tag[i] != "POS"), owner, "possessive")
    yield from _made(view, noun, source, frozenset((preposition, noun)), content)


def _with_colon(view: TokenView, noun: int) -> Iterator[Candidate]:
    """ "The envoy's verdict: “a roof with holes”", "Came the reply from Minsk: “Not now.”"."""
    source = _owner(view, noun)
    if source is None or (source.kind in _FROM and not _speaks(view, source.head)):
        return
    last = max(noun, *source.tokens)
    # "the reply from Minsk was blunt: “…”"
    colon = next(
        (i for i in range(last + 1, min(last + _COLON_REACH, view.n)) if view.pos[i] not in _PREDICATE), view.n
    )
    if colon + 1 >= view.n or view.text[colon] != ":" or view.region[colon + 1] < 0:
        return
    region = view.regions[view.region[colon + 1]]
    yield from _made(view, noun, source, frozenset((noun, colon)), range(region.start, region.end))


def _speaks(view: TokenView, head: int) -> bool:
    """Whether a name or noun is of somebody: "from Minsk", "from the ministry", not "of the lake"."""
    return view.pos[head] == "PROPN" or is_actor(view, head)


def _in_a_phrase(view: TokenView, noun: int) -> Iterator[Candidate]:
    """ "Malawi placed on *record* that …", "The leaders shared the *view* that …", "She put out *word* that …"."""
    verbs = cue_lexicon().formula_phrases[view.lemma[noun]]
    verb = next((i for i in range(noun - 1, max(-1, noun - _PHRASE_REACH), -1) if view.lemma[i] in verbs), None)
    if verb is None or not view.is_verb(verb) or any(view.dep[c] == "neg" for c in view.children[verb]):
        return
    if any(view.word[i] and view.tag[i] in _OUTSIDE_PHRASES for i in range(verb + 1, noun)):
        return
    subject, _ = subject_of(view, verb)
    mark = noun + 1
    if subject < 0 or subject > verb or mark >= view.n:
        return
    _, end = view.sentence(noun)
    if view.lower[mark] == "that" and view.dep[mark] != "det":
        stop = next((i for i in range(mark, end) if view.text[i] in ",;" and _new_cue(view, i, end)), end)
        content = list(range(mark, stop))
    else:
        # "placed on record its reservation to Article 9"
        things = (c for i in (verb, noun) for c in view.children[i] if view.dep[c] == "dobj" and c > noun)
        thing = next(things, None)
        if thing is None:
            return
        finite = ("VBD", "VBZ", "VBP")
        joined = (i for i in range(thing, end - 1) if view.tag[i] == "CC" and view.tag[i + 1] in finite)
        content = list(range(noun + 1, next(joined, end)))
    source = Source(phrase(view, subject, (verb,)), subject, "own")
    yield from _made(view, noun, source, frozenset(range(verb, noun + 1)), content)


def _new_cue(view: TokenView, comma: int, end: int) -> bool:
    """Whether a participle of saying or a relative clause follows a comma."""
    return comma + 1 < end and view.tag[comma + 1] in ("VBG", "WDT", "WP")


def _let_it_be_known(view: TokenView, known: int) -> Iterator[Candidate]:
    """ "He let it be known through an aide that …", "She made it clear that …"."""
    letting = cue_lexicon().formula_letting
    verb = view.head[known]
    for _ in range(2):
        if view.lemma[verb] in letting:
            break
        verb = view.head[verb]
    between = [view.lower[i] for i in range(verb + 1, known)]
    if view.lemma[verb] not in letting or between[:1] != ["it"] or len(between) > 4:
        return
    clause = next((c for c in (_clause(view, known), _clause(view, verb)) if c is not None), None)
    subject, _ = subject_of(view, verb)
    if clause is None or subject < 0 or clause < known:
        return
    content = view.subtree(clause)
    mark = next((i for i in sorted(content) if view.lower[i] == "that"), None)
    if mark is None or mark < known:
        return
    source = Source(phrase(view, subject, (verb,)), subject, "own")
    yield from _made(view, known, source, frozenset(range(verb, known + 1)), [i for i in content if i >= mark])


def _is_adamant(view: TokenView, adjective: int) -> Iterator[Candidate]:
    """ "She is adamant that …"."""
    verb = view.head[adjective]
    clause = _clause(view, adjective) or (_clause(view, verb) if view.dep[adjective] == "acomp" else None)
    subject, _ = subject_of(view, verb)
    negated = any(view.dep[c] == "neg" for c in view.children[verb])
    if view.dep[adjective] != "acomp" or clause is None or subject < 0 or negated or clause < adjective:
        return
    source = Source(phrase(view, subject, (verb,)), subject, "own")
    yield from _made(view, adjective, source, frozenset((verb, adjective)), view.subtree(clause))
