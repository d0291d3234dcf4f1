"""The files hold the same triples for every reader, and the same bytes for every run."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import BNode, Dataset, Literal, URIRef
from rdflib.term import Identifier

from kgbuild.errors import KgbuildError
from kgbuild.graph import turtle
from kgbuild.graph.mapping import Quad, article_quads, identity_quads
from kgbuild.graph.nquads import graph_of, nquads_blocks, quad_line, triple_of
from kgbuild.graph.serialization import FORMATS, GraphCounts, write_blocks, write_quads
from kgbuild.graph.vocabulary import DIP, PREFIXES, iri
from sample import BASE, SampleIdentities, march_facts, may_facts

# rdflib warns of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

RDFLIB_FORMATS = {"nq": "nquads", "trig": "trig", "jsonld": "json-ld", "ttl": "turtle"}
XSD = PREFIXES["xsd"]


def sample_quads() -> list[Quad]:
    articles = (march_facts(), may_facts())
    identities = SampleIdentities(articles)
    return [quad for facts in articles for quad in article_quads(facts, identities)] + identity_quads(identities)


def write_all(quads: list[Quad], folder: Path) -> dict[str, Path]:
    paths = {ending: folder / f"graph.{ending}" for ending in FORMATS}
    write_quads(quads, paths.values(), base=BASE)
    return paths


# --- what random graphs are made of: everything that RDF allows and writers get wrong

_iri_text = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co"), exclude_characters='<>"{}|^`\\'),
    max_size=8,
)
_namespaces = st.sampled_from([*PREFIXES.values(), BASE, f"{BASE}actor/", "http://example.org/a#", "urn:x:"])
_local_names = st.one_of(
    _iri_text,
    st.sampled_from(
        ["speaker", "polarity", "Supports", "a.b", "-x", "x-", "a/b", "é", "%41", "1", "o'x,(y)", "..", "x:y"]
    ),
)


def _is_iri(text: str) -> bool:
    try:
        return bool(iri(text))
    except KgbuildError:
        return False


iris = st.builds(str.__add__, _namespaces, _local_names).filter(_is_iri).map(URIRef)
_nasty_texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ['"', "\\", '\\"', "\n\r\t", "\x00\x07\x7f\x85", "\u2028\ufeff", '"""', "' . <x>", "\\u0041", "@en", "^^"]
    ),
)
_typed = [
    *((text, "decimal") for text in ("0.87", "0.870", "1", "1.0", ".5", "5.", "-0.5", "+3")),
    *((text, "integer") for text in ("1", "01", "-5", "+3", "12345678901234567890")),
    *((text, "nonNegativeInteger") for text in ("0", "7", "007", "12345678901234567890")),
    *((text, "boolean") for text in ("true", "false", "1")),
    *(("2019", "gYear"), ("2019-09", "gYearMonth"), ("2019-09-17", "date"), ("some words", "string")),
]
literals = st.one_of(
    _nasty_texts.map(Literal),
    st.builds(lambda text, tag: Literal(text, lang=tag), _nasty_texts, st.sampled_from(["en", "de-at", "zh-hant"])),
    st.sampled_from(_typed).map(lambda pair: Literal(pair[0], datatype=URIRef(XSD + pair[1]), normalize=False)),
)
properties = st.one_of(iris, st.sampled_from([URIRef(PREFIXES["oa"] + n) for n in ("start", "end", "hasSource")]),
                       st.sampled_from([DIP.speaker, DIP.polarity, DIP.confidence, DIP.hedged]),
                       st.just(URIRef(PREFIXES["rdf"] + "type")))  # fmt: skip
quads_of_any_kind = st.lists(st.tuples(iris, properties, st.one_of(iris, literals), iris), max_size=12)


def as_store_term(term: Identifier) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
    if isinstance(term, Literal):
        if term.language:
            return pyoxigraph.Literal(str(term), language=term.language)
        return pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype or f"{XSD}string")))
    return pyoxigraph.NamedNode(str(term))


def as_read_by_rdflib(term: Identifier) -> Identifier:
    """rdflib normalises what it reads ("01" to "1"), and keeps xsd:string apart from plain literals."""
    if isinstance(term, Literal):
        datatype = None if term.datatype == URIRef(f"{XSD}string") else term.datatype
        return Literal(str(term), datatype=datatype, lang=term.language)
    return term


@given(quads=quads_of_any_kind)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_graph_is_read_back_by_both_readers(quads: list[Quad], tmp_path: Path) -> None:
    # rdf:type needs a class, and a store refuses a literal there in JSON-LD
    quads = [q for q in quads if not (q[1].endswith("#type") and isinstance(q[2], Literal))]
    for ending, path in write_all(quads, tmp_path).items():
        merged = ending == "ttl"
        stored = {tuple(as_store_term(term) for term in (quad[:3] if merged else quad)) for quad in quads}
        parsed = {
            (q.subject, q.predicate, q.object) if merged else (q.subject, q.predicate, q.object, q.graph_name)
            for q in pyoxigraph.parse(path=path)
        }
        assert parsed == stored, ending

        dataset = Dataset()
        dataset.parse(path, format=RDFLIB_FORMATS[ending])
        read = {q[:3] if merged else q for q in dataset.quads()}
        assert read == {tuple(as_read_by_rdflib(term) for term in (quad[:3] if merged else quad)) for quad in quads}, (
            ending
        )


