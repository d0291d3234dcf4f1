"""Parquet files, as pyarrow and pandas write them: each row an article, from columns of usual names or chosen ones."""

from __future__ import annotations

import datetime
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.articles import ReadFailure, ReadingLimits, read_articles
from kgbuild.facts import Article, PartialDate

GOOD = "The minister spoke in Valletta."


def read(path: Path, **options: Any) -> list[Article | ReadFailure]:
    return list(read_articles([path], **options))


def write(path: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, **options)
    return path


def test_columns_of_usual_names_are_found(tmp_path: Path) -> None:
    row = {
        "headline": "Malta speaks",
        "maintext": GOOD,
        "date_publish": datetime.datetime(2021, 5, 4, 9, 30),
        "authors": ["Ada Vella", "Carm Borg"],
        "source_domain": "harbour.example",
        "url": "https://harbour.example/1",
        "embedding": [0.5] * 100,
    }
    path = write(tmp_path / "a.parquet", [row, {**row, "url": None, "date_publish": None}])
    first, second = read(path)
    assert first == Article(
        GOOD,
        "Malta speaks",
        PartialDate(2021, 5, 4),
        "harbour.example",
        "Ada Vella, Carm Borg",
        "https://harbour.example/1",
    )
    assert isinstance(second, Article)
    assert (second.published, second.url, second.source) == (None, "", f"{path}:2")


def test_columns_can_be_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"text": "a summary", "words": GOOD, "top": "Malta speaks"}])
    assert read(path, columns={"text": "words", "title": "top"}) == [Article(GOOD, "Malta speaks")]
    (failure,) = read(path, columns={"text": "body"})
    assert "has no column 'body' for text (columns: 'text', 'words', 'top')" in str(failure)


def test_keys_of_json_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "a summary", "Wörter": GOOD, "top": "T"}) + '\n{"text": "a summary"}')
    article, failure = read(path, columns={"text": "Wörter", "title": "top"})
    assert article == Article(GOOD, "T")
    assert "has no text: 'W\\xf6rter' is missing or empty (keys: 'text')" in str(failure)


def test_it_is_said_which_columns_there_are(tmp_path: Path) -> None:
    (failure,) = read(write(tmp_path / "a.parquet", [{"stuff": GOOD}]))
    assert "(columns: 'stuff'); say which it is by --column text=COLUMN" in str(failure)


def test_a_data_frame_can_be_read(tmp_path: Path) -> None:
    frame = pandas.DataFrame(
        {"text": [GOOD, None], "date": [pandas.Timestamp("2021-05-04"), pandas.NaT], "title": [None, "x"]}
    )
    frame.to_parquet(tmp_path / "a.parquet")
    article, failure = read(tmp_path / "a.parquet")
    assert article == Article(GOOD, "", PartialDate(2021, 5, 4))
    assert "a.parquet:2: has no text" in str(failure)


def test_a_bad_row_costs_that_row(tmp_path: Path) -> None:
    rows = [{"text": GOOD, "date": "2021"}, {"text": GOOD, "date": "soon"}, {"text": GOOD * 99, "date": ""}]
    path = write(tmp_path / "a.parquet", [*rows, rows[0]])
    results = read(path, limits=ReadingLimits(article_bytes=1000))
    assert [isinstance(one, Article) for one in results] == [True, False, False, True]
    assert str(results[1]).startswith(f"{path}:2: has the date 'soon'")
    assert str(results[2]).startswith(f"{path}:3: is longer than the limit")


def test_text_that_is_no_utf_8_costs_its_row(tmp_path: Path) -> None:
    values = pyarrow.array([GOOD.encode(), b"caf\xe9 talks", GOOD.encode()])
    binary = pyarrow.table({"text": values})
    lying = pyarrow.table({"text": pyarrow.StringArray.from_buffers(3, *values.buffers()[1:])})
    for number, table in enumerate((binary, lying)):
        pyarrow.parquet.write_table(table, tmp_path / f"{number}.parquet")
        results = read(tmp_path / f"{number}.parquet")
        assert [isinstance(one, Article) for one in results] == [True, False, True]
        assert "has a value that cannot be read" in str(results[1])


def test_a_damaged_group_of_rows_costs_that_group(tmp_path: Path) -> None:
    rows = [{"text": f"{GOOD} {number}"} for number in range(300)]
    path = write(tmp_path / "a.parquet", rows, row_group_size=100, compression="zstd", use_dictionary=False)
    column = pyarrow.parquet.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(path.read_bytes())
    data[column.data_page_offset + 60 : column.data_page_offset + 200] = b"\xff" * 140
    path.write_bytes(data)
    results = read(path)
    failures = [one for one in results if isinstance(one, ReadFailure)]
    assert len(results) == 201
    assert [one.source for one in failures] == [f"{path}:101"]
    assert "cannot be read up to row 200" in failures[0].reason
    assert results[-1] == Article(f"{GOOD} 299")


def test_rows_that_grow_out_of_proportion_are_given_up(tmp_path: Path) -> None:
    # a dictionary holds the text once, and runs of the same value take no room
    text = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 30_000), ["The minister spoke. " * 1000])
    pyarrow.parquet.write_table(pyarrow.table({"text": text.cast(pyarrow.large_string())}), tmp_path / "a.parquet")
    (failure,) = (one for one in read(tmp_path / "a.parquet") if isinstance(one, ReadFailure))
    assert "grows to more than 200 times its size" in str(failure)


VALUES = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=20) | st.dates()
COLUMNS = st.sampled_from(("text", "title", "date", "author", "url", "other"))


@settings(deadline=None)
@given(st.dictionaries(COLUMNS, st.lists(VALUES | st.lists(st.text(), max_size=2), min_size=3, max_size=3)))
def test_any_table_gives_articles_or_failures(table: dict[str, list[object]]) -> None:
    kept = {}
    for name, values in table.items():
        try:
            kept[name] = pyarrow.array(values)
        except (pyarrow.ArrowException, ValueError, TypeError, OverflowError):
            continue  # no column holds values of several types
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        pyarrow.parquet.write_table(pyarrow.table(kept), path)
        results = read(path)
    assert len(results) in (1, 3)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
def test_any_damage_gives_articles_or_failures(at: int, new: bytes) -> None:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"text": [f"{GOOD} {number}" for number in range(50)]}), stream)
    data = bytearray(stream.getvalue())
    at %= len(data)
    data[at : at + len(new)] = new
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        path.write_bytes(data)
        assert read(path)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"no parquet at all"])
def test_what_is_no_parquet_is_reported(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(data)
    (failure,) = read(tmp_path / "a.parquet")
    assert "cannot be read as Parquet" in str(failure)
