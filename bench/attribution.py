"""Who said what, measured on PolNeAR's dev articles; ours beside textacy's.

    bench/attribution                                the table, precision and recall by kind, calibration, time
    bench/attribution errors                         the most frequent kinds of error that remain
    bench/attribution predict ARTICLES.jsonl [-o F]  what is found, one article a line, in the scorer's format

ARTICLES.jsonl: one article a line, with ``id`` (or ``title``) and ``text``. PolNeAR is marked on one level: every
word belongs to
one attribution at most. ``predict`` writes that level; ``--nested`` adds those around and inside it.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SHARED = Path(__file__).resolve().parents[2] / "shared"
DEV = SHARED / "data" / "polnear" / "dev.jsonl.gz"
SCORER = SHARED / "bench" / "attribution_score.py"
METRICS = ("content", "source", "cue", "relaxed", "strict")
BINS = 10

Row = dict[str, Any]


def main() -> int:
    """Runs the command; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", choices=("table", "errors", "predict"), default="table")
    parser.add_argument("articles", nargs="?", type=Path, help="articles to predict, or marked ones to measure on")
    parser.add_argument("-o", "--output", type=Path, help="file for the predictions; default: standard output")
    parser.add_argument("--nested", action="store_true", help="write nested attributions and refusals too")
    parser.add_argument("--no-textacy", action="store_true", help="leave textacy out of the table")
    options = parser.parse_intermixed_args()
    if options.command == "predict":
        if options.articles is None:
            parser.error("predict needs a file of articles")
        return predict(options.articles, options.output, nested=options.nested)
    path = options.articles or DEV
    if not path.exists() or not SCORER.exists():
        print(f"{path} or {SCORER} is not there: nothing to measure on", file=sys.stderr)
        return 1
    scorer = load_scorer()
    gold = list(read_rows(path))
    if options.command == "errors":
        import attribution_errors

        found, _ = extract(gold)
        attribution_errors.report(scorer, gold, found)
        return 0
    return table(scorer, gold, textacy=not options.no_textacy)


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file of JSON lines, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    # not splitlines(): an article may hold other line separators
    for line in text.split("\n"):
        if line.strip():
            row = json.loads(line)
            row.setdefault("id", row.get("title", ""))
            yield row


