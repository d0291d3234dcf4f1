"""A parsed article as plain arrays: what the rules and the tagger read, without the cost of spaCy's token objects."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, ORTH, POS, SENT_START, SPACY, TAG

from kgbuild.extraction.layout import layout_of
from kgbuild.facts import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray
    from spacy.tokens import Doc

    from kgbuild.extraction.document import Region

#: places of the attributes in ``TokenView.columns``
COLUMNS = (LEMMA, POS, TAG, DEP, ENT_TYPE, ENT_IOB, HEAD, SENT_START, ORTH, SPACY)
C_LEMMA, C_POS, C_TAG, C_DEP, C_ENT_TYPE, C_ENT_IOB, C_HEAD, C_SENT_START, C_ORTH, C_SPACY = range(len(COLUMNS))

VERBAL = ("VERB", "AUX")
_SENTENCE_MARKS = frozenset((".", "!", "?", ";"))


class TokenView:
    """Arrays over the tokens of one document.

    Attributes:
        doc, n: the document and its length in tokens.
        columns: the attributes of ``COLUMNS`` as spaCy's integers, one row a token.
        string: the text; spaCy joins the tokens anew at every access to ``doc.text``.
        start: offset of each token.
        text, lower, lemma, pos, tag, dep: as strings; ``lemma`` in lower case.
        head: index of each token's syntactic head; a root is its own.
        children: for each token the indices of its dependents, in text order.
        space, word: whether the token is white space, and whether it begins with a letter or a digit.
        dateline: the tokens of datelines.
        according: the tokens "according".
        paragraph, region: index of the token's paragraph, and of its quoted region or -1.
        regions: the quoted regions.
    """

    def __init__(self, doc: Doc) -> None:
        layout = layout_of(doc)
        self.doc = doc
        self.n = n = len(doc)
        self.columns: NDArray[np.uint64] = doc.to_array(COLUMNS).reshape(n, len(COLUMNS))
        strings = doc.vocab.strings
        names: dict[int, str] = {}

        def named(column: int) -> list[str]:
            values: list[int] = self.columns[:, column].tolist()
            for value in set(values):
                if value not in names:
                    names[value] = strings[value] if value else ""
            return [names[value] for value in values]

        self.text = named(C_ORTH)
        self.start, self.string = _offsets(self.text, self.columns[:, C_SPACY].tolist())
        self.lower = [text.lower() for text in self.text]
        self.pos = named(C_POS)
        self.tag = named(C_TAG)
        self.dep = named(C_DEP)
        self.entity = named(C_ENT_TYPE)
        self.lemma = [lemma.lower() or low for lemma, low in zip(named(C_LEMMA), self.lower, strict=True)]
        offsets = self.columns[:, C_HEAD].astype(np.int64)
        # heads are stored relative to the token; a broken parse must not lead outside
        self.heads: NDArray[np.int64] = np.clip(np.arange(n, dtype=np.int64) + offsets, 0, max(0, n - 1))
        self.head: list[int] = self.heads.tolist()
        self.according = [i for i, word in enumerate(self.lower) if word == "according"]
        self.dateline = frozenset(i for p in layout.paragraphs for i in range(p.start, p.dateline_end))
        self._stops: list[int] | None = None
        self.space = [text.isspace() or not text for text in self.text]
        self.word = [text[:1].isalnum() for text in self.text]
        self.children: list[list[int]] = [[] for _ in range(n)]
        for i, h in enumerate(self.head):
            if h != i:
                self.children[h].append(i)
        self.paragraph = layout.paragraph_of
        self.paragraphs = layout.paragraphs
        self.region = layout.region_of
        self.regions: tuple[Region, ...] = layout.regions

    def subtree(self, root: int, without: Collection[int] = ()) -> list[int]:
        """Tokens below and including ``root``, leaving out the subtrees of ``without``; in no special order."""
        found: list[int] = []
        seen: set[int] = set()
        todo = [root]
        while todo:
            i = todo.pop()
            if i in without or i in seen:
                continue
            seen.add(i)
            found.append(i)
            todo.extend(self.children[i])
        return found

    def child(self, i: int, *deps: str) -> int | None:
        """The first dependent with one of the labels."""
        return next((c for c in self.children[i] if self.dep[c] in deps), None)

    def is_verb(self, i: int) -> bool:
        """Whether the token is a verb or an auxiliary."""
        return self.pos[i] in VERBAL

    def ends_sentence(self, i: int) -> bool:
        """Whether the token is a sentence-ending mark outside quotations."""
        return self.text[i] in _SENTENCE_MARKS and self.region[i] < 0

    def stopped(self, number: int) -> bool:
        """Whether a quotation has both marks and a full stop before the second."""
        region = self.regions[number]
        return region.closed and region.end - region.start > 2 and self.text[region.end - 2] == "."

    def sentence(self, i: int) -> tuple[int, int]:
        """The tokens around ``i`` up to sentence-ending marks or the ends of its paragraph, as start and end.

        A quotation that ends in a full stop ends a sentence too, unless ``i`` stands in it.
        """
        if self._stops is None:
            stops = [j for j in range(self.n) if self.ends_sentence(j)]
            stops += [r.end - 1 for r in self.regions if r.end - r.start > 2 and self.text[r.end - 2] == "."]
            self._stops = sorted(stops)
        paragraph = self.paragraphs[self.paragraph[i]]
        place = bisect.bisect_left(self._stops, i)
        start = self._stops[place - 1] + 1 if place else 0
        end = self._stops[place] if place < len(self._stops) else self.n
        if end < self.n and self.region[end] >= 0:
            end += 1
        return max(start, paragraph.start), max(min(end, paragraph.end), i)

    def spans(self, tokens: Iterable[int]) -> tuple[Span, ...]:
        """Character spans of tokens; neighbours joined, white space at the edges left out."""
        spans: list[Span] = []
        for i in sorted(set(tokens)):
            if self.space[i]:
                continue
            start = self.start[i]
            end = start + len(self.text[i])
            if spans and not self.string[spans[-1].end : start].strip():
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
        return tuple(spans)

    def tensor(self) -> NDArray[Any]:
        """spaCy's token vectors, one row a token.

        Returns:
            An array of ``n`` rows; of no columns if the pipeline leaves none.
        """
        tensor = self.doc.tensor
        if not isinstance(tensor, np.ndarray):
            tensor = tensor.get() if hasattr(tensor, "get") else np.asarray(tensor)
        return tensor if len(tensor) == self.n else np.zeros((self.n, 0), dtype=np.float32)


def _offsets(texts: list[str], spaces: list[int]) -> tuple[list[int], str]:
    """Where each token starts, and the text that the tokens make."""
    starts, at = [], 0
    parts: list[str] = []
    for text, space in zip(texts, spaces, strict=True):
        starts.append(at)
        at += len(text)
        parts.append(text)
        if space:
            at += 1
            parts.append(" ")
    return starts, "".join(parts)