def test_every_reader_counts_the_same_triples(tmp_path: Path) -> None:
    quads = sample_quads()
    for ending, path in write_all(quads, tmp_path).items():
        expected = len({q[:3] for q in quads}) if ending == "ttl" else len(set(quads))
        dataset = Dataset()
        dataset.parse(path, format=RDFLIB_FORMATS[ending])
        assert len(list(dataset.quads())) == expected
        assert sum(1 for _ in pyoxigraph.parse(path=path)) == expected, "a triple is written twice"


def test_order_of_input_does_not_matter(tmp_path: Path) -> None:
    quads = sample_quads()
    first = {ending: path.read_bytes() for ending, path in write_all(quads, tmp_path).items()}
    for seed in range(3):
        shuffled = [*quads, *quads[:50]]
        random.Random(seed).shuffle(shuffled)
        again = {ending: path.read_bytes() for ending, path in write_all(shuffled, tmp_path).items()}
        assert again == first


def test_hash_seed_does_not_matter(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from graph.test_serialization import sample_quads, write_all\n"
        "write_all(list(set(sample_quads())), Path(sys.argv[2]))"
    )
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        tests = Path(__file__).resolve().parents[1]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", program, str(tests), str(folder)], check=True, env=environment)
        written.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert sorted(written[0]) == ["graph.jsonld", "graph.nq", "graph.trig", "graph.ttl"]
    assert written[0] == written[1]


def test_nquads_are_sorted_by_graph_and_triple(tmp_path: Path) -> None:
    lines = write_all(sample_quads(), tmp_path)["nq"].read_text("utf-8").splitlines()
    keys = [(graph_of(line), line) for line in lines]
    assert keys == sorted(keys)
    assert len({graph for graph, _ in keys}) == 3


def test_each_subject_stands_once_in_its_graph(tmp_path: Path) -> None:
    paths = write_all(sample_quads(), tmp_path)
    merged = paths["ttl"].read_text("utf-8")
    subjects = [line for line in merged.splitlines() if line and not line.startswith((" ", "@"))]
    assert len(subjects) == len(set(subjects)) == len({q[0] for q in sample_quads()})
    assert f"<{BASE}actor/norway>\n    a dip:State ;\n" in merged
    assert "dip:confidence 0.87 ;" in merged
    assert "dip:hedged true ;" in merged


def test_merged_view_is_the_same_when_it_is_sorted_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = write_all(sample_quads(), tmp_path)["ttl"].read_bytes()
    files = set(tmp_path.iterdir())
    monkeypatch.setattr(turtle.TurtleWriter.__init__, "__defaults__", (None, 10))
    assert write_all(sample_quads(), tmp_path)["ttl"].read_bytes() == in_memory
    assert set(tmp_path.iterdir()) == files, "the sorted runs are left behind"


def test_jsonld_is_short_and_needs_no_network(tmp_path: Path) -> None:
    document = json.loads(write_all(sample_quads(), tmp_path)["jsonld"].read_text("utf-8"))
    context = document["@context"]
    assert isinstance(context, dict)
    nodes = [node for graph in document["@graph"] for node in graph["@graph"]]
    position = next(node for node in nodes if node.get("accordingTo") == "id:actor/marta-olsen")
    assert position["@type"] == "Position"
    assert position["polarity"] == "Supports"
    assert position["heldOn"] == {"@type": "xsd:date", "@value": "2024-03-12"}
    assert context["speaker"] == {"@id": "dip:speaker", "@type": "@id"}


def test_counts_tell_graphs_and_quads(tmp_path: Path) -> None:
    assert write_quads(sample_quads(), [tmp_path / "x.nq"]) == GraphCounts(3, len(set(sample_quads())))
    assert write_quads([], [tmp_path / "x.nq", tmp_path / "x.jsonld"]) == GraphCounts(0, 0)
    assert list(pyoxigraph.parse(path=tmp_path / "x.jsonld")) == []


def test_a_line_is_taken_apart_again() -> None:
    node = URIRef("http://example.org/x")
    line = quad_line(node, node, Literal('says "a . <b>" here'), URIRef("http://example.org/g"))
    assert graph_of(line) == "<http://example.org/g>"
    assert triple_of(line) == ("<http://example.org/x>", "<http://example.org/x>", '"says \\"a . <b>\\" here"')


@pytest.mark.parametrize("term", [BNode("b"), Literal("x"), URIRef("http://example.org/a b")])
def test_what_cannot_be_written_is_refused(term: Identifier) -> None:
    node = URIRef("http://example.org/x")
    with pytest.raises(ValueError, match=r"IRI"):
        quad_line(term, node, node, node)
    with pytest.raises(ValueError, match=r"neither an IRI nor a literal"):
        quad_line(node, node, BNode("b"), node)


def test_blocks_out_of_order_are_refused(tmp_path: Path) -> None:
    blocks = list(nquads_blocks(sample_quads()))
    with pytest.raises(ValueError, match="must come before"):
        write_blocks(reversed(blocks), [tmp_path / "x.nq"])


def test_an_iri_that_looks_like_a_short_name_is_refused_in_jsonld(tmp_path: Path) -> None:
    node = URIRef("dip:Person")
    with pytest.raises(ValueError, match="short name"):
        write_quads([(node, node, node, node)], [tmp_path / "x.jsonld"])


def test_unknown_formats_and_folders_are_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(KgbuildError, match=r"must end in one of \.jsonld, \.nq, \.trig, \.ttl"):
        write_quads([], [tmp_path / "x.rdf"])
    with pytest.raises(KgbuildError, match="cannot be written"):
        write_quads([], [tmp_path / "none" / "x.nq"])
