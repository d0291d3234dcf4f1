"""Positions: who supports or opposes what, on what condition, and according to whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbuild.authority import fold
from kgbuild.errors import KgbuildError
from kgbuild.extraction.positions.component import PositionFinder
from kgbuild.extraction.positions.lexicon import denied, evaluations, stance_cues, times
from kgbuild.facts import PartialDate, Polarity, Position
from treaty_cases import alike, articles, position_fits, read, rows, stance_passages

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

CONTEXT = "Peru and Chile have negotiated a border treaty. "


def triples(doc: Doc) -> set[tuple[str, str, str]]:
    """Holder, polarity, according to, by name."""
    by_key = {referent.key: referent.name for referent in doc._.actors}
    return {(by_key[p.holder], str(p.polarity), by_key.get(p.according_to, "")) for p in doc._.positions}


def test_sentences_with_one_stance_or_none(nlp: Language) -> None:
    table = rows("stance_sentences.tsv")
    wrong = []
    for sentence, holder, polarity, attributor in ([*row, "", "", ""][:4] for row in table):
        doc = read(nlp, CONTEXT + sentence)
        found: list[Position] = doc._.positions
        expected = {"holder": holder, "polarity": polarity, "according_to": attributor}
        right = (
            not found
            if polarity == "-"
            else len(found) == 1 and position_fits(doc, found[0], expected, ["border treaty"])
        )
        if not right:
            wrong.append((sentence, triples(doc)))
    assert len(table) >= 50
    assert len(wrong) <= 0.1 * len(table), wrong


def test_articles_in_several_styles(nlp: Language) -> None:
    hit = expected_count = found_count = 0
    for article in articles():
        doc = read(nlp, article["text"], article["published"])
        treaty_keys = {treaty.key for treaty in doc._.treaties}
        left: list[Position] = [position for position in doc._.positions if position.target in treaty_keys]
        found_count += len(left)
        for expected in article["positions"]:
            expected_count += 1
            known = [
                t["names"] for t in article["treaties"] if alike([expected["target"]], {fold(n) for n in t["names"]})
            ]
            targets = [expected["target"], *(name for forms in known for name in forms)]
            match = next((position for position in left if position_fits(doc, position, expected, targets)), None)
            if match is not None:
                left.remove(match)
                hit += 1
    assert expected_count >= 35
    assert hit / expected_count >= 0.7, f"{hit} of {expected_count} positions found"
    # the articles list stances on treaties alone
    assert hit / found_count >= 0.7, f"{hit} of {found_count} found are positions"


def test_passages_of_newspapers(nlp: Language) -> None:
    hit = expected_count = found_count = 0
    wrong = []
    for passage in stance_passages():
        doc = read(nlp, passage["text"], "2025-06-04")
        treaty_keys = {treaty.key for treaty in doc._.treaties}
        left: list[Position] = [position for position in doc._.positions if position.target in treaty_keys]
        found_count += len(left)
        for expected in passage["positions"]:
            expected_count += 1
            match = next((each for each in left if position_fits(doc, each, expected, expected["targets"])), None)
            if match is None:
                wrong.append((passage["text"], expected))
            else:
                left.remove(match)
                hit += 1
    assert expected_count >= 80
    assert hit / expected_count >= 0.6, wrong
    assert hit / found_count >= 0.7, f"{hit} of {found_count} found are positions"


def test_reported_stances_keep_who_reports_them(nlp: Language) -> None:
    doc = read(
        nlp, CONTEXT + "Ana Quispe, the foreign minister of Bolivia, said that her government opposes the treaty."
    )
    assert triples(doc) == {("Bolivia", "Opposes", "Ana Quispe")}
    (position,) = doc._.positions
    assert position.expressed_in
    assert [span.text(doc.text) for span in position.evidence] == ["her government opposes the treaty"]


def test_evidence_reads_as_a_phrase_from_the_holder_to_the_end_of_the_clause(nlp: Language) -> None:
    doc = read(
        nlp, CONTEXT + "On Monday the National Harvest Front voted against the treaty in Lima, but Bolivia left."
    )
    (position,) = doc._.positions
    (span,) = position.evidence
    assert span.text(doc.text).endswith("National Harvest Front voted against the treaty in Lima")


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Bolivia has kicked against the treaty.", "Opposes"),
        ("Bolivia has not made up its mind about the treaty.", "Neutral"),
        ("Bolivia takes no side on the treaty.", "Neutral"),
        ("Bolivia gave the treaty its blessing.", "Supports"),
        ("Bolivia would ratify the treaty only after Brazil had done so.", "Conditional"),
    ],
)
def test_idioms_of_stance(nlp: Language, sentence: str, polarity: str) -> None:
    assert triples(read(nlp, CONTEXT + sentence)) == {("Bolivia", polarity, "")}


@pytest.mark.parametrize(
    "sentence",
    [
        "Ana Quispe has gone from sceptic to cheerleader of the treaty in a month.",
        "Ana Quispe, at first a sceptic, came around to the treaty in the spring.",
        "Ana Quispe, once opposed to the treaty, now backs it.",
    ],
)
def test_who_changed_sides_has_had_two_positions(nlp: Language, sentence: str) -> None:
    expected = {("Ana Quispe", "Opposes", ""), ("Ana Quispe", "Supports", "")}
    assert triples(read(nlp, CONTEXT + sentence)) == expected


def test_a_treaty_is_judged_also_where_one_speaks_of_the_idea_of_it(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + 'Ana Quispe, who a year ago called the idea of a border treaty "madness", now backs it.')
    assert triples(doc) == {("Ana Quispe", "Opposes", ""), ("Ana Quispe", "Supports", "")}


def test_a_measure_is_judged_in_what_somebody_says(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "The sanctions on Bolivia are illegal, Ana Quispe said.")
    assert triples(doc) == {("Ana Quispe", "Opposes", "")}
    assert [issue.name for issue in doc._.issues] == ["sanctions on Bolivia"]


def test_a_definite_body_is_the_one_last_named_so(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "The Free Homeland party met on Monday. The party supports the treaty.")
    assert triples(doc) == {("Free Homeland", "Supports", "")} or triples(doc) == {
        ("Free Homeland party", "Supports", "")
    }


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Bolivia voted in favour of the treaty, Brazil against.", {("Bolivia", "Supports"), ("Brazil", "Opposes")}),
        ("Bolivia, like Brazil, opposes the treaty.", {("Bolivia", "Opposes"), ("Brazil", "Opposes")}),
        ("Bolivia opposes the treaty. Ana Quispe feels the same.", {("Bolivia", "Opposes"), ("Ana Quispe", "Opposes")}),
        ("Bolivia, once opposed to the treaty, would sign it.", {("Bolivia", "Opposes"), ("Bolivia", "Supports")}),
    ],
)
def test_several_stances_in_one_sentence(nlp: Language, sentence: str, expected: set[tuple[str, str]]) -> None:
    assert {(holder, polarity) for holder, polarity, _ in triples(read(nlp, CONTEXT + sentence))} == expected


def test_one_completes_the_text_that_is_not_complete(nlp: Language) -> None:
    text = (
        "Peru and Chile are negotiating a border protocol. "
        "They are bound by the Paris Agreement, which was signed in 2016. "
        "Ana Quispe appealed to all delegations to complete the text."
    )
    doc = read(nlp, text)
    names = {treaty.key: treaty.name for treaty in doc._.treaties}
    assert [names[p.target] for p in doc._.positions] == ["border protocol"]


def test_the_we_of_a_briefing_is_the_state_that_is_asked(nlp: Language) -> None:
    text = (
        "MS. DOYLE: Good afternoon. With that, questions.\n\n"
        "QUESTION: Does Ireland support the border treaty between Peru and Chile?\n\n"
        "MS. DOYLE: We support the border treaty. We have said so in Lima.\n\n"
        "QUESTION: Did Ireland tell Peru?\n\n"
        "MS. DOYLE: I have nothing on that.\n\n"
    )
    assert triples(read(nlp, text)) == {("Ireland", "Supports", "DOYLE")}


def test_idioms_late_in_an_article_are_about_its_main_treaty(nlp: Language) -> None:
    text = (
        "Chile signed the border treaty on Monday. The treaty opens a road. The treaty has ten articles. "
        "It rained in Lima. The ministers dined. The hotel was full. Bolivia has not made up its mind."
    )
    assert triples(read(nlp, CONTEXT + text)) == {("Bolivia", "Neutral", "")}


def test_joint_holders_have_one_position_each(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "Bolivia and Brazil, as well as Ecuador, oppose the treaty; so does Uruguay.")
    assert triples(doc) == {(name, "Opposes", "") for name in ("Bolivia", "Brazil", "Ecuador", "Uruguay")}


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Bolivia opposes the clause on foreign courts.", "clause on foreign courts"),
        ("Bolivia objects to the levy.", "levy"),
    ],
)
def test_stances_on_what_is_no_treaty(nlp: Language, sentence: str, name: str) -> None:
    doc = read(nlp, sentence)
    (issue,) = doc._.issues
    assert issue.name == name
    assert {p.target for p in doc._.positions} == {issue.key}


@pytest.mark.parametrize(
    "sentence", ["Bolivia rejected the accusation.", "Bolivia called for calm.", "Protesters blocked a road."]
)
def test_nobody_is_for_or_against_words_and_roads(nlp: Language, sentence: str) -> None:
    assert read(nlp, sentence)._.positions == []


def test_an_issue_has_its_place_in_the_graph(nlp: Language) -> None:
    from rdflib import RDF, RDFS

    from kgbuild.authority import Authority
    from kgbuild.extraction.assemble import facts_of
    from kgbuild.facts import Article
    from kgbuild.graph.mapping import article_quads
    from kgbuild.graph.vocabulary import DIP
    from kgbuild.identity import identify

    article = Article("Bolivia opposes the clause on foreign courts.", "Courts", PartialDate(2021, 5, 4))
    facts = facts_of(read(nlp, article.text), article)
    triples = {quad[:3] for quad in article_quads(facts, identify([facts], Authority.load()))}
    (target,) = {value for _, predicate, value in triples if predicate == DIP.target}
    assert (target, RDF.type, DIP.Issue) in triples
    assert {str(value) for node, predicate, value in triples if (node, predicate) == (target, RDFS.label)} == {
        "clause on foreign courts"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The embargo was renewed in July. Peru and Chile want it lifted.",
            {("Peru", "Opposes", "embargo"), ("Chile", "Opposes", "embargo")},
        ),
        (
            "The assembly debated the resolution on fishing. Bolivia voted against and Peru abstained.",
            {("Bolivia", "Opposes", "resolution on fishing"), ("Peru", "Neutral", "resolution on fishing")},
        ),
        ("Envoy Ana Quispe described the ultimatum as “an insult”.", {("Ana Quispe", "Opposes", "ultimatum")}),
        ("Bolivia opposes the joint commission.", {("Bolivia", "Opposes", "joint commission")}),
        ("Bolivia blocked the road in protest against the embargo.", {("Bolivia", "Opposes", "embargo")}),
    ],
)
def test_stances_on_measures(nlp: Language, text: str, expected: set[tuple[str, str, str]]) -> None:
    doc = read(nlp, text)
    names = {referent.key: referent.name for referent in (*doc._.actors, *doc._.issues)}
    assert {(names[p.holder], str(p.polarity), names.get(p.target, "")) for p in doc._.positions} == expected


def test_lists_of_who_voted_how(nlp: Language) -> None:
    text = "The committee adopted the resolution by 12 votes in favour to 2 against (Bolivia, Ecuador)."
    doc = read(nlp, text)
    names = {actor.key: actor.name for actor in doc._.actors}
    assert {names[p.holder] for p in doc._.positions if p.polarity == Polarity.OPPOSES} == {"Bolivia", "Ecuador"}


def test_holders_that_are_no_actors_elsewhere(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "The Andean Future bloc is opposed to the treaty.")
    assert triples(doc) == {("Andean Future bloc", "Opposes", "")}


def test_what_stands_before_a_quotation_is_the_articles_own(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + 'The Farmers\' Union is against the treaty: "It is late," said Ana Quispe, a lawyer.')
    assert ("Farmers' Union", "Opposes", "") in triples(doc)


def test_a_ministers_we_is_the_state(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + '"We oppose this treaty," said the foreign minister of Bolivia, Ana Quispe.')
    assert triples(doc) == {("Bolivia", "Opposes", "Ana Quispe")}


def test_answers_of_an_interview_are_those_of_whom_it_introduces(nlp: Language) -> None:
    text = (
        "Ana Quispe, foreign minister of Bolivia, spoke to us in La Paz about the border treaty of Peru and Chile.\n\n"
        "Q: What of the border treaty?\n\nA: I am against it. Chile supports the treaty.\n"
    )
    found = triples(read(nlp, text))
    assert ("Ana Quispe", "Opposes", "") in found
    assert ("Chile", "Supports", "Ana Quispe") in found


def test_what_a_broadcasters_reporter_tells_is_the_articles_own_word(nlp: Language) -> None:
    text = (
        "PRESENTER: Peru and Chile have a border treaty. Our reporter Luz Rojas is on the line.\n\n"
        "ROJAS: Bolivia opposes the border treaty.\n\nPRESENTER: Luz Rojas, thank you.\n"
    )
    assert triples(read(nlp, text)) == {("Bolivia", "Opposes", "")}


def test_a_change_of_mind_is_two_positions(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "Bolivia opposed the treaty for years. Now it supports the treaty.")
    assert triples(doc) == {("Bolivia", "Opposes", ""), ("Bolivia", "Supports", "")}


def test_a_condition_in_the_sentence_outweighs_the_support(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "Bolivia backs the treaty in spirit but will not sign it until the port is included.")
    assert triples(doc) == {("Bolivia", "Conditional", "")}


def test_the_same_stance_twice_is_one_position_with_both_places(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "Bolivia supports the treaty. On Monday Bolivia welcomed the treaty again.")
    (position,) = doc._.positions
    assert len(position.evidence) == 2


def test_hedges_are_kept(nlp: Language) -> None:
    doc = read(nlp, CONTEXT + "Bolivia reportedly supports the treaty.")
    (position,) = doc._.positions
    assert position.hedged


def test_a_sentence_without_a_treaty_has_no_stance_on_one(nlp: Language) -> None:
    doc = read(nlp, "The bakers support the new oven, and the mayor opposes the trench.")
    assert not [position for position in doc._.positions if position.target.startswith("t")]


@pytest.mark.parametrize(
    ("outer", "inner", "result"),
    [
        (Polarity.SUPPORTS, Polarity.OPPOSES, Polarity.OPPOSES),
        (Polarity.OPPOSES, Polarity.OPPOSES, Polarity.SUPPORTS),
        (Polarity.OPPOSES, Polarity.CONDITIONAL, Polarity.CONDITIONAL),
        (Polarity.NEUTRAL, Polarity.SUPPORTS, Polarity.NEUTRAL),
    ],
)
def test_stances_towards_deeds(outer: Polarity, inner: Polarity, result: Polarity) -> None:
    assert times(outer, inner) == result


def test_denial() -> None:
    assert denied(Polarity.SUPPORTS) == Polarity.OPPOSES
    assert denied(Polarity.OPPOSES) == Polarity.NEUTRAL
    assert denied(Polarity.CONDITIONAL) == Polarity.CONDITIONAL


def test_the_tables_are_read() -> None:
    assert {cue.polarity for cue in stance_cues()["oppose"]} == {Polarity.OPPOSES}
    assert {cue.particle for cue in stance_cues()["vote"]} == {"for", "against", "down", ""}
    assert [part for cue in stance_cues()["wash"] for part in cue.parts] == [{"~"}, {"hands"}]
    assert evaluations("predicate")["betrayal"][0].polarity == Polarity.OPPOSES
    assert sum(len(cues) for cues in stance_cues().values()) > 250


def test_the_users_own_words_of_stance(tmp_path: Path) -> None:
    from kgbuild.extraction.pipeline import load_pipeline

    stances, judgements = tmp_path / "stances.tsv", tmp_path / "judgements.tsv"
    stances.write_text("# ours\nblackball\tverb\tsubject\tobject\tOpposes\n", "utf-8")
    judgements.write_text("word\tpos\tpolarity\nlemon\tpredicate\tOpposes\n", "utf-8")
    nlp = load_pipeline()
    config = {"stances": [str(stances)], "judgements": [str(judgements)]}
    nlp.replace_pipe("kgbuild_positions", "kgbuild_positions", config=config)
    assert triples(read(nlp, CONTEXT + "Bolivia blackballed the treaty.")) == {("Bolivia", "Opposes", "")}
    assert triples(read(nlp, CONTEXT + "Bolivia called the treaty a lemon.")) == {("Bolivia", "Opposes", "")}


def test_a_wrong_polarity_in_a_table_is_reported(tmp_path: Path) -> None:
    table = tmp_path / "stances.tsv"
    table.write_text("blackball\tverb\tsubject\tobject\tHates\n", "utf-8")
    with pytest.raises(KgbuildError, match="'Hates' is no polarity"):
        PositionFinder(stances=(str(table),))
    with pytest.raises(KgbuildError, match=r"missing\.tsv: the table cannot be read"):
        PositionFinder(stances=(str(tmp_path / "missing.tsv"),))


def test_both_treaties_are_meant_by_both(nlp: Language) -> None:
    doc = read(
        nlp, "Peru and Chile have a lithium treaty and a border pact. The Green Party said it supported both pacts."
    )
    by_key = {treaty.key: treaty.name for treaty in doc._.treaties}
    assert {(by_key[p.target], str(p.polarity)) for p in doc._.positions} == {
        ("lithium treaty", "Supports"),
        ("border pact", "Supports"),
    }


def test_all_who_are_listed_hold_what_they_say(nlp: Language) -> None:
    doc = read(
        nlp, "Poland, Estonia, Latvia and Lithuania said on Tuesday that they would leave the Ottawa Convention."
    )
    assert triples(doc) == {(name, "Opposes", "") for name in ("Poland", "Estonia", "Latvia", "Lithuania")}
