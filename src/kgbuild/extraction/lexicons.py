"""The word lists about people, posts and bodies, read once from the lexicon files."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

from kgbuild.errors import KgbuildError
from kgbuild.extraction.phrases import PhraseTable, plain
from kgbuild.resources import resource, yaml_table


def rows(name: str, columns: int) -> list[list[str]]:
    """The rows of a tab-separated lexicon file without comments.

    Raises:
        KgbuildError: a row has another number of columns.
    """
    found = []
    path = resource("lexicon", name)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != columns:
            raise KgbuildError(f"{path}:{number}: {len(cells)} columns instead of {columns}")
        found.append(cells)
    return found


@functools.cache
def word_list(name: str) -> frozenset[str]:
    """The words of a lexicon file, white-space separated, in lower case without accents."""
    lines = resource("lexicon", name).read_text("utf-8").splitlines()
    return frozenset(plain(word) for line in lines if not line.startswith("#") for word in line.split())


@functools.cache
def _word_sets() -> dict[str, frozenset[str]]:
    table = yaml_table("lexicon", "actor_words.yaml")
    return {name: frozenset(str(words).split()) for name, words in table.items()}


@functools.cache
def word_set(name: str) -> frozenset[str]:
    """One of the small sets of words in ``actor_words.yaml``.

    Raises:
        KeyError: there is no such set.
    """
    return _word_sets()[name]


@dataclass(frozen=True, slots=True)
class RoleHead:
    """The head of a title: "minister", "chief of staff"."""

    title: str
    gender: str
    kind: str
    plural: bool
    short: bool = False


def _tokenised(phrase: str) -> list[str]:
    """A lexicon phrase as spaCy's English tokenizer splits it: hyphens apart, a final "'s" apart."""
    words: list[str] = []
    for word in phrase.split():
        if word.endswith("'s"):
            words += [*_tokenised(word[:-2]), "'s"]
        elif "-" in word.strip("-"):
            parts = word.split("-")
            for part in parts[:-1]:
                words += [part, "-"]
            words.append(parts[-1])
        else:
            words.append(word)
    return words


@functools.cache
def role_heads() -> PhraseTable[RoleHead]:
    """Heads of titles, singular and plural."""
    phrases: list[tuple[list[str], RoleHead]] = []
    for singular, plural, gender, kind in rows("role_heads.tsv", 4):
        for form, is_plural in ((singular, False), (plural, True)):
            head = RoleHead(singular, gender, kind, is_plural)
            variants = {tuple(_tokenised(form)), tuple(form.split())}
            phrases += [(list(words), head) for words in sorted(variants)]
    for short, title, kind in rows("title_abbreviations.tsv", 3):
        head = RoleHead(title, "unknown", kind, plural=False, short=True)
        words = short.split()
        # "Maj. Gen.": the tokenizer parts some full stops from their words and some not
        written = itertools.product(*(((word + ".",), (word, ".")) for word in words))
        phrases += [([part for parts in variant for part in parts], head) for variant in written]
        phrases += [(words, head)] if len(short) < 4 else []
    return PhraseTable(phrases)


@functools.cache
def verb_titles() -> dict[str, tuple[str, str]]:
    """Verb, lemma -> the title that it gives its subject, and what its object must be."""
    return {verb: (title, wanted) for verb, title, wanted in rows("verb_titles.tsv", 3)}


@functools.cache
def role_genders() -> dict[str, str]:
    """Title of one who speaks for another, one word -> gender: "spokeswoman"."""
    return {
        singular: gender
        for singular, _, gender, kind in rows("role_heads.tsv", 4)
        if kind == "spokesperson" and " " not in singular
    }


@functools.cache
def implied_states() -> dict[str, str]:
    """Last word of a title -> id of the state that it is always held for."""
    return {plain(word): state for word, state in rows("implied_states.tsv", 2)}


@functools.cache
def short_organs() -> dict[str, tuple[str, str]]:
    """Word, or last word of a title -> id of an organisation, and of its organ that is called so for short."""
    return {word: (whole, organ) for word, whole, organ in rows("short_organs.tsv", 3)}


