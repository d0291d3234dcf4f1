"""Inputs that nobody would write: articles of every format, mutated by hypothesis, with what breaks things."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from reliability_checks.common import ARTICLES

#: what is put into articles: of formats, of encodings, of what reads the graph, and of language
PIECES: tuple[bytes, ...] = (
    *(b"---\n", b"title: ", b"date: 0000", b"date: 99999-01-01\n", b"!!python/object/apply:os.system [x]", b"&a [*a]"),
    *(b"{", b"}", b"[", b"]", b'"text": ', b'"', b"\\ud800", b"\\u0000", b"1e999", b"9" * 400, b'{"text": 1}'),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\r\n", b"\n\n", b"\x0c", b"\x85", b"\x1b[31m"),
    *(b"<p>", b"</p>", b"<!--", b"-->", b"<![CDATA[", b"<meta charset=utf-7>", b"<div>" * 300, b"&#0;", b"&#xD800;"),
    *(b"<?xml version='1.0' encoding='rot13'?>", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", b"<script>alert(1)</script>"),
    *(
        b'"@en ; <urn:x> <urn:y> "',
        b"> <urn:x> .",
        b"\\",
        b'\\"',
        b"'''",
        b'"""',
        b"<<",
        b"^^xsd:int",
        b"_:b",
        b"?x $y",
    ),
    *(b"=HYPERLINK(1)", b"@SUM(1)", b"-1+1", b"\t", b"}\nDROP ALL #", b"http://a b/<>", b"javascript:alert(1)", b"%00"),
    *("“".encode(), "”".encode(), "‘’".encode(), "«".encode(), b"''", b'"' * 40, "„".encode(), "—".encode(), b"..."),
    *("\u202e".encode(), "\u200b".encode(), "\u00ad".encode(), "\ufffd".encode(), "\U0001f1f3\U0001f1f4".encode()),
    *(
        "e\u0301".encode(),
        "ﬁ".encode(),
        "İ".encode(),
        "ß".encode(),
        "中国".encode(),
        "Ｎｏｒｗａｙ".encode(),
        b"U.S.",
        b"Dr.",
    ),
    *(
        b" said ",
        b" said that ",
        b" told ",
        b", according to ",
        b" would not ",
        b" the treaty ",
        b" he ",
        b" it ",
        b" who ",
    ),
    *(
        b"Norway ",
        b"Norway's ",
        b"President ",
        b"Foreign Minister ",
        b" 31 February ",
        b" on Monday ",
        b" 0000 ",
        b"May ",
    ),
    *(
        b"a" * 3000,
        b"and " * 200,
        b"Berg said " * 60,
        b"(" * 200,
        b"." * 300,
        b", " * 200,
        b"1,000.5 " * 50,
        b"-" * 500,
    ),
)
_SEEDS = [(name, text.encode()) for name, text in ARTICLES.items()]


@dataclass(frozen=True)
class Mutant:
    """A file that a build may meet.

    Attributes:
        suffix: of its name.
        data: in it.
    """

    suffix: str
    data: bytes


_PLACE = st.floats(0, 1, width=16)


def _changes(pieces: list[bytes]) -> st.SearchStrategy[list[tuple[str, float, bytes | int]]]:
    change = st.one_of(
        st.tuples(st.just("insert"), _PLACE, st.sampled_from(pieces)),
        st.tuples(st.just("insert"), _PLACE, st.sampled_from(pieces)),
        st.tuples(st.just("replace"), _PLACE, st.sampled_from(pieces)),
        st.tuples(st.just("delete"), _PLACE, st.integers(1, 200)),
        st.tuples(st.just("repeat"), _PLACE, st.integers(2, 40)),
        st.tuples(st.just("cut"), _PLACE, st.just(0)),
        st.tuples(st.just("splice"), _PLACE, st.integers(0, len(_SEEDS) - 1)),
    )
    return st.lists(change, min_size=1, max_size=6)


def _is_text(piece: bytes) -> bool:
    try:
        return "\0" not in piece.decode()
    except UnicodeDecodeError:
        return False


_OF_BYTES = _changes(list(PIECES))
_OF_TEXT = _changes([piece for piece in PIECES if _is_text(piece)])


@st.composite
def mutants(draw: st.DrawFn) -> Mutant:
    """A file of some format with some changes.

    Most are changed within what they say, so that they stay what they are and reach the end of a build; the others
    anywhere. One in twenty is under another format's name, one in twenty compressed, one in twenty of these badly.
    """
    name, data = draw(st.sampled_from(_SEEDS))
    suffix = name[name.index(".") :]
    if draw(st.integers(0, 3)):
        data = _reworded(suffix, data, lambda text: _changed(text, draw(_OF_TEXT)))
    else:
        data = _changed(data, draw(_OF_BYTES))
    dice = draw(st.integers(0, 19))
    if dice == 0:
        suffix = draw(st.sampled_from([".txt", ".md", ".html", ".json", ".jsonl"]))
    elif dice < 3:
        suffix += ".gz"
        packed = gzip.compress(data, mtime=0)
        data = packed if dice == 1 else packed[: int(draw(_PLACE) * len(packed))] + draw(st.sampled_from(PIECES))
    return Mutant(suffix, data)


def _reworded(suffix: str, data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Changes one value of a record, or the body of another file."""
    if suffix in (".json", ".jsonl"):
        lines = data.splitlines()
        record = json.loads(lines[0])
        record["text"] = change(record["text"].encode()).decode(errors="replace")
        record["title"] = change(record["title"].encode()).decode(errors="replace")
        return b"\n".join([json.dumps(record, ensure_ascii=False).encode(), *lines[1:]]) + b"\n"
    head, mark, body = data.partition(b"\n---\n" if suffix == ".md" else b"<p>" if suffix == ".html" else b"\n\n")
    # a change may have cut a character in two
    return head + mark + change(body).decode(errors="replace").encode()


def _changed(data: bytes, changes: list[tuple[str, float, bytes | int]]) -> bytes:
    for kind, place, what in changes:
        at = int(place * len(data))
        if isinstance(what, bytes):
            data = data[:at] + what + data[at + (len(what) if kind == "replace" else 0) :]
        elif kind == "delete":
            data = data[:at] + data[at + what :]
        elif kind == "repeat":
            data = data[:at] + data[at : at + 60] * what + data[at + 60 :]
        elif kind == "cut":
            data = data[:at]
        else:
            data = data[:at] + _SEEDS[what][1][at:]
    return data
