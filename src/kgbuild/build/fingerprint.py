"""What work depends on besides the article: the program, its knowledge, the model, the options; and the input files."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kgbuild.articles.failures import UnreadableError
from kgbuild.articles.remote import stamp_of
from kgbuild.articles.sources import find_inputs
from kgbuild.build.cache import Cache
from kgbuild.build.options import BuildOptions
from kgbuild.errors import KgbuildError
from kgbuild.extraction.user_tables import table_files
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
        reading: what is read from files depends on.
        extraction: what facts depend on.
        observing: what they tell for identity depends on.
        building: what a graph depends on besides the articles.
        finishing: what the graph of an article depends on besides its facts and its identities.
        parts: all of it by name, to tell what has changed.
    """

    reading: str
    extraction: str
    observing: str
    finishing: str
    building: str
    parts: dict[str, str]


def fingerprints(options: BuildOptions) -> Fingerprints:
    """The fingerprints of a build with these options."""
    authority = sorted(file_hash(path) for path in options.authority_files)
    lexicon = [(path.name, file_hash(path)) for path in table_files(options.lexicons)]
    parts = {
        "the program": program_hash(),
        "the model": model_entry(options.model)["sha256"],
        "the authority files": data_hash(authority),
        "the lexicons": data_hash(lexicon),
        "the judgements": file_hash(options.judgements) if options.judgements is not None else "",
        "the base IRI": options.base,
        "--fail-on": options.fail_on,
        "--min-confidence": repr(options.min_confidence),
        "the limits": repr(options.limits),
        "--column": data_hash(sorted(options.columns.items())),
        "--layout": options.layout,
        "--merged-turtle": options.merged_turtle,
    }
    extraction = data_hash(
        parts["the program"], parts["the model"], parts["the authority files"], parts["the lexicons"]
    )
    finishing = data_hash(parts["the program"], parts["--fail-on"], parts["--min-confidence"])
    # some only decide which files there are, others what is read
    others = ("--layout", "--merged-turtle", "the limits", "--column")
    whole = {name: value for name, value in parts.items() if name not in others}
    return Fingerprints(
        reading=data_hash(parts["the program"], parts["the limits"], parts["--column"]),
        extraction=extraction,
        observing=data_hash(extraction, parts["--min-confidence"]),
        finishing=finishing,
        building=data_hash(whole),
        parts=parts,
    )


_INPUT_TABLES = (
    "DROP TABLE IF EXISTS temp.input",
    "CREATE TEMP TABLE input (name TEXT, shown TEXT, count INTEGER, digest TEXT, path BLOB, source BLOB, "
    "PRIMARY KEY (name, shown, count)) WITHOUT ROWID",
)


def scan(
    paths: Iterable[str | Path],
    exclude: Path | None,
    cache: Cache,
    database: sqlite3.Connection,
    changed: Callable[[], None] | None = None,
) -> str:
    """Finds and hashes the input files; those that look as they did when they were hashed last are not read.

    Args:
        paths: as the user gave them.
        exclude: a folder to pass over.
        cache: which knows the hashes.
        database: which gets the table ``input``: of each file its name, what is shown to the user, how many there are
            of that before it, its hash or problem (empty for standard input), its absolute path, and the pickled
            :class:`~kgbuild.articles.sources.Input`.
        changed: is called when the first file of other content than in the last build is found, so early that what it
            needs can be made ready.

    Returns:
        A hash of all of it, which does not depend on the order; empty if standard input is among the files, which can
        be read but once.
    """
    for statement in _INPUT_TABLES:
        database.execute(statement)
    insert = "INSERT OR IGNORE INTO input VALUES (?1, ?2, 0, ?3, ?4, ?5)"
    again = "INSERT INTO input SELECT ?1, ?2, COUNT(*), ?3, ?4, ?5 FROM input WHERE name = ?1 AND shown = ?2"
    read = "SELECT 1 FROM sqlite_master WHERE name = 'source_file'"
    if database.execute(read).fetchone() is None:
        changed = None
    known = True
    for source in find_inputs(paths, exclude=exclude):
        path, seen = b"", True
        if source.standard_input:
            digest, known = "", False
        elif source.problem:
            digest = f"problem {source.problem}"
        elif source.path is None:
            digest = _stamped(source.url)
        else:
            path, digest, seen = _hashed(source.path, cache)
        row = (source.name, source.shown, digest, path, source.to_bytes())
        if not database.execute(insert, row).rowcount:
            # the user has given it more than once
            database.execute(again, row)
        if not seen and changed is not None:
            same = "SELECT 1 FROM source_file WHERE name = ? AND shown = ? AND digest = ?"
            if database.execute(same, row[:3]).fetchone() is None:
                changed()
                changed = None
    if not known:
        return ""
    whole = hashlib.sha256()
    for row in database.execute("SELECT name, shown, digest FROM input ORDER BY name, shown, digest"):
        # nothing of this holds a zero
        whole.update("\0".join((*row, "")).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _stamped(url: str) -> str:
    """What the store of a file says that changes when the file does: it would have to be fetched to be hashed."""
    try:
        return f"stamp {stamp_of(url)}"
    except UnreadableError as error:
        return f"error {error}"


def _hashed(path: Path, cache: Cache) -> tuple[bytes, str, bool]:
    """The absolute path of a file as bytes, its hash, or something else that changes when the file does, and whether it
    looks as it did when it was hashed last."""
    place = b""
    try:
        folder, name = os.path.split(os.fsencode(path))
        place = os.path.join(_absolute(folder, os.getcwdb()), name)  # noqa: PTH109, PTH118 - as bytes
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return place, f"mode {found.st_mode:o}", True
        stamp = f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
        before = cache.known_file(place)
        if before is not None and before[0] == stamp:
            return place, before[1], True
        digest = file_hash(path)
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > _SETTLED:
            cache.note_file(place, stamp, digest)
    except (OSError, ValueError) as error:
        return place, f"error {getattr(error, 'errno', '')}", True
    return place, digest, False


@lru_cache(maxsize=64)
def _absolute(folder: bytes, working: bytes) -> bytes:
    """The absolute path of a folder; files stand in few of them."""
    return os.path.normpath(os.path.join(working, folder))  # noqa: PTH118 - as bytes
