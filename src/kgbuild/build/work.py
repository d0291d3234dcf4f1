"""The work on single articles, which any process can do: from text to facts, and from facts to a judged graph.

Both kinds take and give bytes, and depend on nothing but what they are given.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.build.confidence import confident
from kgbuild.build.corpus import unpacked, with_copies
from kgbuild.build.options import FailOn
from kgbuild.build.rendering import rendered
from kgbuild.facts import Article
from kgbuild.limits import ArticleLimits, OverLimitError, limited, out_of_memory

if TYPE_CHECKING:
    from spacy.language import Language

    from kgbuild.facts import ArticleFacts
    from kgbuild.identity import Identities
    from kgbuild.identity.observations import Observer


#: a text with something for each rule to look at
_EXAMPLE = (
    "Foreign Minister Ana Luz of Chile said on Monday that her country would not sign the trade deal with Peru.\n\n"
    "“We oppose it,” she told reporters after talks in Geneva, according to officials."
)


@lru_cache(maxsize=2)
def pipeline(
    model: str | None, authority_files: tuple[Path, ...], lexicons: tuple[Path, ...] = (), knowledge: str = ""
) -> Language:
    """The extraction pipeline, loaded once in a process for each choice of model and of the user's own knowledge.

    Args:
        model, authority_files, lexicons: as for :func:`kgbuild.extraction.pipeline.load_pipeline`.
        knowledge: differs when the content of the files does, so that they are read again.
    """
    from kgbuild.extraction.lean import import_spacy

    # before anything that imports the whole of it
    import_spacy()
    from kgbuild.extraction.pipeline import load_pipeline

    return load_pipeline(model, authority_files=authority_files, lexicons=lexicons, span_groups=False)


@dataclass(frozen=True, slots=True)
class Choices:
    """The options that the work on an article depends on; ``knowledge`` is a hash of the content of their files."""

    model: str | None
    authority_files: tuple[Path, ...]
    lexicons: tuple[Path, ...]
    fail_on: FailOn
    min_confidence: float
    limits: ArticleLimits = field(default_factory=ArticleLimits)
    knowledge: str = ""


class Work:
    """Does the work on articles in this process.

    Args:
        choices: of the user.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    def is_loaded(self) -> bool:
        """Whether this process has loaded a pipeline."""
        return pipeline.cache_info().currsize > 0

    def load(self, kind: str) -> None:
        """Loads what a kind of work needs.

        Args:
            kind: see :meth:`do`.
        """
        if kind == "extract":
            self._pipeline()
        if kind in ("extract", "observe"):
            self._observer()
        if kind == "finish":
            self.prepare()

    def prepare(self) -> None:
        """Loads what finishing articles needs."""
        _prepare()

    def warm(self, kind: str) -> None:
        """Loads also what is only loaded when it is first used, for this kind of work and those that come after it.

        Args:
            kind: see :meth:`do`.
        """
        if kind == "extract":
            self._extracted([Article(_EXAMPLE)])
        _prepare()

    def do(self, kind: str, items: Sequence[bytes]) -> list[bytes | str]:
        """Works on some articles.

        Args:
            kind: ``extract``: packed articles to facts and what they tell for identity, framed. ``observe``: packed
                articles framed with their facts to what they tell for identity. ``finish``: what :func:`order` gives to
                finished graphs, see :mod:`kgbuild.build.finished`. ``render``: orders to texts, framed, see
                :mod:`kgbuild.build.rendering`.
            items: one for each article, or order.

        Returns:
            What comes of each item, or why nothing does.
        """
        if kind == "extract":
            return self._extract(items)
        if kind == "render":
            return [frame(*rendered(item)) for item in items]
        return [self._observe(item) if kind == "observe" else self._finish(item) for item in items]

    def _extract(self, items: Sequence[bytes]) -> list[bytes | str]:
        # to load them costs no article its time
        self._pipeline()
        self._observer()
        articles = [unpacked(item) for item in items]
        try:
            with limited(self._choices.limits.for_text(max(len(article.text) for article in articles))):
                return self._extracted(articles)
        except OverLimitError as error:
            if len(items) == 1:
                return [str(error)]
        # whichever article it was is found one by one, each with the whole time for itself
        return [outcome for item in items for outcome in self._extract([item])]

    def _pipeline(self) -> Language:
        chosen = self._choices
        return pipeline(chosen.model, chosen.authority_files, chosen.lexicons, chosen.knowledge)

    def _observer(self) -> Observer:
        return _observer(self._choices.authority_files, self._choices.knowledge)

    def _extracted(self, articles: Sequence[Article]) -> list[bytes | str]:
        from kgbuild.extraction.assemble import ExtractionFailure, extract
        from kgbuild.facts_codec import encode

        nlp = self._pipeline()
        outcomes = extract(nlp, articles)
        results: list[bytes | str] = []
        for outcome in outcomes:
            if not isinstance(outcome, ExtractionFailure):
                facts = zlib.compress(encode(replace(outcome, article=Article(""))), 1)
                results.append(frame(facts, self._observed(outcome)))
            elif "MemoryError" in outcome.reason:
                results.append(out_of_memory(self._choices.limits))
            else:
                results.append(outcome.reason)
        return results

    def _observe(self, item: bytes) -> bytes:
        from kgbuild.facts_codec import decode

        article, facts = framed(item)
        return self._observed(replace(decode(zlib.decompress(facts)), article=unpacked(article)))

    def _observed(self, facts: ArticleFacts) -> bytes:
        from kgbuild.identity.observation_codec import encode_observations

        seen = self._observer().observe(confident(facts, self._choices.min_confidence))
        return zlib.compress(encode_observations(seen), 1)

    def _finish(self, item: bytes) -> bytes | str:
        from kgbuild.build.finished import finished

        article, facts, identities = _ordered(item)
        facts = replace(confident(facts, self._choices.min_confidence), article=article)
        _prepare()
        try:
            with limited(self._choices.limits.for_text(len(article.text))):
                return finished(facts, identities, self._choices.fail_on).to_bytes()
        except OverLimitError as error:
            return str(error)
        except Exception as error:  # what cannot be judged in one article must not cost the others theirs
            return f"cannot be judged: {type(error).__name__}: {error}"