def load_scorer() -> ModuleType:
    """The scorer that all systems are measured with."""
    spec = importlib.util.spec_from_file_location("attribution_score", SCORER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["attribution_score"] = module
    spec.loader.exec_module(module)
    return module


def extract(rows: list[Row], *, nested: bool = False) -> tuple[list[list[Row]], dict[str, float]]:
    """What we find in the articles, and the CPU seconds of the parse and of our own work."""
    import kgbuild.extraction.attribution
    from kgbuild.extraction.pipeline import load_pipeline

    finder = kgbuild.extraction.attribution.AttributionFinder()
    nlp = load_pipeline(components=(), accelerated=False)
    layout = nlp.create_pipe("kgbuild_layout") if "kgbuild_layout" in nlp.factory_names else None
    finder.find(nlp("Warm up, he said."))
    seconds = {"parse": 0.0, "attribution": 0.0}
    found = []
    started = time.process_time()
    docs = nlp.pipe((row["text"] for row in rows), batch_size=16)
    for _ in rows:
        doc = next(docs)
        parsed = time.process_time()
        seconds["parse"] += parsed - started
        if layout is not None:
            layout(doc)
        attributions = finder.find(doc) if nested else finder.find_flat(doc)
        started = time.process_time()
        seconds["attribution"] += started - parsed
        found.append([as_row(a) for a in attributions if a.content or a.refusal])
    return found, seconds


def as_row(attribution: Any) -> Row:
    """An attribution in the scorer's format; what the scorer does not read is there for people."""
    row: Row = {role: [[s.start, s.end] for s in getattr(attribution, role)] for role in ("source", "cue", "content")}
    row |= {
        "confidence": attribution.confidence,
        "statement": attribution.statement,
        "quotation": attribution.quotation.value if attribution.quotation else None,
    }
    for name in ("refusal", "denial"):
        if getattr(attribution, name):
            row[name] = True
    if attribution.parent is not None:
        row["parent"] = attribution.parent
    return row


def predict(path: Path, output: Path | None, *, nested: bool) -> int:
    """Writes what is found in a file of articles."""
    rows = list(read_rows(path))
    found, _ = extract(rows, nested=nested)
    lines = [
        json.dumps({"id": r["id"], "attributions": a}, ensure_ascii=False) for r, a in zip(rows, found, strict=True)
    ]
    text = "".join(line + "\n" for line in lines)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
    return 0


def table(scorer: ModuleType, gold: list[Row], *, textacy: bool) -> int:
    """Prints the figures."""
    found, seconds = extract(gold)
    systems: list[tuple[str, list[list[Row]]]] = [("kgbuild", found)]
    note = "left out"
    if textacy:
        import attribution_textacy

        theirs, note = attribution_textacy.run(gold)
        if theirs is not None:
            systems.append(("textacy direct_quotations", theirs))
    print(f"{len(gold)} articles; precision/recall/F1, then recall of relaxed for direct, mixed and indirect content")
    print(f"{'':28}" + "".join(f"{m:>17}" for m in METRICS) + f"{'D/M/I':>16}")
    for name, rows in systems:
        result = scorer.summarise([scorer.score_article(g, a) for g, a in zip(gold, rows, strict=True)])
        cells = [f"{100 * result[m]['P']:.1f}/{100 * result[m]['R']:.1f}/{100 * result[m]['F1']:.1f}" for m in METRICS]
        kinds = "/".join(f"{100 * result['relaxed/' + s]['R']:.0f}" for s in scorer.SUBSETS)
        print(f"{name:28}" + "".join(f"{c:>17}" for c in cells) + f"{kinds:>16}")
    if len(systems) == 1:
        print(f"{'textacy direct_quotations':28}  {note}")
    by_kind(scorer, gold, found)
    calibration(scorer, gold, found)
    share = 100 * seconds["attribution"] / seconds["parse"]
    print(
        f"\ntime: spaCy's own pass {seconds['parse']:.1f} CPU seconds, "
        f"layout and attribution {seconds['attribution']:.1f}: {share:.1f} % added"
    )
    return 0


def right_pairs(scorer: ModuleType, gold: Row, found: list[Row]) -> tuple[list[Any], list[Any], set[int], set[int]]:
    """Gold and found attributions of an article, and which of either are right in the relaxed measure."""
    text = gold["text"]
    tokens = scorer.tokenize(text)
    marked = [scorer.Attribution(a, text, tokens, "gold") for a in gold["attributions"]]
    said = [scorer.Attribution(a, text, tokens, "found") for a in found]
    candidates, right = [], {}
    for i, g in enumerate(marked):
        for j, s in enumerate(said):
            if g.tokens["content"] & s.tokens["content"]:
                overlap = scorer.jaccard(g.tokens["content"], s.tokens["content"])
                right[i, j] = overlap >= 0.5 and scorer.sources_agree(g, s)
                candidates.append(((-overlap, not scorer.sources_agree(g, s)), i, j))
    pairs = [pair for pair in scorer.pair_up(candidates) if right[pair]]
    return marked, said, {i for i, _ in pairs}, {j for _, j in pairs}


def by_kind(scorer: ModuleType, gold: list[Row], found: list[list[Row]]) -> None:
    """Precision and recall for cues of speech and for others, and for our own kinds of quotation."""
    from kgbuild.extraction.attribution.lexicon import cue_lexicon

    forms = speech_forms(cue_lexicon().sayings)
    recall: dict[str, list[int]] = {}
    precision: dict[str, list[int]] = {}
    for g, rows in zip(gold, found, strict=True):
        text = g["text"]
        marked, said, right_g, right_s = right_pairs(scorer, g, rows)
        for k, a in enumerate(marked):
            kind = "speech cue" if is_speech(text, a.spans["cue"], forms) else "other cue"
            count(recall, kind, k in right_g)
        for k, a in enumerate(said):
            kind = "speech cue" if is_speech(text, a.spans["cue"], forms) else "other cue"
            count(precision, kind, k in right_s)
            count(precision, str(rows[k]["quotation"]).lower(), k in right_s)
            count(precision, "statements" if rows[k]["statement"] else "attitudes", k in right_s)
    print("\nrelaxed, by kind: precision of what is found, recall of what is marked")
    for kind in ("speech cue", "other cue", "direct", "mixed", "indirect", "statements", "attitudes"):
        cells = [
            f"{name} {100 * c[0] / c[1]:5.1f} of {c[1]:5d}"
            for name, c in (("P", precision.get(kind)), ("R", recall.get(kind)))
            if c
        ]
        print(f"  {kind:12} " + "   ".join(cells))


def count(into: dict[str, list[int]], kind: str, right: bool) -> None:
    """Counts one attribution."""
    entry = into.setdefault(kind, [0, 0])
    entry[0] += right
    entry[1] += 1


def speech_forms(lemmas: frozenset[str]) -> frozenset[str]:
    """Regular inflections of verbs of saying, and the irregular ones that matter."""
    forms = set(lemmas) | {"said", "told", "wrote", "thought", "held", "found", "read", "swore", "according"}
    for lemma in lemmas:
        stem = lemma[:-1] if lemma.endswith("e") else lemma
        forms |= {lemma + "s", stem + "ed", stem + "ing", lemma + "es"}
        if lemma.endswith("y"):
            forms |= {lemma[:-1] + "ied", lemma[:-1] + "ies"}
        if lemma[-1] in "tp":
            forms |= {lemma + lemma[-1] + "ed", lemma + lemma[-1] + "ing"}
    return frozenset(forms)


def is_speech(text: str, spans: list[tuple[int, int]], forms: frozenset[str]) -> bool:
    """Whether a cue holds a verb of saying."""
    return any(word.strip("’'s,") in forms or word in forms for s, e in spans for word in text[s:e].lower().split())


def calibration(scorer: ModuleType, gold: list[Row], found: list[list[Row]]) -> None:
    """The reliability table: how often an attribution of a given confidence is right."""
    bins = [[0, 0, 0.0] for _ in range(BINS)]
    for g, rows in zip(gold, found, strict=True):
        _, _, _, right = right_pairs(scorer, g, rows)
        for k, row in enumerate(rows):
            entry = bins[min(BINS - 1, int(row["confidence"] * BINS))]
            entry[0] += 1
            entry[1] += k in right
            entry[2] += row["confidence"]
    total = sum(int(n) for n, _, _ in bins)
    error = sum(abs(correct - confidence) for _, correct, confidence in bins) / max(1, total)
    print(f"\nreliability: expected calibration error {error:.3f}")
    for k, (n, correct, confidence) in enumerate(bins):
        if n:
            bar = "#" * round(40 * correct / n)
            print(
                f"  {k / BINS:.1f}-{(k + 1) / BINS:.1f}  {int(n):5d}  said {confidence / n:.2f}  "
                f"right {correct / n:.2f}  {bar}"
            )


if __name__ == "__main__":
    sys.exit(main())
