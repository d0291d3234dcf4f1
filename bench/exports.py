"""Holds every entity that ``kgbuild export --to ftm`` writes to the FollowTheMoney model, by its own library.

    bench/exports [OUTPUT]

Needs followthemoney (pip install followthemoney), which compiles against ICU (Debian: libicu-dev). Fails if the
library takes a value for invalid, or a reference leads nowhere or to a thing of the wrong kind.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from kgbuild.exporting import export

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """1 if an entity is not as the model wants it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, nargs="?", default=ROOT / "output")
    options = parser.parse_args()
    try:
        from followthemoney import model
    except ImportError:
        print("followthemoney is not installed; install it with: pip install followthemoney")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entities.jsonl"
        export(options.output, "ftm", path)
        raw = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    proxies = {entity["id"]: model.get_proxy(entity, cleaned=False) for entity in raw}
    wrong: Counter[str] = Counter()
    for entity in raw:
        proxy = proxies[entity["id"]]
        for name, values in entity["properties"].items():
            if len(proxy.get(name)) < len(set(values)):
                wrong[f"{entity['schema']}.{name}: a value is not valid"] += 1
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                target = proxies.get(value)
                if target is None or not target.schema.is_a(prop.range):
                    wrong[f"{entity['schema']}.{prop.name}: does not lead to a {prop.range.name}"] += 1
    print(
        f"{len(raw)} entities: " + ", ".join(f"{n} {s}" for s, n in sorted(Counter(e["schema"] for e in raw).items()))
    )
    for message, count in sorted(wrong.items()):
        print(f"wrong, {count} times: {message}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
