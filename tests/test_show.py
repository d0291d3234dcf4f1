"""What is found is marked where it stands, and listed below."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.facts import Actor, ActorType, Article, ArticleFacts, QuotationType, Span, Statement
from kgbuild.show import STYLES, Mark, bracketed, marks, plain, styled

TEXT = "“We agree,” Ana Ruiz said. France would not comment."


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


FACTS = ArticleFacts(
    Article(TEXT, title="An agreement"),
    actors=(
        Actor("a1", "Ana Ruiz", ActorType.PERSON, (span("Ana Ruiz"),)),
        Actor("a2", "France", ActorType.STATE, (span("France"),)),
    ),
    statements=(
        Statement(
            *("s1", ("a1",), "We agree,", (span("We agree,"),), "said", (span("said"),), (span("Ana Ruiz"),)),
            QuotationType.DIRECT,
        ),
        Statement(
            *("s2", ("a2",), "", (), "would not comment", (span("would not comment"),), (span("France"),), None),
            refusal=True,
        ),
    ),
)


def test_plain_output_marks_and_lists() -> None:
    assert plain(FACTS) == (
        "An agreement\n\n"
        "“[s1 We agree,]” [a1 Ana Ruiz] said. [a2 France] [s2 would not comment].\n\n"
        "Actors (2)\n  a1 Ana Ruiz (Person)\n  a2 France (State)\n"
        "Statements (1)\n  s1 Ana Ruiz, said [direct]: We agree,\n"
        "Refusals (1)\n  s2 France: would not comment\n"
    )


def test_nested_and_crossing_marks_close_the_one_opened_last() -> None:
    def mark(start: int, end: int, label: str) -> Mark:
        return Mark(Span(start, end), "actor", label)

    assert bracketed("abcdef", [mark(0, 6, "x"), mark(2, 4, "y")]) == "[x ab[y cd]ef]"
    assert bracketed("abcdef", [mark(0, 4, "x"), mark(2, 6, "y")]) == "[x ab[y cd]][y ef]"
    assert bracketed("abcdef", [mark(0, 3, "x"), mark(0, 3, "y"), mark(3, 6, "z")]) == "[x [y abc]][z def]"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12))))
def test_brackets_balance_and_the_words_stay(spans: list[tuple[int, int]]) -> None:
    found = [Mark(Span(*sorted(pair)), "event", f"e{number}") for number, pair in enumerate(spans)]
    found.sort(key=lambda mark: (mark.span.start, -mark.span.end))
    shown = bracketed("abcdefghijkl", found)
    depth = 0
    for character in shown:
        depth += (character == "[") - (character == "]")
        assert depth >= 0
    assert depth == 0
    words = shown.replace("]", "").split("[")
    assert words[0] + "".join(word.partition(" ")[2] for word in words[1:]) == "abcdefghijkl"


def test_a_terminal_gets_styles_and_no_brackets() -> None:
    from rich.console import Console

    console = Console(force_terminal=True, color_system="standard", width=200, record=True)
    with console.capture() as capture:
        console.print(styled(FACTS))
    shown = capture.get()
    assert "\x1b[1;36mAna Ruiz\x1b[0m" in shown
    assert "[a1" not in shown


def test_everything_found_in_a_real_text_is_marked(nlp: object) -> None:
    from kgbuild.extraction.assemble import extract

    text = "France signed the treaty on Monday. President Anne Martin said, “We keep our word.”"
    (facts,) = extract(nlp, [Article(text)])
    assert isinstance(facts, ArticleFacts)
    found = marks(facts)
    assert {mark.kind for mark in found} <= set(STYLES)
    assert any(mark.kind == "statement" and "We keep our word" in mark.span.text(text) for mark in found)
    assert "Anne Martin (Person)" in plain(facts)
