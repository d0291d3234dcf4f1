"""Bodies: what a name needs to tell one ministry from all others."""

from __future__ import annotations

import pytest

from kgbuild.authority import Authority
from kgbuild.identity.bodies import Bodies, generic, one_of_a_state, plain_body


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return Bodies(Authority.load())


@pytest.mark.parametrize(
    "names",
    [("Guyana's foreign ministry",), ("Guyanese Foreign Ministry",), ("Ministry of Foreign Affairs of Guyana",),
     ("foreign ministry of Guyana", "foreign ministry")],
)  # fmt: skip
def test_names_of_one_ministry_give_one_target(bodies: Bodies, names: tuple[str, ...]) -> None:
    assert bodies.target(names, "") == ("body", "state/GY", "foreign ministry")


def test_the_affiliation_tells_whose_ministry(bodies: Bodies) -> None:
    assert bodies.target(("foreign ministry",), "state/GY") == ("body", "state/GY", "foreign ministry")
    assert bodies.target(("foreign ministry",), "state/RU") == ("authority", "body/russian-foreign-ministry")
    assert bodies.target(("foreign ministry",), "") is None


def test_a_name_that_several_states_use_needs_the_state(bodies: Bodies) -> None:
    assert bodies.target(("House of Commons",), "") is None
    assert bodies.target(("House of Commons",), "state/CA") == ("authority", "body/house-of-commons-canada")
    assert bodies.target(("KGB",), "state/BY") == ("authority", "body/kgb-belarus")
    assert bodies.target(("State Department",), "", frozenset({"state/US"})) == ("authority", "body/state-department")
    assert bodies.target(("Conservative Party",), "") is None
    assert bodies.target(("Conservative Party",), "state/CA") != bodies.target(("Conservative Party",), "state/GB")


def test_embassies_are_told_by_owner_and_place(bodies: Bodies) -> None:
    assert bodies.target(("American embassy", "embassy in Colombo"), "") == ("body", "state/US", "embassy in colombo")
    assert bodies.target(("American embassy",), "") is None


def test_proper_names_tell_by_themselves(bodies: Bodies) -> None:
    assert bodies.target(("Prairie Pork Alliance",), "") == ("organization", "prairie pork alliance")
    assert bodies.target(("Alliance for the Hills (AFH)", "AFH"), "") == ("organization", "alliance for the hills")
    assert bodies.target(("Maple Ridge Foods Inc.",), "") == ("organization", "maple ridge foods")
    assert bodies.target(("University of the Philippines",), "") == ("organization", "university of the philippines")


def test_what_belongs_to_a_person_stays_with_its_article(bodies: Bodies) -> None:
    assert bodies.target(("Mr Okoro's office",), "") is None
    assert bodies.target(("joint commission",), "") is None


def test_parts_of_names() -> None:
    assert generic("Supreme Court")
    assert not generic("Prairie Pork Alliance")
    assert one_of_a_state("foreign ministry")
    assert one_of_a_state("Ministry of Foreign Affairs")
    assert not one_of_a_state("embassy")
    assert plain_body("Department of Defence") == plain_body("defense ministry") == "defense ministry"
