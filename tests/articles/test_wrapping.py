"""Lines that an editor broke at a certain width are put together again; lines that stand for themselves stay."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.articles import read_articles
from kgbuild.articles.markdown import unwrapped
from kgbuild.facts import Article

PARAGRAPHS = (
    "MONTEVIDEO, March 12 - Uruguay and Paraguay signed the Paraná Navigation Treaty on Tuesday, ending a dispute over "
    "barge fees that had lasted for eleven years.",
    "Foreign Minister Ana Ruiz said Uruguay would ratify the treaty by May. Argentina's foreign minister, Carlos Diaz, "
    "told reporters that his government opposed it.",
)


@pytest.mark.parametrize("width", [55, 64, 72, 80, 100])
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_wrapped_file_gives_the_same_article(tmp_path: Path, width: int, suffix: str) -> None:
    path = tmp_path / f"talks{suffix}"
    path.write_text("\n\n".join(textwrap.fill(paragraph, width) for paragraph in PARAGRAPHS), "utf-8")
    (article,) = read_articles([path])
    assert isinstance(article, Article)
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    [
        "Q: Will you sign it before the end of the summer session?\nA: We will see.\nQ: And if not?\nA: Then not.",
        "Present were:\n- the minister of foreign affairs of Norway, Mr Berg, and staff\n- the ambassador of Chile",
        "A short line\nand another one\nthat somebody wrote so",
        "The first sentence has its own line.\nSo does the second, which is a good deal longer.\nAnd it ends.",
        "\n".join(PARAGRAPHS),
    ],
)
def test_lines_that_stand_for_themselves_stay(text: str) -> None:
    assert unwrapped(text) == text


def test_a_list_among_wrapped_paragraphs_keeps_its_lines() -> None:
    wrapped = textwrap.fill(PARAGRAPHS[0], 72)
    text = f"{wrapped}\n\nPresent were:\n- Norway\n- Chile\n\n{textwrap.fill(PARAGRAPHS[1], 72)}"
    assert unwrapped(text) == f"{PARAGRAPHS[0]}\n\nPresent were:\n- Norway\n- Chile\n\n{PARAGRAPHS[1]}"


@given(st.text(alphabet=st.sampled_from("ab .:-\n|A1"), max_size=600))
def test_only_line_breaks_ever_change(text: str) -> None:
    result = unwrapped(text)
    assert len(result) == len(text)
    assert all(old == new or (old, new) == ("\n", " ") for old, new in zip(text, result, strict=True))
