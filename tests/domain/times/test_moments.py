"""Wall clocks, zones, instants and local days: M17, and rule 1 of the house."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_service.domain.times.moments import (
    Span,
    Today,
    is_skipped,
    is_zone,
    local_day,
    midnight_utc,
    read_recurrence_id,
    read_wall,
    recurrence_id,
    to_utc,
    to_wall,
    write_wall,
)

LIMA = "America/Lima"
MADRID = "Europe/Madrid"
SANTIAGO = "America/Santiago"
ODD_ZONES = (
    LIMA,
    MADRID,
    SANTIAGO,
    "America/Havana",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Nuuk",
)
WALLS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 12, 31)).map(
    lambda wall: wall.replace(microsecond=0)
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def timed(start: datetime, end: datetime | None, zone: str = LIMA) -> Span:
    return Span(start=start, end=end, all_day=False, timezone=zone)


def days(first: datetime, last: datetime | None, zone: str = LIMA) -> Span:
    return Span(start=first, end=last, all_day=True, timezone=zone)


# --- instants and days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "minute"), [(19, 0), (21, 30), (23, 59)])
def test_an_evening_in_lima_is_today_there_and_tomorrow_in_utc(hour: int, minute: int) -> None:
    instant = to_utc(datetime(2026, 12, 5, hour, minute), LIMA)
    assert instant.date() == date(2026, 12, 6)
    assert local_day(instant, LIMA) == date(2026, 12, 5)
    assert to_wall(instant, LIMA) == datetime(2026, 12, 5, hour, minute)


def test_a_minute_before_seven_in_the_evening_is_the_same_day_everywhere() -> None:
    assert to_utc(datetime(2026, 12, 5, 18, 59), LIMA) == utc(2026, 12, 5, 23, 59)


def test_a_skipped_hour_moves_forward() -> None:
    """M17; RFC 5545 §3.3.5: the offset before the gap."""
    assert to_utc(datetime(2027, 3, 28, 2, 30), MADRID) == utc(2027, 3, 28, 1, 30)
    assert to_wall(utc(2027, 3, 28, 1, 30), MADRID) == datetime(2027, 3, 28, 3, 30)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_repeated_hour_is_the_first(fold: int) -> None:
    """M17, whatever the datetime itself says of its fold."""
    assert to_utc(datetime(2026, 10, 25, 2, 30, fold=fold), MADRID) == utc(2026, 10, 25, 0, 30)


def test_a_repeated_wall_clock_comes_back_without_a_fold() -> None:
    assert to_wall(utc(2026, 10, 25, 1, 30), MADRID).fold == 0


@pytest.mark.parametrize(
    ("wall", "skipped"),
    [
        (datetime(2027, 3, 28, 1, 59), False),
        (datetime(2027, 3, 28, 2, 0), True),
        (datetime(2027, 3, 28, 2, 59), True),
        (datetime(2027, 3, 28, 3, 0), False),
        (datetime(2026, 10, 25, 2, 30), False),
    ],
)
def test_skipped_is_what_clocks_never_show(wall: datetime, skipped: bool) -> None:
    assert is_skipped(wall, MADRID) is skipped


def test_a_wall_clock_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        to_utc(utc(2026, 12, 5), LIMA)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2026, 12, 5), LIMA, utc(2026, 12, 5, 5)),
        (date(2026, 9, 6), SANTIAGO, utc(2026, 9, 6, 4)),
        (date(1919, 3, 31), "America/Toronto", utc(1919, 3, 31, 4, 30)),
        (date(2006, 10, 29), "America/St_Johns", utc(2006, 10, 29, 2, 30)),
        (date(2011, 12, 30), "Pacific/Apia", utc(2011, 12, 30, 10)),
        (date(2011, 12, 31), "Pacific/Apia", utc(2011, 12, 30, 10)),
    ],
    ids=[
        "ordinary",
        "midnight skipped",
        "gap begins before midnight",
        "midnight twice",
        "day skipped",
        "day after it",
    ],
)
def test_a_day_begins_at_its_first_instant(day: date, zone: str, instant: datetime) -> None:
    assert midnight_utc(day, zone) == instant


@given(zone=st.sampled_from(ODD_ZONES), asked=st.lists(WALLS, min_size=2, max_size=5), minutes=st.integers(-90, 90))
def test_whoever_keeps_the_day_is_told_the_one_that_it_is(zone: str, asked: list[datetime], minutes: int) -> None:
    today = Today(zone)
    for wall in asked:
        begins = midnight_utc(wall.date(), zone)
        for instant in (begins, begins + timedelta(minutes=minutes), wall.replace(tzinfo=UTC)):
            assert today.at(instant) == local_day(instant, zone)
            assert local_day(instant + timedelta(seconds=today.left(instant)), zone) > today.at(instant)


@given(day=st.dates(min_value=date(1970, 1, 1), max_value=date(2037, 12, 31)), zone=st.sampled_from(ODD_ZONES))
def test_no_earlier_instant_belongs_to_a_day_than_its_midnight(day: date, zone: str) -> None:
    midnight = midnight_utc(day, zone)
    assert local_day(midnight, zone) == day
    assert local_day(midnight - timedelta(seconds=1), zone) < day


@pytest.mark.parametrize("name", ["America/Lima", "Europe/Madrid", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_zone_is_a_name_of_the_zone_database(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "Lima", "america/lima", "America/Lima ", "America", "America/Lima\0", "-05:00"),
        *(
            "SA Pacific Standard Time",
            "localtime",
            "right/UTC",
            "America/../UTC",
            "../America/Lima",
            "/etc/passwd",
        ),
    ],
)
def test_other_names_are_no_zone(name: str) -> None:
    assert not is_zone(name)


# --- spans -------------------------------------------------------------------------------------------------


def test_a_timed_span_lasts_from_wall_to_wall() -> None:
    span = timed(datetime(2026, 12, 5, 19, 30), datetime(2026, 12, 5, 22))
    assert (span.start_utc, span.end_utc) == (utc(2026, 12, 6, 0, 30), utc(2026, 12, 6, 3))
    assert (span.first_day, span.last_day) == (date(2026, 12, 5), date(2026, 12, 5))
    assert span.duration == timedelta(hours=2, minutes=30)


def test_without_an_end_an_hour_is_assumed_but_no_second_day() -> None:
    span = timed(datetime(2026, 12, 5, 23, 30), None)
    assert span.end_utc == utc(2026, 12, 6, 5, 30)
    assert span.duration == timedelta(hours=1)
    assert span.last_day == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (datetime(2026, 12, 5, 23, 59), date(2026, 12, 5)),
        (datetime(2026, 12, 6), date(2026, 12, 5)),
        (datetime(2026, 12, 6, 0, 1), date(2026, 12, 6)),
        (datetime(2026, 12, 8), date(2026, 12, 7)),
    ],
)
def test_a_span_that_ends_at_midnight_ends_on_the_day_before(end: datetime, last: date) -> None:
    assert timed(datetime(2026, 12, 5, 19), end).last_day == last


def test_a_span_of_no_length_at_midnight_stays_on_its_day() -> None:
    midnight = datetime(2026, 12, 5)
    assert timed(midnight, midnight).last_day == date(2026, 12, 5)


def test_all_day_ends_at_the_midnight_after_its_last_day() -> None:
    span = days(datetime(2026, 11, 7), datetime(2026, 11, 15))
    assert (span.start_utc, span.end_utc) == (utc(2026, 11, 7, 5), utc(2026, 11, 16, 5))
    assert (span.first_day, span.last_day) == (date(2026, 11, 7), date(2026, 11, 15))
    assert span.duration == timedelta(days=9)


def test_all_day_without_an_end_is_one_day() -> None:
    span = days(datetime(2026, 11, 7), None)
    assert (span.end_utc, span.duration) == (utc(2026, 11, 8, 5), timedelta(days=1))


def test_all_day_begins_when_its_day_does_where_midnight_is_skipped() -> None:
    span = days(datetime(2026, 9, 6), None, SANTIAGO)
    assert (span.start_utc, span.end_utc) == (utc(2026, 9, 6, 4), utc(2026, 9, 7, 3))


def test_a_night_over_the_repeated_hour_is_an_hour_longer_than_on_the_wall() -> None:
    span = timed(datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 4), MADRID)
    assert span.duration == timedelta(hours=6)
    assert span.end_utc - span.start_utc == timedelta(hours=7)


def test_no_span_ends_before_its_start_that_moved_out_of_a_skipped_hour() -> None:
    span = timed(datetime(2027, 3, 28, 2, 45), datetime(2027, 3, 28, 3, 15), MADRID)
    assert span.start_utc == span.end_utc == utc(2027, 3, 28, 1, 45)


@pytest.mark.parametrize(
    ("span", "end"),
    [
        (timed(datetime(2026, 12, 5, 22), datetime(2026, 12, 6, 1)), datetime(2027, 3, 28, 1)),
        (days(datetime(2026, 11, 7), datetime(2026, 11, 15)), datetime(2027, 4, 4, 22)),
        (timed(datetime(2026, 12, 5, 22), None), None),
    ],
    ids=["timed", "all day", "no end"],
)
def test_a_moved_span_is_as_long_on_the_wall(span: Span, end: datetime | None) -> None:
    start = datetime(2027, 3, 27, 22)
    moved = span.moved_to(start)
    assert (moved.start, moved.end, moved.duration) == (start, end, span.duration)
    assert (moved.all_day, moved.timezone) == (span.all_day, span.timezone)


# --- writing and reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall", "all_day", "text"),
    [
        (datetime(2026, 12, 5, 19, 30), False, "20261205T1930"),
        (datetime(2026, 12, 5, 19, 30, 15), False, "20261205T193015"),
        (datetime(2026, 12, 5), False, "20261205T0000"),
        (datetime(2026, 12, 5), True, "20261205"),
    ],
)
def test_an_occurrence_is_named_by_its_original_start(wall: datetime, all_day: bool, text: str) -> None:
    assert recurrence_id(wall, all_day=all_day) == text
    assert read_recurrence_id(text) == wall


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-12-05", "20261305", "20260230", "00000101", " 20261205", "٢٠٢٦١٢٠٥"),
        *(
            "20261205T",
            "20261205T2500",
            "20261205T193",
            "20261205T1930Z",
            "20261205T1930\n",
            "20261205T1930/..",
        ),
    ],
)
def test_anything_else_names_no_occurrence(text: str) -> None:
    with pytest.raises(ValueError):
        read_recurrence_id(text)


@pytest.mark.parametrize(
    ("text", "wall", "all_day"),
    [
        ("2026-12-05T19:30", datetime(2026, 12, 5, 19, 30), False),
        ("2026-12-05T19:30:15", datetime(2026, 12, 5, 19, 30, 15), False),
        ("2026-12-05", datetime(2026, 12, 5), True),
    ],
)
def test_the_api_says_wall_clocks_and_dates(text: str, wall: datetime, all_day: bool) -> None:
    assert read_wall(text) == (wall, all_day)
    assert write_wall(wall, all_day=all_day) == text


def test_seconds_of_zero_may_be_said_and_are_not_repeated() -> None:
    wall, all_day = read_wall("2026-12-05T19:30:00")
    assert write_wall(wall, all_day=all_day) == "2026-12-05T19:30"


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-12-5", "20261205", "05/12/2026", "2026-02-30", "2026-12-05\n"),
        *("2026-12-05T19:30Z", "2026-12-05T19:30-05:00", "2026-12-05 19:30", "2026-12-05T24:00"),
        *("2026-12-05T19:30:15.5", "1899-12-31", "2200-01-01", "9999-12-31T23:59"),
    ],
)
def test_other_forms_and_far_years_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_wall(text)


@given(wall=WALLS)
def test_what_is_written_is_read_again(wall: datetime) -> None:
    assert read_wall(write_wall(wall, all_day=False)) == (wall, False)
    assert read_recurrence_id(recurrence_id(wall, all_day=False)) == wall


@pytest.mark.parametrize(
    ("span", "several"),
    [
        (timed(datetime(2026, 12, 5, 22), datetime(2026, 12, 6, 4)), False),
        (timed(datetime(2026, 12, 5, 10), datetime(2026, 12, 6, 20)), True),
        (timed(datetime(2026, 12, 5, 10), datetime(2026, 12, 6)), False),
        (timed(datetime(2026, 12, 5, 22), None), False),
        (days(datetime(2026, 12, 5), datetime(2026, 12, 5)), False),
        (days(datetime(2026, 12, 5), datetime(2026, 12, 6)), True),
    ],
)
def test_a_night_is_no_second_day(span: Span, several: bool) -> None:
    assert span.several_days is several
