"""Makes an English spaCy pipeline several times as fast on a CPU, with not one annotation changed.

    >>> import spacy
    >>> from kgbuild.fastspacy import accelerate
    >>> nlp = spacy.load("en_core_web_sm")    # doctest: +SKIP
    >>> accelerate(nlp)                       # doctest: +SKIP
    Acceleration(fast=('tok2vec', 'parser', 'attribute_ruler', 'lemmatizer', 'ner'), stock={})

Usable alone: nothing here knows the rest of kgbuild. A component whose architecture is not the known one stays as it
is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spacy.util import minibatch

from kgbuild.fastspacy.attributes import TypeAttributes
from kgbuild.fastspacy.dependencies import DependencyDecoder, has_sentences
from kgbuild.fastspacy.encoder import Encoder, UnknownArchitectureError
from kgbuild.fastspacy.entities import EntityDecoder, has_entities, untouched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["Acceleration", "UnknownArchitectureError", "accelerate"]


@dataclass(frozen=True)
class Acceleration:
    """What was replaced.

    Attributes:
        fast: names of the components that now run here.
        stock: names of those left as they were, with the reason.
    """

    fast: tuple[str, ...]
    stock: dict[str, str] = field(default_factory=dict)


class FastComponent:
    """Stands in a pipeline for a stock component, which it keeps: all but calling it is answered by that one."""

    def __init__(
        self, stock: Any, annotate: Callable[[Sequence[Doc]], None], must_be_stock: Callable[[Sequence[Doc]], bool]
    ) -> None:
        self.stock = stock
        self._annotate = annotate
        self._must_be_stock = must_be_stock

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stock, name)

    def __call__(self, doc: Doc) -> Doc:
        """Annotates one document."""
        if self._must_be_stock([doc]):
            annotated: Doc = self.stock(doc)
            return annotated
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Annotates a stream of documents, a batch at a time."""
        for batch in minibatch(stream, size=batch_size):
            docs = list(batch)
            if self._must_be_stock(docs):
                yield from self.stock.pipe(docs, batch_size=batch_size)
            else:
                self._annotate(docs)
                yield from docs


def _never(docs: Sequence[Doc]) -> bool:
    return False


def _nothing(docs: Sequence[Doc]) -> None:
    return None


def accelerate(nlp: Language) -> Acceleration:
    """Replaces the slow components of a pipeline by fast ones that set the same annotations.

    Known are the architectures of spaCy's small English pipelines, ``en_core_web_sm`` 3.x: a ``HashEmbedCNN`` as
    tok2vec and inside a greedy ``ner``, a greedy arc-eager ``parser``, the attribute ruler, and the rule lemmatizer.
    Any other component is left alone. Training an accelerated pipeline is not supported. Caches are bounded.

    Args:
        nlp: changed in place.

    Returns:
        What was replaced, and what was not and why.
    """
    from thinc.api import NumpyOps

    # numpy's own BLAS; the kernels in the blis package are generic ones on many processors
    ops = NumpyOps(use_blis=False)
    fast: list[str] = []
    stock: dict[str, str] = {}
    components: dict[str, Any] = dict(nlp.pipeline)
    for component in components.values():
        model = getattr(component, "model", None)
        if untouched(component) and model is not None and hasattr(model, "walk"):
            for node in model.walk():
                node.ops = ops

    def replace(name: str, make: Callable[[Any], FastComponent]) -> None:
        component = components.get(name)
        if component is None or isinstance(component, FastComponent):
            return
        if not untouched(component):
            stock[name] = "not spaCy's own component"
            return
        try:
            replacement = make(component)
        except (UnknownArchitectureError, KeyError, AttributeError, IndexError) as error:
            stock[name] = f"unknown architecture: {error}"
            return
        index = nlp.component_names.index(name)
        nlp._components[index] = (name, replacement)
        fast.append(name)

    def tok2vec(component: Any) -> FastComponent:
        encoder = Encoder(component.model, ops)

        def annotate(docs: Sequence[Doc]) -> None:
            vectors, offsets = encoder(docs)
            for number, doc in enumerate(docs):
                doc.tensor = vectors[offsets[number] : offsets[number + 1]]

        return FastComponent(component, annotate, _never)

    def dependencies(component: Any) -> FastComponent:
        return FastComponent(component, DependencyDecoder(component).annotate, has_sentences)

    def attributes(component: Any) -> FastComponent:
        lemmatizer = components["lemmatizer"]
        names = nlp.pipe_names
        if not untouched(lemmatizer) or names.index("lemmatizer") != names.index("attribute_ruler") + 1:
            raise UnknownArchitectureError("the lemmatizer does not follow the attribute ruler")
        return FastComponent(component, TypeAttributes(nlp.vocab, component, lemmatizer).annotate, _never)

    def entities(component: Any) -> FastComponent:
        return FastComponent(component, EntityDecoder(component, ops).annotate, has_entities)

    replace("tok2vec", tok2vec)
    replace("parser", dependencies)
    replace("attribute_ruler", attributes)
    if "attribute_ruler" in fast:
        # the attributes' component has set the lemmas too
        replace("lemmatizer", lambda component: FastComponent(component, _nothing, _never))
    replace("ner", entities)
    return Acceleration(tuple(fast), stock)
