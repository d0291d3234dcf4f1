"""Reads authority tables: the built-in ones and a user's CSV files, which have the same columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from kgbuild.authority.entries import Entry, Sort
from kgbuild.authority.folding import slug
from kgbuild.errors import KgbuildError
from kgbuild.facts import ActorType, PartialDate

#: columns whose cells hold several values, separated by ``|``
LISTS = ("other_names", "abbreviations", "demonyms", "people", "capitals", "metonyms", "parties")
TEXTS = ("id", "type", "name", "affiliation", "wikidata", "kind", "status")
DATES = ("signed", "in_force", "ended")
TYPES = (*(member.value for member in ActorType), "Treaty")
#: local names of the ontology's concepts for what a treaty is about, and for where it stands
KINDS = (
    "MutualDefence", "Peace", "Trade", "ArmsControl", "Ceasefire", "Boundary", "Environment", "HumanRights", "Security",
    "Cooperation", "Other",
)  # fmt: skip
STATUSES = (
    "Proposed", "UnderNegotiation", "Agreed", "Signed", "Ratified", "InForce", "Suspended", "Withdrawn", "Rejected",
    "Expired",
)  # fmt: skip
_FOLDERS = {"State": "state", "Person": "person", "Treaty": "treaty", "Group": "group"}
_ITEM = re.compile(r"Q[1-9]\d*")


def read_table(path: Path) -> list[tuple[str, Entry]]:
    """Reads the entries of a CSV table.

    The first row names the columns: ``name`` is required, and any of ``id, type, other_names, abbreviations, demonyms,
    people, capitals, metonyms, affiliation, wikidata, kind, parties, signed, in_force, ended, status``, in any order.
    Several values in a cell are separated by ``|``. A row without ``type`` is an Organization; one without ``id`` gets
    an id made from its name. Rows that start with ``#`` are comments.

    Returns:
        Each entry with where it stands, ``path:line``.

    Raises:
        KgbuildError: the file cannot be read, or a row is wrong; the message names the file and the line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KgbuildError(f"{path}: cannot be read as an authority table ({error})") from error
    entries: dict[str, tuple[str, Entry]] = {}
    for line, row in _rows(path, text):
        try:
            entry = _entry(row)
        except ValueError as error:
            raise KgbuildError(f"{path}:{line}: {error}") from error
        if entry.id in entries:
            raise KgbuildError(f"{path}:{line}: a second row with the id {entry.id!r}; give each entry its own id")
        entries[entry.id] = (f"{path}:{line}", entry)
    return list(entries.values())


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = [cell.strip().casefold() for cell in cells]
                _check_header(path, reader.line_num, header)
                continue
            if len(cells) > len(header):
                raise KgbuildError(
                    f"{path}:{reader.line_num}: {len(cells)} cells under {len(header)} columns; put quotation marks "
                    "around a cell that holds a comma, and separate the values of a cell with |"
                )
            yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise KgbuildError(f"{path}:{reader.line_num}: {error}") from error
    if header is None:
        raise KgbuildError(f"{path}: is empty; its first row must name the columns, at least: name,type")


def _check_header(path: Path, line: int, header: list[str]) -> None:
    """Rejects a header without ``name``, with an unknown column, or with one twice."""
    unknown = sorted(set(header) - {*LISTS, *TEXTS, *DATES})
    if unknown:
        known = ", ".join((*TEXTS, *LISTS, *DATES))
        raise KgbuildError(f"{path}:{line}: unknown column {unknown[0]!r}; the columns are: {known}")
    if "name" not in header:
        raise KgbuildError(f"{path}:{line}: the first row must name the columns, and one of them must be 'name'")
    if len(set(header)) < len(header):
        raise KgbuildError(f"{path}:{line}: a column stands twice in the first row")


def _entry(row: dict[str, str]) -> Entry:
    """The entry of a row; ValueError tells what is wrong with it."""
    texts = {column: row.get(column, "") for column in TEXTS}
    lists = {
        column: tuple(dict.fromkeys(filter(None, (value.strip() for value in row.get(column, "").split("|")))))
        for column in LISTS
    }
    return make_entry(texts, lists, {column: row.get(column, "") for column in DATES})


def make_entry(texts: dict[str, str], lists: dict[str, tuple[str, ...]], dates: dict[str, str]) -> Entry:
    """Checks the values of an entry and builds it.

    Raises:
        ValueError: what is wrong, in words a user understands.
    """
    if not texts["name"]:
        raise ValueError("the entry has no name")
    kind = texts["type"] or "Organization"
    if kind not in TYPES:
        raise ValueError(f"unknown type {kind!r}; the types are: {', '.join(TYPES)}")
    sort: Sort = "treaty" if kind == "Treaty" else "actor"
    if texts["wikidata"] and not _ITEM.fullmatch(texts["wikidata"]):
        raise ValueError(f"{texts['wikidata']!r} is no Wikidata item; it must look like Q801")
    for column, known in (("kind", KINDS), ("status", STATUSES)):
        if texts[column] and texts[column] not in known:
            raise ValueError(f"unknown {column} {texts[column]!r}; those known are: {', '.join(known)}")
    identifier = texts["id"] or f"{_FOLDERS.get(kind, 'organization')}/{slug(texts['name'])}"
    if identifier.endswith("/"):
        raise ValueError(f"no id can be made from the name {texts['name']!r}; give it one in the column 'id'")
    parsed: dict[str, PartialDate | None] = {}
    for column, value in dates.items():
        try:
            parsed[column] = PartialDate.parse(value) if value else None
        except (ValueError, TypeError) as error:
            raise ValueError(f"{value!r} in {column!r} is no date; write 1987, 1987-12 or 1987-12-08") from error
    return Entry(
        id=identifier,
        sort=sort,
        type=kind,
        name=texts["name"],
        other_names=lists.get("other_names", ()),
        abbreviations=lists.get("abbreviations", ()),
        demonyms=lists.get("demonyms", ()),
        people=lists.get("people", ()),
        capitals=lists.get("capitals", ()),
        metonyms=lists.get("metonyms", ()),
        affiliation=texts["affiliation"],
        wikidata=texts["wikidata"],
        kind=texts["kind"],
        parties=lists.get("parties", ()),
        signed=parsed.get("signed"),
        in_force=parsed.get("in_force"),
        ended=parsed.get("ended"),
        status=texts["status"],
    )
