"""An article's text cut into pieces is still the article's text, and every fact is where it was read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.serve.explorer.marking import Mark, cut

_MARKS = st.builds(
    Mark,
    start=st.integers(-2, 30),
    end=st.integers(-2, 34),
    kind=st.sampled_from(["actor", "statement", "position"]),
    fact=st.sampled_from(["f1", "f2", "f3"]),
    href=st.sampled_from(["", "/actor?id=x"]),
)


@given(text=st.text(max_size=30), marks=st.lists(_MARKS, max_size=8))
def test_pieces_are_the_text_and_marks_cover_their_words(text: str, marks: list[Mark]) -> None:
    pieces = cut(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    place = 0
    for piece in pieces:
        end = place + len(piece.text)
        inside = {mark for mark in marks if 0 <= mark.start <= place and end <= mark.end <= len(text)}
        assert set(piece.marks) == inside
        place = end
    anchors = [anchor for piece in pieces for anchor in piece.anchors]
    assert len(anchors) == len(set(anchors))
    fitting = {(mark.start, mark.end) for mark in marks if 0 <= mark.start < mark.end <= len(text)}
    assert set(anchors) == {f"c{start}-{end}" for start, end in fitting}


def test_a_click_leads_to_the_shortest_of_what_stands_there() -> None:
    pieces = cut("Ruiz of Peru", [Mark(0, 12, "treaty", "f1", href="/long"), Mark(0, 4, "actor", "f2", href="/short")])
    assert [(piece.text, piece.link and piece.link.href) for piece in pieces] == [
        ("Ruiz", "/short"),
        (" of Peru", "/long"),
    ]
