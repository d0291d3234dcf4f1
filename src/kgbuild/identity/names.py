"""Compares names of people: what is the same name in another spelling, order or length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from kgbuild.authority.folding import ascii_letters, fold
from kgbuild.resources import resource

_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?)+\.|[^\W\d_]")
_GENERATIONS = frozenset({"jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv"})
_VOWELS = re.compile(r"[aeiou]")
#: how alike two words must be, in per cent of their letters, to be two spellings of one name
_ALIKE = 80.0


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name, taken apart.

    Attributes:
        core: folded words without honorifics, middle initials, particles and generation.
        words: the same with the particles.
        initials: the middle initials: ``"w"`` of "George W. Bush".
        generation: ``"jr"``, ``"sr"``, ``"iii"``, or empty.
        gender: as an honorific tells it ("Ms Vuki"): ``"male"``, ``"female"``, or empty.
    """

    core: tuple[str, ...]
    words: tuple[str, ...] = ()
    initials: str = ""
    generation: str = ""
    gender: str = ""

    @property
    def full(self) -> bool:
        """Whether it has more than one word, so that it can tell a person from others of the same family name."""
        return len(self.core) > 1


@dataclass(frozen=True, slots=True)
class NameMatch:
    """How two names that are not written alike may be one.

    Attributes:
        score: from 0 to 1.
        why: in words a user understands.
        alone: whether the names are enough; else something else must agree, such as the state or the post.
    """

    score: float
    why: str
    alone: bool


@cache
def _honorifics() -> dict[str, str]:
    """Folded form of address -> gender."""
    rows = (line.split("\t") for line in _lines("lexicon", "honorifics.tsv"))
    return {fold(form): "" if gender == "unknown" else gender for form, gender, _ in rows}


@cache
def _genders() -> dict[str, str]:
    """Folded given name -> the gender it nearly always goes with."""
    return {fold(name): gender for name, gender in (line.split("\t") for line in _lines("lexicon", "given_names.tsv"))}


@cache
def _particles() -> frozenset[str]:
    return frozenset(fold(word) for line in _lines("lexicon", "name_particles.txt") for word in line.split())


@cache
def _given_names(kind: str) -> dict[str, frozenset[str]]:
    """Given name -> the names that stand for it."""
    found: dict[str, frozenset[str]] = {}
    for line in _lines("authority", "given_names.tsv"):
        row_kind, names = line.split("\t")
        if row_kind == kind:
            group = frozenset(names.split())
            for name in group:
                found[name] = found.get(name, frozenset()) | group
    return found


@cache
def _transliterations() -> list[tuple[re.Pattern[str], str]]:
    rows = (line.split("\t") for line in _lines("authority", "transliteration.tsv"))
    return [(re.compile(pattern), replacement) for pattern, replacement in rows]


def _lines(*parts: str) -> list[str]:
    """The lines of a data file without comments."""
    lines = resource(*parts).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@lru_cache(maxsize=4096)
def person_name(text: str) -> PersonName:
    """Takes a name apart."""
    gender = generation = initials = ""
    words: list[str] = []
    for word in text.replace(",", " ").split():
        folded = fold(word)
        if not folded:
            continue
        if not words and folded in _honorifics():
            gender = gender or _honorifics()[folded]
        elif words and folded in _GENERATIONS:
            generation = (
                folded.replace("snr", "sr").replace("jnr", "jr").replace("junior", "jr").replace("senior", "sr")
            )
        elif words and _INITIALS.fullmatch(word):
            initials += folded.replace(" ", "")
        else:
            words += folded.split()
    kept = [word for index, word in enumerate(words) if index == 0 or word not in _particles()]
    return PersonName(tuple(kept if len(kept) > 1 else words), tuple(words), initials, generation, gender)


