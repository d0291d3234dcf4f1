"""The manifest: what went into a graph, by what it was made, and what came out, without anything of the day or the
place."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgbuild import __version__
from kgbuild.beside import cores
from kgbuild.build.corpus import Failure
from kgbuild.build.fingerprint import LIBRARIES, file_hash, folder_hash
from kgbuild.build.options import BuildOptions
from kgbuild.extraction.user_tables import table_files
from kgbuild.resources import resource

#: form of the manifest; another number means that its readers have to change
FORMAT = 2

#: the list of the articles in the graph, a line of JSON for each, sorted by IRI
ARTICLES_FILE = "articles.jsonl"


def article_line(iri: str, title: str, names: list[str], sha256: str) -> bytes:
    """What the list of articles says of one in the graph, a line of JSON.

    Args:
        iri: of its graph.
        title: of the article.
        names: the files that it stands in, relative to the folder that the user gave.
        sha256: of all that was read of it.
    """
    entry = {"iri": iri, "title": title, "sources": names, "sha256": sha256}
    # half a surrogate pair can be read from broken files, and cannot be written
    return json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def read_articles(output: Path) -> Iterator[dict[str, Any]]:
    """What the list of articles of an output folder says of each: ``iri``, ``title``, ``sources``, ``sha256``.

    Raises:
        KgbuildError: there is no list, or it cannot be read.
    """
    from kgbuild.errors import KgbuildError

    path = output / ARTICLES_FILE
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise KgbuildError(f"{path}: cannot be read ({error}); build again") from None


def options_entry(options: BuildOptions) -> dict[str, Any]:
    """The options that the graph depends on; files by their names and hashes."""
    return {
        "base": options.base,
        "fail_on": options.fail_on,
        "min_confidence": options.min_confidence,
        "limits": asdict(options.limits),
        "columns": dict(sorted(options.columns.items())),
        "layout": options.layout,
        "merged_turtle": options.merged_turtle,
        "authority": sorted(map(_file_entry, options.authority_files), key=lambda entry: sorted(entry.items())),
        "lexicons": [_file_entry(path) for path in table_files(options.lexicons)],
        "judgements": _file_entry(options.judgements) if options.judgements is not None else None,
    }


def _file_entry(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": file_hash(path)}


def program_entry() -> dict[str, Any]:
    """The program, its libraries, and hashes of the knowledge that it carries."""
    return {
        "kgbuild": __version__,
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "knowledge": {name: folder_hash(resource(name)) for name in ("authority", "lexicon", "ontology", "shapes")},
    }


def failure_entries(failures: Iterable[Failure]) -> list[dict[str, str]]:
    """What is not in the graph, and why."""
    return [{"source": f.source, "stage": f.stage, "reason": f.reason} for f in sorted(failures)]


def files_entry(folder: Path, hashes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Size and hash of each file of the output.

    Args:
        folder: with the files, also in folders in it.
        hashes: of those that were hashed when they were written.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    known = dict(hashes or {})
    unknown = {name: path for name, path in paths.items() if name not in known}
    # hashing and reading leave other threads room
    with ThreadPoolExecutor(min(4, cores())) as threads:
        known.update(zip(unknown, threads.map(file_hash, unknown.values()), strict=True))
    return {name: {"bytes": paths[name].stat().st_size, "sha256": known[name]} for name in sorted(paths)}


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
