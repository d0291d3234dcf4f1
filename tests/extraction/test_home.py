"""In which state an article was published, and which its headline is about."""

from __future__ import annotations

import pytest

from kgbuild.authority import Authority
from kgbuild.extraction.assemble import extract
from kgbuild.extraction.home import dateline_state, headline_abroad, headline_state, publisher_state
from kgbuild.extraction.pipeline import load_pipeline
from kgbuild.facts import Article, ArticleFacts

AUTHORITY = Authority.load()


@pytest.mark.parametrize(
    ("publisher", "url", "state"),
    [
        ("The Accra Mail", "", "state/GH"),
        ("Office of the President of Chile", "", "state/CL"),
        ("South China Courier", "", "state/HK"),
        ("The Lagos Mirror", "", "state/NG"),
        ("Evening Standard-Bearer", "https://www.standard.example.co.uk/a", "state/GB"),
        ("Evening Standard-Bearer", "https://standard.tv/a", ""),
        ("Office of the Spokesperson", "", "state/US"),
        ("Office of the Spokesperson, Beijing", "", "state/CN"),
        ("The Deccan Bugle", "", "state/IN"),
        ("Guangzhou Daily Lantern", "", "state/CN"),
        ("The Niger Delta Lantern", "", "state/NG"),
        ("Brussels Week", "", ""),
        ("Lake Victoria Observer", "", ""),
        ("The Continental", "https://continental.example/a", ""),
    ],
)
def test_tells_the_state_of_a_publisher(publisher: str, url: str, state: str) -> None:
    assert publisher_state(Article(text="", publisher=publisher, url=url), AUTHORITY) == state


def test_knows_no_publisher_of_a_bare_text() -> None:
    assert publisher_state(None, AUTHORITY) == ""
    assert headline_state(None, AUTHORITY) == ""


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("Riigikogu to vote on border treaty", "state/EE"),
        ("Congress to vote on border treaty", ""),
        ("Peru's Senate sinks a water pact with Chile", "state/PE"),
        ("Ministers meet in Lima as Ecuador waits", "state/EC"),
        ("Central African Republic: no vote this year", "state/CF"),
        ("Peru and Chile reopen the border", ""),
        ("Two sides, no treaty", ""),
        ("MPs clear UK pact", ""),
        ("PM heads to Ankara", ""),
        ("Rosa Quispe, Bolivian envoy who stopped a war", "state/BO"),
        ("Talks fail, Peru says", ""),
        ("Reps fault FG over Benin pact", "state/NG"),
    ],
)
def test_tells_whom_a_headline_is_about(title: str, state: str) -> None:
    assert headline_state(Article(text="", title=title), AUTHORITY) == state


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("PM heads to Ankara", "state/TR"),
        ("MPs clear UK pact but demand more", "state/GB"),
        ("Senate passes budget", ""),
        ("President of Chile lands in Lima", ""),
        ("Peru's Senate sinks a water pact with Chile", ""),
    ],
)
def test_tells_which_state_a_headline_has_abroad(title: str, state: str) -> None:
    assert headline_abroad(Article(text="", title=title), AUTHORITY) == state


@pytest.mark.parametrize(
    ("dateline", "state"),
    [("GDANSK , May 4 —", "state/PL"), ("Sao Paulo ( Reuters ) -", "state/BR"), ("Elmswood Hill —", ""), ("—", "")],
)
def test_tells_the_state_of_a_dateline(dateline: str, state: str) -> None:
    assert dateline_state(dateline.split()) == state


def test_the_publishers_readers_know_whose_minister_it_is() -> None:
    text = "Members debated an extradition treaty with Oman. The security minister, Jane Hallam, defended it."
    article = Article(text=text, title="A long night", publisher="The London Mirror")
    facts = next(extract(load_pipeline(), [article]))
    assert isinstance(facts, ArticleFacts)
    names = {actor.key: actor.name for actor in facts.actors}
    assert [names[key] for role in facts.roles for key in role.represents] == ["United Kingdom"]
    assert {names[key] for treaty in facts.treaties for key in treaty.parties} == {"Oman", "United Kingdom"}
