"""The authority: what newspapers call states, organisations, bodies and treaties, and what users add to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.authority import Authority, fold, slug
from kgbuild.authority.tables import KINDS, STATUSES
from kgbuild.errors import KgbuildError
from kgbuild.facts import ActorType, PartialDate


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.load()


def ids(authority: Authority, name: str) -> list[str]:
    return [entry.id for entry in authority.named(name)]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Israel", "state/IL"),
        ("the State of Israel", "state/IL"),
        ("Jerusalem", "state/IL"),
        ("Israel’s", "state/IL"),
        ("Israelis", "state/IL"),
        ("the US", "state/US"),
        ("U.S.", "state/US"),
        ("U.S.’s", "state/US"),
        ("Washington", "state/US"),
        ("Kiev", "state/UA"),
        ("Kyiv", "state/UA"),
        ("Türkiye", "state/TR"),
        ("Côte d’Ivoire", "state/CI"),
        ("N’Djamena", "state/TD"),
        ("DR Congo", "state/CD"),
        ("Saint Lucia", "state/LC"),
        ("St Lucia", "state/LC"),
        ("the Dutch", "state/NL"),
        ("the Vatican", "state/VA"),
        ("USSR", "state/SUHH"),
        ("the Kremlin", "body/kremlin"),
        ("Elysée", "body/elysee"),
        ("the Quai d'Orsay", "body/quai-dorsay"),
        ("Foggy Bottom", "body/state-department"),
        ("IDF", "body/israel-defense-forces"),
        ("Israeli Defence Forces", "body/israel-defense-forces"),
        ("Nato", "organization/nato"),
        ("EU", "organization/eu"),
        ("Ecowas", "organization/ecowas"),
        ("UN Security Council", "organization/un-security-council"),
        ("International Labor Organization", "organization/ilo"),
    ],
)
def test_knows_what_newspapers_call_them(authority: Authority, name: str, identifier: str) -> None:
    assert ids(authority, name)[:1] == [identifier]


@pytest.mark.parametrize("name", ["us", "turkey", "chad", "who", "Who", "Pace", "Guam", "", "the", "’s", "Brobdingnag"])
def test_leaves_other_words_alone(authority: Authority, name: str) -> None:
    assert ids(authority, name) == []


def test_several_entries_of_one_name_come_with_the_likeliest_first(authority: Authority) -> None:
    assert ids(authority, "Congo") == ["state/CD", "state/CG"]
    assert ids(authority, "Dominican") == ["state/DO", "state/DM"]
    assert ids(authority, "Brussels") == ["organization/eu", "state/BE"]


def test_forms_tell_their_kind_and_what_else_they_mean(authority: Authority) -> None:
    forms = {(form.text, form.entry.id): form for form in authority.forms()}
    assert forms["Israeli", "state/IL"].kind == "demonym"
    assert forms["Israeli", "state/IL"].ambiguity == ""
    assert forms["Danes", "state/DK"].kind == "people"
    assert forms["Ankara", "state/TR"].kind == "capital"
    assert forms["U.S.", "state/US"].kind == "abbreviation"
    assert forms["Foggy Bottom", "body/state-department"].kind == "metonym"
    assert forms["Jordan", "state/JO"].ambiguity == "person"
    assert forms["Georgia", "state/GE"].ambiguity == "place"
    assert forms["Congo", "state/CD"].preferred
    assert not forms["Congo", "state/CG"].preferred
    assert forms["Niger", "state/NE"].entry.demonyms == ("Nigerien", "Nigerois")


def test_holds_every_member_of_the_united_nations_once(authority: Authority) -> None:
    states = [entry for entry in authority if entry.actor_type is ActorType.STATE]
    assert len(states) >= 193 + 2 + 5
    assert len({entry.name for entry in states}) == len(states)
    assert len({entry.wikidata for entry in states}) == len(states)
    assert all(entry.wikidata for entry in states)


def test_tables_refer_only_to_entries_they_hold(authority: Authority) -> None:
    for entry in authority:
        for reference in (entry.affiliation, *entry.parties):
            assert not reference or authority.get(reference), (entry.id, reference)


def test_every_entry_is_found_by_its_own_name(authority: Authority) -> None:
    missing = [entry.id for entry in authority if entry not in authority.named(entry.name)]
    assert missing == []


def test_knows_treaties_with_kinds_parties_and_dates(authority: Authority) -> None:
    treaties = [entry for entry in authority if entry.sort == "treaty"]
    assert len(treaties) >= 300
    assert {entry.kind for entry in treaties} <= set(KINDS)
    assert {entry.status for entry in treaties} <= {*STATUSES, ""}
    for entry in treaties:
        dates = [
            (date.year, date.month or 0, date.day or 0) for date in (entry.signed, entry.in_force, entry.ended) if date
        ]
        assert dates == sorted(dates), entry.id
    inf = authority.named("INF Treaty", "treaty")[0]
    assert (inf.name, inf.kind, inf.parties) == (
        "Intermediate-Range Nuclear Forces Treaty",
        "ArmsControl",
        ("state/US", "state/RU"),
    )
    assert (inf.signed, inf.in_force, inf.ended) == (
        PartialDate(1987, 12, 8),
        PartialDate(1988, 6, 1),
        PartialDate(2019, 8, 2),
    )


@pytest.mark.parametrize(
    ("name", "treaty"),
    [
        ("the Non-Proliferation Treaty", "Treaty on the Non-Proliferation of Nuclear Weapons"),
        ("NPT", "Treaty on the Non-Proliferation of Nuclear Weapons"),
        ("the 2015 Iran nuclear deal", "Joint Comprehensive Plan of Action"),
        ("Nafta", "North American Free Trade Agreement"),
        ("Good Friday accord", "Good Friday Agreement"),
        ("the Minsk agreements", "Minsk II"),
        ("New START treaty", "New START"),
        ("Elysée Treaty", "Élysée Treaty"),
        ("Antiballistic Missile Treaty", "Anti-Ballistic Missile Treaty"),
    ],
)
def test_knows_treaties_by_the_names_newspapers_use(authority: Authority, name: str, treaty: str) -> None:
    assert [entry.name for entry in authority.named(name, "treaty")] == [treaty]


def test_words_are_no_treaties(authority: Authority) -> None:
    for word in ("Start", "Salt", "cites", "Sort", "deal"):
        assert authority.named(word, "treaty") == ()


def test_users_table_adds_and_extends(tmp_path: Path) -> None:
    table = tmp_path / "ours.csv"
    table.write_text(
        "name,type,id,other_names,abbreviations,affiliation\n"
        "# a comment\n"
        "Alliance for the Hills,Organization,,Hills Alliance|Hills rebels,AFH,state/CD\n"
        "Israel,State,state/IL,Zion,,\n",
        "utf-8",
    )
    authority = Authority.load([table])
    assert ids(authority, "AFH") == ["organization/alliance-for-the-hills"]
    assert authority.entry("organization/alliance-for-the-hills").affiliation == "state/CD"
    assert ids(authority, "Zion") == ids(authority, "Jerusalem") == ["state/IL"]
    assert ids(Authority.load(), "Zion") == []


def test_users_skos_adds_and_extends(tmp_path: Path) -> None:
    file = tmp_path / "ours.ttl"
    file.write_text(
        """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dip: <https://w3id.org/kgbuild/diplomacy#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix my: <https://example.org/actors/> .
