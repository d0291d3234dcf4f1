"""Identity across articles: who is one, who is two, and that the order of the articles does not matter."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_corpus import article, event, treaty

from kgbuild.authority import Authority
from kgbuild.facts import ArticleFacts, Polarity, Position, Role, Span
from kgbuild.identity import Identities, Judgement, Judgements, identify, joining, list_joins
from kgbuild.identity.names import NameMatch, compare

BASE = "https://w3id.org/kgbuild/id/"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.load()


def paths(facts: list[ArticleFacts], name: str, identities: Identities) -> list[str]:
    """The path of the actor of this name in each article that has it."""
    found = []
    for one in facts:
        iri = identities.article_iri(one.article)
        found += [identities.iri(iri, actor.key).removeprefix(BASE) for actor in one.actors if actor.key == name]
    return found


def same(authority: Authority, first: ArticleFacts, one: str, second: ArticleFacts, other: str) -> bool:
    """Whether two names in two articles are one entity."""
    identities = identify([first, second], authority)
    return paths([first], one, identities) == paths([second], other, identities)


def test_one_person_in_two_articles_has_one_readable_iri(authority: Authority) -> None:
    first = article("First", "P Ron Dermer/Dermer = ambassador @ Israel")
    second = article("Second", "P Ron Dermer")
    identities = identify([first, second], authority)
    assert paths([first, second], "Ron Dermer", identities) == ["person/ron-dermer"] * 2
    entity = next(entity for entity in identities.entities if entity.iri.endswith("/ron-dermer"))
    assert (entity.label, entity.type, entity.names, entity.articles) == ("Ron Dermer", "Person", ("Dermer",), 2)


def test_honorifics_initials_and_accents_make_no_difference(authority: Authority) -> None:
    names = ["Germán Vaca", "Mr. Germán Vaca", "German Vaca", "Germán T. Vaca", "GERMÁN VACA"]
    facts = [article(f"Article {n}", f"P {name}") for n, name in enumerate(names)]
    identities = identify(facts, authority)
    assert {path for name in names for path in paths(facts, name, identities)} == {"person/german-vaca"}


def test_a_surname_alone_is_never_joined_across_articles(authority: Authority) -> None:
    first, second = article("First", "P Marta Olsen", "S Norway"), article("Second", "P Olsen = minister @ Norway")
    assert not same(authority, first, "Marta Olsen", second, "Olsen")
    third = article("Third", "P Olsen = minister @ Norway")
    assert not same(authority, second, "Olsen", third, "Olsen")


def test_a_surname_in_the_article_of_its_bearer_is_his(authority: Authority) -> None:
    facts = article("Only", "P Marta Olsen", "P Olsen")
    identities = identify([facts], authority)
    assert paths([facts], "Marta Olsen", identities) == paths([facts], "Olsen", identities)


def test_a_surname_of_two_people_in_the_article_is_neither(authority: Authority) -> None:
    facts = article("Only", "P Marta Olsen", "P Jonas Olsen", "P Olsen")
    identities = identify([facts], authority)
    assert paths([facts], "Olsen", identities)[0].startswith("article/")


def test_homonyms_in_posts_of_two_states_are_two(authority: Authority) -> None:
    first = article("First", "P Li Wei = trade minister @ China")
    second = article("Second", "P Li Wei = ambassador @ Singapore")
    third = article("Third", "P Li Wei = vice premier @ China")
    untold = article("Untold", "P Li Wei")
    identities = identify([first, second, third, untold], authority)
    assert paths([first, second, third], "Li Wei", identities) == [
        "person/li-wei-china",
        "person/li-wei-singapore",
        "person/li-wei-china",
    ]
    assert paths([untold], "Li Wei", identities)[0].startswith("article/untold-")


def test_homonyms_of_two_generations_or_genders_are_two(authority: Authority) -> None:
    father, son = article("A", "P John Kerrigan Sr."), article("B", "P John Kerrigan Jr.")
    assert not same(authority, father, "John Kerrigan Sr.", son, "John Kerrigan Jr.")
    she, he = article("A", "P Robin Vale/Ms Vale"), article("B", "P Robin Vale/Mr Vale")
    assert not same(authority, she, "Robin Vale", he, "Robin Vale")
    bush, older = article("A", "P George W. Bush @ United States"), article("B", "P George H.W. Bush @ United States")
    assert not same(authority, bush, "George W. Bush", older, "George H.W. Bush")


def test_spellings_join_and_the_join_tells_why(authority: Authority) -> None:
    first = article("First", "P Volodymyr Zelensky = president @ Ukraine")
    second = article("Second", "P Volodymyr Zelenskyy = president @ Ukraine")
    identities = identify([first, second], authority)
    (join,) = identities.joins
    assert join.iri == BASE + "person/volodymyr-zelensky"
    assert {join.left, join.right} == {"person/volodymyr-zelensky", "person/volodymyr-zelenskyy"}
    assert join.decision == "joined"
    assert join.score > 0.9
    assert "another spelling" in join.why
    assert "same state" in join.why


def test_likely_pairs_without_other_evidence_stay_apart_and_are_listed(authority: Authority) -> None:
    first, second = article("First", "P Joe Ferreira"), article("Second", "P Joseph Ferreira")
    identities = identify([first, second], authority)
    (join,) = identities.joins
    assert (join.decision, join.iri) == ("apart", "")
    assert list_joins(identities.joins, apart=False) == []
    assert list_joins(identities.joins, about="ferreira") == [join]
    third = article("Third", "P Joe Ferreira = senator @ Brazil")
    fourth = article("Fourth", "P Joseph Ferreira = senator @ Brazil")
    assert same(authority, third, "Joe Ferreira", fourth, "Joseph Ferreira")


def test_names_of_a_state_are_one(authority: Authority) -> None:
    facts = article("Names", "S Israel", "S Jerusalem", "S State of Israel", "S Somaliland")
    identities = identify([facts], authority)
    got = [identities.iri(identities.article_iri(facts.article), actor.key) for actor in facts.actors]
    assert got == [BASE + "state/israel"] * 3 + [BASE + "state/somaliland"]
    israel = next(entity for entity in identities.entities if entity.iri == BASE + "state/israel")
    assert israel.wikidata == "Q801"
    assert israel.exact_match == ("http://www.wikidata.org/entity/Q801",)


def test_bodies_are_told_apart_by_their_state(authority: Authority) -> None:
    first, second = article("A", "B foreign ministry @ Guyana"), article("B", "B Guyanese foreign ministry")
    assert same(authority, first, "foreign ministry", second, "Guyanese foreign ministry")
    third = article("C", "B foreign ministry @ Suriname")
    assert not same(authority, first, "foreign ministry", third, "foreign ministry")
    fourth, fifth = article("D", "B foreign ministry"), article("E", "B foreign ministry")
    assert not same(authority, fourth, "foreign ministry", fifth, "foreign ministry")


def test_an_abbreviation_joins_what_one_article_spells_out(authority: Authority) -> None:
    spelt = article("A", "O Alliance for the Hills/AFH @ Democratic Republic of Congo")
    short = article("B", "O AFH")
    assert same(authority, spelt, "Alliance for the Hills", short, "AFH")
    rival = article("C", "O Association of Free Harbours/AFH")
    identities = identify([spelt, short, rival], authority)
    assert paths([short], "AFH", identities) == ["organization/afh"]


def test_groups_belong_to_their_article(authority: Authority) -> None:
    first, second = article("A", "G two officials"), article("B", "G two officials")
    assert not same(authority, first, "two officials", second, "two officials")


def test_named_treaties_are_one_across_articles(authority: Authority) -> None:
    first = article("A", "S Fiji", "S Tonga", treaties=(treaty("t", "Nadi Convention", "Fiji", "Tonga"),))
    second = article("B", treaties=(treaty("t", "Nadi Convention"),))
    assert treaty_paths(authority, first, second) == ["treaty/nadi-convention"] * 2


def test_described_treaties_are_one_if_parties_and_subject_agree(authority: Authority) -> None:
    pact = treaty("t", "mutual defense pact", "Israel", "United States", kind="MutualDefence")
    other = treaty("t", "US-Israel defense treaty", "Washington", "Jerusalem", kind="MutualDefence")
    tax = treaty("t", "tax treaty", "Israel", "United States")
    first = article("A", "S Israel", "S United States", treaties=(pact,))
    second = article("B", "S Washington", "S Jerusalem", treaties=(other,), published="2024-06-01")
    third = article("C", "S Israel", "S United States", treaties=(tax,))
    got = treaty_paths(authority, first, second, third)
    assert got[0] == got[1] == "treaty/israel-united-states-defense-treaty"
    assert got[2] == "treaty/israel-united-states-tax-treaty"


def test_two_treaties_of_one_article_stay_two(authority: Authority) -> None:
    old = treaty("t1", "1998 fisheries protocol", "Suriname", "Guyana")
    new = treaty("t2", "fisheries protocol", "Suriname", "Guyana")
    facts = article("A", "S Suriname", "S Guyana", treaties=(old, new))
    identities = identify([facts], authority)
    iri = identities.article_iri(facts.article)
    assert identities.iri(iri, "t1") != identities.iri(iri, "t2")


def test_truces_months_apart_are_two(authority: Authority) -> None:
    first = article(
        "A", "S Suriname", "S Guyana", treaties=(treaty("t", "truce", "Suriname", "Guyana", kind="Ceasefire"),)
    )
    later = article(
        "B", "S Suriname", "S Guyana", published="2025-03-01",
        treaties=(treaty("t", "truce", "Suriname", "Guyana", kind="Ceasefire"),),
    )  # fmt: skip
    got = treaty_paths(authority, first, later)
    assert got[0] != got[1]


def treaty_paths(authority: Authority, *facts: ArticleFacts) -> list[str]:
    identities = identify(facts, authority)
    return [
        identities.iri(identities.article_iri(one.article), fact.key).removeprefix(BASE)
        for one in facts
        for fact in one.treaties
    ]


def test_one_event_in_two_articles_is_one(authority: Authority) -> None:
    def meeting(title: str, date: str, label: str) -> ArticleFacts:
        return article(
            title,
            "P Ana Ruiz",
            "P Jean Roux",
            events=(event("e", "Meeting", date, "Ana Ruiz", "Jean Roux", label=label),),
        )

    first, second = meeting("A", "2024-04-30", "Ruiz met Roux"), meeting("B", "2024-04-30", "talks")
    later = meeting("C", "2024-05-07", "Ruiz met Roux")
    identities = identify([first, second, later], authority)
    iris = [identities.iri(identities.article_iri(one.article), "e") for one in (first, second, later)]
    assert iris[0] == iris[1] != iris[2]
    assert iris[0].startswith(BASE + "event/meeting-2024-04-30-ana-ruiz-jean-roux-")
    assert identities.label(iris[0]) == "talks"


def test_events_without_a_day_or_with_unnamed_people_belong_to_their_article(authority: Authority) -> None:
    vague = article(
        "A", "P Ana Ruiz", "P Jean Roux", events=(event("e", "Meeting", "2024-04", "Ana Ruiz", "Jean Roux"),)
    )
    crowd = article("B", "P Ana Ruiz", "G envoys", events=(event("e", "Meeting", "2024-04-30", "Ana Ruiz", "envoys"),))
    for facts in (vague, crowd):
        identities = identify([facts], authority)
        assert identities.iri(identities.article_iri(facts.article), "e").startswith(BASE + "article/")


def test_roles_and_positions_have_readable_iris(authority: Authority) -> None:
    facts = article("A", "P Ana Ruiz = foreign minister @ Spain", treaties=(treaty("t", "Nadi Convention"),))
    identities = identify([facts], authority)
    iri = identities.article_iri(facts.article)
    assert identities.role_iri(iri, facts.roles[0]).startswith(f"{iri}/role/ana-ruiz-foreign-minister-spain-")
    stance = Position("Ana Ruiz", "t", Polarity.SUPPORTS, (Span(0, 4),))
    assert identities.position_iri(iri, stance).startswith(f"{iri}/position/ana-ruiz-supports-nadi-convention-")
    other = Role("Ana Ruiz", "foreign minister", (Span(0, 4),), ("Spain",), tenure="former")
    assert identities.role_iri(iri, other) != identities.role_iri(iri, facts.roles[0])


def test_two_texts_of_one_url_are_two_articles(authority: Authority) -> None:
    first = article("Early version", "P Roux", url="https://example.org/live")
    second = article("Late version", "P Roux", url="https://example.org/live")
    second = ArticleFacts(
        second.article.__class__(second.article.text, "Early version", url=first.article.url), second.actors
    )
    identities = identify([first, second], authority)
    assert identities.article_iri(first.article) != identities.article_iri(second.article)
    assert not same(authority, first, "Roux", second, "Roux")


def test_judgements_go_before_the_rules(authority: Authority) -> None:
    first = article("First", "P Joe Ferreira")
    second = article("Second", "P Joseph Ferreira")
    merged = Judgements(
        (Judgement("merge", "person/joe-ferreira", BASE + "person/joseph-ferreira", "his office says so"),)
    )
    identities = identify([first, second], authority, judgements=merged)
    assert paths([first], "Joe Ferreira", identities) == paths([second], "Joseph Ferreira", identities)
    assert [(join.decision, join.why) for join in identities.joins] == [("merge", "his office says so")]

    third = article("Third", "P Volodymyr Zelensky")
    fourth = article("Fourth", "P Volodymyr Zelenskyy")
    split = Judgements((Judgement("split", "person/volodymyr-zelensky", "person/volodymyr-zelenskyy"),))
    identities = identify([third, fourth], authority, judgements=split)
    assert paths([third], "Volodymyr Zelensky", identities) != paths([fourth], "Volodymyr Zelenskyy", identities)


def test_one_mention_can_be_judged_by_itself(authority: Authority) -> None:
    first, second = article("First", "P Li Wei"), article("Second", "P Li Wei")
    article_path = identify([second], authority).article_iri(second.article).removeprefix(BASE)
    mention = f"{article_path}/actor/li-wei"
    split = Judgements((Judgement("split", "person/li-wei", mention),))
    identities = identify([first, second], authority, judgements=split)
    assert paths([first, second], "Li Wei", identities) == ["person/li-wei", mention]
    surname = article("Third", "P Li")
    third_path = identify([surname], authority).article_iri(surname.article).removeprefix(BASE)
    merge = Judgements((Judgement("merge", f"{third_path}/actor/li", "person/li-wei"),))
    identities = identify([first, surname], authority, judgements=merge)
    assert paths([surname], "Li", identities) == ["person/li-wei"]


PACT = treaty("t", "defense pact", "Israel", "United States")
SAME_PACT = treaty("t", "mutual defense treaty", "US", "Israel")
DEAL = treaty("u", "deal", "US", "Israel")
MEETING = event("e", "Meeting", "2024-04-30", "Ana Ruiz", "Jean Roux")
SAME_MEETING = event("e", "Meeting", "2024-04-30", "Jean Roux", "Ana Ruiz", label="x")


def test_treaties_can_be_judged(authority: Authority) -> None:
    first = article("First", treaties=(treaty("t", "Nadi Convention"),))
    second = article("Second", treaties=(treaty("t", "Nadi Convention"),))
    third = article("Third", treaties=(treaty("t", "Suva Convention"),))
    mention = identify([second], authority).article_iri(second.article).removeprefix(BASE) + "/treaty/nadi-convention"
    decided = Judgements(
        (
            Judgement("merge", "treaty/nadi-convention", "treaty/suva-convention", "renamed"),
            Judgement("split", "treaty/nadi-convention", mention),
        )
    )
    identities = identify([first, second, third], authority, judgements=decided)
    got = [
        identities.iri(identities.article_iri(one.article), "t").removeprefix(BASE) for one in (first, second, third)
    ]
    assert got == ["treaty/nadi-convention", mention, "treaty/nadi-convention"]
    assert {(join.decision, join.why) for join in identities.joins} == {("merge", "renamed"), ("split", "judged")}


CORPUS = [
    article("A", "P Li Wei = trade minister @ China", "B foreign ministry @ China", "O Alliance for the Hills/AFH"),
    article("B", "P Li Wei = ambassador @ Singapore", "P Volodymyr Zelenskyy = president @ Ukraine", "O AFH"),
    article("C", "P Li Wei", "P Volodymyr Zelensky", "G two officials", treaties=(treaty("t", "Nadi Convention"),)),
    article("D", "P Muammar Gaddafi @ Libya", "P Gaddafi", "S Kyiv"),
    article("E", "P Moammar Qadhafi @ Libya", "P Muammar Kadafi @ Libya", "S Ukraine", "P Li Wei @ Malaysia"),
    article("F", "S Israel", "S United States", treaties=(PACT,)),
    article("G", "S Israel", "S US", treaties=(SAME_PACT, DEAL)),
    article("H", "P Ana Ruiz", "P Jean Roux", events=(MEETING,)),
    article("I", "P Jean Roux", "P Ana Ruiz", events=(SAME_MEETING,)),
]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(CORPUS))))
def test_the_order_of_the_articles_does_not_matter(order: list[int]) -> None:
    authority = Authority.load()
    assert identify([CORPUS[index] for index in order], authority) == identify(CORPUS, authority)


def test_only_likely_pairs_are_compared(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """1,600 people whose names are made of few parts: about a million pairs, of which nearly all are no likely ones."""
    chance = random.Random(7)
    given_names = [
        f"{a}{b}" for a in ("Mo", "Al", "Vla", "Ser", "An", "Ju") for b in ("hammed", "i", "dimir", "gei", "na")
    ]
    families = [
        f"{a}{b}{c}" for a in "BKLMRSTVZ" for b in "aeio" for c in ("nov", "lenko", "har", "ssan", "rides", "li")
    ]
    compared = 0

    def counting(first: tuple[str, ...], second: tuple[str, ...]) -> NameMatch | None:
        nonlocal compared
        compared += 1
        return compare(first, second)

    def pairs(articles: int) -> int:
        nonlocal compared
        compared = 0
        people = [f"P {chance.choice(given_names)} {chance.choice(families)}" for _ in range(articles * 4)]
        facts = [article(f"Article {n}", *dict.fromkeys(people[n * 4 : n * 4 + 4])) for n in range(articles)]
        assert identify(facts, authority).entities
        return compared

    monkeypatch.setattr(joining, "compare", counting)
    assert 0 < pairs(400) < 10 * 1600
