"""Writes docs/reference/ontology.md and shapes.md, and the picture of the classes, from ontology/ and shapes/.

Run it after a change of those: ``python docs/generate_reference.py``. A test fails until that is done.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

sys.path.insert(0, str(Path(__file__).parent))

from draw_classes import draw

ROOT = Path(__file__).resolve().parents[1]
DIP = Namespace("https://w3id.org/kgbuild/diplomacy#")
SCHEMA = Namespace("https://schema.org/")
DCTERMS = Namespace("http://purl.org/dc/terms/")

ONTOLOGY_HEAD = """# The ontology's terms

Made from [`ontology/`](../../ontology) by `python docs/generate_reference.py`. What it all means, and how to ask for
it, is told in [the model](../ontology.md); what is checked, in [the shapes](shapes.md).
"""

SHAPES_HEAD = """# The shapes

Made from [`shapes/`](../../shapes) by `python docs/generate_reference.py`. `kgbuild build` holds every article to them
before anything is inferred, `kgbuild validate` any other graph; [the model](../ontology.md#what-is-checked) tells how.
A *violation* is broken structure, and an article with one is set aside; a *warning* is thin evidence.
"""


def read(folder: Path) -> tuple[Graph, dict[str, list[URIRef]]]:
    """A folder of Turtle as one graph, and the subjects of each file in their order."""
    graph, order = Graph(), {}
    for path in sorted(folder.glob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        one = Graph().parse(data=text, format="turtle")
        graph += one
        for prefix, namespace in one.namespaces():
            graph.bind(prefix, namespace)
        names = re.findall(r"^(\w+:[\w-]+|<[^>]+>)(?= |\n)", text, flags=re.MULTILINE)
        order[path.name] = [
            URIRef(name[1:-1]) if name.startswith("<") else one.namespace_manager.expand_curie(name)
            for name in dict.fromkeys(names)
        ]
    return graph, order


def short(graph: Graph, node: Node) -> str:
    """A term as a prefixed name, a literal as its text."""
    return str(node) if isinstance(node, Literal) else graph.namespace_manager.normalizeUri(str(node))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    cells = ([" ".join(cell.split()).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def comment(graph: Graph, node: Node) -> str:
    """What the ontology says of a term."""
    return str(graph.value(node, RDFS.comment) or "")


# ---------------------------------------------------------------------------------------------------------------------
# the ontology
# ---------------------------------------------------------------------------------------------------------------------


class Ontology:
    """The ontology, with what its reference asks of it."""

    def __init__(self) -> None:
        self.graph, order = read(ROOT / "ontology")
        terms = order["diplomacy.ttl"]
        self.classes = [term for term in terms if (term, RDF.type, OWL.Class) in self.graph]
        self.objects = [term for term in terms if (term, RDF.type, OWL.ObjectProperty) in self.graph]
        self.literals = [term for term in terms if (term, RDF.type, OWL.DatatypeProperty) in self.graph]
        schemes = order["schemes.ttl"]
        self.schemes = [term for term in schemes if (term, RDF.type, SKOS.ConceptScheme) in self.graph]
        self.concepts = [term for term in schemes if (term, RDF.type, SKOS.Concept) in self.graph]
        self.tops = [term for term in self.classes if not self.supers(term)]

    def supers(self, term: URIRef) -> list[URIRef]:
        """The classes of the ontology right above one."""
        above = set(self.graph.objects(term, RDFS.subClassOf))
        return [other for other in self.classes if other in above]

    def below(self, term: URIRef) -> list[URIRef]:
        """The classes below one, at any depth."""
        found: list[URIRef] = []
        for other in self.classes:
            if term in self.supers(other):
                found += [other, *self.below(other)]
        return found

    def top(self, term: Node) -> URIRef | None:
        """The topmost class above a class."""
        return next((top for top in self.tops if term == top or term in self.below(top)), None)

    def inferred(self, term: URIRef) -> bool:
        """Whether the graph only ever holds a property because it was inferred."""
        return comment(self.graph, term).find("Inferred") >= 0 or any(
            (term, kind, None) in self.graph for kind in (OWL.inverseOf, OWL.propertyChainAxiom)
        )

    def ties(self) -> list[tuple[str, str, str]]:
        """What is asserted between the topmost classes: from, property, to."""
        found = []
        for term in self.objects:
            ends = [
                list(dict.fromkeys(self.top(end) for end in self.classes if (term, tie, end) in self.graph))
                for tie in (SCHEMA.domainIncludes, SCHEMA.rangeIncludes)
            ]
            if not self.inferred(term):
                found += [(self.name(a), self.name(term), self.name(b)) for a in ends[0] for b in ends[1] if a and b]
        return found

    def name(self, term: Node) -> str:
        """A term's name without its prefix."""
        return str(term).rpartition("#")[2]

    def link(self, term: Node) -> str:
        """A term as code; a class of ours leads to its place in the page."""
        written = f"`{short(self.graph, term)}`"
        top = self.top(term)
        return f"[{written}](#{short(self.graph, top).replace(':', '').lower()})" if top else written


def ontology_page(ontology: Ontology) -> str:
    """The reference of classes, properties, concepts and alignments."""
    graph = ontology.graph
    about = URIRef("https://w3id.org/kgbuild/diplomacy")
    parts = [
        ONTOLOGY_HEAD,
        f"{graph.value(about, DCTERMS.title)}, version {graph.value(about, OWL.versionInfo)}, licence MIT. "
        f"Namespace `{DIP}`, prefix `dip:`. The files: "
        "[diplomacy.ttl](../../ontology/diplomacy.ttl), "
        "[schemes.ttl](../../ontology/schemes.ttl) for the controlled values, "
        "[alignments.ttl](../../ontology/alignments.ttl) for the relations to other vocabularies.\n",
        "## Classes\n",
        "![The classes, and what is told between them](../pictures/classes.svg)\n",
        *(_class(ontology, top) for top in ontology.tops),
        "## Properties between things\n",
        _properties(ontology, [term for term in ontology.objects if not ontology.inferred(term)]),
        "## Properties with a text, number or date\n",
        _properties(ontology, ontology.literals),
        "## Inferred properties\n",
        "They hold by the rules of OWL 2 RL, and stand in the graph of inferences only.\n",
        _properties(ontology, [term for term in ontology.objects if ontology.inferred(term)]),
        "## Controlled values\n",
        *(_scheme(ontology, scheme) for scheme in ontology.schemes),
        "## Relations to other vocabularies\n",
        _alignments(ontology),
    ]
    return "\n".join(parts)


def _class(ontology: Ontology, top: URIRef) -> str:
    """A topmost class with those below it and its properties."""
    graph = ontology.graph
    parts = [f"### {short(graph, top)}\n", f"{comment(graph, top)}\n"]
    below = ontology.below(top)
    if below:
        coded = any(_codes(graph, term) for term in below)
        head = ("class", "above it", "what it is", *(("PLOVER, CAMEO",) if coded else ()))
        rows = (
            (
                f"`{short(graph, term)}`",
                ", ".join(f"`{short(graph, above)}`" for above in ontology.supers(term)),
                comment(graph, term),
                *((_codes(graph, term),) if coded else ()),
            )
            for term in below
        )
        parts.append(table(head, rows))
    properties = [
        f"`{short(graph, term)}`"
        for term in (*ontology.objects, *ontology.literals)
        if {top, *below} & set(graph.objects(term, SCHEMA.domainIncludes))
    ]
    if properties:
        parts.append(f"Properties: {', '.join(properties)}\n")
    return "\n".join(parts)


def _codes(graph: Graph, term: URIRef) -> str:
    """The event codes that the members of a class inherit."""
    found = []
    for restriction in graph.objects(term, RDFS.subClassOf):
        if isinstance(restriction, BNode):
            value = graph.value(restriction, OWL.hasValue)
            if value is not None:
                found.append(str(graph.value(value, SKOS.notation) or short(graph, value)))
    return ", ".join(sorted(found, key=lambda code: (code[:1].isdigit(), code)))


def _properties(ontology: Ontology, terms: list[URIRef]) -> str:
    """A table of properties."""
    graph = ontology.graph

    def ends(term: URIRef, tie: URIRef) -> str:
        return ", ".join(ontology.link(end) for end in sorted(graph.objects(term, tie)))

    rows = (
        (
            f"`{short(graph, term)}`",
            ends(term, SCHEMA.domainIncludes),
            ends(term, SCHEMA.rangeIncludes),
            comment(graph, term),
        )
        for term in terms
    )
    return table(("property", "of", "value", "what it says"), rows)


def _scheme(ontology: Ontology, scheme: URIRef) -> str:
    """A scheme of concepts."""
    graph = ontology.graph
    members = [term for term in ontology.concepts if (term, SKOS.inScheme, scheme) in graph]
    noted = any((term, SKOS.notation, None) in graph for term in members)
    rows = (
        (
            f"`{short(graph, term)}`",
            *((str(graph.value(term, SKOS.notation) or ""),) if noted else ()),
            comment(graph, term) or str(graph.value(term, SKOS.prefLabel) or ""),
        )
        for term in members
    )
    head = ("value", *(("code",) if noted else ()), "what it means")
    title = str(graph.value(scheme, RDFS.label) or ontology.name(scheme))
    return f"### {title[:1].upper()}{title[1:]}\n\n{comment(graph, scheme)}\n\n{table(head, rows)}"


def _alignments(ontology: Ontology) -> str:
    """How the terms relate to those of others."""
    graph, _ = read(ROOT / "ontology")
    kinds = (
        *(RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty),
        *(SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch),
    )
    rows = []
    for term in (*ontology.classes, *ontology.objects, *ontology.literals):
        for kind in kinds:
            theirs = sorted(
                short(graph, other)
                for other in graph.objects(term, kind)
                if isinstance(other, URIRef) and not other.startswith(DIP)
            )
            if theirs:
                row = (f"`{short(graph, term)}`", f"`{short(graph, kind)}`", ", ".join(f"`{name}`" for name in theirs))
                rows.append(row)
    return table(("term", "relation", "theirs"), rows)


# ---------------------------------------------------------------------------------------------------------------------
# the shapes
# ---------------------------------------------------------------------------------------------------------------------


def shapes_page() -> str:
    """The reference of the shapes: what each looks at, what it asks for, and what it says."""
    graph, order = read(ROOT / "shapes")
    parts, helpers = [SHAPES_HEAD], []
    for file, terms in order.items():
        targeted = [term for term in terms if _targets(graph, term)]
        helpers += [term for term in terms if (term, RDF.type, SH.NodeShape) in graph and not _targets(graph, term)]
        if targeted:
            title = file.removesuffix(".ttl").replace("_", " ")
            parts.append(f"## {title[:1].upper()}{title[1:]}\n\n[`{file}`](../../shapes/{file})\n")
            parts += [_shape(graph, term) for term in targeted]
    parts.append("## Parts that shapes share\n")
    rows = ((f"`{short(graph, term)}`", _asks(graph, term), str(graph.value(term, SH.message))) for term in helpers)
    parts.append(table(("part", "asks for", "message"), rows))
    return "\n".join(parts)


def _targets(graph: Graph, term: URIRef) -> str:
    """What a shape looks at, in words."""
    classes = [f"every `{short(graph, node)}`" for node in sorted(graph.objects(term, SH.targetClass))]
    subjects = [f"all that has `{short(graph, node)}`" for node in sorted(graph.objects(term, SH.targetSubjectsOf))]
    return ", ".join(classes + subjects)


def _shape(graph: Graph, term: URIRef) -> str:
    """One shape with its properties."""
    description = str(graph.value(term, SH.description) or "")
    rows = []
    own = _asks(graph, term)
    if own:
        rows.append(("", own, _severity(graph, term), str(graph.value(term, SH.message) or "")))
    for part in sorted(graph.objects(term, SH.property)):
        path = graph.value(part, SH.path)
        rows.append(
            (
                f"`{_path(graph, path)}`" if path is not None else "",
                _asks(graph, part),
                _severity(graph, part),
                str(graph.value(part, SH.message) or ""),
            )
        )
    head = f"### {short(graph, term)}\n\nLooks at {_targets(graph, term)}. {description}".rstrip()
    return f"{head}\n\n{table(('property', 'asks for', 'else', 'message'), rows)}"


def _severity(graph: Graph, term: Node) -> str:
    return short(graph, graph.value(term, SH.severity) or SH.Violation).removeprefix("sh:").lower()


def _path(graph: Graph, path: Node) -> str:
    """A property path in the notation of SPARQL."""
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{_path(graph, inverse)}"
    if (path, RDF.first, None) in graph:
        return "/".join(_path(graph, step) for step in Collection(graph, path))
    return short(graph, path)


def _asks(graph: Graph, term: Node) -> str:
    """The constraints of a shape, in words."""

    def one(kind: URIRef) -> str | None:
        value = graph.value(term, kind)
        return None if value is None else short(graph, value)

    def members(kind: URIRef) -> list[str] | None:
        value = graph.value(term, kind)
        if value is None:
            return None
        return [
            short(graph, member) if isinstance(member, URIRef) else _asks(graph, member)
            for member in Collection(graph, value)
        ]

    found = []
    least, most = one(SH.minCount), one(SH.maxCount)
    if least or most:
        bounds = f"exactly {least}" if least == most else f"at least {least}" if not most else f"at most {most}"
        bounds = "none" if most == "0" else bounds
        found.append(bounds if not (least and most and least != most) else f"{least} to {most}")
    for kind, words in (
        (SH.nodeKind, "a `{}`"), (SH["class"], "a `{}`"), (SH.datatype, "`{}`"), (SH.minLength, "length from {}"),
        (SH.minInclusive, "from {}"), (SH.maxInclusive, "to {}"), (SH.pattern, "like `{}`"),
        (SH.lessThan, "less than `{}`"), (SH.disjoint, "other than `{}`"),
    ):  # fmt: skip
        value = one(kind)
        if value is not None:
            found.append(words.format(value))
    for kind, words in ((SH["in"], "one of"), (SH["or"], "any of"), (SH.xone, "just one of")):
        values = members(kind)
        if values:
            found.append(f"{words} {', '.join(f'`{value}`' for value in values)}")
    if (term, SH.sparql, None) in graph:
        found.append("what a SPARQL query looks for is not there")
    return ", ".join(found)


def pages() -> dict[Path, str]:
    """Every file that is made here, as it should be."""
    ontology = Ontology()
    subclasses = {ontology.name(top): [ontology.name(term) for term in ontology.below(top)] for top in ontology.tops}
    return {
        ROOT / "docs/reference/ontology.md": ontology_page(ontology),
        ROOT / "docs/reference/shapes.md": shapes_page(),
        ROOT / "docs/pictures/classes.svg": draw(ontology.ties(), subclasses),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
