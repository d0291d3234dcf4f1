"""What work depends on besides the article: the program, its knowledge, the model, the options; and the input files."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kgbuild.articles.sources import STANDARD_INPUT, Input, find_inputs
from kgbuild.build.cache import Cache
from kgbuild.build.options import BuildOptions
from kgbuild.errors import KgbuildError
from kgbuild.resources import resource

#: libraries whose version may change what is found or how it is written
LIBRARIES = ("spacy", "rdflib", "pyshacl", "owlrl", "trafilatura", "numpy", "pyoxigraph")

#: nanoseconds: a file that was just written may be written again without a trace in its times
_SETTLED = 2_000_000_000


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of a folder, which does not depend on where it stands."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(folder).as_posix()}\n{file_hash(path)}\n".encode())
    return digest.hexdigest()


def data_hash(*parts: object) -> str:
    """SHA-256 of plain data, in hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def program_hash() -> str:
    """SHA-256 of the program with all that travels with it, and of the versions of its libraries."""
    folders = [
        folder_hash(Path(__file__).parents[1]),
        *(folder_hash(resource(name)) for name in ("ontology", "shapes")),
    ]
    return data_hash(folders, {name: importlib.metadata.version(name) for name in LIBRARIES})


@cache
def model_entry(model: str | None) -> dict[str, Any]:
    """The model's name, its version and a hash of its files, without loading it.

    Args:
        model: name or path of a spaCy pipeline; None for the default.

    Raises:
        KgbuildError: it is not installed.
    """
    from kgbuild.extraction.models import model_name

    name = model_name(model)
    folder = _model_folder(name)
    if folder is None:
        raise KgbuildError(f"spaCy model {name!r} cannot be loaded; is it installed?")
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{folder / 'meta.json'}: cannot be read ({error}); install the model again") from None
    title = f"{meta.get('lang', '')}_{meta.get('name', '')}"
    return {"name": title, "version": meta.get("version", ""), "sha256": folder_hash(folder)}


def _model_folder(name: str) -> Path | None:
    if (Path(name) / "meta.json").is_file():
        return Path(name)
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        for path in sorted(Path(location).glob("*/meta.json")):
            return path.parent
    return None


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What the results depend on besides the articles.

    Attributes:
        extraction: what facts depend on.
        finishing: what the graph of an article depends on besides its facts and its identities.
        parts: all of it by name, to tell what has changed.
    """

    extraction: str
    finishing: str
    parts: dict[str, str]


def fingerprints(options: BuildOptions) -> Fingerprints:
    """The fingerprints of a build with these options."""
    authority = sorted(file_hash(path) for path in options.authority_files)
    parts = {
        "the program": program_hash(),
        "the model": model_entry(options.model)["sha256"],
        "the authority files": data_hash(authority),
        "the judgements": file_hash(options.judgements) if options.judgements is not None else "",
        "the base IRI": options.base,
        "--fail-on": options.fail_on,
        "--min-confidence": repr(options.min_confidence),
        "the limits": repr(options.limits),
        "--merged-turtle": options.merged_turtle,
    }
    extraction = data_hash(parts["the program"], parts["the model"], parts["the authority files"])
    finishing = data_hash(parts["the program"], parts["--fail-on"], parts["--min-confidence"])
    return Fingerprints(extraction, finishing, parts)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of a build.

    Attributes:
        entries: name, what is shown to the user, and hash or problem of each, sorted.
        paths: those that were hashed.
    """

    entries: tuple[tuple[str, str, str], ...]
    paths: tuple[bytes, ...]


def scan(paths: Iterable[str | Path], exclude: Path | None, cache: Cache) -> Inputs | None:
    """Finds and hashes the input files; those that look as they did when they were hashed last are not read.

    Args:
        paths: as the user gave them.
        exclude: a folder to pass over.
        cache: which knows the hashes.

    Returns:
        The files; None if standard input is among them, which can be read but once.
    """
    given = list(paths)
    if any(str(path) == STANDARD_INPUT for path in given):
        return None
    known = cache.known_files()
    new: list[tuple[bytes, str, str]] = []
    seen: list[bytes] = []
    entries = [
        (source.name, source.shown, source.problem or _hashed(source, known, new, seen))
        for source in find_inputs(given, exclude=exclude)
    ]
    cache.note_files(new)
    return Inputs(tuple(sorted(entries)), tuple(seen))


def _hashed(
    source: Input, known: dict[bytes, tuple[str, str]], new: list[tuple[bytes, str, str]], seen: list[bytes]
) -> str:
    assert source.path is not None
    try:
        place = os.path.abspath(os.fsencode(source.path))  # noqa: PTH100 - as bytes
        found = source.path.stat()
        if not stat.S_ISREG(found.st_mode):
            return f"mode {found.st_mode:o}"
        seen.append(place)
        stamp = f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
        before = known.get(place)
        if before is not None and before[0] == stamp:
            return before[1]
        digest = file_hash(source.path)
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > _SETTLED:
            new.append((place, stamp, digest))
    except (OSError, ValueError) as error:
        return f"error {getattr(error, 'errno', '')}"
    return digest
