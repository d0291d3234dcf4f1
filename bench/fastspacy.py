"""Stock spaCy against the accelerated pipeline: the same annotations, and how much faster.

    bench/fastspacy [--articles N] [--batch N]

Runs both over the articles of ../shared/data/polnear in one process, in turn, and compares every annotation of every
token.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from itertools import islice
from pathlib import Path

from kgbuild.processor import set_up

ANNOTATIONS = ["ORTH", "TAG", "POS", "LEMMA", "MORPH", "DEP", "HEAD", "SENT_START", "ENT_IOB", "ENT_TYPE"]
CORPUS = Path(__file__).resolve().parents[2] / "shared/data/polnear"


def main() -> int:
    """Prints differing tokens by annotation and CPU seconds of both; exit code 1 if any differs."""
    set_up(os.environ)
    import numpy as np

    from kgbuild.extraction.pipeline import load_pipeline
    from kgbuild.fastspacy import accelerate

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=800)
    parser.add_argument("--batch", type=int, default=16, help="articles at a time (default 16)")
    arguments = parser.parse_args()
    with gzip.open(CORPUS / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, arguments.articles)]
    stock, fast = load_pipeline(components=(), accelerated=False), load_pipeline(components=(), accelerated=False)
    print(accelerate(fast))
    different = np.zeros(len(ANNOTATIONS), dtype=int)
    tokens = 0
    seconds = {"stock": 0.0, "fast": 0.0}
    for start in range(0, len(texts), arguments.batch):
        batch = texts[start : start + arguments.batch]
        arrays = {}
        for name, nlp in (("stock", stock), ("fast", fast)):
            begin = time.process_time()
            docs = list(nlp.pipe(batch, batch_size=arguments.batch))
            seconds[name] += time.process_time() - begin
            arrays[name] = np.concatenate([doc.to_array(ANNOTATIONS) for doc in docs])
        tokens += len(arrays["stock"])
        different += (arrays["stock"] != arrays["fast"]).sum(axis=0)
    print(f"{len(texts)} articles, {tokens} tokens; tokens that differ:")
    print("  " + "  ".join(f"{name} {count}" for name, count in zip(ANNOTATIONS, different.tolist(), strict=True)))
    print(f"CPU seconds: stock {seconds['stock']:.1f}, fast {seconds['fast']:.1f}", end="; ")
    print(f"{seconds['stock'] / seconds['fast']:.2f} times as fast, loading left out, caches cold at the start")
    return int(different.any())


if __name__ == "__main__":
    sys.exit(main())
