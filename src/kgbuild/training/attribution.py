"""Trains the attribution models: the tagger, the net that weighs candidates, and the one that weighs by grammar alone.

The tagger that travels with kgbuild is small: it learns from the marks, and from what a wide one says of the articles.
The candidates' net must see what the tagger says of articles that it has not learnt from. So wide taggers are trained
on parts of the articles, each marks the part that it has not seen, and the candidates' net learns from those marks.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.finder import all_candidates, grammar_candidates
from kgbuild.extraction.attribution.weigher import Evidence
from kgbuild.training.corpus import parse_corpus, read_corpus, read_passages
from kgbuild.training.distillation import distil_tagger, mean_of
from kgbuild.training.tagger import TaggerSettings, TrainedTagger, load_tagger, save_tagger, train_tagger
from kgbuild.training.weigher import WeigherSettings, answers, save_weigher, tokens_of, train_weigher, weighed_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbuild.training.corpus import MarkedArticle

WIDE = TaggerSettings(epochs=12, dropout=0.2, input_dropout=0.3, word_dropout=0.15)
#: does two fifths of the wide one's work; it needs less noise, since what it is taught is smooth
THIN = TaggerSettings(width=96, rank=32, epochs=24, dropout=0.05, input_dropout=0.1, taught=0.7)
#: at the end it learns to be like the wide one alone, also on articles without marks; this is done twice
LIKENED = replace(THIN, epochs=8, rate=1e-3, dropout=0.0, input_dropout=0.05, word_dropout=0.05, taught=1.0)
LIKENED_TIMES = 2
#: how often each epoch goes over the articles without marks
UNMARKED_TIMES = 2
#: a last round over one in so many of the marked articles and all that has no marks, single sentences too: it learns
#: what newspapers of that one kind seldom have. The tagger is the mean of what it was before and after
LAST = replace(LIKENED, epochs=6)
LAST_EVERY = 4
#: of those that only make marks for the candidates' net
FOLD = TaggerSettings(epochs=9)

WIDE_FILE = "wide.npz"
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
    unmarked: Sequence[Path] = (),
    passages: Sequence[Path] = (),
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
        unmarked: files of articles without marks, one JSON object with a "text" a line.
        passages: files of sentences and passages without marks, see ``corpus.read_passages``.
        report: is told how it goes.

    Raises:
        KgbuildError: the corpus cannot be read, or the spaCy model is not installed.
    """
    from kgbuild.extraction.pipeline import load_pipeline

    articles, more = read_corpus(corpus), [article for path in unmarked for article in read_corpus(path, marked=False)]
    short = [passage for path in passages for passage in read_passages(path)]
    nlp = load_pipeline(model, components=())
    parse_corpus(articles, nlp, work)
    parse_corpus(more, nlp, work)
    parse_corpus(short, nlp, work)
    wide = _wide(articles, replace(WIDE, seed=seed), work / WIDE_FILE, report)
    final = output / TAGGER_FILE
    if not final.exists():
        report(f"{final.name}: {len(articles)} articles, {len(more)} without marks, {len(short)} passages")
        save_tagger(_thin(articles, more, short, wide, seed=seed, report=report), final)
    train_weighers(articles, output, work, seed=seed, folds=folds, report=report)


def _thin(
    articles: Sequence[MarkedArticle],
    unmarked: Sequence[MarkedArticle],
    passages: Sequence[MarkedArticle],
    wide: TrainedTagger,
    *,
    seed: int,
    report: Callable[[str], None],
) -> TrainedTagger:
    """The small tagger, by all its rounds."""
    thin = distil_tagger(articles, wide, replace(THIN, seed=seed), report)
    for _ in range(LIKENED_TIMES):
        again = list(unmarked) * UNMARKED_TIMES
        thin = distil_tagger(articles, wide, replace(LIKENED, seed=seed), report, unmarked=again, start=thin)
    again = [*unmarked, *passages] * UNMARKED_TIMES
    few = articles[::LAST_EVERY]
    last = distil_tagger(few, wide, replace(LAST, seed=seed), report, unmarked=again, start=thin)
    return mean_of([thin, last])


def _wide(
    articles: Sequence[MarkedArticle], settings: TaggerSettings, path: Path, report: Callable[[str], None]
) -> TrainedTagger:
    if not path.exists():
        report(f"{path.name}: {len(articles)} articles")
        save_tagger(train_tagger(articles, settings, report), path)
    return load_tagger(path, settings)


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
        tagger = _wide(rest, replace(FOLD, seed=seed), work / f"fold{k}.npz", report)
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
