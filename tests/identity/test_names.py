"""People's names: what is one name in two spellings, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.identity.names import compare, person_name, skeleton, transliterated


def test_a_name_is_taken_apart() -> None:
    name = person_name("Dr. George W. Bush, Jr.")
    assert (name.core, name.initials, name.generation) == (("george", "bush"), "w", "jr")
    assert person_name("Ms Vuki").gender == "female"
    assert person_name("Pieter van Aalst").core == ("pieter", "aalst")
    assert person_name("Pieter van Aalst").words == ("pieter", "van", "aalst")
    assert not person_name("Mr. Sorokin").full
    assert person_name("").core == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy"),
        ("Volodymyr Zelenskiy", "Vladimir Zelensky"),
        ("Sergei Lavrov", "Sergey Lavrov"),
        ("Mohammed Hassan", "Muhammad Hasan"),
        ("Abdel Fattah al-Sisi", "Abdel-Fattah el-Sissi"),
        ("Justin Ngoma", "Justin Kambale Ngoma"),
    ],
)
def test_spellings_that_are_one_name_by_themselves(one: str, other: str) -> None:
    match = compare(person_name(one).core, person_name(other).core)
    assert match is not None
    assert match.alone


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muammar Gaddafi", "Moammar Qadhafi"),
        ("Abe Shinzo", "Shinzo Abe"),
        ("Salah Trabelsi", "Saleh Trabelsi"),
        ("Joe Ferreira", "Joseph Ferreira"),
        ("J. Ferreira", "Joana Ferreira"),
        ("Lula da Silva", "Luiz Inácio Lula da Silva"),
        ("Mikhail Gorbachev", "Mikhail Gorbachov"),
    ],
)
def test_spellings_that_need_something_else_to_agree(one: str, other: str) -> None:
    match = compare(person_name(one).core, person_name(other).core)
    assert match is not None
    assert not match.alone


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li Wei", "Li Wen"),
        ("Kim Min", "Kim Jin"),
        ("Marta Olsen", "Jonas Olsen"),
        ("Ana Ruiz", "Ana Ruano"),
        ("Park Chung-hee", "Park Geun-hye"),
        ("Peter Marsh", "Paul Marsh"),
        ("Daniel Prates", "Daniela Prates"),
    ],
)
def test_names_of_two_people(one: str, other: str) -> None:
    assert compare(person_name(one).core, person_name(other).core) is None


@given(st.text(min_size=1))
def test_any_word_has_keys(word: str) -> None:
    assert transliterated(word)
    assert skeleton(word)


@given(st.text(), st.text())
def test_comparing_is_symmetric(one: str, other: str) -> None:
    first, second = person_name(one).core, person_name(other).core
    if len(first) > 1 and len(second) > 1:
        assert compare(first, second) == compare(second, first)
