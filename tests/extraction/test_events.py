"""Events: what the components find in sentences and articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.extraction.assemble import extract
from kgbuild.extraction.events.component import EventFinder
from kgbuild.extraction.events.lexicon import CATEGORIES
from kgbuild.facts import Article, ArticleFacts, PartialDate, Realis

if TYPE_CHECKING:
    from spacy.language import Language
from event_reading import dates, read, told

BENCH = Path(__file__).parents[2] / "bench" / "data" / "events.jsonl"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Chile's president met her counterpart, Luis Paz, in Tacna on Tuesday.", ("Meeting", "2022-09-13", "Actual")),
        ("Estonia and Latvia will hold talks in Tartu next month.", ("Negotiation", "2022-10", "Planned")),
        ("The border accord was signed by Laos and Thailand in 2014.", ("Signing", "2014", "Actual")),
        ("Kenya put its army on alert on Monday.", ("Mobilization", "2022-09-12", "Actual")),
        ("Poland expelled two Russian diplomats on August 5.", ("DiplomaticBreak", "2022-08-05", "Actual")),
        ("A visit to Egypt by President Juan Ruiz has been called off.", ("Visit", "", "Denied")),
        ("Denmark may ease its sanctions on Belarus.", ("Concession", "", "Possible")),
        ("Latvia holds parliamentary elections on October 1.", ("Election", "2022-10-01", "Planned")),
        ("Ethiopia accused Egypt of arming the militia.", ("Accusation", "", "Actual")),
        ("Iran vowed to retaliate against Israel.", ("Threat", "", "Actual")),
        ("Ghana withdrew from the cocoa pact in 2020.", ("Rejection", "2020", "Actual")),
    ],
)  # fmt: skip
def test_a_sentence_gives_its_event(nlp: Language, text: str, want: tuple[str, str, str]) -> None:
    facts = read(nlp, text)
    found = [told(facts, event) for event in facts.events]
    assert [(kind, when, realis) for kind, _, when, realis in found] == [want]
    assert found[0][1], "an event has participants"


def test_who_does_it_and_to_whom(nlp: Language) -> None:
    facts = read(nlp, "The ambassador of Benin was accused by Togo of spying.")
    (event,) = facts.events
    names = {actor.key: actor.name for actor in facts.actors}
    assert [names[key] for key in event.agents] == ["Togo"]
    assert any("Benin" in names[key] or names[key] == "ambassador" for key in event.recipients)


def test_one_event_told_three_times_is_one(nlp: Language) -> None:
    text = (
        "Georgia and Moldova signed a free trade agreement in Tbilisi on Friday. "
        "The signing ended a long quarrel. The agreement was signed on Friday by both countries."
    )
    signings = [event for event in read(nlp, text).events if event.type == "Signing"]
    assert [str(event.when.single) for event in signings if event.when] == ["2022-09-09"]
    assert len(signings[0].mentions) == 3


def test_an_earlier_one_is_another(nlp: Language) -> None:
    text = "Chad and Niger held talks in Niamey on Monday. Earlier talks between Chad and Niger collapsed in 2019."
    dates = {told(read(nlp, text), event)[2] for event in read(nlp, text).events if event.type == "Negotiation"}
    assert dates == {"2022-09-12", "2019"}


@pytest.mark.parametrize(
    "text",
    [
        "The minister said the weather was fine and the roads were good.",
        "Diplomats often meet in the bar of the Hotel Metropole, where agreements are made over coffee.",
        "The company signed a lease for an office in Geneva and met its sales target.",
        "Any minister who signs such a text should resign.",
        "She would have signed it herself.",
    ],
)
def test_background_habits_and_wishes_are_no_events(nlp: Language, text: str) -> None:
    assert read(nlp, text).events == ()


def test_an_accusation_is_a_statement_and_an_event(nlp: Language) -> None:
    facts = read(nlp, "Ethiopia accused Egypt of arming the militia.")
    (event,) = facts.events
    assert [s.key for s in facts.statements if s.key in event.expressed_in]


def test_an_event_keeps_who_reported_it(nlp: Language) -> None:
    facts = read(nlp, "Foreign Minister Ana Ruiz said that Peru had expelled two Chilean diplomats on Monday.")
    (event,) = facts.events
    (statement,) = (s for s in facts.statements if s.key in event.reported_in)
    assert event.type == "DiplomaticBreak"
    assert {a.name for a in facts.actors if a.key in statement.speakers} == {"Ana Ruiz"}


def test_a_deed_in_kind_is_the_same_deed_the_other_way_round(nlp: Language) -> None:
    facts = read(nlp, "France expelled three Russian diplomats on Monday, and Russia replied in kind.")
    deeds = [event for event in facts.events if event.type == "DiplomaticBreak"]
    assert [event.agents for event in deeds] == [deeds[1].recipients, deeds[0].recipients]


def test_talks_that_name_nobody_are_between_those_who_talk(nlp: Language) -> None:
    text = "Chad and Sudan held talks in Juba in May. Kenya was host.\n\nTalks will resume on September 20."
    found = [told(facts, event) for facts in [read(nlp, text)] for event in facts.events]
    assert ("Negotiation", {"Chad", "Sudan"}, "2022-09-20", "Planned") in found


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Norway offered last week to host talks between Chad and Sudan.", ("Agreement", "Norway", "2022-09")),
        ("President Juan Ruiz will fly to Rome on Sunday to meet Ana Paz.", ("Meeting", "Ana Paz", "2022-09-18")),
        ("Canada imposed a tariff on steel in 2018 and lifted it on May 3.", ("Concession", "Canada", "2022-05-03")),
        ("Latvia expelled two Russian diplomats on Monday. Estonia followed suit.", ("DiplomaticBreak", "Estonia", "")),
        ("MARTIN: Peru has recalled its ambassador from Chile.", ("DiplomaticBreak", "Peru", "")),
        ("Peru decided on Monday to recall its envoy to Chile.", ("DiplomaticBreak", "Chile", "2022-09-12")),
        ("Bolivia is weighing whether to recognise Kosovo.", ("DiplomaticCooperation", "Kosovo", "")),
        ("Ghana has withdrawn its recognition of Kosovo.", ("DiplomaticBreak", "Kosovo", "")),
        ("Chile's minister, Ana Paz, resigned on Monday.", ("Appointment", "Ana Paz", "2022-09-12")),
    ],
)  # fmt: skip
def test_frames_of_deeds(nlp: Language, text: str, want: tuple[str, str, str]) -> None:
    facts = read(nlp, text)
    found = [told(facts, event) for event in facts.events]
    assert any(kind == want[0] and want[1] in who and when == want[2] for kind, who, when, _ in found), found


@pytest.mark.parametrize(
    ("text", "kind", "who", "when"),
    [
        ("Ana Paz told Luis Roca by telephone on Sunday to wait.", "PhoneCall", {"Ana Paz", "Luis Roca"}, "2022-09-11"),
        ("Coastguards fired on a boat in 1994 and arrested its skipper.", "Attack", set(), "1994"),
        ("British officers visited a base near Pskov in Russia on August 16.", "Visit", {"Russia"}, "2022-08-16"),
        ("EU leaders will pick the next Commission president on October 20.", "Appointment", set(), "2022-10-20"),
        ("Russia stopped applying the border treaty in 2021.", "Rejection", {"Russia"}, "2021"),
        ("The Riigikogu will hold the second reading of the bill on October 5.", "Vote", {"Riigikogu"}, "2022-10-05"),
        ("Chile's minister, Luis Roca, who is on a visit to Oslo, did not call.", "Visit", {"Luis Roca"}, "2022-09"),
        ("Luis Roca, who is attending a summit in Bonn, did not call.", "Conference", {"Luis Roca"}, "2022-09"),
        ("The Norwegian Refugee Union has called a march for Monday.", "Protest", set(), "2022-09-19"),
        ("Ana Paz, the envoy, is to travel to Bamako on 20 October.", "Visit", {"Ana Paz"}, "2022-10-20"),
        ("Pyongyang conducted its sixth nuclear test on September 3.", "Mobilization", {"North Korea"}, "2022-09-03"),
        ("Ministers put their names to a border treaty in Lima on Tuesday.", "Signing", set(), "2022-09-13"),
    ],
)
def test_frames_with_who_and_when(nlp: Language, text: str, kind: str, who: set[str], when: str) -> None:
    found = [told(facts, event) for facts in [read(nlp, text)] for event in facts.events]
    assert any(event[0] == kind and who <= event[1] and event[2] == when for event in found), found


@pytest.mark.parametrize(
    "text",
    [
        "The Chilean embassy declined to comment on the protest on Monday.",
        "Ana Paz commented on Thursday's signing of the accord between Laos and Thailand.",
    ],
)
def test_who_speaks_of_an_event_takes_no_part_in_it(nlp: Language, text: str) -> None:
    facts = read(nlp, text)
    people = {name for event in facts.events for name in told(facts, event)[1]}
    assert not people & {"Chilean embassy", "Chilean Embassy", "Ana Paz", "Chile"}


def test_how_somebody_votes_is_part_of_the_vote(nlp: Language) -> None:
    text = "Peru's Senate voted on the accord on Monday. Ana Paz voted against it. The Green League will abstain."
    assert [event.type for event in read(nlp, text).events] == ["Vote"]


def test_a_word_with_a_hyphen_is_one_word(nlp: Language) -> None:
    assert dates(read(nlp, "The Green League staged a sit-in in Quito on Monday.")) == {"Protest": "2022-09-12"}


def test_a_treaty_is_what_the_event_concerns(nlp: Language) -> None:
    facts = read(nlp, "Chile and Bolivia signed a treaty on extradition in La Paz on Friday.")
    (event,) = facts.events
    assert [treaty.key for treaty in facts.treaties] == list(event.concerns)


def test_evidence_stands_in_the_text(nlp: Language) -> None:
    text = "Kenya and Uganda signed a fisheries pact on Friday. On Monday, Kenya withdrew its troops from Somalia."
    events = read(nlp, text).events
    assert {event.type for event in events} == {"Signing", "TroopWithdrawal"}
    for event in events:
        assert event.mentions
        assert all(span.text(text).strip() == span.text(text) != "" for span in event.mentions)
        assert 0 < event.confidence < 1


def test_the_bench_holds_sixty_sentences_spread_over_the_categories() -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in BENCH.read_text(encoding="utf-8").splitlines()]
    categories = {CATEGORIES[event["type"]] for row in rows for event in row["events"]}
    assert len(rows) >= 60
    assert categories == set(CATEGORIES.values())


def test_coding_of_the_bench_does_not_fall(nlp: Language) -> None:
    rows: list[dict[str, Any]] = [json.loads(line) for line in BENCH.read_text(encoding="utf-8").splitlines()]
    right = wanted = given_ = 0
    articles = [Article(row["text"], published=PartialDate.parse(row["published"])) for row in rows]
    for row, facts in zip(rows, extract(nlp, articles), strict=True):
        assert isinstance(facts, ArticleFacts)
        gold = [CATEGORIES[event["type"]] for event in row["events"]]
        found = [CATEGORIES[event.type] for event in facts.events]
        right += sum(min(gold.count(c), found.count(c)) for c in set(gold))
        wanted, given_ = wanted + len(gold), given_ + len(found)
    assert right / wanted > 0.85
    assert right / given_ > 0.9


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Chile",
                "signed",
                "the treaty",
                "talks",
                "met",
                ",",
                "by",
                "Peru",
                "to",
                "who",
                "-",
                "on Monday",
                "“",
                "said",
            ]
        ),
        max_size=14,
    )
)
def test_odd_sentences_never_raise(nlp: Language, parts: list[str]) -> None:
    text = " ".join(parts)
    for event in read(nlp, text).events:
        assert event.type in CATEGORIES
        assert isinstance(event.realis, Realis)


def test_without_actors_an_event_is_told_by_its_date_alone(stock_nlp: Language) -> None:
    from kgbuild.extraction.dates.component import DateFinder

    doc = stock_nlp("The border treaty was signed in 2014. It was not read by anybody.")
    (event,) = EventFinder()(DateFinder()(doc))._.events
    assert (event.type, event.agents, str(event.when.single)) == ("Signing", (), "2014")
