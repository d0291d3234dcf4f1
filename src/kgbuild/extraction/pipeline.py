"""The extraction pipeline: spaCy's own components, then ours, and what comes out of it for an article."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.errors import KgbuildError
from kgbuild.extraction.document import register_extensions
from kgbuild.extraction.models import model_name, require_published_weights
from kgbuild.extraction.user_tables import forget, settings
from kgbuild.garbage import searched_seldom

if TYPE_CHECKING:
    from spacy.language import Language

#: our components in the order in which each finds what it needs, with the module that registers it
_MODULES = {
    "kgbuild_layout": "layout",
    "kgbuild_dates": "dates.component",
    "kgbuild_actors": "actors.component",
    "kgbuild_treaties": "treaties.component",
    "kgbuild_coreference": "coreference.component",
    "kgbuild_attribution": "attribution.component",
    "kgbuild_statements": "statements",
    "kgbuild_events": "events.component",
    "kgbuild_positions": "positions.component",
}

#: their names in that order
COMPONENTS = tuple(_MODULES)

#: stands before spaCy's parser, which it tells where the words of a transcript's turns begin
_TURNS = "kgbuild_turns"

#: what the rules read; a model without one of these cannot be used
REQUIRED = ("tagger", "parser", "ner", "lemmatizer")


@searched_seldom()
def load_pipeline(
    model: str | None = None,
    *,
    components: Iterable[str] = COMPONENTS,
    accelerated: bool = True,
    authority_files: Iterable[Path] = (),
    lexicons: Iterable[Path] = (),
    span_groups: bool = True,
) -> Language:
    """Loads a spaCy model and adds our components behind its own.

    Args:
        model: an installed English spaCy pipeline, or a path to one; None takes the default.
        components: which of our components, in their order.
        accelerated: run spaCy's own components through :mod:`kgbuild.fastspacy`, which sets the same annotations.
        authority_files: the user's own knowledge of actors and treaties, for the components that ask for it.
        lexicons: folders of the user's own tables of words, see :mod:`kgbuild.extraction.user_tables`.
        span_groups: also fill ``doc.spans``, which a build does not read.

    Raises:
        KgbuildError: the model is not installed, its weights are not those that its makers published, or it lacks a
            component that the rules read; or a table of the user's cannot be used.

    Examples:
        >>> nlp = load_pipeline(components=["kgbuild_layout", "kgbuild_attribution"])
        >>> doc = nlp("The envoy said the talks would go on.")
        >>> [doc.text[span.start : span.end] for span in doc._.attributions[0].words]
        ['the talks would go on']
    """
    import spacy

    register_extensions()
    name = model_name(model)
    require_published_weights(name)
    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise KgbuildError(f"spaCy model {name!r} cannot be loaded; is it installed? ({error})") from error
    missing = [component for component in REQUIRED if component not in nlp.pipe_names]
    if missing:
        raise KgbuildError(f"spaCy model {name!r} lacks {', '.join(missing)}; use an English pipeline that has them")
    if accelerated:
        from kgbuild.fastspacy import accelerate

        accelerate(nlp)
    given = {"authority": [str(path) for path in authority_files], "span_groups": span_groups}
    tables = settings(lexicons)
    if tables:
        forget()
    for component in components:
        importlib.import_module(f"kgbuild.extraction.{_MODULES[component]}")
        asked = nlp.get_factory_meta(component).default_config
        known = {setting: value for setting, value in given.items() if setting in asked}
        nlp.add_pipe(component, config={**known, **tables.get(component, {})})
    if "kgbuild_attribution" in nlp.pipe_names:
        importlib.import_module("kgbuild.extraction.turns")
        nlp.add_pipe(_TURNS, first=True)
    return nlp
