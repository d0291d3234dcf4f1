"""The authority: all entries, found by id and by the forms of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from kgbuild.authority.entries import Ambiguity, Entry, Form, FormKind, Sort
from kgbuild.authority.folding import fold, strip_article
from kgbuild.authority.tables import DATES, LISTS, TEXTS, read_table
from kgbuild.errors import KgbuildError
from kgbuild.resources import resource

BUILT_IN = ("states.csv", "organizations.csv", "bodies.csv", "subdivisions.csv", "treaties.csv")
_PERIOD = re.compile(r"(?<=\w)\.")


class Authority:
    """Entries by id and by name.

    Args:
        entries: earlier ones come first where several have a name.
        ambiguous: folded form -> what else it may denote, and the id of the entry meant most often.
    """

    def __init__(self, entries: Iterable[Entry], ambiguous: dict[str, tuple[Ambiguity, str]] | None = None) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._ambiguous = ambiguous or {}
        self._by_name: dict[str, list[str]] = {}
        self._by_abbreviation: dict[str, list[str]] = {}
        for entry in self._entries.values():
            for text, kind in self._forms(entry):
                table, key = (
                    (self._by_abbreviation, _PERIOD.sub("", text))
                    if kind == "abbreviation"
                    else (self._by_name, fold(text))
                )
                found = table.setdefault(key, [])
                if entry.id not in found:
                    found.append(entry.id)

    @classmethod
    def load(cls, files: Iterable[Path] = ()) -> Authority:
        """The built-in tables, and before them the entries of a user's files.

        Args:
            files: ``.csv`` tables (see :func:`kgbuild.authority.tables.read_table`) or SKOS in Turtle (``.ttl``; see
                :func:`kgbuild.authority.skos.read_skos`). An entry with the id or the Wikidata item of a built-in one
                is merged with it: its name comes first, its forms are added.

        Raises:
            KgbuildError: a file cannot be read; the message names the file and the line.
        """
        paths = tuple(Path(file) for file in files)
        return cls([*_read_all(paths)], _ambiguous()) if paths else _built_in()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def entry(self, identifier: str) -> Entry:
        """The entry with this id.

        Raises:
            KeyError: there is none.
        """
        return self._entries[identifier]

    def get(self, identifier: str) -> Entry | None:
        """The entry with this id, or None."""
        return self._entries.get(identifier)

    def named(self, name: str, sort: Sort | None = None) -> tuple[Entry, ...]:
        """The entries that go by this name.

        Args:
            name: as an article writes it; articles, possessives, accents, periods and British spellings do not matter.
                Case matters for abbreviations ("US", not "us") and for single words, which need a capital.
            sort: only actors, or only treaties.

        Returns:
            Those meant most often first; empty if there is none. Whether "Jordan" here is the state or a person is for
            the caller to see (:attr:`Form.ambiguity`).
        """
        bare = strip_article(name)
        found = list(self._by_abbreviation.get(_PERIOD.sub("", bare), ()))
        folded = fold(bare)
        if " " in folded or not bare[:1].islower() or any(char.isupper() for char in bare):
            found += [identifier for identifier in self._by_name.get(folded, ()) if identifier not in found]
        preferred = self._ambiguous.get(folded, ("", ""))[1]
        found.sort(key=lambda identifier: identifier != preferred)
        entries = (self._entries[identifier] for identifier in found)
        return tuple(entry for entry in entries if sort in (None, entry.sort))

    def ambiguity(self, name: str) -> Ambiguity:
        """What else a name may denote, other than an entry of the authority; empty if nothing else in newspapers."""
        return self._ambiguous.get(fold(name), ("", ""))[0]

    def forms(self, sort: Sort | None = None) -> Iterator[Form]:
        """Every form of every entry, for building matchers; a form of two entries comes twice."""
        for entry in self._entries.values():
            if sort not in (None, entry.sort):
                continue
            for text, kind in self._forms(entry):
                folded = fold(text)
                same = {
                    *self._by_name.get(folded, ()),
                    *self._by_abbreviation.get(_PERIOD.sub("", text), ()),
                }
                ambiguity, preferred = self._ambiguous.get(folded, ("", ""))
                if len(same) == 1:
                    yield Form(text, entry, kind, ambiguity, True)
                    continue
                first = preferred if preferred in same else next(iter(self._order(text)), entry.id)
                yield Form(text, entry, kind, ambiguity or "entry", first == entry.id)

    def _forms(self, entry: Entry) -> Iterator[tuple[str, FormKind]]:
        """The forms of an entry, without those made from an abbreviation that mean something else: "Pace", "Guam"."""
        for text, kind in entry.forms():
            made = kind == "abbreviation" and text not in entry.abbreviations and "." not in text
            if not (made and fold(text) in self._ambiguous):
                yield text, kind

    def _order(self, text: str) -> list[str]:
        """Ids of the entries that have the form, as :meth:`named` orders them."""
        return [entry.id for entry in self.named(text)]


def _read_all(paths: tuple[Path, ...]) -> Iterable[Entry]:
    """A user's entries, merged with the built-in ones they stand for, then the other built-in ones."""
    built_in = {entry.id: entry for entry in _built_in()}
    by_item = {entry.wikidata: entry.id for entry in built_in.values() if entry.wikidata}
    users: dict[str, Entry] = {}
    sources: dict[str, str] = {}
    for source, entry in (pair for path in paths for pair in _read(path)):
        identifier = entry.id if entry.id in built_in else by_item.get(entry.wikidata, entry.id)
        known = users.get(identifier) or built_in.get(identifier)
        if known and known.sort != entry.sort:
            raise KgbuildError(f"{source}: {entry.name!r} is a {entry.type}, but {identifier!r} is a {known.type}")
        users[identifier] = merged(entry, known) if known else entry
        sources[identifier] = source
    for identifier, entry in users.items():
        for reference in (entry.affiliation, *entry.parties):
            if reference and reference not in users and reference not in built_in:
                raise KgbuildError(
                    f"{sources[identifier]}: {entry.name!r} refers to {reference!r}, which is no id of an entry; "
                    "ids look like 'state/FR'"
                )
    return [*users.values(), *(entry for entry in built_in.values() if entry.id not in users)]


