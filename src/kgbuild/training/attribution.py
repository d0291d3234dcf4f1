"""Trains the attribution models: the tagger, the net that weighs candidates, and the one that weighs by grammar alone.

The candidates' net must see what the tagger says of articles that it has not learnt from. So taggers are trained on
parts of
the articles, each marks the part that it has not seen, and the candidates' net learns from those marks.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.finder import all_candidates, grammar_candidates
from kgbuild.extraction.attribution.tagger import Tagger
from kgbuild.extraction.attribution.weigher import Evidence
from kgbuild.training.corpus import parse_corpus, read_corpus
from kgbuild.training.tagger import TaggerSettings, compress_tagger, save_tagger, train_tagger
from kgbuild.training.weigher import WeigherSettings, answers, save_weigher, tokens_of, train_weigher, weighed_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbuild.training.corpus import MarkedArticle

#: the tagger that travels with kgbuild is trained longer, and with more noise, than those that only make marks
FINAL = TaggerSettings(epochs=12, dropout=0.2, input_dropout=0.3, word_dropout=0.15)
FOLD = TaggerSettings(epochs=9)

#: the final tagger's layers are written as products of this rank, fitted to one article in so many
RANK = 64
COMPRESSION_SAMPLE = 12

TAGGER_FILE = "attribution-tagger.npz"
WEIGHER_FILE = "attribution-weigher.npz"
GRAMMAR_FILE = "attribution-grammar.npz"


def train_attribution(
    corpus: Path,
    output: Path,
    work: Path,
    *,
    seed: int = 1,
    folds: int = 3,
    model: str | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Trains all three models and writes them.

    Args:
        corpus: marked articles, see ``corpus.read_corpus``; held-out articles are to be left out of it.
        output: folder for the three ``.npz`` files that the component reads.
        work: folder for parses and the taggers of the folds; what is there already is not made again.
        seed: of all random choices.
        folds: parts of the articles for the marks that the candidates' net learns from.
        model: spaCy model; None takes kgbuild's default.
        report: is told how it goes.

    Raises:
        KgbuildError: the corpus cannot be read, or the spaCy model is not installed.
    """
    from kgbuild.extraction.pipeline import load_pipeline

    articles = read_corpus(corpus)
    parse_corpus(articles, load_pipeline(model, components=()), work)
    final = output / TAGGER_FILE
    if not final.exists():
        _tagger(articles, replace(FINAL, seed=seed), final, report)
        compress_tagger(final, articles[::COMPRESSION_SAMPLE], RANK)
    train_weighers(articles, output, work, seed=seed, folds=folds, report=report)


def _tagger(
    articles: Sequence[MarkedArticle], settings: TaggerSettings, path: Path, report: Callable[[str], None]
) -> Tagger:
    if not path.exists():
        report(f"{path.name}: {len(articles)} articles")
        save_tagger(train_tagger(articles, settings, report), path)
    return Tagger(path)


def train_weighers(
    articles: Sequence[MarkedArticle],
    output: Path,
    work: Path,
    *,
    seed: int,
    folds: int,
    report: Callable[[str], None],
) -> None:
    """Trains the two nets that weigh candidates, with taggers that have not seen the articles they mark."""
    documents, plain = [], []
    for k in range(folds):
        part = [a for i, a in enumerate(articles) if i % folds == k]
        rest = [a for i, a in enumerate(articles) if i % folds != k]
        tagger = _tagger(rest, replace(FOLD, seed=seed), work / f"fold{k}.npz", report)
        for article in part:
            view = article.view()
            marks = tagger.marks(view)
            candidates, linked = all_candidates(view, marks)
            documents.append((Evidence(view, marks, linked), candidates, answers(article, view, candidates)))
            inside: set[int] = set()
            for attribution in article.attributions:
                inside |= tokens_of(view, attribution.content)
            # inside somebody's words the corpus marks nothing, which says nothing about grammar
            outer = [c for c in grammar_candidates(view) if c.anchor not in inside]
            plain.append((Evidence(view, None, ()), outer, answers(article, view, outer)))
    weigher_settings = WeigherSettings(seed=seed)
    for path, data in ((output / WEIGHER_FILE, documents), (output / GRAMMAR_FILE, plain)):
        report(f"{path.name}: {sum(len(c) for _, c, _ in data)} candidates")
        save_weigher(train_weigher(weighed_set(data), weigher_settings, report), path)
