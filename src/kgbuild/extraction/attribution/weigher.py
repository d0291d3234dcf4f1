"""Weighs candidates: how likely is each a right attribution, and how likely is its content right to the letter?

A small net over what the grammar and the tagger say of a candidate; its probabilities are the confidence that users
see.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from spacy.strings import get_string_id as hash_string

from kgbuild.extraction.attribution.tagger import rows_of, stored_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.tagged import TaggedAttribution
    from kgbuild.extraction.attribution.tagger import Marks
    from kgbuild.extraction.attribution.view import TokenView

#: symbolic features of a candidate, each with a table of its own
SYMBOLS = ("lemma", "pattern", "source_kind", "anchor_tag", "anchor_dep", "content_head", "source_word")
#: plain numbers of a candidate: what the grammar knows, then what the tagger knows
GRAMMAR_NUMBERS = 24
TAGGER_NUMBERS = 20

_NO_TOKENS: frozenset[int] = frozenset()
_QUESTION_WORDS = frozenset(("if", "whether", "how", "why", "what", "who"))
_MODALS = frozenset(("will", "would", "can", "could", "may", "might", "should", "must", "shall"))


class _Content(NamedTuple):
    """What the tokens of a content alone tell, whoever says them: many candidates have the same.

    Attributes:
        first, last: of the tokens.
        form: word class, tag and relation of the syntactic head.
        runs: how many stretches they make.
        ends: whether a sentence ends among them.
        marks: what the tagger says of them, in the order of the numbers; empty without it.
    """

    first: int
    last: int
    form: str
    runs: int
    ends: bool
    marks: tuple[float, ...]


class Evidence:
    """What candidates of one document are weighed by.

    Args:
        view: the document.
        marks: what the tagger says, or None to weigh by grammar alone.
        linked: the tagger's own attributions.
    """

    def __init__(self, view: TokenView, marks: Marks | None, linked: Sequence[TaggedAttribution]) -> None:
        self.view = view
        self.marks = marks
        self._content = marks.content.tolist() if marks else []
        self._source = marks.source.tolist() if marks else []
        self._cue = marks.cue.tolist() if marks else []
        self._begins = marks.begins.tolist() if marks else []
        self._contents: dict[frozenset[int], _Content] = {}
        self._clauses: dict[int, list[float]] = {}
        self._linked: dict[int, TaggedAttribution] = {}
        for attribution in linked:
            for span in (attribution.cue, *(attribution.contents if attribution.cue is None else ())):
                if span is not None:
                    self._linked.update(dict.fromkeys(span.tokens(), attribution))

    def symbols(self, candidate: Candidate) -> tuple[str, ...]:
        """The symbolic features ``SYMBOLS``."""
        view, anchor, source = self.view, candidate.anchor, candidate.source_head
        if source < 0:
            source_word = "-"
        elif view.pos[source] in ("PRON", "DET"):
            source_word = view.lower[source]
        else:
            source_word = view.entity[source] or view.pos[source]
        return (
            candidate.lemma,
            candidate.pattern,
            candidate.source_kind,
            view.tag[anchor],
            view.dep[anchor],
            self._content_of(candidate).form,
            source_word,
        )

    def _content_of(self, candidate: Candidate) -> _Content:
        content = self._contents.get(candidate.content)
        if content is None:
            content = self._contents[candidate.content] = self._read(candidate.content)
        return content

    def numbers(self, candidate: Candidate) -> list[float]:
        """The plain numbers of a candidate, ``GRAMMAR_NUMBERS`` and then ``TAGGER_NUMBERS``."""
        content = self._content_of(candidate)
        return self._grammar_numbers(candidate, content) + (
            self._tagger_numbers(candidate, content) if self.marks else [0.0] * TAGGER_NUMBERS
        )

    def _read(self, tokens: frozenset[int]) -> _Content:
        view = self.view
        ordered = sorted(tokens)
        first, last, size = ordered[0], ordered[-1], len(ordered)
        head = _content_head(view, ordered, tokens)
        form = f"{view.pos[head]} {view.tag[head]} {view.dep[head]}"
        runs = 1 if last - first == size - 1 else _runs(tokens)
        ends = not tokens.isdisjoint(view.ends)
        if not self.marks:
            return _Content(first, last, form, runs, ends, ())
        if runs == 1:
            whole = slice(first, last + 1)
            values, cue, source = self._content[whole], self._cue[whole], self._source[whole]
        else:
            values = [self._content[i] for i in ordered]
            cue = [self._cue[i] for i in ordered]
            source = [self._source[i] for i in ordered]
        left, right = first - 1, last + 1
        while left >= 0 and view.space[left]:
            left -= 1
        while right < view.n and view.space[right]:
            right += 1
        before = self._content[left] if left >= 0 else 0.0
        after = self._content[right] if right < view.n else 0.0
        mean = sum(values) / size
        edges = (self._begins[first], before, after)
        marks = (mean, min(values), sorted(values)[size // 5], *edges, sum(cue) / size, max(cue), sum(source) / size)
        return _Content(first, last, form, runs, ends, marks)

    def _clause_numbers(self, anchor: int) -> list[float]:
        """What the cue's own dependents are."""
        view = self.view
        children = view.children[anchor]
        deps = [view.dep[k] for k in children]
        return [
            "neg" in deps,
            any(view.lemma[k] in _MODALS for k in children),
            "mark" in deps,
            "auxpass" in deps,
            view.paragraphs[view.paragraph[anchor]].kind == "headline",
        ]

    def _grammar_numbers(self, c: Candidate, content: _Content) -> list[float]:
        view = self.view
        first, last = content.first, content.last
        anchor, source = c.anchor, c.source_head
        clause = self._clauses.get(anchor)
        if clause is None:
            clause = self._clauses[anchor] = self._clause_numbers(anchor)
        opening = view.lower[first]
        return [
            math.log1p(len(c.content)) / 4,
            math.log1p(len(c.source)) / 3,
            len(c.cue) / 4,
            c.quoted,
            c.quoted > 0.9,
            c.quoted > 0,
            view.region[anchor] >= 0,
            first < anchor,
            last > anchor,
            min(8, content.runs) / 4,
            min(30, abs(source - anchor)) / 15 if source >= 0 else 0.0,
            0 <= source < anchor,
            source >= 0,
            opening == "that",
            opening == "to",
            opening in _QUESTION_WORDS,
            *clause,
            view.paragraph[first] != view.paragraph[last],
            content.ends,
            first >= 2 and view.ends_sentence(first - 1),
        ]

    def _tagger_numbers(self, c: Candidate, content: _Content) -> list[float]:
        cue = [self._cue[i] for i in c.cue]
        source = [self._source[i] for i in c.source]
        linked = self._linked.get(c.anchor)
        tagged = linked.said if linked is not None else _NO_TOKENS
        both = len(tagged & c.content)
        return [
            *content.marks[:6],
            self._cue[c.anchor],
            sum(cue) / len(cue) if cue else 0.0,
            max(cue, default=0.0),
            sum(source) / len(source) if source else 0.0,
            self._source[c.source_head] if c.source_head >= 0 else 0.0,
            max(source, default=0.0),
            *content.marks[6:],
            both / (len(tagged) + len(c.content) - both),
            linked is not None and both == len(tagged) == len(c.content),
            linked is not None
            and linked.source is not None
            and c.source_head >= 0
            and not c.source.isdisjoint(linked.source.tokens()),
            linked is not None and linked.source is None,
            linked is not None,
        ]


