"""A document's tokens as plain lists, which rules that look at every token read much faster than spaCy's objects."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from spacy.attrs import DEP, ENT_TYPE, HEAD, IDX, LEMMA, LOWER, ORTH, POS, SENT_START, SPACY, TAG
from spacy.tokens import Doc

from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.phrases import plain

#: dependents that are clauses or remarks of their own, not part of the name or description
CLAUSES = frozenset({"relcl", "acl", "advcl", "appos", "parataxis", "ccomp", "conj", "cc", "punct"})
_HALF = 1 << 63
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})


@dataclass(slots=True)
class Tokens:
    """The annotation of a parsed document, a list for each attribute, indexed by token.

    Attributes:
        source: the document's text.
        offset: where the token begins in it.
        plain: lower case without accents, by which word lists are read.
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
    tag: list[str]
    pos: list[str]
    dep: list[str]
    ent: list[str]
    head: list[int]
    space: list[bool]
    sentence: list[int]
    paragraph: list[int]
    region: list[int]
    kind: list[str]
    children: list[list[int]]

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
        return next((c for c in self.children[i] if self.dep[c] in deps), -1)

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


@functools.cache
def _attributes() -> list[int]:
    return [ORTH, LOWER, LEMMA, TAG, POS, DEP, ENT_TYPE, SPACY, SENT_START, HEAD, IDX]


def tokens_of(doc: Doc) -> Tokens:
    """The tokens of a parsed document as lists, made once for a document.

    Args:
        doc: tagged, parsed, lemmatised, with entities.
    """
    if not Doc.has_extension("kgbuild_tokens"):
        Doc.set_extension("kgbuild_tokens", default=None)
    known = doc._.kgbuild_tokens
    if known is not None:
        return known  # type: ignore[no-any-return]
    tokens = _read(doc)
    doc._.kgbuild_tokens = tokens
    return tokens


def _read(doc: Doc) -> Tokens:
    strings = doc.vocab.strings
    names: dict[int, str] = {}

    def decode(values: Iterable[Any]) -> Iterator[str]:
        for value in values:
            name = names.get(value)
            if name is None:
                name = names[value] = strings[value]
            yield name

    columns = doc.to_array(_attributes()).T.tolist() if len(doc) else [[] for _ in _attributes()]
    text, lower, lemma, tag, pos, dep, ent = (list(decode(column)) for column in columns[:7])
    # heads come as signed distances in an unsigned column
    head = [i + (distance if distance < _HALF else distance - 2 * _HALF) for i, distance in enumerate(columns[9])]
    layout = layout_of(doc)
    paragraph = layout.paragraph_of
    children: list[list[int]] = [[] for _ in head]
    sentence: list[int] = []
    for i, h in enumerate(head):
        # the parser may bind a heading to the paragraph before it
        if paragraph[h] != paragraph[i]:
            head[i], dep[i] = i, "ROOT"
        elif h != i:
            children[h].append(i)
        begins = columns[8][i] == 1 or (i > 0 and paragraph[i - 1] != paragraph[i])
        sentence.append((sentence[-1] + begins) if sentence else 0)
    kinds = [paragraph.kind for paragraph in layout.paragraphs] or ["body"]
    return Tokens(
        doc=doc,
        source=doc.text,
        offset=columns[10],
        text=text,
        lower=lower,
        plain=[plain(word) for word in lower],
        lemma=lemma,
        tag=tag,
        pos=pos,
        dep=dep,
        ent=ent,
        head=head,
        space=[bool(value) for value in columns[7]],
        sentence=sentence,
        paragraph=list(paragraph),
        region=list(layout.region_of),
        kind=[kinds[number] for number in layout.paragraph_of],
        children=children,
    )
