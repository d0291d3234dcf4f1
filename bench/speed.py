"""A whole build, from text files to validated, inferred, sorted output, against stock spaCy over the same texts.

    bench/speed [--articles N] [--workers] [--profile]

Each is one process with one thread; CPU seconds of the process, everything included, also loading. Exit code 1 if the
build takes more than spaCy alone. --workers measures wall-clock time with one and two workers; --profile prints CPU
time by component.
"""

from __future__ import annotations

import argparse
import compileall
import os
import sys
import tempfile
import time
from pathlib import Path

import kgbuild
from corpus import run, texts, write_articles
from kgbuild.processor import set_up

_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_STOCK = """
import json, sys
from pathlib import Path
import spacy
from kgbuild.extraction.models import model_name
nlp = spacy.load(model_name())
paths = sorted(Path(sys.argv[1]).iterdir())
for doc in nlp.pipe(json.loads(path.read_text())["text"] for path in paths):
    pass
"""


def main() -> int:
    """Measures, and prints the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200, help="800 is the whole measurement (default 200)")
    parser.add_argument("--workers", action="store_true", help="two workers against one, by the clock")
    parser.add_argument("--profile", action="store_true", help="where the time goes, on 50 articles")
    arguments = parser.parse_args()
    os.environ.update(_THREADS)
    set_up(os.environ)
    # as pip leaves what it installs: no build is to compile the modules, in each of its processes
    compileall.compile_dir(Path(kgbuild.__file__).parent, quiet=1)
    if arguments.profile:
        from kgbuild.garbage import searched_seldom

        with searched_seldom():  # as in a build
            return profile(50)
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        write_articles(articles, arguments.articles)
        build = [sys.executable, "-m", "kgbuild", "build", str(articles), "--quiet", "--force", "-o"]
        if arguments.workers:
            one, _ = _run([*build, f"{folder}/one"])
            two, _ = _run([*build, f"{folder}/two", "--workers", "2"])
            print(f"{arguments.articles} articles by the clock: one {one:.1f} s, two workers {two:.1f} s;", end=" ")
            print(f"{one / two:.2f} times as fast")
            return int(one / two < 1.8)
        _, stock = _run([sys.executable, "-c", _STOCK, str(articles)])
        _, whole = _run([*build, f"{folder}/output"])
    print(f"{arguments.articles} articles, CPU: stock spaCy {stock:.1f} s, kgbuild build {whole:.1f} s", end="; ")
    print(f"ratio {whole / stock:.2f} (goal 0.50, pass 1.00)")
    return int(whole > stock)


def _run(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of CPU that a command takes."""
    before, begin = os.times(), time.perf_counter()
    run(command)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - begin, used


def profile(number: int) -> int:  # noqa: PLR0915 - a list of steps
    """Prints CPU milliseconds an article by component, caches warm."""
    from kgbuild.authority import Authority
    from kgbuild.build.entities import entity_line
    from kgbuild.build.finished import finished
    from kgbuild.extraction.assemble import facts_of
    from kgbuild.extraction.pipeline import load_pipeline
    from kgbuild.facts import Article
    from kgbuild.graph.mapping import article_quads, identity_quads
    from kgbuild.graph.nquads import nquads_blocks
    from kgbuild.graph.serialization import write_blocks
    from kgbuild.identity import identify
    from kgbuild.inference import infer
    from kgbuild.validation import article_scopes, validate

    nlp = load_pipeline(span_groups=False)  # as a build does
    articles = [Article(text, title=f"Article {count}") for count, text in enumerate(texts(number))]
    spent: dict[str, float] = {}
    names = ["tokenizer", *nlp.pipe_names]
    for _ in range(2):
        docs = [nlp.make_doc(article.text) for article in articles]
        for name, component in nlp.pipeline:
            begin = time.process_time()
            if hasattr(component, "pipe"):
                docs = list(component.pipe(docs, batch_size=16))
            else:
                docs = [component(doc) for doc in docs]
            spent[name] = time.process_time() - begin
    begin = time.process_time()
    for article in articles:
        nlp.make_doc(article.text)
    spent["tokenizer"] = time.process_time() - begin
    clock = time.process_time

    begin = clock()
    facts = [facts_of(doc, article) for doc, article in zip(docs, articles, strict=True)]
    spent["freezing"] = clock() - begin
    begin = clock()
    identities = identify(facts, Authority.load())
    spent["identity"] = clock() - begin
    finished(facts[0], identities, "violation")
    begin = clock()
    quads = [quad for one in facts for quad in article_quads(one, identities)]
    spent["mapping"] = clock() - begin
    begin = clock()
    blocks = list(nquads_blocks([*quads, *identity_quads(identities)]))
    spent["N-Quads"] = clock() - begin
    scopes = list(article_scopes([*quads, *identity_quads(identities)]))
    begin = clock()
    for scope in scopes:
        validate(scope.triples, graph=scope.graph)
    spent["validation"] = clock() - begin
    begin = clock()
    for scope in scopes:
        infer(scope.triples)
    spent["inference"] = clock() - begin
    with tempfile.TemporaryDirectory() as folder:
        begin = clock()
        write_blocks(blocks, [Path(folder) / f"graph.{form}" for form in ("nq", "trig", "ttl", "jsonld")])
        for entity in identities.entities:
            entity_line(entity)
        spent["writing"] = clock() - begin
    whole = sum(spent.values())
    parse = sum(spent[name] for name in names if not name.startswith("kgbuild_"))
    after = sum(spent[name] for name in names if name.startswith("kgbuild_")) + spent["freezing"]
    stock = _stock_parse([article.text for article in articles])
    for name in [*names, *(name for name in spent if name not in names)]:
        print(f"{name:<22} {spent[name] / number * 1000:8.1f} ms  {spent[name] / whole:6.1%}")
    print(f"{'all':<22} {whole / number * 1000:8.1f} ms an article, {number} articles")
    print(f"{'stock spaCy parses':<22} {stock / number * 1000:8.1f} ms an article, the accelerated one", end=" ")
    print(f"{parse / number * 1000:.1f} ms; with warm caches {stock / parse:.2f} times as fast")
    print(f"extraction after the parse as % of the parse: {after / stock:.0%} stock, {after / parse:.0%} accelerated")
    return 0


def _stock_parse(some: list[str]) -> float:
    """CPU seconds of stock spaCy over texts that it has seen."""
    from kgbuild.extraction.pipeline import load_pipeline

    nlp = load_pipeline(components=(), accelerated=False)
    for _ in range(2):
        begin = time.process_time()
        for _doc in nlp.pipe(some):
            pass
        seconds = time.process_time() - begin
    return seconds


if __name__ == "__main__":
    sys.exit(main())
