"""What the words of a mention of an event tell of it: its label, whether they point back, whether they only ask."""

from __future__ import annotations

import bisect

from kgbuild.extraction.events.arguments import Arguments
from kgbuild.extraction.events.lexicon import words

_DEFINITE = frozenset({"the", "that", "this", "these", "those", "such", "its", "their", "his", "her"})
_LABEL_TOKENS = 9
_QUESTION = frozenset({"?"})


def is_audience(arguments: Arguments, i: int) -> bool:
    """Whether an event noun stands for those who are spoken to: "told a **rally**"."""
    tokens = arguments.tokens
    carrier = arguments.carrier(i)
    return carrier >= 0 and tokens.lemma[carrier].lower() in words("speaking")


def is_due(arguments: Arguments, verb: int) -> bool:
    """Whether a treaty has still to be ratified: "both parliaments **must** ratify it"."""
    tokens = arguments.tokens
    return any(tokens.lower[c] in ("must", "shall") for c in tokens.children[verb]) and not any(
        tokens.dep[c] == "neg" or tokens.lower[c] in ("have", "if") for c in tokens.children[verb]
    )


def is_asked(arguments: Arguments, i: int) -> bool:
    """Whether it stands in a question."""
    tokens = arguments.tokens
    if not tokens.lower_at.any(_QUESTION):
        return False
    last = bisect.bisect_right(tokens.sentence, tokens.sentence[i]) - 1
    while last > i and (tokens.pos[last] in ("SPACE", "PUNCT")) and tokens.lower[last] != "?":
        last -= 1
    return tokens.lower[last] == "?"


def is_definite(arguments: Arguments, i: int, *, verb: bool) -> bool:
    """Whether the words point back: "the talks", "their meeting"; of a verb, those of its object."""
    tokens = arguments.tokens
    heads = arguments.objects(i) if verb else [i]
    if verb:
        meant = words("lists.audience") | words("lists.sanctions")
        heads = [head for head in heads if tokens.lemma_lower[head] in meant]
    elif tokens.text[i][0].isupper() and i and tokens.lemma_lower[i] in words("lists.audience"):
        # a communiqué's "Summit was attended by …"
        determined = any(tokens.dep[c] in ("det", "poss", "compound", "amod") for c in tokens.children[i])
        return not determined or any(tokens.lower[c] in _DEFINITE for c in tokens.children[i])
    return any(tokens.lower[c] in _DEFINITE for head in heads for c in tokens.children[head])


def phrase(arguments: Arguments, i: int, *, verb: bool) -> tuple[int, ...]:
    """The words that name the event: a noun with its modifiers and complement, or a verb with its object."""
    tokens = arguments.tokens
    first = i
    last = i
    if verb:
        for head in arguments.objects(i):
            if head > i and tokens.sentence[head] == tokens.sentence[i]:
                last = max(last, head)
        for child in tokens.children[i]:
            if tokens.dep[child] in ("prt", "neg") and child > i:
                last = max(last, child)
    else:
        for child in tokens.children[i]:
            if tokens.dep[child] in ("amod", "compound", "nummod", "poss", "nmod", "det") and child < first:
                first = tokens.left_edge(child) if tokens.dep[child] == "poss" else child
            if tokens.dep[child] == "prep" and child < i + 2 and tokens.lower[child] in ("of", "between", "on", "with"):
                last = max([last, *arguments.slot(i, (tokens.lower[child],), verb=False)])
    if last - first >= _LABEL_TOKENS:
        last = max(i, min(last, i + 3))
        first = max(first, i - 3)
    while first < i and tokens.lower[first] in ("the", "a", "an"):
        first += 1
    return tuple(range(first, last + 1))
