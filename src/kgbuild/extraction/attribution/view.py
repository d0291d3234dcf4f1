"""A parsed article as plain arrays: what the rules and the tagger read, without the cost of spaCy's token objects."""

from __future__ import annotations

import bisect
import itertools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from kgbuild.extraction.annotation import annotation_of
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.places import Places
from kgbuild.extraction.written import written_of
from kgbuild.facts import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray
    from spacy.tokens import Doc

    from kgbuild.extraction.document import Region

VERBAL = ("VERB", "AUX")
_SENTENCE_MARKS = frozenset((".", "!", "?", ";"))


class TokenView:
    """Arrays over the tokens of one document.

    Attributes:
        doc, n: the document and its length in tokens.
        columns: spaCy's integers, one row an attribute; see ``annotation.ATTRIBUTES``.
        words: what its characters alone tell of each token.
        string: the text; spaCy joins the tokens anew at every access to ``doc.text``.
        start: offset of each token.
        text, lower, lemma, pos, tag, dep: as strings; ``lemma`` in lower case.
        lower_at, lemma_at: where these words stand.
        head, heads: index of each token's syntactic head, as a list and as an array; a root is its own.
        children: for each token the indices of its dependents, in text order.
        space, word: whether the token is white space, and whether it begins with a letter or a digit.
        blanks, wordless: the tokens that are white space, and those that begin with no letter or digit.
        dateline: the tokens of datelines.
        according, anonymity: the tokens that are these words.
        paragraph, region: index of the token's paragraph, and of its quoted region or -1.
        regions: the quoted regions.
        quotations, quoted: the tokens of each quoted region, and of all of them.
        stopped: the numbers of the quoted regions with both marks and a full stop before the second.
        ends: the sentence-ending marks outside quotations.
        stops: these and the closing marks of quotations that end in a full stop, in text order.
    """

    def __init__(self, doc: Doc) -> None:
        written, annotation, layout = written_of(doc), annotation_of(doc), layout_of(doc)
        self.doc = doc
        self.n = len(doc)
        self.words = written.words
        self.text, self.start, self.string = written.text, written.offset, written.source
        self.lower, self.space, self.word = written.lower, written.blank, written.alphanumeric
        self.columns, self.heads = annotation.columns, annotation.heads
        self.pos, self.tag, self.dep, self.entity = annotation.pos, annotation.tag, annotation.dep, annotation.entity
        self.head, self.children = annotation.head, annotation.children
        self.lower_at = written.lower_at
        self.lemma, self.lemma_at = annotation.lemma_lower, annotation.lemma_at
        if "" in self.lemma:
            self.lemma = [lemma or low for lemma, low in zip(self.lemma, self.lower, strict=True)]
            self.lemma_at = Places(self.lemma)
        self.according = self.lower_at.of({"according"})
        self.dateline = frozenset(i for p in layout.paragraphs for i in range(p.start, p.dateline_end))
        self.paragraph = layout.paragraph_of
        self.paragraphs = layout.paragraphs
        self.region = layout.region_of
        self.regions: tuple[Region, ...] = layout.regions
        region = self.region
        self.wordless = frozenset(itertools.compress(range(self.n), map(operator.not_, self.word)))
        self.blanks = frozenset([i for i in self.wordless if self.space[i]])
        self.ends = frozenset([i for i in self.lower_at.of(_SENTENCE_MARKS) if region[i] < 0])
        stopped = {r.end - 1 for r in self.regions if r.end - r.start > 2 and self.text[r.end - 2] == "."}
        self.stops = sorted(self.ends | stopped)
        self.quotations = [frozenset(range(r.start, r.end)) for r in self.regions]
        self.quoted = frozenset().union(*self.quotations)
        self.stopped = frozenset(k for k, r in enumerate(self.regions) if r.closed and r.end - 1 in stopped)
        self.anonymity = frozenset(self.lower_at.of({"anonymity"}))
        #: of contents, as ``judgement`` finds them
        self.shapes: dict[tuple[int, frozenset[int], bool], str] = {}
        #: of quotations, as ``verbal`` finds them
        self.owners: dict[int, list[int]] | None = None
        #: participles of naming, as ``judgement`` finds them
        self.naming: frozenset[int] | None = None
        self._subtrees: dict[int, list[int]] = {}
        self._relations: dict[int, frozenset[str]] = {}

    def subtree(self, root: int, without: Collection[int] = ()) -> list[int]:
        """Tokens below and including ``root``, leaving out the subtrees of ``without``; in no special order.

        The list is not to be changed.
        """
        if not without:
            known = self._subtrees.get(root)
            if known is not None:
                return known
            found = [root]
            children = self.children
            for i in found:
                if children[i]:
                    found.extend(children[i])
                    if len(found) > self.n:
                        break  # a broken parse goes round in a circle
            else:
                self._subtrees[root] = found
                return found
        found = []
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

    def relations(self, i: int) -> frozenset[str]:
        """The relations in which the dependents of a token stand to it."""
        known = self._relations.get(i)
        if known is None:
            dep = self.dep
            known = self._relations[i] = frozenset([dep[c] for c in self.children[i]])
        return known

    def child(self, i: int, *deps: str) -> int | None:
        """The first dependent with one of the labels."""
        dep = self.dep
        for c in self.children[i]:
            if dep[c] in deps:
                return c
        return None

    def is_verb(self, i: int) -> bool:
        """Whether the token is a verb or an auxiliary."""
        return self.pos[i] in VERBAL

    def ends_sentence(self, i: int) -> bool:
        """Whether the token is a sentence-ending mark outside quotations."""
        return i in self.ends

    def sentence(self, i: int) -> tuple[int, int]:
        """The tokens around ``i`` up to sentence-ending marks or the ends of its paragraph, as start and end.

        A quotation that ends in a full stop ends a sentence too, unless ``i`` stands in it.
        """
        stops = self.stops
        paragraph = self.paragraphs[self.paragraph[i]]
        place = bisect.bisect_left(stops, i)
        start = stops[place - 1] + 1 if place else 0
        end = stops[place] if place < len(stops) else self.n
        if end < self.n and self.region[end] >= 0:
            end += 1
        return max(start, paragraph.start), max(min(end, paragraph.end), i)

    def spans(self, tokens: Iterable[int]) -> tuple[Span, ...]:
        """Character spans of tokens; neighbours joined, white space at the edges left out."""
        ordered = sorted(frozenset(tokens) - self.blanks)
        if not ordered:
            return ()
        spans: list[Span] = []
        starts, text = self.start, self.text
        first, last = ordered[0], ordered[-1]
        if last - first == len(ordered) - 1:
            return (Span(starts[first], starts[last] + len(text[last])),)
        last = first
        for i in ordered:
            # between neighbours there is nothing but a space
            if i > last + 1 and self.string[starts[last] + len(text[last]) : starts[i]].strip():
                spans.append(Span(starts[first], starts[last] + len(text[last])))
                first = i
            last = i
        spans.append(Span(starts[first], starts[last] + len(text[last])))
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