def _content_head(view: TokenView, ordered: Sequence[int], content: frozenset[int]) -> int:
    """The head of the content: the first token whose own head lies outside it."""
    for i in ordered:
        if (view.head[i] not in content or view.head[i] == i) and view.pos[i] not in ("PUNCT", "SPACE"):
            return i
    return ordered[0]


class Weigher:
    """The trained net.

    Args:
        path: weights, as the training command writes them.

    Raises:
        KgbuildError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        arrays = stored_arrays(path)
        self._keys = [arrays[f"keys.{k}"] for k in range(len(SYMBOLS))]
        self._row = functools.lru_cache(maxsize=20_000)(self._find_row)
        self._tables = [arrays[f"net.tables.{k}.weight"].astype(np.float32) for k in range(len(SYMBOLS))]
        self._layers = [
            (arrays[f"net.layers.{k}.weight"].astype(np.float32).T, arrays[f"net.layers.{k}.bias"].astype(np.float32))
            for k in range(sum(name.startswith("net.layers.") and name.endswith("weight") for name in arrays))
        ]

    def _find_row(self, k: int, symbol: str) -> int:
        return int(rows_of(self._keys[k], np.array([hash_string(symbol)], np.uint64))[0])

    def weigh(self, evidence: Evidence, candidates: Sequence[Candidate]) -> None:
        """Sets ``score`` and ``exact`` of the candidates of one document."""
        if not candidates:
            return
        row = self._row
        rows = np.array([[row(k, symbol) for k, symbol in enumerate(evidence.symbols(c))] for c in candidates])
        numbers = np.array([evidence.numbers(c) for c in candidates], np.float32)
        parts = [table[rows[:, k]] for k, table in enumerate(self._tables)]
        hidden = np.concatenate([*parts, numbers], 1)
        for k, (weight, bias) in enumerate(self._layers):
            hidden = hidden @ weight + bias
            if k + 1 < len(self._layers):
                hidden = np.maximum(hidden, 0)
        probabilities = 1 / (1 + np.exp(-hidden))
        for candidate, (score, exact) in zip(candidates, probabilities.tolist(), strict=True):
            candidate.score, candidate.exact = score, exact


def _runs(tokens: frozenset[int]) -> int:
    return sum(i - 1 not in tokens for i in tokens)
