"""Reports of validation as plain data, to be kept on disk and sent between processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdflib.term import Identifier

    from kgbuild.validation import ValidationReport


def report_data(report: ValidationReport) -> dict[str, Any]:
    """A report as plain data."""
    results = [
        [
            str(result.shape),
            _plain(result.focus),
            _plain(result.path),
            _plain(result.value),
            str(result.severity),
            result.message,
            str(result.component),
            _plain(result.graph),
        ]
        for result in report.results
    ]
    return {"results": results, "counts": {str(shape): count for shape, count in report.focus_counts.items()}}


def report_of(data: dict[str, Any]) -> ValidationReport:
    """What :func:`report_data` made plain."""
    from rdflib import URIRef

    from kgbuild.validation import Severity, ValidationReport, ValidationResult

    results = tuple(
        ValidationResult(
            URIRef(shape),
            _term(focus),
            _term(path),
            _term(value),
            Severity(severity),
            message,
            URIRef(component),
            _term(graph),
        )
        for shape, focus, path, value, severity, message, component, graph in data["results"]
    )
    counts = {URIRef(shape): count for shape, count in data["counts"].items()}
    omitted = {Severity(severity): count for severity, count in data.get("omitted", {}).items()}
    return ValidationReport(results, counts, omitted)


def _plain(term: Identifier | None) -> list[str | None] | None:
    from rdflib import BNode, Literal

    if term is None:
        return None
    if isinstance(term, Literal):
        return ["literal", str(term), None if term.datatype is None else str(term.datatype), term.language]
    return ["blank" if isinstance(term, BNode) else "iri", str(term)]


def _term(data: list[Any] | None) -> Any:
    from rdflib import BNode, Literal, URIRef

    if data is None:
        return None
    kind, text, *rest = data
    if kind != "literal":
        return BNode(text) if kind == "blank" else URIRef(text)
    datatype, language = rest
    return Literal(text, datatype=datatype and URIRef(datatype), lang=language, normalize=False)
