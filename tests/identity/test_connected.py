"""What has to be looked at again is taken off its list with all that is connected to it."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.identity.connected import Connected

PAIRS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12)


@given(pairs=PAIRS, changed=st.sets(st.integers(0, 9)))
def test_parts_are_those_of_the_changed_and_no_others(pairs: set[tuple[int, int]], changed: set[int]) -> None:
    near = {one: {b for a, b in pairs if a == one} | {a for a, b in pairs if b == one} for one in range(10)}
    database = sqlite3.connect(":memory:")
    listed: Connected[int] = Connected(database, "todo", "INTEGER", near.__getitem__)
    listed.add(*changed)
    apart: list[int] = []

    def take_apart(query: str) -> None:
        apart.extend(one for (one,) in database.execute(f"SELECT id FROM ({query})"))

    parts = []
    for part in listed.parts(take_apart):
        # all are taken apart before the first is put together again
        assert set(apart) >= changed
        parts.append(part)
    assert sorted(one for part in parts for one in part) == sorted(apart)
    assert all(part == sorted(part) and changed & set(part) for part in parts)
    assert all(near[one] <= set(part) for part in parts for one in part)
    assert list(listed.parts(take_apart)) == []


def test_what_has_gone_is_not_looked_at_again() -> None:
    database = sqlite3.connect(":memory:")
    listed: Connected[str] = Connected(database, "todo", "TEXT", lambda one: ())
    listed.add("a", "b")
    listed.add_all("SELECT ?", "c")
    listed.discard("b")
    assert [*listed.parts(lambda one: None)] == [["a"], ["c"]]
