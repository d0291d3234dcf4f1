"""The examples in docstrings and on the pages are right."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import kgbuild
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from sample import BASE, SampleIdentities, march_facts, may_facts

ROOT = Path(__file__).resolve().parents[2]

#: run on the small graph of the tests, not on that of examples/; those of kgbuild.opening see tests/opening
ON_THE_SAMPLE = ("kgbuild.exporting", "kgbuild.reporting")
MODULES = [
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "src/kgbuild").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8") and path.parent.name != "opening"
]
PAGES = ("authority.md", "extending.md", "ontology.md", "python.md", "quotations.md", "trust.md")


@pytest.fixture
def beside_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the examples and their graph, in which something may be written."""
    for name in ("examples", "output"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _sample(folder: Path) -> None:
    """The graph of the tests, in a new folder."""
    articles = (march_facts(), may_facts())
    identities = SampleIdentities(articles)
    quads = [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)
    folder.mkdir()
    write_quads(quads, [folder / "graph.nq"], base=BASE)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_right(name: str, beside_the_examples: Path) -> None:
    if name in ON_THE_SAMPLE:
        (beside_the_examples / "output").unlink()
        _sample(beside_the_examples / "output")
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_python_on_the_pages_runs(name: str, beside_the_examples: Path) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    for file, body in re.findall(r'^```tsv title="(\w+\.tsv)"\n(.*?)^```$', text, flags=re.MULTILINE | re.DOTALL):
        (beside_the_examples / file).write_text(body, encoding="utf-8")
    for kind, file in (("csv", "ours.csv"), ("yaml", "judgements.yaml")):
        found = next((body for block, body in blocks if block == kind), None)
        if found is not None:
            (beside_the_examples / file).write_text(found, encoding="utf-8")
    names: dict[str, object] = {"facts": [march_facts()]}
    programs = [body for block, body in blocks if block == "python"]
    assert programs
    for program in programs:
        exec(compile(program, name, "exec"), names)


def test_the_tables_on_the_page_do_what_it_says(tmp_path: Path) -> None:
    text = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    tables = dict(re.findall(r'^```tsv title="my_(\w+)\.tsv"\n(.*?)^```$', text, flags=re.MULTILINE | re.DOTALL))
    names = {"events": "event_triggers", "dates": "dates_patterns", "stages": "treaty_status", "stances": "stance"}
    assert set(tables) == set(names)
    words = tmp_path / "words"
    words.mkdir()
    for name, table in names.items():
        (words / f"{table}.tsv").write_text(tables[name], encoding="utf-8")
    article = tmp_path / "news.txt"
    article.write_text(
        "ACCRA, June 20, 2024 (Reuters) - Ghana twinned with Togo on democracy day. The parliament of Chile struck out "
        "the river pact with Peru. Norway bankrolled the salmon treaty.",
        encoding="utf-8",
    )
    graph = kgbuild.build(article, lexicons=[words])
    twinned = {row["event"]: row for row in graph.query("events")}["twinned"]
    assert (twinned["type"], twinned["agents"], twinned["others"]) == ("Agreement", "Ghana", "Togo")
    assert twinned["date"] == "2024-06-12"
    assert [row["status"] for row in graph.query("treaty", treaty="river pact")] == ["Rejected"]
    assert {row["target"]: row["polarity"] for row in graph.query("positions", actor="Norway")} == {
        "salmon treaty": "supports"
    }