my:ruritania a skos:Concept, dip:State ; skos:prefLabel "Ruritania"@en, "Ruritanie"@fr ; skos:altLabel "Strelsau" .
my:ministry a dip:GovernmentBody ; skos:prefLabel "Ministry of Balance" ; skos:altLabel "MOB" ;
    dip:affiliation my:ruritania .
my:fr a skos:Concept ; skos:prefLabel "France" ; skos:altLabel "Gallia" ; skos:exactMatch wd:Q142 ; a dip:State .
my:accord a dip:Treaty ; skos:prefLabel "Strelsau Accord" ; dip:party my:ruritania ; dip:treatyKind dip:Peace .
""",
        "utf-8",
    )
    authority = Authority.load([file])
    assert ids(authority, "Strelsau") == ids(authority, "Ruritanie") == ["https://example.org/actors/ruritania"]
    assert authority.named("MOB")[0].affiliation == "https://example.org/actors/ruritania"
    assert ids(authority, "Gallia") == ["state/FR"]
    treaty = authority.named("Strelsau Accord", "treaty")[0]
    assert (treaty.kind, treaty.parties) == ("Peace", ("https://example.org/actors/ruritania",))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        ("title,type\nX,State\n", "unknown column 'title'"),
        ("type\nState\n", "must be 'name'"),
        ("name,type\nX,Country\n", ":2: unknown type 'Country'"),
        ("name,type\n,State\n", ":2: the entry has no name"),
        ("name,wikidata\nX,801\n", ":2: '801' is no Wikidata item"),
        ("name,type,signed\nX Pact,Treaty,May 1990\n", ":2: 'May 1990' in 'signed' is no date"),
        ("name,type,kind\nX Pact,Treaty,Defence\n", ":2: unknown kind 'Defence'"),
        ("name,type\nX,State,Y\n", ":2: 3 cells under 2 columns"),
        ("name,affiliation\nX,state/ZZ\n", ":2: 'X' refers to 'state/ZZ'"),
        ("name,id\nX,a/x\nY,a/x\n", ":3: a second row with the id 'a/x'"),
        ('name,id\n"X,a/x\n', "unexpected end of data"),
    ],
)
def test_mistakes_in_a_table_are_told_with_file_and_line(tmp_path: Path, content: str, complaint: str) -> None:
    table = tmp_path / "ours.csv"
    table.write_text(content, "utf-8")
    with pytest.raises(KgbuildError) as raised:
        Authority.load([table])
    assert str(table) in str(raised.value)
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("ours.ttl", "this is <no turtle", "ours.ttl:1: is no valid Turtle"),
        ("ours.ttl", "<https://example.org/a> <https://example.org/b> 1 .", "holds no skos:Concept"),
        (
            "ours.ttl",
            "<https://example.org/a> a <http://www.w3.org/2004/02/skos/core#Concept> .",
            "has no skos:prefLabel",
        ),
        ("ours.xlsx", "", "is a table (.csv) or SKOS"),
        ("missing.csv", None, "cannot be read"),
    ],
)
def test_mistakes_in_a_skos_file_are_told(tmp_path: Path, name: str, content: str | None, complaint: str) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(KgbuildError) as raised:
        Authority.load([file])
    assert complaint in str(raised.value)


@given(st.text())
def test_folding_any_text_is_stable(text: str) -> None:
    assert fold(text.upper()) == fold(text.upper())
    assert not fold(text).startswith(" ")


@given(st.text(), st.integers(min_value=1, max_value=100))
def test_slugs_are_short_ascii_words(text: str, limit: int) -> None:
    made = slug(text, limit)
    assert len(made) <= limit
    assert made == "" or all(char.isascii() and (char.isalnum() or char == "-") for char in made)
    assert made == made.strip("-")
    assert made == made.lower()


def test_the_same_name_folds_alike() -> None:
    for first, second in [
        (
            "the Organisation for Security and Co-operation in Europe",
            "Organization for Security and Cooperation in Europe",
        ),
        ("Kaluđerović", "Kaluderovic"),
        ("Ministry of Defence", "ministry of defense"),
        ("U.N.", "UN"),
        ("Trinidad & Tobago", "Trinidad and Tobago"),
        ("Sana’a", "Sanaa"),
        ("Guinea‑Bissau", "Guinea-Bissau"),
    ]:
        assert fold(first) == fold(second)