@functools.cache
def mission_titles() -> dict[str, str]:
    """Body abroad -> the title of who runs it."""
    return {row[0]: row[1] for row in rows("mission_titles.tsv", 2)}


@functools.cache
def short_parties() -> dict[str, tuple[str, str]]:
    """Word for a body -> id of a state, and of its party that is called so for short."""
    return {word: (state, party) for word, state, party in rows("short_parties.tsv", 3)}


@functools.cache
def office_rules() -> dict[str, tuple[bool, frozenset[str]]]:
    """Title -> whether only these states have the office (else all but these), and the states' codes."""
    return {
        plain(title): (rule == "only", frozenset(states.split()))
        for title, rule, states in rows("office_states.tsv", 3)
    }


@functools.cache
def name_states() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Folded words of names, and endings of such words, -> codes of the states where they are at home."""
    words: dict[str, frozenset[str]] = {}
    endings: dict[str, frozenset[str]] = {}
    for part, names, states in rows("name_states.tsv", 3):
        table = words if part == "word" else endings
        for name in names.split():
            table[name] = table.get(name, frozenset()) | frozenset(states.split())
    return words, endings


@functools.cache
def not_states() -> PhraseTable[bool]:
    """Phrases that hold a state's name or adjective and denote no state: "Lake Victoria"."""
    return PhraseTable((row[0].split(), True) for row in rows("not_states.tsv", 2))


@functools.cache
def role_modifiers() -> dict[str, str]:
    """Words before the head of a title -> what they do there."""
    return {plain(word): use for word, use in rows("role_modifiers.tsv", 2)}


@functools.cache
def honorifics() -> PhraseTable[tuple[str, str]]:
    """Forms of address -> gender and kind; each with and without a full stop."""
    phrases: list[tuple[list[str], tuple[str, str]]] = []
    for form, gender, kind in rows("honorifics.tsv", 3):
        words = form.split()
        dotted = {(*words[:-1], words[-1] + "."), tuple(word + "." for word in words), (*words, ".")}
        phrases += [(list(variant), (gender, kind)) for variant in sorted({tuple(words), *dotted})]
    return PhraseTable(phrases)


@functools.cache
def given_names() -> dict[str, str]:
    """Given name, plain -> gender."""
    return {plain(name): gender for name, gender in rows("given_names.tsv", 2)}


@functools.cache
def organisation_heads() -> dict[str, tuple[str, str]]:
    """Noun -> position ("first", "last", "both") and class."""
    return {word: (position, kind) for word, position, kind in rows("organisation_heads.tsv", 3) if kind != "none"}


@functools.cache
def person_nouns() -> dict[str, tuple[str, bool, str]]:
    """Noun form -> singular, whether it is plural, gender; titles of posts included."""
    table: dict[str, tuple[str, bool, str]] = {}
    for singular, plural, gender in [*rows("person_nouns.tsv", 3), *(row[:3] for row in rows("role_heads.tsv", 4))]:
        if " " not in singular:
            table.setdefault(plain(plural), (singular, True, gender))
            table.setdefault(plain(singular), (singular, False, gender))
    return table


@functools.cache
def not_actor_heads() -> tuple[frozenset[str], frozenset[str]]:
    """Last words, and first words, of capitalised names that are no actors."""
    words = word_list("not_actor_heads.txt")
    return frozenset(word.rstrip("*") for word in words), frozenset(word[:-1] for word in words if word.endswith("*"))


@functools.cache
def media_names() -> PhraseTable[bool]:
    """Publishers whose name does not say so."""
    lines = resource("lexicon", "media_names.txt").read_text("utf-8").splitlines()
    return PhraseTable((_tokenised(line), True) for line in lines if line and not line.startswith("#"))


@functools.cache
def body_nouns() -> PhraseTable[tuple[str, str, bool]]:
    """Common nouns for organs of a state -> the noun, its kind, whether it stands alone."""
    return PhraseTable(
        (_tokenised(noun), (noun, kind, bare == "yes")) for noun, kind, bare in rows("body_nouns.tsv", 3)
    )
