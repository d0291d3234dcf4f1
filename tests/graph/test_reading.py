"""Anybody's RDF files are read, or refused with the reason; nothing is fetched for them."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest

from kgbuild.errors import KgbuildError
from kgbuild.graph.reading import read_quads

LINES = b"".join(b'<http://a.example/%d> <http://a.example/p> "%d"@en .\n' % (n, n * n) for n in range(2000))


def test_a_compressed_file_whose_middle_is_damaged_is_a_clear_message(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(LINES))
    for at in range(len(data) // 2, len(data) // 2 + 40):
        data[at] ^= 0xFF
    path = tmp_path / "a.nt.gz"
    path.write_bytes(data)
    with pytest.raises(KgbuildError, match=r"a\.nt\.gz: (cannot be read|is not nt)"):
        list(read_quads(path))
    path.write_bytes(gzip.compress(LINES))
    assert len(list(read_quads(path))) == 2000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonld", '{"@context": "THERE", "name": "x"}'),
        ("a.rdf", '<!DOCTYPE x [<!ENTITY y SYSTEM "THERE">]><x xmlns="http://a.example/">&y;</x>'),
        ("b.rdf", '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x xmlns="http://a.example/">&y;</x>'),
    ],
)
def test_what_a_file_names_elsewhere_is_not_fetched(tmp_path: Path, name: str, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        (tmp_path / name).write_text(text.replace("THERE", f"http://127.0.0.1:{trap.getsockname()[1]}/"))
        with pytest.raises(KgbuildError):
            list(read_quads(tmp_path / name))
        with pytest.raises(BlockingIOError):
            trap.accept()


def test_entities_that_grow_without_end_are_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    (tmp_path / "a.rdf").write_text(
        f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="http://a.example/"><rdf:value>&e12;</rdf:value></rdf:Description></rdf:RDF>'
    )
    with pytest.raises(KgbuildError, match="an entity that stands for other entities"):
        list(read_quads(tmp_path / "a.rdf"))


def test_entities_for_namespaces_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.owl").write_text(
        '<!DOCTYPE rdf:RDF [<!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<!ENTITY a "http://a.example/">]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="&a;b"><rdf:value>x</rdf:value></rdf:Description></rdf:RDF>'
    )
    ((subject, *_),) = read_quads(tmp_path / "a.owl")
    assert str(subject) == "http://a.example/b"
