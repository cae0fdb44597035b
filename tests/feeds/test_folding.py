"""What we fold is what icalendar folds, byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from icalendar.parser import Contentline

from feeds.ics.folding import folded

LETTERS = st.text(st.sampled_from("aZ\\\\^,;ñé€😀 "), min_size=1, max_size=400)


@given(LETTERS)
def test_a_line_is_folded_where_icalendar_folds_it(line: str) -> None:
    assert folded(line.encode()) == Contentline(line).to_ical()  # type: ignore[no-untyped-call]