@lru_cache(maxsize=4096)
def transliterated(word: str) -> str:
    """A key that is the same for the usual English spellings of one Russian, Ukrainian, Arabic or Hebrew word."""
    key = word
    for pattern, replacement in _transliterations():
        key = pattern.sub(replacement, key)
    return key or word


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """The consonants of a word, those that transliterations confuse as one: names that may be alike share it."""
    key = _VOWELS.sub("", transliterated(ascii_letters(word))).translate(str.maketrans("gcdzjf", "kktssv"))
    return re.sub(r"h|(.)(?=\1)", "", key) or word[:1]


def same_given_name(first: str, second: str, kind: str = "spelling") -> bool:
    """Whether two folded given names are one in two spellings, or (``kind="short"``) one in full and short."""
    return first == second or second in _given_names(kind).get(first, frozenset())


@cache
def _short_groups() -> dict[str, tuple[int, ...]]:
    groups: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(_lines("authority", "given_names.tsv")):
        for name in line.split("\t")[1].split():
            groups[name] = (*groups.get(name, ()), number)
    return groups


def given_name_groups(name: str) -> tuple[int, ...]:
    """Numbers of the groups of given names that a folded name stands in: those that may be one share a number."""
    return _short_groups().get(name, ())


def same_word(first: str, second: str) -> bool:
    """Whether two folded words are spellings of one name for certain."""
    return first == second or transliterated(first) == transliterated(second) or same_given_name(first, second)


def compare(first: tuple[str, ...], second: tuple[str, ...]) -> NameMatch | None:
    """How two different names of at least two words may be the same person's.

    Args:
        first, second: the :attr:`PersonName.core` of each.

    Returns:
        None if they cannot be.
    """
    if len(first) > len(second):
        first, second = second, first
    if first == second:
        return NameMatch(1.0, "same name", True)
    genders = {_genders().get(first[0], ""), _genders().get(second[0], "")} - {""}
    if len(genders) > 1:
        return None  # "Daniel" and "Daniela" differ in one letter
    ends = same_word(first[0], second[0]) and same_word(first[-1], second[-1])
    if len(first) == len(second):
        if all(same_word(one, other) for one, other in zip(first, second, strict=True)):
            return NameMatch(0.93, "same name in another spelling", True)
        if sorted(first) == sorted(second):
            return NameMatch(0.88, "same words in another order", False)
    if ends and len(first) == 2:
        return NameMatch(0.92, "same first and last name, one with a middle name", True)
    if len(first) == 2 and len(first[0]) == 1 and first[0] == second[0][0] and same_word(first[1], second[-1]):
        return NameMatch(0.75, "initial and same last name", False)
    if same_given_name(first[0], second[0], "short") and same_word(first[-1], second[-1]):
        return NameMatch(0.85, "short and full form of the first name, same last name", False)
    if len(first) >= 2 and len(second) > len(first) and _within(first, second):
        return NameMatch(0.78, "one name is part of the other", False)
    return _alike(first, second)


def _within(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether the words of one name stand in the other in the same order."""
    rest = iter(longer)
    return all(any(same_word(word, other) for other in rest) for word in shorter)


def _alike(first: tuple[str, ...], second: tuple[str, ...]) -> NameMatch | None:
    """Names of as many words, each nearly spelled alike."""
    if len(first) != len(second):
        return None
    scores = [
        100.0
        if same_word(one, other)
        else max(fuzz.ratio(one, other), fuzz.ratio(transliterated(one), transliterated(other)))
        for one, other in zip(first, second, strict=True)
    ]
    unlike = [(one, other) for one, other in zip(first, second, strict=True) if not same_word(one, other)]
    # short words that differ in a letter are as a rule different names: "Li" and "Lin", "Kim" and "Kin"
    if min(scores) < _ALIKE or len(unlike) > 1 or any(min(len(one), len(other)) < 5 for one, other in unlike):
        return None
    return NameMatch(round(0.7 + (sum(scores) / len(scores) - _ALIKE) / 100, 2), "nearly the same spelling", False)
