"""Weighs candidates: how likely is each a right attribution, and how likely is its content right to the letter?

A small net over what the grammar and the tagger say of a candidate; its probabilities are the confidence that users
see.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from spacy.strings import get_string_id as hash_string

from kgbuild.extraction.attribution.tagger import rows_of, stored_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kgbuild.extraction.attribution.candidates import Candidate
    from kgbuild.extraction.attribution.tagged import TaggedAttribution
    from kgbuild.extraction.attribution.tagger import Marks
    from kgbuild.extraction.attribution.view import TokenView

#: symbolic features of a candidate, each with a table of its own
SYMBOLS = ("lemma", "pattern", "source_kind", "anchor_tag", "anchor_dep", "content_head", "source_word")
#: plain numbers of a candidate: what the grammar knows, then what the tagger knows
GRAMMAR_NUMBERS = 24
TAGGER_NUMBERS = 20

#: where each of the numbers stands that ``Evidence`` finds, those of the content first, then of the cue's head, of cue,
#: of source, of all together; each row is put into the order that the nets have learnt
_PLACES = (
    *(0, 9, 13, 14, 15, 21, 22, 23, 24, 25, 26, 27, 28, 29, 36, 37, 38),
    *(6, 16, 17, 18, 19, 20, 30, 42, 43),
    *(2, 31, 32),
    *(1, 33, 35),
    *(3, 4, 5, 7, 8, 10, 11, 12, 34, 39, 40, 41),
)
_ORDER = np.argsort(_PLACES)
_REMEMBERED = 5_000
_NO_MARKS = (0.0,) * 9
_NO_AGREEMENT = (0.0, 0.0, 0.0)

_QUESTION_WORDS = frozenset(("if", "whether", "how", "why", "what", "who"))
_MODALS = frozenset(("will", "would", "can", "could", "may", "might", "should", "must", "shall"))


class _Content(NamedTuple):
    """What the tokens of a content alone tell, whoever says them: many candidates have the same.

    Attributes:
        first, last: of the tokens.
        form: word class, tag and relation of the syntactic head.
        numbers: those of ``_ORDER`` that the content gives.
    """

    first: int
    last: int
    form: str
    numbers: tuple[float, ...]


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
        self._anchors: dict[int, tuple[float, ...]] = {}
        self._cues: dict[frozenset[int], tuple[float, ...]] = {}
        self._sources: dict[frozenset[int], tuple[float, ...]] = {}
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

    def numbers(self, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """The plain numbers of candidates, a row each: ``GRAMMAR_NUMBERS``, then ``TAGGER_NUMBERS``."""
        flat: list[float] = []
        for candidate in candidates:
            self._add_numbers(flat, candidate)
        return np.array(flat, np.float32).reshape(len(candidates), len(_ORDER))[:, _ORDER]

    def _add_numbers(self, flat: list[float], c: Candidate) -> None:
        content = self._contents.get(c.content) or self._content_of(c)
        of_anchor = self._anchors.get(c.anchor)
        if of_anchor is None:
            of_anchor = self._anchors[c.anchor] = self._anchor_numbers(c.anchor)
        of_cue = self._cues.get(c.cue)
        if of_cue is None:
            of_cue = self._cues[c.cue] = self._cue_numbers(c.cue)
        of_source = self._sources.get(c.source)
        if of_source is None:
            of_source = self._sources[c.source] = self._source_numbers(c.source)
        flat += content.numbers
        flat += of_anchor
        flat += of_cue
        flat += of_source
        anchor, source, quoted = c.anchor, c.source_head, c.quoted
        flat += (
            quoted,
            quoted > 0.9,
            quoted > 0,
            content.first < anchor,
            content.last > anchor,
            min(30, abs(source - anchor)) / 15 if source >= 0 else 0.0,
            0 <= source < anchor,
            source >= 0,
            self._source[source] if source >= 0 and self.marks else 0.0,
        )
        flat += self._agreement(c)

    def _agreement(self, c: Candidate) -> tuple[float, ...]:
        """How far the candidate is the tagger's own attribution at its cue."""
        linked = self._linked.get(c.anchor)
        if linked is None:
            return _NO_AGREEMENT
        tagged = linked.said
        both = len(tagged & c.content)
        return (
            both / (len(tagged) + len(c.content) - both),
            both == len(tagged) == len(c.content),
            c.source_head >= 0 and not c.source.isdisjoint(linked.source_tokens),
        )

    def _content_of(self, candidate: Candidate) -> _Content:
        content = self._contents.get(candidate.content)
        if content is None:
            content = self._contents[candidate.content] = self._read(candidate.content)
        return content

    def _read(self, tokens: frozenset[int]) -> _Content:
        view = self.view
        ordered = sorted(tokens)
        first, last, size = ordered[0], ordered[-1], len(ordered)
        head = _content_head(view, ordered, tokens)
        form = f"{view.pos[head]} {view.tag[head]} {view.dep[head]}"
        whole = last - first == size - 1
        opening = view.lower[first]
        grammar = (
            math.log1p(size) / 4,
            (1 if whole else min(8, _runs(tokens))) / 4,
            opening == "that",
            opening == "to",
            opening in _QUESTION_WORDS,
            view.paragraph[first] != view.paragraph[last],
            not tokens.isdisjoint(view.ends),
            first >= 2 and first - 1 in view.ends,
        )
        if not self.marks:
            return _Content(first, last, form, grammar + _NO_MARKS)
        if whole:
            stretch = slice(first, last + 1)
            values, cue, source = self._content[stretch], self._cue[stretch], self._source[stretch]
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
        values.sort()
        edges = (self._begins[first], before, after)
        marks = (mean, values[0], values[size // 5], *edges, sum(cue) / size, max(cue), sum(source) / size)
        return _Content(first, last, form, grammar + marks)

    def _anchor_numbers(self, anchor: int) -> tuple[float, ...]:
        """Where the cue's head stands, what its own dependents are, and what the tagger says of it."""
        view = self.view
        relations = view.relations(anchor)
        linked = self._linked.get(anchor)
        return (
            view.region[anchor] >= 0,
            "neg" in relations,
            any(view.lemma[k] in _MODALS for k in view.children[anchor]),
            "mark" in relations,
            "auxpass" in relations,
            view.paragraphs[view.paragraph[anchor]].kind == "headline",
            self._cue[anchor] if self.marks else 0.0,
            linked is not None and linked.source is None,
            linked is not None,
        )

    def _cue_numbers(self, tokens: frozenset[int]) -> tuple[float, ...]:
        marks = [self._cue[i] for i in tokens] if self.marks else []
        return (len(tokens) / 4, sum(marks) / len(marks) if marks else 0.0, max(marks, default=0.0))

    def _source_numbers(self, tokens: frozenset[int]) -> tuple[float, ...]:
        marks = [self._source[i] for i in tokens] if self.marks else []
        return (math.log1p(len(tokens)) / 3, sum(marks) / len(marks) if marks else 0.0, max(marks, default=0.0))


def _content_head(view: TokenView, ordered: Sequence[int], content: frozenset[int]) -> int:
    """The head of the content: the first token whose own head lies outside it."""
    for i in ordered:
        if (view.head[i] not in content or view.head[i] == i) and view.pos[i] not in ("PUNCT", "SPACE"):
            return i
    return ordered[0]


class _Rows(dict[str, int]):
    """Rows of a table by symbol, found once for each."""

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        super().__init__()
        self._keys = keys

    def __missing__(self, symbol: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()  # memory is not to grow with the corpus
        row = self[symbol] = int(rows_of(self._keys, np.array([hash_string(symbol)], np.uint64))[0])
        return row


class Weigher:
    """The trained net.

    Args:
        path: weights, as the training command writes them.

    Raises:
        KgbuildError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        arrays = stored_arrays(path)
        self._rows = [_Rows(arrays[f"keys.{k}"]) for k in range(len(SYMBOLS))]
        self._tables = [arrays[f"net.tables.{k}.weight"].astype(np.float32) for k in range(len(SYMBOLS))]
        self._layers = [
            (arrays[f"net.layers.{k}.weight"].astype(np.float32).T, arrays[f"net.layers.{k}.bias"].astype(np.float32))
            for k in range(sum(name.startswith("net.layers.") and name.endswith("weight") for name in arrays))
        ]

    def weigh(self, evidence: Evidence, candidates: Sequence[Candidate]) -> None:
        """Sets ``score`` and ``exact`` of the candidates of one document."""
        if not candidates:
            return
        columns = zip(*map(evidence.symbols, candidates), strict=True)
        rows = np.array([[row[symbol] for symbol in column] for row, column in zip(self._rows, columns, strict=True)])
        numbers = evidence.numbers(candidates)
        parts = [table.take(row, 0) for table, row in zip(self._tables, rows, strict=True)]
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
