"""Facts survive the way to bytes and back."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild import facts, facts_codec

st.register_type_strategy(
    facts.PartialDate,
    st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 28)).flatmap(
        lambda d: st.sampled_from(
            [facts.PartialDate(d.year), facts.PartialDate(d.year, d.month), facts.PartialDate(d.year, d.month, d.day)]
        )
    ),
)


@given(st.builds(facts.ArticleFacts, article=st.builds(facts.Article, text=st.text())))
def test_round_trip(found: facts.ArticleFacts) -> None:
    data = facts_codec.encode(found)
    assert facts_codec.decode(data) == found
    assert facts_codec.encode(facts_codec.decode(data)) == data


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"[1,2]", b"\xff", b"null", b"[[],[],[],[],[],[],[]]"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        facts_codec.decode(data)
