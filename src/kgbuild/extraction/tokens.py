"""A document's tokens as plain lists, which rules that look at every token read much faster than spaCy's objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from spacy.tokens import Doc

from kgbuild.extraction.annotation import A_SENT_START, annotation_of
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.places import Places
from kgbuild.extraction.written import written_of

#: dependents that are clauses or remarks of their own, not part of the name or description
CLAUSES = frozenset({"relcl", "acl", "advcl", "appos", "parataxis", "ccomp", "conj", "cc", "punct"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})


@dataclass(slots=True)
class Tokens:
    """The annotation of a parsed document, a list for each attribute, indexed by token.

    Attributes:
        source: the document's text.
        offset: where the token begins in it.
        plain: lower case without accents, by which word lists are read.
        lemma_lower: the lemma in lower case.
        lower_at, plain_at, lemma_at: where words stand, in lower case, plain, and by ``lemma_lower``.
        space: whether white space follows the token.
        sentence, paragraph, region: number of the sentence, the paragraph, the quoted region (-1 outside of quotes).
        kind: of the paragraph ("headline", "body", "boilerplate").
        children: indices of the dependents, in text order.
    """

    doc: Doc
    source: str
    offset: list[int]
    text: list[str]
    lower: list[str]
    plain: list[str]
    lemma: list[str]
    lemma_lower: list[str]
    lower_at: Places
    plain_at: Places
    lemma_at: Places
    tag: list[str]
    pos: list[str]
    dep: list[str]
    ent: list[str]
    head: list[int]
    space: list[bool]
    sentence: list[int]
    paragraph: Sequence[int]
    region: Sequence[int]
    kind: list[str]
    children: list[Sequence[int]]

    def __len__(self) -> int:
        return len(self.text)

    def words(self, start: int, end: int) -> str:
        """The text of tokens ``start`` to ``end``, exclusive, as written but with single spaces for line breaks."""
        last = end - 1
        text = self.source[self.offset[start] : self.offset[last] + len(self.text[last])]
        return " ".join(text.split()) if "\n" in text or "  " in text else text

    def root(self, start: int, end: int) -> int:
        """The syntactic head of a stretch of tokens: the last one whose own head lies outside."""
        best = end - 1
        for i in range(end - 1, start - 1, -1):
            if not start <= self.head[i] < end or self.head[i] == i:
                best = i
                if self.pos[i] in ("PROPN", "NOUN", "PRON"):
                    break
        return best

    def child(self, i: int, *deps: str) -> int:
        """The first dependent of a token with one of these relations, or -1."""
        dep = self.dep
        for c in self.children[i]:
            if dep[c] in deps:
                return c
        return -1

    def subject(self, verb: int) -> int:
        """The subject of a verb, its own or, for a coordinated or open verb, that of the verb it hangs on; or -1."""
        for _ in range(4):
            found = self.child(verb, "nsubj", "nsubjpass")
            if found >= 0:
                return found
            if self.dep[verb] not in ("conj", "xcomp", "advcl", "aux") or self.head[verb] == verb:
                return -1
            verb = self.head[verb]
        return -1

    def left_edge(self, i: int, *, skip: frozenset[str] = CLAUSES) -> int:
        """The leftmost token of a noun phrase with this head, without the dependents in ``skip``."""
        edge = i
        for child in self.children[i]:
            if child > i:
                break
            if self.dep[child] not in skip:
                edge = min(edge, self.left_edge(child, skip=frozenset()) if child < edge else edge)
        return edge


_KEY = "kgbuild_tokens"


def tokens_of(doc: Doc) -> Tokens:
    """The tokens of a parsed document as lists, made once for a document.

    Args:
        doc: tagged, parsed, lemmatised, with entities.
    """
    # read so often that going through an extension's attribute would be felt
    known: Tokens | None = doc.user_data.get(_KEY)
    if known is None:
        known = doc.user_data[_KEY] = _read(doc)
    return known


def _read(doc: Doc) -> Tokens:
    written, annotation, layout = written_of(doc), annotation_of(doc), layout_of(doc)
    dep, head, heads, children = annotation.dep, annotation.head, annotation.heads, annotation.children
    paragraph = np.array(layout.paragraph_of, np.int64)
    # the parser may bind a heading to the paragraph before it
    bound = np.flatnonzero(paragraph[heads] != paragraph).tolist()
    if bound:
        heads, dep = heads.copy(), list(dep)
        for i in bound:
            heads[i], dep[i] = i, "ROOT"
        children = list(children)
        for above in {head[i] for i in bound}:
            children[above] = [c for c in children[above] if heads[c] == above]
        head = heads.tolist()
    begins = annotation.columns[A_SENT_START] == 1
    begins[1:] |= paragraph[1:] != paragraph[:-1]
    begins[:1] = False
    kinds = [paragraph.kind for paragraph in layout.paragraphs] or ["body"]
    return Tokens(
        doc=doc,
        source=written.source,
        offset=written.offset,
        text=written.text,
        lower=written.lower,
        plain=written.plain,
        lemma=annotation.lemma,
        lemma_lower=annotation.lemma_lower,
        lower_at=written.lower_at,
        plain_at=written.plain_at,
        lemma_at=annotation.lemma_at,
        tag=annotation.tag,
        pos=annotation.pos,
        dep=dep,
        ent=annotation.entity,
        head=head,
        space=written.space,
        sentence=np.cumsum(begins).tolist(),
        paragraph=layout.paragraph_of,
        region=layout.region_of,
        kind=[kinds[number] for number in layout.paragraph_of],
        children=children,
    )
