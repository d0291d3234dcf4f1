"""What a validation found: results by severity, and how many nodes each shape looked at. Reports can be merged."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal as Choice
from typing import TypeAlias

from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Identifier

FailOn: TypeAlias = Choice["violation", "warning", "never"]

_SH = "http://www.w3.org/ns/shacl#"
_DIP = "https://w3id.org/kgbuild/diplomacy#"
_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "dip": _DIP,
    "dips": "https://w3id.org/kgbuild/shapes#",
    "sh": _SH,
    "xsd": str(XSD),
}
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SHOWN_LENGTH = 120
_OBJECTS = ",\n        "


class Severity(StrEnum):
    """How bad a result is; the values are the local names of SHACL's severities."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One thing that a shape found wrong.

    Attributes:
        shape: IRI of the shape; that of a property's shape, where a property is wrong.
        focus: the node that was looked at.
        path: the property, if the shape is about one.
        value: the value that is wrong, if one is.
        severity: broken structure is a violation, thin evidence a warning.
        message: what is wrong, in the words of the shape.
        component: IRI of SHACL's constraint component.
        graph: IRI of the graph that was validated, where it has one.
    """

    shape: URIRef
    focus: Identifier
    path: URIRef | None
    value: Identifier | None
    severity: Severity
    message: str
    component: URIRef
    graph: URIRef | None = None

    @property
    def _key(self) -> tuple[str, ...]:
        order = str(list(Severity).index(self.severity))
        terms = (self.graph, self.shape, self.focus, self.path, self.value, self.component)
        return (order, *("" if term is None else term.n3() for term in terms), self.message)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The results of one validation, or of many put together.

    Attributes:
        results: sorted by severity, graph, shape and node.
        focus_counts: how many nodes each shape with a target looked at.
        omitted: how many more results of each severity there are, where not all are listed.
    """

    results: tuple[ValidationResult, ...] = ()
    focus_counts: Mapping[URIRef, int] = field(default_factory=dict)
    omitted: Mapping[Severity, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ordered = sorted(dict.fromkeys(self.results), key=lambda result: result._key)
        object.__setattr__(self, "results", tuple(ordered))
        object.__setattr__(self, "focus_counts", dict(sorted(self.focus_counts.items())))

    @classmethod
    def merge(cls, reports: Iterable[ValidationReport]) -> ValidationReport:
        """Puts the reports of many graphs together; the order does not matter.

        Args:
            reports: of validations with the same shapes.

        Returns:
            A report with all the results, and the sums of the counts.
        """
        results: list[ValidationResult] = []
        counts: Counter[URIRef] = Counter()
        omitted: Counter[Severity] = Counter()
        for report in reports:
            results += report.results
            omitted.update(report.omitted)
            for shape, count in report.focus_counts.items():
                counts[shape] += count
        return cls(tuple(results), counts, omitted)

    def of(self, severity: Severity) -> tuple[ValidationResult, ...]:
        """The listed results of one severity."""
        return tuple(result for result in self.results if result.severity == severity)

    def count(self, severity: Severity) -> int:
        """How many results of one severity there are, listed or not."""
        return len(self.of(severity)) + self.omitted.get(severity, 0)

    @property
    def violations(self) -> tuple[ValidationResult, ...]:
        """Broken structure."""
        return self.of(Severity.VIOLATION)

    @property
    def warnings(self) -> tuple[ValidationResult, ...]:
        """Thin evidence."""
        return self.of(Severity.WARNING)

    @property
    def conforms(self) -> bool:
        """Whether nothing at all was found, whatever the severity: what SHACL means by conforming."""
        return not self.results and not any(self.omitted.values())

    @property
    def unmatched(self) -> tuple[URIRef, ...]:
        """Shapes that looked at no node, and so have said nothing. Judge it over a whole run, not over one article."""
        return tuple(shape for shape, count in self.focus_counts.items() if not count)

    def fails(self, on: FailOn = "violation", *, unmatched: bool = False) -> bool:
        """Whether the run is to be called a failure.

        Args:
            on: the least severity that counts: ``"violation"``, ``"warning"`` (and violations), or ``"never"``.
            unmatched: with ``on="warning"``, also count shapes that looked at nothing. Off by default: a small corpus
                rightly has no treaties.
        """
        if on == "never":
            return False
        if on == "violation":
            return bool(self.violations)
        return bool(self.violations or self.warnings or (unmatched and self.unmatched))

    def to_text(self) -> str:
        """The report for a reader: results by severity, then what each shape looked at."""
        counted = [
            _number(self.count(Severity.VIOLATION), "violation"),
            _number(self.count(Severity.WARNING), "warning"),
        ]
        if infos := self.count(Severity.INFO):
            counted.append(_number(infos, "note"))
        lines = [("The graph conforms" if self.conforms else "Found") + f": {', '.join(counted)}."]
        graph: URIRef | None = None
        for result in self.results:
            if result.graph is not None and result.graph != graph:
                graph = result.graph
                lines += ["", f"in {_shown(graph)}"]
            lines += ["", f"{result.severity.upper()}  {result.message}", f"  node   {_shown(result.focus)}"]
            if result.path is not None:
                lines.append(f"  path   {_curie(result.path)}")
            if result.value is not None and result.value != result.focus:
                lines.append(f"  value  {_shown(result.value)}")
            lines.append(f"  shape  {_curie(result.shape)}")
        if more := sum(self.omitted.values()):
            lines += ["", f"and {_number(more, 'result')} more, which are not listed."]
        lines += ["", "Nodes looked at, by shape:"]
        lines += [f"  {count:>9,}  {_curie(shape)}" for shape, count in self.focus_counts.items()]
        lines += [
            f"WARNING  {_curie(shape)} looked at no node: nothing of its kind is there, or its target is misspelt."
            for shape in self.unmatched
        ]
        return "\n".join(lines) + "\n"

    def to_turtle(self, base: str = "https://w3id.org/kgbuild/id/") -> str:
        """The report in SHACL's own terms, as Turtle. The same report always gives the same bytes, without blank nodes.

        Args:
            base: base IRI of the nodes of the report.

        Returns:
            A ``sh:ValidationReport``, its results, and how many nodes each shape looked at (``dip:coverage``).
        """
        nodes: dict[str, list[tuple[str, str]]] = {}
        report: list[tuple[str, str]] = [("a", "sh:ValidationReport"), ("sh:conforms", str(self.conforms).lower())]
        for shape, count in self.focus_counts.items():
            properties = [("a", "dip:ShapeCoverage"), ("dip:coveredShape", _curie(shape))]
            properties.append(("dip:focusNodes", str(count)))
            report.append(("dip:coverage", _name_node(nodes, base, properties)))
        found = (_result_properties(result) for result in self.results)
        report += [("sh:result", _name_node(nodes, base, properties)) for properties in found]
        _name_node(nodes, base, report)
        blocks = ["\n".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in _PREFIXES.items())]
        for node in (list(nodes)[-1], *list(nodes)[:-1]):
            grouped: dict[str, list[str]] = {}
            for predicate, value in nodes[node]:
                grouped.setdefault(predicate, []).append(value)
            body = " ;\n    ".join(f"{predicate} {_OBJECTS.join(values)}" for predicate, values in grouped.items())
            blocks.append(f"{node} {body} .")
        if more := sum(self.omitted.values()):
            blocks.append(f"# and {_number(more, 'result')} more, which are not listed")
        return "\n\n".join(blocks) + "\n"


