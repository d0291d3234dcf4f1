"""Training of taggers: a wide one from marks, and a thin one from both, which numpy alone then runs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kgbuild.errors import KgbuildError
from kgbuild.extraction.attribution.tagger import Tagger
from kgbuild.training.corpus import MarkedArticle, parse_corpus, read_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language

pytest.importorskip("torch", reason="training needs torch: pip install 'kgbuild[training]'")

from kgbuild.training import attribution
from kgbuild.training.distillation import distil_tagger, mean_of
from kgbuild.training.tagger import TaggerSettings, load_tagger, save_tagger, train_tagger

TEXT = "The envoy said the talks would go on."
MARKED = {"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, 36]]}
WIDE = TaggerSettings(
    width=24, lemma_width=8, category_width=4, least_count=1, epochs=150, batch=2, rate=1e-2, averaging=0.9
)
THIN = replace(WIDE, width=16, rank=4, taught=0.5)


@pytest.fixture
def articles(tmp_path: Path, stock_nlp: Language) -> list[MarkedArticle]:
    rows = [{"id": name, "text": TEXT.replace("envoy", name), "attributions": [MARKED]} for name in ("envoy", "agent")]
    path = tmp_path / "marked.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = read_corpus(path)
    parse_corpus(found, stock_nlp)
    return found


def test_a_thin_tagger_learns_and_runs_without_torch(tmp_path: Path, articles: list[MarkedArticle]) -> None:
    wide = train_tagger(articles, WIDE)
    thin = distil_tagger(articles, wide, THIN)
    save_tagger(thin, tmp_path / "thin.npz")
    run_time = Tagger(tmp_path / "thin.npz")
    view = articles[0].view()
    index, scores = thin.scores(view)
    # it is written in half precision
    np.testing.assert_allclose(run_time.scores(view)[1], scores, atol=0.02)
    assert len(index) == view.n
    marks = run_time.marks(view)
    assert marks.cue.argmax() == 2
    assert marks.content[3:8].min() > 0.5 > marks.content[:3].max()


def test_a_thin_tagger_is_nearer_to_what_it_was_taught(articles: list[MarkedArticle]) -> None:
    taught_otherwise = train_tagger([replace(articles[0], attributions=[])] * 2, WIDE)
    view = articles[0].view()

    def outside(share: float) -> float:
        scores = distil_tagger(articles, taught_otherwise, replace(THIN, taught=share)).scores(view)[1]
        return float(np.exp(scores[:, 0]).mean())

    assert outside(0.9) > 0.5 > outside(0.0)


def test_a_thin_tagger_goes_on_with_articles_without_marks(articles: list[MarkedArticle]) -> None:
    """The wide one finds what is said in them: the thin one learns it, although no mark says so."""
    wide = train_tagger(articles, WIDE)
    nothing = [replace(article, attributions=[]) for article in articles]
    untaught = distil_tagger(nothing, wide, replace(THIN, taught=0.0))
    likened = distil_tagger([], wide, replace(THIN, taught=1.0), unmarked=nothing, start=untaught)
    view = articles[0].view()
    assert untaught.marks(view).content[3:8].max() < 0.5 < likened.marks(view).content[3:8].min()


def test_the_mean_of_two_taggers_lies_between_them(articles: list[MarkedArticle]) -> None:
    wide = train_tagger(articles, replace(WIDE, epochs=2))
    before = distil_tagger(articles, wide, replace(THIN, epochs=2))
    after = distil_tagger(articles, wide, replace(THIN, epochs=3), start=before)
    weights = [tagger.net.state_dict()["out.weight"].numpy().copy() for tagger in (before, after)]
    assert not np.array_equal(*weights)
    mean = mean_of([before, after]).net.state_dict()["out.weight"].numpy()
    np.testing.assert_allclose(mean, (weights[0] + weights[1]) / 2, atol=1e-6)


def test_the_command_takes_all_rounds(
    tmp_path: Path, articles: list[MarkedArticle], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With sizes for a minute's work: what it writes finds who said what in an article of which it saw marks."""
    for name in ("WIDE", "FOLD"):
        monkeypatch.setattr(attribution, name, WIDE)
    monkeypatch.setattr(attribution, "THIN", THIN)
    for name in ("LIKENED", "LAST"):
        monkeypatch.setattr(attribution, name, replace(THIN, epochs=3, taught=1.0))
    (tmp_path / "plain.jsonl").write_text(json.dumps({"text": TEXT}) + "\n", encoding="utf-8")
    (tmp_path / "short.yaml").write_text(
        f"- text: {TEXT}\n- The agent said that nobody had asked her.\n", encoding="utf-8"
    )
    reports: list[str] = []
    attribution.train_attribution(
        tmp_path / "marked.jsonl",
        tmp_path / "models",
        tmp_path / "work",
        folds=2,
        unmarked=[tmp_path / "plain.jsonl"],
        passages=[tmp_path / "short.yaml"],
        report=reports.append,
    )
    assert "attribution-tagger.npz: 2 articles, 1 without marks, 2 passages" in reports
    assert sum(line.startswith("epoch 1 of 3") for line in reports) == 3
    marks = Tagger(tmp_path / "models" / "attribution-tagger.npz").marks(articles[0].view())
    assert marks.content[3:8].min() > 0.5 > marks.content[:3].max()
    written = sorted(path.name for path in (tmp_path / "models").iterdir())
    assert written == ["attribution-grammar.npz", "attribution-tagger.npz", "attribution-weigher.npz"]


def test_training_twice_gives_the_same_weights(articles: list[MarkedArticle]) -> None:
    settings = replace(WIDE, epochs=2)
    first, second = (
        distil_tagger(articles, train_tagger(articles, settings), replace(THIN, epochs=2)).arrays() for _ in range(2)
    )
    assert list(first) == list(second)
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])


def test_a_wide_tagger_is_read_again(tmp_path: Path, articles: list[MarkedArticle]) -> None:
    wide = train_tagger(articles, replace(WIDE, epochs=2))
    save_tagger(wide, tmp_path / "wide.npz")
    view = articles[0].view()
    np.testing.assert_allclose(
        load_tagger(tmp_path / "wide.npz", WIDE).scores(view)[1], wide.scores(view)[1], atol=0.02
    )
    assert wide.marks(view).content.shape == (view.n,)
    with pytest.raises(KgbuildError, match=r"none\.npz"):
        load_tagger(tmp_path / "none.npz", WIDE)