def merged(first: Entry, second: Entry) -> Entry:
    """One entry of two that stand for the same thing: the values of the first, then the forms of the second."""
    values: dict[str, Any] = {
        column: getattr(first, column) or getattr(second, column) for column in (*TEXTS, *DATES) if column != "id"
    }
    for column in LISTS:
        values[column] = tuple(dict.fromkeys(getattr(first, column) + getattr(second, column)))
    names = (*first.other_names, second.name, *second.other_names)
    values["other_names"] = tuple(name for name in dict.fromkeys(names) if name != first.name)
    return replace(second, **values)


def _read(path: Path) -> list[tuple[str, Entry]]:
    """The entries of a user's file, by its suffix."""
    suffix = path.suffix.casefold()
    if suffix == ".csv":
        return read_table(path)
    if suffix in {".ttl", ".turtle"}:
        from kgbuild.authority.skos import read_skos

        return read_skos(path)
    raise KgbuildError(f"{path}: an authority file is a table (.csv) or SKOS in Turtle (.ttl)")


@cache
def _built_in() -> Authority:
    """The authority of the built-in tables."""
    entries = [entry for name in BUILT_IN for _, entry in read_table(resource("authority", name))]
    return Authority(entries, _ambiguous())


@cache
def _ambiguous() -> dict[str, tuple[Ambiguity, str]]:
    """Folded form -> what else it may denote, and the preferred entry."""
    table: dict[str, tuple[Ambiguity, str]] = {}
    for line in resource("authority", "ambiguous.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            form, also, preferred = line.split("\t")
            table[fold(form)] = (cast(Ambiguity, also), preferred)
    return table
