"""Treaties: which phrases name one, which of them are the same, between whom, at which stage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kgbuild.errors import KgbuildError
from kgbuild.extraction.assemble import ExtractionFailure, extract
from kgbuild.extraction.document import Referent
from kgbuild.extraction.treaties import lexicon
from kgbuild.extraction.treaties.clusters import is_acronym_of
from kgbuild.extraction.treaties.lexicon import kinds_of, plural, singular
from kgbuild.extraction.treaties.status import StatusEvidence, stage
from kgbuild.facts import Article
from treaty_cases import articles, parties, passages, read, rows, tellings, treaty_fits

if TYPE_CHECKING:
    from spacy.language import Language


@pytest.mark.parametrize("name", ["treaty_sentences.tsv", "treaty_stages.tsv"])
def test_sentences_with_one_treaty_or_none(nlp: Language, name: str) -> None:
    wrong = []
    table = rows(name)
    for sentence, called, expected_parties, status in ([*row, "", "", ""][:4] for row in table):
        doc = read(nlp, sentence)
        found: list[Referent] = doc._.treaties
        expected = {"names": [called], "parties": [p for p in expected_parties.split("|") if p], "status": status}
        right = not found if called == "-" else len(found) == 1 and treaty_fits(doc, found[0], expected)
        if not right:
            wrong.append((sentence, [(t.name, parties(doc, t), t.detail.status) for t in found]))
    assert len(table) >= 40
    assert len(wrong) <= 0.1 * len(table), wrong


def test_articles_in_several_styles(nlp: Language) -> None:
    hit = expected_count = found_count = 0
    for article in articles():
        doc = read(nlp, article["text"], article["published"])
        left: list[Referent] = list(doc._.treaties)
        found_count += len(left)
        for expected in article["treaties"]:
            expected_count += 1
            match = next((treaty for treaty in left if treaty_fits(doc, treaty, expected)), None)
            if match is not None:
                left.remove(match)
                hit += 1
    assert expected_count >= 20
    assert hit / expected_count >= 0.75, f"{hit} of {expected_count} treaties found"
    assert hit / found_count >= 0.7, f"{hit} of {found_count} found are treaties"


def test_passages_of_newspapers(nlp: Language) -> None:
    hit = expected_count = found_count = 0
    wrong = []
    for passage in passages():
        doc = read(nlp, passage["text"], "2025-06-04")
        left: list[Referent] = list(doc._.treaties)
        found_count += len(left)
        for expected in passage["treaties"]:
            expected_count += 1
            match = next((treaty for treaty in left if treaty_fits(doc, treaty, expected)), None)
            if match is None:
                wrong.append((passage["text"], expected))
            else:
                left.remove(match)
                hit += 1
    assert expected_count >= 90
    assert hit / expected_count >= 0.75, wrong
    assert hit / found_count >= 0.75, f"{hit} of {found_count} found are treaties"


def test_the_many_ways_of_telling_of_a_treaty(nlp: Language) -> None:
    wrong = []
    cases = tellings()
    for case in cases:
        doc = read(nlp, case["text"], "2025-06-04")
        left: list[Referent] = list(doc._.treaties)
        right = len(left) == len(case["treaties"])
        for expected in case["treaties"]:
            match = next((treaty for treaty in left if treaty_fits(doc, treaty, expected)), None)
            right &= match is not None
            if match is not None:
                left.remove(match)
        if not right:
            wrong.append((case["about"], case["text"], [(t.name, parties(doc, t), t.detail.status) for t in left]))
    counter_examples = [about for about, *_ in wrong if about == "none" or about.endswith(" not")]
    assert len(cases) >= 130
    assert len(wrong) <= 0.17 * len(cases), wrong
    assert len(counter_examples) <= 4, counter_examples


def test_a_treaty_and_what_refers_to_it_are_one(nlp: Language) -> None:
    doc = read(
        nlp,
        "Peru and Chile will resume talks on a lithium treaty in May, Peru's foreign minister said.\n\n"
        "Such a treaty would fix prices. Chile wants the deal signed this year, and the text is nearly complete.",
    )
    (treaty,) = doc._.treaties
    assert treaty.name == "lithium treaty"
    assert [mention.span(doc).text(doc.text) for mention in treaty.mentions] == [
        "a lithium treaty",
        "Such a treaty",
        "the deal",
        "the text",
    ]
    assert parties(doc, treaty) == {"Peru", "Chile"}
    assert treaty.detail.status == "UnderNegotiation"
    # later components find the treaty at the heads of its mentions
    assert all(doc._.referents[mention.head] is treaty for mention in treaty.mentions)


def test_treaties_in_one_article_are_kept_apart(nlp: Language) -> None:
    doc = read(
        nlp,
        "Kenya and Uganda signed a fisheries pact on Monday.\n\n"
        "An earlier truce between Kenya and Somalia collapsed. A similar pact with Rwanda was never ratified. "
        "Kenya suspended its 2011 extradition treaty with Uganda.",
    )
    assert [treaty.name for treaty in doc._.treaties] == [
        "fisheries pact",
        "earlier truce between Kenya and Somalia",
        "similar pact with Rwanda",
        "2011 extradition treaty",
    ]
    stages = [treaty.detail.status for treaty in doc._.treaties]
    assert (stages[0], stages[3]) == ("Signed", "Suspended")


def test_a_description_and_the_name_that_follows_are_one(nlp: Language) -> None:
    doc = read(
        nlp,
        "Nine Pacific states signed a new treaty on seabed cables in Apia on Friday.\n\n"
        "The Apia Convention (APC) obliges its members to repair broken cables. The APC enters into force in June.",
    )
    (treaty,) = doc._.treaties
    assert treaty.name == "Apia Convention"
    assert "APC" in treaty.other_names
    assert treaty.detail.status == "Signed"


def test_known_treaties_are_linked_to_the_authority(nlp: Language) -> None:
    doc = read(nlp, "Iran said it would leave the NPT. The Treaty on the Non-Proliferation of Nuclear Weapons is old.")
    (treaty,) = doc._.treaties
    assert treaty.authority.startswith("treaty/")
    assert treaty.detail.kind == "ArmsControl"


@pytest.mark.parametrize(
    "text",
    [
        "She lives on Treaty of Utrecht Avenue, behind the station.",
        "The bakers have a pact: nobody sells rye on Mondays.",
        "The company broke protocol when it signed a licensing agreement with France's Orange.",
        "Delegates to the Democratic National Convention in Chicago cheered.",
        "The rival clubs agreed a transfer deal.",
        "The Security Council adopted a resolution on Mali.",
    ],
)
def test_what_is_no_treaty(nlp: Language, text: str) -> None:
    assert read(nlp, text)._.treaties == []


def test_stages_are_weighed() -> None:
    word: Any = None
    told, hint, faint = (
        StatusEvidence("Signed", 1, word),
        StatusEvidence("Withdrawn", 0, word),
        StatusEvidence("InForce", -1, word),
    )
    assert stage([hint, told, faint]) == "Signed"
    assert stage([hint, faint]) == "Withdrawn"
    assert stage([faint], "Proposed") == "Proposed"
    assert stage([faint]) == "InForce"
    assert stage([]) == ""


def test_words() -> None:
    assert [plural(word) for word in ("treaty", "pact", "memorandum", "truce")] == [
        "treaties",
        "pacts",
        "memoranda",
        "truces",
    ]
    assert [singular(word) for word in ("fisheries", "forces", "customs", "Arms")] == [
        "fishery",
        "force",
        "customs",
        "arm",
    ]
    assert kinds_of(["mutual", "defence", "pact"])[0].kind == "MutualDefence"
    assert {rule.domain for rule in kinds_of(["border", "treaty"])} == {
        rule.domain for rule in kinds_of(["maritime", "boundary"])
    }
    assert is_acronym_of("INF", "Intermediate-Range Nuclear Forces Treaty")
    assert not is_acronym_of("NPT", "Paris Agreement")


def test_a_broken_table_is_reported_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("# comment\nword\tclass\na\tb\tc\n", "utf-8")
    monkeypatch.setattr(lexicon, "resource", lambda *parts: table)
    with pytest.raises(KgbuildError, match=r"table\.tsv, line 3: 3 columns"):
        lexicon.read_table("table.tsv", 2)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "the treaty", "Treaty", "a a a treaty treaty of of", "“the “pact” ”", "Agreement (X)"]
)
def test_odd_texts_do_no_harm(nlp: Language, text: str) -> None:
    doc = read(nlp, text)
    for treaty in doc._.treaties:
        for mention in treaty.mentions:
            assert 0 <= mention.start < mention.end <= len(doc)


def test_the_users_own_words_of_treaties(tmp_path: Path) -> None:
    from kgbuild.extraction.pipeline import load_pipeline

    nouns, kinds, stages = (tmp_path / f"{name}.tsv" for name in ("nouns", "kinds", "stages"))
    nouns.write_text("noun\topens\tkind\nhandshake accord\tyes\tOther\n", "utf-8")
    kinds.write_text("salmon\tEnvironment\t\tfishery\n", "utf-8")
    stages.write_text("mothball\tobject\tSuspended\t\t1\n", "utf-8")
    nlp = load_pipeline()
    config = {"nouns": [str(nouns)], "kinds": [str(kinds)], "stages": [str(stages)]}
    nlp.replace_pipe("kgbuild_treaties", "kgbuild_treaties", config=config)
    (treaty,) = read(nlp, "Iceland mothballed its salmon pact with Norway.")._.treaties
    assert (treaty.detail.kind, treaty.detail.status) == ("Environment", "Suspended")


def test_the_two_neighbours_are_those_named_together(nlp: Language) -> None:
    doc = read(
        nlp,
        "Peru and Chile opened a new rail link on Monday, and their ministers shook hands at the frontier.\n\n"
        "Bolivia sent nobody to the ceremony. In 2012 the two neighbours signed a treaty on copper prices.",
    )
    (treaty,) = doc._.treaties
    assert parties(doc, treaty) == {"Peru", "Chile"}
    assert treaty.detail.status == "Signed"


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("The proposed fisheries treaty between Peru and Chile is one that Lima is eager to conclude.", "Proposed"),
        ("The fisheries treaty between Peru and Chile was put on ice in May.", "Suspended"),
        ("Peru and Chile have settled two chapters of a fisheries treaty.", "UnderNegotiation"),
        (
            "A fisheries treaty, under negotiation between Peru and Chile since May, worries Bolivia.",
            "UnderNegotiation",
        ),
        ("Peru and Chile signed a salmon supply agreement on Friday.", "Signed"),
    ],
)
def test_stages_told_in_passing(nlp: Language, sentence: str, status: str) -> None:
    doc = read(nlp, sentence)
    (treaty,) = doc._.treaties
    assert treaty.detail.status == status
    assert parties(doc, treaty) == {"Peru", "Chile"}


def test_a_label_outweighs_what_is_only_to_come() -> None:
    word: Any = None
    label = StatusEvidence("Proposed", 1, word, label=True)
    assert stage([label, StatusEvidence("UnderNegotiation", 0, word, told=False)]) == "Proposed"
    assert stage([label, StatusEvidence("UnderNegotiation", 0, word)]) == "UnderNegotiation"


def test_our_treaty_is_that_of_the_state_whose_readers_are_told(nlp: Language) -> None:
    text = "Chad and Peru talked. Chad wants a truce. Our extradition treaty with Peru is of 1904 and still works."
    (facts,) = extract(nlp, [Article(text, publisher="The Nairobi Sentinel", title="Kenya and the law")])
    assert not isinstance(facts, ExtractionFailure), facts
    names = {actor.key: actor.name for actor in facts.actors}
    (treaty,) = [each for each in facts.treaties if "extradition" in each.name]
    assert {names[key] for key in treaty.parties} == {"Kenya", "Peru"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what lies ahead has not happened, whatever opens its clause
        (
            "Peru and Chile agreed on the text of a peace treaty, but it was not clear when it would be signed.",
            "Agreed",
        ),
        # a second relative clause tells as much as the first
        ("He meant the Salmon Treaty, which Peru and Chile signed in 1985 and which remains in force.", "InForce"),
        # verbs that share an object
        ("Malaysia and Thailand signed, ratified and forgot a rubber pact.", "Ratified"),
        # talks yet to begin, spoken of as talks on "the text"
        (
            "Ms. Seo welcomed Peru's proposal for a treaty on lithium, and said that Chile was ready to begin "
            "consultations on the text.",
            "Proposed",
        ),
        # who only votes to leave has not left
        ("Lithuania's parliament voted to leave the Convention on Cluster Munitions.", "InForce"),
        ("Nobody in Gaborone knows who leaked the draft customs treaty with Zambia.", "UnderNegotiation"),
    ],
)
def test_the_stage_is_that_of_the_last_word(nlp: Language, text: str, expected: str) -> None:
    (treaty,) = read(nlp, text)._.treaties
    assert treaty.detail.status == expected


def test_three_countries_are_those_of_whom_the_text_speaks(nlp: Language) -> None:
    doc = read(
        nlp,
        "The foreign ministers of Cyprus, Egypt and Greece met in Nicosia. Egypt will host a summit on the climate. "
        "A draft agreement on power cables between the three countries has been under negotiation since March.",
    )
    (treaty,) = doc._.treaties
    assert parties(doc, treaty) == {"Cyprus", "Egypt", "Greece"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The treaty of Utrecht, under which Spain ceded the Rock to Britain, remains in force.", "Treaty of Utrecht"),
        ("The Almaty declaration on glaciers was adopted by Peru and Chile.", "Almaty declaration on glaciers"),
        ("The presidents of Peru and Chile met and agreed to the Argyle Declaration.", "Argyle Declaration"),
        ("Peru and Chile signed a package of treaties in May.", "package of treaties"),
    ],
)
def test_names_in_lower_case_and_of_declarations(nlp: Language, text: str, name: str) -> None:
    assert [treaty.name for treaty in read(nlp, text)._.treaties] == [name]
