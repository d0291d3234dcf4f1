"""Reads hand-marked attributions and the parsed articles that they belong to."""

from __future__ import annotations

import bisect
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from kgbuild.errors import KgbuildError
from kgbuild.extraction.attribution.tagger import LABELS
from kgbuild.extraction.attribution.view import TokenView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc

ROLES = ("source", "cue", "content")
#: characters of the shortest passage that is told from a name or a label
_LEAST_PASSAGE = 40


@dataclass(frozen=True, slots=True)
class MarkedAttribution:
    """One hand-marked attribution: for each role its character spans."""

    source: tuple[tuple[int, int], ...]
    cue: tuple[tuple[int, int], ...]
    content: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class MarkedArticle:
    """An article with its hand-marked attributions, and its parse once there is one."""

    id: str
    text: str
    attributions: list[MarkedAttribution]
    doc: Doc | None = None

    def view(self) -> TokenView:
        """The parse as arrays."""
        if self.doc is None:
            raise KgbuildError(f"article {self.id} has not been parsed")
        return TokenView(self.doc)


def read_corpus(path: Path, *, marked: bool = True) -> list[MarkedArticle]:
    """Reads articles in the form that the attribution scorer reads: one JSON object a line.

    Args:
        path: a file of lines ``{"id", "text", "attributions": [{"source", "cue", "content"}]}``, offsets in code
            points.
        marked: whether there are to be attributions; else texts are enough, and their lines are their names.

    Raises:
        KgbuildError: the file cannot be read, or a line is not of that form.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KgbuildError(f"{path}: cannot be read ({error})") from error
    articles = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not marked:
                articles.append(MarkedArticle(f"{path.name} {number}", str(row["text"]), []))
                continue
            attributions = [
                MarkedAttribution(*(tuple((int(s), int(e)) for s, e in a.get(role) or ()) for role in ROLES))
                for a in row["attributions"]
            ]
            articles.append(MarkedArticle(str(row["id"]), str(row["text"]), attributions))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KgbuildError(
                f"{path}, line {number}: not a marked article ({type(error).__name__}: {error})"
            ) from error
    return articles


def read_passages(path: Path) -> list[MarkedArticle]:
    """Reads sentences and passages without marks, as tables of examples hold them.

    Args:
        path: YAML, or JSON objects one a line if it ends in ``.jsonl``. Of a mapping with a "text" that is taken, else
            every string of some length that has a space.

    Returns:
        Articles without attributions, named by the file and their number.

    Raises:
        KgbuildError: the file cannot be read, or is not of that form.
    """
    try:
        text = path.read_text(encoding="utf-8")
        lines = path.suffix == ".jsonl"
        found = [json.loads(line) for line in text.split("\n") if line.strip()] if lines else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise KgbuildError(f"{path}: no passages can be read from it ({error})") from error
    return [MarkedArticle(f"{path.name} {number}", passage, []) for number, passage in enumerate(_texts_in(found), 1)]


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) >= _LEAST_PASSAGE and " " in value:
            yield value
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        else:
            yield from _texts_in(list(value.values()))
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)


def parse_corpus(articles: Sequence[MarkedArticle], nlp: Language, cache: Path | None = None) -> None:
    """Parses the articles, or reads their parse from a cache.

    Args:
        articles: get their ``doc``.
        nlp: a spaCy pipeline without our components.
        cache: folder for parses; a parse is found again by the texts and the model's name and version.
    """
    from spacy.tokens import DocBin

    digest = hashlib.sha256(f"{nlp.meta['name']} {nlp.meta['version']}".encode())
    for article in articles:
        digest.update(article.text.encode())
    stem = cache / digest.hexdigest()[:16] if cache else None
    if stem is not None and stem.with_suffix(".npy").exists():
        docs = list(DocBin().from_disk(stem.with_suffix(".spacy")).get_docs(nlp.vocab))
        tensors = np.load(stem.with_suffix(".npy"))
        at = 0
        for doc in docs:
            doc.tensor = tensors[at : at + len(doc)]
            at += len(doc)
    else:
        docs = list(nlp.pipe((article.text for article in articles), batch_size=16))
        if stem is not None and docs:
            stem.parent.mkdir(parents=True, exist_ok=True)
            attributes = [
                "ORTH",
                "SPACY",
                "LEMMA",
                "POS",
                "TAG",
                "DEP",
                "HEAD",
                "SENT_START",
                "ENT_IOB",
                "ENT_TYPE",
                "MORPH",
            ]
            DocBin(attrs=attributes, docs=docs).to_disk(stem.with_suffix(".spacy"))
            np.save(stem.with_suffix(".npy"), np.concatenate([doc.tensor for doc in docs]))
    for article, doc in zip(articles, docs, strict=True):
        article.doc = doc


def token_labels(article: MarkedArticle, view: TokenView, index: NDArray[np.int64]) -> NDArray[np.int64]:
    """The label of each token, as the tagger is to give it.

    Args:
        article: with its marks.
        view: its parse.
        index: the tokens to label, in text order.

    Returns:
        Indices into ``LABELS``.
    """
    spans = sorted(
        (start, end, letter, serial)
        for serial, (letter, role_spans) in enumerate(
            (letter, spans)
            for attribution in article.attributions
            for letter, spans in zip("SCN", (attribution.source, attribution.cue, attribution.content), strict=True)
        )
        for start, end in role_spans
    )
    starts = [start for start, *_ in spans]
    labels = np.zeros(len(index), np.int64)
    previous: tuple[int, int, str, int] | None = None
    for place, i in enumerate(index.tolist()):
        token = view.doc[i]
        first, last = token.idx, token.idx + len(token)
        covering = None
        for k in range(bisect.bisect_left(starts, last) - 1, max(-1, bisect.bisect_left(starts, last) - 4), -1):
            if spans[k][1] > first:
                covering = spans[k]
        if covering is not None:
            labels[place] = LABELS.index(("I-" if covering == previous else "B-") + covering[2])
        previous = covering
    return labels
