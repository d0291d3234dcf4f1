"""For whom a spokesperson says "we" in the transcript of a briefing that never tells their post."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc, Token

from kgbuild.extraction.document import Layout, Referent
from kgbuild.facts import ActorType

#: how the turns of those who ask are labelled in the transcripts of governments; an interview's "Q:" asks a person
_LABEL = "question"
#: so many questions make a briefing
_BRIEFING = 2


def briefed_state(doc: Doc) -> Referent | None:
    """The state whose spokesperson a briefing's questions are put to: "Does **Ireland** expect Norway to sign?".

    Args:
        doc: with actors and the layout.

    Returns:
        The state most often the subject of a question, else the publisher's; None if the text is no briefing.
    """
    layout: Layout | None = doc._.layout
    if layout is None:
        return None
    turns = [p for p in layout.paragraphs if p.end - p.start > 1 and _is_question(doc[p.start], doc[p.start + 1])]
    if len(turns) < _BRIEFING:
        return None
    referents: dict[int, Referent] = doc._.referents
    asked: Counter[str] = Counter()
    by_key: dict[str, Referent] = {}
    for turn in turns:
        for token in doc[turn.start : turn.end]:
            referent = referents.get(token.i)
            if referent is not None and referent.type == ActorType.STATE and _is_asked_about(token):
                asked[referent.key] += 1
                by_key[referent.key] = referent
    home: Referent | None = doc._.home
    best = asked.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return home
    return by_key[best[0][0]]


def _is_question(first: Token, second: Token) -> bool:
    return bool(first.lower_ == _LABEL and second.text == ":")


def _is_asked_about(token: Token) -> bool:
    """Whether a word is the subject of a question's main clause, behind its auxiliary: "Did **Peru** sign?"."""
    verb = token.head
    inverted = verb.i < token.i or any(c.dep_ in {"aux", "auxpass"} and c.i < token.i for c in verb.children)
    main = token.dep_ in {"nsubj", "nsubjpass"} and verb.dep_ in {"ROOT", "ccomp", "conj"}
    return inverted and main and str(token.pos_) == "PROPN"