def _result_properties(result: ValidationResult) -> list[tuple[str, str]]:
    properties = [
        ("a", "sh:ValidationResult"),
        ("sh:resultSeverity", f"sh:{result.severity.value}"),
        ("sh:resultMessage", Literal(result.message).n3()),
        ("sh:sourceShape", _curie(result.shape)),
        ("sh:sourceConstraintComponent", _curie(result.component)),
        ("sh:focusNode", result.focus.n3()),
    ]
    optional = (("sh:resultPath", result.path), ("sh:value", result.value), ("dcterms:source", result.graph))
    return properties + [(predicate, term.n3()) for predicate, term in optional if term is not None]


def _name_node(nodes: dict[str, list[tuple[str, str]]], base: str, properties: list[tuple[str, str]]) -> str:
    """Files a node under an IRI made from what it says."""
    digest = hashlib.sha256("\n".join(" ".join(pair) for pair in properties).encode()).hexdigest()[:20]
    name = URIRef(f"{base}validation/{digest}").n3()
    nodes[name] = properties
    return name


def _curie(term: URIRef) -> str:
    """A term with its prefix, where it has one."""
    for prefix, namespace in _PREFIXES.items():
        if term.startswith(namespace) and _LOCAL_NAME.fullmatch(term[len(namespace) :]):
            return f"{prefix}:{term[len(namespace) :]}"
    return term.n3()


def _shown(term: Identifier) -> str:
    """A term for a reader: in one line, not too long, and with nothing in it that a terminal would obey."""
    text = term.n3() if not isinstance(term, Literal) else f'"{term}"'
    suffix = (
        f"^^{_curie(term.datatype)}" if isinstance(term, Literal) and term.datatype not in (None, XSD.string) else ""
    )
    text = "".join(character if character.isprintable() else " " for character in text)
    return (text if len(text) <= _SHOWN_LENGTH else f"{text[: _SHOWN_LENGTH - 1]}…") + suffix


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
