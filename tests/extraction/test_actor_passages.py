"""Actors and posts in short passages of many registers and naming traditions, counted together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kgbuild.authority import fold

if TYPE_CHECKING:
    from spacy.tokens import Doc

PASSAGES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "actor_passages.yaml").read_text(encoding="utf-8")
)


@dataclass(slots=True)
class Read:
    """What was found in a passage: (type, names) of actors that are not tentative, (holder, title, represents)."""

    passage: dict[str, Any]
    actors: list[tuple[str, set[str]]]
    posts: list[tuple[set[str], set[str], set[str]]]


def read(passage: dict[str, Any], doc: Doc) -> Read:
    """Takes a passage's actors and posts from its document."""
    names = {r.key: {fold(n) for n in (r.name, *r.other_names)} for r in doc._.actors}
    needed = {key for role in doc._.roles for key in (role.holder, *role.represents, *role.accredited_to)}
    actors = [(str(r.type), names[r.key]) for r in doc._.actors if not r.tentative or r.key in needed]
    posts = [
        (names[role.holder], words(role.title), {n for key in role.represents for n in names[key]})
        for role in doc._.roles
    ]
    return Read(passage, actors, posts)


def words(title: str) -> set[str]:
    """The words by which titles are compared."""
    return set(fold(title).split()) - {"of", "for", "the", "and"}


def is_post(wanted: dict[str, Any], post: tuple[set[str], set[str], set[str]]) -> bool:
    """Whether a post is the wanted one: its holder, half of the words of its title, one of whom it is held for."""
    holder, title, represents = post
    own = words(wanted["title"])
    same = 2 * len(own & title) >= len(own | title)
    return same and fold(wanted["holder"]) in holder and bool(represents & {fold(n) for n in wanted["represents"]})


@pytest.fixture(scope="module")
def found() -> list[Read]:
    """All passages, read."""
    from kgbuild.extraction.pipeline import load_pipeline

    nlp = load_pipeline(components=("kgbuild_layout", "kgbuild_actors", "kgbuild_coreference"))
    return [read(passage, nlp(passage["text"])) for passage in PASSAGES]


def test_actors_are_found_and_have_their_class(found: list[Read]) -> None:
    listed = [(wanted, one.actors) for one in found for wanted in one.passage["actors"]]
    missed = [
        wanted
        for wanted, actors in listed
        if not any(kind == wanted["type"] and names & {fold(n) for n in wanted["names"]} for kind, names in actors)
    ]

    assert len(listed) > 250
    assert len(missed) <= 0.05 * len(listed), missed


def test_places_ships_teams_and_laws_are_no_actors(found: list[Read]) -> None:
    listed = [(name, one.actors) for one in found for name in one.passage["not_actors"]]
    wrong = [name for name, actors in listed if any(fold(name) in names for _, names in actors)]

    assert len(listed) > 50
    assert len(wrong) <= 0.1 * len(listed), wrong


def test_posts_are_found_and_few_others(found: list[Read]) -> None:
    listed = [(wanted, one.posts) for one in found for wanted in one.passage["posts"]]
    missed = [wanted for wanted, posts in listed if not any(is_post(wanted, post) for post in posts)]
    posts = [(post, one.passage["posts"]) for one in found for post in one.posts]
    others = [post for post, wanted in posts if not any(is_post(one, post) for one in wanted)]

    assert len(listed) > 150
    assert len(missed) <= 0.17 * len(listed), missed
    assert len(others) <= 0.22 * len(posts), others
