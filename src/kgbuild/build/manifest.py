"""The manifest: what went into a graph, by what it was made, and what came out, without anything of the day or the
place."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgbuild import __version__
from kgbuild.build.corpus import Failure, text_hash
from kgbuild.build.options import BuildOptions
from kgbuild.facts import Article
from kgbuild.resources import resource

#: form of the manifest; another number means that its readers have to change
FORMAT = 1

#: libraries whose version may change what is found or how it is written
_LIBRARIES = ("spacy", "rdflib", "pyshacl", "owlrl", "trafilatura")


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


def article_entry(article: Article, iri: str, sources: Sequence[str]) -> dict[str, Any]:
    """What the manifest says of an article in the graph.

    Args:
        article: as it was read.
        iri: of its graph.
        sources: the files that it stands in, relative to the folder that the user gave.
    """
    given = (article.title, str(article.published or ""), article.publisher, article.author, article.url, article.text)
    return {
        "iri": iri,
        "title": article.title,
        "sources": list(sources),
        "sha256": text_hash(json.dumps(given, ensure_ascii=False)),
    }


def model_entry(meta: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
    """What the manifest says of the spaCy model: its name, its version and a hash of its files.

    Args:
        meta: ``nlp.meta``.
        path: ``nlp.path``, the folder that it was loaded from.
    """
    name = f"{meta.get('lang', '')}_{meta.get('name', '')}"
    return {"name": name, "version": meta.get("version", ""), "sha256": folder_hash(path) if path is not None else ""}


def options_entry(options: BuildOptions) -> dict[str, Any]:
    """The options that the graph depends on; files by their names and hashes."""
    return {
        "base": options.base,
        "fail_on": options.fail_on,
        "min_confidence": options.min_confidence,
        "limits": asdict(options.limits),
        "authority": sorted(map(_file_entry, options.authority_files), key=lambda entry: sorted(entry.items())),
        "judgements": _file_entry(options.judgements) if options.judgements is not None else None,
    }


def _file_entry(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": file_hash(path)}


def program_entry() -> dict[str, Any]:
    """The program, its libraries, and hashes of the knowledge that it carries."""
    return {
        "kgbuild": __version__,
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
        "knowledge": {name: folder_hash(resource(name)) for name in ("authority", "lexicon", "ontology", "shapes")},
    }


def counts_entry(quads: Iterable[tuple[Any, Any, Any, Any]], inferred: int) -> dict[str, Any]:
    """How many there are of each class, over all articles, by its short name; and how many quads.

    A thing that several articles tell of counts once.
    """
    from kgbuild.graph.vocabulary import DIP, RDF

    prefix = str(DIP)
    of_class: dict[str, set[str]] = {}
    total = 0
    for subject, predicate, value, _ in quads:
        total += 1
        if predicate == RDF.type and str(value).startswith(prefix):
            of_class.setdefault(str(value).removeprefix(prefix), set()).add(str(subject))
    return {
        "quads": total,
        "inferred": inferred,
        "classes": {name: len(of_class[name]) for name in sorted(of_class)},
    }


def failure_entries(failures: Iterable[Failure]) -> list[dict[str, str]]:
    """What is not in the graph, and why."""
    return [{"source": f.source, "stage": f.stage, "reason": f.reason} for f in sorted(failures)]


def files_entry(folder: Path) -> dict[str, Any]:
    """Size and hash of each file of the output."""
    return {
        path.name: {"bytes": path.stat().st_size, "sha256": file_hash(path)}
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as it is written."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def read_manifest(output: Path) -> dict[str, Any]:
    """The manifest of an output folder.

    Raises:
        KgbuildError: there is none, or it cannot be read.
    """
    from kgbuild.build.folder import MANIFEST
    from kgbuild.errors import KgbuildError

    path = output / MANIFEST
    if not output.is_dir():
        raise KgbuildError(f"{output}: there is no such folder; build it with: kgbuild build ARTICLES -o {output}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KgbuildError(f"{output}: holds no {MANIFEST}, so no build has finished there") from None
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{path}: cannot be read ({error}); build again") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise KgbuildError(f"{path}: was written by another version of kgbuild; build again")
    return manifest
