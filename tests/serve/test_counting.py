"""Rows are counted as the engine writes them, wherever its pieces end and whatever the literals hold."""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.serve.counting import CountingSink, TooLargeError

_TEXTS = st.text(alphabet=st.sampled_from('ab"\\{}[],:\n\r\t<>&é'), max_size=12)


def _answer(texts: list[str | None], form: str) -> bytes:
    rows = " ".join("(UNDEF)" if text is None else f"({pyoxigraph.Literal(text)})" for text in texts)
    result = pyoxigraph.Store().query(f"SELECT * {{ VALUES (?x) {{ {rows} }} }}")
    content = result.serialize(format=pyoxigraph.QueryResultsFormat.from_extension(form))  # type: ignore[arg-type]
    assert content is not None
    return content


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@given(texts=st.lists(st.none() | _TEXTS, max_size=8), step=st.integers(1, 9))
def test_rows_are_counted_in_any_pieces(form: str, texts: list[str | None], step: int) -> None:
    content = _answer(texts, form)
    sink = CountingSink(form, 100, 100_000)
    for start in range(0, len(content), step):
        sink.write(content[start : start + step])
    assert sink.value() == content
    assert sink.rows == len(texts)


def test_too_many_rows_and_too_many_bytes_are_stopped() -> None:
    content = _answer(["x"] * 11, "json")
    with pytest.raises(TooLargeError, match="more than the 10 rows"):
        CountingSink("json", 10, 10_000).write(content)
    with pytest.raises(TooLargeError, match="longer than the 100 bytes"):
        CountingSink("json", 20, 100).write(content)


@pytest.mark.skipif(sys.platform != "linux", reason="sockets are forbidden on Linux only")
def test_a_worker_cannot_reach_the_network() -> None:
    program = (
        "import socket, pyoxigraph\n"
        "from kgbuild.serve.confinement import forbid_sockets\n"
        "before = socket.socket(); before.close()\n"
        "assert forbid_sockets()\n"
        "for attempt in (socket.socket, lambda: list(pyoxigraph.Store().query("
        "'SELECT * { SERVICE <http://127.0.0.1:7999/> { ?s ?p ?o } }'))):\n"
        "    try:\n"
        "        attempt()\n"
        "    except OSError as error:\n"
        "        print(error.errno, str(error))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second = run.stdout.splitlines()
    assert first.startswith("1 ")
    assert "permitted" in second
