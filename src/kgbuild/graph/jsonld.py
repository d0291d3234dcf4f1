"""Writes JSON-LD that people can read, from lines of N-Quads: one context, short names, one object a subject.

The context stands in the file, so that no reader has to ask the network for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from kgbuild.graph.nquads import Block, Subject, graph_of, subjects_of
from kgbuild.graph.turtle import MOST_KNOWN
from kgbuild.graph.vocabulary import DIP, OA, RDF, SKOS, XSD

_RESOURCES = (
    DIP.about, DIP.accordingTo, DIP.accreditedTo, DIP.addressee, DIP.affiliation, DIP.agent, DIP.concerns, DIP.evidence,
    DIP.expressedIn, DIP.holder, DIP.madeAt, DIP.partOf, DIP.participant, DIP.party, DIP.recipient, DIP.reportedIn,
    DIP.represents, DIP.speaker, DIP.stageOf, DIP.target, OA.hasSource, SKOS.exactMatch,
)  # fmt: skip
_CONCEPTS = (DIP.polarity, DIP.quotation, DIP.realis, DIP.status, DIP.treatyKind)
_TYPED = {DIP.confidence: XSD.decimal, OA.start: XSD.nonNegativeInteger, OA.end: XSD.nonNegativeInteger}

# larger ones would lose digits in readers that take every JSON number for a double
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_TYPE = f"<{RDF.type}>"


class JsonLdWriter:
    """Writes blocks of N-Quads as JSON-LD, one named graph after the other.

    Args:
        stream: a text stream, UTF-8, with ``\\n`` line ends.
        prefixes: prefix to namespace; terms of the ontology itself need none.
    """

    def __init__(self, stream: IO[str], prefixes: Mapping[str, str]) -> None:
        self._stream = stream
        self._prefixes = prefixes
        self._namespaces = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._ontology = str(DIP)
        # how the context types a property's values: "@id", "@vocab", or a datatype's IRI
        self._coercions: dict[str, str] = {f"<{p}>": "@id" for p in _RESOURCES}
        self._coercions.update({f"<{p}>": "@vocab" for p in _CONCEPTS})
        self._coercions.update({f"<{p}>": str(datatype) for p, datatype in _TYPED.items()})
        self._names: dict[str, str] = {}
        self._quotations: dict[str, str] = {}
        self._started = False
        context = json.dumps(self.context(), indent=1, ensure_ascii=False)
        stream.write(f'{{\n"@context": {context},\n"@graph": [')

    def context(self) -> dict[str, Any]:
        """The context, as written at the head of the file."""
        context: dict[str, Any] = {"@vocab": self._ontology}
        context.update(sorted(self._prefixes.items()))
        for predicate in sorted(self._coercions):
            coercion = self._coercions[predicate]
            datatype = coercion if coercion.startswith("@") else self._compact(coercion)
            context[self._name(predicate)] = {"@id": self._compact(predicate[1:-1]), "@type": datatype}
        return context

    def write(self, block: Block) -> None:
        """Writes the graph of a block."""
        if not block:
            return
        self._stream.write(",\n" if self._started else "\n")
        self._started = True
        self._stream.write(self.head(graph_of(block[0])))
        self._stream.write(",\n".join(self.subjects(subjects_of(block))))
        self._stream.write("\n ]}")

    def head(self, graph: str) -> str:
        """What stands before the subjects of a graph, which is given in angle brackets."""
        return f' {{"@id": {self._quoted(graph)}, "@graph": [\n'

    def subjects(self, subjects: Iterable[Subject]) -> Iterator[str]:
        """The text of each subject."""
        return map(self._subject, subjects)

    def close(self) -> None:
        """Ends the file."""
        self._stream.write("\n]\n}\n")

    def _subject(self, subject: Subject) -> str:
        name, groups = subject
        lines = [f'"@id": {self._quoted(name)}']
        for predicate, terms in groups:
            if predicate == _TYPE:
                classes = [f'"{self._name(value)}"' for value in terms]
                lines.insert(1, f'"@type": {_one_or_list(classes)}')
                continue
            coercion = self._coercions.get(predicate, "")
            values = [self._value(value, coercion) for value in terms]
            lines.append(f'"{self._names.get(predicate) or self._name(predicate)}": {_one_or_list(values)}')
        return "  {" + ",\n   ".join(lines) + "}"

    def _value(self, term: str, coercion: str) -> str:
        if term.startswith("<"):
            if coercion == "@vocab":
                return f'"{self._name(term)}"'
            return self._quoted(term) if coercion == "@id" else f'{{"@id": {self._quoted(term)}}}'
        if term.endswith('"'):
            return f'{{"@value": {term}}}' if coercion else term
        close = term.rindex('"')
        # the escapes of the lines are JSON's too
        text, suffix = term[: close + 1], term[close + 1 :]
        if suffix.startswith("^^"):
            datatype = suffix[3:-1]
            if datatype == coercion:
                return text[1:-1] if _NUMBER.fullmatch(text, 1, close) else text
            if datatype == str(XSD.boolean) and not coercion and text in ('"true"', '"false"'):
                return text[1:-1]
            return f'{{"@type": "{self._compact(datatype)}", "@value": {text}}}'
        return f'{{"@language": "{suffix[1:]}", "@value": {text}}}'

    def _quoted(self, term: str) -> str:
        known = self._quotations.get(term)
        if known is None:
            known = f'"{self._compact(term[1:-1])}"'
            if len(self._quotations) < MOST_KNOWN:
                self._quotations[term] = known
        return known

    def _name(self, term: str) -> str:
        """A property, class or concept: short in the ontology, else with its prefix."""
        known = self._names.get(term)
        if known is None:
            text = term[1:-1]
            local = text.removeprefix(self._ontology)
            known = local if local != text and local in DIP else self._compact(text)
            self._names[term] = known
        return known

    def _compact(self, text: str) -> str:
        scheme = text.partition(":")[0]
        if scheme in self._prefixes:
            raise ValueError(f"{text!r} would be read as a short name in JSON-LD, since {scheme!r} is a prefix")
        cut = max(text.rfind("#"), text.rfind("/")) + 1
        while cut > 0:
            prefix = self._namespaces.get(text[:cut])
            if prefix is not None and not text.startswith("//", cut) and cut < len(text):
                return f"{prefix}:{text[cut:]}"
            cut = text.rfind("/", 0, cut - 1) + 1
        return text


def _one_or_list(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"
