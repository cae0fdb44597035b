"""A selection is one value with one address, whatever order it was written in."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_service.domain.errors import Invalid
from calendar_service.domain.finding.selection import DEFAULT_KM, Point, Selection, When, forgiving

SLUGS = st.lists(st.sampled_from(["barranco", "miraflores", "san-isidro", "lima-norte", "musica"]), max_size=3)


def read(query: str) -> Selection:
    """A selection out of a query string."""
    return Selection.read(parse_qsl(query, keep_blank_values=True))


def test_two_ways_of_asking_the_same_are_one_address() -> None:
    one = read("q=jazz&district=miraflores&district=barranco&free=1")
    other = read("free=1&district=barranco&district=miraflores&district=barranco&q=+jazz++")
    assert one == other
    assert one.query() == "district=barranco&district=miraflores&q=jazz&free=1"


def test_what_is_not_chosen_does_not_stand_in_the_address() -> None:
    assert read("district=&q=&free=0&km=5").query() == ""
    assert read("").is_everything


@given(
    st.builds(
        Selection,
        districts=SLUGS.map(lambda each: tuple(sorted(set(each)))),
        disciplines=SLUGS.map(lambda each: tuple(sorted(set(each)))),
        near=st.one_of(st.none(), st.just("barranco"), st.just(Point(-12.15, -77.02))),
        when=st.one_of(st.none(), st.sampled_from(When)),
        age=st.one_of(st.none(), st.integers(0, 120)),
        free=st.booleans(),
        q=st.sampled_from(["", "ñandú", "a & b = c", "50 %", "jazz fusión"]),
    )
)
def test_every_selection_reads_itself_back_from_its_address(selection: Selection) -> None:
    assert read(selection.query()) == selection


def test_a_position_is_rounded_before_it_enters_an_address() -> None:
    assert read("near=-12.149712,-77.022345&km=3").query() == "near=-12.15,-77.02&km=3"
    assert read("near=barranco").km == DEFAULT_KM


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("distrito=barranco", "distrito", "selection_unknown_key"),
        ("district=Barranco", "district", "selection_unknown_value"),
        ("district=../../etc", "district", "selection_unknown_value"),
        ("when=someday", "when", "selection_unknown_value"),
        ("when=today&from=2026-12-05", "when", "selection_two_times"),
        ("from=2026-12-06&to=2026-12-05", "to", "selection_from_after_to"),
        ("from=05/12/2026", "from", "selection_day"),
        ("from=2026-02-30", "from", "selection_day"),
        ("from=0001-01-01", "from", "selection_day"),
        ("to=9999-12-31", "to", "selection_day"),
        ("km=51&near=barranco", "km", "selection_number"),
        ("age=-1", "age", "selection_number"),
        ("age=٣", "age", "selection_number"),
        ("near=91,0", "near", "selection_near"),
        ("free=yes", "free", "selection_flag"),
        ("q=" + "x" * 101, "q", "selection_words"),
        ("q=a&q=b", "q", "selection_once"),
        ("&".join(f"district=d{n}" for n in range(51)), "district", "selection_too_many"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(query: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(query)
    assert [(each.field, each.code) for each in refused.value.problems] == [(field, code)]


def test_words_are_cleaned_as_what_is_typed_elsewhere_s34() -> None:
    """Else the name of a feed, which says them, would be no name."""
    assert read("q=+jazz%00%07+%E2%80%AEen%FF+vivo%0D%0AX:1+").q == "jazz en vivo X:1"
    assert read("q=%00") == Selection()


def test_a_page_forgives_what_a_feed_refuses() -> None:
    selection, problems = forgiving(parse_qsl("district=barranco&when=someday&page=2&age=x"))
    assert selection == Selection(districts=("barranco",))
    assert {each.field for each in problems} == {"when", "age"}


def test_a_range_reads_both_its_days() -> None:
    assert read("from=2026-12-05&to=2026-12-05") == Selection(from_day=date(2026, 12, 5), to_day=date(2026, 12, 5))
