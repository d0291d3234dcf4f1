"""Builds ``src/kgbuild/data/authority/states.csv``; run by hand when an input changes.

Usage: ``python tools/authority/build_states.py BORDERS_JSON``

Inputs:
    states.txt beside this file: names, abbreviations, demonyms, capitals as newspapers write them; hand-kept.
    BORDERS_JSON: ``src/data/borders.json`` of the npm package @rapideditor/country-coder 5.6.1 (ISC licence): the
        Wikidata item of each ISO 3166-1 code. Its geometry is not used.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "src/kgbuild/data/authority/states.csv"
COLUMNS = [
    "id",
    "type",
    "name",
    "other_names",
    "abbreviations",
    "demonyms",
    "people",
    "capitals",
    "metonyms",
    "wikidata",
]
# where the item of the ISO code is the place and not the state, and states without a current code
ITEMS = {
    "VA": "Q159583", "PS": "Q219060", "NL": "Q55", "DK": "Q35", "SUHH": "Q15180", "YUCS": "Q36704", "CSHH": "Q33946",
    "DDDE": "Q16957", "YDYE": "Q199841", "CSXX": "Q37024", "XVSV": "Q180573", "XVAH": "Q28513", "XVOT": "Q12560",
    "XVPR": "Q38872", "XVAR": "Q170468", "XSLD": "Q34754",
}  # fmt: skip


def main(borders: Path) -> None:
    """Joins the two inputs and writes the table, sorted by id."""
    features = [feature["properties"] for feature in json.loads(borders.read_text("utf-8"))["features"]]
    items = {p["iso1A2"]: p["wikidata"] for p in features if "iso1A2" in p and "wikidata" in p} | ITEMS
    rows = []
    for line in (HERE / "states.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        code, name, *lists = (cell.strip() for cell in line.split(";"))
        others, *rest = ("|".join(dict.fromkeys(filter(None, cell.split("|")))) for cell in lists)
        others = "|".join(other.removeprefix("the ").removeprefix("The ") for other in others.split("|"))
        others = "|".join(other for other in dict.fromkeys(others.split("|")) if other != name)
        rows.append([f"state/{code}", "State", name, others, *rest, items[code]])
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