@cache
def _prepare() -> None:
    """Loads what finishing needs, which no article is to be charged for, nor to interrupt."""
    from kgbuild.graph import mapping  # noqa: F401
    from kgbuild.inference import load_rules
    from kgbuild.validation import load_shapes

    load_rules()
    load_shapes()
    # what is wrong with a value is the shapes' to say, not a log's
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)


@lru_cache(maxsize=2)
def _observer(authority_files: tuple[Path, ...], knowledge: str) -> Observer:
    from kgbuild.authority import Authority
    from kgbuild.identity.observations import Observer

    return Observer(Authority.load(authority_files))


def frame(*parts: bytes) -> bytes:
    """Several pieces of bytes as one."""
    return b"%s\n%s" % (b" ".join(b"%d" % len(part) for part in parts), b"".join(parts))


def framed(data: bytes) -> list[bytes]:
    """What :func:`frame` put together."""
    head, _, rest = data.partition(b"\n")
    parts, start = [], 0
    for size in map(int, head.split()):
        parts.append(rest[start : start + size])
        start += size
    return parts


def order(article: bytes, facts: bytes, slice_: bytes) -> bytes:
    """What is needed to finish an article: the packed article, its facts, and what else its graph is made of.

    That is, framed: where else the article was published, as :attr:`kgbuild.build.corpus.Source.copies`, and what
    identity says of it, see :func:`slice_bytes`.
    """
    return frame(article, facts, slice_)


def _ordered(item: bytes) -> tuple[Article, ArticleFacts, Identities]:
    from kgbuild.facts_codec import decode

    packed, facts, rest = framed(item)
    copies, slice_ = framed(rest)
    article = with_copies(unpacked(packed), json.loads(copies))
    return article, decode(zlib.decompress(facts)), _unsliced(slice_)


def slice_bytes(base: str, mark: str, path: str, keys: Mapping[str, str], shown: Sequence[str]) -> bytes:
    """All that the graph of one article, and the judgement on it, take from identity.

    Args:
        base: base IRI of the resources.
        mark: fingerprint of the article.
        path: of the article's IRI.
        keys: the path of what each key of the article stands for.
        shown: the entities that it speaks of, as :func:`kgbuild.identity.entity_table.shown` gives them, sorted by IRI.
    """
    data = json.dumps([base, mark, path, sorted(keys.items())], ensure_ascii=False, separators=(",", ":"))
    return f"{data[:-1]},[{','.join(shown)}]]".encode("utf-8", "surrogatepass")


def _unsliced(data: bytes) -> Identities:
    from kgbuild.identity import Entity, Identities
    from kgbuild.identity.entity_table import SHOWN

    base, mark, path, keys, rows = json.loads(data.decode("utf-8", "surrogatepass"))
    entities = [Entity(**dict(zip(SHOWN, row, strict=True))) for row in rows]
    return Identities(base, entities, (), {mark: path}, {base + path: dict(keys)}, {})
