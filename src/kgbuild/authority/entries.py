"""What the authority knows of one actor or treaty, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kgbuild.facts import ActorType, PartialDate

Sort = Literal["actor", "treaty"]
FormKind = Literal["name", "abbreviation", "demonym", "people", "capital", "metonym"]
#: what else a form may denote: another entry of the authority, another state's body of the same name, a person, a
#: place, a common word or an abbreviation with another meaning
Ambiguity = Literal["", "entry", "generic", "person", "place", "word"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One actor or treaty.

    Attributes:
        id: ``"state/IL"``, ``"organization/un"``, ``"treaty/inf"``; for an entry of a user's SKOS file, its IRI.
        sort: ``"actor"`` or ``"treaty"``.
        type: an :class:`~kgbuild.facts.ActorType` value, or ``"Treaty"``.
        name: canonical, as newspapers write it, without an article: ``"Israel"``.
        other_names: official and older names, other spellings.
        abbreviations: without periods, in the case they are written in: ``"US"``, ``"IAEA"``.
        demonyms: adjectives: ``"Israeli"``, ``"Saudi"``.
        people: nouns for its people: ``"Israelis"``, ``"Dane"``, ``"Danes"``.
        capitals: the capital in all its spellings and other cities that newspapers use for the government.
        metonyms: other places that stand for it: ``"Foggy Bottom"`` for the State Department.
        affiliation: id of the state or organisation it belongs to, or empty.
        wikidata: ``"Q801"``, or empty where it has not been verified.
        kind: of a treaty: local name of the ontology's concept (``"ArmsControl"``); else empty.
        parties: of a treaty: ids of the parties where they are few and certain.
        signed, in_force, ended: of a treaty: when it was signed (or adopted), entered into force, ended.
        status: of a treaty: local name of the ontology's concept (``"InForce"``).
    """

    id: str
    sort: Sort
    type: str
    name: str
    other_names: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    affiliation: str = ""
    wikidata: str = ""
    kind: str = ""
    parties: tuple[str, ...] = ()
    signed: PartialDate | None = None
    in_force: PartialDate | None = None
    ended: PartialDate | None = None
    status: str = ""

    @property
    def actor_type(self) -> ActorType | None:
        """The class of an actor; None for a treaty."""
        return ActorType(self.type) if self.sort == "actor" else None

    def forms(self) -> list[tuple[str, FormKind]]:
        """Every form it goes by, each once, names first; abbreviations with and without periods."""
        found: dict[str, FormKind] = {self.name: "name"}
        for text in self.other_names:
            found.setdefault(text, "name")
        for text in self.abbreviations:
            found.setdefault(text, "abbreviation")
            for variant in abbreviation_variants(text):
                found.setdefault(variant, "abbreviation")
        groups: tuple[tuple[FormKind, tuple[str, ...]], ...] = (
            ("demonym", self.demonyms),
            ("people", self.people),
            ("capital", self.capitals),
            ("metonym", self.metonyms),
        )
        for kind, texts in groups:
            for text in texts:
                found.setdefault(text, kind)
        return list(found.items())


class Form(NamedTuple):
    """A form of a name, for building matchers.

    Attributes:
        text: as it is written, without an article.
        entry: what it denotes.
        kind: what kind of form it is.
        ambiguity: what else it may denote; empty if nothing else in newspapers.
        preferred: whether newspapers mean this entry most often; True if no other entry has the form.
    """

    text: str
    entry: Entry
    kind: FormKind
    ambiguity: Ambiguity
    preferred: bool


def abbreviation_variants(text: str) -> list[str]:
    """Other ways to write an abbreviation.

    Returns:
        ``"U.S."`` for ``"US"`` (two to four capitals), ``"Nato"`` for ``"NATO"`` (four and more letters, as British
        newspapers write those that are read as words).
    """
    variants: list[str] = []
    if text.isalpha() and text.isascii() and text.isupper():
        if 2 <= len(text) <= 4:
            variants.append("".join(f"{letter}." for letter in text))
        if len(text) >= 4:
            variants.append(text.capitalize())
    return variants
