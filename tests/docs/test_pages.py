"""Pages that are made from the program, the ontology and the shapes are as these are now."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _program(name: str) -> ModuleType:
    """A program of docs/, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["tutorial.md", "checking.md"])
def test_a_page_shows_what_its_commands_print(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert _program("generate_outputs").with_outputs(page) == page, "run: make pages"


def test_a_command_of_a_page_that_fails_is_told() -> None:
    program = _program("generate_outputs")
    with pytest.raises(RuntimeError, match="kgbuild query nowhere positions ends with 2"):
        program.with_outputs("```console\n$ kgbuild query nowhere positions\n```\n")


def test_the_references_of_ontology_and_shapes_are_as_their_files() -> None:
    for path, text in _program("generate_reference").pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run: make pages"


def test_the_reference_of_python_names_what_there_is_and_each_has_a_docstring() -> None:
    pages = "".join((ROOT / f"docs/reference/{name}.md").read_text(encoding="utf-8") for name in ("python", "stages"))
    names = re.findall(r"^::: ([\w.]+)$", pages, flags=re.MULTILINE)
    assert len(names) == len(set(names)) > 40
    for name in names:
        assert pkgutil.resolve_name(name).__doc__, f"{name} has no docstring"


def test_the_reference_has_every_term() -> None:
    program = _program("generate_reference")
    ontology = program.Ontology()
    page = (ROOT / "docs/reference/ontology.md").read_text(encoding="utf-8")
    terms = [*ontology.classes, *ontology.objects, *ontology.literals, *ontology.concepts]
    assert len(terms) > 150
    missing = [term for term in terms if program.short(ontology.graph, term) not in page]
    assert not missing


def test_the_picture_shows_each_class_once_and_no_line_twice() -> None:
    draw = _program("draw_classes").draw
    ties = [
        ("Statement", "speaker", "Actor"),
        ("Position", "holder", "Actor"),
        ("Position", "expressedIn", "Statement"),
    ]
    picture = draw([*ties, ("Statement", "partOf", "Statement")], {"Actor": ["Person", "State"], "Statement": []})
    assert picture == draw(
        [*ties, ("Statement", "partOf", "Statement")], {"Actor": ["Person", "State"], "Statement": []}
    )
    assert [picture.count(f">{name}<") for name in ("Actor", "Statement", "Position", "Person")] == [1, 1, 1, 1]
    assert picture.count("marker-end") == 4
