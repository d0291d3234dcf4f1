"""Whatever the bytes, a file gives articles or failures, and every article is sound."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.articles import ReadFailure, ReadingLimits, read_articles

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"
SUFFIXES = (".txt", ".md", ".html", ".json", ".jsonl", ".txt.gz", ".jsonl.gz")
PIECES = st.sampled_from(
    [
        *(
            b"---\n",
            b"title: ",
            b"date: 0000",
            b"!!python/name:os.system",
            b"&a [*a, *a]",
            b"{",
            b"}",
            b"[",
            b"]",
            b'"text": ',
        ),
        *(
            b'"',
            b"\\ud800",
            b"\\u0000",
            b"\x00",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\r\n",
            b"\n",
            b"<p>",
            b"</p>",
            b"<!--",
            b"-->",
        ),
        *(
            b"<meta charset=hex>",
            b"<meta charset=utf-16>",
            b"# ",
            b"**",
            b"[a](b)",
            b"The minister spoke. ",
            b"\xe2\x80\xae",
        ),
        *(
            b"<![CDATA[",
            b"<?xml version='1.0' encoding='rot13'?>",
            b"1e999",
            b"9" * 400,
            b"<html><body>",
            b"&#0;",
            b"&#xD800;",
        ),
    ]
)


def check(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        results = list(read_articles([path], limits=ReadingLimits(article_bytes=100_000, list_bytes=100_000)))
    assert results
    for result in results:
        if isinstance(result, ReadFailure):
            assert result.source.startswith(str(path))
            assert result.reason.isprintable()
            continue
        assert result.text.strip() == result.text != ""
        assert unicodedata.is_normalized("NFC", result.text)
        for line in (result.title, result.author, result.publisher, result.url):
            assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in line)
        result.text.encode()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(st.binary(), st.lists(st.one_of(PIECES, st.binary(max_size=4))).map(b"".join)), st.sampled_from(SUFFIXES)
)
def test_any_bytes(data: bytes, suffix: str) -> None:
    check(data, suffix)
    if suffix.endswith(".gz"):
        check(gzip.compress(data), suffix)


KEYS = ("text", "body", "title", "headline", "date", "published", "author", "publisher", "source", "url", "articles")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=6),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_json_record(record: dict[str, object]) -> None:
    check(json.dumps(record).encode(), ".json")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.text())
def test_any_front_matter(record: dict[str, object], body: str) -> None:
    check(f"---\n{json.dumps(record)}\n---\n{body}".encode("utf-8", "surrogatepass"), ".md")


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_mutated_articles(path: Path) -> None:
    rng = random.Random(path.name)
    original = path.read_bytes()
    for _ in range(20):
        data = bytearray(original)
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randint(1, 200)]
                case 2:
                    data[at:at] = rng.choice((b"\x00", b"\xed\xa0\x80", b'"', b"<", b"\xe2\x80\xae", b"---\n", b"{"))
                case 3:
                    data[at:at] = data[: rng.randint(1, 300)]
        check(bytes(data), path.suffix)
