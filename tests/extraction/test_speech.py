"""Quotations whose speaker stands beside them, whatever the verb, and such as are nobody's speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from spacy.language import Language

#: sentence, a word of the speaker, and what is said
SAID = [
    ("“Ask them,” Ambassador Felix Roth shot back.", "Roth", "Ask them,"),
    ("“Who asked you?” President Ana Solis snapped.", "Solis", "Who asked you?"),
    ("“Nothing has changed!” the foreign minister thundered.", "minister", "Nothing has changed!"),
    ("“Let us wait,” smiled the Finnish envoy.", "envoy", "Let us wait,"),
    ("“We are tired of waiting,” Latvia's ambassador beamed.", "ambassador", "We are tired of waiting,"),
    ("“This is our land!” shouted one farmer.", "farmer", "This is our land!"),
    ("“Let us wait,” Berg told the court.", "Berg", "Let us wait,"),
    ("“There is no Plan B,” is how one EU official summed up the mood.", "official", "There is no Plan B,"),
    ("“We are not there yet” was how the Kenyan minister put it.", "minister", "We are not there yet"),
    ("Came the reply from Minsk: “Not now.”", "Minsk", "Not now."),
    ("The answer from Ankara: “Never again.”", "Ankara", "Never again."),
    ("The message from Rome was short: “Come home.”", "Rome", "Come home."),
    ("“The river belongs to all of us.” — Kofi Mensah, mayor of Kandi", "Mensah", "The river belongs to all of us."),
    ("“Peace will come to the valley.”\n\n– Samoa's premier, Ioane Tuala", "Samoa", "Peace will come to the valley."),
    ("“We are ready for talks.” -- an official in Oslo", "official", "We are ready for talks."),
    ("Nigeria's answer: “We shall see.”", "Nigeria", "We shall see."),
]
NOT_SAID = [
    "In “The long war,” Berg plays a diplomat.",
    "In her speech “The way we live,” Berg drew a map.",
    "“Peace Now,” Smith ran the group for years.",
    "Under the banner “Hands off our water,” protesters marched.",
    "The article “A river of ours” — Berg wrote it in 1990 — was widely read.",
    "“Talks are the only way, and we will hold them.” — Reuters",
    "“A river of ours” — Berg",
    "“Soft power” is how scholars read it.",
    "The view of the lake: “stunning”.",
    "The account of the bank: “empty”.",
    "“Why us?” Ana Berg sold her house and left for Chile.",
    "She was “no great speaker,” Hilde Moen had a good night.",
]


@pytest.mark.parametrize(("sentence", "speaker", "words"), SAID)
def test_who_stands_beside_a_quotation_says_it(nlp: Language, sentence: str, speaker: str, words: str) -> None:
    doc = nlp(sentence)
    (statement,) = doc._.statements
    assert (statement.content, statement.quotation) == (words, "Direct")
    (attribution,) = [a for a in doc._.attributions if a.statement]
    assert attribution.source
    source = sentence[attribution.source[0].start : attribution.source[-1].end]
    assert speaker in source


@pytest.mark.parametrize("sentence", NOT_SAID)
def test_a_title_or_a_question_of_the_author_is_nobody_s_speech(nlp: Language, sentence: str) -> None:
    assert not nlp(sentence)._.statements
